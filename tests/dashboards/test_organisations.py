"""The desk: decisions on records from the command line and the page, kept, followed, undone."""

from __future__ import annotations

import asyncio
import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import panel as pn
import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from dashboards.cli import app
from dashboards.commands import organisations as desk
from dashboards.commands.assembling import own_decisions
from dashboards.commands.organisations import DECISIONS, decide, undo
from dashboards.parts.organisation_list import places_of
from dashboards.refresh_report import RefreshPanel
from dashboards.shell import opened_state
from dashboards.store import Store
from dashboards.texts import LANGUAGES, sort_key, texts
from dashboards.view import FOCUS
from dashboards.views.organisations import OrganisationsView
from geo.organisation_fields import FIELD_PRIORITY
from geo.organisation_scores import REASONS
from loaders import LoaderError, Settings
from loaders.refresh_lock import refresh_lock
from loaders.tables import register_page

# Two of the collected associations, whose names are nearly the same.
ONE = "collection:raision-elakelaiset-ry"
OTHER = "collection:raision-seudun-elakelaiset-ry"


@pytest.fixture
def settings(spoilt):
    return Settings(data_dir=spoilt.parent)


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("JARJESTOKARTTA_DATA_DIR", str(settings.data_dir))
    return lambda *words: CliRunner().invoke(app, ["organisations", *words])


def view_of(store, **query):
    state, _ = opened_state(store, {"view": "organisations", **query})
    return OrganisationsView(store, state)


def soup_of(pane):
    return BeautifulSoup(pane.object, "html.parser")


def test_two_records_that_are_the_same_become_one_organisation_and_are_parted_again(settings):
    before = Store.open(settings=settings)

    assert decide(OTHER, ONE, "same", note="one board", settings=settings)

    store = Store.open(settings=settings)
    assert len(store["organisations"]) == len(before["organisations"]) - 1
    owners = store.records.set_index("record_id")["organisation_id"]
    assert owners[ONE] == owners[OTHER]
    [row] = store["organisation_decisions"].to_dict("records")
    assert (row["record_a"], row["record_b"], row["note"]) == (ONE, OTHER, "one board")
    assert store.candidates.empty
    assert undo(ONE, OTHER, settings=settings)
    again = Store.open(settings=settings)
    assert len(again["organisations"]) == len(before["organisations"])
    assert len(again["organisation_decisions"]) == 0


def test_what_leans_on_the_organisations_follows_them(settings):
    decide(ONE, OTHER, "same", settings=settings)

    store = Store.open(settings=settings)
    known = set(store["organisations"]["organisation_id"])
    for name in ("organisation_areas", "organisation_target_groups"):
        assert set(store[name]["organisation_id"]) <= known
    assert set(store["seats"]["organisation_id"].dropna()) <= known
    assert store.notices == ()


def test_a_decision_stands_against_the_rules_and_a_later_one_in_its_place(settings):
    decide(ONE, OTHER, "same", settings=settings)
    decide(ONE, OTHER, "different", settings=settings)

    store = Store.open(settings=settings)
    assert store["organisation_decisions"]["decision"].tolist() == ["different"]
    owners = store.records.set_index("record_id")["organisation_id"]
    assert owners[ONE] != owners[OTHER]
    assert store.candidates.empty


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("decide", ONE, "collection:raision-elakelaiset", "same"), ONE),
        (("decide", ONE, ONE, "same"), "is one record"),
        (("decide", ONE, OTHER, "perhaps"), "expected same or different"),
        (("undo", ONE, OTHER), "Nothing was decided"),
        (("show", "raision-elakelaiset"), "raision-elakelaiset-ry"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(run, words, said):
    result = run(*words)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_the_command_line_lists_shows_decides_and_undoes(run):
    assert f"75\t{ONE}" in run("candidates").output
    assert "Raision Eläkeläiset ry" in run("show", "raision-elakelaiset-ry").output
    assert "No decisions yet" in run("decisions").output
    assert run("decide", ONE, OTHER, "different").exit_code == 0
    assert f"different\t{ONE}\t{OTHER}" in run("decisions").output
    assert "No pairs to decide on" in run("candidates").output
    assert run("undo", OTHER, ONE).exit_code == 0
    assert "No decisions yet" in run("decisions").output


def test_while_a_refresh_runs_a_decision_is_kept_and_the_tables_wait(settings):
    with refresh_lock(settings, owner="a refresh"):
        assert not decide(ONE, OTHER, "same", settings=settings)
    store = Store.open(settings=settings)
    assert len(store["organisation_decisions"]) == 1


def test_a_decision_that_cannot_be_written_leaves_the_others(settings, monkeypatch):
    decide(ONE, OTHER, "different", settings=settings)
    path = settings.data_dir / "own" / "organisation_decisions.csv"
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(OSError, match="No space"):
        decide(ONE, OTHER, "same", settings=settings)
    assert path.read_bytes() == before


def test_the_card_shows_every_field_with_its_source_and_marks_where_they_differ(store):
    records = store.records[store.records["record_id"] == ONE]
    other = records.assign(
        record_id="register:1", source_id="association_register", municipality_code="853"
    )
    both = pd.concat([store.records, other], ignore_index=True)
    view = view_of(dataclasses.replace(store, tables=dict(store.tables) | {
        "organisation_records": both
    }))  # fmt: skip
    view.panel()
    view._list_of.query.value = "raision eläkeläiset"

    soup = soup_of(view._card)

    rows = [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]
        for row in soup.select("#fields tbody tr")
    ]
    seats = [row for row in rows if row[0] == "Kotipaikka"]
    assert [(row[1], row[3], row[4]) for row in seats] == [
        ("Turku", "käytössä", "lähteet eroavat"),
        ("Raisio", "", "lähteet eroavat"),
    ]


