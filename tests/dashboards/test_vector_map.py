"""The drawing that the browser gets: outlines, squares and the window, worked out by hand."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from dashboards import themes as themes_module
from dashboards.shell import POLICY, opened_state, policy
from dashboards.texts import LANGUAGES
from dashboards.themes import CLASS_INKS, READING_INKS, theme_ids, themes
from dashboards.vector_map import (
    METRES,
    drawing,
    own_tile_layout,
    svg_path,
    tile_squares,
    tile_window,
    window,
)
from dashboards.views.map import MapView


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    shapes = [
        shapely.MultiPolygon([shapely.box(0, 0, 500, 500), shapely.box(1000, 0, 1250, 250)]),
        shapely.box(0, 0, 450, 450) - shapely.box(150, 150, 300, 300),
        None,
    ]
    return gpd.GeoDataFrame(
        {"municipality_code": ["001", "002", "003"], "population": [10, 30, 20]},
        geometry=shapes,
        crs="EPSG:3067",
    )


def test_a_path_has_every_part_and_every_hole_with_north_up(towns):
    # Boxes begin in the south-east; 500 m are 10 units of 50 m, and north is up: below 0.
    assert svg_path(towns.geometry[0]) == "M10 0v-10h-10v10zM25 0v-5h-5v5z"
    # The outer ring, then the hole that goes the other way round.
    outer, hole, rest = svg_path(towns.geometry[1]).split("z")
    assert outer == "M9 0v-9h-9v9" or outer.count("M") == 1
    assert hole.startswith("M")
    assert rest == ""


def test_a_municipality_without_an_outline_is_drawn_as_nothing(towns):
    assert svg_path(None) == ""
    assert svg_path(shapely.MultiPolygon()) == ""
    drawn = drawing(towns, ["Yksi", "Kaksi", "Kolme"], [], {})
    assert [place["outline"] == "" for place in drawn["places"]] == [False, False, True]
    assert drawn["places"][2]["spot"] is None


def test_names_go_to_the_largest_municipality_first(towns):
    assert drawing(towns, ["Yksi", "Kaksi", "Kolme"], [], {})["largest_first"] == [1, 2, 0]


def test_the_window_holds_what_is_chosen_with_a_margin(towns):
    # 0-1250 m by 0-500 m are 25 by 10 units; 3 % of the longer side is free on each side.
    assert window(towns, pd.Series([True, False, False])) == [-0.75, -10.75, 26.5, 11.5]
    # Of a municipality without an outline there is nothing to see: all are shown.
    assert window(towns, pd.Series([False, False, True])) == [-0.75, -10.75, 26.5, 11.5]


def test_the_window_of_squares_holds_the_chosen_squares():
    tiles = [[2, 1], [4, 1], None]
    # Columns 2 to 4 are three squares across; 3 % of 3 is 0.09.
    assert tile_window(tiles, pd.Series([True, True, True])) == [1.91, 0.91, 3.18, 1.18]
    assert tile_window(tiles, pd.Series([False, False, True])) == [1.91, 0.91, 3.18, 1.18]


def test_every_embedded_municipality_has_a_square_made_by_hand(store):
    assert set(own_tile_layout()["municipality_code"]) == set(
        store["municipalities"]["municipality_code"]
    )
    squares = tile_squares(store.municipalities)
    assert len({tuple(square) for square in squares}) == len(squares) == 38


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_theme_lays_every_municipality_in_one_named_class(store, lang):
    found = themes(store, lang)
    assert tuple(found) == theme_ids(store["target_groups"]["target_group_code"])
    for theme in found.values():
        assert len(theme.classes) == len(store.municipalities)
        assert set(theme.classes) <= set(theme.inks)
        assert set(theme.names) == set(theme.inks)
        assert theme.label


def test_a_zero_and_a_missing_number_stand_in_classes_of_their_own(store):
    theme = themes(store, "fi")["organisations"]
    for state, value in zip(theme.classes, theme.values, strict=True):
        assert (state == "zero") == (value == 0)
        assert state in CLASS_INKS
    # Paimio (577) and Koski Tl (284) have none of the organisations known here.
    codes = store.municipalities["municipality_code"].tolist()
    assert theme.classes[codes.index("577")] == theme.classes[codes.index("284")] == "zero"


def test_a_unit_of_the_drawing_is_fifty_metres():
    assert METRES == 50


def test_readings_lay_a_municipality_in_a_class_only_where_no_unknown_could_move_it():
    # Gaps for sure and readings not known: 8 and 2 may be 8 to 10, all of class 6-10; 4 and 2 may
    # be 4 to 6, of two classes; 15 and 1 may be 15 or 16, of two classes too.
    counted = {
        "001": (0, 0, "never"),
        "002": (1, 0, "few"),
        "003": (5, 0, "few"),
        "004": (6, 0, "some"),
        "005": (15, 0, "most"),
        "006": (16, 0, "always"),
        "007": (8, 2, "some"),
        "008": (4, 2, "unknown"),
        "009": (15, 1, "unknown"),
        "010": (0, 16, "unknown"),
    }
    gaps, unknown, expected = map(list, zip(*counted.values(), strict=True))
    sensitivity = pd.DataFrame(
        {
            "municipality_code": pd.array(list(counted), dtype="string"),
            "gaps": pd.array(gaps, dtype="Int64"),
            "unknown": pd.array(unknown, dtype="Int64"),
        }
    )
    store = SimpleNamespace(
        municipalities=sensitivity[["municipality_code"]],
        analysis=SimpleNamespace(gap_sensitivity=sensitivity.sample(frac=1, random_state=1)),
    )
    theme = themes_module._readings(store, "en")
    assert theme.classes == expected
    # A number that may be a larger one is no number to show.
    assert [None if pd.isna(value) else value for value in theme.values] == [
        *(0, 1, 5, 6, 15, 16),
        *(None, None, None, None),
    ]
    assert theme.names["some"] == "6–10"
    assert theme.said.format(number=5) == "a gap in 5/16 readings"


def test_never_and_unknown_have_patterns_of_their_own_among_the_readings():
    hatches = {key: ink.hatch for key, ink in READING_INKS.items()}
    others = [hatches[key] for key in hatches if key not in ("never", "unknown")]
    assert hatches["never"] != hatches["unknown"]
    assert not {hatches["never"], hatches["unknown"]} & {*others, "blank"}


def test_a_map_without_a_map_service_has_no_trace_of_one(store):
    view = MapView(store, opened_state(store, {"view": "map"})[0])
    view.panel()
    assert view._map.basemap == {}
    assert policy(store.basemap_url) == POLICY


def test_the_page_lets_pictures_in_from_the_operators_map_service_alone(store):
    served = dataclasses.replace(
        store, basemap_url="https://kartta.example/wms?layers=a", basemap_attribution="© <b>"
    )
    assert policy(served.basemap_url) == POLICY.replace(
        "img-src 'self' data:", "img-src 'self' https://kartta.example data:"
    )
    view = MapView(served, opened_state(served, {"view": "map"})[0])
    view.panel()
    assert view._map.basemap["attribution"] == "© <b>"
    assert view._map.basemap["url"] == "https://kartta.example/wms?layers=a"
