"""The commands `jarjestokartta snapshots list | use | diff | prune`; refreshing is elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Annotated

import pandas as pd
import typer

from dashboards.commands.terminal import plain, print_rows, texts
from geo.changes import change_counts, table_changes
from loaders import LoaderError, Settings
from loaders.embedded import read_tables
from loaders.packages import (
    EMBEDDED,
    KEEP,
    Package,
    find_package,
    package_faults,
    package_in_use,
    packages,
    prune_packages,
    use_package,
)

NONE = "none"
"""Another word for the embedded data: no snapshot at all."""

MAX_ROWS = 1_000
"""How many changes are listed one by one before the rest is counted."""

_commands = typer.Typer(
    help="List the snapshots that refreshes wrote, compare them, choose the one in use.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Give the command line its commands."""
    app.add_typer(_commands, name="snapshots")


@_commands.command(name="list")
def list_command() -> None:
    """List the snapshots, the newest first, and say which is in use."""
    with _told() as settings:
        in_use = package_in_use(settings)
        found = packages(settings)
        rows = [
            (package.name, _size(package), _state(package, in_use.package)) for package in found
        ]
        state = "in use" if in_use.package is None else ""
        print_rows(("snapshot", "size", "state"), [*rows, (EMBEDDED, "", state)])
        for fault in in_use.faults:
            typer.secho(fault, fg="red", err=True)
        if in_use.faults:
            raise typer.Exit(1)


@_commands.command(name="use")
def use_command(
    name: Annotated[
        str, typer.Argument(help="Name of a snapshot, or `none` for the embedded data.")
    ],
) -> None:
    """Use a snapshot from now on; `none` (or `embedded`) goes back to the data of the program."""
    with _told() as settings:
        package = use_package(settings, EMBEDDED if name in (NONE, EMBEDDED) else name)
        if package is None:
            typer.echo(
                "In use from now on: the embedded data. The snapshots are kept "
                "(jarjestokartta snapshots list)."
            )
        else:
            typer.echo(f"In use from now on: snapshot {package.name}.")


@_commands.command(name="diff")
def diff_command(
    old: Annotated[
        str | None,
        typer.Argument(
            help="The snapshot before; without it the one in use, or before the newest."
        ),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(help="The snapshot after; without it the newest.")
    ] = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="List every change, not only counts.")
    ] = False,
) -> None:
    """Show what differs between two snapshots; `none` stands for the embedded data."""
    with _told() as settings:
        before, after = _pair(settings, old, new)
        typer.echo(f"From {before} to {after}")
        changes = table_changes(_tables(settings, before), _tables(settings, after))
        if changes.empty:
            typer.echo("Nothing differs.")
            return
        print_rows(("table", "change", "rows"), texts(change_counts(changes)))
        if rows:
            shown = ["change", "table_name", "row_id", "name", "municipality_code", "detail"]
            listed = changes[shown].iloc[:MAX_ROWS]
            print_rows(("change", "table", "row", "name", "municipality", "detail"), texts(listed))
            rest = len(changes) - MAX_ROWS
            if rest > 0:
                typer.echo(f"and {rest} more; all are in changes.csv of a snapshot")


@_commands.command(name="prune")
def prune_command(
    keep: Annotated[int, typer.Option(min=0, help="How many of the newest stay.")] = KEEP,
) -> None:
    """Remove old snapshots; the one in use always stays."""
    with _told() as settings:
        removed, faults = prune_packages(settings, keep=keep)
        for name in removed:
            typer.echo(f"removed {name}")
        typer.echo(f"{len(removed)} removed, {len(packages(settings))} kept")
        for fault in faults:
            typer.secho(fault, fg="red", err=True)
        if faults:
            raise typer.Exit(1)


@contextlib.contextmanager
def _told() -> Iterator[Settings]:
    """Give the settings of the environment; what goes wrong is a sentence and exit code 1."""
    try:
        yield Settings.from_env()
    except LoaderError as error:
        typer.secho(plain(str(error)), fg="red", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.secho(
            f"The snapshots cannot be read or written: {error.strerror}. The data in use is as it "
            "was.",
            fg="red",
            err=True,
        )
        raise typer.Exit(1) from None


def _pair(settings: Settings, old: str | None, new: str | None) -> tuple[str, str]:
    """The names to compare: those given, else the newest, and the one that it came after."""
    found = [package.name for package in packages(settings)]
    if not found and (old is None or new is None):
        raise LoaderError("There is no snapshot yet: `jarjestokartta refresh` writes one.")
    after = found[0] if new is None else new
    if old is None:
        in_use = package_in_use(settings).package
        used = in_use.name if in_use else EMBEDDED
        earlier = found[found.index(after) + 1 :] if after in found else []
        old = used if used != after else (earlier or [EMBEDDED])[0]
    return old, after


def _tables(settings: Settings, name: str) -> Mapping[str, pd.DataFrame]:
    """The tables of a snapshot; one that is damaged is not compared."""
    if name in (NONE, EMBEDDED):
        tables, faults = read_tables(settings.data_dir / "fixed")
    else:
        package = find_package(settings, name)
        faults = package_faults(package)
        if not faults:
            tables, faults = read_tables(package.path)
    if faults:
        raise LoaderError(f"{name} cannot be compared: {'; '.join(faults)}")
    return tables


def _state(package: Package, in_use: Package | None) -> str:
    words = ["in use"] * (in_use is not None and in_use.name == package.name)
    words += ["held: rows fell"] * package.is_held
    words += ["damaged"] * bool(package_faults(package))
    return ", ".join(words)


def _size(package: Package) -> str:
    size = sum(path.stat().st_size for path in package.path.rglob("*") if path.is_file())
    return f"{size / 1_000_000:.1f} MB"
