"""Inhabitants of each municipality by single year of age and sex, from StatFin.

Publisher: Tilastokeskus
Page: https://pxdata.stat.fi/PxWeb/pxweb/fi/StatFin/StatFin__vaerak/
Licence: CC BY 4.0
Updated: Yearly, in spring; the figures are those of the end of the year before
Contains: Inhabitants at the end of the newest year by municipality, age (0 to 99, and 100 and over)
    and sex, in the division of the following year
Caveats: A cell without a number is never counted as zero: a sex of a municipality that lacks an
    age is left out whole, so that no sum is too small. A municipality whose ages or sexes do not
    add up to its totals is set aside
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pandas as pd

from loaders.errors import SourceChanged, SourceUnavailable
from loaders.source import Answer, Gathered, Gathering, Request, Scope, Source, Words
from loaders.sources._statfi_answers import LICENCE, LICENCE_URL, PUBLISHER, Notes
from loaders.sources._statfi_jsonstat import read_cells
from loaders.sources._statfi_pxweb import (
    CELLS,
    SEXES,
    Table,
    read_limit,
    read_metadata,
    table_path,
)
from loaders.tables import POPULATION_BY_AGE

SOURCE = Source(
    id="statfi_population",
    title=Words(
        "Väestö iän ja sukupuolen mukaan kunnittain",
        "Folkmängd efter ålder och kön kommunvis",
        "Population by age and sex, by municipality",
    ),
    publisher=PUBLISHER,
    page="https://pxdata.stat.fi/PxWeb/pxweb/fi/StatFin/StatFin__vaerak/",
    url="https://pxdata.stat.fi/PxWeb/api/v1/fi/StatFin",
    licence=LICENCE,
    licence_url=LICENCE_URL,
    attribution=Words(
        "Lähde: Tilastokeskus, väestörakenne",
        "Källa: Statistikcentralen, befolkningens sammansättning",
        "Source: Statistics Finland, population structure",
    ),
    table=POPULATION_BY_AGE.name,
    expected_rows=(250, 110_000),
    expected_per_municipality=(250.0, 400.0),
    has_personal_data=False,
    updated="Yearly, in spring; the figures are those of the end of the year before",
    update_days=90,
    fresh_years=2,
    needs=("statfi_division",),
    calls_per_minute=30,
)

FOLDER = "vaerak"
NUMBER = "11re"
AREAS_A_QUERY = 100
"""The most municipalities of one query; a query for all may take longer than the service waits."""


def gather(scope: Scope) -> Gathering:
    """Ask for the inhabitants of the scope's municipalities in the newest year.

    Parameters
    ----------
    scope
        ``municipality_codes``; ``year`` of their division, for a warning where the figures are of
        another one.

    Returns
    -------
    Gathering
        Table population_by_age: 303 rows a municipality (101 ages; total, male, female), by code,
        sex and age; the age 100 and over is open. Rejects have a reason ``not_in_table``,
        ``not_in_answer``, ``no_numbers``, ``ages_missing`` (the sexes that lack an age are left
        out, the others stay), ``ages_do_not_add_up`` or ``sexes_do_not_add_up``.

    Raises
    ------
    SourceChanged
        The table is not there or not in the form known, or no municipality could be read.
    """
    notes = Notes(SOURCE.id)
    address, table = yield from _table(scope, notes)
    limit = yield from _limit(scope, notes)
    if table.division != scope.year:
        notes.surprise(f"areas of {table.division or 'an untold year'}, division of {scope.year}")
    size = min(limit // table.cells_per_area, AREAS_A_QUERY)
    if size < 1:
        raise SourceChanged(
            f"{SOURCE.id}: a query may have {limit} cells, one municipality has "
            f"{table.cells_per_area}."
        )
    codes = [code for code in sorted(scope.municipality_codes) if f"KU{code}" in table.areas]
    for line, code in enumerate(sorted(set(scope.municipality_codes) - set(codes)), start=1):
        notes.set_aside(line, code, "not_in_table")
    frames = []
    for start in range(0, len(codes), size):
        asked = codes[start : start + size]
        request = Request(
            url=address,
            label=f"population, municipalities {start + 1} to {start + len(asked)} of {len(codes)}",
            json=table.query([f"KU{code}" for code in asked]),
        )
        answer = yield request
        cells = read_cells(answer.body, request, table, [f"KU{code}" for code in asked], notes)
        for line, code in enumerate(asked, start=start + 1):
            numbers = cells.get(f"KU{code}")
            if numbers is None:
                notes.set_aside(line, code, "not_in_answer")
            elif _adds_up(code, numbers, line, notes):
                rows = _rows(code, numbers, table)
                if len(rows) < numbers[:, 1:].size:
                    notes.set_aside(line, code, "ages_missing")
                frames += [rows] if len(rows) else []
    if not frames:
        raise SourceChanged(
            f"{SOURCE.id}: none of {len(scope.municipality_codes)} municipalities could be read; "
            f"set aside: {notes.reasons()}."
        )
    frame = pd.concat(frames, ignore_index=True)
    return Gathered(
        frames={POPULATION_BY_AGE.name: frame.astype(POPULATION_BY_AGE.dtypes)},
        rejects=notes.rejects,
        surprises=dict(notes.surprises),
        source_date=f"{table.year}-12-31",
    )


def _table(scope: Scope, notes: Notes) -> Generator[Request, Answer, tuple[str, Table]]:
    """Ask for the metadata; where the short id is not there, look for the table in its folder."""
    base = f"{scope.base_url.rstrip('/')}/{FOLDER}"
    address = f"{base}/{NUMBER}.px"
    request = Request(url=address, label=f"variables of {NUMBER}", may_miss=True)
    try:
        answer = yield request
        is_missing = answer.is_missing
    except SourceUnavailable:  # a name that is history may be answered with 400
        is_missing = True
    if is_missing:
        notes.surprise(f"no table {NUMBER}.px")
        request = Request(url=base, label=f"tables of {FOLDER}")
        answer = yield request
        address = f"{base}/{table_path(answer.body, request, notes, NUMBER)}"
        request = Request(url=address, label=f"variables of {NUMBER}")
        answer = yield request
    return address, read_metadata(answer.body, request, notes)


def _limit(scope: Scope, notes: Notes) -> Generator[Request, Answer, int]:
    """Ask how many cells a query may have."""
    request = Request(
        url=f"{scope.base_url.rstrip('/')}?config", label="limits of queries", may_miss=True
    )
    try:
        answer = yield request
        if not answer.is_missing:
            return read_limit(answer.body, request, notes)
    except (SourceUnavailable, SourceChanged):
        pass
    notes.surprise("no limit of cells told")
    return CELLS


def _adds_up(code: str, numbers: np.ndarray, line: int, notes: Notes) -> bool:
    """Whether ages and sexes add up to their totals; a total that lacks a part is not judged."""
    total, male, female = numbers
    missing = int(np.isnan(numbers[:, 1:]).sum())
    if missing == numbers[:, 1:].size:
        notes.set_aside(line, code, "no_numbers")
        return False
    if missing:
        notes.surprise("cell without a number", missing)
    for whole, parts, reason in (
        (numbers[:, 0], numbers[:, 1:].sum(axis=1), "ages_do_not_add_up"),
        (total, male + female, "sexes_do_not_add_up"),
    ):
        if np.any(np.isfinite(whole) & np.isfinite(parts) & (whole != parts)):
            notes.set_aside(line, code, reason)
            return False
    return True


def _rows(code: str, numbers: np.ndarray, table: Table) -> pd.DataFrame:
    """A row an age of each sex that has all its ages: the sum of some would pass for the whole."""
    ages = table.ages
    whole = np.isfinite(numbers[:, 1:]).all(axis=1)
    sexes = int(whole.sum())
    return pd.DataFrame(
        {
            "municipality_code": code,
            "age_from": np.tile(np.array(ages.first), sexes),
            "age_to": pd.array(list(ages.last) * sexes, dtype="Int64"),
            "sex": np.repeat(np.array(list(SEXES.values()))[whole], len(ages.codes)),
            "population": numbers[whole, 1:].ravel(),
            "year": int(table.year),
        }
    )
