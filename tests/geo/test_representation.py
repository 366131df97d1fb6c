"""Seat shares and what stands against them, on boards small enough to count on one's fingers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.boards import board_completeness
from geo.errors import GeoError
from geo.indices import board_indices
from geo.representation import STANDINGS, groups_without_a_seat, representation, seat_shares
from geo.shares import reference_shares
from tests.geo.toy_boards import (
    GROUPS,
    IDS,
    ILL,
    MODEL,
    OLD,
    SERVED,
    YOUNG,
    boards_of,
    seats_of,
    some_seats,
)

# Shares of seats


def test_seat_shares_counts_parts_of_the_speaking_seats() -> None:
    shares = seat_shares("council", *MODEL)
    # n = 3 (s1, s2, s3): old 1 + 1/2, young 1, ill 1/2; the deputy s6 does not count.
    assert shares["target_group_code"].tolist() == [OLD, YOUNG, ILL]
    assert shares.index.tolist() == [40, 30, 20]
    assert shares["seats"].tolist() == [1.5, 1, 0.5]
    assert shares["seat_share"].tolist() == pytest.approx([1.5 / 3, 1 / 3, 0.5 / 3])
    assert shares["possible_seats"].tolist() == [0, 0, 0]
    assert shares["standing"].tolist() == ["has_seat"] * 3


def test_seat_shares_counts_general_seats_when_asked() -> None:
    shares = seat_shares("council", *MODEL, with_general=True)
    # n = 4 (s4 speaks now): old 1.5, young 1/2, ill 1/2, everyone 1/2 + 1.
    assert shares["seats"].tolist() == [1.5, 0.5, 0.5, 1.5]
    assert shares["seat_share"].tolist() == [0.375, 0.125, 0.125, 0.375]


def test_seat_shares_keeps_possible_seats_apart() -> None:
    shares = seat_shares("forum", *MODEL)
    # One counted seat (old); one row that may be a seat (old and ill); nothing on the young.
    assert shares["seats"].tolist() == [1, 0, 0]
    assert shares["possible_seats"].tolist() == [1, 0, 1]
    assert shares["standing"].tolist() == ["has_seat", "not_known", "possible_seat"]


def test_seat_shares_is_unknown_on_a_board_without_rows() -> None:
    shares = seat_shares("table", *MODEL)
    assert shares["seats"].isna().all()
    assert shares["seat_share"].isna().all()
    assert set(shares["standing"]) == {"not_known"}


def test_seat_shares_is_a_known_zero_on_a_board_without_ngo_seats() -> None:
    shares = seat_shares("none", *MODEL)
    assert shares["seats"].tolist() == [0, 0, 0]
    assert shares["seat_share"].isna().all()  # 0 of 0 seats
    assert set(shares["standing"]) == {"no_seat"}


def test_seat_shares_offers_near_names_for_an_unknown_board() -> None:
    with pytest.raises(GeoError, match=r"'counsil'.*near names: council"):
        seat_shares("counsil", *MODEL)


@settings(max_examples=25, deadline=None)
@given(rows=some_seats, with_general=st.booleans(), sizes=st.tuples(*[st.none() | st.just(3)] * 2))
def test_seat_shares_add_up_to_one_on_every_board(
    rows: list[tuple[str, bool | None, list[str]]],
    with_general: bool,
    sizes: tuple[int | None, int | None],
) -> None:
    named = [(f"s{number}", "b", *row) for number, row in enumerate(rows)]
    model = (boards_of(b=sizes), *seats_of(*named), GROUPS)
    shares = seat_shares("b", *model, with_general=with_general)
    speaking = board_completeness(*model, with_general=with_general)["speaking_seats"].iloc[0]
    assert len(shares) == 3 + with_general
    assert set(shares["standing"]) <= set(STANDINGS)
    assert shares["seats"].sum() == pytest.approx(speaking)
    if speaking:
        assert shares["seat_share"].sum() == pytest.approx(1)
    else:
        assert shares["seat_share"].isna().all()


# Representation


def test_representation_lays_seats_beside_the_reference() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS).shares
    represented = representation("council", *MODEL, reference)
    assert represented.columns.tolist() == [
        "target_group_code",
        "seats",
        "seat_share",
        "possible_seats",
        "standing",
        "organisations",
        "organisation_parts",
        "reference_share",
        "ratio",
        "seat_deficit",
    ]
    assert represented.index.tolist() == [40, 30, 20]
    # s = 1/2, 1/3, 1/6 and r = 1/2, 1/2, 0: ratios 1 and 2/3, none where r is 0.
    assert represented["ratio"].tolist()[:2] == pytest.approx([1, 2 / 3])
    assert represented["ratio"].isna().tolist() == [False, False, True]
    # Seats held less seats due: 1.5 - 1.5, 1 - 1.5, 0.5 - 0.
    assert represented["seat_deficit"].tolist() == [0, -0.5, 0.5]


def test_representation_is_unknown_where_the_reference_is() -> None:
    reference = pd.DataFrame({"target_group_code": [OLD, YOUNG], "reference_share": [0.5, pd.NA]})
    represented = representation("council", *MODEL, reference)
    assert represented["reference_share"].isna().tolist() == [False, True, True]
    assert represented["ratio"].isna().tolist() == [False, True, True]
    assert represented["seat_deficit"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("board_id", ["table", "none"])
def test_representation_has_no_deficit_without_a_speaking_seat(board_id: str) -> None:
    reference = reference_shares(IDS, SERVED, GROUPS).shares
    represented = representation(board_id, *MODEL, reference)
    assert represented[["ratio", "seat_deficit"]].isna().all(axis=None)


def test_representation_refuses_a_reference_with_groups_it_does_not_show() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS, with_general=True).shares
    with pytest.raises(GeoError, match=r"not shown.*X\.yleinen"):
        representation("council", *MODEL, reference)


def test_representation_refuses_a_reference_that_repeats_a_group() -> None:
    reference = pd.DataFrame({"target_group_code": [OLD, OLD], "reference_share": [0.5, 0.5]})
    with pytest.raises(GeoError, match="repeats"):
        representation("council", *MODEL, reference)


def test_groups_without_a_seat_takes_unknown_for_no_only_when_asked() -> None:
    forum = seat_shares("forum", *MODEL)
    assert groups_without_a_seat(forum).empty
    unknown = groups_without_a_seat(forum, with_unknown=True)
    assert unknown["target_group_code"].tolist() == [YOUNG, ILL]
    assert groups_without_a_seat(seat_shares("none", *MODEL)).index.tolist() == [40, 30, 20]


def test_no_function_changes_its_frames() -> None:
    frames = [*MODEL, SERVED]
    before = [frame.copy(deep=True) for frame in frames]
    for with_general in (False, True):
        reference = reference_shares(IDS, SERVED, GROUPS, with_general=with_general).shares
        kept = reference.copy(deep=True)
        represented = representation("council", *MODEL, reference, with_general=with_general)
        shown = represented.copy(deep=True)
        groups_without_a_seat(represented, with_unknown=True)
        board_indices(represented)
        assert_frame_equal(reference, kept)
        assert_frame_equal(represented, shown)
    for frame, kept in zip(frames, before, strict=True):
        assert_frame_equal(frame, kept)
