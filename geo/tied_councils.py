"""The councils that other ways to break the ties of a count would have given.

One way through the ties, in the order of the table, is `geo.proportional`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from geo.ballots import BallotGroups, ballot_groups, check_seats
from geo.errors import GeoError, require_columns
from geo.proportional_steps import NextSeat, SeatState, first_state, next_seat, seat_given

Draw = tuple[tuple[tuple[str, ...], int], ...]
"""Councils told at once: any so many of each set of ids, the sets being disjoint."""

MAX_TIE_WORK = 300_000
"""Approvals read while ties are followed: about 450 steps with 66 ballots of 10 approvals."""


@dataclass(frozen=True, kw_only=True)
class TiedCouncils:
    """What is certain and what only a tie decides.

    ``nominees`` has one row per nominee, order and index as given: ``nominee_id``,
    ``organisation`` and ``outcome``: ``elected`` (in all councils found), ``tied`` (in some),
    ``not_elected`` (in none). ``councils`` is the number of different councils found, and
    ``draws`` tells them all. ``is_complete`` is False where there were more ties to follow than
    ``MAX_TIE_WORK`` allows: there may be more councils, and more is tied than is shown.
    """

    rule: str
    nominees: pd.DataFrame
    councils: int
    is_complete: bool
    draws: tuple[Draw, ...]


def tied_councils(
    nominees: pd.DataFrame,
    ballots: pd.DataFrame,
    seats: int,
    *,
    rule: str,
    ballot_ids: Sequence[str] | None = None,
    max_work: int = MAX_TIE_WORK,
) -> TiedCouncils:
    """Find all councils that a proportional rule can give, however its ties are broken.

    Follows every tie. Nominees with the very same voters are never told apart by a rule, so of
    them only how many are elected is followed.

    Parameters
    ----------
    nominees, ballots, seats, ballot_ids
        As in `geo.proportional.sequential_phragmen`.
    rule
        ``phragmen`` or ``equal_shares`` (completed by Phragmén's rule).
    max_work
        How much to read at most, in approvals: the count stops following ties there. The way in
        the order of the table is always followed to its end.

    Returns
    -------
    TiedCouncils
        The first of its ``draws`` holds the council that breaks ties in the order of the table.

    Raises
    ------
    GeoError
        As `geo.proportional.sequential_phragmen`, or the rule is not known.

    References
    ----------
    The rules: see `geo.proportional`. All results over all tie-breaking orders ("parallel
    universes"): Conitzer, Rognlie and Xia 2009.

    Examples
    --------
    The same two voters approve a and b, a third c. One of a and b is sure of a seat; the other
    ties with c.

    >>> nominees = pd.DataFrame({"nominee_id": list("abc"), "organisation": "Esimerkki ry"})
    >>> ballots = pd.DataFrame({"ballot_id": list("11223"), "nominee_id": list("ababc")})
    >>> tied = tied_councils(nominees, ballots, 2, rule="phragmen")
    >>> tied.nominees["outcome"].tolist(), tied.councils
    (['tied', 'tied', 'tied'], 3)
    >>> tied.draws
    (((('a', 'b'), 2),), ((('a', 'b'), 1), (('c',), 1)))
    """
    require_columns(nominees, ["nominee_id", "organisation"], of="nominees")
    if rule not in ("phragmen", "equal_shares"):
        raise GeoError(f"Asked for the ties of {rule!r}: expected phragmen or equal_shares")
    check_seats(seats)
    groups = ballot_groups(nominees, ballots, ballot_ids=ballot_ids)
    start = first_state(groups, seats, with_shares=rule == "equal_shares")
    found, is_complete = _ends(groups, start, seats, max_work)
    ids = nominees["nominee_id"].tolist()
    alike = _alike(groups)
    draws, councils = [], 0
    for counts in found:
        sets = [(alike[first], chosen) for first, chosen in counts]
        councils += math.prod(math.comb(len(members), chosen) for members, chosen in sets)
        draws.append(tuple((tuple(ids[at] for at in members), chosen) for members, chosen in sets))
    outcome = draw_outcomes(tuple(draws))
    rows = nominees[["nominee_id", "organisation"]].astype("string")
    rows["outcome"] = rows["nominee_id"].map(outcome).astype("string").fillna("not_elected")
    return TiedCouncils(
        rule=rule, nominees=rows, councils=councils, is_complete=is_complete, draws=tuple(draws)
    )


def draw_outcomes(draws: tuple[Draw, ...]) -> dict[str, str]:
    """Say of each nominee in any draw whether all councils or only some have it.

    Parameters
    ----------
    draws
        All councils there can be.

    Returns
    -------
    dict
        Id to ``elected`` or ``tied``; who is in no council is left out.

    Examples
    --------
    >>> draw_outcomes((((("a",), 1), (("b", "c"), 1)),))
    {'a': 'elected', 'b': 'tied', 'c': 'tied'}
    """
    sure: dict[str, int] = {}
    seen: list[str] = []
    for draw in draws:
        for members, chosen in draw:
            seen += members
            for member in members if chosen == len(members) else ():
                sure[member] = sure.get(member, 0) + 1
    return {one: "elected" if sure.get(one) == len(draws) else "tied" for one in seen}


def _alike(groups: BallotGroups) -> dict[int, tuple[int, ...]]:
    """Nominees with the very same voters, in order, under the first of them."""
    voters: list[list[int]] = [[] for _ in groups.votes]
    for at, approved in enumerate(groups.approvals):
        for nominee in approved:
            voters[nominee].append(at)
    by_voters: dict[tuple[int, ...], list[int]] = {}
    for nominee, ballots in enumerate(voters):
        by_voters.setdefault(tuple(ballots), []).append(nominee)
    return {members[0]: tuple(members) for members in by_voters.values()}


def _ends(
    groups: BallotGroups, start: SeatState, seats: int, max_work: int
) -> tuple[list[tuple[tuple[int, int], ...]], bool]:
    """How many of each set of alike nominees are elected in the end, for all ways there; all?"""
    first_of = {nominee: first for first, all_ in _alike(groups).items() for nominee in all_}
    work_of_step = max(sum(map(len, groups.approvals)), 1)
    ends: dict[tuple[tuple[int, int], ...], None] = {}
    seen: set[tuple] = set()
    work = 0
    open_states = [start]
    while open_states:
        if work > max_work and ends:
            return list(ends), False
        state = open_states.pop()
        counts: dict[int, int] = {}
        for nominee in state.elected:
            counts[first_of[nominee]] = counts.get(first_of[nominee], 0) + 1
        reached = tuple(sorted(counts.items()))
        # The order of the seats given does not matter to those to come, only what is spent.
        key = (reached, state.spent, state.share, state.unit, state.phase)
        if key in seen:
            continue
        seen.add(key)
        work += work_of_step
        best = next_seat(groups, state, is_completed=True) if len(state.elected) < seats else None
        if best is None:
            ends[reached] = None
        else:
            # Put down in reverse, so that the order of the table is followed first.
            open_states += reversed(
                [seat_given(groups, best, one) for one in _unlike(best, first_of)]
            )
    return list(ends), True


def _unlike(best: NextSeat, first_of: dict[int, int]) -> list[int]:
    """The first of each set of alike nominees among the tied, in the order of the table."""
    found: dict[int, int] = {}
    for nominee in best.tied:
        found.setdefault(first_of[nominee], nominee)
    return list(found.values())
