"""Who sits on a board and for whom: seats, shares, what stands against them, terms.

The formulae themselves live in ``geo.indices``; no map and no wording lives here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from geo.errors import GeoError

STANDINGS = ("has_seat", "possible_seat", "no_seat", "not_known")
"""How a group stands on a board: a seat, a row that may be one, surely none, nothing known."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Shares to hold a board against, and how many organisations they rest on.

    ``shares`` has one row per target group (see ``reference_shares``). Of the ``organisations``
    given, ``with_group`` make up the shares; left out are ``general_only`` (they serve everyone
    and no group) and ``without_group`` (whom they serve is not known). The three add up.
    """

    shares: pd.DataFrame
    organisations: int
    with_group: int
    general_only: int
    without_group: int


def seat_parts(
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Split each seat among the target groups it speaks for.

    A seat that speaks for k groups gives each 1/k. Deputies and possible seats are split too:
    ``is_counted`` tells them apart.

    Parameters
    ----------
    seats
        Needs ``seat_id``, ``board_id``, ``is_counted``.
    seat_target_groups
        Needs ``seat_id``, ``target_group_code``; rows of other seats are passed over.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Keep general groups (everyone); else they are left out before k is counted.

    Returns
    -------
    pandas.DataFrame
        One row per seat and group: ``seat_id``, ``board_id``, ``is_counted``,
        ``target_group_code``, ``part`` (0-1); in the order of ``seats``, index from 0.

    Raises
    ------
    GeoError
        A seat speaks for a code that is not in ``target_groups``.

    Examples
    --------
    >>> seats = pd.DataFrame({"seat_id": ["s1", "s2"], "board_id": "b", "is_counted": True})
    >>> spoken_for = pd.DataFrame(
    ...     {"seat_id": ["s1", "s1", "s2"], "target_group_code": ["old", "young", "all"]}
    ... )
    >>> groups = pd.DataFrame(
    ...     {"target_group_code": ["old", "young", "all"], "is_general": [False, False, True]}
    ... )
    >>> seat_parts(seats, spoken_for, groups)[["seat_id", "target_group_code", "part"]]
      seat_id target_group_code  part
    0      s1               old   0.5
    1      s1             young   0.5
    """
    own = seats[["seat_id", "board_id", "is_counted"]].astype({"is_counted": "boolean"})
    spoken_for = seat_target_groups[["seat_id", "target_group_code"]]
    return _parts(own.merge(spoken_for, on="seat_id"), "seat_id", target_groups, with_general)


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
    board = _board(board_id, boards)
    own = seats[seats["board_id"] == board_id]
    known = board_completeness(board, own, seat_target_groups, target_groups)["is_complete"]
    is_complete = bool(known.fillna(False).iloc[0])
    parts = seat_parts(own, seat_target_groups, target_groups, with_general=with_general)
    counted = parts[parts["is_counted"].fillna(False)]
    speaking = counted["seat_id"].nunique()
    shares = _shown(target_groups, with_general)[["target_group_code"]].copy()
    held = _by_group(shares, counted["part"].groupby(counted["target_group_code"]).sum())
    unknown = pd.Series(pd.NA, shares.index, "Float64")
    # Without one speaking seat a zero says nothing, unless the board's rows are all there.
    shares["seats"] = held if speaking or is_complete else unknown
    shares["seat_share"] = held / speaking if speaking else unknown
    shares["possible_seats"] = _by_group(
        shares, parts.loc[parts["is_counted"].isna(), "target_group_code"].value_counts()
    ).astype("Int64")
    standing = pd.Series("no_seat" if is_complete else "not_known", shares.index, "string")
    standing = standing.mask(shares["possible_seats"] > 0, "possible_seat")
    shares["standing"] = standing.mask(held > 0, "has_seat")
    return shares