def test_the_search_finds_by_part_of_a_name_and_says_when_it_finds_nothing(store):
    view = view_of(store)
    view.panel()
    found = view._list_of
    assert len(names_in(view)) == 50
    assert "275" in found.pane.object
    assert "Valitse järjestö" in view._card.object

    found.query.value = "raision elak"
    assert len(names_in(view)) >= 1
    found.query.value = "raision eläkeläiset"
    assert names_in(view)[0] == "Raision Eläkeläiset ry"
    assert soup_of(view._card).h2.get_text() == "Raision Eläkeläiset ry"

    found.query.value = "ei tällaista järjestöä olekaan"
    assert names_in(view) == []
    assert soup_of(view._card).find("table") is None
    assert "ei tarkoita" in found.pane.object


def names_in(view) -> list[str]:
    return [link.get_text() for link in soup_of(view._list_of.pane).select("tbody th a")]


def test_the_list_stands_in_the_order_of_the_alphabet(store):
    view = view_of(store, municipality="445")
    view.panel()
    names = names_in(view)
    assert len(names) > 4
    assert names == sorted(names, key=sort_key)


@pytest.mark.parametrize("reach", ["local", "regional"])
@pytest.mark.parametrize(("town", "group"), [("178", "KR1.1"), ("740", "KR1.4"), ("019", "")])
def test_the_list_of_a_municipality_and_group_is_what_the_matrix_counts(store, town, group, reach):
    seen = store.seen(reach=reach)
    view = view_of(seen, municipality=town, group=group, reach=reach)
    view.panel()
    if group:
        cells = seen.matrix.set_index(["municipality_code", "target_group_code"])
        row = cells.loc[(town, group)]
    else:
        row = seen.organisation_counts.set_index("municipality_code").loc[town]
    assert len(view._list_of.listed.ids) == row["local"]
    assert list(view.frame()["organisation_id"]) != []
    ties = [row.find("td").get_text() for row in soup_of(view._list_of.pane).select("tbody tr")]
    wide = sum(tie in ("toimii koko alueella", "koko maa") for tie in ties)
    assert wide == (row["regional"] if reach == "regional" else 0)


def test_what_a_choice_cannot_find_is_counted(store):
    view = view_of(store, municipality="178", group="KR1.1")
    view.panel()
    # Of the 275 organisations 251 have a place and 269 a group.
    assert store.completeness[["with_place", "with_group"]].tolist() == [251, 269]
    assert "24 järjestöä" in view._list_of.pane.object
    assert "6 järjestöä" in view._list_of.pane.object


def test_the_list_and_the_municipalities_follow_the_region(store):
    view = view_of(store, region="10")
    view.panel()
    before = len(view._list_of.listed.ids)
    view.state.region = "02"
    assert len(view._list_of.listed.ids) > before
    assert len(view._list_of.municipality.options) == 27 + 1


def test_a_card_has_an_address_and_a_strange_one_is_not_followed(store):
    view = view_of(store, organisation="raision-elakelaiset-ry")
    view.panel()
    assert soup_of(view._card).h2.get_text() == "Raision Eläkeläiset ry"
    view._links.chosen = "no-such-organisation"
    assert view.state.organisation == "raision-elakelaiset-ry"
    view._links.chosen = "auralan-nuoret-ry"
    assert view.state.organisation == view._links.shown == "auralan-nuoret-ry"
    assert soup_of(view._card).h2.get_text() == "Auralan Nuoret ry"
    view._list_of.query.value = "raision"
    assert view.state.organisation == ""
    assert "raision" not in view.state.query()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("form", "links"), [("association", 1), ("foundation", 0)])
def test_the_card_leads_to_the_register_where_the_code_is_known(store, lang, form, links):
    records = store.records.copy()
    is_one = records["record_id"] == ONE
    records.loc[is_one, ["business_id", "legal_form"]] = ["0000000-0", form]
    known = dataclasses.replace(store, tables={**store.tables, "organisation_records": records})
    view = view_of(known, organisation="raision-elakelaiset-ry", lang=lang)
    view.panel()
    word = texts(lang)["organisation_list.register"]
    found = [link["href"] for link in soup_of(view._card).find_all("a") if link.string == word]
    assert found == [register_page("0000000-0", lang=lang)] * links


