"""What a council means for groups, voters and organisations: counted on one's fingers."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.election_outcomes import (
    nominee_parts,
    seats_by_group,
    voter_satisfaction,
)
from geo.errors import GeoError
from tests.geo.toy_ballots import (
    BOOK,
    MINORITY_GROUPS,
    MINORITY_NOMINEES,
    TWO_GROUPS,
    X,
    Y,
    Z,
    ballots_of,
    nominees_of,
)
from tests.geo.toy_boards import EVERYONE, GROUPS, ILL, OLD, YOUNG
from tests.geo.toy_places import plain

NOMINEES = nominees_of("abcde", [10, 6, 4, 3, 1])
LINKS = pd.DataFrame(
    [("a", OLD), ("a", ILL), ("b", OLD), ("c", YOUNG), ("c", EVERYONE), ("d", EVERYONE)],
    columns=["nominee_id", "target_group_code"],
    dtype="string",
)

# Parts


def test_nominee_parts_leaves_general_groups_out_before_it_splits() -> None:
    parts = nominee_parts(NOMINEES, LINKS, GROUPS)
    assert list(parts.itertuples(index=False, name=None)) == [
        *(("a", OLD, 0.5), ("a", ILL, 0.5), ("b", OLD, 1.0), ("c", YOUNG, 1.0)),
    ]
    every = nominee_parts(NOMINEES, LINKS, GROUPS, with_general=True)
    assert every.loc[every["nominee_id"] == "c", "part"].tolist() == [0.5, 0.5]


def test_nominee_parts_refuses_pairs_that_repeat_and_strangers() -> None:
    wrong = pd.concat([LINKS, LINKS[:1], LINKS[:1].assign(nominee_id="z")])
    with pytest.raises(GeoError, match=r"do not stand: \['z'\]; 1 pairs repeat; 0 rows lack"):
        nominee_parts(NOMINEES, wrong, GROUPS)


def test_nominee_parts_refuses_a_code_that_is_no_target_group() -> None:
    with pytest.raises(GeoError, match=r"KR1\.4"):
        nominee_parts(NOMINEES, LINKS, GROUPS[GROUPS["target_group_code"] != ILL])


# Seats by group


def test_seats_by_group_holds_seats_against_both_fair_shares() -> None:
    held = seats_by_group(["a", "c", "d"], NOMINEES, LINKS, GROUPS)
    groups = held.groups
    assert groups["target_group_code"].tolist() == [OLD, YOUNG, ILL]
    assert groups.index.tolist() == [40, 30, 20]
    assert groups["nominees"].tolist() == [2, 1, 1]
    # Parts: old a/2 + b = 1.5, young c = 1, ill a/2 = 0.5; d and e speak for no group shown.
    assert groups["nominee_parts"].tolist() == [1.5, 1, 0.5]
    assert groups["seats"].tolist() == [0.5, 1, 0.5]
    # Votes: old 10/2 + 6 = 11, young 4, ill 5, outside 3 + 1 = 4: 24 in all, for 3 seats.
    assert groups["vote_parts"].tolist() == [11, 4, 5]
    assert groups["fair_seats_by_votes"].tolist() == [11 / 8, 0.5, 5 / 8]
    assert groups["deficit_by_votes"].tolist() == [-7 / 8, 0.5, -1 / 8]
    # Nominees: 1.5, 1 and 0.5 of 5, for 3 seats.
    assert groups["fair_seats_by_nominees"].tolist() == pytest.approx([0.9, 0.6, 0.3])
    assert groups["deficit_by_nominees"].tolist() == pytest.approx([-0.4, 0.4, 0.2])
    assert (held.seats, held.nominees_outside, held.votes_outside, held.seats_outside) == (
        *(3, 2, 4, 1),
    )


def test_seats_by_group_adds_up_to_all_seats_votes_and_nominees() -> None:
    held = seats_by_group(["a", "c", "d"], NOMINEES, LINKS, GROUPS)
    assert held.groups["seats"].sum() + held.seats_outside == 3
    assert held.votes_outside is not None
    assert held.groups["vote_parts"].sum() + held.votes_outside == 24
    assert held.groups["nominee_parts"].sum() + held.nominees_outside == 5


def test_seats_by_group_shares_out_all_seats_to_fill_where_some_are_open() -> None:
    held = seats_by_group(["a"], NOMINEES, LINKS, GROUPS, seats=6)
    assert held.groups["fair_seats_by_votes"].tolist() == [11 / 4, 1, 5 / 4]


def test_seats_by_group_does_not_know_a_fair_share_of_votes_that_it_does_not_know() -> None:
    nominees = nominees_of("abcde", [10, None, 4, 3, 1])
    held = seats_by_group(["a"], nominees, LINKS, GROUPS)
    for name in ("vote_parts", "fair_seats_by_votes", "deficit_by_votes"):
        assert held.groups[name].isna().all()
    assert held.votes_outside is None
    assert held.groups["seats"].tolist() == [0.5, 0, 0.5]


def test_seats_by_group_knows_no_zero_where_a_members_group_is_not_known() -> None:
    # e has no group at all; d speaks for everyone, which is known to be none of the three.
    held = seats_by_group(["b", "e"], NOMINEES, LINKS, GROUPS)
    assert plain(held.groups["seats"]) == [1, None, None]
    assert held.groups["deficit_by_nominees"].isna().tolist() == [False, True, True]
    assert (held.nominees_unknown, held.seats_unknown) == (1, 1)
    held = seats_by_group(["b", "d"], NOMINEES, LINKS, GROUPS)
    assert plain(held.groups["seats"]) == [1, 0, 0]
    assert (held.nominees_unknown, held.seats_unknown) == (1, 0)


def test_seats_by_group_keeps_groups_without_a_nominee_at_zero() -> None:
    held = seats_by_group([], NOMINEES, LINKS[:0], GROUPS, seats=2)
    assert held.groups["nominees"].tolist() == [0, 0, 0]
    assert held.groups["seats"].tolist() == [0, 0, 0]
    assert held.groups["fair_seats_by_votes"].tolist() == [0, 0, 0]
    assert held.nominees_outside == 5


def test_seats_by_group_of_the_minority_shows_4_8_seats_owed_and_none_given() -> None:
    # 21 voters approve 10 each of 660 approvals in all: 210/660 * 15 = 4.77 seats, 0 given.
    votes = [21] * 10 + [0] + [30] * 15
    nominees = MINORITY_NOMINEES.assign(votes=pd.Series(votes, dtype="Int64").array)
    held = seats_by_group(X + Y + Z, nominees, MINORITY_GROUPS, TWO_GROUPS)
    assert held.groups["seats"].tolist() == [0, 15]
    assert held.groups["fair_seats_by_votes"].tolist() == pytest.approx([210 / 44, 450 / 44])
    # By nominees it would be 11 of 26: 6.35 seats.
    assert held.groups["fair_seats_by_nominees"].tolist() == pytest.approx([165 / 26, 225 / 26])


# Voters


def test_voter_satisfaction_counts_elected_approvals_of_the_books_example() -> None:
    # Council a, b, c, d: the 3 ab, 3 ac, 2 ad and the one bcf have 2 each; e, f and g have none.
    found = voter_satisfaction(BOOK, list("abcd"))
    assert found.distribution["elected_approvals"].tolist() == [0, 1, 2]
    assert found.distribution["ballots"].tolist() == [3, 0, 9]
    assert found.distribution["ballot_share"].tolist() == [0.25, 0, 0.75]
    assert (found.mean, found.least, found.most) == (1.5, 0, 2)
    assert (found.without_elected, found.share_without, found.empty) == (3, 0.25, 0)


def test_voter_satisfaction_counts_empty_ballots_among_those_without() -> None:
    ballots = ballots_of((2, "ab"), (1, "c"))
    ids = ["ballot 9", *ballots["ballot_id"].unique()]
    found = voter_satisfaction(ballots, ["a"], ballot_ids=ids)
    assert found.ballots["ballot_id"].tolist() == ids
    assert found.ballots["approvals"].tolist() == [0, 2, 2, 1]
    assert found.ballots["elected_approvals"].tolist() == [0, 1, 1, 0]
    assert (found.without_elected, found.empty, found.mean) == (2, 1, 0.5)


def test_voter_satisfaction_refuses_no_ballots() -> None:
    with pytest.raises(GeoError, match="there is no ballot"):
        voter_satisfaction(ballots_of(), ["a"])
