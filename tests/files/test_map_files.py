"""The printed map read with poppler, qpdf and Chromium: text, fonts, soundness, no requests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboards.export.files import save
from dashboards.export.map_figure import MapExport
from dashboards.export.scope import Scope
from dashboards.store import Store
from loaders import Settings

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"


def told(*words: str | Path) -> str:
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def scope() -> Scope:
    store = Store.open(settings=Settings(data_dir=FIXED.parent))
    return Scope(store=store, area="region-02", langs=("fi", "sv"))


@pytest.fixture(scope="module")
def pdf(scope: Scope, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(MapExport(scope=scope, format="pdf"), tmp_path_factory.mktemp("maps"))


def test_the_text_of_a_pdf_can_be_read_and_searched(pdf: Path) -> None:
    said = told("pdftotext", "-layout", pdf, "-")
    for word in (
        *("Yhteistyön taso – Varsinais-Suomi", "Samarbetets steg – Egentliga Finland"),
        *("Nådendal", "Mynämäki", "S:t Mårtens", "Kemiönsaari", "20 km", "485 567"),
        *("Pohjoinen (karttaruudukko)", "CC BY 4.0", "Källa: Statistikcentralen"),
    ):
        assert word in said.replace("\N{NO-BREAK SPACE}", " "), word


def test_every_font_of_a_pdf_is_embedded_truetype(pdf: Path) -> None:
    rows = told("pdffonts", pdf).splitlines()[2:]
    assert {row.split()[0].split("+")[1] for row in rows} == {"DejaVuSans", "DejaVuSans-Bold"}
    for row in rows:
        assert "TrueType" in row
        emb, sub, uni = row.split()[-5:-2]
        assert (emb, sub, uni) == ("yes", "yes", "yes")


def test_a_pdf_is_sound_and_has_one_page_of_a4(pdf: Path) -> None:
    assert "No syntax or stream encoding errors found" in told("qpdf", "--check", pdf)
    said = told("pdfinfo", pdf)
    assert "Pages:           1" in said
    assert "(A4)" in said
    assert "Tagged:          yes" in said
    assert "Author:          Järjestökartta" in said


def test_a_pdf_has_the_inks_of_the_ladder(pdf: Path, tmp_path: Path) -> None:
    from PIL import Image

    told("pdftoppm", "-r", "100", "-png", "-singlefile", pdf, tmp_path / "page")
    colors = {color for _, color in Image.open(tmp_path / "page.png").getcolors(1 << 24)}
    assert (0x0B, 0x5C, 0x4D) in colors  # a model
    assert (0x4F, 0xA5, 0x8F) in colors  # a structure


def test_an_svg_is_drawn_by_a_browser_without_any_request(
    browser: Browser, scope: Scope, tmp_path: Path
) -> None:
    path = save(MapExport(scope=scope, format="svg"), tmp_path)
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    face = "document.fonts.ready.then(() => document.fonts.check(\"10px 'DejaVu Sans'\"))"
    assert page.evaluate(face)
    # Names are as wide as they were measured, so the font that came along is in use.
    width = "name => [...document.querySelectorAll('text')].find(t => t.textContent == name)"
    box = page.evaluate(f"({width})('Kemiönsaari').getComputedTextLength()")
    title = page.evaluate("document.querySelector('title').textContent")
    page.close()
    from dashboards.export.lettering import POINT, text_width

    assert box == pytest.approx(text_width("Kemiönsaari", 7) / POINT, rel=0.03)
    assert title.startswith("Yhteistyön taso – Varsinais-Suomi")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
