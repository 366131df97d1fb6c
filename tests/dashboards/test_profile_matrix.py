"""The profile matrix on the page: each cell says its state, year and doubts in words."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qsl

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from dashboards.parts.profile_matrix import matrix_rows, profile_matrix_part
from dashboards.shell import opened_state
from dashboards.state import SORTS
from dashboards.store import Store
from dashboards.texts import LANGUAGES, texts
from dashboards.view import View
from dashboards.views import views
from geo.coverage import STATES
from loaders.tables import CRITERIA

HIRVENSALMI = "097"  # no evidence of it is known


def opened(store: Store, **query: str) -> View:
    state, notices = opened_state(store, {"view": "gaps", **query})
    assert notices == []
    return views()["gaps"](store, state)


def soup_of(view: View) -> BeautifulSoup:
    return BeautifulSoup(profile_matrix_part(view)[2].object, "html.parser")


def with_evidence(store: Store, *rows: tuple[str, str, int | None]) -> Store:
    """The store with invented evidence of (criterion, answer, year) on Hirvensalmi."""
    told = store["evidence"].iloc[: len(rows)].copy()
    told["municipality_code"] = HIRVENSALMI
    told["region_code"] = pd.NA
    for name, values in zip(("criterion", "answer", "year"), zip(*rows, strict=True), strict=True):
        told[name] = pd.array(list(values), dtype=told[name].dtype)
    evidence = pd.concat([store["evidence"], told], ignore_index=True)
    return dataclasses.replace(store, tables={**store.tables, "evidence": evidence})


def row_of(soup: BeautifulSoup, name: str) -> list[Tag]:
    [row] = [row for row in soup.select("tbody tr") if row.th.get_text() == name]
    return row.find_all("td")


def said(cell: Tag) -> str:
    return cell.select_one(".unseen").get_text()


def shown(cell: Tag) -> str:
    return cell.select_one(".patch").get_text().strip()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cell_says_its_state_in_words_and_has_the_pattern_of_its_state(store, lang):
    soup = soup_of(opened(store, lang=lang))
    states = store.states.set_index(["municipality_code", "criterion"])["state"]
    codes = {name: code for code, name in store.name_of(lang).items()}
    rows = soup.select("tbody tr")
    assert len(rows) == 38
    for row in rows:
        code = codes[row.th.get_text()]
        cells = row.find_all("td")[2:10]
        for criterion, cell in zip(CRITERIA, cells, strict=True):
            state = states[(code, criterion)]
            assert said(cell).split(",")[0] == texts(lang)[f"state.{state}.name"].split(",")[0]
            assert cell.rect["fill"] == f"url(#matrix-{state})"
    patterns = {pattern["id"] for pattern in soup.select("pattern")}
    assert patterns == {f"matrix-{state}" for state in STATES}


def test_the_key_counts_every_cell_once(store):
    soup = soup_of(opened(store))
    counts = [int(item.b.get_text()) for item in soup.select("#matrix-key li")]
    assert counts == [int((store.states["state"] == state).sum()) for state in STATES]
    assert sum(counts) == 38 * 8 == 304


def test_every_line_of_the_table_has_as_many_cells(store):
    table = soup_of(opened(store)).table
    widths = {len(row.find_all(["th", "td"])) for row in table.find_all("tr")}
    assert widths == {14}  # name, residents, known, eight criteria, years, stale, disputed
    assert all(row.th["scope"] == "row" for row in table.select("tbody tr, tfoot tr"))


def test_a_cell_tells_its_year_and_marks_what_is_stale_disputed_and_undated(store):
    # Seen from 2026: 2015 is over four years old, and so is an answer without a year.
    told = with_evidence(
        store,
        ("documented_model", "yes", 2025),
        ("documented_model", "no", 2024),
        ("forum", "no", 2015),
        ("grants", "yes", None),
        ("premises", "asked_no_answer", 2026),
        ("communication", "out_of_scope", None),
    )
    view = opened(told, lang="en", region="10")
    cells = row_of(soup_of(view), "Hirvensalmi")
    model, forum, seats, _liaison, grants, premises, lived, communication = cells[2:10]
    assert (shown(model), said(model)) == ("2025≠", "Yes, 2025, sources disagree")
    assert (shown(forum), said(forum)) == ("2015*", "No, 2015, stale")
    assert (shown(seats), said(seats)) == ("", "No evidence")
    assert (shown(grants), said(grants)) == ("?*", "Yes, undated, stale")
    assert (shown(premises), said(premises)) == ("2026", "Asked, no answer, 2026")
    assert (shown(lived), said(lived)) == ("", "No evidence")
    assert (shown(communication), said(communication)) == ("", "Out of scope")
    # Known: model, forum, grants; communication cannot apply, so seven can.
    assert cells[1].get_text() == "3/7"
    # The oldest finding is of 2015, the newest of 2026; two answers stale, one disputed.
    assert [cell.get_text() for cell in cells[10:]] == ["2015–2026", "2", "1"]


def test_the_foot_tells_how_much_of_each_criterion_is_known(store):
    told = with_evidence(store, ("communication", "no", 2025), ("premises", "out_of_scope", 2025))
    known, stale, disputed = soup_of(opened(told, lang="en", region="10")).select("tfoot tr")
    # South Savo has 11 municipalities; of communication and premises nothing else is known.
    cells = [cell.get_text() for cell in known.find_all("td")]
    assert cells[9] == "1/11 (9%)"
    assert cells[7] == "0/10 (0%)"
    assert stale.th.get_text() == "Stale"
    assert [cell.get_text() for cell in disputed.find_all("td")][2:10] == ["0"] * 8


@pytest.mark.parametrize("sort", SORTS)
def test_rows_stand_in_the_chosen_order(store, sort):
    rows = matrix_rows(opened(store, sort=sort, lang="sv"))
    if sort == "name":
        assert rows["name"].tolist()[:2] == ["Aura", "Enonkoski"]
        assert rows["name"].tolist()[-1] == "Åbo"
    elif sort == "residents":
        assert rows["population"].is_monotonic_decreasing
        assert rows["name"].tolist()[0] == "Åbo"
    else:
        assert rows["unknown"].is_monotonic_decreasing
        for _, alike in rows.groupby("unknown"):
            assert alike["population"].is_monotonic_decreasing
        # Lieto is the largest of those of which nothing is known.
        assert rows["name"].tolist()[0] == "Lundo"
    assert len(rows) == 38


def test_another_order_or_region_changes_the_table(store):
    view = opened(store)
    pane = profile_matrix_part(view)[2]
    view.state.sort = "name"
    assert BeautifulSoup(pane.object, "html.parser").select_one("tbody th").get_text() == "Aura"
    view.state.region = "10"
    assert len(BeautifulSoup(pane.object, "html.parser").select("tbody tr")) == 11


def test_a_name_leads_to_the_profile_in_the_chosen_region(store):
    soup = soup_of(opened(store, region="10", lang="en"))
    address = soup.find("a", string="Juva")["href"]
    state, notices = opened_state(store, dict(parse_qsl(address.removeprefix("?"))))
    assert notices == []
    assert (state.view, state.municipality) == ("map", "178")
    assert (state.region, state.lang) == ("10", "en")


def test_a_hostile_name_is_shown_as_text(store):
    towns = store["municipalities"].copy()
    towns.loc[towns["municipality_code"] == "178", "name_fi"] = "<img src=x onerror=alert(1)>"
    spoilt = dataclasses.replace(store, tables={**store.tables, "municipalities": towns})
    html = profile_matrix_part(opened(spoilt))[2].object
    assert "<img" not in html
    assert "&lt;img" in html


def test_an_area_without_municipalities_says_so(store):
    view = opened(store)
    view.state.allow(region=["", "99"])
    view.state.region = "99"
    assert soup_of(view).get_text().strip() == texts("fi")["profile_matrix.empty"]
