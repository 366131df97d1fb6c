"""The command line: `jarjestokartta serve | check | sources`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from loaders import LoaderError, Settings, load, sources
from loaders.embedded import read_tables
from loaders.tables import TABLES

app = typer.Typer(
    help="Järjestökartta: Finland's NGOs by municipality, on a map in the browser.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold names of persons
)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 5006,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    show: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(help="Other host:port from which the page is opened (a proxy's name)."),
    ] = None,
) -> None:
    """Serve the dashboard on this machine."""
    import panel as pn  # slow to import, and not needed by the other commands

    from dashboards.app import opened_store, session_page

    try:
        opened_store()
    except LoaderError as error:
        _fail(str(error))
    try:
        pn.serve(
            {"/": session_page},
            port=port,
            address=address,
            show=show,
            websocket_origin=[f"{address}:{port}", f"localhost:{port}", *(allow_origin or [])],
            liveness=True,
            verbose=True,
            title="Järjestökartta",
        )
    except OSError as error:
        _fail(f"Cannot listen on {address}:{port} ({error.strerror}); try --port 0")


@app.command()
def check() -> None:
    """Check every table against the model; exit code 1 when something is wrong."""
    data = _settings().data_dir
    folder = data / "fixed"
    frames, faults = read_tables(folder)
    for name, table in TABLES.items():
        rows = f"{len(frames[name]):>7} rows" if name in frames else "      unreadable"
        mark = "personal data" if table.has_personal_data else ""
        typer.echo(f"{name:<28}{rows}  {mark}".rstrip())
    faults += _own_faults(data / "own")
    for fault in faults:
        typer.secho(f"FAULT {fault}", fg="red", err=True)
    typer.echo(f"{len(frames)} of {len(TABLES)} tables read, {len(faults)} faults, in {folder}")
    raise typer.Exit(1 if faults else 0)


@app.command(name="sources")
def list_sources(
    fetch: Annotated[
        str | None,
        typer.Option(help="Id of a source to fetch, check and keep in data/own/."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="With --fetch: read this saved page instead of the live one."),
    ] = None,
) -> None:
    """List the sources, or fetch one of them and use it from now on."""
    if fetch is None:
        for source_id, module in sources().items():
            source = module.SOURCE
            mark = ", personal data" if source.has_personal_data else ""
            typer.echo(f"{source_id}: {source.title} ({source.publisher}){mark}")
            typer.echo(f"    table {source.table}, {source.licence}")
            typer.echo(f"    {source.page}")
        return
    try:
        _keep(fetch, file)
    except LoaderError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"Cannot write the table: {error.strerror}; the data in use is as it was")


def _keep(source_id: str, file: Path | None) -> None:
    """Fetch a source, match its places, and write its table and rejects into data/own/."""
    from dashboards.store import Store, matched, set_aside_with
    from loaders.embedded import write_table

    settings = _settings()
    loaded = load(source_id, settings=settings, file=file)
    for snapshot in loaded.snapshots:
        if snapshot.stale:
            typer.secho(f"An older copy is used: {snapshot.detail}", fg="yellow", err=True)
    source = sources()[source_id].SOURCE
    store = Store.open(settings=settings)
    table = TABLES[source.table]
    frame = matched(loaded.frame, store)
    aside = set_aside_with(store, loaded.rejects, source)
    folder = settings.data_dir / "own"
    folder.mkdir(parents=True, exist_ok=True)
    path = write_table(frame[list(table.columns)], table, folder)
    write_table(aside, TABLES["set_aside"], folder)
    typer.echo(f"{len(frame)} rows kept in {path}")
    if "municipality_code" in frame:
        typer.echo(f"{int(frame['municipality_code'].isna().sum())} without a municipality")
    typer.echo(f"{len(loaded.rejects)} lines set aside")
    for reason, count in loaded.rejects["reason"].value_counts().items():
        typer.echo(f"    {reason}: {count}")


def _own_faults(folder: Path) -> list[str]:
    """What is wrong with the user's own tables; absent ones are no fault."""
    from loaders.embedded import read_table, table_path

    faults = []
    for table in TABLES.values():
        if table_path(table, folder).exists():
            try:
                read_table(table, folder)
            except LoaderError as error:
                faults.append(str(error))
    return faults


def _settings() -> Settings:
    """The settings of the environment, or a sentence and exit code 1."""
    try:
        return Settings.from_env()
    except LoaderError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1)
