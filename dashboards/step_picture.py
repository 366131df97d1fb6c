"""A trade drawn as steps: what more of one costs in the other; no state and no words of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import holoviews as hv
from bokeh.models import CustomJSTickFormatter

from dashboards.inks import INKS
from dashboards.paper import INK, SIZE, on_paper

LINE, FILL = INKS["model"].fill, "#ffffff"
MARK, MARK_LINE = INKS["no"].fill, INKS["no"].hatch_color
PADDING = 0.12
MOST_TICKS = 8


def step_picture(
    points: Sequence[tuple[float, float]],
    *,
    marked: tuple[float, float, str] | None,
    labels: tuple[str, str],
    tick_script: str,
) -> hv.Overlay:
    """Draw points joined by steps, and one marked point with its name.

    Parameters
    ----------
    points
        Along (whole numbers) and up, the least along first; each is the best until the next one.
    marked
        A point of another shape, and the words beside it.
    labels
        What is measured along and up.
    tick_script
        JavaScript that writes ``tick``: Bokeh's own formatter knows no Finnish.
    """
    every = [*points, *([marked[:2]] if marked else [])]
    xlim, ylim = (_padded([point[at] for point in every]) for at in (0, 1))
    layers: list[Any] = [
        hv.Curve(list(points)).opts(
            color=LINE, line_width=2, interpolation="steps-post", default_tools=[], tools=[]
        ),
        hv.Scatter(list(points)).opts(
            color=FILL, line_color=LINE, line_width=2, size=11, marker="circle"
        ),
    ]
    if marked is not None:
        # Below the point, where no step can run; towards the middle, to stay within the frame.
        is_left = marked[0] <= sum(xlim) / 2
        below = (ylim[1] - ylim[0]) * 0.035
        layers += [
            hv.Scatter([marked[:2]]).opts(
                color=MARK, line_color=MARK_LINE, line_width=1.5, size=18, marker="diamond"
            ),
            hv.Labels([marked]).opts(
                text_font_size=SIZE,
                text_color=INK,
                text_align="left" if is_left else "right",
                text_baseline="top",
                yoffset=-below,
            ),
        ]
    return hv.Overlay(layers).opts(
        hv.opts.Overlay(
            title="",
            responsive=True,
            height=380,
            xlim=xlim,
            ylim=ylim,
            xlabel=labels[0],
            ylabel=labels[1],
            xformatter=CustomJSTickFormatter(code=tick_script),
            yformatter=CustomJSTickFormatter(code=tick_script),
            xticks=_whole_ticks([point[0] for point in every]),
            yticks=6,
            show_legend=False,
            toolbar=None,
            default_tools=[],
            hooks=[_plain],
        )
    )


def _plain(plot: Any, element: Any) -> None:
    on_paper(plot.state)


def _whole_ticks(values: Sequence[float]) -> list[int]:
    """Round whole numbers from the least to the greatest, some eight at most: half a vote is none.

    Examples
    --------
    >>> _whole_ticks([0, 55]), _whole_ticks([0, 1])
    ([0, 10, 20, 30, 40, 50], [0, 1])
    """
    low, high = math.floor(min(values)), math.ceil(max(values))
    step = 1
    while (high - low) / step > MOST_TICKS:  # 1, 2, 5, 10, 20, 50 ...
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return list(range(-(-low // step) * step, high + 1, step))


def _padded(values: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis with room beside the outermost points; never of no length."""
    low, high = min(values), max(values)
    room = (high - low) * PADDING or max(abs(high) * PADDING, 0.05)
    return low - room, high + room
