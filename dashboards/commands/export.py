"""The command `jarjestokartta export KIND`: files to take away, the same as those of the page."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from dashboards.commands.terminal import fail, print_rows
from dashboards.export.choices import (
    FORMATS,
    MAP_FORMATS,
    ORIENTATIONS,
    PAPERS,
    PARTS,
    SEPARATORS,
    theme_names,
)
from dashboards.export.faults import ExportError
from dashboards.export.files import FileExport, Tell, quiet, save
from dashboards.export.scope import ALL, LANGUAGE_CHOICES, Scope, area_names, area_of, languages_of
from dashboards.state import EVIDENCE_AGES, REACHES
from dashboards.store import Store
from loaders import LoaderError, Settings

LANG = "en"

Area = Annotated[
    str, typer.Option(help="A region, county or municipality: its name, code or id; else all.")
]
Lang = Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGE_CHOICES)}.")]
Out = Annotated[Path, typer.Option(help="A folder, which is made where it is missing, or a file.")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace a file that is there already.")
]
Contacts = Annotated[
    bool,
    typer.Option("--with-contacts", help="Take the liaisons' names and addresses along: persons!"),
]
Evidence = Annotated[
    str, typer.Option(help=f"Of how many years evidence counts: {', '.join(EVIDENCE_AGES)}.")
]
Reach = Annotated[
    str, typer.Option(help=f"Whether organisations of wider reach count: {', '.join(REACHES)}.")
]
Theme = Annotated[str, typer.Option(help="What the map shows; `export --list` tells the themes.")]

commands = typer.Typer(
    help="Make files to take away: maps, tables, slides, the atlas.", add_completion=False
)


def register(app: typer.Typer) -> None:
    """Give the command line its commands."""
    app.add_typer(commands, name="export")


@commands.callback(invoke_without_command=True)
def export(
    context: typer.Context,
    list_: Annotated[
        bool, typer.Option("--list", help="List the areas, themes and tables there are.")
    ] = False,
) -> None:
    """Make files to take away: maps, tables, slides, the atlas."""
    if list_:
        _list(_store(EVIDENCE_AGES[0], REACHES[0]))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


@commands.command(name="map")
def map_(
    area: Area = ALL,
    theme: Theme = "ladder",
    lang: Lang = "fi",
    out: Out = Path(),
    format: Annotated[
        str, typer.Option(help=f"One of {', '.join(MAP_FORMATS)}; else as the file's name ends.")
    ] = "",
    paper: Annotated[str, typer.Option(help=f"One of {', '.join(PAPERS)}.")] = PAPERS[0],
    orientation: Annotated[
        str, typer.Option(help=f"One of {', '.join(ORIENTATIONS)}.")
    ] = ORIENTATIONS[0],
    title: Annotated[str, typer.Option(help="A title of your own.")] = "",
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    overwrite: Overwrite = False,
) -> None:
    """One map on paper or for a document: PNG, SVG or PDF."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.map_figure import MapExport

        return MapExport(
            scope=scope,
            theme=theme,
            paper=paper,
            orientation=orientation,
            format=format or _ending(out, MAP_FORMATS),
            title=title,
        )

    _export(make, area, lang, out, evidence, reach, overwrite)


@commands.command()
def table(
    name: Annotated[str, typer.Argument(help="Which table; `export --list` tells them.")],
    area: Area = ALL,
    lang: Lang = "fi",
    out: Out = Path(),
    format: Annotated[
        str, typer.Option(help=f"One of {', '.join(FORMATS)}; else as the file's name ends.")
    ] = "",
    theme: Theme = "ladder",
    group: Annotated[str, typer.Option(help="Code of a target group, where it asks for one.")] = "",
    board: Annotated[str, typer.Option(help="Id of a board, where the table asks for one.")] = "",
    all_columns: Annotated[
        bool, typer.Option("--all-columns", help="Also columns that the page does not show.")
    ] = False,
    separator: Annotated[
        str, typer.Option(help=f"Of a CSV file: {' or '.join(SEPARATORS)}.")
    ] = SEPARATORS[0],
    bom: Annotated[
        bool, typer.Option(help="Begin a CSV file with the mark by which Excel knows UTF-8.")
    ] = True,
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    with_contacts: Contacts = False,
    overwrite: Overwrite = False,
) -> None:
    """One table: CSV, XLSX or JSON."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.tables import TableExport

        return TableExport(
            scope=scope,
            table=name,
            format=format or _ending(out, FORMATS),
            theme=theme,
            group=group,
            board=board,
            all_columns=all_columns,
            separator=separator,
            has_bom=bom,
        )

    _export(make, area, lang, out, evidence, reach, overwrite, with_contacts)


@commands.command()
def geopackage(
    area: Area = ALL,
    lang: Lang = "fi",
    out: Out = Path(),
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    overwrite: Overwrite = False,
) -> None:
    """All results with their outlines for QGIS: a GeoPackage in EPSG:3067."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.geopackage import GeoPackageExport

        return GeoPackageExport(scope=scope)

    _export(make, area, lang, out, evidence, reach, overwrite)


