"""The representation view: missing groups before all else, indices in words, labels."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.shell import opened_state
from dashboards.texts import LANGUAGES, number, text
from dashboards.views.representation import RepresentationView


def opened(store, board: str, lang: str = "en") -> RepresentationView:
    state, _ = opened_state(store, {"view": "representation", "board": board, "lang": lang})
    return RepresentationView(store, state)


def shown(store, board: str, lang: str = "en") -> BeautifulSoup:
    panel = opened(store, board, lang).panel()
    html = "\n".join(pane.object for pane in panel.select(pn.pane.HTML))
    return BeautifulSoup(html, "html.parser")


def test_missing_groups_come_before_the_arch_with_the_number_of_their_organisations(store):
    # Raisio: of the groups without a seat older people and immigrants have organisations there.
    soup = shown(store, "rai_vammais_2021")
    groups = "Older people (5), Immigrants and multicultural communities (1)"
    said = text("mirror.served", "en", groups=groups)
    assert said in soup.select_one("#board").get_text()
    whole = str(soup)
    assert whole.index(said) < whole.index('role="img"')


def test_indices_are_said_in_words(store):
    # Loimaa: n = 7, s - r = -0.1518, 0.1161, 0.0179, 0.0179; R = 1 - 0.1518, n (1 - R) = 1.0625.
    words = shown(store, "loi_vammais_2021").select_one("#indices").get_text(" ", strip=True)
    assert text("mirror.moved", "en", moved="1.1", count=7) in words
    assert number(1 - 0.151786, "en", decimals=2) in words
    assert text("mirror.nominees", "en") in words
    # Dues of 7 seats 3.0625, 2.1875, 0.875, 0.875: dealt 3, 2, 1, 1, off by 0.0625 + 0.1875.
    assert number(0.25, "en", decimals=1) == "0.2"
    assert text("mirror.best", "en", best="0.2") in words


def test_a_board_that_cannot_be_measured_gives_no_figures(store):
    words = shown(store, "vs_sote_nk").select_one("#indices").get_text(" ", strip=True)
    assert text("indices.none", "en") in words
    assert text("mirror.nominees", "en") in words


def test_a_board_not_known_in_full_is_not_said_to_be_better_or_worse(store):
    # yhes_2023: one speaking seat is known of 18.
    words = shown(store, "yhes_2023").select_one("#indices").get_text(" ", strip=True)
    assert "cannot be said to be better or worse" in words
    assert "mirrors the area" not in words
    # Loimaa is known in full.
    words = shown(store, "loi_vammais_2021").select_one("#indices").get_text(" ", strip=True)
    assert "the board mirrors the area better." in words
    assert text("mirror.split", "en") in words


@pytest.mark.parametrize("board", ["loi_vammais_2021", "vs_sote_nk"])
def test_a_board_for_one_group_is_not_to_be_read_as_one_for_all(store, board):
    soup = shown(store, board)
    for place in ("#board", "#indices"):
        assert text("mirror.purpose", "en") in soup.select_one(place).get_text()


def test_a_model_without_target_groups_still_has_a_view(store):
    groups = [name for name in store.tables if name.endswith("target_groups")]
    assert len(groups) == 4
    empty = {name: store.tables[name].iloc[:0] for name in groups}
    bare = dataclasses.replace(store, tables={**store.tables, **empty})
    soup = shown(bare, "loi_vammais_2021")
    assert text("indices.none", "en") in soup.select_one("#indices").get_text()
    assert not {"nan", "None", "<NA>"} & set(soup.get_text().split())


def test_whole_seats_stand_beside_their_parts(store):
    soup = shown(store, "loi_vammais_2021")
    cells = {
        row.th.get_text(): [cell.get_text() for cell in row.find_all("td")]
        for row in soup.select("#representation tbody tr")
    }
    # Two of the seven seats speak for the ill and for the disabled: parts 2 and 3, whole 3 and 4.
    assert cells["People with long-term illnesses"][1:3] == ["2.0", "3"]
    assert cells["Disabled people"][1:3] == ["3.0", "4"]
    words = soup.select_one("#labels").get_text(" ", strip=True)
    assert text("labels.totals", "en", count=7, labels="9") in words
    assert text("labels.sure", "en", seated="4", total="14", share="29%") in words


def test_coverage_of_a_board_not_known_in_full_lies_between_two_shares(store):
    words = shown(store, "yhes_2023").select_one("#labels").get_text(" ", strip=True)
    said = text("labels.between", "en", seated="2", total="14", least="14%", most="100%")
    assert said in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ids_are_unique_and_headings_in_order(store, lang):
    state, _ = opened_state(
        store,
        {"view": "representation", "board": "yhes_2023", "other_board": "yhes_2019", "lang": lang},
    )
    panel = RepresentationView(store, state).panel()
    html = "\n".join(pane.object for pane in panel.select(pn.pane.HTML))
    soup = BeautifulSoup(html, "html.parser")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    levels = [int(tag.name[1]) for tag in soup.find_all(["h2", "h3", "h4"])]
    assert levels[0] == 2
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.caption and table.th for table in soup.find_all("table"))
    assert not {"nan", "None", "<NA>", "inf"} & set(soup.get_text().split())
