"""The command line: serve and check; the other commands lie in ``dashboards/commands/``."""

from __future__ import annotations

import socket
import threading
from typing import Annotated

import typer

from dashboards.commands import election, export, organisations, preview, refresh, snapshots
from dashboards.commands.terminal import fail
from loaders import LoaderError, Settings, sources
from loaders.checks import link_faults
from loaders.embedded import read_table, table_path
from loaders.packages import package_in_use
from loaders.tables import TABLES

app = typer.Typer(
    help="Järjestökartta: Finland's NGOs by municipality, on a map in the browser.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold names of persons
)

for _commands in (refresh, snapshots, preview, organisations, election, export):
    _commands.register(app)


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
    from tornado.ioloop import IOLoop

    from dashboards.app import opening, session_page

    _settings()  # what is wrong with them is said before anything is served
    loop = IOLoop.current()

    def read_the_data() -> None:
        """Read beside the server, and end it where there is nothing to show."""
        opening.begin()
        threading.Thread(target=end_without_data, name="end", daemon=True).start()

    def end_without_data() -> None:
        opening.wait()
        if opening.fault is not None:
            loop.add_callback(loop.stop)

    try:
        # The page's origin names the port, so a free one has to be known before serving.
        port = port or _free_port(address)
        loop.add_callback(read_the_data)  # once the server listens
        pn.serve(
            {"/": session_page},
            port=port,
            address=address,
            show=show,
            websocket_origin=[f"{address}:{port}", f"localhost:{port}", *(allow_origin or [])],
            liveness=True,
            compress_response=True,  # 4 MB of JavaScript come as one; no proxy is needed for it
            verbose=True,
            title="Järjestökartta",
        )
    except OSError as error:
        fail(f"Cannot listen on {address}:{port} ({error.strerror}); try --port 0")
    if opening.fault is not None:
        fail(str(opening.fault))


@app.command()
def check() -> None:
    """Check every table against the model; exit code 1 when something is wrong."""
    settings = _settings()
    data = settings.data_dir
    package, faults_of_package = package_in_use(settings)
    used, origins, faults = {}, {}, list(faults_of_package)
    folders = {"": data / "fixed", "own": data / "own"}
    if package is not None:
        folders = {"": folders[""], "refreshed": package.path, "own": folders["own"]}
    for name, table in TABLES.items():
        for origin, folder in folders.items():
            is_optional = origin == "own" or not table.is_embedded
            if is_optional and not table_path(table, folder).exists():
                continue
            try:
                used[name] = read_table(table, folder)
                origins[name] = origin
            except LoaderError as error:
                faults.append(str(error))
        if name not in used and not table.is_embedded:
            used[name] = table.empty()
            origins[name] = "no file"
    for name, table in TABLES.items():
        rows = f"{len(used[name]):>7} rows" if name in used else "      unreadable"
        marks = [origins.get(name, "")] + ["personal data"] * table.has_personal_data
        typer.echo(f"{name:<28}{rows}  {', '.join(filter(None, marks))}".rstrip())
    faults += link_faults(used)
    for fault in faults:
        typer.secho(f"FAULT {fault}", fg="red", err=True)
    typer.echo(f"{len(used)} of {len(TABLES)} tables read, {len(faults)} faults, in {data}")
    raise typer.Exit(1 if faults else 0)


@app.command(name="sources")
def list_sources() -> None:
    """List the sources: what each gives, whose it is, where it is, how it is refreshed."""
    for source_id, module in sources().items():
        source = module.SOURCE
        mark = ", personal data" if source.has_personal_data else ""
        typer.echo(f"{source_id}: {source.title.en} ({source.publisher.en}){mark}")
        typer.echo(f"    tables {', '.join(source.tables)}; {source.licence.en}")
        typer.echo(f"    {source.page}")
        if source.url is None:
            typer.echo(f"    a file: jarjestokartta refresh {source_id} --file FILE")
        elif source.needs_option:
            typer.echo(f"    asked where the option {source_id}.{source.needs_option} is set")


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as taken:
        return int(taken.getsockname()[1])


def _settings() -> Settings:
    """The settings of the environment, or a sentence and exit code 1."""
    try:
        return Settings.from_env()
    except LoaderError as error:
        fail(str(error))
