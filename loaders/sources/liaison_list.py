"""A list of the municipalities' liaisons, as a municipality or a region gives it: any common form.

Publisher: Kunnat ja maakuntien liitot
Page: https://www.kuntaliitto.fi/
Licence: Lists without a licence; facts quoted with their source
Updated: When somebody has a new list, as a file given by hand
Contains: Municipality, name and work e-mail of each liaison, and what else the liaison does
Caveats: Persons, so personal data; telephone numbers and addresses are left out. A vacant post is
    set aside: it is no liaison, and no "no" either. What a line was taken for is a judgement: see
    ``jarjestokartta preview liaison_list FILE`` before the list is used.

Web page, CSV, Excel, Word (tables), or text as pasted from a page or an e-mail. In a table the
columns are told by their headings (Finnish, Swedish, English), or else by what stands in them;
without a table by lines such as "Juva", "Juva: Name, e-mail, role", "Name <e-mail>".
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from loaders.cleaning import decoded
from loaders.delimited import text_codec
from loaders.errors import SourceChanged
from loaders.lines import Line, html_lines, text_lines
from loaders.sheets import Sheet, all_sheets, is_page
from loaders.source import Parsed, Source, Words
from loaders.sources._liaison_preview import understood_frame
from loaders.sources._liaison_reading import Reading, Understood
from loaders.sources._liaison_tables import (
    Columns,
    columns_by_content,
    columns_by_heading,
    read_table,
)
from loaders.sources._liaison_texts import read_lines
from loaders.tables import LIAISONS

SOURCE = Source(
    id="liaison_list",
    title=Words(
        "Kuntien järjestöyhdyshenkilöt tiedostona",
        "Kommunernas kontaktpersoner för organisationer som fil",
        "Liaisons of the municipalities for NGOs, as a file",
    ),
    publisher=Words(
        "Kunnat ja maakuntien liitot",
        "Kommunerna och landskapsförbunden",
        "Municipalities and regional councils",
    ),
    page="https://www.kuntaliitto.fi/",
    url=None,
    licence=Words(
        "Luetteloita ilman lisenssiä; tiedot lainattu lähde mainiten",
        "Förteckningar utan licens; fakta citeras med källa",
        "Lists without a licence; facts quoted with their source",
    ),
    licence_url=None,
    attribution=Words(
        "Lähde: kunnan tai maakunnan liiton luettelo",
        "Källa: kommunens eller landskapsförbundets förteckning",
        "Source: list of the municipality or the regional council",
    ),
    note=Words(
        "Puhelinnumeroita ja osoitteita ei tallenneta. Täyttämätön tehtävä ei ole yhdyshenkilö.",
        "Telefonnummer och adresser sparas inte. En vakant uppgift är ingen kontaktperson.",
        "Telephone numbers and addresses are not kept. A vacant post is no liaison.",
    ),
    table=LIAISONS.name,
    expected_rows=(1, 3_000),
    has_personal_data=True,
    updated="When somebody has a new list, as a file given by hand",
    fresh_years=4,
)

NAMED_DOCUMENT = "liaison_list: file given by hand"
MAX_BODY = 10_000_000
MAX_ROWS = 20_000
MAX_TEXT = 2_000_000
MAX_LINES = 10_000

_CELL_START = re.compile(r"<t[dh]\b[^>]{0,2000}>", re.I)
_CELL_END = re.compile(r"</t[dh]\s{0,9}>", re.I)
_UPDATED = re.compile(
    r"(?:päivitetty|uppdaterad|updated)\D{0,30}"
    r"(?:(\d{1,2})\.\s?(\d{1,2})\.\s?(20\d{2})|(20\d{2})-(\d{2})-(\d{2})|(20\d{2}))\b",
    re.I,
)


def parse(body: bytes) -> Parsed:
    """Read the liaisons off a list given by hand.

    Parameters
    ----------
    body
        Web page, CSV, xlsx, docx or text; its kind is told by the content.

    Returns
    -------
    Parsed
        One row a municipality and person, columns of ``tables.LIAISONS``, in the order of the
        list; ``source_date`` where the list says when it was updated. ``warning`` holds, joined by
        ";", ``odd_email``, ``lower_case_name``, ``after_unclear_line`` (a line before it may have
        been another municipality) and ``municipality_from_above`` (the line names none, so it is
        the one of the line above). Rejects have one of the reasons ``vacant_post``,
        ``no_municipality_yet``, ``not_a_contact``, ``heading_without_contact``, ``duplicate``,
        ``same_name_twice``, ``several_persons``, ``email_without_name``, ``no_person`` (the
        address of an office), ``odd_municipality``, ``unknown_column``, ``unknown_table`` (one
        with e-mails) and ``example``.

    Raises
    ------
    SourceChanged
        It is no such file, larger than any such list, or names no liaison.
    """
    reading = _reading(body)[0]
    parsed = reading.parsed(SOURCE.id, NAMED_DOCUMENT, _source_date(reading.lines))
    if parsed.frame.empty:
        reasons = Counter(line.reason for line in reading.lines if line.reason)
        told = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        raise SourceChanged(
            f"{SOURCE.id}: no liaison in {len(reading.lines)} lines ({told or 'nothing else'}); "
            "expected municipality, name and e-mail. The template data/templates/liaison_list.csv "
            "shows the headings; `jarjestokartta preview liaison_list FILE` shows each line."
        )
    return parsed


def understood(body: bytes, *, show_persons: bool = False) -> pd.DataFrame:
    """Tell line by line what a list was understood as.

    Parameters
    ----------
    body
        The list, as for ``parse``.
    show_persons
        Whether names, e-mails and roles are shown; else ``•••`` stands for them, and for every
        word of a line set aside that is not one which such lists are made of.

    Returns
    -------
    DataFrame
        UNDERSTOOD_COLUMNS, one row a line (of a table a row, blank ones left out), in order.
        ``kind`` is ``municipality``, ``liaison``, ``heading``, ``set_aside`` or ``blank``;
        ``reason`` is why a line was set aside, or the warning of a liaison.

    Raises
    ------
    SourceChanged
        It is no such file, or larger than any such list.
    """
    reading, blanks = _reading(body)
    reading.close()
    lines = reading.lines
    if blanks:
        blank_lines = (Understood(line, "blank") for line in blanks)
        lines = sorted([*lines, *blank_lines], key=lambda line: line.line)
    return understood_frame(lines, show_persons=show_persons)


def _reading(body: bytes) -> tuple[Reading, list[int]]:
    """Read the list in the way its form asks for; with the blank lines, where it has lines."""
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{SOURCE.id}: {len(body)} bytes, expected {MAX_BODY} at most.")
    reading = Reading()
    is_archive = body.startswith(b"PK")
    sheets = _sheets(body, is_archive)
    tables = [(sheet, _columns(sheet)) for sheet in sheets]
    # On a page the municipality may stand above its table; in a file of rows there is no above.
    is_whole = not is_page(body) or all(
        "municipality" in columns for _, columns in tables if columns
    )
    if is_archive or (is_whole and any(columns for _, columns in tables)):
        _read_tables(tables, reading)
        return reading, []
    return _read_text(body, reading)


def _sheets(body: bytes, is_archive: bool) -> list[Sheet]:
    """The tables of the file; a text without any is read by its lines."""
    try:
        return all_sheets(
            body,
            source_id=SOURCE.id,
            max_rows=MAX_ROWS,
            is_heading=lambda cells: bool(columns_by_heading(cells)),
        )
    except SourceChanged:
        if is_archive:
            raise
        return []


def _columns(sheet: Sheet) -> Columns:
    return columns_by_heading(sheet.headings) or columns_by_content(sheet.rows)


def _read_tables(tables: Sequence[tuple[Sheet, Columns]], reading: Reading) -> None:
    for sheet, columns in tables:
        if columns:
            read_table(sheet, columns, reading)
        elif any("@" in cell for row in sheet.rows for cell in row.cells):
            reading.set_aside(sheet.heading_line, "", "unknown_table")


def _read_text(body: bytes, reading: Reading) -> tuple[Reading, list[int]]:
    is_html = is_page(body)
    if is_html:
        text = decoded(body, source_id=SOURCE.id)
    else:
        text = body.decode(text_codec(body, source_id=SOURCE.id))
    if len(text) > MAX_TEXT:
        raise SourceChanged(
            f"{SOURCE.id}: a text of {len(text)} characters, expected {MAX_TEXT} at most."
        )
    blanks: list[int] = []
    if is_html:
        # A row of a table is one line, its cells parted as in a text.
        rows = _CELL_END.sub(" ; </span>", _CELL_START.sub("<span>", text))
        lines = _above_footer(html_lines(rows, source_id=SOURCE.id))
    else:
        lines = text_lines(text.replace("\t", " ; "))
        known = {line.number for line in lines}
        last = max(known, default=0)
        blanks = [number for number in range(1, last) if number not in known]
    if len(lines) + len(blanks) > MAX_LINES:
        raise SourceChanged(
            f"{SOURCE.id}: a text of more than {MAX_LINES} lines, expected a list of liaisons."
        )
    read_lines(lines, reading)
    return reading, blanks


def _above_footer(lines: Sequence[Line]) -> list[Line]:
    footer = next((at for at, line in enumerate(lines) if line.is_footer), len(lines))
    return list(lines[:footer])


def _source_date(lines: Sequence[Understood]) -> str | None:
    """When the list says that it was updated: a day or a year, of several the last."""
    dates = []
    for line in lines:
        match = None if line.contact else _UPDATED.search(line.text[:1000])
        if not match:
            continue
        day, month, year, iso_year, iso_month, iso_day, year_alone = match.groups()
        if year_alone:
            dates.append(year_alone)
            continue
        try:
            date = dt.date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
        except ValueError:
            continue
        dates.append(date.isoformat())
    return max(dates, default=None)
