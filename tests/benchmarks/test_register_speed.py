"""How a register's size tells on reading, keeping and comparing it: twice the rows, twice the time.

Seconds say more of the machine than of the code, so only ratios within one run are looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.changes import table_changes
from loaders.load import read_body
from loaders.tables import ORGANISATIONS, PARTS

ROWS = 55_000

MOST_RATIO = 3.2
"""Twice the rows may take a little more than twice the time; a quadratic step takes four times."""


def register_body(rows: int) -> bytes:
    """A list of associations as the register might give it."""
    lines = "\n".join(
        f"{100_000 + number};Esimerkki {number} ry;Mikkeli;{number % 9 + 1}"
        for number in range(rows)
    )
    return f"Rekisterinumero;Nimi;Kotipaikka;Tarkoitusluokka\n{lines}\n".encode()


def organisation_tables(rows: int) -> dict[str, pd.DataFrame]:
    """Organisations with their seats, all of one municipality."""
    ids = pd.Series([f"o{number:06d}" for number in range(rows)], dtype="string")
    every = pd.DataFrame(dict.fromkeys(ORGANISATIONS.columns, pd.NA), index=range(rows)).assign(
        organisation_id=ids, name="Esimerkki " + ids + " ry", source_url="https://example.fi/"
    )
    places = pd.DataFrame({"organisation_id": ids, "relation": "domiciled", "area_code": "491"})
    return {
        "organisations": every.astype(ORGANISATIONS.dtypes),
        "organisation_areas": places.astype("string"),
        "municipalities": PARTS["municipalities"].empty(),
        "municipality_changes": PARTS["municipality_changes"].empty(),
    }


def seconds(work: Callable[[], object]) -> float:
    """The least of two runs, so that a hiccup of the machine does not count."""
    took = []
    for _ in range(2):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


@pytest.mark.parametrize("kind", ["reading", "comparing"])
def test_twice_the_register_takes_about_twice_the_time(kind: str, tmp_path: Path) -> None:
    def work(rows: int) -> Callable[[], object]:
        if kind == "reading":
            body = register_body(rows)
            return lambda: read_body("association_register", body)
        before = organisation_tables(rows)
        after = before | {"organisations": before["organisations"].sample(frac=1, random_state=1)}
        return lambda: table_changes(before, after)

    assert seconds(work(2 * ROWS)) < MOST_RATIO * seconds(work(ROWS))
