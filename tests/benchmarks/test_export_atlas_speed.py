"""How fast the atlas is made and how much memory its typesetting takes: two regions, a country.

The seconds are printed. The aims on two cores are 30 s and 25 MB for 38 municipalities with their
boards, and 4 minutes and 1 GB for 308; held against are a sheet's share and the size of the file.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from pathlib import Path

import pytest

from dashboards.export.atlas import AtlasExport
from dashboards.export.files import made
from dashboards.export.scope import Scope
from dashboards.store import Store
from loaders import Settings
from tests.benchmarks.page import national_data

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"

MOST_BYTES = 25e6
MOST_MB = 1000
"""Of the process that sets the type; the page's own is not larger for it."""
MOST_SHARE = 0.25
"""Of the time of an atlas of one municipality, a municipality of a country may take so much."""


def took(scope: Scope) -> tuple[float, int]:
    start = time.perf_counter()
    size = len(made(AtlasExport(scope=scope)))
    return time.perf_counter() - start, size


def said(capsys: pytest.CaptureFixture[str], words: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{words}\n")


def test_the_atlas_of_two_regions_is_made_while_one_waits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store.open(settings=Settings(data_dir=FIXED.parent), as_of=dt.date(2026, 11, 21))
    seconds, size = took(Scope(store=store))
    said(capsys, f"atlas of 38 and {len(store['boards'])} boards: {seconds:.1f} s, {size:,} bytes")
    both, more = took(Scope(store=store, langs=("fi", "sv")))
    said(capsys, f"the same in two languages: {both:.1f} s, {more:,} bytes")
    assert max(size, more) < MOST_BYTES


def test_the_atlas_of_a_country_is_made_in_the_memory_it_may_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = national_data(tmp_path, organisations=20_000)
    store = Store.open(settings=Settings(data_dir=data), as_of=dt.date(2026, 11, 21))
    took(Scope(store=store, area="municipality-491"))  # what is worked out once for all
    one, _ = took(Scope(store=store, area="municipality-491"))
    whole, size = took(Scope(store=store))
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    said(
        capsys,
        f"atlas of 308: {whole:.1f} s, {size:,} bytes, {megabytes:.0f} MB; of one {one:.1f} s",
    )
    assert whole / 308 < MOST_SHARE * one
    assert megabytes < MOST_MB
