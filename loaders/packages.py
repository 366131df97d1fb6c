"""The dated folders that refreshes write, and which of them is in use; nothing is gathered here.

A package is written under another name, brought to the disk and renamed; which one is in use stands
in the file ``current``, which is replaced at once. So a process killed, a full disk or a power cut
leaves the package in use whole. The command line and the page call a package a snapshot; in code
that word means one fetched body (``loaders.snapshots``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from loaders import datapackage
from loaders.embedded import write_tables
from loaders.errors import LoaderError
from loaders.gathering import Part
from loaders.package_files import (
    DESCRIPTOR,
    REPORT,
    file_faults,
    keep_folder,
    read_json,
    write_checksums,
)
from loaders.part_files import FOLDER, write_part
from loaders.settings import Settings
from loaders.snapshots import source_folder, write_whole
from loaders.tables import TABLES

CURRENT = "current"
UNFINISHED = ".unfinished-"

EMBEDDED = "embedded"
"""What ``current`` says, and the command line calls it, where no package is in use."""

HELD = "held"
"""Key of a report: true where the switch waits for a person, who may still use the package."""

KEEP = 5
"""How many packages are kept."""

LEFTOVER_AGE_S = 86_400
"""Age at which an unfinished package is taken for that of a dead process and removed."""

_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z)(?:-([2-9]|[1-9][0-9]))?")
_NAME_TIME = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class Package:
    """One dated folder of tables.

    ``made_at`` (UTC) is the time in its name. ``is_current`` tells whether ``current`` names it,
    ``report`` what the refresh that wrote it had to say; empty where that cannot be read.
    """

    name: str
    path: Path
    made_at: dt.datetime
    is_current: bool
    report: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_held(self) -> bool:
        """Whether it waits for a person to use it."""
        return self.report.get(HELD) is True


class InUse(NamedTuple):
    """The package in use (None: the embedded data), and what is wrong with the one it should be."""

    package: Package | None
    faults: tuple[str, ...]


class Pruned(NamedTuple):
    """Names of the packages removed, and a sentence for each that could not be."""

    removed: list[str]
    faults: list[str]


def cache_folder(settings: Settings) -> Path:
    """Give the folder of the packages; it need not exist."""
    return settings.data_dir / "cache"


def packages(settings: Settings) -> list[Package]:
    """List the packages, the newest first; whether they are whole is not looked at.

    Raises
    ------
    LoaderError
        The folder is there and cannot be read.
    """
    folder = cache_folder(settings)
    try:
        names = [
            (order, path.name)
            for path in folder.iterdir()
            if (order := _order(path.name)) and path.is_dir()
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LoaderError(f"{folder}: cannot be read ({error.strerror})") from error
    current = _named(settings)[0]
    return [_package(folder / name, current) for _, name in sorted(names, reverse=True)]


def current_package(settings: Settings) -> Package | None:
    """Give the package in use, or None for the embedded data; see ``package_in_use``."""
    return package_in_use(settings).package


def package_in_use(settings: Settings) -> InUse:
    """Find the package in use and check it.

    Where ``current`` names a package that is missing or damaged the newest whole one stands in
    for it, save one that is held for a person; where there is none, the embedded data.

    Parameters
    ----------
    settings
        Where the packages lie: ``data_dir``.

    Returns
    -------
    InUse
        The package, and one sentence a fault; it is the one that ``current`` names where there is
        no fault.
    """
    name, faults = _named(settings)
    if name is None and not faults:
        return InUse(None, ())
    if name is not None:
        package = _package(cache_folder(settings) / name, name)
        faults = package_faults(package)
        if not faults:
            return InUse(package, ())
    with contextlib.suppress(LoaderError):
        for other in packages(settings):
            if other.name != name and not other.is_held and not package_faults(other):
                return InUse(other, (*faults, f"snapshot {other.name} stands in for it"))
    return InUse(None, (*faults, "the embedded data stands in for it"))


def has_held(settings: Settings) -> bool:
    """Whether the newest package is held: a person is to look at it, and use it or not."""
    try:
        found = packages(settings)
    except LoaderError:  # told where the package in use is looked for
        return False
    return bool(found) and found[0].is_held and not found[0].is_current


def find_package(settings: Settings, name: str) -> Package:
    """Give the package of a name; whether it is whole is not looked at.

    Raises
    ------
    LoaderError
        The name has not the form of one (it is never taken for a path), or no package has it.
    """
    if not _order(name):
        raise LoaderError(
            f"{name[:80]!r} is no name of a snapshot; expected one such as 2026-11-21T230824Z "
            "(jarjestokartta snapshots list)"
        )
    path = cache_folder(settings) / name
    if not path.is_dir():
        near = ", ".join(package.name for package in packages(settings)[:KEEP]) or "none"
        raise LoaderError(f"There is no snapshot {name}; there is {near}")
    return _package(path, _named(settings)[0])


def write_package(
    settings: Settings,
    tables: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Part],
    report: Mapping[str, Any],
    *,
    now: dt.datetime,
) -> Package:
    """Write a package; it is not in use before ``use_package`` is told so.

    What is written is private to the user who writes it: liaisons are persons.

    Parameters
    ----------
    settings
        Where the packages lie: ``data_dir``.
    tables
        Name of a table of TABLES to its rows. Every table that is embedded must be there; others
        that are not are written empty.
    parts
        Source id to what the source gave.
    report
        What can be written as JSON; ``held`` is true where the switch is to wait for a person.
    now
        The time that becomes its name; in UTC.

    Returns
    -------
    Package
        Its folder, brought to the disk.

    Raises
    ------
    SourceChanged
        A frame is not its table; all faults of all tables.
    LoaderError
        A table is missing or not known, or a source's id cannot name a folder.
    OSError
        The folder cannot be written or the disk is full.

    Whatever is raised, the packages are as they were.
    """
    tables = _whole(tables)
    report_text = json.dumps(dict(report), ensure_ascii=False, indent=2, allow_nan=False)
    folder = cache_folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_leftovers(settings)
    name = now.astimezone(dt.UTC).strftime(_NAME_TIME)
    unfinished = folder / f"{UNFINISHED}{name}-{secrets.token_hex(4)}"
    try:
        unfinished.mkdir(mode=0o700)
        write_tables(tables, unfinished)
        write_whole(
            unfinished / DESCRIPTOR, datapackage.written(unfinished, base=unfinished).encode()
        )
        for source_id, part in sorted(parts.items()):
            write_part(source_folder(source_id, unfinished / FOLDER), part)
        write_whole(unfinished / REPORT, report_text.encode())
        write_checksums(unfinished)
        path = _renamed(unfinished, name)
        keep_folder(folder)
    except BaseException:  # whatever stops the writing, no half package stays behind
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return _package(path, _named(settings)[0])


def use_package(settings: Settings, name: str) -> Package | None:
    """Put a package in use, at once; ``embedded`` goes back to the tables kept with the code.

    Parameters
    ----------
    settings
        Where the packages lie: ``data_dir``.
    name
        The name of a package, or EMBEDDED.

    Returns
    -------
    Package or None
        The package now in use; None for the embedded data.

    Raises
    ------
    LoaderError
        No package has the name, or it is damaged: the message tells how. The one before stays.
    OSError
        ``current`` cannot be written; the one before stays.
    """
    package = None
    if name != EMBEDDED:
        package = find_package(settings, name)
        faults = package_faults(package)
        if faults:
            raise LoaderError(f"Snapshot {name} is damaged and is not used: {'; '.join(faults)}")
    folder = cache_folder(settings)
    write_whole(folder / CURRENT, f"{name}\n".encode())
    keep_folder(folder)
    return package and replace(package, is_current=True)


def package_faults(package: Package) -> list[str]:
    """Say what of a package is not as it was written: a file missing, another, or one too many.

    Parameters
    ----------
    package
        The package; every file of it is read.

    Returns
    -------
    list of str
        One sentence a fault, each with the package's name; empty when it is whole.
    """
    return [f"snapshot {package.name}: {fault}" for fault in file_faults(package.path)]


def prune_packages(settings: Settings, *, keep: int = KEEP) -> Pruned:
    """Remove old packages and what dead processes left.

    Parameters
    ----------
    settings
        Where the packages lie: ``data_dir``.
    keep
        How many of the newest whole packages stay. The one in use stays whatever its age, as does
        a damaged one that is newer than the oldest of these. Of those that are held for a person
        only the newest stays, and it is not counted: none of them may push out a good one.

    Returns
    -------
    Pruned
        The names of those removed, the newest first, and a sentence for each that could not be.

    Raises
    ------
    LoaderError
        ``keep`` is less than none, or the folder cannot be read.
    """
    if keep < 0:
        raise LoaderError(f"Asked to keep {keep} snapshots: expected 0 or more")
    in_use = package_in_use(settings).package
    removed, faults, whole, has_held = [], remove_leftovers(settings), 0, False
    for package in packages(settings):
        if package.is_held and not package.is_current and not has_held:
            has_held = True
        elif whole < keep and (not package.is_held or package.is_current):
            whole += not package_faults(package)
        elif not package.is_current and (in_use is None or package.name != in_use.name):
            # Under a name that no package has: killed half-way, it is no package any more.
            waste = package.path.with_name(f"{UNFINISHED}{package.name}-{secrets.token_hex(4)}")
            try:
                package.path.rename(waste)
                removed.append(package.name)
                shutil.rmtree(waste)
            except OSError as error:
                faults.append(f"snapshot {package.name}: cannot be removed ({error.strerror})")
    return Pruned(removed, faults)


def remove_leftovers(settings: Settings) -> list[str]:
    """Remove what dead processes left more than a day ago.

    Returns
    -------
    list of str
        One sentence for each that could not be removed; it does no harm where it lies.
    """
    faults = []
    folder = cache_folder(settings)
    for path in [*folder.glob(f"{UNFINISHED}*"), *folder.glob("unfinished.*.part")]:
        try:
            # Of the clock that the file system goes by; a time to come is that of a wrong clock.
            if abs(time.time() - path.stat().st_mtime) > LEFTOVER_AGE_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except FileNotFoundError:
            continue  # another process was faster
        except OSError as error:
            faults.append(f"{path}: cannot be removed ({error.strerror})")
    return faults


def _order(name: str) -> tuple[dt.datetime, int] | None:
    """What a package is sorted by, or None where the name is not that of one."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        made_at = dt.datetime.strptime(match[1], _NAME_TIME).replace(tzinfo=dt.UTC)
    except ValueError:  # the 31st of February
        return None
    return made_at, int(match[2] or 1)


