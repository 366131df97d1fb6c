"""Reads the tables of a web page into rows; finds no headings in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from loaders.errors import SourceChanged
from loaders.grids import MAX_CELL_TEXT, MAX_COLUMNS, Grid
from loaders.lines import html_root

# A page is held in memory as a tree, some sixty times its size.
MAX_PAGE = 8_000_000
MAX_TABLES = 5_000

_BREAKS = re.compile("br|blockquote|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|ul")
_SKIPPED = re.compile("noscript|script|style|svg|template|textarea")
_NUMBER = re.compile(r"\s{0,9}([0-9]{1,5})")


def page_grids(page: str, *, source_id: str, max_rows: int) -> Iterator[Grid]:
    """Read the tables of a web page, one after another.

    Parameters
    ----------
    page
        The source of the page.
    source_id, max_rows
        See ``loaders.grids.Grid``.

    Yields
    ------
    Grid
        A table that has no other table within it; the line of a row is that of its tag. A cell
        over several rows stands in each of them, a cell over several columns in the first.

    Raises
    ------
    SourceChanged
        A limit is passed, or the tags nest deeper than pages do.
    """
    if len(page) > MAX_PAGE:
        raise SourceChanged(
            f"{source_id}: a page of {len(page)} characters, expected {MAX_PAGE} at most."
        )
    root = html_root(page, source_id=source_id)
    if root is None:
        return
    for number, table in enumerate(root.iter("table"), start=1):
        if number > MAX_TABLES:
            raise SourceChanged(f"{source_id}: a page of more than {MAX_TABLES} tables.")
        if next(table.iterdescendants("table"), None) is None:
            yield _grid(table, Grid(source_id, max_rows))


def _grid(table: etree._Element, grid: Grid) -> Grid:
    carried: dict[int, tuple[str, int]] = {}
    for row in table.iter("tr"):
        cells: dict[int, str] = {column: text for column, (text, _) in carried.items()}
        carried = {column: (text, rows - 1) for column, (text, rows) in carried.items() if rows > 1}
        at = 0
        for cell in row.iterchildren("td", "th"):
            while at in cells:
                at += 1
            if at >= MAX_COLUMNS:
                raise grid.too_large(f"more than {MAX_COLUMNS} columns")
            cells[at] = _text(cell)
            rows = _span(cell, "rowspan")
            if rows > 1 and cells[at].strip():
                carried[at] = (cells[at], rows - 1)
            # The columns it lies over are taken, with nothing in them.
            for over in range(at + 1, min(at + _span(cell, "colspan"), MAX_COLUMNS)):
                cells.setdefault(over, "")
            at += 1
        width = max(cells, default=-1) + 1
        grid.add(row.sourceline or 0, [cells.get(column, "") for column in range(width)])
    return grid


def _span(cell: etree._Element, name: str) -> int:
    match = _NUMBER.match(cell.get(name, ""))
    return int(match.group(1)) if match else 1


def _text(cell: etree._Element) -> str:
    """The text of a cell; where a block ends a space stands."""
    pieces: list[str] = []
    length = 0
    walker = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if _BREAKS.fullmatch(tag):
            pieces.append(" ")
        if event == "start":
            if _SKIPPED.fullmatch(tag):
                walker.skip_subtree()
                continue
            piece = element.text
        else:
            piece = element.tail if element is not cell else None
        if piece:
            pieces.append(piece)
            length += len(piece)
            if length > 2 * MAX_CELL_TEXT:  # refused by the grid
                break
    return "".join(pieces)
