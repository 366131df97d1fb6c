"""The bars: a bar per value, in its colour, also where a value is zero or not known."""

from __future__ import annotations

import holoviews as hv
import pandas as pd

from dashboards.plots import lying_bars


def test_bars_keep_their_colour_where_a_value_is_zero_or_unknown():
    frame = pd.DataFrame({"name": ["a", "b"], "x": [0.0, 2.0], "y": [1.0, None]})
    bars = lying_bars(
        frame,
        name="name",
        columns={"x": "#111111", "y": "#eeeeee"},
        axis_label="",
        tick_script="return tick",
    )
    plot = hv.renderer("bokeh").get_plot(bars)
    fills = [sub.handles["glyph"].fill_color for sub in plot.subplots.values()]
    assert fills == ["#111111", "#eeeeee"]
    lengths = [list(sub.handles["source"].data["right"]) for sub in plot.subplots.values()]
    assert lengths == [[0.0, 2.0], [1.0]]