def reference_shares(
    organisation_ids: Iterable[str],
    organisation_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> Reference:
    """Share out organisations among the target groups they serve.

    The same rule as for seats: an organisation that serves k groups gives each 1/k.

    Parameters
    ----------
    organisation_ids
        The organisations, as ``organisations_of_area`` gives them; one named twice counts once.
    organisation_target_groups
        Needs ``organisation_id``, ``target_group_code``.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Keep general groups (everyone).

    Returns
    -------
    Reference
        Its ``shares`` has one row per target group, order and index of ``target_groups``
        (general ones only if asked for): ``target_group_code``, ``organisations`` (that serve
        the group), ``organisation_parts`` (sum of their parts), ``reference_share`` (0-1; NA
        where no organisation has a known group).

    Raises
    ------
    GeoError
        An organisation serves a code that is not in ``target_groups``.

    Examples
    --------
    >>> served = pd.DataFrame(
    ...     {"organisation_id": ["o1", "o1", "o2"], "target_group_code": ["old", "ill", "old"]}
    ... )
    >>> groups = pd.DataFrame({"target_group_code": ["old", "ill"], "is_general": False})
    >>> reference = reference_shares(["o1", "o2", "o3"], served, groups)
    >>> reference.shares["reference_share"].tolist(), reference.without_group
    ([0.75, 0.25], 1)
    """
    ids = pd.Index(list(organisation_ids)).unique()
    links = organisation_target_groups[["organisation_id", "target_group_code"]]
    served = links[links["organisation_id"].isin(ids)]
    parts = _parts(served, "organisation_id", target_groups, with_general)
    grouped = parts["part"].groupby(parts["target_group_code"])
    with_group = parts["organisation_id"].nunique()
    with_any = served["organisation_id"].nunique()
    shares = _shown(target_groups, with_general)[["target_group_code"]].copy()
    shares["organisations"] = _by_group(shares, grouped.size()).astype("Int64")
    shares["organisation_parts"] = _by_group(shares, grouped.sum())
    shares["reference_share"] = shares["organisation_parts"] / (with_group or pd.NA)
    return Reference(
        shares=shares,
        organisations=len(ids),
        with_group=with_group,
        general_only=with_any - with_group,
        without_group=len(ids) - with_any,
    )


def board_area(
    board_id: str, boards: pd.DataFrame, municipalities: pd.DataFrame
) -> tuple[str, str]:
    """Say which area a board speaks in: a level and the code of an area of that level.

    Parameters
    ----------
    board_id
        The board.
    boards
        Needs ``board_id``, ``level``, ``region_code``, ``municipality_code``.
    municipalities
        Needs ``region_code``, ``wellbeing_county_code``: boards of a county bear the code of
        their region, and its municipalities tell the county.

    Returns
    -------
    tuple of str
        Level and code, the first two arguments of ``organisations_of_area``.

    Raises
    ------
    GeoError
        The board is not in ``boards``; or it is a county's, and its region has no county or
        several (as Uusimaa has).

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b"], "level": "wellbeing_county", "region_code": "10",
    ...      "municipality_code": [pd.NA]}
    ... )
    >>> municipalities = pd.DataFrame({"region_code": ["10"], "wellbeing_county_code": ["09"]})
    >>> board_area("b", boards, municipalities)
    ('wellbeing_county', '09')
    """
    board = _board(board_id, boards).iloc[0]
    if board["level"] != "wellbeing_county":
        column = "municipality_code" if board["level"] == "municipality" else "region_code"
        return str(board["level"]), str(board[column])
    inside = municipalities["region_code"] == board["region_code"]
    counties = sorted(municipalities.loc[inside, "wellbeing_county_code"].unique())
    if len(counties) != 1:
        raise GeoError(
            f"Looked for the wellbeing county of board {board_id!r} by its region "
            f"{board['region_code']!r}: found {counties!r}, expected one; name the county "
            'yourself: organisations_of_area("wellbeing_county", code, ...)'
        )
    return "wellbeing_county", str(counties[0])


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


def _parts(
    links: pd.DataFrame, id_column: str, target_groups: pd.DataFrame, with_general: bool
) -> pd.DataFrame:
    """Rows of id and group with the part 1/k, where k is the id's number of groups."""
    codes = links["target_group_code"]
    unknown = sorted(set(codes) - set(target_groups["target_group_code"]))
    if unknown:
        raise GeoError(
            f"Shared out by target group and met codes that are not in target_groups: {unknown!r}; "
            "expected codes of that table"
        )
    kept = links[codes.isin(_shown(target_groups, with_general)["target_group_code"])]
    per_id = kept.groupby(id_column)[id_column].transform("size")
    return kept.assign(part=(1 / per_id).astype("Float64")).reset_index(drop=True)


def _shown(target_groups: pd.DataFrame, with_general: bool) -> pd.DataFrame:
    """The target groups that take part."""
    return target_groups if with_general else target_groups[~target_groups["is_general"]]


def _by_group(shares: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Values by code laid on the rows of ``shares``, 0 where there is none."""
    return shares["target_group_code"].map(values).astype("Float64").fillna(0.0)


def _board(board_id: str, boards: pd.DataFrame) -> pd.DataFrame:
    """The one row of a board."""
    found = boards[boards["board_id"] == board_id]
    if found.empty:
        near = _near(board_id, boards["board_id"])
        raise GeoError(f"Looked for board {board_id!r} among {len(boards)} boards: not found{near}")
    return found


def _near(wrong: str, known: pd.Series) -> str:
    """The near names to offer for a wrong one, as the end of a sentence."""
    near = get_close_matches(wrong, sorted(set(known.dropna())))
    return f"; near names: {', '.join(near)}" if near else "; no near names"
