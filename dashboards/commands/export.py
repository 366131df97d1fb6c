"""The command `jarjestokartta export KIND`: files to take away, the same as those of the page."""

from __future__ import annotations

import inspect
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
    group_of,
    theme_names,
)
from dashboards.export.faults import ExportError
from dashboards.export.files import FileExport, Tell, quiet, save
from dashboards.export.scope import ALL, LANGUAGE_CHOICES, Scope, area_names, area_of, languages_of
from dashboards.state import EVIDENCE_AGES, REACHES, SHARING, WEIGHTS
from dashboards.store import Store
from loaders import LoaderError, Settings

LANG = "en"

Theme = Annotated[str, typer.Option(help="What the map shows; `export --list` tells the themes.")]
Format = Annotated[
    str, typer.Option(help="The format; else as the file's name ends, else the first there is.")
]


def _option(name: str, default: Any, kind: type, *flags: str, says: str) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, typer.Option(*flags, help=says)],
    )


SHARED = (
    _option("area", ALL, str, says="A region, county or municipality: name, code or id; else all."),
    _option("lang", "fi", str, says=f"One of {', '.join(LANGUAGE_CHOICES)}."),
    _option("out", Path(), Path, says="A folder, which is made where it is missing, or a file."),
    _option(
        "evidence",
        EVIDENCE_AGES[0],
        str,
        says=f"Of how many years evidence counts: {', '.join(EVIDENCE_AGES)}.",
    ),
    _option(
        "reach",
        REACHES[0],
        str,
        says=f"Whether organisations of wider reach count: {', '.join(REACHES)}.",
    ),
    _option(
        "group",
        "",
        str,
        says="Code of a target group: only its organisations count; also what a table is of.",
    ),
    _option(
        "with_contacts",
        False,
        bool,
        "--with-contacts",
        says="Take the liaisons' names and addresses along: persons!",
    ),
    _option("overwrite", False, bool, "--overwrite", says="Replace a file that is there already."),
)
"""The options of every kind of file; ``with_contacts`` only where it can tell of persons."""

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
        _list(_store(EVIDENCE_AGES[0], REACHES[0], ""))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


def file_command(
    *, has_persons: bool = False, formats: tuple[str, ...] = ()
) -> Callable[[Callable[..., FileExport]], Callable[..., None]]:
    """Make a function that gives a file of a scope a command of the options all files have.

    Where the file comes in several ``formats``, an empty choice is the ending of ``--out``.
    """

    def decorate(make: Callable[..., FileExport]) -> Callable[..., None]:
        def command(
            area: str,
            lang: str,
            out: Path,
            evidence: str,
            reach: str,
            group: str,
            overwrite: bool,
            with_contacts: bool = False,
            **own: Any,
        ) -> None:
            if formats:
                own["format"] = own["format"] or _ending(out, formats)
            try:
                store = _store(evidence, reach, group)
                scope = Scope(
                    store=store,
                    area=area_of(area, store),
                    langs=languages_of(lang),
                    with_contacts=with_contacts,
                )
                with _progress() as tell:
                    path = save(make(scope, **own), out, overwrite=overwrite, tell=tell)
            except ExportError as error:
                fail(error.said(LANG))
            except KeyboardInterrupt:
                typer.secho("Cancelled; no file was written.", fg="red", err=True)
                raise typer.Exit(128 + signal.SIGINT) from None
            if with_contacts:
                typer.secho(scope.contacts_said(LANG), fg="yellow", err=True)
            typer.echo(path)

        # Typer reads the options off the signature.
        own_options = list(inspect.signature(make, eval_str=True).parameters.values())[1:]
        shared = [option for option in SHARED if has_persons or option.name != "with_contacts"]
        options = [*own_options, *shared]
        command.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
        command.__annotations__ = {option.name: option.annotation for option in options}
        command.__doc__ = make.__doc__
        return commands.command(name=make.__name__.rstrip("_"))(command)

    return decorate


