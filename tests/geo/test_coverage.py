"""Evidence to states, states to the ladder, the ladder to gaps: every expected value by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.coverage import (
    LADDER,
    MAX_AGE_YEARS,
    STATES,
    combined_evidence,
    county_states,
    coverage_status,
    criterion_states,
    gap_totals,
    state_totals,
)
from geo.errors import GeoError
from geo.profiles import profiles
from loaders.tables import ANSWERS, COUNTY_CRITERIA, CRITERIA

NOW = 2026


def towns(*codes: str, index: Sequence[Any] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"municipality_code": pd.array(codes, dtype="string")}, index=index)


def findings(*rows: tuple[Any, ...], place: str = "municipality_code") -> pd.DataFrame:
    """Rows of (place, criterion, answer, year), typed as the evidence table is."""
    frame = pd.DataFrame(list(rows), columns=[place, "criterion", "answer", "year"])
    return frame.astype(
        {place: "string", "criterion": "string", "answer": "string", "year": "Int64"}
    )


def state_of(*answers: tuple[str, int | None], **options: Any) -> pd.Series:
    """The row of one municipality's forum, of which sources say these answers."""
    rows = [("001", "forum", answer, year) for answer, year in answers]
    states = criterion_states(findings(*rows), towns("001"), as_of_year=NOW, **options)
    return states.set_index("criterion").loc["forum"]


def status_of(*rows: tuple[str, str, int | None]) -> pd.Series:
    """The status of one municipality with rows of (criterion, answer, year)."""
    evidence = findings(*[("001", *row) for row in rows])
    states = criterion_states(evidence, towns("001"), as_of_year=NOW)
    return coverage_status(states).iloc[0]


# The five states


def test_the_five_states_are_the_four_answers_and_not_asked() -> None:
    assert set(STATES) == {*ANSWERS, "not_asked"}
    assert len(STATES) == 5


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_the_state_of_its_criterion(answer: str) -> None:
    assert state_of((answer, 2025))["state"] == answer


def test_a_criterion_without_a_row_is_not_asked_and_has_neither_year_nor_age() -> None:
    states = criterion_states(findings(), towns("001"), as_of_year=NOW)
    assert states["criterion"].tolist() == list(CRITERIA)
    assert states["state"].tolist() == ["not_asked"] * 8
    assert states["findings"].tolist() == [0] * 8
    assert states[["year", "newest_year", "oldest_year", "is_stale"]].isna().all(axis=None)
    assert not states["is_disputed"].any()


def test_an_answer_moves_its_own_criterion_only() -> None:
    states = criterion_states(
        findings(("001", "grants", "yes", 2025)), towns("001", "002"), as_of_year=NOW
    )
    other = states[~((states["municipality_code"] == "001") & (states["criterion"] == "grants"))]
    assert len(other) == 15  # two municipalities with eight criteria each, less the one
    assert set(other["state"]) == {"not_asked"}


# Which answer counts


def test_the_newest_answer_counts_whatever_it_says() -> None:
    assert state_of(("yes", 2024), ("no", 2025))["state"] == "no"
    assert state_of(("no", 2024), ("yes", 2025))["state"] == "yes"
    assert state_of(("yes", 2024), ("out_of_scope", 2025))["state"] == "out_of_scope"


def test_the_year_is_that_of_the_answer_that_counts() -> None:
    row = state_of(("yes", 2019), ("no", 2025), ("yes", 2022))
    assert (row["state"], row["year"]) == ("no", 2025)


def test_an_undated_answer_counts_as_the_oldest() -> None:
    assert state_of(("no", None), ("yes", 1990))["state"] == "yes"
    row = state_of(("no", None))
    assert row["state"] == "no"
    assert pd.isna(row["year"])


def test_a_question_without_an_answer_never_outweighs_an_answer() -> None:
    assert state_of(("no", 2010), ("asked_no_answer", 2026))["state"] == "no"
    assert state_of(("yes", None), ("asked_no_answer", 2026))["state"] == "yes"
    assert state_of(("out_of_scope", None), ("asked_no_answer", 2026))["state"] == "out_of_scope"


