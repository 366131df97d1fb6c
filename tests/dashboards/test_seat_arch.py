"""The arch of seats: places, and what it shows of each kind of seat."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from dashboards.group_marks import EMPTY_COLOR, OTHER_COLOR
from dashboards.parts.seat_arch import MOST_DOTS, RADIUS, arch_places, seat_arch
from dashboards.shell import opened_state
from dashboards.texts import text
from dashboards.views.representation import RepresentationView


def opened(store, board: str, lang: str = "fi") -> RepresentationView:
    state, _ = opened_state(store, {"view": "representation", "board": board, "lang": lang})
    return RepresentationView(store, state)


def drawn(store, board: str, lang: str = "fi") -> BeautifulSoup:
    return BeautifulSoup(seat_arch(opened(store, board, lang)), "html.parser")


def with_boards(store, **changes) -> object:
    boards = store["boards"].copy()
    is_one = boards["board_id"] == "loi_vammais_2021"
    for column, value in changes.items():
        boards.loc[is_one, column] = value
    return dataclasses.replace(store, tables={**store.tables, "boards": boards})


@pytest.mark.parametrize("seats", [0, 1, 2, 3, 7, 10, 19, 36, 75, 200, MOST_DOTS])
def test_arch_places_gives_every_seat_its_place_and_none_lies_on_another(seats):
    places = np.array(arch_places(seats)).reshape(-1, 2)
    assert len(places) == seats
    assert (places[:, 1] <= 1e-6).all()  # above the foot
    if seats > 1:
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        np.fill_diagonal(apart, math.inf)
        assert apart.min() > 2 * RADIUS
        assert places[:, 0].sum() == pytest.approx(0, abs=1e-6)  # the same on both sides


def test_arch_places_of_one_seat_is_the_top():
    [(x, y)] = arch_places(1)
    assert x == pytest.approx(0, abs=1e-6)
    assert y < 0


def test_the_arch_has_a_dot_for_every_seat_with_the_letters_of_its_groups(store):
    # seats.csv: seven seats of NGOs; carers in the chair, muscle diseases and neurology are both
    # ill and disabled, sight and hearing disabled, lungs ill, Savikki mental health.
    soup = drawn(store, "loi_vammais_2021")
    dots = soup.select("svg[role=img] g.dot")
    letters = ["".join(part.text for part in dot.find_all("text")) for dot in dots]
    assert sorted(letters) == sorted(["P", "PV", "PV", "V", "V", "O", "M"])
    key = [item.get_text(" ", strip=True) for item in soup.select(".arch-key li")]
    assert [re.sub(r"\s+", " ", item) for item in key] == [
        "P Pitkäaikaissairaat (3)",
        "V Vammaiset (4)",
        "O Omaishoitajat (1)",
        "M Mielenterveyskuntoutujat (1)",
        text("role.chair", "fi"),
    ]
    svg = soup.select_one("svg[role=img]")
    assert svg["aria-labelledby"] == svg.title["id"]
    assert svg["aria-describedby"] == soup.figcaption["id"]
    assert text("arch.not_counted", "fi", count=1) in soup.get_text()  # the secretary


def test_the_chair_alone_has_a_ring(store):
    soup = drawn(store, "loi_vammais_2021")
    ringed = [
        dot.title.text for dot in soup.select("g.dot") if dot.select('circle[stroke-width="2.4"]')
    ]
    assert ringed == ["Loimaan seudun Omaishoitajat ja Läheiset: Omaishoitajat"]


def test_seats_known_only_by_number_are_dotted_and_those_of_others_grey(store):
    # yhes_2023: 19 seats; two NGO rows and one municipal: 16 without a row.
    soup = drawn(store, "yhes_2023")
    assert len(soup.select("g.dot")) == 19
    assert len(soup.select("g.dot circle[stroke-dasharray]")) == 16
    assert len(soup.select(f'g.dot circle[fill="{OTHER_COLOR}"]')) == 1
    assert f"{text('arch.numbered', 'fi')} (16)" in soup.get_text()


def test_a_board_with_only_a_number_of_ngo_seats_shows_these(store):
    assert len(drawn(store, "tku_vanhus_2023").select("g.dot")) == 6


def test_a_holder_not_shown_is_hollow_with_a_question_mark(store):
    # lai_vanhus: six rows, one of them a chair without an organisation.
    soup = drawn(store, "lai_vanhus")
    [unknown] = [dot for dot in soup.select("g.dot") if dot.find("text").text == "?"]
    assert unknown.select_one(f'circle[fill="{EMPTY_COLOR}"]') is not None


def test_rows_that_may_be_several_seats_are_told_and_not_drawn(store):
    soup = drawn(store, "yhes_2019")
    assert len(soup.select("g.dot")) == 18  # of 22 rows six count; 18 seats in all
    assert text("arch.possible", "fi", count=14) in soup.get_text()


def test_a_board_of_which_nothing_is_known_says_so(store):
    soup = drawn(store, "varha_nuva", "sv")
    assert soup.svg is None
    assert text("arch.none", "sv") in soup.get_text()


def test_a_board_of_more_seats_than_can_be_drawn_says_so(store):
    huge = with_boards(store, seats_total=10**9)
    soup = drawn(huge, "loi_vammais_2021")
    assert soup.svg is None
    assert (
        text("arch.too_many", "fi", n="1\u00a0000\u00a0000\u00a0000", most="400") in soup.get_text()
    )


def test_a_hostile_name_stays_text(store):
    hostile = '"><script>alert(1)</script>'
    seats = store["seats"].assign(organisation_name=hostile)
    spoilt = dataclasses.replace(
        with_boards(store, name=hostile),
        tables={**with_boards(store, name=hostile).tables, "seats": seats},
    )
    soup = drawn(spoilt, "loi_vammais_2021")
    assert soup.script is None
    assert hostile in soup.select_one("g.dot").title.text
