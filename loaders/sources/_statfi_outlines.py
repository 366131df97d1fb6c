"""From the features of Statistics Finland to outlines in degrees; asks for nothing itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from loaders.errors import SourceChanged
from loaders.sources._statfi_answers import (
    Notes,
    is_municipality_code,
    mapping,
    plain,
    sequence,
)
from loaders.tables import BOUNDARIES

DECIMALS = 5
MAX_POINTS = 300_000
"""How many points an outline may have: ten times those of the archipelago in the finer scale."""
MAX_ALL_POINTS = 3_000_000

# Finland with a margin: west, south, east, north. The two boxes and their mirror images lie apart,
# so the numbers alone tell unit and order of the axes.
_DEGREES = (18.5, 58.5, 33.0, 71.0)
_METRES = (30_000.0, 6_550_000.0, 800_000.0, 7_850_000.0)
_BOXES = {
    "degrees": (_DEGREES, False),
    "degrees flipped": (_DEGREES, True),
    "metres": (_METRES, False),
    "metres flipped": (_METRES, True),
}
_UNITS_OF_CRS = {
    "3067": "metres",
    "25835": "metres",
    "3047": "metres",
    "4326": "degrees",
    "4258": "degrees",
    "CRS84": "degrees",
}
_CRS_END = re.compile(r"(CRS84|[0-9]{4,5})$")
_MAX_DEPTH = 5


class Outlines:
    """The outlines of the municipalities asked for, collected page by page."""

    def __init__(self, codes: tuple[str, ...], year: int, *, is_national: bool, notes: Notes):
        self.notes = notes
        self.seen: set[str] = set()
        self._codes = frozenset(codes)
        self._year = year
        self._is_national = is_national
        self._count = 0
        self._points = 0
        self._shapes: dict[str, list[tuple[str, shapely.MultiPolygon]]] = {
            "metres": [],
            "degrees": [],
        }

    @property
    def is_complete(self) -> bool:
        """Whether every municipality asked for has come."""
        return self._codes <= self.seen

    def take(
        self,
        collection: Mapping[str, Any],
        code_of: Callable[[Mapping[str, Any]], tuple[object, object]],
    ) -> None:
        """Take in a page of features; ``code_of`` tells code and year of one.

        Raises
        ------
        SourceChanged
            It is not a page of features, or in a coordinate system that is not known.
        """
        features = collection.get("features")
        if collection.get("type") != "FeatureCollection" or not isinstance(features, list):
            raise SourceChanged(
                f"{self.notes.source_id}: {plain(collection.get('type'))!r} came, expected a "
                "FeatureCollection with a list of features."
            )
        stated = _stated_unit(collection, self.notes)
        for value in features:
            self._count += 1
            feature = mapping(value)
            self._take_one(feature, *code_of(feature), stated)

    def frame(self) -> gpd.GeoDataFrame:
        """The table of boundaries, by code; the municipalities without an outline are set aside.

        Raises
        ------
        SourceChanged
            There is not one outline.
        """
        codes, shapes = self._in_degrees()
        outlines: dict[str, shapely.MultiPolygon] = {}
        for code, shape in zip(codes, shapes, strict=True):
            whole = _rounded(shape)
            if not shapely.is_valid(whole):
                self.notes.surprise("outline that crosses itself")
                whole = _mended(whole)
            if whole is None:
                self.notes.set_aside(self._count, code, "bad_outline")
            else:
                outlines[code] = whole
        if not outlines:
            raise SourceChanged(
                f"{self.notes.source_id}: {self._count} features came and not one outline of the "
                f"{len(self._codes)} municipalities asked for; set aside: {self.notes.reasons()}."
            )
        for code in sorted(self._codes - self.seen):
            self.notes.set_aside(self._count, code, "no_outline")
        frame = gpd.GeoDataFrame(
            {"municipality_code": sorted(outlines)},
            geometry=[outlines[code] for code in sorted(outlines)],
            crs="EPSG:4326",
        )
        return frame.astype(BOUNDARIES.dtypes)

    def _take_one(
        self, feature: Mapping[str, Any], code: object, year: object, stated: str | None
    ) -> None:
        line = self._count
        if not is_municipality_code(code):
            self.notes.set_aside(line, code, "bad_code")
            return
        code = str(code)
        if year is not None and plain(str(year))[:4] != str(self._year):
            self.notes.set_aside(line, code, "other_year")
            return
        if code not in self._codes:
            # In a part of the country it may be that the service has not kept to what was asked.
            if self._is_national:
                self.notes.set_aside(line, code, "not_in_division")
            else:
                self.notes.surprise("municipality that was not asked for")
            return
        if code in self.seen:
            self.notes.set_aside(line, code, "outline_twice")
            return
        self.seen.add(code)
        shape = _shape(feature.get("geometry"))
        if shape is None:
            self.notes.set_aside(line, code, "bad_outline")
            return
        self._points += shapely.get_num_coordinates(shape)
        if self._points > MAX_ALL_POINTS:
            raise SourceChanged(
                f"{self.notes.source_id}: the outlines have more than {MAX_ALL_POINTS} points."
            )
        kind = _kind(shape)
        if kind is None:
            self.notes.set_aside(line, code, "outside_finland")
            return
        unit, _, flipped = kind.partition(" ")
        if flipped:
            self.notes.surprise(f"{unit} with the axes the other way round")
            shape = shapely.transform(shape, lambda points: points[:, ::-1])
        if stated and stated != unit:
            self.notes.surprise(f"crs of {stated}, numbers of {unit}")
        self._shapes[unit].append((code, shape))

    def _in_degrees(self) -> tuple[list[str], list[shapely.MultiPolygon]]:
        codes, shapes = [], []
        for unit, crs in (("metres", "EPSG:3067"), ("degrees", "EPSG:4326")):
            pairs = self._shapes[unit]
            codes += [code for code, _ in pairs]
            shapes += list(gpd.GeoSeries([shape for _, shape in pairs], crs=crs).to_crs(4326))
        return codes, shapes


def _stated_unit(collection: Mapping[str, Any], notes: Notes) -> str | None:
    """The unit of the coordinate system that a page names, None where it names none."""
    crs = mapping(collection.get("crs"))
    name = mapping(crs.get("properties")).get("name")
    if not isinstance(name, str):
        return None
    found = _CRS_END.search(name[:100])
    unit = _UNITS_OF_CRS.get(found.group(1)) if found else None
    if unit is None:
        raise SourceChanged(
            f"{notes.source_id}: the coordinate system is {plain(name)!r}; expected EPSG:3067 or "
            "EPSG:4326."
        )
    return unit


def _shape(geometry: Any) -> shapely.MultiPolygon | None:
    """The areas of a geometry, holes kept, lines and points left out; None where there is none."""
    rings = 0
    polygons = []
    try:
        for polygon in _polygons(mapping(geometry), _MAX_DEPTH):
            arrays = [_ring(points) for points in polygon]
            rings += sum(len(array) for array in arrays)
            if rings > MAX_POINTS:
                return None
            polygons.append(shapely.Polygon(arrays[0], arrays[1:]))
    except (
        *(ValueError, TypeError, LookupError, OverflowError),
        shapely.errors.ShapelyError,
    ):
        return None
    shape = shapely.MultiPolygon(polygons)
    return None if shape.is_empty else shape


def _polygons(geometry: Mapping[str, Any], depth: int) -> Iterator[list[Any]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        yield sequence(coordinates)
    elif kind == "MultiPolygon":
        yield from (sequence(polygon) for polygon in sequence(coordinates))
    elif kind == "GeometryCollection" and depth:
        for part in sequence(geometry.get("geometries")):
            yield from _polygons(mapping(part), depth - 1)


def _ring(points: Any) -> np.ndarray:
    array = np.array([[point[0], point[1]] for point in sequence(points)], dtype=float)
    if array.ndim != 2 or len(array) < 4 or not np.isfinite(array).all():
        raise ValueError("no ring")
    return array


def _kind(shape: shapely.MultiPolygon) -> str | None:
    """In which of the boxes of Finland a shape lies; None where in none."""
    west, south, east, north = shapely.bounds(shape)
    for kind, ((least_x, least_y, most_x, most_y), is_flipped) in _BOXES.items():
        x, y = ((south, north), (west, east)) if is_flipped else ((west, east), (south, north))
        if least_x <= x[0] and x[1] <= most_x and least_y <= y[0] and y[1] <= most_y:
            return kind
    return None


def _rounded(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Neighbours share their points, and equal points round to equal ones: no gap, no overlap."""
    return shapely.transform(shape, lambda points: points.round(DECIMALS))


def _mended(shape: shapely.MultiPolygon) -> shapely.MultiPolygon | None:
    """A shape that crosses itself as areas that do not; None where nothing can be saved."""
    if _is_tangled(shape):
        return None
    try:
        mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        # Crossings lie between the points of the grid; this puts them onto it and stays valid.
        whole = _rounded(_areas(shapely.set_precision(mended, 10.0**-DECIMALS)))
    except shapely.errors.ShapelyError:
        return None
    return whole if not whole.is_empty and shapely.is_valid(whole) else None


def _areas(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _is_tangled(shape: shapely.Geometry) -> bool:
    """Whether a shape crosses itself so often that mending it would take minutes and gigabytes."""
    segments = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = shapely.get_coordinates(ring)
        segments.append(np.stack([points[:-1], points[1:]], axis=1))
    lines = shapely.linestrings(np.concatenate(segments))
    tree = shapely.STRtree(lines)
    # A segment meets itself and its two neighbours; beyond that a few are a slip.
    left = 4 * len(lines) + 1_000
    step = max(1, 200_000 // len(lines))
    for start in range(0, len(lines), step):
        left -= tree.query(lines[start : start + step], predicate="intersects").shape[1]
        if left < 0:
            return True
    return False
