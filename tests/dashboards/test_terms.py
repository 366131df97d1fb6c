"""Two boards side by side on the page: what may be chosen, and what is said of the two."""

from __future__ import annotations

import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.parts.terms import other_boards, terms_part
from dashboards.shell import opened_state
from dashboards.texts import LANGUAGES, text
from dashboards.views.representation import RepresentationView


def opened(store, **query: str) -> tuple[RepresentationView, pn.Column]:
    state, notices = opened_state(store, {"view": "representation", **query})
    assert notices == []
    view = RepresentationView(store, state)
    return view, terms_part(view)


def shown(part: pn.Column) -> BeautifulSoup:
    html = "\n".join(pane.object for pane in part.select(pn.pane.HTML))
    return BeautifulSoup(html, "html.parser")


def rows(soup: BeautifulSoup, table: str) -> list[list[str]]:
    return [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]
        for row in soup.select(f"#{table} tbody tr")
    ]


def test_other_terms_of_the_body_come_first_then_boards_of_the_same_level(store):
    view, _ = opened(store, board="tku_vanhus_2021")
    options = list(other_boards(view))
    assert options[:3] == ["", "tku_vanhus_2023", "tku_vanhus_2019"]
    levels = store["boards"].set_index("board_id")["level"]
    assert set(levels[options[1:]]) == {"municipality"}
    assert len(options) == len(set(options)) == (levels == "municipality").sum()
    assert "tku_vanhus_2021" not in options


def test_nothing_is_compared_until_a_board_is_chosen(store):
    _, part = opened(store, board="yhes_2023")
    assert shown(part).find("table") is None


def test_two_terms_stand_in_order_of_time_whichever_is_chosen(store):
    for board, other in (("yhes_2023", "yhes_2019"), ("yhes_2019", "yhes_2023")):
        _, part = opened(store, board=board, other_board=other)
        names = [item.get_text(strip=True) for item in shown(part).select(".terms-pair li")]
        assert "ensimmäinen kausi" in names[0]
        assert "2023-2026" in names[1]


def test_on_boards_not_known_in_full_nobody_is_said_to_have_left(store):
    # seats.csv: Etelä-Savon Liikunta sits on both; of the others nothing is known.
    _, part = opened(store, board="yhes_2023", other_board="yhes_2019", lang="en")
    changes = {row[0]: row[1:] for row in rows(shown(part), "terms-organisations")}
    assert changes["Etelä-Savon Liikunta ry"] == ["stayed", "1", "1"]
    assert changes["Sasy ry"] == ["not known, not seen in term 2", "1", "–"]
    assert not {"left", "came"} & {change[0] for change in changes.values()}
    counts = text("terms.body.counts", "en", stayed="1", left="0", came="0", unknown="5")
    assert counts in shown(part).get_text()
    assert text("terms.groups_incomplete", "en") in shown(part).get_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_possible_seat_is_not_said_to_be_unseen(store, lang):
    # yhes_2019 has rows of fields, as of pensioners, of which the number of seats is not known.
    _, part = opened(store, board="yhes_2023", other_board="yhes_2019", lang=lang)
    soup, names = shown(part), store.group_names(lang)
    groups = {row[0]: row[1:] for row in rows(soup, "terms-groups")}
    old, homeless = names["KR1.1"], names["X.asunnottomat"]
    assert groups[old][:3] == [
        text("terms.body.possible", lang),
        text("terms.possible", lang),
        "–",
    ]
    assert text("terms.possible_note", lang) in soup.get_text()
    note = next(p.get_text() for p in soup.select("p.note") if homeless in p.get_text())
    assert old not in note
    assert homeless not in groups


def test_two_complete_boards_have_changes_in_seats(store):
    # rai_vammais_2021: nine NGO seats; rai_vanhus_2023: five of pensioners.
    _, part = opened(store, board="rai_vammais_2021", other_board="rai_vanhus_2023", lang="en")
    soup = shown(part)
    assert text("terms.pair.lead", "en") in soup.get_text()
    groups = {row[0]: row for row in rows(soup, "terms-groups")}
    assert groups["Older people"][1:5] == ["only 2", "0.0", "5.0", "+5.0"]
    assert groups["Disabled people"][1:5] == ["only 1", "5.0", "0.0", "−5.0"]
    assert text("terms.groups_incomplete", "en") not in soup.get_text()


def test_a_board_of_another_level_is_taken_back_and_told(store):
    view, part = opened(store, board="yhes_2023", other_board="rai_vammais_2021")
    assert view.state.other_board == ""
    name = store["boards"].set_index("board_id").loc["rai_vammais_2021", "name"]
    assert text("terms.dropped", "fi", board=name) in shown(part).get_text()
    view.state.other_board = "yhes_2019"
    assert text("terms.dropped", "fi", board=name) not in shown(part).get_text()


def test_a_change_of_board_keeps_a_comparison_that_still_makes_sense(store):
    view, part = opened(store, board="yhes_2023", other_board="yhes_2019")
    picker = part.select(pn.widgets.Select)[0]
    view.state.board = "vs_sote_nk"  # a region's board too
    assert (view.state.other_board, picker.value) == ("yhes_2019", "yhes_2019")
    assert text("terms.pair.lead", "fi") in shown(part).get_text()
    view.state.board = "yhes_2019"  # never with itself
    assert (view.state.other_board, picker.value) == ("", "")
    view.state.board = "rai_vammais_2021"
    picker.value = "rai_vanhus_2023"
    assert view.state.other_board == "rai_vanhus_2023"
    view.state.board = "yhes_2023"
    assert (view.state.other_board, picker.value) == ("", "")
    assert shown(part).find("table") is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_board_without_rows_compares_in_every_language(store, lang):
    _, part = opened(store, board="tku_vanhus_2023", other_board="tku_vanhus_2019", lang=lang)
    assert text("terms.organisations_empty", lang) in shown(part).get_text()
    assert text("terms.groups_empty", lang) in shown(part).get_text()
