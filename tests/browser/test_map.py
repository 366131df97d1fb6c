"""The map as a person meets it: outlines, colours on screen, click, choice, Back."""

from __future__ import annotations

import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboards.inks import INKS
from dashboards.store import Store
from dashboards.vector_map import METRES
from geo.crs import to_metric
from tests.browser.conftest import new_visit, served

# Where a point of the drawing lies on the page, and what the map shows.
ON_PAGE = """
(svg, [x, y]) => {
  const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
  return [point.x + window.scrollX, point.y + window.scrollY];
}
"""


# What listens outside the drawing, while it stands and after it has gone.
LISTENING = """
window.listening = new Map();
for (const [name, step] of [["addEventListener", 1], ["removeEventListener", -1]]) {
  const plain = window[name];
  window[name] = function (kind, act, options) {
    if (String(act).includes("start = null")) {
      window.listening.set(kind, (window.listening.get(kind) || 0) + step);
    }
    return plain.call(window, kind, act, options);
  };
}
const Plain = window.ResizeObserver;
window.ResizeObserver = class extends Plain {
  observe(node, options) {
    if (node.className === "frame") window.listening.set(this, 1);
    super.observe(node, options);
  }
  disconnect() {
    if (window.listening.has(this)) window.listening.set(this, 0);
    super.disconnect();
  }
};
"""


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.open()


def drawn(page: Page):
    """The map's SVG, once its outlines stand."""
    picture = page.locator(".vector-map svg[role=img]")
    expect(picture.locator("path.place")).to_have_count(38, timeout=20_000)
    return picture


def place_on_screen(page: Page, store: Store, code: str) -> tuple[float, float]:
    """Where a point inside a municipality lies on the page, in pixels."""
    towns = store.municipalities.set_index("municipality_code")
    point = to_metric(towns.geometry).loc[code].representative_point()
    x, y = drawn(page).evaluate(ON_PAGE, [point.x / METRES, -point.y / METRES])
    return x, y


def painted(page: Page, store: Store, code: str) -> set[str]:
    """The colours in a small square around a point of the municipality."""
    x, y = place_on_screen(page, store, code)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    box = (int(x) - 9, int(y) - 9, int(x) + 10, int(y) + 10)
    pixels = picture.crop(box).get_flattened_data()
    return {"#{:02x}{:02x}{:02x}".format(*pixel) for pixel in pixels}


def test_the_first_page_draws_38_municipalities_with_real_names(visit):
    picture = drawn(visit.open("?view=map"))
    names = set(picture.locator(".names text").all_text_contents())
    assert {"Mikkeli", "Koski Tl", "Mäntyharju", "Pöytyä"} <= names
    assert len(names) == 38
    assert "Yhteistyön taso" in picture.locator("title").text_content()


def test_nothing_is_stretched(visit):
    picture = drawn(visit.open("?view=map"))
    scales = picture.evaluate("svg => [svg.getScreenCTM().a, svg.getScreenCTM().d]")
    assert scales[0] == pytest.approx(scales[1])


def test_colours_on_screen_follow_the_theme(visit, store):
    page = visit.open("?view=map")
    # Mikkeli (491) has a documented model (evidence of 2019) but no row on premises.
    assert INKS["model"].fill in painted(page, store, "491")
    page.get_by_label("Kartan teema").select_option(label="Tilat järjestöille")
    expect(page.locator("#legend caption")).to_have_text("Selite: Tilat järjestöille")
    page.wait_for_function("location.search.includes('theme=premises')")
    after = painted(page, store, "491")
    assert INKS["not_asked"].fill in after
    assert INKS["model"].fill not in after


def test_a_theme_is_painted_without_asking_the_server(visit, store):
    page = visit.open("?view=map")
    drawn(page)
    # Nothing that the page sends is let through any more: the map recolours all the same.
    page.evaluate("WebSocket.prototype.send = () => {}")
    page.get_by_label("Kartan teema").select_option(label="Tilat järjestöille")
    page.wait_for_timeout(200)
    assert INKS["model"].fill not in painted(page, store, "491")


def test_the_map_can_be_shown_as_equal_squares(visit):
    page = visit.open("?view=map&region=10")
    picture = drawn(page)
    page.get_by_label("Kartan muoto").select_option(label="Yhtä suuret ruudut")
    page.wait_for_function("location.search.includes('form=tiles')")
    boxes = picture.locator("path.place:not(.away)").evaluate_all(
        "paths => paths.map(path => path.getBoundingClientRect())"
        ".map(box => [Math.round(box.width), Math.round(box.height)])"
    )
    assert len(boxes) == 11
    assert len({tuple(box) for box in boxes}) <= 2  # a pixel more or less by rounding
    picture.locator('path[data-code="178"]').click()
    expect(page.locator("#profile h2")).to_have_text("Juva", timeout=10_000)


