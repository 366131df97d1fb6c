"""The two coordinate systems in use and the way between them; no measuring lives here."""

from __future__ import annotations

from typing import TypeVar

import geopandas as gpd

from geo.errors import CrsError, GeoError

METRIC_CRS = "EPSG:3067"
"""ETRS-TM35FIN: metres, all of Finland in one zone; every distance and area is taken in it."""

GEOGRAPHIC_CRS = "EPSG:4326"
"""WGS 84, longitude and latitude in degrees: what web maps and most sources speak."""

Geo = TypeVar("Geo", gpd.GeoDataFrame, gpd.GeoSeries)


def to_metric(frame: Geo) -> Geo:
    """Transform geometry to metres (EPSG:3067), whatever it came in.

    Parameters
    ----------
    frame
        Geometry with a CRS: a frame with an active geometry column, or a series.

    Returns
    -------
    GeoDataFrame or GeoSeries
        A new object of the same kind, same rows, order and index, in EPSG:3067.

    Raises
    ------
    CrsError
        If the geometry has no CRS.
    GeoError
        If the frame has no active geometry column.

    Examples
    --------
    Four toy municipalities, a point each, on the central meridian of EPSG:3067 (27 degrees east,
    easting 500,000 m):

    >>> toys = gpd.GeoSeries.from_xy([27, 27, 27, 27], [60, 61, 62, 63], crs=GEOGRAPHIC_CRS)
    >>> to_metric(toys).x.round().tolist()
    [500000.0, 500000.0, 500000.0, 500000.0]
    """
    require_crs(frame, of="geometry")
    return frame.to_crs(METRIC_CRS)


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, of: str) -> None:
    """Raise if the geometry has no coordinate reference system.

    Parameters
    ----------
    frame
        A frame with an active geometry column, or a series.
    of
        What the geometry is of, for the message.

    Raises
    ------
    CrsError
        If the geometry has no CRS.
    GeoError
        If the frame has no active geometry column.

    Examples
    --------
    >>> toys = gpd.GeoSeries.from_xy([27, 27, 27, 27], [60, 61, 62, 63])
    >>> require_crs(toys, of="toy municipalities")
    Traceback (most recent call last):
        ...
    geo.errors.CrsError: toy municipalities: no CRS; state the one the coordinates were written \
in with set_crs(), for example EPSG:3067 or EPSG:4326
    """
    # A GeoDataFrame that lost its geometry column answers .crs with an AttributeError.
    try:
        crs = frame.crs
    except AttributeError as error:
        raise GeoError(f"{of}: no active geometry column; name one with set_geometry()") from error
    if crs is None:
        raise CrsError(
            f"{of}: no CRS; state the one the coordinates were written in with set_crs(), "
            f"for example {METRIC_CRS} or {GEOGRAPHIC_CRS}"
        )
