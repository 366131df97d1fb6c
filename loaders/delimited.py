"""Reads text with delimiters (comma, semicolon, tab) into rows; finds no headings in them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from loaders.errors import SourceChanged
from loaders.grids import Grid

# The best first, where several part the rows equally well: a comma is in many a number and name.
DELIMITERS = ("\t", ";", ",")
MAX_LINES = 2_000_000
MAX_LINE = 1_000_000
MAX_LINES_OF_A_ROW = 200

_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 50
_SIGNS_OF_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\ufffe\uffff]")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# Excel takes such a first line for a hint, and shows it to nobody.
_HINT = re.compile(r"\"?sep=([,;\t])\"?")
# Put after the last line: where it does not come back as a row, a quotation mark was left open.
_END = "\ufdd0end"


def text_codec(body: bytes, *, source_id: str) -> str:
    """Tell in which character set a text file is.

    Parameters
    ----------
    body
        The whole file.
    source_id
        Named in the error.

    Returns
    -------
    str
        ``utf-8-sig`` (with or without a byte order mark), ``utf-16`` (with one), or, where it is
        neither, ``cp1252``, the set of older Windows programs.

    Raises
    ------
    SourceChanged
        It is in none of these, or holds signs that no text has.

    Examples
    --------
    >>> text_codec("Mäntyharju".encode("cp1252"), source_id="toy")
    'cp1252'
    """
    utf16 = "" if body.startswith(_UTF32) else _UTF16.get(body[:2], "")
    for codec in [utf16] if utf16 else ["utf-8-sig", "cp1252"]:
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        if not _SIGNS_OF_NO_TEXT.search(text):
            return codec
    raise SourceChanged(
        f"{source_id}: {len(body)} bytes came that are no text in UTF-8, UTF-16 (with its mark) "
        "or Windows-1252. Save the file as CSV in UTF-8."
    )


def delimited_grid(body: bytes, codec: str, *, source_id: str, max_rows: int) -> Grid:
    """Read the rows of a text with delimiters.

    Parameters
    ----------
    body, codec
        The file and its character set (``text_codec``).
    source_id, max_rows
        See ``loaders.grids.Grid``.

    Returns
    -------
    Grid
        The rows; the line of one is where it begins. Quotes are as CSV has them; the delimiter is
        the one that parts most rows alike.

    Raises
    ------
    SourceChanged
        A limit is passed, or a quotation mark is opened and never closed.
    """
    grid = Grid(source_id, max_rows)
    delimiter, skipped = _delimiter(body, codec)
    last_line = 0
    try:
        with io.TextIOWrapper(io.BytesIO(body), codec, newline=None) as lines:
            reader = csv.reader(_ended(lines, grid), delimiter=delimiter)
            row: list[str] = []
            for row in reader:
                line, last_line = last_line + 1, reader.line_num
                if last_line - line > MAX_LINES_OF_A_ROW:
                    break
                if line > skipped and row != [_END]:
                    grid.add(line, row)
            if row == [_END]:
                return grid
    except csv.Error:  # a field without an end; its text is not told
        line = last_line + 1
    raise SourceChanged(
        f"{source_id}: a quotation mark in or after line {line} is not closed, so that rows run "
        f"into each other; expected rows parted by {delimiter!r}. Close it, or double it."
    )


def _ended(lines: Iterable[str], grid: Grid) -> Iterator[str]:
    """The lines, the last one ended, and a line of our own."""
    for number, line in enumerate(lines, start=1):
        if number > MAX_LINES:
            raise grid.too_large(f"more than {MAX_LINES} lines")
        if len(line) > MAX_LINE:
            raise grid.too_large(f"more than {MAX_LINE} characters in line {number}")
        yield line if line.endswith("\n") else line + "\n"
    yield _END


def _delimiter(body: bytes, codec: str) -> tuple[str, int]:
    """The delimiter, and how many lines stand above the table as a hint to a spreadsheet."""
    with io.TextIOWrapper(io.BytesIO(body), codec, newline=None) as opened:
        sample = opened.read(_SAMPLE_CHARACTERS)
    lines = sample.split("\n")
    hint = _HINT.fullmatch(lines[0].rstrip(" "))
    if hint:
        return hint.group(1), 1
    return max(DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter)), 0


def _evenness(lines: list[str], delimiter: str) -> float:
    """The share of rows that have the commonest number of cells, if that is more than one."""
    widths: list[int] = []
    try:
        for row in csv.reader(iter([f"{line}\n" for line in lines]), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0
    several = Counter(width for width in widths if width > 1)
    return max(several.values(), default=0) / max(len(widths), 1)
