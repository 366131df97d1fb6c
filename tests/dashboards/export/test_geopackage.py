"""GeoPackages, read again by pyogrio and sqlite: layers, results, styles, metadata, no persons."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import pyogrio
import pytest

from dashboards.export.files import save
from dashboards.export.geopackage import GeoPackageExport
from dashboards.export.scope import Scope
from dashboards.inks import INKS
from geo.coverage import LADDER, STATES
from tests.dashboards.export.hostile_cells import BARE, NAMES, hostile

LAYERS = {
    *("municipalities", "evidence", "boards", "seats", "organisations", "group_counts"),
    *("columns", "about", "layer_styles"),
}


@pytest.fixture(scope="module")
def esavo(store, tmp_path_factory):
    scope = Scope(store=store, area="region-10", langs=("fi", "sv"), with_contacts=True)
    return save(GeoPackageExport(scope=scope), tmp_path_factory.mktemp("esavo"))


def styles(path):
    with closing(sqlite3.connect(path)) as file:
        return file.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()


def test_geopackage_has_its_layers_in_metres_with_the_results_of_the_store(store, esavo):
    assert esavo.name == "etela-savo-paikkatieto-fi-sv.gpkg"
    assert {name for name, _ in pyogrio.list_layers(esavo)} == LAYERS
    towns = pyogrio.read_dataframe(esavo, layer="municipalities")
    assert towns.crs.to_epsg() == 3067
    # Etelä-Savo lies some 6,800 km north of the equator, about the middle of the zone.
    west, south, east, north = towns.total_bounds
    assert 450_000 < west < east < 650_000
    assert 6_750_000 < south < north < 6_960_000
    own = store.overview[store.chosen("10")]
    assert list(towns["municipality_code"]) == list(own["municipality_code"])
    assert list(towns["ladder_code"]) == list(own["ladder"])
    assert list(towns["residents"]) == list(own["population"])
    assert list(towns["local"]) == list(own["local"])
    matrix = store.matrix[store.matrix["target_group_code"] == "KR1.1"]
    counts = matrix.set_index("municipality_code")["local"]
    assert list(towns["local_kr1_1"]) == [counts[code] for code in towns["municipality_code"]]


def test_geopackage_leaves_unknown_cells_empty(store, esavo):
    towns = pyogrio.read_dataframe(esavo, layer="municipalities")
    unknown = towns["premises_code"] == "not_asked"
    assert unknown.any()
    assert towns.loc[unknown, "premises_year"].isna().all()
    assert towns.loc[unknown, "premises_is_stale"].isna().all()


def test_geopackage_brings_styles_that_colour_every_state_with_its_ink(esavo):
    found = styles(esavo)
    assert len(found) == 9
    assert {row[:2] for row in found} == {("municipalities", "geom")}
    assert [row[2] for row in found] == [1] + [0] * 8
    fields = set(pyogrio.read_info(esavo, layer="municipalities")["fields"])
    for at, (*_, body) in enumerate(found):
        root = ET.fromstring(body.partition("\n")[2])  # noqa: S314 - our own
        renderer = root.find("renderer-v2")
        assert renderer.get("attr") in fields
        values = [category.get("value") for category in renderer.iter("category")]
        assert values == list(STATES if at else LADDER)
        colors = [
            symbol.find("layer/Option/Option[@name='color']").get("value")
            for symbol in renderer.iter("symbol")
        ]
        expected = [tuple(bytes.fromhex(INKS[value].fill[1:])) for value in values]
        assert [tuple(map(int, color.split(",")[:3])) for color in colors] == expected
    assert 'label="Rakenne / Struktur"' in found[0][3]


def test_geopackage_tells_what_it_is_and_what_columns_mean(esavo):
    info = pyogrio.read_info(esavo, layer="municipalities")
    said = info["dataset_metadata"]
    assert said["area_fi"] == "Etelä-Savo"
    assert said["area_sv"] == "Södra Savolax"
    assert "CC BY 4.0" in said["licence_fi"]
    assert "Tilastokeskus" in said["sources_fi"]
    about = pyogrio.read_dataframe(esavo, layer="about")
    assert any("Tyhjä solu" in value for value in about["value"])
    columns = pyogrio.read_dataframe(esavo, layer="columns")
    for layer in LAYERS - {"columns", "about", "layer_styles"}:
        fields = list(pyogrio.read_info(esavo, layer=layer)["fields"])
        assert list(columns.loc[columns["layer"] == layer, "column"]) == fields
    assert columns["meaning_sv"].notna().all()


def test_geopackage_never_holds_a_person_even_where_contacts_are_asked_for(store, esavo):
    body = esavo.read_bytes()
    persons = [*store.liaisons["person_name"], *store.liaisons["email"].dropna()]
    assert persons
    assert not any(person.encode() in body for person in persons)


def test_geopackage_keeps_a_municipality_without_outline_and_hostile_names(store, tmp_path):
    spoilt = hostile(store)
    path = save(GeoPackageExport(scope=Scope(store=spoilt)), tmp_path)
    towns = pyogrio.read_dataframe(path, layer="municipalities")
    bare = towns["municipality_code"] == BARE
    assert bare.sum() == 1
    assert list(towns.geometry.isna()) == list(bare)
    names = set(pyogrio.read_dataframe(path, layer="organisations")["organisation"])
    assert {name.replace("\x00\x08", "") for name in NAMES} <= names


def test_geopackage_bears_the_day_of_the_data_and_not_the_clock(store, esavo):
    with closing(sqlite3.connect(esavo)) as file:
        days = {day for (day,) in file.execute("SELECT last_change FROM gpkg_contents")}
        described = dict(file.execute("SELECT table_name, description FROM gpkg_contents"))
    assert days == {"2026-11-21T00:00:00.000Z"}
    assert "Kunnat tuloksineen" in described["municipalities"]
