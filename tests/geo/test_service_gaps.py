"""The zeros of the target-group matrix, counted by hand on four toy municipalities."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.service_gaps import group_gaps, municipality_gaps

# Local organisations, and in brackets those of wider reach:
#         people   old    carers  young
#   001   1,000    2 (0)  0 (3)   1 (0)
#   002     200    0 (1)  0 (3)   1 (0)
#   003      30    0 (0)  0 (0)   1 (0)
#   004       4    1 (1)  0 (2)   1 (0)
CODES = ["001", "002", "003", "004"]
CELLS = {
    "old": [(2, 0), (0, 1), (0, 0), (1, 1)],
    "carers": [(0, 3), (0, 3), (0, 0), (0, 2)],
    "young": [(1, 0), (1, 0), (1, 0), (1, 0)],
}
# From 002 and 003 to the nearest with something for the old.
KM = {("002", "old"): 7.5, ("003", "old"): 12.25}


def towns(population: list[int | None] | None = None) -> pd.DataFrame:
    people = pd.array(population or [1_000, 200, 30, 4], dtype="Int64")
    return pd.DataFrame({"municipality_code": pd.array(CODES, dtype="string")}).assign(
        population=people
    )


def matrix() -> pd.DataFrame:
    rows = [
        (code, group, *counts[place], KM.get((code, group)))
        for place, code in enumerate(CODES)
        for group, counts in CELLS.items()
    ]
    columns = ["municipality_code", "target_group_code", "local", "regional", "nearest_km"]
    kinds = {"local": "Int64", "regional": "Int64", "nearest_km": "Float64"}
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def people_of_age(old: list[int | None], basis: str = "counted") -> pd.DataFrame:
    """Residents of the old's age; carers have no ages; of the young each town has five."""
    rows = []
    for code, count in zip(CODES, old, strict=True):
        why = None if count is not None else "no_ages"
        rows += [
            (code, "old", count, basis if why is None else None, why),
            (code, "carers", None, None, "no_age_range"),
            (code, "young", 5, "counted", None),
        ]
    columns = ["municipality_code", "target_group_code", "residents", "basis", "reason"]
    return pd.DataFrame(rows, columns=columns).astype({"residents": "Int64"})


def of_group(code: str, **options: pd.DataFrame) -> dict[str, object]:
    found = group_gaps(matrix(), options.pop("municipalities", towns()), **options)
    [row] = found[found["target_group_code"] == code].to_dict("records")
    return row


def test_group_gaps_count_municipalities_and_their_people() -> None:
    row = of_group("old")
    assert (row["municipalities"], row["zeros"]) == (4, 2)  # 002 and 003
    assert row["residents"] == 230  # 200 + 30
    assert row["unreached"] == 1  # 003; 002 has one of wider reach


def test_group_gaps_stand_in_the_order_of_the_matrix() -> None:
    assert group_gaps(matrix(), towns())["target_group_code"].tolist() == ["old", "carers", "young"]


def test_organisations_of_the_region_are_the_same_ones_and_never_added_up() -> None:
    row = of_group("carers")
    assert (row["regional_least"], row["regional_most"]) == (0, 3)
    assert (row["zeros"], row["unreached"]) == (4, 1)
    old = of_group("old")
    assert (old["regional_least"], old["regional_most"]) == (0, 1)  # 004 is no zero


def test_the_farthest_is_the_longest_way_from_a_zero() -> None:
    assert of_group("old")["farthest_km"] == 12.25
    assert pd.isna(of_group("carers")["farthest_km"])  # nobody has one


def test_a_matrix_without_distances_has_no_farthest() -> None:
    found = group_gaps(matrix().drop(columns="nearest_km"), towns())
    assert found["farthest_km"].isna().all()


def test_a_group_without_zeros_has_nobody_in_them_and_no_distance() -> None:
    row = of_group("young", group_residents=people_of_age([300, 60, 9, 1]))
    assert (row["zeros"], row["unreached"], row["residents"], row["aged"]) == (0, 0, 0, 0)
    assert row["aged_basis"] == "counted"
    assert pd.isna(row["aged_reason"])
    assert pd.isna(row["regional_most"])
    assert pd.isna(row["farthest_km"])


