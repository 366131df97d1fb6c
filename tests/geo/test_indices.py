"""Indices on shares and boards small enough to count on one's fingers."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.indices import board_indices, gallagher_index, largest_remainders, rose_index
from geo.representation import representation
from geo.shares import reference_shares
from tests.geo.toy_boards import GROUPS, IDS, MODEL, SERVED


def _shares(*values: float) -> pd.Series:
    return pd.Series(values, index=[f"g{number}" for number in range(len(values))])


def test_rose_index_is_one_less_half_the_differences() -> None:
    # |0.5-0.4| + |0.3-0.4| + |0.2-0.2| = 0.2; 1 - 0.2 / 2 = 0.9
    assert rose_index(_shares(0.5, 0.3, 0.2), _shares(0.4, 0.4, 0.2)) == pytest.approx(0.9)


def test_gallagher_index_is_the_root_of_half_the_squares() -> None:
    # 0.1^2 + 0.1^2 + 0 = 0.02; sqrt(0.02 / 2) = 0.1
    assert gallagher_index(_shares(0.5, 0.3, 0.2), _shares(0.4, 0.4, 0.2)) == pytest.approx(0.1)


def test_rose_index_matches_groups_by_code() -> None:
    assert rose_index(_shares(0.9, 0.1), _shares(0.9, 0.1).iloc[::-1]) == 1


def test_rose_index_is_unknown_where_a_share_is() -> None:
    unknown = pd.Series([0.5, pd.NA], ["g0", "g1"], "Float64")
    assert math.isnan(rose_index(_shares(0.5, 0.5), unknown))
    assert math.isnan(gallagher_index(unknown, _shares(0.5, 0.5)))


def test_rose_index_refuses_other_groups() -> None:
    with pytest.raises(GeoError, match="same groups"):
        rose_index(_shares(0.5, 0.5), _shares(0.5, 0.3, 0.2))


def test_splitting_a_group_without_seats_moves_only_gallagher() -> None:
    seats, reference = _shares(1, 0), _shares(0.6, 0.4)
    split_seats, split_reference = _shares(1, 0, 0), _shares(0.6, 0.2, 0.2)
    # Rose: 1 - (0.4 + 0.4) / 2 = 1 - (0.4 + 0.2 + 0.2) / 2 = 0.6
    assert rose_index(seats, reference) == pytest.approx(0.6)
    assert rose_index(split_seats, split_reference) == pytest.approx(0.6)
    # Gallagher: sqrt((0.16 + 0.16) / 2) = 0.4; split: sqrt((0.16 + 0.04 + 0.04) / 2) = sqrt(0.12)
    assert gallagher_index(seats, reference) == pytest.approx(0.4)
    assert gallagher_index(split_seats, split_reference) == pytest.approx(math.sqrt(0.12))


@pytest.mark.parametrize(
    ("shares", "seats", "expected"),
    [
        # Dues 4.7, 1.6, 1.58, 1.2, 0.6, 0.32: whole 4+1+1+1+0+0 = 7, then .7, .6 and .6.
        ([0.47, 0.16, 0.158, 0.12, 0.06, 0.032], 10, [5, 2, 1, 1, 1, 0]),
        ([47000, 16000, 15800, 12000, 6000, 3200], 10, [5, 2, 1, 1, 1, 0]),  # counts do as well
        ([0.25, 0.25, 0.25, 0.25], 2, [1, 1, 0, 0]),  # dues 0.5 each: the lowest codes
        ([0.5, 0.5, 0], 3, [2, 1, 0]),
        ([0.7, 0.3], 0, [0, 0]),
        ([0.29, 0.71], 100, [29, 71]),  # 0.29 * 100 is 28.999999999999996 in floating point
    ],
)
def test_largest_remainders_deals_whole_parts_then_the_rest(
    shares: list[float], seats: int, expected: list[int]
) -> None:
    assert largest_remainders(_shares(*shares), seats).tolist() == expected


def test_largest_remainders_gives_ties_to_the_lowest_code_in_any_order() -> None:
    dealt = largest_remainders(pd.Series({"c": 1, "a": 1, "b": 1}), 1)
    assert dealt.to_dict() == {"c": 0, "a": 1, "b": 0}
    assert dealt.index.tolist() == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("shares", "seats"),
    [
        (pd.Series([0.0, 0.0]), 1),
        (pd.Series([], dtype=float), 1),
        (pd.Series([-0.5, 1.5]), 1),
        (pd.Series([0.5, pd.NA], dtype="Float64"), 1),
        (pd.Series([0.5, 0.5]), -1),
        (pd.Series([0.5, 0.5], ["a", "a"]), 1),
    ],
)
def test_largest_remainders_refuses_what_cannot_be_dealt(shares: pd.Series, seats: int) -> None:
    with pytest.raises(GeoError, match="Cannot deal out"):
        largest_remainders(shares, seats)


def test_board_indices_stand_beside_the_best_of_whole_seats() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS).shares
    figures = board_indices(representation("council", *MODEL, reference))
    assert figures.speaking_seats == 3
    # The ill have a seat and no organisation, so they count among the groups.
    assert (figures.groups_with_seat, figures.groups_total) == (3, 3)
    assert (figures.share_with_seat, figures.groups_not_known) == (1, 0)
    # s - r = 0, -1/6, 1/6: Rose 1 - (2/6) / 2 = 5/6, Gallagher sqrt((2/36) / 2) = 1/6.
    assert figures.rose == pytest.approx(5 / 6)
    assert figures.gallagher == pytest.approx(1 / 6)
    # Dues of 3 seats: 1.5, 1.5, 0; dealt 2, 1, 0: s - r = 1/6, -1/6, 0, the same figures.
    assert figures.rose_best == pytest.approx(5 / 6)
    assert figures.gallagher_best == pytest.approx(1 / 6)
    # 3 seats: 3 * (1 - 5/6) = 1/2 seat would have to move, and whole seats leave the same.
    assert figures.seats_to_move == pytest.approx(1 / 2)
    assert figures.seats_to_move_best == pytest.approx(1 / 2)
    # Drawn by lot from 1/2, 1/2, 0: 0 to 3 seats of the old in 1, 3, 3, 1 of 8 draws, indices
    # 1/2, 5/6, 5/6, 1/2: (1/2 + 5/2 + 5/2 + 1/2) / 8 = 6/8.
    assert figures.rose_by_chance == pytest.approx(6 / 8)


def test_board_indices_lets_split_seats_beat_whole_ones() -> None:
    represented = _represented(seats=[0.5, 0.5], reference=[0.5, 0.5])
    figures = board_indices(represented)
    # One seat for two equal groups is exact; one whole seat leaves 1 - (0.5 + 0.5) / 2 = 0.5.
    assert (figures.rose, figures.rose_best) == (1, 0.5)
    assert (figures.gallagher, figures.gallagher_best) == (0, 0.5)


def test_board_indices_is_unknown_without_speaking_seats() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS).shares
    unknown = board_indices(representation("table", *MODEL, reference))
    assert (unknown.speaking_seats, unknown.groups_not_known) == (0, 3)
    assert (unknown.groups_total, unknown.groups_with_seat, unknown.share_with_seat) == (None,) * 3
    assert (unknown.rose, unknown.rose_best) == (None, None)
    assert (unknown.rose_by_chance, unknown.seats_to_move) == (None, None)
    # A board known to have no NGO seats: none of the two groups with organisations has one.
    none = board_indices(representation("none", *MODEL, reference))
    assert (none.groups_total, none.groups_with_seat, none.share_with_seat) == (2, 0, 0)
    assert (none.rose, none.gallagher) == (None, None)


def test_board_indices_is_unknown_without_a_reference() -> None:
    reference = reference_shares([], SERVED, GROUPS).shares
    figures = board_indices(representation("council", *MODEL, reference))
    assert (figures.speaking_seats, figures.groups_with_seat) == (3, 3)
    assert (figures.groups_total, figures.share_with_seat) == (None, None)
    assert (figures.rose, figures.rose_best) == (None, None)
    assert (figures.gallagher, figures.gallagher_best) == (None, None)


def test_board_indices_refuses_a_part_of_the_groups() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS).shares
    represented = representation("council", *MODEL, reference)
    with pytest.raises(GeoError, match="all rows"):
        board_indices(represented.iloc[1:])


def _represented(*, seats: list[float], reference: list[float]) -> pd.DataFrame:
    held = pd.Series(seats, dtype="Float64")
    return pd.DataFrame(
        {
            "target_group_code": [f"g{number}" for number in range(len(seats))],
            "seats": held,
            "seat_share": held / held.sum(),
            "standing": "has_seat",
            "reference_share": reference,
        }
    )


# What holds for all shares

proportions = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)


def _as_shares(counts: list[int]) -> pd.Series:
    return _shares(*(count / sum(counts) for count in counts))


@given(counts=proportions)
def test_equal_shares_have_the_best_indices(counts: list[int]) -> None:
    shares = _as_shares(counts)
    assert rose_index(shares, shares) == 1
    assert gallagher_index(shares, shares) == 0


@given(pairs=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_indices_lie_between_zero_and_one(pairs: list[tuple[int, int]]) -> None:
    seats, reference = ([pair[side] for pair in pairs] for side in (0, 1))
    assume(any(seats) and any(reference))
    assert -1e-9 <= rose_index(_as_shares(seats), _as_shares(reference)) <= 1
    assert 0 <= gallagher_index(_as_shares(seats), _as_shares(reference)) <= 1 + 1e-9


@given(seated=proportions, unseated=st.integers(1, 50), other=st.integers(1, 50))
def test_splitting_any_group_without_seats_leaves_rose_and_flatters_gallagher(
    seated: list[int], unseated: int, other: int
) -> None:
    whole = _as_shares([*seated, 0]), _as_shares([*seated, unseated + other])
    split = _as_shares([*seated, 0, 0]), _as_shares([*seated, unseated, other])
    assert rose_index(*split) == pytest.approx(rose_index(*whole))
    # (u + o)^2 > u^2 + o^2 for all u, o > 0
    assert gallagher_index(*split) < gallagher_index(*whole)


@given(counts=proportions, seats=st.integers(0, 200))
def test_largest_remainders_deals_out_every_seat(counts: list[int], seats: int) -> None:
    shares = _as_shares(counts)
    dealt = largest_remainders(shares, seats)
    assert dealt.sum() == seats
    assert dealt.index.equals(shares.index)
    # Every group gets its due rounded down or up.
    assert ((dealt - shares * seats).abs() < 1 + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(
    counts=st.lists(st.integers(0, 9), min_size=2, max_size=3).filter(any), seats=st.integers(1, 4)
)
def test_no_other_deal_of_whole_seats_beats_largest_remainders(
    counts: list[int], seats: int
) -> None:
    shares = _as_shares(counts)
    best = largest_remainders(shares, seats) / seats
    for deal in itertools.product(range(seats + 1), repeat=len(counts)):
        if sum(deal) == seats:
            other = _shares(*(held / seats for held in deal))
            assert rose_index(other, shares) <= rose_index(best, shares) + 1e-9
            assert gallagher_index(other, shares) >= gallagher_index(best, shares) - 1e-9


def test_board_indices_of_no_groups_are_none() -> None:
    columns = ["target_group_code", "seats", "seat_share", "standing", "reference_share"]
    figures = board_indices(pd.DataFrame(columns=columns))
    assert (figures.speaking_seats, figures.groups_not_known) == (0, 0)
    assert {
        figures.groups_total,
        figures.groups_with_seat,
        figures.share_with_seat,
        figures.rose,
        figures.rose_best,
        figures.rose_by_chance,
        figures.seats_to_move,
        figures.seats_to_move_best,
        figures.gallagher,
        figures.gallagher_best,
    } == {None}
