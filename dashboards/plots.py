"""Frames in, HoloViews elements out: drawing only, no state and no words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import geopandas as gpd
import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.core.properties import value
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    HoverTool,
    Plot,
    Range1d,
    TapTool,
)
from bokeh.models.annotations import LabelSet

from geo.crs import to_metric

hv.extension("bokeh", logo=False)
hv.renderer("bokeh").webgl = False  # some 40 polygons need none of its weight


@dataclass(frozen=True)
class Ink:
    """How a state is drawn: a fill and a hatch, so that colour never tells alone."""

    fill: str
    hatch: str
    hatch_color: str = "#3d3d3d"


# Checked for protanopia, deuteranopia and tritanopia in tests/dashboards/test_plots.py.
INKS: Mapping[str, Ink] = {
    "model": Ink("#0b5c4d", "blank"),
    "structure": Ink("#4fa58f", "dot", "#0b3b32"),
    "liaison": Ink("#cfe6df", "horizontal_line", "#4b7f73"),
    "confirmed_none": Ink("#c2571a", "diagonal_cross", "#5e2405"),
    "no_information": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
    "yes": Ink("#0b5c4d", "blank"),
    "no": Ink("#c2571a", "diagonal_cross", "#5e2405"),
    "asked_no_answer": Ink("#e9cf7e", "dot", "#6d5710"),
    "not_asked": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
    "out_of_scope": Ink("#a9a9b4", "horizontal_line", "#565661"),
}
GROUND = "#e3e5e4"
FADED = 0.12
PADDING = 0.04
TOOLBAR_SHARE = 0.09
"""How much of the frame's width stays free in the east, for the tools that lie over it."""
LABEL_LETTERS = 30
"""Where the names beside bars are broken, so that a phone has room for the bars too."""
MAP_ASPECT = 1.25
"""Width to height of the map's frame, the same on every screen, so that nothing is stretched."""

LABELS_BY_WIDTH = "labels.visible = labels.tags[0] && figure.inner_width > 480"

DRAWN = ("fill", "hatch", "hatch_color", "alpha", "hover_state")


def drawing_columns(
    states: pd.Series, is_chosen: pd.Series, state_texts: Mapping[str, str]
) -> dict[str, list[Any]]:
    """The columns of the map's source that a change of theme or region changes, and no other."""
    inks = [INKS[state] for state in states]
    return {
        "fill": [ink.fill for ink in inks],
        "hatch": [ink.hatch for ink in inks],
        "hatch_color": [ink.hatch_color for ink in inks],
        "alpha": [1.0 if chosen else FADED for chosen in is_chosen],
        "hover_state": [state_texts[state] for state in states],
    }


