"""The map as a person meets it: polygons, colours on screen, click, choice, Back."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboards.plots import INKS
from dashboards.store import Store
from geo.crs import to_metric

# The figure of the map and its window, read from the browser's own models.
FIGURE = """
() => {
  const document_ = Bokeh.documents[0];
  const figure = [...document_._all_models.values()].find(
    (model) => model.type === "Figure" &&
      model.renderers.some((one) => one.glyph && one.glyph.type === "MultiPolygons"));
  if (!figure) return null;
  const view = Bokeh.index.find_one(figure);
  if (!view || !view.frame) return null;
  const box = view.canvas_view.el.getBoundingClientRect();
  const frame = view.frame.bbox;
  const renderer = figure.renderers.find((one) => one.glyph.type === "MultiPolygons");
  return {
    polygons: renderer.data_source.data.xs.length,
    names: [...renderer.data_source.data.name],
    left: box.left + window.scrollX + frame.left, top: box.top + window.scrollY + frame.top,
    width: frame.width, height: frame.height,
    x: [figure.x_range.start, figure.x_range.end], y: [figure.y_range.start, figure.y_range.end],
  };
}
"""


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.open()


def figure(page: Page) -> dict:
    page.wait_for_function(f"({FIGURE})() !== null")
    return page.evaluate(FIGURE)


def place_on_screen(page: Page, store: Store, code: str) -> tuple[float, float]:
    """Where the label point of a municipality lies on the page, in pixels."""
    window = figure(page)
    towns = store.municipalities.set_index("municipality_code")
    point = to_metric(towns.geometry).loc[code].representative_point()
    (west, east), (south, north) = window["x"], window["y"]
    x = window["left"] + (point.x - west) / (east - west) * window["width"]
    y = window["top"] + (north - point.y) / (north - south) * window["height"]
    return x, y


def painted(page: Page, store: Store, code: str) -> set[str]:
    """The colours in a small square around the municipality's label point."""
    x, y = place_on_screen(page, store, code)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    box = (int(x) - 4, int(y) - 4, int(x) + 5, int(y) + 5)
    pixels = picture.crop(box).get_flattened_data()
    return {"#{:02x}{:02x}{:02x}".format(*pixel) for pixel in pixels}


def test_the_first_page_draws_38_polygons_with_real_names(visit):
    drawn = figure(visit.open())
    assert drawn["polygons"] == 38
    assert {"Mikkeli", "Koski Tl", "Mäntyharju", "Pöytyä"} <= set(drawn["names"])


def test_nothing_is_stretched(visit):
    drawn = figure(visit.open())
    across = (drawn["x"][1] - drawn["x"][0]) / drawn["width"]
    down = (drawn["y"][1] - drawn["y"][0]) / drawn["height"]
    assert across == pytest.approx(down, rel=0.03)


def test_colours_on_screen_follow_the_theme(visit, store):
    page = visit.open()
    # Mikkeli (491) has a documented model (evidence of 2019) but no row on premises.
    assert INKS["model"].fill in painted(page, store, "491")
    page.get_by_label("Kartan teema").select_option(label="Tilat järjestöille")
    expect(page.locator("#legend caption")).to_have_text("Selite: Tilat järjestöille")
    page.wait_for_function("location.search.includes('theme=premises')")
    page.wait_for_timeout(500)
    after = painted(page, store, "491")
    assert INKS["not_asked"].fill in after
    assert INKS["model"].fill not in after


def test_the_legend_counts_every_municipality_once(visit):
    page = visit.open()
    counts = page.locator("#legend tbody td:nth-child(2)").all_inner_texts()
    assert len(counts) == 5
    assert sum(map(int, counts)) == 38
    assert page.locator("#legend tfoot td").first.inner_text() == "38"


def test_a_click_on_the_map_opens_the_profile_and_the_address_keeps_it(visit, store):
    page = visit.open("?region=10")
    x, y = place_on_screen(page, store, "178")
    page.mouse.click(x, y)
    expect(page.locator("#profile h2")).to_have_text("Juva", timeout=10_000)
    page.wait_for_function("location.search.includes('municipality=178')")
    assert page.get_by_label("Kunta", exact=True).input_value() == "Juva"


