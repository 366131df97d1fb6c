"""The drawing: colours that can be told apart, ranges that stretch nothing, parts and holes."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import holoviews as hv
import numpy as np
import pandas as pd
import pytest
import shapely

from dashboards.plots import (
    DRAWN,
    INKS,
    MAP_ASPECT,
    drawing_columns,
    drawn_codes,
    lying_bars,
    map_ranges,
    municipality_map,
)
from geo.coverage import LADDER, STATES

# Machado, Oliveira and Fernandes (2009), severity 1.0, applied to linear RGB.
DEFICIENCIES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(color: str) -> np.ndarray:
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear sRGB."""
    matrix = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = matrix @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("states", [LADDER, STATES])
@pytest.mark.parametrize("sight", list(DEFICIENCIES))
def test_states_can_be_told_apart_by_colour_in_any_sight(states, sight):
    seen = {state: lab(DEFICIENCIES[sight] @ linear(INKS[state].fill)) for state in states}
    for one, other in combinations(states, 2):
        # A difference of 10 is plain to see at a glance (CIE76).
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


@pytest.mark.parametrize("states", [LADDER, STATES])
def test_states_can_be_told_apart_by_pattern_alone(states):
    assert len({INKS[state].hatch for state in states}) == len(states)


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    shapes = [
        shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 25, 5)]),
        shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6),
        None,
    ]
    codes = ["001", "002", "003"]
    return gpd.GeoDataFrame({"municipality_code": codes}, geometry=shapes, crs="EPSG:3067")


def test_map_ranges_have_the_aspect_of_the_frame_and_hold_what_is_chosen(towns):
    chosen = pd.Series([True, False, False])
    (west, east), (south, north) = map_ranges(towns, chosen)
    assert (east - west) / (north - south) == pytest.approx(MAP_ASPECT)
    assert west < 0
    assert east > 25
    assert south < 0
    assert north > 10


def test_the_map_has_one_polygon_a_municipality_with_an_outline(towns):
    handles: dict = {}
    element = municipality_map(
        towns,
        names=["Yksi", "Kaksi", "Kolme"],
        columns=drawing_columns(
            pd.Series(["model", "liaison", "no_information"]),
            pd.Series([True, True, True]),
            dict.fromkeys(LADDER, "x"),
        ),
        ranges=map_ranges(towns, pd.Series([True, True, False])),
        tooltip=[("a", "name")],
        handles=handles,
        tool_texts={"PanTool": "Siirrä"},
    )
    assert drawn_codes(towns) == ["001", "002"]
    hv.renderer("bokeh").get_plot(element)
    data = handles["source"].data
    assert list(data["name"]) == ["Yksi", "Kaksi"]
    assert [len(parts) for parts in data["xs"]] == [2, 1]  # two parts; one part
    assert len(data["xs"][1][0]) == 2  # an outer ring and a hole
    assert {len(data[column]) for column in DRAWN} == {2}
    assert data["fill"] == [INKS["model"].fill, INKS["liaison"].fill]


def test_what_is_not_chosen_fades_and_keeps_its_state():
    columns = drawing_columns(
        pd.Series(["model", "model"]), pd.Series([True, False]), {"model": "Malli"}
    )
    assert columns["alpha"][0] == 1.0
    assert columns["alpha"][1] < 0.3
    assert columns["hover_state"] == ["Malli", "Malli"]


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
