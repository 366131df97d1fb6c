"""Every way through the ties, on ballots small enough to list all councils."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from geo.errors import GeoError
from geo.proportional import equal_shares, sequential_phragmen
from geo.tied_councils import Draw, tied_councils
from tests.geo.toy_ballots import (
    BOOK,
    BOOK_NOMINEES,
    MINORITY,
    MINORITY_BALLOTS,
    MINORITY_NOMINEES,
    ballots_of,
    nominees_of,
)


def councils_of(draws: tuple[Draw, ...]) -> set[frozenset[str]]:
    """All councils of all draws, written out."""
    return {
        frozenset(one for part in parts for one in part)
        for draw in draws
        for parts in product(*(combinations(members, chosen) for members, chosen in draw))
    }


def test_tied_councils_finds_all_pairs_of_four_equal_nominees() -> None:
    # Four voters with one nominee each: any two of four, 6 councils.
    ballots = ballots_of(*((1, one) for one in "abcd"))
    for rule in ("phragmen", "equal_shares"):
        tied = tied_councils(nominees_of("abcd"), ballots, 2, rule=rule)
        assert councils_of(tied.draws) == {frozenset(pair) for pair in combinations("abcd", 2)}
        assert tied.councils == 6
        assert tied.is_complete
        assert tied.nominees["outcome"].tolist() == ["tied"] * 4


def test_tied_councils_tells_nominees_with_the_same_voters_in_one_draw() -> None:
    tied = tied_councils(nominees_of("abcd"), ballots_of((3, "abc"), (1, "d")), 2, rule="phragmen")
    # Two of a, b and c (loads 1/3 and 2/3) come before d (1): 3 councils.
    assert tied.draws == (((("a", "b", "c"), 2),),)
    assert tied.councils == 3
    assert tied.nominees["outcome"].tolist() == ["tied", "tied", "tied", "not_elected"]
    assert tied.nominees.index.tolist() == [40, 30, 20, 10]


def test_tied_councils_knows_a_tie_that_decides_nothing() -> None:
    # In the book's example 2.9 b and c tie for the second seat, and the other has the third.
    tied = tied_councils(BOOK_NOMINEES, BOOK, 4, rule="phragmen")
    assert councils_of(tied.draws) == {frozenset("abcd")}
    assert tied.councils == 1
    assert tied.nominees["outcome"].tolist() == ["elected"] * 4 + ["not_elected"] * 4


def test_tied_councils_finds_one_more_voter_of_mora_and_oliver_tied() -> None:
    # a and b have the same voters and only one of them is elected (see test_proportional).
    bundles = [(11, "ab"), (3, "c"), (12, "d"), (21, "abc"), (6, "cd")]
    tied = tied_councils(nominees_of("abcd"), ballots_of(*bundles), 3, rule="phragmen")
    assert tied.nominees["outcome"].tolist() == ["tied", "tied", "elected", "elected"]
    assert tied.councils == 2


def test_tied_councils_of_the_minority_hold_five_of_its_nominees_in_every_way() -> None:
    # The proof in test_proportional does not ask how ties are broken: 5 of m01-m10 always.
    tied = tied_councils(MINORITY_NOMINEES, MINORITY_BALLOTS, 15, rule="phragmen")
    assert tied.is_complete
    assert all(dict(draw)[tuple(MINORITY[:10])] == 5 for draw in tied.draws)
    outcome = tied.nominees.set_index("nominee_id")["outcome"]
    assert set(outcome[MINORITY[:10]]) == {"tied"}
    assert outcome["m11"] == "not_elected"


def test_tied_councils_that_may_not_follow_all_ties_says_so_and_keeps_the_tables_way() -> None:
    ballots = ballots_of(*((1, one) for one in "abcd"))
    tied = tied_councils(nominees_of("abcd"), ballots, 2, rule="phragmen", max_work=0)
    assert not tied.is_complete
    assert councils_of(tied.draws) == {frozenset("ab")}


@pytest.mark.parametrize(
    ("rule", "count"), [("phragmen", sequential_phragmen), ("equal_shares", equal_shares)]
)
def test_tied_councils_begins_with_the_council_of_the_tables_order(rule, count) -> None:
    # a and d have the same voters, and all but e tie at first: order among the unlike matters.
    ballots = ballots_of((1, "adb"), (1, "adc"), (1, "bc"), (1, "e"))
    nominees = nominees_of("abcde")
    tied = tied_councils(nominees, ballots, 2, rule=rule)
    council = frozenset(count(nominees, ballots, 2).council_ids)
    assert council in councils_of(tied.draws[:1])


def test_tied_councils_finds_no_council_of_nobody() -> None:
    tied = tied_councils(nominees_of("ab"), ballots_of((1, "b")), 2, rule="phragmen")
    assert councils_of(tied.draws) == {frozenset("b")}
    assert tied.nominees["outcome"].tolist() == ["not_elected", "elected"]


def test_tied_councils_refuses_approval_voting_which_needs_no_ballots() -> None:
    with pytest.raises(GeoError, match="'approval': expected phragmen or equal_shares"):
        tied_councils(nominees_of("a"), ballots_of((1, "a")), 1, rule="approval")
