"""How many rows are believed: bounds on both sides of their border, and falls counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.expectations import EVERYWHERE, Fall, exact, falls, part_faults
from loaders.gathering import Part
from loaders.source import Scope, Source, Words, rejects_frame

REGION_OF = {"001": "91", "002": "91", "003": "92", "004": "92"}
TOY = Words("Lelu", "Leksak", "Toy")


def source_of(**changes: Any) -> Source:
    told: dict[str, Any] = {
        "id": "toy",
        "title": TOY,
        "publisher": TOY,
        "page": "https://example.fi/",
        "url": None,
        "licence": TOY,
        "licence_url": None,
        "attribution": TOY,
        "table": "organisation_records",
        "expected_rows": (0, 1_000_000),
        "has_personal_data": False,
        "updated": "daily",
    }
    return Source(**(told | changes))


def scope_of(*codes: str) -> Scope:
    return Scope(
        base_url="https://example.fi/",
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=codes or tuple(REGION_OF),
        region_codes=("91", "92"),
        wellbeing_county_codes=("81",),
    )


def rows_of(**counts: int) -> pd.DataFrame:
    """So many rows in each municipality (m001 is 001), and without one (none)."""
    codes = [
        pd.NA if name == "none" else name[1:]
        for name, count in counts.items()
        for _ in range(count)
    ]
    return pd.DataFrame({"municipality_code": pd.Series(codes, dtype="string")})


def part_of(frame: pd.DataFrame | None = None, /, **frames: pd.DataFrame) -> Part:
    tables: Mapping[str, pd.DataFrame] = (
        frames if frame is None else {"organisation_records": frame} | frames
    )
    return Part(
        frames=tables,
        rejects=rejects_frame("toy", []),
        fetched_at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
    )


def fall(table: str, area: str, before: int, after: int) -> Fall:
    return Fall(table_name=table, area=area, before=before, after=after)


# What is expected of one part


@pytest.mark.parametrize(
    ("rows", "is_right"), [(1, False), (2, True), (5, True), (6, False), (0, False)]
)
def test_the_rows_in_all_lie_between_the_fewest_and_the_most(rows: int, is_right: bool) -> None:
    faults = part_faults(source_of(expected_rows=(2, 5)), part_of(rows_of(m001=rows)), scope_of())
    told = [] if is_right else [f"toy: {rows} rows of organisation_records, expected 2 to 5"]
    assert faults == told


@pytest.mark.parametrize(("rows", "is_right"), [(5, False), (6, True), (12, True), (13, False)])
def test_the_rows_of_a_municipality_are_counted_times_the_municipalities(
    rows: int, is_right: bool
) -> None:
    """For four municipalities 1.5 to 3 each are 6 to 12."""
    source = source_of(expected_per_municipality=(1.5, 3.0))
    faults = part_faults(source, part_of(rows_of(m001=rows)), scope_of())
    told = f"toy: {rows} rows of organisation_records for 4 municipalities, expected 6 to 12"
    assert faults == ([] if is_right else [told])


def test_a_bound_means_what_it_says() -> None:
    """0.1 for each of three is 0.3, which floating point misses; 1 row is enough, and 0 is not."""
    source = source_of(expected_per_municipality=(0.1, float("inf")))
    scope = scope_of("001", "002", "003")
    assert part_faults(source, part_of(rows_of(m001=1)), scope) == []
    [fault] = part_faults(source, part_of(rows_of()), scope)
    assert fault.endswith("expected 0.3 to inf")
    assert exact(0.1) * 3 == exact(0.3)


def test_a_region_that_fails_does_not_hide_behind_the_others() -> None:
    """Two each are 4 for a region of two: 91 has 20, 92 has 3."""
    source = source_of(expected_per_municipality=(2.0, 1_000.0))
    part = part_of(rows_of(m001=20, m003=3))
    assert part_faults(source, part, scope_of()) == []
    assert part_faults(source, part, scope_of(), region_of=REGION_OF) == [
        "toy: 3 rows of organisation_records in region 92 with 2 municipalities, "
        "expected 4 at least"
    ]


def test_rows_without_a_place_speak_for_every_region() -> None:
    source = source_of(expected_per_municipality=(2.0, 1_000.0))
    enough = part_of(rows_of(m001=20, m003=3, none=1))
    assert part_faults(source, enough, scope_of(), region_of=REGION_OF) == []
    few = part_of(rows_of(m001=20, m003=2, none=1))
    assert part_faults(source, few, scope_of(), region_of=REGION_OF) == [
        "toy: 2 rows of organisation_records in region 92 with 2 municipalities, 1 without a place,"
        " expected 4 at least"
    ]


def test_only_regions_that_were_asked_for_are_looked_at() -> None:
    source = source_of(expected_per_municipality=(2.0, 1_000.0))
    part = part_of(rows_of(m001=4))
    assert part_faults(source, part, scope_of("001", "002"), region_of=REGION_OF) == []


def test_a_large_city_is_no_fault_of_its_region() -> None:
    """Five each are at most 20 for four: all of them in one region are believed."""
    source = source_of(expected_per_municipality=(0.0, 5.0))
    part = part_of(rows_of(m001=20))
    assert part_faults(source, part, scope_of(), region_of=REGION_OF) == []


def test_a_table_without_places_is_counted_in_all_alone() -> None:
    source = source_of(expected_per_municipality=(1.0, 5.0))
    part = part_of(pd.DataFrame({"name": ["a"] * 8}))
    assert part_faults(source, part, scope_of(), region_of=REGION_OF) == []


@pytest.mark.parametrize("rows", [{"m001": 3}, {"m001": 90}, {}])
def test_a_file_given_by_hand_may_be_the_list_of_one_town(rows: dict[str, int]) -> None:
    """Two to ten each are 8 to 40 for four, and 4 at least for each region."""
    source = source_of(expected_per_municipality=(2.0, 10.0))
    part = part_of(rows_of(**rows))
    assert part_faults(source, part, scope_of(), region_of=REGION_OF) != []
    assert part_faults(source, part, scope_of(), region_of=REGION_OF, is_file=True) == []


def test_a_file_given_by_hand_is_counted_in_all_and_has_its_tables() -> None:
    source = source_of(expected_rows=(4, 50), expected_per_municipality=(2.0, 10.0))
    faults = part_faults(source, part_of(rows_of(m001=3)), scope_of(), is_file=True)
    assert faults == ["toy: 3 rows of organisation_records, expected 4 to 50"]
    assert part_faults(source, part_of(boards=rows_of()), scope_of(), is_file=True) == [
        "toy: gave no table organisation_records",
        "toy: gave a table boards, which it does not announce",
    ]


def test_missing_and_unannounced_tables_are_told() -> None:
    source = source_of(more_tables=("services",))
    assert part_faults(source, part_of(boards=rows_of()), scope_of()) == [
        "toy: gave no table organisation_records",
        "toy: gave no table services",
        "toy: gave a table boards, which it does not announce",
    ]


# Falls


@pytest.mark.parametrize(
    ("before", "after", "is_fall"),
    [
        (10, 8, False),  # a fifth exactly
        (10, 7, True),
        (100, 80, False),
        (100, 79, True),
        (9, 1, False),  # too few to tell
        (9, 0, True),  # but none at all is told
        (1, 0, True),
        (0, 0, False),
        (10, 100, False),
    ],
)
def test_more_than_a_fifth_is_a_fall(before: int, after: int, is_fall: bool) -> None:
    found = falls(part_of(rows_of(m001=before)), part_of(rows_of(m001=after)))
    told = [fall("organisation_records", EVERYWHERE, before, after)]
    assert found == (told if is_fall else [])


@pytest.mark.parametrize(("most", "is_fall"), [(0.29, True), (0.3, False), (0.0, True)])
def test_the_share_may_be_another_and_is_meant_exactly(most: float, is_fall: bool) -> None:
    """From 10 to 7 goes 0.3; 0.1 * 3 in floating point is more than that."""
    found = falls(part_of(rows_of(m001=10)), part_of(rows_of(m001=7)), most=most)
    assert (found != []) == is_fall


def test_a_region_that_falls_is_told_beside_the_whole() -> None:
    """In all 120 to 107, a ninth; region 92 from 20 to 7."""
    before = part_of(rows_of(m001=60, m002=40, m003=20))
    after = part_of(rows_of(m001=61, m002=39, m003=3, m004=4))
    assert falls(before, after) == []
    assert falls(before, after, region_of=REGION_OF) == [fall("organisation_records", "92", 20, 7)]


def test_a_small_region_is_not_looked_at() -> None:
    before = part_of(rows_of(m001=60, m003=9))
    after = part_of(rows_of(m001=60))
    assert falls(before, after, region_of=REGION_OF) == []


def test_a_municipality_of_no_region_is_not_looked_at_by_itself() -> None:
    before = part_of(rows_of(m001=90, m999=10, none=10))
    after = part_of(rows_of(m001=90))
    assert falls(before, after, region_of=REGION_OF) == []  # 110 to 90: less than a fifth


def test_each_table_is_looked_at_and_one_that_is_gone_has_fallen() -> None:
    before = part_of(rows_of(m001=10), services=rows_of(m001=10, m003=10), boards=rows_of(m001=3))
    after = part_of(rows_of(m001=10), services=rows_of(m003=10))
    assert falls(before, after, region_of=REGION_OF) == [
        fall("services", EVERYWHERE, 20, 10),
        fall("services", "91", 10, 0),
        fall("boards", EVERYWHERE, 3, 0),
    ]


def test_a_table_that_is_new_is_no_fall() -> None:
    assert falls(part_of(), part_of(rows_of(m001=1)), region_of=REGION_OF) == []


def test_places_of_organisations_and_of_evidence_are_found() -> None:
    areas = pd.DataFrame({"area_code": pd.Series(["001"] * 10 + ["91", "FI"], dtype="string")})
    evidence = pd.DataFrame(
        {
            "municipality_code": pd.Series([pd.NA] * 10 + ["003"] * 40, dtype="string"),
            "region_code": pd.Series(["91"] * 10 + [pd.NA] * 40, dtype="string"),
        }
    )
    before = part_of(organisation_areas=areas, evidence=evidence)
    after = part_of(organisation_areas=areas.iloc[4:], evidence=evidence.iloc[5:])
    assert falls(before, after, region_of=REGION_OF) == [
        fall("organisation_areas", EVERYWHERE, 12, 8),
        fall("organisation_areas", "91", 10, 6),
        fall("evidence", "91", 10, 5),
    ]


@given(
    before=st.integers(0, 200),
    after=st.integers(0, 200),
    percent=st.integers(0, 100),
)
@settings(max_examples=50, deadline=None)
def test_falls_agree_with_whole_numbers(before: int, after: int, percent: int) -> None:
    found = falls(part_of(rows_of(m001=before)), part_of(rows_of(m001=after)), most=percent / 100)
    is_large = before >= 10 and (before - after) * 100 > percent * before
    assert bool(found) == (is_large or before > 0 == after)
