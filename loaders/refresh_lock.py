"""One refresh at a time, and what it tells of itself while it runs; it refreshes nothing.

The lock is the system's own, so that it is free when its owner dies. ``refresh.json`` beside it is
a note for the page and for the next refresh: it never decides whether one runs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import filelock

from loaders.errors import LoaderError
from loaders.packages import cache_folder
from loaders.settings import Settings
from loaders.snapshots import write_whole

LOCK = "refresh.lock"
NOTE = "refresh.json"

WRITE_EVERY_S = 0.5
"""How often progress is written at most."""

RESUMABLE = dt.timedelta(hours=24)
"""How long the next refresh may build on what an unfinished one fetched."""

PATIENCE_S = 1.0
"""How long a refresh waits for the lock: whoever asks whether one runs has it for a moment."""

_STEP_S = 0.02
_MAX_NOTE_BYTES = 1_000_000
_MAX_LABEL = 200
_MAX_OWNER = 100

# Two that ask at once, in one process, would each take the other for a refresh.
_asking = threading.Lock()


class RefreshRunning(LoaderError):
    """Another refresh runs; ``since`` tells since when (None: not known), ``owner`` whose it is."""

    def __init__(self, since: dt.datetime | None, owner: str) -> None:
        self.since = since
        self.owner = owner
        when = f" since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
        super().__init__(
            f"A refresh is running{when} ({owner}): two at once would spoil each other. Wait for "
            "it to end, or end that process."
        )


class RefreshRun:
    """A refresh that has the lock: takes down its progress, from any thread.

    ``started_at`` is its start; ``resumes_since`` the start of the refreshes before it that did
    not end, at most RESUMABLE ago: what was fetched since then need not be fetched again. None
    where the last one ended.
    """

    def __init__(
        self,
        path: Path,
        owner: str,
        *,
        started_at: dt.datetime,
        resumes_since: dt.datetime | None,
    ) -> None:
        self.started_at = started_at
        self.resumes_since = resumes_since
        self._path = path
        self._owner = owner
        self._progress: dict[str, dict[str, Any]] = {}
        self._guard = threading.Lock()
        self._is_told = threading.Event()
        self._is_over = threading.Event()
        self._writer = threading.Thread(target=self._keep_writing, name="refresh-note", daemon=True)

    def tell(
        self,
        source_id: str,
        *,
        label: str | None = None,
        requests: int | None = None,
        state: str | None = None,
    ) -> None:
        """Take down how far a source is; what is left out stays as it was told before.

        It is written within WRITE_EVERY_S by a thread of its own, so this never waits for a disk.

        Parameters
        ----------
        source_id
            The source.
        label
            What is being asked, as ``Request.label`` has it; no person.
        requests
            How many requests were made so far.
        state
            A code that the page puts into words: ``waiting``, ``running``, ``done``, ``failed``.
        """
        told: dict[str, Any] = {}
        if label is not None:
            told["label"] = str(label)[:_MAX_LABEL]
        if requests is not None:
            told["requests"] = int(requests)
        if state is not None:
            told["state"] = str(state)[:_MAX_LABEL]
        with self._guard:
            self._progress.setdefault(source_id, {}).update(told)
        self._is_told.set()

    def progress(self) -> dict[str, dict[str, Any]]:
        """Give what was told so far: source id to label, requests and state."""
        with self._guard:
            return {source_id: dict(told) for source_id, told in self._progress.items()}

    def begin(self) -> None:
        """Write the first note, and go on from there.

        Raises
        ------
        OSError
            It cannot be written.
        """
        self._write("running")
        self._writer.start()

    def end(self, *, is_done: bool) -> None:
        """Write the last note; one that cannot be written makes this a refresh to be resumed."""
        self._is_over.set()
        self._is_told.set()
        if self._writer.is_alive():
            self._writer.join()
        with contextlib.suppress(OSError):
            self._write("done" if is_done else "stopped")

    def _keep_writing(self) -> None:
        while not self._is_over.wait(WRITE_EVERY_S):
            self._is_told.wait()
            self._is_told.clear()
            # Progress that cannot be shown is no reason to stop a refresh.
            with contextlib.suppress(OSError):
                if not self._is_over.is_set():
                    self._write("running")

    def _write(self, state: str) -> None:
        note = {
            "owner": self._owner,
            "pid": os.getpid(),
            "state": state,
            "started_at": self.started_at.isoformat(),
            "resumes_since": self.resumes_since.isoformat() if self.resumes_since else None,
            "told_at": _now().isoformat(),
            "progress": self.progress(),
        }
        write_whole(self._path, json.dumps(note, indent=1).encode())


@contextlib.contextmanager
def refresh_lock(settings: Settings, *, owner: str) -> Iterator[RefreshRun]:
    """Hold the lock of the refresh while the block runs.

    Parameters
    ----------
    settings
        Where the lock lies: ``data_dir``.
    owner
        The program that refreshes, such as ``jarjestokartta refresh``; no user and no host. The
        process id is added to it.

    Yields
    ------
    RefreshRun
        Told how far the sources are. A block left by an error, or by Ctrl-C, counts as a refresh
        that did not end.

    Raises
    ------
    RefreshRunning
        Another one runs, in this process or in any other.
    LoaderError
        The folder cannot be written, or its file system knows no locks.
    """
    folder = cache_folder(settings)
    lock = filelock.FileLock(folder / LOCK, thread_local=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_ours = _taken(lock)
    except (OSError, NotImplementedError) as error:
        raise LoaderError(f"{folder / LOCK}: cannot be locked ({_what(error)})") from error
    if not is_ours:
        now_running = _running_note(folder)
        raise RefreshRunning(now_running["started_at"], _shown_owner(now_running))
    try:
        now, before = _now(), _read_note(folder / NOTE)
        run = RefreshRun(
            folder / NOTE,
            str(owner)[:_MAX_OWNER],
            started_at=now,
            resumes_since=_unfinished(before, now),
        )
        try:
            run.begin()
        except OSError as error:
            raise LoaderError(f"{folder / NOTE}: cannot be written ({_what(error)})") from error
        is_done = False
        try:
            yield run
            is_done = True
        finally:
            run.end(is_done=is_done)
    finally:
        lock.release()


def running(settings: Settings) -> Mapping[str, Any] | None:
    """Tell of the refresh that runs, or None where none does.

    The lock is tried, so that a dead refresh is never shown as a running one.

    Parameters
    ----------
    settings
        Where the lock lies: ``data_dir``.

    Returns
    -------
    Mapping or None
        ``owner`` (text), ``pid`` (int or None), ``started_at`` (UTC, or None where it is not
        known), ``progress``: source id to ``label``, ``requests`` and ``state``, each where told.
    """
    folder = cache_folder(settings)
    if not _is_locked(folder):
        return None
    note = _running_note(folder)
    return {name: note[name] for name in ("owner", "pid", "started_at", "progress")}


def unfinished_since(settings: Settings, *, now: dt.datetime | None = None) -> dt.datetime | None:
    """Tell when the last refresh began, where it did not end: killed, stopped or failed.

    Parameters
    ----------
    settings
        Where the lock lies: ``data_dir``.
    now
        The time to count from; this moment when left out.

    Returns
    -------
    datetime or None
        In UTC; where it went on with one that had not ended either, the start of that. None where
        the last one ended, one runs now (its ``RefreshRun`` knows), it is more than RESUMABLE ago,
        or it began in a time to come: the clock was set.
    """
    folder = cache_folder(settings)
    if _is_locked(folder):
        return None
    return _unfinished(_read_note(folder / NOTE), now or _now())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _what(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _taken(lock: filelock.BaseFileLock) -> bool:
    """Take the lock, or give up after PATIENCE_S."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            with _asking:
                lock.acquire(blocking=False)
        except filelock.Timeout:
            if time.monotonic() >= end:
                return False
            time.sleep(_STEP_S)
        else:
            return True


