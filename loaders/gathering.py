"""Runs a source, of whatever form, to its checked tables; asks by ``loaders.asking``, no HTTP here.

Which sources there are, in which order, and what becomes of their tables is not known here.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from loaders import registry
from loaders.asking import Asking
from loaders.cleaning import squeezed
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.fetch import Session, lone_pace
from loaders.load import Parsed, parser_failure, read_file
from loaders.pace import Pace
from loaders.settings import Settings
from loaders.source import Gathered, Gathering, Request, Scope, Source
from loaders.verdicts import MAX_LETTERS, Part, gathered_faults, told_surprises

MAX_REQUESTS = 20_000
"""More than any source asks: whoever asks more goes round in a circle."""

MAX_FILES_WORTH = 4
"""All answers of a source together may be so many times as large as one large file."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a source is about to ask, and what it has asked and got so far, over the net."""

    source_id: str
    label: str
    requests: int
    bytes: int


def gather(
    source_id: str,
    scope: Scope,
    *,
    settings: Settings,
    session: Session | None = None,
    file: Path | None = None,
    since: dt.datetime | None = None,
    progress: Callable[[Progress], None] | None = None,
    pace: Pace | None = None,
) -> Part:
    """Ask a source all it has to ask, and check the tables that it makes of the answers.

    No older copy takes the place of an answer that does not come: the source fails as a whole,
    and what was saved before stays. Without the net it is read from what was saved last.

    Parameters
    ----------
    source_id
        The name of a file in ``loaders/sources/``.
    scope
        What is asked for, and where.
    settings
        Folders, timeouts and limits.
    session
        Used for the requests; a new one when left out.
    file
        Read in place of the net; only by a source that has ``parse``.
    since
        Answers saved at that moment or later are not asked for again: to go on after a kill.
    progress
        Called before each request, in the thread that calls.
    pace
        The manners shared with others who ask at the same time; when left out, nobody does.

    Returns
    -------
    Part
        The tables, in the form of ``loaders.tables.PARTS``.

    Raises
    ------
    SourceUnavailable
        An answer could not be had, and the source cannot do without; or the file cannot be read.
    SourceChanged
        The answers cannot be read, or the tables are not what they should be; all faults at once.
    LoaderError
        No source has this id, or it cannot be asked in this way.
    Stopped
        The pace was told to stop.
    """
    started = time.monotonic()
    module = registry.source_module(source_id)
    source: Source = module.SOURCE
    if file is not None:
        return _part_of_file(source, file, settings, started)
    if source.url is None:
        raise LoaderError(
            f"{source_id} has no address: it comes as a file by hand, see {source.page}. Give the "
            "file with --file."
        )
    with contextlib.ExitStack() as stack:
        asking = Asking(
            source_id=source_id,
            settings=settings,
            session=session or stack.enter_context(Session()),
            pace=pace or lone_pace(),
            calls_per_minute=source.calls_per_minute,
            since=since,
        )
        gathered = _checked(module, scope, asking, progress or (lambda _: None))
    return Part(
        frames=dict(gathered.frames),
        rejects=gathered.rejects,
        fetched_at=asking.oldest or dt.datetime.now(dt.UTC),
        surprises=told_surprises(gathered.surprises),
        source_date=gathered.source_date,
        requests=asking.requests,
        bytes=asking.bytes,
        seconds=time.monotonic() - started,
    )


def _checked(
    module: ModuleType, scope: Scope, asking: Asking, tell: Callable[[Progress], None]
) -> Gathered:
    """Run the source and check its tables; only then are its answers the good ones."""
    source: Source = module.SOURCE
    try:
        gathered = _gathered(module, scope, asking, tell)
        faults = gathered_faults(source, gathered)
        if faults:
            raise SourceChanged(f"{source.id} gave other tables than it says: {'; '.join(faults)}.")
    except SourceChanged as error:
        left = asking.refuse()
        where = f" The last answer is kept in {left}." if left else ""
        # Chained to nothing: what lies beneath may quote what came, persons and all.
        raise SourceChanged(f"{error} Compare with {source.page}.{where}") from None
    asking.accept()
    return gathered


def _gathered(
    module: ModuleType, scope: Scope, asking: Asking, tell: Callable[[Progress], None]
) -> Gathered:
    """Put the source's questions and send it the answers, until it has what it wants."""
    source: Source = module.SOURCE
    most_bytes = MAX_FILES_WORTH * asking.settings.max_file_bytes
    gathering = getattr(module, "gather", partial(_of_one_body, module))(scope)
    try:
        step = _step(module, lambda: next(gathering))
        number = 0
        while isinstance(step, Request):
            if number == MAX_REQUESTS:
                raise SourceChanged(
                    f"{source.id}: asked {number} times and wants to ask on; expected fewer, so "
                    "it may go round in a circle."
                )
            tell(
                Progress(
                    source_id=source.id,
                    label=squeezed(step.label)[:MAX_LETTERS],
                    requests=asking.requests,
                    bytes=asking.bytes,
                )
            )
            step = _step(module, _next_step(gathering, asking, step))
            if asking.bytes > most_bytes:
                raise SourceChanged(
                    f"{source.id}: all answers together have more than {most_bytes} bytes; if that "
                    "is right raise JARJESTOKARTTA_MAX_FILE_BYTES."
                )
            number += 1
        return step
    finally:
        with contextlib.suppress(Exception):
            gathering.close()


def _next_step(gathering: Gathering, asking: Asking, request: Request) -> Callable[[], Request]:
    """What brings the source to its next question; a failure is its own to do something about."""
    try:
        answer = asking.answer(request)
    except SourceUnavailable as error:
        failure = error
        return lambda: gathering.throw(failure)
    return lambda: gathering.send(answer)


def _step(module: ModuleType, advance: Callable[[], Request]) -> Request | Gathered:
    """The next question or the end; whatever else comes of it is a source that has changed."""
    step: object
    try:
        step = advance()
    except StopIteration as stop:
        step = stop.value
    except (LoaderError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - told by its kind alone
        step = error
    if isinstance(step, Request | Gathered):
        return step
    # Outside of the except, so that nothing is chained to it.
    raise parser_failure(module, step if isinstance(step, Exception) else TypeError())


def _of_one_body(module: ModuleType, scope: Scope) -> Gathering:
    """A source that has but a parser, as one of a single question."""
    source: Source = module.SOURCE
    answer = yield Request(url=scope.base_url, label=source.title.en, expects="any")
    parsed = Parsed(*module.parse(answer.body))
    return Gathered(frames={source.table: parsed.frame}, rejects=parsed.rejects)


def _part_of_file(source: Source, file: Path, settings: Settings, started: float) -> Part:
    parsed = read_file(source.id, file, settings.max_bytes)
    saved_at = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    return Part(
        frames={source.table: parsed.frame},
        rejects=parsed.rejects,
        fetched_at=min(saved_at, dt.datetime.now(dt.UTC)),
        seconds=time.monotonic() - started,
    )
