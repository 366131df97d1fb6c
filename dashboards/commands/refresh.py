"""The command `jarjestokartta refresh`: progress, a summary table, and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from dashboards.commands.assembling import reassemble
from dashboards.commands.refreshing import Refreshed, chosen_sources, refreshed, said_fall
from dashboards.commands.terminal import plain
from loaders import LoaderError, Settings
from loaders.gathering import Progress
from loaders.refresh import Result
from loaders.refresh_lock import refresh_lock

SOME_FAILED = 1
CANNOT_START = 2
NOT_SWITCHED = 3


def register(app: typer.Typer) -> None:
    """Give the command line its command."""
    app.command(name="refresh")(refresh_command)


def refresh_command(
    source: Annotated[
        list[str] | None, typer.Argument(help="Ids of sources; all that can be asked without any.")
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(help="Region by code or name, several times; FI for the whole country."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="With one source: read this file in place of the net."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask and compare, but change nothing.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Switch also where rows fell by more than a fifth.")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="Take out what the named sources gave; ask nothing.")
    ] = False,
    resume: Annotated[
        bool, typer.Option(help="Go on where a refresh that was killed left off.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, only the summary.")] = False,
) -> None:
    """Refresh the data from its sources; what fails keeps its last good copy.

    Exit code 0: all sources were renewed. 1: some were not. 2: nothing could be begun. 3: rows
    fell by more than a fifth, so the new snapshot is there but not in use.
    """
    console = Console(stderr=True)
    names = source or []
    try:
        settings = Settings.from_env()
        if file is not None and len(names) != 1:
            raise LoaderError("--file goes with exactly one source: refresh SOURCE --file FILE")
        files = {names[0]: file} if file is not None else {}
        if drop:
            _drop(names, settings)
            return
        chosen_sources(names, files, settings)  # a slip of the pen is no refresh to go on with
        with refresh_lock(settings, owner="jarjestokartta refresh") as run:
            since = run.resumes_since if resume else None
            if since is not None and not quiet:
                console.print(f"Going on with the refresh that was begun at {since:%H:%M}.")
            with _bars(console, is_shown=not quiet) as bars:
                tasks: dict[str, TaskID] = {}

                def told(event: Progress) -> None:
                    run.tell(
                        event.source_id,
                        label=event.label,
                        requests=event.requests,
                        state="running",
                    )
                    key = event.source_id
                    if key not in tasks:
                        tasks[key] = bars.add_task(key, label="", requests=0)
                    bars.update(tasks[key], label=event.label, requests=event.requests)

                def ended(result: Result) -> None:
                    state = "done" if result.error is None else "failed"
                    run.tell(result.source_id, state=state)
                    if result.source_id in tasks:
                        bars.update(tasks[result.source_id], label=state)

                outcome = refreshed(
                    names,
                    settings=settings,
                    areas=area or [],
                    files=files,
                    is_dry_run=dry_run,
                    accept=lambda found: accept or _asked(found, console, bars),
                    since=since,
                    progress=told,
                    done=ended,
                )
    except LoaderError as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(CANNOT_START) from None
    except OSError as error:
        console.print(
            f"Cannot write the new snapshot: {error.strerror}. The data in use is as it was.",
            style="red",
            markup=False,
        )
        raise typer.Exit(CANNOT_START) from None
    _say(outcome, is_dry_run=dry_run)
    if outcome.package and not outcome.is_used:
        raise typer.Exit(NOT_SWITCHED)
    raise typer.Exit(SOME_FAILED if outcome.failed else 0)


def _bars(console: Console, *, is_shown: bool) -> Bars:
    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[requests]} requests"),
        TextColumn("{task.fields[label]}", markup=False),
        TimeElapsedColumn(),
        console=console,
        disable=not is_shown or not console.is_terminal,
        transient=True,
    )


def _drop(names: Sequence[str], settings: Settings) -> None:
    """Take out what sources gave, and say so."""
    if not names:
        raise LoaderError("--drop goes with the names of sources: refresh SOURCE --drop")
    with refresh_lock(settings, owner="jarjestokartta refresh --drop"):
        package = reassemble(settings, without=names)
    typer.echo(f"Taken out. In use from now on: snapshot {package.name}.")


def _asked(found: Refreshed, console: Console, bars: Bars) -> bool:
    """Ask a person whether a fall is to be believed; without one at hand it is not."""
    bars.stop()  # which would write over the question
    if not sys.stdin.isatty() or not console.is_terminal:
        return False
    for sentence in _doubts(found):
        console.print(sentence, markup=False, highlight=False)
    return typer.confirm("Use the new data all the same?")


def _doubts(found: Refreshed) -> list[str]:
    """Why the new data is not taken without asking."""
    return [f"{source_id}: {said_fall(fall)}" for source_id, fall in found.falls] + [
        f"What a source gave earlier cannot be read: {fault}" for fault in found.faults
    ]


def _say(outcome: Refreshed, *, is_dry_run: bool) -> None:
    """The summary: a row a source, then what it means."""
    grid = Grid(box=None, pad_edge=False)
    headings = ("rows", "new", "changed", "gone", "rejected", "requests", "seconds", "bytes")
    grid.add_column("source", no_wrap=True)
    for heading in headings:
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("state", no_wrap=True)
    for line in outcome.lines:
        numbers = (
            ("-",) * 5
            if line.notice
            else tuple(map(str, (line.rows, line.new, line.changed, line.gone, line.rejected)))
        )
        grid.add_row(
            line.source_id,
            *numbers,
            str(line.requests),
            f"{line.seconds:.1f}",
            str(line.bytes),
            line.notice or "renewed",
        )
    # As wide as it has to be: a cut number is a wrong one.
    console = Console(width=max(140, Console().width))
    console.print(grid, markup=False, highlight=False, soft_wrap=True)
    for line in outcome.lines:
        if line.fault:
            typer.secho(plain(f"{line.source_id}: {line.fault}"), fg="red", err=True)
        for what, count in sorted(line.surprises.items()):
            unexpected = plain(f"{line.source_id}: unexpected: {what} ({count})")
            typer.secho(unexpected, fg="yellow", err=True)
    if outcome.is_news:
        counts = outcome.changes.groupby(["table_name", "change"]).size()
        for (table, change), count in counts.items():
            typer.echo(f"{table}: {count} {change}")
    for sentence in _doubts(outcome):
        typer.secho(sentence, fg="red", err=True)
    typer.echo(_last_word(outcome, is_dry_run=is_dry_run))


def _last_word(outcome: Refreshed, *, is_dry_run: bool) -> str:
    if is_dry_run:
        return "A dry run: nothing was written."
    if outcome.package is None:
        return "Nothing new came, so nothing was written. The data in use is as it was."
    if outcome.is_used:
        return f"In use from now on: snapshot {outcome.package}."
    return (
        f"Snapshot {outcome.package} is written but not in use, because of this. Look at it with "
        f"`jarjestokartta snapshots diff`, then `jarjestokartta snapshots use {outcome.package}`, "
        "or refresh with --accept."
    )
