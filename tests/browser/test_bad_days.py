"""What the pages say where a source has failed, a table is spoilt, or nothing is found."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from playwright.sync_api import expect

from dashboards.texts import text
from tests.browser.conftest import ROOT, axe_faults, new_visit, served

FIXED = ROOT / "data" / "fixed"
FAILED = "esavo_liaisons"


@pytest.fixture(scope="module")
def spoilt_site(tmp_path_factory):
    """A dashboard whose source of liaisons has failed, and whose own boards are no table."""
    folder = tmp_path_factory.mktemp("spoilt")
    shutil.copytree(FIXED, folder / "fixed")
    sources = pd.read_csv(folder / "fixed" / "sources.csv", dtype="string")
    sources.loc[sources["source_id"] == FAILED, "fetch_notice"] = "unreachable"
    sources.to_csv(folder / "fixed" / "sources.csv", index=False)
    (folder / "own").mkdir()
    (folder / "own" / "boards.csv").write_text("<html>503</html>\n", encoding="utf-8")
    settings = {"JARJESTOKARTTA_DATA_DIR": str(folder)}
    command = ("dashboards", "serve", "--no-show")
    with served(*command, log=folder / "log.txt", settings=settings) as address:
        yield address


@pytest.fixture(scope="module")
def bad_day(browser, spoilt_site):
    visit = new_visit(browser, spoilt_site)
    yield visit
    visit.page.context.close()
    assert visit.faults == []


@pytest.mark.parametrize("view", ["start", "map", "representation", "sources"])
def test_a_view_stands_and_says_what_has_failed(bad_day, view):
    page = bad_day.open(f"?view={view}&lang=sv")
    sources = pd.read_csv(FIXED / "sources.csv", index_col="source_id")
    said = text("notice.source_failed", "sv", title=sources.at[FAILED, "title_sv"])
    notices = page.locator("p.notice").all_inner_texts()
    assert said in notices
    # The user's own table is named, not the folders above it; the one of the code stands in.
    [spoilt] = [notice for notice in notices if "boards" in notice]
    assert "own/boards.csv" in spoilt
    assert "/own/boards.csv" not in spoilt


def test_a_page_with_notices_has_no_axe_finding(bad_day):
    page = bad_day.open("?view=start&lang=fi", width=390)
    assert axe_faults(page) == []


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_a_search_that_finds_nothing_says_so(visit, lang):
    page = visit.open(f"?view=organisations&lang={lang}&municipality=178&group=KR1.1")
    field = page.get_by_label(text("organisations.search", lang))
    field.fill("zzzz qqqq")
    field.press("Enter")
    expect(page.get_by_text(text("organisations.none", lang))).to_be_visible()
