"""Records put together: every rule, what stands against it, and that nothing else counts."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.organisation_facts import is_valid_business_id
from geo.organisations import (
    contradictions,
    match_candidates,
    merged_records,
    normalised_name,
)
from tests.geo.toy_organisations import (
    ID_0,
    ID_1,
    ID_2,
    MIKKELI,
    NONE,
    PARAINEN,
    SAVONLINNA,
    TURKU,
    WRONG_ID,
    decisions,
    record,
    records,
    together,
)
from tests.geo.toy_places import CHANGES, MUNICIPALITIES


def merged(*rows: dict[str, object], decided: pd.DataFrame = NONE) -> set[frozenset[str]]:
    frame = merged_records(records(*rows), decided, municipalities=MUNICIPALITIES, changes=CHANGES)
    return together(frame)


def ids(*rows: dict[str, object], decided: pd.DataFrame = NONE) -> list[str]:
    frame = merged_records(records(*rows), decided, municipalities=MUNICIPALITIES)
    return frame["organisation_id"].tolist()


def group(*record_ids: str) -> set[frozenset[str]]:
    return {frozenset(record_ids)}


def told(*rows: dict[str, object], decided: pd.DataFrame) -> list[tuple[str, ...]]:
    frame = contradictions(records(*rows), decided, municipalities=MUNICIPALITIES)
    return list(frame.itertuples(index=False, name=None))


# By numbers


def test_the_same_business_id_is_one_organisation_whatever_the_names() -> None:
    rows = record("ptv:1", "Aamu", business_id=ID_0), record("prh:1", "Ilta", business_id=ID_0)
    assert merged(*rows) == group("ptv:1", "prh:1")


def test_duplicates_of_one_source_are_one_by_their_business_id() -> None:
    rows = [record(f"ptv:{number}", f"Nimi {number}", business_id=ID_0) for number in range(3)]
    assert merged(*rows) == group("ptv:0", "ptv:1", "ptv:2")


def test_a_business_id_with_a_wrong_check_digit_tells_nothing() -> None:
    rows = (
        record("ptv:1", "Aamu", business_id=WRONG_ID),
        record("prh:1", "Ilta", business_id=WRONG_ID),
    )
    assert merged(*rows) == set()


def test_the_same_register_number_is_one_organisation() -> None:
    rows = (
        record("register:1", "Aamu ry", register_number="194820"),
        record("ptv:1", "Ilta", register_number="194820"),
    )
    assert merged(*rows) == group("register:1", "ptv:1")


def test_a_register_number_does_not_join_two_business_ids_and_that_is_told() -> None:
    rows = (
        record("register:1", "Aamu ry", register_number="1", business_id=ID_0),
        record("ptv:1", "Ilta", register_number="1", business_id=ID_1),
        record("ptv:2", "Yö", register_number="1"),
        record("ptv:3", "Päivä", register_number="1"),
    )
    assert merged(*rows) == group("ptv:2", "ptv:3")
    assert told(*rows, decided=NONE) == [("ptv:1", "register:1", "register_number", "business_id")]


def test_numbers_join_over_a_third_record() -> None:
    rows = (
        record("prh:1", "Aamu", business_id=ID_0),
        record("ptv:1", "Ilta", business_id=ID_0, register_number="1"),
        record("register:1", "Yö ry", register_number="1"),
    )
    assert merged(*rows) == group("prh:1", "ptv:1", "register:1")


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        (ID_0, True),
        (ID_1, True),
        (ID_2, True),
        (WRONG_ID, False),
        ("0000006-0", False),  # weight 2 times 6 is 12, remainder 1: never given
        ("00000000", False),
        ("0000000-٠", False),
        ("", False),
        (None, False),
        (0, False),
    ],
)
def test_is_valid_business_id_counts_the_check_digit(text: object, is_valid: bool) -> None:
    assert is_valid_business_id(text) is is_valid


# By name and place


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Esimerkki ry", "ESIMERKKI r.y."),
        ("Esimerkki ry", "Esimerkki"),
        ("Suomen Punaisen Ristin Mikkelin osasto", "SPR:n Mikkelin osasto"),
        ("Parkinson-yhdistys ry", "Parkinsonyhdistys"),
    ],
)
def test_the_same_name_and_place_is_one_organisation(one: str, other: str) -> None:
    rows = record("collection:a", one, place=MIKKELI), record("ptv:1", other, place=MIKKELI)
    assert merged(*rows) == group("collection:a", "ptv:1")


def test_the_same_name_in_another_place_is_not() -> None:
    rows = record("collection:a", place=MIKKELI), record("ptv:1", place=SAVONLINNA)
    assert merged(*rows) == set()


def test_local_associations_of_one_ngo_stay_apart_wherever_their_seat() -> None:
    rows = (
        record("register:1", "Mikkelin Esimerkki ry", place=MIKKELI),
        record("register:2", "Savonlinnan Esimerkki ry", place=MIKKELI),
        record("ptv:1", "Esimerkki ry", place=MIKKELI),
        record("ptv:2", "Mikkelin Esimerkki"),
    )
    assert merged(*rows) == group("register:1", "ptv:2")


def test_the_address_is_the_place_where_no_seat_is_told() -> None:
    rows = (
        record("register:1", place=MIKKELI),
        record("prh:1", address_municipality_code=MIKKELI),
        record("prh:2", "Toinen ry", place=MIKKELI, address_municipality_code=TURKU),
        record("ptv:1", "Toinen", place=TURKU),
    )
    assert merged(*rows) == group("register:1", "prh:1")


def test_an_address_elsewhere_does_not_keep_a_name_apart_that_only_one_has() -> None:
    rows = record("register:1", place=MIKKELI), record("prh:1", address_municipality_code=TURKU)
    assert merged(*rows) == group("register:1", "prh:1")
    assert merged(*rows, record("register:2", place=SAVONLINNA)) == set()


def test_a_place_outside_the_tables_is_known_by_its_name() -> None:
    rows = (
        record("register:1", municipality_name="Leluvaara"),
        record("ptv:1", municipality_name="LELUVAARA"),
        record("register:2", "Toinen ry", municipality_name="Leluvaara"),
        record("ptv:2", "Toinen", municipality_name="Leluvuori"),
    )
    assert merged(*rows) == group("register:1", "ptv:1")


def test_a_name_without_a_place_joins_the_only_one_of_that_name() -> None:
    rows = record("collection:a"), record("register:1", place=MIKKELI), record("ptv:1")
    assert merged(*rows) == group("collection:a", "register:1", "ptv:1")


def test_a_name_without_a_place_joins_none_of_two() -> None:
    rows = (
        record("collection:a"),
        record("register:1", place=MIKKELI),
        record("register:2", place=SAVONLINNA),
    )
    assert merged(*rows) == set()


def test_a_name_that_one_source_has_twice_is_not_unique() -> None:
    rows = record("ptv:1"), record("ptv:2"), record("register:1", place=MIKKELI)
    assert merged(*rows) == set()
    # Duplicates by number are one, and their name is unique again.
    rows = (
        record("ptv:1", business_id=ID_0),
        record("ptv:2", business_id=ID_0),
        record("register:1", place=MIKKELI),
    )
    assert merged(*rows) == group("ptv:1", "ptv:2", "register:1")


def test_two_business_ids_never_merge_by_name() -> None:
    rows = (
        record("ptv:1", place=MIKKELI, business_id=ID_0),
        record("prh:1", place=MIKKELI, business_id=ID_1),
    )
    assert merged(*rows) == set()
    # Nor over a third that could be either.
    assert merged(*rows, record("collection:a", place=MIKKELI)) == set()
    assert merged(*rows, record("collection:a")) == set()


def test_two_register_numbers_or_legal_forms_never_merge_by_name() -> None:
    rows = (
        record("register:1", place=MIKKELI, register_number="1"),
        record("register:2", place=MIKKELI, register_number="2"),
    )
    assert merged(*rows) == set()
    rows = record("ptv:1", "Lelu ry", place=MIKKELI), record("prh:1", "Lelu sr", place=MIKKELI)
    assert merged(*rows) == set()
    rows = (
        record("ptv:1", "Lelu", place=MIKKELI, legal_form="association"),
        record("prh:1", "Lelu", place=MIKKELI, legal_form="foundation"),
    )
    assert merged(*rows) == set()


def test_a_legal_form_that_tells_nothing_keeps_nobody_apart() -> None:
    rows = (
        record("collection:a", place=MIKKELI, name="Lelu", legal_form="other"),
        record("ptv:1", place=MIKKELI, name="Lelu", legal_form="religious"),
    )
    assert merged(*rows) == group("collection:a", "ptv:1")


def test_a_number_of_one_and_a_number_of_the_other_kind_merge_by_name() -> None:
    rows = (
        record("register:1", place=MIKKELI, register_number="1"),
        record("ptv:1", place=MIKKELI, business_id=ID_0),
    )
    assert merged(*rows) == group("register:1", "ptv:1")


def test_bilingual_and_swedish_names_count() -> None:
    rows = (
        record("register:1", "Åbo Exempel rf / Turun Esimerkki ry", place=TURKU),
        record("ptv:1", "Turun Esimerkki", place=TURKU),
        record("ptv:2", "Åbo Exempel", place=TURKU),
        record("collection:a", "Paraisten Esimerkki", name_sv="Pargas Exempel", place=PARAINEN),
        record("prh:1", "Pargas Exempel rf", place=PARAINEN),
    )
    assert merged(*rows) == {
        frozenset(["register:1", "ptv:1", "ptv:2"]),
        frozenset(["collection:a", "prh:1"]),
    }


def test_another_name_counts_where_it_is_as_local_as_the_main_one() -> None:
    rows = (
        record("prh:1", "Turun Esimerkki ry", other_names="Åbo Exempel | Lelut", place=TURKU),
        record("ptv:1", "Åbo Exempel rf", place=TURKU),
        record("ptv:2", "Lelut ry", place=TURKU),
    )
    assert merged(*rows) == group("prh:1", "ptv:1")


def test_the_ngos_own_name_does_not_join_its_local_associations() -> None:
    rows = (
        record("ptv:1", "SPR Mikkelin osasto", other_names="SPR | Punainen Risti", place=MIKKELI),
        record("ptv:2", "SPR Savon piiri", other_names="SPR | Punainen Risti", place=MIKKELI),
        record("ptv:3", "Suomen Punainen Risti ry", place=MIKKELI),
    )
    assert merged(*rows) == set()


def test_an_acronym_in_brackets_is_looked_over() -> None:
    rows = (
        record("collection:a", "Lelujen tuki ry (LETU)", place=MIKKELI),
        record("ptv:1", "Lelujen tuki ry", place=MIKKELI),
        record("ptv:2", "LETU ry", place=MIKKELI),
    )
    assert merged(*rows) == group("collection:a", "ptv:1")


def test_a_section_is_not_what_it_is_a_section_of() -> None:
    rows = (
        record("register:1", "Lelu ry", place=MIKKELI),
        record("ptv:1", "Lelu ry, nuorten jaosto", place=MIKKELI),
        record("ptv:2", "Lelu (Nukkejen talo)", place=MIKKELI),
    )
    assert merged(*rows) == set()


def test_names_without_a_letter_join_nothing() -> None:
    rows = record("ptv:1", "!", place=MIKKELI), record("prh:1", "?", place=MIKKELI)
    assert merged(*rows) == set()


def test_names_that_link_three_do_not_join_two_places() -> None:
    # The second has the names of both others and no place of its own.
    rows = (
        record("register:1", "Aamu ry", place=MIKKELI),
        record("ptv:1", "Aamu ry", name_sv="Morgon rf"),
        record("register:2", "Morgon rf", place=PARAINEN),
    )
    assert merged(*rows) == set()


# What persons decided


def test_a_same_decision_joins_what_no_rule_does() -> None:
    rows = record("ptv:1", "Aamu", place=MIKKELI), record("prh:1", "Ilta", place=TURKU)
    assert merged(*rows, decided=decisions(("ptv:1", "prh:1", "same"))) == group("ptv:1", "prh:1")


def test_a_same_decision_stands_above_two_business_ids() -> None:
    rows = (
        record("ptv:1", "Aamu", business_id=ID_0),
        record("prh:1", "Ilta", business_id=ID_1),
        record("prh:2", "Yö", business_id=ID_1),
    )
    decided = decisions(("ptv:1", "prh:1", "same"))
    assert merged(*rows, decided=decided) == group("ptv:1", "prh:1", "prh:2")


@pytest.mark.parametrize(
    "both", [{"business_id": ID_0}, {"register_number": "1"}, {"place": MIKKELI}, {}]
)
def test_a_different_decision_wins_over_every_rule(both: dict[str, str]) -> None:
    rows = record("ptv:1", **both), record("prh:1", **both)
    assert merged(*rows) == group("ptv:1", "prh:1")
    assert merged(*rows, decided=decisions(("prh:1", "ptv:1", "different"))) == set()


def test_of_three_with_one_number_those_decided_different_stand_apart_from_the_rest() -> None:
    rows = [record(f"ptv:{number}", business_id=ID_0) for number in range(4)]
    decided = decisions(("ptv:0", "ptv:1", "different"))
    assert merged(*rows, decided=decided) == group("ptv:2", "ptv:3")
    assert told(*rows, decided=decided) == [("ptv:0", "ptv:1", "business_id", "different_decision")]


def test_of_three_with_one_name_the_third_could_be_either() -> None:
    rows = [record(f"{source}:1", place=MIKKELI) for source in ("ptv", "prh", "register")]
    decided = decisions(("ptv:1", "prh:1", "different"))
    assert merged(*rows, decided=decided) == set()
    assert told(*rows, decided=decided) == [
        ("prh:1", "ptv:1", "name_and_place", "different_decision")
    ]


def test_two_of_one_name_decided_different_are_no_contradiction() -> None:
    rows = record("ptv:1", place=MIKKELI), record("prh:1", place=MIKKELI)
    assert told(*rows, decided=decisions(("ptv:1", "prh:1", "different"))) == []


def test_decisions_that_contradict_each_other_are_told() -> None:
    rows = [record(f"ptv:{number}", f"Nimi {number}") for number in range(3)]
    decided = decisions(
        ("ptv:0", "ptv:1", "same"), ("ptv:1", "ptv:2", "same"), ("ptv:0", "ptv:2", "different")
    )
    assert merged(*rows, decided=decided) == set()
    assert told(*rows, decided=decided) == [
        ("ptv:0", "ptv:2", "same_decision", "different_decision")
    ]


def test_decisions_on_records_that_are_gone_are_passed_over() -> None:
    rows = record("ptv:1", "Aamu"), record("ptv:2", "Ilta")
    decided = decisions(("ptv:1", "ptv:9", "same"), ("ptv:8", "ptv:9", "different"))
    assert merged(*rows, decided=decided) == set()


# Identifiers


def test_the_id_is_the_collections_else_by_number_else_the_records() -> None:
    rows = (
        record("collection:lelu", "Lelu", business_id=ID_0),
        record("prh:1", "Lelut", business_id=ID_0),
        record("prh:2", "Nalle", business_id=ID_1),
        record("register:3", "Nalle ry", register_number="3", business_id=ID_1),
        record("register:4", "Nukke ry", register_number="4"),
        record("ptv:guid-5", "Pallo"),
        record("stea:6", "Köysi"),
        record("ptv:guid-7", "Hyrrä", place=MIKKELI),
        record("a:7", "Hyrrä", place=MIKKELI),
    )
    assert ids(*rows) == [
        *("lelu", "lelu"),
        *("y-0000001-9", "y-0000001-9"),
        "r-4",
        "ptv-guid-5",
        "stea-6",
        *("ptv-guid-7", "ptv-guid-7"),
    ]


def test_of_several_ids_the_lowest_is_taken() -> None:
    decided = decisions(("collection:b", "collection:a", "same"), ("prh:1", "prh:2", "same"))
    rows = (
        record("collection:b", "Lelu"),
        record("collection:a", "Nalle"),
        record("prh:2", "Pallo", business_id=ID_0),
        record("prh:1", "Nukke", business_id=ID_1),
    )
    assert ids(*rows, decided=decided) == ["a", "a", "y-0000000-0", "y-0000000-0"]


def test_an_id_that_two_would_have_is_had_by_neither() -> None:
    rows = (
        record("ptv:1", business_id=ID_0),
        record("ptv:2", business_id=ID_0, register_number="5"),
    )
    decided = decisions(("ptv:1", "ptv:2", "different"))
    assert ids(*rows, decided=decided) == ["ptv-1", "r-5"]


def test_an_id_of_the_collection_that_looks_like_another_is_no_trap() -> None:
    rows = (
        record("collection:ptv-1", "Lelu"),
        record("ptv:1", "Nalle"),
        record("collection:y-0000000-0", "Pallo"),
        record("prh:1", "Nukke", business_id=ID_0),
        record("collection:", "Hyrrä"),
    )
    found = ids(*rows)
    assert len(set(found)) == 5
    assert found[0] == "ptv-1"


def test_what_organisation_id_held_before_is_not_looked_at() -> None:
    rows = record("ptv:1", "Aamu"), record("ptv:2", "Ilta")
    frame = records(*rows).assign(organisation_id="same-for-all")
    assert merged_records(frame, NONE)["organisation_id"].tolist() == ["ptv-1", "ptv-2"]


# Manners of geo


def test_rows_keep_their_order_and_index_and_the_input_is_not_changed() -> None:
    frame = records(record("ptv:2"), record("ptv:1"), record("ptv:3")).set_axis([7, 7, 1])
    before = frame.copy()
    result = merged_records(frame, NONE)
    assert_frame_equal(frame, before)
    assert result.index.tolist() == [7, 7, 1]
    assert result["record_id"].tolist() == ["ptv:2", "ptv:1", "ptv:3"]
    assert result["organisation_id"].dtype == "string"


def test_no_records_are_no_organisations() -> None:
    assert merged_records(records(), NONE).empty
    assert match_candidates(records(), NONE).empty
    assert contradictions(records(), NONE).empty


@pytest.mark.parametrize("function", [merged_records, match_candidates, contradictions])
def test_a_missing_column_and_a_record_twice_are_errors(function) -> None:
    rows = records(record("ptv:1"))
    with pytest.raises(GeoError, match="business_id"):
        function(rows.drop(columns="business_id"), NONE)
    with pytest.raises(GeoError, match="decision"):
        function(rows, NONE.drop(columns="decision"))
    with pytest.raises(GeoError, match="twice"):
        function(pd.concat([rows, rows]), NONE)


# Whatever the records

TOWNS = MUNICIPALITIES[MUNICIPALITIES["municipality_code"].isin([MIKKELI, TURKU])]

NAMES = ["Mikkelin Lelu ry", "Mikkelin Lelu", "Lelu", "Lelu sr", "Åbo Lek rf / Turun Lelu ry"]
some_records = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["collection", "ptv", "prh", "register"]),
            "name": st.sampled_from([*NAMES, "Turun Lelu", "Åbo Lek", "LL", "!"]),
            "other_names": st.sampled_from([None, None, "Åbo Lek", "Lelu | Mikkelin Lelu"]),
            "business_id": st.sampled_from([None, None, ID_0, ID_1, ID_2, WRONG_ID]),
            "register_number": st.sampled_from([None, None, "1", "2"]),
            "place": st.sampled_from([None, MIKKELI, TURKU]),
        }
    ),
    max_size=9,
)
some_decisions = st.lists(
    st.tuples(
        st.integers(0, 8), st.integers(0, 8), st.sampled_from(["same", "different", "different"])
    ).filter(lambda pair: pair[0] != pair[1]),
    max_size=5,
)


def made(
    told: list[dict[str, str]], pairs: list[tuple[int, int, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        record(f"{row['source']}:{number}", **{k: v for k, v in row.items() if k != "source"})
        for number, row in enumerate(told)
    ]
    names = [row["record_id"] for row in rows] + [f"gone:{number}" for number in range(9)]
    return records(*rows), decisions(
        *((names[a], names[b], decision) for a, b, decision in pairs)
    ).drop_duplicates(["record_a", "record_b"], ignore_index=True)


@given(some_records, some_decisions, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_merging_does_not_depend_on_the_order_of_rows_and_done_again_changes_nothing(
    told, pairs, random
) -> None:
    frame, decided = made(told, pairs)
    once = merged_records(frame, decided, municipalities=TOWNS)
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = merged_records(frame.iloc[order], decided.iloc[::-1], municipalities=TOWNS)
    assert_frame_equal(shuffled.sort_index(), once)
    again = merged_records(once, decided, municipalities=TOWNS)
    assert_frame_equal(again, once)
    candidates = match_candidates(once, decided, municipalities=TOWNS)
    assert_frame_equal(match_candidates(shuffled, decided, municipalities=TOWNS), candidates)


@given(some_records, some_decisions)
@settings(max_examples=30, deadline=None)
def test_no_two_business_ids_are_one_unless_a_person_said_so(told, pairs) -> None:
    frame, decided = made(told, pairs)
    result = merged_records(frame, decided, municipalities=TOWNS)
    owner = result.set_index("record_id")["organisation_id"]
    said = set(decided.loc[decided["decision"] == "same", ["record_a", "record_b"]].stack())
    for _, rows in result.groupby("organisation_id"):
        valid = {one for one in rows["business_id"].dropna() if is_valid_business_id(one)}
        assert len(valid) < 2 or said & set(rows["record_id"])
    for row in decided[decided["decision"] == "different"].itertuples():
        if row.record_a in owner.index and row.record_b in owner.index:
            assert owner[row.record_a] != owner[row.record_b]


@given(some_records, some_decisions)
@settings(max_examples=30, deadline=None)
def test_candidates_are_of_two_organisations_that_may_be_one(told, pairs) -> None:
    frame, decided = made(told, pairs)
    result = merged_records(frame, decided, municipalities=TOWNS)
    candidates = match_candidates(result, decided, municipalities=TOWNS)
    assert (candidates["record_a"] < candidates["record_b"]).all()
    assert (candidates["organisation_a"] != candidates["organisation_b"]).all()
    assert candidates["score"].between(70, 99).all()
    assert candidates["score"].is_monotonic_decreasing
    by_decision = set(zip(decided["record_a"], decided["record_b"], strict=True))
    assert not by_decision & set(zip(candidates["record_a"], candidates["record_b"], strict=True))


@given(st.lists(st.text(max_size=25), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_names_of_any_letters_are_survived(names) -> None:
    frame = records(*(record(f"ptv:{number}", name) for number, name in enumerate(names)))
    frame["other_names"] = frame["name"]
    result = merged_records(frame, NONE, municipalities=TOWNS)
    assert result["organisation_id"].notna().all()
    match_candidates(result, NONE, municipalities=TOWNS)
    assert all(isinstance(normalised_name(name), str) for name in names)
