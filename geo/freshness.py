"""Whether a source is fresh, due or overdue on a day; whether it can be reached is not asked."""

from __future__ import annotations

import calendar
import datetime

import pandas as pd

from geo.errors import require_columns

STATES = ("fresh", "due", "overdue", "unknown")
"""Every source is in one of these, from the best to the least known."""


def freshness(sources: pd.DataFrame, *, as_of: datetime.date) -> pd.Series:
    """Tell of each source whether it is time to ask it again.

    A source with a rhythm goes by when it was asked: it is fresh for ``update_days`` days, due
    from the day on which they are full, and overdue from the day on which they are full twice.
    A source without one goes by its content: it is fresh to the end of the calendar year that is
    ``fresh_years`` after that of ``source_date``, and overdue from then on. (Of a source that
    nobody renews there is nothing to be due.)

    Parameters
    ----------
    sources
        Needs ``retrieved``, ``update_days``, ``source_date``, ``fresh_years``. Dates are ``YYYY``,
        ``YYYY-MM``, ``YYYY-MM-DD`` or empty; a year or a month reads as its last day (as today,
        while it is not over), so that nothing is called overdue that need not be.
    as_of
        The day.

    Returns
    -------
    pandas.Series
        One of STATES per source, named ``freshness``; order and index of ``sources``. Unknown is
        what has no date to go by, and what was retrieved in a time to come: the clock was wrong.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> sources = pd.DataFrame(
    ...     {"retrieved": ["2026-11-01", "2026-11-01", None], "update_days": [30, 7, None],
    ...      "source_date": [None, None, "2020"], "fresh_years": 1}
    ... )
    >>> freshness(sources, as_of=datetime.date(2026, 11, 10)).tolist()
    ['fresh', 'due', 'overdue']
    """
    needed = ["retrieved", "update_days", "source_date", "fresh_years"]
    require_columns(sources, needed, of="sources")
    states = [
        _by_content(content, years, as_of) if pd.isna(days) else _by_rhythm(asked, days, as_of)
        for asked, days, content, years in sources[needed].itertuples(index=False)
    ]
    return pd.Series(states, index=sources.index, dtype="string", name="freshness")


def _by_rhythm(asked: object, days: int, as_of: datetime.date) -> str:
    if not isinstance(asked, str) or asked > as_of.isoformat()[: len(asked)]:
        return "unknown"
    age = (as_of - min(_last_day(asked), as_of)).days
    return "fresh" if age < days else "due" if age < 2 * days else "overdue"


def _by_content(content: object, years: int, as_of: datetime.date) -> str:
    if not isinstance(content, str) or pd.isna(years):
        return "unknown"
    return "fresh" if as_of.year <= int(content[:4]) + years else "overdue"


def _last_day(date: str) -> datetime.date:
    year, month, day = (int(part) for part in f"{date}-12-31"[:10].split("-"))
    # Of a month alone the day is still to be found: the cut has left it a 12.
    last = calendar.monthrange(year, month)[1]
    return datetime.date(year, month, day if len(date) == 10 else last)
