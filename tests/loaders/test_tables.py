"""The model of tables: described throughout, personal where it says so, discreet in its faults."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from loaders.tables import (
    ANSWERS,
    AREAS,
    BOUNDARIES,
    COUNTY_CRITERIA,
    CRITERIA,
    EVIDENCE,
    LIAISONS,
    MAX_QUOTED,
    POPULATION_BY_AGE,
    SEAT_TARGET_GROUPS,
    SOURCES,
    TABLES,
    Table,
    link_faults,
    table_faults,
    unit_of,
)

PERSONAL = ("person_name", "email", "second_role")


def frame_of(table: Table, *rows: dict[str, Any], **changes: Any) -> pd.DataFrame:
    """Rows of a table without geometry, typed; a column that is left out is empty."""
    frame = pd.DataFrame([row | changes for row in rows], columns=list(table.columns))
    return frame.astype(table.dtypes)


LIAISON = {
    "municipality_name": "Lelula",
    "municipality_code": "001",
    "person_name": "Secretperson",
    "email": "secretmail@example.fi",
    "second_role": "secretrole",
    "source_url": "https://example.fi/",
}
SECRETS = ("Secretperson", "secretmail", "secretrole", "example.fi")

AREA = {"level": "region", "code": "91", "name_fi": "L", "name_sv": "L", "name_en": "L"}

FINDING = {
    "evidence_id": "001-forum-1",
    "municipality_code": "001",
    "criterion": "forum",
    "answer": "yes",
    "year": 2025,
    "source_url": "https://example.fi/",
}


# What the model says of itself


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_and_every_column_has_a_title_and_a_description(table: Table) -> None:
    assert table.title.strip()
    assert table.description.strip().endswith(".")
    for name, column in table.columns.items():
        assert column.title, name
        assert column.title.strip(), name
        assert column.description, name
        assert column.description.strip(), name


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_key_is_a_column_and_is_never_empty_save_for_a_year(table: Table) -> None:
    assert table.keys
    for key in table.keys:
        assert key in table.columns
        assert not table.columns[key].nullable or key == "year"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_link_leads_from_a_column_to_a_column(table: Table) -> None:
    for column, (target, target_column) in table.links.items():
        assert column in table.columns
        assert target_column in TABLES[target].columns


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_without_rows_but_with_its_types_has_no_fault(table: Table) -> None:
    if "geometry" in table.columns:
        empty: pd.DataFrame = gpd.GeoDataFrame(
            {"municipality_code": pd.array([], dtype="string")}, geometry=[], crs="EPSG:4326"
        )
    else:
        empty = frame_of(table)
    assert table_faults(empty, table) == []


def test_a_table_is_known_by_its_own_name() -> None:
    assert all(name == table.name for name, table in TABLES.items())


def test_the_words_of_the_domain_are_those_of_the_model() -> None:
    assert CRITERIA == (
        "documented_model",
        "forum",
        "seats",
        "liaison",
        "grants",
        "premises",
        "lived_experience",
        "communication",
    )
    assert ANSWERS == ("yes", "no", "asked_no_answer", "out_of_scope")
    assert len(COUNTY_CRITERIA) == len(set(COUNTY_CRITERIA)) == 10


def test_the_personal_columns_are_exactly_those_of_the_liaisons() -> None:
    personal = {name: table.personal_columns for name, table in TABLES.items()}
    assert personal.pop("liaisons") == PERSONAL
    assert set(personal.values()) == {()}
    assert [name for name, table in TABLES.items() if table.has_personal_data] == ["liaisons"]


def test_a_column_named_for_its_unit_has_that_unit() -> None:
    for table in TABLES.values():
        for name, column in table.columns.items():
            if name.endswith("_km2"):
                assert unit_of(column) == "km2", (table.name, name)
            if name in ("year", "population_year"):
                assert unit_of(column) == "year", (table.name, name)
            if name == "population":
                assert unit_of(column) == "persons", (table.name, name)


def test_codes_are_text_in_every_table() -> None:
    for table in TABLES.values():
        for name, column in table.columns.items():
            if name.endswith(("_code", "_id")) or name in ("code", "postcode"):
                assert str(column.dtype).startswith("string"), (table.name, name)


# Faults


def test_a_right_frame_has_no_fault_and_is_not_changed() -> None:
    frame = frame_of(LIAISONS, LIAISON, LIAISON | {"person_name": "Another"})
    before = frame.copy()
    assert table_faults(frame, LIAISONS) == []
    assert_frame_equal(frame, before)


def test_a_fault_tells_the_line_the_column_the_value_and_what_was_expected() -> None:
    frame = frame_of(EVIDENCE, FINDING, FINDING | {"evidence_id": "2", "answer": "perhaps"})
    assert table_faults(frame, EVIDENCE) == [
        "line 2: column answer: 'perhaps' fails "
        "isin(('yes', 'no', 'asked_no_answer', 'out_of_scope'))"
    ]
    assert table_faults(frame, EVIDENCE, first_line=2)[0].startswith("line 3: ")
    assert table_faults(frame, EVIDENCE, lines=[2, 17])[0].startswith("line 17: ")


def test_all_faults_are_gathered() -> None:
    frame = frame_of(
        EVIDENCE,
        FINDING | {"criterion": "picnics"},
        FINDING | {"evidence_id": "2", "municipality_code": "1"},
        FINDING | {"evidence_id": None},
    )
    faults = " ".join(table_faults(frame, EVIDENCE))
    assert "line 1: column criterion: 'picnics'" in faults
    assert "line 2: column municipality_code: '1'" in faults
    assert "line 3: column evidence_id:" in faults


def test_faults_beyond_the_limit_are_counted() -> None:
    rows = [FINDING | {"evidence_id": str(n), "answer": "perhaps"} for n in range(7)]
    faults = table_faults(frame_of(EVIDENCE, *rows), EVIDENCE, limit=3)
    assert len(faults) == 4
    assert faults[-1] == "and 4 more"
    assert len(table_faults(frame_of(EVIDENCE, *rows), EVIDENCE, limit=7)) == 7


def test_a_long_value_is_quoted_in_part() -> None:
    frame = frame_of(EVIDENCE, FINDING | {"answer": "x" * 5000})
    (fault,) = table_faults(frame, EVIDENCE)
    assert len(fault) < MAX_QUOTED + 200


def test_missing_strange_and_doubled_columns_are_named_all_at_once() -> None:
    frame = frame_of(AREAS, AREA).rename(columns={"code": "number"}).drop(columns="name_sv")
    assert table_faults(frame, AREAS) == [
        "column number is not expected",
        "column code is missing",
        "column name_sv is missing",
    ]
    doubled = pd.concat([frame_of(AREAS, AREA), frame_of(AREAS, AREA)[["code"]]], axis="columns")
    assert table_faults(doubled, AREAS) == ["column code is there twice"]


def test_columns_out_of_order_are_named_with_the_order_expected() -> None:
    frame = frame_of(AREAS, AREA)[["code", "level", "name_fi", "name_sv", "name_en", "short_name"]]
    faults = table_faults(frame, AREAS)
    assert faults[0] == (
        "column code is out of order; expected level, code, name_fi, name_sv, name_en, short_name"
    )


def test_a_key_that_stands_twice_is_told_by_its_lines() -> None:
    frame = frame_of(AREAS, AREA, AREA | {"level": "wellbeing_county"}, AREA)
    assert table_faults(frame, AREAS) == [
        "line 1: level, code are together in another row as well",
        "line 3: level, code are together in another row as well",
    ]


@pytest.mark.parametrize("place", [{"region_code": "91"}, {"municipality_code": None}])
def test_a_finding_of_two_places_or_none_is_one_fault(place: dict[str, Any]) -> None:
    frame = frame_of(EVIDENCE, FINDING | place)
    assert table_faults(frame, EVIDENCE) == [
        "line 1: a row tells of a municipality or of a region, not of both"
    ]


@pytest.mark.parametrize("index", [["x", "y"], [3, 3], [10, 20]])
def test_lines_are_counted_by_row_whatever_the_index(index: list[Any]) -> None:
    frame = frame_of(AREAS, AREA, AREA | {"level": "village"}).set_axis(index)
    (fault,) = table_faults(frame, AREAS)
    assert fault.startswith("line 2: column level: 'village'")
    twice = frame_of(AREAS, AREA, AREA).set_axis(index)
    assert len(table_faults(twice, AREAS)) == 2


def test_a_column_of_another_type_is_a_fault() -> None:
    frame = frame_of(
        POPULATION_BY_AGE,
        {"municipality_code": "001", "age_from": 0, "population": 5, "year": 2018},
    )
    faults = table_faults(frame.astype({"population": "Float64"}), POPULATION_BY_AGE)
    assert len(faults) == 1
    assert "population" in faults[0]
    assert "Int64" in faults[0]


# Discretion


def broken_liaisons() -> dict[str, pd.DataFrame]:
    right = frame_of(LIAISONS, LIAISON)
    no_headings = right.set_axis([str(cell) for cell in right.fillna("").iloc[0]], axis="columns")
    return {
        "twice": frame_of(LIAISONS, LIAISON, LIAISON),
        "not text": right.astype(dict.fromkeys(PERSONAL, "object")).assign(
            person_name=[b"Secretperson"], email=[("secretmail",)], second_role=[b"secretrole"]
        ),
        "wrong beside": frame_of(LIAISONS, LIAISON | {"municipality_code": "1"}),
        "no name": frame_of(LIAISONS, LIAISON | {"person_name": None}),
        "bad date": frame_of(LIAISONS, LIAISON | {"source_date": "soon"}),
        # A row that slipped has the e-mail for its date and the name for its code.
        "slipped": right.assign(source_date=right["email"], municipality_code=right["person_name"]),
        "no headings": no_headings,
        "name in the index": frame_of(LIAISONS, LIAISON | {"municipality_code": "1"}).set_axis(
            ["Secretperson"]
        ),
    }


@pytest.mark.parametrize("case", broken_liaisons())
def test_faults_never_quote_a_person(case: str) -> None:
    faults = table_faults(broken_liaisons()[case], LIAISONS)
    assert faults
    told = " ".join(faults)
    assert not [secret for secret in SECRETS if secret in told], told


def test_a_fault_of_a_table_with_persons_tells_line_and_column_all_the_same() -> None:
    frame = frame_of(LIAISONS, LIAISON, LIAISON | {"person_name": "B", "source_date": "soon"})
    (fault,) = table_faults(frame, LIAISONS)
    assert fault.startswith("line 2: column source_date: a value fails str_matches")


def test_a_strange_heading_of_a_table_with_persons_is_told_by_its_number() -> None:
    frame = frame_of(LIAISONS, LIAISON).rename(columns={"warning": "secretmail@example.fi"})
    assert table_faults(frame, LIAISONS) == [
        "column number 6 is not expected",
        "column warning is missing",
    ]


# Outlines

SQUARE = shapely.box(27.0, 61.0, 27.1, 61.1)


def outlines(*shapes: Any) -> gpd.GeoDataFrame:
    codes = pd.array([f"{place:03}" for place in range(len(shapes))], dtype="string")
    return gpd.GeoDataFrame({"municipality_code": codes}, geometry=list(shapes), crs="EPSG:4326")


def test_outlines_of_one_part_or_several_are_right() -> None:
    assert table_faults(outlines(SQUARE, shapely.MultiPolygon([SQUARE])), BOUNDARIES) == []


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (shapely.Point(27, 61), "Polygon or MultiPolygon"),
        (shapely.LineString([(27, 61), (28, 62)]), "Polygon or MultiPolygon"),
        (shapely.box(500_000, 6_800_000, 501_000, 6_801_000), "in degrees"),
        (shapely.box(61.0, 100.0, 61.1, 100.1), "in degrees"),
        (None, "not_nullable"),
    ],
)
def test_an_outline_that_is_no_area_or_not_in_degrees_is_a_fault(shape: Any, expected: str) -> None:
    faults = table_faults(outlines(SQUARE, shape), BOUNDARIES)
    assert any(f.startswith("line 2: column geometry") and expected in f for f in faults), faults


# Links


def toy_links(**changes: Any) -> dict[str, pd.DataFrame]:
    """A region 91 and a county 92, and a municipality that belongs to both."""
    town = {
        "municipality_code": "001",
        "region_code": "91",
        "wellbeing_county_code": "92",
        "languages": "fi",
    }
    return {
        "municipalities": frame_of(TABLES["municipalities"], town | changes),
        "areas": frame_of(AREAS, AREA, AREA | {"level": "wellbeing_county", "code": "92"}),
    }


def test_codes_that_are_found_are_no_fault() -> None:
    assert link_faults(toy_links()) == []


def test_a_region_is_not_taken_for_a_county_of_the_same_number() -> None:
    assert link_faults(toy_links(wellbeing_county_code="91")) == [
        "municipalities.wellbeing_county_code: 1 not found in areas: 91"
    ]
    assert link_faults(toy_links(region_code="92")) == [
        "municipalities.region_code: 1 not found in areas: 92"
    ]


def test_an_empty_code_points_nowhere_and_is_no_fault() -> None:
    frames = toy_links() | {"liaisons": frame_of(LIAISONS, LIAISON | {"municipality_code": None})}
    assert link_faults(frames) == []


def test_unknown_codes_are_counted_and_five_are_quoted() -> None:
    rows = [{"seat_id": f"s{n}", "target_group_code": "KR1.1"} for n in range(7)]
    frames = {
        "seat_target_groups": frame_of(SEAT_TARGET_GROUPS, *rows),
        "seats": frame_of(TABLES["seats"]),
    }
    assert link_faults(frames) == [
        "seat_target_groups.seat_id: 7 not found in seats: s0, s1, s2, s3, s4"
    ]


def test_a_table_that_is_not_there_is_passed_over() -> None:
    assert link_faults({"municipalities": toy_links()["municipalities"]}) == []


def test_every_table_names_its_sources() -> None:
    assert all(table.sources for table in TABLES.values())
    assert SOURCES.keys == ("source_id",)
