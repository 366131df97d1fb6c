"""How fast a workbook of 110,000 rows is made, and whether the page answers meanwhile.

The aim on two cores is 12 s. Seconds are printed; what is looked at is the aim itself, and the time
against CSV of the same rows in the same run.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from pathlib import Path

import openpyxl
import pytest

from dashboards.export.files import save
from dashboards.export.scope import Scope
from dashboards.export.tables import TableExport
from dashboards.store import Store
from loaders import Settings
from tests.benchmarks.page import national_data

ORGANISATIONS = 110_000
AIM_S = 12
MOST_TIMES_CSV = 4
"""A workbook is packed and told cell by cell: a plain file takes a part of that."""
MOST_WAIT_S = 0.5
"""So long may one answer of the page wait while a file is made beside it."""


def test_a_workbook_of_110_000_rows_is_made_while_the_page_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store.open(settings=Settings(data_dir=national_data(tmp_path, organisations=110_000)))
    scope = Scope(store=store)
    took: dict[str, float] = {}

    def make(kind: str) -> None:
        start = time.perf_counter()
        save(TableExport(scope=scope, table="organisations", format=kind), tmp_path / kind)
        took[kind] = time.perf_counter() - start

    make("csv")
    thread = threading.Thread(target=make, args=("xlsx",))
    thread.start()
    waits = []
    while thread.is_alive():
        start = time.perf_counter()
        store.organisations_of(municipality="740")  # what a click on the map asks for
        waits.append(time.perf_counter() - start)
        time.sleep(0.1)
    with capsys.disabled():
        sys.stdout.write(
            f"\nxlsx {took['xlsx']:.1f} s, csv {took['csv']:.1f} s; answers meanwhile:"
            f" median {statistics.median(waits):.3f} s, longest {max(waits):.3f} s\n"
        )
    [path] = (tmp_path / "xlsx").iterdir()
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    assert sheet.max_row == len(store["organisations"]) + 1 > ORGANISATIONS
    assert took["xlsx"] < AIM_S
    assert took["xlsx"] < MOST_TIMES_CSV * took["csv"]
    assert statistics.median(waits) < MOST_WAIT_S
