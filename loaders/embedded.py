"""Reads and writes the tables kept with the code (data/fixed/); knows nothing of the net."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from loaders.errors import SourceChanged, SourceUnavailable
from loaders.tables import TABLES, Table, link_faults, table_faults

OUTLINES_CRS = "EPSG:4326"
MAX_TABLE_BYTES = 200_000_000


def table_path(table: Table, folder: Path) -> Path:
    """The file of a table: GeoJSON where it has a geometry, else CSV."""
    return folder / f"{table.name}.{'geojson' if 'geometry' in table.columns else 'csv'}"


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
    frame = _from_geojson(body, path) if path.suffix == ".geojson" else _from_csv(body, path)
    missing = [name for name in table.columns if name not in frame.columns]
    if not missing:
        frame = _typed(frame, table, path)
    faults = table_faults(frame, table, first_line=2)
    if faults:
        raise SourceChanged(f"{path} is not the table {table.name}: " + "; ".join(faults))
    return frame


def read_tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read every table of the model, and say what is wrong with those that cannot be read.

    Returns
    -------
    tables, faults
        Table name to frame for all that could be read, and one sentence a fault: unreadable
        tables first, then codes that point nowhere.
    """
    frames, faults = {}, []
    for table in TABLES.values():
        try:
            frames[table.name] = read_table(table, folder)
        except (SourceUnavailable, SourceChanged) as error:
            faults.append(str(error))
    return frames, faults + link_faults(frames)


def write_table(frame: pd.DataFrame, table: Table, folder: Path) -> Path:
    """Check a frame and write it as the table's file, by way of a temporary name.

    Raises
    ------
    SourceChanged
        The frame is not the table; nothing is written.
    """
    faults = table_faults(frame, table)
    if faults:
        raise SourceChanged(f"table {table.name} is not written: " + "; ".join(faults))
    path = table_path(table, folder)
    if isinstance(frame, gpd.GeoDataFrame):
        text = _as_geojson(frame)
    else:
        buffer = io.StringIO()
        frame.to_csv(buffer, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        text = buffer.getvalue()
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def _from_csv(body: bytes, path: Path) -> pd.DataFrame:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise SourceChanged(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from error
    if not text.strip():
        raise SourceChanged(f"{path}: the file is empty")
    if text.lstrip()[:1] == "<":
        raise SourceChanged(f"{path}: a web page or XML stands in place of the table")
    try:
        # "NA" and the like are text here: only an empty cell means that nothing is known.
        return pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False, na_values=[""])
    except (pd.errors.ParserError, ValueError) as error:
        raise SourceChanged(f"{path}: {error}") from error


def _from_geojson(body: bytes, path: Path) -> gpd.GeoDataFrame:
    try:
        collection = json.loads(body)
        frame = gpd.GeoDataFrame.from_features(collection["features"], crs=OUTLINES_CRS)
        return frame[["municipality_code", "geometry"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceChanged(f"{path}: not a GeoJSON feature collection ({error!r})") from error


def _typed(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    faults = []
    typed = frame.copy()
    for name, dtype in table.dtypes.items():
        try:
            typed[name] = _as(frame[name], dtype)
        except (ValueError, TypeError):
            lines = [str(line + 2) for line in _bad_rows(frame[name], dtype)[:5]]
            faults.append(f"column {name}: not {dtype} on line {', '.join(lines)}")
    if faults:
        raise SourceChanged(f"{path} is not the table {table.name}: " + "; ".join(faults))
    return typed


def _as(column: pd.Series, dtype: str) -> pd.Series:
    if dtype == "boolean":
        known = column.str.lower().map({"true": True, "false": False})
        if (known.isna() & column.notna()).any():
            raise ValueError("neither True nor False")
        return known.astype("boolean")
    if dtype in ("Int64", "Float64"):
        return pd.to_numeric(column).astype(dtype)
    return column.astype(dtype)


def _bad_rows(column: pd.Series, dtype: str) -> list[int]:
    bad = []
    for row, value in column.items():
        try:
            _as(pd.Series([value], dtype="string"), dtype)
        except (ValueError, TypeError):
            bad.append(int(row))
    return bad


def _as_geojson(frame: gpd.GeoDataFrame) -> str:
    # One feature a line, so that a change of one municipality is one line of a diff.
    features = json.loads(frame.to_json(drop_id=True))["features"]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