def test_a_municipality_under_the_pointer_says_its_name_and_state(visit, store):
    page = visit.open("?view=map&region=10&theme=organisations")
    x, y = place_on_screen(page, store, "178")
    page.mouse.move(x, y)
    tip = page.locator(".vector-map .tip")
    # Juva has eight known organisations: see the table below the map.
    expect(tip).to_have_text(re.compile(r"^Juva8 tunnettua järjestöäLuokka: \d"))


def test_the_map_is_drawn_nearer_and_the_whole_comes_back(visit):
    page = visit.open("?view=map&region=10")
    picture = drawn(page)
    whole = picture.get_attribute("viewBox")
    page.get_by_role("button", name="Lähennä").press("Enter")
    width = float(picture.get_attribute("viewBox").split()[2])
    assert width == pytest.approx(float(whole.split()[2]) / 1.6)
    page.get_by_role("button", name="Näytä koko alue").press("Enter")
    assert picture.get_attribute("viewBox") == whole


def test_the_legend_counts_every_municipality_once(visit):
    page = visit.open("?view=map")
    counts = page.locator("#legend tbody td:nth-child(2)").all_inner_texts()
    assert len(counts) == 5
    assert sum(map(int, counts)) == 38
    assert page.locator("#legend tfoot td").first.inner_text() == "38"


def test_a_click_on_the_map_opens_the_profile_and_the_address_keeps_it(visit, store):
    page = visit.open("?view=map&region=10")
    x, y = place_on_screen(page, store, "178")
    page.mouse.click(x, y)
    expect(page.locator("#profile h2")).to_have_text("Juva", timeout=10_000)
    page.wait_for_function("location.search.includes('municipality=178')")
    assert page.get_by_label("Kunta", exact=True).input_value() == "Juva"


def test_the_list_of_municipalities_does_what_a_click_does(visit):
    page = visit.open("?view=map&region=10")
    page.get_by_label("Kunta", exact=True).select_option(label="Savonlinna")
    expect(page.locator("#profile h2")).to_have_text("Savonlinna", timeout=10_000)
    page.wait_for_function("location.search.includes('municipality=740')")


def test_a_region_clears_a_municipality_of_another(visit):
    page = visit.open("?view=map&municipality=740")
    page.get_by_label("Alue", exact=True).select_option(label="Varsinais-Suomi")
    expect(page.locator("#profile")).to_have_count(0, timeout=10_000)
    page.wait_for_function("location.search === '?view=map&region=02'")
    expect(page.locator("#municipalities tbody tr")).to_have_count(27, timeout=10_000)


def test_back_brings_back_what_was_shown(visit):
    page = visit.open("?view=map")
    page.get_by_label("Alue", exact=True).select_option(label="Etelä-Savo")
    page.wait_for_function("location.search.includes('region=10')")
    expect(page.locator("#legend tfoot td").first).to_have_text("11", timeout=10_000)
    page.go_back()
    expect(page.locator("#legend tfoot td").first).to_have_text("38", timeout=20_000)
    assert page.get_by_label("Alue", exact=True).input_value() == "Kaikki alueet"


def test_links_keep_what_was_chosen_since(visit):
    page = visit.open("?view=map")
    page.get_by_label("Alue", exact=True).select_option(label="Etelä-Savo")
    page.wait_for_function("location.search.includes('region=10')")
    page.get_by_role("link", name="Svenska").click()
    page.wait_for_selector("html[lang=sv]")
    expect(page.locator("#legend tfoot td").first).to_have_text("11", timeout=20_000)
    assert page.get_by_label("Område", exact=True).input_value() == "Södra Savolax"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("?view=map&municipality=999", "municipality=999"),
        ("?view=map&region=77", "region=77"),
        ("?view=map&theme=laddr", "Tarkoititko: ladder"),
        ("?view=map&nonsense=1", "nonsense=1"),
        ("?view=map&municipality=<img src=x onerror=alert(1)>", "municipality=<img"),
    ],
)
def test_an_address_that_is_not_understood_is_answered_with_a_notice(visit, address, said):
    page = visit.open(address)
    assert said in page.locator(".notice").first.inner_text()
    drawn(page)


def test_every_status_opens_to_its_evidence_and_source(visit):
    page = visit.open("?view=map&municipality=704")
    # Rusko: association programme of 30.8.2022 as a documented model, with its page.
    model = page.locator("#profile .criteria > li").first
    assert "yhdistysohjelma 30.8.2022" in model.inner_text()
    source = model.get_by_role("link", name="lähde").get_attribute("href")
    assert (
        source
        == "https://rusko.fi/2022/10/ruskon-uusi-yhdistysohjelma-on-yhteiskehittamisen-tulos/"
    )


