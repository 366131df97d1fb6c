"""Formulae of proportionality: shares in, figures out.

Where the shares come from is the business of ``geo.representation``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.chance import rose_by_chance
from geo.errors import GeoError

TOLERANCE = 1e-6
"""How far sums of shares may be off by rounding."""


@dataclass(frozen=True, kw_only=True)
class BoardIndices:
    """How well one board mirrors its reference; None where that is not known, never 0.

    ``speaking_seats`` is n. ``groups_total`` counts groups with a reference share or a seat,
    ``groups_with_seat`` those with a seat, ``groups_not_known`` those that may have one on rows
    not known. ``rose`` (1 is best) and ``gallagher`` (0 is best) stand beside ``rose_best`` and
    ``gallagher_best``, the values that n whole seats can reach at best. A seat that speaks for
    several groups is split, so a real board can do better than whole seats: nothing is clipped.
    ``rose_by_chance`` is the mean of seats drawn by lot from the reference. ``seats_to_move``,
    n (1 - R), is how many seats would have to speak for another group to mirror the reference,
    ``seats_to_move_best`` what whole seats cannot do without.
    All of it rests on the n seats that are known: read it beside ``board_completeness``. The Rose
    index of ``geo.council_slates`` is of all seats: lower, where a member's group is not known.
    """

    speaking_seats: int
    groups_total: int | None
    groups_with_seat: int | None
    groups_not_known: int
    share_with_seat: float | None
    rose: float | None
    rose_best: float | None
    rose_by_chance: float | None
    seats_to_move: float | None
    seats_to_move_best: float | None
    gallagher: float | None
    gallagher_best: float | None


def rose_index(seat_shares: pd.Series, reference_shares: pd.Series) -> float:
    """Measure how far seats follow a reference: 1 for equal shares, 0 for none in common.

    ``R = 1 - 1/2 sum |s - r|``: the share of seats that already lie where the reference puts
    them. Splitting a group without seats leaves it unchanged.

    Parameters
    ----------
    seat_shares
        Share of seats per group (0-1, adding up to 1), indexed by group.
    reference_shares
        Share of the reference per group (0-1, adding up to 1), the same groups in any order.

    Returns
    -------
    float
        The index, 0-1; NaN where a share is not known.

    Raises
    ------
    GeoError
        The two do not have the same groups.

    References
    ----------
    Loosemore and Hanby 1971 (the distance); Rose 1984 (the index, 1 less that distance).

    Examples
    --------
    >>> seats = pd.Series({"young": 0.75, "old": 0.25})
    >>> rose_index(seats, pd.Series({"young": 0.5, "old": 0.5}))
    0.75
    """
    return float(1 - np.abs(_differences(seat_shares, reference_shares)).sum() / 2)


def gallagher_index(seat_shares: pd.Series, reference_shares: pd.Series) -> float:
    """Measure how far seats stray from a reference: 0 for equal shares, 1 at most.

    ``sqrt(1/2 sum (s - r)^2)``: large strays weigh more than many small ones, so it flatters
    groups that are cut finer.

    Parameters
    ----------
    seat_shares
        Share of seats per group (0-1, adding up to 1), indexed by group.
    reference_shares
        Share of the reference per group (0-1, adding up to 1), the same groups in any order.

    Returns
    -------
    float
        The index, 0-1; NaN where a share is not known.

    Raises
    ------
    GeoError
        The two do not have the same groups.

    References
    ----------
    Gallagher 1991 (least squares index).

    Examples
    --------
    >>> seats = pd.Series({"young": 0.75, "old": 0.25})
    >>> gallagher_index(seats, pd.Series({"young": 0.5, "old": 0.5}))
    0.25
    """
    squares = _differences(seat_shares, reference_shares) ** 2
    return math.sqrt(squares.sum() / 2)


def largest_remainders(shares: pd.Series, seats: int) -> pd.Series:
    """Deal out whole seats in proportion to shares.

    Each group gets the whole part of its due; the seats left over go to the largest remainders.
    Of equal remainders the lowest code goes first. No other deal of whole seats has a better
    Rose or Gallagher index against the same shares.

    Parameters
    ----------
    shares
        Shares or counts per group, 0 or more, indexed by group code; only proportions matter.
    seats
        Number of seats to deal out, 0 or more.

    Returns
    -------
    pandas.Series
        One ``Int64`` per group, named ``seats``, adding up to ``seats``; index and order of
        ``shares``.

    Raises
    ------
    GeoError
        A share is unknown or below zero, all are zero, codes repeat, or ``seats`` is below zero.

    References
    ----------
    Hamilton 1792 and Hare 1857 (largest remainders with the simple quota); Birkhoff 1976
    (no whole allocation lies nearer, by any such distance).

    Examples
    --------
    The dues of 5 seats are 2.5, 1.5 and 1.0; the two halves tie for the last seat:

    >>> largest_remainders(pd.Series({"a": 0.5, "b": 0.3, "c": 0.2}), 5).tolist()
    [3, 1, 1]
    """
    weights = shares.astype("Float64")
    if weights.isna().any() or (weights < 0).any() or not weights.sum() > 0:
        raise GeoError(
            f"Cannot deal out {seats!r} seats by shares {shares.to_dict()!r}: expected known "
            "shares of 0 or more, at least one above 0; leave out groups without a share"
        )
    if seats < 0 or not shares.index.is_unique:
        raise GeoError(
            f"Cannot deal out {seats!r} seats to {list(shares.index)!r}: expected 0 seats or "
            "more and each code once"
        )
    # Rounded, so that a due of 3 that came out as 2.9999999999999996 is 3, and ties are ties.
    due = np.round(_plain(weights) / float(weights.sum()) * seats, 9)
    whole = np.floor(due).astype(int)
    remainders = pd.DataFrame({"code": shares.index, "remainder": np.round(due - whole, 9)})
    winners = remainders.sort_values(["remainder", "code"], ascending=[False, True]).index
    whole[winners[: seats - int(whole.sum())]] += 1
    return pd.Series(whole, index=shares.index, name="seats", dtype="Int64")


def board_indices(represented: pd.DataFrame) -> BoardIndices:
    """Draw a board's figures from its representation.

    Parameters
    ----------
    represented
        All rows of ``representation``: ``target_group_code``, ``seats``, ``seat_share``,
        ``standing``, ``reference_share``.

    Returns
    -------
    BoardIndices
        The figures; None where no seat speaks, a reference share is not known or there is no
        group. The best
        values deal n whole seats by largest remainders, ties to the lowest code; chance is that
        of ``geo.chance.rose_by_chance`` without nominees.

    Raises
    ------
    GeoError
        Seats do not add up to a whole number or reference shares not to 1: rows are missing.

    Examples
    --------
    Three seats, two for the old: whole seats cannot come nearer to 0.5 and 0.5.

    >>> represented = pd.DataFrame(
    ...     {"target_group_code": ["ill", "old"], "seats": [1.0, 2.0], "seat_share": [1 / 3, 2 / 3],
    ...      "standing": "has_seat", "reference_share": [0.5, 0.5]}
    ... )
    >>> figures = board_indices(represented)
    >>> round(figures.rose, 3), round(figures.rose_best, 3)
    (0.833, 0.833)
    """
    by_group = represented.set_index("target_group_code")
    seats = by_group["seats"].astype("Float64")
    reference = by_group["reference_share"].astype("Float64")
    speaking = round(float(seats.sum()))
    # Of no groups nothing is known, though all of them are.
    is_seated, is_known = (len(by_group) > 0 and bool(v.notna().all()) for v in (seats, reference))
    off_seats = abs(float(seats.sum()) - speaking)
    off_reference = abs(float(reference.sum()) - 1) if is_known else 0
    if max(off_seats, off_reference) > TOLERANCE:
        raise GeoError(
            f"Cannot draw indices from {len(by_group)} groups: their seats add up to "
            f"{float(seats.sum())!r} and reference shares to {float(reference.sum())!r}, expected "
            "a whole number and 1; give all rows of representation()"
        )
    has_seat = seats > 0
    with_seat = int(has_seat.sum()) if is_seated else None
    total = int((has_seat | (reference > 0)).sum()) if is_seated and is_known else None
    rose = rose_best = by_chance = to_move = to_move_best = gallagher = gallagher_best = None
    if speaking and is_known:
        best = largest_remainders(reference, speaking) / speaking
        rose, rose_best = (rose_index(s, reference) for s in (by_group["seat_share"], best))
        by_chance = rose_by_chance(reference, speaking)
        to_move, to_move_best = speaking * (1 - rose), speaking * (1 - rose_best)
        gallagher, gallagher_best = (
            gallagher_index(s, reference) for s in (by_group["seat_share"], best)
        )
    return BoardIndices(
        speaking_seats=speaking,
        groups_total=total,
        groups_with_seat=with_seat,
        groups_not_known=int(by_group["standing"].isin(["possible_seat", "not_known"]).sum()),
        share_with_seat=None if not total or with_seat is None else with_seat / total,
        rose=rose,
        rose_best=rose_best,
        rose_by_chance=by_chance,
        seats_to_move=to_move,
        seats_to_move_best=to_move_best,
        gallagher=gallagher,
        gallagher_best=gallagher_best,
    )


def _differences(seat_shares: pd.Series, reference_shares: pd.Series) -> np.ndarray:
    """Seat share less reference share per group, NaN where one is unknown."""
    groups, others = seat_shares.index, reference_shares.index
    if not (groups.is_unique and others.is_unique and set(groups) == set(others)):
        raise GeoError(
            f"Cannot compare shares: seats are by {list(groups)!r}, the reference by "
            f"{list(others)!r}; expected the same groups, each once"
        )
    return _plain(seat_shares) - _plain(reference_shares.reindex(groups))


def _plain(shares: pd.Series) -> np.ndarray:
    return shares.astype("Float64").to_numpy(dtype=float, na_value=math.nan)
