"""The interactive map in Chromium without a net, from a file: what it does and asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboards.export.files import save
from dashboards.export.map_page import MapPageExport
from dashboards.export.scope import Scope
from dashboards.store import Store
from dashboards.texts import text
from loaders import Settings
from tests.dashboards.export.hostile_names import SCRIPT, hostile_store

DATA = Path(__file__).resolve().parents[2] / "data"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both regions in Finnish and Swedish with contacts and hostile names."""
    store = Store.open(settings=Settings(data_dir=DATA), as_of=dt.date(2026, 11, 21))
    scope = Scope(store=hostile_store(store), langs=("fi", "sv"), with_contacts=True)
    return save(MapPageExport(scope=scope), tmp_path_factory.mktemp("map"))


class Opened:
    """The page in a window, and what it has asked for and said."""

    def __init__(self, browser: Browser, path: Path, width: int) -> None:
        context = browser.new_context(
            offline=True,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            locale="fi-FI",
        )
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        self.page.goto(path.as_uri())

    def fill(self, code: str) -> str:
        """The ink of a municipality on the map."""
        found = self.page.evaluate(
            "(code) => { let found; geo_json_outlines.eachLayer((layer) => {"
            " if (layer.feature.properties.code === code)"
            " found = layer.getElement().getAttribute('fill'); }); return found; }",
            code,
        )
        return str(found)


@pytest.fixture(params=[1400, 390])
def opened(request: pytest.FixtureRequest, browser: Browser, path: Path) -> Iterator[Opened]:
    opened = Opened(browser, path, request.param)
    yield opened
    opened.page.context.close()
    # The file itself, and the pictures that stand in it.
    asked = [url for url in opened.requests if not url.startswith("data:")]
    assert asked == [path.as_uri()]
    assert opened.faults == []


def test_the_map_is_worked_by_its_choices_alone(opened):
    page = opened.page
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(37)  # 38, one not drawn
    assert opened.fill("097") == "url(#ink-ladder-no_information)"
    page.get_by_label(text("choose.theme", "fi")).select_option("evidence_age")
    assert opened.fill("097") == "url(#ink-age-no_evidence)"
    expect(page.locator(".legend:visible")).to_have_count(1)
    assert page.locator(".legend:visible").get_attribute("data-theme") == "evidence_age"
    row = page.locator("#table tr", has_text="Hirvensalmi")
    expect(row.locator(".of-theme")).to_have_text("Ei näyttöä / Inga belägg")
    page.get_by_label(text("choose.municipality", "fi")).select_option("097")
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("2\N{NO-BREAK SPACE}091")
    expect(page.get_by_role("status")).to_contain_text("Hirvensalmi: Ei näyttöä")
    close = popup.get_by_role("button")
    expect(close).to_have_accessible_name("Sulje / Stäng")
    assert Axe().run(page).response["violations"] == []
    close.press("Enter")
    expect(popup).to_have_count(0)


def test_hostile_names_are_text_in_popups_and_tooltips(opened):
    page = opened.page
    page.get_by_label(text("choose.municipality", "fi")).select_option("491")
    expect(page.locator(".leaflet-popup .popup-name")).to_have_text(SCRIPT)
    assert page.locator("img").count() == 0
    # Of a municipality without an outline the words stand below the choices.
    page.get_by_label(text("choose.municipality", "fi")).select_option("046")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text(text("export_page.no_outline", "fi"))


def test_the_page_is_accessible_and_no_wider_than_its_window(opened):
    assert Axe().run(opened.page).response["violations"] == []
    assert opened.page.evaluate(SIDEWAYS) <= 0
    opened.page.get_by_label(text("choose.theme", "fi")).select_option("readings")
    assert opened.page.evaluate(SIDEWAYS) <= 0
    names = opened.page.locator(".place-name:not(.covered)")
    assert names.count() > 5
