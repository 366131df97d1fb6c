"""Areas, completeness and terms of boards, and the organisations of an area."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.boards import (
    board_area,
    board_completeness,
    boards_in_term,
    organisations_of_area,
    seats_without_row,
)
from geo.errors import GeoError
from tests.geo.toy_boards import (
    BOARDS,
    EVERYONE,
    GROUPS,
    ILL,
    MODEL,
    OLD,
    SEATS,
    SPOKEN_FOR,
    boards_of,
    seats_of,
)

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


def board_of(level: str, municipality: str | None, county: str | None) -> pd.DataFrame:
    board = {"board_id": "b", "level": level, "region_code": "01"}
    codes = {"municipality_code": municipality, "wellbeing_county_code": county}
    return pd.DataFrame([board | codes], dtype="string")


@pytest.mark.parametrize(
    ("level", "municipality", "county", "expected"),
    [
        ("municipality", "049", None, ("municipality", "049")),
        ("region", None, None, ("region", "01")),
        # Region 01 lies in two counties: the board says in which it sits.
        ("wellbeing_county", None, "31", ("wellbeing_county", "31")),
        ("wellbeing_county", None, "32", ("wellbeing_county", "32")),
    ],
)
def test_board_area_is_that_of_the_level(
    level: str, municipality: str | None, county: str | None, expected: tuple[str, str]
) -> None:
    assert board_area("b", board_of(level, municipality, county)) == expected
    assert organisations_of_area(*expected, *PLACES).empty


@pytest.mark.parametrize("level", ["municipality", "wellbeing_county"])
def test_board_area_names_the_board_whose_area_is_not_told(level: str) -> None:
    with pytest.raises(GeoError, match=f"area of board 'b': {level}_code is empty"):
        board_area("b", board_of(level, None, None))


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
    known = board_completeness(boards_of(b=(total, ngo)), *seats_of(*named), GROUPS)
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
    seats = seats_of(*(((f"s{number}", "b", "field", True, [OLD])) for number in range(3)))
    known = board_completeness(boards_of(b=(2, None)), *seats, GROUPS)
    assert known["known_share"].tolist() == [1.5]  # 3 rows for 2 seats, not capped
    assert known["has_too_many_rows"].tolist() == [True]
    too_many_ngos = board_completeness(boards_of(b=(None, 2)), *seats, GROUPS)
    assert too_many_ngos["has_too_many_rows"].tolist() == [True]
    unknown = board_completeness(boards_of(b=(None, None)), *seats, GROUPS)
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


def test_no_function_changes_its_frames() -> None:
    boards = BOARDS.assign(
        level="region",
        region_code="10",
        municipality_code=pd.NA,
        wellbeing_county_code=pd.NA,
        term_start="2023",
        term_end=None,
    )
    frames = [boards, SEATS, SPOKEN_FOR, GROUPS, *PLACES]
    before = [frame.copy(deep=True) for frame in frames]
    for with_general in (False, True):
        board_completeness(boards, SEATS, SPOKEN_FOR, GROUPS, with_general=with_general)
    boards_in_term(boards, datetime.date(2026, 1, 1))
    board_area("council", boards)
    organisations_of_area(
        "region", "10", *PLACES, with_regional=True, with_national=True, with_unknown_place=True
    )
    for frame, kept in zip(frames, before, strict=True):
        assert_frame_equal(frame, kept)


def test_seats_without_row_holds_ngo_seats_against_ngo_rows_where_their_number_is_known() -> None:
    # council: 4 NGO seats, 4 counted rows that may be of NGOs (the deputy and "other" are not).
    # table: 2 NGO seats and no row; none: no NGO seat; forum: no number known.
    missing = seats_without_row(BOARDS, SEATS)
    assert missing.fillna(-1).tolist() == [0, -1, 2, 0]
    # Only the number of all seats known: 7 less five counted rows of any holder.
    only_total = boards_of(council=(7, None))
    assert seats_without_row(only_total, SEATS).tolist() == [2]


def test_seats_without_row_is_never_below_zero() -> None:
    assert seats_without_row(boards_of(council=(1, 1)), SEATS).tolist() == [0]
