"""The atlas read with poppler and qpdf, and the report in Chromium without a net."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dashboards.export.atlas import AtlasExport
from dashboards.export.files import save
from dashboards.export.report import ReportExport
from dashboards.export.scope import Scope
from dashboards.store import Store
from loaders import Settings
from tests.dashboards.export.toy_atlas import LONG, MARKUP, harmful_store

DATA = Path(__file__).resolve().parents[2] / "data"
AREA = "municipality-445"


def told(*words: str | Path) -> str:
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True)
    # Poppler writes alternative texts as they stand in the file, in UTF-16.
    return done.stdout.decode("utf-8", "replace").replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.open(settings=Settings(data_dir=DATA), as_of=dt.date(2026, 11, 21))


@pytest.fixture(scope="module")
def pdf(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parainen, Pargas: islands, and both languages."""
    scope = Scope(store=store, area=AREA, langs=("fi", "sv"))
    return save(AtlasExport(scope=scope), tmp_path_factory.mktemp("atlas"))


@pytest.fixture(scope="module")
def region(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    scope = Scope(store=harmful_store(store), area="region-10")
    return save(AtlasExport(scope=scope, parts="one"), tmp_path_factory.mktemp("region"))


def test_the_text_of_the_atlas_can_be_read_and_searched(pdf: Path) -> None:
    said = told("pdftotext", "-layout", pdf, "-")
    for words in (
        *("Parainen / Pargas", "14 991 asukasta (2022)", "14 991 invånare (2022)"),
        *("Mielenterveyskuntoutujat", "Korpo Pensionärer", "n. 4 080"),
        *("Pargas äldreråd", "CC BY 4.0", "Lähteet ja lisenssit / Källor och licenser"),
        *("Tehty 21.11.2026", "Gjord 21 nov. 2026", "jatkuu / fortsätter"),
    ):
        assert words in said, words


def test_every_font_of_the_atlas_is_embedded_and_has_unicode(pdf: Path) -> None:
    rows = told("pdffonts", pdf).splitlines()[2:]
    assert {row.split()[0].split("+")[1] for row in rows} == {"DejaVuSans", "DejaVuSans-Bold"}
    for row in rows:
        embedded, subset, unicode = row.split()[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes"), row


def test_the_atlas_is_sound_and_tagged(pdf: Path, region: Path) -> None:
    for path in (pdf, region):
        assert "No syntax or stream encoding errors found" in told("qpdf", "--check", path)
    facts = told("pdfinfo", pdf)
    assert "Tagged:          yes" in facts
    assert "JavaScript:      no" in facts
    assert "A4" in facts
    structure = told("pdfinfo", "-struct", pdf)
    for kind in ("TOC", "H1", "H2", "H3", "Table", "TH", "Figure", "L (block)"):
        assert kind in structure, kind


def test_pages_are_numbered_and_none_is_empty(region: Path) -> None:
    pages = told("pdftotext", "-layout", region, "-").split("\f")[:-1]
    assert len(pages) >= 3 + 11 + 2
    for at, page in enumerate(pages, start=1):
        assert f"{at} / {len(pages)}" in page
        assert len(page.split()) > 20


def test_names_that_mean_harm_are_set_as_they_are_and_run_off_no_page(region: Path) -> None:
    said = " ".join(told("pdftotext", "-layout", region, "-").split())
    assert '#panic("x") *a* $b$' in said
    assert MARKUP.split()[3] in said  # the script, as text
    # Each letter of the long name is between the margins: 16 mm of 595 points and their text.
    boxes = told("pdftotext", "-bbox", region, "-")
    right = [float(part.split('"')[1]) for part in boxes.split("xMax=")[1:]]
    assert max(right) < 595 - 16 * 72 / 25.4 + 6
    assert LONG[:40] in "".join(told("pdftotext", region, "-").replace("\u200b", "").split())


def test_the_report_asks_for_nothing_and_has_no_faults_that_axe_finds(
    browser: Browser, store: Store, tmp_path: Path
) -> None:
    scope = Scope(store=harmful_store(store), area="municipality-491", langs=("fi", "sv"))
    path = save(ReportExport(scope=scope), tmp_path)
    asked, said = [], []
    for width in (1280, 390):
        page = browser.new_context(
            offline=True, viewport={"width": width, "height": 900}
        ).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()
    # axe brings a script along, which the policy of the page forbids.
    checked = browser.new_context(offline=True, bypass_csp=True).new_page()
    checked.goto(path.as_uri())
    faults = Axe().run(checked).response["violations"]
    checked.context.close()
    assert set(asked) == {path.as_uri()}
    assert said == []
    assert [fault["id"] for fault in faults] == []
