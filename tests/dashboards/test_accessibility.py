"""The page's colours in light and dark, its type scale, and the accessibility statement."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import holoviews as hv
import pandas as pd
import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.paper import FONT
from dashboards.plots import lying_bars
from dashboards.shell import opened_state, page
from dashboards.texts import LANGUAGES, texts
from dashboards.views import views

TEMPLATES = Path(__file__).resolve().parents[2] / "dashboards" / "templates"
PAGE = (TEMPLATES / "page.css").read_text(encoding="utf-8")
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "wash")),
    *(("ink", "hover"), ("accent", "hover"), ("ink", "field"), ("accent", "field")),
    *(("warn", "warn-wash"), ("zero", "paper"), ("on-accent", "accent"), ("soft", "hover")),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(PAGE.split("@media")[0])
DARK = LIGHT | colours(PAGE.split("prefers-color-scheme: dark) {")[1].split("\n}")[0])


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.1: (lighter + 0.05) / (darker + 0.05)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # The lightest grey that may be read on white, by WebAIM's example.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme):
    faint = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in PAIRS}
    assert {pair: value for pair, value in faint.items() if value < 4.5} == {}
    # Edges of fields and the frame of the focus are no text: 3:1.
    assert contrast(theme["field-line"], theme["field"]) >= 3
    assert contrast(theme["focus"], theme["paper"]) >= 3


def test_every_colour_of_the_page_has_a_dark_one():
    same = {name for name in LIGHT if DARK[name] == LIGHT[name]}
    assert same == set()


def test_letters_have_the_sizes_of_one_scale():
    screen = re.sub(r"@media print \{.*?\n\}", "", PAGE, flags=re.DOTALL)
    others = [
        (TEMPLATES / name).read_text(encoding="utf-8")
        for name in ("map.css", "slider.css", "file_chooser.css")
    ]
    sizes = re.findall(r"font-size: ([^;]+);", "".join([screen, *others]))
    assert len(sizes) > 20
    odd = {size for size in sizes if not re.fullmatch(r"var\(--text-[a-z0-9]+\)", size)}
    assert odd == {"1rem", "100%"}  # the page's own, from which the scale is counted


def test_a_chart_has_the_letters_of_the_page():
    frame = pd.DataFrame({"name": ["a"], "x": [1.0]})
    bars = lying_bars(
        frame, name="name", columns={"x": "#111111"}, axis_label="", tick_script="return tick"
    )
    figure = hv.renderer("bokeh").get_plot(bars).state
    assert {axis.major_label_text_font for axis in figure.axis} == {FONT}
    assert FONT in PAGE


def test_the_foot_of_the_page_leads_to_the_statement_and_the_head_does_not(store):
    shown = page(store, {})._render_variables["page"]["views"]
    assert [view["id"] for view in shown if not view["in_navigation"]] == ["accessibility"]
    assert list(views())[-1] == "accessibility"


def statement(store, lang="fi"):
    state, _ = opened_state(store, {"view": "accessibility", "lang": lang})
    view = views()["accessibility"](store, state)
    return BeautifulSoup(
        "".join(pane.object for pane in view.panel().select(pn.pane.HTML)), "html.parser"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_statement_names_who_answers_or_how_to_name_it(store, lang):
    bare = statement(store, lang).get_text()
    assert "JARJESTOKARTTA_RESPONSIBLE" in bare
    assert "JARJESTOKARTTA_FEEDBACK" in bare
    named = dataclasses.replace(store, responsible="<b>Esimerkki", feedback="a@esimerkki.example")
    soup = statement(named, lang)
    assert "<b>Esimerkki" in soup.get_text()
    assert "JARJESTOKARTTA" not in soup.get_text()
    assert [link["href"] for link in soup.select('a[href^="mailto"]')] == [
        "mailto:a@esimerkki.example"
    ]
    page_of_theirs = dataclasses.replace(store, feedback="https://esimerkki.example/palaute")
    assert statement(page_of_theirs, lang).select('a[href="https://esimerkki.example/palaute"]')


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_statement_has_the_parts_that_the_law_asks_for(store, lang):
    state, _ = opened_state(store, {"view": "accessibility", "lang": lang})
    view = views()["accessibility"](store, state)
    soup = BeautifulSoup(
        "".join(pane.object for pane in view.panel().select(pn.pane.HTML)), "html.parser"
    )
    words = texts(lang)
    parts = ("scope", "status", "content", "made", "feedback", "enforcement")
    asked = [words[f"accessibility.{part}_title"] for part in parts]
    assert [heading.get_text() for heading in soup.find_all("h2")] == asked
    assert len(soup.select("#limits tbody tr")) == len(view.frame())
    assert "306/2019" in soup.get_text()
    assert "Traficom" in soup.get_text()
