"""Points in, between and beside four squares, by the one way in: municipality_from_point."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import CrsError, GeoError
from geo.matching import (
    municipality_from_point,
)
from tests.geo.toy_places import CHANGES, MUNICIPALITIES, SQUARES, plain, points


def test_municipality_from_point_finds_the_square_around_each_point() -> None:
    found = municipality_from_point(points((5, 5), (15, 5), (5, 15), (15, 15), (25, 5)), SQUARES)
    assert plain(found["municipality_code"]) == ["001", "002", "003", "004", None]
    assert plain(found["matched_by"]) == 4 * ["point"] + [None]


def test_municipality_from_point_gives_a_border_point_to_the_lowest_code() -> None:
    on_borders = points((10, 5), (15, 10), (10, 10), (10, 15), (0, 0))
    found = municipality_from_point(on_borders, SQUARES)
    assert found["municipality_code"].tolist() == ["001", "002", "001", "003", "001"]


def test_municipality_from_point_brings_the_points_to_the_crs_of_the_boundaries() -> None:
    given_in_degrees = points((5, 15), (10, 5), (10, 10), (25, 5)).to_crs("EPSG:4326")
    found = municipality_from_point(given_in_degrees, SQUARES)
    assert plain(found["municipality_code"]) == ["003", "001", "001", None]

    found = municipality_from_point(points((5, 15), (10, 10)), SQUARES.to_crs("EPSG:4326"))
    assert found["municipality_code"].tolist() == ["003", "001"]


def test_municipality_from_point_loses_no_point_of_a_slanting_border() -> None:
    halves = gpd.GeoDataFrame(
        {"municipality_code": ["001", "002"]},
        geometry=[
            shapely.Polygon([(0, 0), (1, 3), (0, 3)]),
            shapely.Polygon([(0, 0), (1, 0), (1, 3)]),
        ],
        crs="EPSG:3067",
    )
    along = np.linspace(0, 1, 1000)
    found = municipality_from_point(
        gpd.GeoSeries.from_xy(along, 3 * along, crs="EPSG:3067"), halves
    )
    assert set(found["municipality_code"]) == {"001"}


def test_municipality_from_point_leaves_empty_and_missing_points() -> None:
    holes = gpd.GeoSeries(
        [None, shapely.Point(), shapely.Point(np.nan, np.nan), shapely.Point(505_000, 6_805_000)],
        crs="EPSG:3067",
    )
    found = municipality_from_point(holes, SQUARES, max_distance_m=1000)
    assert plain(found["municipality_code"]) == [None, None, None, "001"]


def test_municipality_from_point_takes_the_nearest_within_the_distance() -> None:
    off = points((-1, 5), (20.5, 5), (-0.9, 10), (25, 25))
    found = municipality_from_point(off, SQUARES, max_distance_m=1000)
    # The third is as near to 001 as to 003.
    assert plain(found["municipality_code"]) == ["001", "002", "001", None]
    assert plain(found["matched_by"]) == 3 * ["point_near"] + [None]


def test_municipality_from_point_measures_the_distance_in_metres() -> None:
    off = points((-1.5, 5), (-0.5, 5)).to_crs("EPSG:4326")
    found = municipality_from_point(off, SQUARES.to_crs("EPSG:4326"), max_distance_m=1000)
    assert plain(found["municipality_code"]) == [None, "001"]


def test_municipality_from_point_leads_older_boundaries_to_the_division() -> None:
    old = SQUARES.assign(municipality_code=["588", "853", "090", "019"])
    found = municipality_from_point(
        points((15, 15), (5, 15), (15, 5), (25, 15)),
        old,
        municipalities=MUNICIPALITIES,
        changes=CHANGES,
        max_distance_m=6000,
    )
    assert plain(found["municipality_code"]) == ["507", "853", None, "507"]
    assert found["matched_by"].tolist() == ["point", "point", "outside_area", "point_near"]


def test_municipality_from_point_does_not_guess_a_crs() -> None:
    with pytest.raises(CrsError, match="points: no CRS"):
        municipality_from_point(gpd.GeoSeries.from_xy([1], [1]), SQUARES)
    with pytest.raises(CrsError, match="boundaries: no CRS"):
        municipality_from_point(points((1, 1)), SQUARES.set_crs(None, allow_override=True))


def test_municipality_from_point_takes_points_only_and_no_negative_distance() -> None:
    with pytest.raises(GeoError, match="4 of 4 rows are not points"):
        municipality_from_point(SQUARES, SQUARES)
    with pytest.raises(GeoError, match="max_distance_m is -1"):
        municipality_from_point(points((1, 1)), SQUARES, max_distance_m=-1)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 22), st.integers(-2, 22)), min_size=1))
def test_municipality_from_point_gives_each_point_one_row(pairs: list[tuple[int, int]]) -> None:
    found = municipality_from_point(points(*pairs), SQUARES)
    assert len(found) == len(pairs)
    expected = [
        f"00{1 + (east > 10) + 2 * (north > 10)}"
        if 0 <= min(east, north) <= max(east, north) <= 20
        else None
        for east, north in pairs
    ]
    assert plain(found["municipality_code"]) == expected
