"""Places put together: what the sources tell stands first, what they do not tell stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo.assembly.gathered import Aside
from geo.assembly.places import places
from loaders.checks import table_faults
from loaders.tables import PARTS, TABLES

# Four municipalities in two regions; 004 became part of 003 in 2026.
KNOWN = {"001": "91", "002": "91", "003": "92"}


def rows(table: str, *given: Mapping[str, Any]) -> pd.DataFrame:
    columns = list(PARTS[table].columns)
    return pd.DataFrame(list(given), columns=columns).astype(PARTS[table].dtypes)


def towns(codes: Mapping[str, str], population: int | None = 100) -> pd.DataFrame:
    return rows(
        "municipalities",
        *(
            {
                "municipality_code": code,
                "name_fi": f"Kunta {code}",
                "name_sv": f"Kommun {code}",
                "region_code": region,
                "wellbeing_county_code": "81",
                "subregion_fi": "Seutu",
                "urban_rural_fi": "Maaseutumaiset kunnat",
                "languages": "fi",
                "population": population,
                "population_year": 2022,
                "land_km2": 10.0,
                "freshwater_km2": 1.0,
                "sea_km2": 0.0,
            }
            for code, region in codes.items()
        ),
    )


def outlines(*codes: str) -> gpd.GeoDataFrame:
    shapes = [box(25 + int(code), 61, 26 + int(code), 62) for code in codes]
    return gpd.GeoDataFrame(
        {"municipality_code": pd.array(codes, dtype="string")}, geometry=shapes, crs="EPSG:4326"
    )


def base() -> dict[str, pd.DataFrame]:
    areas = [
        {"level": "region", "code": code, "name_fi": "F", "name_sv": "S", "name_en": "E"}
        for code in ("91", "92")
    ]
    county = {"level": "wellbeing_county", "code": "81", "name_fi": "F", "name_sv": "S",
              "name_en": "E", "short_name": "Lyhyt"}  # fmt: skip
    merged = {
        "old_code": "004",
        "old_name_fi": "Kunta 004",
        "old_name_sv": "Kommun 004",
        "new_code": "003",
        "new_name_fi": "Kunta 003",
        "valid_from": "2026-01-01",
        "kind": "merged",
        "certainty": "verified",
    }
    ages = [
        {"municipality_code": code, "age_from": 0, "sex": "total", "population": 100, "year": 2018}
        for code in KNOWN
    ]
    code = {"postcode": "00010", "name_fi": "P", "name_sv": "P", "municipality_code": "001",
            "type_code": "1"}  # fmt: skip
    return {
        "municipalities": towns(KNOWN),
        "areas": rows("areas", *areas, county),
        "municipality_changes": rows("municipality_changes", merged),
        "population_by_age": rows("population_by_age", *ages),
        "boundaries": outlines(*KNOWN),
        "postcodes": rows("postcodes", code),
    }


def division(codes: Mapping[str, str]) -> pd.DataFrame:
    frame = towns(codes).assign(year=2026, name_fi="Uusi nimi")
    return frame[list(PARTS["division"].columns)].astype(PARTS["division"].dtypes)


def ages(code: str, *numbers: int, year: int = 2025) -> pd.DataFrame:
    return rows(
        "population_by_age",
        *(
            {"municipality_code": code, "age_from": age, "age_to": age, "sex": "total",
             "population": number, "year": year}
            for age, number in enumerate(numbers)
        ),
    )  # fmt: skip


def made(
    parts: Mapping[str, Mapping[str, pd.DataFrame]], region_codes: list[str] | None = None
) -> tuple[dict[str, pd.DataFrame], Aside]:
    aside = Aside()
    return places(base(), parts, aside, region_codes=region_codes), aside


def test_without_a_source_the_embedded_places_stand_as_they_are() -> None:
    tables, aside = made({})

    for name, frame in tables.items():
        assert table_faults(frame, TABLES[name]) == []
        assert len(frame) == len(base()[name])
    assert (aside.outside, aside.rows) == ({}, [])


def test_the_division_names_a_municipality_and_what_it_does_not_tell_stays() -> None:
    tables, _ = made({"statfi_division": {"division": division({"001": "91"})}})

    [town] = tables["municipalities"].to_dict("records")
    assert (town["name_fi"], town["population"], town["land_km2"]) == ("Uusi nimi", 100, 10.0)


def test_the_newest_population_is_the_sum_of_the_ages() -> None:
    population = pd.concat([ages("001", 10, 20, 30), ages("001", 1, 1, year=2020)])
    parts = {
        "statfi_division": {"division": division({"001": "91"})},
        "statfi_population": {"population_by_age": population},
    }

    [town] = made(parts)[0]["municipalities"].to_dict("records")

    assert (town["population"], town["population_year"]) == (60, 2025)


def test_a_municipality_whose_population_nobody_tells_is_set_aside_and_told() -> None:
    parts = {"statfi_division": {"division": division({"001": "91", "005": "91"})}}

    tables, aside = made(parts)

    assert tables["municipalities"]["municipality_code"].tolist() == ["001"]
    assert aside.rows[0][:3] == ("municipalities", "005 Uusi nimi", "population_unknown")


def test_a_municipality_elsewhere_is_outside_whether_its_population_is_known_or_not() -> None:
    parts = {"statfi_division": {"division": division({"001": "91", "005": "93"})}}

    _, aside = made(parts, ["91"])

    assert aside.outside["municipalities"] == 1
    assert aside.rows == []


def test_a_new_municipality_has_no_area_of_land_rather_than_none() -> None:
    parts = {
        "statfi_division": {"division": division({"005": "91"})},
        "statfi_population": {"population_by_age": ages("005", 7)},
    }

    [town] = made(parts)[0]["municipalities"].to_dict("records")

    assert town["population"] == 7
    assert pd.isna(town["land_km2"])


def test_only_the_regions_asked_for_stay_and_the_rest_is_counted() -> None:
    tables, aside = made({}, ["91"])

    assert tables["municipalities"]["municipality_code"].tolist() == ["001", "002"]
    assert tables["areas"]["code"].tolist() == ["91", "81"]
    assert aside.outside == {"municipalities": 1, "population_by_age": 1, "boundaries": 1}


def test_a_postal_code_of_a_former_municipality_is_that_of_today() -> None:
    old = {"postcode": "00020", "name_fi": "P", "name_sv": "P", "municipality_code": "004",
           "type_code": "1"}  # fmt: skip

    tables, _ = made({"posti_postcodes": {"postcodes": rows("postcodes", old)}})

    by_code = tables["postcodes"].set_index("postcode")["municipality_code"].to_dict()
    # 001 is in no row of the new file: what was known of it stays.
    assert by_code == {"00010": "001", "00020": "003"}


def test_people_of_a_former_municipality_are_not_those_of_todays() -> None:
    population = pd.concat([ages("003", 50), ages("004", 9)])

    tables, aside = made({"statfi_population": {"population_by_age": population}})

    of_three = tables["population_by_age"].query("municipality_code == '003'")
    assert of_three["population"].tolist() == [50]
    assert aside.outside == {"population_by_age": 1}


def test_a_county_keeps_its_name_and_a_new_one_takes_that_of_the_classification() -> None:
    told = [
        {"level": "wellbeing_county", "code": code, "name_fi": "Uusi", "name_sv": "Ny",
         "name_en": "New"}
        for code in ("81", "82")
    ]  # fmt: skip
    parts = {
        "statfi_division": {
            "areas": rows("areas", *told),
            "division": division(KNOWN).assign(wellbeing_county_code=["81", "81", "82"]),
        }
    }

    areas = made(parts)[0]["areas"].query("level == 'wellbeing_county'").set_index("code")

    assert areas["name_fi"].to_dict() == {"81": "F", "82": "Uusi"}
    assert areas["short_name"].fillna("").to_dict() == {"81": "Lyhyt", "82": ""}


def test_an_outline_that_did_not_come_is_the_one_known_before() -> None:
    tables, _ = made({"statfi_boundaries": {"boundaries": outlines("001")}})

    assert tables["boundaries"]["municipality_code"].tolist() == ["001", "002", "003"]
    assert tables["boundaries"].crs == "EPSG:4326"


@pytest.mark.parametrize("kind", ["merged", "renamed"])
def test_a_change_that_is_known_already_is_there_once(kind: str) -> None:
    told = base()["municipality_changes"].assign(kind=kind, detail="classification")

    tables, _ = made({"statfi_division": {"municipality_changes": told}})

    assert len(tables["municipality_changes"]) == 1
