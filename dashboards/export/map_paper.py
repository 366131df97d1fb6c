"""A sheet of paper in millimetres on which matplotlib draws texts, boxes and outlines.

What stands on the sheet is the business of ``map_figure``; its files are made in
``picture_files``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboards.export.lettering import LOCK, POINT, Align, Written, face, line_height, text_outline
from dashboards.export.picture_files import About, PictureFormat, picture_file
from dashboards.inks import Ink

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

DARK, QUIET, LIGHT, PAPER = "#1b1b1b", "#4a4a4a", "#c9c7c1", "#ffffff"

HATCHES = {
    "blank": "",
    "dot": "...",
    "horizontal_line": "---",
    "diagonal_cross": "xxx",
    "right_diagonal_line": "///",
}
"""The patterns of the inks as matplotlib calls them; three of a sign stand close enough."""
SETTINGS: dict[Any, Any] = {
    "hatch.linewidth": 0.6,
    "pdf.fonttype": 42,  # TrueType, whole letters: ä can be selected and searched for
    "svg.fonttype": "none",
    "svg.hashsalt": "jarjestokartta",  # the same names of patterns each time
    "path.simplify": False,
}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Draw while nobody else does: matplotlib's settings belong to the process, not to a figure."""
    import matplotlib as mpl

    with LOCK, mpl.rc_context():
        mpl.rcParams.update(mpl.rcParamsDefault)  # whatever the machine has in its own file
        mpl.rcParams.update(SETTINGS)
        yield


class Paper:
    """A sheet; (0, 0) is its upper left corner, and everything is in millimetres from there."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.width, self.height = width, height
        self._written: list[Written] = []
        self.figure = Figure(figsize=(width / 25.4, height / 25.4), facecolor=PAPER)
        self._mm = (
            Affine2D().scale(1, -1).translate(0, height).scale(1 / 25.4)
            + self.figure.dpi_scale_trans
        )

    def text(
        self,
        x: float,
        y: float,
        said: str,
        size: float,
        *,
        bold: bool = False,
        align: Align = "left",
        color: str = DARK,
    ) -> None:
        """Write one line, whose baseline is at ``y``, on top of all that is drawn."""
        if said:
            self._written.append(Written(x, y, said, round(size, 3), bold, align, color))

    def lines(self, x: float, y: float, said: Sequence[str], size: float, **how: Any) -> float:
        """Write lines below one another from the top ``y``; give where the next would begin."""
        for line in said:
            self.text(x, y + size * POINT, line, size, **how)
            y += line_height(size)
        return y

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        ink: Ink | None = None,
        fill: str = "none",
        edge: str = "none",
        line: float = 0.5,
    ) -> None:
        """Draw a rectangle, in an ink or plain."""
        outline = rectangle(x, y, width, height)
        if ink is not None:
            self.fill(outline, ink)
        self.stroke(outline, fill=fill, color=edge, line=line)

    def fill(self, outline: Outline, ink: Ink) -> None:
        """Fill an outline with an ink: its colour, and its pattern in its own colour."""
        from matplotlib.patches import PathPatch

        self._add(
            PathPatch(
                outline,
                facecolor=ink.fill,
                edgecolor=ink.hatch_color,
                hatch=HATCHES[ink.hatch] or None,
                linewidth=0,
            )
        )

    def stroke(
        self,
        outline: Outline,
        *,
        fill: str = "none",
        color: str = DARK,
        line: float = 0.5,
        alpha: float | None = None,
    ) -> None:
        """Draw an outline as a line, and fill it with a plain colour."""
        from matplotlib.patches import PathPatch

        self._add(
            PathPatch(
                outline,
                facecolor=fill,
                edgecolor=color,
                linewidth=0 if color == "none" else line,
                joinstyle="round",
                alpha=alpha,
            )
        )

    def file(self, format: PictureFormat, about: About, *, dpi: int = 300) -> bytes:
        """The sheet as a file; nothing can be drawn on it afterwards."""
        if format == "png":
            self._outline_texts()
        elif format == "pdf":
            self.figure.add_artist(_texts_artist(self._written, self._mm))
        return picture_file(self.figure, format, about, dpi=dpi, texts=self._written)

    def _outline_texts(self) -> None:
        """All texts of a colour as one outline: letter by letter takes ten times as long."""
        from matplotlib.path import Path as Outline

        by_color: dict[str, list[Any]] = {}
        for of in self._written:
            outlined = text_outline(of.left, of.y, of.said, of.size, bold=of.bold)
            by_color.setdefault(of.color, []).append(outlined)
        for color, found in by_color.items():
            points, codes = (np.concatenate(part) for part in zip(*found, strict=True))
            self.stroke(Outline(points, codes), fill=color, color="none")

    def _add(self, artist: Any) -> None:
        artist.set_transform(self._mm)
        self.figure.add_artist(artist)


def _texts_artist(written: Sequence[Written], mm: Any) -> Any:
    """All texts as one artist, which knows their places: matplotlib need not look for them."""
    from matplotlib.artist import Artist

    letters = "".join(sorted({letter for of in written for letter in of.said}))

    class Texts(Artist):
        def draw(self, renderer: Any) -> None:
            for of in written:
                x, y = mm.transform((of.left, of.y))
                context = renderer.new_gc()
                context.set_foreground(of.color)
                renderer.draw_text(context, x, y, of.said, face(letters, of.bold, of.size), 0)
                context.restore()

    return Texts()


def outlines(rings: Sequence[np.ndarray]) -> Outline:
    """Closed rings of points as one outline to draw.

    Examples
    --------
    >>> len(outlines([np.array([(0, 0), (1, 0), (1, 1)])]).vertices)
    4
    """
    from matplotlib.path import Path as Outline

    points, codes = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)]
    for ring in rings:
        points += [ring, ring[:1]]
        codes.append(np.full(len(ring) + 1, Outline.LINETO, dtype=np.uint8))
        codes[-1][0], codes[-1][-1] = Outline.MOVETO, Outline.CLOSEPOLY
    return Outline(np.concatenate(points), np.concatenate(codes))


def rectangle(x: float, y: float, width: float, height: float) -> Outline:
    """A rectangle by its upper left corner."""
    return outlines([corners(x, y, width, height)])


def corners(x: float, y: float, width: float, height: float) -> np.ndarray:
    """The corners of a rectangle, a row of x and y each."""
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
