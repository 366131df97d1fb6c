"""What running a source gives: its tables, and whether they are right; nothing runs here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from loaders.checks import table_faults
from loaders.cleaning import squeezed
from loaders.source import REJECT_COLUMNS, Gathered, Source
from loaders.tables import PARTS
from loaders.tables.columns import A_DATE

MAX_SURPRISES = 200
MAX_LETTERS = 120
"""What may be told of a stranger's words, on a screen."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a source gave, checked.

    ``frames`` has a frame for each of the source's tables; ``rejects`` the records set aside
    (REJECT_COLUMNS, **as personal as the source**); ``surprises`` counts what was new to the
    parser. ``fetched_at`` (UTC) is when the oldest of its answers was last confirmed, of a file
    when it was saved. ``requests`` and ``bytes`` count what came over the net.
    """

    frames: Mapping[str, pd.DataFrame]
    rejects: pd.DataFrame
    fetched_at: dt.datetime
    surprises: Mapping[str, int] = field(default_factory=dict)
    source_date: str | None = None
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0


def gathered_faults(source: Source, gathered: Gathered) -> list[str]:
    """Say what is wrong with what a source gave, all faults at once.

    Whether there are rows enough for the places asked for is told by ``loaders.expectations``.

    Parameters
    ----------
    source
        What it says of itself: its tables, how many rows are believed.
    gathered
        What it gave.

    Returns
    -------
    list of str
        One sentence a fault; empty when its tables are there, each in its form.
    """
    faults = [f"table {name} is missing" for name in source.tables if name not in gathered.frames]
    for name, frame in gathered.frames.items():
        if name not in source.tables:
            faults.append(f"table {name} is not expected")
        elif not isinstance(frame, pd.DataFrame):
            faults.append(f"table {name} is no frame but {type(frame).__name__}")
        else:
            faults += [f"table {name}: {fault}" for fault in table_faults(frame, PARTS[name])]
    if tuple(gathered.rejects.columns) != REJECT_COLUMNS:
        faults.append(f"rejects have other columns than {', '.join(REJECT_COLUMNS)}")
    if gathered.source_date is not None and not _is_date(gathered.source_date):
        faults.append("source_date is no date")
    fewest, most = source.expected_rows
    rows = len(gathered.frames.get(source.table, ()))
    if source.table in gathered.frames and not fewest <= rows <= most:
        faults.append(f"{rows} rows, expected {fewest} to {most}")
    return faults


def told_surprises(surprises: Mapping[str, int]) -> dict[str, int]:
    """Make surprises fit for a screen: what a stranger wrote has no end and no manners.

    Examples
    --------
    >>> told_surprises({"key  new\\x1b[31mField": 2})
    {'key new [31mField': 2}
    """
    told: Counter[str] = Counter()
    for name, count in surprises.items():
        told[squeezed(str(name))[:MAX_LETTERS]] += int(count)
    most = dict(told.most_common(MAX_SURPRISES))
    rest = len(told) - len(most)
    return most | ({f"and {rest} kinds more": told.total() - sum(most.values())} if rest else {})


def _is_date(text: str) -> bool:
    return bool(A_DATE(pd.Series([text])).check_passed)