def test_yes_goes_before_no_in_the_same_year() -> None:
    assert state_of(("yes", 2025), ("no", 2025))["state"] == "yes"
    assert state_of(("no", 2025), ("yes", 2025))["state"] == "yes"
    assert state_of(("no", None), ("yes", None))["state"] == "yes"


def test_the_order_of_the_rows_decides_nothing() -> None:
    answers = [("yes", 2020), ("no", 2025), ("asked_no_answer", 2026), ("yes", 2025), ("no", None)]
    forth, back = state_of(*answers), state_of(*reversed(answers))
    assert forth.equals(back)
    assert forth["state"] == "yes"


def test_all_findings_are_counted_and_their_years_spanned() -> None:
    row = state_of(("yes", 2019), ("asked_no_answer", 2026), ("no", 2023), ("yes", None))
    assert row["findings"] == 4
    assert (row["oldest_year"], row["newest_year"]) == (2019, 2026)
    assert (row["state"], row["year"]) == ("no", 2023)


# Age


def test_evidence_is_stale_when_older_than_the_limit_and_not_at_it() -> None:
    assert MAX_AGE_YEARS == 4
    # 2026 - 4 = 2022 is just within a council's term; 2021 is not.
    assert not state_of(("yes", 2022))["is_stale"]
    assert state_of(("yes", 2021))["is_stale"]


@pytest.mark.parametrize(("year", "is_stale"), [(2026, False), (2025, True), (2027, False)])
def test_the_limit_of_age_can_be_chosen(year: int, is_stale: bool) -> None:
    assert state_of(("no", year), max_age_years=0)["is_stale"] == is_stale


def test_undated_evidence_is_always_stale() -> None:
    assert state_of(("yes", None), max_age_years=1000)["is_stale"]


def test_stale_evidence_counts_all_the_same() -> None:
    assert state_of(("yes", 1995))["state"] == "yes"


@pytest.mark.parametrize("answer", ["asked_no_answer", "out_of_scope"])
def test_where_nothing_was_answered_nothing_can_be_stale(answer: str) -> None:
    assert pd.isna(state_of((answer, 1990))["is_stale"])


# Disputes


def test_sources_that_disagree_make_a_dispute_whichever_counts() -> None:
    assert state_of(("yes", 2019), ("no", 2025))["is_disputed"]
    assert state_of(("yes", 2025), ("no", None))["is_disputed"]
    assert state_of(("yes", 2025), ("out_of_scope", 2024))["is_disputed"]


def test_sources_that_agree_or_did_not_answer_make_no_dispute() -> None:
    assert not state_of(("yes", 2019), ("yes", 2025))["is_disputed"]
    assert not state_of(("yes", 2019), ("asked_no_answer", 2025))["is_disputed"]
    assert not state_of(("asked_no_answer", 2019), ("asked_no_answer", 2025))["is_disputed"]


# Rows, order, index, input


def test_each_municipality_has_eight_rows_in_the_order_given() -> None:
    evidence = findings(("001", "forum", "yes", 2025), ("003", "forum", "no", 2025))
    states = criterion_states(evidence, towns("003", "001", "002"), as_of_year=NOW)
    assert states["municipality_code"].tolist() == ["003"] * 8 + ["001"] * 8 + ["002"] * 8
    assert states["criterion"].tolist() == list(CRITERIA) * 3
    assert states.index.tolist() == list(range(24))
    status = coverage_status(states)
    assert status["municipality_code"].tolist() == ["003", "001", "002"]
    assert status["ladder"].tolist() == ["no_information", "structure", "no_information"]


def test_evidence_of_other_municipalities_and_of_regions_is_left_out() -> None:
    evidence = findings(("999", "forum", "yes", 2025), (None, "forum", "yes", 2025))
    states = criterion_states(evidence, towns("001"), as_of_year=NOW)
    assert set(states["state"]) == {"not_asked"}


def test_an_index_that_is_odd_or_holds_a_label_twice_changes_nothing() -> None:
    evidence = findings(("001", "forum", "yes", 2020), ("001", "forum", "no", 2025))
    plain = criterion_states(evidence, towns("002", "001"), as_of_year=NOW)
    odd = criterion_states(
        evidence.set_axis(["x", "x"]), towns("002", "001", index=[7, 7]), as_of_year=NOW
    )
    assert_frame_equal(odd, plain)
    assert_frame_equal(coverage_status(odd.set_axis([5] * 16)), coverage_status(plain))


