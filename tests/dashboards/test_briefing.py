"""The briefing: its numbers are those of the frames, its sentences stand in three languages."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dashboards.briefing import Writer, briefing
from dashboards.shell import opened_state
from dashboards.texts import LANGUAGES, text


def written(store, **query) -> dict[str, list[str]]:
    """The sentences of each section, without their links."""
    state, notices = opened_state(store, query)
    assert notices == []
    return {
        section.key: [
            BeautifulSoup(sentence, "html.parser").get_text() for sentence in section.sentences
        ]
        for section in briefing(store, state)
    }


def test_the_coverage_of_southwest_finland_is_told_in_municipalities_and_people(store):
    # Counted from data/fixed by hand: five of the 27 have a documented model. Turku 197,900,
    # Uusikaupunki 15,092, Laitila 8,366, Rusko 6,428 and Koski Tl 2,227 make 230,013 residents.
    sentences = written(store, region="02", lang="en")["coverage"]
    assert (
        sentences[0]
        == "Area: Southwest Finland. Municipalities: 27, residents: 485,567 (at the end of 2022)."
    )
    assert sentences[1] == "Model: 5 municipalities, 230,013 residents (47.4%)."
    assert sentences[3] == "Liaison only: 1 municipality, 1,963 residents (0.4%)."


def test_the_first_contacts_are_the_largest_gaps(store):
    # Salo 50,933, Kaarina 35,848, Raisio 24,942 and Lieto 20,497: 132,220 of 255,554 in gaps.
    [sentence] = written(store, region="02", lang="fi")["start"]
    assert sentence == (
        "Ota ensin yhteyttä näihin kuntiin: Salo, Kaarina, Raisio ja Lieto. "
        "Niissä asuu 132\u00a0220 ihmistä, 52\u00a0% katvealueiden asukkaista."
    )


def test_a_municipality_without_any_evidence_is_named(store):
    # Hirvensalmi alone in Etelä-Savo is in no row of the evidence, on no list, has no board.
    sentences = written(store, region="10", lang="sv")["age"]
    assert sentences[-1] == "Inga belägg alls: 1 kommun: Hirvensalmi."


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", ["", "02", "10"])
def test_every_blank_is_filled_and_every_count_is_a_link(store, lang, region):
    state, _ = opened_state(store, {"lang": lang, "region": region} if region else {"lang": lang})
    for section in briefing(store, state):
        assert text(f"briefing.{section.key}", lang)
        for sentence in section.sentences:
            soup = BeautifulSoup(sentence, "html.parser")
            plain = soup.get_text()
            assert not re.search(r"[{}\0]|nan|NA", plain), plain
            for anchor in soup.find_all("a"):
                assert anchor["href"].startswith("?")
            # A number outside a link is a share, a year or an age limit.
            for anchor in soup.find_all("a"):
                anchor.decompose()
            rest = re.sub(r"\b(19|20)\d\d\b|[\d.,\u00a0]+\s?%|\b4\b", "", soup.get_text())
            if section.key in ("coverage", "start", "groups", "age"):
                assert not re.search(r"\d", rest), plain


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_municipality_can_stand_in_a_sentence_as_it_is_written(store, lang):
    state, _ = opened_state(store, {"lang": lang})
    writer = Writer(store, state)
    for code, name in store.name_of(lang).items():
        where = writer.where(pd.Series([code]))
        told = writer.said("briefing.silent", count=1, n=1, where=where)
        assert BeautifulSoup(told, "html.parser").get_text().endswith(f": {name}.")


def test_hostile_names_are_escaped(store):
    boards = store["boards"]
    hostile = dataclasses.replace(
        store,
        tables={**store.tables, "boards": boards.assign(name="<img src=x onerror=alert(1)>{n}")},
    )
    state, _ = opened_state(hostile, {})
    for section in briefing(hostile, state):
        for sentence in section.sentences:
            assert "<img" not in sentence


def test_an_area_without_gaps_says_nothing_of_a_start(store):
    everywhere = pd.DataFrame(
        {
            "evidence_id": store["municipalities"]["municipality_code"],
            "municipality_code": store["municipalities"]["municipality_code"],
            "criterion": "documented_model",
            "answer": "yes",
            "year": 2026,
        }
    )
    model = store["evidence"].head(0).merge(everywhere, how="outer")
    model = model[store["evidence"].columns].astype(store["evidence"].dtypes)
    told = written(dataclasses.replace(store, tables={**store.tables, "evidence": model}))
    assert "start" not in told
    assert told["coverage"][-1].startswith("Katvealueita yhteensä: 0")


def test_without_a_refresh_nothing_is_said_of_changes(store):
    assert "changed" not in written(store)


def test_of_a_target_group_chosen_the_briefing_tells_of_it_alone(store):
    # Young people: a municipality counts once whatever its other groups are.
    cells = store.matrix[store.matrix["target_group_code"] == "KR1.3"]
    zeros = int((cells["local"] == 0).sum())
    sentences = written(store.seen(group="KR1.3"), group="KR1.3", lang="en")
    assert sentences["groups"] == [f"Young people: {zeros} municipalities."]
    assert all(said.endswith(": Young people.") for said in sentences["boards"][1:])
    assert sentences["coverage"] == written(store, lang="en")["coverage"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heading_of_the_groups_says_whether_wider_reach_counts(store, lang):
    state, _ = opened_state(store, {"lang": lang, "reach": "regional"})
    headings = {}
    for seen in (store, store.seen(reach="regional")):
        [groups] = [part for part in briefing(seen, state) if part.key == "groups"]
        headings[seen.reach] = text(groups.heading, lang)
    assert headings["local"] != headings["regional"]
