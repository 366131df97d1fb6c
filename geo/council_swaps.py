"""Councils one swap away from a given one: what it costs, what it brings, what the rules say.

Which of all councils are best is found in ``councils``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.composition_checks import RuleConstraints
from geo.council_slates import Slate

Readings = tuple[RuleConstraints, RuleConstraints]
"""The same rules in the ``possible`` and in the ``sure`` reading of ``rule_constraints``."""

Swap = tuple[int, np.ndarray]


def council_swaps(slate: Slate, council: np.ndarray, readings: Readings) -> pd.DataFrame:
    """List every swap of one member for one nominee outside.

    Parameters
    ----------
    slate
        The nominees.
    council
        A yes or no per nominee.
    readings
        The rules, binding and recommended.

    Returns
    -------
    pandas.DataFrame
        One row per member and nominee outside: ``out_id``, ``in_id``; ``votes_change`` (below 0:
        votes lost; NA without votes) and ``votes_lost`` (against the most votes a council can
        have); ``rose`` and ``rose_change``; ``groups_gained`` and ``groups_lost`` (tuples of
        codes that get their first seat, or lose their last); ``is_feasible`` (the binding rules
        hold afterwards; NA: not known); ``rules_broken`` (tuple of ids of recommended rules that
        are surely broken afterwards); ``is_improvement`` (better in votes or Rose index, worse in
        neither). Improvements first, then by Rose, then by votes, then in the order of the table.

    Examples
    --------
    >>> from geo.composition_checks import rule_constraints
    >>> from geo.council_slates import council_slate
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b", "c"], "votes": [9, 5, 5]})
    >>> groups = pd.DataFrame(
    ...     {"nominee_id": ["a", "b", "c"], "target_group_code": ["old", "old", "ill"]}
    ... )
    >>> reference = pd.DataFrame(
    ...     {"target_group_code": ["old", "ill"], "reference_share": [0.5, 0.5]}
    ... )
    >>> slate = council_slate(nominees, groups, reference, 2)
    >>> none = rule_constraints([], nominees, groups, 2)
    >>> swaps = council_swaps(slate, np.array([True, True, False]), (none, none))
    >>> swaps[["out_id", "in_id", "votes_change", "rose_change", "groups_gained"]]
      out_id in_id  votes_change  rose_change groups_gained
    0      b     c             0          0.5        (ill,)
    1      a     c            -4          0.5        (ill,)
    """
    members, others = np.flatnonzero(council), np.flatnonzero(~council)
    votes, score = slate.votes_of(council), slate.score_of(council)
    held, seated = slate.parts[council].sum(axis=0), slate.parts[council].astype(bool).sum(axis=0)
    speaks = slate.parts > 0
    frames = []
    for member in members.tolist():
        after = (seated - speaks[member]) + speaks[others]
        parts = held - slate.parts[member] + slate.parts[others]
        scores = np.minimum(parts, slate.due).sum(axis=1)
        frames.append(
            pd.DataFrame(
                {
                    "out": member,
                    "in": others,
                    "votes_change": _votes_change(slate, member, others),
                    "score": scores,
                    "groups_gained": _codes(slate, (after > 0) & (seated == 0)),
                    "groups_lost": _codes(slate, (after == 0) & (seated > 0)),
                    "is_feasible": rules_hold(readings, council, swap=(member, others)),
                    "rules_broken": broken_rules(readings, council, swap=(member, others)),
                }
            )
        )
    swaps = pd.concat(frames, ignore_index=True)
    change = swaps["votes_change"].fillna(0)
    ahead = (change >= 0) & (swaps["score"] >= score)
    swaps["is_improvement"] = (ahead & ((change > 0) | (swaps["score"] > score))).astype("boolean")
    swaps["votes_lost"] = slate.most_votes - votes - swaps["votes_change"]
    swaps = swaps.assign(change=change).sort_values(
        ["is_improvement", "score", "change", "out", "in"],
        ascending=[False, False, False, True, True],
        ignore_index=True,
    )
    ids = pd.array(list(slate.nominee_ids), dtype="string")
    swaps["out_id"], swaps["in_id"] = ids[swaps["out"]], ids[swaps["in"]]
    swaps["rose"] = (swaps["score"] / slate.whole).astype("Float64")
    swaps["rose_change"] = ((swaps["score"] - score) / slate.whole).astype("Float64")
    return swaps[
        [
            *("out_id", "in_id", "votes_change", "votes_lost", "rose", "rose_change"),
            *("groups_gained", "groups_lost", "is_feasible", "rules_broken", "is_improvement"),
        ]
    ]


def rules_hold(
    readings: Readings, council: np.ndarray, *, swap: Swap | None = None
) -> pd.arrays.BooleanArray:
    """Tell whether a council, or each council after a swap, meets the binding rules.

    Parameters
    ----------
    readings
        The rules.
    council
        A yes or no per nominee.
    swap
        The place of one member, and of those who may come instead, each on its own.

    Returns
    -------
    pandas.arrays.BooleanArray
        Yes, no, or NA for not known: one per swap, or one for the council.

    Examples
    --------
    >>> from geo.composition import CompositionRule
    >>> from geo.composition_checks import rule_constraints
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"], "municipality_code": ["001", None]})
    >>> groups = pd.DataFrame({"nominee_id": [], "target_group_code": []})
    >>> rule = CompositionRule(
    ...     id="own", kind="municipality_seats", codes=("001",), least=1, force="binding"
    ... )
    >>> readings = (
    ...     rule_constraints([rule], nominees, groups, 1),
    ...     rule_constraints([rule], nominees, groups, 1, reading="sure"),
    ... )
    >>> rules_hold(readings, np.array([True, False])).tolist()
    [True]
    >>> rules_hold(readings, np.array([True, False]), swap=(0, np.array([1]))).tolist()
    [<NA>]
    """
    possible, sure = (
        rows.met_by(_totals(rows, council, swap))
        for rows in (own.of("binding") for own in readings)
    )
    return pd.arrays.BooleanArray(sure, possible & ~sure)


def broken_rules(
    readings: Readings, council: np.ndarray, *, swap: Swap | None = None
) -> list[tuple[str, ...]]:
    """List the recommended rules that a council, or each council after a swap, surely breaks.

    Parameters
    ----------
    readings, council, swap
        As in ``rules_hold``.

    Returns
    -------
    list of tuple
        Ids of rules: one tuple per swap, or one for the council.

    Examples
    --------
    >>> from geo.composition import CompositionRule
    >>> from geo.composition_checks import rule_constraints
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"], "municipality_code": ["001", "002"]})
    >>> groups = pd.DataFrame({"nominee_id": [], "target_group_code": []})
    >>> rule = CompositionRule(id="own", kind="municipality_seats", codes=("001",), least=1)
    >>> rules = rule_constraints([rule], nominees, groups, 1)
    >>> broken_rules((rules, rules), np.array([False, True]))
    [('own',)]
    """
    recommended = readings[0].of("recommended")
    broken = {}
    for rule_id in dict.fromkeys(recommended.rule_ids):
        rows = recommended.of_rule(rule_id)
        broken[rule_id] = ~rows.met_by(_totals(rows, council, swap))
    ids = np.array(list(broken), dtype=object)
    count = 1 if swap is None else len(swap[1])
    flags = np.array(list(broken.values()), dtype=bool).reshape(len(ids), count)
    return [tuple(ids[own]) for own in flags.T]


def _totals(rows: RuleConstraints, council: np.ndarray, swap: Swap | None) -> np.ndarray:
    """What a council counts for each row of the rules, or each council after a swap."""
    total = (rows.matrix @ council.astype(np.int64))[:, None]
    if swap is None:
        return total
    member, others = swap
    return total - rows.matrix[:, [member]] + rows.matrix[:, others]


def _votes_change(slate: Slate, member: int, others: np.ndarray) -> pd.arrays.IntegerArray:
    """Votes of those outside less votes of the member; NA where votes are not known."""
    if slate.votes is None:
        return pd.arrays.IntegerArray(np.zeros(len(others), np.int64), np.ones(len(others), bool))
    change = slate.votes[others] - slate.votes[member]
    return pd.arrays.IntegerArray(change, np.zeros(len(others), bool))


def _codes(slate: Slate, flags: np.ndarray) -> list[tuple[str, ...]]:
    """The groups that are flagged, one tuple a row."""
    groups = np.array(slate.groups, dtype=object)
    return [tuple(groups[own]) for own in flags]
