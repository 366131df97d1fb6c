"""The interactive map, read by BeautifulSoup: its words and counts, and what it must not hold."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
import shapely
from bs4 import BeautifulSoup

from dashboards.export.faults import ExportError
from dashboards.export.files import made
from dashboards.export.leaflet_map import drawing, leaflet, name_spots
from dashboards.export.map_page import MapPageExport
from dashboards.export.scope import Scope
from dashboards.texts import text
from dashboards.themes import theme_ids
from geo.coverage import LADDER
from tests.dashboards.export.hostile_names import ODD, SCRIPT, UNDRAWN, hostile_store

REGION = "region-10"
NAMED = ("491", "046")


def page_of(store, *, area=REGION, langs=("fi",), theme="ladder", with_contacts=False):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=with_contacts)
    return made(MapPageExport(scope=scope, theme=theme)).decode("utf-8")


def data_of(page):
    return json.loads(BeautifulSoup(page, "html.parser").find(id="data").string)


def cells(table):
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in table.find("tbody").find_all("tr")
    ]


@pytest.fixture(scope="module")
def page(store):
    return page_of(store)


@pytest.fixture(scope="module")
def hostile(store):
    return hostile_store(store)


@pytest.fixture(scope="module")
def soup(page):
    return BeautifulSoup(page, "html.parser")


def test_the_page_says_its_area_filters_date_sources_and_licences(soup):
    assert soup.html["lang"] == "fi-FI"
    assert "Etelä-Savo" in soup.title.string
    head = soup.header.get_text(" ")
    assert "Tehty 21.11.2026" in head
    assert text("export_page.no_filters", "fi") in head
    foot = soup.footer.get_text(" ")
    assert "Lähde: Tilastokeskus" in foot
    assert "CC BY 4.0" in foot
    assert "Leaflet 1.9.4" in foot


def test_the_filters_in_use_are_said(store):
    page = page_of(store.seen(evidence="4"))
    assert text("export.filter.evidence", "fi", years="4") in page


def test_every_theme_can_be_chosen_and_has_a_legend_that_adds_up(store, soup):
    ids = theme_ids(store["target_groups"]["target_group_code"])
    assert {option["value"] for option in soup.find(id="theme").find_all("option")} == set(ids)
    legends = soup.find_all("section", class_="legend")
    assert {legend["data-theme"] for legend in legends} == set(ids)
    assert [legend["data-theme"] for legend in legends if not legend.has_attr("hidden")] == [
        "ladder"
    ]
    for legend in legends:
        rows = cells(legend.table)
        assert sum(int(row[1]) for row in rows) == 11
        assert legend.tfoot.find_all("td")[0].string == "11"


def test_the_legend_names_also_the_steps_that_no_municipality_is_on(soup):
    [legend] = soup.find_all("section", attrs={"data-theme": "ladder"})
    names = [row.b.get_text() for row in legend.tbody.find_all("tr")]
    assert names == [text(f"ladder.{step}.name", "fi") for step in LADDER]
    counts = dict(zip(names, (row[1] for row in cells(legend.table)), strict=True))
    assert counts[text("ladder.confirmed_none.name", "fi")] == "0"
    fills = {rect["fill"] for rect in legend.find_all("rect")}
    assert fills == {f"url(#ink-ladder-{step})" for step in LADDER}
    hatched = [step for step in LADDER if len(soup.find(id=f"ink-ladder-{step}").find_all()) > 1]
    assert len(hatched) == 4  # a model alone is plain


def test_the_table_tells_the_same_as_the_map(store, page, soup):
    rows = cells(soup.find(id="table"))
    assert len(rows) == 11
    hirvensalmi = next(row for row in rows if row[0] == "Hirvensalmi")
    overview = store.overview.set_index("municipality_code").loc["097"]
    assert hirvensalmi[2] == text(f"ladder.{overview['ladder']}.name", "fi")
    assert hirvensalmi[3] == "2\N{NO-BREAK SPACE}091"
    data = data_of(page)
    assert {place["code"] for place in data["places"]} == set(data["spots"])
    assert all(len(theme["of"]) == 11 for theme in data["themes"])


def test_no_address_of_another_host_is_asked_for(page, soup):
    assert soup.find_all(["link", "img", "iframe", "object", "embed", "base"]) == []
    assert soup.find_all(src=True) == []
    assert "sourceMappingURL" not in page
    assert "@import" not in page
    assert {
        found for found in re.findall(r"url\(([^)]*)\)", page) if not found.startswith("#")
    } <= {
        "data:image/gif;base64,R0lGODlhAQABAAD/ACwAAAAAAQABAAACADs=",
    }
    assert "cdn." not in page
    # Links to sources and licences are followed by persons only.
    assert all(link["rel"] for link in soup.find_all("a", href=re.compile("^http")))


def test_only_the_scripts_and_styles_of_the_page_may_run(page, soup):
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    bodies = [
        script.string
        for script in soup.find_all("script")
        if script.get("type") != "application/json"
    ] + [style.string for style in soup.find_all("style")]
    assert len(bodies) == 5
    for body in bodies:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert soup.find_all(style=True) == []
    assert [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")] == []


def test_hostile_names_stay_text(hostile):
    page = page_of(hostile, langs=("fi", "sv"))
    soup = BeautifulSoup(page, "html.parser")
    assert soup.find_all("img") == []
    assert len(soup.find_all("script")) == 4
    names = [row[0] for row in cells(soup.find(id="table"))]
    assert SCRIPT in names
    plain = ODD.replace("\x07", "").replace("\x00", "")
    assert any(name.startswith(plain) for name in names)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page)
    assert {"491": SCRIPT, "046": plain}.items() <= {
        place["code"]: place["name"] for place in data_of(page)["places"] if place["code"] in NAMED
    }.items()


def test_a_municipality_without_an_outline_is_in_the_table_with_a_word(hostile):
    page = page_of(hostile)
    rows = cells(BeautifulSoup(page, "html.parser").find(id="table"))
    [undrawn] = [row[0] for row in rows if text("export_page.no_outline", "fi") in row[0]]
    assert undrawn.startswith('"Ääni')
    assert UNDRAWN not in data_of(page)["spots"]
    assert len(data_of(page)["spots"]) == 10


def test_an_area_without_any_outline_has_a_page(hostile):
    page = page_of(hostile, area=f"municipality-{UNDRAWN}")
    assert data_of(page)["spots"] == {}
    assert "geo_json_outlines = " not in page


def test_persons_are_left_out_unless_asked_for(store, page):
    persons = store.liaisons.dropna(subset="municipality_code")
    names = [name for part in ("person_name", "email") for name in persons[part].dropna()]
    assert len(names) > 15
    assert [name for name in names if name in page] == []
    assert text("export.contacts", "fi") not in page
    asked = page_of(store, with_contacts=True)
    soup = BeautifulSoup(asked, "html.parser")
    assert [name for name in names if name not in asked] == []
    assert text("export.contacts", "fi") in soup.header.get_text()
    assert (
        text("export.contacts", "fi") in soup.find("meta", attrs={"name": "description"})["content"]
    )
    assert soup.find("meta", attrs={"name": "keywords"})["content"] == "henkilötietoja"


def test_two_languages_stand_side_by_side_and_are_told_apart(store):
    soup = BeautifulSoup(page_of(store, area="region-02", langs=("fi", "sv")), "html.parser")
    names = {row.th.get_text(): row.th for row in soup.find(id="table").tbody.find_all("tr")}
    spans = names["Turku / Åbo"].find_all("span")
    assert [(span["lang"], span.string) for span in spans] == [("fi-FI", "Turku"), ("sv-FI", "Åbo")]
    assert "Egentliga Finland" in soup.title.string
    assert "Egentliga Finland" in soup.h1.get_text()
    assert [part["lang"] for part in soup.footer.find_all("ul")] == ["fi-FI", "sv-FI"]


def test_the_page_opens_with_the_theme_asked_for(store):
    soup = BeautifulSoup(page_of(store, theme="evidence_age", langs=("en",)), "html.parser")
    assert soup.find("option", selected=True)["value"] == "evidence_age"
    assert soup.html["lang"] == "en-GB"
    rows = {row[0]: row for row in cells(soup.find(id="table"))}
    assert rows["Hirvensalmi"][1] == text("evidence_age.no_evidence", "en")


def test_an_unknown_theme_is_refused(store):
    with pytest.raises(ExportError, match="ladder"):
        MapPageExport(scope=Scope(store=store), theme="lader")


def test_the_page_of_both_regions_is_under_a_megabyte_and_always_the_same(store):
    page = page_of(store, area="all", langs=("fi", "sv"), with_contacts=True)
    assert len(page.encode()) < 1_000_000
    assert page == page_of(store, area="all", langs=("fi", "sv"), with_contacts=True)


def test_drawing_holds_outlines_and_codes_and_nothing_else(store):
    towns = store.municipalities[store.municipalities["region_code"] == "10"]
    script = drawing(towns)["script"]
    [written] = re.findall(r"geo_json_outlines_add\((\{.*\})\);", script)
    features = json.loads(written)["features"]
    assert [feature["properties"] for feature in features] == [
        {"code": code} for code in towns["municipality_code"]
    ]
    for feature, shape in zip(features, towns.geometry, strict=True):
        # 4 decimals of a degree: at most some 6 metres off
        assert shapely.hausdorff_distance(shapely.geometry.shape(feature["geometry"]), shape) < 1e-4
    assert all(shape in features[0] for shape in ("geometry", "properties"))


def test_names_stand_within_their_municipality_the_largest_first(store):
    towns = store.municipalities[store.municipalities["region_code"] == "02"]
    spots = name_spots(towns)
    shapes = dict(zip(towns["municipality_code"], towns.geometry, strict=True))
    assert next(iter(spots)) == "853"
    assert all(
        shapes[code].contains(shapely.Point(east, north)) for code, (north, east) in spots.items()
    )


def test_leaflet_stands_in_the_page_with_its_licence():
    parts = leaflet()
    assert "BSD 2-Clause License" in parts["script"]
    assert "Leaflet 1.9.4" in parts["script"]
    assert "url(images" not in parts["style"]
