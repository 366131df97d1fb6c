"""The territory of boards on the page: what applies, what is known, what is said not to be."""

from __future__ import annotations

from bs4 import BeautifulSoup

from dashboards.parts.territory import territory_part
from dashboards.shell import opened_state
from dashboards.texts import text
from dashboards.views.representation import RepresentationView


def shown(store, board: str, lang: str = "fi") -> BeautifulSoup:
    state, _ = opened_state(store, {"view": "representation", "board": board, "lang": lang})
    return BeautifulSoup(territory_part(RepresentationView(store, state)).object, "html.parser")


def test_of_a_municipal_board_it_does_not_apply(store):
    soup = shown(store, "loi_vammais_2021")
    assert text("territory.municipal", "fi") in soup.get_text()
    assert soup.table is None


def test_members_are_counted_at_the_least_where_not_all_is_known(store):
    # yhes_2023: of two named organisations Etelä-Savon Liikunta is at home in Mikkeli by
    # organisation_areas.csv, the other has no municipality; 16 seats are known by number only.
    soup = shown(store, "yhes_2023", "en")
    assert "at least 1 of 11 municipalities" in soup.get_text()
    assert text("territory.without_row", "en", count=16) in soup.get_text()
    cells = {
        row.th.get_text(): [cell.get_text() for cell in row.find_all("td")]
        for row in soup.select("#territory tbody tr")
    }
    assert len(cells) == 11
    assert cells["Mikkeli"][:3] == ["Member from there", "1", "–"]
    assert cells["Juva"][:3] == ["Not known", "–", "–"]


def test_of_a_board_without_a_place_nothing_is_said_of_municipalities(store):
    soup = shown(store, "vs_sote_nk", "sv")
    assert text("territory.nowhere", "sv") in soup.get_text()
    assert "0\u00a0%" not in soup.get_text()
    assert soup.table is None
    assert text("territory.without_row", "sv", count=15) in soup.get_text()
