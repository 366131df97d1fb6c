"""To metres and back, and no CRS is an error."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.crs import GEOGRAPHIC_CRS, METRIC_CRS, require_crs, to_metric
from geo.errors import CrsError, GeoError


def on_the_meridian() -> gpd.GeoDataFrame:
    """Two points on 27 degrees east, the central meridian of EPSG:3067."""
    return gpd.GeoDataFrame(
        {"name": ["south", "north"]},
        geometry=gpd.points_from_xy([27, 27], [61, 62], crs=GEOGRAPHIC_CRS),
        index=[9, 4],
    )


def test_to_metric_takes_frames_and_series_and_keeps_rows_and_input() -> None:
    given = on_the_meridian()
    metric = to_metric(given)
    assert metric.crs == METRIC_CRS
    assert metric.index.tolist() == [9, 4]
    # The meridian has the false easting of 500 km; a degree of latitude is some 111 km.
    assert metric.geometry.x.round(3).tolist() == [500_000.0, 500_000.0]
    assert metric.geometry.y.diff().iloc[1] == pytest.approx(111_400, abs=100)
    assert to_metric(given.geometry).crs == METRIC_CRS
    assert_frame_equal(pd.DataFrame(given), pd.DataFrame(on_the_meridian()))


def test_to_metric_does_not_guess_an_absent_crs() -> None:
    nameless = on_the_meridian().set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="no CRS; state the one"):
        to_metric(nameless)
    with pytest.raises(CrsError):
        to_metric(nameless.geometry)


def test_require_crs_tells_a_frame_without_geometry_from_one_without_crs() -> None:
    with pytest.raises(GeoError, match="outlines: no active geometry column"):
        require_crs(gpd.GeoDataFrame({"name": ["south"]}), of="outlines")
