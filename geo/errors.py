"""The errors of geo and the check that raises the commonest; no other checking lives here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

QUOTED = 20
"""How many unmatched names a message quotes; the rest is counted there, and all are in `.names`."""


class GeoError(ValueError):
    """Going on would give wrong figures: the frames do not hold what the function needs."""


class CrsError(GeoError):
    """Geometry without a coordinate reference system: an absent CRS is an error, not a guess."""


class UnmatchedPlaces(GeoError):
    """Places that match no municipality, gathered and raised once.

    Parameters
    ----------
    names
        Each name as it was given, to the known names near it (none, if nothing is near).
    unnamed
        How many rows gave no name at all.

    Examples
    --------
    >>> raise UnmatchedPlaces({"Leluranda": ["Leluranta"], "Q": []}, unnamed=1)
    Traceback (most recent call last):
        ...
    geo.errors.UnmatchedPlaces: these match no municipality: 'Leluranda' (near: Leluranta), 'Q' \
(nothing near), 1 row without a name; correct them in the source, or add a row to \
municipality_changes
    """

    def __init__(self, names: Mapping[str, Sequence[str]], *, unnamed: int = 0) -> None:
        self.names: dict[str, list[str]] = {name: list(near) for name, near in names.items()}
        self.unnamed = unnamed
        parts = [
            f"{name!r} ({'near: ' + ', '.join(near) if near else 'nothing near'})"
            for name, near in list(self.names.items())[:QUOTED]
        ]
        if len(self.names) > QUOTED:
            parts.append(f"{len(self.names) - QUOTED} more")
        if unnamed:
            parts.append(f"{unnamed} row{'s' if unnamed > 1 else ''} without a name")
        super().__init__(
            f"these match no municipality: {', '.join(parts)}; "
            "correct them in the source, or add a row to municipality_changes"
        )


def require_columns(frame: pd.DataFrame, columns: Iterable[str], *, of: str) -> None:
    """Raise if the frame lacks any of the columns, naming all that are missing at once.

    Parameters
    ----------
    frame
        Any frame.
    columns
        The columns the caller needs.
    of
        What the frame should be, for the message.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"]})
    >>> require_columns(toys, ["municipality_code"], of="municipalities")
    >>> require_columns(toys, ["name_fi", "name_sv"], of="municipalities")
    Traceback (most recent call last):
        ...
    geo.errors.GeoError: municipalities lacks name_fi, name_sv; it has municipality_code
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        has = ", ".join(str(column) for column in frame.columns) or "no columns"
        raise GeoError(f"{of} lacks {', '.join(missing)}; it has {has}")
