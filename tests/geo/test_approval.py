"""Votes counted and recounted: every outcome on a handful of nominees."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.approval import (
    approval_result,
    approval_votes,
    ballot_arithmetic,
    rules_available,
)
from geo.ballots import ballot_groups, check_ballots, check_council
from geo.errors import GeoError
from tests.geo.toy_ballots import BOOK, BOOK_NOMINEES, ballots_of, nominees_of
from tests.geo.toy_places import plain

# Ballots


def test_ballot_groups_puts_equal_ballots_together_and_counts_empty_ones_as_voters() -> None:
    ballots = ballots_of((2, "ba"), (1, "c"))
    ids = [*ballots["ballot_id"].unique(), "ballot 4"]
    groups = ballot_groups(nominees_of("abc"), ballots, ballot_ids=ids)
    assert groups.approvals == ((0, 1), (2,))
    assert groups.weights == (2, 1)
    assert groups.votes == (2, 2, 1)
    assert groups.voters == 4


def test_check_ballots_tells_all_faults_at_once() -> None:
    ballots = pd.DataFrame(
        {"ballot_id": ["1", "1", "2", None], "nominee_id": ["a", "a", "stranger", "b"]}
    )
    with pytest.raises(GeoError) as raised:
        check_ballots(nominees_of("ab"), ballots, ballot_ids=["1", "1"])
    message = str(raised.value)
    for fault in (
        "nominees that do not stand: 'stranger'",
        "ballots that approve one twice: '1'",
        "1 rows without an id",
        "ids that ballot_ids repeats: '1'",
        "ballots that ballot_ids lacks: '2'",
    ):
        assert fault in message


def test_check_ballots_quotes_five_and_counts_the_rest() -> None:
    ballots = ballots_of((1, "stuvxyz"))
    with pytest.raises(GeoError, match=r"'s', 't', 'u', 'v', 'x' and 2 more"):
        check_ballots(nominees_of("ab"), ballots)


def test_check_ballots_refuses_nominees_that_repeat() -> None:
    with pytest.raises(GeoError, match="ids that repeat: 'a'"):
        check_ballots(nominees_of("aab"), ballots_of((1, "b")))


def test_check_council_refuses_a_stranger_and_a_second_seat() -> None:
    with pytest.raises(GeoError, match=r"ids that repeat: 'a'; ids of no nominee: 'z'"):
        check_council(["a", "a", "z"], nominees_of("ab"))


# Votes


def test_approval_votes_counts_the_ballots_of_the_books_example() -> None:
    # a: 3 + 3 + 2 = 8; b: 3 + 1 = 4; c: 3 + 1 = 4; d: 2; e: 1; f: 1 + 1 = 2; g: 1; h: 0.
    counted = approval_votes(BOOK_NOMINEES, BOOK)
    assert counted["votes"].tolist() == [8, 4, 4, 2, 1, 2, 1, 0]
    assert counted.index.equals(BOOK_NOMINEES.index)
    assert counted["votes_recorded"].isna().all()
    assert counted["votes_differ"].isna().all()


def test_approval_votes_keeps_recorded_votes_beside_the_count_and_tells_where_they_differ() -> None:
    nominees = nominees_of("abc", [2, 1, None])
    before = nominees.copy()
    counted = approval_votes(nominees, ballots_of((2, "ab")))
    assert counted["votes"].tolist() == [2, 2, 0]
    assert plain(counted["votes_recorded"]) == [2, 1, None]
    assert plain(counted["votes_differ"]) == [False, True, None]
    pd.testing.assert_frame_equal(nominees, before)


# Recount


def test_approval_result_seats_the_most_votes_and_ranks_as_in_a_race() -> None:
    result = approval_result(nominees_of("abcd", [4, 9, 4, 1]), 3)
    assert result.nominees["outcome"].tolist() == ["elected", "elected", "elected", "not_elected"]
    assert result.nominees["rank"].tolist() == [2, 1, 2, 4]
    assert result.nominees.index.tolist() == [40, 30, 20, 10]
    assert (result.tied, result.open_seats, result.possible_outcomes) == (0, 0, 1)
    assert result.threshold_votes == 4
    assert result.is_certain


def test_approval_result_breaks_no_tie() -> None:
    # b has the first seat; a, c and e share two more: 3 choose 2 = 3 councils.
    result = approval_result(nominees_of("abcde", [5, 7, 5, 2, 5]), 3)
    assert result.ids_of("tied") == ["a", "c", "e"]
    assert result.ids_of("elected") == ["b"]
    assert (result.tied, result.open_seats, result.possible_outcomes) == (3, 2, 3)
    assert result.threshold_votes == 5


def test_approval_result_ties_all_when_nobody_has_a_vote() -> None:
    result = approval_result(nominees_of("abc", [0, 0, 0]), 1)
    assert result.ids_of("tied") == ["a", "b", "c"]
    assert result.possible_outcomes == 3


def test_approval_result_seats_everyone_where_seats_are_enough() -> None:
    result = approval_result(nominees_of("abc", [3, 0, None]), 4)
    assert result.ids_of("elected") == ["a", "b", "c"]
    assert result.unfilled == 1
    assert result.is_certain
    assert result.threshold_votes == 0


def test_approval_result_shows_who_of_the_tied_got_the_seat() -> None:
    nominees = nominees_of("abcd", [5, 5, 8, 1], [False, True, True, False])
    result = approval_result(nominees, 2)
    assert plain(result.nominees["won_tie"]) == [False, True, None, None]
    assert (result.recorded_seats, result.tied_seats_recorded) == (2, 1)
    assert result.contradictions.empty


def test_approval_result_lists_where_votes_and_record_contradict_each_other() -> None:
    nominees = nominees_of("abcd", [9, 7, 5, 1], [True, False, True, None])
    result = approval_result(nominees, 2)
    # By votes a and b; by the record a and c; of d no record tells.
    assert plain(result.nominees["contradicts"]) == [False, True, True, None]
    assert result.contradictions["nominee_id"].tolist() == ["b", "c"]
    assert result.recorded_seats is None


def test_approval_result_works_without_a_record() -> None:
    nominees = nominees_of("ab", [2, 1]).drop(columns="is_elected")
    result = approval_result(nominees, 1)
    assert result.nominees["contradicts"].isna().all()
    assert result.recorded_seats is None
    assert result.tied_seats_recorded is None


def test_approval_result_says_only_what_unknown_votes_cannot_change() -> None:
    # Three seats, one nominee x with unknown votes. a is third at worst: elected. b is second of
    # the known, third at worst: elected. c and d share the third place; if x has more votes than
    # they there is no seat for them: unknown. e has three above whatever x has: not elected.
    result = approval_result(nominees_of("abcdex", [9, 8, 5, 5, 1, None]), 3)
    assert result.nominees["outcome"].tolist() == [
        *("elected", "elected", "unknown", "unknown", "not_elected", "unknown")
    ]
    assert not result.is_certain
    assert result.unknown_votes == 1
    assert (result.open_seats, result.possible_outcomes, result.threshold_votes) == (None,) * 3
    assert plain(result.nominees["rank"]) == [1, 2, 3, 3, 5, None]


def test_approval_result_keeps_a_tie_that_unknown_votes_cannot_undo() -> None:
    # a, b and c share 2 seats; if x has more, they share one: tied both ways, the seats unknown.
    result = approval_result(nominees_of("abcx", [5, 5, 5, None]), 2)
    assert result.ids_of("tied") == ["a", "b", "c"]
    assert result.tied == 3
    assert result.open_seats is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=5), st.integers(1, 4)
)
def test_approval_result_holds_for_whatever_the_unknown_votes_are(
    votes: list[tuple[int, bool]], seats: int
) -> None:
    ids = "abcde"[: len(votes)]
    known = nominees_of(ids, [number if is_known else None for number, is_known in votes])
    said = approval_result(known, seats).nominees["outcome"]
    true = approval_result(nominees_of(ids, [number for number, _ in votes]), seats)
    for one, outcome in zip(said, true.nominees["outcome"], strict=True):
        assert one in (outcome, "unknown")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=7), st.integers(1, 8))
def test_approval_result_accounts_for_every_seat(votes: list[int], seats: int) -> None:
    result = approval_result(nominees_of("abcdefg"[: len(votes)], votes), seats)
    elected = len(result.ids_of("elected"))
    assert result.open_seats is not None
    assert elected + result.open_seats + result.unfilled == seats
    assert result.tied == len(result.ids_of("tied"))
    assert result.tied == 0 or 0 < result.open_seats < result.tied


@pytest.mark.parametrize("seats", [0, -1, True, 2.0])
def test_approval_result_refuses_what_is_no_number_of_seats(seats: int) -> None:
    with pytest.raises(GeoError, match="seats: expected a whole number"):
        approval_result(nominees_of("ab", [1, 2]), seats)


def test_approval_result_refuses_votes_below_zero() -> None:
    with pytest.raises(GeoError, match="met -1"):
        approval_result(nominees_of("ab", [1, -1]), 1)


def test_approval_result_names_the_columns_that_are_missing() -> None:
    with pytest.raises(GeoError, match="nominees lacks organisation, votes"):
        approval_result(pd.DataFrame({"nominee_id": ["a"]}), 1)


# What can be computed, and what does not add up


def test_rules_available_knows_that_totals_alone_allow_approval_voting_only() -> None:
    assert rules_available(has_totals=True, has_ballots=False) == ("approval",)
    every = ("approval", "phragmen", "equal_shares")
    assert rules_available(has_totals=True, has_ballots=True) == every
    assert rules_available(has_totals=False, has_ballots=False) == ()


def test_ballot_arithmetic_finds_nothing_where_all_holds() -> None:
    # 66 voters with 10 approvals each: at most 660 votes, and 26 nominees with 25 have 650.
    votes = pd.Series([25] * 26, dtype="Int64")
    assert ballot_arithmetic(votes, voters=66, approvals=10).empty


def test_ballot_arithmetic_lists_every_fault() -> None:
    votes = pd.Series([67, 66, None, -1, 600], index=list("abcde"), dtype="Int64")
    found = ballot_arithmetic(votes, voters=66, approvals=10)
    # Known votes add up to 67 + 66 - 1 + 600 = 732; five nominees allow 5 approvals a ballot: 330.
    assert [tuple(plain(row)) for _, row in found.iterrows()] == [
        ("votes_below_zero", "d", -1, 0),
        ("votes_above_voters", "a", 67, 66),
        ("votes_above_voters", "e", 600, 66),
        ("total_above_approvals", None, 732, 330),
    ]


def test_ballot_arithmetic_refuses_no_voters() -> None:
    with pytest.raises(GeoError, match="0 voters"):
        ballot_arithmetic(pd.Series([1]), voters=0, approvals=10)
