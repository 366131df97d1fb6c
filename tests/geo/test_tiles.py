"""A square a municipality: made by hand where all have one, dealt out by least distance else."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import CrsError, GeoError
from geo.tiles import tile_layout

NO_LAYOUT = pd.DataFrame({"municipality_code": [], "tile_column": [], "tile_row": []})


def squares(corners: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    shapes = [shapely.box(x, y, x + 900, y + 900) for x, y in corners]
    codes = [f"{at:03}" for at in range(1, len(corners) + 1)]
    return gpd.GeoDataFrame({"municipality_code": codes}, geometry=shapes, crs="EPSG:3067")


def test_a_grid_of_municipalities_keeps_its_order_from_north_west():
    # A 3 by 3 grid with the first in the south-west: rows count from the north.
    towns = squares([(1000 * (at % 3), 1000 * (at // 3)) for at in range(9)])
    layout = tile_layout(towns, NO_LAYOUT)
    south_west, north_east = layout.iloc[0], layout.iloc[8]
    assert south_west["tile_column"] < north_east["tile_column"]
    assert south_west["tile_row"] > north_east["tile_row"]
    for row in range(3):  # west to east within each row of the grid
        columns = layout["tile_column"].iloc[3 * row : 3 * row + 3].tolist()
        assert columns == sorted(columns)


def test_no_two_municipalities_share_a_square():
    random = np.random.default_rng(2026)
    towns = squares([tuple(point) for point in random.integers(0, 500_000, (60, 2)).tolist()])
    layout = tile_layout(towns, NO_LAYOUT)
    assert not layout.duplicated(["tile_column", "tile_row"]).any()
    assert layout["municipality_code"].tolist() == towns["municipality_code"].tolist()


def test_a_layout_by_hand_is_used_when_it_has_every_municipality():
    by_hand = pd.DataFrame(
        {"municipality_code": ["002", "001"], "tile_column": [5, 7], "tile_row": [1, 2]}
    )
    towns = squares([(0, 0), (1000, 0)])
    assert tile_layout(towns, by_hand)["tile_column"].tolist() == [7, 5]
    more = squares([(0, 0), (1000, 0), (2000, 0)])
    assert tile_layout(more, by_hand)["tile_column"].tolist() == [0, 1, 2]


def test_a_municipality_without_an_outline_has_no_square_and_keeps_its_row():
    towns = squares([(0, 0), (1000, 0)])
    towns.loc[0, "geometry"] = None
    layout = tile_layout(towns.set_index(pd.Index([7, 9])), NO_LAYOUT)
    assert layout.index.tolist() == [7, 9]
    assert layout["tile_column"].isna().tolist() == [True, False]


def test_outlines_without_a_crs_or_code_are_refused():
    towns = squares([(0, 0)])
    with pytest.raises(CrsError):
        tile_layout(towns.set_crs(None, allow_override=True), NO_LAYOUT)
    with pytest.raises(GeoError, match="municipality_code"):
        tile_layout(towns.drop(columns="municipality_code"), NO_LAYOUT)
