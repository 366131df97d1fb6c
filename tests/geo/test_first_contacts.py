"""First contacts against enumeration of every choice, and by hand where the largest first errs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.first_contacts import contact_curve, first_contacts
from geo.maximum_coverage import best_cover, fewest_sites, greedy_sites, served_weight


def gaps_of(**weights: float | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality_code": pd.array(list(weights), dtype="string"),
            "is_gap": pd.array([True] * len(weights), dtype="boolean"),
            "weight": pd.array(list(weights.values()), dtype="Int64"),
        }
    )


def borders_of(*pairs: str) -> pd.DataFrame:
    both = [*pairs, *(pair[::-1] for pair in pairs)]
    return pd.DataFrame(
        {"municipality_code": [pair[0] for pair in both], "neighbour_code": [p[1] for p in both]},
        dtype="string",
    )


# a-b-c-d-e-f in a row. One by one: c reaches b, c and d (32), then e reaches e and f (20): 52 of
# 62, and a is left. Exactly: b reaches a, b and c (31), e reaches d, e and f (31): all 62.
ROW = gaps_of(a=10, b=10, c=11, d=11, e=10, f=10)
ROW_BORDERS = borders_of("ab", "bc", "cd", "de", "ef")


def test_first_contacts_are_exact_where_the_largest_first_is_not():
    weights = ROW["weight"].to_numpy(dtype=float)
    serves = np.abs(np.subtract.outer(np.arange(6), np.arange(6))) <= 1
    assert served_weight(weights, serves, greedy_sites(weights, serves, 2)) == 52

    best = first_contacts(ROW, 2, neighbours=ROW_BORDERS)
    assert best.contacts["municipality_code"].tolist() == ["b", "e"]
    assert best.contacts["shared_with"].tolist() == ["a,c", "d,f"]
    assert best.contacts["gain"].tolist() == [31, 31]
    assert (best.reached, best.total, best.share) == (62, 62, 1)
    assert (best.status, best.bound, best.is_unique, best.needed) == ("optimal", 62, True, 2)


def test_first_contacts_without_sharing_are_the_largest():
    best = first_contacts(gaps_of(a=300, b=500, c=100, d=200), 2)
    assert best.contacts["municipality_code"].tolist() == ["b", "a"]
    assert best.contacts["rank"].tolist() == [1, 2]
    assert best.contacts["gain"].tolist() == [500, 300]
    assert best.contacts["shared_with"].tolist() == ["", ""]
    assert (best.reached, best.total, best.needed) == (800, 1100, None)
    assert (best.status, best.is_unique, best.stand_ins) == ("optimal", True, ())
    assert str(best.contacts["gain"].dtype) == "Int64"


def test_first_contacts_name_those_of_equal_size_that_could_stand_in():
    best = first_contacts(gaps_of(d=200, a=500, c=200, b=200), 2)
    assert best.contacts["municipality_code"].tolist() == ["a", "b"]
    assert best.stand_ins == ("c", "d")
    assert best.is_unique is False


def test_first_contacts_with_sharing_name_another_choice_as_good():
    # A ring of four equal towns: any one reaches three of them.
    ring = gaps_of(a=10, b=10, c=10, d=10)
    best = first_contacts(ring, 1, neighbours=borders_of("ab", "bc", "cd", "da"))
    assert best.reached == 30
    assert best.is_unique is False
    assert len(best.stand_ins) == 1
    assert best.stand_ins != tuple(best.contacts["municipality_code"])


def test_first_contacts_count_a_contacted_neighbour_for_itself():
    # b borders on a, c and d; a on b, e and f. All need both: a is counted for a, e and f (110),
    # b for b, c and d (60), and neither for the other.
    gaps = gaps_of(a=100, b=10, c=20, d=30, e=5, f=5)
    best = first_contacts(gaps, 2, neighbours=borders_of("ab", "bc", "bd", "ae", "af"))
    assert best.contacts["municipality_code"].tolist() == ["a", "b"]
    assert best.contacts["gain"].tolist() == [110, 60]
    assert best.contacts["shared_with"].tolist() == ["e,f", "c,d"]
    assert best.contacts["gain"].sum() == best.reached == 170


def test_first_contacts_are_chosen_and_counted_among_gaps_only():
    gaps = gaps_of(a=100, b=900, c=50)
    gaps.loc[1, "is_gap"] = False
    best = first_contacts(gaps, 1, neighbours=borders_of("ab", "bc"))
    # b is no gap: it neither serves a and c nor counts.
    assert best.contacts["municipality_code"].tolist() == ["a"]
    assert (best.reached, best.total) == (100, 150)


def test_first_contacts_set_aside_what_is_not_known_and_name_it():
    gaps = gaps_of(c=None, a=100, b=None, d=40, e=None)
    gaps.loc[gaps["municipality_code"] == "d", "is_gap"] = pd.NA
    gaps.loc[gaps["municipality_code"] == "e", "is_gap"] = False
    best = first_contacts(gaps, 3)
    assert best.contacts["municipality_code"].tolist() == ["a"]
    assert best.total == 100
    # e is no gap, so nobody needs its people.
    assert best.set_aside.to_numpy().tolist() == [
        ["b", "weight_unknown"],
        ["c", "weight_unknown"],
        ["d", "gap_unknown"],
    ]


def test_first_contacts_are_no_more_than_it_takes():
    best = first_contacts(ROW, 5, neighbours=ROW_BORDERS)
    assert best.needed == 2
    assert best.contacts["municipality_code"].tolist() == ["b", "e"]
    alone = first_contacts(gaps_of(a=10, b=0), 2)
    assert alone.contacts["municipality_code"].tolist() == ["a"]
    assert alone.needed == 1
    assert first_contacts(ROW, 1, neighbours=ROW_BORDERS).needed is None


@pytest.mark.parametrize("borders", [None, borders_of("ab")])
def test_first_contacts_of_no_gap_are_none(borders):
    none = gaps_of(a=10, b=20).assign(is_gap=False)
    best = first_contacts(none, 3, neighbours=borders)
    assert len(best.contacts) == 0
    assert (best.reached, best.total, best.share, best.needed) == (0, 0, None, 0)
    assert best.status == "optimal"
    curve = contact_curve(none, 2, neighbours=borders)
    assert curve["reached"].tolist() == [0, 0]
    assert curve["share"].isna().all()


def test_first_contacts_take_decimals():
    gaps = gaps_of(a=1, b=1).astype({"weight": "Float64"})
    gaps["weight"] = [0.1, 0.2]
    best = first_contacts(gaps, 1, neighbours=borders_of("ab"))
    assert best.reached == pytest.approx(0.3)
    assert best.status == "optimal"
    assert best.is_unique is False  # either reaches both


def test_a_search_that_is_stopped_says_that_nothing_is_proven():
    best = first_contacts(ROW, 2, neighbours=ROW_BORDERS, time_limit_s=0)
    assert best.status == "not_proven"
    # What the plain search finds, at least; and nobody can reach more than all.
    assert 52 <= best.reached <= best.bound <= 62
    assert best.is_unique is None
    assert best.needed is None
    curve = contact_curve(ROW, 3, neighbours=ROW_BORDERS, time_limit_s=0)
    assert curve["reached"].is_monotonic_increasing
    assert "not_proven" in set(curve["status"])


def test_first_contacts_are_the_same_for_rows_in_any_order():
    one = first_contacts(ROW, 1, neighbours=ROW_BORDERS)
    other = first_contacts(ROW.iloc[::-1], 1, neighbours=ROW_BORDERS.iloc[::-1])
    pd.testing.assert_frame_equal(one.contacts, other.contacts)
    assert one.stand_ins == other.stand_ins


def test_contact_curve_says_what_each_number_reaches():
    # Alone: 11, 22, 32, 42, 52, 62. With sharing c or d reaches 32, then b and e all.
    alone = contact_curve(ROW, 7)
    assert alone["reached"].tolist() == [11, 22, 32, 42, 52, 62, 62]
    assert alone["contacts"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    shared = contact_curve(ROW, 3, neighbours=ROW_BORDERS)
    assert shared["reached"].tolist() == [32, 62, 62]
    assert shared["share"].tolist() == pytest.approx([32 / 62, 1, 1])
    assert set(shared["status"]) == {"optimal"}
    assert shared["bound"].tolist() == shared["reached"].tolist()


def test_what_cannot_be_chosen_among_is_refused():
    with pytest.raises(GeoError, match="k is 0"):
        first_contacts(ROW, 0)
    with pytest.raises(GeoError, match="k_max is 0"):
        contact_curve(ROW, 0)
    with pytest.raises(GeoError, match="'a'"):
        first_contacts(pd.concat([ROW, ROW.iloc[:1]]), 1)
    with pytest.raises(GeoError, match="below 0 for \\['b'\\]"):
        first_contacts(gaps_of(a=1, b=-1), 1)
    with pytest.raises(GeoError, match="weight"):
        first_contacts(ROW.drop(columns="weight"), 1)
    with pytest.raises(GeoError, match="neighbour_code"):
        first_contacts(ROW, 1, neighbours=ROW_BORDERS.drop(columns="neighbour_code"))
    with pytest.raises(ValueError, match="served by no site"):
        fewest_sites(np.array([1.0]), np.zeros((1, 1), dtype=bool), time_limit_s=1)


def test_best_cover_finds_no_other_choice_where_all_are_chosen():
    serves = np.eye(2, dtype=bool)
    assert best_cover(np.array([1.0, 2.0]), serves, 2, without=(0, 1), time_limit_s=1) is None


@st.composite
def graphs(draw):
    codes = "abcdef"[: draw(st.integers(1, 6))]
    weights = {code: draw(st.integers(0, 9)) for code in codes}
    pairs = [one + other for one, other in combinations(codes, 2)]
    borders = [pair for pair in pairs if draw(st.booleans())]
    return gaps_of(**weights), borders_of(*borders), draw(st.integers(1, 4))


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_first_contacts_are_the_best_of_all_choices_on_small_graphs(graph):
    gaps, borders, k = graph
    weight = dict(zip(gaps["municipality_code"], gaps["weight"], strict=True))
    near = {code: {code} for code in weight}
    for one, other in borders.itertuples(index=False):
        near[one].add(other)

    def people(sites):
        return sum(weight[code] for code in set().union(*(near[site] for site in sites)))

    def choices(number):
        return {sites: people(sites) for sites in combinations(weight, number)}

    needed = next(
        n for n in range(len(weight) + 1) if max(choices(n).values()) == sum(weight.values())
    )
    number = min(k, needed)
    every = choices(number)
    best = first_contacts(gaps, k, neighbours=borders)
    chosen = tuple(sorted(best.contacts["municipality_code"]))
    assert best.status == "optimal"
    assert best.needed == (needed if k >= needed else None)
    assert every[chosen] == best.reached == max(every.values()) == best.contacts["gain"].sum()
    ties = {sites for sites, value in every.items() if value == best.reached} - {chosen}
    assert best.is_unique is (not ties)
    assert (best.stand_ins in ties) if ties else best.stand_ins == ()
    curve = contact_curve(gaps, 3, neighbours=borders)
    assert curve["reached"].tolist() == [
        max(choices(min(n, len(weight))).values()) for n in (1, 2, 3)
    ]
