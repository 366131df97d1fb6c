"""A table as XLSX: a sheet of typed columns, and a sheet that tells what it is and where from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboards.export.csv_file import FORMULA, scope_words
from dashboards.export.files import Tell, quiet
from dashboards.export.scope import Scope, joined
from dashboards.export.table_content import (
    DATE,
    NUMBER,
    SHARE,
    WHOLE,
    YEAR,
    YES_NO,
    TableColumn,
    TableContent,
    without_illegal,
)
from dashboards.texts import number, text

MAX_ROWS = 1_048_576
"""Rows of a sheet, the headings among them."""
MAX_LETTERS = 32_767
"""Letters of a cell, as UTF-16 counts them."""
CUT = "\N{HORIZONTAL ELLIPSIS}"
CHUNK = 2_000
SAMPLE = 300
"""Rows by which the width of a column is chosen."""
NARROWEST, WIDEST = 7, 60
FIRST_DAY = dt.date(1900, 3, 1)
"""Before it the calendars of spreadsheet programs disagree."""
DATE_FORMATS = {"fi": "d.m.yyyy", "sv": "d.m.yyyy", "en": "d mmm yyyy"}
HEAD = {
    "bold": True,
    "text_wrap": True,
    "valign": "top",
    "bg_color": "#e4efec",
    "bottom": 1,
}


def write(content: TableContent, scope: Scope, path: Path, tell: Tell = quiet) -> None:
    """Write a table as a workbook of two sheets.

    Rows go to the disk as they are written, so that a large table needs little memory. Texts stay
    texts, whatever they begin with; nothing becomes a link.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties(_properties(content, scope))
        if content.tells_of_persons:
            book.set_custom_property("Contacts", scope.contacts_said(scope.lang), "text")
        sheet = DataSheet(content=content, scope=scope, book=book)
        sheet.write(tell)
        _about(book, content, scope, sheet)


def _properties(content: TableContent, scope: Scope) -> dict[str, Any]:
    langs = scope.langs
    contacts = ""
    if content.tells_of_persons:
        contacts = joined([scope.contacts_said(lang) for lang in langs])
    comments = [
        *(scope.filters_said(lang) for lang in langs),
        *(scope.licence_line(content.sources, lang) for lang in langs),
        contacts,
    ]
    keywords = [joined([scope.name(lang) for lang in langs])]
    if contacts:
        keywords.append(joined([text("export_table.personal", lang) for lang in langs]))
    made = dt.datetime.combine(scope.store.as_of, dt.time())
    properties = {
        "title": content.title(langs),
        "subject": joined([scope.name(lang) for lang in langs]),
        "author": "Järjestökartta",
        "keywords": ", ".join(keywords),
        "comments": " ".join(said for said in comments if said),
    }
    clean = {name: without_illegal([said[:1000]])[0] for name, said in properties.items()}
    return {**clean, "created": made}


@dataclass
class DataSheet:
    """The sheet of the rows, and what had to be left out of it."""

    content: TableContent
    scope: Scope
    book: Any
    cut_cells: int = 0
    cut_rows: int = 0
    formats: dict[str, Any] = field(default_factory=dict)

    def write(self, tell: Tell) -> None:
        """Write the sheet: a line on personal data if there is any, headings, rows."""
        from dashboards.export.row_sheet import RowSheet

        content, scope = self.content, self.scope
        sheet = self.book.add_worksheet(_sheet_name(scope, "export_table.sheet.data"), RowSheet)
        top = 0
        if content.tells_of_persons:
            said = joined([scope.contacts_said(lang) for lang in scope.langs])
            sheet.write_string(
                0, 0, said, self.book.add_format({"bold": True, "font_color": "#8a1c1c"})
            )
            top = 1
        self.cut_rows = max(0, content.rows - (MAX_ROWS - top - 1))
        rows = content.rows - self.cut_rows
        columns = [self._column(column) for column in content.columns]
        headings = [column.heading(scope.langs) for column in content.columns]
        for at, (column, heading) in enumerate(zip(content.columns, headings, strict=True)):
            shown = columns[at].values[:SAMPLE]
            sheet.set_column(at, at, _width(heading, shown, column), columns[at].format)
        head = self.book.add_format(HEAD)
        sheet.set_row(top, 15 * max((_lines(heading) for heading in headings), default=1))
        for at, heading in enumerate(headings):
            sheet.write_string(top, at, heading, head)
        sheet.freeze_panes(top + 1, 1)
        last = max(top + rows, top + 1)
        sheet.autofilter(top, 0, last, len(headings) - 1)
        # A code is a text, and no mistake.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        self._rows(sheet, columns, top + 1, rows, tell)

    def _rows(
        self, sheet: Any, columns: Sequence[WrittenColumn], top: int, rows: int, tell: Tell
    ) -> None:
        from dashboards.export.row_sheet import cells

        quoted = self.book.add_format({"quote_prefix": True, "valign": "top"})
        for start in range(0, rows, CHUNK):
            end = min(start + CHUNK, rows)
            written = []
            for column in columns:
                own = column.values[start:end]
                if column.risky:
                    pairs = [(value, at in column.risky) for at, value in enumerate(own, start)]
                    written.append(cells(pairs, column.format, risky=quoted))
                else:
                    written.append(cells(own, column.format))
            sheet.write_lines(top + start, written)
            tell(end, rows)

    def _column(self, column: TableColumn) -> WrittenColumn:
        values: Sequence[Any] = column.values
        risky: frozenset[int] = frozenset()
        if column.kind == YES_NO:
            yes, no = scope_words(self.scope)
            values = [None if value is None else (yes if value else no) for value in values]
        elif column.kind == DATE:
            values = [_date(value) for value in values]
        elif column.kind not in (WHOLE, YEAR, NUMBER, SHARE):
            values = self._fitting(values)
            risky = frozenset(
                at
                for at, value in enumerate(values)
                if value is not None and not value[:1].isalnum() and FORMULA.match(value)
            )
        return WrittenColumn(values, self._format(column), risky)

    def _format(self, column: TableColumn) -> Any:
        places = "." + "0" * column.decimals if column.decimals else ""
        shape = {
            WHOLE: "#,##0",
            YEAR: "0",
            NUMBER: f"#,##0{places}",
            SHARE: f"0{places}%",
            DATE: DATE_FORMATS[self.scope.lang],
        }.get(column.kind, "@")
        if shape not in self.formats:
            self.formats[shape] = self.book.add_format({"num_format": shape, "valign": "top"})
        return self.formats[shape]

    def _fitting(self, values: Sequence[Any]) -> list[Any]:
        """Texts of which each fits into a cell; those that do not are cut with a mark."""
        found = list(values)
        for at, value in enumerate(found):
            if value is not None and len(value) > MAX_LETTERS // 2:
                found[at] = fitting(value)
                self.cut_cells += found[at] != value
        return found


