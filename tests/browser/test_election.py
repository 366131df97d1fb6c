"""The election lab in a browser: files chosen, refused and read, and the invented example."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboards.commands.election_files import MAX_BYTES
from dashboards.texts import texts
from tests.browser.conftest import axe_faults

SMALL = """Järjestö;Kunta;Kohderyhmät;Äänet;Valittu
Esimerkki 1 ry;Turku;KR1.1;5;kyllä
Esimerkki 2 ry;Salo;KR1.4;3;ei
Esimerkki 3 ry;Salo;KR1.6;1;ei
"""


def words(lang: str, key: str) -> str:
    return texts(lang)[f"lab.{key}"]


def file(body: bytes) -> dict[str, object]:
    return {"name": "file.csv", "mimeType": "text/csv", "buffer": body}


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(visit):
    sent: list[str | bytes] = []
    keep = lambda frame: sent.append(frame)  # noqa: E731 - Playwright takes no built-in method
    visit.page.on("websocket", lambda socket: socket.on("framesent", keep))
    page = visit.open("?view=election&lang=sv")
    page.get_by_label(words("sv", "choose_nominees"), exact=True).set_input_files(
        file(b"x" * (MAX_BYTES + 1))
    )
    said = words("sv", "too_large").format(megabytes=MAX_BYTES // 1_000_000)
    expect(page.get_by_role("alert").get_by_text(said)).to_be_visible()
    assert sent
    assert all(len(frame) < MAX_BYTES for frame in sent)


def test_a_file_is_read_computed_and_removed_and_never_in_the_address(visit):
    page = visit.open("?view=election&lang=fi")
    address = page.url
    page.get_by_label(words("fi", "choose_nominees"), exact=True).set_input_files(
        file(SMALL.encode())
    )
    expect(page.get_by_text(words("fi", "status.read"))).to_be_visible()
    page.get_by_label(words("fi", "seats"), exact=True).fill("2")
    page.get_by_role("button", name=words("fi", "compute"), exact=True).click()
    expect(page.get_by_text(words("fi", "status.done"))).to_be_visible(timeout=30_000)
    expect(page.locator("#lab-front tbody tr").first).to_be_visible()
    assert page.url == address
    page.get_by_role("button", name=words("fi", "remove_nominees")).click()
    expect(page.get_by_text(words("fi", "status.removed"))).to_be_visible()
    expect(page.locator("#lab-front")).to_have_count(0)


@pytest.mark.parametrize("width", [1400, 390])
def test_the_invented_example_fills_the_page_without_a_fault(visit, width):
    page = visit.open("?view=election&lang=en", width=width)
    page.get_by_role("button", name=words("en", "try_example")).click()
    expect(page.get_by_text(words("en", "status.computing"))).to_be_visible()
    expect(page.get_by_text(words("en", "status.done"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text(words("en", "is_example"))).to_be_visible()
    expect(page.locator("#lab-funnel")).to_be_visible()
    across, window = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert across <= window
    assert axe_faults(page) == []
