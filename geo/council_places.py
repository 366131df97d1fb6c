"""Where the real council stands among all, what chance gives, and how many councils rules leave.

The councils themselves are made in ``council_enumeration``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.composition import CompositionRule
from geo.council_enumeration import EveryCouncil, chunks
from geo.council_slates import Slate, expected_groups_seated, expected_rose
from geo.council_swaps import Readings, broken_rules, rules_hold

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, kw_only=True)
class RealCouncil:
    """The council that was elected, among all possible ones; None where that is not known.

    ``is_feasible`` tells whether the binding rules hold. ``is_on_front``: no possible council has
    more votes or a higher Rose index without having less of the other. ``dominated_by`` counts
    those that do, ``better_in_both`` those with more of both. ``share_lower``, ``share_equal`` and
    ``share_higher`` are the shares of possible councils by their Rose index and add up to 1.
    ``rules_broken`` are the recommended rules it surely breaks.
    """

    nominee_ids: tuple[str, ...]
    votes: int | None
    votes_lost: int | None
    rose: float
    groups_seated: int
    is_feasible: bool | None
    rules_broken: tuple[str, ...]
    is_on_front: bool | None
    dominated_by: int | None
    better_in_both: int | None
    share_lower: float | None
    share_equal: float | None
    share_higher: float | None


@dataclass(frozen=True, kw_only=True)
class CouncilChance:
    """A council drawn by lot, each possible one as likely: exact, nothing is simulated.

    ``rose_mean`` and ``groups_seated_mean`` (None where binding rules forbid some councils and
    they are not counted one by one). ``quantiles``: ``share`` (0-1) and ``rose``, the lowest value
    that so large a share of councils does not exceed. ``distribution``: ``rose_from``, ``rose_to``
    (in hundredths; the last takes in 1) and ``councils``. Both empty without enumeration.
    """

    rose_mean: float | None
    groups_seated_mean: float | None
    quantiles: pd.DataFrame
    distribution: pd.DataFrame


def council_place(
    slate: Slate,
    council: np.ndarray,
    readings: Readings,
    every: EveryCouncil | None,
    front: pd.DataFrame,
    *,
    is_complete: bool,
) -> RealCouncil:
    """Lay one council beside all others.

    Parameters
    ----------
    slate
        The nominees.
    council
        A yes or no per nominee.
    readings
        The rules.
    every
        All councils, or None where there are too many.
    front
        Needs ``votes``, ``rose``: the best councils.
    is_complete
        Whether the front has every point, each proven.

    Returns
    -------
    RealCouncil
        Its counts and shares are None where ``every`` is.
    """
    votes, score = slate.votes_of(council), slate.score_of(council)
    holds = rules_hold(readings, council)[0]
    is_feasible = None if pd.isna(holds) else bool(holds)
    counted = dict.fromkeys(
        ("dominated_by", "better_in_both", "share_lower", "share_equal", "share_higher")
    )
    if every is None:
        # Whoever has the highest index at no fewer votes is on the front, so this settles it.
        rivals = front[(front["votes"].fillna(0) >= votes)]
        is_beaten = (rivals["rose"] > score / slate.whole) | (rivals["votes"].fillna(0) > votes)
        is_beaten &= rivals["rose"] >= score / slate.whole
        is_surely = (is_feasible and is_complete) or None
        is_on_front = False if is_beaten.any() or is_feasible is False else is_surely
    else:
        counted |= _counted_place(every, votes, score)
        is_on_front = False if is_feasible is False or counted["dominated_by"] else is_feasible
    return RealCouncil(
        nominee_ids=slate.ids(council),
        votes=None if slate.votes is None else votes,
        votes_lost=None if slate.votes is None else slate.most_votes - votes,
        rose=score / slate.whole,
        groups_seated=slate.groups_seated(council),
        is_feasible=is_feasible,
        rules_broken=broken_rules(readings, council)[0],
        is_on_front=is_on_front,
        **counted,
    )


def council_chance(slate: Slate, readings: Readings, every: EveryCouncil | None) -> CouncilChance:
    """Say what a council drawn by lot from the possible ones looks like.

    Parameters
    ----------
    slate
        The nominees.
    readings
        The rules.
    every
        All councils, or None where there are too many.

    Returns
    -------
    CouncilChance
        Exact: from the councils themselves, or by formula.
    """
    if every is None:
        return _chance_by_formula(slate, has_rules="binding" in readings[0].forces)
    scores = every.scores
    possible = scores if every.possible == len(scores) else scores[scores >= 0]
    plain = _chance_by_formula(slate, has_rules=every.possible < len(scores))
    if not len(possible):
        return plain
    places = [max(math.ceil(share * len(possible)) - 1, 0) for share in QUANTILES]
    values = np.partition(possible, sorted(set(places)))[places]
    counts = np.zeros(100, dtype=np.int64)
    for some in chunks(len(possible)):
        # A whole hundredth belongs to the class it opens, whatever division makes of it.
        hundredths = np.minimum(possible[some] * (100 / slate.whole) + 1e-9, 99)
        counts += np.bincount(hundredths.astype(np.int64), minlength=100)
    starts = np.arange(100) / 100
    distribution = pd.DataFrame(
        {
            "rose_from": pd.array(starts, dtype="Float64"),
            "rose_to": pd.array(np.round(starts + 0.01, 2), dtype="Float64"),
            "councils": pd.array(counts, dtype="Int64"),
        }
    )
    return CouncilChance(
        rose_mean=float(possible.mean(dtype=float)) / slate.whole,
        groups_seated_mean=plain.groups_seated_mean,
        quantiles=_quantiles(values / slate.whole),
        distribution=distribution,
    )


def rules_counted(
    rules: Sequence[CompositionRule], readings: Readings, every: EveryCouncil | None
) -> pd.DataFrame:
    """Count the councils that hold each rule.

    Parameters
    ----------
    rules
        The rules, of any force.
    readings
        The same as constraints.
    every
        All councils, or None where there are too many.

    Returns
    -------
    pandas.DataFrame
        As ``rules`` of ``council_trade_off``.
    """
    count = 0 if every is None else len(every.scores)
    rows = []
    for rule in rules:
        reason = None
        if rule.force == "not_applicable":
            reason = "not_applicable"
        elif rule.role != "member":
            reason = "deputies"
        elif rule.id in readings[0].not_known:
            reason = "no_column"
        elif every is None:
            reason = "not_counted"
        # A rule without a row asks nothing that a council could break.
        counts: tuple[int | None, ...] = (None, None, None)
        if every is not None and reason is None:
            holds, breaks = every.holding.get(rule.id, (count, 0))
            counts = holds, breaks, count - holds - breaks
        about = rule.id, rule.kind, rule.force, rule.law, rule.guidance, rule.role
        rows.append([*about, *counts, reason])
    texts = ["rule_id", "kind", "force", "law", "guidance", "role"]
    numbers = ["councils_holding", "councils_breaking", "councils_not_known"]
    return pd.DataFrame(rows, columns=[*texts, *numbers, "reason"]).astype(
        dict.fromkeys([*texts, "reason"], "string") | dict.fromkeys(numbers, "Int64")
    )


def _counted_place(every: EveryCouncil, votes: int, score: int) -> dict[str, float | int | None]:
    """How many possible councils are better, and the shares of lower and higher ones."""
    is_higher, is_equal = every.scores > score, every.scores == score
    has_more = every.votes > votes
    both, higher, equal = (int(x.sum()) for x in (is_higher & has_more, is_higher, is_equal))
    as_many = int((is_higher & (every.votes == votes)).sum())
    possible = every.possible
    shares = (possible - higher - equal, equal, higher)
    lower_share, equal_share, higher_share = (x / possible if possible else None for x in shares)
    return {
        "dominated_by": both + as_many + int((is_equal & has_more).sum()),
        "better_in_both": both,
        "share_lower": lower_share,
        "share_equal": equal_share,
        "share_higher": higher_share,
    }


def _chance_by_formula(slate: Slate, *, has_rules: bool) -> CouncilChance:
    """Chance, where councils are not counted one by one."""
    empty = {"rose_from": "Float64", "rose_to": "Float64", "councils": "Int64"}
    return CouncilChance(
        rose_mean=None if has_rules else expected_rose(slate),
        groups_seated_mean=None if has_rules else expected_groups_seated(slate),
        quantiles=_quantiles(np.array([])),
        distribution=pd.DataFrame(columns=list(empty)).astype(empty),
    )


def _quantiles(values: np.ndarray) -> pd.DataFrame:
    shares = QUANTILES[: len(values)]
    return pd.DataFrame({"share": shares, "rose": values}).astype("Float64")
