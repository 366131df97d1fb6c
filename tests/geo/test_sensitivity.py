"""Sixteen readings of a gap, worked by hand for four towns, and every rule on not knowing."""

from __future__ import annotations

from statistics import median

import numpy as np
import pandas as pd
import pytest

from geo.coverage import criterion_states
from geo.errors import GeoError
from geo.sensitivity import CHOICES, READINGS, gap_readings, gap_sensitivity
from loaders.tables import CRITERIA

AS_OF = 2026  # evidence of 2022 and later is fresh


def towns_of(**population: int | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality_code": pd.array(
                [code.removeprefix("t") for code in population], "string"
            ),
            # Each is a region by itself, unless a test says otherwise.
            "region_code": pd.array([code[-3:] for code in population], "string"),
            "population": pd.array(list(population.values()), dtype="Int64"),
        }
    )


def states_of(towns: pd.DataFrame, *rows: tuple[str, str, str, int | None]) -> pd.DataFrame:
    evidence = pd.DataFrame(rows, columns=["municipality_code", "criterion", "answer", "year"])
    return criterion_states(evidence.astype({"year": "Int64"}), towns, as_of_year=AS_OF)


def counts_of(towns: pd.DataFrame, local: list, regional: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality_code": towns["municipality_code"],
            "local": pd.array(local, dtype="Int64"),
            "regional": pd.array(regional, dtype="Int64"),
        }
    )


FOUR = towns_of(t001=10_000, t002=10_000, t003=1_000, t004=None)
# Steps with all evidence: model, model, structure, no_information;
# with fresh evidence only: model, structure, structure, no_information.
FOUR_STATES = states_of(
    FOUR,
    ("001", "documented_model", "yes", 2025),
    ("002", "documented_model", "yes", 2018),
    ("002", "forum", "yes", 2024),
    ("003", "forum", "yes", 2025),
)
# Local per 10,000: 20, 4, 10, -: median 10, line 5, so 002 has too few, 004 is not known.
# Local number: 20, 4, 1, 6: median 5, line 2.5, so 003 has too few.
# With regional per 10,000: 20, 4, 100, -: median 20, line 10: 002.
# With regional, number: 20, 4, 10, 10: median 10, line 5: 002.
FOUR_COUNTS = counts_of(FOUR, [20, 4, 1, 6], [0, 0, 9, 4])


def readings_of_four() -> pd.DataFrame:
    return gap_readings(FOUR_STATES, FOUR, FOUR_COUNTS)


def test_there_are_sixteen_readings_each_once():
    assert len(READINGS) == len(set(READINGS)) == 16
    assert READINGS[0] == ("all", "model", "local", "per_10k")
    assert READINGS[1] == ("all", "model", "local", "absolute")
    assert READINGS[15] == ("fresh", "structure", "regional", "absolute")


def test_gap_readings_are_a_row_per_municipality_and_reading_in_their_orders():
    readings = readings_of_four()
    assert len(readings) == 4 * 16
    assert readings["municipality_code"].tolist() == [
        code for code in FOUR["municipality_code"] for _ in READINGS
    ]
    assert [tuple(row) for row in readings[list(CHOICES)].to_numpy()] == [*READINGS] * 4


def test_gap_readings_draw_the_ladder_with_all_and_with_fresh_evidence():
    readings = readings_of_four().drop_duplicates(["municipality_code", "evidence"])
    assert readings["ladder"].tolist() == [
        *("model", "model"),
        *("model", "structure"),
        *("structure", "structure"),
        *("no_information", "no_information"),
    ]


def test_gap_readings_hold_organisations_against_half_of_the_median():
    readings = readings_of_four().drop_duplicates(["municipality_code", "reach", "measure"])
    by_town = readings.groupby("municipality_code")
    # In each town: local per head, local number, with regional per head, with regional number.
    assert by_town["organisations"].get_group("003").tolist() == [10.0, 1.0, 100.0, 10.0]
    assert by_town["lacks_organisations"].get_group("001").tolist() == [False] * 4
    assert by_town["lacks_organisations"].get_group("002").tolist() == [True, False, True, True]
    assert by_town["lacks_organisations"].get_group("003").tolist() == [False, True, False, False]
    unknown = by_town["lacks_organisations"].get_group("004")
    assert unknown.isna().tolist() == [True, False, True, False]
    assert unknown.dropna().tolist() == [False, False]  # 6 and 10, against 2.5 and 5


