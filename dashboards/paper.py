"""What every picture of Bokeh has in common: its letters, its ground and its edge."""

from __future__ import annotations

from typing import Any

import holoviews as hv

hv.extension("bokeh", logo=False)
hv.renderer("bokeh").webgl = False  # some 40 polygons need none of its weight

FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif'
SIZE = "13px"
"""The smallest size of the page's type scale (``--text-xs`` of page.css)."""
INK, SOFT, PAPER = "#1a1c1b", "#55594f", "#ffffff"

# Bokeh shifts its drawing by half a pixel and wipes what is shifted too: of what it drew before the
# axes had their room, half a pixel stays at the left edge. It is cut off. The paper lies below the
# drawing too, since its parts do not quite meet.
EDGE = """
:host { background: #ffffff; clip-path: inset(0 0 0 2px round 6px); }
@media print { :host { break-inside: avoid; } }
"""


def on_paper(figure: Any) -> None:
    """Dress a figure of Bokeh in the page's letters, on white paper also where the page is dark."""
    figure.stylesheets = [EDGE]
    figure.min_border_right = 16
    figure.outline_line_color = None
    figure.background_fill_color = PAPER
    figure.border_fill_color = PAPER
    for axis in figure.axis:
        axis.major_label_text_font = FONT
        axis.major_label_text_font_size = SIZE
        axis.major_label_text_color = INK
        axis.axis_label_text_font = FONT
        axis.axis_label_text_font_size = SIZE
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_color = INK
        axis.axis_line_color = SOFT
        axis.major_tick_line_color = SOFT
        axis.minor_tick_line_color = None
