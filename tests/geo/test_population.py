"""Residents of an age range: whole bands, cut bands, and what is not known."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.population import residents_of_age

# The ages of toy 001; the last band is open.
BANDS = [(0, 9, 100), (10, 14, 50), (15, 64, 500), (65, 74, 90), (75, None, 40)]
EVERYONE = 780  # 100 + 50 + 500 + 90 + 40


def ages(*rows: tuple[str, int, int | None, int, int]) -> pd.DataFrame:
    """Rows of (municipality_code, age_from, age_to, population, year)."""
    columns = ["municipality_code", "age_from", "age_to", "population", "year"]
    frame = pd.DataFrame(list(rows), columns=columns).assign(sex="total")
    return frame.astype({"municipality_code": "string"} | dict.fromkeys(columns[1:], "Int64"))


def toy_ages(code: str = "001", *, year: int = 2018, times: int = 1) -> pd.DataFrame:
    return ages(*[(code, low, high, number * times, year) for low, high, number in BANDS])


def towns(*codes: str, index: list[int] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"municipality_code": pd.array(codes, dtype="string")}, index=index)


def counted(age_from: int, age_to: int | None = None) -> tuple[int, bool]:
    row = residents_of_age(toy_ages(), towns("001"), age_from=age_from, age_to=age_to).iloc[0]
    return int(row["residents"]), bool(row["is_estimated"])


@pytest.mark.parametrize(
    ("age_from", "age_to", "residents"),
    [
        (0, 14, 150),  # 100 + 50
        (65, None, 130),  # 90 + 40
        (75, None, 40),
        (0, None, EVERYONE),
        (15, 74, 590),  # 500 + 90
        (0, 74, 740),  # all but the open band
    ],
)
def test_whole_bands_are_added_up_and_are_no_estimate(
    age_from: int, age_to: int | None, residents: int
) -> None:
    assert counted(age_from, age_to) == (residents, False)


@pytest.mark.parametrize(
    ("age_from", "age_to", "residents"),
    [
        (0, 17, 180),  # 100 + 50 + 15, 16 and 17 of the fifty years of 15-64: 500 * 3/50 = 30
        (18, 64, 470),  # 500 * 47/50
        (13, 29, 170),  # 13 and 14 of 10-14: 50 * 2/5 = 20; 15-29 of 15-64: 500 * 15/50 = 150
        (70, 70, 9),  # one year of ten: 90 / 10
        (70, None, 85),  # 70-74 of 65-74: 90 * 5/10 = 45; + 40
    ],
)
def test_a_band_that_is_cut_is_shared_out_by_years_and_is_an_estimate(
    age_from: int, age_to: int | None, residents: int
) -> None:
    assert counted(age_from, age_to) == (residents, True)


def test_an_estimate_is_a_whole_number_of_persons() -> None:
    # Seven persons in five years of age: one year is 1.4 persons, three years are 4.2.
    seven = ages(("001", 0, 4, 7, 2018))
    assert residents_of_age(seven, towns("001"), age_from=2, age_to=2)["residents"].tolist() == [1]
    assert residents_of_age(seven, towns("001"), age_from=0, age_to=2)["residents"].tolist() == [4]


@pytest.mark.parametrize(("age_from", "age_to"), [(80, None), (65, 80), (65, 75), (0, 120)])
def test_an_open_band_cannot_be_cut(age_from: int, age_to: int | None) -> None:
    with pytest.raises(GeoError, match="open age band"):
        counted(age_from, age_to)


def test_a_range_upside_down_is_an_error() -> None:
    with pytest.raises(GeoError, match="17-13"):
        counted(17, 13)


def test_a_range_of_the_first_year_of_life_is_a_range() -> None:
    assert counted(0, 0) == (10, True)  # one year of ten: 100 / 10
    with pytest.raises(GeoError, match="0-0 cut"):
        residents_of_age(ages(("001", 0, None, 9, 2018)), towns("001"), age_from=0, age_to=0)


def test_a_municipality_without_ages_is_not_known_rather_than_empty() -> None:
    result = residents_of_age(toy_ages(), towns("002", "001"), age_from=65)
    assert result["residents"].tolist() == [pd.NA, 130]
    assert result["year"].tolist() == [pd.NA, 2018]
    assert result["is_estimated"].tolist() == [pd.NA, False]
    unknown = residents_of_age(ages(), towns("001"), age_from=65)
    assert unknown["residents"].tolist() == [pd.NA]


def test_an_age_that_nobody_has_is_zero() -> None:
    empty_band = ages(("001", 0, 64, 10, 2018), ("001", 65, None, 0, 2018))
    result = residents_of_age(empty_band, towns("001"), age_from=65)
    assert result["residents"].tolist() == [0]


def test_of_several_years_the_newest_of_each_municipality_counts_and_none_is_added() -> None:
    both = pd.concat(
        [toy_ages(year=2024, times=2), toy_ages(year=2018), toy_ages("002", year=2018)]
    )
    result = residents_of_age(both, towns("001", "002"), age_from=65)
    assert result["residents"].tolist() == [260, 130]  # 2 * 130 of 2024; 130 of 2018
    assert result["year"].tolist() == [2024, 2018]


def test_order_and_index_are_those_of_the_municipalities() -> None:
    both = pd.concat([toy_ages(), toy_ages("002", times=3)])
    result = residents_of_age(both, towns("002", "001", "002", index=[5, 5, 1]), age_from=75)
    assert result.index.tolist() == [5, 5, 1]
    assert result["residents"].tolist() == [120, 40, 120]


def test_the_index_of_the_ages_is_of_no_account_and_no_input_is_changed() -> None:
    bands, places = toy_ages().set_axis([1, 1, 1, 2, 2]), towns("001", index=[9])
    before = bands.copy(), places.copy()
    assert residents_of_age(bands, places, age_from=65)["residents"].tolist() == [130]
    assert_frame_equal(bands, before[0])
    assert_frame_equal(places, before[1])


def test_a_missing_column_is_an_error_that_names_it() -> None:
    with pytest.raises(GeoError, match="population_by_age lacks age_to"):
        residents_of_age(toy_ages().drop(columns="age_to"), towns("001"), age_from=65)


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(1, 75))
def test_wherever_the_ages_are_cut_in_two_everyone_is_on_one_side(cut: int) -> None:
    # Each side is rounded by at most a half, so both together are off by at most one.
    assert abs(counted(0, cut - 1)[0] + counted(cut)[0] - EVERYONE) <= 1


def test_the_sexes_are_not_added_to_the_total() -> None:
    men = ages(("001", 0, None, 40, 2018)).assign(sex="male")
    everyone = ages(("001", 0, None, 90, 2018))

    residents = residents_of_age(pd.concat([men, everyone]), towns("001"), age_from=0)

    assert residents["residents"].tolist() == [90]
