"""Loads a source of one body: fetch, parse, check; knows neither HTTP nor any one source.

Sources of several requests are run by ``loaders.gathering``.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pandas as pd

from loaders import registry
from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.fetch import Session, fetch
from loaders.settings import Settings
from loaders.snapshots import Snapshot
from loaders.source import REJECT_COLUMNS, Parsed
from loaders.tables import PARTS


@dataclass(frozen=True)
class Loaded:
    """A source's table, the lines set aside, and the answers they were read from.

    ``frame`` has the columns of the source's table, ``rejects`` those of REJECT_COLUMNS (as
    personal as the source). ``snapshots`` is empty where a file was given by hand.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame
    snapshots: tuple[Snapshot, ...]


def load(
    source_id: str,
    *,
    settings: Settings | None = None,
    session: Session | None = None,
    file: Path | None = None,
) -> Loaded:
    """Load a source of one body from the net, or from its last good copy where that fails.

    A new answer replaces the saved copy only when it parses and checks; else the table is that of
    the old copy, and its snapshot is stale and says why.

    Parameters
    ----------
    source_id
        The name of a file in ``loaders/sources/``.
    settings
        Folders, timeouts and limits; those of the environment when left out.
    session
        Used for the requests; a new one when left out.
    file
        A saved page or file to read in place of the net; nothing is fetched or kept.

    Returns
    -------
    Loaded
        The table, the lines set aside, and one snapshot an address.

    Raises
    ------
    SourceUnavailable
        There was no usable answer and no saved copy, or the file cannot be read.
    SourceChanged
        What came cannot be read, and no saved copy either; all faults, and the file to open.
    LoaderError
        No source has this id, it is not of one body, or the environment cannot be read.
    """
    module = registry.source_module(source_id)
    settings = settings or Settings.from_env()
    if file is not None:
        return Loaded(*read_file(source_id, file, settings.max_bytes), snapshots=())
    _require_parser(module)
    if module.SOURCE.url is None:
        raise LoaderError(
            f"{source_id} has no address: it comes as a file by hand, see {module.SOURCE.page}. "
            "Give the file with --file."
        )
    accepted: list[Parsed] = []
    snapshot = fetch(
        module.SOURCE.url,
        source_id=source_id,
        settings=settings,
        session=session,
        accept=lambda body: accepted.append(read_body(source_id, body)),
    )
    # fetch asks last about the body that it gives out.
    return Loaded(*accepted[-1], snapshots=(snapshot,))


def read_body(source_id: str, body: bytes) -> Parsed:
    """Parse and check a body that was saved by hand.

    Parameters
    ----------
    source_id
        The name of a file in ``loaders/sources/``.
    body
        What the source's address gave, unpacked.

    Returns
    -------
    Parsed
        The table, checked against the model, and the lines set aside.

    Raises
    ------
    SourceChanged
        The body is not in the form the parser knows; all faults at once.
    LoaderError
        No source has this id, or it has no parser of one body.
    """
    module = registry.source_module(source_id)
    _require_parser(module)
    source = module.SOURCE
    try:
        parsed = _parsed(module, body)
        faults = _faults(module, parsed)
    except SourceChanged as error:
        raise SourceChanged(f"{error} Compare with {source.page}.") from error
    if faults:
        raise SourceChanged(
            f"{source_id} is not the table {source.table} as it was: {'; '.join(faults)}. "
            f"Compare with {source.page}."
        )
    return parsed


def read_file(source_id: str, file: Path, max_bytes: int) -> Parsed:
    """Read, parse and check a file that was saved by hand.

    Parameters
    ----------
    source_id
        The name of a file in ``loaders/sources/``.
    file
        What the source's address gave, or what its template asks for.
    max_bytes
        The largest file that is read.

    Returns
    -------
    Parsed
        The table, checked against the model, and the lines set aside.

    Raises
    ------
    SourceUnavailable
        The file cannot be read, or it is too large.
    SourceChanged
        The file is not in the form the parser knows; all faults at once.
    LoaderError
        No source has this id, or it is not one that reads files.
    """
    _require_parser(registry.source_module(source_id))
    try:
        with file.open("rb") as opened:
            body = opened.read(max_bytes + 1)
    except OSError as error:
        raise SourceUnavailable(f"{file}: cannot be read ({error.strerror})") from error
    if len(body) > max_bytes:
        raise SourceUnavailable(
            f"{file}: more than {max_bytes} bytes; is this the right file? If so raise "
            "JARJESTOKARTTA_MAX_BYTES."
        )
    try:
        return read_body(source_id, body)
    except SourceChanged as error:
        raise SourceChanged(f"{error} The file is {file}.") from error


def parser_failure(module: ModuleType, error: BaseException) -> SourceChanged:
    """Make the error of a parser that failed by itself: only the kind and the place are told.

    Nothing of its text, and nothing is to be chained to it: it may quote a person.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == module.__file__]
    where = "".join(f" ({Path(at.filename).name}, line {at.lineno})" for at in (own or frames)[-1:])
    return SourceChanged(
        f"{module.SOURCE.id}: the parser failed with {type(error).__name__}{where}."
    )


def _require_parser(module: ModuleType) -> None:
    if not callable(getattr(module, "parse", None)):
        raise LoaderError(
            f"{module.SOURCE.id} asks several times for what it needs: it cannot be read from one "
            f"body or file. See {module.SOURCE.page}."
        )


def _parsed(module: ModuleType, body: bytes) -> Parsed:
    """Parse; whatever a stranger's bytes bring about in a parser is a source that has changed."""
    try:
        return Parsed(*module.parse(body))
    except (LoaderError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - told by its kind alone
        fault = error
    raise parser_failure(module, fault)


def _faults(module: ModuleType, parsed: Parsed) -> list[str]:
    fewest, most = module.SOURCE.expected_rows
    faults = []
    if tuple(parsed.rejects.columns) != REJECT_COLUMNS:
        faults.append(f"rejects have other columns than {', '.join(REJECT_COLUMNS)}")
    if not fewest <= len(parsed.frame) <= most:
        faults.append(f"{len(parsed.frame)} rows, expected {fewest} to {most}")
    return faults + table_faults(parsed.frame, PARTS[module.SOURCE.table])