def test_gap_sensitivity_counts_what_was_worked_by_hand():
    found = gap_sensitivity(readings_of_four()).set_index("municipality_code")
    # 001: model and organisations in every reading.
    # 002: co-operation lacks with fresh evidence where a model is needed (4 readings); in the
    # other 12, organisations lack in 3 of each 4: 4 + 9 = 13.
    # 003: co-operation lacks where a model is needed (8); else one of each 4 readings: 8 + 2 = 10.
    # 004: no step at all, so a gap whatever its unknown population is.
    assert found["gaps"].tolist() == [0, 13, 10, 16]
    assert found["readings"].tolist() == [16] * 4
    assert found["unknown"].tolist() == [0] * 4
    assert found["verdict"].tolist() == ["never", "depends", "depends", "always"]


def test_gap_sensitivity_names_the_choices_that_flip():
    found = gap_sensitivity(readings_of_four()).set_index("municipality_code")
    flips = found[[f"flips_{choice}" for choice in CHOICES]]
    # 002: only at local number are organisations enough, so evidence and step each flip one pair
    # (the other being fresh, model). Reach: local number enough, with regional not, wherever
    # co-operation is there (3 of 4). Measure: the same at local (3).
    assert flips.loc["002"].tolist() == [1, 1, 3, 3]
    # 003: the step flips 8 pairs but for local number, with either evidence: 6. Reach and measure
    # flip local number where a structure is enough, with either evidence: 2.
    assert flips.loc["003"].tolist() == [0, 6, 2, 2]
    assert flips.loc["001"].tolist() == flips.loc["004"].tolist() == [0, 0, 0, 0]
    assert found.loc["002", "flipping"] == "reach,measure"
    assert found.loc["003", "flipping"] == "step"
    assert found["flipping"].isna().tolist() == [True, False, False, True]


def test_gap_readings_do_not_know_a_rate_without_a_population():
    towns = towns_of(t001=10_000, t002=None)
    states = states_of(
        towns,
        ("001", "documented_model", "yes", 2025),
        ("002", "documented_model", "yes", 2025),
    )
    found = gap_sensitivity(gap_readings(states, towns, counts_of(towns, [5, 5], [0, 0])))
    second = found.set_index("municipality_code").loc["002"]
    # By number 5 against 2.5: no gap in 8 readings; per head it could still be one.
    assert second[["gaps", "readings", "unknown"]].tolist() == [0, 8, 8]
    assert pd.isna(second["verdict"])
    # Known against unknown is no flip.
    assert second["flips_measure"] == 0


def test_gap_readings_know_none_to_be_none_without_a_population():
    towns = towns_of(t001=10_000, t002=None)
    states = states_of(towns, ("002", "documented_model", "yes", 2025))
    readings = gap_readings(states, towns, counts_of(towns, [5, 0], [0, 0]))
    second = readings[readings["municipality_code"] == "002"]
    assert second["lacks_organisations"].tolist() == [True] * 16
    assert second["is_gap"].tolist() == [True] * 16


def test_gap_readings_of_an_empty_register_say_nothing_of_organisations():
    towns = towns_of(t001=10_000, t002=10_000)
    states = states_of(towns, ("001", "documented_model", "yes", 2025))
    readings = gap_readings(states, towns, counts_of(towns, [0, 0], [0, 0]))
    assert readings["lacks_organisations"].isna().all()
    found = gap_sensitivity(readings)
    # 001 has its model and may still be a gap; 002 surely is one.
    assert found["gaps"].tolist() == [0, 16]
    assert found["readings"].tolist() == [0, 16]
    assert found["verdict"].isna().tolist() == [True, False]


def test_gap_readings_of_a_municipality_without_rows_are_not_known():
    towns = towns_of(t001=10_000, t002=10_000)
    states = states_of(towns.iloc[:1], ("001", "documented_model", "yes", 2025))
    counts = counts_of(towns.iloc[:1], [5], [0])
    second = gap_readings(states, towns, counts).query("municipality_code == '002'")
    parts = ["ladder", "lacks_cooperation", "lacks_organisations", "is_gap"]
    assert second[parts].isna().all(axis=None)


def test_gap_readings_hold_undated_evidence_for_stale():
    towns = towns_of(t001=10_000)
    states = states_of(towns, ("001", "documented_model", "yes", None))
    readings = gap_readings(states, towns, counts_of(towns, [5], [0]))
    assert readings.groupby("evidence", sort=False)["lacks_cooperation"].all().tolist() == [
        *(False, True)
    ]


