"""What a source says of itself, what it asks for and what it gives back; no reading here.

A source of one body has ``parse(body) -> Parsed``. A source of several requests or several tables
has ``gather(scope)``, a generator that yields each Request, is sent its Answer, and returns what it
Gathered: it decides what to ask and what the answers mean, and never touches the net itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd

REJECT_COLUMNS = ("source_id", "line", "text", "reason")
"""Columns of the lines set aside: source, line of the input (Int64), its text, a reason code."""

Expected = Literal["json", "xml", "html", "text", "zip", "any"]


class Words(NamedTuple):
    """The same in Finnish, Swedish and English."""

    fi: str
    sv: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source: where it is, whose it is, what it gives.

    ``page`` is for people, ``url`` is what is fetched, or the beginning of every address asked; it
    is None for a source that comes as a file by hand. ``table`` and ``more_tables`` are names in
    ``loaders.tables.PARTS``. ``expected_rows`` are the fewest and the most rows of ``table`` that
    are believed whatever is asked for, ``expected_per_municipality`` the same for each
    municipality asked for, on average; a count outside them means that the source has changed.
    ``updated`` says in words how often the publisher renews it, ``update_days`` after how many days
    it is worth asking again (None: when somebody has a new file). ``needs`` are ids of sources
    that are to be refreshed before it; ``needs_option`` is the name of an option without which
    there is nothing to ask, so that it is passed over unless it is asked for by name.
    ``calls_per_minute`` is its share of what its host bears.
    """

    id: str
    title: Words
    publisher: Words
    page: str
    url: str | None
    licence: Words
    licence_url: str | None
    attribution: Words
    table: str
    expected_rows: tuple[int, int]
    has_personal_data: bool
    updated: str
    note: Words | None = None
    more_tables: tuple[str, ...] = ()
    expected_per_municipality: tuple[float, float] | None = None
    update_days: int | None = None
    fresh_years: int = 1
    needs: tuple[str, ...] = ()
    needs_option: str | None = None
    calls_per_minute: int = 60

    @property
    def tables(self) -> tuple[str, ...]:
        """All the tables it gives, the main one first."""
        return (self.table, *self.more_tables)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked of a source: which places, which year, and the settings that concern it.

    ``municipality_codes`` are those of the areas asked for, never empty; ``is_national`` is true
    where they are the whole country. ``regions_of_county`` maps a wellbeing county to the regions
    it lies in. ``business_ids`` are those of the organisations known so far. ``options`` are the
    source's own settings by name; a key among them is secret.
    """

    base_url: str
    today: dt.date
    year: int
    municipality_codes: tuple[str, ...]
    region_codes: tuple[str, ...]
    wellbeing_county_codes: tuple[str, ...]
    is_national: bool = False
    regions_of_county: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    business_ids: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question to a service: a GET, or a POST where there is ``json``.

    ``label`` is shown as progress ("services, page 3"). ``headers`` are for keys: they are never
    shown, logged or part of a file's name. An answer that ``is_large`` is kept in a file and never
    in memory. Where ``may_miss``, a 404 is an answer, not a failure.
    """

    url: str
    label: str
    expects: Expected = "json"
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_large: bool = False
    may_miss: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came: the body, or the ``path`` of a large one; ``is_missing`` stands for a 404."""

    body: bytes
    fetched_at: dt.datetime
    path: Path | None = None
    is_missing: bool = False


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What a source of several requests gave.

    ``frames`` has a frame for each of the source's tables, ``rejects`` the records set aside
    (REJECT_COLUMNS, **as personal as the source**). ``surprises`` counts unknown columns and
    categories, by name ("organizationType: Club"); a name of a thing, never of a person.
    ``source_date`` is the date of the content where the source tells one.
    """

    frames: Mapping[str, pd.DataFrame]
    rejects: pd.DataFrame
    surprises: Mapping[str, int] = field(default_factory=dict)
    source_date: str | None = None


Gathering = Generator[Request, Answer, Gathered]
"""What ``gather(scope)`` gives: questions out, answers in, the tables at the end."""


class Parsed(NamedTuple):
    """What a parser made of one body.

    ``frame`` has the columns of the source's table. ``rejects`` has REJECT_COLUMNS, one row for
    each line that was set aside. **Rejects are as personal as the source**: where it
    ``has_personal_data`` the text of a reject may hold a name or an e-mail, and stays out of logs
    and exports; only the count and the reason code may be told.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame


def rejects_frame(source_id: str, rows: Iterable[tuple[int, str, str]]) -> pd.DataFrame:
    """Make the frame of the lines set aside.

    Parameters
    ----------
    source_id
        The source they come from.
    rows
        Line of the input, counted from 1; its text; the reason code.

    Returns
    -------
    DataFrame
        REJECT_COLUMNS, one row a line, in the order given.

    Examples
    --------
    >>> rejects_frame("esavo_liaisons", [(7, "Lue lisää", "not_a_contact")]).loc[0, "reason"]
    'not_a_contact'
    """
    frame = pd.DataFrame(
        [(source_id, *row) for row in rows], columns=list(REJECT_COLUMNS), dtype="object"
    )
    return frame.astype(
        {"source_id": "string", "line": "Int64", "text": "string", "reason": "string"}
    )
