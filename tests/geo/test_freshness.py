"""Freshness of sources: the days on which it changes, counted on the calendar by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.freshness import STATES, freshness


def sources_of(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ["source_id", "source_date", "retrieved", "fresh_years", "update_days"]
    return pd.DataFrame(rows, columns=columns).astype(
        {
            "source_id": "string",
            "source_date": "string",
            "retrieved": "string",
            "fresh_years": "Int64",
            "update_days": "Int64",
        }
    )


def state_of(as_of: str, **row: Any) -> str:
    day = dt.date.fromisoformat(as_of)
    return str(freshness(sources_of({"fresh_years": 1} | row), as_of=day).iloc[0])


# A source with a rhythm


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        ("2026-11-01", "fresh"),
        ("2026-11-07", "fresh"),  # six days
        ("2026-11-08", "due"),  # seven: a week is full
        ("2026-11-14", "due"),
        ("2026-11-15", "overdue"),  # two weeks
        ("2036-11-15", "overdue"),
    ],
)
def test_a_week_after_it_was_asked_a_weekly_source_is_due(as_of: str, state: str) -> None:
    assert state_of(as_of, retrieved="2026-11-01", update_days=7) == state


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        ("2026-02-10", "fresh"),  # the month is not over: it may have been asked today
        ("2026-02-28", "fresh"),
        ("2026-03-29", "fresh"),  # 29 days after 28 February
        ("2026-03-30", "due"),
        ("2026-04-28", "due"),  # 59 days
        ("2026-04-29", "overdue"),
    ],
)
def test_a_month_reads_as_its_last_day(as_of: str, state: str) -> None:
    assert state_of(as_of, retrieved="2026-02", update_days=30) == state


def test_february_of_a_leap_year_has_29_days() -> None:
    assert state_of("2024-03-29", retrieved="2024-02", update_days=30) == "fresh"
    assert state_of("2024-03-30", retrieved="2024-02", update_days=30) == "due"


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        ("2025-06-01", "fresh"),
        ("2025-12-31", "fresh"),
        ("2026-12-30", "fresh"),  # 364 days
        ("2026-12-31", "due"),
        ("2027-12-30", "due"),  # 729
        ("2027-12-31", "overdue"),
    ],
)
def test_a_year_reads_as_its_last_day(as_of: str, state: str) -> None:
    assert state_of(as_of, retrieved="2025", update_days=365) == state


@pytest.mark.parametrize("retrieved", ["2026-11-22", "2026-12", "2027", pd.NA])
def test_what_was_asked_in_a_time_to_come_or_never_is_not_known(retrieved: Any) -> None:
    assert state_of("2026-11-21", retrieved=retrieved, update_days=7, source_date="2026") == (
        "unknown"
    )


@pytest.mark.parametrize("retrieved", ["2026-11-21", "2026-11", "2026"])
def test_what_was_asked_today_is_fresh(retrieved: str) -> None:
    assert state_of("2026-11-21", retrieved=retrieved, update_days=1) == "fresh"


def test_a_daily_source_is_due_tomorrow_and_overdue_after_it() -> None:
    row = {"retrieved": "2026-12-31", "update_days": 1}
    states = [state_of(day, **row) for day in ("2026-12-31", "2027-01-01", "2027-01-02")]
    assert states == ["fresh", "due", "overdue"]


def test_the_age_of_the_content_does_not_matter_where_there_is_a_rhythm() -> None:
    assert state_of("2026-11-21", retrieved="2026-11-20", update_days=7, source_date="1990") == (
        "fresh"
    )


# A source without a rhythm


@pytest.mark.parametrize("source_date", ["2022", "2022-01", "2022-12-31", "2022-01-01"])
@pytest.mark.parametrize(
    ("as_of", "state"),
    [("2022-06-01", "fresh"), ("2026-12-31", "fresh"), ("2027-01-01", "overdue")],
)
def test_content_is_fresh_to_the_end_of_its_last_year(
    source_date: str, as_of: str, state: str
) -> None:
    assert state_of(as_of, source_date=source_date, fresh_years=4) == state


def test_content_fresh_for_no_year_is_overdue_at_new_year() -> None:
    row = {"source_date": "2026-11-21", "fresh_years": 0}
    assert state_of("2026-12-31", **row) == "fresh"
    assert state_of("2027-01-01", **row) == "overdue"


def test_content_of_next_year_is_fresh() -> None:
    """A classification is published before it is in force."""
    assert state_of("2026-11-21", source_date="2027-01-01") == "fresh"


def test_content_without_a_date_is_not_known_whenever_it_was_asked() -> None:
    assert state_of("2026-11-21", retrieved="2026-11-21") == "unknown"


# Manners


def test_order_and_index_are_kept_and_nothing_is_changed() -> None:
    sources = sources_of(
        {"source_id": "a", "retrieved": "2026-11-20", "update_days": 7, "fresh_years": 1},
        {"source_id": "b", "fresh_years": 1},
        {"source_id": "c", "source_date": "2020", "fresh_years": 1},
    ).set_axis([30, 10, 20])
    before = sources.copy(deep=True)
    found = freshness(sources, as_of=dt.date(2026, 11, 21))
    assert found.to_dict() == {30: "fresh", 10: "unknown", 20: "overdue"}
    assert (found.name, str(found.dtype)) == ("freshness", "string")
    pd.testing.assert_frame_equal(sources, before)


def test_no_sources_have_no_states() -> None:
    found = freshness(sources_of(), as_of=dt.date(2026, 11, 21))
    assert (len(found), str(found.dtype)) == (0, "string")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(GeoError, match="sources lacks update_days"):
        freshness(sources_of().drop(columns="update_days"), as_of=dt.date(2026, 11, 21))


@given(
    asked=st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)),
    letters=st.sampled_from([4, 7, 10]),
    days=st.integers(1, 800),
    as_of=st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31)),
)
@settings(max_examples=50, deadline=None)
def test_time_makes_nothing_fresher(
    asked: dt.date, letters: int, days: int, as_of: dt.date
) -> None:
    row = {"retrieved": asked.isoformat()[:letters], "update_days": days}
    order = ["unknown", *STATES[:3]]
    now, later = (
        order.index(state_of(day.isoformat(), **row))
        for day in (as_of, as_of + dt.timedelta(days=1))
    )
    assert now <= later
