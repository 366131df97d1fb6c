"""The numbers on the page are those of the same functions, called as a notebook calls them."""

from __future__ import annotations

import pytest

from dashboards.store import Store
from dashboards.texts import number
from geo.coverage import LADDER, gap_totals, state_totals
from geo.indices import board_indices


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.open()


def test_the_legend_shows_what_state_totals_gives(visit, store):
    page = visit.open("?view=map&region=02")
    rows = store.overview[store.overview["region_code"] == "02"]
    totals = state_totals(rows["ladder"], rows["population"], order=LADDER)
    shown = page.locator("#legend tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].slice(0, 2)"
        ".map(cell => cell.innerText))"
    )
    assert shown == [
        [number(row.municipalities, "fi"), number(row.residents, "fi")]
        for row in totals.itertuples()
    ]


def test_the_gap_summary_shows_what_gap_totals_gives(visit, store):
    page = visit.open("?view=gaps&region=10&lang=en")
    rows = store.overview[store.overview["region_code"] == "10"]
    totals = gap_totals(rows, rows["population"], aged=rows["residents_65"]).set_index("part")
    summary = page.locator("#gap-summary").inner_text()
    gap = totals.loc["gap"]
    assert f"{gap['municipalities']}/11" in summary
    assert number(gap["residents"], "en") in summary
    assert number(gap["aged"], "en") in summary
    for kind in ("known_step", "no_information"):
        rows = page.locator(f"#gaps-{kind} tbody tr").count()
        assert rows == totals.loc[kind, "municipalities"]


def test_the_representation_table_shows_what_representation_gives(visit, store):
    page = visit.open("?view=representation&board=loi_vammais_2021&lang=en")
    frame = store.representation("loi_vammais_2021")
    cells = page.locator("#representation tbody tr td:nth-child(3)").all_inner_texts()
    assert cells == [number(seats, "en", decimals=1) for seats in frame["seats"]]
    figures = board_indices(frame)
    shown = page.locator("#indices").inner_text()
    assert number(figures.rose, "en", decimals=2) in shown
    assert number(figures.gallagher, "en", decimals=2) in shown


def test_the_sources_view_counts_the_rows_of_every_table(visit, store):
    page = visit.open("?view=sources&lang=en")
    cells = page.locator("#tables tbody tr td:nth-child(2)").all_inner_texts()
    assert cells == [number(len(frame), "en") for frame in store.tables.values()]
