"""The answers of a source of several requests, kept as one set; no HTTP.

Each request has a folder of its own, within the source's. A new answer is named there by
``pending.json``, beside the good copy, until the source as a whole has been read and found right:
then all that waits becomes good, else the good copies stay as they were. What waits outlives its
process, so that a refresh that was killed need not ask again. Folders of requests that the source
no longer makes (of other areas, of years gone by) are removed once it was found right without them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Collection
from pathlib import Path

from loaders.snapshots import (
    LEFTOVER_AGE_S,
    NOTE,
    NOTE_ERRORS,
    REFUSED,
    Snapshot,
    read_note,
    source_folder,
    write_note,
    write_whole,
)
from loaders.source import Request

PENDING = "pending.json"
KEY_LETTERS = 24

_FOLDER = re.compile(f"[0-9a-f]{{{KEY_LETTERS}}}")


def request_key(request: Request) -> str:
    """Give the name of a request's folder: it tells the same request again, and nothing else.

    Headers have no part in it: they hold keys, and a new key asks for the same thing.

    Examples
    --------
    >>> one = Request(url="https://example.fi/a", label="a", headers={"x-api-key": "secret"})
    >>> request_key(one) == request_key(Request(url="https://example.fi/a", label="b"))
    True
    """
    what = [_method(request), request.url, request.json]
    text = json.dumps(what, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LETTERS]


def request_folder(source_id: str, request: Request, cache_dir: Path) -> Path:
    """Give the folder of the answer to one of a source's requests; it need not exist.

    Raises
    ------
    LoaderError
        The id might name a folder elsewhere.
    """
    return source_folder(source_id, cache_dir) / request_key(request)


def store_pending(snapshot: Snapshot, body: bytes | None, *, keep: Path | None) -> None:
    """Put a new answer beside the good copy, where it waits for the rest of its source.

    Parameters
    ----------
    snapshot
        The new answer.
    body
        Its body; None where that is in place already.
    keep
        The body of the good copy.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full; the good copy is as it was.
    """
    if body is not None:
        write_whole(snapshot.path, body)
    write_note(snapshot, note_name=PENDING)
    folder = snapshot.path.parent
    _tidy(folder, keep={snapshot.path, folder / REFUSED} | ({keep} if keep else set()))


def accept_pending(folder: Path) -> None:
    """Make the answer that waits in a folder its good copy; without one nothing happens."""
    # What cannot be done now does no harm: the answer is asked for again the next time.
    with contextlib.suppress(*NOTE_ERRORS):
        snapshot = read_note(folder / PENDING)
        (folder / PENDING).replace(folder / NOTE)
        _tidy(folder, keep={snapshot.path})


def drop_pending(folder: Path, *, keep: Path | None, is_refused: bool = False) -> Path | None:
    """Take the answer that waits in a folder away; the good copy, of body ``keep``, stays.

    Returns
    -------
    Path or None
        The file that now holds what ``is_refused``, for whoever mends the parser.
    """
    with contextlib.suppress(*NOTE_ERRORS):
        snapshot = read_note(folder / PENDING)
        (folder / PENDING).unlink()
        if snapshot.path == keep:
            return keep
        if is_refused:
            return snapshot.path.replace(folder / REFUSED)
        snapshot.path.unlink()
    return None


def drop_unasked(source_folder: Path, asked: Collection[Path]) -> None:
    """Remove the folders of a source's requests that were not asked this time.

    A folder younger than LEFTOVER_AGE_S stays, for another process may be at work in it; so does
    whatever is no folder of a request. What cannot be removed stays until the next time.

    Parameters
    ----------
    source_folder
        The folder of the source, as of ``snapshots.source_folder``.
    asked
        The folders of the requests of this time.
    """
    dead = time.time() - LEFTOVER_AGE_S
    with contextlib.suppress(OSError):
        for folder in source_folder.iterdir():
            if folder not in asked and _FOLDER.fullmatch(folder.name) and not folder.is_symlink():
                _remove_old(folder, dead)


def _method(request: Request) -> str:
    return "GET" if request.json is None else "POST"


def _remove_old(folder: Path, dead: float) -> None:
    """Remove a folder in which nothing was touched since; the notes first, they name the rest."""
    with contextlib.suppress(OSError):
        files = sorted(folder.iterdir(), key=lambda path: path.suffix != ".json")
        if all(path.lstat().st_mtime < dead for path in (folder, *files)):
            for path in files:
                path.unlink(missing_ok=True)
            folder.rmdir()  # which fails where something has come in the meantime


def _tidy(folder: Path, *, keep: Collection[Path]) -> None:
    """Remove from a request's folder every body but those kept, and what dead processes left."""
    dead = time.time() - LEFTOVER_AGE_S
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            is_body = path.suffix == ".body" and path not in keep
            if is_body or (path.suffix == ".part" and path.stat().st_mtime < dead):
                path.unlink(missing_ok=True)
