"""One store of the embedded data, read once, and a folder of data that a test may spoil."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from dashboards.store import Store
from loaders import Settings

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"


@pytest.fixture(scope="session")
def store() -> Store:
    return Store.open(settings=Settings(data_dir=FIXED.parent), as_of=dt.date(2026, 11, 21))


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A copy of the embedded tables, for a test to spoil; its parent is the data folder."""
    shutil.copytree(FIXED, tmp_path / "fixed")
    return tmp_path / "fixed"
