"""Our proportional rules against abcvoting, the software of Lackner and others.

Asked for by name, with the extra ``elections`` installed: ``pytest tests/against``.
"""

from __future__ import annotations

import random
from itertools import combinations, product

import pandas as pd
import pytest
from abcvoting.abcrules import compute_equal_shares, compute_seqphragmen
from abcvoting.preferences import Profile

from geo.proportional import equal_shares, sequential_phragmen
from geo.tied_councils import Draw, tied_councils
from tests.geo.toy_ballots import nominees_of

EXACT = "standard-fractions"
OURS = {"phragmen": sequential_phragmen, "equal_shares": equal_shares}
THEIRS = {"phragmen": compute_seqphragmen, "equal_shares": compute_equal_shares}


def random_ballots(seed: int) -> tuple[list[str], list[list[int]], int]:
    """Names of nominees, who is approved on each ballot (perhaps nobody), seats."""
    chance = random.Random(seed)  # noqa: S311
    nominees = chance.randint(3, 9)
    likes = [chance.uniform(0.1, 0.7) for _ in range(nominees)]
    voters = chance.randint(1, 14)
    ballots = [
        [one for one in range(nominees) if chance.random() < likes[one]] for _ in range(voters)
    ]
    return [f"n{one}" for one in range(nominees)], ballots, chance.randint(1, nominees - 1)


def ballots_frame(names: list[str], ballots: list[list[int]]) -> pd.DataFrame:
    pairs = [(str(at), names[one]) for at, approved in enumerate(ballots) for one in approved]
    return pd.DataFrame(pairs, columns=["ballot_id", "nominee_id"], dtype="string")


def their_councils(
    rule: str, names: list[str], ballots: list[list[int]], seats: int, *, all_ties: bool
) -> set[frozenset[str]]:
    profile = Profile(len(names))
    profile.add_voters(ballots)
    options = {"max_num_of_committees": None} if all_ties else {}
    found = THEIRS[rule](profile, seats, algorithm=EXACT, resolute=not all_ties, **options)
    return {frozenset(names[one] for one in council) for council in found}


def councils_of(draws: tuple[Draw, ...]) -> set[frozenset[str]]:
    return {
        frozenset(one for part in parts for one in part)
        for draw in draws
        for parts in product(*(combinations(members, chosen) for members, chosen in draw))
    }


def enough_approved(ballots: list[list[int]], seats: int) -> bool:
    """Whether nobody unapproved is needed: abcvoting fills up with such, we leave seats open."""
    return len({one for approved in ballots for one in approved}) >= seats


@pytest.mark.parametrize("rule", OURS)
@pytest.mark.parametrize("start", range(0, 300, 50))
def test_the_council_is_the_same_where_ties_go_to_the_first(rule: str, start: int) -> None:
    for seed in range(start, start + 50):
        names, ballots, seats = random_ballots(seed)
        ids = [str(at) for at in range(len(ballots))]
        council = OURS[rule](
            nominees_of(names), ballots_frame(names, ballots), seats, ballot_ids=ids
        )
        (theirs,) = their_councils(rule, names, ballots, seats, all_ties=False)
        if enough_approved(ballots, seats):
            assert set(council.council_ids) == theirs, seed
        else:
            assert set(council.council_ids) < theirs, seed
            assert council.unfilled == seats - len(council.council_ids) > 0


@pytest.mark.parametrize("rule", OURS)
@pytest.mark.parametrize("start", range(300, 420, 30))
def test_all_councils_that_ties_allow_are_the_same(rule: str, start: int) -> None:
    compared = 0
    for seed in range(start, start + 30):
        names, ballots, seats = random_ballots(seed)
        ids = [str(at) for at in range(len(ballots))]
        if not enough_approved(ballots, seats):
            continue
        tied = tied_councils(
            nominees_of(names),
            ballots_frame(names, ballots),
            seats,
            rule=rule,
            ballot_ids=ids,
            max_work=10_000_000,
        )
        theirs = their_councils(rule, names, ballots, seats, all_ties=True)
        assert tied.is_complete
        assert councils_of(tied.draws) == theirs, seed
        assert tied.councils == len(theirs), seed
        compared += 1
    assert compared > 10


@pytest.mark.parametrize("rule", OURS)
def test_the_council_is_the_same_for_an_election_of_real_size(rule: str) -> None:
    for seed in range(5):
        chance = random.Random(seed)  # noqa: S311
        names = [f"n{one}" for one in range(26)]
        ballots = [chance.sample(range(26), 10) for _ in range(66)]
        council = OURS[rule](nominees_of(names), ballots_frame(names, ballots), 15)
        (theirs,) = their_councils(rule, names, ballots, 15, all_ties=False)
        assert set(council.council_ids) == theirs, seed