def _package(path: Path, current: str | None) -> Package:
    try:
        report = read_json(path / REPORT)
    except (OSError, ValueError, RecursionError):
        report = {}  # its checksum tells of it
    made_at, _ = _order(path.name) or (dt.datetime.fromtimestamp(0, dt.UTC), 1)
    return Package(
        name=path.name,
        path=path,
        made_at=made_at,
        is_current=path.name == current,
        report=report,
    )


def _named(settings: Settings) -> tuple[str | None, list[str]]:
    """The name in ``current``, None for the embedded data, and what is wrong with the file."""
    path = cache_folder(settings) / CURRENT
    try:
        with path.open("rb") as file:
            name = file.read(200).decode("ascii", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None, []
    except OSError as error:
        return None, [f"{path} cannot be read ({error.strerror})"]
    if name == EMBEDDED:
        return None, []
    return (name, []) if _order(name) else (None, [f"{path} does not hold the name of a snapshot"])


def _whole(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with an empty one for each that no source need fill."""
    faults = [f"{name!r} is no table of the dashboard" for name in tables if name not in TABLES]
    faults += [
        f"table {table.name} is missing"
        for table in TABLES.values()
        if table.is_embedded and table.name not in tables
    ]
    if faults:
        raise LoaderError(f"The snapshot is not written: {'; '.join(faults)}")
    return {name: tables[name] if name in tables else TABLES[name].empty() for name in TABLES}


def _renamed(unfinished: Path, name: str) -> Path:
    """Give the folder its name; a number is added where another of the same second has it."""
    for number in range(1, 100):
        path = unfinished.with_name(name if number == 1 else f"{name}-{number}")
        if path.exists():
            continue
        try:
            return unfinished.rename(path)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another was faster
                raise
    raise LoaderError(f"{unfinished.parent}: 99 snapshots have the name {name}; see the clock")
