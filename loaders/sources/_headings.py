"""Finds the columns of a file given by hand by their headings; knows no single source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from loaders.errors import SourceChanged
from loaders.sheets import Sheet, sheet_rows
from loaders.sources._rows import SetAside, quotable

_UNIT = re.compile(r"\b(?:eur|euro|euroa)\b")
_NO_WORD = re.compile(r"[^a-z0-9]+")


class HandRow(NamedTuple):
    """One row of a file given by hand: its line, and its cells by field; no text is empty text."""

    line: int
    cells: Mapping[str, str]


def hand_rows(
    body: bytes,
    *,
    headings: Mapping[str, Collection[str]],
    required: Collection[str],
    passed_over: Collection[str] = (),
    aside: SetAside,
) -> Iterator[HandRow]:
    """Read the rows of a table given by hand, whatever its columns are called and in what order.

    Parameters
    ----------
    body
        CSV, xlsx and what else ``loaders.sheets`` reads.
    headings
        Field to the headings that it may have, the usual one first. They are compared as
        ``folded``.
    required
        The fields without which the table is another.
    passed_over
        Headings of columns that are known but not used.
    aside
        Takes what cannot be used: ``unknown_column`` and ``repeated_column`` (the first is used)
        with the heading, ``more_cells_than_headings`` for a row whose cells may have slipped.

    Yields
    ------
    HandRow
        Rows in the order of the file; fields without a column have empty texts.

    Raises
    ------
    SourceChanged
        There is no table, or a required column is not in it.
    """
    field_of = {folded(name): field for field, names in headings.items() for name in names}

    def missing(cells: Collection[str]) -> set[str]:
        return {*required} - {field_of.get(folded(cell), "") for cell in cells}

    sheet = sheet_rows(body, source_id=aside.source_id, is_heading=lambda cells: not missing(cells))
    lacking = missing(sheet.headings)
    if lacking:
        names = ", ".join(next(iter(headings[field])) for field in headings if field in lacking)
        raise SourceChanged(
            f"{aside.source_id}: a table of {len(sheet.headings)} columns came, and no heading "
            f"for: {names}. The template in data/templates shows the headings."
        )
    places = _places(sheet, field_of, {folded(name) for name in passed_over}, aside)
    unheaded = [at for at, heading in enumerate(sheet.headings) if not heading]
    for row in sheet.rows:
        if any(row.cells[at] for at in unheaded):
            aside.reject(row.line, "", "more_cells_than_headings")
            continue
        given = {field: row.cells[at] for field, at in places.items()}
        yield HandRow(row.line, dict.fromkeys(headings, "") | given)


def folded(heading: str) -> str:
    """Give a heading for comparing: small letters without dots, words alone, no unit of money.

    Examples
    --------
    >>> folded("Myönnetty (€)"), folded("Y-tunnus"), folded("haettu_eur")
    ('myonnetty', 'y tunnus', 'haettu')
    """
    letters = unicodedata.normalize("NFKD", heading.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = _NO_WORD.sub(" ", plain)
    return " ".join(_UNIT.sub(" ", words).split())


def _places(
    sheet: Sheet, field_of: Mapping[str, str], passed_over: Collection[str], aside: SetAside
) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, heading in enumerate(sheet.headings):
        field = field_of.get(folded(heading))
        if field is not None and field not in places:
            places[field] = at
        elif field is not None:
            aside.reject(sheet.heading_line, quotable(heading), "repeated_column")
        elif heading and folded(heading) not in passed_over:
            aside.reject(sheet.heading_line, quotable(heading), "unknown_column")
    return places