def test_no_municipality_at_all_gives_no_row() -> None:
    states = criterion_states(findings(("001", "forum", "yes", 2025)), towns(), as_of_year=NOW)
    assert len(states) == 0
    assert len(coverage_status(states)) == 0
    assert len(profiles(states)) == 0


def test_the_input_is_never_changed() -> None:
    evidence = findings(("001", "forum", "yes", 2020), ("001", "documented_model", "no", None))
    places = towns("001", "002", index=[3, 1])
    before = evidence.copy(), places.copy()
    states = criterion_states(evidence, places, as_of_year=NOW)
    held = states.copy()
    coverage_status(states)
    profiles(states)
    assert_frame_equal(evidence, before[0])
    assert_frame_equal(places, before[1])
    assert_frame_equal(states, held)


def test_an_unknown_criterion_or_answer_is_an_error_that_names_it() -> None:
    with pytest.raises(GeoError, match="picnics"):
        criterion_states(findings(("001", "picnics", "yes", 2025)), towns("001"), as_of_year=NOW)
    with pytest.raises(GeoError, match="perhaps"):
        criterion_states(findings(("001", "forum", "perhaps", 2025)), towns("001"), as_of_year=NOW)
    with pytest.raises(GeoError, match="<NA>"):
        criterion_states(findings(("001", "forum", None, 2025)), towns("001"), as_of_year=NOW)
    with pytest.raises(GeoError, match=r"picnics.*perhaps"):
        criterion_states(findings(("1", "picnics", "perhaps", 1)), towns("001"), as_of_year=NOW)


def test_a_missing_column_is_an_error_that_names_it() -> None:
    with pytest.raises(GeoError, match="evidence lacks answer, year"):
        criterion_states(findings()[["municipality_code", "criterion"]], towns(), as_of_year=NOW)
    with pytest.raises(GeoError, match="municipalities lacks municipality_code"):
        criterion_states(findings(), pd.DataFrame({"code": ["001"]}), as_of_year=NOW)


def test_profiles_lay_out_one_row_a_municipality_and_one_column_a_criterion() -> None:
    evidence = findings(("001", "forum", "yes", 2025), ("002", "premises", "no", 2025))
    wide = profiles(criterion_states(evidence, towns("002", "001"), as_of_year=NOW))
    assert list(wide.columns) == ["municipality_code", *CRITERIA]
    assert wide["municipality_code"].tolist() == ["002", "001"]
    assert wide["forum"].tolist() == ["not_asked", "yes"]
    assert wide["premises"].tolist() == ["no", "not_asked"]


# The ladder


@pytest.mark.parametrize(
    ("rows", "step"),
    [
        ([("documented_model", "yes")], "model"),
        ([("forum", "yes")], "structure"),
        ([("seats", "yes")], "structure"),
        ([("grants", "yes")], "structure"),
        ([("premises", "yes")], "structure"),
        ([("liaison", "yes")], "liaison"),
        ([("documented_model", "no")], "confirmed_none"),
        ([], "no_information"),
        ([("lived_experience", "yes")], "no_information"),
        ([("communication", "yes")], "no_information"),
        ([("forum", "no")], "no_information"),
        ([("liaison", "no")], "no_information"),
        ([("documented_model", "asked_no_answer")], "no_information"),
        ([("documented_model", "out_of_scope")], "no_information"),
        # The first step that holds.
        ([("documented_model", "yes"), ("forum", "yes"), ("liaison", "yes")], "model"),
        ([("liaison", "yes"), ("grants", "yes")], "structure"),
        ([("documented_model", "no"), ("premises", "yes")], "structure"),
        ([("documented_model", "no"), ("liaison", "yes")], "liaison"),
        ([("documented_model", "no"), ("forum", "no"), ("lived_experience", "yes")],
         "confirmed_none"),
    ],
)  # fmt: skip
def test_the_ladder_is_the_first_step_that_holds(rows: list[tuple[str, str]], step: str) -> None:
    assert status_of(*[(*row, 2025) for row in rows])["ladder"] == step


