"""Small maps of an area with one municipality marked, as SVG: plain shapes, no words in them.

Maps with legends and names are drawn in ``dashboards.export.map_figure``.
"""

from __future__ import annotations

from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from dashboards.export.scope import Scope
from geo.crs import to_metric

WIDTH = 520
"""Units across the longer side of the picture."""
MARGIN = 12
SMALL = 34
"""A municipality narrower than so many units gets a ring around it."""


class Locator:
    """The locator maps of a scope: each municipality in its area, its region where that is wide."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._grounds: dict[str, tuple[str, list[float]]] = {}

    @cached_property
    def _outlines(self) -> gpd.GeoSeries:
        towns = self.scope.store.municipalities
        return to_metric(towns.set_index("municipality_code")["geometry"])

    def svg(self, code: str, alt: str) -> str:
        """The map of one municipality; empty where no outline of its area is known."""
        area, codes = self._area(code)
        if area not in self._grounds:
            self._grounds[area] = _ground(self._outlines.reindex(codes))
        ground, window = self._grounds[area]
        if not ground:
            return ""
        own = _laid(self._outlines.reindex([code]), window)
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            'role="img" aria-label="{alt}"><path d="{ground}" fill="#dfe3e1" stroke="#8a9692" '
            'stroke-width="1.2" fill-rule="evenodd"/><path d="{own}" fill="#0b5c4d" '
            'stroke="#ffffff" stroke-width="1" fill-rule="evenodd"/>{ring}</svg>'
        ).format(
            width=window[3],
            height=window[4],
            alt=alt,
            ground=ground,
            own=_path(own),
            ring=_ring(own),
        )

    def _area(self, code: str) -> tuple[str, list[str]]:
        """What the map shows: the chosen region or county, else the municipality's own region."""
        level = self.scope.area.partition("-")[0]
        if level in ("region", "county"):
            return self.scope.area, self.scope.codes
        towns = self.scope.store.municipalities
        [region] = towns.loc[towns["municipality_code"] == code, "region_code"]
        own = towns.loc[towns["region_code"] == region, "municipality_code"]
        return f"region-{region}", [str(name) for name in own]


def _ground(outlines: gpd.GeoSeries) -> tuple[str, list[float]]:
    """The path of all outlines and the window: left, top, scale, and the picture's sides."""
    known = outlines[outlines.notna() & ~outlines.is_empty]
    if known.empty:
        return "", []
    left, bottom, right, top = known.total_bounds
    scale = (WIDTH - 2 * MARGIN) / max(right - left, top - bottom, 1.0)
    sides = [(right - left) * scale + 2 * MARGIN, (top - bottom) * scale + 2 * MARGIN]
    window = [left, top, scale, *sides]
    return _path(_laid(known, window)), window


def _laid(outlines: gpd.GeoSeries, window: list[float]) -> np.ndarray:
    """The outlines' parts in the picture's own units, y downwards."""
    left, top, scale = window[:3]
    shapes = shapely.get_parts([shape for shape in outlines if shape is not None])
    laid = shapely.transform(
        shapes, lambda points: (points - [left, top]) * [scale, -scale] + MARGIN
    )
    # Half a unit is less than a tenth of a millimetre on paper.
    return np.asarray(shapely.simplify(laid, 0.5), dtype=object)


def _path(parts: np.ndarray) -> str:
    """Polygons as the d of a path, in whole units and tenths."""
    return "".join(
        "M"
        + "L".join(f"{x:g} {y:g}" for x, y in np.round(shapely.get_coordinates(ring)[:-1], 1))
        + "z"
        for ring in shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
    )


def _ring(parts: np.ndarray) -> Markup:
    """A ring around what would be too small to be seen; none where there is nothing."""
    if not len(parts):
        return Markup("")
    left, top, right, bottom = shapely.total_bounds(parts)
    if max(right - left, bottom - top) >= SMALL:
        return Markup("")
    return Markup(
        '<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="none" stroke="#0b5c4d" stroke-width="4"/>'
    ).format((left + right) / 2, (top + bottom) / 2, SMALL)
