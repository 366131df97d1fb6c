"""Who lives in the gaps: sums by target group, what is estimated and what is left out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.gap_residents import people_in_gaps
from geo.population import REASONS

DTYPES = {
    "municipality_code": "string",
    "target_group_code": "string",
    "residents": "Int64",
    "basis": "string",
    "reason": "string",
    "ages_year": "Int64",
    "population_year": "Int64",
    "is_band_cut": "boolean",
}


def status(**is_gap: bool | str) -> pd.DataFrame:
    """Municipality t001 and so on, and whether it is a gap (of a known step unless it says so)."""
    codes = pd.array([name[1:] for name in is_gap], dtype="string")
    gaps = pd.Series([bool(gap) for gap in is_gap.values()], dtype=bool)
    kinds = ["known_step" if gap is True else gap or None for gap in is_gap.values()]
    return pd.DataFrame(
        {"municipality_code": codes, "is_gap": gaps, "gap_kind": pd.array(kinds, dtype="string")}
    )


def residents(*rows: tuple[str, str, int | str, str | None]) -> pd.DataFrame:
    """Rows of (municipality, group, residents or the reason for none, basis); ages of 2018."""
    cells: list[dict[str, Any]] = []
    for code, group, people, basis in rows:
        is_known = isinstance(people, int)
        cells.append(
            {
                "municipality_code": code,
                "target_group_code": group,
                "residents": people if is_known else None,
                "basis": basis,
                "reason": None if is_known else people,
                "ages_year": 2018 if is_known else None,
                "population_year": {"counted": 2018, "estimated": 2022, None: None}[basis],
                "is_band_cut": False if is_known else None,
            }
        )
    return pd.DataFrame(cells, columns=list(DTYPES)).astype(DTYPES)


THREE = status(t001=True, t002=False, t003=True)
SINGLE = [
    (code, "old", number, "counted") for code, number in (("001", 30), ("002", 1), ("003", 20))
]


def test_people_of_each_group_are_added_up_over_the_gaps_and_over_all() -> None:
    people = people_in_gaps(
        THREE,
        residents(
            ("001", "old", 30, "estimated"),
            ("001", "young", 7, "counted"),
            ("002", "old", 50, "estimated"),
            ("002", "young", 3, "counted"),
            ("003", "old", 20, "estimated"),
            ("003", "young", 0, "counted"),
        ),
    )
    assert people["target_group_code"].tolist() == ["old", "young"]
    assert people["residents"].tolist() == [50, 7]  # 30 + 20; 7 + 0
    assert people["all_residents"].tolist() == [100, 10]  # 50 + 50; 7 + 3 + 0
    assert people["share"].tolist() == [0.5, 0.7]
    assert people["estimated"].tolist() == [3, 0]
    assert people["counted"].tolist() == [0, 3]
    assert people["left_out"].tolist() == [0, 0]
    assert people["oldest_ages_year"].tolist() == [2018, 2018]
    assert people["newest_population_year"].tolist() == [2022, 2018]


def test_people_of_gaps_with_a_known_step_and_without_information_stay_apart() -> None:
    area = status(t001="known_step", t002=False, t003="no_information", t004="no_information")
    people = people_in_gaps(
        area,
        residents(
            *[("001", "old", 30, "counted"), ("001", "young", 7, "counted")],
            *[("002", "old", 50, "counted"), ("002", "young", 9, "counted")],
            *[("003", "old", 20, "counted"), ("003", "young", "no_ages", None)],
            *[("004", "old", 5, "counted"), ("004", "young", "no_ages", None)],
        ),
    ).set_index("target_group_code")
    assert people["residents"].to_dict() == {"old": 55, "young": 7}
    assert people["residents_known_step"].to_dict() == {"old": 30, "young": 7}
    assert people.loc["old", "residents_no_information"] == 25  # 20 + 5
    assert pd.isna(people.loc["young", "residents_no_information"])  # two gaps, neither known
    # Where no gap is of the kind, nobody lives in one.
    [row] = people_in_gaps(THREE, residents(*SINGLE)).to_dict("records")
    assert (row["residents_known_step"], row["residents_no_information"]) == (50, 0)


def test_a_municipality_that_is_not_known_is_left_out_of_both_sums_and_counted() -> None:
    people = people_in_gaps(
        THREE,
        residents(
            ("001", "old", 30, "counted"),
            ("002", "old", "open_band", None),
            ("003", "old", "no_ages", None),
        ),
    )
    [row] = people.to_dict("records")
    assert (row["residents"], row["all_residents"], row["share"]) == (30, 30, 1)
    assert (row["left_out"], row["gap_left_out"]) == (2, 1)
    reasons = {reason: row[reason] for reason in REASONS}
    assert reasons == {"no_age_range": 0, "no_ages": 1, "open_band": 1, "no_population": 0}
    assert row["counted"] + row["estimated"] + row["left_out"] == 3


def test_a_group_of_which_nothing_is_known_is_unknown_and_not_zero() -> None:
    people = people_in_gaps(
        THREE,
        residents(*[(code, "carers", "no_age_range", None) for code in ("001", "002", "003")]),
    )
    assert people[["residents", "all_residents", "share"]].isna().all(axis=None)
    assert people["no_age_range"].tolist() == [3]
    assert people["newest_ages_year"].isna().all()


def test_where_the_known_are_no_gaps_nobody_known_lives_in_one() -> None:
    people = people_in_gaps(
        THREE,
        residents(
            ("001", "old", "no_ages", None),
            ("002", "old", 50, "counted"),
            ("003", "old", "no_ages", None),
        ),
    )
    assert people["residents"].tolist() == [0]  # of those known; two gaps are left out, and said
    assert people["gap_left_out"].tolist() == [2]


def test_a_group_that_nobody_is_of_has_no_share() -> None:
    people = people_in_gaps(status(t001=True), residents(("001", "old", 0, "counted")))
    assert people["residents"].tolist() == [0]
    assert people["share"].isna().all()


def test_municipalities_outside_the_area_are_left_out() -> None:
    rows = residents(("001", "old", 30, "counted"), ("009", "old", 999, "counted"))
    assert people_in_gaps(status(t001=True), rows)["all_residents"].tolist() == [30]


def test_one_cut_band_marks_the_group() -> None:
    rows = residents(("001", "old", 3, "estimated"), ("002", "old", 5, "estimated"))
    rows["is_band_cut"] = pd.array([False, True], dtype="boolean")
    assert people_in_gaps(status(t001=True, t002=True), rows)["is_band_cut"].tolist() == [True]


def test_an_area_of_no_municipality_has_no_rows() -> None:
    people = people_in_gaps(status(), residents(("001", "old", 3, "counted")))
    assert len(people) == 0
    assert people["residents"].dtype == "Int64"


def test_a_municipality_without_rows_is_an_error_and_not_left_out_in_silence() -> None:
    with pytest.raises(GeoError, match="lacks 2 municipalities of status: 002, 003"):
        people_in_gaps(THREE, residents(("001", "old", 3, "counted")))


def test_a_municipality_that_stands_twice_is_an_error() -> None:
    twice = pd.concat([status(t001=True), status(t001=False)])
    with pytest.raises(GeoError, match="'001' twice"):
        people_in_gaps(twice, residents(("001", "old", 3, "counted")))


def test_a_missing_column_is_an_error_that_names_it() -> None:
    rows = residents(("001", "old", 3, "counted"))
    with pytest.raises(GeoError, match="group_residents lacks basis, reason"):
        people_in_gaps(status(t001=True), rows.drop(columns=["reason", "basis"]))


def test_no_input_is_changed() -> None:
    rows = residents(("001", "old", 3, "counted"))
    before, area = rows.copy(), status(t001=True)
    people_in_gaps(area, rows)
    assert_frame_equal(rows, before)
    assert_frame_equal(area, status(t001=True))


@settings(max_examples=25, deadline=None)
@given(
    towns=st.lists(
        st.tuples(st.booleans(), st.integers(0, 99) | st.sampled_from(REASONS)), min_size=1
    )
)
def test_whatever_is_known_every_municipality_is_counted_once(
    towns: list[tuple[bool, int | str]],
) -> None:
    codes = [f"{place:03}" for place in range(len(towns))]
    area = status(**{f"t{code}": is_gap for code, (is_gap, _) in zip(codes, towns, strict=True)})
    rows = residents(
        *[
            (code, "any", people, "counted" if isinstance(people, int) else None)
            for code, (_, people) in zip(codes, towns, strict=True)
        ]
    )
    [row] = people_in_gaps(area, rows).to_dict("records")
    assert row["counted"] + row["estimated"] + row["left_out"] == len(towns)
    assert sum(row[reason] for reason in REASONS) == row["left_out"]
    known = [(is_gap, people) for is_gap, people in towns if isinstance(people, int)]
    if known:
        assert row["residents"] == sum(people for is_gap, people in known if is_gap)
        assert row["all_residents"] == sum(people for _, people in known)
    else:
        assert pd.isna(row["residents"])