@dataclass(frozen=True)
class WrittenColumn:
    """The values of a column as they are written, how, and which would be taken for a formula."""

    values: Sequence[Any]
    format: Any
    risky: frozenset[int]


def fitting(said: str, limit: int = MAX_LETTERS) -> str:
    """A text as long as a cell may hold, cut with a mark where it is longer.

    Examples
    --------
    >>> fitting("short"), fitting("a long one", limit=5)
    ('short', 'a lo…')
    """
    if len(said.encode("utf-16-le")) <= 2 * limit:
        return said
    kept = said.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return kept + CUT


def _date(value: str | None) -> dt.date | str | None:
    """A whole date as a date; a partial one, or one that sheets cannot hold, as its text."""
    if value is None or len(value) != 10:
        return value
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return value
    return day if day >= FIRST_DAY else value


def _width(heading: str, shown: Iterable[Any], column: TableColumn) -> float:
    """Wide enough for most of the values and for the longest word of the heading."""
    lengths = sorted(len(str(value)) for value in shown if value is not None)
    usual = lengths[int(len(lengths) * 0.9)] if lengths else 0
    if column.kind in (WHOLE, NUMBER, SHARE):
        usual = min(usual, 12)
    word = max((len(part) for part in heading.split()), default=0)
    # The heading wraps: three lines of it and the button of the filter are enough.
    return min(max(usual, word + 3, len(heading) / 3, NARROWEST) + 1, WIDEST)


def _lines(heading: str) -> int:
    return min(max(1, -(-len(heading) // 14)), 5)


def _sheet_name(scope: Scope, key: str) -> str:
    """The name of a sheet, with none of the letters that it may not hold."""
    return joined([text(key, lang) for lang in scope.langs], " \N{EN DASH} ")[:31]


def _about(book: Any, content: TableContent, scope: Scope, data: DataSheet) -> None:
    """The second sheet: what the table is, where from, what columns mean; a part a language."""
    sheet = book.add_worksheet(_sheet_name(scope, "export_table.sheet.about"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 3, 22)
    sheet.set_column(4, 6, 34)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(HEAD),
        "label": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "text": plain,
    }
    row = 0
    for lang in scope.langs:
        for style, cells in _about_rows(content, scope, data, lang):
            for at, cell in enumerate(without_illegal(list(cells))):
                if cell:
                    is_first = style == "pair" and at == 0
                    name = "label" if is_first else "text" if style == "pair" else style
                    sheet.write_string(row, at, fitting(cell), styles[name])
            row += 1
        row += 1
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _about_rows(
    content: TableContent, scope: Scope, data: DataSheet, lang: str
) -> Iterable[tuple[str, Sequence[str]]]:
    """Lines of the sheet in one language: their style and their cells."""

    def said(key: str) -> str:
        return text(f"export_table.about.{key}", lang)

    sources = scope.sources(content.sources, lang)
    yield "title", [content.titles[lang]]
    if content.tells_of_persons:
        yield "pair", [said("contacts"), scope.contacts_said(lang)]
    yield "pair", [said("area"), scope.name(lang)]
    yield "pair", [said("filters"), scope.filters_said(lang) or said("no_filters")]
    yield "pair", [said("made"), scope.made_said(lang)]
    yield "pair", [said("rows"), number(content.rows, lang)]
    remarks = list(content.remarks.get(lang, ()))
    for key, count in (("cut_cells", data.cut_cells), ("cut_rows", data.cut_rows)):
        if count:
            remarks.append(text(f"export_table.remark.{key}", lang, count=count))
    for at, remark in enumerate(remarks):
        yield "pair", [said("remarks") if not at else "", remark]
    licences = dict.fromkeys(source.licence for source in sources)
    yield "pair", [said("licence"), "; ".join(licences)]
    yield "text", []
    yield "title", [said("sources")]
    yield "head", [said(key) for key in _SOURCE_HEADS]
    for source in sources:
        yield (
            "text",
            [
                source.title,
                source.attribution,
                source.date,
                source.retrieved,
                source.licence,
                source.licence_url,
                source.page,
            ],
        )
    yield "text", []
    yield "title", [said("columns")]
    yield "head", [said(key) for key in ("column", "meaning", "kind", "unit", "key")]
    for column in content.columns:
        yield (
            "text",
            [
                column.heading([lang]),
                column.meanings[lang],
                text(f"export_table.kind.{column.kind}", lang),
                "%" if column.kind == SHARE else column.units.get(lang, ""),
                column.key,
            ],
        )


_SOURCE_HEADS = (
    *("source", "attribution", "source_date", "retrieved"),
    *("source_licence", "licence_url", "page"),
)
