"""The desk on the command line: which records are of one organisation, decided once by a person.

Decisions are kept in ``data/own/`` and can be taken back; the rules that come before them live in
``geo.organisations``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

import filelock
import pandas as pd
import typer
from rapidfuzz import process

from dashboards.commands.assembling import own_decisions, reassemble
from dashboards.commands.terminal import fail, print_rows
from dashboards.store import Store
from geo.organisation_fields import conflicting_fields, field_origins
from geo.organisations import contradictions
from loaders import LoaderError, Settings
from loaders.embedded import write_table
from loaders.refresh_lock import running
from loaders.tables import ORGANISATION_DECISIONS

DECISIONS = ("same", "different")
MAX_NOTE = 500
PATIENCE_S = 10.0

_desk = typer.Typer(
    help="Records of several sources that are, or may be, one organisation.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def register(app: typer.Typer) -> None:
    """Give the command line its commands."""
    app.add_typer(_desk, name="organisations")


def decide(
    record_a: str,
    record_b: str,
    decision: str,
    *,
    note: str | None = None,
    settings: Settings | None = None,
) -> bool:
    """Keep a decision on two records and put the tables together anew.

    A decision on the same two records before it is replaced.

    Returns
    -------
    bool
        Whether the tables follow already; not while a refresh runs, which takes it in at its end.

    Raises
    ------
    LoaderError
        A record is not known (near ones are offered), both are the same one, the decision is none,
        or a table cannot be read.
    OSError
        It cannot be written; the decisions are as they were.
    """
    settings = settings or Settings.from_env()
    if decision not in DECISIONS:
        raise LoaderError(f"{decision!r} is no decision; expected {' or '.join(DECISIONS)}")
    first, second = _known_pair(record_a, record_b, settings)
    row = {
        "record_a": first,
        "record_b": second,
        "decision": decision,
        "decided": dt.date.today().isoformat(),
        "note": " ".join(note.split())[:MAX_NOTE] or None if note else None,
    }
    with _decisions_alone(settings):
        kept = _without(own_decisions(settings), first, second)
        fresh = pd.DataFrame([row], columns=list(ORGANISATION_DECISIONS.columns))
        _write(pd.concat([kept, fresh], ignore_index=True), settings)
    return _tables_follow(settings)


def undo(record_a: str, record_b: str, *, settings: Settings | None = None) -> bool:
    """Take a decision back and put the tables together anew; see ``decide``.

    Raises
    ------
    LoaderError
        Nothing was decided on the two records.
    OSError
        It cannot be written; the decisions are as they were.
    """
    settings = settings or Settings.from_env()
    first, second = sorted((record_a, record_b))
    with _decisions_alone(settings):
        decisions = own_decisions(settings)
        kept = _without(decisions, first, second)
        if len(kept) == len(decisions):
            raise LoaderError(f"Nothing was decided on {first} and {second}")
        _write(kept, settings)
    return _tables_follow(settings)


def decision_fault(record_a: str, record_b: str, decision: str | None) -> str:
    """Decide on two records, or take a decision back; the kind of what went wrong, or nothing."""
    try:
        if decision is None:
            undo(record_a, record_b)
        else:
            decide(record_a, record_b, decision)
    except (LoaderError, OSError) as error:
        return type(error).__name__
    return ""


def _known_pair(record_a: str, record_b: str, settings: Settings) -> list[str]:
    """The two records in the order of their ids."""
    known = Store.open(settings=settings).records["record_id"].tolist()
    for record in (record_a, record_b):
        if record not in known:
            raise LoaderError(f"No record has the id {record[:200]!r}{_near(record, known)}")
    if record_a == record_b:
        raise LoaderError(f"{record_a} is one record: a decision is on two")
    return sorted((record_a, record_b))


def _near(wrong: str, known: Sequence[str]) -> str:
    """Near ids to offer, also among 110,000; nothing where none is near."""
    near = process.extract(wrong[:200], known, limit=3, score_cutoff=60)
    return f"; there is {', '.join(name for name, _, _ in near)}" if near else ""


@contextlib.contextmanager
def _decisions_alone(settings: Settings) -> Iterator[None]:
    """Nobody else writes decisions meanwhile: each would write back what it had read."""
    own = settings.data_dir / "own"
    own.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(own / ".organisation_decisions.lock", timeout=PATIENCE_S):
            yield
    except filelock.Timeout:
        raise LoaderError("Somebody else is writing decisions right now; try again") from None


def _without(decisions: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    return decisions[(decisions["record_a"] != first) | (decisions["record_b"] != second)]


def _write(decisions: pd.DataFrame, settings: Settings) -> None:
    ordered = decisions.sort_values(["record_a", "record_b"], ignore_index=True)
    write_table(
        ordered.astype(ORGANISATION_DECISIONS.dtypes),
        ORGANISATION_DECISIONS,
        settings.data_dir / "own",
    )


def _tables_follow(settings: Settings) -> bool:
    """Put the tables together anew, unless a refresh runs that will do so at its end.

    Not under the refresh's own lock: its end would make a killed refresh look like one that ended.
    """
    if running(settings) is not None:
        return False
    with _decisions_alone(settings):
        reassemble(settings)
    return True


@_desk.command(name="candidates")
def list_candidates(
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many at most.")] = 20,
) -> None:
    """List the pairs that may be one organisation, the best first."""
    store = _store()
    names = store.records.set_index("record_id")["name"]
    rows = [
        (str(row.score), row.record_a, names[row.record_a], row.record_b, names[row.record_b],
         row.reasons)
        for row in store.candidates.head(limit).itertuples(index=False)
    ]  # fmt: skip
    headings = ("score", "record", "name", "other record", "name", "reasons")
    _print(headings, rows, "No pairs to decide on.")
    apart = contradictions(store.records, store["organisation_decisions"], **store.places)
    for row in apart.itertuples(index=False):
        typer.secho(
            f"Contradiction: {row.record_a} and {row.record_b} by {row.rule}, but {row.reason}",
            fg="yellow",
            err=True,
        )


@_desk.command(name="show")
def show(organisation: Annotated[str, typer.Argument(help="Id of the organisation.")]) -> None:
    """Show what each source says of an organisation; "!" marks fields in which they differ."""
    store = _store()
    records = store.records
    own = records[records["organisation_id"] == organisation]
    if own.empty:
        near = _near(organisation, sorted(set(records["organisation_id"])))
        fail(f"No organisation has the id {organisation[:200]!r}{near}")
    origins = field_origins(own)
    differing = set(conflicting_fields(origins)["field"])
    rows = [
        (
            "!" if row.field in differing else "",
            row.field,
            row.value,
            row.record_id,
            "used" if row.is_used else "",
        )
        for row in origins.itertuples(index=False)
    ]
    _print(("", "field", "value", "record", ""), rows, "Nothing is told of it.")


@_desk.command(name="decide")
def decide_command(
    record_a: Annotated[str, typer.Argument(help="Id of a record.")],
    record_b: Annotated[str, typer.Argument(help="Id of another one.")],
    decision: Annotated[str, typer.Argument(help="same or different.")],
    note: Annotated[str | None, typer.Option(help="Why; no names of persons.")] = None,
) -> None:
    """Decide that two records are one organisation, or are not."""
    _done(lambda: decide(record_a, record_b, decision, note=note, settings=_settings()))


@_desk.command(name="undo")
def undo_command(
    record_a: Annotated[str, typer.Argument(help="Id of a record.")],
    record_b: Annotated[str, typer.Argument(help="Id of the other one.")],
) -> None:
    """Take a decision back."""
    _done(lambda: undo(record_a, record_b, settings=_settings()))


@_desk.command(name="decisions")
def list_decisions() -> None:
    """List what was decided."""
    try:
        decisions = own_decisions(_settings())
    except LoaderError as error:
        fail(str(error))
    rows = [
        (
            row.decision,
            row.record_a,
            row.record_b,
            row.decided,
            "" if pd.isna(row.note) else row.note,
        )
        for row in decisions.itertuples(index=False)
    ]
    _print(("decision", "record", "other record", "decided", "note"), rows, "No decisions yet.")


def _done(work: Callable[[], bool]) -> None:
    """Do it and say how it ended, or say what is wrong with exit code 1."""
    try:
        follows = work()
    except LoaderError as error:
        fail(str(error))
    except OSError as error:
        fail(f"Cannot write: {error.strerror}. What was decided is as it was.")
    typer.echo(
        "Kept, and the tables are put together anew."
        if follows
        else "Kept. A refresh is running; it takes the decision in at its end."
    )


def _print(headings: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    if rows:
        print_rows(headings, rows)
    else:
        typer.echo(empty)


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except LoaderError as error:
        fail(str(error))


def _store() -> Store:
    try:
        return Store.open(settings=_settings())
    except LoaderError as error:
        fail(str(error))
