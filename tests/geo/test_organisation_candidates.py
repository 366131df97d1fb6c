"""Candidates for a person: which pairs, how high, why, and which never."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from geo.organisation_blocks import compared_pairs, telling_words
from geo.organisation_candidates import COLUMNS, PER_ORGANISATION
from geo.organisation_places import Placed
from geo.organisation_scores import REASONS, SCORES
from geo.organisations import match_candidates, merged_records
from tests.geo.toy_organisations import (
    ID_0,
    ID_1,
    MIKKELI,
    NONE,
    SALO,
    SAVONLINNA,
    TURKU,
    decisions,
    record,
    records,
)
from tests.geo.toy_places import CHANGES, MUNICIPALITIES

PLACES: dict[str, Any] = {"municipalities": MUNICIPALITIES, "changes": CHANGES}


def candidates(
    *rows: dict[str, object], decided: pd.DataFrame = NONE, **options: Any
) -> list[tuple[str, str, int, str]]:
    merged = merged_records(records(*rows), decided, **PLACES)
    found = match_candidates(merged, decided, **PLACES, **options)
    return [
        (row.record_a, row.record_b, row.score, row.reasons)
        for row in found.itertuples(index=False)
    ]


def scores(*rows: dict[str, object], decided: pd.DataFrame = NONE) -> list[int]:
    return [score for _, _, score, _ in candidates(*rows, decided=decided)]


# Same name


def test_one_name_in_two_places_is_a_low_candidate() -> None:
    rows = record("collection:a", place=MIKKELI), record("ptv:1", place=SAVONLINNA)
    assert candidates(*rows) == [("collection:a", "ptv:1", 74, "same_name other_place")]


def test_one_name_of_two_legal_forms_in_one_place_is_a_candidate() -> None:
    rows = record("ptv:1", "Lelu ry", place=MIKKELI), record("prh:1", "Lelu sr", place=MIKKELI)
    # 90 less 18 for the form.
    assert candidates(*rows) == [("prh:1", "ptv:1", 72, "same_name same_place other_legal_form")]


def test_a_name_without_a_place_is_a_candidate_with_each_of_two() -> None:
    rows = (
        record("collection:a"),
        record("register:1", place=MIKKELI, register_number="1"),
        record("register:2", place=SAVONLINNA, register_number="2"),
    )
    assert candidates(*rows) == [
        ("collection:a", "register:1", 86, "same_name unknown_place"),
        ("collection:a", "register:2", 86, "same_name unknown_place"),
    ]


def test_two_records_of_one_source_and_name_are_less_likely_one() -> None:
    rows = record("ptv:1"), record("ptv:2")
    assert candidates(*rows) == [("ptv:1", "ptv:2", 74, "same_name unknown_place same_source")]


def test_a_name_that_many_bear_tells_nothing_but_within_a_place() -> None:
    towns = ["491", "740", "853", "734", "445", "593", "178"]
    rows = [
        record(f"register:{number}", "Martat ry", place=town, register_number=str(number))
        for number, town in enumerate(towns)
    ]
    assert scores(*rows, record("ptv:1", "Martat")) == []
    # In one place there are few: the foundation and the association.
    near = record("ptv:1", "Martat sr", place="491")
    assert candidates(*rows, near) == [
        ("ptv:1", "register:0", 72, "same_name same_place other_legal_form")
    ]


def test_a_part_of_a_name_hints_at_one_organisation() -> None:
    rows = (
        record("collection:a", "Kirjan talo - Bokens hus ry", place=TURKU),
        record("ptv:1", "Kirjan talo", place=TURKU),
    )
    assert candidates(*rows) == [("collection:a", "ptv:1", 80, "part_of_name same_place")]
    rows = (
        record("collection:a", "LETU - Lelujen tuki ry", place=TURKU),
        record("ptv:1", "Letu ry", place=TURKU),
    )
    assert candidates(*rows) == [("collection:a", "ptv:1", 75, "part_of_name same_place one_word")]


def test_the_ngos_own_name_is_no_candidate_for_its_local_associations() -> None:
    rows = (
        record("ptv:1", "Mikkelin omaiset - Lelufami ry", place=MIKKELI),
        record("ptv:2", "Lelufami ry", place=MIKKELI),
        record("ptv:3", "SPR Mikkelin osasto", other_names="SPR", place=MIKKELI),
        record("ptv:4", "Suomen Punainen Risti", place=MIKKELI),
    )
    assert candidates(*rows) == []


# Near names


def test_a_near_name_in_the_same_place_is_a_candidate() -> None:
    rows = (
        record("register:1", "Mikkelin Reumayhdistys ry", place=MIKKELI),
        record("ptv:1", "Mikkelin Reumayhdstys", place=MIKKELI),
    )
    [(_, _, score, reasons)] = candidates(*rows)
    assert 80 <= score < 90
    assert reasons == "near_name same_place"


def test_a_near_name_is_worth_less_where_a_place_is_not_known() -> None:
    one = record("register:1", "Mikkelin seudun Muisti ry", place=MIKKELI)
    # 96 less 9 for "seudun"; less 6 where the place is not known.
    assert scores(one, record("ptv:1", "Mikkelin Muisti", place=MIKKELI)) == [87]
    assert scores(one, record("ptv:1", "Mikkelin Muisti")) == [81]
    assert scores(one, record("ptv:1", "Mikkelin Muisti", place=TURKU)) == []
    # The address says nothing of the seat.
    elsewhere = record("ptv:1", "Mikkelin Muisti", address_municipality_code=TURKU)
    assert scores(one, elsewhere) == [81]


def test_what_else_is_the_same_raises_a_candidate_and_what_differs_lowers_it() -> None:
    one = record("register:1", "Mikkelin seudun Muisti", place=MIKKELI, postcode="50100")
    page, other_page = "https://www.muisti.example/", "http://muisti.example"

    def other(**told: object) -> dict[str, object]:
        return record("ptv:1", "Mikkelin Muisti", place=MIKKELI, **told)

    assert scores(one, other()) == [87]
    assert scores(one, other(postcode="50100")) == [89]
    assert scores(one, other(postcode="50200")) == [87]
    assert scores(one | {"homepage": page}, other(homepage=other_page)) == [92]
    assert scores(one, other() | {"record_id": "register:2"}) == [87]
    assert scores(one, other() | {"source_id": "association_register"}) == [75]
    forms = {"legal_form": "association"}, {"legal_form": "company"}
    assert scores(one | forms[0], other(**forms[1])) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mikkelin Esimerkki ry", "Savonlinnan Esimerkki ry"),
        ("Mikkelin Esimerkki ry", "Esimerkki ry"),
        ("Leluvaaran Esimerkki ry", "Leluvuoren Esimerkki ry"),
        ("Esimerkkiliiton Mikkelin yhdistys ry", "Esimerkkiliiton Salon yhdistys ry"),
        ("Esimerkkiliiton Mikkelin yhdistys ry", "Esimerkkiliitto ry"),
        ("SPR Mikkelin osasto", "SPR Savonlinnan osasto"),
        ("Mikkelin Esimerkki ry", "Pertunmaan Esimerkki ry"),
        ("Esimerkki ry", "Esimerkki ry, Salon seudun alaosasto"),
    ],
)
@pytest.mark.parametrize("places", [(MIKKELI, MIKKELI), (None, None), (MIKKELI, None)])
def test_local_associations_of_one_ngo_are_never_candidates(one, other, places) -> None:
    rows = record("ptv:1", one, place=places[0]), record("register:1", other, place=places[1])
    assert candidates(*rows) == []


def test_names_in_two_languages_meet_by_place_and_what_they_share() -> None:
    rows = (
        record("ptv:1", "FRK Pargas avdelning", place="445"),
        record("register:1", "SPR Paraisten osasto ry", place="445"),
    )
    # 96 less 5 each for the two words for a branch.
    assert candidates(*rows) == [("ptv:1", "register:1", 86, "near_name same_place")]


# Numbers


def test_two_business_ids_or_register_numbers_are_no_candidate() -> None:
    rows = (
        record("ptv:1", place=MIKKELI, business_id=ID_0),
        record("prh:1", place=MIKKELI, business_id=ID_1),
        record("register:1", "Nalle", place=MIKKELI, register_number="1"),
        record("register:2", "Nalle", place=MIKKELI, register_number="2"),
    )
    assert candidates(*rows) == []


def test_one_register_number_with_two_business_ids_is_for_a_person() -> None:
    rows = (
        record("ptv:1", "Aamu", register_number="1", business_id=ID_0),
        record("register:1", "Ilta", register_number="1", business_id=ID_1),
    )
    assert candidates(*rows) == [("ptv:1", "register:1", 92, "same_register_number unknown_place")]


def test_the_rest_of_a_number_is_a_candidate_with_those_that_stand_apart() -> None:
    rows = [record(f"ptv:{number}", f"Nimi {number}", business_id=ID_0) for number in range(4)]
    decided = decisions(("ptv:0", "ptv:1", "different"))
    assert candidates(*rows, decided=decided) == [
        ("ptv:0", "ptv:2", 95, "same_business_id unknown_place"),
        ("ptv:1", "ptv:2", 95, "same_business_id unknown_place"),
    ]


# Decisions


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_pair_decided_on_is_no_candidate_any_more(decision: str) -> None:
    rows = record("collection:a", place=MIKKELI), record("ptv:1", place=SAVONLINNA)
    assert candidates(*rows, decided=decisions(("ptv:1", "collection:a", decision))) == []


def test_a_decision_on_two_records_is_one_on_all_of_their_organisations() -> None:
    rows = (
        record("collection:a", place=MIKKELI),
        record("register:1", place=MIKKELI),
        record("ptv:1", place=SAVONLINNA),
    )
    assert len(candidates(*rows)) == 1
    assert candidates(*rows, decided=decisions(("register:1", "ptv:1", "different"))) == []


# The list


def test_two_organisations_are_told_once_by_their_best_pair() -> None:
    rows = (
        record("collection:a", "Mikkelin Muisti", place=MIKKELI, business_id=ID_0),
        record("prh:1", "Mikkelin seudun Muisti", place=MIKKELI, business_id=ID_0),
        record("ptv:1", "Mikkelin seudun Muist", place=MIKKELI),
    )
    [(one, other, _, _)] = candidates(*rows)
    assert (one, other) == ("prh:1", "ptv:1")


def test_of_one_organisation_only_the_best_few_are_told() -> None:
    rows = [
        record(f"ptv:{number}", "Mikkelin Lelukerhot", place=MIKKELI, register_number=str(number))
        for number in range(PER_ORGANISATION + 2)
    ]
    many = candidates(*rows, record("collection:a", "Mikkelin Lelukerhoot", place=MIKKELI))
    assert len(many) == PER_ORGANISATION
    assert [one for one, *_ in many] == ["collection:a"] * PER_ORGANISATION


def test_candidates_come_best_first_and_no_more_than_asked_for() -> None:
    rows = (
        record("collection:a", "Aamu", place=MIKKELI),
        record("ptv:1", "Aamu", place=SAVONLINNA),
        record("collection:b", "Salon Lelu", place=SALO),
        record("ptv:2", "Salon Leluyhdistys", place=SALO),
    )
    found = candidates(*rows)
    assert [score for _, _, score, _ in found] == sorted(
        (score for _, _, score, _ in found), reverse=True
    )
    assert candidates(*rows, limit=1) == found[:1]
    assert candidates(*rows, limit=0) == []


def test_records_that_were_not_merged_are_merged_first() -> None:
    rows = records(record("ptv:1", place=MIKKELI), record("prh:1", place=MIKKELI))
    assert match_candidates(rows, NONE).empty
    assert list(match_candidates(rows, NONE).columns) == list(COLUMNS)


def test_every_reason_is_in_the_list_of_reasons() -> None:
    assert {reason for pair in SCORES for reason in pair} <= set(REASONS)


# Which names are compared


def read(*words: str, place: str = "001") -> Placed:
    return Placed(frozenset({place}), words)


def pairs(*names: Placed, homes: list[str | None] | None = None) -> list[tuple[int, int]]:
    words = [telling_words(name) for name in names]
    first, second = compared_pairs(names, words, homes or [None] * len(names))
    return list(zip(first.tolist(), second.tolist(), strict=True))


def test_names_that_share_a_rare_word_are_compared() -> None:
    names = read("iloiset", "nuket"), read("nuket"), read("nallet")
    assert pairs(*names) == [(0, 1)]


def test_names_of_other_places_or_digits_are_not_compared() -> None:
    assert pairs(read("nuket"), read("nuket", place="002")) == []
    assert pairs(read("nuket", "4h"), read("nuket", "5h")) == []
    assert pairs(read("nuket", "4h"), read("nuket", "4h")) == [(0, 1)]


def test_a_slip_in_the_only_word_leaves_its_beginning_or_its_end() -> None:
    assert pairs(read("reumayhdistys"), read("reumahydistys")) == [(0, 1)]
    assert pairs(read("nukkeset"), read("nukekset")) == [(0, 1)]


def test_of_a_large_group_neighbours_alone_are_compared() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [read("nuket", f"{one}{other}") for one in letters for other in letters[:4]]
    found = pairs(*names)
    assert 0 < len(found) < len(names) * 30
    assert (0, 1) in found


def test_no_names_are_no_pairs() -> None:
    assert pairs() == []
    assert pairs(read()) == []


def test_telling_words_leave_out_what_says_little() -> None:
    assert telling_words(read("seudun", "sydänyhdistys", "yhdistys")) == ("sydän",)
