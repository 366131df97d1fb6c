"""Reads the sheets of an Excel workbook (xlsx, xlsm) into rows; finds no headings in them.

Values are those that were last saved: no formula is computed, and no macro is run.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from loaders.errors import SourceChanged
from loaders.grids import MAX_CELL_TEXT, MAX_CELLS, MAX_COLUMNS, Grid, cell_text
from loaders.office_files import OfficeFile

LAST_ROW = 1_048_576
MAX_SHEETS = 500
MAX_FORMATS = 100_000
MAX_MERGED_ROWS = 1_000_000

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[Ee][+-]?[0-9]{1,3})?")
# Number formats that Excel knows by number: dates, and times of the day.
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
# What in a format's code is no letter of a date: quoted or escaped text, colours, locales.
_NO_DATE_LETTERS = re.compile(r'"[^"]{0,255}"|\\.|_.|\*.|\[(?![hms]{1,2}\])[^\]]{0,255}\]')
_ELAPSED = re.compile(r"\[[hms]{1,2}\]", re.I)
_EPOCH = dt.datetime(1899, 12, 30)
_DAYS_TO_1904 = 1462
_LAST_DAY = 2_958_465


def workbook_grids(file: OfficeFile, part: str, *, max_rows: int) -> Iterator[Grid]:
    """Read the sheets of a workbook that are shown, one after another.

    Parameters
    ----------
    file, part
        The opened file, and the name of its workbook part.
    max_rows
        See ``loaders.grids.Grid``.

    Yields
    ------
    Grid
        A sheet; the line of a row is its number in Excel. Whole numbers have no decimals, dates
        are ISO 8601, yes and no are ``true`` and ``false``, a formula's fault is as Excel shows it
        (``#N/A``), a formula never computed is empty; a cell merged over several rows
        stands in each of them. Hidden rows are read, hidden sheets are not.

    Raises
    ------
    SourceChanged
        A limit is passed, or a part is not what Excel writes.
    """
    book = _Book(file, part)
    for sheet in book.sheets:
        yield _Sheet(book, Grid(file.source_id, max_rows)).read(sheet)


class _Book:
    """What the sheets of a workbook share: their texts, and which formats are dates."""

    def __init__(self, file: OfficeFile, part: str) -> None:
        self.file = file
        self.sheets: list[str] = []
        self.starts_1904 = False
        relations = file.relations(part)
        parts = {relation.kind: relation.target for relation in relations.values()}

        def sheet(attributes: dict[str, str]) -> None:
            relation = relations.get(
                next((value for name, value in attributes.items() if name.endswith(":id")), "")
            )
            is_shown = attributes.get("state", "visible") == "visible"
            if relation and relation.kind == "worksheet" and is_shown:
                self.sheets.append(relation.target)
            if len(self.sheets) > MAX_SHEETS:
                raise file.fault(f"more than {MAX_SHEETS} sheets")

        def properties(attributes: dict[str, str]) -> None:
            self.starts_1904 = attributes.get("date1904") in {"1", "true"}

        file.read(part, starts={"sheet": sheet, "workbookPr": properties})
        self.texts = _shared_texts(file, parts.get("sharedStrings", ""))
        self.date_formats = _date_formats(file, parts.get("styles", ""))


class _Text:
    """The text that is being gathered, up to the length of a cell and a little more."""

    def __init__(self) -> None:
        self.is_open = False
        self._pieces: list[str] = []
        self._length = 0

    def open(self, _: dict[str, str]) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def add(self, piece: str) -> None:
        # A cell of more text is refused where it is used; the rest need not be kept for that.
        if self.is_open and self._length <= MAX_CELL_TEXT:
            self._pieces.append(piece)
            self._length += len(piece)

    def taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text


def _shared_texts(file: OfficeFile, part: str) -> list[str]:
    """The texts that cells point to by number; squeezed once, since many cells share one."""
    texts: list[str] = []
    if part not in file:
        return texts
    text = _Text()
    is_spoken = False  # within the hint how a Japanese word is read

    def spoken(_: dict[str, str]) -> None:
        nonlocal is_spoken
        is_spoken = True

    def not_spoken() -> None:
        nonlocal is_spoken
        is_spoken = False

    def open_text(attributes: dict[str, str]) -> None:
        if not is_spoken:
            text.open(attributes)

    def item() -> None:
        taken = text.taken()
        if len(taken) <= MAX_CELL_TEXT:
            taken = cell_text(taken, source_id=file.source_id, line=0)
        texts.append(taken)
        if len(texts) > MAX_CELLS:
            raise file.fault(f"more than {MAX_CELLS} texts")

    file.read(
        part,
        starts={"t": open_text, "rPh": spoken},
        ends={"t": text.close, "rPh": not_spoken, "si": item},
        text=text.add,
    )
    return texts


def _date_formats(file: OfficeFile, part: str) -> list[bool]:
    """Whether each of the workbook's cell formats is that of a date or a time of the day."""
    if part not in file:
        return []
    own: dict[str, bool] = {}
    formats: list[bool] = []
    is_in_cells = False

    def number_format(attributes: dict[str, str]) -> None:
        own[attributes.get("numFmtId", "")] = _is_date_code(attributes.get("formatCode", ""))

    def cells(_: dict[str, str]) -> None:
        nonlocal is_in_cells
        is_in_cells = True

    def no_cells() -> None:
        nonlocal is_in_cells
        is_in_cells = False

    def cell_format(attributes: dict[str, str]) -> None:
        if is_in_cells:
            number = attributes.get("numFmtId", "")
            is_known = _WHOLE.fullmatch(number) and int(number) in _DATE_FORMATS
            formats.append(own.get(number, bool(is_known)))
        if len(formats) > MAX_FORMATS:
            raise file.fault(f"more than {MAX_FORMATS} cell formats")

    file.read(
        part,
        starts={"numFmt": number_format, "cellXfs": cells, "xf": cell_format},
        ends={"cellXfs": no_cells},
    )
    return formats


def _is_date_code(code: str) -> bool:
    """Whether a format's code shows a date or a time of the day, and no length of time.

    Examples
    --------
    >>> [_is_date_code(code) for code in ("d.m.yyyy", "0.00", '0 "days"', "[h]:mm", "[Red]0")]
    [True, False, False, False, False]
    """
    letters = _NO_DATE_LETTERS.sub("", code[:1000].partition(";")[0].lower())
    return not _ELAPSED.search(letters) and re.search("[dmyhs]", letters) is not None


class _Sheet:
    """One walk down a sheet."""

    def __init__(self, book: _Book, grid: Grid) -> None:
        self._book = book
        self._grid = grid
        self._line = 0
        self._cells: dict[int, str] = {}
        self._column = -1
        self._kind = "n"
        self._format = 0
        self._value = _Text()
        self._merged: list[tuple[int, int, int]] = []
        self._merged_rows = 0

    def read(self, part: str) -> Grid:
        self._book.file.read(
            part,
            starts={
                "row": self._start_row,
                "c": self._start_cell,
                "v": self._value.open,
                "t": self._value.open,
                "mergeCell": self._merge,
            },
            ends={
                "v": self._value.close,
                "t": self._value.close,
                "c": self._end_cell,
                "row": self._end_row,
            },
            text=self._value.add,
        )
        self._spread()
        return self._grid

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self._line + 1))
        line = int(number) if _WHOLE.fullmatch(number) else 0
        if not self._line < line <= LAST_ROW:
            raise self._unsound("rows out of their order")
        self._line, self._cells, self._column = line, {}, -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = self._column + 1 if place is None else self._place(place)[0]
        self._kind = attributes.get("t", "n")
        number = attributes.get("s", "0")
        self._format = int(number) if _WHOLE.fullmatch(number) else 0

    def _end_cell(self) -> None:
        text = self._text(self._value.taken())
        if not text:
            return
        if self._column >= MAX_COLUMNS:
            raise self._grid.too_large(f"more than {MAX_COLUMNS} columns in line {self._line}")
        if self._column in self._cells:
            raise self._unsound("two cells in one place")
        self._cells[self._column] = text

    def _end_row(self) -> None:
        width = max(self._cells, default=-1) + 1
        self._grid.add(self._line, [self._cells.get(column, "") for column in range(width)])

    def _text(self, value: str) -> str:
        """The text of a cell: what Excel would show, in one form for all languages."""
        if self._kind == "s":
            number = int(value) if _WHOLE.fullmatch(value) else -1
            if value and not 0 <= number < len(self._book.texts):
                raise self._unsound("a text that is not there")
            return self._book.texts[number] if value else ""
        if self._kind == "b":
            return {"1": "true", "0": "false"}.get(value.strip(), value)
        if self._kind != "n":
            return value
        formats = self._book.date_formats
        is_date = 0 <= self._format < len(formats) and formats[self._format]
        return _number(value.strip(), is_date=is_date, starts_1904=self._book.starts_1904)

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        column, top = self._place(first)
        _, bottom = self._place(last or first)
        self._merged_rows += max(bottom - top, 0)
        if self._merged_rows > MAX_MERGED_ROWS:
            raise self._unsound("merged cells over each other")
        if column < MAX_COLUMNS and bottom > top:
            self._merged.append((top, bottom, column))

    def _spread(self) -> None:
        """Write the text of cells merged over several rows into each of these."""
        if not self._merged:
            return
        rows = self._grid.rows
        at_of_line = {row.line: at for at, row in enumerate(rows)}
        for top, bottom, column in self._merged:
            if top not in at_of_line or column >= len(rows[at_of_line[top]].cells):
                continue
            text = rows[at_of_line[top]].cells[column]
            for line in range(top + 1, bottom + 1):
                at = at_of_line.get(line)
                if at is not None and not any(rows[at].cells[column : column + 1]):
                    cells = [*rows[at].cells, *[""] * (column + 1 - len(rows[at].cells))]
                    cells[column] = text
                    rows[at] = rows[at]._replace(cells=tuple(cells))

    def _place(self, place: str) -> tuple[int, int]:
        match = _CELL.fullmatch(place)
        if match is None:
            raise self._unsound("a cell without a place")
        column = 0
        for letter in match.group(1):
            column = column * 26 + ord(letter) - 64
        return column - 1, int(match.group(2))

    def _unsound(self, what: str) -> SourceChanged:
        return self._book.file.fault(f"a sheet with {what} (line {self._line})")


def _number(value: str, *, is_date: bool, starts_1904: bool) -> str:
    """Write a number or date as text: whole ones without decimals, dates as ISO 8601.

    Examples
    --------
    >>> _number("5.0", is_date=False, starts_1904=False)
    '5'
    >>> _number("45000.5", is_date=True, starts_1904=False)
    '2023-03-15T12:00:00'
    """
    if not _DECIMAL.fullmatch(value):
        return value
    number = float(value)
    if is_date and 0 <= number <= _LAST_DAY:
        return _moment(number + _DAYS_TO_1904 * starts_1904)
    if _WHOLE.fullmatch(value):
        return str(int(value))
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _moment(days: float) -> str:
    # Excel believes that there was a 29th of February in 1900.
    moment = _EPOCH + dt.timedelta(days=days + (1 if 1 <= days < 60 else 0))
    moment = (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if days < 1:
        return moment.time().isoformat()
    is_day = moment.time() == dt.time()
    return moment.date().isoformat() if is_day else moment.isoformat()
