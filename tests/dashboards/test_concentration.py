"""Organisations on several boards on the page: terms of one body are one."""

from __future__ import annotations

import dataclasses

from bs4 import BeautifulSoup

from dashboards.parts.concentration import concentration_part
from dashboards.shell import opened_state
from dashboards.texts import text
from dashboards.views.representation import RepresentationView


def shown(store, lang: str = "en", region: str = "") -> BeautifulSoup:
    state, _ = opened_state(store, {"view": "representation", "region": region, "lang": lang})
    return BeautifulSoup(concentration_part(RepresentationView(store, state)).object, "html.parser")


def test_only_seats_on_several_bodies_are_listed(store):
    # seats.csv, by eye: Etelä-Savon Liikunta and Varsinais-Suomen Kylät sit on two terms of one
    # body and Yhdessä-yhdistys is a deputy on one of two boards; these four are on two
    # public bodies. Folkhälsan's second is the board of VSLJ, an association.
    soup = shown(store)
    names = [row.th.get_text() for row in soup.select("#concentration tbody tr")]
    assert names == [
        "Pieksämäen alueen sosiaali- ja terveysalan järjestöjen tuki, PAISTE ry",
        "Sasy ry",
        "Savonlinnan Seudun Kolomonen ry",
        "Vakka-Suomen Invalidit ry",
    ]
    assert text("concentration.ever", "en", count=4) in soup.get_text()
    # None of the four has two of its boards in a term that may still run.
    assert text("concentration.several", "en", count=0) in soup.get_text()


def test_an_associations_own_board_is_left_out_and_counted(store):
    # boards.csv: vslj_hallitus_2025 (Varsinais-Suomi, 02) alone is not public.
    said = text("concentration.left_out", "en", count=1)
    assert said in shown(store).get_text()
    assert said in shown(store, region="02").get_text()
    assert "Left out" not in shown(store, region="10").get_text()


def test_the_region_bounds_what_is_counted(store):
    soup = shown(store, region="10")
    assert len(soup.select("#concentration tbody tr")) == 3
    assert "South Savo" in soup.get_text()


def test_a_region_without_boards_has_no_figures(store):
    boards = store["boards"]
    bare = dataclasses.replace(
        store, tables={**store.tables, "boards": boards[boards["region_code"] == "02"]}
    )
    soup = shown(bare, "sv", region="10")
    assert text("concentration.empty", "sv") in soup.get_text()
    assert "Laakso" not in soup.get_text()
    assert not {"None", "nan", "<NA>"} & set(soup.get_text().split())
