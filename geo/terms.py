"""Terms: which boards are terms of one body, and how two of them differ, seat by seat.

Seats and shares of one board live in ``geo.representation``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pandas as pd

from geo.boards import board_completeness, find_board
from geo.concentration import seat_holders
from geo.errors import require_columns
from geo.representation import seat_shares

CHANGES = ("stayed", "left", "came", "not_seen_later", "not_seen_earlier")
"""What became of an organisation's seat; not seen is not left: the other board is not all known."""

GROUP_CHANGES = ("kept", "lost", "gained", "none", "possible", "not_known")
"""What became of a group's voice between two boards; possible: one has a row that may be a seat."""

_BRACKETS = re.compile(r"\([^)]*\)")
_WORDS = r"(?:\w*kau(?:si|den|della|delle)|vuo(?:si|de)\w*|\w*period\w*|åren|år|term|years)"
_DATE = r"(?:\d{1,2}\.\d{1,2}\.(?:\d{4})?|\d{1,2}/\d{4}|(?:19|20)\d\d)"
_TAIL = re.compile(rf",[^,]*\b(?:{_WORDS}|(?:19|20)\d\d)\b[^,]*$")
_SPAN = re.compile(rf"[\s,]+(?:{_WORDS}\s+)?{_DATE}(?:\s*[-–—]\s*(?:{_DATE})?)?\s*$")


@dataclass(frozen=True, kw_only=True)
class TermsCompared:
    """Two boards laid side by side.

    ``organisations`` and ``groups`` as ``terms_compared`` says. ``all_named_earlier`` and
    ``all_named_later`` tell whether every NGO seat of that board names its organisation: only
    then is an organisation without a row one without a seat. ``complete_earlier`` and
    ``complete_later`` tell the same of target groups.
    """

    organisations: pd.DataFrame
    groups: pd.DataFrame
    all_named_earlier: bool
    all_named_later: bool
    complete_earlier: bool
    complete_later: bool


def board_bodies(boards: pd.DataFrame) -> pd.Series:
    """Tell which boards are terms of one body.

    Boards are of one body when they have the same level, the same area and the same name but for
    what tells a term: brackets, years and dates at the end, and a part after a comma that speaks
    of a term. A body that has changed its name is taken for two.

    Parameters
    ----------
    boards
        Needs ``board_id``, ``name``, ``level``, ``region_code``, ``municipality_code``,
        ``wellbeing_county_code``, ``term_start``.

    Returns
    -------
    pandas.Series
        The ``board_id`` of the body's first term (of those known; without a start last, of
        equals the lowest id), named ``body_id``; order and index of ``boards``. A board without
        a code of its level is a body by itself.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["new", "old", "other"],
    ...      "name": ["Leluniemen lapsineuvosto 2023-2025", "Leluniemen lapsineuvosto (barnrådet), "
    ...               "ensimmäinen kausi", "Leluniemen vanhusneuvosto 2023-2025"],
    ...      "level": "municipality", "region_code": "90", "municipality_code": "001",
    ...      "wellbeing_county_code": None, "term_start": ["2023", "2021", "2023"]}
    ... )
    >>> board_bodies(boards).tolist()
    ['old', 'old', 'other']
    """
    levels = ("region", "municipality", "wellbeing_county")
    needed = ["board_id", "name", "level", "term_start", *(f"{level}_code" for level in levels)]
    require_columns(boards, needed, of="boards")
    code = pd.Series(pd.NA, boards.index, "string")
    for level in levels:
        code = code.mask(boards["level"] == level, boards[f"{level}_code"].astype("string"))
    stem = boards["name"].map(_stem).astype("string")
    key = (boards["level"].astype("string") + "\n" + code + "\n" + stem).where(stem != "")
    # A board that cannot be compared stands alone under its own id, which no key can be.
    key = key.fillna(boards["board_id"].astype("string"))
    ordered = boards.assign(key=key).sort_values(["term_start", "board_id"], na_position="last")
    first = ordered.drop_duplicates("key").set_index("key")["board_id"]
    return key.map(first).astype("string").rename("body_id")


