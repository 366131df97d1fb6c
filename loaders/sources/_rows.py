"""Rows taken into a table and rows set aside while a source is read; knows no single source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from loaders.cleaning import squeezed
from loaders.errors import SourceChanged
from loaders.source import rejects_frame
from loaders.tables import Table

MAX_REJECTS = 50_000
MAX_SURPRISES = 100
MAX_TEXT = 200

# A name of a thing, as keys and categories have it, or a short number; anything else is not quoted.
_QUOTABLE = re.compile(r"[^\W\d][\w .,()/%€-]{0,59}|[0-9]{1,4}")


class SetAside:
    """What one reading set aside, and what surprised it; bounded, whatever a stranger sends."""

    def __init__(self, source_id: str) -> None:
        self.source_id = source_id
        self.surprises: Counter[str] = Counter()
        self._rows: list[tuple[int, str, str]] = []

    def reject(self, line: int, text: str, reason: str) -> None:
        """Set a record aside; the text is a code or a heading, never free text.

        Raises
        ------
        SourceChanged
            More records than MAX_REJECTS are bad: then it is the form that has changed.
        """
        if len(self._rows) >= MAX_REJECTS:
            raise SourceChanged(
                f"{self.source_id}: more than {MAX_REJECTS} records were set aside, the last as "
                f"{reason}; expected a bad one now and then."
            )
        self._rows.append((line, text[:MAX_TEXT], reason))

    def surprise(self, kind: str, name: object = "") -> None:
        """Count something unknown, such as ``surprise("category", "KYLÄ")``."""
        text = squeezed(name) if isinstance(name, str) else type(name).__name__
        told = f"{kind}: {quotable(text)}" if name != "" else kind
        if told not in self.surprises and len(self.surprises) >= MAX_SURPRISES:
            told = "more surprises"
        self.surprises[told] += 1

    def unknown_keys(self, kind: str, record: Mapping[str, Any], known: Iterable[str]) -> None:
        """Count the keys of a record that are not known."""
        for key in record.keys() - frozenset(known):
            self.surprise(f"key of {kind}", key)

    def frame(self) -> pd.DataFrame:
        """The rows set aside, as REJECT_COLUMNS have them, by line."""
        return rejects_frame(self.source_id, sorted(self._rows, key=lambda row: row[0]))


def quotable(name: str) -> str:
    """Give a name as it may be told: that of a thing, else the words "an unreadable name".

    Examples
    --------
    >>> quotable("avustuslaji"), quotable("somebody@example.fi")
    ('avustuslaji', 'an unreadable name')
    """
    return name if _QUOTABLE.fullmatch(name) else "an unreadable name"


def table_frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make the frame of a table; a column that a row does not have is empty in it.

    Examples
    --------
    >>> from loaders.tables import SEAT_TARGET_GROUPS
    >>> table_frame(SEAT_TARGET_GROUPS, [{"seat_id": "s1"}])["target_group_code"].isna().all()
    np.True_
    """
    frame = pd.DataFrame(list(rows), columns=list(table.columns), dtype="object")
    return frame.astype(table.dtypes)
