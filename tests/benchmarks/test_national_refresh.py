"""A national refresh, a part of full size, against reading the same registers in one process.

At full size (110,000 organisations, 820,000 companies): ``python -m tests.benchmarks.national``.
"""

from __future__ import annotations

import time
from pathlib import Path

from loaders.load import read_body
from tests.benchmarks.national import measured_refresh

ORGANISATIONS, CATALOGUED, COMPANIES = 5_500, 300, 20_000

MOST_MB = 700
"""The whole country's 110,000 organisations take some 700 MB; a twentieth must not."""

MOST_RATIO = 60.0
"""A refresh asks ten sources and writes 31 tables; reading the register is one step of it."""


def test_a_twentieth_of_a_national_refresh_takes_little_time_and_memory(tmp_path: Path) -> None:
    told = measured_refresh(
        tmp_path, organisations=ORGANISATIONS, catalogued=CATALOGUED, companies=COMPANIES
    )
    start = time.perf_counter()
    read_body("association_register", (tmp_path / "register.csv").read_bytes())
    baseline = time.perf_counter() - start

    assert told["municipalities"] == 308
    assert told["association_register_rows"] == ORGANISATIONS
    # The register, the catalogue and the collection, as far as they are not one another.
    assert ORGANISATIONS <= told["organisations"] <= ORGANISATIONS + CATALOGUED + 275 + 300
    assert told["peak_mb"] < MOST_MB
    assert told["seconds"] < MOST_RATIO * max(baseline, 0.2)
