"""A heat map of rows and columns of cells: drawing only, no state and no words of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import pi
from textwrap import fill
from typing import Any

import holoviews as hv
import pandas as pd
from bokeh.models import CustomJS, FixedTicker, HoverTool, Text
from bokeh.models.annotations import BoxAnnotation

from dashboards.paper import FONT, on_paper

ROW_HEIGHT = 24
HEADING_HEIGHT = 190
"""Room for the names of the columns, which stand upright."""
WRAPPED_LETTERS, SHORT_LETTERS = 30, 30
"""Where names of columns are broken, and where they are cut if there is room for one line only."""

# Only the browser knows how wide a column is: two lines of a name, or a number, need their room.
BY_WIDTH = """
const room = figure.inner_width / columns;
axis.major_label_overrides = room > 32 ? wide : narrow;
numbers.visible = room > widest;
"""

DRAWN = ("x", "y", "fill", "hatch", "hatch_color", "label", "label_color")


@dataclass(frozen=True, kw_only=True)
class HeatMapAxes:
    """The names of the rows, first on top, and of the columns, first on the left."""

    rows: Sequence[str]
    columns: Sequence[str]

    @property
    def height(self) -> int:
        """The height of the picture in pixels: every row has its own."""
        return HEADING_HEIGHT + ROW_HEIGHT * max(len(self.rows), 1)


def heat_map(
    cells: pd.DataFrame,
    axes: HeatMapAxes,
    *,
    tooltip: str,
    hovered: Sequence[str],
    handles: dict[str, Any],
) -> hv.Rectangles:
    """Draw a cell for every row and column, with a fill, a hatch and, where there is room, a text.

    Parameters
    ----------
    cells
        Columns row and column (places on the axes, from 0), fill, hatch, hatch_color, label,
        label_color, and the hovered ones, all ready text.
    axes
        The names along the sides.
    tooltip
        The hover text as HTML, with ``@{column}`` where a text of the cell belongs; Bokeh escapes
        what it puts there. Its own table of labels is too pale to be read.
    hovered
        The columns that the tooltip names.
    handles
        Filled when the picture is drawn, for `mark_column`.

    Returns
    -------
    hv.Rectangles
        One rectangle a cell, in the order of the frame.
    """
    x, y = cells["column"], len(axes.rows) - 1 - cells["row"]
    boxes = cells[[*DRAWN[2:], *hovered]].assign(
        x=x, y=y, west=x - 0.5, south=y - 0.5, east=x + 0.5, north=y + 0.5
    )

    def dress(plot: Any, element: Any) -> None:
        figure, source = plot.state, plot.handles["source"]
        _paint(plot.handles["glyph_renderer"])
        numbers = figure.add_glyph(
            source,
            Text(
                x="x",
                y="y",
                text="label",
                text_color="label_color",
                text_align="center",
                text_baseline="middle",
                text_font={"value": FONT},
                text_font_size="11px",
            ),
        )
        _dress_axes(plot, axes)
        widest = 7 * max((len(label) for label in cells["label"]), default=1) + 4
        by_width = CustomJS(
            args={
                "figure": figure,
                "axis": plot.handles["xaxis"],
                "numbers": numbers,
                "columns": max(len(axes.columns), 1),
                "widest": widest,
                "wide": _numbered(fill(name, WRAPPED_LETTERS) for name in axes.columns),
                "narrow": _numbered(map(_short, axes.columns)),
            },
            code=BY_WIDTH,
        )
        figure.js_on_change("inner_width", by_width)
        frame = BoxAnnotation(fill_alpha=0, line_color="#000000", line_alpha=1, line_width=2)
        figure.add_layout(frame)
        handles["frame"] = frame
        mark_column(handles, handles.get("column"))

    hover = HoverTool(tooltips=tooltip)
    return hv.Rectangles(boxes, ["west", "south", "east", "north"], [*DRAWN, *hovered]).opts(
        hv.opts.Rectangles(
            responsive=True,
            height=axes.height,
            tools=[hover],
            default_tools=[],
            toolbar=None,
            xaxis="top",
            xlim=(-0.5, max(len(axes.columns), 1) - 0.5),
            ylim=(-0.5, max(len(axes.rows), 1) - 0.5),
            xlabel="",
            ylabel="",
            title="",
            hooks=[dress],
        )
    )


def mark_column(handles: dict[str, Any], column: int | None) -> None:
    """Put the frame around a column, or hide it; a picture drawn later has it there too."""
    handles["column"] = column
    frame = handles.get("frame")
    if frame is None:
        return
    if column is None:
        frame.visible = False
    else:
        frame.update(left=column - 0.5, right=column + 0.5, visible=True)


def _short(name: str) -> str:
    return name if len(name) <= SHORT_LETTERS else f"{name[: SHORT_LETTERS - 1].rstrip()}…"


def _numbered(names: Iterable[str]) -> dict[int | float, str]:
    return dict(enumerate(names))


def _dress_axes(plot: Any, axes: HeatMapAxes) -> None:
    """Names along the sides, those of the columns upright; no lines, no ticks."""
    figure, across, down = plot.state, plot.handles["xaxis"], plot.handles["yaxis"]
    on_paper(figure)
    figure.grid.visible = False
    across.ticker = FixedTicker(ticks=list(range(len(axes.columns))))
    across.major_label_overrides = _numbered(map(_short, axes.columns))
    across.major_label_orientation = pi / 2
    down.ticker = FixedTicker(ticks=list(range(len(axes.rows))))
    down.major_label_overrides = _numbered(reversed(axes.rows))
    for axis in (across, down):
        axis.axis_line_color = None
        axis.major_tick_line_color = None
        axis.major_label_standoff = 4


def _paint(renderer: Any) -> None:
    """Let the cells take fill and hatch from columns of their own, chosen or not."""
    for name in ("glyph", "selection_glyph", "nonselection_glyph", "hover_glyph", "muted_glyph"):
        glyph = getattr(renderer, name)
        if glyph is None or isinstance(glyph, str):
            continue
        glyph.fill_color = {"field": "fill"}
        glyph.fill_alpha = 1
        glyph.line_color = "#ffffff"
        glyph.line_width = 1
        glyph.hatch_pattern = {"field": "hatch"}
        glyph.hatch_color = {"field": "hatch_color"}
        glyph.hatch_alpha = 0.8
        glyph.hatch_scale = 8
        glyph.hatch_weight = 0.7
