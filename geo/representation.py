"""Who sits on a board and for whom: seats, shares, and what stands against them.

The formulae themselves live in ``geo.indices``; no map and no wording lives here.
"""

from __future__ import annotations

import pandas as pd

from geo.boards import board_completeness, find_board
from geo.errors import GeoError
from geo.shares import by_group, seat_parts, shown_groups

STANDINGS = ("has_seat", "possible_seat", "no_seat", "not_known")
"""How a group stands on a board: a seat, a row that may be one, surely none, nothing known."""


def seat_shares(
    board_id: str,
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Share out a board's speaking seats among the target groups.

    The n speaking seats are the counted seats with a known (not general) group, so shares add
    up to 1 however many seats are unknown; read ``standing`` before taking a 0 for a no.

    Parameters
    ----------
    board_id
        The board.
    boards
        Needs ``board_id``, ``seats_total``, ``seats_ngo``.
    seats
        Needs ``seat_id``, ``board_id``, ``is_counted``, ``holder``.
    seat_target_groups
        Needs ``seat_id``, ``target_group_code``.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Keep general groups (everyone).

    Returns
    -------
    pandas.DataFrame
        One row per target group, order and index of ``target_groups`` (general ones only if
        asked for): ``target_group_code``; ``seats`` (sum of parts; NA where no seat speaks and
        the board is not known in full); ``seat_share`` (0-1; NA where no seat speaks);
        ``possible_seats`` (rows that may stand for a seat of the group); ``standing``
        (``STANDINGS``; ``no_seat`` only where the board is known in full).

    Raises
    ------
    GeoError
        The board is not in ``boards``, or a seat speaks for an unknown target group.

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
    >>> seat_shares("b", boards, seats, spoken_for, groups)[["seats", "seat_share", "standing"]]
       seats  seat_share  standing
    0    1.5        0.75  has_seat
    1    0.5        0.25  has_seat
    2    0.0         0.0   no_seat
    """
    board = find_board(board_id, boards)
    own = seats[seats["board_id"] == board_id]
    known = board_completeness(board, own, seat_target_groups, target_groups)["is_complete"]
    is_complete = bool(known.fillna(False).iloc[0])
    parts = seat_parts(own, seat_target_groups, target_groups, with_general=with_general)
    counted = parts[parts["is_counted"].fillna(False)]
    speaking = counted["seat_id"].nunique()
    shares = shown_groups(target_groups, with_general=with_general)[["target_group_code"]].copy()
    held = by_group(shares, counted["part"].groupby(counted["target_group_code"]).sum())
    unknown = pd.Series(pd.NA, shares.index, "Float64")
    # Without one speaking seat a zero says nothing, unless the board's rows are all there.
    shares["seats"] = held if speaking or is_complete else unknown
    shares["seat_share"] = held / speaking if speaking else unknown
    shares["possible_seats"] = by_group(
        shares, parts.loc[parts["is_counted"].isna(), "target_group_code"].value_counts()
    ).astype("Int64")
    standing = pd.Series("no_seat" if is_complete else "not_known", shares.index, "string")
    standing = standing.mask(shares["possible_seats"] > 0, "possible_seat")
    shares["standing"] = standing.mask(held > 0, "has_seat")
    return shares


def representation(
    board_id: str,
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Lay a board's seat shares beside the shares of a reference.

    Parameters
    ----------
    board_id, boards, seats, seat_target_groups, target_groups
        As in ``seat_shares``.
    reference
        Needs ``target_group_code``, ``reference_share`` (0-1): the ``shares`` of
        ``reference_shares`` or any other; a group without a row has no known share.
    with_general
        Keep general groups (everyone); ``reference`` must be made the same way.

    Returns
    -------
    pandas.DataFrame
        One row per target group, as ``seat_shares`` has them, with its columns; then the other
        columns of ``reference``; ``reference_share``; ``ratio`` (seat share by reference share;
        NA where that is 0 or not known); ``seat_deficit`` (seats held less seats due, of the n
        speaking seats: below 0 where seats are missing).

    Raises
    ------
    GeoError
        As ``seat_shares``; or ``reference`` names a group twice, or gives a share to a group
        that is not shown.

    Examples
    --------
    >>> boards = pd.DataFrame({"board_id": ["b"], "seats_total": [4], "seats_ngo": [4]})
    >>> seats = pd.DataFrame(
    ...     {"seat_id": list("stuv"), "board_id": "b", "is_counted": True, "holder": "field"}
    ... )
    >>> spoken_for = pd.DataFrame({"seat_id": list("stuv"), "target_group_code": "old"})
    >>> groups = pd.DataFrame({"target_group_code": ["old", "ill"], "is_general": False})
    >>> reference = pd.DataFrame(
    ...     {"target_group_code": ["old", "ill"], "reference_share": [0.5, 0.5]}
    ... )
    >>> represented = representation("b", boards, seats, spoken_for, groups, reference)
    >>> represented[["target_group_code", "seats", "ratio", "seat_deficit"]]
      target_group_code  seats  ratio  seat_deficit
    0               old    4.0    2.0           2.0
    1               ill    0.0    0.0          -2.0
    """
    shares = seat_shares(
        board_id, boards, seats, seat_target_groups, target_groups, with_general=with_general
    )
    codes = reference["target_group_code"]
    hidden = codes[~codes.isin(shares["target_group_code"]) & (reference["reference_share"] > 0)]
    if not codes.is_unique or not hidden.empty:
        raise GeoError(
            f"Cannot hold board {board_id!r} against the reference: it repeats "
            f"{codes[codes.duplicated()].tolist()!r} and gives shares to groups not shown, "
            f"{hidden.tolist()!r}; make both with the same target groups and with_general"
        )
    others = [name for name in reference.columns if name != "reference_share"]
    laid = shares.merge(
        reference[[*others, "reference_share"]], on="target_group_code", how="left"
    ).set_index(shares.index)
    due = laid["reference_share"].astype("Float64")
    laid["reference_share"] = due
    laid["ratio"] = laid["seat_share"] / due.where(due > 0)
    deficit = laid["seats"] - due * float(laid["seats"].sum())
    laid["seat_deficit"] = deficit.where(laid["seat_share"].notna())
    return laid


def groups_without_a_seat(shares: pd.DataFrame, *, with_unknown: bool = False) -> pd.DataFrame:
    """Keep the target groups that have no seat on the board.

    Parameters
    ----------
    shares
        Needs ``standing``: from ``seat_shares`` or ``representation``.
    with_unknown
        Also keep groups that may have a seat: ``possible_seat`` and ``not_known``.

    Returns
    -------
    pandas.DataFrame
        One row per group without a seat; columns, order and index of ``shares``. Empty as long
        as the board is not known in full, unless the unknown is asked for.

    Examples
    --------
    >>> shares = pd.DataFrame(
    ...     {"target_group_code": ["old", "ill"], "standing": ["has_seat", "no_seat"]}
    ... )
    >>> groups_without_a_seat(shares)["target_group_code"].tolist()
    ['ill']
    """
    standing = shares["standing"]
    return shares[standing != "has_seat" if with_unknown else standing == "no_seat"].copy()