def test_a_model_that_a_newer_source_denies_is_no_model() -> None:
    row = status_of(("documented_model", "yes", 2018), ("documented_model", "no", 2025))
    assert row["ladder"] == "confirmed_none"
    assert row["disputed_criteria"] == 1


def test_evidence_outside_the_ladder_lifts_nobody_but_is_told() -> None:
    row = status_of(("lived_experience", "yes", 2025))
    assert row["ladder"] == "no_information"
    assert row["has_other_evidence"]
    assert row["gap_kind"] == "no_information"


@pytest.mark.parametrize("answer", ["asked_no_answer", "out_of_scope"])
def test_a_question_nobody_answered_is_no_other_evidence(answer: str) -> None:
    row = status_of(("lived_experience", answer, 2025))
    assert row["findings"] == 1
    assert not row["has_other_evidence"]


def test_evidence_beside_a_confirmed_none_is_told() -> None:
    denied = ("documented_model", "no", 2025)
    assert not status_of(denied)["has_other_evidence"]
    row = status_of(denied, ("lived_experience", "yes", 2025))
    assert row["ladder"] == "confirmed_none"
    assert row["has_other_evidence"]


def test_other_evidence_is_only_told_of_where_the_ladder_knows_nothing() -> None:
    assert not status_of(("lived_experience", "yes", 2025), ("liaison", "yes", 2025))[
        "has_other_evidence"
    ]
    assert not status_of()["has_other_evidence"]


@pytest.mark.parametrize(
    ("step", "rows", "is_gap", "kind"),
    [
        ("model", [("documented_model", "yes", 2025)], False, None),
        ("structure", [("forum", "yes", 2025)], True, "known_step"),
        ("liaison", [("liaison", "yes", 2025)], True, "known_step"),
        ("confirmed_none", [("documented_model", "no", 2025)], True, "known_step"),
        ("no_information", [], True, "no_information"),
    ],
)
def test_every_step_below_a_model_is_a_gap_and_no_information_a_kind_of_its_own(
    step: str, rows: list[tuple[str, str, int]], is_gap: bool, kind: str | None
) -> None:
    row = status_of(*rows)
    assert row["ladder"] == step
    assert row["is_gap"] == is_gap
    assert (row["gap_kind"] == kind) if kind else pd.isna(row["gap_kind"])


def test_a_step_is_stale_when_all_evidence_for_it_is() -> None:
    assert not status_of(("forum", "yes", 2010), ("grants", "yes", 2025))["is_stale"]
    assert status_of(("forum", "yes", 2010), ("grants", "yes", None))["is_stale"]
    # The fresh liaison is not what makes it a structure.
    assert status_of(("forum", "yes", 2010), ("liaison", "yes", 2025))["is_stale"]
    assert status_of(("documented_model", "no", 2010))["is_stale"]


def test_without_information_nothing_is_stale() -> None:
    assert pd.isna(status_of()["is_stale"])
    assert pd.isna(status_of(("communication", "yes", 2010))["is_stale"])


def test_a_status_counts_its_findings_criteria_and_disputes() -> None:
    row = status_of(
        ("forum", "yes", 2019),
        ("forum", "no", 2025),
        ("grants", "no", None),
        ("liaison", "asked_no_answer", 2026),
        ("premises", "out_of_scope", 2020),
    )
    assert row["findings"] == 5
    assert row["known_criteria"] == 2  # forum and grants; the rest was not answered
    assert row["disputed_criteria"] == 1  # forum
    assert (row["oldest_year"], row["newest_year"]) == (2019, 2026)


# Any evidence whatever

CODES = ["001", "002", "003", "004"]
ANY_EVIDENCE = st.lists(
    st.tuples(
        st.sampled_from([*CODES, "999", None]),
        st.sampled_from(CRITERIA),
        st.sampled_from(ANSWERS),
        st.none() | st.integers(2000, 2030),
    ),
    max_size=30,
)


