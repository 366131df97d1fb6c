"""The service catalogue: what its records give, both versions alike, every trap and fault of it."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.registry import docstring_fields, source_module
from loaders.source import REJECT_COLUMNS, Gathered, Scope
from loaders.sources import _ptv_v11, _ptv_v12, ptv_organisations
from loaders.sources._ptv_areas import area_of_v11, area_of_v12, relations
from loaders.sources._ptv_frames import GROUPS, GROUPS_OF_CLASSES
from loaders.sources._ptv_pages import MAX_ROUNDS
from loaders.sources._ptv_records import EASTINGS_M, NORTHINGS_M
from loaders.sources._rows import SetAside
from loaders.tables import PARTS, SERVICE_LOCATIONS
from tests.servers.drive import Reply, drive
from tests.servers.ptv import (
    Channel,
    Organisation,
    Ptv,
    Service,
    Spot,
    Where,
    changed,
    guid,
    invented,
    small_register,
)
from tests.servers.ptv import Name as NameOf

SOURCE = ptv_organisations.SOURCE
FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"
TODAY = dt.date(2026, 11, 21)
VERSIONS: dict[str, dict[str, str]] = {"11": {}, "12": {"version": "12", "key": "a-key"}}


def scope(options: dict[str, str] | None = None, **more: Any) -> Scope:
    """Both regions of the small register, as the machinery would ask for them."""
    values: dict[str, Any] = {
        "base_url": "https://ptv.invalid/api/v11",
        "today": TODAY,
        "year": 2026,
        "municipality_codes": ("097", "202", "491", "507", "734", "740", "853"),
        "region_codes": ("02", "10"),
        "wellbeing_county_codes": ("05", "12"),
        "regions_of_county": {"05": ("02",), "12": ("10",)},
        "options": options or {},
    }
    return Scope(**(values | more))


def gathered(service: Ptv, options: dict[str, str] | None = None, **more: Any) -> Gathered:
    return drive(ptv_organisations.gather(scope(options, **more)), service)


@pytest.fixture(scope="module")
def small() -> Gathered:
    """What version 11 gives of the small register, asked by areas."""
    return gathered(Ptv(register=small_register()))


def organisation_id(number: int) -> str:
    return f"ptv:{guid('4', number)}"


def service_id(number: int) -> str:
    return f"ptv:{guid('5', number)}"


def place_id(number: int) -> str:
    return f"ptv:{guid('6', number)}"


def row(frame: pd.DataFrame, key: str, value: str) -> dict[str, Any]:
    """The cells of one row that are not empty."""
    found = frame[frame[key] == value]
    assert len(found) == 1
    return found.iloc[0].dropna().to_dict()


def pairs(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(frame.itertuples(index=False, name=None))


def reasons(result: Gathered) -> set[tuple[str, str]]:
    return set(zip(result.rejects["text"], result.rejects["reason"], strict=True))


def tampering(change: Callable[[Any], Any], *, where: str = "") -> Callable[..., Reply]:
    """Change the JSON of every good reply whose path has ``where`` in it."""

    def tamper(path: str, query: dict[str, list[str]], reply: Reply) -> Reply:
        status, headers, body = reply
        if status != 200 or where not in path:
            return reply
        return status, headers, json.dumps(change(json.loads(body))).encode()

    return tamper


def each_record(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """Change the records of a list of full records."""

    def change_all(page: Any) -> Any:
        for record in page if isinstance(page, list) else page.get("items", []):
            change(record)
        return page

    return change_all


# What the small register gives, worked out by hand from its own file


def test_source_tells_of_itself_and_of_tables_that_name_it():
    module = source_module("ptv_organisations")
    told = docstring_fields(module)

    assert told["Publisher"] == SOURCE.publisher.fi
    assert told["Page"] == SOURCE.page
    assert told["Licence"] == SOURCE.licence.en
    assert told["Updated"] == SOURCE.updated
    assert all(SOURCE.id in PARTS[table].sources for table in SOURCE.tables)
    assert not SOURCE.has_personal_data


@pytest.mark.parametrize("version", VERSIONS)
def test_every_frame_fits_its_table(version):
    result = gathered(Ptv(register=small_register()), VERSIONS[version])

    assert tuple(result.frames) == SOURCE.tables
    for name, frame in result.frames.items():
        assert table_faults(frame, PARTS[name]) == []
        assert list(frame.columns) == list(PARTS[name].columns)
    assert tuple(result.rejects.columns) == REJECT_COLUMNS


def test_organisations_of_the_kind_ngos_are_of_are_kept_and_no_others(small):
    numbers = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13]

    records = small.frames["organisation_records"]

    assert list(records["record_id"]) == [organisation_id(number) for number in numbers]
    assert set(records["source_id"]) == {"ptv_organisations"}


def test_a_record_has_names_code_page_languages_and_date_and_no_domicile(small):
    record = row(small.frames["organisation_records"], "record_id", organisation_id(1))

    assert record == {
        "record_id": organisation_id(1),
        "source_id": "ptv_organisations",
        "name": "Esimerkki ry",
        "name_sv": "Exempel rf",
        "other_names": "Esimerkki",
        "business_id": "0000000-0",
        "homepage": "https://www.example.org",
        "languages": "fi sv",
        "source_url": f"https://ptv.invalid/api/v11/Organization/{guid('4', 1)}",
        "source_date": "2026-10-02",
    }


def test_a_swedish_name_alone_is_the_name_and_the_one_to_be_shown_is_chosen(small):
    record = row(small.frames["organisation_records"], "record_id", organisation_id(6))

    assert record["name"] == record["name_sv"] == "Exemplet"
    assert record["other_names"] == "Exempelföreningen rf"
    assert record["languages"] == "sv"


def test_names_in_sami_languages_are_other_names(small):
    record = row(small.frames["organisation_records"], "record_id", organisation_id(7))

    assert record["name"] == "Saamen esimerkki ry"
    assert record["other_names"] == "Ovdamearka | Ouddmiârkk"
    assert record["languages"] == "fi se sms"


def test_one_business_id_may_stand_on_two_records(small):
    records = small.frames["organisation_records"].set_index("record_id")["business_id"]

    assert records[organisation_id(1)] == records[organisation_id(2)] == "0000000-0"


def test_a_wrong_business_id_is_set_aside_and_its_organisation_stays(small):
    record = row(small.frames["organisation_records"], "record_id", organisation_id(11))

    assert "business_id" not in record
    assert (organisation_id(11), "wrong_business_id") in reasons(small)


def test_the_first_address_of_the_web_is_the_home_page(small):
    record = row(small.frames["organisation_records"], "record_id", organisation_id(11))

    assert record["homepage"] == "https://www.example.org/11"
    assert small.surprises["web page without a web address"] == 1


def test_areas_of_organisations_and_of_their_services_are_put_together(small):
    assert pairs(small.frames["organisation_areas"]) == [
        (organisation_id(1), "stated", "491"),
        (organisation_id(2), "regional", "10"),
        (organisation_id(3), "national", "FI"),
        (organisation_id(4), "regional", "02"),  # all but Åland: every region asked for
        (organisation_id(4), "regional", "10"),
        (organisation_id(4), "stated", "853"),  # by its service
        (organisation_id(5), "regional", "02"),  # by its service, of county 05
        (organisation_id(5), "regional", "10"),  # county 12
        (organisation_id(6), "stated", "734"),
        (organisation_id(6), "stated", "853"),
        (organisation_id(7), "stated", "740"),
        (organisation_id(11), "stated", "507"),
        (organisation_id(12), "stated", "734"),
        (organisation_id(13), "stated", "202"),
    ]


@pytest.mark.parametrize("word", ["NationwideExceptAlandIslands", "WholeCountryExceptAland"])
def test_the_whole_country_except_aland_is_every_region_asked_for_but_aland(word):
    aside = SetAside("ptv_organisations")
    areas = (area_of_v11({"areaType": word}, {}, aside), area_of_v12({"areaType": word}, aside))

    for area in areas:
        asked = relations(
            area, region_codes=("01", "10", "21"), seen={}, regions_of_county={}, aside=aside
        )
        assert asked == {("regional", "01"), ("regional", "10")}
        assert area.reach == "national"
        assert area.touches({"FI", "10", "491"}, set())
        assert not area.touches({"FI", "21", "478"}, set())
    assert aside.surprises == {}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("more", [{"is_national": True}, {}], ids=["nation", "areas"])
def test_a_stated_no_to_aland_is_kept_where_aland_is_asked_for(version, more):
    register = small_register()
    register.services[guid("5", 4)] = changed(
        register.services[guid("5", 4)], where=Where(reach="mainland")
    )
    result = gathered(
        Ptv(register=register), VERSIONS[version], region_codes=("02", "10", "21"), **more
    )

    found = pairs(result.frames["organisation_areas"])
    assert [one[1:] for one in found if one[0] == organisation_id(4)] == [
        ("regional", "02"),
        ("regional", "10"),
    ]
    reaches = result.frames["services"].set_index("service_id")["reach"]
    assert reaches[service_id(4)] == "national"
    assert (organisation_id(3), "national", "FI") in found


def test_target_groups_are_those_of_the_services_and_of_classes_that_name_one(small):
    assert pairs(small.frames["organisation_target_groups"]) == [
        (organisation_id(1), "KR1.1"),  # and not KR1
        (organisation_id(2), "KR1.2"),  # and not KR2.7
        (organisation_id(2), "X.maahanmuuttajat"),  # class P4.11
        (organisation_id(3), "KR1.4"),  # of the general description
        (organisation_id(3), "KR1.6"),
        (organisation_id(3), "X.tyottomat"),  # class P10.8 of the general description
        (organisation_id(4), "KR1.3"),
        (organisation_id(5), "KR1.5"),
    ]


def test_services_tell_reach_charge_and_languages(small):
    services = small.frames["services"]

    assert row(services, "service_id", service_id(1)) == {
        "service_id": service_id(1),
        "organisation_id": organisation_id(1),
        "name_fi": "Esimerkin kohtaamispaikka",
        "name_sv": "Exempel mötesplats",
        "reach": "municipalities",
        "charge": "free",
        "languages": "fi sv",
        "source_url": f"https://ptv.invalid/api/v11/Service/{guid('5', 1)}",
        "source_date": "2026-10-02",
    }
    told = services.set_index("service_id")
    assert told["reach"].to_dict() == {
        service_id(1): "municipalities",
        service_id(2): "regional",
        service_id(3): "national",
        service_id(4): "municipalities",
        service_id(5): "regional",
        service_id(6): "municipalities",
        service_id(7): "municipalities",
        service_id(13): "municipalities",
    }
    assert told.loc[service_id(2), "charge"] == "chargeable"
    assert told.loc[service_id(7), "languages"] == "fi se sms"
    assert pd.isna(told.loc[service_id(3), "charge"])


def test_codes_are_inherited_only_where_the_services_own_list_lacks_them(small):
    assert pairs(small.frames["service_target_groups"]) == [
        (service_id(1), "KR1", False),
        (service_id(1), "KR1.1", False),
        (service_id(2), "KR1.2", False),
        (service_id(2), "KR2.7", False),
        (service_id(3), "KR1.4", True),
        (service_id(3), "KR1.6", False),  # in both
        (service_id(4), "KR1.3", False),
        (service_id(5), "KR1.5", False),
    ]
    assert pairs(small.frames["service_service_classes"]) == [
        (service_id(1), "P27.1", False),
        (service_id(2), "P4.11", False),
        (service_id(3), "P10.8", True),
        (service_id(3), "P5.16", False),  # in both
    ]


def test_places_have_points_from_texts_and_their_own_rows(small):
    columns = ["location_id", "municipality_code", "postcode", "northing_m", "easting_m"]

    locations = small.frames["service_locations"][columns].astype(object)

    assert pairs(locations.where(locations.notna(), None)) == [
        (place_id(1), "491", "50100", 6838000.0, 514000.0),
        (place_id(12), "734", "24100", None, None),  # northing and easting changed places
        (place_id(13), "202", "20780", 6711000.0, 246000.0),
        (f"{place_id(13)}:2", None, "20760", None, None),  # its second address, not "Ok"
    ]
    assert {(place_id(12), "outside_finland"), (place_id(13), "coordinates_not_ok")} <= reasons(
        small
    )


def test_what_is_set_aside_has_a_reason_and_nothing_else_is(small):
    assert reasons(small) == {
        (organisation_id(11), "wrong_business_id"),
        (organisation_id(17), "no_name"),
        (place_id(12), "outside_finland"),
        (place_id(13), "coordinates_not_ok"),
        (place_id(14), "not_published"),
    }
    assert set(small.rejects["source_id"]) == {"ptv_organisations"}
    assert (small.rejects["line"] > 0).all()


def test_only_what_is_unknown_is_a_surprise(small):
    # State, Municipality and Company are known kinds, and simply not ours.
    assert small.surprises == {"organizationType: Club": 1, "web page without a web address": 1}
    assert small.source_date == "2026-10-02"


@pytest.mark.parametrize("version", VERSIONS)
def test_no_contact_and_no_street_address_is_kept(version):
    result = gathered(Ptv(register=small_register()), VERSIONS[version])
    told = " ".join(frame.to_csv() for frame in (*result.frames.values(), result.rejects))

    assert "toimisto" not in told
    assert "katu" not in told


@pytest.mark.parametrize("is_national", [False, True])
def test_both_versions_give_the_same(is_national):
    older, newer = (
        gathered(Ptv(register=small_register()), options, is_national=is_national).frames
        for options in VERSIONS.values()
    )

    for name, frame in older.items():
        # Version 12 tells no municipality of an address, and each record has its own address.
        told = frame.drop(columns=["source_url", "municipality_code"], errors="ignore")
        pd.testing.assert_frame_equal(told, newer[name][told.columns])
    assert newer["service_locations"]["municipality_code"].isna().all()


# What is asked


def test_regions_are_asked_in_few_calls_and_the_whole_country_once():
    service = Ptv(register=small_register())

    gathered(service)

    # 2 regions, 2 counties, 7 municipalities; the whole country with the first of them.
    assert service.asked["Organization/area"] == 11
    assert sum("includeWholeCountry" in address for address in service.addresses) == 1
    # 13 organisations, 8 services and 3 channels in one call each.
    assert service.asked["Organization/list"] == 1
    assert service.asked["Service/list"] == 1
    assert service.asked["Service/serviceWithGD"] == 1
    # One for the services' channels, and one each for 11 and 12, which have no service.
    assert service.asked["ServiceChannel/list"] == 3
    assert len(service.addresses) == 17


def test_the_whole_country_is_read_from_the_registers_own_list():
    service = Ptv(register=small_register())

    result = gathered(service, is_national=True)

    assert service.asked["Organization/area"] == 0
    assert service.asked["Organization/list"] == 1
    assert organisation_id(14) in set(result.frames["organisation_records"]["record_id"])


def test_records_are_asked_for_in_hundreds():
    service = Ptv(register=invented(250, ("491", "740")))

    result = gathered(service, is_national=True)

    assert service.asked["Organization/list"] == service.asked["Service/list"] == 3
    assert service.asked["ServiceChannel/list"] == 2  # 125 places
    assert [len(result.frames[name]) for name in ("organisation_records", "services")] == [250, 250]
    assert len(result.frames["service_locations"]) == 125


def test_a_service_that_reaches_here_brings_its_organisation_where_the_register_is_searched():
    by_areas = gathered(Ptv(register=small_register()))
    by_register = gathered(Ptv(register=small_register()), {"search": "register"})

    found = by_register.frames["organisation_areas"]

    assert (organisation_id(14), "stated", "491") not in pairs(
        by_areas.frames["organisation_areas"]
    )
    assert (organisation_id(14), "stated", "491") in pairs(found)
    others = found[found["organisation_id"] != organisation_id(14)].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, by_areas.frames["organisation_areas"])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_register_searched_for_a_region_leaves_out_who_works_elsewhere(version):
    register = small_register()
    elsewhere = Where(municipalities=("091",))
    register.add(
        Organisation(id=guid("4", 20), names={"fi": NameOf(text="Muu ry")}, where=elsewhere),
        Service(
            id=guid("5", 20),
            owners=((guid("4", 20), "Responsible"),),
            names={"fi": "Muu"},
            where=elsewhere,
        ),
    )

    frames = gathered(Ptv(register=register), {**VERSIONS[version], "search": "register"}).frames

    assert organisation_id(20) not in set(frames["organisation_records"]["record_id"])
    assert service_id(20) not in set(frames["services"]["service_id"])


# Areas


@pytest.mark.parametrize("status", [400, 404])
def test_a_county_that_is_not_known_is_counted_and_the_rest_goes_on(small, status):
    service = Ptv(register=small_register(), county_area="Other", unknown_area_status=status)

    result = gathered(service)

    kept = set(result.frames["organisation_records"]["record_id"])
    assert kept == set(small.frames["organisation_records"]["record_id"]) - {organisation_id(5)}
    assert result.surprises["unknown area WellbeingServiceCounties 05"] == 1
    assert result.surprises["unknown area WellbeingServiceCounties 12"] == 1


def test_the_word_for_counties_is_an_option(small):
    service = Ptv(register=small_register(), county_area="WellbeingArea")

    result = gathered(service, {"county_area": "WellbeingArea"})

    pd.testing.assert_frame_equal(
        result.frames["organisation_areas"], small.frames["organisation_areas"]
    )


def test_lists_of_municipalities_that_hold_larger_areas_give_the_same(small):
    result = gathered(Ptv(register=small_register(), has_larger_areas=True))

    for name, frame in small.frames.items():
        pd.testing.assert_frame_equal(result.frames[name], frame)


def test_a_service_out_of_reach_is_not_taken_for_an_unknown_county():
    gathering = ptv_organisations.gather(scope(region_codes=()))
    next(gathering)
    error = SourceUnavailable("organisations of the county: it did not answer in time")
    error.notice = "timed_out"

    with pytest.raises(SourceUnavailable):
        gathering.throw(error)


def test_a_municipality_that_is_not_known_is_counted():
    result = gathered(Ptv(register=small_register()), municipality_codes=("491", "588"))

    assert result.surprises["unknown area Municipality 588"] == 1
    assert organisation_id(1) in set(result.frames["organisation_records"]["record_id"])


def test_the_whole_country_comes_with_the_first_area_that_is_known():
    result = gathered(Ptv(register=small_register()), region_codes=("88", "99"))

    assert organisation_id(3) in set(result.frames["organisation_records"]["record_id"])


def test_no_known_area_at_all_means_that_the_service_has_changed():
    with pytest.raises(SourceChanged, match="none of the 3 areas"):
        gathered(
            Ptv(register=small_register()),
            region_codes=("88",),
            wellbeing_county_codes=("88",),
            municipality_codes=("888",),
        )


def test_a_hospital_district_is_regional_where_the_regions_were_seen():
    register = small_register()
    districts = (("05", ("491", "734")), ("06", ("999",)))
    register.add(
        Organisation(
            id=guid("4", 21),
            names={"fi": NameOf(text="Piirin esimerkki ry")},
            where=Where(districts=districts),
        )
    )
    # Region 02 is in no record of the small register.
    register.organisations[guid("4", 12)] = changed(
        register.organisations[guid("4", 12)], where=Where(regions=("02",))
    )

    result = gathered(Ptv(register=register, has_larger_areas=True))

    found = pairs(result.frames["organisation_areas"])
    assert [one[1:] for one in found if one[0] == organisation_id(21)] == [
        ("regional", "02"),
        ("regional", "10"),
    ]
    assert result.surprises["larger area with a municipality of no known region"] == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a_county_of_no_known_region_is_a_surprise(version):
    result = gathered(Ptv(register=small_register()), VERSIONS[version], regions_of_county={})

    assert organisation_id(5) not in set(result.frames["organisation_areas"]["organisation_id"])
    assert result.surprises["wellbeing services county 12 without a known region"] == 1
    assert result.surprises["wellbeing services county 05 without a known region"] == 1


def test_all_but_aland_is_not_asked_for_where_only_aland_is():
    service = Ptv(register=small_register())

    gathered(
        service,
        VERSIONS["12"],
        region_codes=("21",),
        municipality_codes=("478",),
        wellbeing_county_codes=(),
    )

    assert not any("WholeCountryExceptAland" in address for address in service.addresses)


# Services and places


def test_a_service_that_another_body_is_responsible_for_is_its_producers():
    register = small_register()
    register.add(
        Service(
            id=guid("5", 30),
            owners=(
                (guid("4", 9), "Responsible"),
                (guid("4", 2), "Producer"),
                (guid("4", 1), "OtherResponsible"),
            ),
            names={"fi": "Kunnan palvelu"},
            where=Where(municipalities=("507",)),
            groups=("KR1.5",),
        )
    )

    frames = gathered(Ptv(register=register)).frames

    service = row(frames["services"], "service_id", service_id(30))
    assert service["organisation_id"] == organisation_id(1)
    for number in (1, 2):
        assert (organisation_id(number), "stated", "507") in pairs(frames["organisation_areas"])
        assert (organisation_id(number), "KR1.5") in pairs(frames["organisation_target_groups"])


def test_a_service_whose_record_names_nobody_is_theirs_whose_records_name_it(small):
    def forget(record: dict[str, Any]) -> None:
        record.update(organizations=None)

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(forget), where="Service/")
    )

    result = gathered(service)

    pd.testing.assert_frame_equal(result.frames["services"], small.frames["services"])


def test_a_service_of_nobody_we_know_is_set_aside():
    def forget(record: dict[str, Any]) -> None:
        if "serviceLanguages" in record:
            record.update(organizationContentId=guid("4", 99))

    service = Ptv(register=small_register(), tamper=tampering(each_record(forget)))

    result = gathered(service, VERSIONS["12"])

    assert result.frames["services"].empty
    assert (service_id(1), "no_organisation") in reasons(result)


def test_descriptions_filled_in_unasked_lose_nothing_but_where_codes_come_from(small):
    result = gathered(Ptv(register=small_register(), is_filled_in=True))

    groups = result.frames["service_target_groups"]
    expected = small.frames["service_target_groups"]
    assert pairs(groups.iloc[:, :2]) == pairs(expected.iloc[:, :2])
    assert not groups["is_inherited"].any()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_missing_general_description_is_counted_and_the_services_own_codes_stay(version):
    register = small_register()
    register.descriptions.clear()

    def lose(path: str, query: dict[str, list[str]], reply: Reply) -> Reply:
        return (404, {}, b"") if "serviceWithGD" in path else reply

    result = gathered(Ptv(register=register, tamper=lose), VERSIONS[version])

    assert result.surprises["service without its general description"] == 1
    assert (service_id(3), "KR1.6", False) in pairs(result.frames["service_target_groups"])


def test_codes_are_read_from_the_newer_addresses_where_they_are_missing(small):
    def lose_codes(record: dict[str, Any]) -> None:
        for entry in (*record.get("targetGroups", ()), *record.get("serviceClasses", ())):
            entry["code"] = None

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(lose_codes), where="Service/list")
    )

    result = gathered(service)

    for name in ("service_target_groups", "service_service_classes"):
        pd.testing.assert_frame_equal(result.frames[name], small.frames[name])


def test_a_class_without_code_and_newer_address_is_a_surprise():
    def lose_codes(record: dict[str, Any]) -> None:
        for entry in record.get("targetGroups", ()):
            entry.update(code=None, newUri=None)

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(lose_codes), where="Service/list")
    )

    # KR1, KR1.1, KR1.2, KR2.7, KR1.6, KR1.3, KR1.5
    assert gathered(service).surprises["targetGroups without a code"] == 7


@pytest.mark.parametrize(
    ("spot", "reason", "municipality"),
    [
        (Spot(northing="6838000", municipality="491"), "half_a_coordinate", "491"),
        (Spot(northing="NaN", easting="NaN", municipality="491"), None, "491"),
        (Spot(northing="6838000", easting="1e9", municipality="91"), "half_a_coordinate", "091"),
        (Spot(northing="8000000", easting="514000", postcode="50100"), "outside_finland", None),
        (Spot(postcode="501"), "no_address", None),
        (Spot(), "no_address", None),
    ],
)
def test_a_place_without_a_usable_point_has_none(spot, reason, municipality):
    register = small_register()
    register.channels[guid("6", 1)] = changed(register.channels[guid("6", 1)], spots=(spot,))

    result = gathered(Ptv(register=register))

    told = {why for text, why in reasons(result) if text == place_id(1)}
    assert told == ({reason} if reason else set())
    locations = result.frames["service_locations"].set_index("location_id")
    if reason == "no_address":
        assert place_id(1) not in locations.index
    else:
        place = locations.loc[place_id(1)]
        assert pd.isna(place["northing_m"])
        assert pd.isna(place["easting_m"])
        assert pd.isna(place["municipality_code"]) == (municipality is None)
        assert municipality in (None, place["municipality_code"])


def test_where_post_is_taken_is_no_place():
    def post(record: dict[str, Any]) -> None:
        for address in record["addresses"]:
            address["type"] = "Postal"

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(post), where="ServiceChannel/list")
    )

    result = gathered(service)

    assert {why for text, why in reasons(result) if text == place_id(1)} == {"no_address"}


def test_the_plane_is_that_of_the_table():
    table = SERVICE_LOCATIONS.columns
    for column, (least, most) in (("northing_m", NORTHINGS_M), ("easting_m", EASTINGS_M)):
        limits = [check.statistics for check in table[column].checks]
        assert limits == [{"min_value": least}, {"max_value": most}]


# Pages


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("size", [1, 5])
def test_small_pages_give_what_large_ones_do(version, size):
    options = VERSIONS[version]
    large = gathered(Ptv(register=small_register()), options, is_national=True)

    service = Ptv(register=small_register(), ids_a_page=size, records_a_page=size)
    result = gathered(service, options, is_national=True)

    for name, frame in large.frames.items():
        pd.testing.assert_frame_equal(result.frames[name], frame)
    assert result.surprises == large.surprises


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", ["overlap", "grow"])
def test_a_record_on_two_pages_is_kept_once_and_a_late_one_is_kept(version, fault):
    large = gathered(Ptv(register=small_register()), VERSIONS[version], is_national=True)

    service = Ptv(register=small_register(), ids_a_page=5, records_a_page=5, fault=fault)
    result = gathered(service, VERSIONS[version], is_national=True)

    pd.testing.assert_frame_equal(
        result.frames["organisation_records"], large.frames["organisation_records"]
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_list_that_shrinks_while_it_is_read_is_read_anew(version):
    # After its first page one of 16 organisations goes, and the fourth page with it (version 12:
    # one of the 12 of the kind asked for, and the number of all falls): the first of the second
    # page moves to the one that was read before.
    register = small_register()
    size = 5 if version == "11" else 4
    service = Ptv(register=register, ids_a_page=size, records_a_page=size, fault="shrink")

    result = gathered(service, VERSIONS[version], is_national=True)

    numbers = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14]
    assert list(result.frames["organisation_records"]["record_id"]) == [
        organisation_id(number) for number in numbers
    ]
    assert result.surprises["list shrank while it was read"] >= 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("fault", "told"),
    [("repeat", "repeated itself"), ("null", "had an empty page"), ("endless", "pages, expected")],
)
def test_pages_that_hold_nothing_new_or_never_end_are_told(version, fault, told):
    service = Ptv(register=small_register(), ids_a_page=4, records_a_page=4, fault=fault)

    with pytest.raises(SourceChanged, match=told):
        gathered(service, VERSIONS[version], is_national=True)

    assert len(service.addresses) <= 30


def test_a_page_that_is_lost_now_and_then_is_asked_for_again():
    losses = iter(range(MAX_ROUNDS - 1))

    def lose(path: str, query: dict[str, list[str]], reply: Reply) -> Reply:
        is_lost = query.get("page") == ["2"] and next(losses, None) is not None
        return (404, {}, b"{}") if is_lost else reply

    service = Ptv(register=small_register(), ids_a_page=5, tamper=lose)

    result = gathered(service, is_national=True)

    assert len(result.frames["organisation_records"]) == 11
    assert result.surprises["list lost a page while it was read"] == MAX_ROUNDS - 1


def test_an_empty_register_is_no_fault_of_form():
    register = small_register()
    for room in (register.organisations, register.services, register.channels):
        room.clear()

    result = gathered(Ptv(register=register))

    assert all(frame.empty for frame in result.frames.values())
    assert result.source_date is None


def test_numbers_as_text_are_numbers():
    def as_text(page: Any) -> Any:
        if isinstance(page, dict) and "pageCount" in page:
            page["pageCount"] = str(page["pageCount"])
        return page

    service = Ptv(register=small_register(), ids_a_page=3, tamper=tampering(as_text))

    assert len(gathered(service).frames["organisation_records"]) == 10


# Records that changed, went or are not what they were


def test_a_record_that_was_archived_meanwhile_is_set_aside():
    def archive(record: dict[str, Any]) -> None:
        if record["id"] == guid("4", 1):
            record["publishingStatus"] = "Archived"

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(archive), where="Organization/list")
    )

    result = gathered(service)

    assert (organisation_id(1), "not_published") in reasons(result)
    assert organisation_id(1) not in set(result.frames["organisation_records"]["record_id"])


def test_a_record_that_was_listed_and_is_gone_is_set_aside():
    def lose(records: Any) -> Any:
        return [record for record in records if record["id"] != guid("4", 1)]

    service = Ptv(register=small_register(), tamper=tampering(lose, where="Organization/list"))

    assert (organisation_id(1), "gone_meanwhile") in reasons(gathered(service))


def test_records_that_are_all_gone_are_set_aside_one_by_one():
    def lose(path: str, query: dict[str, list[str]], reply: Reply) -> Reply:
        return (404, {}, b"{}") if path.endswith("ServiceChannel/list") else reply

    result = gathered(Ptv(register=small_register(), tamper=lose))

    assert (place_id(1), "gone_meanwhile") in reasons(result)


@pytest.mark.parametrize("is_newer", [True, False])
def test_of_two_records_with_one_identifier_the_newer_is_kept(is_newer):
    def double(records: Any) -> Any:
        other = json.loads(json.dumps(records[0]))
        other["organizationNames"] = [{"language": "fi", "value": "Muuttunut ry", "type": "Name"}]
        # Seven decimals, after or before six.
        other["modified"] = f"2026-10-02T06:11:20.123456{'1' if is_newer else ''}"
        if not is_newer:
            other["modified"] = "2026-10-02T06:11:20.1234559"
        return [records[0], other, *records[1:]]

    service = Ptv(register=small_register(), tamper=tampering(double, where="Organization/list"))

    records = gathered(service).frames["organisation_records"]

    first = json.loads(service._by_guids("Organization", service.register.organisations, "")[2])
    assert "guids" in first  # an empty list of identifiers is refused
    assert records["record_id"].is_unique
    assert ("Muuttunut ry" in set(records["name"])) == is_newer


def test_unknown_keys_and_words_are_counted_and_no_value_is_told():
    def change(record: dict[str, Any]) -> None:
        record.update(newField=1, areaType="Galaxy", publishingStatus="Somewhat")
        record["organizationNames"].append({"language": "fi", "value": "Nimi", "type": "Nick"})

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(change), where="Organization/list")
    )

    result = gathered(service)

    # The 11 of the kind that is kept; the area is read of all 15.
    assert result.surprises["key of organisation: newField"] == 11
    assert result.surprises["areaType: Galaxy"] == 15
    assert result.surprises["publishingStatus: Somewhat"] == 11
    assert len(result.frames["organisation_records"]) == 11  # the nameless one has a name now


@pytest.mark.parametrize("value", [None, "text", {}, [None, 7, []]])
@pytest.mark.parametrize(
    "key",
    ["organizationNames", "displayNameType", "areas", "webPages", "services", "businessCode"],
)
def test_a_value_of_another_form_does_not_take_the_other_records_with_it(key, value):
    def change(record: dict[str, Any]) -> None:
        if record["id"] == guid("4", 2):
            record[key] = value

    service = Ptv(
        register=small_register(), tamper=tampering(each_record(change), where="Organization/list")
    )

    kept = set(gathered(service).frames["organisation_records"]["record_id"])

    # Only without a name is the record itself set aside.
    is_nameless = key == "organizationNames"
    assert kept >= {organisation_id(number) for number in (1, 3, 4, 5, 6, 7, 11, 12, 13)}
    assert (organisation_id(2) in kept) != is_nameless


@pytest.mark.parametrize("version", VERSIONS)
def test_a_field_renamed_in_every_record_is_told_at_once(version):
    def rename(page: Any) -> Any:
        for record in page if isinstance(page, list) else page.get("items", []):
            record["guid"] = record.pop("id", record.pop("contentId", None))
        return page

    where = "list" if version == "11" else "search"
    service = Ptv(register=small_register(), tamper=tampering(rename, where=where))

    with pytest.raises(SourceChanged, match=r"ptv_organisations: .*expected"):
        gathered(service, VERSIONS[version])


# Version 12 and the options


def test_version_12_without_a_key_names_the_option():
    with pytest.raises(SourceUnavailable, match=r"ptv_organisations\.key"):
        gathered(Ptv(register=small_register()), {"version": "12"})


def test_version_12_shows_its_key_on_every_call_and_nowhere_else():
    gathering = ptv_organisations.gather(
        scope({"version": "12", "key": "very-secret"}, base_url=_ptv_v11.BASE)
    )
    service = Ptv(register=small_register())

    request = next(gathering)
    gathered(service, {"version": "12", "key": service.key})  # 401 without it

    assert request.headers == {"x-api-key": "very-secret"}
    assert request.url.startswith(f"{_ptv_v12.BASE}/organization/search?")
    assert "very-secret" not in repr(request)


def test_version_12_with_a_wrong_key_is_unavailable():
    with pytest.raises(SourceUnavailable, match=r"401.*ptv_organisations\.key"):
        gathered(Ptv(register=small_register(), key="another"), VERSIONS["12"])


def test_version_12_asks_for_any_of_twenty_municipalities_at_once():
    towns = tuple(f"{code:03d}" for code in range(100, 138))
    service = Ptv(register=small_register())

    gathered(service, VERSIONS["12"], municipality_codes=(*towns, "491"))

    asked = [address for address in service.addresses if "'municipalities'" in address]
    assert len(asked) == 2
    assert all("'municipalitiesMatch': ['any']" in address for address in asked)


@pytest.mark.parametrize("options", [{"version": "10"}, {"search": "everything"}])
def test_an_option_of_an_unknown_value_is_told(options):
    (name,) = options
    with pytest.raises(SourceUnavailable, match=rf"ptv_organisations\.{name}="):
        gathered(Ptv(register=small_register()), options)


def test_groups_and_classes_are_those_of_our_own_tables():
    def codes(name: str, column: str) -> set[str]:
        with (FIXED / name).open(encoding="utf-8") as file:
            return {line[column] for line in csv.DictReader(file)}

    groups = codes("target_groups.csv", "target_group_code")
    assert {code for code in groups if code.startswith("KR")} == GROUPS
    assert set(GROUPS_OF_CLASSES.values()) <= groups
    assert set(GROUPS_OF_CLASSES) <= codes("service_classes.csv", "service_class_code")


# Anything at all


def outcome(service: Ptv, options: dict[str, str]) -> Gathered | None:
    """What is gathered, or None where the source is said to have changed; nothing else may be."""
    with contextlib.suppress(LoaderError):
        return gathered(service, options)
    return None


QUICK = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "id itemList pageCount items totalPages contentId name area areas code".split()  # noqa: SIM905
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def replacing(number: int, body: bytes) -> Callable[..., Reply]:
    """Answer one of the requests, counted from 0, with a body of any kind."""
    count = iter(range(10_000))

    def tamper(path: str, query: dict[str, list[str]], reply: Reply) -> Reply:
        return (200, {}, body) if next(count) == number else reply

    return tamper


@QUICK
@given(
    version=st.sampled_from(list(VERSIONS)),
    number=st.integers(0, 18),
    body=st.binary(max_size=300) | st.text(max_size=100).map(str.encode),
)
def test_any_bytes_at_any_request_give_frames_or_a_changed_source(version, number, body):
    service = Ptv(register=small_register(), tamper=replacing(number, body))

    outcome(service, VERSIONS[version])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"pageCount": 1e999, "itemList": []}',
        b'{"pageCount": ' + b"9" * 5_000 + b', "itemList": []}',
        b'{"pageCount": -1, "itemList": []}',
        b'{"pageCount": 1, "itemList": {}, "totalPages": 1, "items": {}}',
        b'{"pageCount": 1, "itemList": [1, null, []], "totalPages": 1, "items": [1, null]}',
        b"null",
        b"",
        b"<!DOCTYPE html><html><title>503</title></html>",
    ],
    ids=range(10),
)
def test_an_answer_of_another_form_is_told(version, body):
    service = Ptv(register=small_register(), tamper=lambda *_: (200, {}, body))

    with pytest.raises(SourceChanged, match="ptv_organisations"):
        gathered(service, VERSIONS[version])


@QUICK
@given(version=st.sampled_from(list(VERSIONS)), number=st.integers(0, 18), value=JSON)
def test_any_json_at_any_request_gives_frames_or_a_changed_source(version, number, value):
    service = Ptv(register=small_register(), tamper=replacing(number, json.dumps(value).encode()))

    outcome(service, VERSIONS[version])


@QUICK
@given(version=st.sampled_from(list(VERSIONS)), data=st.data())
def test_any_value_at_any_place_of_an_answer_gives_frames_that_fit(version, data):
    number = data.draw(st.integers(0, 18))
    value = data.draw(JSON)
    count = iter(range(10_000))

    def put_in(page: Any) -> Any:
        if next(count) != number:
            return page
        node = page
        while isinstance(node, list | dict) and node:
            key = data.draw(
                st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node)))
            )
            if not isinstance(node[key], list | dict) or data.draw(st.integers(0, 3)) == 0:
                node[key] = value
                return page
            node = node[key]
        return page

    result = outcome(Ptv(register=small_register(), tamper=tampering(put_in)), VERSIONS[version])

    if result is not None:
        for name, frame in result.frames.items():
            assert list(frame.columns) == list(PARTS[name].columns)
            assert not frame[list(PARTS[name].keys)].duplicated().any()
            # Everything can be written to a file, so no half of a character is left.
            frame.to_csv().encode()
        assert (
            table_faults(result.frames["organisation_records"], PARTS["organisation_records"]) == []
        )
        assert table_faults(result.frames["service_locations"], SERVICE_LOCATIONS) == []


def test_many_organisations_are_read_in_good_time():
    register = invented(1_000, ("491", "740", "853"))

    frames = gathered(Ptv(register=register), is_national=True).frames

    assert len(frames["organisation_records"]) == len(frames["services"]) == 1_000
    assert len(frames["service_locations"]) == 500
    areas = frames["organisation_areas"]
    assert areas["relation"].value_counts().to_dict() == {
        "stated": 900,
        "regional": 50,
        "national": 50,
    }


def test_channels_of_other_kinds_are_no_places():
    register = small_register()
    register.add(Channel(id=guid("6", 40), owner=guid("4", 1), names={"fi": "X"}, kind="Fax"))
    register.services[guid("5", 1)] = changed(
        register.services[guid("5", 1)], channels=(guid("6", 40), guid("6", 2))
    )

    result = gathered(Ptv(register=register))

    assert result.surprises["serviceChannelType: Fax"] == 1
    assert place_id(40) not in set(result.frames["service_locations"]["location_id"])
