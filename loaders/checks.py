"""What is wrong with a frame, and which rows point nowhere; the model itself is in tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from loaders.tables import AREAS, MUNICIPALITIES, ORGANISATION_AREAS, TABLES, Table

CODE_FORM = re.compile(
    r"(?!(?:[^0-9]*[0-9]){9})"  # nine digits may be a telephone number
    r"(?:[a-z0-9_-]{1,40}|[A-Z]{0,3}[0-9][0-9.-]{0,15})"
)
"""What a fault may quote: a code such as ``stated``, ``KR9.9`` or ``0000000-0``; no free text."""

MAX_LINES_NAMED = 5
"""How many lines a fault names before it counts the rest."""


def table_faults(
    frame: pd.DataFrame,
    table: Table,
    *,
    limit: int = 20,
    first_line: int = 1,
    lines: Sequence[int] | None = None,
) -> list[str]:
    """Say what is wrong with a frame that should be ``table``, all faults at once.

    Only codes are ever quoted (CODE_FORM), and of a table with personal columns nothing at all, so
    that a fault may go into a log: where cells slip, or a file has another's name, a person stands
    in any column, or for a heading.

    Parameters
    ----------
    frame
        The rows to check, columns as the table's schema has them.
    table
        The table it should be.
    limit
        How many faults are told one by one; the rest is counted.
    first_line
        The line of the first row: 2 for a file with one line of headings.
    lines
        The line of each row, where rows do not simply follow each other.

    Returns
    -------
    list of str
        One sentence a fault, with the row's line; empty when the frame is right.

    Examples
    --------
    >>> import pandas as pd
    >>> from loaders.tables import SEAT_TARGET_GROUPS
    >>> groups = pd.DataFrame({"seat_id": ["s1"], "group": ["KR1.1"]}, dtype="string")
    >>> table_faults(groups, SEAT_TARGET_GROUPS)
    ['column group is not expected', 'column target_group_code is missing']
    """
    faults = _heading_faults(list(frame.columns), table)
    if not faults:
        if lines is None:
            lines = range(first_line, first_line + len(frame))
        try:
            schema = table.schema_of_values if table.has_types(frame) else table.schema
            # By the number of the row: the frame's own index may be anything.
            schema.validate(frame.reset_index(drop=True), lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases.itertuples()
            faults = list(dict.fromkeys(_fault(case, table, lines) for case in cases))
    rest = len(faults) - limit
    return faults[:limit] + ([f"and {rest} more"] if rest > 0 else [])


def _heading_faults(names: list[str], table: Table) -> list[str]:
    faults = []
    # Where not one heading is known, the first line is a row, and its lower-case words are names.
    has_headings = any(name in table.columns for name in names)
    for place, name in enumerate(names, start=1):
        if name not in table.columns:
            shown = name if has_headings and _is_quotable(name, table) else f"number {place}"
            faults.append(f"column {shown} is not expected")
        elif name in names[: place - 1]:
            faults.append(f"column {name} is there twice")
    return faults + [f"column {name} is missing" for name in table.columns if name not in names]


def _fault(case: Any, table: Table, lines: Sequence[int]) -> str:
    line = "" if pd.isna(case.index) else f"line {lines[int(case.index)]}: "
    if case.check == "column_ordered":
        return f"column {case.failure_case} is out of order; expected {', '.join(table.columns)}"
    if case.check == "multiple_fields_uniqueness":
        return f"{line}{', '.join(table.keys)} are together in another row as well"
    column = table.columns.get(case.column)
    if case.schema_context == "DataFrameSchema" or column is None:
        return f"{line}{case.check}"
    value = str(case.failure_case)
    shown = repr(value) if _is_quotable(value, table) else "a value"
    return f"{line}column {case.column}: {shown} fails {case.check}"


def _is_quotable(text: object, table: Table) -> bool:
    """Whether a fault of the table may quote the text."""
    return not table.has_personal_data and CODE_FORM.fullmatch(str(text)) is not None


@dataclass(frozen=True, kw_only=True)
class _Link:
    """A column of codes, the table they must be found in, and the rows whose code is not there."""

    table: Table
    column: str
    remark: str
    target: str
    is_broken: pd.Series


def link_faults(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say which codes of one table are not found in the table they point to.

    Parameters
    ----------
    frames
        Table name to frame, columns as in the model; absent tables are passed over.

    Returns
    -------
    list of str
        One sentence per link with unknown codes: the table's file, at most five lines (as of a
        file with one line of headings), and the codes on them.

    Examples
    --------
    >>> import pandas as pd
    >>> groups = pd.DataFrame({"seat_id": ["s1"], "target_group_code": ["KR1.1"]}, dtype="string")
    >>> seats = pd.DataFrame({"seat_id": ["s2"]}, dtype="string")
    >>> link_faults({"seat_target_groups": groups, "seats": seats})
    ['seat_target_groups.csv, line 2: seat_id s1 is not in seats']
    """
    return [
        _link_fault(link, frames[link.table.name])
        for link in _links(frames)
        if link.is_broken.any()
    ]