def terms_compared(
    earlier_id: str,
    later_id: str,
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
) -> TermsCompared:
    """Lay two boards side by side: who stayed, left and came, and what groups won and lost.

    Only counted seats are compared, deputies are none. Nothing is said to be gone because it is
    not seen on a board that is not known in full.

    Parameters
    ----------
    earlier_id, later_id
        The boards; two of one body are its terms, but any two can be laid side by side.
    boards
        Needs ``board_id``, ``seats_total``, ``seats_ngo``.
    seats
        Needs ``seat_id``, ``board_id``, ``is_counted``, ``holder``, ``organisation_id``,
        ``organisation_name``.
    seat_target_groups
        Needs ``seat_id``, ``target_group_code``.
    target_groups
        Needs ``target_group_code``, ``is_general``.

    Returns
    -------
    TermsCompared
        ``organisations``: one row per organisation with a known seat on either board, those of
        the earlier first, in the order of ``seats``: ``holder_key`` (of
        ``geo.concentration.seat_holders``), ``organisation_name``, ``seats_earlier``,
        ``seats_later`` (NA where not seen on a board not known in full), ``change`` (``CHANGES``).
        ``groups``: one row per group that is not general, order and index of ``target_groups``:
        ``target_group_code``; ``seats_``, ``share_`` and ``standing_`` of ``earlier`` and
        ``later`` (as ``seat_shares``; NA where it is not known whether the group has a seat);
        ``seats_change``, ``share_change`` (later less earlier; NA unless both boards are known in
        full); ``change`` (``GROUP_CHANGES``).

    Raises
    ------
    GeoError
        A board is not in ``boards``, or a seat speaks for an unknown target group.

    Examples
    --------
    >>> boards = pd.DataFrame({"board_id": ["b", "c"], "seats_total": [2, 2], "seats_ngo": [2, 2]})
    >>> seats = pd.DataFrame(
    ...     {"seat_id": list("stuv"), "board_id": ["b", "b", "c", "c"], "is_counted": True,
    ...      "holder": "organisation", "organisation_id": ["x", "y", "y", "z"],
    ...      "organisation_name": ["X", "Y", "Y", "Z"]}
    ... )
    >>> spoken_for = pd.DataFrame(
    ...     {"seat_id": list("stuv"), "target_group_code": ["old", "ill", "ill", "ill"]}
    ... )
    >>> groups = pd.DataFrame({"target_group_code": ["old", "ill"], "is_general": False})
    >>> compared = terms_compared("b", "c", boards, seats, spoken_for, groups)
    >>> compared.organisations[["organisation_name", "change"]].to_numpy().tolist()
    [['X', 'left'], ['Y', 'stayed'], ['Z', 'came']]
    >>> compared.groups[["target_group_code", "seats_change", "change"]].to_numpy().tolist()
    [['old', -1.0, 'lost'], ['ill', 1.0, 'kept']]
    """
    pair = {"earlier": earlier_id, "later": later_id}
    found = {when: find_board(board_id, boards) for when, board_id in pair.items()}
    model = (boards, seats, seat_target_groups, target_groups)
    known = {when: board_completeness(board, *model[1:]).iloc[0] for when, board in found.items()}
    held = seats.assign(holder_key=seat_holders(seats))
    held = held[held["is_counted"].astype("boolean").fillna(False)]
    own = {when: held[held["board_id"] == board_id] for when, board_id in pair.items()}
    named = {when: _all_named(known[when], own[when]) for when in pair}
    complete = {
        when: pd.notna(row["is_complete"]) and bool(row["is_complete"])
        for when, row in known.items()
    }
    shares = {when: seat_shares(board_id, *model) for when, board_id in pair.items()}
    return TermsCompared(
        organisations=_organisations(own, named),
        groups=_groups(shares, both_complete=all(complete.values())),
        all_named_earlier=named["earlier"],
        all_named_later=named["later"],
        complete_earlier=complete["earlier"],
        complete_later=complete["later"],
    )


def _stem(name: str) -> str:
    """A board's name without what tells a term, in one case."""
    plain = unicodedata.normalize("NFC", _BRACKETS.sub(" ", name)).casefold()
    return " ".join(_SPAN.sub("", _TAIL.sub("", plain.rstrip())).split()).strip(" ,")


def _all_named(known: pd.Series, own: pd.DataFrame) -> bool:
    """Whether every NGO seat of the board has a row that names its organisation."""
    ngo = own[own["holder"].isin(["organisation", "field", "unknown"])]
    if pd.isna(known["seats_ngo"]) and pd.isna(known["seats_total"]):
        return False
    has_all = (
        known["counted_rows"] >= known["seats_total"]
        if pd.isna(known["seats_ngo"])
        else len(ngo) >= known["seats_ngo"]
    )
    return bool(has_all) and bool(ngo["holder_key"].notna().all())


def _organisations(own: dict[str, pd.DataFrame], named: dict[str, bool]) -> pd.DataFrame:
    """A row per organisation of either board, with its seats on each and what became of them."""
    rows = pd.concat(own.values()).dropna(subset="holder_key").drop_duplicates("holder_key")
    organisations = rows[["holder_key", "organisation_name"]].reset_index(drop=True)
    seats = {}
    for when, board in own.items():
        counts = organisations["holder_key"].map(board["holder_key"].value_counts())
        seats[when] = counts.fillna(0).astype("Int64")
    change = pd.Series("stayed", organisations.index, "string")
    gone, new = seats["later"] == 0, seats["earlier"] == 0
    change = change.mask(gone, "left" if named["later"] else "not_seen_later")
    change = change.mask(new, "came" if named["earlier"] else "not_seen_earlier")
    for when, absent in (("earlier", new), ("later", gone)):
        organisations[f"seats_{when}"] = seats[when].mask(absent & (not named[when]))
    return organisations.assign(change=change)


def _groups(shares: dict[str, pd.DataFrame], *, both_complete: bool) -> pd.DataFrame:
    """A row per group, with its seats, share and standing on each board and the difference."""
    groups = shares["earlier"][["target_group_code"]].copy()
    for when, board in shares.items():
        is_sure = board["standing"].isin(["has_seat", "no_seat"])
        groups[f"seats_{when}"] = board["seats"].where(is_sure)
        groups[f"share_{when}"] = board["seat_share"].where(is_sure)
        groups[f"standing_{when}"] = board["standing"]
    for what in ("seats", "share"):
        change = groups[f"{what}_later"] - groups[f"{what}_earlier"]
        groups[f"{what}_change"] = change if both_complete else change.mask(change.notna())
    before, after = groups["standing_earlier"], groups["standing_later"]
    change = pd.Series("not_known", groups.index, "string")
    is_possible = (before == "possible_seat") | (after == "possible_seat")
    change = change.mask(is_possible, "possible")
    for name, was, became in (
        ("kept", "has_seat", "has_seat"),
        ("lost", "has_seat", "no_seat"),
        ("gained", "no_seat", "has_seat"),
        ("none", "no_seat", "no_seat"),
    ):
        change = change.mask((before == was) & (after == became), name)
    return groups.assign(change=change)
