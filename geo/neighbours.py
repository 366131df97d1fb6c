"""Which municipalities share a border line; distances between places live in geo.services."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import to_metric
from geo.errors import GeoError, require_columns

TOLERANCE_M = 1.0
"""How far apart two drawings of one border may run, in metres."""

CORNER_TOLERANCES = 10
"""A shared line of no more than this many tolerances is a corner, not a border."""


def neighbours(boundaries: gpd.GeoDataFrame, *, tolerance_m: float = TOLERANCE_M) -> pd.DataFrame:
    """Find the municipalities whose outlines share a border line.

    Two outlines share the line on which they run no more than ``tolerance_m`` apart. The embedded
    outlines were generalised together, so that neighbours have the very same points on their
    border; the tolerance lets outlines of a source that rounds its coordinates be neighbours too,
    at the cost of that much at each end of a border. Outlines that meet only in a corner are no
    neighbours. Where the outlines end at the shore, water parts: an island is nobody's neighbour,
    bridge or not.

    Parameters
    ----------
    boundaries
        Columns municipality_code (each once), geometry, with a CRS.
    tolerance_m
        Metres; 0 wants the very same line. A line of at most ``CORNER_TOLERANCES`` times this
        counts as a corner.

    Returns
    -------
    DataFrame
        One row per municipality and neighbour, so each border twice, ordered by both codes:
        municipality_code, neighbour_code, border_km (length of the shared line in EPSG:3067; of
        the outlines as they are drawn, so shorter than the real border). A municipality without
        an outline, or without a neighbour, has no row.

    Raises
    ------
    CrsError
        The outlines have no CRS.
    GeoError
        A column is missing, a municipality stands twice, or the tolerance is below 0.

    Examples
    --------
    Two squares of 1 km side by side, one that touches the second in a corner, and an island:

    >>> towns = gpd.GeoDataFrame(
    ...     {"municipality_code": ["001", "002", "003", "004"]},
    ...     geometry=shapely.box(
    ...         [0, 1000, 2000, 9000],
    ...         [0, 0, 1000, 0],
    ...         [1000, 2000, 3000, 9500],
    ...         [1000, 1000, 2000, 500],
    ...     ),
    ...     crs="EPSG:3067",
    ... )
    >>> neighbours(towns, tolerance_m=0)
      municipality_code neighbour_code  border_km
    0               001            002        1.0
    1               002            001        1.0
    """
    require_columns(boundaries, ["municipality_code"], of="boundaries")
    twice = boundaries.loc[boundaries["municipality_code"].duplicated(), "municipality_code"]
    if len(twice) or tolerance_m < 0:
        raise GeoError(
            f"Cannot look for neighbours within {tolerance_m!r} m, with {list(twice)!r} twice: "
            "give each municipality once, and a tolerance of 0 or more"
        )
    shapes = to_metric(boundaries).sort_values("municipality_code")
    bare = shapes.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(bare) | shapely.is_empty(bare))]
    codes = shapes["municipality_code"].to_numpy(dtype=object)
    outlines = shapes.geometry.to_numpy()
    one, other = shapely.STRtree(outlines).query(
        outlines, predicate="dwithin", distance=tolerance_m
    )
    one, other = one[one < other], other[one < other]
    shared_m = _shared_length(shapely.boundary(outlines), one, other, tolerance_m)
    is_border = shared_m > CORNER_TOLERANCES * tolerance_m
    one, other, shared_m = one[is_border], other[is_border], shared_m[is_border]
    found = pd.DataFrame(
        {
            "municipality_code": pd.array(codes[np.r_[one, other]], dtype="string"),
            "neighbour_code": pd.array(codes[np.r_[other, one]], dtype="string"),
            "border_km": pd.array(np.tile(shared_m / 1000, 2), dtype="Float64"),
        }
    )
    return found.sort_values(["municipality_code", "neighbour_code"], ignore_index=True)


def _shared_length(
    lines: np.ndarray, one: np.ndarray, other: np.ndarray, tolerance_m: float
) -> np.ndarray:
    """Metres that each pair of lines runs together: the mean of what either has near the other."""
    if not tolerance_m:
        return shapely.length(shapely.intersection(lines[one], lines[other]))
    bands = shapely.buffer(lines, tolerance_m)
    there = shapely.length(shapely.intersection(lines[one], bands[other]))
    back = shapely.length(shapely.intersection(lines[other], bands[one]))
    return (there + back) / 2
