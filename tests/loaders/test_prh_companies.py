from __future__ import annotations

import contextlib
import copy
import datetime as dt
import io
import json
import tracemalloc
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Answer, Gathered, Scope
from loaders.sources import _prh_bulk
from loaders.sources._homepages import web_address
from loaders.sources.prh_companies import BULK_FROM, SOURCE, WITHOUT_RECORD, gather
from loaders.tables import ORGANISATION_RECORDS
from tests.benchmarks.bulk import write_bulk
from tests.servers.drive import NOW, drive
from tests.servers.prh import (
    FORMS_FI,
    SAMPLE,
    TOO_MANY,
    PrhService,
    company,
    error,
    zipped,
)

FIRST, SECOND, THIRD = "0000000-0", "9000000-3", "9000001-1"  # check digits worked out by hand


def scope(*business_ids: str, **options: str) -> Scope:
    return Scope(
        base_url="https://avoindata.prh.fi/opendata-ytj-api/v3",
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=("491",),
        region_codes=("10",),
        wellbeing_county_codes=("10",),
        business_ids=business_ids,
        options=options,
    )


def gathered(*companies: dict[str, Any], asked: tuple[str, ...] = (FIRST,)) -> Gathered:
    """What the source makes of a service that has these companies."""
    return drive(gather(scope(*asked)), PrhService(companies))


def bulk_of(body: bytes, folder: Path, *asked: str, name: str = "data_20261121.json") -> Gathered:
    """What the source makes of a bulk file with this content."""
    return of_zip(zipped(body, name=name), folder, *asked)


def of_zip(bulk: bytes, folder: Path, *asked: str) -> Gathered:
    wanted = scope(*(asked or (FIRST,)), bulk="yes", bulk_fewest="1")
    return drive(gather(wanted), PrhService(bulk=bulk), folder=folder)


def only(result: Gathered) -> dict[str, Any]:
    """The one record of a result, without what is not known."""
    frame = result.frames["organisation_records"]
    assert len(frame) == 1
    return frame.iloc[0].dropna().to_dict()


