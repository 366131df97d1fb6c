"""What a source says of itself, and what its parser gives back; no reading here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

REJECT_COLUMNS = ("source_id", "line", "text", "reason")
"""Columns of the lines set aside: source, line of the input (Int64), its text, a reason code."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source: where it is, whose it is, what it gives.

    ``page`` is for people, ``url`` is what is fetched. ``table`` is a name in
    ``loaders.tables.TABLES``. ``expected_rows`` are the fewest and the most rows that are
    believed; a count outside them means that the source has changed. ``updated`` says in words how
    often the publisher renews it. ``licence_url`` is None where no licence has a page.
    """

    id: str
    title: str
    publisher: str
    page: str
    url: str
    licence: str
    licence_url: str | None
    attribution: str
    table: str
    expected_rows: tuple[int, int]
    has_personal_data: bool
    updated: str


class Parsed(NamedTuple):
    """What a parser made of one body.

    ``frame`` has the columns of the source's table. ``rejects`` has REJECT_COLUMNS, one row for
    each line that was set aside. **Rejects are as personal as the source**: where it
    ``has_personal_data`` the text of a reject may hold a name or an e-mail, and stays out of logs
    and exports; only the count and the reason code may be told.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame


def rejects_frame(source_id: str, rows: Iterable[tuple[int, str, str]]) -> pd.DataFrame:
    """Make the frame of the lines set aside.

    Parameters
    ----------
    source_id
        The source they come from.
    rows
        Line of the input, counted from 1; its text; the reason code.

    Returns
    -------
    DataFrame
        REJECT_COLUMNS, one row a line, in the order given.

    Examples
    --------
    >>> rejects_frame("esavo_liaisons", [(7, "Lue lisää", "not_a_contact")]).loc[0, "reason"]
    'not_a_contact'
    """
    frame = pd.DataFrame(
        [(source_id, *row) for row in rows], columns=list(REJECT_COLUMNS), dtype="object"
    )
    return frame.astype(
        {"source_id": "string", "line": "Int64", "text": "string", "reason": "string"}
    )
