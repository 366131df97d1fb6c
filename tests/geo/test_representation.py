"""Seats, shares and indices on boards small enough to count on one's fingers."""

from __future__ import annotations

import datetime
import itertools
import math

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.indices import board_indices, gallagher_index, largest_remainders, rose_index
from geo.representation import (
    STANDINGS,
    board_area,
    board_completeness,
    boards_in_term,
    groups_without_a_seat,
    organisations_of_area,
    reference_shares,
    representation,
    seat_parts,
    seat_shares,
)

OLD, YOUNG, ILL, EVERYONE = "KR1.1", "KR1.3", "KR1.4", "X.yleinen"

GROUPS = pd.DataFrame(
    {
        "target_group_code": pd.Series([OLD, YOUNG, ILL, EVERYONE], dtype="string"),
        "is_general": pd.Series([False, False, False, True], dtype="boolean"),
    }
).set_axis([40, 30, 20, 10])


def _boards(**sizes: tuple[int | None, int | None]) -> pd.DataFrame:
    """Boards by id, each with seats in all and seats of NGOs."""
    return pd.DataFrame(
        {
            "board_id": pd.Series(list(sizes), dtype="string"),
            "seats_total": pd.Series([total for total, _ in sizes.values()], dtype="Int64"),
            "seats_ngo": pd.Series([ngo for _, ngo in sizes.values()], dtype="Int64"),
        }
    )