@commands.command()
def html(
    area: Area = ALL,
    theme: Theme = "ladder",
    lang: Lang = "fi",
    out: Out = Path(),
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    with_contacts: Contacts = False,
    overwrite: Overwrite = False,
) -> None:
    """A map to click on in one HTML file, which asks no other host for anything."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.map_page import MapPageExport

        return MapPageExport(scope=scope, theme=theme)

    _export(make, area, lang, out, evidence, reach, overwrite, with_contacts)


@commands.command()
def slides(
    area: Area = ALL,
    theme: Theme = "ladder",
    lang: Lang = "fi",
    out: Out = Path(),
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    with_contacts: Contacts = False,
    overwrite: Overwrite = False,
) -> None:
    """Slides that can be edited: PPTX, 16:9."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.slides import SlidesExport

        return SlidesExport(scope=scope, theme=theme)

    _export(make, area, lang, out, evidence, reach, overwrite, with_contacts)


@commands.command()
def atlas(
    area: Area = ALL,
    lang: Lang = "fi",
    out: Out = Path(),
    parts: Annotated[
        str, typer.Option(help="one PDF, or files: one PDF a sheet in a ZIP.")
    ] = PARTS[0],
    boards: Annotated[bool, typer.Option(help="Also a sheet for each board.")] = True,
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    with_contacts: Contacts = False,
    overwrite: Overwrite = False,
) -> None:
    """The atlas: an overview, and a sheet for each municipality and board."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.atlas import AtlasExport

        return AtlasExport(scope=scope, parts=parts, has_boards=boards)

    _export(make, area, lang, out, evidence, reach, overwrite, with_contacts)


@commands.command()
def report(
    area: Area = ALL,
    lang: Lang = "fi",
    out: Out = Path(),
    evidence: Evidence = EVIDENCE_AGES[0],
    reach: Reach = REACHES[0],
    with_contacts: Contacts = False,
    overwrite: Overwrite = False,
) -> None:
    """The content of the atlas as one HTML page to read or print."""

    def make(scope: Scope) -> FileExport:
        from dashboards.export.report import ReportExport

        return ReportExport(scope=scope)

    _export(make, area, lang, out, evidence, reach, overwrite, with_contacts)


def _export(
    make: Callable[[Scope], FileExport],
    area: str,
    lang: str,
    out: Path,
    evidence: str,
    reach: str,
    overwrite: bool,
    with_contacts: bool = False,
) -> None:
    """Make one file and say where it is; exit code 1 where it cannot be made, 130 on Ctrl-C."""
    try:
        store = _store(evidence, reach)
        scope = Scope(
            store=store,
            area=area_of(area, store),
            langs=languages_of(lang),
            with_contacts=with_contacts,
        )
        with _progress() as tell:
            path = save(make(scope), out, overwrite=overwrite, tell=tell)
    except ExportError as error:
        fail(error.said(LANG))
    except KeyboardInterrupt:
        typer.secho("Cancelled; no file was written.", fg="red", err=True)
        raise typer.Exit(128 + signal.SIGINT) from None
    if with_contacts:
        typer.secho(scope.contacts_said(LANG), fg="yellow", err=True)
    typer.echo(path)


def _store(evidence: str, reach: str) -> Store:
    for given, known, name in ((evidence, EVIDENCE_AGES, "evidence"), (reach, REACHES, "reach")):
        if given not in known:
            fail(f"--{name} {given!r}: expected one of {', '.join(known)}")
    try:
        return Store.open(settings=Settings.from_env()).seen(evidence=evidence, reach=reach)
    except LoaderError as error:
        fail(str(error))


def _ending(out: Path, formats: tuple[str, ...]) -> str:
    """The format that the file's name asks for, else the first."""
    asked = out.suffix.lower().removeprefix(".")
    return asked if asked in formats else formats[0]


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on the screen as soon as something is told; nothing where no person looks on."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield quiet
        return
    columns: tuple[Any, ...] = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", visible=False)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, visible=True)

        yield tell


def _list(store: Store) -> None:
    from dashboards.export.tables import table_names

    for heading, names in (
        ("area", area_names(store, LANG)),
        ("theme", theme_names(store, LANG)),
        ("table", table_names(LANG)),
        ("group", store.group_names(LANG)),
    ):
        print_rows((heading, "id", "name"), [(heading, id_, name) for id_, name in names.items()])
