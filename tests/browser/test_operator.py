"""What an operator does on the page: refresh from the local services, and decide on records."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, axe_faults, new_visit, served
from tests.servers.world import OPTIONS, services, world


@pytest.fixture(scope="module")
def operated(tmp_path_factory):
    """A dashboard on a copy of the data, whose sources are the local services."""
    folder = tmp_path_factory.mktemp("operated")
    shutil.copytree(ROOT / "data" / "fixed", folder / "data" / "fixed")
    with world(services()) as urls:
        settings = {
            "JARJESTOKARTTA_DATA_DIR": str(folder / "data"),
            "JARJESTOKARTTA_CACHE_DIR": str(folder / "bodies"),
            "JARJESTOKARTTA_URLS": " ".join(f"{name}={url}" for name, url in urls.items()),
            "JARJESTOKARTTA_OPTIONS": " ".join(f"{key}={value}" for key, value in OPTIONS.items()),
            "JARJESTOKARTTA_OPERATOR": "1",
            "JARJESTOKARTTA_YEAR": "2026",
        }
        command = ("dashboards", "serve", "--no-show")
        with served(*command, log=folder / "log.txt", settings=settings) as address:
            yield address


@pytest.fixture
def at_desk(browser, operated):
    visit = new_visit(browser, operated)
    yield visit
    visit.page.context.close()
    assert visit.faults == []


def test_nobody_but_an_operator_sees_a_button(visit):
    for view in ("sources", "organisations"):
        page = visit.open(f"?view={view}")
        assert page.get_by_role("button").count() == 0


def test_a_decision_on_two_records_is_kept_and_seen_after_loading_again(at_desk):
    page = at_desk.open("?view=organisations&lang=en")
    expect(page.locator("#candidates tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Different organisations").click()
    page.get_by_text("Saved. Load the page again").wait_for(timeout=30_000)
    page = at_desk.open("?view=organisations&lang=en")
    expect(page.get_by_text("There are no pairs to decide on.")).to_be_visible()
    expect(page.locator("#decisions tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Take the decision back").click()
    page.get_by_text("Saved. Load the page again").wait_for(timeout=30_000)


def test_a_search_shows_the_card_of_what_it_finds(at_desk):
    page = at_desk.open("?view=organisations&lang=sv")
    field = page.get_by_label("Sök på namn")
    field.fill("raision eläkeläiset")
    field.press("Enter")
    expect(page.locator("#fields")).to_contain_text("Raision Eläkeläiset ry")
    field.fill("finns inte här alls")
    field.press("Enter")
    expect(page.locator("#fields")).to_have_count(0)
    expect(page.get_by_text("Det betyder inte att den inte finns")).to_be_visible()


def test_a_refresh_from_the_page_brings_new_data_in_the_background(at_desk):
    page = at_desk.open("?view=sources&lang=fi")
    expect(page.locator("#refreshed")).to_have_count(0)
    page.get_by_role("button", name="Päivitä tiedot lähteistä").click()
    page.get_by_text("Päivitys päättyi").wait_for(timeout=120_000)
    page = at_desk.open("?view=sources&lang=fi")
    rows = page.locator("#refreshed tbody tr")
    expect(rows).to_have_count(9)
    assert page.get_by_text("viimeinen hyvä tieto jäi").count() == 0
    expect(page.locator("#changes tbody tr").first).to_be_visible()
    expect(page.get_by_text("päivitetty lähteistä").first).to_be_visible()
    page = at_desk.open("?view=map&lang=fi")
    expect(page.locator("#legend")).to_contain_text("38")


@pytest.mark.parametrize("view", ["sources", "organisations"])
def test_the_operators_pages_have_no_axe_finding(at_desk, view):
    page = at_desk.open(f"?view={view}&lang=en", width=390)
    assert axe_faults(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
