"""Every view, found by walking their folder: renders in three languages, has its texts."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import holoviews as hv
import pandas as pd
import panel as pn
import pytest
from bs4 import BeautifulSoup
from markupsafe import escape

from dashboards import views as views_package
from dashboards.parts.funnel import funnel_part
from dashboards.parts.seat_arch import seat_arch_part
from dashboards.parts.territory import territory_part
from dashboards.profile import profile_html
from dashboards.shell import opened_state, page
from dashboards.texts import LANGUAGES, texts
from dashboards.view import labelled
from dashboards.views import views

FOLDER = Path(views_package.__file__).parent
EVERY = [(view, lang) for view in views() for lang in LANGUAGES]


def opened(view, store, **query):
    state, notices = opened_state(store, {"view": view, **query})
    assert notices == []
    return views()[view](store, state)


def html_of(panel) -> str:
    return "\n".join(pane.object for pane in panel.select(pn.pane.HTML))


def test_every_file_of_the_folder_is_a_view_and_they_stand_in_order():
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert set(views()) == files
    orders = [view.order for view in views().values()]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize(("view", "lang"), EVERY)
def test_a_view_has_its_name_title_and_lead(view, lang):
    for part in ("name", "title", "lead"):
        assert texts(lang)[f"view.{view}.{part}"]


@pytest.mark.parametrize(("view", "lang"), EVERY)
def test_a_view_renders_without_a_browser(view, lang, store):
    panel = opened(view, store, lang=lang).panel()
    assert panel.get_root() is not None
    soup = BeautifulSoup(html_of(panel), "html.parser")
    assert soup.find("table") is not None
    assert "nan" not in soup.get_text().split()
    assert "<NA>" not in soup.get_text()
    assert "None" not in soup.get_text().split()


@pytest.mark.parametrize("view", list(views()))
@pytest.mark.parametrize("region", ["", "10", "02"])
def test_a_view_has_a_frame_for_every_region(view, region, store):
    frame = opened(view, store, region=region).frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 0


@pytest.mark.parametrize("view", list(views()))
def test_a_view_follows_every_choice_without_an_error(view, store):
    async def choose() -> None:  # the map's selection wants a running loop, as a server has
        opened_view = opened(view, store)
        opened_view.panel().get_root()
        state = opened_view.state
        for choice in set(state.CHOICES) - {"lang", "view"}:
            values = list(state.param[choice].objects)
            for value in dict.fromkeys([*values[:3], values[-1]]):
                setattr(state, choice, value)

    asyncio.run(choose())


def test_every_board_can_be_opened(store):
    view = opened("representation", store)
    for board, name in store["boards"].set_index("board_id")["name"].items():
        view.state.board = board
        assert BeautifulSoup(view._board(), "html.parser").h2.get_text() == name


def test_every_part_of_the_page_can_tell_of_a_board_of_every_kind(store):
    # Whole pages are opened in the test that follows every choice: here what each part says.
    view = opened("representation", store)
    kinds = store.boards.drop_duplicates(["level", "is_complete"])["board_id"]
    for view.state.board in kinds:
        parts = (view._indices, view._labels, view._table, view._seats)
        told = [part() for part in parts]
        told += [part(view).object for part in (seat_arch_part, territory_part, funnel_part)]
        assert all(told)
        assert "<NA>" not in "".join(told)
    assert len(kinds) > 4


def test_every_municipality_can_be_opened(store):
    state, _ = opened_state(store, {"view": "map", "lang": "sv"})
    for code, name in store.name_of("sv").items():
        state.municipality = code
        assert f"<h2>{escape(name)}</h2>" in profile_html(store, state)


def test_a_region_without_a_board_says_so(store):
    bare = dataclasses.replace(
        store,
        tables={**store.tables, "boards": store["boards"][store["boards"]["region_code"] == "02"]},
    )
    view = opened("representation", bare, region="10")
    panel = view.panel()
    assert panel.get_root() is not None
    assert texts("fi")["empty.boards"] in html_of(panel)
    assert len(view.frame()) == 0


def test_boards_of_the_same_name_stay_two_boards(store):
    boards = store["boards"]
    twin = boards[boards["board_id"] == "varha_nuva"].assign(board_id="varha_nuva_2")
    doubled = dataclasses.replace(
        store, tables={**store.tables, "boards": pd.concat([boards, twin], ignore_index=True)}
    )
    view = opened("representation", doubled, board="varha_nuva")
    view.panel()
    assert view.state.board == "varha_nuva"
    assert len(labelled(view.board_options())) == 61


def test_a_view_that_cannot_be_shown_leaves_the_page_and_a_notice(store, caplog):
    broken = dataclasses.replace(
        store, tables={**store.tables, "seats": store["seats"].drop(columns="holder")}
    )
    for view in views():
        words = page(broken, {"view": view})._render_variables["page"]
        assert words["heading"] == texts("fi")[f"view.{view}.title"]
    assert any("jarjestokartta check" in notice for notice in words_of(broken, "representation"))
    assert "@" not in caplog.text


def words_of(store, view) -> list[str]:
    return page(store, {"view": view})._render_variables["page"]["notices"]


def test_a_tap_on_a_municipality_outside_the_region_changes_nothing(store):
    view = opened("map", store, region="10", municipality="740")
    view.panel()
    view._map.municipality = "853"  # Turku
    assert view.state.municipality == view._map.municipality == "740"
    view._map.municipality = "178"
    assert view.state.municipality == "178"


def test_the_map_and_the_state_follow_each_other(store):
    view = opened("map", store)
    view.panel()
    view._map.theme = "premises"
    view._map.form = "tiles"
    assert (view.state.theme, view.state.form) == ("premises", "tiles")
    view.state.theme = "grants"
    assert view._map.theme == "grants"
    view.state.region = "10"
    assert len(view._map.active) == 11


def test_profiles_show_liaisons_and_no_other_view_does(store):
    names = set(store["liaisons"]["person_name"])
    for view in views():
        text = html_of(opened(view, store).panel())
        assert not any(name in text for name in names)
    shown = html_of(opened("map", store, municipality="740").panel())
    assert any(name in shown for name in names)


def test_a_page_of_an_empty_address_has_the_first_view_in_finnish(store):
    template = page(store, {})
    words = template._render_variables["page"]
    assert template._render_variables["lang"] == "fi"
    assert words["heading"] == texts("fi")["view.start.title"]


def test_a_hostile_address_is_escaped_in_the_page(store):
    words = page(store, {"region": "<script>alert(1)</script>"})._render_variables["page"]
    assert "<script>" in words["notices"][0]  # as text; the template escapes it
    body = (Path(views_package.__file__).parents[1] / "templates" / "page.html").read_text()
    assert "{{ notice | e }}" in body


def test_the_chart_draws_no_bar_where_it_is_not_known_whether_a_group_has_a_seat(store):
    # Of YhES 2023-2026 one seat with named groups is known: long-term ill and informal carers.
    view = opened("representation", store, board="yhes_2023")
    seats, _reference = hv.renderer("bokeh").get_plot(view._bars()).subplots.values()
    assert list(seats.handles["source"].data["right"]) == [50.0, 50.0]
