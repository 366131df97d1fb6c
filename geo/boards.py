"""Boards: how much of each is known, its term, its area and the organisations of that area.

Whom a board's seats speak for lives in representation.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from difflib import get_close_matches

import pandas as pd

from geo.errors import GeoError
from geo.shares import seat_parts

TERM_ORDER: Mapping[str, int] = {"in_term": 0, "not_known": 1, "not_begun": 2, "ended": 3}
"""States of `boards_in_term`, those first that may speak for today."""


def find_board(board_id: str, boards: pd.DataFrame) -> pd.DataFrame:
    """Select the one row of a board; an unknown board is an error that offers near names.

    Examples
    --------
    >>> find_board("counsil", pd.DataFrame({"board_id": ["council"]}))
    Traceback (most recent call last):
        ...
    geo.errors.GeoError: Looked for board 'counsil' among 1 boards: not found; near names: council
    """
    found = boards[boards["board_id"] == board_id]
    if found.empty:
        near = _near(board_id, boards["board_id"])
        raise GeoError(f"Looked for board {board_id!r} among {len(boards)} boards: not found{near}")
    return found


def board_area(board_id: str, boards: pd.DataFrame) -> tuple[str, str]:
    """Say which area a board speaks in: a level and the code of an area of that level.

    Parameters
    ----------
    board_id
        The board.
    boards
        Needs ``board_id``, ``level``, ``region_code``, ``municipality_code``,
        ``wellbeing_county_code``.

    Returns
    -------
    tuple of str
        Level and code, the first two arguments of ``organisations_of_area``.

    Raises
    ------
    GeoError
        The board is not in ``boards``, or has no code of its level. A county is never guessed
        from the region: a region may lie in several (as Uusimaa does).

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b"], "level": "wellbeing_county", "region_code": "10",
    ...      "municipality_code": [pd.NA], "wellbeing_county_code": "09"}
    ... )
    >>> board_area("b", boards)
    ('wellbeing_county', '09')
    """
    board = find_board(board_id, boards).iloc[0]
    level = str(board["level"])
    code = board[f"{level}_code"]
    if pd.isna(code):
        raise GeoError(
            f"Looked for the area of board {board_id!r}: {level}_code is empty, expected the code "
            "of its area; fill it in in the boards table, or name the area yourself: "
            f'organisations_of_area("{level}", code, ...)'
        )
    return level, str(code)


def organisations_of_area(
    level: str,
    area_code: str,
    organisations: pd.DataFrame,
    organisation_areas: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    with_regional: bool = False,
    with_national: bool = False,
    with_unknown_place: bool = False,
) -> pd.Series:
    """List the organisations of an area.

    Those domiciled in a municipality of the area or stated to work in one; for a region or
    county also those that reach the whole region.

    Parameters
    ----------
    level
        ``municipality``, ``region`` or ``wellbeing_county``.
    area_code
        Code of the area, of that level.
    organisations
        Needs ``organisation_id``, ``region_code`` (region of collection).
    organisation_areas
        Needs ``organisation_id``, ``relation``, ``area_code``.
    municipalities
        Needs ``municipality_code``, ``region_code``, ``wellbeing_county_code``.
    with_regional
        For a municipality, add those that reach its whole region.
    with_national
        Add those that reach the whole country.
    with_unknown_place
        For a region or county, add those without any row in ``organisation_areas`` that were
        collected in that region. They cannot be laid in one municipality: no effect there.

    Returns
    -------
    pandas.Series
        ``organisation_id``, one per organisation; order and index of ``organisations``.

    Raises
    ------
    GeoError
        The level or the area is not known.

    Examples
    --------
    >>> organisations = pd.DataFrame({"organisation_id": ["o1", "o2", "o3"], "region_code": "10"})
    >>> areas = pd.DataFrame(
    ...     {"organisation_id": ["o1", "o2"], "relation": ["domiciled", "regional"],
    ...      "area_code": ["491", "10"]}
    ... )
    >>> municipalities = pd.DataFrame(
    ...     {"municipality_code": ["046", "090", "491", "740"], "region_code": "10",
    ...      "wellbeing_county_code": "09"}
    ... )
    >>> organisations_of_area("municipality", "491", organisations, areas, municipalities).tolist()
    ['o1']
    >>> organisations_of_area("region", "10", organisations, areas, municipalities).tolist()
    ['o1', 'o2']
    """
    if level not in ("municipality", "region", "wellbeing_county"):
        raise GeoError(
            f"Looked for organisations of level {level!r}: expected municipality, region or "
            "wellbeing_county"
        )
    inside = municipalities[municipalities[f"{level}_code"] == area_code]
    if inside.empty:
        near = _near(area_code, municipalities[f"{level}_code"])
        raise GeoError(f"Looked for {level} {area_code!r}: no municipality lies in it{near}")
    regions = inside["region_code"].unique()
    relation, place = organisation_areas["relation"], organisation_areas["area_code"]
    here = relation.isin(["domiciled", "stated"]) & place.isin(inside["municipality_code"])
    if with_regional or level != "municipality":
        here |= (relation == "regional") & place.isin(regions)
    if with_national:
        here |= relation == "national"
    ids = organisations["organisation_id"]
    chosen = ids.isin(organisation_areas.loc[here, "organisation_id"])
    if with_unknown_place and level != "municipality":
        nowhere = ~ids.isin(organisation_areas["organisation_id"])
        chosen |= nowhere & organisations["region_code"].isin(regions)
    return ids[chosen]


def board_completeness(
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Count how much of each board is known.

    A board is complete when every NGO seat has a row and every such row a known group (general
    ones too); only then is a group without a row a group without a seat. ``seats_ngo`` decides;
    where it is not known, ``seats_total`` does.

    Parameters
    ----------
    boards
        Needs ``board_id``, ``seats_total``, ``seats_ngo``.
    seats
        Needs ``seat_id``, ``board_id``, ``is_counted``, ``holder``.
    seat_target_groups
        Needs ``seat_id``, ``target_group_code``.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Count seats of general groups among ``speaking_seats``.

    Returns
    -------
    pandas.DataFrame
        One row per board, order and index of ``boards``. ``board_id``; counts of its counted
        rows: ``counted_rows``, ``ngo_rows`` (held by an organisation or a field of them),
        ``unknown_rows`` (holder not shown), ``ungrouped_rows`` (NGO rows without a known group),
        ``speaking_seats`` (n); ``possible_rows`` (may stand for several seats or for none);
        ``seats_total``, ``seats_ngo``; ``known_share`` (counted rows by all seats, not capped);
        ``has_too_many_rows`` (more rows than seats: the two disagree); ``is_complete`` (NA where
        neither number of seats is known and nothing is seen to be missing).

    Raises
    ------
    GeoError
        A seat speaks for a code that is not in ``target_groups``.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b", "c"], "seats_total": [2, 3], "seats_ngo": [1, pd.NA]}
    ... )
    >>> seats = pd.DataFrame(
    ...     {"seat_id": ["s1", "s2", "s3"], "board_id": ["b", "b", "c"], "is_counted": True,
    ...      "holder": ["field", "other", "field"]}
    ... )
    >>> spoken_for = pd.DataFrame({"seat_id": ["s1", "s3"], "target_group_code": "old"})
    >>> groups = pd.DataFrame({"target_group_code": ["old"], "is_general": False})
    >>> known = board_completeness(boards, seats, spoken_for, groups)
    >>> known[["board_id", "counted_rows", "ngo_rows", "is_complete"]]
      board_id  counted_rows  ngo_rows  is_complete
    0        b             2         1         True
    1        c             1         1        False
    """
    parts = seat_parts(seats, seat_target_groups, target_groups, with_general=with_general)
    is_counted = seats["is_counted"].astype("boolean")
    counted = seats[is_counted.fillna(False)]
    ngo = counted[counted["holder"].isin(["organisation", "field"])]
    rows = {
        "counted_rows": counted,
        "possible_rows": seats[is_counted.isna()],
        "ngo_rows": ngo,
        "unknown_rows": counted[counted["holder"] == "unknown"],
        "ungrouped_rows": ngo[~ngo["seat_id"].isin(seat_target_groups["seat_id"])],
        "speaking_seats": counted[counted["seat_id"].isin(parts["seat_id"])],
    }
    known = boards[["board_id"]].copy()
    for name, some in rows.items():
        counts = known["board_id"].map(some["board_id"].value_counts())
        known[name] = counts.fillna(0).astype("Int64")
    total = known["seats_total"] = boards["seats_total"].astype("Int64")
    for_ngos = known["seats_ngo"] = boards["seats_ngo"].astype("Int64")
    known["known_share"] = known["counted_rows"] / total.where(total > 0)
    known["has_too_many_rows"] = (known["counted_rows"] > total) | (known["ngo_rows"] > for_ngos)
    has_all = (known["ngo_rows"] >= for_ngos).fillna(known["counted_rows"] >= total)
    has_none_open = (known["unknown_rows"] == 0) & (known["ungrouped_rows"] == 0)
    known["is_complete"] = has_all & has_none_open
    return known


