"""Every table's Python gives the rows that the page shows: each snippet is run."""

from __future__ import annotations

import dataclasses
from functools import cache

import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.filters import store_seen
from dashboards.shell import opened_state
from dashboards.snippets import SNIPPETS, snippet
from dashboards.store import Store
from dashboards.texts import texts
from dashboards.views import views

STATES = [
    {
        **{"region": "10", "board": "yhes_2023", "group": "KR1.3", "theme": "organisations"},
        "municipality": "740",
    },
    {
        **{"sharing": "neighbours", "first": "3", "weigh": "group", "sort": "unknown"},
        **{"board": "tku_vanhus_2021", "other_board": "tku_vanhus_2023"},
    },
]


LISTED = ["table", "ul", "ol", "dl"]

WORDS_ALONE = {"lab-columns", "file-kinds", "limits", "people-not-known"}
"""Tables and lists without a figure: forms, kinds of files, known limits, reasons."""


def rows_shown(listed) -> int:
    """The rows of a table with figures, or the items of a list."""
    if listed.name == "table":
        return sum(row.find("td") is not None for row in listed.select("tbody tr"))
    return len(listed.find_all(["li", "dt"], recursive=False))


@pytest.fixture(scope="module")
def panes(store):
    """The panes of a view in one of the states, each drawn once."""

    @cache
    def drawn(view: str, place: int) -> list[BeautifulSoup]:
        state, notices = opened_state(store, {"view": view, **STATES[place]})
        assert notices == []
        kind = views()[view]
        panel = kind(store_seen(store, state, kind), state).panel()
        return [BeautifulSoup(pane.object, "html.parser") for pane in panel.select(pn.pane.HTML)]

    return drawn


@pytest.mark.parametrize("place", range(len(STATES)))
@pytest.mark.parametrize("view", list(views()))
def test_a_snippet_gives_as_many_rows_as_its_table_shows(store, panes, view, place, monkeypatch):
    monkeypatch.setattr(Store, "open", lambda **_: store)
    for pane in panes(view, place):
        names = [part["id"] for part in pane.find_all(LISTED) if part.get("id") in SNIPPETS]
        codes = [part.code.get_text() for part in pane.select("details.address")]
        assert len(names) == len(codes)
        for name, code in zip(names, codes, strict=True):
            result: dict = {}
            exec(code, result)  # noqa: S102 - our own lines
            assert len(result["rows"]) == rows_shown(pane.find(id=name)), (name, code)


def test_every_snippet_belongs_to_a_table_of_some_view(panes):
    shown = {
        part.get("id")
        for view in views()
        for place in range(len(STATES))
        for pane in panes(view, place)
        for part in pane.find_all(LISTED)
    }
    assert set(SNIPPETS) - shown == set()


def test_every_table_and_named_list_with_figures_has_a_snippet(panes):
    shown = {
        part.get("id") or part.name
        for view in views()
        for place in range(len(STATES))
        for pane in panes(view, place)
        for part in pane.find_all(LISTED)
        if part.get("id") or part.name == "table"
    }
    assert shown - set(SNIPPETS) == WORDS_ALONE


def test_several_addresses_of_one_part_say_whose_each_is(panes):
    [pane] = [pane for pane in panes("map", 0) if pane.find(id="similar")]
    told = [part.get_text() for part in pane.select("details.address summary")]
    assert len(set(told)) == len(told) == 3
    assert told[-1].endswith(texts("fi")["similar.title"])


def test_a_snippet_follows_the_filters(store):
    state, _ = opened_state(store, {"evidence": "4", "reach": "regional", "region": "10"})
    said = snippet("zeros", state)
    assert "Store.open().seen(evidence='4', reach='regional')" in said
    assert "store.chosen('10')" in said


def test_a_hostile_name_is_no_code(store):
    # Only choices of lists stand in a snippet, and as quoted text.
    boards = store["boards"].assign(board_id="x'); import os; ('")
    hostile = dataclasses.replace(store, tables={**store.tables, "boards": boards.head(1)})
    state, _ = opened_state(hostile, {"board": "x'); import os; ('"})
    compile(snippet("representation", state), "snippet", "exec")
    assert "store.representation(\"x'); import os; ('\")" in snippet("representation", state)
