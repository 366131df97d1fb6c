"""What changed between the municipalities of consecutive years; reads no answer, asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from loaders.sources._statfi_answers import Notes
from loaders.sources._statfi_classes import TableId
from loaders.tables import MUNICIPALITY_CHANGES

MAX_KEYS = 4
"""How many keys of successors are asked for a year: the list may name any number."""


class Names(NamedTuple):
    """The names of a municipality in both languages."""

    fi: str
    sv: str


Division = Mapping[str, Names]
"""The municipalities of a year: code to names."""

Row = dict[str, str | None]


def renamed(before: Division, after: Division, year: int) -> list[Row]:
    """A row for each municipality that goes by another name in ``year`` than the year before."""
    rows = []
    for code in sorted(before.keys() & after.keys()):
        old, new = before[code], after[code]
        if old == new:
            continue
        is_swedish_alone = old.fi == new.fi
        rows.append(
            _row(code, old, code, new, year, "renamed")
            | {"detail": f"name in Swedish since: {new.sv}" if is_swedish_alone else None}
        )
    return rows


def gone(before: Division, after: Division) -> list[str]:
    """Codes of the municipalities that are there no more, lowest first."""
    return sorted(before.keys() - after.keys())


def successor_tables(tables: Iterable[TableId], year: int, latest: int) -> list[TableId]:
    """The tables that may tell what became of a municipality gone at the beginning of ``year``.

    First those between the two years' classes, in either direction, then the keys from abolished
    to current municipalities of the first year that knows of it.
    """

    def rank(table: TableId) -> tuple[int, int, str] | None:
        years = (table.source.year, table.target.year)
        if {table.source.name, table.target.name} != {"kunta"}:
            return None
        if years == (year - 1, year):
            return (0, 0, table.text)
        if years == (year, year - 1):
            return (1, 0, table.text)
        is_key = table.source.date == table.target.date and table.source != table.target
        return (2, years[0], table.text) if is_key and year <= years[0] <= latest else None

    ranked = sorted((found, table) for table in tables if (found := rank(table)) is not None)
    return [table for _, table in ranked[:MAX_KEYS]]


def successors(mapped: Mapping[str, list[str]], table: TableId) -> dict[str, list[str]]:
    """Code before to the codes after, whichever way the table leads."""
    if table.source.year <= table.target.year:
        return {code: list(codes) for code, codes in mapped.items()}
    turned: dict[str, list[str]] = {}
    for new, olds in mapped.items():
        for old in olds:
            turned.setdefault(old, []).append(new)
    return turned


def merged(
    code: str,
    before: Division,
    after: Division,
    year: int,
    told: Iterable[tuple[TableId, Mapping[str, list[str]]]],
    notes: Notes,
) -> list[Row]:
    """The row of a municipality that is gone, or none where no table tells its one successor.

    Then it is set aside: ``successor_unknown``, or ``several_successors`` where it was parted.
    """
    for table, codes in told:
        fitting = [new for new in codes.get(code, []) if new in after]
        if len(fitting) > 1:
            notes.set_aside(year, code, "several_successors")
            return []
        if fitting:
            new = fitting[0]
            row = _row(code, before[code], new, after[new], year, "merged")
            return [row | {"detail": f"as told by {table.text}"}]
    notes.set_aside(year, code, "successor_unknown")
    return []


def changes_frame(rows: list[Row]) -> pd.DataFrame:
    """The rows as the table of municipality changes."""
    frame = pd.DataFrame(rows, columns=list(MUNICIPALITY_CHANGES.columns))
    return frame.astype(MUNICIPALITY_CHANGES.dtypes)


def _row(old: str, before: Names, new: str, after: Names, year: int, kind: str) -> Row:
    return {
        "old_code": old,
        "old_name_fi": before.fi,
        "old_name_sv": before.sv,
        "new_code": new,
        "new_name_fi": after.fi,
        "valid_from": f"{year}-01-01",
        "kind": kind,
        "detail": None,
        "certainty": "verified",
    }
