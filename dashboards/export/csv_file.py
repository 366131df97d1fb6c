"""A table as CSV: a plain table with one row of headings, safe to open in a spreadsheet program.

What the file is of and where it comes from stands in XLSX and JSON: lines above the headings would
keep most programs from reading it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from dashboards.export.files import Tell, quiet
from dashboards.export.scope import Scope
from dashboards.export.table_content import NUMBER, SHARE, WHOLE, YEAR, YES_NO, TableColumn
from dashboards.export.table_content import TableContent as Content

FORMULA = re.compile(
    r"^\s*[=+\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    r"\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}\N{MINUS SIGN}]"
)
"""How a text begins that a spreadsheet program would take for a formula."""
BREAKS = re.compile(r"[\s\x80-\x9f]*[\t\r\n\x85\u2028\u2029][\s\x80-\x9f]*")
CHUNK = 5_000
COMMA_LANGUAGES = ("fi", "sv")
"""Languages whose spreadsheet programs take a comma for the decimal mark."""


def write(
    content: Content,
    scope: Scope,
    path: Path,
    tell: Tell = quiet,
    *,
    separator: str = ";",
    has_bom: bool = True,
) -> None:
    """Write a table as CSV: UTF-8, CRLF, headings with units in the first row.

    Parameters
    ----------
    content
        The table.
    scope
        Of its languages the first tells the decimal mark.
    path
        Where.
    tell
        Told of rows.
    separator
        Between cells. With a semicolon numbers have a decimal comma in Finnish and Swedish, as
        their spreadsheet programs expect; with a comma a point in every language.
    has_bom
        Whether the file begins with the mark by which Excel knows UTF-8.
    """
    is_comma = separator == ";" and scope.lang in COMMA_LANGUAGES
    words = {True: safe(scope_words(scope)[0]), False: safe(scope_words(scope)[1])}
    columns = [_written(column, words, is_comma=is_comma) for column in content.columns]
    rows = zip(*columns, strict=True)
    encoding = "utf-8-sig" if has_bom else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
        writer.writerow(
            [
                safe(column.heading(scope.langs, share_unit="0\N{EN DASH}1"))
                for column in content.columns
            ]
        )
        done = 0
        for chunk in _chunks(rows):
            writer.writerows(chunk)
            done += len(chunk)
            tell(done, content.rows)


def scope_words(scope: Scope) -> tuple[str, str]:
    """Yes and no in the languages of the scope."""
    from dashboards.export.scope import joined
    from dashboards.texts import text

    yes, no = (
        joined([text(f"word.{word}", lang) for lang in scope.langs]) for word in ("yes", "no")
    )
    return yes, no


def safe(said: str) -> str:
    """A text on one line, with an apostrophe before what would be taken for a formula.

    Examples
    --------
    >>> safe("=1+1"), safe("\\tA\\nB"), safe("045")
    ("'=1+1", 'A B', '045')
    """
    said = BREAKS.sub(" ", said).strip()
    return f"'{said}" if FORMULA.match(said) else said


def _written(column: TableColumn, words: dict[bool, str], *, is_comma: bool) -> Sequence[str]:
    values = column.values
    if column.kind in (WHOLE, YEAR):
        return ["" if value is None else str(value) for value in values]
    if column.kind in (NUMBER, SHARE):
        written = ["" if value is None else _number(value) for value in values]
        return [number.replace(".", ",") for number in written] if is_comma else written
    if column.kind == YES_NO:
        return ["" if value is None else words[value] for value in values]
    return ["" if value is None else safe(value) for value in values]


def _number(value: float) -> str:
    """At most six decimals, without an exponent and without trailing zeros."""
    written = f"{value + 0.0:.6f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
