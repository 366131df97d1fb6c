"""Reads and writes the tables kept with the code (data/fixed/); knows nothing of the net."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from loaders.checks import MAX_LINES_NAMED, link_faults, table_faults
from loaders.errors import SourceChanged, SourceUnavailable
from loaders.tables import PARTS, TABLES, Table

OUTLINES_CRS = "EPSG:4326"
MAX_TABLE_BYTES = 200_000_000

# A cell that is no number must not become one: not 1.5 as 1, not inf as the least of all numbers.
NUMBERS = {
    "Int64": r"[+-]?[0-9]{1,18}(\.0+)?",
    "Float64": r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?",
}


def table_path(table: Table, folder: Path) -> Path:
    """The file of a table: GeoJSON where it has a geometry, else CSV."""
    return folder / table.file_name


def read_table(table: Table, folder: Path) -> pd.DataFrame:
    """Read one table and check it against the model.

    Parameters
    ----------
    table
        The table to read.
    folder
        Where its file lies: ``<name>.csv``, or ``<name>.geojson`` for a table with a geometry.

    Returns
    -------
    DataFrame
        The model's columns in their order and types; a GeoDataFrame in EPSG:4326 where the table
        has a geometry.

    Raises
    ------
    SourceUnavailable
        The file is not there, not readable or larger than any table of ours may be.
    SourceChanged
        The file is not what the model says; the message names file and lines.
    """
    path = table_path(table, folder)
    try:
        size = path.stat().st_size
        if size > MAX_TABLE_BYTES:
            raise SourceUnavailable(
                f"{path}: {size} bytes, at most {MAX_TABLE_BYTES} are read; is this the right file?"
            )
        body = path.read_bytes()
    except OSError as error:
        raise SourceUnavailable(f"{path}: cannot be read ({error.strerror})") from error
    text = _decoded(body, path)
    if "geometry" in table.columns:
        # The lines are those of a file written here: one feature a line.
        frame = _from_geojson(text, path)
        lines = list(range(2, 2 + len(frame)))
    else:
        frame, lines = _from_csv(text, path)
    faults: list[str] = []
    if sorted(frame.columns) == sorted(table.columns):
        frame, faults = _typed(frame, table, lines)
    faults = faults or table_faults(frame, table, lines=lines)
    if faults:
        raise SourceChanged(f"{path} is not the table {table.name}: " + "; ".join(faults))
    return frame


def read_tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read every table of the model, and say what is wrong with those that cannot be read.

    Returns
    -------
    tables, faults
        Table name to frame for all that could be read (a table that is not kept with the code is
        empty where it has no file), and one sentence a fault: unreadable tables first, then codes
        that point nowhere.
    """
    frames, faults = {}, []
    for table in TABLES.values():
        if not table.is_embedded and not table_path(table, folder).exists():
            frames[table.name] = table.empty()
            continue
        try:
            frames[table.name] = read_table(table, folder)
        except (SourceUnavailable, SourceChanged) as error:
            faults.append(str(error))
    return frames, faults + link_faults(frames)


def write_table(frame: pd.DataFrame, table: Table, folder: Path) -> Path:
    """Check a frame and write it as the table's file, by way of a temporary name.

    What is written is read back the same, save for the index.

    Raises
    ------
    SourceChanged
        The frame is not the table, or could not be read back the same; nothing is written.
    """
    return write_tables({table.name: frame}, folder)[table.name]


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, Path]:
    """Check frames and write them as the files of their tables, all of them or none.

    Each is written under a temporary name; only when all are there do they take their places, so
    that no fault and no full disk leaves a new table beside an old one that it does not fit.

    Parameters
    ----------
    frames
        Name of a table of the model, or of a part of one (``PARTS``), to its rows.
    folder
        Where the files shall lie; must exist.

    Returns
    -------
    dict
        Name of each table to its file.

    Raises
    ------
    SourceChanged
        A frame is not its table, or could not be read back the same; all faults of all tables.
        Nothing is written.
    OSError
        A file could not be written; the files are as they were, unless one of the last steps
        failed, when each file is wholly the old or wholly the new one. No temporary file stays.
    """
    refused = []
    for name, frame in frames.items():
        table = PARTS[name]
        faults = table_faults(frame, table) or _unwritable(frame, table)
        if faults:
            refused.append(f"table {name} is not written: " + "; ".join(faults))
    if refused:
        raise SourceChanged(". ".join(refused))
    paths = {name: table_path(PARTS[name], folder) for name in frames}
    waiting: dict[Path, Path] = {}
    try:
        for name, frame in frames.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{paths[name].name}.")
            waiting[Path(temporary)] = paths[name]
            with os.fdopen(handle, "wb") as file:
                file.write(_body(frame, PARTS[name]))
            Path(temporary).chmod(0o644)
        for whole, path in waiting.items():
            whole.replace(path)
    except BaseException:  # whatever stops the writing, no half file stays behind
        for half in waiting:
            half.unlink(missing_ok=True)
        raise
    return paths


