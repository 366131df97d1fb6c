"""Who sits on several boards, on boards small enough to count on one's fingers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.concentration import concentration, effective_number, organisation_seats, seat_holders
from geo.errors import GeoError
from tests.geo.toy_places import text_frame

BOARDS = text_frame(
    "board_id body_id seats_total seats_ngo",
    """
    old_1; old_1; 4; 3
    old_2; old_1; 5;
    ill; ill; ; 2
    mute; mute; ;
    """,
).astype({"seats_total": "Int64", "seats_ngo": "Int64"})

# Carers sit on both terms of one body and on the ill's; Toinen ry is once without its id.
SEATS = text_frame(
    "board_id holder is_counted organisation_id organisation_name",
    """
    old_1; organisation; yes; carers; Esimerkin omaishoitajat ry
    old_1; organisation; yes; toinen; Toinen ry
    old_1; field; yes; ;
    old_1; other; yes; ;
    old_2; organisation; yes; carers; Esimerkin omaishoitajat ry
    old_2; organisation; no; kolmas; Kolmas ry
    ill; organisation; yes; carers; Esimerkin omaishoitajat ry
    ill; organisation; yes; ; Toinen ry
    ill; organisation; ; neljas; Neljäs ry
    elsewhere; organisation; yes; toinen; Toinen ry
    """,
)
SEATS["is_counted"] = SEATS["is_counted"].map({"yes": True, "no": False}).astype("boolean")


def test_seat_holders_fills_an_id_only_by_exactly_the_same_name() -> None:
    seats = text_frame(
        "organisation_id organisation_name",
        """
        a; Sama ry
        ; Sama ry
        ; sama ry
        b; Kaksi ry
        c; Kaksi ry
        ; Kaksi ry
        ; Nimi vain ry
        d;
        ;
        """,
    )
    # "sama ry" is not exactly "Sama ry"; Kaksi ry is of two ids and therefore of none.
    assert seat_holders(seats).fillna("-").tolist() == [
        *("a", "a", "sama ry", "b", "c", "Kaksi ry", "Nimi vain ry", "d", "-")
    ]


def test_organisation_seats_counts_terms_of_one_body_once() -> None:
    organisations = organisation_seats(BOARDS, SEATS)
    # Five known seats: carers 3 on three boards of two bodies, Toinen 2 on two bodies; the deputy,
    # the row that may be several seats and the board elsewhere take no part.
    assert organisations["holder_key"].tolist() == ["carers", "toinen"]
    assert organisations["organisation_id"].tolist() == ["carers", "toinen"]
    assert organisations["bodies"].tolist() == [2, 2]
    assert organisations["boards"].tolist() == [3, 2]
    assert organisations["seats"].tolist() == [3, 2]
    assert organisations["seat_share"].tolist() == pytest.approx([3 / 5, 2 / 5])


def test_concentration_counts_what_is_known_and_what_is_not() -> None:
    figures = concentration(BOARDS, SEATS)
    assert (figures.boards, figures.bodies, figures.bodies_known) == (4, 3, 2)
    assert (figures.seats_known, figures.seats_unknown) == (5, 1)
    # old_1: 3 NGO seats, 3 rows; old_2: 5 seats in all, 1 counted row; ill: 2 and 2; mute: none.
    assert figures.seats_without_row == 4
    assert (figures.organisations, figures.on_several) == (2, 2)
    # Two organisations are the top five: all seats. 1 / (0.36 + 0.16) = 1 / 0.52.
    assert figures.top_share == 1
    assert figures.effective_organisations == pytest.approx(1 / 0.52)


def test_concentration_of_two_terms_of_one_body_finds_nobody_on_several() -> None:
    figures = concentration(BOARDS[BOARDS["body_id"] == "old_1"], SEATS)
    assert (figures.boards, figures.bodies, figures.on_several) == (2, 1, 0)


def test_top_share_is_of_the_five_organisations_with_most_seats() -> None:
    # Seats 3, 1, 1, 1, 1, 1: the five with most hold 3 + 4 * 1 = 7 of 8, whoever is the fifth.
    keys = ["a", "a", "a", "b", "c", "d", "e", "f"]
    seats = pd.DataFrame(
        {
            "board_id": "ill",
            "holder": "organisation",
            "is_counted": True,
            "organisation_id": keys,
            "organisation_name": keys,
        }
    )
    assert concentration(BOARDS, seats).top_share == 7 / 8


def test_concentration_is_unknown_where_no_seat_is() -> None:
    for boards in (BOARDS[BOARDS["board_id"] == "mute"], BOARDS.iloc[:0]):
        figures = concentration(boards, SEATS)
        assert (figures.seats_known, figures.organisations) == (0, 0)
        assert (figures.top_share, figures.effective_organisations) == (None, None)
    assert organisation_seats(BOARDS.iloc[:0], SEATS).empty


def test_effective_number_of_the_textbook() -> None:
    # Shares 0.4, 0.3, 0.2, 0.1: squares 0.16 + 0.09 + 0.04 + 0.01 = 0.30; 1 / 0.30.
    assert effective_number(pd.Series([0.4, 0.3, 0.2, 0.1])) == pytest.approx(1 / 0.30)
    assert effective_number(pd.Series([7, 0])) == 1


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1], [1, None]])
def test_effective_number_refuses_what_has_none(shares: list) -> None:
    with pytest.raises(GeoError, match="effective number"):
        effective_number(pd.Series(shares, dtype="Float64"))


@settings(max_examples=50, deadline=None)
@given(counts=st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_effective_number_lies_between_one_and_the_number_of_parts(counts: list[int]) -> None:
    assert 1 - 1e-9 <= effective_number(pd.Series(counts)) <= len(counts) + 1e-9


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(GeoError, match="lacks body_id"):
        organisation_seats(BOARDS.drop(columns="body_id"), SEATS)
    with pytest.raises(GeoError, match="lacks organisation_name"):
        seat_holders(SEATS.drop(columns="organisation_name"))


def test_no_function_changes_its_frames() -> None:
    before = BOARDS.copy(deep=True), SEATS.copy(deep=True)
    concentration(BOARDS, SEATS)
    assert_frame_equal(BOARDS, before[0])
    assert_frame_equal(SEATS, before[1])
