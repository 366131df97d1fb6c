"""Every council that can be made of a slate, scored one by one in whole numbers.

The best among them are found in ``council_front``; above some millions ``council_programme`` does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.composition_checks import RuleConstraints
from geo.council_slates import Slate

TILE = 1 << 16
"""Councils scored at a time: what fits in the processor's cache, not in memory."""

CHUNK = 1 << 20
"""Councils looked through at a time: bounds the memory of what is temporary."""

IMPOSSIBLE = -1
"""The score of a council that surely breaks a binding rule."""


class Block(NamedTuple):
    """Councils with ``first.shape[1]`` members of the first half of the nominees.

    Each row of ``first`` (members of the first half) goes with each row of ``second``; council
    ``start + a * len(second) + b`` is rows a and b together. Rows are in the order of the table.
    """

    start: int
    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True, kw_only=True)
class EveryCouncil:
    """Votes and score of every council, in the order of ``blocks``.

    ``scores`` are whole parts (see ``Slate``), ``IMPOSSIBLE`` for those that surely break a
    binding rule. ``holding`` gives per rule how many of all councils surely hold and surely break
    it. ``possible`` councils break no binding rule for sure, ``sure`` ones hold all for sure.
    """

    slate: Slate
    blocks: tuple[Block, ...]
    votes: np.ndarray
    scores: np.ndarray
    possible: int
    sure: int
    holding: dict[str, tuple[int, int]]


def every_council(slate: Slate, possible: RuleConstraints, sure: RuleConstraints) -> EveryCouncil:
    """Score every council of a slate.

    The nominees are cut into two halves; sums are made once per choice of each half, and every
    pair of choices that together fill the seats is one council. Whole numbers throughout.

    Parameters
    ----------
    slate
        The nominees.
    possible, sure
        The rules in the two readings of ``rule_constraints``; only binding ones forbid.

    Returns
    -------
    EveryCouncil
        12 bytes per council at most, 8 where numbers are small.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo.composition_checks import rule_constraints
    >>> from geo.council_slates import council_slate
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b", "c"], "votes": [9, 5, 4]})
    >>> groups = pd.DataFrame({"nominee_id": ["a"], "target_group_code": ["old"]})
    >>> reference = pd.DataFrame({"target_group_code": ["old"], "reference_share": [1.0]})
    >>> slate = council_slate(nominees, groups, reference, 2)
    >>> none = rule_constraints([], nominees, groups, 2)
    >>> every = every_council(slate, none, none)
    >>> sorted(zip(every.votes.tolist(), every.scores.tolist()))
    [(9, 0), (13, 1), (14, 1)]
    """
    blocks = tuple(_blocks(len(slate.nominee_ids), slate.seats))
    count = math.comb(len(slate.nominee_ids), slate.seats)
    all_votes = np.empty(count, dtype=np.int32 if slate.most_votes < 2**31 else np.int64)
    scores = np.empty(count, dtype=np.int32 if slate.whole < 2**31 else np.int64)
    tally = _Tally(slate, (possible, sure), scores.dtype, all_votes.dtype)
    for block in blocks:
        shape = len(block.first), len(block.second)
        here = slice(block.start, block.start + shape[0] * shape[1])
        block_votes, block_scores = all_votes[here].reshape(shape), scores[here].reshape(shape)
        for columns, tiles in _tiles(*shape):
            second = tally.sums(block.second[columns])
            for rows in tiles:
                first = tally.sums(block.first[rows])
                np.add(first.votes[:, None], second.votes, out=block_votes[rows, columns])
                tally.score(first, second, block_scores[rows, columns])
    return EveryCouncil(
        slate=slate,
        blocks=blocks,
        votes=all_votes,
        scores=scores,
        possible=tally.possible,
        sure=tally.sure,
        holding=tally.holding,
    )


class _Sums(NamedTuple):
    """Sums over each choice of one half: votes, parts per group, rows of rules per reading."""

    votes: np.ndarray
    parts: np.ndarray
    rules: list[np.ndarray]