def seats_without_row(boards: pd.DataFrame, seats: pd.DataFrame) -> pd.Series:
    """Count the NGO seats of each board that are known by number only.

    The number of NGO seats says more than that of all seats; where it is not known, that of all
    is held against all counted rows.

    Parameters
    ----------
    boards
        Needs ``board_id``, ``seats_total``, ``seats_ngo``.
    seats
        Needs ``board_id``, ``is_counted``, ``holder``.

    Returns
    -------
    pandas.Series
        ``Int64``, 0 or more, named ``seats_without_row``; NA where no number of seats is known;
        order and index of ``boards``.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b", "c", "d"], "seats_total": [9, 5, pd.NA],
    ...      "seats_ngo": [4, pd.NA, pd.NA]}
    ... )
    >>> seats = pd.DataFrame(
    ...     {"board_id": ["b", "b", "c"], "is_counted": True, "holder": ["field", "other", "other"]}
    ... )
    >>> seats_without_row(boards, seats).fillna(-1).tolist()
    [3, 4, -1]
    """
    counted = seats[seats["is_counted"].astype("boolean").fillna(False)]
    ngo = counted[counted["holder"] != "other"]
    rows, ngo_rows = (
        boards["board_id"].map(some["board_id"].value_counts()).fillna(0).astype("Int64")
        for some in (counted, ngo)
    )
    missing = boards["seats_ngo"].astype("Int64") - ngo_rows
    missing = missing.fillna(boards["seats_total"].astype("Int64") - rows)
    return missing.clip(lower=0).rename("seats_without_row")


