"""Every view in every language at two widths: text, width, accessibility, no other host."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest

from dashboards.texts import LANGUAGES, texts
from dashboards.views import views
from tests.browser.conftest import axe_faults

PAGES = [(f"?view={view}&lang={lang}", 1400) for view in views() for lang in LANGUAGES]
PROFILES = [
    ("?view=map&lang=sv&municipality=740", 1400),
    ("?view=map&lang=fi&municipality=507", 1400),
]
WIDTHS = (1400, 390)
"""Each page is opened once and looked at on a laptop's screen, then on a phone's."""

every_page = pytest.mark.parametrize("opened", [*PAGES, *PROFILES], indirect=True, scope="module")

# innerText stops at shadow roots, and all that a view shows stands within them.
SHOWN_TEXT = """
() => {
  const texts = [];
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    if (["SCRIPT", "STYLE", "NOSCRIPT", "CODE"].includes(node.nodeName)) return;
    for (const child of node.childNodes) read(child);
    if (node.shadowRoot) read(node.shadowRoot);
  };
  read(document.body);
  return texts.join("\\n").replaceAll("\\u00ad", "");
}
"""


def chosen(opened) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(opened.page.url.split("?")[1]).items()}


@every_page
def test_a_page_says_its_language_title_and_heading(opened):
    page, choices = opened.page, chosen(opened)
    words = texts(choices["lang"])
    assert page.get_attribute("html", "lang") == choices["lang"]
    assert page.title() == f"{words['view.' + choices['view'] + '.name']} – {words['page.brand']}"
    assert page.locator("h1").all_inner_texts() == [words[f"view.{choices['view']}.title"]]


@every_page
def test_a_page_holds_no_text_of_another_language(opened):
    lang = chosen(opened)["lang"]
    shown = opened.page.evaluate(SHOWN_TEXT)
    assert len(shown) > 1500
    own = set(texts(lang).values())
    for other in set(LANGUAGES) - {lang}:
        foreign = [
            value
            for key, value in texts(other).items()
            if value not in own and "{" not in value and len(value) >= 12 and key != "page.own_name"
        ]
        # Whole words are looked for only where the letters stand at all: it is many times as fast.
        found = [value for value in foreign if value in shown]
        found = [value for value in found if re.search(rf"\b{re.escape(value)}\b", shown)]
        assert found == []


def at_width(opened, width: int):
    """The page at a width, once what follows the width has followed."""
    if opened.page.viewport_size["width"] != width:
        opened.page.set_viewport_size({"width": width, "height": 1000})
        opened.page.wait_for_timeout(400)
    return opened.page


@every_page
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_needs_no_scrolling_to_the_side(opened, width):
    across, window = at_width(opened, width).evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert across <= window


@every_page
def test_a_page_has_a_plain_table_with_caption_and_row_headings(opened):
    assert opened.page.locator(".view table caption").count() >= 1
    assert opened.page.locator(".view table tbody th[scope=row]").count() >= 1


@every_page
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_to_mend(opened, width):
    # Colours do not depend on the words: on the phone they are looked at in one language, since
    # that rule takes most of axe's time. On the laptop every rule runs in every language.
    has_all_rules = width == WIDTHS[0] or chosen(opened)["lang"] == LANGUAGES[0]
    without = "" if has_all_rules else "color-contrast"
    assert axe_faults(at_width(opened, width), without=without) == []


@every_page
def test_a_page_has_no_error_and_asks_no_other_host(opened):
    assert opened.faults == []