def _is_locked(folder: Path) -> bool:
    """Whether a refresh has the lock. Where that cannot be tried, its note is believed."""
    path = folder / LOCK
    for _ in range(3):
        try:
            if not path.exists():
                return False
            lock = filelock.FileLock(path, thread_local=False)
            with _asking:
                lock.acquire(blocking=False)
                lock.release()
        except filelock.Timeout:
            if _read_note(folder / NOTE)["state"] == "running":
                return True
            time.sleep(_STEP_S)  # another process may only be asking, as this one is
        except (OSError, NotImplementedError):  # the lock of another user
            return bool(_read_note(folder / NOTE)["state"] == "running")
        else:
            return False
    return True


def _unfinished(note: Mapping[str, Any], now: dt.datetime) -> dt.datetime | None:
    if note["state"] not in ("running", "stopped"):
        return None
    starts = [note["resumes_since"], note["started_at"]]
    fresh = [start for start in starts if start and now - RESUMABLE <= start <= now]
    return min(fresh, default=None)


def _shown_owner(note: Mapping[str, Any]) -> str:
    return f"{note['owner']}, process {note['pid']}" if note["pid"] else str(note["owner"])


def _read_note(path: Path | None) -> dict[str, Any]:
    """The note with each value in its type; a value that is not readable as if it were not told."""
    told: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if path and path.stat().st_size <= _MAX_NOTE_BYTES:
            content = json.loads(path.read_bytes())
            told = content if isinstance(content, dict) else {}
    owner, pid, progress = (told.get(name) for name in ("owner", "pid", "progress"))
    return {
        "owner": owner[:_MAX_OWNER] if isinstance(owner, str) else "not known",
        "pid": pid if type(pid) is int else None,
        "state": told.get("state"),
        "started_at": _time(told.get("started_at")),
        "resumes_since": _time(told.get("resumes_since")),
        "progress": {
            source_id: _one_progress(one)
            for source_id, one in (progress if isinstance(progress, dict) else {}).items()
            if isinstance(one, dict)
        },
    }


def _running_note(folder: Path) -> dict[str, Any]:
    """The note of the refresh that runs; not that of one before, whose place it has not taken."""
    note = _read_note(folder / NOTE)
    return note if note["state"] == "running" else _read_note(None)


def _one_progress(told: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"label": str, "requests": int, "state": str}
    return {name: told[name] for name, kind in kinds.items() if type(told.get(name)) is kind}


def _time(text: object) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(str(text))
        return moment.astimezone(dt.UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
