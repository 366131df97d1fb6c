"""Residents of an age range and of target groups: counted, estimated, and what is not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.population import REASONS, residents_of_age, residents_of_groups

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"

# The ages of toy 001; the last band is open.
BANDS = [(0, 9, 100), (10, 14, 50), (15, 64, 500), (65, 74, 90), (75, None, 40)]
EVERYONE = 780  # 100 + 50 + 500 + 90 + 40


def ages(*rows: tuple[str, int, int | None, int | None, int]) -> pd.DataFrame:
    """Rows of (municipality_code, age_from, age_to, population, year)."""
    columns = ["municipality_code", "age_from", "age_to", "population", "year"]
    frame = pd.DataFrame(list(rows), columns=columns).assign(sex="total")
    return frame.astype({"municipality_code": "string"} | dict.fromkeys(columns[1:], "Int64"))


def toy_ages(code: str = "001", *, year: int = 2018, times: int = 1) -> pd.DataFrame:
    return ages(*[(code, low, high, number * times, year) for low, high, number in BANDS])


def towns(
    *codes: str,
    population: int | None = EVERYONE,
    year: int | None = 2018,
    index: list[int] | None = None,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality_code": pd.array(codes, dtype="string"),
            "population": pd.array([population] * len(codes), dtype="Int64"),
            "population_year": pd.array([year] * len(codes), dtype="Int64"),
        },
        index=index,
    )


def groups(*rows: tuple[str, int | None, int | None, bool]) -> pd.DataFrame:
    """Rows of (target_group_code, age_from, age_to, is_general)."""
    columns = ["target_group_code", "age_from", "age_to", "is_general"]
    dtypes = ["string", "Int64", "Int64", "boolean"]
    return pd.DataFrame(list(rows), columns=columns).astype(dict(zip(columns, dtypes, strict=True)))


def row_of(bands: pd.DataFrame, places: pd.DataFrame, **ages_asked: int) -> dict[str, Any]:
    """The only row, None for what is not known."""
    [row] = residents_of_age(bands, places, **ages_asked).to_dict("records")
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}


def counted(age_from: int, age_to: int | None = None) -> tuple[int, str]:
    """Residents and basis where ages and total are of one year."""
    row = residents_of_age(toy_ages(), towns("001"), age_from=age_from, age_to=age_to).iloc[0]
    return int(row["residents"]), str(row["basis"])


# Ages and total of one year


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
def test_whole_bands_of_the_totals_year_are_counted(
    age_from: int, age_to: int | None, residents: int
) -> None:
    assert counted(age_from, age_to) == (residents, "counted")


@pytest.mark.parametrize(
    ("age_from", "age_to", "residents"),
    [
        (0, 17, 180),  # 100 + 50 + 15, 16 and 17 of the fifty years of 15-64: 500 * 3/50 = 30
        (18, 64, 470),  # 500 * 47/50
        (13, 29, 170),  # 13 and 14 of 10-14: 50 * 2/5 = 20; 15-29 of 15-64: 500 * 15/50 = 150
        (70, 70, 9),  # one year of ten: 90 / 10
        (70, None, 85),  # 70-74 of 65-74: 90 * 5/10 = 45; + 40
        (0, 0, 10),  # the first year of life, one of ten: 100 / 10
    ],
)
def test_a_band_that_is_cut_is_shared_out_by_years_and_is_an_estimate(
    age_from: int, age_to: int | None, residents: int
) -> None:
    assert counted(age_from, age_to) == (residents, "estimated")
    row = residents_of_age(toy_ages(), towns("001"), age_from=age_from, age_to=age_to).iloc[0]
    assert row["is_band_cut"]


def test_ages_of_the_totals_year_are_counted_even_where_they_do_not_add_up_to_the_total() -> None:
    # The total says 800, the ages 780: 130 of them are 65 or older, a share of 130/780 = 1/6.
    row = row_of(toy_ages(), towns("001", population=800), age_from=65)
    assert row == {
        "residents": 130,
        "share": pytest.approx(1 / 6),
        "ages_year": 2018,
        "population_year": 2018,
        "basis": "counted",
        "is_band_cut": False,
        "reason": None,
    }


# Ages older than the total


def test_the_share_of_older_ages_is_taken_of_the_newer_total_and_is_an_estimate() -> None:
    # 130 of 780 are a sixth; a sixth of the 600 residents of 2022 are 100.
    row = row_of(toy_ages(), towns("001", population=600, year=2022), age_from=65)
    assert row == {
        "residents": 100,
        "share": pytest.approx(1 / 6),
        "ages_year": 2018,
        "population_year": 2022,
        "basis": "estimated",
        "is_band_cut": False,
        "reason": None,
    }


@pytest.mark.parametrize(
    ("population", "residents"),
    [(603, 101), (602, 100), (601, 100), (597, 100), (596, 99)],  # a sixth: 100.5, 100.3, ...
)
def test_an_estimate_is_rounded_half_up_to_a_whole_person(population: int, residents: int) -> None:
    row = row_of(toy_ages(), towns("001", population=population, year=2022), age_from=65)
    assert row["residents"] == residents


def test_a_half_that_a_product_of_floats_falls_short_of_is_rounded_up_all_the_same() -> None:
    # 29 of 100 are 0.29, of 50 people 14.5; the product of the floats is 14.499999999999998.
    bands = ages(("001", 0, 64, 71, 2018), ("001", 65, None, 29, 2018))
    row = row_of(bands, towns("001", population=50, year=2022), age_from=65)
    assert row["residents"] == 15


def test_a_total_of_an_unknown_year_makes_an_estimate() -> None:
    row = row_of(toy_ages(), towns("001", year=None), age_from=65)
    assert (row["residents"], row["basis"], row["population_year"]) == (130, "estimated", None)


def test_where_nobody_lives_any_more_nobody_is_of_age() -> None:
    assert row_of(toy_ages(), towns("001", population=0, year=2022), age_from=65)["residents"] == 0


# What is not known


@pytest.mark.parametrize(("age_from", "age_to"), [(80, None), (65, 80), (65, 75), (0, 120)])
def test_an_open_band_that_the_range_cuts_leaves_the_number_unknown(
    age_from: int, age_to: int | None
) -> None:
    row = residents_of_age(toy_ages(), towns("001"), age_from=age_from, age_to=age_to).iloc[0]
    assert row["reason"] == "open_band"
    assert row.drop("reason").isna().all()


def test_a_municipality_without_ages_is_not_known_rather_than_empty() -> None:
    result = residents_of_age(toy_ages(), towns("002", "001"), age_from=65)
    assert result["residents"].tolist() == [pd.NA, 130]
    assert result["reason"].tolist() == ["no_ages", pd.NA]
    unknown = residents_of_age(ages(), towns("001"), age_from=65)
    assert unknown["reason"].tolist() == ["no_ages"]


def test_ages_that_add_up_to_nobody_give_no_share() -> None:
    assert row_of(toy_ages(times=0), towns("001"), age_from=65)["reason"] == "no_ages"


@pytest.mark.parametrize(
    "bands",
    [
        [(10, 64, 50), (65, None, 9)],  # the children are missing
        [(0, 9, 50), (20, 64, 50), (65, None, 9)],  # 10 to 19 are missing
        [(0, 64, 50), (15, 64, 40), (65, None, 9)],  # 15 to 64 are there twice
        [(0, 64, 50), (65, 84, 9)],  # those over 84 are missing
        [(0, 64, None), (65, None, 9)],  # one number is missing
        [(0, 64, 50), (65, None, 9), (70, None, 5)],  # 70 and older are there twice
    ],
)
def test_ages_that_leave_out_or_repeat_a_year_of_life_are_no_ages(
    bands: list[tuple[int, int | None, int | None]],
) -> None:
    broken = ages(*[("001", *band, 2018) for band in bands])
    result = residents_of_age(
        pd.concat([broken, toy_ages("002")]), towns("001", "002"), age_from=65
    )
    assert result["reason"].tolist() == ["no_ages", pd.NA]
    assert result["residents"].tolist() == [pd.NA, 130]


def test_a_share_of_an_unknown_total_is_unknown_but_a_count_needs_no_total() -> None:
    older = row_of(toy_ages(), towns("001", population=None, year=2022), age_from=65)
    assert (older["residents"], older["reason"]) == (None, "no_population")
    same = row_of(toy_ages(), towns("001", population=None, year=2018), age_from=65)
    assert (same["residents"], same["reason"]) == (130, None)


def test_an_age_that_nobody_has_is_zero() -> None:
    empty_band = ages(("001", 0, 64, 10, 2018), ("001", 65, None, 0, 2018))
    row = row_of(empty_band, towns("001"), age_from=65)
    assert (row["residents"], row["share"]) == (0, 0)


def test_a_range_upside_down_is_an_error() -> None:
    with pytest.raises(GeoError, match="17-13"):
        counted(17, 13)


def test_a_missing_column_is_an_error_that_names_it() -> None:
    with pytest.raises(GeoError, match="population_by_age lacks age_to"):
        residents_of_age(toy_ages().drop(columns="age_to"), towns("001"), age_from=65)
    with pytest.raises(GeoError, match="municipalities lacks population_year"):
        residents_of_age(toy_ages(), towns("001").drop(columns="population_year"), age_from=65)


# Years, sexes, order


def test_of_several_years_the_newest_of_each_municipality_counts_and_none_is_added() -> None:
    both = pd.concat(
        [toy_ages(year=2024, times=2), toy_ages(year=2018), toy_ages("002", year=2018)]
    )
    result = residents_of_age(both, towns("001", "002", year=2024), age_from=65)
    # 001: 2 * 130 of 2024, counted; 002: a sixth of 2018 of the 780 of 2024, estimated.
    assert result["residents"].tolist() == [260, 130]
    assert result["ages_year"].tolist() == [2024, 2018]
    assert result["basis"].tolist() == ["counted", "estimated"]


def test_the_sexes_are_not_added_to_the_total() -> None:
    men = ages(("001", 0, None, 40, 2018)).assign(sex="male")
    everyone = ages(("001", 0, None, 90, 2018))
    assert row_of(pd.concat([men, everyone]), towns("001"), age_from=0)["residents"] == 90


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


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(1, 75), population=st.integers(0, 2000))
def test_wherever_the_ages_are_cut_in_two_everyone_is_on_one_side(
    cut: int, population: int
) -> None:
    places = towns("001", population=population, year=2022)
    below = row_of(toy_ages(), places, age_from=0, age_to=cut - 1)
    above = row_of(toy_ages(), places, age_from=cut)
    assert below["share"] + above["share"] == pytest.approx(1)
    # Each side is rounded by at most a half, so both together are off by at most one.
    assert abs(below["residents"] + above["residents"] - population) <= 1


# Target groups


def test_groups_stand_below_each_other_in_the_order_of_the_two_tables() -> None:
    both = pd.concat([toy_ages(), toy_ages("002", times=3)])
    asked = groups(("old", 65, None, False), ("young", 0, 14, False))
    result = residents_of_groups(both, towns("002", "001", index=[7, 7]), asked)
    assert result.index.tolist() == [0, 1, 2, 3]
    assert result["municipality_code"].tolist() == ["002", "002", "001", "001"]
    assert result["target_group_code"].tolist() == ["old", "young", "old", "young"]
    # 001: 90 + 40 and 100 + 50; 002 has three times as many.
    assert result["residents"].tolist() == [390, 450, 130, 150]


def test_a_group_without_ages_is_unknown_for_its_own_reason_and_never_zero() -> None:
    result = residents_of_groups(
        toy_ages(), towns("001", "002"), groups(("carers", None, None, False))
    )
    assert result["residents"].isna().all()
    assert result["reason"].tolist() == ["no_age_range", "no_age_range"]  # though 002 has no ages


def test_everyone_is_the_population_itself_counted_with_or_without_ages() -> None:
    everyone = groups(("all", None, None, True))
    result = residents_of_groups(toy_ages(), towns("001", "002", population=9, year=2022), everyone)
    assert result["residents"].tolist() == [9, 9]
    assert result["share"].tolist() == [1, 1]
    assert result["basis"].tolist() == ["counted", "counted"]
    assert result["population_year"].tolist() == [2022, 2022]
    assert result["ages_year"].isna().all()
    unknown = residents_of_groups(toy_ages(), towns("001", population=None), everyone)
    assert unknown["residents"].isna().all()
    assert unknown["reason"].tolist() == ["no_population"]


def test_a_general_group_with_ages_is_counted_by_its_ages() -> None:
    result = residents_of_groups(toy_ages(), towns("001"), groups(("all_old", 65, None, True)))
    assert result["residents"].tolist() == [130]


def test_a_group_without_a_youngest_age_begins_at_birth() -> None:
    result = residents_of_groups(toy_ages(), towns("001"), groups(("minors", None, 14, False)))
    assert result["residents"].tolist() == [150]  # 100 + 50


def test_groups_whose_ages_are_upside_down_are_named_all_at_once() -> None:
    wrong = groups(("a", 17, 13, False), ("b", 0, 17, False), ("c", 65, 60, False))
    with pytest.raises(GeoError, match="a 17-13, c 65-60"):
        residents_of_groups(toy_ages(), towns("001"), wrong)


def test_groups_of_nobody_and_no_groups_are_empty_frames_of_the_same_columns() -> None:
    asked = groups(("old", 65, None, False))
    full = residents_of_groups(toy_ages(), towns("001"), asked)
    for empty in (
        residents_of_groups(toy_ages(), towns(), asked),
        residents_of_groups(toy_ages(), towns("001"), groups()),
    ):
        assert len(empty) == 0
        assert empty.dtypes.to_dict() == full.dtypes.to_dict()


@settings(max_examples=25, deadline=None)
@given(
    age_from=st.none() | st.integers(0, 90),
    width=st.none() | st.integers(0, 90),
    is_general=st.booleans(),
    population=st.none() | st.integers(0, 999),
    code=st.sampled_from(["001", "002"]),
)
def test_whatever_is_asked_a_number_has_a_basis_and_no_reason_or_the_other_way_round(
    age_from: int | None,
    width: int | None,
    is_general: bool,
    population: int | None,
    code: str,
) -> None:
    age_to = None if width is None else (age_from or 0) + width
    result = residents_of_groups(
        toy_ages(),
        towns(code, population=population, year=2022),
        groups(("any", age_from, age_to, is_general)),
    )
    [row] = result.to_dict("records")
    assert pd.isna(row["reason"]) == pd.notna(row["residents"]) == pd.notna(row["basis"])
    assert pd.notna(row["residents"]) or row["reason"] in REASONS
    if pd.notna(row["residents"]):
        assert 0 <= row["residents"] <= population
        assert 0 <= row["share"] <= 1


def test_real_ages_of_2018_on_real_totals_of_2022_are_those_worked_out_with_a_pencil() -> None:
    # Ages of 2018 in data/fixed/population_by_age.csv, totals of 2022 in municipalities.csv.
    #
    # Juva: 0-17: 122 + 185 + 323 + 180 + 131 = 941; 18-64: 104 + 200 + 201 + 254 + 273 + 279 +
    # 300 + 432 + 537 + 580 = 3,160; 65-: 611 + 519 + 393 + 313 + 288 = 2,124; in all 6,225.
    # 13-29: 180 + 131 + 104 + 200 + 201 = 816. Residents in 2022: 5,769.
    #   65-   2,124 / 6,225 * 5,769 = 12,253,356 / 6,225 = 1,968.4
    #   0-17    941 / 6,225 * 5,769 =  5,428,629 / 6,225 =   872.07
    #   13-29   816 / 6,225 * 5,769 =  4,707,504 / 6,225 =   756.2
    #
    # Turku: 0-17: 5,047 + 6,852 + 9,621 + 4,465 + 3,063 = 29,048; 18-64: 4,246 + 19,599 + 18,884
    # + 14,635 + 12,628 + 11,104 + 9,599 + 11,002 + 10,645 + 10,536 = 122,878; 65-: 11,002 +
    # 11,017 + 6,784 + 5,072 + 5,530 = 39,405; in all 191,331. 13-29: 4,465 + 3,063 + 4,246 +
    # 19,599 + 18,884 = 50,257. Residents in 2022: 197,900.
    #   65-   39,405 / 191,331 * 197,900 = 7,798,249,500 / 191,331 = 40,757.9
    #   0-17  29,048 / 191,331 * 197,900 = 5,748,599,200 / 191,331 = 30,045.3
    #   13-29 50,257 / 191,331 * 197,900 = 9,945,860,300 / 191,331 = 51,982.48
    codes = {"municipality_code": "string"}
    bands = pd.read_csv(FIXED / "population_by_age.csv", dtype=codes)
    places = pd.read_csv(FIXED / "municipalities.csv", dtype=codes)
    target_groups = pd.read_csv(FIXED / "target_groups.csv", dtype={"target_group_code": "string"})
    result = residents_of_groups(bands, places, target_groups)
    known = result.set_index(["municipality_code", "target_group_code"])
    asked = ["KR1.1", "KR1.2", "KR1.3", "X.yleinen"]
    assert known.loc["178"].loc[asked, "residents"].tolist() == [1968, 872, 756, 5769]
    assert known.loc["853"].loc[asked, "residents"].tolist() == [40_758, 30_045, 51_982, 197_900]
    assert set(known.loc["178"].loc[asked[:3], "basis"]) == {"estimated"}
    assert not known.loc["178"].loc[asked, "is_band_cut"].any()
    assert known.loc[("178", "KR1.6"), "reason"] == "no_age_range"
