"""Evidence that is not too old."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import GeoError
from geo.recent_evidence import recent_evidence

YEARS = pd.array([2026, 2022, 2021, None], dtype="Int64")
FOUND = pd.DataFrame({"year": YEARS}, index=[7, 5, 3, 1])


def test_recent_evidence_keeps_the_last_year_that_counts_and_leaves_out_the_undated():
    # 2026 - 4 = 2022 counts still, 2021 no more.
    assert recent_evidence(FOUND, as_of_year=2026, max_age_years=4).index.tolist() == [7, 5]


def test_recent_evidence_of_age_0_is_that_of_the_year():
    assert recent_evidence(FOUND, as_of_year=2026, max_age_years=0).index.tolist() == [7]


def test_recent_evidence_cannot_be_of_the_future():
    with pytest.raises(GeoError, match="-1"):
        recent_evidence(FOUND, as_of_year=2026, max_age_years=-1)
