"""The sensitivity of the gaps on the page: words, cells and sums, for the embedded data."""

from __future__ import annotations

import dataclasses

import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.parts.sensitivity import sensitive_rows, sensitivity_part
from dashboards.phrases import sensitivity_badge
from dashboards.profile import profile_html
from dashboards.shell import opened_state
from dashboards.views import views


def opened(store, **query):
    state, notices = opened_state(store, {"view": "gaps", **query})
    assert notices == []
    return views()["gaps"](store, state)


def soup_of(view) -> BeautifulSoup:
    panes = sensitivity_part(view).select(pn.pane.HTML)
    return BeautifulSoup("\n".join(pane.object for pane in panes), "html.parser")


def rows_of(soup: BeautifulSoup, table: str) -> list[list[str]]:
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in soup.select(f"#{table} tbody tr")
    ]


def test_the_part_has_a_row_per_municipality_most_gaps_first(store):
    rows = rows_of(soup_of(opened(store)), "sensitivity")
    assert len(rows) == 38
    gaps = [int(row[1].split()[1].split("/")[0]) for row in rows]
    assert gaps == sorted(gaps, reverse=True)
    # Of those with 16 of 16 Lieto has most residents (20 497); no step of its ladder is known.
    assert rows[0] == [
        "Lieto",
        "Katvealue 16/16 tulkinnassa",
        "ei mikään",
        "20 497",
        "Ei tietoa",
    ]


def test_the_part_follows_the_region(store):
    view = opened(store, region="10")
    part = sensitivity_part(view)
    assert len(sensitive_rows(view)) == 11
    view.state.region = "02"
    soup = BeautifulSoup(part.select(pn.pane.HTML)[1].object, "html.parser")
    assert len(rows_of(soup, "sensitivity")) == 27


def test_each_bar_has_sixteen_cells_and_says_the_same_in_words(store):
    soup = soup_of(opened(store))
    for row in soup.select("#sensitivity tbody tr"):
        gap, other, dots = (path["d"] for path in row.find_all("path"))
        gaps = int(row.td.get_text().split()[1].split("/")[0])
        assert gap.count("M") == gaps
        assert gap.count("M") + other.count("M") == 16
        assert dots == ""
        said = row.svg["aria-label"].removeprefix("Katvealue tulkinnoissa ").removesuffix(".")
        assert counted(said) == gaps


def counted(ranges: str) -> int:
    if ranges == "–":
        return 0
    ends = [part.split("–") for part in ranges.split(", ")]
    return sum(int(end[-1]) - int(end[0]) + 1 for end in ends)


def test_a_municipality_that_needs_a_model_is_a_gap_in_readings_1_to_4_and_9_to_12(store):
    # Mäntyharju has a fresh structure and enough organisations by every count, so it is a gap
    # exactly where a model is needed: the first half of either row.
    soup = soup_of(opened(store))
    row = next(row for row in soup.select("#sensitivity tbody tr") if row.th.text == "Mäntyharju")
    assert row.svg["aria-label"] == "Katvealue tulkinnoissa 1–4, 9–12."
    assert "riittävä taso (8/8)" in row.get_text()


def test_the_sums_are_of_all_municipalities_of_the_region(store):
    # Hirvensalmi (2 091) is the only one of Etelä-Savo's 11 without a step, and Kangasniemi
    # (5 154) has one local organisation: too few however it is counted. Mikkeli's model is stale,
    # so that no municipality there is free of gaps in every reading: 130 451 - 7 245.
    lines = [
        line.get_text()
        for line in soup_of(opened(store, region="10")).select("#sensitivity-verdicts li")
    ]
    assert lines == [
        "Katvealue kaikissa tulkinnoissa: 2 kuntaa (7\u00a0245 asukasta).",
        "Riippuu tulkinnasta: 9 kuntaa (123\u00a0206 asukasta).",
        "Ei katvealue missään tulkinnassa: 0 kuntaa (0 asukasta).",
    ]


def test_the_readings_are_listed_with_their_gaps(store):
    view = opened(store, lang="en")
    rows = rows_of(soup_of(view), "readings")
    assert [row[0] for row in rows] == [str(number) for number in range(1, 17)]
    assert rows[0][1:5] == [
        *("counted", "documented model", "working in the municipality", "per 10,000 residents")
    ]
    # Every gap of every municipality stands in one of the rows.
    assert sum(int(row[5]) for row in rows) == sensitive_rows(view)["gaps"].sum()


def test_what_is_not_known_is_said_and_has_its_own_cell(store):
    # Without a population the eight readings per head are open for Rusko, whose model is fresh.
    towns = store["municipalities"].copy()
    towns.loc[towns["municipality_code"] == "704", "population"] = None
    bare = dataclasses.replace(store, tables={**store.tables, "municipalities": towns})
    soup = soup_of(opened(bare))
    row = next(row for row in soup.select("#sensitivity tbody tr") if row.th.text == "Rusko")
    assert "Katvealue 0/8 tulkinnassa, 8 tulkinnassa ei tiedetä" in row.get_text()
    assert row.svg["aria-label"] == (
        "Katvealue tulkinnoissa –. Ei tiedetä tulkinnoissa 1, 3, 5, 7, 9, 11, 13, 15."
    )
    assert row.find_all("path")[2]["d"].count("M") == 8
    # Nor are then the heads of its region, so that readings of regional reach are open there.
    assert "Ei voi sanoa, koska tietoja puuttuu" in soup.get_text()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fi", "Katvealue 8/16 tulkinnassa. Tuloksen kääntää useimmin: riittävä taso (8/8)."),
        (
            "sv",
            "Täckningslucka i 8 av 16 tolkningar. "
            "Resultatet vänds oftast av: tillräckligt steg (8/8).",
        ),
        (
            "en",
            "Gap in 8 of 16 readings. What flips the result most often: sufficient step (8/8).",
        ),
    ],
)
def test_the_badge_says_how_many_and_what_flips(store, lang, said):
    assert sensitivity_badge(store, "507", lang) == said


def test_the_badge_of_one_that_nothing_flips_names_nothing(store):
    assert sensitivity_badge(store, "097", "en") == "Gap in 16 of 16 readings."


def test_the_profile_bears_the_badge(store):
    state, _ = opened_state(store, {"view": "map", "municipality": "507", "lang": "sv"})
    profile = BeautifulSoup(profile_html(store, state), "html.parser")
    badge = profile.find(id="profile-sensitivity").get_text()
    assert badge == sensitivity_badge(store, "507", "sv")


def test_a_hostile_name_is_escaped(store):
    towns = store["municipalities"].assign(name_fi="<img src=x onerror=alert(1)>")
    hostile = dataclasses.replace(store, tables={**store.tables, "municipalities": towns})
    soup = soup_of(opened(hostile))
    assert soup.find("img") is None
    assert "<img" in soup.select_one("#sensitivity tbody th").get_text()
