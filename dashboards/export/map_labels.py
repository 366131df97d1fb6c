"""Where the names stand on a printed map, so that none lies on another; nothing is drawn here.

All lengths are millimetres of the sheet, with y downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""

STEPS = np.array(
    [
        *((0, 0), (0, -0.6), (0, 0.6), (-0.25, 0), (0.25, 0), (0, -1.1), (0, 1.1)),
        *((-0.25, -0.7), (0.25, -0.7), (-0.25, 0.7), (0.25, 0.7), (-0.5, 0), (0.5, 0)),
        *((-0.5, -0.9), (0.5, -0.9), (-0.5, 0.9), (0.5, 0.9), (0, -1.8), (0, 1.8)),
        *((-0.75, 0), (0.75, 0)),
    ]
)
"""Where a name is tried, from the spot of its municipality: in widths and heights of the name."""
SAMPLES = np.array([(x, y) for y in (-0.4, 0, 0.4) for x in np.linspace(-0.45, 0.45, 7)])
"""Where it is looked up on whose land a name lies, in its widths and heights."""
MOST_FOREIGN = 0.35
"""Of a name, so much may lie on the land of others."""
LEAST_OWN = 0.04
"""Of a name, so much must lie on its own land."""
HIDDEN = 0.5
"""Of an island, so much may be hidden by its name at no cost."""
FAR = 0.02
"""What a step down the list costs, beside land of others."""
GAP = 0.35
"""Between two names."""
RINGS, TURNS = 6, 16
"""Where a number is tried around its spot: farther off its line would cross those of others."""
CELL = 0.35
"""How finely the land is looked at."""
NOBODY = -1


@dataclass(frozen=True)
class Placed:
    """The middle of a label, which of its forms it has, and whether it stands on its own land."""

    x: float
    y: float
    form: int
    is_home: bool = True


class Land:
    """Whose land is where on the sheet, looked up in squares of `CELL`."""

    def __init__(self, frame: Box, lands: Sequence[Sequence[np.ndarray]]) -> None:
        from PIL import Image, ImageDraw

        self._corner = np.array(frame[:2])
        columns, rows = np.ceil((np.array(frame[2:]) - self._corner) / CELL).astype(int) + 1
        image = Image.new("I", (int(columns), int(rows)), NOBODY)
        pen = ImageDraw.Draw(image)
        areas = [(_area(ring), at, ring) for at, rings in enumerate(lands) for ring in rings]
        self.largest = {at: area for area, at, _ in sorted(areas, key=lambda each: each[0])}
        """The area of the largest part of each."""
        # The largest first: one that lies in a hole of another comes on top of it.
        for _, at, ring in sorted(areas, key=lambda each: -each[0]):
            pen.polygon([tuple(point) for point in (ring - self._corner) / CELL], fill=at)
        self._owners = np.asarray(image)

    def owners(self, points: np.ndarray) -> np.ndarray:
        """Whose land each point is on, -1 for nobody's; the last axis is x and y."""
        cells = ((points - self._corner) / CELL).astype(int)
        rows, columns = self._owners.shape
        x = np.minimum(np.maximum(cells[..., 0], 0), columns - 1)
        y = np.minimum(np.maximum(cells[..., 1], 0), rows - 1)
        return self._owners[y, x]


class Room:
    """The boxes that are taken within a frame."""

    def __init__(self, frame: Box, taken: Sequence[Box] = ()) -> None:
        self.frame = frame
        self._boxes = np.empty((len(taken) + 1024, 4))
        self._boxes[: len(taken)] = np.array(taken).reshape(-1, 4)
        self._count = len(taken)

    def free(self, boxes: np.ndarray) -> np.ndarray:
        """Which of some boxes, a row each, overlap nothing and are within the frame."""
        left, top, right, bottom = boxes.T
        west, north, east, south = self.frame
        inside = (left >= west) & (top >= north) & (right <= east) & (bottom <= south)
        taken = self._boxes[: self._count]
        hit = (
            (left[:, None] < taken[:, 2] + GAP)
            & (right[:, None] > taken[:, 0] - GAP)
            & (top[:, None] < taken[:, 3] + GAP)
            & (bottom[:, None] > taken[:, 1] - GAP)
        )
        return inside & ~hit.any(axis=1)

    def take(self, box: np.ndarray) -> None:
        """Take a box."""
        if self._count == len(self._boxes):
            self._boxes = np.concatenate([self._boxes, np.empty_like(self._boxes)])
        self._boxes[self._count] = box
        self._count += 1


def placed_names(
    forms: Sequence[Sequence[tuple[float, float]]],
    spots: np.ndarray,
    land: Land,
    room: Room,
    *,
    order: Sequence[int],
) -> dict[int, Placed]:
    """Find a place for names, on their own land or off the coast; those without one are left out.

    Parameters
    ----------
    forms
        For each name the width and height of each of its forms, the best first.
    spots
        Where each name would best stand: a row of x and y.
    land
        Whose land is where.
    room
        What is free; what is placed is taken from it.
    order
        Who chooses first.

    Returns
    -------
    dict
        The place of a name in ``forms`` to where it stands.
    """
    found: dict[int, Placed] = {}
    for at in order:
        for form, size in enumerate(forms[at]):
            centres = spots[at] + STEPS * size
            boxes = _boxes(centres, size)
            free = np.flatnonzero(room.free(boxes))
            if not len(free):
                continue
            owners = land.owners(_samples(centres[free], size))
            own = (owners == at).mean(axis=1)
            foreign = ((owners != at) & (owners != NOBODY)).mean(axis=1)
            good = (foreign <= MOST_FOREIGN) & (own >= LEAST_OWN)
            if not good.any():
                continue
            hidden = own * size[0] * size[1] / land.largest[at] - HIDDEN
            cost = foreign + FAR * free + np.maximum(hidden, 0)
            best = free[np.argmin(np.where(good, cost, np.inf))]
            room.take(boxes[best])
            found[at] = Placed(float(centres[best, 0]), float(centres[best, 1]), form)
            break
    return found


def placed_numbers(
    sizes: Mapping[int, tuple[float, float]], spots: np.ndarray, land: Land, room: Room
) -> dict[int, Placed]:
    """Find a place for numbers, as near to their spots as there is one.

    Parameters
    ----------
    sizes
        The place of a number in ``spots`` to its width and height; the first chooses first.
    spots, land, room
        As for `placed_names`.
    """
    turns = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
    circle = np.column_stack([np.cos(turns), np.sin(turns)])
    steps = np.concatenate([np.zeros((1, 2)), *(circle * n / 2 for n in range(1, RINGS + 1))])
    found: dict[int, Placed] = {}
    for at, size in sizes.items():
        centres = spots[at] + steps * max(size)
        free = np.flatnonzero(room.free(_boxes(centres, size)))
        if not len(free):
            continue
        centre = centres[free[0]]
        room.take(_boxes(centre[None], size)[0])
        is_home = bool(land.owners(centre) == at)
        found[at] = Placed(float(centre[0]), float(centre[1]), 0, is_home)
    return found


def _area(ring: np.ndarray) -> float:
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _boxes(centres: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    half = np.array(size) / 2
    return np.column_stack([centres - half, centres + half])


def _samples(centres: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    """Points spread over boxes: a box, a point, x and y."""
    return centres[:, None, :] + SAMPLES * size