def test_many_places_are_named_in_part_in_the_list_and_in_full_on_the_card(store):
    towns = store["municipalities"]["municipality_code"].head(6)
    places = pd.DataFrame(
        {"organisation_id": "auralan-nuoret-ry", "relation": "stated", "area_code": towns},
        dtype="string",
    )
    view = view_of(
        dataclasses.replace(store, tables={**store.tables, "organisation_areas": places})
    )
    short = places_of(view, ["auralan-nuoret-ry"])["auralan-nuoret-ry"]
    assert short.endswith("ja 2 muuta")
    assert short.count(",") == 3
    assert places_of(view, ["auralan-nuoret-ry"], most=400)["auralan-nuoret-ry"].count(",") == 5


def test_a_hostile_name_is_escaped_in_the_card_and_the_lists(store):
    hostile = "<img src=x onerror=alert(1)>"
    named = store["organisations"].assign(name=hostile)
    view = view_of(
        dataclasses.replace(store, tables=dict(store.tables) | {"organisations": named}),
        organisation="raision-elakelaiset-ry",
    )
    view.panel()
    for html in (view._card.object, view._list_of.pane.object):
        assert "<img" not in html
        assert "&lt;img" in html
    assert "<img" not in view._candidates()


def test_only_an_operator_has_the_buttons(store):
    assert list(view_of(store).panel().select(pn.widgets.Button)) == []
    operated = dataclasses.replace(store, is_operator=True)
    labels = [button.label for button in view_of(operated).panel().select(pn.widgets.Button)]
    assert labels == ["Sama järjestö", "Eri järjestöt"]


def test_in_a_large_register_the_page_does_not_wait_for_the_candidates(store, monkeypatch):
    monkeypatch.setattr("dashboards.store.MOST_AT_ONCE", 10)
    large = dataclasses.replace(store, is_operator=True)
    found = large._search_for_candidates
    assert len(found.result(timeout=30)) == 1
    assert large.candidates_so_far() is not None
    slow = dataclasses.replace(store, is_operator=True)
    monkeypatch.setattr("threading.Thread.start", lambda _: None)
    assert slow.candidates_so_far() is None
    assert "etsitään vielä" in view_of(slow)._candidates()
    assert list(view_of(slow).panel().select(pn.widgets.Button)) == []


@pytest.mark.parametrize("code", [None, 0, 1, 2, 3], ids=["ended", "all", "some", "not", "held"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_how_a_refresh_ended(monkeypatch, lang, code):
    class Ended:
        def exit_code(self) -> int | None:
            return code

    monkeypatch.setattr("dashboards.refresh_report.refresh_state", lambda: None)
    monkeypatch.setattr("dashboards.refresh_report.start_refresh", Ended)
    panel = RefreshPanel(lang)
    panel._start()
    panel.look()
    assert panel.button.disabled is (code is None)
    assert FOCUS in panel.button.stylesheets
    assert len(BeautifulSoup(panel.status.object, "html.parser").get_text(strip=True)) > 20


@pytest.mark.parametrize("failure", [LoaderError("no"), OSError(28, "full")])
def test_the_page_says_whether_a_decision_was_kept(store, monkeypatch, failure):
    kept: list[tuple[str, str, str]] = []
    keep = kept.append
    monkeypatch.setattr("dashboards.commands.organisations.decide", lambda *words: keep(words))
    view = view_of(dataclasses.replace(store, is_operator=True))
    same, different = view.panel().select(pn.widgets.Button)
    assert FOCUS in same.stylesheets
    assert FOCUS in different.stylesheets

    [watcher] = [
        watcher
        for watcher in same.param.watchers["clicks"]["value"]
        if getattr(watcher.fn, "__name__", "") == "press"
    ]
    asyncio.run(watcher.fn(None))
    assert kept == [(ONE, OTHER, "same")]
    assert "Tallennettu" in view._message.object

    def refuse(*_: str) -> None:
        raise failure

    monkeypatch.setattr("dashboards.commands.organisations.decide", refuse)
    asyncio.run(watcher.fn(None))
    assert "ei voitu tallentaa" in view._message.object
    assert not same.disabled


def test_every_reason_field_and_decision_has_its_words():
    needed = [f"match.{reason}" for reason in REASONS]
    needed += [f"record_field.{field}" for field in FIELD_PRIORITY]
    needed += [f"decision.{decision}" for decision in DECISIONS]
    assert [key for lang in LANGUAGES for key in needed if key not in texts(lang)] == []


def test_decisions_made_at_once_are_all_kept(settings, store, monkeypatch):
    monkeypatch.setattr(desk, "_known_pair", lambda *pair_and_settings: pair_and_settings[:2])
    monkeypatch.setattr(desk, "_tables_follow", lambda settings: True)
    ids = store.records["record_id"].tolist()[:9]

    with ThreadPoolExecutor(8) as threads:
        list(
            threads.map(
                lambda other: decide(ids[0], other, "different", settings=settings), ids[1:]
            )
        )

    kept = own_decisions(settings)
    assert kept["record_b"].tolist() == sorted(ids[1:])
    assert set(kept["record_a"]) == {ids[0]}