def _seats(
    *rows: tuple[str, str, str, bool | None, list[str]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of seat, board, holder, whether it counts, groups; as the two tables of the model."""
    seats = pd.DataFrame(
        [row[:4] for row in rows], columns=["seat_id", "board_id", "holder", "is_counted"]
    ).astype({"is_counted": "boolean", "seat_id": "string", "board_id": "string"})
    links = [(row[0], code) for row in rows for code in row[4]]
    spoken_for = pd.DataFrame(links, columns=["seat_id", "target_group_code"], dtype="string")
    return seats, spoken_for


BOARDS = _boards(council=(5, 4), forum=(None, None), table=(None, 2), none=(3, 0))
SEATS, SPOKEN_FOR = _seats(
    ("s1", "council", "organisation", True, [OLD]),
    ("s2", "council", "organisation", True, [OLD, ILL]),
    ("s3", "council", "field", True, [YOUNG, EVERYONE]),
    ("s4", "council", "organisation", True, [EVERYONE]),
    ("s5", "council", "other", True, []),
    ("s6", "council", "organisation", False, [ILL]),
    ("s7", "forum", "organisation", True, [OLD]),
    ("s8", "forum", "field", None, [ILL, OLD]),
)
MODEL = (BOARDS, SEATS, SPOKEN_FOR, GROUPS)

SERVED = pd.DataFrame(
    [("o1", OLD), ("o2", OLD), ("o2", YOUNG), ("o3", YOUNG), ("o3", EVERYONE), ("o4", EVERYONE)],
    columns=["organisation_id", "target_group_code"],
    dtype="string",
)
IDS = ["o1", "o2", "o3", "o4", "o5"]

MUNICIPALITIES = pd.DataFrame(
    {
        "municipality_code": ["491", "740", "853", "049", "092"],
        "region_code": ["10", "10", "02", "01", "01"],
        "wellbeing_county_code": ["12", "12", "05", "31", "32"],
    },
    dtype="string",
)
ORGANISATIONS = pd.DataFrame(
    {
        "organisation_id": ["seat", "work", "reach", "country", "nowhere", "afar"],
        "region_code": ["10", "10", "10", "10", "10", "02"],
    },
    dtype="string",
).set_axis(list("abcdef"))
ORGANISATION_AREAS = pd.DataFrame(
    [
        ("seat", "domiciled", "491"),
        ("work", "domiciled", "853"),
        ("work", "stated", "740"),
        ("reach", "regional", "10"),
        ("country", "national", "FI"),
        ("afar", "domiciled", "853"),
    ],
    columns=["organisation_id", "relation", "area_code"],
    dtype="string",
)
PLACES = (ORGANISATIONS, ORGANISATION_AREAS, MUNICIPALITIES)


def _shares(*values: float) -> pd.Series:
    return pd.Series(values, index=[f"g{number}" for number in range(len(values))])


# Parts and shares of seats


def test_seat_parts_leaves_general_groups_out_before_it_splits() -> None:
    parts = seat_parts(SEATS, SPOKEN_FOR, GROUPS)
    # s3 speaks for the young and for everyone: everyone is left out, so k = 1 and the part is 1.
    assert parts.set_index(["seat_id", "target_group_code"])["part"].to_dict() == {
        ("s1", OLD): 1,
        ("s2", OLD): 0.5,
        ("s2", ILL): 0.5,
        ("s3", YOUNG): 1,
        ("s6", ILL): 1,
        ("s7", OLD): 1,
        ("s8", ILL): 0.5,
        ("s8", OLD): 0.5,
    }


def test_seat_parts_splits_with_general_groups_when_asked() -> None:
    parts = seat_parts(SEATS, SPOKEN_FOR, GROUPS, with_general=True)
    assert parts.loc[parts["seat_id"] == "s3", "part"].tolist() == [0.5, 0.5]
    assert parts.loc[parts["seat_id"] == "s4", "part"].tolist() == [1]


def test_seat_parts_refuses_a_code_that_is_no_target_group() -> None:
    with pytest.raises(GeoError, match=r"KR1\.4"):
        seat_parts(SEATS, SPOKEN_FOR, GROUPS[GROUPS["target_group_code"] != ILL])


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


# Reference


def test_reference_shares_splits_organisations_as_seats() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS)
    # With a group: o1 old 1; o2 old 1/2, young 1/2; o3 young 1. So old 1.5 and young 1.5 of 3.
    assert reference.shares["organisations"].tolist() == [2, 2, 0]
    assert reference.shares["organisation_parts"].tolist() == [1.5, 1.5, 0]
    assert reference.shares["reference_share"].tolist() == [0.5, 0.5, 0]
    assert reference.shares.index.tolist() == [40, 30, 20]


def test_reference_shares_counts_every_organisation_it_was_given() -> None:
    reference = reference_shares([*IDS, "o1"], SERVED, GROUPS)
    assert reference.organisations == 5
    assert (reference.with_group, reference.general_only, reference.without_group) == (3, 1, 1)


def test_reference_shares_keeps_general_groups_when_asked() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS, with_general=True)
    # Four with a group: old 1.5, young 1/2 + 1/2, everyone 1/2 + 1.
    assert reference.shares["reference_share"].tolist() == [0.375, 0.25, 0, 0.375]
    assert (reference.with_group, reference.general_only, reference.without_group) == (4, 0, 1)


@pytest.mark.parametrize("ids", [[], ["o4"], ["o5"]])
def test_reference_shares_is_unknown_where_no_organisation_has_a_group(ids: list[str]) -> None:
    reference = reference_shares(ids, SERVED, GROUPS)
    assert reference.shares["reference_share"].isna().all()
    assert reference.shares["organisations"].tolist() == [0, 0, 0]


# Areas


@pytest.mark.parametrize(
    ("level", "code", "options", "expected"),
    [
        ("municipality", "491", {}, ["seat"]),
        ("municipality", "740", {}, ["work"]),
        ("municipality", "491", {"with_regional": True}, ["seat", "reach"]),
        ("municipality", "491", {"with_national": True}, ["seat", "country"]),
        ("municipality", "491", {"with_unknown_place": True}, ["seat"]),
        ("municipality", "853", {"with_regional": True}, ["work", "afar"]),
        ("region", "10", {}, ["seat", "work", "reach"]),
        ("region", "10", {"with_unknown_place": True}, ["seat", "work", "reach", "nowhere"]),
        ("region", "02", {"with_unknown_place": True}, ["work", "afar"]),
        ("wellbeing_county", "12", {}, ["seat", "work", "reach"]),
        ("wellbeing_county", "31", {}, []),
    ],
)
def test_organisations_of_area_keeps_seat_work_and_reach_apart(
    level: str, code: str, options: dict[str, bool], expected: list[str]
) -> None:
    assert organisations_of_area(level, code, *PLACES, **options).tolist() == expected


def test_organisations_of_area_keeps_the_index_of_organisations() -> None:
    assert organisations_of_area("region", "10", *PLACES).index.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("level", "code", "message"),
    [("village", "491", "expected municipality"), ("municipality", "490", r"near names: .*491")],
)
def test_organisations_of_area_refuses_what_is_no_area(level: str, code: str, message: str) -> None:
    with pytest.raises(GeoError, match=message):
        organisations_of_area(level, code, *PLACES)


@pytest.mark.parametrize(
    ("level", "region", "municipality", "expected"),
    [
        ("municipality", "10", "491", ("municipality", "491")),
        ("region", "10", None, ("region", "10")),
        ("wellbeing_county", "10", None, ("wellbeing_county", "12")),
    ],
)
def test_board_area_is_that_of_the_level(
    level: str, region: str, municipality: str | None, expected: tuple[str, str]
) -> None:
    board = {"board_id": "b", "level": level, "region_code": region}
    boards = pd.DataFrame([board | {"municipality_code": municipality}])
    assert board_area("b", boards, MUNICIPALITIES) == expected


@pytest.mark.parametrize("region", ["01", "99"])
def test_board_area_does_not_guess_among_several_counties_or_none(region: str) -> None:
    board = {"board_id": "b", "level": "wellbeing_county", "region_code": region}
    boards = pd.DataFrame([board | {"municipality_code": None}])
    with pytest.raises(GeoError, match="expected one"):
        board_area("b", boards, MUNICIPALITIES)


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


# Completeness

ALL_NGO = [("organisation", True, [OLD]), ("field", True, [EVERYONE])]


@pytest.mark.parametrize(
    ("total", "ngo", "rows", "is_complete"),
    [
        (None, None, ALL_NGO, None),
        (None, 2, ALL_NGO, True),
        (None, 3, ALL_NGO, False),
        (2, None, ALL_NGO, True),
        (3, None, ALL_NGO, False),
        (9, 2, ALL_NGO, True),  # the seats that are missing are none of the NGOs'
        (2, 3, ALL_NGO, False),  # the two numbers disagree: an NGO seat is still missing
        (3, 0, [], True),
        (None, None, [], None),
        (3, 2, [*ALL_NGO, ("unknown", True, [])], False),
        (None, None, [("unknown", True, [])], False),
        (None, 2, [("organisation", True, [OLD]), ("organisation", True, [])], False),
        (None, 2, [*ALL_NGO, ("organisation", False, [])], True),
        (None, 2, [("organisation", True, [OLD]), ("field", None, [ILL])], False),
        (3, 2, [*ALL_NGO, ("other", True, [])], True),
    ],
)
def test_board_completeness_needs_every_ngo_seat_with_a_group(
    total: int | None,
    ngo: int | None,
    rows: list[tuple[str, bool | None, list[str]]],
    is_complete: bool | None,
) -> None:
    named = [(f"s{number}", "b", *row) for number, row in enumerate(rows)]
    known = board_completeness(_boards(b=(total, ngo)), *_seats(*named), GROUPS)
    found = known["is_complete"].iloc[0]
    assert (None if pd.isna(found) else bool(found)) is is_complete


def test_board_completeness_counts_rows_per_board_in_order() -> None:
    boards = BOARDS.iloc[::-1].set_axis(list("wxyz"))
    known = board_completeness(boards, SEATS, SPOKEN_FOR, GROUPS)
    assert known.index.tolist() == list("wxyz")
    assert known["board_id"].tolist() == ["none", "table", "forum", "council"]
    assert known["counted_rows"].tolist() == [0, 0, 1, 5]
    assert known["possible_rows"].tolist() == [0, 0, 1, 0]
    assert known["ngo_rows"].tolist() == [0, 0, 1, 4]
    assert known["speaking_seats"].tolist() == [0, 0, 1, 3]
    assert known["known_share"].tolist()[0] == 0
    assert known["known_share"].isna().tolist() == [False, True, True, False]
    assert known["known_share"].tolist()[3] == 1


def test_board_completeness_counts_general_seats_when_asked() -> None:
    known = board_completeness(*MODEL, with_general=True)
    assert known["speaking_seats"].tolist() == [4, 1, 0, 0]


def test_board_completeness_shows_more_rows_than_seats() -> None:
    seats = _seats(*(((f"s{number}", "b", "field", True, [OLD])) for number in range(3)))
    known = board_completeness(_boards(b=(2, None)), *seats, GROUPS)
    assert known["known_share"].tolist() == [1.5]  # 3 rows for 2 seats, not capped
    assert known["has_too_many_rows"].tolist() == [True]
    too_many_ngos = board_completeness(_boards(b=(None, 2)), *seats, GROUPS)
    assert too_many_ngos["has_too_many_rows"].tolist() == [True]
    unknown = board_completeness(_boards(b=(None, None)), *seats, GROUPS)
    assert unknown["has_too_many_rows"].isna().all()


# Terms


@pytest.mark.parametrize(
    ("start", "end", "day", "expected"),
    [
        ("2023", "2025", "2022-12-31", "not_begun"),
        ("2023", "2025", "2023-01-01", "in_term"),
        ("2023", "2025", "2025-12-31", "in_term"),
        ("2023", "2025", "2026-01-01", "ended"),
        ("2020-09", "2022-09", "2020-08-31", "not_begun"),
        ("2020-09", "2022-09", "2020-09-01", "in_term"),
        ("2020-09", "2022-09", "2022-09-30", "in_term"),
        ("2020-09", "2022-09", "2022-10-01", "ended"),
        ("2021-06-01", "2025-05-31", "2021-05-31", "not_begun"),
        ("2021-06-01", "2025-05-31", "2025-05-31", "in_term"),
        ("2021-06-01", "2025-05-31", "2025-06-01", "ended"),
        ("2022", None, "2021-12-31", "not_begun"),
        ("2022", None, "2023-01-01", "not_known"),
        (None, "2022", "2021-01-01", "not_known"),
        (None, "2022", "2023-01-01", "ended"),
        (None, None, "2023-01-01", "not_known"),
    ],
)
def test_boards_in_term_reads_partial_dates_at_their_widest(
    start: str | None, end: str | None, day: str, expected: str
) -> None:
    boards = pd.DataFrame({"term_start": [start], "term_end": [end]}, dtype="string").set_axis([7])
    term = boards_in_term(boards, datetime.date.fromisoformat(day))
    assert term.to_dict() == {7: expected}


def test_boards_in_term_of_no_boards_is_empty() -> None:
    boards = pd.DataFrame({"term_start": [], "term_end": []}, dtype="string")
    assert boards_in_term(boards, datetime.date(2026, 1, 1)).empty


# Indices


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


# What holds for every board

proportions = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)
spoken = st.lists(st.sampled_from([OLD, YOUNG, ILL, EVERYONE]), unique=True)
some_seats = st.lists(
    st.tuples(
        st.sampled_from(["organisation", "field", "other", "unknown"]),
        st.sampled_from([True, False, None]),
        spoken,
    ),
    max_size=10,
)


def _as_shares(counts: list[int]) -> pd.Series:
    return _shares(*(count / sum(counts) for count in counts))


@settings(max_examples=25, deadline=None)
@given(rows=some_seats, with_general=st.booleans(), sizes=st.tuples(*[st.none() | st.just(3)] * 2))
def test_seat_shares_add_up_to_one_on_every_board(
    rows: list[tuple[str, bool | None, list[str]]],
    with_general: bool,
    sizes: tuple[int | None, int | None],
) -> None:
    named = [(f"s{number}", "b", *row) for number, row in enumerate(rows)]
    model = (_boards(b=sizes), *_seats(*named), GROUPS)
    shares = seat_shares("b", *model, with_general=with_general)
    speaking = board_completeness(*model, with_general=with_general)["speaking_seats"].iloc[0]
    assert len(shares) == 3 + with_general
    assert set(shares["standing"]) <= set(STANDINGS)
    assert shares["seats"].sum() == pytest.approx(speaking)
    if speaking:
        assert shares["seat_share"].sum() == pytest.approx(1)
    else:
        assert shares["seat_share"].isna().all()


@settings(max_examples=40, deadline=None)
@given(groups=st.lists(spoken, max_size=10))
def test_reference_shares_add_up_to_one_for_any_organisations(groups: list[list[str]]) -> None:
    links = [(f"o{number}", code) for number, codes in enumerate(groups) for code in codes]
    served = pd.DataFrame(links, columns=["organisation_id", "target_group_code"], dtype="string")
    reference = reference_shares([f"o{number}" for number in range(len(groups))], served, GROUPS)
    counts = (reference.with_group, reference.general_only, reference.without_group)
    assert sum(counts) == reference.organisations == len(groups)
    if reference.with_group:
        assert reference.shares["reference_share"].sum() == pytest.approx(1)


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


def test_no_function_changes_its_frames() -> None:
    boards = BOARDS.assign(
        level="region", region_code="10", municipality_code=pd.NA, term_start="2023", term_end=None
    )
    frames = [boards, SEATS, SPOKEN_FOR, GROUPS, SERVED, *PLACES]
    before = [frame.copy(deep=True) for frame in frames]
    model = (boards, SEATS, SPOKEN_FOR, GROUPS)
    for with_general in (False, True):
        reference = reference_shares(IDS, SERVED, GROUPS, with_general=with_general).shares
        kept = reference.copy(deep=True)
        represented = representation("council", *model, reference, with_general=with_general)
        shown = represented.copy(deep=True)
        groups_without_a_seat(represented, with_unknown=True)
        board_indices(represented)
        board_completeness(*model, with_general=with_general)
        assert_frame_equal(reference, kept)
        assert_frame_equal(represented, shown)
    boards_in_term(boards, datetime.date(2026, 1, 1))
    board_area("council", boards, MUNICIPALITIES)
    organisations_of_area(
        "region", "10", *PLACES, with_regional=True, with_national=True, with_unknown_place=True
    )
    for frame, kept in zip(frames, before, strict=True):
        assert_frame_equal(frame, kept)
