"""The model of tables: described throughout, personal where it says so, discreet in its faults."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from loaders.checks import broken_rows, link_faults, table_faults
from loaders.tables import (
    ANSWERS,
    AREAS,
    BOARDS,
    BOUNDARIES,
    COUNTY_CRITERIA,
    CRITERIA,
    EVIDENCE,
    LIAISONS,
    ORGANISATION_AREAS,
    POPULATION_BY_AGE,
    SEAT_TARGET_GROUPS,
    SET_ASIDE,
    SOURCES,
    TABLES,
    Table,
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


BOARD = {
    "board_id": "council",
    "name": "Council",
    "level": "municipality",
    "region_code": "91",
    "municipality_code": "001",
    "area_name": "Lelula",
    "is_public": True,
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
def test_every_key_is_a_column_and_is_never_empty_save_for_a_year_or_a_source(
    table: Table,
) -> None:
    assert table.keys
    may_be_empty = {("county_evidence", "year"), ("set_aside", "source_url")}
    for key in table.keys:
        assert key in table.columns
        assert not table.columns[key].nullable or (table.name, key) in may_be_empty


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


@pytest.mark.parametrize("value", ["perhaps", "19a", "KR9.9", "02", "0000000-0", "no-such", "-5"])
def test_a_value_in_the_form_of_a_code_is_quoted(value: str) -> None:
    (fault,) = table_faults(frame_of(EVIDENCE, FINDING | {"answer": value}), EVIDENCE)
    assert fault.startswith(f"line 1: column answer: '{value}' fails isin")


@pytest.mark.parametrize(
    "value",
    [
        *("Secretperson", "secret person", "secret.person@example.fi", "Yes", "x" * 41, "ä"),
        *("KOULU", "0401234567", "040-123 4567", "010190-123A", "https://x.fi", "yes\n"),
    ],
)
def test_free_text_is_not_quoted_in_any_table(value: str) -> None:
    (fault,) = table_faults(frame_of(EVIDENCE, FINDING | {"answer": value}), EVIDENCE)
    assert fault.startswith("line 1: column answer: a value fails isin")
    assert value not in fault


def test_a_heading_that_is_free_text_is_told_by_its_number() -> None:
    frame = frame_of(AREAS, AREA).rename(columns={"name_sv": "Secretperson", "code": "number"})
    assert table_faults(frame, AREAS) == [
        "column number is not expected",
        "column number 4 is not expected",
        "column code is missing",
        "column name_sv is missing",
    ]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_list_of_persons_without_headings_names_nobody_as_any_table(table: Table) -> None:
    row = ["Lelula", "001", "secretperson", "secret@example.fi", "secret-role", "", "", ""]
    frame = pd.DataFrame([row], columns=row, dtype="string")
    faults = table_faults(frame, table)
    assert faults
    assert "secret" not in " ".join(faults)
    # The same cells under the right headings, each in the wrong place.
    if "geometry" not in table.columns:
        cells = [("Secret Person", "secret@example.fi")[n % 2] for n in range(len(table.columns))]
        slipped = pd.DataFrame([cells], columns=list(table.columns), dtype="string")
        told = " ".join(table_faults(slipped, table))
        assert "Secret" not in told
        assert "secret@" not in told


# Dates, boards, rows set aside


@pytest.mark.parametrize("date", ["2021", "2021-02", "2021-02-28", "2024-02-29", None])
def test_a_date_may_be_a_year_a_month_or_a_day(date: str | None) -> None:
    assert table_faults(frame_of(BOARDS, BOARD | {"term_start": date}), BOARDS) == []


@pytest.mark.parametrize(
    "date",
    [
        *("2021-02-31", "2023-13", "2023-00", "2023-02-29", "0000", "2021-1", "2021-01-1"),
        *("21", "20210101", "2021-W01", "2021-W01-1", "2021-01-01\n", "2021-", "soon", "٢٠٢١"),
    ],
)
def test_a_date_that_was_never_in_the_calendar_is_a_fault(date: str) -> None:
    (fault,) = table_faults(frame_of(BOARDS, BOARD | {"term_end": date}), BOARDS)
    assert fault.startswith("line 1: column term_end: ")
    assert fault.endswith(" fails a date that exists: YYYY, YYYY-MM or YYYY-MM-DD")


def test_every_column_of_a_date_is_checked_against_the_calendar() -> None:
    columns = [
        (table, name)
        for table in TABLES.values()
        for name in table.columns
        if name
        in (
            "term_start",
            "term_end",
            "valid_from",
            "retrieved",
            "source_date",
            "decided",
            "registered",
            "created",
            "modified",
        )
        and table.name != "organisations"  # there as the source gives it
    ]
    assert len(columns) == 15
    for table, name in columns:
        faults = table_faults(frame_of(table, {name: "2021-02-31"}), table)
        assert any(f"column {name}: " in f and "a date that exists" in f for f in faults), name


MUNICIPAL = "line 1: a board of a municipality has a municipality_code, any other has none"
OF_A_COUNTY = (
    "line 1: a board of a wellbeing county has a wellbeing_county_code, any other has none"
)


@pytest.mark.parametrize(
    ("level", "municipality", "county", "faults"),
    [
        ("municipality", "001", None, []),
        ("municipality", None, None, [MUNICIPAL]),
        ("municipality", "001", "92", [OF_A_COUNTY]),
        ("region", None, None, []),
        ("region", "001", None, [MUNICIPAL]),
        ("region", None, "92", [OF_A_COUNTY]),
        ("wellbeing_county", None, "92", []),
        ("wellbeing_county", None, None, [OF_A_COUNTY]),
        ("wellbeing_county", "001", "92", [MUNICIPAL]),
        ("municipality", None, "92", [MUNICIPAL, OF_A_COUNTY]),
    ],
)
def test_a_board_has_the_code_of_its_level_and_no_other(
    level: str, municipality: str | None, county: str | None, faults: list[str]
) -> None:
    board = {"level": level, "municipality_code": municipality, "wellbeing_county_code": county}
    assert table_faults(frame_of(BOARDS, BOARD | board), BOARDS) == faults


def test_a_row_set_aside_was_meant_for_a_table_of_the_model() -> None:
    aside = {"row_text": "line 7", "reason": "duplicate", "source_url": "https://example.fi/"}
    rows = [aside | {"table_name": name} for name in TABLES]
    assert table_faults(frame_of(SET_ASIDE, *rows), SET_ASIDE) == []
    assert table_faults(frame_of(SET_ASIDE, aside | {"table_name": "picnics"}), SET_ASIDE) == [
        "line 1: column table_name: 'picnics' fails a table of the model"
    ]


def test_the_same_line_of_two_sources_may_be_set_aside() -> None:
    aside = {"table_name": "liaisons", "row_text": "line 7", "reason": "duplicate"}
    pages = [aside | {"source_url": page} for page in ("https://a.fi/", "https://b.fi/", None)]
    assert table_faults(frame_of(SET_ASIDE, *pages), SET_ASIDE) == []
    twice = frame_of(SET_ASIDE, pages[0], pages[0] | {"reason": "not_a_contact"})
    assert table_faults(twice, SET_ASIDE) == [
        f"line {line}: table_name, row_text, source_url are together in another row as well"
        for line in (1, 2)
    ]


def test_a_source_has_its_caveats_in_three_languages_and_a_code_for_a_failed_fetch() -> None:
    assert [name for name in SOURCES.columns if name.startswith("note")] == [
        *("note_fi", "note_sv", "note_en")
    ]
    assert list(SOURCES.columns)[-1] == "fetch_notice"
    texts = [name for name, column in SOURCES.columns.items() if str(column.dtype) != "Int64"]
    source = dict.fromkeys(texts, "x") | {
        **{"page": None, "licence_url": None, "source_date": None, "retrieved": None},
        **{"fresh_years": 1, "note_fi": None, "note_sv": None, "note_en": None},
    }
    for notice in ("timed_out", None):
        frame = frame_of(SOURCES, source | {"fetch_notice": notice})
        assert table_faults(frame, SOURCES) == []
    (fault,) = table_faults(frame_of(SOURCES, source | {"fetch_notice": "No answer"}), SOURCES)
    assert fault.startswith("line 1: column fetch_notice: a value fails")


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
        {"municipality_code": "001", "age_from": 0, "sex": "total", "population": 5, "year": 2018},
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
    assert fault.startswith("line 2: column source_date: a value fails a date that exists")


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
        "municipalities.csv, line 2: wellbeing_county_code 91 is not in areas"
    ]
    assert link_faults(toy_links(region_code="92")) == [
        "municipalities.csv, line 2: region_code 92 is not in areas"
    ]


def test_an_empty_code_points_nowhere_and_is_no_fault() -> None:
    frames = toy_links() | {"liaisons": frame_of(LIAISONS, LIAISON | {"municipality_code": None})}
    assert link_faults(frames) == []


def test_the_county_of_a_board_is_found_among_the_counties() -> None:
    county = {"level": "wellbeing_county", "municipality_code": None}
    frames = toy_links() | {
        "boards": frame_of(BOARDS, BOARD | county, wellbeing_county_code="92"),
    }
    assert link_faults(frames) == []
    frames["boards"]["wellbeing_county_code"] = pd.array(["91"], dtype="string")
    assert link_faults(frames) == ["boards.csv, line 2: wellbeing_county_code 91 is not in areas"]


def test_unknown_codes_are_told_by_five_lines_and_counted() -> None:
    rows = [{"seat_id": f"s{n}", "target_group_code": "KR1.1"} for n in range(7)]
    frames = {
        "seat_target_groups": frame_of(SEAT_TARGET_GROUPS, *rows),
        "seats": frame_of(TABLES["seats"]),
    }
    assert link_faults(frames) == [
        "seat_target_groups.csv, lines 2, 3, 4, 5, 6 and 2 more: "
        "seat_id s0, s1, s2, s3, s4 are not in seats"
    ]
    same = frames["seat_target_groups"].assign(seat_id=pd.array(["s0"] * 7, dtype="string"))
    (fault,) = link_faults(frames | {"seat_target_groups": same.set_axis([9] * 7)})
    assert fault.endswith("lines 2, 3, 4, 5, 6 and 2 more: seat_id s0 is not in seats")


def test_an_unknown_code_is_told_with_its_line_in_the_file() -> None:
    rows = [
        {"organisation_id": name, "relation": "stated", "area_code": "001"}
        for name in ("known", "no-such", "Secret Person")
    ]
    frames = {
        "organisation_areas": frame_of(ORGANISATION_AREAS, *rows),
        "organisations": frame_of(TABLES["organisations"], {"organisation_id": "known"}),
    }
    assert link_faults(frames) == [
        "organisation_areas.csv, lines 3, 4: organisation_id no-such, a value are not in "
        "organisations"
    ]
    frames["organisation_areas"] = frames["organisation_areas"].iloc[:2]
    assert link_faults(frames) == [
        "organisation_areas.csv, line 3: organisation_id no-such is not in organisations"
    ]


def test_an_unknown_code_of_an_outline_is_told_with_the_name_of_its_file() -> None:
    frames = toy_links() | {"boundaries": outlines(SQUARE)}
    assert link_faults(frames) == [
        "boundaries.geojson, line 2: municipality_code 000 is not in municipalities"
    ]


@pytest.mark.parametrize("code", ["588", "secretperson", "secretmail@example.fi"])
def test_an_unknown_code_of_a_table_with_persons_is_not_quoted(code: str) -> None:
    frames = toy_links() | {"liaisons": frame_of(LIAISONS, LIAISON | {"municipality_code": code})}
    assert link_faults(frames) == [
        "liaisons.csv, line 2: municipality_code a value is not in municipalities"
    ]


PLACES = [
    ("domiciled", "001", None),
    ("domiciled", "91", "domiciled"),
    ("stated", "999", "stated"),
    ("regional", "91", None),
    ("regional", "92", "regional"),  # the code of a county
    ("national", "FI", None),
    ("national", "001", "national"),
]


def toy_places() -> dict[str, pd.DataFrame]:
    rows = [
        {"organisation_id": f"o{n}", "relation": relation, "area_code": code}
        for n, (relation, code, _) in enumerate(PLACES)
    ]
    return toy_links() | {"organisation_areas": frame_of(ORGANISATION_AREAS, *rows)}


def test_the_place_of_an_organisation_is_looked_up_by_its_relation() -> None:
    assert link_faults(toy_places()) == [
        "organisation_areas.csv, line 3: area_code (domiciled) 91 is not in municipalities",
        "organisation_areas.csv, line 4: area_code (stated) 999 is not in municipalities",
        "organisation_areas.csv, line 6: area_code (regional) 92 is not in areas",
        "organisation_areas.csv, line 8: area_code (national) 001 is not in the country (FI)",
    ]


def test_broken_rows_are_those_that_point_nowhere() -> None:
    frames = toy_places()
    index = [7, 7, *range(5)]
    frames["organisation_areas"] = frames["organisation_areas"].set_axis(index)
    before = {name: frame.copy() for name, frame in frames.items()}
    broken = broken_rows(frames)
    assert list(broken) == list(frames)
    assert all(mask.dtype == bool for mask in broken.values())
    assert broken["organisation_areas"].tolist() == [fault is not None for *_, fault in PLACES]
    assert broken["organisation_areas"].index.tolist() == index
    assert not broken["municipalities"].any()
    left = frames | {
        "organisation_areas": frames["organisation_areas"][~broken["organisation_areas"]]
    }
    assert link_faults(left) == []
    for name, frame in frames.items():
        assert_frame_equal(frame, before[name])


def test_a_row_with_several_unknown_codes_is_broken_once_and_empty_codes_do_not_break_it() -> None:
    frames = toy_links() | {
        "boards": frame_of(BOARDS, BOARD, BOARD | {"region_code": "00", "municipality_code": "9"})
    }
    assert broken_rows(frames)["boards"].tolist() == [False, True]
    assert broken_rows(toy_links(region_code=None))["municipalities"].tolist() == [False]


def test_a_table_that_is_not_there_is_passed_over() -> None:
    alone = {"municipalities": toy_links(region_code="00")["municipalities"]}
    assert link_faults(alone) == []
    assert broken_rows(alone)["municipalities"].tolist() == [False]


def test_every_table_names_its_sources() -> None:
    assert all(table.sources for table in TABLES.values())
    assert SOURCES.keys == ("source_id",)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_only_a_frame_that_has_the_types_is_spared_the_look_at_them(table):
    empty = table.empty()
    assert table.has_types(empty)
    other = empty.assign(**{next(iter(table.dtypes)): pd.Series(dtype="object")})
    assert not table.has_types(other)
    assert not table.has_types(empty.iloc[:, 1:])
    # The columns themselves keep their types: the schema that leaves them out has its own.
    assert next(column.dtype for column in table.schema_of_values.columns.values()) is None
    assert all(column.dtype is not None for column in table.schema.columns.values())