def test_the_list_of_municipalities_does_what_a_click_does(visit):
    page = visit.open("?region=10")
    page.get_by_label("Kunta", exact=True).select_option(label="Savonlinna")
    expect(page.locator("#profile h2")).to_have_text("Savonlinna", timeout=10_000)
    page.wait_for_function("location.search.includes('municipality=740')")


def test_a_region_clears_a_municipality_of_another(visit):
    page = visit.open("?municipality=740")
    page.get_by_label("Alue").select_option(label="Varsinais-Suomi")
    expect(page.locator("#profile")).to_have_count(0, timeout=10_000)
    page.wait_for_function("location.search === '?region=02'")
    expect(page.locator("#municipalities tbody tr")).to_have_count(27, timeout=10_000)


def test_back_brings_back_what_was_shown(visit):
    page = visit.open()
    page.get_by_label("Alue").select_option(label="Etelä-Savo")
    page.wait_for_function("location.search.includes('region=10')")
    expect(page.locator("#legend tfoot td").first).to_have_text("11", timeout=10_000)
    page.go_back()
    expect(page.locator("#legend tfoot td").first).to_have_text("38", timeout=20_000)
    assert page.get_by_label("Alue").input_value() == "Kaikki alueet"


def test_links_keep_what_was_chosen_since(visit):
    page = visit.open()
    page.get_by_label("Alue").select_option(label="Etelä-Savo")
    page.wait_for_function("location.search.includes('region=10')")
    page.get_by_role("link", name="Svenska").click()
    page.wait_for_selector("html[lang=sv]")
    expect(page.locator("#legend tfoot td").first).to_have_text("11", timeout=20_000)
    assert page.get_by_label("Område").input_value() == "Södra Savolax"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("?municipality=999", "municipality=999"),
        ("?region=77", "region=77"),
        ("?theme=laddr", "Tarkoititko: ladder"),
        ("?nonsense=1", "nonsense=1"),
        ("?municipality=<img src=x onerror=alert(1)>", "municipality=<img"),
    ],
)
def test_an_address_that_is_not_understood_is_answered_with_a_notice(visit, address, said):
    page = visit.open(address)
    assert said in page.locator(".notice").first.inner_text()
    assert figure(page)["polygons"] == 38


def test_every_status_opens_to_its_evidence_and_source(visit):
    page = visit.open("?municipality=704")
    # Rusko: association programme of 30.8.2022 as a documented model, with its page.
    model = page.locator("#profile .criteria > li").first
    assert "yhdistysohjelma 30.8.2022" in model.inner_text()
    source = model.get_by_role("link", name="lähde").get_attribute("href")
    assert (
        source
        == "https://rusko.fi/2022/10/ruskon-uusi-yhdistysohjelma-on-yhteiskehittamisen-tulos/"
    )


def test_a_liaison_is_shown_with_the_former_municipality_and_never_in_the_address(visit):
    page = visit.open("?municipality=507")
    profile = page.locator("#profile").inner_text()
    assert "entinen Pertunmaa" in profile
    assert "@" in profile
    assert "@" not in page.url


def test_a_wheel_over_the_map_scrolls_the_page(visit, store):
    page = visit.open("?region=10")
    before = figure(page)
    x, y = place_on_screen(page, store, "178")
    page.mouse.click(x, y)
    page.mouse.wheel(0, 400)
    page.wait_for_function("window.scrollY > 100")
    assert figure(page)["x"] == before["x"]


def test_the_skip_link_moves_the_focus_and_loads_nothing(visit):
    page = visit.open("?region=10")
    page.evaluate("window.stayed = true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("window.stayed") is True


def test_a_change_of_theme_leaves_the_window_of_the_map(visit):
    page = visit.open("?region=10")
    figure(page)
    page.evaluate(
        "() => { const f = [...Bokeh.documents[0]._all_models.values()].find("
        "m => m.type === 'Figure' && m.toolbar); f.x_range.start = 500000 }"
    )
    page.get_by_label("Kartan teema").select_option(label="Viestintä")
    expect(page.locator("#legend caption")).to_have_text("Selite: Viestintä", timeout=10_000)
    assert figure(page)["x"][0] == 500000
