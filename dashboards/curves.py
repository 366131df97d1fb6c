"""Curves as HoloViews elements: frames in, drawing only, no words of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import holoviews as hv
import pandas as pd
from bokeh.models import CustomJSTickFormatter, FixedTicker

from dashboards.paper import on_paper

INK = "#0b5c4d"
CHOSEN = "#c2571a"
HEIGHT = 300
HEADROOM = 1.08
"""How far above the highest value the axis reaches."""


def rising_curve(
    curve: pd.DataFrame,
    *,
    x: str,
    y: str,
    chosen: int,
    x_label: str,
    y_label: str,
    tick_script: str,
    handles: dict[str, Any],
) -> hv.Overlay:
    """Draw a value for each whole number, the chosen one marked by a larger square and a line.

    Parameters
    ----------
    curve
        One row a number.
    x, y
        The columns of the numbers and of the values.
    chosen
        The number to mark.
    x_label, y_label
        What the axes show, with unit.
    tick_script
        JavaScript that writes ``tick``: Bokeh's own formatter knows no Finnish.
    handles
        Filled when the curve is drawn, so that `move_mark` can move the mark and nothing else.
    """
    points = [(int(number), float(value)) for number, value in zip(curve[x], curve[y], strict=True)]
    [marked] = [point for point in points if point[0] == chosen]
    top = max(value for _, value in points) or 1.0
    line = hv.Curve(points, x, y).opts(color=INK, line_width=2)
    dots = hv.Scatter(points, x, y).opts(color="#ffffff", line_color=INK, size=7)
    drop = hv.Curve([(marked[0], 0.0), marked], x, y).opts(
        color=CHOSEN, line_dash="dashed", line_width=1, hooks=[_keep(handles, "drop")]
    )
    mark = hv.Scatter([marked], x, y).opts(
        color=CHOSEN,
        line_color="#1a1a1a",
        marker="square",
        size=13,
        hooks=[_keep(handles, "mark")],
    )
    handles.update(x=x, y=y, points=dict(points))

    def dress(plot: Any, element: Any) -> None:
        figure = plot.state
        on_paper(figure)
        figure.xaxis.ticker = FixedTicker(ticks=[number for number, _ in points])
        figure.xgrid.grid_line_color = None
        for axis in figure.axis:
            axis.formatter = CustomJSTickFormatter(code=tick_script)

    return (line * dots * drop * mark).opts(
        hv.opts.Overlay(
            title="",
            xlabel=x_label,
            ylabel=y_label,
            responsive=True,
            height=HEIGHT,
            ylim=(0, top * HEADROOM),
            xlim=(points[0][0] - 0.5, points[-1][0] + 0.5),
            show_legend=False,
            show_grid=True,
            toolbar=None,
            default_tools=[],
            yticks=4,
            hooks=[dress],
        )
    )


def move_mark(handles: dict[str, Any], chosen: int) -> bool:
    """Mark another number of the drawn curve; False where it has not been drawn yet."""
    if "mark" not in handles or "drop" not in handles:
        return False
    x, y, value = handles["x"], handles["y"], handles["points"][chosen]
    handles["mark"].data = {x: [chosen], y: [value]}
    handles["drop"].data = {x: [chosen, chosen], y: [0.0, value]}
    return True


def _keep(handles: dict[str, Any], name: str) -> Callable[[Any, Any], None]:
    """A hook that keeps the source of one layer."""

    def keep(plot: Any, element: Any) -> None:
        handles[name] = plot.handles["source"]

    return keep
