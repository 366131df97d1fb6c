"""A map of equal squares, one a municipality, so that a small one weighs as much as a large one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import to_metric
from geo.errors import require_columns

SPACING = 1.1
"""Squares from one neighbour to the next: with none to spare they would be torn apart."""


def tile_layout(municipalities: gpd.GeoDataFrame, own_layout: pd.DataFrame) -> pd.DataFrame:
    """Lay every municipality on a square of its own.

    A layout made by hand is used when it has a square for every municipality. Else the
    municipalities are first moved until neighbours stand as nearly as can be one square apart, in
    their true direction (least squares over the Gabriel graph of their points), so that crowded
    parts get the room that they need and the country keeps its shape. Then squares are dealt out
    so that the sum of squared distances is least.

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
    Gabriel and Sokal 1969 (neighbours: no third point lies in the circle between two). Kuhn 1955,
    Crouse 2016 (the assignment of least cost, as scipy solves it).

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
    spots = _evenly_spaced(np.column_stack([points.x, -points.y])) * SPACING
    spots -= spots.min(axis=0)
    across, down = np.ceil(spots.max(axis=0)).astype(int) + 1
    grid = np.stack(np.meshgrid(np.arange(across), np.arange(down)), axis=-1).reshape(-1, 2)
    if len(grid) < len(spots):  # points upon points: room for all in a row below
        row = np.column_stack([np.arange(len(spots)), np.full(len(spots), down)])
        grid = np.vstack([grid, row])
    costs = ((spots[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
    rows, chosen = linear_sum_assignment(costs)
    dealt = grid[chosen]
    squares[np.flatnonzero(has_shape)[rows]] = dealt - dealt.min(axis=0)
    return squares


def _evenly_spaced(xy: np.ndarray) -> np.ndarray:
    """Places of the points where neighbours are, as nearly as can be, 1 apart in their direction.

    The sum over neighbours of the squared differences between their step and the unit vector that
    leads from one to the other is least where the graph's Laplacian times the places is the sum of
    those vectors.
    """
    one, other = _gabriel_neighbours(xy)
    steps = xy[other] - xy[one]
    lengths = np.linalg.norm(steps, axis=1, keepdims=True)
    steps = np.divide(steps, lengths, out=np.zeros_like(steps), where=lengths > 0)
    laplacian = np.zeros((len(xy), len(xy)))
    np.add.at(laplacian, (one, one), 1)
    np.add.at(laplacian, (other, other), 1)
    np.add.at(laplacian, (one, other), -1)
    np.add.at(laplacian, (other, one), -1)
    pull = np.zeros_like(xy, dtype=float)
    np.add.at(pull, other, steps)
    np.add.at(pull, one, -steps)
    # The places are free up to a shift of all: adding 1 everywhere holds their mean at 0.
    return np.linalg.solve(laplacian + 1, pull)


def _gabriel_neighbours(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of points with no third one inside the circle that has them as a diameter."""
    apart = ((xy[:, None, :] - xy[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    pairs = []
    for at in range(len(xy)):
        # Of a right triangle the longest side is the diameter: inside, the sum is less.
        nearest_third = (apart[at][None, :] + apart).min(axis=1)
        found = np.flatnonzero(apart[at] <= nearest_third)
        pairs += [(at, int(other)) for other in found if other > at]
    one, other = np.array(pairs, dtype=int).reshape(-1, 2).T
    return one, other
