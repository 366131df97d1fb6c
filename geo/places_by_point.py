"""Points to the areas they lie in, by position; codes and rows belong to matching."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import to_metric
from geo.errors import GeoError


def areas_of_points(
    points: gpd.GeoSeries, areas: gpd.GeoSeries, *, max_distance_m: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Find the area that each point lies in, or is near to: the first one, where there are several.

    A millimetre outside counts as inside, since rounding alone moves a point that far.

    Parameters
    ----------
    points
        Points with a CRS; empty and missing ones lie nowhere.
    areas
        Polygons with a CRS, any; in the order in which they win.
    max_distance_m
        A point outside every area goes to the nearest one within this many metres (measured in
        EPSG:3067).

    Returns
    -------
    tuple of arrays
        Position of the area, -1 for none; whether it is only near. One a point, in order.

    Raises
    ------
    GeoError
        If a geometry is not a point, or the distance is below 0.

    Examples
    --------
    >>> squares = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
    >>> points = gpd.GeoSeries.from_xy([5, 10, 22, 30], [5, 15, 15, 30], crs="EPSG:3067")
    >>> inside, near = areas_of_points(
    ...     points, gpd.GeoSeries(squares, crs="EPSG:3067"), max_distance_m=2)
    >>> inside.tolist(), near.tolist()
    ([0, 2, 3, -1], [False, False, True, False])
    """
    if not max_distance_m >= 0:
        raise GeoError(f"max_distance_m is {max_distance_m!r}; metres, 0 or more, are needed")
    kinds = shapely.get_type_id(points.to_numpy())
    if not np.isin(kinds, (-1, 0)).all():
        raise GeoError(f"{(~np.isin(kinds, (-1, 0))).sum()} of {len(kinds)} rows are not points")
    inside = _first_area(points, areas)
    near = np.zeros(len(inside), dtype=bool)
    if max_distance_m > 0:
        outside = np.flatnonzero(inside < 0)
        inside[outside] = _nearest_area(points.iloc[outside], areas, max_distance_m)
        near[outside] = inside[outside] >= 0
    return inside, near


def _first_area(points: gpd.GeoSeries, areas: gpd.GeoSeries) -> np.ndarray:
    """Position of the first area that each point touches, -1 where there is none."""
    millimetre = 1e-8 if areas.crs.is_geographic else 1e-3
    tree = shapely.STRtree(_clean(points.to_crs(areas.crs)))
    # Areas are asked for points, not points for areas: geos prepares what asks, and there are
    # few areas with many corners.
    area, point = tree.query(areas.to_numpy(), predicate="dwithin", distance=millimetre)
    return _lowest(point, area, len(points))


def _nearest_area(points: gpd.GeoSeries, areas: gpd.GeoSeries, max_distance_m: float) -> np.ndarray:
    """Position of the nearest area within the distance, the first of equals, -1 for none."""
    tree = shapely.STRtree(to_metric(areas).to_numpy())
    point, area = tree.query_nearest(_clean(to_metric(points)), max_distance=max_distance_m)
    return _lowest(point, area, len(points))


def _clean(points: gpd.GeoSeries) -> np.ndarray:
    """Points as an array, None for those without finite coordinates (out of the CRS's reach)."""
    geometry = points.to_numpy().copy()
    geometry[shapely.is_empty(geometry)] = None
    geometry[~(np.isfinite(shapely.get_x(geometry)) & np.isfinite(shapely.get_y(geometry)))] = None
    return geometry


def _lowest(point: np.ndarray, area: np.ndarray, count: int) -> np.ndarray:
    nothing = np.iinfo(np.intp).max
    lowest = np.full(count, nothing, dtype=np.intp)
    np.minimum.at(lowest, point, area)
    return np.where(lowest == nothing, -1, lowest)
