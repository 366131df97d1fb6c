"""Phragmén and Equal Shares: the examples of books and papers, and cases worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.approval import approval_result, approval_votes
from geo.ballots import BallotGroups
from geo.errors import GeoError
from geo.proportional import SeatedCouncil, equal_shares, sequential_phragmen
from geo.proportional_steps import MAX_WORK, first_state
from tests.geo.toy_ballots import (
    BOOK,
    BOOK_NOMINEES,
    MINORITY,
    MINORITY_BALLOTS,
    MINORITY_NOMINEES,
    SPLIT,
    SPLIT_NOMINEES,
    ballots_of,
    nominees_of,
)


def steps(council: SeatedCouncil) -> list[tuple[str, str, str]]:
    """Per seat: who, in which phase, at what exact load or price."""
    exact = council.steps["load_exact"].fillna(council.steps["rho_exact"])
    return list(zip(council.steps["nominee_id"], council.steps["phase"], exact, strict=True))


# From books and papers. The committees and the loads of the book's examples are those that the
# authors' own software prints for them (abcvoting, tests/expected_output); the working is ours.


def test_sequential_phragmen_gives_example_2_9_of_lackner_and_skowron() -> None:
    council = sequential_phragmen(BOOK_NOMINEES, BOOK, 4)
    # a: 1/8. b: (1 + 3/8) / 4 = 11/32, and c alike: a tie. Then c: its three ac bear 1/8, its one
    # bcf 11/32: (1 + 3/8 + 11/32) / 4 = 55/128. d: (1 + 2/8) / 2 = 5/8, before f with 183/256.
    assert steps(council) == [
        ("a", "phragmen", "1/8"),
        ("b", "phragmen", "11/32"),
        ("c", "phragmen", "55/128"),
        ("d", "phragmen", "5/8"),
    ]
    assert council.steps["tied_with"].tolist() == [(), ("c",), (), ()]
    assert council.steps["seat"].tolist() == [1, 2, 3, 4]
    assert council.steps["load"].tolist() == [0.125, 0.34375, 0.4296875, 0.625]
    assert council.steps["rho"].isna().all()
    assert council.steps["organisation"].tolist() == [f"Esimerkki {one} ry" for one in "abcd"]
    assert (council.rule, council.seats, council.unfilled) == ("phragmen", 4, 0)
    assert council.has_ties
    assert council.voters == 12


def test_equal_shares_gives_example_2_11_of_lackner_and_skowron() -> None:
    council = equal_shares(BOOK_NOMINEES, BOOK, 4)
    # Each has 4/12 = 1/3. a costs its eight 1/8 each, 5/24 are left to them. b's voters now have
    # 3 * 5/24 + 1/3 = 23/24 < 1, and no others have more: Phragmén's rule goes on from what is
    # spent. The book's software begins at minus what is left, so its loads are lower by 1/3:
    # 1/96 + 1/3 = 11/32, 37/384 + 1/3 = 55/128, 7/24 + 1/3 = 5/8.
    assert steps(council) == [
        ("a", "equal_shares", "1/8"),
        ("b", "completion", "11/32"),
        ("c", "completion", "55/128"),
        ("d", "completion", "5/8"),
    ]
    assert council.steps["tied_with"].tolist() == [(), ("c",), (), ()]


def test_equal_shares_gives_example_2_12_of_lackner_and_skowron() -> None:
    council = equal_shares(SPLIT_NOMINEES, SPLIT, 3)
    # Each has 3/8. c: 1/5 of each of five; 7/40 left. a: two ac give all of their 7/40, and the
    # two ab the rest, (1 - 14/40) / 2 = 13/40, less than b's 1/3. d's voters have
    # 3 * 7/40 + 3/8 = 36/40 < 1. Completion: d = (1 + 3 * 1/5 + 0) / 4 = 2/5 (the book's software:
    # 1/40, and 1/40 + 3/8 = 2/5).
    assert steps(council) == [
        ("c", "equal_shares", "1/5"),
        ("a", "equal_shares", "13/40"),
        ("d", "completion", "2/5"),
    ]
    assert not council.has_ties


def test_sequential_phragmen_differs_in_example_2_12_as_the_book_says() -> None:
    # c: 1/5. b: 1/3 of three without a load; a: (1 + 2/5) / 4 = 7/20. d: its three cd bear 1/5,
    # its one bd 1/3: (1 + 3/5 + 1/3) / 4 = 29/60.
    assert steps(sequential_phragmen(SPLIT_NOMINEES, SPLIT, 3)) == [
        ("c", "phragmen", "1/5"),
        ("b", "phragmen", "1/3"),
        ("d", "phragmen", "29/60"),
    ]


def test_sequential_phragmen_elects_as_in_example_3_7_of_janson() -> None:
    # The ballots and the elected {A, B, Q} as abcvoting's tests quote Janson 2016; loads ours.
    ballots = ballots_of((1034, "ABC"), (519, "PQR"), (90, "ABQ"), (90, "APQ"))
    council = sequential_phragmen(nominees_of("ABCPQR"), ballots, 3)
    # A has 1034 + 90 + 90 = 1214 voters. Q has 699, 180 of whom bear 1/1214:
    # (1 + 180/1214) / 699 = 1394/848586 = 697/424293, less than B's (1 + 1124/1214) / 1124.
    # B: 1034 bear 1/1214, 90 bear 697/424293:
    # (1 + 1034/1214 + 62730/424293) / 1124 = 848406/424293/1124 = 141401/79484222 = 0.0017790,
    # less than C's (1 + 1034/1214) / 1034 = 0.0017909.
    assert steps(council) == [
        ("A", "phragmen", "1/1214"),
        ("Q", "phragmen", "697/424293"),
        ("B", "phragmen", "141401/79484222"),
    ]


def test_sequential_phragmen_elects_as_mora_and_oliver_found() -> None:
    # Mora and Oliver 2015, as the book's software quotes them (Lackner and Skowron 2023,
    # proposition A.3): one more voter for a and b costs b the seat. Loads ours.
    bundles = [(10, "ab"), (3, "c"), (12, "d"), (21, "abc"), (6, "cd")]
    # a: 1/31. d: 1/18 = 0.05556, before c: (1 + 21/31) / 30 = 0.05591. b: (1 + 31/31) / 31.
    before = sequential_phragmen(nominees_of("abcd"), ballots_of(*bundles), 3)
    assert [(one, load) for one, _, load in steps(before)] == [
        ("a", "1/31"),
        ("d", "1/18"),
        ("b", "2/31"),
    ]
    # a: 1/32. c: (1 + 21/32) / 30 = 53/960 = 0.05521, before d. d: six cd bear 53/960:
    # (1 + 318/960) / 18 = 71/960 = 0.074, before b: (1 + 11/32 + 21 * 53/960) / 32 = 0.078.
    after = sequential_phragmen(nominees_of("abcd"), ballots_of(*bundles, (1, "ab")), 3)
    assert [(one, load) for one, _, load in steps(after)] == [
        ("a", "1/32"),
        ("c", "53/960"),
        ("d", "71/960"),
    ]


# A minority that approval voting passes over


def test_a_minority_owed_4_8_seats_gets_none_by_votes_and_5_by_the_proportional_rules() -> None:
    # Due: 21 of 66 voters, 21/66 * 15 = 4.77 seats. By votes: each of x, y and z is approved by
    # two blocks, 30 votes; m01-m10 have 21, m11 none. So the 15 seats go to x, y and z.
    nominees = approval_votes(MINORITY_NOMINEES, MINORITY_BALLOTS)
    by_votes = approval_result(nominees, 15)
    assert set(nominees["votes"]) == {30, 21, 0}
    assert by_votes.tied == 0
    assert set(by_votes.ids_of("elected")) & set(MINORITY) == set()

    # Phragmén: the minority's s-th seat loads each of its 21 voters with s/21.
    # - At least 5: the majority's 11th seat puts 11 seats on 45 voters, so its greatest load is
    #   11/45 = 0.244 or more, and 5/21 = 0.238 comes before it.
    # - At most 5: the majority's 10th seat goes to the set whose two blocks bear least: 2/3 of
    #   9 seats at most, (1 + 6) / 30 = 0.233, and 6/21 = 0.286 comes after it. (No set runs out
    #   before: the one chosen last is the one whose blocks bear most.)
    phragmen = sequential_phragmen(MINORITY_NOMINEES, MINORITY_BALLOTS, 15)
    seats = phragmen.steps[phragmen.steps["nominee_id"].isin(MINORITY)]
    assert seats["load_exact"].tolist() == ["1/21", "2/21", "1/7", "4/21", "5/21"]

    # Equal Shares: each has 15/66. Four seats cost the minority 4/21 = 0.190 each, a fifth would
    # cost 5/21 = 0.238 > 15/66 = 0.227. Then Phragmén's rule: as above, 5/21 before 11/45.
    shares = equal_shares(MINORITY_NOMINEES, MINORITY_BALLOTS, 15)
    seats = shares.steps[shares.steps["nominee_id"].isin(MINORITY)]
    assert seats["rho_exact"].dropna().tolist() == ["1/21"] * 4
    assert seats["load_exact"].dropna().tolist() == ["5/21"]


# Ties, empty ballots and seats that nobody can have


def test_proportional_rules_break_ties_by_the_order_of_the_table_and_say_so() -> None:
    ballots = ballots_of((1, "a"), (1, "b"), (1, "c"))
    for order in ("abc", "cab"):
        for rule in (sequential_phragmen, equal_shares):
            council = rule(nominees_of(order), ballots, 1)
            assert council.council_ids == [order[0]]
            assert council.steps["tied_with"].tolist() == [tuple(order[1:])]
            assert council.has_ties


def test_proportional_rules_leave_seats_unfilled_that_nobody_is_approved_for() -> None:
    for rule in (sequential_phragmen, equal_shares):
        council = rule(nominees_of("abc"), ballots_of((2, "b")), 3)
        assert council.council_ids == ["b"]
        assert council.unfilled == 2
        assert not council.has_ties


def test_equal_shares_counts_empty_ballots_as_voters() -> None:
    ballots = ballots_of((2, "ab"))
    # Two voters for two seats have 1 each, which pays for a and b: 1/2 each time.
    assert steps(equal_shares(nominees_of("ab"), ballots, 2)) == [
        ("a", "equal_shares", "1/2"),
        ("b", "equal_shares", "1/2"),
    ]
    # With two empty ballots each has 1/2: a takes it all, and b loads its two with 1/2 + 1/2.
    ids = ["ballot 1", "ballot 2", "ballot 3", "ballot 4"]
    council = equal_shares(nominees_of("ab"), ballots, 2, ballot_ids=ids)
    assert steps(council) == [("a", "equal_shares", "1/2"), ("b", "completion", "1")]
    assert council.voters == 4


def test_sequential_phragmen_is_not_moved_by_empty_ballots() -> None:
    ids = [*BOOK["ballot_id"].unique(), "empty"]
    council = sequential_phragmen(BOOK_NOMINEES, BOOK, 4, ballot_ids=ids)
    assert steps(council) == steps(sequential_phragmen(BOOK_NOMINEES, BOOK, 4))
    assert council.voters == 13


def test_equal_shares_without_completion_leaves_what_shares_do_not_pay_for() -> None:
    council = equal_shares(BOOK_NOMINEES, BOOK, 4, completion="none")
    assert council.council_ids == ["a"]
    assert council.unfilled == 3


def test_proportional_rules_do_not_depend_on_the_order_of_the_ballots() -> None:
    shuffled = BOOK.iloc[::-1].reset_index(drop=True)
    for rule in (sequential_phragmen, equal_shares):
        expected = rule(BOOK_NOMINEES, BOOK, 6)
        assert steps(rule(BOOK_NOMINEES, shuffled, 6)) == steps(expected)


def test_proportional_rules_leave_their_input_as_it_was() -> None:
    nominees, ballots = BOOK_NOMINEES.copy(), BOOK.copy()
    equal_shares(nominees, ballots, 4)
    pd.testing.assert_frame_equal(nominees, BOOK_NOMINEES)
    pd.testing.assert_frame_equal(ballots, BOOK)


# What must hold for whatever ballots


some_ballots = st.lists(
    st.sets(st.sampled_from("abcde"), min_size=1).map(sorted), min_size=1, max_size=8
)


@settings(max_examples=25, deadline=None)
@given(some_ballots, st.integers(1, 4))
def test_each_seat_is_borne_in_full_by_its_voters(ballots: list[list[str]], seats: int) -> None:
    frame = ballots_of(*((1, approved) for approved in ballots))
    for rule in (sequential_phragmen, equal_shares):
        borne, share = [Fraction(0)] * len(ballots), Fraction(seats, len(ballots))
        for nominee, phase, exact in steps(rule(nominees_of("abcde"), frame, seats)):
            before = sum(borne)
            for at, approved in enumerate(ballots):
                if nominee in approved:
                    by_shares = min(borne[at] + Fraction(exact), share)
                    borne[at] = by_shares if phase == "equal_shares" else Fraction(exact)
            assert sum(borne) - before == 1


parties = st.lists(st.integers(1, 12), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(parties, st.integers(1, 6))
def test_sequential_phragmen_is_dhondt_where_voters_keep_to_parties(
    votes: list[int], seats: int
) -> None:
    # Phragmén 1894: with lists that share no voter the rule is D'Hondt's. The s-th seat of a list
    # with v voters loads them with s/v; the seats go to the least of all those quotients.
    lists = [(v, [f"{party}{n}" for n in range(seats)]) for party, v in enumerate(votes)]
    nominees = nominees_of(one for _, members in lists for one in members)
    council = sequential_phragmen(nominees, ballots_of(*lists), seats)
    quotients = sorted(Fraction(s, v) for v in votes for s in range(1, seats + 1))
    assert [Fraction(load) for _, _, load in steps(council)] == quotients[:seats]


@settings(max_examples=25, deadline=None)
@given(parties, st.integers(1, 6))
def test_equal_shares_gives_each_party_the_whole_seats_it_is_due(
    votes: list[int], seats: int
) -> None:
    # A list of v voters has v * seats / n together and so pays for that many whole seats.
    lists = [(v, [f"{party}{n}" for n in range(seats)]) for party, v in enumerate(votes)]
    nominees = nominees_of(one for _, members in lists for one in members)
    council = equal_shares(nominees, ballots_of(*lists), seats, completion="none")
    won = [
        sum(one.startswith(str(party)) for one in council.council_ids)
        for party in range(len(votes))
    ]
    assert won == [v * seats // sum(votes) for v in votes]


# Refused


def test_proportional_rules_refuse_what_they_cannot_count() -> None:
    nominees, none = nominees_of("ab"), ballots_of()
    with pytest.raises(GeoError, match="there is no ballot"):
        sequential_phragmen(nominees, none, 1)
    with pytest.raises(GeoError, match="completion 'lots'"):
        equal_shares(nominees, ballots_of((1, "a")), 1, completion="lots")
    with pytest.raises(GeoError, match="0 seats"):
        equal_shares(nominees, ballots_of((1, "a")), 0)
    with pytest.raises(GeoError, match="do not stand: 'z'"):
        sequential_phragmen(nominees, ballots_of((1, "z")), 1)


def test_first_state_refuses_more_than_can_be_counted_in_time() -> None:
    groups = BallotGroups(
        approvals=((0,),) * 5_001, weights=(1,) * 5_001, votes=(5_001,) + (0,) * 199, voters=5_001
    )
    assert MAX_WORK == 5_000 * 200 * 50
    with pytest.raises(GeoError, match=r"Refused to count 5,001 different ballots, 200 nominees"):
        first_state(groups, 50, with_shares=False)
    # Fewer seats are fewer rounds.
    assert first_state(groups, 49, with_shares=False).elected == ()
