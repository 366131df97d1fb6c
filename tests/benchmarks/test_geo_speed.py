"""How fast geo counts a whole country's register, against a plain loop in the same run.

Seconds say more of the machine than of the code, so only ratios are looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pytest_benchmark.fixture import BenchmarkFixture

from geo.services import nearest_with_group, target_group_matrix

MUNICIPALITIES, REGIONS, GROUPS, ORGANISATIONS = 308, 19, 15, 110_000
SAMPLE = 11_000  # one in ten


def country() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A country of the size of Finland, with an invented register of its organisations."""
    random = np.random.default_rng(2026)
    municipalities = pd.DataFrame(
        {
            "municipality_code": [f"{code:03}" for code in range(MUNICIPALITIES)],
            "region_code": [f"{code % REGIONS:02}" for code in range(MUNICIPALITIES)],
        },
        dtype="string",
    )
    ids = np.array([f"o{number:06}" for number in range(ORGANISATIONS)])
    codes = municipalities["municipality_code"].to_numpy()
    seats = {"relation": "domiciled", "area_code": random.choice(codes, ORGANISATIONS)}
    stated = {"relation": "stated", "area_code": random.choice(codes, ORGANISATIONS)}
    regions = {"relation": "regional", "area_code": [f"{n % REGIONS:02}" for n in range(2000)]}
    places = pd.concat(
        [
            pd.DataFrame({"organisation_id": ids} | seats),
            pd.DataFrame({"organisation_id": ids} | stated),
            pd.DataFrame({"organisation_id": ids[:2000]} | regions),
        ],
        ignore_index=True,
    ).astype("string")
    groups = pd.DataFrame({"target_group_code": [f"G{number}" for number in range(GROUPS)]})
    served = pd.DataFrame(
        {
            "organisation_id": np.repeat(ids, 2),
            "target_group_code": [f"G{n}" for n in random.integers(0, GROUPS, 2 * ORGANISATIONS)],
        },
        dtype="string",
    )
    return municipalities, places, served, groups


def counted_in_a_loop(
    municipalities: pd.DataFrame, places: pd.DataFrame, served: pd.DataFrame
) -> dict[tuple[str, str], int]:
    """Local organisations by municipality and group, with sets and loops."""
    known = set(municipalities["municipality_code"])
    groups_of: dict[str, set[str]] = {}
    for row in served.itertuples():
        groups_of.setdefault(row.organisation_id, set()).add(row.target_group_code)
    found: dict[tuple[str, str], set[str]] = {}
    for row in places.itertuples():
        if row.relation in ("domiciled", "stated") and row.area_code in known:
            for group in groups_of.get(row.organisation_id, ()):
                found.setdefault((row.area_code, group), set()).add(row.organisation_id)
    return {cell: len(those) for cell, those in found.items()}


def timed(task: Callable[..., Any], *inputs: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    result = task(*inputs)
    return result, time.perf_counter() - start


@pytest.fixture(scope="module")
def register() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return country()


def test_a_whole_register_is_counted_about_as_fast_as_a_loop_over_it(
    benchmark: BenchmarkFixture, register: tuple[pd.DataFrame, ...]
) -> None:
    municipalities, places, served, groups = register
    matrix, seconds = benchmark.pedantic(
        timed, args=(target_group_matrix, municipalities, places, served, groups), rounds=1
    )
    assert len(matrix) == MUNICIPALITIES * GROUPS

    few = set(places["organisation_id"].head(SAMPLE))
    sample = [frame[frame["organisation_id"].isin(few)] for frame in (places, served)]
    in_a_loop, loop_seconds = timed(counted_in_a_loop, municipalities, *sample)
    of_few = target_group_matrix(municipalities, *sample, groups)
    cells = zip(of_few["municipality_code"], of_few["target_group_code"], strict=True)
    local = {cell: n for cell, n in zip(cells, of_few["local"], strict=True) if n}
    assert local == in_a_loop

    # The matrix also counts seats, stated work and reach; four loops would be fair.
    ratio = seconds / (loop_seconds * ORGANISATIONS / SAMPLE)
    benchmark.extra_info["ratio_to_a_loop"] = round(ratio, 2)
    assert ratio < 4, f"{ratio:.1f} times the time of a plain loop over the local organisations"


def test_twice_the_municipalities_take_no_more_than_a_map_of_their_square(
    benchmark: BenchmarkFixture,
) -> None:
    def nearest(count: int) -> tuple[pd.DataFrame, float]:
        codes = [f"{code:03}" for code in range(count)]
        corners = [(3000 * (place % 20), 3000 * (place // 20)) for place in range(count)]
        shapes = [shapely.box(x, y, x + 2000, y + 2000) for x, y in corners]
        outlines = gpd.GeoDataFrame({"municipality_code": codes}, geometry=shapes, crs="EPSG:3067")
        grid = pd.MultiIndex.from_product(
            [codes, range(GROUPS)], names=["municipality_code", "target_group_code"]
        )
        matrix = grid.to_frame(index=False).assign(local=lambda rows: rows.index % 2)
        return timed(nearest_with_group, matrix, outlines)

    _, few_seconds = nearest(MUNICIPALITIES // 2)
    found, seconds = benchmark.pedantic(nearest, args=(MUNICIPALITIES,), rounds=1)
    assert found["nearest_code"].notna().sum() == MUNICIPALITIES * GROUPS // 2
    benchmark.extra_info["ratio_to_half"] = round(seconds / few_seconds, 2)
    # Four times the pairs of municipalities; the rest is room for a busy machine.
    assert seconds / few_seconds < 12
