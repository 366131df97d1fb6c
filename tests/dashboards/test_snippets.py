"""Every table's Python gives the rows that the page shows: each snippet is run."""

from __future__ import annotations

import dataclasses

import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.shell import opened_state
from dashboards.snippets import SNIPPETS, snippet
from dashboards.store import Store
from dashboards.views import views

STATES = [
    {"region": "10", "board": "yhes_2023", "group": "KR1.3", "theme": "organisations"},
    {"sharing": "neighbours", "first": "3", "weigh": "group", "sort": "unknown"},
]


def panes(store, view, query) -> list[BeautifulSoup]:
    state, notices = opened_state(store, {"view": view, **query})
    assert notices == []
    panel = views()[view](store, state).panel()
    return [BeautifulSoup(pane.object, "html.parser") for pane in panel.select(pn.pane.HTML)]


@pytest.mark.parametrize("query", STATES)
@pytest.mark.parametrize("view", list(views()))
def test_a_snippet_gives_as_many_rows_as_its_table_shows(store, view, query, monkeypatch):
    monkeypatch.setattr(Store, "open", lambda **_: store)
    for pane in panes(store, view, query):
        names = [table["id"] for table in pane.find_all("table") if table.get("id") in SNIPPETS]
        codes = [part.code.get_text() for part in pane.select("details.address")]
        assert len(names) == len(codes)
        for name, code in zip(names, codes, strict=True):
            result: dict = {}
            exec(code, result)  # noqa: S102 - our own lines
            shown = [
                row for row in pane.find(id=name).select("tbody tr") if row.find("td") is not None
            ]
            assert len(result["rows"]) == len(shown), (name, code)


def test_every_snippet_belongs_to_a_table_of_some_view(store):
    shown = {
        table.get("id")
        for view in views()
        for pane in panes(store, view, {"board": "yhes_2023"})
        for table in pane.find_all("table")
    }
    assert set(SNIPPETS) - shown == set()


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
