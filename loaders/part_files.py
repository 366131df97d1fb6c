"""What one source gave, as files of a folder of its own; how it was gathered lives in gathering.

A part is whole when ``part.json`` is there: it is taken away first and written last.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from loaders.embedded import read_table, table_path, write_table
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.gathering import Part
from loaders.registry import source_module
from loaders.snapshots import write_whole
from loaders.source import REJECT_COLUMNS
from loaders.tables import PARTS, Table

FOLDER = "parts"
"""The folder of a package that holds a folder for each source."""

NOTE = "part.json"
REJECTS = "rejects.csv"

MAX_CELL = 131_072
"""The longest text of a cell that a CSV reader takes."""

MAX_REJECT_TEXT = 2_000
MAX_NOTE_BYTES = 10_000_000
MAX_REJECTS_BYTES = 200_000_000


def write_part(folder: Path, part: Part) -> Path:
    """Write what a source gave into its folder, in place of what was there.

    The frames are taken as checked (``loaders.gathering`` does that); here only columns are
    looked at, and what a file cannot hold.

    Parameters
    ----------
    folder
        The part's own folder, ``.../parts/<source_id>``; made where it is not there. Its name tells
        whose the part is.
    part
        What was gathered. Of a source with personal data, or one that is not known, only line and
        reason of the rejects are kept; of others the text, cut to MAX_REJECT_TEXT.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SourceChanged
        A frame is not the table that it is named for, or cannot be kept as it is. Nothing is
        written.
    OSError
        The folder cannot be written or the disk is full; the folder then holds no whole part.
    """
    unknown = [name for name in part.frames if name not in PARTS]
    if unknown:
        raise SourceChanged(f"{folder.name}: gave {unknown}, which are no tables of loaders.tables")
    # Its file would have no feature to tell its columns by.
    bare = [name for name, frame in part.frames.items() if "geometry" in frame and frame.empty]
    if bare:
        raise SourceChanged(f"{folder.name}: gave no row of {', '.join(bare)}")
    bodies = {
        name: _csv(frame, PARTS[name], folder.name)
        for name, frame in part.frames.items()
        if "geometry" not in PARTS[name].columns
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / NOTE).unlink(missing_ok=True)
    for name, frame in part.frames.items():
        if name in bodies:
            write_whole(table_path(PARTS[name], folder), bodies[name])
        else:
            write_table(frame, PARTS[name], folder)
    write_whole(folder / REJECTS, _rejects_csv(part, folder.name))
    write_whole(folder / NOTE, json.dumps(_note(part, folder.name), indent=2).encode())
    return folder


def read_part(folder: Path) -> Part:
    """Read what a source gave from its folder.

    Parameters
    ----------
    folder
        The part's own folder; its name is the source's id.

    Returns
    -------
    Part
        As it was written, save for texts of rejects that are not kept (NA).

    Raises
    ------
    SourceUnavailable
        There is no whole part in the folder, or a file cannot be read.
    SourceChanged
        A file is damaged, or has other rows than ``part.json`` says.
    """
    note = _read_note(folder)
    frames = {}
    for name, rows in note["rows"].items():
        frames[name] = read_table(PARTS[name], folder)
        if len(frames[name]) != rows:
            raise SourceChanged(
                f"{table_path(PARTS[name], folder)}: {len(frames[name])} rows, but {NOTE} tells of "
                f"{rows}; refresh {folder.name} anew"
            )
    return Part(
        frames=frames,
        rejects=_read_rejects(folder),
        surprises=note["surprises"],
        source_date=note["source_date"],
        fetched_at=note["fetched_at"],
        requests=note["requests"],
        bytes=note["bytes"],
        seconds=note["seconds"],
    )


def read_parts(package_folder: Path) -> tuple[dict[str, Part], list[str]]:
    """Read the parts of a package, and say which cannot be read.

    Parameters
    ----------
    package_folder
        The folder of a package; the parts lie in ``parts/`` of it.

    Returns
    -------
    parts, faults
        Source id to its part for all that could be read, in the order of the ids; one sentence
        for each that could not. A package without parts has none of either.
    """
    parts, faults = {}, []
    folder = package_folder / FOLDER
    try:
        found = sorted(path for path in folder.iterdir() if re.fullmatch(r"[a-z0-9_]+", path.name))
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [f"{folder}: cannot be read ({error.strerror})"]
    for path in found:
        try:
            parts[path.name] = read_part(path)
        except LoaderError as error:
            faults.append(str(error))
    return parts, faults


def _csv(frame: pd.DataFrame, table: Table, source_id: str) -> bytes:
    """The table as the file of its name.

    Written by hand: ``to_csv`` takes six times as long for 110,000 organisations.
    """
    if list(frame.columns) != list(table.columns):
        raise SourceChanged(
            f"{source_id}: columns of {table.name} are {', '.join(map(str, frame.columns))}; "
            f"expected {', '.join(table.columns)}"
        )
    faults = [
        f"column {name}: a text is empty or longer than {MAX_CELL}; give NA or less"
        for name, dtype in table.dtypes.items()
        if dtype.startswith("string") and not _fits(frame[name])
    ]
    columns = [frame[name].to_numpy(dtype=object, na_value="") for name in table.columns]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*columns, strict=True))
    text = file.getvalue()
    if "\r" in text:
        faults.append("a text has a carriage return; give a plain line break")
    try:
        body = text.encode()
    except UnicodeEncodeError:
        faults.append("a text has half of a letter (a surrogate), which UTF-8 does not know")
    if faults:
        raise SourceChanged(f"{source_id}: table {table.name} is not written: {'; '.join(faults)}")
    return body


def _fits(texts: pd.Series) -> bool:
    lengths = set(map(len, texts.dropna().tolist()))
    return not lengths or (min(lengths) > 0 and max(lengths) <= MAX_CELL)


def _keeps_text(source_id: str) -> bool:
    """Whether rejects may be kept with their text: a source known to tell of no person."""
    try:
        return not source_module(source_id).SOURCE.has_personal_data
    except LoaderError:
        return False


def _rejects_csv(part: Part, source_id: str) -> bytes:
    rejects = part.rejects[list(REJECT_COLUMNS)]
    texts = rejects["text"].astype("string").str.slice(0, MAX_REJECT_TEXT)
    if not _keeps_text(source_id):
        texts = pd.Series(pd.NA, index=rejects.index, dtype="string")
    columns = [
        rejects["source_id"].astype("string"),
        rejects["line"].astype("Int64"),
        texts,
        rejects["reason"].astype("string"),
    ]
    file = io.StringIO()
    # All in quotation marks: what was set aside may hold any sign, a carriage return too.
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(REJECT_COLUMNS)
    writer.writerows(
        zip(*(column.to_numpy(dtype=object, na_value="") for column in columns), strict=True)
    )
    return file.getvalue().encode("utf-8", "backslashreplace")


def _read_rejects(folder: Path) -> pd.DataFrame:
    path = folder / REJECTS
    fault = "no table of rejects"
    try:
        if path.stat().st_size > MAX_REJECTS_BYTES:
            raise SourceUnavailable(f"{path}: more than {MAX_REJECTS_BYTES} bytes")
        text = path.read_bytes().decode()
        headings, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        frame = pd.DataFrame(rows, columns=headings, dtype="string")
        if tuple(headings) == REJECT_COLUMNS and frame["line"].str.fullmatch(r"[0-9]{0,15}").all():
            frame = frame.mask(frame == "")
            return frame.assign(line=pd.to_numeric(frame["line"]).astype("Int64"))
    except OSError as error:
        raise SourceUnavailable(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, csv.Error) as error:
        fault = type(error).__name__
    # Not chained: the error of a codec carries the whole file.
    raise SourceChanged(f"{path}: damaged ({fault}); refresh {folder.name} anew")


def _note(part: Part, source_id: str) -> dict[str, Any]:
    reasons = part.rejects["reason"].value_counts().sort_index()
    return {
        "source_id": source_id,
        "fetched_at": part.fetched_at.astimezone(dt.UTC).isoformat(),
        "source_date": part.source_date,
        "rows": {name: len(frame) for name, frame in part.frames.items()},
        "rejects": {str(reason): int(count) for reason, count in reasons.items()},
        "surprises": {str(name): int(count) for name, count in part.surprises.items()},
        "requests": int(part.requests),
        "bytes": int(part.bytes),
        "seconds": round(float(part.seconds), 3),
    }


def _read_note(folder: Path) -> dict[str, Any]:
    path = folder / NOTE
    try:
        if path.stat().st_size > MAX_NOTE_BYTES:
            raise ValueError("too long")
        return _checked(json.loads(path.read_bytes()), folder)
    except FileNotFoundError as error:
        raise SourceUnavailable(f"{folder}: no whole part, {NOTE} is not there") from error
    except OSError as error:
        raise SourceUnavailable(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as e:
        kind = type(e).__name__
    raise SourceChanged(f"{path}: damaged ({kind}); refresh {folder.name} anew")


def _checked(note: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The note with each value in its type; a ValueError and the like where one is not."""
    fetched_at = dt.datetime.fromisoformat(note["fetched_at"])
    counts = [*note["rows"].values(), *note["surprises"].values(), note["requests"], note["bytes"]]
    if (
        note["source_id"] != folder.name
        or fetched_at.tzinfo is None
        or not set(note["rows"]) <= set(PARTS)
        or not all(type(count) is int and count >= 0 for count in counts)
        or not (note["source_date"] is None or isinstance(note["source_date"], str))
        or not 0 <= float(note["seconds"]) < float("inf")
    ):
        raise ValueError("not a note of this part")
    return note | {
        "fetched_at": fetched_at.astimezone(dt.UTC),
        "seconds": float(note["seconds"]),
    }
