"""The servers: both ways to serve, a port that is taken, and what a page's head promises."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request

from playwright.sync_api import expect

from tests.browser.conftest import ROOT, served


def body(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode("utf-8")


def test_panel_serve_serves_the_same_page(tmp_path):
    panel = ("panel", "serve", "dashboards/app.py", "--liveness")
    with served(*panel, log=tmp_path / "log.txt") as address:
        page = body(f"{address}/app?lang=sv")
    assert '<html lang="sv">' in page
    assert "<title>Lägesbild – Järjestökartta</title>" in page


def test_the_page_forbids_every_other_host(site):
    page = body(f"{site}/")
    assert 'http-equiv="Content-Security-Policy"' in page
    assert "default-src &#39;self&#39;" in page
    assert "cdn" not in page.lower()


def test_a_hostile_address_comes_back_as_text(site):
    page = body(f"{site}/?region=%3Cscript%3Ealert(1)%3C/script%3E&x=%22%3E%3Cimg%20src=x%3E")
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_port_that_is_taken_is_told_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "dashboards", "serve", "--no-show", "--port", port]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_page_whose_server_is_gone_says_so(browser, tmp_path):
    page = browser.new_context().new_page()
    with served("dashboards", "serve", "--no-show", log=tmp_path / "log.txt") as address:
        page.goto(f"{address}/?view=map&lang=sv")
        page.wait_for_selector("#legend tbody")
        expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("#lost")).to_be_visible(timeout=20_000)
    assert "bröts" in page.inner_text("#lost")
    page.context.close()
