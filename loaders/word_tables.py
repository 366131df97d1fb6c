"""Reads the tables of a Word document (docx) into rows; finds no headings in them."""

from __future__ import annotations

from collections.abc import Iterator

from loaders.grids import MAX_CELL_TEXT, MAX_COLUMNS, Grid
from loaders.office_files import OfficeFile

MAX_TABLES = 1_000


def document_grids(file: OfficeFile, part: str, *, max_rows: int) -> Iterator[Grid]:
    """Read the tables of a document, one after another.

    Parameters
    ----------
    file, part
        The opened file, and the name of its document part.
    max_rows
        See ``loaders.grids.Grid``; of all tables together.

    Yields
    ------
    Grid
        A table; a document has no lines, so the line is the number of the row in its table. The
        text of a table within a cell belongs to the cell; a cell merged over several rows stands
        in each of them. Deleted text of tracked changes is left out.

    Raises
    ------
    SourceChanged
        A limit is passed, or a part is not what Word writes.
    """
    document = _Document(file, max_rows)
    document.read(part)
    yield from document.grids


class _Document:
    """One walk down the document."""

    def __init__(self, file: OfficeFile, max_rows: int) -> None:
        self._file = file
        self._max_rows = max_rows
        self.grids: list[Grid] = []
        self._rows_of_all = 0
        self._depth = 0
        self._line = 0
        self._cells: list[str] = []
        self._span = 1
        self._is_continued = False
        self._pieces: list[str] = []
        self._length = 0
        self._is_text = False
        self._fallbacks = 0
        self._above: dict[int, str] = {}

    def read(self, part: str) -> None:
        self._file.read(
            part,
            starts={
                "tbl": self._start_table,
                "tr": self._start_row,
                "tc": self._start_cell,
                "gridSpan": self._widen,
                "gridBefore": self._pass_columns,
                "vMerge": self._merge,
                "t": self._start_text,
                "tab": self._space,
                "br": self._space,
                "cr": self._space,
                "Fallback": self._start_fallback,
            },
            ends={
                "tbl": self._end_table,
                "tr": self._end_row,
                "tc": self._end_cell,
                "p": lambda: self._space({}),
                "t": self._end_text,
                "Fallback": self._end_fallback,
            },
            text=self._add,
        )

    def _start_table(self, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        if len(self.grids) == MAX_TABLES:
            raise self._file.fault(f"more than {MAX_TABLES} tables")
        self.grids.append(Grid(self._file.source_id, self._max_rows))
        self._line, self._above = 0, {}

    def _end_table(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._rows_of_all += len(self.grids[-1].rows)
            if self._rows_of_all > self._max_rows:
                raise self.grids[-1].too_large(f"more than {self._max_rows} rows")

    def _start_row(self, _: dict[str, str]) -> None:
        if self._depth == 1:
            self._line += 1
            self._cells = []

    def _end_row(self) -> None:
        if self._depth == 1:
            self.grids[-1].add(self._line, self._cells)
            self._above = {at: text for at, text in enumerate(self._cells) if text.strip()}

    def _start_cell(self, _: dict[str, str]) -> None:
        if self._depth == 1:
            self._span, self._is_continued = 1, False
            self._pieces, self._length = [], 0

    def _end_cell(self) -> None:
        if self._depth != 1:
            return
        at = len(self._cells)
        text = self._above.get(at, "") if self._is_continued else "".join(self._pieces)
        self._cells += [text, *[""] * (self._span - 1)]
        if len(self._cells) > MAX_COLUMNS:
            raise self.grids[-1].too_large(f"more than {MAX_COLUMNS} columns in row {self._line}")

    def _widen(self, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            self._span = _number(attributes)

    def _pass_columns(self, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            self._cells = [""] * _number(attributes)

    def _merge(self, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            self._is_continued = _value(attributes) != "restart"

    def _start_text(self, _: dict[str, str]) -> None:
        self._is_text = self._depth > 0 and self._fallbacks == 0

    def _end_text(self) -> None:
        self._is_text = False

    def _add(self, piece: str) -> None:
        # A cell of more text is refused by the grid; the rest need not be kept for that.
        if self._is_text and self._length <= MAX_CELL_TEXT:
            self._pieces.append(piece)
            self._length += len(piece)

    def _space(self, _: dict[str, str]) -> None:
        if self._pieces and self._pieces[-1] != " ":
            self._pieces.append(" ")

    def _start_fallback(self, _: dict[str, str]) -> None:
        self._fallbacks += 1

    def _end_fallback(self) -> None:
        self._fallbacks -= 1


def _value(attributes: dict[str, str]) -> str:
    return next((text for name, text in attributes.items() if name.endswith("val")), "")


def _number(attributes: dict[str, str]) -> int:
    """A number of columns; one where it is none, and never more than a table may have."""
    text = _value(attributes)
    is_number = text.isascii() and text.isdigit() and len(text) <= 4
    return min(max(int(text), 1), MAX_COLUMNS + 1) if is_number else 1
