"""The command line: `jarjestokartta serve | check | sources`."""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from loaders import LoaderError, Settings, load, sources
from loaders.checks import link_faults
from loaders.embedded import read_table, table_path, write_tables
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
        # The page's origin names the port, so a free one has to be known before serving.
        port = port or _free_port(address)
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
    used, faults, own = {}, [], set()
    for name, table in TABLES.items():
        for folder in (data / "fixed", data / "own"):
            if folder.name == "own" and not table_path(table, folder).exists():
                continue
            try:
                used[name] = read_table(table, folder)
                own |= {name} if folder.name == "own" else set()
            except LoaderError as error:
                faults.append(str(error))
    for name, table in TABLES.items():
        rows = f"{len(used[name]):>7} rows" if name in used else "      unreadable"
        marks = ["own"] * (name in own) + ["personal data"] * table.has_personal_data
        typer.echo(f"{name:<28}{rows}  {', '.join(marks)}".rstrip())
    faults += link_faults(used)
    for fault in faults:
        typer.secho(f"FAULT {fault}", fg="red", err=True)
    typer.echo(f"{len(used)} of {len(TABLES)} tables read, {len(faults)} faults, in {data}")
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
        _fail(f"{error} The data in use is as it was.")
    except OSError as error:
        _fail(f"Cannot write the table: {error.strerror}. The data in use is as it was.")


def _keep(source_id: str, file: Path | None) -> None:
    """Fetch a source, match its places, and write its table and rejects into data/own/."""
    from dashboards.store import (
        Store,
        matched,
        set_aside_with,
        sources_after,
        with_other_sources,
    )

    settings = _settings()
    store = Store.open(settings=settings)
    own = settings.data_dir / "own"
    try:
        loaded = load(source_id, settings=settings, file=file)
    except LoaderError:
        if source_id in set(store["sources"]["source_id"]):  # the page is to say so as well
            own.mkdir(parents=True, exist_ok=True)
            failed = sources_after(store, source_id, retrieved=None, notice="failed")
            write_tables({"sources": failed}, own)
        raise
    stale = [snapshot for snapshot in loaded.snapshots if snapshot.stale]
    for snapshot in stale:
        typer.secho(f"An older copy is used: {snapshot.detail}", fg="yellow", err=True)
    source = sources()[source_id].SOURCE
    frame = matched(loaded.frame, store)
    table = TABLES[source.table]
    own.mkdir(parents=True, exist_ok=True)
    write_tables(
        {
            table.name: with_other_sources(frame, table, store, source.page),
            "set_aside": set_aside_with(store, loaded.rejects, source),
            "sources": sources_after(
                store,
                source_id,
                retrieved=None if stale else dt.date.today(),
                notice=stale[0].notice if stale else None,
            ),
        },
        own,
    )
    typer.echo(f"{len(frame)} rows kept in {own / table.name}.csv")
    if "municipality_code" in frame:
        typer.echo(f"{int(frame['municipality_code'].isna().sum())} without a municipality")
    typer.echo(f"{len(loaded.rejects)} lines set aside")
    for reason, count in loaded.rejects["reason"].value_counts().items():
        typer.echo(f"    {reason}: {count}")


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as taken:
        return int(taken.getsockname()[1])


def _settings() -> Settings:
    """The settings of the environment, or a sentence and exit code 1."""
    try:
        return Settings.from_env()
    except LoaderError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1)
