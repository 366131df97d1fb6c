"""The funnel on the page: shares and steps in words, and what is left out."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dashboards.parts.funnel import funnel_part, funnel_table
from dashboards.shell import opened_state
from dashboards.texts import LANGUAGES, text
from dashboards.views.representation import RepresentationView
from geo.funnel import STAGES, funnel

OLD, YOUNG, ILL = "KR1.1", "KR1.3", "KR1.4"


def opened(store, board: str = "loi_vammais_2021", lang: str = "en") -> RepresentationView:
    state, _ = opened_state(store, {"view": "representation", "board": board, "lang": lang})
    return RepresentationView(store, state)


def told(html: str, table: str = "funnel") -> dict[str, list[str]]:
    soup = BeautifulSoup(html, "html.parser")
    return {
        row.th.get_text(): [cell.get_text() for cell in row.find_all("td")]
        for row in soup.select(f"#{table} tbody tr")
    }


def test_funnel_table_writes_steps_as_factor_and_logarithm_and_in_words(store):
    frame = funnel(
        {
            "organisations": pd.Series({OLD: 4, YOUNG: 4, ILL: pd.NA}, dtype="Float64"),
            "nominees": pd.Series({OLD: 3, YOUNG: 1, ILL: pd.NA}, dtype="Float64"),
            "elected": pd.Series({OLD: 2, YOUNG: 0}),
        }
    )
    html = funnel_table(opened(store), frame, id="other-funnel")
    cells = told(html, "other-funnel")
    # 0.75 / 0.5 = 1.5 and ln 1.5 = 0.405; 0.25 / 0.5 = 0.5 and ln 0.5 = -0.693; 1 / 0.75 = 4/3.
    assert math.log(1.5) == pytest.approx(0.405, abs=1e-3)
    assert cells["Older people"] == [
        "50.0%",
        "×\u00a01.50 (0.41)",
        "75.0%",
        "×\u00a01.33 (0.29)",
        "100.0%",
    ]
    assert cells["Young people"] == ["50.0%", "×\u00a00.50 (−0.69)", "25.0%", "falls out", "0.0%"]
    assert "People with long-term illnesses" not in cells
    words = BeautifulSoup(html, "html.parser").get_text()
    assert text("funnel.idle", "en", groups="People with long-term illnesses") in words
    assert text("funnel.falls_out", "en", stage="Seats", groups="Young people") in words
    assert "Population, Voters." in words
    assert "inf" not in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stage_has_its_words(store, lang):
    frame = funnel({stage: pd.Series({OLD: 1, YOUNG: 2}) for stage in STAGES})
    html = funnel_table(opened(store, lang=lang), frame)
    assert text("funnel.nobody_falls", lang) in html
    assert text("funnel.left_out", lang) not in html


def test_a_funnel_without_data_says_so(store):
    html = funnel_table(opened(store), funnel({"population": None}))
    assert text("funnel.empty", "en") in html


def test_the_funnel_of_a_complete_board_goes_from_residents_to_seats(store):
    html = funnel_part(opened(store)).object
    cells = told(html)
    # Loimaa: 3.5 of 8 organisations are of the ill and 2 of 7 seats: 0.4375 and 0.2857, 0.65.
    assert cells["People with long-term illnesses"] == [
        *("–", "–", "43.8%", "×\u00a00.65 (−0.43)", "28.6%")
    ]
    assert cells["Older people"][1:] == ["none known", "0.0%", "not there", "0.0%"]
    assert "Voters, Nominees." in BeautifulSoup(html, "html.parser").get_text()


def test_seats_not_known_in_full_are_left_out_of_the_funnel(store):
    for board in ("yhes_2023", "tku_vanhus_2021"):
        html = funnel_part(opened(store, board)).object
        assert text("funnel.seats_not_known", "en") in html
        assert "Voters, Nominees, Seats." in BeautifulSoup(html, "html.parser").get_text()
        assert all(len(cells) == 3 for cells in told(html).values())


def test_a_factor_of_fewer_groups_than_the_columns_comes_with_its_own_shares(store):
    # Of the old and young 60 and 40 %, of the organisations 4 and 4 of 16; of their own 8 each has
    # a half: 0.5 / 0.6 = 0.83 and ln 0.833 = -0.182. The seats rest on the same groups as those
    # organisations: 0.25 to 0.5 is 2, and nothing needs to be added.
    frame = funnel(
        {
            "population": pd.Series({OLD: 600, YOUNG: 400}),
            "organisations": pd.Series({OLD: 4, YOUNG: 4, ILL: 8}),
            "elected": pd.Series({OLD: 2, YOUNG: 1, ILL: 1}),
        }
    )
    cells = told(funnel_table(opened(store), frame))
    assert cells["Older people"] == [
        *("60.0%", "60.0% → 50.0%: ×\u00a00.83 (−0.18)", "25.0%"),
        *("×\u00a02.00 (0.69)", "50.0%"),
    ]


def test_a_stage_of_zeros_is_told_as_known(store):
    frame = funnel(
        {
            "organisations": pd.Series({OLD: 3, YOUNG: 1, ILL: 0}),
            "elected": pd.Series({OLD: 0, YOUNG: 0, ILL: 0}),
        }
    )
    html = funnel_table(opened(store), frame)
    assert told(html) == {
        "Older people": ["75.0%", "falls out", "0"],
        "Young people": ["25.0%", "falls out", "0"],
        "People with long-term illnesses": ["0.0%", "not there", "0"],
    }
    words = BeautifulSoup(html, "html.parser").get_text()
    fallen = "Older people, Young people"
    assert text("funnel.falls_out", "en", stage="Seats", groups=fallen) in words
    assert text("funnel.none_known", "en", groups="People with long-term illnesses") in words
    assert "Population, Voters, Nominees." in words


def test_no_organisation_known_is_not_said_to_be_falling_out(store):
    frame = funnel(
        {
            "population": pd.Series({OLD: 1, YOUNG: 1}),
            "organisations": pd.Series({OLD: 0, YOUNG: 1}),
        }
    )
    html = funnel_table(opened(store), frame)
    words = BeautifulSoup(html, "html.parser").get_text()
    assert told(html)["Older people"] == ["50.0%", "none known", "0.0%"]
    assert "0 of the organisations known here: Older people" in words
    assert "fall out" not in words
    assert text("funnel.nobody_falls", "en") not in words


def test_a_complete_board_whose_seats_speak_for_no_group_has_known_seats(store):
    # sote_johtoryhma_2020: one NGO seat, for everyone.
    html = funnel_part(opened(store, "sote_johtoryhma_2020")).object
    assert "Voters, Nominees." in BeautifulSoup(html, "html.parser").get_text()
    cells = told(html)
    assert len(cells) == 14
    assert cells["Older people"][-2:] == ["falls out", "0"]
