"""Packages small enough to write a hundred times: three tables, one part, one invented person."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd

from loaders.gathering import Part
from loaders.packages import Package, use_package, write_package
from loaders.settings import Settings
from loaders.source import rejects_frame
from loaders.tables import AREAS, LIAISONS, PURPOSE_CLASSES, SOURCES, TABLES, Table

NOW = dt.datetime(2026, 11, 21, 23, 8, 24, tzinfo=dt.UTC)
NAME = "2026-11-21T230824Z"
WEEK = dt.timedelta(days=7)

FEW: Mapping[str, Table] = {table.name: table for table in (AREAS, PURPOSE_CLASSES, SOURCES)}
PART = "toy_liaisons"


def frame_of(table: Table, *rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(table.columns)).astype(table.dtypes)


@contextlib.contextmanager
def few_tables(*, is_quick: bool = True) -> Iterator[None]:
    """The model with three tables alone; quick: what writes no file is left out."""
    replaced: dict[str, Any] = {"loaders.packages.TABLES": FEW, "loaders.datapackage.TABLES": FEW}
    if is_quick:
        replaced |= {
            "loaders.embedded.table_faults": mock.Mock(return_value=[]),
            "loaders.embedded._unwritable": mock.Mock(return_value=[]),
            "loaders.datapackage.written": mock.Mock(return_value="{}"),
        }
    with contextlib.ExitStack() as stack:
        for name, other in replaced.items():
            stack.enter_context(mock.patch(name, other))
        yield


def source(source_id: str) -> dict[str, Any]:
    words = ("title", "publisher", "licence", "attribution")
    return {f"{word}_{lang}": "Lelu" for word in words for lang in ("fi", "sv", "en")} | {
        "source_id": source_id,
        "fresh_years": 1,
    }


@functools.cache
def _tables_of(name: str) -> dict[str, pd.DataFrame]:
    area = {"level": "region", "code": "91", "name_sv": "Lelula", "name_en": "Toyland"}
    purpose = {"purpose_class": "1", "name_fi": "Lelut", "name_sv": "Leksaker", "name_en": "Toys"}
    known = ("statfi_division", "prh_purpose_classes", "jarjestokartta_collection")
    return {
        "areas": frame_of(AREAS, area | {"name_fi": name}),
        "purpose_classes": frame_of(PURPOSE_CLASSES, purpose),
        "sources": frame_of(SOURCES, *map(source, known)),
    }


def tables_of(name: str = "Lelula") -> dict[str, pd.DataFrame]:
    """The three tables; the name is that of the one region."""
    return dict(_tables_of(name))


@functools.cache
def parts_of() -> Mapping[str, Part]:
    """One source that tells of a person, and has set a row aside that does so too."""
    liaison = {
        "municipality_name": "Lelula",
        "person_name": "Secretperson",
        "source_url": "https://example.fi/",
    }
    return {
        PART: Part(
            frames={"liaisons": frame_of(LIAISONS, liaison)},
            rejects=rejects_frame(PART, [(3, "Secretperson", "odd")]),
            fetched_at=NOW,
        )
    }


def written(
    settings: Settings,
    name: str = "Lelula",
    *,
    weeks: int = 0,
    is_quick: bool = True,
    **report: Any,
) -> Package:
    """Write a package of three tables, so many weeks after the first."""
    with few_tables(is_quick=is_quick):
        return write_package(settings, tables_of(name), parts_of(), report, now=NOW + weeks * WEEK)


def used(settings: Settings, name: str = "Lelula", *, weeks: int = 0) -> Package:
    """Write a package and put it in use."""
    package = use_package(settings, written(settings, name, weeks=weeks).name)
    assert package is not None
    return package


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte for byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


assert set(FEW) <= set(TABLES)
