"""Runs many sources at once: across hosts side by side, within one host one after another.

What is asked for is the caller's matter (``scope_of``), and so is what becomes of the tables
(``keep``); nothing is asked here, and nothing is written.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import graphlib
import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from loaders import registry
from loaders.addresses import host_of, is_loopback
from loaders.errors import LoaderError
from loaders.gathering import Part, Progress, gather
from loaders.pace import LOOK_UP_S, Pace, Stopped
from loaders.settings import Settings
from loaders.source import Scope, Source

MAX_THREADS = 8
STOP_S = 5.0
"""How long those at work have to leave everything in order when all is to stop."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a source ended: with its part, or with an error and its notice.

    ``notice`` is "failed" or a code of ``loaders.outcomes.NOTICES``, None where there is a part.
    """

    source_id: str
    part: Part | None = None
    error: LoaderError | None = None
    notice: str | None = None
    seconds: float = 0.0


def refresh(
    source_ids: Sequence[str],
    scope_of: Callable[[str, Mapping[str, Part]], Scope],
    *,
    settings: Settings,
    files: Mapping[str, Path] | None = None,
    since: dt.datetime | None = None,
    progress: Callable[[Progress], None] | None = None,
    keep: Callable[[Result], None] | None = None,
    pace: Pace | None = None,
) -> dict[str, Result]:
    """Gather several sources; the failure of one never stops the others.

    Parameters
    ----------
    source_ids
        Names of files in ``loaders/sources/``.
    scope_of
        Given a source and the parts there are by then, says what to ask it for. Called in the
        caller's thread, after all that the source needs has ended, well or not.
    settings
        Folders, timeouts and limits.
    files
        Source id to a file to be read in place of the net.
    since
        Answers saved at that moment or later are not asked for again: to go on after a kill.
    progress
        Called before each request, by one thread at a time.
    keep
        Called in the caller's thread as each source ends, so that its part is safe at once.
    pace
        The manners on the net; a new one when left out.

    Returns
    -------
    dict
        Source id to its result, in the order asked for.

    Raises
    ------
    LoaderError
        No source has one of the ids, or some of them need each other; nothing was asked.
    KeyboardInterrupt
        Passed on after all who were asking have stopped.
    """
    sources = _sources(source_ids, files or {})
    order = _order(sources)
    pace = pace or Pace()
    for source_id, source in sources.items():
        url = settings.urls.get(source_id, source.url)
        if url and not is_loopback(url):
            pace.limit(host_of(url), source.calls_per_minute)
    run = _Run(
        sources=sources,
        order=order,
        scope_of=scope_of,
        keep=keep,
        gather=partial(
            gather,
            settings=settings,
            since=since,
            progress=_one_at_a_time(progress) if progress else None,
        ),
        files=files or {},
        pace=pace,
    )
    try:
        run.to_the_end()
    except BaseException:
        run.stop()
        raise
    return {source_id: run.results[source_id] for source_id in sources}


def unexpected(source_id: str, error: BaseException) -> LoaderError:
    """Make an error of what should not have happened: its kind and its place, not its text.

    The text may quote what a source gave, persons and all; and so may whatever is chained to it.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = "".join(f" ({Path(at.filename).name}, line {at.lineno})" for at in frames[-1:])
    return LoaderError(
        f"{source_id}: stopped by {type(error).__name__}{where}, which should not happen. Please "
        "report it."
    )


def _sources(source_ids: Sequence[str], files: Mapping[str, Path]) -> dict[str, Source]:
    """What is to be refreshed, each once; all wrong ids are told at once."""
    found, faults = {}, []
    for source_id in source_ids:
        try:
            found[source_id] = registry.source_module(source_id).SOURCE
        except LoaderError as error:
            faults.append(str(error))
    faults += [
        f"A file is given for {source_id!r}, which is not to be refreshed"
        for source_id in files
        if source_id not in source_ids
    ]
    if faults:
        raise LoaderError("; ".join(faults))
    return found


def _order(sources: Mapping[str, Source]) -> graphlib.TopologicalSorter[str]:
    """The sources after those they need, as far as these are to be refreshed as well."""
    order = graphlib.TopologicalSorter(
        {
            source_id: [need for need in source.needs if need in sources]
            for source_id, source in sources.items()
        }
    )
    try:
        order.prepare()
    except graphlib.CycleError as error:
        raise LoaderError(f"Sources that need each other: {' -> '.join(error.args[1])}") from None
    return order


