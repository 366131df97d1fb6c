"""The map as an SVG of the browser's own: drawn once, recoloured there without asking the server.

What its themes show is worked out in ``dashboards.themes``; the drawing itself is in ``map.js``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
import param
import shapely
from panel.custom import JSComponent

from dashboards.themes import Theme
from geo.crs import to_metric
from geo.tiles import tile_layout

METRES = 50
"""Metres to a unit of the drawing: finer than any screen shows, and whole numbers are short."""

PADDING = 0.03

_TEMPLATES = files("dashboards").joinpath("templates")


class MunicipalityMap(JSComponent):
    """The municipalities with their themes; what is chosen on it follows ``theme`` and so on."""

    drawing: param.Dict = param.Dict(default={}, doc="All that does not change in a session.")
    theme: param.String = param.String(default="", doc="Id of the theme that colours the map.")
    form: param.Selector[str] = param.Selector(
        default="outlines", objects=["outlines", "tiles"], doc="Outlines, or equal squares."
    )
    municipality: param.String = param.String(default="", doc="Code of the one that is marked.")
    active: param.List = param.List(default=[], doc="Places of the municipalities not faded.")
    window: param.List = param.List(default=[0, 0, 1, 1], doc="What of the outlines is seen.")
    tiles: param.List = param.List(default=[], doc="Column and row of each square, None for none.")
    tile_window: param.List = param.List(default=[0, 0, 1, 1], doc="What of the squares is seen.")
    basemap: param.Dict = param.Dict(
        default={}, doc="Address of a map service and its attribution; empty for none."
    )

    _esm = files("dashboards").joinpath("templates", "map.js").read_text(encoding="utf-8")
    _stylesheets: ClassVar[list[str]] = [
        files("dashboards").joinpath("templates", "map.css").read_text("utf-8")
    ]


def drawing(
    municipalities: gpd.GeoDataFrame,
    names: Sequence[str],
    themes: Sequence[Theme],
    words: Mapping[str, Any],
) -> dict[str, Any]:
    """All that the browser needs to draw every theme of the map.

    Parameters
    ----------
    municipalities
        Columns municipality_code, population, geometry; any CRS.
    names
        The name of each, in the language of the page.
    themes
        What the map can show, a class for each municipality.
    words
        The words of the controls, as ``map.js`` names them.
    """
    shapes = to_metric(municipalities.geometry)
    spots = [None if shape is None or shape.is_empty else _spot(shape) for shape in shapes]
    inks: dict[str, Any] = {}
    for theme in themes:
        inks |= {f"{theme.kind}-{key}": asdict(ink) for key, ink in theme.inks.items()}
    return {
        "metres": METRES,
        "places": [
            {"code": code, "name": name, "outline": svg_path(shape), "spot": spot}
            for code, name, shape, spot in zip(
                municipalities["municipality_code"], names, shapes, spots, strict=True
            )
        ],
        "largest_first": [
            int(at)
            for at in np.argsort(-municipalities["population"].fillna(0).to_numpy(), kind="stable")
        ],
        "inks": inks,
        "themes": [_theme(theme) for theme in themes],
        "words": dict(words),
    }


def _theme(theme: Theme) -> dict[str, Any]:
    place = {key: at for at, key in enumerate(theme.inks)}
    values = theme.values
    return {
        "id": theme.id,
        "group": theme.group,
        "label": theme.label,
        "inks": [f"{theme.kind}-{key}" for key in theme.inks],
        "labels": [theme.names[key] for key in theme.inks],
        "of": [place[key] for key in theme.classes],
        "unit": theme.unit,
        "said": theme.said,
        "values": None
        if values is None
        else [None if pd.isna(value) else round(float(value), 2) for value in values],
    }


def svg_path(shape: Any) -> str:
    """A (multi)polygon of metres as the ``d`` of an SVG path in units of `METRES`, north up.

    Examples
    --------
    >>> svg_path(shapely.box(0, 0, 100, 50))
    'M2 0v-1h-2v1z'
    """
    if shape is None or shape.is_empty:
        return ""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(_ring(shapely.get_coordinates(ring)) for ring in rings)


def _ring(points: np.ndarray) -> str:
    grid = np.round(points * (1 / METRES, -1 / METRES)).astype(int)
    steps = np.diff(grid, axis=0)[:-1]  # the last step leads back to the start, as z does
    steps = steps[(steps != 0).any(axis=1)]
    line = "".join(
        f"v{y}" if x == 0 else f"h{x}" if y == 0 else f"l{x} {y}" for x, y in steps.tolist()
    )
    return f"M{grid[0, 0]} {grid[0, 1]}{line}z"


def _spot(shape: Any) -> list[float]:
    """Where the name stands: the middle of the widest room in the largest part."""
    parts = list(getattr(shape, "geoms", [shape]))
    largest = max(parts, key=lambda part: part.area)
    point = shapely.maximum_inscribed_circle(largest, tolerance=500).coords[0]
    return [round(point[0] / METRES), round(-point[1] / METRES)]


def tile_squares(municipalities: gpd.GeoDataFrame) -> list[list[int] | None]:
    """Column and row of each municipality's square; None for one that has none."""
    layout = tile_layout(municipalities, own_tile_layout())
    squares = zip(layout["tile_column"], layout["tile_row"], strict=True)
    return [None if pd.isna(column) else [int(column), int(row)] for column, row in squares]


@cache
def own_tile_layout() -> pd.DataFrame:
    """The squares that were laid by hand: municipality_code, tile_column, tile_row."""
    with _TEMPLATES.joinpath("tile_layout.csv").open(encoding="utf-8") as rows:
        return pd.read_csv(rows, dtype={"municipality_code": "string"})


def window(municipalities: gpd.GeoDataFrame, is_active: pd.Series) -> list[float]:
    """The part of the drawing that shows the active municipalities, as an SVG view box."""
    shapes = to_metric(municipalities.geometry)
    chosen = shapes[is_active.to_numpy()]
    if chosen.isna().all() or chosen.is_empty.all():  # no outline to look at: show all there are
        chosen = shapes
    west, south, east, north = chosen.total_bounds / METRES
    return _box(west, -north, east - west, north - south)


def tile_window(tiles: Sequence[Sequence[int] | None], is_active: pd.Series) -> list[float]:
    """The part of the squares that shows the active municipalities, as an SVG view box."""
    of_all = [tile for tile in tiles if tile is not None]
    seen = [
        tile for tile, active in zip(tiles, is_active, strict=True) if active and tile is not None
    ]
    columns, rows = zip(*(seen or of_all or [(0, 0)]), strict=True)
    left, top = min(columns), min(rows)
    return _box(left, top, max(columns) - left + 1, max(rows) - top + 1)


def _box(left: float, top: float, width: float, height: float) -> list[float]:
    side = PADDING * max(width, height)
    return [
        float(round(number, 2))
        for number in (left - side, top - side, width + 2 * side, height + 2 * side)
    ]
