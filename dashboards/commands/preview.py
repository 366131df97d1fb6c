"""The command `jarjestokartta preview SOURCE FILE`: what a file would give, before it is used."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import ModuleType
from typing import Annotated

import pandas as pd
import typer

from dashboards.commands.terminal import fail, print_rows, texts
from loaders import LoaderError, Settings, SourceChanged, SourceUnavailable
from loaders.load import read_body
from loaders.registry import source_module
from loaders.sheets import sheet_rows
from loaders.source import Parsed, Source
from loaders.tables import PARTS, is_personal

MASK = "•••"
MAX_ROWS = 10
MAX_LINES = 5_000
MAX_LINES_NAMED = 8


def register(app: typer.Typer) -> None:
    """Give the command line its command."""
    app.command()(preview)


def preview(
    source: Annotated[str, typer.Argument(help="Id of the source that the file is for.")],
    file: Annotated[Path, typer.Argument(help="The file: CSV, xlsx, docx, HTML or text.")],
    show_persons: Annotated[
        bool, typer.Option("--show-persons", help="Show names and e-mails; else they are masked.")
    ] = False,
) -> None:
    """Show what a file would give, and what would be set aside; nothing is kept.

    A list of liaisons is shown line by line, any other file by its headings and first rows.
    """
    try:
        module = source_module(source)
        body = _read(file, Settings.from_env().max_bytes)
        if callable(getattr(module, "understood", None)):
            _say_lines(module.understood(body, show_persons=show_persons))
        elif not module.SOURCE.has_personal_data:
            _say_headings(body)
        parsed = _parsed(module, body)
    except LoaderError as error:
        fail(f"{error} The file is {file}.")
    if not callable(getattr(module, "understood", None)):
        _say_rows(parsed.frame, module.SOURCE, show_persons=show_persons)
    _say_rejects(parsed)
    _say_counts(parsed, module.SOURCE)


def _read(file: Path, max_bytes: int) -> bytes:
    try:
        with file.open("rb") as opened:
            body = opened.read(max_bytes + 1)
    except OSError as error:
        raise SourceUnavailable(f"It cannot be read ({error.strerror}).") from None
    if len(body) > max_bytes:
        raise SourceUnavailable(
            f"It has more than {max_bytes} bytes; is it the right one? If so raise "
            "JARJESTOKARTTA_MAX_BYTES."
        )
    return body


def _parsed(module: ModuleType, body: bytes) -> Parsed:
    """The table and the lines set aside; these are told as well where the table is refused."""
    try:
        return read_body(module.SOURCE.id, body)
    except SourceChanged:
        # It failed already, and why is told below: here only the reasons are still wanted.
        with contextlib.suppress(Exception):
            _say_rejects(Parsed(*module.parse(body)))
        raise


def _say_lines(lines: pd.DataFrame) -> None:
    """Each line, and what it was taken for."""
    shown = lines.iloc[:MAX_LINES]
    print_rows(("line", "taken for", "municipality", "text", "remark"), texts(shown))
    if len(lines) > len(shown):
        typer.echo(f"and {len(lines) - len(shown)} more lines")
    kinds = lines["kind"].value_counts(sort=False)
    typer.echo("lines: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))


def _say_headings(body: bytes) -> None:
    """The headings of the first table, where the file is one."""
    try:
        sheet = sheet_rows(body, source_id="preview")
    except LoaderError:  # JSON, or lines of fixed width: the source's parser knows better
        return
    typer.echo(f"{len(sheet.rows)} rows below line {sheet.heading_line}, whose cells are:")
    print_rows(
        ("column", "heading"), [(str(at), text) for at, text in enumerate(sheet.headings, 1)]
    )


def _say_rows(frame: pd.DataFrame, source: Source, *, show_persons: bool) -> None:
    """The first rows of the table, columns without any value left out."""
    columns = PARTS[source.table].columns
    shown = frame.drop(columns="geometry", errors="ignore").dropna(axis="columns", how="all")
    rows = shown.iloc[:MAX_ROWS].astype("string")
    for name in rows.columns:
        if is_personal(columns[name]) and not show_persons:
            rows[name] = rows[name].mask(rows[name].notna(), MASK)
    typer.echo(f"the first {len(rows)} of {len(frame)} rows of the table {source.table}:")
    print_rows(tuple(rows.columns), texts(rows))


def _say_rejects(parsed: Parsed) -> None:
    """How many lines are set aside for which reason, and which: never their text."""
    if parsed.rejects.empty:
        return
    rows = []
    for reason, lines in parsed.rejects.groupby("reason", sort=False)["line"]:
        named = ", ".join(map(str, lines.iloc[:MAX_LINES_NAMED]))
        rest = len(lines) - MAX_LINES_NAMED
        rows.append((str(reason), str(len(lines)), named + (f" and {rest} more" * (rest > 0))))
    print_rows(("set aside because", "number", "lines"), rows)


def _say_counts(parsed: Parsed, source: Source) -> None:
    odd = int(parsed.frame["warning"].notna().sum()) if "warning" in parsed.frame else 0
    marked = f", {odd} of them with a warning" if odd else ""
    typer.echo(
        f"{len(parsed.frame)} rows for the table {source.table}{marked}; "
        f"{len(parsed.rejects)} lines set aside. Nothing was kept."
    )