@file_command(formats=MAP_FORMATS)
def map_(
    scope: Scope,
    theme: Theme = "ladder",
    format: Format = "",
    paper: Annotated[str, typer.Option(help=f"One of {', '.join(PAPERS)}.")] = PAPERS[0],
    orientation: Annotated[
        str, typer.Option(help=f"One of {', '.join(ORIENTATIONS)}.")
    ] = ORIENTATIONS[0],
    title: Annotated[str, typer.Option(help="A title of your own.")] = "",
) -> FileExport:
    """One map on paper or for a document: PNG, SVG or PDF."""
    from dashboards.export.map_figure import MapExport

    return MapExport(
        scope=scope,
        theme=theme,
        format=format,
        paper=paper,
        orientation=orientation,
        title=title,
    )


@file_command(has_persons=True, formats=FORMATS)
def table(
    scope: Scope,
    name: Annotated[str, typer.Argument(help="Which table; `export --list` tells them.")],
    format: Format = "",
    theme: Theme = "ladder",
    board: Annotated[str, typer.Option(help="Id of a board, where the table asks for one.")] = "",
    first: Annotated[int, typer.Option(help="How many municipalities to contact first.")] = 4,
    weigh: Annotated[
        str, typer.Option(help=f"Whom contacts are weighed by: {', '.join(WEIGHTS)}.")
    ] = WEIGHTS[0],
    sharing: Annotated[
        str, typer.Option(help=f"Who shares a liaison: {', '.join(SHARING)}.")
    ] = SHARING[0],
    all_columns: Annotated[
        bool, typer.Option("--all-columns", help="Also columns that the page does not show.")
    ] = False,
    separator: Annotated[
        str, typer.Option(help=f"Of a CSV file: {' or '.join(SEPARATORS)}.")
    ] = SEPARATORS[0],
    bom: Annotated[
        bool, typer.Option(help="Begin a CSV file with the mark by which Excel knows UTF-8.")
    ] = True,
) -> FileExport:
    """One table: CSV, XLSX or JSON."""
    from dashboards.export.tables import TableExport

    return TableExport(
        scope=scope,
        table=name,
        format=format,
        theme=theme,
        group=scope.store.group,
        board=board,
        first=first,
        weigh=weigh,
        sharing=sharing,
        all_columns=all_columns,
        separator=separator,
        has_bom=bom,
    )


@file_command()
def geopackage(scope: Scope) -> FileExport:
    """All results with their outlines for QGIS: a GeoPackage in EPSG:3067."""
    from dashboards.export.geopackage import GeoPackageExport

    return GeoPackageExport(scope=scope)


@file_command(has_persons=True)
def html(scope: Scope, theme: Theme = "ladder") -> FileExport:
    """A map to click on in one HTML file, which asks no other host for anything."""
    from dashboards.export.map_page import MapPageExport

    return MapPageExport(scope=scope, theme=theme)


@file_command(has_persons=True)
def slides(scope: Scope, theme: Theme = "ladder") -> FileExport:
    """Slides that can be edited: PPTX, 16:9."""
    from dashboards.export.slides import SlidesExport

    return SlidesExport(scope=scope, theme=theme)


@file_command(has_persons=True)
def atlas(
    scope: Scope,
    parts: Annotated[
        str, typer.Option(help="one PDF, or files: one PDF a sheet in a ZIP.")
    ] = PARTS[0],
    boards: Annotated[bool, typer.Option(help="Also a sheet for each board.")] = True,
) -> FileExport:
    """The atlas: an overview, and a sheet for each municipality and board."""
    from dashboards.export.atlas import AtlasExport

    return AtlasExport(scope=scope, parts=parts, has_boards=boards)


@file_command(has_persons=True)
def report(scope: Scope) -> FileExport:
    """The content of the atlas as one HTML page to read or print."""
    from dashboards.export.report import ReportExport

    return ReportExport(scope=scope)


def _store(evidence: str, reach: str, group: str) -> Store:
    for given, known, name in ((evidence, EVIDENCE_AGES, "evidence"), (reach, REACHES, "reach")):
        if given not in known:
            fail(f"--{name} {given!r}: expected one of {', '.join(known)}")
    try:
        store = Store.open(settings=Settings.from_env())
    except LoaderError as error:
        fail(str(error))
    return store.seen(evidence=evidence, reach=reach, group=group_of(group, store))


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