def ladder_by_hand(profile: dict[str, str]) -> str:
    """The ladder as DOMAIN tells it, one sentence a line."""
    yes = {criterion for criterion, state in profile.items() if state == "yes"}
    if "documented_model" in yes:
        return "model"
    if yes & {"forum", "seats", "grants", "premises"}:
        return "structure"
    if "liaison" in yes:
        return "liaison"
    return "confirmed_none" if profile["documented_model"] == "no" else "no_information"


@settings(max_examples=25, deadline=None)
@given(rows=ANY_EVIDENCE, criterion=st.sampled_from(CRITERIA))
def test_whatever_the_evidence_the_counts_add_up_to_the_municipalities(
    rows: list[tuple[Any, ...]], criterion: str
) -> None:
    states = criterion_states(findings(*rows), towns(*CODES), as_of_year=NOW)
    assert len(states) == len(CODES) * len(CRITERIA)
    residents = pd.Series([10, 20, 30, 40], dtype="Int64")
    asked = states.loc[states["criterion"] == criterion, "state"].reset_index(drop=True)
    totals = state_totals(asked, residents, order=STATES)
    assert totals["municipalities"].sum() == 4
    assert totals["residents"].sum() == 100
    assert totals["resident_share"].sum() == pytest.approx(1)

    status = coverage_status(states)
    steps = state_totals(status["ladder"], residents, order=LADDER)
    assert steps["municipalities"].sum() == 4
    gaps = gap_totals(status, residents).set_index("part")
    kinds = gaps.loc["known_step"] + gaps.loc["no_information"]
    assert kinds.tolist() == gaps.loc["gap"].tolist()
    assert gaps.loc["all"].tolist() == [4, 100]
    assert gaps.loc["gap", "municipalities"] + (status["ladder"] == "model").sum() == 4


@settings(max_examples=25, deadline=None)
@given(rows=ANY_EVIDENCE)
def test_whatever_the_evidence_the_ladder_is_the_one_drawn_by_hand(
    rows: list[tuple[Any, ...]],
) -> None:
    states = criterion_states(findings(*rows), towns(*CODES), as_of_year=NOW)
    wide = profiles(states).set_index("municipality_code")
    by_hand = [ladder_by_hand(dict(wide.loc[code])) for code in CODES]
    assert coverage_status(states)["ladder"].tolist() == by_hand


@settings(max_examples=25, deadline=None)
@given(rows=ANY_EVIDENCE)
def test_whatever_the_evidence_its_order_decides_nothing(rows: list[tuple[Any, ...]]) -> None:
    forth = criterion_states(findings(*rows), towns(*CODES), as_of_year=NOW)
    back = criterion_states(findings(*reversed(rows)), towns(*CODES), as_of_year=NOW)
    assert_frame_equal(back, forth)


# Totals


def test_state_totals_keep_states_that_nobody_is_in() -> None:
    steps = pd.Series(["liaison", "model", "liaison"])
    totals = state_totals(steps, pd.Series([100, 600, 300], dtype="Int64"), order=LADDER)
    assert totals["state"].tolist() == list(LADDER)
    assert totals["municipalities"].tolist() == [1, 0, 2, 0, 0]
    assert totals["residents"].tolist() == [600, 0, 400, 0, 0]  # 100 + 300 = 400
    # 600 and 400 of 1,000.
    assert totals["resident_share"].tolist() == [0.6, 0.0, 0.4, 0.0, 0.0]


def test_state_totals_of_an_unknown_population_are_unknown_and_not_zero() -> None:
    steps = pd.Series(["liaison", "model", "liaison"])
    totals = state_totals(steps, pd.Series([100, 600, None], dtype="Int64"), order=LADDER)
    assert totals["municipalities"].tolist() == [1, 0, 2, 0, 0]
    assert totals["residents"].tolist() == [600, 0, pd.NA, 0, 0]
    assert totals["resident_share"].isna().all()


def test_state_totals_of_nobody_have_no_shares() -> None:
    nobody = state_totals(pd.Series(["model"]), pd.Series([0], dtype="Int64"), order=LADDER)
    assert nobody["residents"].tolist() == [0] * 5
    assert nobody["resident_share"].isna().all()
    empty = state_totals(pd.Series([], dtype="string"), pd.Series([], dtype="Int64"), order=LADDER)
    assert empty["municipalities"].tolist() == [0] * 5
    assert empty["residents"].tolist() == [0] * 5