def reasons(result: Gathered) -> list[tuple[int, str, str]]:
    rejects = result.rejects
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The sample with one value changed: "names.0.type"; DELETED takes it away."""
    result = copy.deepcopy(dict(SAMPLE))
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = result
    for step in parents:
        place = place[step]
    if value is DELETED:
        place.pop(last)
    else:
        place[last] = value
    return result


DELETED = object()


def test_gather_reads_the_sample_of_the_reference():
    result = gathered(dict(SAMPLE))

    assert only(result) == {
        "record_id": "prh:0000000-0",
        "source_id": "prh_companies",
        "name": "Esimerkki ry",
        "other_names": "Esimerkkiyhdistys ry | Esimerkin kirpputori",
        "business_id": "0000000-0",
        "postcode": "50100",
        "address_municipality_code": "491",
        "legal_form": "association",
        "industry_code": "88999",
        "status": "registered",
        "registered": "1996-03-01",  # into the register of associations, before it traded
        "homepage": "https://www.example.org",
        "source_url": "https://yhdistysrekisteri.prh.fi/basicinformation?userLang=fi"
        "&businessId=0000000-0&timeZone=Europe%2FHelsinki",
        "source_date": "2026-07-08",
    }
    assert len(result.rejects) == 0
    assert result.surprises == {}


def test_gather_gives_its_table():
    frame = gathered(dict(SAMPLE)).frames["organisation_records"]

    assert table_faults(frame, ORGANISATION_RECORDS) == []
    assert SOURCE.id in ORGANISATION_RECORDS.sources


def test_gather_keeps_no_street_and_no_care_of_name():
    told = changed("addresses.0.co", "Jonkun luona")

    frame = gathered(told).frames["organisation_records"]

    cells = " ".join(str(cell) for cell in frame.iloc[0])
    assert "Esimerkkikatu" not in cells
    assert "luona" not in cells


def test_gather_asks_once_a_business_id_and_first_for_the_forms():
    service = PrhService([company(FIRST), company(SECOND)])

    result = drive(gather(scope(SECOND, FIRST, SECOND)), service)

    assert service.asked == [
        ("description", {"code": ["YRMU"], "lang": ["fi"]}),
        ("companies", {"businessId": [FIRST]}),
        ("companies", {"businessId": [SECOND]}),
    ]
    assert list(result.frames["organisation_records"]["business_id"]) == [FIRST, SECOND]


def test_gather_asks_nothing_where_no_business_id_is_known():
    service = PrhService([company(FIRST)])

    result = drive(gather(scope()), service)

    assert service.asked == []
    assert result.frames["organisation_records"].empty
    assert table_faults(result.frames["organisation_records"], ORGANISATION_RECORDS) == []


def test_gather_never_asks_for_what_is_no_business_id():
    service = PrhService()

    result = drive(gather(scope("0000000-1", "kaikki")), service)

    assert service.asked == []
    assert reasons(result) == [(1, "", "bad_business_id"), (2, "", "bad_business_id")]


def test_a_business_id_without_an_answer_is_unknown_and_counted():
    result = gathered(dict(SAMPLE), asked=(FIRST, SECOND, THIRD))

    assert result.surprises == {WITHOUT_RECORD: 2}
    assert len(result.rejects) == 0


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (("6", "21", "29", "31", "38"), "association"),
        (("18", "39"), "foundation"),
        (("14", "15"), "cooperative"),
        (("44", "45", "46", "71"), "religious"),
        (("2", "10", "16", "17"), "company"),
        (("7", "8", "19", "41", "42", "60"), "other"),
    ],
)
def test_gather_maps_the_company_form(codes, kind):
    for code in codes:
        told = changed("companyForms.0.type", code) | {"registeredEntries": []}
        assert only(gathered(told))["legal_form"] == kind, code


def test_an_unknown_company_form_is_other_and_counted():
    told = company(FIRST, companyForms=[{"type": "99", "version": 1}])

    result = gathered(told)

    assert only(result)["legal_form"] == "other"
    assert result.surprises == {"companyForms.type: 99": 1}


def test_no_company_form_leaves_the_legal_form_empty():
    for forms in (None, [], [{"type": "0", "version": 1}], [{"version": 1}]):
        result = gathered(company(FIRST, companyForms=forms))
        assert "legal_form" not in only(result)
        assert result.surprises == {}


def test_an_entry_in_a_register_of_its_own_tells_the_legal_form():
    def told(register: str, **entry: Any) -> dict[str, Any]:
        entries = [{"register": register, "type": "1", **entry}]
        return company(FIRST, companyForms=[], registeredEntries=entries)

    assert only(gathered(told("3")))["legal_form"] == "association"
    assert only(gathered(told("2")))["legal_form"] == "foundation"
    assert "legal_form" not in only(gathered(told("1")))
    assert "legal_form" not in only(gathered(told("3", endDate="2020-01-31")))
    assert "legal_form" not in only(gathered(told("3", type="0")))


def test_the_code_set_of_the_service_goes_before_the_built_in_list():
    service = PrhService([company(FIRST)], forms="6\tSäätiö\n7\tEurooppalainen etuyhtymä\n")

    result = drive(gather(scope(FIRST)), service)

    assert only(result)["legal_form"] == "foundation"
    assert result.surprises == {"YRMU of another meaning: 6": 1}


@pytest.mark.parametrize(
    "fault",
    [
        error(500),
        TOO_MANY,
        (200, {}, b"<!DOCTYPE html><html><title>503</title></html>"),
        (200, {}, b""),
        (200, {}, b"\xff\xfe\x00"),
        (404, {}, b""),
        (200, {}, b"6\tAatteellinen yhdistys\n" * 50_000),
    ],
)
def test_without_the_code_set_the_built_in_list_is_used_and_it_is_told(fault):
    service = PrhService([company(FIRST)], faults={"description": fault})

    result = drive(gather(scope(FIRST)), service)

    assert only(result)["legal_form"] == "association"
    assert len(result.surprises) == 1
    assert next(iter(result.surprises)).startswith("YRMU: not read")


@pytest.mark.parametrize("code", ["5", "13", "26"])
def test_a_partnership_or_own_firm_is_set_aside_by_business_id_alone(code):
    told = company(FIRST, "Nimi ja Nimi", companyForms=[{"type": code, "version": 1}])

    result = gathered(told)

    assert result.frames["organisation_records"].empty
    assert reasons(result) == [(1, FIRST, "may_name_a_person")]
    assert result.surprises == {}


def test_names_from_the_time_as_a_partnership_are_left_out():
    told = changed(
        "companyForms",
        [
            {"type": "16", "version": 1, "registrationDate": "2004-09-01"},
            {"type": "13", "version": 2, "endDate": "2004-08-31"},
        ],
    )

    assert only(gathered(told))["other_names"] == "Esimerkin kirpputori"


@pytest.mark.parametrize(
    ("trade_register", "end", "situations", "status"),
    [
        ("1", None, [], "registered"),
        ("2", None, [], "removed"),
        ("4", None, [], "ceased"),
        ("0", None, [], None),
        ("3", None, [], None),
        ("1", "2024-05-31", [], "ceased"),
        ("2", "2024-05-31", [], "removed"),
        ("1", "2027-05-31", [], "registered"),  # an end to come
        ("1", None, [{"type": "KONK", "registrationDate": "2025-02-01"}], "bankrupt"),
        ("1", None, [{"type": "SELTILA"}], "liquidation"),
        ("1", None, [{"type": "SELTILA"}, {"type": "KONK"}], "bankrupt"),
        ("1", None, [{"type": "SANE"}], "registered"),
        ("1", None, [{"type": "KONK", "endDate": "2025-09-30"}], "registered"),
        ("4", None, [{"type": "KONK"}], "ceased"),
    ],
)
def test_status_follows_the_liveness_rule(trade_register, end, situations, status):
    told = company(
        FIRST,
        tradeRegisterStatus=trade_register,
        endDate=end,
        companySituations=situations,
        status="2",  # says "valid" of everything
    )

    assert only(gathered(told)).get("status") == status


def test_who_left_the_trade_register_is_still_in_the_register_of_associations():
    assert only(gathered(changed("tradeRegisterStatus", "2")))["status"] == "registered"
    assert only(gathered(changed("endDate", "2020-12-31")))["status"] == "ceased"


def test_an_unknown_status_or_situation_is_counted():
    told = company(
        FIRST, tradeRegisterStatus="7", companySituations=[{"type": "UUSI"}, {"type": "UUSI"}]
    )

    result = gathered(told)

    assert "status" not in only(result)
    assert result.surprises == {
        "company.tradeRegisterStatus: 7": 1,
        "companySituations.type: UUSI": 1,
    }


def test_the_name_is_the_current_trade_name():
    names = [
        {"name": "Vanha ry", "type": "1", "version": 2, "endDate": "2010-01-01"},
        {"name": "Nykyinen ry", "type": "1", "version": 1, "registrationDate": "2010-01-02"},
        {"name": "Nuvarande rf", "type": "2", "version": 1},
        {"name": "Päättynyt", "type": "1", "version": 1, "endDate": "2012-01-01"},
        {"name": "Nykyinen ry", "type": "4", "version": 1},
    ]

    record = only(gathered(company(FIRST, names=names)))

    assert record["name"] == "Nykyinen ry"
    assert record["other_names"] == "Vanha ry | Nuvarande rf | Päättynyt"


def test_a_ceased_company_keeps_its_last_name():
    names = [{"name": "Lakannut ry", "type": "1", "version": 1, "endDate": "2020-01-01"}]

    record = only(gathered(company(FIRST, names=names, endDate="2020-01-01")))

    assert (record["name"], record["status"]) == ("Lakannut ry", "ceased")


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([], "no_name"),
        (None, "no_name"),
        ("Esimerkki ry", "no_name"),
        ([{"name": None, "type": "1", "version": 1}], "no_name"),
        ([{"name": "Vain rinnakkaisnimi", "type": "2", "version": 1}], "no_name"),
        ([{"name": "x" * 301, "type": "1", "version": 1}], "long_name"),
    ],
)
def test_a_company_without_a_name_is_set_aside(names, reason):
    result = gathered(company(FIRST, names=names))

    assert result.frames["organisation_records"].empty
    assert reasons(result) == [(1, FIRST, reason)]


def test_companies_that_all_lack_names_are_a_changed_source():
    told = [company(number, names=None, nimet=[]) for number in (FIRST, SECOND, THIRD)]

    with pytest.raises(SourceChanged, match="prh_companies: 3 companies"):
        gathered(*told, asked=(FIRST, SECOND, THIRD))


@pytest.mark.parametrize(
    ("addresses", "code", "postcode"),
    [
        # The postal one where the visiting one tells no municipality.
        ([(1, "50100", [None], None), (2, "20101", ["853"], None)], "853", "20101"),
        ([(1, "50100", [None], None), (2, "50101", [None], None)], None, "50100"),
        ([(2, "50101", ["491"], None), (1, "50100", ["491"], None)], "491", "50100"),
        ([(1, "11359", ["491"], "SE"), (2, "50101", ["491"], "FI")], "491", "50101"),
        ([(1, "50100", ["491", "853"], None)], None, "50100"),
        ([(1, "501", ["49"], None)], None, None),
        ([("1", "50100", ["491"], None)], "491", "50100"),  # the number as text
        ([(9, "50100", ["491"], None)], None, None),
        ([], None, None),
    ],
)
def test_the_address_is_the_visiting_one_else_the_postal_one(addresses, code, postcode):
    told = company(
        FIRST,
        addresses=[
            {
                "type": kind,
                "postCode": post,
                "country": country,
                "postOffices": [{"city": "X", "municipalityCode": one} for one in codes],
            }
            for kind, post, codes, country in addresses
        ],
    )

    record = only(gathered(told))

    assert (record.get("address_municipality_code"), record.get("postcode")) == (code, postcode)
    assert "municipality_code" not in record  # the seat is not told


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("www.example.org", "https://www.example.org"),
        ("example.org/ry?a=1", "https://example.org/ry?a=1"),
        ("HTTP://Example.org/Ry", "http://Example.org/Ry"),
        ("https://äiti.example.fi", "https://äiti.example.fi"),
        ("example.org:8080/a", "https://example.org:8080/a"),
        ("https://example.org/@kanava", "https://example.org/@kanava"),
        ("015 123 456", None),
        ("0151234567", None),
        ("+358.15.123456", None),
        ("nimi@example.org", None),
        ("mailto:nimi@example.org", None),
        ("https://example.org/?to=nimi@example.org", None),
        ("https://user:pass@example.org/", None),
        ("ftp://example.org", None),
        ("javascript:alert(1)", None),
        ("http://192.168.0.1/", None),
        ("http://localhost/", None),
        ("https://https://example.org", None),
        ("https://example.org:port/", None),
        ("http://[::1", None),
        ("ei ole", None),
        ("-", None),
        ("", None),
        ("www." + "a" * 500 + ".fi", None),
        ("a." * 240 + "1", None),
    ],
)
def test_web_address_takes_hosts_and_nothing_else(text, address):
    assert web_address(text) == address


def test_a_website_that_is_none_is_dropped_and_told_without_its_text():
    result = gathered(changed("website.url", "015 123 456"))

    assert "homepage" not in only(result)
    assert reasons(result) == [(1, FIRST, "homepage_dropped")]


def test_unknown_keys_at_every_level_are_counted_once_a_company():
    told = changed("newField", 1)
    told["names"] = [{**name, "newer": "x"} for name in told["names"]]
    told["addresses"][0]["apartmentDoorSuffix"] = ""
    told["website"]["somebody@example.org"] = 1

    result = gathered(told, company(SECOND, newField=2), asked=(FIRST, SECOND))

    assert result.surprises == {
        "key of company: newField": 2,
        "key of names: newer": 1,
        "key of addresses: apartmentDoorSuffix": 1,
        "key of website: an unreadable name": 1,
    }


PATHS = [
    "names",
    "names.0",
    "names.0.name",
    "names.0.type",
    "names.0.version",
    "names.1.endDate",
    "companyForms",
    "companyForms.0",
    "companyForms.0.type",
    "companySituations",
    "registeredEntries",
    "registeredEntries.1.register",
    "addresses",
    "addresses.0",
    "addresses.0.type",
    "addresses.0.postOffices",
    "addresses.0.postOffices.0.municipalityCode",
    "addresses.0.postCode",
    "website",
    "website.url",
    "mainBusinessLine",
    "mainBusinessLine.type",
    "tradeRegisterStatus",
    "registrationDate",
    "endDate",
    "lastModified",
]
VALUES = [
    None,
    True,
    7,
    -1,
    10**40,
    1.5,
    "",
    "x",
    "\ud800",
    "2026-02-31",
    [],
    [None],
    [[]],
    {},
    {"a": 1},
    "9" * 5000,
    DELETED,
]


@pytest.mark.parametrize("path", PATHS)
def test_any_value_in_any_place_gives_a_fitting_table(path):
    ids = [one["businessId"] for one in numbered(len(VALUES))]
    companies = [
        changed(path, value) | {"businessId": business_id}
        for value, business_id in zip(VALUES, ids, strict=True)
    ]

    asked = (FIRST, *(business_id["value"] for business_id in ids))
    result = gathered(dict(SAMPLE), *companies, asked=asked)

    frame = result.frames["organisation_records"]
    nameless = [row for row in reasons(result) if row[2] in ("no_name", "long_name")]
    assert table_faults(frame, ORGANISATION_RECORDS) == []
    assert len(frame) + len(nameless) == 1 + len(VALUES)
    frame.to_csv().encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"totalResults": 1}',
        b'{"totalResults": 0, "companies": [{}]}',
        b'{"totalResults": 3, "companies": []}',
        b'{"totalResults": -1, "companies": []}',
        b'{"totalResults": null, "companies": []}',
        b'{"totalResults": true, "companies": [{}]}',
        b'{"totalResults": NaN, "companies": [{}]}',
        b'{"totalResults": 1, "companies": {"a": 1}}',
        b'{"totalResults": 1, "companies": [null]}',
        b'{"totalResults": 1, "companies": [{"businessID": {"value": "0000000-0"}}]}',
        b'{"totalResults": 1, "companies": [{"businessId": "0000000-0"}]}',
        b"[" * 200_000,
        b"<html>503</html>",
        b'{"totalResults": 1, "companies": [{"businessId": {"value": "00000',
        '{"totalResults": 0, "companies": []}'.encode("utf-16"),
    ],
)
def test_an_answer_of_another_form_is_told(body):
    service = PrhService(faults={"companies": (200, {}, body)})

    with pytest.raises(SourceChanged, match="prh_companies"):
        drive(gather(scope(FIRST)), service)


@pytest.mark.parametrize("total", ["1", 1])
def test_null_lists_and_a_count_as_text_are_read(total):
    told = {"totalResults": total, "companies": [dict(SAMPLE)]}
    service = PrhService(faults={"companies": (200, {}, json.dumps(told).encode())})

    assert only(drive(gather(scope(FIRST)), service))["name"] == "Esimerkki ry"

    none = (200, {}, b'{"totalResults": 0, "companies": null}')
    result = drive(gather(scope(FIRST)), PrhService(faults={"companies": none}))
    assert result.surprises == {WITHOUT_RECORD: 1}


@pytest.mark.parametrize("fault", [error(400), error(500), error(503, code_key="code"), TOO_MANY])
def test_a_refused_question_reaches_the_caller(fault):
    with pytest.raises(SourceUnavailable):
        drive(gather(scope(FIRST)), PrhService(faults={"companies": fault}))


def test_a_company_that_was_not_asked_for_is_set_aside():
    told = {"totalResults": 2, "companies": [company(SECOND), {}]}
    service = PrhService(faults={"companies": (200, {}, json.dumps(told).encode())})

    result = drive(gather(scope(FIRST)), service)

    assert result.frames["organisation_records"].empty
    assert reasons(result) == [(1, SECOND, "another_business_id"), (1, "", "no_business_id")]
    assert result.surprises == {WITHOUT_RECORD: 1}


def numbered(count: int) -> list[dict[str, Any]]:
    """Companies with different business ids."""
    total = {}
    for number in range(8_000_000, 8_000_000 + 2 * count):
        digits = [int(digit) for digit in str(number)]
        rest = sum(map(int.__mul__, (7, 9, 10, 5, 8, 4, 2), digits)) % 11
        if rest != 1:
            total[f"{number}-{-rest % 11}"] = None
    return [company(business_id) for business_id in list(total)[:count]]


def test_a_service_that_ignores_the_question_is_found_out_at_the_first_page():
    companies = [*numbered(2_500), company(FIRST)]
    service = PrhService(companies, ignored=["businessId"])

    with pytest.raises(SourceChanged, match="one business id; 2501 companies"):
        drive(gather(scope(FIRST)), service)
    assert len(service.asked) == 2


def test_paging_stops_by_count_though_a_page_past_the_end_is_the_first_again():
    companies = [*numbered(200), company(FIRST)]
    service = PrhService(companies, ignored=["businessId"])

    result = drive(gather(scope(FIRST)), service)

    pages = [query.get("page", ["1"])[0] for name, query in service.asked if name == "companies"]
    assert pages == ["1", "2", "3"]
    assert only(result)["business_id"] == FIRST
    assert Counter(reason for *_, reason in reasons(result)) == {"another_business_id": 200}


def test_paging_stops_where_a_page_comes_again():
    companies = [*numbered(99), company(FIRST)]
    # It tells of more than it gives: from page 2 on the first page comes.
    told = {"totalResults": 300, "companies": companies}
    service = PrhService(faults={"companies": (200, {}, json.dumps(told).encode())})

    result = drive(gather(scope(FIRST)), service)

    assert len(service.asked) == 3
    assert only(result)["business_id"] == FIRST
    assert "duplicate" not in {reason for *_, reason in reasons(result)}


def test_many_business_ids_are_looked_for_in_the_bulk_file(tmp_path):
    companies = numbered(BULK_FROM + 1)
    asked = [one["businessId"]["value"] for one in companies]
    bulk = zipped(json.dumps(companies[1:]).encode())
    service = PrhService(bulk=bulk)

    result = drive(gather(scope(*asked, bulk_fewest="400")), service, folder=tmp_path)

    assert [name for name, _ in service.asked] == ["description", "all_companies"]
    assert len(result.frames["organisation_records"]) == BULK_FROM
    assert result.surprises == {WITHOUT_RECORD: 1}
    assert result.source_date == "2026-11-21"


def test_as_many_business_ids_as_are_few_are_asked_one_by_one():
    asked = [one["businessId"]["value"] for one in numbered(BULK_FROM)]
    service = PrhService()

    drive(gather(scope(*asked)), service)

    assert Counter(name for name, _ in service.asked) == {"description": 1, "companies": BULK_FROM}


def test_the_bulk_file_gives_the_same_record_as_the_question(tmp_path):
    body = json.dumps([company(SECOND), dict(SAMPLE), company(THIRD)], indent=1).encode()

    result = bulk_of(body, tmp_path)

    asked = gathered(dict(SAMPLE)).frames["organisation_records"]
    assert result.frames["organisation_records"].equals(asked)
    assert len(result.rejects) == 0


def test_the_bulk_file_may_begin_with_a_mark_and_have_a_name_without_a_day(tmp_path):
    body = b"\xef\xbb\xbf \n" + json.dumps([dict(SAMPLE)], ensure_ascii=False).encode()

    result = bulk_of(body, tmp_path, name="companies.json")

    assert only(result)["name"] == "Esimerkki ry"
    assert result.source_date is None


def test_the_bulk_file_with_a_company_twice_keeps_the_first(tmp_path):
    body = json.dumps([company(FIRST, "Ensimmäinen ry"), None, company(FIRST, "Toinen ry")])

    result = bulk_of(body.encode(), tmp_path)

    assert only(result)["name"] == "Ensimmäinen ry"
    assert reasons(result) == [(3, FIRST, "duplicate")]
    assert result.surprises == {"company without a business id": 1}


def test_a_bulk_file_with_too_few_companies_is_a_changed_source(tmp_path):
    service = PrhService([dict(SAMPLE)])

    with pytest.raises(SourceChanged, match=r"1 companies with a business id .* 500000 at least"):
        drive(gather(scope(FIRST, bulk="yes")), service, folder=tmp_path)


def test_an_option_that_is_no_number_is_told():
    with pytest.raises(LoaderError, match="bulk_fewest='many'"):
        drive(gather(scope(FIRST, bulk="yes", bulk_fewest="many")), PrhService())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"item": [{"businessId": {"value": "0000000-0"}}]}',
        b'"[]"',
        b"[" * 50_000,
        b"[{]",
        b"[NaN]",
        b'[{"a": 1}',
        b'[{"a": 1}] and more',
        b'["\xff\xfe"]',
        b"[1" + b"0" * 10_000 + b"]",
        b"[1e99999]",
        b" " * 100_000,
        b"[]",
    ],
)
def test_a_bulk_file_that_is_no_array_of_companies_is_told(body, tmp_path):
    with pytest.raises(SourceChanged, match="prh_companies"):
        bulk_of(body, tmp_path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = zipped(b"[" + b" " * 30_000_000 + b"]")
    assert len(bomb) < 40_000

    with pytest.raises(SourceChanged, match="bytes unpacked from"):
        of_zip(bomb, tmp_path)


def test_more_than_the_most_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_prh_bulk, "MAX_UNPACKED", 1_000)
    body = json.dumps([company(FIRST, str(number)) for number in range(10)]).encode()

    with pytest.raises(SourceChanged, match="bytes unpacked from"):
        bulk_of(body, tmp_path)


def test_a_company_that_never_ends_is_refused(tmp_path):
    noise = "".join(map(str, range(300_000)))  # 1.7 MB that do not pack well
    body = b'[{"a": "' + noise.encode() + b'"}]'

    with pytest.raises(SourceChanged, match="a company of more than"):
        bulk_of(body, tmp_path)


def test_more_than_the_most_companies_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_prh_bulk, "MAX_COMPANIES", 3)

    with pytest.raises(SourceChanged, match="more than 3 companies"):
        bulk_of(b"[1, 2, 3, 4]", tmp_path)


def archive(*members: tuple[str, bytes], **options: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as opened:
        for name, body in members:
            opened.writestr(name, body)
    return file.getvalue()


def encrypted(body: bytes) -> bytes:
    """A zip whose member says that it is encrypted, in both of its headers."""
    bulk = bytearray(zipped(body))
    bulk[6] |= 1
    bulk[bulk.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(bulk)


ONE = json.dumps([dict(SAMPLE)]).encode()


@pytest.mark.parametrize(
    ("bulk", "what"),
    [
        (b"", "no zip"),
        (b"<html>503</html>", "no zip"),
        (ONE, "no zip"),
        (zipped(ONE)[:-30], "no zip"),
        (zipped(ONE)[: len(zipped(ONE)) // 2], "no zip"),
        (archive(), "0 JSON members of 0"),
        (archive(("readme.txt", b"")), "0 JSON members of 1"),
        (archive(("../data.json", ONE)), "0 JSON members of 1"),
        (archive(("a.json", ONE), ("b.json", ONE)), "2 JSON members of 2"),
        (archive(*[(f"{number}.txt", b"") for number in range(9)]), "9 members"),
        (encrypted(ONE), "encrypted"),
        (archive(("data.json", ONE), compression=zipfile.ZIP_BZIP2), "compression 12"),
    ],
)
def test_a_zip_of_another_kind_is_told(bulk, what, tmp_path):
    with pytest.raises(SourceChanged, match=f"prh_companies: read the bulk file; .*{what}"):
        of_zip(bulk, tmp_path)


def test_a_zip_with_an_endless_list_of_members_is_refused(tmp_path):
    with pytest.raises(SourceChanged, match="no zip that can be read"):
        of_zip(archive(*[(f"{number:060}", b"") for number in range(10_000)]), tmp_path)


def test_a_zip_that_is_damaged_within_is_told(tmp_path):
    bulk = bytearray(zipped(ONE))
    bulk[len(bulk) // 2] ^= 0xFF

    with pytest.raises(SourceChanged, match="cannot be read to its end"):
        of_zip(bytes(bulk), tmp_path)


def test_a_stored_zip_and_one_beside_a_readme_are_read(tmp_path):
    bulk = archive(("readme.txt", b"x"), ("data_20261120.json", ONE))

    result = of_zip(bulk, tmp_path)

    assert only(result)["name"] == "Esimerkki ry"
    assert result.source_date == "2026-11-20"


def test_the_bulk_file_is_read_in_constant_memory(tmp_path):
    path = tmp_path / "bulk.zip"
    write_bulk(path, companies=4_000, business_ids=[FIRST])
    assert zipfile.ZipFile(path).infolist()[0].file_size > 7_000_000

    tracemalloc.start()
    count = sum(1 for _ in _prh_bulk.Bulk(path, source_id="toy").companies())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 4_000
    assert peak < 3_000_000


def test_errors_never_quote_what_came(tmp_path):
    secret = b'[{"names": "Nimi Salainen", NaN}]'

    with pytest.raises(SourceChanged) as raised:
        bulk_of(secret, tmp_path)

    told: BaseException | None = raised.value
    while told is not None:
        assert "Salainen" not in str(told)
        told = told.__cause__


def test_the_file_of_the_benchmark_is_read(tmp_path):
    write_bulk(tmp_path / "bulk.zip", companies=700, business_ids=[FIRST, "8000001-8"])

    service = PrhService(bulk=tmp_path / "bulk.zip")
    wanted = scope(FIRST, "8000001-8", SECOND, bulk="yes", bulk_fewest="700")
    result = drive(gather(wanted), service, folder=tmp_path)

    frame = result.frames["organisation_records"]
    assert list(frame["business_id"]) == [FIRST, "8000001-8", SECOND]
    assert list(frame["legal_form"]) == ["association", "association", "company"]
    assert table_faults(frame, ORGANISATION_RECORDS) == []
    assert result.surprises == {}


def outcome(*bodies: bytes) -> Gathered | None:
    """What comes of answers with these bodies, the last again and again; or a LoaderError."""
    gathering = gather(scope(FIRST, SECOND))
    with contextlib.suppress(LoaderError):
        try:
            next(gathering)
            for number in range(60):
                body = bodies[min(number, len(bodies) - 1)]
                gathering.send(Answer(body=body, fetched_at=NOW))
        except StopIteration as stop:
            return stop.value
    return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*SAMPLE, "type", "name", "version", "url", "endDate", "value"]), inner
        )
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=50)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_give_a_table_or_a_loader_error(body):
    result = outcome(body)
    assert result is None or result.frames["organisation_records"].empty


@settings(deadline=None, max_examples=50)
@given(value=JSON)
def test_random_json_gives_a_table_or_a_loader_error(value):
    told = {"totalResults": 1, "companies": [value]}

    result = outcome(FORMS_FI.encode(), json.dumps(told).encode())

    assert result is None or result.frames["organisation_records"].empty


@settings(deadline=None, max_examples=25)
@given(changes=st.dictionaries(st.sampled_from(sorted(SAMPLE)), JSON, max_size=4))
def test_a_company_with_random_values_gives_a_table_or_a_loader_error(changes):
    told = {"totalResults": 1, "companies": [dict(SAMPLE) | changes]}

    result = outcome(FORMS_FI.encode(), json.dumps(told).encode())

    assert result is None or (
        table_faults(result.frames["organisation_records"], ORGANISATION_RECORDS) == []
    )


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_a_damaged_bulk_file_gives_a_table_or_a_loader_error(tmp_path_factory, data):
    bulk = zipped(ONE)
    at = data.draw(st.integers(0, len(bulk)))
    until = data.draw(st.integers(at, min(len(bulk), at + 20)))
    damaged = bulk[:at] + data.draw(st.binary(max_size=20)) + bulk[until:]

    with contextlib.suppress(LoaderError):
        result = of_zip(damaged, tmp_path_factory.getbasetemp())
        assert only(result)["name"]


@settings(deadline=None, max_examples=50)
@given(body=st.binary(max_size=300) | JSON.map(lambda value: json.dumps([value]).encode()))
def test_a_bulk_file_of_anything_gives_a_table_or_a_loader_error(tmp_path_factory, body):
    with contextlib.suppress(LoaderError):
        bulk_of(body, tmp_path_factory.getbasetemp())


def test_every_request_is_under_the_base_and_tells_no_business_id_in_its_label():
    gathering = gather(scope(FIRST))
    request = next(gathering)
    labels = [request.label]
    request = gathering.send(Answer(body=FORMS_FI.encode(), fetched_at=NOW))
    labels.append(request.label)

    assert request.url.startswith("https://avoindata.prh.fi/opendata-ytj-api/v3/companies?")
    assert parse_qs(urlsplit(request.url).query) == {"businessId": [FIRST]}
    assert labels == ["company forms", "company 1 of 1"]
