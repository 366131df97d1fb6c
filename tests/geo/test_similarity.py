"""Municipalities alike: four toys whose scores are all 1 or -1, and what is not known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.similarity import municipality_features, similar_municipalities

# Half of the four stand one deviation above the mean in each column, half below it:
#        log10 of persons  persons/km2 -> log10   65 and over  under 18  official languages
#   001  3 (1,000)         1,000 / 1,000 -> 0     20 %         10 %      fi
#   002  3 (1,000)         1,000 / 10 -> 2        20 %         30 %      fi
#   003  5 (100,000)       100,000 / 100,000 -> 0 40 %         10 %      sv
#   004  5 (100,000)       100,000 / 1,000 -> 2   40 %         30 %      sv
# Means 4, 1, 30 %, 20 % and 1/2; deviations 1, 1, 10 %, 10 % and 1/2, so every score is -1 or 1
# and two municipalities differ in a column by 2, squared 4, or not at all.
CODES = ["001", "002", "003", "004"]


def towns(**changes: list) -> pd.DataFrame:
    columns = {
        "municipality_code": CODES,
        "population": [1_000, 1_000, 100_000, 100_000],
        "land_km2": [1_000.0, 10.0, 100_000.0, 1_000.0],
        "languages": ["fi", "fi", "sv", "sv"],
    }
    return pd.DataFrame(columns | changes)


def ages(
    old: list[int] | None = None, young: list[int] | None = None, codes: list[str] | None = None
) -> pd.DataFrame:
    """A hundred residents of each municipality in three bands."""
    codes = codes or CODES
    rows = []
    for code, over, under in zip(
        codes, old or [20, 20, 40, 40], young or [10, 30, 10, 30], strict=True
    ):
        bands = [(0, 17, under), (18, 64, 100 - over - under), (65, None, over)]
        rows += [(code, first, last, "total", count, 2018) for first, last, count in bands]
    columns = ["municipality_code", "age_from", "age_to", "sex", "population", "year"]
    return pd.DataFrame(rows, columns=columns).astype({"age_to": "Int64"})


def distances(found: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {
        (row.municipality_code, row.similar_code): row.distance
        for row in found.itertuples()
        if pd.notna(row.similar_code)
    }


def test_similar_municipalities_are_as_far_as_their_scores_are() -> None:
    found = distances(similar_municipalities(towns(), ages()))
    # Each of size, density and language adds 4 or 0, each half of age 2 or 0:
    assert found["001", "002"] == pytest.approx(math.sqrt(4 + 2))  # density; the young
    assert found["001", "003"] == pytest.approx(math.sqrt(4 + 2 + 4))  # size; the old; language
    assert found["001", "004"] == pytest.approx(math.sqrt(4 + 4 + 2 + 2 + 4))  # everything
    assert found["002", "003"] == pytest.approx(math.sqrt(4 + 4 + 2 + 2 + 4))
    assert found["002", "004"] == pytest.approx(math.sqrt(4 + 2 + 4))
    assert found["003", "004"] == pytest.approx(math.sqrt(4 + 2))


def test_similar_municipalities_stand_by_likeness_from_1_on() -> None:
    found = similar_municipalities(towns(), ages())
    named = found.groupby("municipality_code")["similar_code"].agg(list).to_dict()
    assert named == {
        "001": ["002", "003", "004"],
        "002": ["001", "004", "003"],
        "003": ["004", "001", "002"],
        "004": ["003", "002", "001"],
    }
    assert found["rank"].tolist() == [1, 2, 3] * 4
    assert not found["is_tied"].any()
    assert found["unknown_features"].isna().all()


def test_the_parts_of_a_distance_add_up_to_its_square() -> None:
    found = similar_municipalities(towns(), ages()).set_index(["municipality_code", "similar_code"])
    parts = ["size_part", "density_part", "age_part", "language_part"]
    # In binary the shares of ages are not whole tenths.
    assert found.loc[("001", "002"), parts].tolist() == pytest.approx([0, 4, 2, 0], abs=1e-9)
    assert found.loc[("001", "003"), parts].tolist() == pytest.approx([4, 0, 2, 4], abs=1e-9)
    assert found.loc[("001", "004"), parts].tolist() == pytest.approx([4, 4, 4, 4], abs=1e-9)
    added = found[parts].sum(axis=1).astype(float)
    assert np.allclose(added, found["distance"].astype(float) ** 2)


def test_age_weighs_as_much_as_any_other_feature() -> None:
    found = similar_municipalities(towns(), ages()).set_index(["municipality_code", "similar_code"])
    whole = found.loc[("001", "004")]  # where the two differ in everything
    assert whole["age_part"] == pytest.approx(whole["size_part"])


def test_the_four_kinds_of_languages_stand_at_equal_steps() -> None:
    alike = {"population": [1_000] * 4, "land_km2": [10.0] * 4}
    languages = ["fi", "fi-sv", "sv-fi", "sv"]
    found = distances(
        similar_municipalities(
            towns(**alike, languages=languages), ages(old=[20] * 4, young=[10] * 4)
        )
    )
    # 0, 1/3, 2/3, 1: mean 1/2, variance (1/4 + 1/36 + 1/36 + 1/4) / 4 = 5/36. One step squared is
    # 1/9, over the variance 4/5; three steps are nine times that.
    assert found["001", "002"] == pytest.approx(math.sqrt(4 / 5))
    assert found["002", "003"] == pytest.approx(math.sqrt(4 / 5))
    assert found["001", "003"] == pytest.approx(math.sqrt(4 * 4 / 5))
    assert found["001", "004"] == pytest.approx(math.sqrt(9 * 4 / 5))


def test_a_feature_in_which_all_are_the_same_counts_nothing() -> None:
    found = similar_municipalities(towns(languages=["fi"] * 4), ages())
    assert (found["language_part"] == 0).all()
    assert distances(found)["001", "003"] == pytest.approx(math.sqrt(4 + 2))  # size; the old


def test_equal_numbers_are_no_spread_whatever_their_last_bits() -> None:
    # 0.1 + 0.2 is not 0.3 in binary, but it is the same land.
    land = [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2]
    found = similar_municipalities(towns(population=[1_000] * 4, land_km2=land), ages())
    assert (found["size_part"] == 0).all()
    assert (found["density_part"] == 0).all()


def test_where_all_are_the_same_all_are_tied_and_the_codes_decide() -> None:
    same = {"population": [1_000] * 4, "land_km2": [10.0] * 4, "languages": ["fi"] * 4}
    found = similar_municipalities(towns(**same), ages([20] * 4, [10] * 4), number=2)
    assert (found["distance"] == 0).all()
    assert found["is_tied"].all()
    named = found.groupby("municipality_code")["similar_code"].agg(" ".join).tolist()
    assert named == ["002 003", "001 003", "001 002", "001 002"]


def test_a_tie_with_one_that_is_not_named_is_a_tie_all_the_same() -> None:
    # 002 lies between 001 and 003 in size (3, 4, 5) and is the same else; 004 is far off.
    frame = towns(
        population=[1_000, 10_000, 100_000, 10**9],
        land_km2=[1.0, 10.0, 100.0, 10.0**6],
        languages=["fi"] * 4,
    )
    found = similar_municipalities(frame, ages([20] * 4, [10] * 4), number=1)
    row = found[found["municipality_code"] == "002"].iloc[0]
    assert row["similar_code"] == "001"
    assert row["is_tied"]
    assert not found[found["municipality_code"] == "001"].iloc[0]["is_tied"]


def test_the_order_of_the_rows_changes_nothing_but_the_order() -> None:
    turned = similar_municipalities(towns().iloc[::-1].set_axis([7, 7, 3, 1]), ages().iloc[::-1])
    assert turned["municipality_code"].unique().tolist() == CODES[::-1]
    plain = similar_municipalities(towns(), ages())
    keys = ["municipality_code", "rank"]
    assert_frame_equal(turned.sort_values(keys, ignore_index=True), plain)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"population": [None, 1_000, 100_000, 100_000]}, "size density"),
        ({"population": [0, 1_000, 100_000, 100_000]}, "size density"),
        ({"land_km2": [None, 10.0, 100_000.0, 1_000.0]}, "density"),
        ({"land_km2": [0.0, 10.0, 100_000.0, 1_000.0]}, "density"),
        ({"languages": [None, "fi", "sv", "sv"]}, "language"),
        ({"languages": ["xx", "fi", "sv", "sv"]}, "language"),
    ],
)
def test_a_municipality_with_an_unknown_feature_is_not_compared_and_says_why(
    changes: dict[str, list], lacking: str
) -> None:
    found = similar_municipalities(towns(**changes), ages())
    [row] = found[found["municipality_code"] == "001"].to_dict("records")
    assert row["unknown_features"] == lacking
    assert pd.isna(row["rank"])
    assert pd.isna(row["similar_code"])
    assert pd.isna(row["distance"])
    assert "001" not in set(found["similar_code"].dropna())
    assert found[found["municipality_code"] == "002"]["similar_code"].tolist() == ["004", "003"]


def test_a_municipality_without_ages_is_not_compared() -> None:
    table = ages()
    found = similar_municipalities(towns(), table[table["municipality_code"] != "002"])
    assert found.loc[found["unknown_features"].notna(), "unknown_features"].tolist() == ["age"]
    assert found["municipality_code"].tolist() == ["001", "001", "002", "003", "003", "004", "004"]


def test_a_feature_that_nobody_knows_counts_nothing_and_is_not_said_to_be_zero() -> None:
    found = similar_municipalities(towns(), ages().iloc[:0])
    assert found["age_part"].isna().all()
    assert found["unknown_features"].isna().all()
    assert distances(found)["001", "002"] == pytest.approx(2)  # density alone
    assert distances(found)["001", "004"] == pytest.approx(math.sqrt(12))


def test_where_nothing_is_known_nobody_is_like_another() -> None:
    nothing = towns(population=[None] * 4, land_km2=[None] * 4, languages=[None] * 4)
    found = similar_municipalities(nothing, ages().iloc[:0])
    assert found["municipality_code"].tolist() == CODES
    assert found["similar_code"].isna().all()


def test_a_municipality_alone_is_like_no_other() -> None:
    found = similar_municipalities(towns().iloc[:1], ages())
    assert found["municipality_code"].tolist() == ["001"]
    assert found["similar_code"].isna().all()
    assert found["unknown_features"].isna().all()


def test_without_municipalities_there_are_no_rows() -> None:
    found = similar_municipalities(towns().iloc[:0], ages())
    assert len(found) == 0
    assert "similar_code" in found


def test_number_names_as_many_and_none_names_all() -> None:
    few = similar_municipalities(towns(), ages(), number=1)
    assert few["similar_code"].tolist() == ["002", "001", "004", "003"]
    every = similar_municipalities(towns(), ages(), number=None)
    assert_frame_equal(every, similar_municipalities(towns(), ages(), number=5))


def test_the_nearest_of_some_is_named_however_far_it_is() -> None:
    found = similar_municipalities(towns(), ages(), number=1, nearest_of=["003", "004"])
    named = [(row.municipality_code, row.rank, row.similar_code) for row in found.itertuples()]
    assert named == [
        ("001", 1, "002"),
        ("001", 2, "003"),  # 004 is the third
        ("002", 1, "001"),
        ("002", 2, "004"),
        ("003", 1, "004"),  # not itself, and not twice
        ("004", 1, "003"),
    ]


def test_the_nearest_of_some_is_nobody_where_it_is_the_municipality_itself() -> None:
    found = similar_municipalities(towns(), ages(), number=1, nearest_of=["001", "777"])
    assert found.loc[found["municipality_code"] == "001", "similar_code"].tolist() == ["002"]


def test_no_input_of_similar_municipalities_is_changed() -> None:
    frame, table = towns(), ages()
    before = frame.copy(), table.copy()
    similar_municipalities(frame, table)
    assert_frame_equal(frame, before[0])
    assert_frame_equal(table, before[1])


def test_shares_of_age_are_of_the_year_of_the_ages() -> None:
    # 1,000 residents now, of whom 100 were counted by age: 20 of these are 20 %, not 2 %.
    features = municipality_features(towns(), ages())
    assert features["share_old"].tolist() == pytest.approx([0.2, 0.2, 0.4, 0.4])
    assert features["share_young"].tolist() == pytest.approx([0.1, 0.3, 0.1, 0.3])


def test_features_keep_the_index_and_hold_logarithms() -> None:
    features = municipality_features(towns().set_axis([9, 9, 8, 7]), ages())
    assert features.index.tolist() == [9, 9, 8, 7]
    assert features["log_population"].tolist() == pytest.approx([3, 3, 5, 5])
    assert features["log_density"].tolist() == pytest.approx([0, 2, 0, 2])


@pytest.mark.parametrize(
    ("frame", "options", "fault"),
    [
        (towns().drop(columns="land_km2"), {}, "land_km2"),
        (towns(municipality_code=["001", "001", "003", "004"]), {}, "001"),
        (towns(), {"number": 0}, "number"),
    ],
)
def test_what_cannot_be_compared_is_an_error(
    frame: pd.DataFrame, options: dict[str, int], fault: str
) -> None:
    with pytest.raises(GeoError, match=fault):
        similar_municipalities(frame, ages(), **options)


NUMBERS = st.integers(1, 50)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["fi", "sv"])), min_size=2, max_size=6))
def test_whoever_they_are_the_distance_is_the_same_both_ways(
    rows: list[tuple[int, int, str]],
) -> None:
    codes = [f"{number:03}" for number in range(len(rows))]
    frame = pd.DataFrame(rows, columns=["population", "land_km2", "languages"])
    frame = frame.assign(municipality_code=codes)
    table = ages([20] * len(rows), [10] * len(rows), codes)
    found = distances(similar_municipalities(frame, table))
    assert len(found) == len(rows) * (len(rows) - 1)
    assert all(found[one, other] == found[other, one] for one, other in found)
