"""Territory of boards over four invented municipalities."""

from __future__ import annotations

import pytest
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.territory import TERRITORY, board_territory, territory_totals
from tests.geo.toy_places import plain, text_frame

MUNICIPALITIES = text_frame(
    "municipality_code region_code wellbeing_county_code population",
    """
    004; 90; 08; 400
    001; 90; 08; 300
    009; 91; 09; 900
    002; 90; 09; 200
    003; 90; 08; 100
    """,
).astype({"population": "Int64"})
BOARDS = text_frame(
    "board_id level region_code municipality_code wellbeing_county_code seats_total seats_ngo",
    """
    region; region; 90; ; ; 7; 6
    county; wellbeing_county; 90; ; 08; 2; 2
    town; municipality; 90; 001; ; 2; 2
    mute; region; 90; ; ; ;
    lost; region; 99; ; ; ;
    """,
).astype({"seats_total": "Int64", "seats_ngo": "Int64"})
SEATS = text_frame(
    "board_id holder is_counted organisation_id organisation_name",
    """
    region; organisation; yes; home; Kotoinen ry
    region; organisation; yes; work; Työläinen ry
    region; organisation; yes; wide; Laaja ry
    region; organisation; yes; ; Outo ry
    region; field; yes; ;
    region; other; yes; ;
    region; organisation; no; far; Kaukainen ry
    county; organisation; yes; ; Kotoinen ry
    county; organisation; yes; far; Kaukainen ry
    """,
)
SEATS["is_counted"] = SEATS["is_counted"].map({"yes": True, "no": False}).astype("boolean")
AREAS = text_frame(
    "organisation_id relation area_code",
    """
    home; domiciled; 001
    home; stated; 001
    home; stated; 002
    work; stated; 002
    work; stated; 004
    wide; regional; 90
    far; domiciled; 009
    """,
)
MODEL = (BOARDS, SEATS, AREAS, MUNICIPALITIES)


def test_board_territory_keeps_home_and_work_apart() -> None:
    territory = board_territory("region", *MODEL)
    assert territory["municipality_code"].tolist() == ["004", "001", "002", "003"]
    assert territory.index.tolist() == [0, 1, 3, 4]
    # Kotoinen is at home in 001 and works in 002; Työläinen works in 002 and 004.
    # Places of three seats are not known: a zero would say more than is known.
    assert plain(territory["domiciled_seats"]) == [None, 1, None, None]
    assert plain(territory["stated_seats"]) == [1, None, 2, None]
    assert territory["standing"].tolist() == [
        *("works_there", "has_member", "works_there", "not_known")
    ]


def test_board_territory_knows_a_no_only_where_every_domicile_is_known() -> None:
    # Kotoinen, known by its name alone here, and Kaukainen, whose home is outside: two of two.
    territory = board_territory("county", *MODEL)
    assert territory["municipality_code"].tolist() == ["004", "001", "003"]
    assert territory["standing"].tolist() == ["no_member", "has_member", "no_member"]
    assert territory["domiciled_seats"].tolist() == [0, 1, 0]
    assert territory["stated_seats"].tolist() == [0, 0, 0]
    one_short = BOARDS.assign(seats_ngo=BOARDS["seats_ngo"] + 1)
    territory = board_territory("county", one_short, *MODEL[1:])
    assert territory["standing"].tolist() == ["not_known", "has_member", "not_known"]


def test_territory_totals_count_every_seat_once() -> None:
    totals = territory_totals("region", *MODEL)
    # Of five NGO rows: Kotoinen, Työläinen, Laaja, and Outo and a field of which nothing is known.
    assert (totals.seats, totals.seats_domiciled, totals.seats_outside) == (5, 1, 0)
    assert (totals.seats_stated, totals.seats_wide, totals.seats_unknown) == (1, 1, 2)
    assert totals.seats_without_row == 1  # 6 NGO seats, 5 rows
    assert (totals.municipalities, totals.with_member, totals.with_work) == (4, 1, 2)
    assert totals.not_known == 1
    # Residents 400 + 300 + 200 + 100 = 1000: 300 with a member, 900 with a member or work.
    assert (totals.member_share, totals.work_share) == (0.25, 0.75)
    assert totals.member_population_share == pytest.approx(0.3)
    assert totals.work_population_share == pytest.approx(0.9)


def test_territory_totals_count_a_home_outside_the_area() -> None:
    totals = territory_totals("county", *MODEL)
    assert (totals.seats, totals.seats_domiciled, totals.seats_outside) == (2, 2, 1)
    assert totals.member_share == pytest.approx(1 / 3)
    assert totals.member_population_share == pytest.approx(300 / 800)


def test_territory_of_a_board_without_rows_is_not_known() -> None:
    assert set(board_territory("mute", *MODEL)["standing"]) == {"not_known"}
    totals = territory_totals("mute", *MODEL)
    assert (totals.seats, totals.seats_without_row, totals.not_known) == (0, None, 4)
    assert (totals.member_share, totals.work_share) == (None, None)
    assert (totals.member_population_share, totals.work_population_share) == (None, None)


def test_territory_totals_give_no_share_of_residents_that_are_not_known() -> None:
    unknown = MUNICIPALITIES.assign(
        population=MUNICIPALITIES["population"].mask([True] + [False] * 4)
    )
    totals = territory_totals("region", *MODEL[:3], unknown)
    assert (totals.member_population_share, totals.work_population_share) == (None, None)
    assert plain(board_territory("region", *MODEL[:3], unknown)["population"]) == [
        *(None, 300, 200, 100)
    ]
    nobody = MUNICIPALITIES.assign(population=0)
    assert territory_totals("region", *MODEL[:3], nobody).member_population_share is None


def test_standings_are_of_the_known_kinds() -> None:
    for board in ("region", "county", "mute"):
        assert set(board_territory(board, *MODEL)["standing"]) <= set(TERRITORY)


def test_territory_refuses_a_municipal_board_and_an_area_without_municipalities() -> None:
    with pytest.raises(GeoError, match="municipality's"):
        board_territory("town", *MODEL)
    with pytest.raises(GeoError, match="no municipality in '99'"):
        territory_totals("lost", *MODEL)


def test_no_function_changes_its_frames() -> None:
    before = [frame.copy(deep=True) for frame in MODEL]
    territory_totals("region", *MODEL)
    for frame, kept in zip(MODEL, before, strict=True):
        assert_frame_equal(frame, kept)
