"""Draws by lot, small enough to write all of them down."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.chance import chance_baseline, rose_by_chance
from geo.errors import GeoError
from geo.indices import largest_remainders, rose_index


def test_chance_baseline_is_the_hypergeometric_distribution() -> None:
    # N = 10, m = 4, n = 3; C(10, 3) = 120 draws. Of the group none: C(6,3) = 20; one: 4 * 15 = 60;
    # two: 6 * 6 = 36; three: 4. The sum is 120.
    chance = chance_baseline(
        pd.Series({"a": 4, "b": 4, "c": 4, "d": 4}),
        10,
        3,
        held=pd.Series({"a": 0, "b": 1, "c": 2, "d": 3}),
    )
    assert chance["expected_seats"].tolist() == pytest.approx([1.2] * 4)
    assert chance["p_no_seat"].tolist() == pytest.approx([20 / 120] * 4)
    assert chance["p_at_most"].tolist() == pytest.approx([20 / 120, 80 / 120, 116 / 120, 1])
    assert chance["p_at_least"].tolist() == pytest.approx([1, 100 / 120, 40 / 120, 4 / 120])
    assert chance["seats_held"].tolist() == [0, 1, 2, 3]


def test_chance_baseline_of_fifteen_seats_from_twenty_six_nominees() -> None:
    # Three nominees of 26, 15 seats: none is drawn when all 15 come from the other 23:
    # C(23,15) / C(26,15) = (11 * 10 * 9) / (26 * 25 * 24) = 990 / 15600.
    chance = chance_baseline(pd.Series({"ill": 3, "no one": 0, "all": 26}), 26, 15)
    assert chance["p_no_seat"].tolist() == pytest.approx([990 / 15600, 1, 0])
    assert chance["expected_seats"].tolist() == pytest.approx([45 / 26, 0, 15])
    assert "p_at_most" not in chance


def test_chance_baseline_keeps_unknown_counts_unknown_and_the_order() -> None:
    own = pd.Series([2, pd.NA, 1], ["z", "y", "x"], dtype="Int64")
    held = pd.Series([pd.NA, 1, 1], ["x", "y", "z"], dtype="Int64")
    chance = chance_baseline(own, 3, 1, held=held)
    assert chance.index.tolist() == ["z", "y", "x"]
    assert chance["expected_seats"].isna().tolist() == [False, True, False]
    assert chance["p_at_least"].isna().tolist() == [False, True, True]
    assert chance.loc["z", "p_at_least"] == pytest.approx(2 / 3)  # one of three drawn, two suit
    assert chance.loc["x", "p_no_seat"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("own", "nominees", "seats", "held", "said"),
    [
        ({"a": 1}, 3, 4, None, "Cannot draw"),
        ({"a": 1}, 0, 0, None, "Cannot draw"),
        ({"a": 1}, 3, -1, None, "Cannot draw"),
        ({"a": 4}, 3, 2, None, "whole numbers from 0 to 3"),
        ({"a": -1}, 3, 2, None, "whole numbers"),
        ({"a": 1.5}, 3, 2, None, "whole numbers"),
        ({"a": 1}, 3, 2, {"b": 1}, "same groups"),
        ({"a": 1}, 3, 2, {"a": 2}, "More seats held"),
        ({"a": 3}, 3, 2, {"a": 3}, "from 0 to 2"),
    ],
)
def test_chance_baseline_refuses_draws_that_cannot_be(own, nominees, seats, held, said) -> None:
    with pytest.raises(GeoError, match=said):
        chance_baseline(
            pd.Series(own), nominees, seats, held=None if held is None else pd.Series(held)
        )


def test_rose_by_chance_of_three_seats_and_two_groups() -> None:
    # r = 1/3, 2/3 and n = 3: 0, 1, 2, 3 seats come with 8/27, 12/27, 6/27, 1/27; the index is
    # 1 - |x/3 - 1/3|: 2/3, 1, 2/3, 1/3. Mean: (16/3 + 12 + 4 + 1/3) / 27 = (65/3) / 27 = 65/81.
    assert rose_by_chance(pd.Series({"a": 1 / 3, "b": 2 / 3}), 3) == pytest.approx(65 / 81)


def test_rose_by_chance_of_one_group_is_one_and_of_an_unknown_share_unknown() -> None:
    assert rose_by_chance(pd.Series({"a": 1.0, "b": 0.0}), 5) == 1
    assert math.isnan(rose_by_chance(pd.Series([1, pd.NA], dtype="Float64"), 5))


def test_rose_by_chance_of_a_board_larger_than_any_float_is_near_one() -> None:
    # By the normal law the mean deviation is sqrt(2 n p q / pi): 1 - sqrt(1 / (2 pi n)).
    chance = rose_by_chance(pd.Series({"a": 0.5, "b": 0.5}), 100_000)
    assert chance == pytest.approx(1 - math.sqrt(1 / (2 * math.pi * 100_000)), abs=1e-6)


def nominees(*groups: str) -> pd.DataFrame:
    """Nominees named by number, each with a text of one-letter groups."""
    links = [(f"n{number}", group) for number, text in enumerate(groups) for group in text]
    return pd.DataFrame(links, columns=["nominee_id", "target_group_code"], dtype="string")


def test_rose_by_chance_draws_nominees_without_putting_back() -> None:
    # Two of the nominees a, a, b; shares 1/2 each. Three draws: aa, ab, ab: 0.5, 1, 1.
    shares = pd.Series({"a": 0.5, "b": 0.5})
    assert rose_by_chance(shares, 2, nominee_groups=nominees("a", "a", "b")) == pytest.approx(
        2.5 / 3
    )


def test_rose_by_chance_splits_a_nominee_of_two_groups() -> None:
    # One of the nominees a, ab: the first gives 0.5, the second (1/2, 1/2) gives 1.
    shares = pd.Series({"a": 0.5, "b": 0.5})
    assert rose_by_chance(shares, 1, nominee_groups=nominees("a", "ab")) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("shares", "seats", "links"),
    [
        ({"a": 1.0}, 0, None),
        ({"a": 0.5, "b": 0.4}, 2, None),
        ({"a": 1.5, "b": -0.5}, 2, None),
        ({"a": 1.0}, 2, nominees("a")),
        ({"a": 1.0}, 1, nominees("b")),
    ],
)
def test_rose_by_chance_refuses_draws_that_cannot_be(shares, seats, links) -> None:
    with pytest.raises(GeoError, match="Cannot draw"):
        rose_by_chance(pd.Series(shares), seats, nominee_groups=links)


@settings(max_examples=30, deadline=None)
@given(
    groups=st.lists(st.sampled_from(["a", "b", "c", "ab", "bc", "abc"]), min_size=1, max_size=6),
    data=st.data(),
)
def test_rose_by_chance_is_the_mean_over_every_draw_of_nominees(groups, data) -> None:
    seats = data.draw(st.integers(1, len(groups)))
    shares = pd.Series({"a": 0.5, "b": 0.3, "c": 0.2})
    indices = []
    for draw in itertools.combinations(groups, seats):
        held = {code: sum((code in text) / len(text) for text in draw) for code in "abc"}
        indices.append(rose_index(pd.Series(held) / seats, shares))
    found = rose_by_chance(shares, seats, nominee_groups=nominees(*groups))
    assert found == pytest.approx(sum(indices) / len(indices))


@settings(max_examples=30, deadline=None)
@given(
    counts=st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any),
    seats=st.integers(1, 40),
)
def test_chance_never_beats_the_best_of_whole_seats(counts, seats) -> None:
    shares = pd.Series(
        [count / sum(counts) for count in counts], [f"g{i}" for i in range(len(counts))]
    )
    best = rose_index(largest_remainders(shares, seats) / seats, shares)
    assert 0 <= rose_by_chance(shares, seats) <= best + 1e-9