def map_ranges(
    municipalities: gpd.GeoDataFrame, is_chosen: pd.Series
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The part of the plane that shows the chosen municipalities, in metres, at `MAP_ASPECT`."""
    shapes = to_metric(municipalities.geometry)
    chosen = shapes[is_chosen.to_numpy()]
    if chosen.isna().all() or chosen.is_empty.all():  # no outline to look at: show all there are
        chosen = shapes
    west, south, east, north = chosen.total_bounds
    east += (east - west) * TOOLBAR_SHARE
    width, height = (east - west) * (1 + 2 * PADDING), (north - south) * (1 + 2 * PADDING)
    width, height = max(width, height * MAP_ASPECT), max(height, width / MAP_ASPECT)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - width / 2, x + width / 2), (y - height / 2, y + height / 2)


def municipality_map(
    municipalities: gpd.GeoDataFrame,
    *,
    names: Sequence[str],
    columns: Mapping[str, Sequence[Any]],
    ranges: tuple[tuple[float, float], tuple[float, float]],
    tooltip: Sequence[tuple[str, str]],
    handles: dict[str, Any],
    tool_texts: Mapping[str, str],
    labels_visible: bool = False,
) -> hv.Polygons:
    """Draw the municipalities once; afterwards only columns of the source are to change.

    Parameters
    ----------
    municipalities
        Columns municipality_code, geometry; any CRS.
    names
        The name of each, as hover and labels show it.
    columns
        The columns `DRAWN`, one value a municipality.
    ranges
        As from `map_ranges`.
    tooltip
        Label and column of each line of the hover text.
    handles
        Filled when the map is drawn, with ``source``, ``figure`` and ``labels``.
    tool_texts
        Type of a tool to its name; a tool without one works unseen.
    labels_visible
        Whether the names stand on the map from the start.

    Returns
    -------
    hv.Polygons
        One polygon (of many parts) per municipality, in the order of the frame, EPSG:3067.
    """
    shapes = to_metric(municipalities.geometry)
    drawn = is_drawn(municipalities)
    polygons = [
        _rings(shape) | {"municipality_code": code, "name": name}
        for shape, code, name, has_shape in zip(
            shapes, municipalities["municipality_code"], names, drawn, strict=True
        )
        if has_shape
    ]
    points = shapes[drawn].representative_point()
    label_source = ColumnDataSource(
        {
            "x": points.x.to_numpy(),
            "y": points.y.to_numpy(),
            "name": _only(names, drawn),
        }
    )

    def dress(plot: Any, element: Any) -> None:
        source, figure = plot.handles["source"], plot.state
        for name in DRAWN:
            source.data[name] = _only(columns[name], drawn)
        _paint(plot.handles["glyph_renderer"])
        figure.x_range = Range1d(start=ranges[0][0], end=ranges[0][1])
        figure.y_range = Range1d(start=ranges[1][0], end=ranges[1][1])
        figure.min_border = 0
        figure.outline_line_color = None
        figure.toolbar_inner = True
        figure.toolbar.logo = None
        figure.toolbar.active_inspect = "auto"
        # A finger that moves down the page must not be caught by the map, nor a wheel.
        figure.toolbar.active_drag = None
        figure.toolbar.active_scroll = None
        for tool in figure.toolbar.tools:
            name = type(tool).__name__
            tool.visible = name in tool_texts
            tool.description = tool_texts.get(name)
        figure.background_fill_color = GROUND
        figure.border_fill_color = "#ffffff"
        labels = LabelSet(
            x="x",
            y="y",
            text="name",
            source=label_source,
            text_font_size="11px",
            text_align="center",
            text_baseline="middle",
            text_color="#111111",
            text_font=value("sans-serif"),
            background_fill_color="#ffffff",
            background_fill_alpha=0.7,
            visible=False,
            tags=[labels_visible],
        )
        figure.add_layout(labels)
        # On a narrow screen the names would cover each other; only the browser knows its width.
        by_width = CustomJS(args={"labels": labels, "figure": figure}, code=LABELS_BY_WIDTH)
        figure.js_on_change("inner_width", by_width)
        labels.js_on_change("tags", by_width)
        handles.update(source=source, figure=figure, labels=labels, drawn=drawn)

    hover = HoverTool(tooltips=[(label, f"@{{{column}}}") for label, column in tooltip])
    return hv.Polygons(polygons, ["x", "y"], ["municipality_code", "name"]).opts(
        hv.opts.Polygons(
            tools=[hover, TapTool(), "wheel_zoom"],
            default_tools=["pan", "zoom_in", "zoom_out", "reset"],
            active_tools=[],
            xaxis=None,
            yaxis=None,
            color="#ffffff",
            line_color="#ffffff",
            line_width=1.2,
            show_legend=False,
            responsive=True,
            aspect=MAP_ASPECT,
            hooks=[dress],
        )
    )


def is_drawn(municipalities: gpd.GeoDataFrame) -> list[bool]:
    """Which municipalities have an outline to draw."""
    shapes = municipalities.geometry
    return list(shapes.notna() & ~shapes.is_empty)


def drawn_codes(municipalities: gpd.GeoDataFrame) -> list[str]:
    """The codes of the map's polygons, in their order: what a tapped index points to."""
    return _only(municipalities["municipality_code"], is_drawn(municipalities))


def _only(values: Any, wanted: Sequence[bool]) -> list[Any]:
    return [value for value, is_wanted in zip(values, wanted, strict=True) if is_wanted]


def _rings(shape: Any) -> dict[str, Any]:
    """A (multi)polygon as HoloViews takes it: parts joined by NaN, holes listed per part."""
    parts = list(shape.geoms) if hasattr(shape, "geoms") else [shape]
    gap = np.array([[np.nan, np.nan]])
    outer: list[np.ndarray] = []
    for part in parts:
        outer += [np.asarray(part.exterior.coords)[:, :2], gap]
    line = np.concatenate(outer[:-1])
    holes = [[np.asarray(ring.coords)[:, :2] for ring in part.interiors] for part in parts]
    return {"x": line[:, 0], "y": line[:, 1], "holes": holes}


def _paint(renderer: Any) -> None:
    """Let every glyph of the map take fill, hatch and fading from the source's own columns."""
    glyphs = ("glyph", "selection_glyph", "nonselection_glyph", "hover_glyph", "muted_glyph")
    for name in glyphs:
        glyph = getattr(renderer, name)
        if glyph is None or isinstance(glyph, str):
            continue
        glyph.fill_color = {"field": "fill"}
        glyph.fill_alpha = {"field": "alpha"}
        glyph.line_alpha = {"field": "alpha"}
        glyph.hatch_pattern = {"field": "hatch"}
        glyph.hatch_color = {"field": "hatch_color"}
        glyph.hatch_alpha = {"field": "alpha"}
        glyph.hatch_scale = 9
        glyph.hatch_weight = 0.8
        if name == "selection_glyph":
            glyph.line_color = "#000000"
            glyph.line_width = 3.5


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
            xticks=4,
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
    figure = plot.state
    figure.outline_line_color = None
    # Painted, not left bare: what was drawn before the names had their room would shine through.
    figure.background_fill_color = "#ffffff"
    figure.border_fill_color = "#ffffff"
    for axis in figure.axis:
        axis.major_label_text_font_size = "12px"
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font_size = "13px"


def recolour(handles: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]) -> None:
    """Give the drawn map new drawing columns: one message, no new polygons."""
    if handles:
        data = {name: _only(columns[name], handles["drawn"]) for name in DRAWN}
        handles["source"].patch(
            {name: [(slice(len(values)), values)] for name, values in data.items()}
        )


def select(handles: Mapping[str, Any], indices: Sequence[int]) -> None:
    """Mark the polygons of these indices as chosen, and no other."""
    if handles and list(handles["source"].selected.indices) != list(indices):
        handles["source"].selected.indices = list(indices)


def set_labels(handles: Mapping[str, Any], *, visible: bool) -> None:
    """Show or hide the names on the map."""
    if handles:
        handles["labels"].tags = [visible]


def set_ranges(handles: Mapping[str, Any], ranges: tuple[tuple[float, float], ...]) -> None:
    """Move the map's window."""
    if not handles:
        return
    figure: Plot = handles["figure"]
    (west, east), (south, north) = ranges
    figure.x_range.update(start=west, end=east, reset_start=west, reset_end=east)
    figure.y_range.update(start=south, end=north, reset_start=south, reset_end=north)
