"""One served dashboard for all browser tests, and pages that fail on errors and strange hosts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def has_read_the_data(address: str) -> bool:
    """Whether the page is there, not the one that says that the data is still being read."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return b'id="loading"' not in answer.read()


@contextmanager
def served(*command: str, log: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server in a process of its own, on a free port, until it answers."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **(settings or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(160):
                if answers(f"{address}/liveness") and (
                    "panel" in command or has_read_the_data(f"{address}/")
                ):
                    break
                with pytest.raises(subprocess.TimeoutExpired):  # still running, not answering yet
                    server.wait(timeout=0.25)
            else:
                pytest.fail("the server did not answer within 40 seconds")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=10)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard served by the command line."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with served("dashboards", "serve", "--no-show", log=log) as address:
        yield address


def axe_faults(page: Page, *rules: str, without: str = "") -> list[tuple[str, list[Any]]]:
    """What axe finds, by all its rules, some, or all but one; what passes is not gathered."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if without:
        options["rules"] = {without: {"enabled": False}}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = Axe().run(page, options=options).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]


class Visit:
    """Opens pages of the site, and gathers what no page may do."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        is_bokeh_warning = message.type == "warning" and "bokeh" in message.text
        if message.type == "error" or is_bokeh_warning:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"request to another host: {request.url}")

    def open(self, query: str = "", *, width: int = 1400) -> Page:
        """Open the page and wait until its view stands."""
        self.page.set_viewport_size({"width": width, "height": 1000})
        self.page.goto(f"{self.site}/{query}")
        self.page.wait_for_selector(".view table", timeout=30_000)
        return self.page


def new_visit(browser: Browser, site: str) -> Visit:
    return Visit(browser.new_context(locale="fi-FI", reduced_motion="reduce").new_page(), site)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """A page of a test's own; an error on it or a request elsewhere fails the test."""
    visit = new_visit(browser, site)
    yield visit
    visit.page.context.close()
    assert visit.faults == []


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    """A page opened once for all tests that only look at it: parametrised by address, width."""
    address, width = request.param
    visit = new_visit(browser, site)
    visit.open(address, width=width)
    yield visit
    visit.page.context.close()