class _Tally:
    """Scores pairs of choices and keeps count of the councils that meet rules."""

    def __init__(
        self,
        slate: Slate,
        readings: tuple[RuleConstraints, RuleConstraints],
        scores: np.dtype,
        votes: np.dtype,
    ) -> None:
        # A group that can never have more than is due needs no look at what is due.
        most = np.sort(slate.parts, axis=0)[-slate.seats :].sum(axis=0)
        seated = np.flatnonzero(most)
        self.due = [due if due < top else None for due, top in zip(slate.due, most, strict=True)]
        self.due = [self.due[group] for group in seated]
        self.parts = slate.parts.T[seated].astype(scores)
        known = np.zeros(len(slate.nominee_ids)) if slate.votes is None else slate.votes
        self.votes = known[None].astype(votes)
        self.readings = readings
        counts = np.int8 if slate.seats < 127 else np.int32
        self.rules = [rows.matrix.astype(counts) for rows in readings]
        # Where nothing is unknown the two readings are one, and counted once.
        self.is_known = np.array_equal(self.rules[0], self.rules[1])
        self.holding = dict.fromkeys(readings[0].rule_ids, (0, 0))
        self.possible = self.sure = 0

    def sums(self, choices: np.ndarray) -> _Sums:
        return _Sums(
            votes=_summed(self.votes, choices)[0],
            parts=_summed(self.parts, choices),
            rules=[_summed(rows, choices) for rows in self.rules],
        )

    def score(self, first: _Sums, second: _Sums, out: np.ndarray) -> None:
        """Score every pair of choices into ``out``."""
        out[...] = 0
        one = np.empty(out.shape, dtype=out.dtype)
        for group, due in enumerate(self.due):
            np.add(first.parts[group][:, None], second.parts[group], out=one)
            if due is not None:
                np.minimum(one, due, out=one)
            np.add(out, one, out=out)
        possible, sure = self._met(first, second, out.shape)
        out[~possible] = IMPOSSIBLE
        self.possible += int(possible.sum())
        self.sure += int(sure.sum())

    def _met(
        self, first: _Sums, second: _Sums, shape: tuple[int, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Which councils possibly and surely meet the binding rules; counts each rule."""
        of_binding = [np.ones(shape, dtype=bool) for _ in self.readings]
        for rule_id, (holds, breaks) in self.holding.items():
            met = [self._met_rule(rule_id, 0, first, second, shape)]
            met.append(
                met[0] if self.is_known else self._met_rule(rule_id, 1, first, second, shape)
            )
            possible, sure = met
            self.holding[rule_id] = holds + int(sure.sum()), breaks + int((~possible).sum())
            rules = self.readings[0]
            if rules.forces[rules.rule_ids.index(rule_id)] == "binding":
                of_binding = [all_met & own for all_met, own in zip(of_binding, met, strict=True)]
        return of_binding[0], of_binding[1]

    def _met_rule(
        self, rule_id: str, reading: int, first: _Sums, second: _Sums, shape: tuple[int, ...]
    ) -> np.ndarray:
        rules, seats = self.readings[reading], len(self.votes[0])
        met = np.ones(shape, dtype=bool)
        for row in np.flatnonzero(np.array(rules.rule_ids) == rule_id):
            total = first.rules[reading][row][:, None] + second.rules[reading][row]
            if rules.lower[row] > 0:
                met &= total >= rules.lower[row]
            if rules.upper[row] < seats:
                met &= total <= rules.upper[row]
        return met


def _summed(weights: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """Sums of each row of weights over each choice; member by member, to be spare with memory."""
    total = np.zeros((len(weights), len(choices)), dtype=weights.dtype)
    for member in choices.T:
        total += weights[:, member]
    return total


def _blocks(nominees: int, seats: int) -> Iterator[Block]:
    half, start = nominees // 2, 0
    for size in range(max(0, seats - (nominees - half)), min(seats, half) + 1):
        first = _choices(range(half), size)
        second = _choices(range(half, nominees), seats - size)
        yield Block(start, first, second)
        start += len(first) * len(second)


def _choices(nominees: range, size: int) -> np.ndarray:
    """Every choice of some nominees, one a row, in the order of the table."""
    count = math.comb(len(nominees), size)
    flat = itertools.chain.from_iterable(itertools.combinations(nominees, size))
    return np.fromiter(flat, dtype=np.int32, count=count * size).reshape(count, size)


def _tiles(rows: int, columns: int) -> Iterator[tuple[slice, list[slice]]]:
    """Columns, and with each the rows, that cut a block into tiles."""
    width = min(columns, TILE)
    height = max(1, TILE // width)
    for left in range(0, columns, width):
        tops = range(0, rows, height)
        yield slice(left, left + width), [slice(top, top + height) for top in tops]


def chunks(count: int) -> list[slice]:
    """Cut a long row of councils into slices that are looked through one at a time."""
    return [slice(at, min(at + CHUNK, count)) for at in range(0, count, CHUNK)]
