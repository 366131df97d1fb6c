"""Target groups on the page: picture, legend and tables say the same, counted by hand on a toy."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from urllib.parse import parse_qs

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
import pytest
from bs4 import BeautifulSoup

from dashboards.heat_map import SHORT_LETTERS, HeatMapAxes, heat_map, mark_column
from dashboards.parts import group_matrix
from dashboards.parts.group_gaps import region_gaps
from dashboards.parts.group_matrix import ZERO_INKS, scale
from dashboards.profile import profile_html
from dashboards.shell import opened_state
from dashboards.state import REACHES
from dashboards.store import Store
from dashboards.texts import LANGUAGES, text, texts
from dashboards.themes import CLASS_INKS
from dashboards.views import views
from tests.dashboards.test_inks import DEFICIENCIES, lab, linear

# Three invented organisations among the 38 municipalities and 15 target groups:
#   e1  seat in Mikkeli (491), says that it works in Mikkeli and Juva (178); serves the old
#   e2  works in the whole of Etela-Savo (10, 11 municipalities); serves children
#   e3  seat in Turku (853); serves the old, and everyone
AREAS = [
    ("e1", "domiciled", "491"),
    ("e1", "stated", "491"),
    ("e1", "stated", "178"),
    ("e2", "regional", "10"),
    ("e3", "domiciled", "853"),
]
SERVED = [("e1", "KR1.1"), ("e2", "KR1.2"), ("e3", "KR1.1"), ("e3", "X.yleinen")]


def with_tables(store: Store, **tables: pd.DataFrame) -> Store:
    return dataclasses.replace(store, tables={**store.tables, **tables})


@pytest.fixture(scope="module")
def toy(store: Store) -> Store:
    ids = ["e1", "e2", "e3"]
    return with_tables(
        store,
        organisations=store["organisations"].head(3).assign(organisation_id=ids),
        organisation_areas=pd.DataFrame(
            AREAS, columns=["organisation_id", "relation", "area_code"], dtype="string"
        ),
        organisation_target_groups=pd.DataFrame(
            SERVED, columns=["organisation_id", "target_group_code"], dtype="string"
        ),
    )


def opened(store: Store, **query: str):
    state, notices = opened_state(store, {"view": "groups", **query})
    assert notices == []
    view = views()["groups"](store, state)
    return view, view.panel()


@pytest.fixture(scope="module")
def savo(toy):
    """The toy opened for Etela-Savo and the old: only to be looked at."""
    return opened(toy, region="10", group="KR1.1")


@pytest.fixture(scope="module")
def drawn_savo(savo):
    """Its picture, and the columns it is drawn from."""
    return drawn(savo[1])


def soup_of(panel: pn.viewable.Viewable) -> BeautifulSoup:
    html = "\n".join(pane.object for pane in panel.select(pn.pane.HTML))
    return BeautifulSoup(html, "html.parser")


def rows_of(soup: BeautifulSoup, table: str) -> list[list[str]]:
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in soup.select(f"#{table} tbody tr")
    ]


def drawn(panel: pn.viewable.Viewable):
    [pane] = panel.select(pn.pane.HoloViews)
    plot = hv.renderer("bokeh").get_plot(pane.object)
    return plot, plot.handles["source"].data


def frame_of(plot) -> tuple[float, float]:
    [frame] = [item for item in plot.state.center if type(item).__name__ == "BoxAnnotation"]
    return frame.left, frame.right


# The legend


def test_the_legend_counts_every_cell_once_in_every_region(toy):
    view, panel = opened(toy)
    expected = {
        "": (["555", "11", "4"], "570"),
        # 11 x 15 = 165: e1 in Mikkeli and Juva; children in all eleven are reached by e2.
        "10": (["152", "11", "2"], "165"),
        # 27 x 15 = 405: e3 in Turku, for two groups.
        "02": (["403", "0", "2"], "405"),
    }
    for region, (counts, total) in expected.items():
        view.state.region = region
        soup = soup_of(panel)
        assert [row[-1] for row in rows_of(soup, "group-matrix-legend")] == counts
        assert soup.select_one("#group-matrix-legend tfoot .number").get_text() == total


def test_the_cells_of_the_real_data_add_up(store):
    view, panel = opened(store)
    soup = soup_of(panel)
    counted = [int(row[-1]) for row in rows_of(soup, "group-matrix-legend")]
    assert sum(counted) == int(soup.select_one("#group-matrix-legend tfoot .number").get_text())
    assert sum(counted) == len(view.frame())


def test_classes_are_those_of_all_municipalities_and_zero_has_two_of_its_own():
    matrix = pd.DataFrame({"local": [0, 0, 1, 2, 8], "regional": [0, 3, 3, 0, 0]}, dtype="Int64")
    found = scale(matrix)
    # Three counts above zero have a class each, the darkest last.
    kinds = ["zero_unreached", "zero_reached", "class_3", "class_4", "class_5"]
    assert found.codes.tolist() == kinds
    assert found.ranges == {"class_3": (1, 1), "class_4": (2, 2), "class_5": (3, 8)}
    assert list(found.inks) == kinds


def test_where_wider_reach_counts_a_zero_is_of_one_kind(toy):
    # What reaches the municipality is in its number then, so no zero has one beside it.
    matrix = pd.DataFrame({"local": [0, 3, 1], "regional": [0, 3, 0]}, dtype="Int64")
    found = scale(matrix, reach="regional")
    assert list(found.inks) == ["zero_unreached", "class_4", "class_5"]
    assert set(found.codes) == set(found.inks)
    state, _ = opened_state(toy, {"view": "groups", "reach": "regional"})
    soup = soup_of(views()["groups"](toy.seen(reach="regional"), state).panel())
    told = [row[0] for row in rows_of(soup, "group-matrix-legend")]
    assert text("group_matrix.zero_reached", "fi") not in told


@pytest.mark.parametrize("sight", list(DEFICIENCIES))
def test_classes_can_be_told_apart_in_any_sight_and_zeros_by_their_hatch(sight):
    inks = {**ZERO_INKS, **{name: CLASS_INKS[name] for name in CLASS_INKS if "class" in name}}
    seen = {name: lab(DEFICIENCIES[sight] @ linear(ink.fill)) for name, ink in inks.items()}
    for one, other in combinations(seen, 2):
        hatches = {inks[one].hatch, inks[other].hatch}
        assert np.linalg.norm(seen[one] - seen[other]) > 10 or len(hatches) == 2, (one, other)
    assert {ink.hatch for ink in ZERO_INKS.values()} == {"diagonal_cross", "right_diagonal_line"}


@pytest.mark.parametrize("name", [f"class_{number}" for number in range(1, 6)])
def test_the_number_in_a_cell_can_be_read_on_its_colour(name):
    letters = "#ffffff" if name in group_matrix.LIGHT_LETTERS else "#111111"
    weights = np.array([0.2126, 0.7152, 0.0722])
    light, dark = sorted(
        (float(weights @ linear(color)) for color in (letters, CLASS_INKS[name].fill)), reverse=True
    )
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.1, 1.4.3


# The picture


def test_the_picture_has_every_cell_and_marks_zeros_by_a_hatch_and_no_number(drawn_savo):
    _, data = drawn_savo
    assert len(data["fill"]) == 165
    cells = pd.DataFrame({key: list(data[key]) for key in ("local", "label", "hatch", "regional")})
    zeros = cells[cells["local"] == "0"]
    assert len(zeros) == 163
    assert set(zeros["label"]) == {""}
    assert zeros["hatch"].value_counts().to_dict() == {
        "diagonal_cross": 152,
        "right_diagonal_line": 11,
    }
    assert set(cells.loc[cells["local"] != "0", "label"]) == {"1"}
    assert set(cells.loc[cells["local"] != "0", "hatch"]) == {"blank"}


def test_the_picture_tells_of_a_cell_what_is_kept_apart_and_the_nearest(drawn_savo):
    _, data = drawn_savo
    cells = pd.DataFrame({key: list(values) for key, values in data.items()})
    told = cells.set_index(["municipality", "group"])
    counts = ["local", "domiciled", "stated", "regional"]
    assert told.loc[("Mikkeli", "Ikäihmiset"), counts].tolist() == ["1", "1", "1", "0"]
    assert told.loc[("Juva", "Ikäihmiset"), counts].tolist() == ["1", "0", "1", "0"]
    assert told.loc[("Puumala", "Lapset ja lapsiperheet"), counts].tolist() == ["0", "0", "0", "1"]
    assert told.loc[("Mikkeli", "Ikäihmiset"), "nearest"] == text("group_counted.local.own", "fi")
    assert told.loc[("Puumala", "Nuoret"), "nearest"] == text("word.unknown", "fi")
    assert told.loc[("Enonkoski", "Ikäihmiset"), "nearest"].startswith("Juva, ")


def test_the_largest_municipality_is_on_top_and_work_for_everyone_stands_last(drawn_savo):
    plot, data = drawn_savo
    down = plot.handles["yaxis"].major_label_overrides
    assert down[10] == "Mikkeli"  # the highest row of eleven
    across = plot.handles["xaxis"].major_label_overrides
    assert across[0] == "Ikäihmiset"
    assert across[14].startswith("Kaikki asukkaat")
    top = [row for row, y in enumerate(data["y"]) if y == 10]
    assert {list(data["municipality"])[row] for row in top} == {"Mikkeli"}


def test_a_long_name_of_a_column_is_cut_where_there_is_room_for_one_line_only():
    names = ["Short", "A name of a target group that is a good deal longer"]
    cells = pd.DataFrame(
        {
            "row": [0, 0],
            "column": [0, 1],
            "fill": ["#ffffff", "#000000"],
            "hatch": ["blank", "blank"],
            "hatch_color": ["#000000", "#000000"],
            "label": ["1", ""],
            "label_color": ["#111111", "#ffffff"],
            "told": ["a", "b"],
        }
    )
    handles: dict = {}
    element = heat_map(
        cells,
        HeatMapAxes(rows=["Only"], columns=names),
        tooltip="<b>@{told}</b>",
        hovered=["told"],
        handles=handles,
    )
    plot = hv.renderer("bokeh").get_plot(element)
    shown = plot.handles["xaxis"].major_label_overrides
    assert shown[0] == "Short"
    assert shown[1] == "A name of a target group that…"
    assert len(shown[1]) <= SHORT_LETTERS
    assert not handles["frame"].visible
    mark_column(handles, 1)
    assert (handles["frame"].left, handles["frame"].right) == (0.5, 1.5)
    assert handles["frame"].visible


def test_the_frame_follows_the_chosen_group(toy):
    view, panel = opened(toy, group="KR1.2")
    before, _ = drawn(panel)
    assert frame_of(before) == (0.5, 1.5)  # the second column
    view.state.group = "KR1.3"
    after, _ = drawn(panel)  # drawn anew, as a second window would
    assert frame_of(after) == (1.5, 2.5)
    view.state.group = "X.yleinen"
    assert frame_of(after) == (13.5, 14.5)  # moved, not drawn again


# The tables


def test_the_table_says_the_same_as_the_picture(store):
    _, panel = opened(store, region="10")
    _, data = drawn(panel)
    local = iter(zip(data["local"], data["regional"], strict=True))
    for row in rows_of(soup_of(panel), "group-matrix"):
        for cell in row[2:]:
            count, wide = next(local)
            assert cell == (f"✕ 0 +{wide}" if count == "0" else f"{count} +{wide}")
    assert next(local, None) is None


@pytest.mark.parametrize("reach", ["local", "regional"])
def test_a_number_above_zero_leads_to_the_organisations_that_it_counts(toy, reach):
    state, _ = opened_state(toy, {"view": "groups", "region": "10", "reach": reach})
    soup = soup_of(views()["groups"](toy.seen(reach=reach), state).panel())
    # Of one place: e1 in Mikkeli and Juva. With wider reach also e2 in all eleven.
    links = soup.select("#group-matrix td a")
    assert len(links) == {"local": 2, "regional": 13}[reach]
    for link in links:
        assert link["aria-label"].startswith(f"{link.get_text()}: ")
        asked, _ = opened_state(toy, {key: of[0] for key, of in parse_qs(link["href"][1:]).items()})
        found = toy.seen(reach=str(asked.reach)).organisations_of(
            region=asked.region, municipality=asked.municipality, group=asked.group
        )
        assert (asked.view, len(found)) == ("organisations", int(link.get_text()))
    said = text("group_matrix.leads", "fi", n="1", municipality="Mikkeli", group="Ikäihmiset")
    assert said in [link["aria-label"] for link in links]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_captions_say_which_organisations_are_counted(toy, lang):
    shown = {}
    for reach in REACHES:
        state, _ = opened_state(toy, {"view": "groups", "region": "10", "lang": lang})
        shown[reach] = soup_of(views()["groups"](toy.seen(reach=reach), state).panel()).get_text()
    for key in ("lead", "legend", "local", "table_note", "gaps_caption", "note"):
        for reach, other in (REACHES, REACHES[::-1]):
            assert texts(lang)[f"group_counted.{reach}.{key}"] in shown[reach]
            assert texts(lang)[f"group_counted.{reach}.{key}"] not in shown[other]


def test_a_profile_counts_organisations_by_group_and_leads_to_them(toy):
    state, _ = opened_state(toy, {"view": "map", "municipality": "178"})
    [item] = BeautifulSoup(profile_html(toy, state), "html.parser").select("#profile-groups li")
    assert item.get_text() == "Ikäihmiset: 1"
    asked = parse_qs(item.a["href"][1:])
    assert (asked["view"], asked["municipality"]) == (["organisations"], ["178"])
    assert asked["group"] == ["KR1.1"]


def test_the_table_counts_the_groups_without_a_local_organisation_but_not_everyone(savo):
    _, panel = savo
    zeros = {row[0]: row[1] for row in rows_of(soup_of(panel), "group-matrix")}
    # Of 14 groups that are not everyone: in Mikkeli and Juva all but the old.
    assert zeros == dict.fromkeys(zeros, "14") | {"Mikkeli": "13", "Juva": "13"}
    assert len(zeros) == 11


def test_of_a_whole_country_the_largest_are_shown_and_the_page_says_how_many(toy, monkeypatch):
    monkeypatch.setattr(group_matrix, "MOST_MUNICIPALITIES", 5)
    view, panel = opened(toy)
    soup = soup_of(panel)
    said = text("group_matrix.shown", "fi", shown="5", n="38")
    assert said in soup.select_one("#group-matrix-heading").get_text()
    largest = ["Turku", "Mikkeli", "Salo", "Kaarina", "Savonlinna"]
    assert [row[0] for row in rows_of(soup, "group-matrix")] == largest
    assert len(drawn(panel)[1]["fill"]) == 5 * 15
    # What is summed up is summed up over all of them.
    assert region_gaps(view)["municipalities"].unique().tolist() == [38]


def test_the_share_with_a_known_place_and_group_is_always_said(savo):
    # e1 and e3 have a place of their own and a group; e2 has only a region.
    said = text("group_matrix.known", "fi", with_both="2", n="3", share="67\u00a0%")
    assert said in soup_of(savo[1]).get_text()


def test_the_summary_counts_zeros_people_and_organisations_of_the_region(toy, savo):
    _, panel = savo
    rows = {row[0]: row[1:] for row in rows_of(soup_of(panel), "group-gaps")}
    towns = toy.municipalities.set_index("municipality_code")
    savo = towns[towns["region_code"] == "10"]["population"]
    without = f"{savo.sum() - savo['491'] - savo['178']:,}".replace(",", "\u00a0").split()
    assert rows["Ikäihmiset"][:2] == ["9/11", " ".join(without)]
    assert rows["Lapset ja lapsiperheet"][0] == "11/11"
    assert rows["Lapset ja lapsiperheet"][4:] == ["1", "0", "–"]  # e2; nobody has one of its own
    assert rows["Ikäihmiset"][4:6] == ["0", "9"]
    # Informal carers have no ages: not known, and no nought.
    assert rows["Omaishoitajat"][3] == "–"
    assert rows["Ikäihmiset"][3].startswith(text("people.estimate", "fi", n="")[:2])


def test_the_zeros_of_a_group_come_first_with_the_nearest(savo):
    view, panel = savo
    rows = rows_of(soup_of(panel), "zeros")
    assert [row[1] for row in rows] == ["✕ 0"] * 9 + ["1", "1"]
    assert [row[0] for row in rows[-2:]] == ["Mikkeli", "Juva"]
    assert rows[-2][1:5] == ["1", "1", "1", "0"]  # a seat and stated work, once among the local
    assert {row[7] for row in rows[:9]} <= {"Mikkeli", "Juva"}
    assert {row[7] for row in rows[9:]} == {text("group_counted.local.own", "fi")}
    assert rows[0][0] == "Savonlinna"  # the largest without one
    assert view.of_group()["local"].tolist() == [0] * 9 + [1, 1]


def test_a_group_that_nobody_serves_is_near_nowhere_and_its_people_are_not_known(toy):
    view, panel = opened(toy, region="10", group="X.omaishoitajat")
    soup = soup_of(panel)
    rows = rows_of(soup, "zeros")
    assert {row[7] for row in rows} == {text("group_table.nowhere", "fi")}
    assert {row[8] for row in rows} == {"–"}
    said = soup.select_one("#group-sentences").get_text()
    assert "11/11" in said
    assert text("people.reason.no_age_range", "fi") in said
    assert text("group_table.unreached", "fi", count=11) in said
    view.state.group = "KR1.2"
    said = soup_of(panel).select_one("#group-sentences").get_text()
    assert text("group_table.reached", "fi") in said


def test_a_group_without_zeros_says_so(store):
    codes = store.municipalities["municipality_code"]
    everywhere = with_tables(
        store,
        organisation_areas=pd.DataFrame(
            {"organisation_id": "e1", "relation": "stated", "area_code": codes}, dtype="string"
        ),
        organisation_target_groups=pd.DataFrame(
            {"organisation_id": ["e1"], "target_group_code": ["KR1.1"]}, dtype="string"
        ),
    )
    _, panel = opened(everywhere, group="KR1.1")
    said = soup_of(panel).select_one("#group-sentences").get_text()
    assert text("group_counted.local.no_zeros", "fi") in said
    assert "0/38" in said


def test_the_page_says_between_what_points_it_measures(savo):
    said = soup_of(savo[1]).get_text()
    assert text("group_table.basis.representative_points", "fi") in said
    assert text("group_table.basis.population_points", "fi") not in said


def test_names_of_the_data_are_text_and_never_markup(toy):
    towns = toy["municipalities"].copy()
    towns.loc[towns["municipality_code"] == "491", "name_fi"] = "<script>alert(1)</script>"
    groups = toy["target_groups"].copy()
    groups.loc[groups["target_group_code"] == "KR1.1", "name_fi"] = "<img src=x onerror=alert(1)>"
    _, panel = opened(with_tables(toy, municipalities=towns, target_groups=groups), region="10")
    soup = soup_of(panel)
    assert soup.find("script") is None
    assert soup.find("img") is None
    assert "<script>alert(1)</script>" in soup.get_text()


def test_without_target_groups_the_view_says_so(toy):
    bare = with_tables(
        toy,
        target_groups=toy["target_groups"].iloc[:0],
        organisation_target_groups=toy["organisation_target_groups"].iloc[:0],
    )
    _, panel = opened(bare)
    assert text("empty.groups", "fi") in panel.object


def test_without_organisations_every_cell_is_a_zero_and_the_page_says_why(toy):
    bare = with_tables(
        toy,
        organisations=toy["organisations"].iloc[:0],
        organisation_areas=toy["organisation_areas"].iloc[:0],
        organisation_target_groups=toy["organisation_target_groups"].iloc[:0],
    )
    _, panel = opened(bare, region="10")
    soup = soup_of(panel)
    assert [row[-1] for row in rows_of(soup, "group-matrix-legend")] == ["165", "0"]
    assert text("empty.organisations", "fi") in soup.get_text()


# Similar municipalities on the profile card


def profile(store: Store, **query: str) -> BeautifulSoup:
    state, notices = opened_state(store, {"view": "map", **query})
    assert notices == []
    return BeautifulSoup(profile_html(store, state), "html.parser")


def test_the_profile_names_the_five_most_similar_with_their_step(store):
    items = profile(store, municipality="178").select("ol.similar li")
    similar = store.analysis.similar
    own = similar[(similar["municipality_code"] == "178") & (similar["rank"] <= 5)]
    names, steps = store.name_of("fi"), store.status.set_index("municipality_code")["ladder"]
    assert [item.a.get_text() for item in items] == [names[code] for code in own["similar_code"]]
    for item, code in zip(items, own["similar_code"], strict=True):
        assert text(f"ladder.{steps[code]}.name", "fi") in item.get_text()


def test_a_municipality_without_a_model_is_first_shown_the_most_similar_that_has_one(store):
    soup = profile(store, municipality="178")
    said = text("similar.with_model", "fi")
    [paragraph] = [item for item in soup.find_all("p") if said in item.get_text()]
    code = parse_qs(paragraph.a["href"][1:])["municipality"][0]
    assert store.status.set_index("municipality_code").loc[code, "ladder"] == "model"
    similar = store.analysis.similar.set_index(["municipality_code", "similar_code"])
    rank = similar.loc[("178", code), "rank"]
    assert text("similar.rank", "fi", rank=rank) in paragraph.get_text()


def test_a_municipality_with_a_model_needs_none_to_look_at(store):
    soup = profile(store, municipality="491")
    assert text("similar.with_model", "fi") not in soup.get_text()
    assert text("similar.with_model_none", "fi") not in soup.get_text()


def test_a_link_to_a_municipality_outside_the_region_leaves_the_region(store):
    soup = profile(store, municipality="178", region="10")
    regions = store.municipalities.set_index("municipality_code")["region_code"]
    links = [parse_qs(link["href"][1:]) for link in soup.select("ol.similar a")]
    seen = {regions[link["municipality"][0]] for link in links}
    assert seen == {"10", "02"}  # both kinds are among them
    for link in links:
        inside = regions[link["municipality"][0]] == "10"
        assert link.get("region") == (["10"] if inside else None)
        opened_state(store, {key: values[0] for key, values in link.items()})


def test_a_municipality_that_cannot_be_compared_says_what_is_not_known(store):
    ages = store["population_by_age"]
    bare = with_tables(store, population_by_age=ages[ages["municipality_code"] != "178"])
    soup = profile(bare, municipality="178")
    feature = text("similar.feature.age", "fi")
    assert text("similar.not_compared", "fi", features=feature) in soup.get_text()
    assert soup.select("ol.similar") == []


def test_the_measure_leaves_out_what_nobody_knows_and_says_where_nobody_has_a_model(store):
    bare = with_tables(
        store,
        population_by_age=store["population_by_age"].iloc[:0],
        evidence=store["evidence"].iloc[:0],
    )
    said = profile(bare, municipality="178").get_text()
    assert text("similar.feature.size", "fi") in said
    assert text("similar.feature.age", "fi") not in said
    assert text("similar.feature.age", "fi") in profile(store, municipality="178").get_text()
    assert text("similar.with_model_none", "fi") in said
