"""The package for machines: written from the model, never by hand, and complete."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loaders.datapackage import descriptor, written
from loaders.embedded import read_table, table_path, write_table
from loaders.errors import SourceChanged, SourceUnavailable
from loaders.tables import SOURCES, TABLES, Table

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
FIXED = DATA / "fixed"

EMBEDDED = {name: table for name, table in TABLES.items() if table.is_embedded}


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    return descriptor(FIXED)


def resource_of(package: dict[str, Any], table: Table) -> dict[str, Any]:
    (resource,) = [found for found in package["resources"] if found["name"] == table.name]
    return resource


def test_the_file_is_what_the_model_writes() -> None:
    text = (DATA / "datapackage.json").read_text(encoding="utf-8")
    assert text == written(FIXED), (
        "data/datapackage.json is not what the model says; write it with "
        "`python -m loaders.datapackage`"
    )


def test_the_module_writes_the_file_when_it_is_run(tmp_path: Path) -> None:
    shutil.copytree(FIXED, tmp_path / "fixed")
    subprocess.run(
        [sys.executable, "-m", "loaders.datapackage"],
        cwd=ROOT,
        env=os.environ | {"JARJESTOKARTTA_DATA_DIR": str(tmp_path)},
        check=True,
        timeout=60,
    )
    written_file = (tmp_path / "datapackage.json").read_bytes()
    assert written_file.decode("utf-8") == written(FIXED)


def test_every_file_of_the_folder_is_described_and_nothing_else_lies_there(
    package: dict[str, Any],
) -> None:
    described = {resource["path"] for resource in package["resources"]}
    lying = {f"fixed/{path.name}" for path in FIXED.iterdir()}
    assert lying == described


def test_every_table_of_the_model_is_one_resource(package: dict[str, Any]) -> None:
    assert [resource["name"] for resource in package["resources"]] == list(EMBEDDED)


def test_a_table_that_is_not_kept_with_the_code_is_described_where_it_has_a_file(
    tmp_path: Path,
) -> None:
    shutil.copytree(FIXED, tmp_path / "fixed")
    changes = TABLES["changes"]
    write_table(changes.empty(), changes, tmp_path / "fixed")
    assert resource_of(descriptor(tmp_path / "fixed"), changes)["path"] == "fixed/changes.csv"


@pytest.mark.parametrize("table", EMBEDDED.values(), ids=EMBEDDED)
def test_every_column_is_described_in_the_order_of_the_file(
    package: dict[str, Any], table: Table
) -> None:
    fields = resource_of(package, table)["schema"]["fields"]
    if "geometry" not in table.columns:
        with table_path(table, FIXED).open(encoding="utf-8") as file:
            assert file.readline().strip().split(",") == [field["name"] for field in fields]
    for field in fields:
        assert field["title"], field["name"]
        assert field["description"], field["name"]
        assert field["type"] in ("string", "integer", "number", "boolean", "geojson")


@pytest.mark.parametrize("table", EMBEDDED.values(), ids=EMBEDDED)
def test_every_resource_names_its_sources_and_their_licences(
    package: dict[str, Any], table: Table
) -> None:
    resource = resource_of(package, table)
    # Live sources give a table too, but are only named where they did.
    known = set(table.sources) & set(read_table(SOURCES, FIXED)["source_id"])
    assert len(resource["sources"]) == len(resource["licenses"]) == len(known) > 0
    assert all(source["title"] for source in resource["sources"])
    # A Data Package asks for a name or a path of every licence.
    assert all(licence["title"] and licence["name"] for licence in resource["licenses"])


def test_the_types_units_and_keys_are_those_of_the_model(package: dict[str, Any]) -> None:
    ages = resource_of(package, TABLES["population_by_age"])["schema"]
    by_name = {field["name"]: field for field in ages["fields"]}
    assert by_name["municipality_code"]["type"] == "string"
    assert (by_name["population"]["type"], by_name["population"]["unit"]) == ("integer", "persons")
    assert by_name["age_to"]["constraints"] == {"required": False}
    assert by_name["age_from"]["constraints"] == {"required": True}
    assert ages["primaryKey"] == ["municipality_code", "age_from", "sex", "year"]
    assert ages["missingValues"] == [""]
    assert ages["foreignKeys"] == [
        {
            "fields": "municipality_code",
            "reference": {"resource": "municipalities", "fields": "municipality_code"},
        }
    ]
    municipalities = resource_of(package, TABLES["municipalities"])["schema"]["fields"]
    land = next(field for field in municipalities if field["name"] == "land_km2")
    assert (land["type"], land["unit"]) == ("number", "km2")
    assert "unit" not in municipalities[0]
    assert municipalities[0]["constraints"] == {"required": True, "unique": True}


def test_personal_columns_are_marked_and_no_other(package: dict[str, Any]) -> None:
    personal = {
        (resource["name"], field["name"])
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if field["personal"]
    }
    assert personal == {
        ("liaisons", "person_name"),
        ("liaisons", "email"),
        ("liaisons", "second_role"),
    }
    marked = [resource["name"] for resource in package["resources"] if resource["personal"]]
    assert marked == ["liaisons"]


def test_the_package_tells_of_columns_and_never_of_rows(package: dict[str, Any]) -> None:
    assert "@" not in json.dumps(package, ensure_ascii=False)


def test_a_folder_without_its_sources_cannot_be_described(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"sources\.csv"):
        descriptor(tmp_path)


def test_a_table_whose_source_has_no_row_is_named(tmp_path: Path) -> None:
    sources = read_table(SOURCES, FIXED)
    fewer: pd.DataFrame = sources[sources["source_id"] != "posti_postcodes"]
    write_table(fewer, SOURCES, tmp_path)
    with pytest.raises(
        SourceChanged, match=r"sources\.csv: no row for any of posti_postcodes, .* post"
    ):
        descriptor(tmp_path)
