"""Every possible council of an election: votes lost against representation gained.

Scoring lives in ``council_enumeration`` and ``council_programme``, swaps in ``council_swaps``,
the rules in ``composition``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.composition import CompositionRule
from geo.composition_checks import rule_constraints
from geo.council_enumeration import EveryCouncil, every_council
from geo.council_front import front_points
from geo.council_places import (
    CouncilChance,
    RealCouncil,
    council_chance,
    council_place,
    rules_counted,
)
from geo.council_programme import best_councils
from geo.council_slates import Slate, council_slate
from geo.council_swaps import Readings, broken_rules, council_swaps
from geo.errors import GeoError

LIMIT = 10_000_000
"""Councils up to which each is scored; above, an integer programme looks for the best."""

FRONT_TYPES = {
    "votes_lost": "Int64",
    "votes": "Int64",
    "rose": "Float64",
    "councils": "Int64",
    "groups_seated": "Int64",
    "groups_seated_fewest": "Int64",
    "groups_seated_most": "Int64",
    "example": "object",
    "in_all": "object",
    "in_some": "object",
    "rules_broken": "object",
    "is_proven": "boolean",
    "gap": "Float64",
}


@dataclass(frozen=True, kw_only=True)
class CouncilTradeOff:
    """All possible councils of one election, what the best of them look like, and the real one.

    ``method`` is ``enumeration`` or ``integer_programme``; ``is_complete`` tells whether ``front``
    has every point, each proven. ``councils`` are all there are, ``councils_possible`` those that
    break no binding rule for sure, ``councils_sure`` those that hold all for sure (None by
    programme). Left out are ``deputies``; ``nominees_without_group`` count for no group, and
    ``groups_passed_over`` are not in the reference. Frames: see ``council_trade_off``.
    """

    method: str
    seats: int
    nominees: int
    deputies: int
    councils: int
    councils_possible: int | None
    councils_sure: int | None
    most_votes: int | None
    front: pd.DataFrame
    is_complete: bool
    real: RealCouncil | None
    real_reason: str | None
    swaps: pd.DataFrame | None
    chance: CouncilChance
    rules: pd.DataFrame
    nominees_without_group: tuple[str, ...]
    groups_passed_over: tuple[str, ...]


def council_count(nominees: pd.DataFrame, seats: int) -> int:
    """Count the councils that can be made: C(n, k).

    Parameters
    ----------
    nominees
        Those who stand, one a row; with a column ``role``, deputies are left out.
    seats
        Members of a council.

    Returns
    -------
    int
        Councils; 0 where there are fewer nominees than seats.

    Examples
    --------
    >>> council_count(pd.DataFrame({"nominee_id": [f"n{number}" for number in range(26)]}), 15)
    7726160
    """
    return math.comb(len(_standing(nominees)), seats)


def council_trade_off(
    nominees: pd.DataFrame,
    nominee_groups: pd.DataFrame,
    reference: pd.DataFrame,
    seats: int,
    *,
    rules: Sequence[CompositionRule] = (),
    limit: int = LIMIT,
    most_points: int = 60,
    most_seconds: float = 20.0,
) -> CouncilTradeOff:
    """Score the councils that can be made and find the best trades of votes for representation.

    Votes lost: the most votes any council of that size can have, rules or not, less the council's
    own. Representation: Rose index of its seat shares against the reference. Each of the k seats
    gives 1/k of itself to each group of the reference that it speaks for; a seat that speaks for
    none counts for none, so the index (then the sum over groups of the lesser of seat share and
    reference share) is the lowest that a council with such members can have. Without votes of
    anyone there is one point: the councils with the highest index.

    Councils are compared in whole numbers: equal is equal. Only binding rules make a council
    impossible, and only where they are surely broken.

    Parameters
    ----------
    nominees
        ``nominee_id``; ``votes`` (of all or of none), ``is_elected`` (for the real council),
        ``role`` (rows of deputies are left out); ``municipality_code`` and ``sex`` where a rule
        asks.
    nominee_groups
        ``nominee_id``, ``target_group_code``; rows of others are passed over.
    reference
        ``target_group_code``, ``reference_share`` (0-1, adding up to 1).
    seats
        Members of a council.
    rules
        Rules on its composition; those on deputies are not laid on councils.
    limit
        Councils up to which each is scored. Above, an integer programme finds the front.
    most_points, most_seconds
        Where the programme stops; ``is_complete`` is then False.

    Returns
    -------
    CouncilTradeOff
        ``front`` has one row per point from fewest votes lost to highest Rose index:
        ``votes_lost``, ``votes`` (NA without votes), ``rose``, ``councils`` (that lie on it),
        ``groups_seated`` of the example, and over the point's councils ``groups_seated_fewest``
        and ``groups_seated_most``; tuples of ids: ``example`` (the first in the order of
        ``nominees``), ``in_all`` and ``in_some`` of the point's councils (the latter not in all);
        ``rules_broken`` (recommended rules that the example surely breaks); ``is_proven``, and
        ``gap`` (how much higher the index may yet be). By programme counts, fewest, most,
        ``in_all`` and ``in_some`` are NA: not known.

        ``swaps``: as ``council_swaps``, of the real council; None where that is not known, for
        the reason ``real_reason``: ``not_known`` or ``other_size``.

        ``rules`` has one row per rule: ``rule_id``, ``kind``, ``force``, ``law``, ``guidance``,
        ``role``; ``councils_holding``, ``councils_breaking``, ``councils_not_known`` (of all
        councils; NA by programme); ``reason`` where none were counted: ``not_applicable``,
        ``deputies``, ``no_column``, ``not_counted``.

    Raises
    ------
    GeoError
        As ``council_slate`` and ``rule_constraints``; or two rules have the same id.

    References
    ----------
    Rose 1984 (the index); Pareto 1906 (the front).

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b", "c"], "votes": [9, 5, 4]})
    >>> groups = pd.DataFrame(
    ...     {"nominee_id": ["a", "b", "c"], "target_group_code": ["old", "old", "ill"]}
    ... )
    >>> reference = pd.DataFrame(
    ...     {"target_group_code": ["old", "ill"], "reference_share": [0.5, 0.5]}
    ... )
    >>> result = council_trade_off(nominees, groups, reference, 2)
    >>> result.front[["votes_lost", "rose", "councils", "example"]]
       votes_lost  rose  councils example
    0           0   0.5         1  (a, b)
    1           1   1.0         1  (a, c)
    """
    ids = [rule.id for rule in rules]
    if len(set(ids)) < len(ids):
        raise GeoError(f"Laid rules {ids!r} on councils: expected each id once")
    standing = _standing(nominees)
    slate = council_slate(standing, nominee_groups, reference, seats)
    readings = (
        rule_constraints(rules, standing, nominee_groups, seats, reading="possible"),
        rule_constraints(rules, standing, nominee_groups, seats, reading="sure"),
    )
    count = council_count(nominees, seats)
    every = every_council(slate, *readings) if count <= limit else None
    if every is not None:
        front, is_complete = _counted_front(every, readings), True
    else:
        best = best_councils(slate, readings[0], most_points=most_points, most_seconds=most_seconds)
        is_complete = best.is_complete
        front = _front(
            [
                _shown(slate, readings, point.council)
                | {"is_proven": point.is_proven, "gap": point.gap}
                for point in best.points
            ]
        )
    real = slate.is_elected
    return CouncilTradeOff(
        method="integer_programme" if every is None else "enumeration",
        seats=seats,
        nominees=len(standing),
        deputies=len(nominees) - len(standing),
        councils=count,
        councils_possible=None if every is None else every.possible,
        councils_sure=None if every is None else every.sure,
        most_votes=None if slate.votes is None else slate.most_votes,
        front=front,
        is_complete=is_complete,
        real=None
        if real is None
        else council_place(slate, real, readings, every, front, is_complete=is_complete),
        real_reason=slate.real_reason,
        swaps=None if real is None else council_swaps(slate, real, readings),
        chance=council_chance(slate, readings, every),
        rules=rules_counted(rules, readings, every),
        nominees_without_group=slate.ids(slate.is_silent),
        groups_passed_over=slate.groups_passed_over,
    )


def _standing(nominees: pd.DataFrame) -> pd.DataFrame:
    """Those who stand for a seat: all but deputies."""
    if "role" not in nominees.columns:
        return nominees
    is_deputy = nominees["role"].astype("string").eq("deputy").fillna(False)
    return nominees[~is_deputy.astype(bool)]


def _shown(slate: Slate, readings: Readings, council: np.ndarray) -> dict[str, object]:
    """What the front says of one council."""
    votes = None if slate.votes is None else slate.votes_of(council)
    return {
        "votes_lost": None if votes is None else slate.most_votes - votes,
        "votes": votes,
        "rose": slate.score_of(council) / slate.whole,
        "groups_seated": slate.groups_seated(council),
        "example": slate.ids(council),
        "rules_broken": broken_rules(readings, council)[0],
    }


def _front(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(FRONT_TYPES)).astype(FRONT_TYPES)


def _counted_front(every: EveryCouncil, readings: Readings) -> pd.DataFrame:
    """The front, where every council is known."""
    slate = every.slate
    rows = []
    for point in front_points(every):
        council = np.isin(np.arange(len(slate.nominee_ids)), point.example)
        in_all = point.with_nominee == point.councils
        rows.append(
            _shown(slate, readings, council)
            | {
                "councils": point.councils,
                "groups_seated_fewest": point.groups_fewest,
                "groups_seated_most": point.groups_most,
                "in_all": slate.ids(in_all),
                "in_some": slate.ids((point.with_nominee > 0) & ~in_all),
                "is_proven": True,
                "gap": 0.0,
            }
        )
    return _front(rows)