def _body(frame: pd.DataFrame, table: Table) -> bytes:
    if "geometry" in table.columns:
        return _as_geojson(gpd.GeoDataFrame(frame)).encode()
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _unwritable(frame: pd.DataFrame, table: Table) -> list[str]:
    """What the file's format cannot hold: it would be read back as something else."""
    if "geometry" in table.columns:
        crs = gpd.GeoSeries(frame["geometry"]).crs
        return [] if crs == OUTLINES_CRS else [f"outlines are in {crs}, expected {OUTLINES_CRS}"]
    return [
        f"column {name}: a text is empty or has a carriage return; give NA or a plain line break"
        for name, dtype in table.dtypes.items()
        if dtype.startswith("string") and frame[name].str.fullmatch(r"|[\s\S]*\r[\s\S]*").any()
    ]


def _decoded(body: bytes, path: Path) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
    # Not chained to the codec's own error: that carries the whole file, persons and all.
    raise SourceChanged(f"{path}, line {line}: not UTF-8; save the file as UTF-8")


def _from_csv(text: str, path: Path) -> tuple[pd.DataFrame, list[int]]:
    # Not pandas' reader: it fills up short rows, and takes the first column of long ones for an
    # index, so that every cell stands under the wrong heading.
    if not text.strip():
        raise SourceChanged(f"{path}: the file is empty")
    if text.lstrip()[:1] == "<":
        raise SourceChanged(f"{path}: a web page or XML stands in place of the table")
    rows, lines, last = [], [], 0
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:  # a blank line has none
                rows.append(cells)
                lines.append(last + 1)
            last = reader.line_num
    except csv.Error as error:
        raise SourceChanged(f"{path}, line {last + 1}: {error}") from error
    headings, rows, lines = rows[0], rows[1:], lines[1:]
    if len(headings) == 1 and ";" in headings[0]:
        raise SourceChanged(f"{path}: semicolons part the cells; save the file with commas")
    odd = [
        f"line {line} has {len(cells)} cells"
        for line, cells in zip(lines, rows, strict=True)
        if len(cells) != len(headings)
    ]
    if odd:
        rest = len(odd) - MAX_LINES_NAMED
        told = odd[:MAX_LINES_NAMED] + ([f"and {rest} lines more"] if rest > 0 else [])
        raise SourceChanged(f"{path}: {len(headings)} headings, but " + "; ".join(told))
    # "NA" and the like are text here: only an empty cell means that nothing is known.
    columns = zip(*rows, strict=True) if rows else [()] * len(headings)
    texts = [pd.Series(column, dtype="string") for column in columns]
    frame = pd.concat(texts, axis="columns", keys=range(len(headings))).set_axis(headings, axis=1)
    return frame.mask(frame == ""), lines


def _from_geojson(text: str, path: Path) -> gpd.GeoDataFrame:
    try:
        collection = json.loads(text, parse_constant=_no_number)
        frame = gpd.GeoDataFrame.from_features(collection["features"], crs=OUTLINES_CRS)
    except (
        *(ValueError, KeyError, TypeError, AttributeError, RecursionError),
        shapely.errors.ShapelyError,
    ) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        kind = type(error).__name__
    else:
        return _outlines(frame)
    # Neither quoted nor chained: such an error may carry any text of the file, or all of it.
    raise SourceChanged(f"{path}{line}: not a GeoJSON feature collection ({kind})")


def _outlines(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame[[name for name in ("municipality_code", "geometry") if name in frame.columns]]


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no coordinate")


def _typed(frame: pd.DataFrame, table: Table, lines: list[int]) -> tuple[pd.DataFrame, list[str]]:
    typed, faults = frame.copy(), []
    for name, dtype in table.dtypes.items():
        typed[name], fits = _as(frame[name], dtype)
        bad = [str(line) for line, fit in zip(lines, fits, strict=True) if not fit]
        if bad:
            rest = len(bad) - MAX_LINES_NAMED
            more = f" and {rest} more" if rest > 0 else ""
            faults.append(
                f"column {name}: not {dtype} on line {', '.join(bad[:MAX_LINES_NAMED])}{more}"
            )
    return typed, faults


def _as(column: pd.Series, dtype: str) -> tuple[pd.Series, pd.Series]:
    if dtype == "boolean":
        typed = column.str.lower().map({"true": True, "false": False}).astype("boolean")
    elif dtype in NUMBERS:
        text = column.where(column.str.fullmatch(NUMBERS[dtype]).fillna(False))
        if dtype == "Int64":
            text = text.str.replace(r"\.0+$", "", regex=True)
        typed = pd.to_numeric(text).astype(dtype)
        typed = typed.mask(np.isinf(typed.astype("Float64")).fillna(False))
    else:
        typed = column.astype(dtype)
    return typed, typed.notna() | column.isna()


def _as_geojson(frame: gpd.GeoDataFrame) -> str:
    # One feature a line, so that a change of one municipality is one line of a diff.
    features = json.loads(frame.to_json(drop_id=True))["features"]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
