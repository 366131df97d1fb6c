from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.errors import SourceChanged
from loaders.lines import html_lines, html_title, text_lines


def texts(page: str) -> list[str]:
    return [line.text for line in html_lines(page, source_id="x")]


def test_text_lines_number_as_an_editor_does():
    lines = text_lines("Juva\u2028x\r\n\r\n \u00a0\rPuumala\n")

    assert [(line.number, line.text) for line in lines] == [(1, "Juva x"), (4, "Puumala")]


def test_html_lines_do_not_break_at_inline_tags():
    page = "<p>Minna <b>Laurio</b>,\n <a href='mailto:a@b.fi'>a@<wbr>b.fi</a><!-- x --></p>"

    assert texts(page) == ["Minna Laurio, a@b.fi"]


def test_html_lines_break_at_blocks_and_line_breaks():
    page = "<div>a<div>b</div>c</div>d<br>e<BR/>f<ul><li>g<li>h</ul><td>i</td><td>j"

    assert texts(page) == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]


def test_html_lines_leave_out_what_is_not_read():
    page = (
        "<head><title>t</title><script>if (a < b) '<p>s</p>'</script><style>p{}</style></head>"
        "<nav>n</nav><!-- <p>c</p> --><noscript>o</noscript><svg/><svg><title>v</title></svg>"
        "<template>w</template><![CDATA[x]]><?php y ?><p>kept</p><script>never closed <p>z</p>"
    )

    assert texts(page) == ["kept"]


def test_html_lines_tell_headings_and_the_footer():
    lines = html_lines(
        "<h2>A</h2>\n<h3><button>B</button></h3>\n<p>C</p>\n<footer>D</footer>E", source_id="x"
    )

    assert [(line.number, line.text, line.level, line.is_footer) for line in lines] == [
        (1, "A", 2, False),
        (2, "B", 3, False),
        (3, "C", 0, False),
        (4, "", 0, True),
        (4, "E", 0, False),
    ]


def test_html_lines_number_where_the_text_begins():
    lines = html_lines("<p\nclass='a'>\n\n  A\n  B</p>\n<p>C", source_id="x")

    assert [(line.number, line.text) for line in lines] == [(4, "A B"), (6, "C")]


def test_html_lines_read_entities_and_lone_signs():
    assert texts("<p>M&auml;ntyharju &amp;&nbsp;co &lt;a@b&gt; 1 < 2 &#xe4;</p>") == [
        "Mäntyharju & co <a@b> 1 < 2 ä"
    ]


def test_html_lines_survive_a_character_number_of_thousands_of_digits():
    number = "&#" + "1" * 5000 + ";"

    assert texts(f"<p>{number}</p>") == ["\ufffd"]


def test_html_lines_refuse_a_page_that_the_parser_would_cut_off():
    with pytest.raises(SourceChanged, match="nests"):
        html_lines("<h1>x" * 300, source_id="x")


def test_html_lines_pass_over_attributes_with_signs_and_great_length():
    long = "x" * 10_000

    assert texts(f"<p title='a > b'>A<img src='data:{long}'>B<div data-x='{long}'>C") == ["AB", "C"]


def test_html_title_is_one_line():
    assert (
        html_title("<head>\n<TITLE>\n 503 &ndash;\nService </TITLE>", source_id="x")
        == "503 – Service"
    )
    assert html_title("<p>none", source_id="x") == ""


@given(st.text(alphabet="<>/!-=\"'& \nabhp3#;") | st.text())
def test_html_lines_read_anything(page):
    for line in html_lines(page, source_id="x"):
        assert line.is_footer or line.text
        assert 1 <= line.number <= page.count("\n") + 1


@pytest.mark.parametrize("unit", ["<!--", "<a ", "<", "<div>", "<a b='", "</", "<script>", "&#1"])
def test_html_lines_take_time_by_length_only(unit):
    started = time.perf_counter()
    with suppress(SourceChanged):  # tags within tags are refused, and soon
        html_lines("<html>" + unit * (300_000 // len(unit)), source_id="x")

    # About half a second; a reader of quadratic time takes minutes.
    assert time.perf_counter() - started < 10
