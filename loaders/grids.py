"""Rows of cells as a table in a file gives them, kept within limits; knows no file format."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from loaders.cleaning import squeezed
from loaders.errors import SourceChanged

MAX_COLUMNS = 500
MAX_CELL_TEXT = 10_000
MAX_CELLS = 6_000_000
MAX_PREAMBLE = 50
"""How many rows may stand above the headings."""


class SheetRow(NamedTuple):
    """One row: its line as an editor or a spreadsheet counts them from 1, and its cells."""

    line: int
    cells: tuple[str, ...]


class Grid:
    """The rows of one table, in order, without the blank ones.

    Cells are squeezed; blank cells at the end of a row are left out. What is larger than any
    table is refused while it is read, before it can fill the memory.
    """

    def __init__(self, source_id: str, max_rows: int) -> None:
        self.source_id = source_id
        self.max_rows = max_rows
        self.rows: list[SheetRow] = []
        self._cells = 0

    def add(self, line: int, cells: Iterable[str]) -> None:
        """Add a row, if any of its cells has a text.

        Raises
        ------
        SourceChanged
            The row or the table passes a limit; which one, and where.
        """
        cleaned = [cell_text(cell, source_id=self.source_id, line=line) for cell in cells]
        while cleaned and not cleaned[-1]:
            cleaned.pop()
        if not cleaned:
            return
        if len(cleaned) > MAX_COLUMNS:
            raise self.too_large(f"more than {MAX_COLUMNS} columns in line {line}")
        self._cells += len(cleaned)
        self.check_cells(self._cells)
        self.rows.append(SheetRow(line, tuple(cleaned)))
        if len(self.rows) > self.max_rows + MAX_PREAMBLE:
            raise self.too_large(f"more than {self.max_rows} rows")

    def check_cells(self, count: int) -> None:
        """Refuse a table of more cells than are read into memory."""
        if count > MAX_CELLS:
            raise self.too_large(f"more than {MAX_CELLS} cells")

    def too_large(self, what: str) -> SourceChanged:
        """The error that tells of a limit."""
        return SourceChanged(f"{self.source_id}: {what}; expected a table of an ordinary size.")


def cell_text(text: str, *, source_id: str, line: int) -> str:
    """Squeeze the text of a cell (``loaders.cleaning.squeezed``), fast where nothing is to be done.

    Raises
    ------
    SourceChanged
        The text is longer than that of any cell.

    Examples
    --------
    >>> cell_text(" Juva\\n", source_id="toy", line=2)
    'Juva'
    """
    if len(text) > MAX_CELL_TEXT:
        raise SourceChanged(
            f"{source_id}: a cell of line {line} has more than {MAX_CELL_TEXT} characters; "
            "expected a table of short texts."
        )
    is_clean = (
        text.isprintable()  # so there is no white space but plain spaces, and no hidden sign
        and "  " not in text
        and text[:1] != " "
        and text[-1:] != " "
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )
    return text if is_clean else squeezed(text)
