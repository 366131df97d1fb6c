"""What tables are made of: the class Table, the kinds of columns, the checks they share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pandera.pandas as pa

LANGUAGE_NAMES = (("fi", "Finnish"), ("sv", "Swedish"), ("en", "English"))

MUNICIPALITY_CODE = r"^\d{3}$"
AREA_CODE = r"^\d{2}$"
PARTIAL_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
WEB_ADDRESS = r"^https?://\S+$"
BUSINESS_ID = r"^\d{7}-\d$"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the model: its columns, its key and what it leans on.

    ``keys`` name one row; ``links`` map a column to the ``(table, column)`` it must be found in;
    ``sources`` are ids of the ``sources`` table that every row comes from. A table that is not
    ``is_embedded`` has no file with the code: it is empty until a source or a person fills it.
    """

    name: str
    title: str
    description: str
    columns: Mapping[str, pa.Column]
    keys: tuple[str, ...]
    links: Mapping[str, tuple[str, str]]
    sources: tuple[str, ...]
    checks: tuple[pa.Check, ...] = ()
    is_embedded: bool = True

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: closed, ordered and unique by key."""
        return self._schema(self.columns)

    @cached_property
    def schema_of_values(self) -> pa.DataFrameSchema:
        """The schema for frames that have the types (`has_types`).

        It leaves them out: to look at them is two thirds of the time that pandera takes.
        """
        untyped = {name: copy(column) for name, column in self.columns.items()}
        for name in self.dtypes:
            untyped[name].dtype = None
        return self._schema(untyped)

    def has_types(self, frame: pd.DataFrame) -> bool:
        """Whether each column of a frame has the type of the table's (geometry left aside)."""
        return all(
            name in frame and frame[name].dtype == pd.api.types.pandas_dtype(dtype)
            for name, dtype in self.dtypes.items()
        )

    def _schema(self, columns: Mapping[str, pa.Column]) -> pa.DataFrameSchema:
        return pa.DataFrameSchema(
            dict(columns),
            checks=list(self.checks),
            name=self.name,
            title=self.title,
            description=self.description,
            strict=True,
            ordered=True,
            unique=list(self.keys) or None,
        )

    @property
    def file_name(self) -> str:
        """The name of its file: GeoJSON where it has a geometry, else CSV."""
        return f"{self.name}.{'geojson' if 'geometry' in self.columns else 'csv'}"

    @property
    def dtypes(self) -> dict[str, str]:
        """Column to pandas type, as a CSV reader takes it (geometry left out)."""
        return {
            name: str(column.dtype) for name, column in self.columns.items() if name != "geometry"
        }

    def empty(self) -> pd.DataFrame:
        """The table without a row, each column in its type (a geometry left out)."""
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in self.dtypes.items()})

    @property
    def has_personal_data(self) -> bool:
        """Whether any column tells of a person."""
        return any(is_personal(column) for column in self.columns.values())

    @property
    def personal_columns(self) -> tuple[str, ...]:
        """The columns that tell of a person: left out of every export that did not ask."""
        return tuple(name for name, column in self.columns.items() if is_personal(column))


def is_personal(column: pa.Column) -> bool:
    """Whether the column is marked as personal data."""
    return bool((column.metadata or {}).get("personal"))


def unit_of(column: pa.Column) -> str | None:
    """The unit of the column's values, or None for text, codes and plain counts."""
    return (column.metadata or {}).get("unit")


def column(
    dtype: str,
    title: str,
    *checks: pa.Check,
    description: str = "",
    nullable: bool = False,
    unique: bool = False,
    unit: str | None = None,
    personal: bool = False,
) -> pa.Column:
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=nullable,
        unique=unique,
        title=title,
        description=description or title,
        metadata={"unit": unit, "personal": personal},
    )


def text(title: str, *checks: pa.Check, **options: Any) -> pa.Column:
    return column("string", title, *checks, **options)


def optional(title: str, *checks: pa.Check, **options: Any) -> pa.Column:
    return column("string", title, *checks, nullable=True, **options)


def municipality_code(title: str = "Municipality code", **options: Any) -> pa.Column:
    return text(
        title,
        pa.Check.str_matches(MUNICIPALITY_CODE),
        description=options.pop("description", "Statistics Finland's three-digit code, as text"),
        **options,
    )


def source_url(title: str = "Source") -> pa.Column:
    return text(title, description="Where the row was seen: a web address or a named document")


def _is_date(text: str) -> bool:
    """Whether a year, month or day was ever in the calendar: 2021-02-31 and 2023-13 were not."""
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return re.fullmatch(PARTIAL_DATE, text) is not None


def _are_dates(dates: pd.Series) -> pd.Series:
    return dates.map(lambda date: isinstance(date, str) and _is_date(date)).astype(bool)


A_DATE = pa.Check(_are_dates, error="a date that exists: YYYY, YYYY-MM or YYYY-MM-DD")


def partial_date(title: str, **options: Any) -> pa.Column:
    return optional(title, A_DATE, **options)


NON_NEGATIVE = pa.Check.ge(0)
