"""Reads a table out of a file of any common kind: headings and rows; knows no single source.

The kind is told by the content, never by the name of the file. Each kind has a module of its own
(delimited, page_tables, workbooks, word_tables); here they are told apart and headings are found.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from loaders.cleaning import decoded, looks_like_html
from loaders.delimited import delimited_grid, text_codec
from loaders.errors import SourceChanged
from loaders.grids import MAX_CELLS, MAX_PREAMBLE, Grid, SheetRow
from loaders.office_files import MAX_BODY, OfficeFile
from loaders.page_tables import page_grids
from loaders.word_tables import document_grids
from loaders.workbooks import workbook_grids

_HEAD = 8192
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """One table: its headings, the line they stand on, and the rows below them.

    Each row has as many cells as there are headings. Where a row is wider than the headings, these
    go on with empty ones; where it is narrower, the row goes on with empty cells. ``above`` are
    the rows before the headings, such as a title.
    """

    headings: tuple[str, ...]
    heading_line: int
    rows: list[SheetRow]
    above: list[SheetRow] = field(default_factory=list)


def sheet_rows(
    body: bytes,
    *,
    source_id: str,
    max_rows: int = 200_000,
    is_heading: Callable[[tuple[str, ...]], bool] | None = None,
) -> Sheet:
    """Read the first table of a file: CSV, Excel (xlsx, xlsm), Word (docx) or a web page.

    Parameters
    ----------
    body
        The file. CSV may be parted by comma, semicolon or tab, in UTF-8, UTF-16 with its mark, or
        Windows-1252.
    source_id
        Named in an error.
    max_rows
        The most rows below the headings that are read.
    is_heading
        Tells whether the cells of a row are the headings looked for. The first such row of the
        file is taken; where there is none, or nothing is given, it is the first row of the first
        table that has at least two cells with a text and a row below it.

    Returns
    -------
    Sheet
        Headings and rows; blank rows are left out. Cells are squeezed. The line of a row is that
        of an editor (CSV, web page), its number in Excel, or its number in the table (Word).

    Raises
    ------
    SourceChanged
        There is no such table, or the file is of another kind, damaged, or larger in some way
        than a table is; what came is told, never quoted.

    Examples
    --------
    >>> body = "Lista 2026\\n\\nKunta;Nimi\\nJuva;Esimerkki ry".encode()
    >>> sheet = sheet_rows(body, source_id="toy")
    >>> sheet.headings, sheet.heading_line, sheet.rows
    (('Kunta', 'Nimi'), 3, [SheetRow(line=4, cells=('Juva', 'Esimerkki ry'))])
    """
    first: Sheet | None = None
    for sheet, fits in _sheets(body, source_id, max_rows, is_heading):
        if fits:
            return sheet
        first = first or sheet
    return _there(first, body, source_id)


def all_sheets(
    body: bytes,
    *,
    source_id: str,
    max_rows: int = 200_000,
    is_heading: Callable[[tuple[str, ...]], bool] | None = None,
) -> list[Sheet]:
    """Read every table of a file that has headings and a row below them, as ``sheet_rows`` does.

    Returns
    -------
    list of Sheet
        One a table of a page or document, or a sheet of a workbook, in order; at least one.

    Raises
    ------
    SourceChanged
        As of ``sheet_rows``; ``max_rows`` and the cells are counted for all tables together.
    """
    sheets: list[Sheet] = []
    rows = cells = 0
    for sheet, _ in _sheets(body, source_id, max_rows, is_heading):
        sheets.append(sheet)
        rows += len(sheet.rows)
        cells += len(sheet.rows) * len(sheet.headings)
        if rows > max_rows or cells > MAX_CELLS:
            raise SourceChanged(
                f"{source_id}: more than {max_rows} rows in all tables; expected tables of an "
                "ordinary size."
            )
    _there(sheets[0] if sheets else None, body, source_id)
    return sheets


def _sheets(
    body: bytes,
    source_id: str,
    max_rows: int,
    is_heading: Callable[[tuple[str, ...]], bool] | None,
) -> Iterator[tuple[Sheet, bool]]:
    """The tables, and whether each has the headings looked for."""
    for grid in _grids(body, source_id, max_rows):
        candidates = _candidates(grid)
        known = (at for at in candidates if is_heading and is_heading(grid.rows[at].cells))
        at = next(known, None)
        if at is not None or candidates:
            yield (
                _sheet(grid, candidates[0] if at is None else at),
                at is not None or not is_heading,
            )


def _there(sheet: Sheet | None, body: bytes, source_id: str) -> Sheet:
    if sheet is None:
        raise SourceChanged(
            f"{source_id}: {len(body)} bytes came without a table; expected a row of at least two "
            "headings and a row below it, as .xlsx, .docx, CSV or HTML."
        )
    return sheet


def is_page(body: bytes) -> bool:
    """Whether a file is a web page.

    Examples
    --------
    >>> is_page(b"<html><p>503"), is_page(b"Kunta;Nimi")
    (True, False)
    """
    # Its tags are ASCII in every character set that pages come in.
    head = body[:_HEAD].removeprefix(codecs.BOM_UTF8)
    is_part = head.lstrip()[:6].lower() == b"<table"  # copied out of a page
    return is_part or looks_like_html(head.decode("latin-1"))


def _candidates(grid: Grid) -> list[int]:
    """The rows that may be headings: at least two cells with a text, and a row below."""
    rows = grid.rows[: min(MAX_PREAMBLE, len(grid.rows) - 1)] if grid.rows else []
    return [at for at, row in enumerate(rows) if sum(map(bool, row.cells)) >= 2]


def _sheet(grid: Grid, at: int) -> Sheet:
    below = grid.rows[at + 1 :]
    if len(below) > grid.max_rows:
        raise grid.too_large(f"more than {grid.max_rows} rows")
    width = max(len(row.cells) for row in grid.rows[at:])
    grid.check_cells(width * len(below))
    blank = ("",) * width
    rows = [
        row if len(row.cells) == width else SheetRow(row.line, (row.cells + blank)[:width])
        for row in below
    ]
    headings = (grid.rows[at].cells + blank)[:width]
    return Sheet(headings, grid.rows[at].line, rows, grid.rows[:at])


def _grids(body: bytes, source_id: str, max_rows: int) -> Iterator[Grid]:
    """The tables of a file, one after another; what it is, its first bytes tell."""
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{source_id}: {len(body)} bytes, expected {MAX_BODY} at most.")
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _office_grids(OfficeFile(body, source_id=source_id), max_rows)
        return
    for sign, kind in (
        (_OLD_OFFICE, "an old .xls or .doc, or one with a password"),
        (b"%PDF", "a PDF"),
    ):
        if body.startswith(sign):
            raise SourceChanged(
                f"{source_id}: {kind} came; expected a table. Save it as .xlsx, .docx or CSV."
            )
    if is_page(body):
        page = decoded(body, source_id=source_id)
        yield from page_grids(page, source_id=source_id, max_rows=max_rows)
        return
    codec = text_codec(body, source_id=source_id)
    yield delimited_grid(body, codec, source_id=source_id, max_rows=max_rows)


def _office_grids(file: OfficeFile, max_rows: int) -> Iterator[Grid]:
    part = file.main_part()
    if part.startswith("xl/"):
        yield from workbook_grids(file, part, max_rows=max_rows)
    elif part.startswith("word/"):
        yield from document_grids(file, part, max_rows=max_rows)
    else:
        raise file.fault("a zip archive that is no Excel or Word file")
