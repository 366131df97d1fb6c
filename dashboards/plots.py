"""Frames in, HoloViews elements out: drawing only, no state and no words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.models import CustomJSTickFormatter

from dashboards.paper import on_paper

LABEL_LETTERS = 30
"""Where the names beside bars are broken, so that a phone has room for the bars too."""


def lying_bars(
    frame: pd.DataFrame,
    *,
    name: str,
    columns: Mapping[str, str | Sequence[str]],
    axis_label: str,
    tick_script: str,
) -> hv.Overlay:
    """Draw one or two bars a row, lying down, the first row on top.

    The bars are plain rectangles: HoloViews' own grouped bars lose a colour where a value is 0.

    Parameters
    ----------
    frame
        One row a group of bars.
    name
        The column that names the row.
    columns
        Column to colour, or to a colour a row, one bar each; NA draws no bar. The page writes the
        legend, since Bokeh's own covers the first bar.
    axis_label
        What is measured, with its unit.
    tick_script
        JavaScript that writes ``tick``: Bokeh's own formatter knows no Finnish.
    """
    rows = np.arange(len(frame))[::-1]
    ticks = [
        (row, fill(label, LABEL_LETTERS, break_long_words=False))
        for row, label in zip(rows, frame[name], strict=True)
    ]
    thickness = 0.8 / len(columns)
    layers = []
    for place, (column, color) in enumerate(columns.items()):
        lengths = frame[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        top = rows + 0.4 - place * thickness
        colors = [color] * len(frame) if isinstance(color, str) else list(color)
        boxes = [
            (0.0, float(row_top - thickness), float(length), float(row_top), fill_color)
            for row_top, length, fill_color in zip(top, lengths, colors, strict=True)
            if not np.isnan(length)
        ]
        layers.append(
            # HoloViews takes the axes of no rows for text: one bar without a length stands in.
            hv.Rectangles(boxes or [(0.0, 0.0, 0.0, 0.0, "#ffffff")], vdims="ink").opts(
                color="ink", line_color="#1a1a1a", line_width=0.5
            )
        )
    return hv.Overlay(layers).opts(
        hv.opts.Rectangles(
            responsive=True,
            title="",
            xlabel=axis_label,
            ylabel="",
            yticks=ticks or 0,  # HoloViews cannot unpack an empty list
            xticks=2,  # some two or three: on a phone there is no room for more
            xformatter=CustomJSTickFormatter(code=tick_script),
            toolbar=None,
            default_tools=[],
            hooks=[_plain_axes],
        ),
        hv.opts.Overlay(
            title="",
            responsive=True,
            height=90 + 40 * max(len(frame), 1),
            ylim=(-0.6, len(frame) - 0.4),
            xlim=(0, None),
            show_legend=False,
            toolbar=None,
            default_tools=[],
            hooks=[_plain_axes],
        ),
    )


def _plain_axes(plot: Any, element: Any) -> None:
    on_paper(plot.state)
