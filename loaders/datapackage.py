"""Describes a folder of tables for machines: a Frictionless Data Package written from the model.

``python -m loaders.datapackage`` writes data/datapackage.json, which tells of data/fixed/, anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from loaders.embedded import read_table, table_path
from loaders.errors import SourceChanged
from loaders.settings import Settings
from loaders.tables import SOURCES, TABLES, Table, is_personal, unit_of

TYPES = {"Int64": "integer", "Float64": "number", "boolean": "boolean", "geometry": "geojson"}

# Data Packages ask for a name of this list or a page: https://licenses.opendefinition.org/
LICENCE_IDS = {"CC BY 4.0": "CC-BY-4.0", "CC0 1.0": "CC0-1.0"}
NO_LICENCE_ID = "notspecified"


def descriptor(folder: Path, *, base: Path | None = None) -> dict[str, Any]:
    """Describe every table of ``folder`` with its columns, keys, sources and licences.

    Parameters
    ----------
    folder
        The folder of the package's files; its sources table is read.
    base
        Where the descriptor itself will lie, ``folder`` or above it: paths are told from there.
        The folder above ``folder`` when left out.

    Returns
    -------
    dict
        A Data Package (Frictionless, version 1): one resource per table. ``unit`` and
        ``personal`` of a column are our own properties.

    Raises
    ------
    LoaderError
        The sources table cannot be read, or lacks a source that a table names.
    """
    sources = read_table(SOURCES, folder).set_index("source_id")
    return {
        "profile": "data-package",
        "name": "jarjestokartta",
        "title": "Järjestökartta: NGOs, co-operation and representation by municipality",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Own tables; each resource names what holds for its sources",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "resources": [
            _resource(table, folder, sources, base or folder.parent)
            for table in TABLES.values()
            if table.is_embedded or table_path(table, folder).exists()
        ],
    }


def _resource(table: Table, folder: Path, sources: pd.DataFrame, base: Path) -> dict[str, Any]:
    path = table_path(table, folder)
    # Of the sources that may give a table only those in use have a row.
    known = [source_id for source_id in table.sources if source_id in sources.index]
    if not known and not _is_empty(table, path):
        raise SourceChanged(
            f"{table_path(SOURCES, folder)}: no row for any of {', '.join(table.sources)}, which "
            f"the table {table.name} comes from"
        )
    described = [sources.loc[source_id] for source_id in known]
    return {
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "path": path.relative_to(base).as_posix(),
        "format": path.suffix[1:],
        "encoding": "utf-8",
        "personal": table.has_personal_data,
        **_origin(described),
        "schema": {
            "fields": [_field(name, column) for name, column in table.columns.items()],
            "primaryKey": list(table.keys),
            "foreignKeys": [
                {"fields": column, "reference": {"resource": target, "fields": target_column}}
                for column, (target, target_column) in table.links.items()
            ],
            "missingValues": [""],
        },
    }


def _origin(described: list[pd.Series]) -> dict[str, Any]:
    """The sources of a table and their licences; nothing where no source has given a row."""
    if not described:  # the standard allows no empty list here
        return {}
    return {
        "sources": [
            {"title": row["attribution_en"]}
            | ({"path": row["page"]} if pd.notna(row["page"]) else {})
            for row in described
        ],
        "licenses": [
            {"name": LICENCE_IDS.get(row["licence_en"], NO_LICENCE_ID), "title": row["licence_en"]}
            | ({"path": row["licence_url"]} if pd.notna(row["licence_url"]) else {})
            for row in described
        ],
    }


def _is_empty(table: Table, path: Path) -> bool:
    """Whether a table that no source need have filled has headings and no row."""
    if table.is_embedded or not path.exists():
        return False
    with path.open("rb") as file:
        file.readline()
        return not file.readline().strip()


def _field(name: str, column: pa.Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": name,
        "title": column.title,
        "description": column.description or column.title,
        "type": TYPES.get(str(column.dtype), "string"),
        "constraints": {"required": not column.nullable}
        | ({"unique": True} if column.unique else {}),
        "personal": is_personal(column),
    }
    unit = unit_of(column)
    return field | ({"unit": unit} if unit else {})


def written(folder: Path, *, base: Path | None = None) -> str:
    """The descriptor as the text of its file."""
    return json.dumps(descriptor(folder, base=base), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    data = Settings.from_env().data_dir
    (data / "datapackage.json").write_text(written(data / "fixed"), encoding="utf-8")
