"""A map of equal squares, one a municipality, so that a small one weighs as much as a large one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import to_metric
from geo.errors import require_columns

ROOM = 1.35
"""Squares to a municipality: with none to spare neighbours would be torn apart."""


def tile_layout(municipalities: gpd.GeoDataFrame, own_layout: pd.DataFrame) -> pd.DataFrame:
    """Lay every municipality on a square of its own.

    A layout made by hand is used when it has a square for every municipality; else all squares
    are dealt out so that the sum of squared distances between municipalities and their squares is
    least.

    Parameters
    ----------
    municipalities
        Columns municipality_code, geometry, with a CRS.
    own_layout
        Columns municipality_code, tile_column, tile_row: made by hand, may be empty.

    Returns
    -------
    DataFrame
        Index and order of ``municipalities``: municipality_code, tile_column (from the west, 0 and
        up), tile_row (from the north, 0 and up); NA for one without an outline or hand-made square.

    Raises
    ------
    CrsError
        The outlines have no CRS.
    GeoError
        A column is missing.

    References
    ----------
    Kuhn 1955, Crouse 2016 (the assignment of least cost, as scipy solves it).

    Examples
    --------
    >>> import shapely
    >>> shapes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(0, -1, 1, 0)]
    >>> towns = gpd.GeoDataFrame(
    ...     {"municipality_code": ["001", "002", "003"]}, geometry=shapes, crs="EPSG:3067"
    ... )
    >>> own = pd.DataFrame({"municipality_code": [], "tile_column": [], "tile_row": []})
    >>> tile_layout(towns, own)[["tile_column", "tile_row"]].to_numpy().tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    columns = ["municipality_code", "tile_column", "tile_row"]
    require_columns(own_layout, columns, of="own_layout")
    codes = municipalities["municipality_code"]
    by_hand = own_layout.set_index("municipality_code")
    if len(codes) and codes.isin(by_hand.index).all():
        squares = by_hand.loc[codes, ["tile_column", "tile_row"]].to_numpy(dtype=object)
    else:
        squares = _dealt_out(municipalities)
    layout = pd.DataFrame(squares, index=municipalities.index, columns=columns[1:])
    return layout.astype("Int64").assign(municipality_code=codes)[columns]


def _dealt_out(municipalities: gpd.GeoDataFrame) -> np.ndarray:
    from scipy.optimize import linear_sum_assignment  # slow to import, and seldom needed

    shapes = to_metric(municipalities.geometry)
    has_shape = (shapes.notna() & ~shapes.is_empty).to_numpy()
    squares = np.full((len(municipalities), 2), pd.NA, dtype=object)
    if not has_shape.any():
        return squares
    points = shapes[has_shape].representative_point()
    xy = np.column_stack([points.x, -points.y])
    low, span = xy.min(axis=0), np.ptp(xy, axis=0)
    # As many squares as have room for all, in the shape of the area that the points span.
    wanted = ROOM * len(xy)
    aspect = (span[0] or 1) / (span[1] or 1)
    across = min(max(1, round(np.sqrt(wanted * aspect))), len(xy))
    down = max(round(wanted / across), -(-len(xy) // across))
    step = span / np.maximum([across - 1, down - 1], 1)
    grid = np.stack(np.meshgrid(np.arange(across), np.arange(down)), axis=-1).reshape(-1, 2)
    places = (xy - low) / np.where(step > 0, step, 1)
    costs = ((places[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
    rows, chosen = linear_sum_assignment(costs)
    squares[np.flatnonzero(has_shape)[rows]] = grid[chosen]
    return squares
