"""Coverage by label: a seat counts whole for each group it speaks for, since groups overlap.

Seats split among their groups, which shares and indices need, live in ``geo.representation``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.representation import STANDINGS, seat_shares
from geo.shares import by_group, seat_parts


@dataclass(frozen=True, kw_only=True)
class LabelTotals:
    """How many groups a board speaks for, each seat counted whole for each of its groups.

    The four standings add up to ``groups``. ``covered_at_least`` and ``covered_at_most`` are
    shares of ``groups``: the groups that surely have a seat, and those that are not known to be
    without one. ``labels`` are seats by group, more than ``speaking_seats`` where seats speak for
    several; None where nothing is known of them.
    """

    speaking_seats: int
    labels: int | None
    groups: int
    has_seat: int
    possible_seat: int
    no_seat: int
    not_known: int
    covered_at_least: float | None
    covered_at_most: float | None


def label_coverage(
    board_id: str,
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Count a board's seats by label: a seat counts whole for each group it speaks for.

    Groups overlap, and whoever speaks for two speaks for both. So labels add up to more than the
    n speaking seats and their shares to more than 1; the parts of ``seat_shares`` stand beside.

    Parameters
    ----------
    board_id, boards, seats, seat_target_groups, target_groups, with_general
        As in ``seat_shares``.

    Returns
    -------
    pandas.DataFrame
        One row per target group, as ``seat_shares`` has them: ``target_group_code``; ``labels``
        (whole seats; NA where no seat speaks and the board is not known in full);
        ``label_share`` (of the n speaking seats, 0-1; NA where no seat speaks); ``seats`` (sum of
        parts) and ``standing`` of ``seat_shares``.

    Raises
    ------
    GeoError
        As ``seat_shares``.

    Examples
    --------
    >>> boards = pd.DataFrame({"board_id": ["b"], "seats_total": [2], "seats_ngo": [2]})
    >>> seats = pd.DataFrame(
    ...     {"seat_id": ["s1", "s2"], "board_id": "b", "is_counted": True, "holder": "field"}
    ... )
    >>> spoken_for = pd.DataFrame(
    ...     {"seat_id": ["s1", "s1", "s2"], "target_group_code": ["old", "young", "old"]}
    ... )
    >>> groups = pd.DataFrame({"target_group_code": ["old", "young", "ill"], "is_general": False})
    >>> covered = label_coverage("b", boards, seats, spoken_for, groups)
    >>> covered[["target_group_code", "labels", "label_share", "seats"]]
      target_group_code  labels  label_share  seats
    0               old       2          1.0    1.5
    1             young       1          0.5    0.5
    2               ill       0          0.0    0.0
    """
    options = {"with_general": with_general}
    shares = seat_shares(board_id, boards, seats, seat_target_groups, target_groups, **options)
    own = seats[seats["board_id"] == board_id]
    parts = seat_parts(own, seat_target_groups, target_groups, **options)
    parts = parts[parts["is_counted"].fillna(False)]
    speaking = parts["seat_id"].nunique()
    labels = by_group(shares, parts["target_group_code"].value_counts()).astype("Int64")
    covered = shares[["target_group_code"]].copy()
    covered["labels"] = labels.where(shares["seats"].notna())
    covered["label_share"] = (labels / (speaking or pd.NA)).astype("Float64")
    return covered.join(shares[["seats", "standing"]])


def label_totals(covered: pd.DataFrame) -> LabelTotals:
    """Draw a board's figures from its labels.

    Parameters
    ----------
    covered
        All rows of ``label_coverage``: ``labels``, ``seats``, ``standing``.

    Returns
    -------
    LabelTotals
        The figures; the shares None without a group.

    Examples
    --------
    >>> covered = pd.DataFrame(
    ...     {"labels": [2, 1, 0], "seats": [1.5, 0.5, 0.0],
    ...      "standing": ["has_seat", "has_seat", "not_known"]}
    ... )
    >>> totals = label_totals(covered)
    >>> totals.labels, totals.speaking_seats, totals.has_seat, totals.covered_at_most
    (3, 2, 2, 1.0)
    """
    counts = {name: int((covered["standing"] == name).sum()) for name in STANDINGS}
    groups = len(covered)
    return LabelTotals(
        speaking_seats=round(float(covered["seats"].sum())),
        labels=int(covered["labels"].sum()) if covered["labels"].notna().any() else None,
        groups=groups,
        covered_at_least=counts["has_seat"] / groups if groups else None,
        covered_at_most=1 - counts["no_seat"] / groups if groups else None,
        **counts,
    )
