"""The municipalities of a store as a printed map draws them, in metres; nothing is drawn here.

Worked out once a process, since it is the same for every theme, language and size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from dashboards.store import Store
from geo.crs import to_metric

TOLERANCE = 500
"""Metres: so exactly the widest room of a municipality is looked for."""


@dataclass(frozen=True)
class Ground:
    """The municipalities of a store in EPSG:3067, in its order.

    ``shapes`` are None where there is no outline; ``rings`` are all rings of each, ``lands`` those
    around land; ``spots`` are where a name stands best, a row of x and y.
    """

    shapes: np.ndarray
    rings: list[list[np.ndarray]]
    lands: list[list[np.ndarray]]
    spots: np.ndarray


def ground(store: Store) -> Ground:
    """The municipalities of a store in metres."""
    return store.once("export ground", lambda: _ground(store), follows=())


def _ground(store: Store) -> Ground:
    metric = to_metric(store.municipalities.geometry)
    shapes = np.array(
        [None if shape is None or shape.is_empty else shape for shape in metric], dtype=object
    )
    # Holes turn the other way, so that they are not filled.
    shapes = shapely.orient_polygons(shapes)
    parts = [[] if shape is None else list(shapely.get_parts(shape)) for shape in shapes]
    return Ground(
        shapes=shapes,
        rings=[_points(shapely.get_rings(of)) if of else [] for of in parts],
        lands=[_points(shapely.get_exterior_ring(of)) if of else [] for of in parts],
        spots=np.array([_spot(of) for of in parts]).reshape(-1, 2),
    )


def _points(rings: Any) -> list[np.ndarray]:
    """The points of rings, the last of which is not the first once more."""
    return [shapely.get_coordinates(ring)[:-1] for ring in rings]


def _spot(parts: list[Any]) -> tuple[float, float]:
    """The middle of the widest room in the largest part."""
    if not parts:
        return (np.nan, np.nan)
    largest = max(parts, key=shapely.area)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, TOLERANCE))[0]
    return (float(x), float(y))
