"""Neighbours: a shared line counts, a shared corner does not."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import affinity

from geo.errors import CrsError, GeoError
from geo.neighbours import neighbours
from tests.geo.toy_places import SQUARES

# The squares of 10 km:   003 004
#                         001 002
# so four borders of 10 km, and 001-004 and 002-003 meet in the middle only.
BORDERS = {("001", "002"), ("001", "003"), ("002", "004"), ("003", "004")}
BOTH_WAYS = sorted(BORDERS | {(other, one) for one, other in BORDERS})


def pairs(found: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(found["municipality_code"], found["neighbour_code"], strict=True))


def test_neighbours_share_a_line_in_both_directions_and_corners_do_not_count():
    found = neighbours(SQUARES, tolerance_m=0)
    assert pairs(found) == BOTH_WAYS
    assert found["border_km"].tolist() == [10.0] * 8
    assert found.dtypes.astype(str).tolist() == ["string", "string", "Float64"]


def test_neighbours_with_a_tolerance_are_the_same_and_as_long_but_for_the_ends():
    found = neighbours(SQUARES)
    assert pairs(found) == BOTH_WAYS
    # A metre more at either end of the 10 km: there the side square's own outline is as near.
    assert found["border_km"].tolist() == pytest.approx([10.002] * 8, abs=1e-6)


def test_neighbours_within_the_tolerance_are_found_and_beyond_it_not():
    apart = SQUARES.copy()
    apart.geometry = [
        affinity.translate(shape, xoff=0.8 if code in ("002", "004") else 0)
        for code, shape in zip(apart["municipality_code"], apart.geometry, strict=True)
    ]
    assert pairs(neighbours(apart)) == BOTH_WAYS
    assert set(pairs(neighbours(apart, tolerance_m=0.5))) == {
        *(("001", "003"), ("003", "001"), ("002", "004"), ("004", "002"))
    }


def test_neighbours_of_many_parts_are_measured_in_all_of_them():
    # An island of 001 whose eastern side is 2 km of the outline of 002's enclave beside it.
    frame = gpd.GeoDataFrame(
        {"municipality_code": ["001", "002"]},
        geometry=[
            shapely.union_all([shapely.box(0, 0, 5000, 5000), shapely.box(20000, 0, 22000, 2000)]),
            shapely.union_all(
                [shapely.box(5000, 0, 9000, 5000), shapely.box(22000, 0, 23000, 2000)]
            ),
        ],
        crs="EPSG:3067",
    )
    assert neighbours(frame, tolerance_m=0)["border_km"].tolist() == [7.0, 7.0]  # 5 + 2 km


def test_neighbours_take_any_crs_and_any_order_and_leave_their_input():
    before = SQUARES.copy()
    turned = neighbours(SQUARES.iloc[::-1].to_crs("EPSG:4326"))
    assert pairs(turned) == BOTH_WAYS
    assert turned["border_km"].tolist() == pytest.approx([10.0] * 8, abs=0.01)
    pd.testing.assert_frame_equal(pd.DataFrame(SQUARES), pd.DataFrame(before))


@pytest.mark.parametrize("bare", [None, shapely.Polygon()])
def test_neighbours_leave_out_a_municipality_without_an_outline(bare):
    known = SQUARES.copy()
    known.loc[known["municipality_code"] == "004", "geometry"] = bare
    assert pairs(neighbours(known)) == [
        *(("001", "002"), ("001", "003"), ("002", "001"), ("003", "001"))
    ]


def test_neighbours_of_nobody_are_none():
    assert len(neighbours(SQUARES.iloc[:1])) == 0
    assert list(neighbours(SQUARES.iloc[:0])) == [
        "municipality_code",
        "neighbour_code",
        "border_km",
    ]


def test_neighbours_refuse_what_cannot_be_measured():
    with pytest.raises(CrsError):
        neighbours(SQUARES.set_crs(None, allow_override=True))
    with pytest.raises(GeoError, match="municipality_code"):
        neighbours(SQUARES.drop(columns="municipality_code"))
    with pytest.raises(GeoError, match="'004'"):
        neighbours(pd.concat([SQUARES, SQUARES.iloc[:1]]))
    with pytest.raises(GeoError, match="-1"):
        neighbours(SQUARES, tolerance_m=-1)
