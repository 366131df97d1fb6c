"""Makes the README's picture anew: python -m tests.browser.screenshot"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.browser.conftest import ROOT, served
from tests.chromium import chromium

PICTURE = ROOT / ".github" / "screenshot.png"


def main() -> None:
    """Open South Savo with the profile of Mikkeli, which names no person; keep what is seen."""
    log = Path(tempfile.mkdtemp()) / "log.txt"
    with (
        served("dashboards", "serve", "--no-show", log=log) as address,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{address}/?view=map&region=10&municipality=491")
        page.wait_for_selector("#legend tbody")
        page.wait_for_timeout(1500)  # the map is painted a moment after its table
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