def boards_in_term(boards: pd.DataFrame, as_of: datetime.date) -> pd.Series:
    """Tell which boards are in their term on a day.

    A start reads as the earliest day of its period and an end as the latest: ``2023`` begins on
    1 January and ends on 31 December. An open end means that the end is not known, not that the
    board still sits; so a term without both dates can only be ruled out, never confirmed.

    Parameters
    ----------
    boards
        Needs ``term_start``, ``term_end``: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or empty.
    as_of
        The day.

    Returns
    -------
    pandas.Series
        ``in_term``, ``ended``, ``not_begun`` or ``not_known`` per board, named ``term``; order
        and index of ``boards``.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"term_start": ["2023", "2023", "2026-06"], "term_end": ["2025", None, None]}
    ... )
    >>> boards_in_term(boards, datetime.date(2025, 12, 31)).tolist()
    ['in_term', 'not_known', 'not_begun']
    """
    day = as_of.isoformat()
    # Cut to the precision of the date it is held against, the day compares as plain text.
    starts, ends = (boards[name].astype("string") for name in ("term_start", "term_end"))
    is_before = starts.map(lambda start: day[: len(start)] < start, na_action="ignore")
    is_after = ends.map(lambda end: day[: len(end)] > end, na_action="ignore")
    term = pd.Series("not_known", boards.index, "string", name="term")
    term = term.mask(starts.notna() & ends.notna(), "in_term")
    term = term.mask(is_after.astype("boolean").fillna(False), "ended")
    return term.mask(is_before.astype("boolean").fillna(False), "not_begun")


def _near(wrong: str, known: pd.Series) -> str:
    """The near names to offer for a wrong one, as the end of a sentence."""
    near = get_close_matches(wrong, sorted(set(known.dropna())))
    return f"; near names: {', '.join(near)}" if near else "; no near names"
