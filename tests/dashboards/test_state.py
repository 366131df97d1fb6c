"""The state: what an address may say, and what it may not."""

from __future__ import annotations

import pytest

from dashboards.shell import opened_state
from dashboards.state import State


@pytest.fixture
def state() -> State:
    state = State()
    state.allow(
        region=["", "10", "02"],
        municipality=["", "740"],
        view=["map", "gaps"],
        theme=["ladder", "premises"],
    )
    return state


def test_the_address_of_an_untouched_state_is_empty(state):
    assert state.query() == "?"


def test_an_address_is_read_and_written_back_the_same(state):
    assert state.read({"region": "10", "view": "gaps", "lang": "sv"}) == []
    assert state.query() == "?lang=sv&view=gaps&region=10"


def test_query_with_changes_leaves_the_state_as_it_is(state):
    assert state.query(view="gaps") == "?view=gaps"
    assert state.view == "map"


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [("region", "1", "10"), ("theme", "ladderr", "ladder"), ("lang", "de", ""), ("x", "1", "")],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(state, name, value, near):
    before = state.query()
    [(told, said, offered)] = state.read({name: value})
    assert (told, said) == (name, value)
    assert offered == near
    assert state.query() == before


def test_a_very_long_value_is_cut_in_the_notice(state):
    [(_, said, _)] = state.read({"region": "9" * 10_000})
    assert len(said) == 80


def test_a_choice_that_is_no_longer_allowed_falls_back_to_the_first(state):
    state.region = "10"
    state.allow(region=["", "02"])
    assert state.region == ""


def test_opened_state_takes_what_the_tables_hold(store):
    state, notices = opened_state(store, {"municipality": "740", "region": "10"})
    assert notices == []
    assert (state.municipality, state.region, state.view) == ("740", "10", "start")
    assert len(state.param.municipality.objects) == 39


def test_opened_state_gives_a_notice_for_each_part_it_does_not_know(store):
    _, notices = opened_state(store, {"region": "99", "board": "yhes_2032"})
    assert [notice.key for notice in notices] == ["notice.address", "notice.address_near"]
    assert notices[1].values["near"] == "yhes_2023"


def test_no_choice_of_the_state_holds_personal_data(store):
    state, _ = opened_state(store, {})
    names = set(store["liaisons"]["person_name"]) | set(store["liaisons"]["email"])
    for choice in State.CHOICES:
        assert not names & set(state.param[choice].objects)
