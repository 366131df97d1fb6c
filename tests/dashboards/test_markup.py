"""HTML: everything that comes from a table is escaped, and only web addresses become links."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from dashboards.markup import Column, HtmlTable, link, safe_url, table

HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}"


def made(*rows, **options):
    columns = [Column(heading=HOSTILE), Column(heading="n", is_number=True)]
    return table(HtmlTable(caption=HOSTILE, columns=columns, rows=rows, empty="nothing", **options))


def test_table_escapes_caption_headings_cells_and_note():
    soup = BeautifulSoup(made((HOSTILE, HOSTILE), note=HOSTILE), "html.parser")
    assert soup.find("img") is None
    assert soup.caption.get_text() == HOSTILE
    assert soup.find("th", scope="row").get_text() == HOSTILE
    assert soup.td.get_text() == HOSTILE


def test_table_heads_columns_and_rows_for_a_screen_reader():
    soup = BeautifulSoup(made(("a", "1"), ("b", "2")), "html.parser")
    assert [cell["scope"] for cell in soup.thead.find_all("th")] == ["col", "col"]
    assert [cell.get_text() for cell in soup.find_all("th", scope="row")] == ["a", "b"]


def test_table_without_rows_says_so():
    html = made()
    assert "nothing" in html
    assert "<table" not in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,<b>",
        "//evil.example",
        "https://a.example/<b>",
        'https://a.example/"x',
        "003_051d3400c192be55.txt",
        "https://a.example/ (2017)",
        None,
        7,
    ],
)
def test_safe_url_takes_nothing_but_a_plain_web_address(address):
    assert safe_url(address) == ""


def test_safe_url_keeps_addresses_with_finnish_letters_and_brackets():
    for address in ("http://www.järjestöfoorumi.fi", "https://a.example/x(5160)"):
        assert safe_url(address) == address


def test_link_to_a_strange_address_is_only_its_label():
    assert link("javascript:alert(1)", "<b>") == "&lt;b&gt;"
    assert 'href="https://a.example/"' in link("https://a.example/", "a")