def test_gap_readings_draw_no_line_at_a_floor_of_zero_but_none_is_none():
    towns = towns_of(t001=10_000, t002=10_000, t003=10_000)
    readings = gap_readings(states_of(towns), towns, counts_of(towns, [9, 1, 0], [0] * 3), floor=0)
    assert readings.groupby("municipality_code")["lacks_organisations"].any().tolist() == [
        *(False, False, True)
    ]


def test_gap_readings_count_exactly_half_of_the_median_as_enough():
    towns = towns_of(t001=10_000, t002=10_000, t003=10_000)
    readings = gap_readings(states_of(towns), towns, counts_of(towns, [4, 4, 2], [0] * 3))
    assert not readings["lacks_organisations"].any()


def test_who_serves_a_region_is_counted_per_head_of_the_region():
    # Three towns of one region of 40,000 residents, served by 8 as a whole: 2 per 10,000 each.
    towns = towns_of(t001=30_000, t002=5_000, t003=5_000).assign(region_code="90")
    readings = gap_readings(states_of(towns), towns, counts_of(towns, [30, 1, 0], [8, 8, 8]))
    wide = readings[(readings["reach"] == "regional") & (readings["measure"] == "per_10k")]
    # 30 / 3 + 2, 1 / 0.5 + 2, 0 + 2: the median is 4, half of it 2, so the last has just enough.
    assert wide.drop_duplicates("municipality_code")["organisations"].tolist() == [12, 4, 2]
    assert not wide["lacks_organisations"].any()


def test_gap_readings_are_those_of_a_plain_loop_over_random_towns():
    random = np.random.default_rng(4)
    codes = [f"{number:03d}" for number in range(20)]
    towns = towns_of(**{f"t{code}": int(random.integers(500, 90_000)) for code in codes})
    rows = [
        (code, str(random.choice(CRITERIA)), str(random.choice(["yes", "no"])), year)
        for code in codes
        for year in random.integers(2015, 2026, 3)
    ]
    states = states_of(towns, *rows)
    local, regional = random.integers(0, 12, 20).tolist(), random.integers(0, 6, 20).tolist()
    readings = gap_readings(states, towns, counts_of(towns, local, regional))

    yes = states[states["state"] == "yes"]
    people = towns["population"].tolist()
    expected = []
    for town, code in enumerate(codes):
        for evidence, step, reach, measure in READINGS:
            own = yes[
                (yes["municipality_code"] == code) & ~(yes["is_stale"] & (evidence == "fresh"))
            ]
            has = set(own["criterion"])
            is_there = "documented_model" in has or (
                step == "structure" and bool(has & {"forum", "seats", "grants", "premises"})
            )
            numbers = [
                (here + wide * (reach == "regional"))
                * (10_000 / heads if measure == "per_10k" else 1)
                for here, wide, heads in zip(local, regional, people, strict=True)
            ]
            is_few = numbers[town] == 0 or numbers[town] < median(numbers) / 2
            expected.append(not is_there or is_few)
    assert readings["is_gap"].tolist() == expected
    assert 0 < sum(expected) < len(expected)


def test_gap_readings_leave_their_input_and_gap_sensitivity_takes_any_order():
    states, towns, counts = FOUR_STATES.copy(), FOUR.copy(), FOUR_COUNTS.copy()
    readings = gap_readings(states, towns, counts)
    pd.testing.assert_frame_equal(states, FOUR_STATES)
    pd.testing.assert_frame_equal(towns, FOUR)
    pd.testing.assert_frame_equal(counts, FOUR_COUNTS)
    backwards = gap_sensitivity(readings.iloc[::-1]).iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(backwards, gap_sensitivity(readings))


def test_readings_of_no_municipality_are_none():
    none = gap_readings(FOUR_STATES.iloc[:0], FOUR.iloc[:0], FOUR_COUNTS.iloc[:0])
    assert len(none) == 0
    assert len(gap_sensitivity(none)) == 0


def test_what_cannot_be_read_is_refused():
    with pytest.raises(GeoError, match="floor"):
        gap_readings(FOUR_STATES, FOUR, FOUR_COUNTS, floor=1.5)
    with pytest.raises(GeoError, match="regional"):
        gap_readings(FOUR_STATES, FOUR, FOUR_COUNTS.drop(columns="regional"))
    with pytest.raises(GeoError, match="'001'"):
        gap_readings(FOUR_STATES, pd.concat([FOUR, FOUR.iloc[:1]]), FOUR_COUNTS)
    with pytest.raises(GeoError, match="16"):
        gap_sensitivity(readings_of_four().iloc[1:])
    with pytest.raises(GeoError, match="16"):
        gap_sensitivity(pd.concat([readings_of_four(), readings_of_four().iloc[:1]]))