def _one_at_a_time(progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    lock = threading.Lock()

    def tell(news: Progress) -> None:
        with lock:
            progress(news)

    return tell


@dataclass(kw_only=True)
class _Run:
    """A refresh under way: who waits for which host, who is asking, who has ended."""

    sources: Mapping[str, Source]
    order: graphlib.TopologicalSorter[str]
    scope_of: Callable[[str, Mapping[str, Part]], Scope]
    keep: Callable[[Result], None] | None
    gather: Callable[..., Part]
    files: Mapping[str, Path]
    pace: Pace
    results: dict[str, Result] = field(default_factory=dict)
    waiting: dict[str, tuple[str, Scope]] = field(default_factory=dict)
    at_work: dict[str, tuple[str, threading.Thread]] = field(default_factory=dict)
    ended: queue.Queue[Result] = field(default_factory=queue.Queue)

    def to_the_end(self) -> None:
        """Start whoever may, note whoever has ended, until nobody is left."""
        while self.order.is_active():
            for source_id in self.order.get_ready():
                self._make_ready(source_id)
            self._start()
            if self.at_work:
                result = self._next_ended()
                del self.at_work[result.source_id]
                self._note(result)

    def stop(self) -> None:
        """Have all who are asking stop, and wait a little until they have."""
        self.pace.stop()
        deadline = time.monotonic() + STOP_S
        for _, thread in self.at_work.values():
            thread.join(max(0.0, deadline - time.monotonic()))

    def _next_ended(self) -> Result:
        while True:
            # Looked up now and then: on some systems a wait without an end cannot be interrupted.
            with contextlib.suppress(queue.Empty):
                return self.ended.get(timeout=LOOK_UP_S)

    def _make_ready(self, source_id: str) -> None:
        parts = {name: result.part for name, result in self.results.items() if result.part}
        try:
            scope = self.scope_of(source_id, parts)
        except Exception as error:  # noqa: BLE001 - one source must not stop the others
            self._note(_failed(source_id, error))
            return
        # A file belongs to no host: it waits for nobody.
        host = f"file:{source_id}" if source_id in self.files else host_of(scope.base_url)
        self.waiting[source_id] = (host, scope)

    def _start(self) -> None:
        for source_id, (host, scope) in list(self.waiting.items()):
            busy = {busy_host for busy_host, _ in self.at_work.values()}
            if host not in busy and len(self.at_work) < MAX_THREADS:
                del self.waiting[source_id]
                # A daemon: one that computes and cannot be told to stop must not hold the exit.
                thread = threading.Thread(
                    target=self._work, args=(source_id, scope), name=source_id, daemon=True
                )
                self.at_work[source_id] = (host, thread)
                thread.start()

    def _work(self, source_id: str, scope: Scope) -> None:
        started = time.monotonic()
        file = self.files.get(source_id)
        try:
            part = self.gather(source_id, scope, file=file, pace=self.pace)
            result = Result(source_id=source_id, part=part)
        except Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - nobody else would hear of it
            result = _failed(source_id, error)
        self.ended.put(replace(result, seconds=time.monotonic() - started))

    def _note(self, result: Result) -> None:
        """Write down how a source ended; a part that cannot be kept is none."""
        self.results[result.source_id] = result
        try:
            if self.keep:
                self.keep(result)
        except Exception as error:  # noqa: BLE001 - one source must not stop the others
            failed = _failed(result.source_id, error)
            self.results[result.source_id] = replace(failed, seconds=result.seconds)
        self.order.done(result.source_id)


def _failed(source_id: str, error: BaseException) -> Result:
    if isinstance(error, OSError):
        told = LoaderError(f"{source_id}: a file could not be read or written ({error.strerror}).")
    else:
        told = error if isinstance(error, LoaderError) else unexpected(source_id, error)
    # The error is kept for long, and what it hangs on to are whole answers.
    told.__traceback__ = told.__cause__ = told.__context__ = None
    return Result(source_id=source_id, error=told, notice=told.notice)
