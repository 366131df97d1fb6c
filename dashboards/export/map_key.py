"""The key of a printed map, in columns: the names behind the numbers on it; no map here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.export.lettering import line_height, stacked, text_width, wrapped
from dashboards.export.map_paper import Paper

SIZES = (5.8, 5.3, 4.8, 4.4)
"""Sizes of text that are tried, in points."""
HEADING = 6.8
BETWEEN = 3.0
"""Millimetres between two columns."""
WIDEST = 60.0
"""Millimetres that an entry has at most."""


@dataclass(frozen=True)
class Columns:
    """How a key is laid out: the size of its text, and rows in a column."""

    size: float
    rows: int
    count: int
    width: float
    """Of one column, with what is between it and the next."""


class Key:
    """The names behind the numbers, in their order."""

    def __init__(self, headings: Sequence[str], names: Sequence[str], scale: float) -> None:
        self.headings, self.names, self.scale = headings, names, scale
        self._widest = max((text_width(name, 1.0) for name in names), default=0.0)

    def columns(self, width: float, height: float) -> Columns | None:
        """How it fits in some room with the largest text that does, None where none does."""
        top = self.top(width)
        for size in SIZES:
            rows = int((height - top) / line_height(size * self.scale))
            if rows < 1:
                continue
            found = self._of(size, rows)
            if found.count * found.width <= width + BETWEEN * self.scale:
                return found
        return None

    def across(self, height: float) -> float:
        """The width that it needs at a height, at a middling size of text."""
        size = SIZES[2]
        rows = max(1, int((height - 2 * self.top(WIDEST)) / line_height(size * self.scale)))
        found = self._of(size, rows)
        return found.count * found.width

    def down(self, width: float) -> float:
        """The height that it needs at a width, at a middling size of text."""
        size = SIZES[2]
        count = max(1, int(width / self._of(size, 1).width))
        return self.top(width) + line_height(size * self.scale) * (-(-len(self.names) // count) + 1)

    def capacity(self, width: float, height: float) -> int:
        """How many names there is room for."""
        size = SIZES[-1]
        rows = int((height - self.top(width)) / line_height(size * self.scale))
        return max(0, rows) * int((width + BETWEEN * self.scale) / self._of(size, 1).width)

    def top(self, width: float) -> float:
        """How much the heading takes."""
        return len(self._heading(width)) * line_height(HEADING * self.scale) + 0.6 * self.scale

    def draw(self, paper: Paper, x: float, y: float, width: float, columns: Columns) -> None:
        """Draw it with its upper left corner at a place."""
        size = columns.size * self.scale
        y = paper.lines(x, y, self._heading(width), HEADING * self.scale, bold=True)
        y += 0.6 * self.scale
        digits = self._digits(size)
        # Even columns rather than a last one of two names.
        rows = -(-len(self.names) // columns.count)
        for at, name in enumerate(self.names):
            column, row = divmod(at, rows)
            left = x + column * columns.width
            baseline = y + (row + 0.8) * line_height(size)
            paper.text(left + digits, baseline, str(at + 1), size, align="right", bold=True)
            short = wrapped(name, WIDEST * self.scale, size, most=1)
            paper.text(left + digits + size * 0.2, baseline, short[0], size)

    def _of(self, size: float, rows: int) -> Columns:
        points = size * self.scale
        widest = (
            min(self._widest * points, WIDEST * self.scale) + self._digits(points) + points * 0.2
        )
        count = -(-len(self.names) // rows)
        return Columns(size, rows, count, widest + BETWEEN * self.scale)

    def _digits(self, points: float) -> float:
        return text_width("0" * len(str(len(self.names))), points, bold=True)

    def _heading(self, width: float) -> list[str]:
        return stacked(self.headings, width, HEADING * self.scale, bold=True)
