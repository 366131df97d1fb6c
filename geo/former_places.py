"""Places of the table of changes: where each is today, and what a row that gives one gets.

How sources write their names is the business of place_names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from geo.errors import require_columns

_CHANGES = (
    "old_code",
    "old_name_fi",
    "old_name_sv",
    "new_code",
    "new_name_fi",
    "valid_from",
    "kind",
)


class Answer(NamedTuple):
    """What a row gets; ``geo.matching`` says what each part means. All None: nothing was found."""

    municipality_code: str | None = None
    matched_by: str | None = None
    former_name: str | None = None
    changed_on: str | None = None


class FormerPlace(NamedTuple):
    """A place of the table of changes: its code and names, where it is now, what to answer."""

    code: str
    names: tuple[str, ...]
    place: str
    answer: Answer


def former_places(
    changes: pd.DataFrame | None, current: set[str], *, how: str
) -> list[FormerPlace]:
    """List the places of the table of changes, each with the answer for a row that names it.

    Parameters
    ----------
    changes
        Needs the columns of ``municipality_changes``; None has no places. Chains are followed.
    current
        Codes of the division.
    how
        What ``matched_by`` is to say of a place that lies in the division.

    Returns
    -------
    list of FormerPlace
        The places before each change, latest first; then those after that lie outside.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> changes = pd.DataFrame({
    ...     "old_code": ["005"], "old_name_fi": ["Ensilelu"], "old_name_sv": ["Förstalek"],
    ...     "new_code": ["001"], "new_name_fi": ["Leluranta"], "valid_from": ["1990-01-01"],
    ...     "kind": ["merged"]})
    >>> for place in former_places(changes, {"001", "002", "003", "004"}, how="former_code"):
    ...     print(place.code, *place.answer)
    005 001 former_code Ensilelu 1990-01-01
    """
    if changes is None:
        return []
    require_columns(changes, _CHANGES, of="changes")
    end = _ends(changes, current)
    before, after = [], []
    for change in changes.sort_values("valid_from", kind="stable")[::-1].itertuples():
        place = end(change.new_code)
        code, matched_by = (place, how) if place in current else (None, "outside_area")
        # A municipality that only moved to another region still bears its name.
        name = None if change.kind == "moved_region" else change.old_name_fi
        answer = Answer(code, matched_by, name, change.valid_from)
        names = written_names(change.old_name_fi, change.old_name_sv)
        before.append(FormerPlace(change.old_code, names, place, answer))
        if code is None:
            answer = Answer(matched_by="outside_area")
            after.append(
                FormerPlace(change.new_code, written_names(change.new_name_fi), place, answer)
            )
    return before + after


def place_finder(
    how: str, municipalities: pd.DataFrame | None, changes: pd.DataFrame | None
) -> Callable[[str], Answer | None]:
    """Make a function from a code that a table gave, perhaps an older one, to the answer.

    Parameters
    ----------
    how
        What ``matched_by`` is to say of a place that lies in the division.
    municipalities
        The division; needs ``municipality_code``. None: every code belongs to it.
    changes
        Leads older codes to the division; needs the columns of ``municipality_changes``.

    Returns
    -------
    callable
        Its answer is ``outside_area`` for a code that leads elsewhere.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"]})
    >>> find = place_finder("postcode", toys, None)
    >>> find("002").matched_by, find("005").matched_by
    ('postcode', 'outside_area')
    """
    if municipalities is None:
        return lambda code: Answer(code, how)
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    current = set(municipalities["municipality_code"])
    if changes is not None:
        require_columns(changes, _CHANGES, of="changes")
    end = str if changes is None else _ends(changes, current)

    def find(code: str) -> Answer:
        place = end(code)
        return Answer(place, how) if place in current else Answer(matched_by="outside_area")

    return find


def written_names(*names: object) -> tuple[str, ...]:
    """Keep the names that are neither missing nor blank, in order.

    Examples
    --------
    >>> written_names("Leluranta", None, " ", pd.NA, "Leksand")
    ('Leluranta', 'Leksand')
    """
    return tuple(str(name) for name in names if not pd.isna(name) and str(name).strip())


def _ends(changes: pd.DataFrame, current: set[str]) -> Callable[[str], str]:
    """Make a function from a code to where its chain of changes ends (a to b, b to c: c)."""
    in_order = changes.sort_values("valid_from", kind="stable")
    # The latest change of a code decides; renaming and moving leave the code as it is.
    steps = {
        old: new
        for old, new in zip(in_order["old_code"], in_order["new_code"], strict=True)
        if old != new
    }

    def end(code: str) -> str:
        passed: set[str] = set()
        while code not in current and code in steps:
            if code in passed:
                return ""  # A circle ends nowhere.
            passed.add(code)
            code = steps[code]
        return code

    return end