def test_state_totals_refuse_a_state_that_cannot_be() -> None:
    people = pd.Series([1, 2], dtype="Int64")
    with pytest.raises(GeoError, match="modle"):
        state_totals(pd.Series(["modle", "model"]), people, order=LADDER)
    with pytest.raises(GeoError, match="NA"):
        state_totals(pd.Series([None, "model"], dtype="string"), people, order=LADDER)


def test_state_totals_refuse_residents_in_another_order() -> None:
    steps = pd.Series(["model", "liaison"], index=["001", "002"])
    people = pd.Series([10, 90], index=["002", "001"], dtype="Int64")
    with pytest.raises(GeoError, match="index"):
        state_totals(steps, people, order=LADDER)
    totals = state_totals(steps, people.reindex(steps.index), order=LADDER)
    assert totals.loc[totals["state"] == "model", "residents"].tolist() == [90]


def test_state_totals_go_by_row_where_an_index_holds_a_label_twice() -> None:
    steps = pd.Series(["model", "liaison"], index=[1, 1])
    totals = state_totals(steps, pd.Series([10, 90], index=[1, 1], dtype="Int64"), order=LADDER)
    assert totals["residents"].tolist() == [10, 0, 90, 0, 0]


def toy_status(index: Sequence[Any] | None = None) -> pd.DataFrame:
    """Five municipalities, one on each step of the ladder, the best first."""
    evidence = findings(
        ("001", "documented_model", "yes", 2025),
        ("002", "seats", "yes", 2025),
        ("003", "liaison", "yes", 2025),
        ("004", "documented_model", "no", 2025),
    )
    places = towns("001", "002", "003", "004", "005")
    status = coverage_status(criterion_states(evidence, places, as_of_year=NOW))
    assert status["ladder"].tolist() == list(LADDER)
    return status.set_axis(index) if index else status


def test_gap_totals_keep_gaps_without_information_apart() -> None:
    status = toy_status()
    residents = pd.Series([1000, 200, 30, 4, 50_000], dtype="Int64")
    aged = pd.Series([100, 20, 3, 1, 5000], dtype="Int64")
    totals = gap_totals(status, residents, aged=aged).set_index("part")
    assert totals.index.tolist() == ["gap", "known_step", "no_information", "all"]
    # known steps below a model: 200 + 30 + 4 = 234 people, 20 + 3 + 1 = 24 of them of age
    assert totals.loc["known_step"].tolist() == [3, 234, 24]
    assert totals.loc["no_information"].tolist() == [1, 50_000, 5000]
    assert totals.loc["gap"].tolist() == [4, 50_234, 5024]
    assert totals.loc["all"].tolist() == [5, 51_234, 5124]


def test_gap_totals_over_an_unknown_number_are_unknown() -> None:
    residents = pd.Series([1000, 200, None, 4, 50_000], dtype="Int64")
    totals = gap_totals(toy_status(), residents).set_index("part")
    assert list(totals.columns) == ["municipalities", "residents"]
    assert totals["municipalities"].tolist() == [4, 3, 1, 5]
    assert totals["residents"].tolist() == [pd.NA, pd.NA, 50_000, pd.NA]


def test_gap_totals_go_by_row_whatever_the_index() -> None:
    residents = pd.Series([1000, 200, 30, 4, 50_000], dtype="Int64")
    totals = gap_totals(toy_status(index=[9, 9, 3, 3, 3]), residents)
    assert_frame_equal(totals, gap_totals(toy_status(), residents))


def test_gap_totals_without_a_gap_are_zero() -> None:
    status = toy_status().iloc[:1]
    totals = gap_totals(status, pd.Series([1000], dtype="Int64")).set_index("part")
    assert totals.loc["gap"].tolist() == [0, 0]
    assert totals.loc["all"].tolist() == [1, 1000]


# What lists and boards tell by themselves

PERSONAL = ("person_name", "email", "second_role")


