"""The files of a package: brought to the disk, summed up and checked; what is in use is elsewhere.

Which package is in use, and how one is written, lives in ``loaders.packages``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loaders.snapshots import write_whole

CHECKSUMS = "checksums.json"
REPORT = "report.json"
DESCRIPTOR = "datapackage.json"

MAX_JSON_BYTES = 20_000_000
MAX_FILES_NAMED = 5
"""How many files the faults name before they count the rest."""


def write_checksums(folder: Path) -> None:
    """Bring every file of a folder to the disk and write the list of their SHA-256 beside them.

    Raises
    ------
    OSError
        A file cannot be read or brought to the disk, or the list cannot be written.
    """
    sums = {_name_in(folder, path): _kept(path) for path in _files(folder)}
    write_whole(folder / CHECKSUMS, json.dumps(sums, indent=2).encode())
    for inside, _, _ in os.walk(folder):
        keep_folder(Path(inside))


def file_faults(folder: Path) -> list[str]:
    """Say which files of a folder are not as its list of checksums has them.

    Parameters
    ----------
    folder
        A folder that ``write_checksums`` was told of; every file of it is read.

    Returns
    -------
    list of str
        One sentence a fault: a file missing, another, or one too many; at most MAX_FILES_NAMED
        are named. Files whose names begin with a dot are passed over: file managers leave them.
    """
    try:
        if not folder.is_dir():
            return ["it is not there"]
        told = read_json(folder / CHECKSUMS)
        found = {
            _name_in(folder, path): _sum(path)
            for path in _files(folder)
            if path.name != CHECKSUMS and not path.name.startswith(".")
        }
    except (OSError, ValueError, RecursionError) as error:
        fault = error.strerror if isinstance(error, OSError) else "its checksums are damaged"
        return [f"it cannot be checked ({fault})"]
    told = {DESCRIPTOR: None, REPORT: None} | told  # a list without these is not one of ours
    faults = [f"{path} is missing" for path in sorted(told.keys() - found.keys())]
    faults += [
        f"{path} {'is not what was written' if path in told else 'does not belong there'}"
        for path, checksum in sorted(found.items())
        if told.get(path) != checksum
    ]
    rest = len(faults) - MAX_FILES_NAMED
    return faults[:MAX_FILES_NAMED] + ([f"and {rest} files more"] if rest > 0 else [])


def keep_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can do that.

    Raises
    ------
    OSError
        The disk failed.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that knows no such
            raise
    finally:
        os.close(handle)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of ours.

    Raises
    ------
    OSError, ValueError, RecursionError
        The file cannot be read, or is no such object.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        raise ValueError("too long")
    content = json.loads(path.read_bytes())
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content


def _files(folder: Path) -> Iterator[Path]:
    for inside, _, names in sorted(os.walk(folder)):
        yield from (Path(inside) / name for name in sorted(names))


def _name_in(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _kept(path: Path) -> str:
    """Bring a file to the disk, and give its checksum."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
