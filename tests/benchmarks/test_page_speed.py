"""How fast the map is in Chromium, for 308 municipalities and a part of the organisations.

Seconds say more of the machine than of the code, so they are printed, and only counts, bytes and
ratios within the run are looked at. At full size: ``python -m tests.benchmarks.page``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.page import TARGETS, lines, measured

ORGANISATIONS, SESSIONS = 5_500, 15

MOST_FRAMES = 8.0
"""A repaint of 308 municipalities may take as long as so many empty frames (of 1/60 s)."""

MOST_CLICK = 1.0
"""A card is a part of the page: it may not take longer than the whole page with its map."""


def test_the_map_is_light_and_recolours_without_the_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = measured(tmp_path, organisations=ORGANISATIONS, sessions=SESSIONS)
    with capsys.disabled():
        sys.stdout.write("\n" + lines(told))

    assert told["drawn"] == 308
    assert told["messages_before_paint"] == 0
    assert told["first_load_kb"] < TARGETS["first_load_kb"]
    assert told["session_mb"] < TARGETS["session_mb"]
    assert told["theme_ms_median"] < MOST_FRAMES * max(told["empty_frame_ms_median"], 16)
    assert told["click_ms_median"] < MOST_CLICK * told["first_map_ms_median"]
