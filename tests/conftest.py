"""The browser of all tests that ask for one: Playwright allows one in a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a machine without it fails here, it does not skip."""
    from tests.chromium import chromium  # most runs need none

    with chromium() as browser:
        yield browser