def toy_evidence(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return findings(*rows).assign(
        kind=pd.Series("evening", index=range(len(rows)), dtype="string"),
        source_url=pd.Series("https://example.fi/e", index=range(len(rows)), dtype="string"),
        note=pd.Series("note", index=range(len(rows)), dtype="string"),
    )


def toy_liaisons(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of (municipality_code, source_url, source_date), each with an invented person."""
    frame = pd.DataFrame(
        list(rows), columns=["municipality_code", "source_url", "source_date"], dtype="string"
    )
    return frame.assign(person_name="Toy Person", email="toy.person@example.fi", second_role="Role")


BOARD = {
    "board_id": "b",
    "name": "Council",
    "level": "municipality",
    "municipality_code": "001",
    "seats_ngo": 3,
    "is_public": True,
    "term_start": "2023",
    "term_end": None,
    "source_date": None,
    "source_url": "https://example.fi/b",
}


def toy_boards(*changes: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([BOARD | change for change in changes], columns=list(BOARD))
    texts = {name: "string" for name in BOARD if name not in ("seats_ngo", "is_public")}
    return frame.astype(texts | {"seats_ngo": "Int64", "is_public": "boolean"})


def combined(
    evidence: pd.DataFrame | None = None,
    liaisons: pd.DataFrame | None = None,
    boards: pd.DataFrame | None = None,
) -> pd.DataFrame:
    return combined_evidence(
        toy_evidence() if evidence is None else evidence,
        liaisons=toy_liaisons() if liaisons is None else liaisons,
        boards=toy_boards() if boards is None else boards,
    )


def test_a_liaison_list_answers_yes_once_a_municipality_and_source() -> None:
    found = combined(
        liaisons=toy_liaisons(
            ("001", "https://example.fi/a", "2024-05"),
            ("001", "https://example.fi/a", "2024-05"),
            ("001", "https://example.fi/z", None),
            ("002", "https://example.fi/a", "2024-05"),
            (None, "https://example.fi/a", "2024-05"),
        )
    )
    assert found["municipality_code"].tolist() == ["001", "001", "002"]
    assert set(found["criterion"]) == {"liaison"}
    assert set(found["answer"]) == {"yes"}
    assert set(found["origin"]) == {"liaisons"}
    assert found["year"].tolist() == [2024, pd.NA, 2024]


def test_nothing_of_a_person_is_carried_over() -> None:
    found = combined(liaisons=toy_liaisons(("001", "https://example.fi/a", "2024")))
    assert not set(PERSONAL) & set(found.columns)
    told = found.astype("string").fillna("").to_numpy().ravel()
    assert not any("Person" in cell or "@" in cell or "Role" in cell for cell in told)


def test_a_municipal_board_with_seats_for_ngos_answers_seats() -> None:
    found = combined(boards=toy_boards({}))
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["municipality_code"], row["criterion"], row["answer"]) == ("001", "seats", "yes")
    assert (row["kind"], row["origin"], row["year"]) == ("Council", "boards", 2023)
    assert row["source_url"] == "https://example.fi/b"


@pytest.mark.parametrize(
    "change",
    [
        {"level": "region"},
        {"level": "wellbeing_county"},
        {"seats_ngo": 0},
        {"seats_ngo": None},
        {"is_public": False},
        {"municipality_code": None},
    ],
)
def test_a_board_that_is_no_public_municipal_one_with_such_seats_answers_nothing(
    change: dict[str, Any],
) -> None:
    assert len(combined(boards=toy_boards(change))) == 0


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ({"source_date": "2024-03-01", "term_start": "2021"}, 2024),
        ({"source_date": None, "term_start": "2021-08-01"}, 2021),
        ({"source_date": None, "term_start": None}, None),
        # A page of 2025 that still shows a council whose term ended in 2016.
        ({"source_date": "2025", "term_start": "2015", "term_end": "2016"}, 2016),
        ({"source_date": "2015", "term_start": "2015", "term_end": "2016-12"}, 2015),
        ({"source_date": "2025", "term_start": "2023", "term_end": "2026"}, 2025),
    ],
)
def test_a_board_tells_of_the_year_of_its_source_never_after_its_term(
    dates: dict[str, str | None], year: int | None
) -> None:
    told = combined(boards=toy_boards(dates))["year"].tolist()
    assert told == [pd.NA if year is None else year]


def test_a_board_whose_term_is_over_counts_but_is_stale() -> None:
    found = combined(boards=toy_boards({"source_date": "2025", "term_end": "2016"}))
    states = criterion_states(found, towns("001"), as_of_year=NOW)
    row = states.set_index("criterion").loc["seats"]
    assert (row["state"], row["is_stale"]) == ("yes", True)


def test_own_findings_come_first_and_those_of_regions_stay_out() -> None:
    found = combined(
        evidence=toy_evidence(("002", "forum", "no", 2020), (None, "forum", "yes", 2025)),
        liaisons=toy_liaisons(("001", "https://example.fi/a", None)),
        boards=toy_boards({}),
    )
    assert found["origin"].tolist() == ["evidence", "liaisons", "boards"]
    assert found["municipality_code"].tolist() == ["002", "001", "001"]
    assert found["kind"].tolist() == ["evening", pd.NA, "Council"]
    assert found["note"].tolist() == ["note", pd.NA, pd.NA]
    assert found.index.tolist() == [0, 1, 2]
    assert str(found["year"].dtype) == "Int64"


def test_nothing_found_anywhere_is_a_frame_without_rows() -> None:
    found = combined()
    assert len(found) == 0
    assert list(found.columns) == [
        "municipality_code",
        "criterion",
        "answer",
        "year",
        "kind",
        "source_url",
        "note",
        "origin",
    ]


def test_combining_changes_no_input_and_takes_any_index() -> None:
    evidence = toy_evidence(("002", "forum", "no", 2020), ("002", "forum", "no", 2021))
    liaisons = toy_liaisons(("001", "https://example.fi/a", None), ("003", "https://x.fi", "2020"))
    boards = toy_boards({}, {"municipality_code": "004"})
    frames = [frame.set_axis([4, 4]) for frame in (evidence, liaisons, boards)]
    before = [frame.copy() for frame in frames]
    odd = combined_evidence(frames[0], liaisons=frames[1], boards=frames[2])
    for frame, held in zip(frames, before, strict=True):
        assert_frame_equal(frame, held)
    assert_frame_equal(odd, combined_evidence(evidence, liaisons=liaisons, boards=boards))


def test_combining_refuses_an_unknown_criterion_and_a_missing_column() -> None:
    with pytest.raises(GeoError, match="picnics"):
        combined(evidence=toy_evidence(("001", "picnics", "yes", 2025)))
    with pytest.raises(GeoError, match="boards lacks term_end"):
        combined(boards=toy_boards({}).drop(columns="term_end"))
    with pytest.raises(GeoError, match="liaisons lacks source_date"):
        combined(liaisons=toy_liaisons().drop(columns="source_date"))


# Counties


def test_county_states_answer_every_ask_of_every_county() -> None:
    evidence = findings(
        ("91", "grants_continue", "yes", 2023),
        ("91", "grants_continue", "no", 2025),
        ("92", "ngo_council", "no", None),
        place="wellbeing_county_code",
    )
    counties = pd.DataFrame({"wellbeing_county_code": ["92", "91"]}, dtype="string")
    states = county_states(evidence, counties, as_of_year=NOW)
    assert states["wellbeing_county_code"].tolist() == ["92"] * 10 + ["91"] * 10
    assert states["criterion"].tolist() == list(COUNTY_CRITERIA) * 2
    known = states.set_index(["wellbeing_county_code", "criterion"])
    grants, council = known.loc[("91", "grants_continue")], known.loc[("92", "ngo_council")]
    assert (grants["state"], grants["year"], grants["is_disputed"]) == ("no", 2025, True)
    assert (council["state"], council["is_stale"]) == ("no", True)
    assert (states["state"] == "not_asked").sum() == 18  # twenty less the two


def test_county_states_refuse_what_is_asked_of_municipalities() -> None:
    counties = pd.DataFrame({"wellbeing_county_code": ["91"]}, dtype="string")
    evidence = findings(("91", "forum", "yes", 2023), place="wellbeing_county_code")
    with pytest.raises(GeoError, match="forum"):
        county_states(evidence, counties, as_of_year=NOW)
    with pytest.raises(GeoError, match="counties lacks wellbeing_county_code"):
        county_states(evidence.iloc[:0], counties.rename(columns=str.upper), as_of_year=NOW)
