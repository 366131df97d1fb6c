"""Organisations with seats on several boards, and how far seats gather in few hands.

Which boards are terms of one body is told in ``geo.terms``, whom seats speak for in
``geo.representation``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.boards import seats_without_row
from geo.errors import GeoError, require_columns

TOP = 5
"""How many of the organisations with most seats are looked at together."""


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """How the known seats of some boards lie on organisations; None where no seat is known.

    Of the ``boards`` given, which are so many ``bodies``, ``bodies_known`` have a seat with a
    known organisation. ``seats_known`` name their organisation, ``seats_unknown`` are rows of NGO
    seats that do not, ``seats_without_row`` are known by number only. ``organisations`` hold the
    known seats, ``on_several`` of them on two bodies or more. ``top_share`` (0-1) is the share of
    the known seats of those ``TOP`` organisations that have most; ``effective_organisations`` is
    the number of equally large ones that would be as concentrated.
    """

    boards: int
    bodies: int
    bodies_known: int
    seats_known: int
    seats_unknown: int
    seats_without_row: int
    organisations: int
    on_several: int
    top_share: float | None
    effective_organisations: float | None


def seat_holders(seats: pd.DataFrame) -> pd.Series:
    """Tell which organisation holds each seat, so that the same one has the same name everywhere.

    Parameters
    ----------
    seats
        Needs ``organisation_id``, ``organisation_name``.

    Returns
    -------
    pandas.Series
        The organisation's id; where a row has none, the id that rows of exactly the same name
        have, if it is one; else the name; NA where there is neither. Named ``holder_key``; order
        and index of ``seats``.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> seats = pd.DataFrame(
    ...     {"organisation_id": ["example", None, None, None],
    ...      "organisation_name": ["Esimerkki ry", "Esimerkki ry", "Toinen ry", None]}
    ... )
    >>> seat_holders(seats).fillna("-").tolist()
    ['example', 'example', 'Toinen ry', '-']
    """
    require_columns(seats, ["organisation_id", "organisation_name"], of="seats")
    ids, names = (seats[name].astype("string") for name in ("organisation_id", "organisation_name"))
    known = pd.DataFrame({"id": ids, "name": names}).dropna().drop_duplicates()
    known = known[~known["name"].duplicated(keep=False)]
    by_name = names.map(known.set_index("name")["id"]).astype("string")
    return ids.fillna(by_name).fillna(names).rename("holder_key")


def organisation_seats(boards: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """Count the seats and the bodies of each organisation.

    Parameters
    ----------
    boards
        The boards to look at, as those of a region in force on a day: needs ``board_id``,
        ``body_id`` (of ``geo.terms.board_bodies``; boards of one body do not count as several).
    seats
        Needs ``board_id``, ``is_counted``, ``organisation_id``, ``organisation_name``; rows of
        other boards are passed over. Seats of all the boards given count, also of two terms of
        one body.

    Returns
    -------
    pandas.DataFrame
        One row per organisation with a counted seat: ``holder_key`` (of ``seat_holders``),
        ``organisation_id`` (NA where not known), ``organisation_name``, ``bodies``, ``boards``,
        ``seats`` (numbers of each), ``seat_share`` (of all seats with a known organisation, 0-1).
        Most bodies first, then most seats, then by name; index from 0.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> boards = pd.DataFrame({"board_id": ["b1", "b2", "c"], "body_id": ["b1", "b1", "c"]})
    >>> seats = pd.DataFrame(
    ...     {"board_id": ["b1", "b2", "c", "c"], "is_counted": True,
    ...      "organisation_id": ["x", "x", "x", "y"], "organisation_name": ["X", "X", "X", "Y"]}
    ... )
    >>> organisation_seats(boards, seats)[["holder_key", "bodies", "boards", "seats", "seat_share"]]
      holder_key  bodies  boards  seats  seat_share
    0          x       2       3      3        0.75
    1          y       1       1      1        0.25
    """
    require_columns(boards, ["board_id", "body_id"], of="boards")
    require_columns(seats, ["board_id", "is_counted"], of="seats")
    held = seats.assign(holder_key=seat_holders(seats)).merge(
        boards[["board_id", "body_id"]], on="board_id"
    )
    held = held[held["is_counted"].astype("boolean").fillna(False) & held["holder_key"].notna()]
    grouped = held.groupby("holder_key")
    organisations = pd.DataFrame(
        {
            "organisation_id": grouped["organisation_id"].first().astype("string"),
            "organisation_name": grouped["organisation_name"].first().astype("string"),
            "bodies": grouped["body_id"].nunique().astype("Int64"),
            "boards": grouped["board_id"].nunique().astype("Int64"),
            "seats": grouped.size().astype("Int64"),
        }
    ).reset_index()
    organisations["holder_key"] = organisations["holder_key"].astype("string")
    organisations["seat_share"] = (organisations["seats"] / (len(held) or 1)).astype("Float64")
    return organisations.sort_values(
        ["bodies", "seats", "organisation_name", "holder_key"],
        ascending=[False, False, True, True],
        ignore_index=True,
    )


def effective_number(shares: pd.Series) -> float:
    """Give the number of equal parts that would be as concentrated: 1 / sum p^2.

    Parameters
    ----------
    shares
        Shares or counts, 0 or more; only proportions matter.

    Returns
    -------
    float
        From 1 (all in one hand) to the number of parts (all equal).

    Raises
    ------
    GeoError
        A share is unknown or below zero, or all are zero.

    References
    ----------
    Laakso and Taagepera 1979 (effective number of parties); Simpson 1949 (its inverse).

    Examples
    --------
    >>> effective_number(pd.Series([2, 1, 1])), effective_number(pd.Series([1, 1, 1, 1]))
    (2.6666666666666665, 4.0)
    """
    weights = shares.astype("Float64")
    if weights.isna().any() or (weights < 0).any() or not weights.sum() > 0:
        raise GeoError(
            f"Cannot tell the effective number of {shares.tolist()!r}: expected known shares of 0 "
            "or more, at least one above 0"
        )
    return float(weights.sum() ** 2 / (weights**2).sum())


def concentration(boards: pd.DataFrame, seats: pd.DataFrame) -> Concentration:
    """Draw the figures of concentration from some boards.

    Parameters
    ----------
    boards
        As in ``organisation_seats``; needs also ``seats_total``, ``seats_ngo``.
    seats
        As in ``organisation_seats``; needs also ``holder``.

    Returns
    -------
    Concentration
        The figures. Deputies, rows that may stand for several seats and seats that are surely
        not of NGOs take no part.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b", "c"], "body_id": ["b", "c"], "seats_total": [2, 3],
    ...      "seats_ngo": [2, 2]}
    ... )
    >>> seats = pd.DataFrame(
    ...     {"board_id": ["b", "b", "c"], "is_counted": True, "holder": "organisation",
    ...      "organisation_id": ["x", "y", "x"], "organisation_name": ["X", "Y", "X"]}
    ... )
    >>> figures = concentration(boards, seats)
    >>> figures.on_several, figures.seats_without_row, round(figures.effective_organisations, 2)
    (1, 1, 1.8)
    """
    require_columns(boards, ["board_id", "seats_total", "seats_ngo"], of="boards")
    require_columns(seats, ["holder"], of="seats")
    organisations = organisation_seats(boards, seats)
    own = seats.assign(is_known=seat_holders(seats).notna())
    own = own[own["board_id"].isin(boards["board_id"]) & (own["holder"] != "other")]
    own = own[own["is_counted"].astype("boolean").fillna(False)]
    known = own["is_known"]
    missing = seats_without_row(boards, seats)
    seats_of = organisations["seats"]
    return Concentration(
        boards=boards["board_id"].nunique(),
        bodies=boards["body_id"].nunique(),
        bodies_known=boards.loc[
            boards["board_id"].isin(own.loc[known, "board_id"]), "body_id"
        ].nunique(),
        seats_known=int(known.sum()),
        seats_unknown=int((~known).sum()),
        seats_without_row=int(missing.fillna(0).sum()),
        organisations=len(organisations),
        on_several=int((organisations["bodies"] > 1).sum()),
        top_share=float(seats_of.nlargest(TOP).sum() / seats_of.sum()) if len(seats_of) else None,
        effective_organisations=effective_number(seats_of) if len(seats_of) else None,
    )
