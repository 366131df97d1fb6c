"""Evidence age and reach: what they leave alone is shared, what they change every view follows."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qsl

import pandas as pd
import panel as pn
import pytest
from bs4 import BeautifulSoup
from pandas.testing import assert_series_equal

from dashboards.filters import filter_line, filters_in_use, store_seen
from dashboards.profile import profile_html
from dashboards.shell import opened_state, page
from dashboards.state import EVIDENCE_AGES
from dashboards.store import MOST_SEEN
from dashboards.texts import LANGUAGES
from dashboards.views import views

SEEN = {"evidence": "4", "reach": "regional"}


def opened(store, view, **query):
    state, notices = opened_state(store, {"view": view, **query})
    assert notices == []
    return views()[view](store_seen(store, state, views()[view]), state)


def html_of(panel):
    return BeautifulSoup(
        "\n".join(pane.object for pane in panel.select(pn.pane.HTML)), "html.parser"
    )


def test_a_store_seen_otherwise_is_made_once_and_the_whole_is_itself(store):
    part = store.seen(**SEEN)
    assert part is store.seen(**SEEN)
    assert part.seen() is store
    assert part.seen(evidence="4").seen(**SEEN) is part


def test_however_many_ways_are_asked_for_only_so_many_are_kept(store):
    whole = dataclasses.replace(store)
    first = whole.seen(evidence="2", group=store["target_groups"]["target_group_code"].iloc[0])
    for group in store["target_groups"]["target_group_code"]:
        for evidence in EVIDENCE_AGES[1:]:
            whole.seen(evidence=evidence, group=group)
    assert whole._seen.cache_info().currsize == MOST_SEEN
    # Whoever still looks at one that was let go sees what it was.
    assert first.overview["local"].equals(first.organisation_counts["local"])


def test_what_a_filter_leaves_alone_is_shared_and_not_worked_out_anew(store):
    part = store.seen(**SEEN)
    for name in ("municipalities", "records", "search_texts", "organisation_names", "boards"):
        assert getattr(part, name) is getattr(store, name)
    assert part["organisation_areas"] is store["organisation_areas"]
    assert part.analysis.neighbours is store.analysis.neighbours
    assert store.seen(evidence="4").matrix is store.matrix
    assert part.matrix is store.seen(reach="regional").matrix
    assert part.status is store.seen(evidence="4").status
    assert part.once("toy", lambda: [1], follows=()) is store.once("toy", lambda: [2])


def test_only_evidence_of_so_many_years_counts(store):
    # The store's day is in 2026: of 4 years is 2022 or later, and nothing undated.
    part = store.seen(evidence="4")
    is_recent = (store.evidence["year"] >= 2022).fillna(False)
    assert 0 < is_recent.sum() < len(store.evidence)
    kept = store.evidence[is_recent]["municipality_code"].value_counts()
    findings = part.status.set_index("municipality_code")["findings"]
    assert findings[findings > 0].to_dict() == kept.to_dict()
    assert not part.status["is_stale"].fillna(False).any()
    assert (part["county_evidence"]["year"] >= 2022).all()
    known = (part.county_states["state"] == "yes").sum()
    assert known < (store.county_states["state"] == "yes").sum()


def test_with_wider_reach_every_cell_counts_those_beside_it_and_a_reading_of_reach_stays(store):
    part = store.seen(reach="regional")
    for name in ("matrix", "organisation_counts"):
        own, wide = getattr(store, name), getattr(part, name)
        assert (own["regional"] > 0).any()
        assert_series_equal(wide["local"], own["local"] + own["regional"], check_names=False)
        assert_series_equal(wide["stated"], own["stated"])
    zeros = part.matrix["local"] == 0
    assert part.matrix.loc[~zeros, "nearest_code"].isna().all()
    assert part.analysis.gap_readings is store.analysis.gap_readings
    people = store["municipalities"].set_index("municipality_code").loc["740", "population"]
    row = part.overview.set_index("municipality_code").loc["740"]
    assert row["local_per_10k"] == pytest.approx(row["local"] * 10_000 / people)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_filter_in_use_is_said_and_can_be_cleared_alone(store, lang):
    chosen = {"region": "10", "municipality": "178", "group": "KR1.1", "reach": "regional"}
    view = opened(store, "organisations", lang=lang, evidence="2", **chosen)
    soup = BeautifulSoup(filter_line(view).object, "html.parser")
    assert [part.get_text() for part in soup.find_all("b")][1] == "Juva"
    links = soup.find_all("a")
    assert len(links) == 4 + 1  # the age of evidence changes nothing here, and is not told
    for name, link in zip(chosen, links, strict=False):
        query = dict(parse_qsl(link["href"].removeprefix("?")))
        kept = {other: value for other, value in chosen.items() if other != name}
        assert {key: query.get(key) for key in chosen} == {name: None} | kept
        assert query["evidence"] == "2"
    everything = dict(parse_qsl(links[-1]["href"].removeprefix("?")))
    assert not set(chosen) & set(everything)
    assert everything["evidence"] == "2"


def test_the_line_follows_the_region_and_is_empty_without_a_filter(store):
    view = opened(store, "map")
    line = filter_line(view)
    assert line.object == ""
    view.state.region = "10"
    assert "Etelä-Savo" in line.object


@pytest.mark.parametrize(
    ("view", "told"),
    [("start", 2), ("map", 2), ("gaps", 2), ("groups", 1), ("counties", 1), ("representation", 1)],
)
def test_a_view_tells_only_of_filters_that_change_it(store, view, told):
    assert len(filters_in_use(opened(store, view, **SEEN))) == told


@pytest.mark.parametrize("view", ["sources", "accessibility", "election"])
def test_a_view_that_no_filter_changes_shows_the_whole_and_offers_none(store, view):
    shown = opened(store, view, **SEEN)
    assert shown.store is store
    assert filters_in_use(shown) == []
    assert page(store, {"view": view, **SEEN})._render_variables["page"]["filters"] == []


def test_the_page_offers_each_filter_with_what_is_chosen(store):
    words = page(store, {"view": "gaps", "evidence": "8"})._render_variables["page"]
    [group, age, reach] = words["filters"]
    assert [option["value"] for option in group["options"]] == ["", *store.group_names("fi")]
    assert [option["value"] for option in group["options"] if option["chosen"]] == [""]
    assert [option["value"] for option in age["options"] if option["chosen"]] == ["8"]
    assert [option["value"] for option in reach["options"] if option["chosen"]] == ["local"]
    assert "8" in age["options"][3]["label"]


@pytest.mark.parametrize("view", ["groups", "organisations"])
def test_a_view_with_a_list_of_its_own_is_offered_no_second_one(store, view):
    words = page(store, {"view": view})._render_variables["page"]
    assert [offered["name"] for offered in words["filters"]] == ["reach"]


def test_a_strange_value_of_a_filter_is_told(store):
    _, notices = opened_state(store, {"evidence": "5", "reach": "regionall", "organisation": "x"})
    assert [(notice.values["name"], notice.values["near"]) for notice in notices] == [
        ("evidence", ""),
        ("reach", "regional"),
        ("organisation", ""),
    ]


def test_without_a_chosen_group_the_groups_view_looks_at_the_first(store):
    view = opened(store, "groups")
    assert (view.state.group, view.group) == ("", "KR1.1")
    panel = view.panel()
    [widget] = [part for part in panel.select() if getattr(part, "options", None)]
    assert widget.value == "KR1.1"
    assert filters_in_use(view) == []
    assert set(view.of_group()["target_group_code"]) == {"KR1.1"}
    view.state.group = "KR1.3"
    [used] = filters_in_use(view)
    assert used.said == f"kohderyhmä: {store.group_names('fi')['KR1.3']}"


def test_with_a_target_group_its_organisations_alone_are_counted_as_its_column_counts_them(store):
    part = store.seen(group="KR1.3")
    column = store.matrix[store.matrix["target_group_code"] == "KR1.3"].set_index(
        "municipality_code"
    )
    counts = part.organisation_counts.set_index("municipality_code")
    for name in ("local", "stated", "regional"):
        assert counts[name].to_dict() == column[name].to_dict()
    assert 0 < counts["local"].sum() < store.organisation_counts["local"].sum()
    assert list(part.overview["local"]) == list(part.organisation_counts["local"])
    # What is told by target group anyway still tells of all of them, and boards are as they are.
    assert part.matrix is store.matrix
    assert part.status is store.status
    board = store["boards"]["board_id"].iloc[0]
    assert part.reference(board) is store.reference(board)


def test_a_target_group_and_wider_reach_count_together(store):
    both = store.seen(group="KR1.3", reach="regional")
    matrix = store.seen(reach="regional").matrix
    column = matrix[matrix["target_group_code"] == "KR1.3"].set_index("municipality_code")
    counts = both.organisation_counts.set_index("municipality_code")
    assert counts["local"].to_dict() == column["local"].to_dict()
    assert store.seen(reach="regional").for_group("KR1.3") is both


def test_a_target_group_that_there_is_not_is_refused(store):
    with pytest.raises(ValueError, match="no such target group"):
        store.seen(group="KR9.9")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_target_group_chosen_on_one_view_holds_on_the_next(store, lang):
    name = store.group_names(lang)["KR1.3"]
    for view in ("start", "map", "gaps", "groups", "organisations", "representation", "files"):
        shown = opened(store, view, lang=lang, group="KR1.3")
        [used] = filters_in_use(shown)
        assert name in used.said
        assert "group" not in dict(parse_qsl(used.cleared.removeprefix("?")))


def test_each_view_is_of_the_target_group_chosen(store):
    column = store.matrix[store.matrix["target_group_code"] == "KR1.3"]
    local = column.set_index("municipality_code")["local"].to_dict()
    for view in ("map", "gaps"):
        frame = opened(store, view, group="KR1.3").frame().set_index("municipality_code")
        assert frame["local"].to_dict() == {code: local[code] for code in frame.index}
    name = store.group_names("en")["KR1.3"]
    words = {
        view: html_of(opened(store, view, group="KR1.3", lang="en", board="yhes_2023").panel())
        for view in ("start", "gaps", "representation")
    }
    [bold] = words["representation"].select("#representation tbody th b")
    assert bold.get_text() == name
    assert words["representation"].find(id="chosen-group").get_text().startswith(name)
    rows = words["gaps"].select("#people-in-gaps tbody tr")
    assert [row.th.get_text() for row in rows] == [name]


def test_the_gaps_follow_a_target_group_chosen_among_the_first_contacts(store):
    view = opened(store, "gaps", region="10")
    before = view.frame()["local"].sum()
    panel = view.panel()
    view.state.group = "KR1.3"
    after = view.frame()["local"].sum()
    assert after < before
    rows = html_of(panel).select("#people-in-gaps tbody tr")
    assert len(rows) == 1


def test_a_card_tells_of_the_target_group_chosen(store):
    view = opened(store, "map", group="KR1.3", municipality="740", lang="en")
    card = BeautifulSoup(profile_html(view.store, view.state), "html.parser")
    name = store.group_names("en")["KR1.3"]
    assert f"Only those of the target group {name} are counted." in card.get_text()
    assert [item.get_text().split(":")[0] for item in card.select("#group-counts li")] == [name]
    counts = view.store.organisation_counts.set_index("municipality_code")
    listed = [item for item in card.find_all("details") if "Show the org" in item.summary.text]
    assert len(listed[0].find_all("li")) == counts.loc["740", "local"]


def test_a_link_in_a_pane_stands_beside_the_choices_it_was_written_for(store):
    view = opened(store, "gaps", region="10")
    pane = view.html(lambda: '<a href="?view=map">x</a>', "region")
    assert BeautifulSoup(pane.object, "html.parser").div["data-at"] == "?view=gaps&region=10"
    view.state.region = "02"
    assert BeautifulSoup(pane.object, "html.parser").div["data-at"] == "?view=gaps&region=02"
    assert "data-at" not in view.html(lambda: "<p>x</p>").object


def test_boards_are_held_against_organisations_of_wider_reach_as_well(store):
    board = store["boards"].query("level == 'municipality'")["board_id"].iloc[0]
    wide = store.seen(**SEEN).reference(board)
    assert wide is store.seen(reach="regional").reference(board)
    assert wide.organisations > store.reference(board).organisations
    assert isinstance(store.seen(reach="regional").representation(board), pd.DataFrame)
