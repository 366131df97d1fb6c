"""What axe does not see by itself: dark colours, zoom, keyboard, phone, paper, and what jumps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from dashboards.texts import texts
from dashboards.views import views
from tests.browser.conftest import Visit, axe_faults, new_visit

# Calls `look` with every element of the page, those within shadow roots too, in reading order.
WALK = """
const walk = (root, look) => {
  for (const node of root.children) {
    look(node);
    if (node.shadowRoot) walk(node.shadowRoot, look);
    walk(node, look);
  }
};
const isShown = (node) => node.checkVisibility() && node.getBoundingClientRect().height > 1;
"""
HEADINGS = f"""
() => {{
  {WALK}
  const found = [];
  walk(document.body, (node) => {{
    if (/^H[1-6]$/.test(node.nodeName) && isShown(node)) found.push(Number(node.nodeName[1]));
  }});
  return found;
}}
"""
# What is to be pressed, with its size; links within a sentence or a table are as large as its text.
TARGETS = f"""
() => {{
  {WALK}
  const found = [];
  walk(document.body, (node) => {{
    const isWithinText = node.nodeName === "A" && node.closest("p, td, th, dd, .view li, ol li");
    if (!node.matches("a, button, select, input, summary") || !isShown(node)) return;
    if (isWithinText || node.matches(".skip")) return;
    const box = node.getBoundingClientRect();
    const label = (node.getAttribute("aria-label") || node.textContent).trim().slice(0, 40);
    const size = Math.min(box.width, box.height);
    found.push([node.nodeName, node.type || "", label, Math.round(size)]);
  }});
  return found;
}}
"""
# The element that holds the focus, however deep: kind, name, and whether a frame shows it.
FOCUSED = """
() => {
  let node = document.activeElement;
  while (node && node.shadowRoot && node.shadowRoot.activeElement) {
    node = node.shadowRoot.activeElement;
  }
  const labels = [...(node.labels || [])].map((label) => label.textContent);
  const name = node.getAttribute("aria-label") || labels.join(" ") || node.textContent;
  const style = getComputedStyle(node);
  const isFramed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [node.nodeName, name.trim(), isFramed, node.id];
}
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.shifted += entry.value;
  }
}).observe({type: "layout-shift", buffered: true});
"""


def fits(page) -> None:
    """Wait until nothing runs over the side: charts follow a new width a moment later."""
    page.wait_for_function(f"{SIDEWAYS} <= 0", timeout=10_000)


@pytest.fixture(scope="module")
def dark(browser, site):
    context = browser.new_context(color_scheme="dark", reduced_motion="reduce")
    visit = Visit(context.new_page(), site)
    yield visit
    context.close()
    assert visit.faults == []


@pytest.fixture(scope="module")
def phone(browser, site):
    visit = new_visit(browser, site)
    yield visit
    visit.page.context.close()
    assert visit.faults == []


@pytest.mark.parametrize("view", list(views()))
def test_a_view_is_readable_in_the_dark_and_twice_as_large(dark, view):
    page = dark.open(f"?view={view}&region=10&lang=sv")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 23)"
    assert axe_faults(page, "color-contrast") == []  # the rest does not depend on the dark
    levels = page.evaluate(HEADINGS)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    # 200 % of a window of 1400 leaves room for 700; letters alone may also be twice as large.
    page.set_viewport_size({"width": 700, "height": 500})
    fits(page)
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)


def test_the_map_view_is_worked_by_keyboard_alone(visit):
    page = visit.open("?view=map&region=10")
    page.get_by_role("button", name="Näytä koko alue").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)[1] == texts("fi")["page.skip"]
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED)[3] == "main"
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        if stops[-1][1].startswith("Enonkoski"):  # the first row of the last table
            break
    names = [name for _, name, _, _ in stops]
    wanted = ("Alue", "Kartan teema", "Kartan muoto", "Lähennä", "Loitonna", "Näytä koko alue")
    assert [name for name in wanted if not any(stop.startswith(name) for stop in names)] == []
    assert any(kind == "SELECT" and name.startswith("Kunta") for kind, name, _, _ in stops)
    assert [stop for stop in stops if not stop[1]] == []
    assert [stop for stop in stops if not stop[2]] == []


def test_nothing_jumps_while_a_page_is_built(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_init_script(SHIFTS)
    page = context.new_page()
    moved = {}
    for view in ("start", "map", "gaps"):
        page.goto(f"{site}/?view={view}&region=10")
        page.wait_for_selector(".view table")
        page.wait_for_timeout(700)  # charts come last
        moved[view] = page.evaluate("window.shifted")
    context.close()
    assert {view: shift for view, shift in moved.items() if shift >= 0.1} == {}


def test_a_phone_folds_the_views_away_and_has_room_for_fingers(phone):
    page = phone.open("?view=map&region=10", width=390)
    page.get_by_role("button", name="Näytä koko alue").wait_for()
    link = page.get_by_role("link", name="Katvealueet", exact=True)
    expect(link).to_be_hidden()
    page.locator(".views summary").press("Enter")
    expect(link).to_be_visible()
    targets = page.evaluate(TARGETS)
    assert len(targets) > 15
    assert [target for target in targets if target[3] < 24 and target[1] != "checkbox"] == []
    main = ("SELECT", "BUTTON")
    assert [target for target in targets if target[0] in main and target[3] < 44] == []
    fits(page)


def test_without_scripts_every_view_is_a_link_away(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site}/?lang=en")
    in_head = [view for view, shown in views().items() if shown.in_navigation]
    links = page.locator(".views a")
    expect(links).to_have_count(len(in_head))
    expect(links.last).to_be_visible()
    expect(page.locator(".page-footer a")).to_have_text("Accessibility statement")
    context.close()


def test_paper_shows_what_is_told_and_not_what_is_worked_with(dark):
    page = dark.open("?view=gaps&region=10&lang=en", width=703)  # A4 less its margins
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".views")).to_be_hidden()
    expect(page.locator("#gaps-known_step")).to_be_visible()
    for control in page.locator("select, input[type=range]").all():
        expect(control).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 28, 27)"
    fits(page)
    page.emulate_media(media="screen")
