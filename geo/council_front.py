"""The best of all councils: those that none beats in votes or score without losing in the other.

The councils are scored in ``council_enumeration``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from geo.council_enumeration import CHUNK, IMPOSSIBLE, EveryCouncil, chunks


class Point(NamedTuple):
    """One point of the front, and what its councils have in common; counts are of councils."""

    votes: int
    score: int
    councils: int
    example: np.ndarray
    with_nominee: np.ndarray
    groups_fewest: int
    groups_most: int


def front_points(every: EveryCouncil) -> Iterator[Point]:
    """Find the councils that no other beats in votes or score without losing in the other.

    Parameters
    ----------
    every
        All councils.

    Yields
    ------
    Point
        From most votes to highest score; councils with equal votes and score share a point.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.composition_checks import rule_constraints
    >>> from geo.council_enumeration import every_council
    >>> from geo.council_slates import council_slate
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b", "c"], "votes": [9, 5, 5]})
    >>> groups = pd.DataFrame({"nominee_id": ["a"], "target_group_code": ["old"]})
    >>> reference = pd.DataFrame({"target_group_code": ["old"], "reference_share": [1.0]})
    >>> slate = council_slate(nominees, groups, reference, 2)
    >>> none = rule_constraints([], nominees, groups, 2)
    >>> for point in front_points(every_council(slate, none, none)):
    ...     print(point.votes, point.councils, point.example.tolist(), point.with_nominee.tolist())
    14 2 [0, 1] [2, 1, 1]
    """
    level, key = _levels(every.votes)
    best = np.full(len(level), IMPOSSIBLE, dtype=every.scores.dtype)
    for some in chunks(len(key)):
        np.maximum.at(best, key[some], every.scores[some])
    above = np.maximum.accumulate(np.append(IMPOSSIBLE, best[:0:-1]))[::-1]
    wanted = np.where(best > above, best, IMPOSSIBLE - 1)
    hits = np.concatenate(
        [
            some.start + np.flatnonzero(every.scores[some] == wanted[key[some]])
            for some in chunks(len(key))
        ]
    )
    hits = hits[np.argsort(-key[hits], kind="stable")]
    cuts = np.flatnonzero(np.diff(key[hits])) + 1
    for those in np.split(hits, cuts) if len(hits) else []:
        yield _point(every, those)


def _levels(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The totals of votes there may be, ascending, and for each council which one it has."""
    low, high = int(votes.min()), int(votes.max())
    if high - low < 4 * CHUNK:
        return np.arange(low, high + 1), votes - votes.dtype.type(low)
    return np.unique(votes, return_inverse=True)


def _point(every: EveryCouncil, councils: np.ndarray) -> Point:
    """What councils of equal votes and score have in common."""
    slate = every.slate
    with_nominee = np.zeros(len(slate.nominee_ids), dtype=np.int64)
    examples, fewest, most = [], len(slate.groups), 0
    speaks = slate.parts > 0
    for block in every.blocks:
        end = block.start + len(block.first) * len(block.second)
        low, high = np.searchsorted(councils, [block.start, end])
        for at in range(low, high, CHUNK):
            own = councils[at : min(at + CHUNK, high)] - block.start
            halves = np.divmod(own, len(block.second))
            # Within a block councils are in the order of the table, so its first is at the front.
            if at == low:
                examples.append(
                    (*block.first[halves[0][0]].tolist(), *block.second[halves[1][0]].tolist())
                )
            seated = np.zeros(len(own), dtype=np.int16)
            for group in speaks.T:
                seated += np.logical_or(
                    *(
                        group[choices].any(axis=1)[rows]
                        for choices, rows in zip((block.first, block.second), halves, strict=True)
                    )
                )
            fewest, most = min(fewest, int(seated.min())), max(most, int(seated.max()))
            for choices, rows in zip((block.first, block.second), halves, strict=True):
                times = np.bincount(rows, minlength=len(choices))
                np.add.at(with_nominee, choices, np.broadcast_to(times[:, None], choices.shape))
    return Point(
        votes=int(every.votes[councils[0]]),
        score=int(every.scores[councils[0]]),
        councils=len(councils),
        example=np.array(min(examples)),
        with_nominee=with_nominee,
        groups_fewest=fewest,
        groups_most=most,
    )
