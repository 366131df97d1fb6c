"""The best councils where there are too many to look at each: an integer programme.

Each point says whether it is proven best. Where councils can be counted, ``council_enumeration``
does; both give the same front.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.composition_checks import RuleConstraints
from geo.council_slates import Slate

SHARE = 1 / 6
"""Share of all seconds that one question to the solver may take."""

SLACK = 1e-7
"""What the solver may be off by when it is told to keep a score, in smallest parts of a seat."""


class BestCouncil(NamedTuple):
    """A council on the front, or the nearest that was found.

    ``is_proven`` tells whether no council has a higher score with as many votes, nor more votes
    with that score. ``gap`` is how much higher a Rose index with as many votes may yet be (0-1;
    None where not even that is known): it is 0 where only the number of votes is not proven.
    """

    council: np.ndarray
    votes: int
    score: int
    is_proven: bool
    gap: float | None


@dataclass(frozen=True, kw_only=True)
class BestCouncils:
    """Points of the front from most votes to highest score; ``is_complete``: all, and proven."""

    points: tuple[BestCouncil, ...]
    is_complete: bool


def best_councils(
    slate: Slate, rules: RuleConstraints, *, most_points: int = 60, most_seconds: float = 20.0
) -> BestCouncils:
    """Find the front of councils by an integer programme.

    The highest score is sought for one least number of votes after another (epsilon constraint),
    first at both ends and then in the middle of the widest stretch that is open, so that points
    are spread well when time runs out. Scores nearer than a millionth of the smallest part of a
    seat are not told apart by the solver; the figures given are those of the council found,
    counted anew in whole numbers.

    Parameters
    ----------
    slate
        The nominees.
    rules
        The rules in one reading; only binding ones forbid.
    most_points
        Points to stop at.
    most_seconds
        Seconds to stop at; how far it comes depends on the machine.

    Returns
    -------
    BestCouncils
        Empty and complete where no council meets the rules.

    References
    ----------
    Haimes, Lasdon and Wismer 1971 (epsilon constraint); Huangfu and Hall 2018 (HiGHS).

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.composition_checks import rule_constraints
    >>> from geo.council_slates import council_slate
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b", "c"], "votes": [9, 5, 4]})
    >>> groups = pd.DataFrame(
    ...     {"nominee_id": ["a", "b", "c"], "target_group_code": ["old", "old", "ill"]}
    ... )
    >>> reference = pd.DataFrame(
    ...     {"target_group_code": ["old", "ill"], "reference_share": [0.5, 0.5]}
    ... )
    >>> slate = council_slate(nominees, groups, reference, 2)
    >>> best = best_councils(slate, rule_constraints([], nominees, groups, 2))
    >>> [(point.votes, point.score, point.is_proven) for point in best.points], best.is_complete
    ([(14, 1, True), (13, 2, True)], True)
    """
    search = _Search(slate, rules, most_seconds)
    high = search.most_votes()
    if high is None:
        return BestCouncils(points=(), is_complete=search.is_sure)
    points = [high]
    low = search.best(0)
    if low is not None and low.score > high.score:
        points.append(low)
        _fill(search, points, (low, high), most_points)
    by_place = {(point.votes, point.score): point for point in points}
    kept = tuple(
        point
        for _, point in sorted(by_place.items(), reverse=True)
        if not any(
            other.votes >= point.votes
            and other.score >= point.score
            and (other.votes, other.score) != (point.votes, point.score)
            for other in points
        )
    )
    return BestCouncils(
        points=kept, is_complete=search.is_sure and all(point.is_proven for point in kept)
    )


class _Stretch(NamedTuple):
    """Numbers of votes, first to last, that may hold points between two that are known."""

    first: int
    last: int
    low: BestCouncil
    high: BestCouncil
    is_upper_half_seen: bool


def _fill(
    search: _Search,
    points: list[BestCouncil],
    ends: tuple[BestCouncil, BestCouncil],
    most_points: int,
) -> None:
    """Add the points between two ends, widest stretch first."""
    low, high = ends
    open_ones = [_Stretch(low.votes + 1, high.votes - 1, low, high, False)]
    while open_ones:
        widest = max(open_ones, key=lambda one: one.last - one.first)
        open_ones.remove(widest)
        first, last, low, high, is_seen = widest
        if first > last or low.score - high.score <= 1:
            continue
        # What was not found in the upper half is sought from the lower end: one look closes it.
        least = first if is_seen else (first + last + 1) // 2
        found = search.best(least) if len(points) < most_points else None
        if found is None:
            # Without an answer in time the stretch stays open; others may be easier.
            search.is_sure = False
            continue
        if found.score > high.score:
            points.append(found)
            open_ones.append(_Stretch(found.votes + 1, last, found, high, False))
            high = found
        open_ones.append(_Stretch(first, least - 1, low, high, found.score <= high.score))


class _Search:
    """The programme of a slate: nominees are chosen or not, groups score up to what is due."""

    def __init__(self, slate: Slate, rules: RuleConstraints, most_seconds: float) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_array, eye_array, hstack

        self.slate, self.is_sure = slate, True
        self.end, self.most_seconds = time.monotonic() + most_seconds, most_seconds
        # In the smallest part of a seat, the sums are whole and of a size the solver likes.
        self.unit = int(np.gcd.reduce(slate.parts, axis=None)) or 1
        nominees, groups = slate.parts.shape
        self.votes = np.zeros(nominees) if slate.votes is None else slate.votes.astype(float)
        binding = rules.of("binding")
        held = hstack([csr_array(-(slate.parts.T // self.unit)), eye_array(groups)])
        seats = np.append(np.ones(nominees), np.zeros(groups))[None]
        wide = np.hstack([binding.matrix, np.zeros((len(binding.matrix), groups))])
        self.rows = [
            LinearConstraint(held, -np.inf, 0),
            LinearConstraint(seats, slate.seats, slate.seats),
        ]
        if len(wide):
            self.rows.append(LinearConstraint(csr_array(wide), binding.lower, binding.upper))

    def most_votes(self) -> BestCouncil | None:
        """The council of highest score among those of most votes."""
        first, is_proven, _ = self._solved(is_by_votes=True)
        if first is None:
            return None
        found = self.best(self.slate.votes_of(first))
        if found is None:
            self.is_sure = False
            return self._point(first, False, None)
        return found._replace(is_proven=found.is_proven and is_proven)

    def best(self, least_votes: int) -> BestCouncil | None:
        """The council of highest score with so many votes, and most votes among those."""
        first, is_proven, bound = self._solved(least_votes=least_votes)
        if first is None:
            return None
        gap = None if bound is None else max(0.0, bound - self.slate.score_of(first))
        best = self._point(first, is_proven, gap)
        if self.slate.votes is None:
            return best
        more, is_more_proven, _ = self._solved(
            is_by_votes=True, least_votes=best.votes, least_score=best.score
        )
        best = best._replace(is_proven=is_proven and is_more_proven)
        if more is not None and self.slate.score_of(more) >= best.score:
            return self._point(more, best.is_proven, gap)
        return best

    def _point(self, council: np.ndarray, is_proven: bool, gap: float | None) -> BestCouncil:
        slate = self.slate
        return BestCouncil(
            council=council,
            votes=slate.votes_of(council),
            score=slate.score_of(council),
            is_proven=is_proven,
            gap=0.0 if is_proven else None if gap is None else gap / slate.whole,
        )

    def _solved(
        self, *, is_by_votes: bool = False, least_votes: int = 0, least_score: int = 0
    ) -> tuple[np.ndarray | None, bool, float | None]:
        """A council, whether it is proven best, and the highest score that may yet be."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        seconds = self.end - time.monotonic()
        if seconds <= 0:
            self.is_sure = False
            return None, False, None
        nominees, groups = self.slate.parts.shape
        of_votes = np.append(self.votes, np.zeros(groups))
        of_score = np.append(np.zeros(nominees), np.ones(groups))
        rows = list(self.rows)
        if least_votes:
            rows.append(LinearConstraint(of_votes[None], least_votes, np.inf))
        if least_score:
            rows.append(LinearConstraint(of_score[None], least_score / self.unit - SLACK, np.inf))
        most = np.append(np.ones(nominees), self.slate.due / self.unit)
        result = milp(
            -(of_votes if is_by_votes else of_score),
            integrality=np.append(np.ones(nominees), np.zeros(groups)),
            bounds=Bounds(np.zeros(nominees + groups), most),
            constraints=rows,
            options={"time_limit": min(seconds, self.most_seconds * SHARE), "mip_rel_gap": 0},
        )
        if result.status not in (0, 2):
            self.is_sure = False
        dual = result.get("mip_dual_bound")
        bound = None if dual is None or not np.isfinite(dual) else -dual * self.unit
        if result.x is None:
            return None, result.status == 2, bound
        return result.x[:nominees] > 0.5, result.status == 0, bound