@pytest.mark.parametrize("basis", ["counted", "estimated"])
def test_people_of_the_groups_age_in_zeros_are_added_up_with_their_basis(basis: str) -> None:
    row = of_group("old", group_residents=people_of_age([300, 60, 9, 1], basis))
    assert row["aged"] == 69  # 60 + 9
    assert row["aged_basis"] == basis
    assert pd.isna(row["aged_reason"])


def test_one_estimate_makes_the_sum_an_estimate() -> None:
    people = people_of_age([300, 60, 9, 1])
    is_one = (people["municipality_code"] == "003") & (people["target_group_code"] == "old")
    people.loc[is_one, "basis"] = "estimated"
    assert of_group("old", group_residents=people)["aged_basis"] == "estimated"


def test_a_group_without_ages_has_unknown_people_with_the_reason_and_no_nought() -> None:
    row = of_group("carers", group_residents=people_of_age([300, 60, 9, 1]))
    assert pd.isna(row["aged"])
    assert pd.isna(row["aged_basis"])
    assert row["aged_reason"] == "no_age_range"
    assert row["residents"] == 1_234


def test_ages_unknown_in_a_zero_make_the_sum_unknown_and_elsewhere_nothing() -> None:
    row = of_group("old", group_residents=people_of_age([300, 60, None, 1]))
    assert pd.isna(row["aged"])
    assert row["aged_reason"] == "no_ages"
    row = of_group("old", group_residents=people_of_age([None, 60, 9, 1]))
    assert row["aged"] == 69


def test_without_ages_at_all_nothing_is_said_of_them() -> None:
    row = of_group("old")
    assert all(pd.isna(row[name]) for name in ("aged", "aged_basis", "aged_reason"))


def test_an_unknown_population_makes_the_sum_unknown() -> None:
    unknown = towns([1_000, None, 30, 4])
    assert pd.isna(of_group("old", municipalities=unknown)["residents"])
    assert of_group("young", municipalities=unknown)["residents"] == 0


def test_only_the_municipalities_of_the_area_count() -> None:
    row = of_group("old", municipalities=towns().iloc[:2])
    assert (row["municipalities"], row["zeros"], row["residents"]) == (2, 1, 200)
    assert row["farthest_km"] == 7.5


def test_an_area_without_municipalities_has_no_rows() -> None:
    assert len(group_gaps(matrix(), towns().iloc[:0])) == 0


def test_municipality_gaps_count_groups_and_those_that_nobody_reaches() -> None:
    found = municipality_gaps(matrix(), towns().set_axis([4, 4, 3, 1]))
    assert found.index.tolist() == [4, 4, 3, 1]
    assert found["municipality_code"].tolist() == CODES
    assert found["groups"].tolist() == [3, 3, 3, 3]
    assert found["zero_groups"].tolist() == [1, 2, 2, 1]
    assert found["unreached_groups"].tolist() == [0, 0, 2, 0]


def test_a_municipality_outside_the_matrix_is_not_known_to_lack_anything() -> None:
    more = pd.DataFrame({"municipality_code": ["777", "001"]})
    found = municipality_gaps(matrix(), more)
    assert found["groups"].tolist() == [0, 3]
    assert found["zero_groups"].tolist() == [pd.NA, 1]


def test_no_input_of_the_gaps_is_changed() -> None:
    cells, places, people = matrix(), towns(), people_of_age([300, 60, 9, 1])
    before = cells.copy(), places.copy(), people.copy()
    group_gaps(cells, places, group_residents=people)
    municipality_gaps(cells, places)
    for frame, copy in zip((cells, places, people), before, strict=True):
        assert_frame_equal(frame, copy)


@pytest.mark.parametrize("lacking", ["local", "regional", "target_group_code"])
def test_a_missing_column_is_an_error(lacking: str) -> None:
    bare = matrix().drop(columns=lacking)
    with pytest.raises(GeoError, match=lacking):
        group_gaps(bare, towns())
    with pytest.raises(GeoError, match=lacking):
        municipality_gaps(bare, towns())
