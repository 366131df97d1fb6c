"""Makes the README's picture anew: python -m tests.browser.screenshot"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, ROOT, answers, free_port

PICTURE = ROOT / ".github" / "screenshot.png"


def main() -> None:
    """Serve the dashboard, open South Savo with Mäntyharju's profile, keep what is seen."""
    port = free_port()
    command = [sys.executable, "-m", "dashboards", "serve", "--no-show", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        while server.poll() is None and not answers(f"http://127.0.0.1:{port}/liveness"):
            pass
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(f"http://127.0.0.1:{port}/?region=10&municipality=491")
            page.wait_for_selector("#legend tbody")
            page.wait_for_timeout(1500)  # the map is painted a moment after its table
            PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=PICTURE)
            browser.close()
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
    print(Path(PICTURE).relative_to(ROOT))  # noqa: T201