def broken_rows(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Tell of each row whether a code in it is not found in the table it points to.

    Rows that point to such a row are not followed: ask again after it was taken out.

    Parameters
    ----------
    frames
        Table name to frame, columns as in the model; links to absent tables are passed over.

    Returns
    -------
    dict
        Table name to a boolean mask, a value a row, in the order and with the index of the frame.
    """
    broken = {name: pd.Series(False, index=frame.index) for name, frame in frames.items()}
    for link in _links(frames):
        broken[link.table.name] |= link.is_broken
    return broken


def _links(frames: Mapping[str, pd.DataFrame]) -> list[_Link]:
    """Every link between two of the frames, sound or broken."""
    links = []
    for name, frame in frames.items():
        for column, (target, target_column) in TABLES[name].links.items():
            if target in frames:
                level = column.removesuffix("_code")
                known = _codes(frames[target], target, target_column, level)
                links.append(
                    _Link(
                        table=TABLES[name],
                        column=column,
                        remark="",
                        target=target,
                        is_broken=_unknown(frame[column], known),
                    )
                )
    return links + _place_links(frames)


def _place_links(frames: Mapping[str, pd.DataFrame]) -> list[_Link]:
    """The areas of organisations: what their codes point to depends on the relation."""
    if not {ORGANISATION_AREAS.name, MUNICIPALITIES.name, AREAS.name} <= set(frames):
        return []
    places = frames[ORGANISATION_AREAS.name]
    towns = set(frames[MUNICIPALITIES.name]["municipality_code"])
    known_by_relation = {
        "domiciled": (towns, MUNICIPALITIES.name),
        "stated": (towns, MUNICIPALITIES.name),
        "regional": (_codes(frames[AREAS.name], AREAS.name, "code", "region"), AREAS.name),
        "national": ({"FI"}, "the country (FI)"),
    }
    return [
        _Link(
            table=ORGANISATION_AREAS,
            column="area_code",
            remark=f" ({relation})",
            target=target,
            is_broken=_unknown(places["area_code"].where(places["relation"] == relation), known),
        )
        for relation, (known, target) in known_by_relation.items()
    ]


def _codes(rows: pd.DataFrame, target: str, column: str, level: str) -> set[str]:
    """The codes of a table; of areas those of a level, since a number may name one of each."""
    return set(rows.loc[rows["level"] == level, column] if target == AREAS.name else rows[column])


def _unknown(codes: pd.Series, known: set[str]) -> pd.Series:
    return (codes.notna() & ~codes.isin(known)).astype(bool)


def _link_fault(link: _Link, frame: pd.DataFrame) -> str:
    places = np.flatnonzero(link.is_broken.to_numpy())
    told = places[:MAX_LINES_NAMED]
    lines = ", ".join(str(place + 2) for place in told)  # the first line holds the headings
    rest = len(places) - len(told)
    line = f"line {lines}" if len(places) == 1 else f"lines {lines}"
    codes = dict.fromkeys(
        str(code) if _is_quotable(code, link.table) else "a value"
        for code in frame[link.column].iloc[told]
    )
    return (
        f"{link.table.file_name}, {line}{f' and {rest} more' if rest else ''}: "
        f"{link.column}{link.remark} {', '.join(codes)} "
        f"{'is' if len(codes) == 1 else 'are'} not in {link.target}"
    )