def test_a_liaison_is_shown_with_the_former_municipality_and_never_in_the_address(visit):
    page = visit.open("?view=map&municipality=507")
    profile = page.locator("#profile").inner_text()
    assert "entinen Pertunmaa" in profile
    assert "@" in profile
    assert "@" not in page.url


def test_a_wheel_over_the_map_scrolls_the_page(visit, store):
    page = visit.open("?view=map&region=10")
    before = drawn(page).get_attribute("viewBox")
    x, y = place_on_screen(page, store, "178")
    page.mouse.click(x, y)
    page.mouse.wheel(0, 400)
    page.wait_for_function("window.scrollY > 100")
    assert drawn(page).get_attribute("viewBox") == before


def test_the_skip_link_moves_the_focus_and_loads_nothing(visit):
    page = visit.open("?view=map&region=10")
    page.evaluate("window.stayed = true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("window.stayed") is True


def test_a_change_of_theme_leaves_the_window_of_the_map(visit):
    page = visit.open("?view=map&region=10")
    picture = drawn(page)
    page.get_by_role("button", name="Lähennä").click()
    nearer = picture.get_attribute("viewBox")
    page.get_by_label("Kartan teema").select_option(label="Viestintä")
    expect(page.locator("#legend caption")).to_have_text("Selite: Viestintä", timeout=10_000)
    assert picture.get_attribute("viewBox") == nearer


@pytest.fixture
def map_service():
    """A map service on this machine: its address up to the layers, and what it was asked."""
    asked = []
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "#ff00ff").save(picture, "PNG")

    class Service(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(parse_qs(urlsplit(self.path).query))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture.getvalue())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}/wms"
    yield f"{where}?service=WMS&version=1.3.0&request=GetMap&layers=tausta&crs=EPSG:3067", asked
    server.shutdown()
    server.server_close()


def test_a_background_map_is_asked_for_only_when_a_person_ticks_it(
    browser, store, map_service, tmp_path
):
    address, asked = map_service
    settings = {
        "JARJESTOKARTTA_BASEMAP_URL": address,
        "JARJESTOKARTTA_BASEMAP_ATTRIBUTION": "© Esimerkki <b>",
    }
    command = ("dashboards", "serve", "--no-show")
    with served(*command, log=tmp_path / "log.txt", settings=settings) as site:
        visit = new_visit(browser, site)
        page = visit.open("?view=map&region=10")
        picture = drawn(page)
        before = painted(page, store, "491")
        assert asked == []
        page.get_by_label("Näytä taustakartta").check()
        expect(page.get_by_text("© Esimerkki <b>")).to_be_visible()
        page.wait_for_timeout(800)
        [request] = asked
        # Half of the service's magenta shines through Mikkeli.
        assert painted(page, store, "491") != before
        west, south, east, north = map(int, request["bbox"][0].split(","))
        x, y, width, height = map(float, picture.get_attribute("viewBox").split())
        # What is asked for holds what is seen, and has the shape of the picture asked for.
        assert west - 1 <= x * METRES <= (x + width) * METRES <= east + 1  # whole metres
        assert south - 1 <= -(y + height) * METRES <= -y * METRES <= north + 1
        shape = int(request["width"][0]) / int(request["height"][0])
        assert (east - west) / (north - south) == pytest.approx(shape, rel=0.01)
        page.get_by_label("Näytä taustakartta").uncheck()
        assert painted(page, store, "491") == before
        others = [fault for fault in visit.faults if address.split("?")[0] not in fault]
        assert others == []
        page.context.close()


def test_a_phone_leads_from_the_map_to_the_profile_below(visit):
    page = visit.open("?view=map&region=10&form=tiles", width=390)
    assert page.get_by_label("Näytä taustakartta").count() == 0
    drawn(page).locator('path[data-code="178"]').click()
    expect(page.locator("#profile h2")).to_have_text("Juva", timeout=10_000)
    page.get_by_role("button", name="Juva: tiedot alla").click()
    expect(page.locator("#profile h2")).to_be_in_viewport()
    assert "Valittu kunta: Juva" in drawn(page).locator("title").text_content()


def test_a_map_that_goes_leaves_nothing_that_listens(visit):
    visit.page.add_init_script(LISTENING)
    page = visit.open("?view=map")
    drawn(page)
    assert page.evaluate("[...window.listening.values()]") == [1, 1, 1]
    page.evaluate("Object.values(Bokeh.index).forEach((view) => view.remove())")
    assert page.evaluate("[...window.listening.values()]") == [0, 0, 0]
