"""The saved copies of what was fetched: a good body and a note beside it; no HTTP.

A copy is a body, named for its SHA-256, and ``snapshot.json``, which names that body. The body is
put in place first, the note second, the body before last is removed third: a process killed
between two steps leaves a note and a body that agree.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from loaders.errors import LoaderError

NOTE = "snapshot.json"
REFUSED = "refused.body"
MAX_NOTE_BYTES = 100_000
NOTE_ERRORS = (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError)
"""What reading a copy may raise: anything may stand in a file."""

LEFTOVER_AGE_S = 3600
"""Age at which a file of an unfinished fetch is taken for a dead one and removed."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One answer of a source, as saved in a file.

    ``fetched_at`` (UTC) is when the publisher last confirmed the content. Where the copy could
    not be renewed it is ``stale``: ``notice`` is then a code of ``loaders.outcomes.NOTICES`` that
    the dashboard puts into words, ``detail`` says the same in full for a log. ``url`` is the
    address asked for. ``is_missing`` stands for a 404 where that is an answer.
    """

    path: Path
    url: str
    sha256: str
    fetched_at: dt.datetime
    stale: bool = False
    notice: str | None = None
    detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    is_missing: bool = False


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a folder holds: a copy, or why there is none; ``body`` is empty where it is large."""

    snapshot: Snapshot | None
    body: bytes
    state: str


def source_folder(source_id: str, cache_dir: Path) -> Path:
    """Give the folder of a source's copy; it need not exist.

    Raises
    ------
    LoaderError
        The id is not made of a-z, 0-9 and _ alone, so it might name a folder elsewhere.
    """
    if not re.fullmatch(r"[a-z0-9_]+", source_id):
        raise LoaderError(f"Source id {source_id!r}: expected letters a-z, digits and _ only")
    return cache_dir / source_id


def read_saved(folder: Path, *, note_name: str = NOTE, is_large: bool = False) -> Saved:
    """Read the copy in a folder; one that is damaged counts as none.

    Parameters
    ----------
    folder
        The folder of a source or of a request.
    note_name
        The note to go by.
    is_large
        Verify the body without taking it into memory.

    Returns
    -------
    Saved
        The copy, its body verified against the SHA-256 of its note; or none, and ``state`` says
        why.
    """
    try:
        if not (folder / note_name).exists():
            return Saved(snapshot=None, body=b"", state=f"No saved copy in {folder}.")
        snapshot = read_note(folder / note_name)
        sha256, body = _verified(snapshot.path, is_large)
    except NOTE_ERRORS as error:
        fault = error.strerror if isinstance(error, OSError) else type(error).__name__
        return Saved(
            snapshot=None, body=b"", state=f"The saved copy in {folder} is damaged ({fault})."
        )
    if sha256 != snapshot.sha256:
        return Saved(
            snapshot=None,
            body=b"",
            state=f"The saved copy in {folder} is damaged (its body is another one).",
        )
    return Saved(snapshot=snapshot, body=body, state=f"Saved copy in {folder}.")


def store(
    folder: Path,
    body: bytes,
    *,
    url: str,
    fetched_at: dt.datetime,
    before: Path | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    content_type: str | None = None,
) -> Snapshot:
    """Make a body the good copy of its source, then remove the body ``before`` it.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full; the copy before is as it was.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    snapshot = Snapshot(
        path=folder / f"{sha256}.body",
        url=url,
        sha256=sha256,
        fetched_at=fetched_at,
        etag=etag,
        last_modified=last_modified,
        content_type=content_type,
    )
    write_whole(snapshot.path, body)
    write_note(snapshot)
    _remove_leftovers(folder, keep=snapshot.path, before=before)
    return snapshot


def read_note(path: Path) -> Snapshot:
    """Read the note of a copy; its body is not looked at.

    Raises
    ------
    Exception
        One of NOTE_ERRORS: the note is not there, or no note.
    """
    if path.stat().st_size > MAX_NOTE_BYTES:
        raise ValueError("too long")
    note: dict[str, Any] = json.loads(path.read_bytes())
    sha256 = note["sha256"]
    # It becomes part of a path: nothing but a digest may.
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("sha256")
    fetched_at = dt.datetime.fromisoformat(note["fetched_at"])
    if fetched_at.tzinfo is None:
        raise ValueError("fetched_at")
    texts = {name: note[name] for name in ("etag", "last_modified", "content_type")}
    if not isinstance(note["url"], str) or not all(
        text is None or isinstance(text, str) for text in texts.values()
    ):
        raise TypeError("text")
    is_missing = note.get("is_missing", False)
    if not isinstance(is_missing, bool):
        raise TypeError("is_missing")
    return Snapshot(
        path=path.parent / f"{sha256}.body",
        url=note["url"],
        sha256=sha256,
        fetched_at=fetched_at.astimezone(dt.UTC),
        is_missing=is_missing,
        **texts,
    )


def write_note(snapshot: Snapshot, *, note_name: str = NOTE) -> None:
    """Write the note of a copy whose body is in place.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full; the note before is as it was.
    """
    note = {
        "url": snapshot.url,
        "sha256": snapshot.sha256,
        "fetched_at": snapshot.fetched_at.isoformat(),
        "etag": snapshot.etag,
        "last_modified": snapshot.last_modified,
        "content_type": snapshot.content_type,
    } | ({"is_missing": True} if snapshot.is_missing else {})
    write_whole(snapshot.path.parent / note_name, json.dumps(note, indent=2).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it, then put it in place at once.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full; nothing is left behind.
    """
    with unfinished(path.parent) as (file, part):
        file.write(content)
        put_in_place(file, part, path)


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a file under a temporary name; at the end it is gone, unless it was put in place.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix="unfinished.", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file, Path(name)
    finally:
        with contextlib.suppress(OSError):
            Path(name).unlink()


def put_in_place(file: BinaryIO, part: Path, path: Path) -> None:
    """Bring an unfinished file safely to the disk, then give it its name at once.

    Raises
    ------
    OSError
        The disk is full, or the name cannot be given; what had the name before has it still.
    """
    file.flush()
    os.fsync(file.fileno())
    file.close()
    part.replace(path)


def _verified(path: Path, is_large: bool) -> tuple[str, bytes]:
    """The SHA-256 of a body, and the body itself where it is not large."""
    if is_large:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), b""
    body = path.read_bytes()
    return hashlib.sha256(body).hexdigest(), body


def _remove_leftovers(folder: Path, *, keep: Path, before: Path | None) -> None:
    """Remove the copy before, an answer once refused, and what dead processes left."""
    dead = time.time() - LEFTOVER_AGE_S
    # A file that cannot be removed does no harm: the note does not name it.
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            is_ours = path.suffix in (".body", ".part") and path != keep
            # A young file may belong to another process that is fetching right now.
            is_over = path in (before, folder / REFUSED) or (
                is_ours and path.stat().st_mtime < dead
            )
            if is_ours and is_over:
                path.unlink(missing_ok=True)
