"""The profile matrix: five states a cell, and what is known, disputed and stale of each line."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.coverage import STATES, criterion_states
from geo.errors import GeoError
from geo.profiles import criterion_totals, profile_matrix, profiles
from loaders.tables import ANSWERS, CRITERIA

NOW = 2026


def states_of(codes: str, *rows: tuple[str, str, str, int | None]) -> pd.DataFrame:
    """The states of municipalities with evidence of (municipality, criterion, answer, year)."""
    evidence = pd.DataFrame(
        list(rows), columns=["municipality_code", "criterion", "answer", "year"]
    ).astype(
        {
            "municipality_code": "string",
            "criterion": "string",
            "answer": "string",
            "year": "Int64",
        }
    )
    towns = pd.DataFrame({"municipality_code": pd.array(codes.split(), dtype="string")})
    return criterion_states(evidence, towns, as_of_year=NOW)


# One municipality with every state; the other with nothing.
MIXED = states_of(
    "002 001",
    ("001", "documented_model", "yes", 2025),
    ("001", "documented_model", "no", 2016),  # an older source disagrees
    ("001", "forum", "no", 2021),  # over four years old in 2026: stale
    ("001", "seats", "yes", None),  # undated: stale
    ("001", "liaison", "asked_no_answer", 2024),
    ("001", "grants", "out_of_scope", 2023),
)


def test_profiles_have_a_row_per_municipality_and_a_column_per_criterion() -> None:
    wide = profiles(MIXED)
    assert list(wide.columns) == ["municipality_code", *CRITERIA]
    assert wide["municipality_code"].tolist() == ["002", "001"]
    assert wide.iloc[0, 1:].tolist() == ["not_asked"] * 8
    # documented_model, forum, seats, liaison, grants, then premises, lived_experience and
    # communication of which nobody has asked.
    told = ["yes", "no", "yes", "asked_no_answer", "out_of_scope"]
    assert wide.iloc[1, 1:].tolist() == [*told, "not_asked", "not_asked", "not_asked"]


def test_the_matrix_tells_how_much_of_each_profile_is_known() -> None:
    first, second = profile_matrix(MIXED).to_dict("records")
    assert first["municipality_code"] == "002"
    assert (first["known"], first["in_scope"], first["unknown"]) == (0, 8, 8)
    assert first["completeness"] == 0
    assert pd.isna(first["oldest_year"])
    assert pd.isna(first["newest_year"])
    # yes, no and yes are known; of eight criteria one cannot apply; 3/7.
    assert (second["known"], second["in_scope"], second["unknown"]) == (3, 7, 4)
    assert second["completeness"] == pytest.approx(3 / 7)
    assert (second["disputed"], second["stale"]) == (1, 2)
    # The oldest finding is of 2016, though a newer one outweighs it.
    assert (second["oldest_year"], second["newest_year"]) == (2016, 2025)


def test_the_matrix_has_the_profiles_as_they_are() -> None:
    matrix = profile_matrix(MIXED)
    assert_frame_equal(matrix[["municipality_code", *CRITERIA]], profiles(MIXED))


def test_where_no_criterion_can_apply_completeness_is_unknown() -> None:
    states = states_of("001", *[("001", name, "out_of_scope", 2025) for name in CRITERIA])
    [row] = profile_matrix(states).to_dict("records")
    assert (row["known"], row["in_scope"], row["unknown"]) == (0, 0, 0)
    assert pd.isna(row["completeness"])


def test_criterion_totals_count_the_states_of_each_criterion() -> None:
    totals = criterion_totals(MIXED).set_index("criterion")
    assert totals.index.tolist() == list(CRITERIA)
    assert list(totals.columns[:5]) == list(STATES)
    # 001 says yes, no, yes, has not answered, cannot; of 002 nothing is known.
    expected = {
        "documented_model": {"yes": 1, "not_asked": 1},
        "forum": {"no": 1, "not_asked": 1},
        "seats": {"yes": 1, "not_asked": 1},
        "liaison": {"asked_no_answer": 1, "not_asked": 1},
        "grants": {"out_of_scope": 1, "not_asked": 1},
        "premises": {"not_asked": 2},
        "lived_experience": {"not_asked": 2},
        "communication": {"not_asked": 2},
    }
    for criterion, counts in expected.items():
        row = totals.loc[criterion]
        assert {state: row[state] for state in STATES if row[state]} == counts
    assert totals["municipalities"].tolist() == [2] * 8
    assert totals["known"].tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    assert totals["in_scope"].tolist() == [2, 2, 2, 2, 1, 2, 2, 2]
    assert totals["completeness"].tolist() == [0.5, 0.5, 0.5, 0, 0, 0, 0, 0]
    assert totals["disputed"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert totals["stale"].tolist() == [0, 1, 1, 0, 0, 0, 0, 0]


def test_no_municipality_gives_an_empty_matrix_and_totals_of_zero() -> None:
    nobody = states_of("")
    assert len(profiles(nobody)) == 0
    assert len(profile_matrix(nobody)) == 0
    totals = criterion_totals(nobody)
    assert totals["criterion"].tolist() == list(CRITERIA)
    assert totals["municipalities"].tolist() == [0] * 8
    assert totals["known"].tolist() == [0] * 8
    assert totals["completeness"].isna().all()


def test_a_criterion_that_stands_twice_is_an_error() -> None:
    with pytest.raises(GeoError, match="twice"):
        profile_matrix(pd.concat([MIXED, MIXED.iloc[:1]]))


def test_a_state_that_cannot_be_is_an_error() -> None:
    with pytest.raises(GeoError, match="maybe"):
        criterion_totals(MIXED.assign(state=MIXED["state"].mask(MIXED.index == 3, "maybe")))


def test_a_missing_column_is_an_error_that_names_it() -> None:
    for measure in (profile_matrix, criterion_totals):
        with pytest.raises(GeoError, match="states lacks is_stale"):
            measure(MIXED.drop(columns="is_stale"))


def test_no_input_is_changed() -> None:
    before = MIXED.copy()
    profile_matrix(MIXED)
    criterion_totals(MIXED)
    assert_frame_equal(MIXED, before)


CODES = ("001", "002", "003")
ANY_EVIDENCE = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(CRITERIA),
        st.sampled_from(ANSWERS),
        st.none() | st.integers(2010, NOW),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(rows=ANY_EVIDENCE)
def test_whatever_the_evidence_rows_and_columns_of_the_matrix_tell_the_same(
    rows: list[tuple[Any, ...]],
) -> None:
    states = states_of(" ".join(CODES), *rows)
    matrix, totals = profile_matrix(states), criterion_totals(states)
    for name in ("known", "in_scope", "unknown", "disputed", "stale"):
        assert matrix[name].sum() == totals[name].sum()
    assert totals["municipalities"].tolist() == [3] * 8
    assert (matrix["known"] + matrix["unknown"]).equals(matrix["in_scope"])
    by_hand = matrix[list(CRITERIA)].isin(["yes", "no"]).sum(axis="columns")
    assert matrix["known"].tolist() == by_hand.tolist()
    assert matrix["completeness"].dropna().between(0, 1).all()
