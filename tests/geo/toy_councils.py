"""Elections that several tests of councils share: small enough to count every council by hand.

Five nominees, two seats; a speaks for the old, b for the old, c for the ill and the young, d for
the ill, e for the young; the reference gives the old a half, the ill and the young a quarter each.
A seat is a half. Votes of each council, and per group the lesser of what it has and what is due:

    ab 16  old .5                    = .5     bd 14  old .5, ill .25           = .75
    ac 13  old .5, ill .25, young .25 = 1     be 14  old .5, young .25         = .75
    ad 16  old .5, ill .25           = .75    cd 11  ill .25 (of .75), young .25 = .5
    ae 16  old .5, young .25         = .75    ce 11  ill .25, young .25        = .5
    bc 11  old .5, ill .25, young .25 = 1     de 14  ill .25, young .25        = .5
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import NamedTuple

import pandas as pd
from hypothesis import strategies as st

NOMINEES = pd.DataFrame(
    {
        "nominee_id": pd.array(list("abcde"), dtype="string"),
        "votes": pd.array([9, 7, 4, 7, 7], dtype="Int64"),
        "is_elected": pd.array([False, True, False, True, False], dtype="boolean"),
    }
)
SPOKEN = {"a": ["old"], "b": ["old"], "c": ["ill", "young"], "d": ["ill"], "e": ["young"]}
SHARES = {"old": 0.5, "ill": 0.25, "young": 0.25}


def links_of(spoken: dict[str, list[str]]) -> pd.DataFrame:
    """Nominees and their groups, one row a pair."""
    pairs = [(one, group) for one, groups in spoken.items() for group in groups]
    return pd.DataFrame(pairs, columns=["nominee_id", "target_group_code"], dtype="string")


def reference_of(shares: dict[str, float]) -> pd.DataFrame:
    """Groups and their shares of the reference."""
    return pd.DataFrame(
        {
            "target_group_code": pd.array(list(shares), dtype="string"),
            "reference_share": pd.array(list(shares.values()), dtype="Float64"),
        }
    )


LINKS, REFERENCE = links_of(SPOKEN), reference_of(SHARES)
ELECTION = (NOMINEES, LINKS, REFERENCE, 2)


class Election(NamedTuple):
    """An invented election: whole weights make the reference, so all of it can be exact."""

    nominees: pd.DataFrame
    links: pd.DataFrame
    weights: dict[str, int]
    seats: int

    @property
    def reference(self) -> pd.DataFrame:
        return reference_of({code: float(share) for code, share in self.shares.items()})

    @property
    def shares(self) -> dict[str, Fraction]:
        total = sum(self.weights.values())
        return {code: Fraction(weight, total) for code, weight in self.weights.items()}


@st.composite
def elections(draw: st.DrawFn, most: int = 7) -> Election:
    """Elections of up to some nominees, some of them silent, many of them tied."""
    count = draw(st.integers(1, most))
    seats = draw(st.integers(1, count))
    ids = [f"n{number}" for number in range(count)]
    weights = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(any))
    groups = [f"g{number}" for number in range(len(weights))]
    spoken = {one: draw(st.lists(st.sampled_from(groups), unique=True)) for one in ids}
    votes = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    places = st.sampled_from(["001", "002", None])
    elected = draw(st.permutations(range(count)))[:seats]
    nominees = pd.DataFrame(
        {
            "nominee_id": pd.array(ids, dtype="string"),
            "votes": pd.array(votes, dtype="Int64"),
            "is_elected": pd.array([row in elected for row in range(count)], dtype="boolean"),
            "municipality_code": pd.array([draw(places) for _ in ids], dtype="string"),
        }
    )
    return Election(nominees, links_of(spoken), dict(zip(groups, weights, strict=True)), seats)


def roses(election: Election) -> dict[tuple[str, ...], tuple[int, Fraction]]:
    """Votes and Rose index of every council, one by one and in fractions."""
    votes = dict(zip(election.nominees["nominee_id"], election.nominees["votes"], strict=True))
    spoken = election.links.groupby("nominee_id")["target_group_code"].agg(list).to_dict()
    found = {}
    for council in itertools.combinations(votes, election.seats):
        held = dict.fromkeys(election.shares, Fraction(0))
        for member in council:
            for group in spoken.get(member, []):
                held[group] += Fraction(1, len(spoken[member]) * election.seats)
        rose = sum((min(held[group], due) for group, due in election.shares.items()), Fraction(0))
        found[council] = int(sum(votes[member] for member in council)), rose
    return found
