"""All results as a GeoPackage for QGIS: municipalities with their outlines, and what lies behind.

Metres (EPSG:3067). The layer of municipalities brings its styles along; no layer tells of persons.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from dashboards.export import board_tables as board
from dashboards.export import coverage_tables as coverage
from dashboards.export import evidence_tables as evidence
from dashboards.export import group_tables as groups
from dashboards.export import organisation_tables as organisations
from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.layer_style import STYLES_TABLE, layer_style
from dashboards.export.scope import Scope, joined
from dashboards.export.table_content import (
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    YEAR,
    YES_NO,
    TableBuilder,
    TableColumn,
)
from dashboards.inks import INKS
from dashboards.texts import text
from geo.coverage import LADDER, STATES
from geo.crs import METRIC_CRS, to_metric
from loaders.tables import CRITERIA

PLACES = "municipalities"
"""The layer with outlines."""
OUTLINE = "geom"

DTYPES: Mapping[str, str] = {
    WHOLE: "Int64",
    YEAR: "Int64",
    NUMBER: "Float64",
    SHARE: "Float64",
    YES_NO: "boolean",
}
"""Kind of a column to its type in the file; all others are text."""

SOURCES = (
    *("municipalities", "areas", "boundaries", "population_by_age", "evidence", "liaisons"),
    *("organisations", "organisation_areas", "organisation_target_groups", "target_groups"),
    *("boards", "seats", "seat_target_groups"),
)
"""The tables of the model that the layers stand on."""


@dataclass(frozen=True, kw_only=True)
class GeoPackageExport(FileExport):
    """The municipalities of an area with all results, and evidence, boards and organisations."""

    kind = "geopackage"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return ".gpkg"

    @property
    def has_persons(self) -> bool:
        """Never: whoever opens it in a map program has no first page to read a warning on."""
        return False

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Write the layers one by one; progress is told in layers."""
        scope = replace(self.scope, with_contacts=False)
        filled = {name: _filled(scope, fill) for name, fill in LAYERS.items()}
        frames = {name: _frame(builder.columns) for name, builder in filled.items()}
        frames[PLACES] = _with_outlines(frames[PLACES], scope)
        frames["columns"] = _explained(filled, scope)
        frames["about"] = _about(filled, scope)
        for done, (name, frame) in enumerate(frames.items(), start=1):
            _write_layer(frame, path, name, scope)
            tell(done, len(frames) + 1)
        _finish(path, filled[PLACES].columns, scope)
        tell(len(frames) + 1, len(frames) + 1)


def _filled(scope: Scope, fill: Callable[[TableBuilder], None]) -> TableBuilder:
    builder = TableBuilder(scope)
    fill(builder)
    return builder


def _municipalities(builder: TableBuilder) -> None:
    """All that is known of each municipality, a column each: ladder, criteria, counts by group."""
    scope, store = builder.scope, builder.scope.store
    towns = scope.municipalities
    codes = list(towns["municipality_code"])
    builder.municipality(codes)
    coverage.overview_columns(builder, towns, shown=("ladder", "is_gap", "gap_kind"))
    for criterion in CRITERIA:
        own = store.states[store.states["criterion"] == criterion]
        cells = own.set_index("municipality_code").loc[codes]
        evidence.criterion_columns(builder, criterion, cells)
    for group in store["target_groups"]["target_group_code"]:
        own = store.matrix[store.matrix["target_group_code"] == group]
        cells = own.set_index("municipality_code").loc[codes]
        for count in groups.COUNTS:
            groups.count_column(builder, str(group), count, cells[count])
    sensitivity = store.analysis.gap_sensitivity.set_index("municipality_code").loc[codes]
    builder.add("gap_in", WHOLE, sensitivity["gaps"], unit="of_readings")
    builder.add("gap_in_unknown", WHOLE, sensitivity["unknown"], unit="of_readings")


def _group_counts(builder: TableBuilder) -> None:
    """Organisations by municipality and target group, a row each, with the nearest for zeros."""
    store = builder.scope.store
    rows = store.matrix[store.matrix["municipality_code"].isin(builder.scope.codes)]
    builder.municipality(rows["municipality_code"])
    builder.group(rows["target_group_code"])
    for count in groups.COUNTS:
        builder.add(count, WHOLE, rows[count])
    names = {lang: store.name_of(lang) for lang in builder.langs}
    builder.add(
        "nearest", TEXT, builder.named(rows["nearest_code"], names), heading="column.nearest"
    )
    builder.code(rows["nearest_code"])
    builder.add("nearest_km", NUMBER, rows["nearest_km"], unit="km")


LAYERS: Mapping[str, Callable[[TableBuilder], None]] = {
    PLACES: _municipalities,
    "evidence": evidence.evidence,
    "boards": board.boards,
    "seats": board.seats,
    "organisations": organisations.organisations,
    "group_counts": _group_counts,
}
"""Name of a layer to what fills it."""


def field_name(key: str) -> str:
    """The name of a column in the file: small letters, digits and underscores.

    Examples
    --------
    >>> field_name("local_KR1.1"), field_name("local_X.mielenterveys")
    ('local_kr1_1', 'local_x_mielenterveys')
    """
    return re.sub(r"[^a-z0-9]+", "_", key.lower())


def _frame(columns: list[TableColumn]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            field_name(column.key): pd.array(
                list(column.values), dtype=DTYPES.get(column.kind, "string")
            )
            for column in columns
        }
    )


def _with_outlines(frame: pd.DataFrame, scope: Scope) -> gpd.GeoDataFrame:
    """The municipalities with their outlines; one without keeps its row."""
    outlines = to_metric(scope.municipalities.geometry).reset_index(drop=True)
    bare = outlines.isna() | outlines.is_empty
    return gpd.GeoDataFrame(frame, geometry=outlines.mask(bare, None), crs=METRIC_CRS)


def _explained(filled: Mapping[str, TableBuilder], scope: Scope) -> pd.DataFrame:
    """What each column of each layer means, in the languages of the file."""
    rows = [
        {
            "layer": name,
            "column": field_name(column.key),
            "type": column.kind,
            **{f"heading_{lang}": column.headings[lang] for lang in scope.langs},
            **{
                f"unit_{lang}": "0-1" if column.kind == SHARE else column.units.get(lang)
                for lang in scope.langs
            },
            **{f"meaning_{lang}": column.meanings[lang] for lang in scope.langs},
        }
        for name, builder in filled.items()
        for column in builder.columns
    ]
    return pd.DataFrame(rows).astype("string")


def _about(filled: Mapping[str, TableBuilder], scope: Scope) -> pd.DataFrame:
    """What the file is of and where it comes from, a line each."""
    rows = []
    for lang in scope.langs:
        rows += [(lang, key, said) for key, said in _said(scope, lang).items()]
        remarks = {text("export_table.remark.empty", lang): None}
        for builder in filled.values():
            remarks |= dict.fromkeys(builder.remarks.get(lang, ()))
        rows += [(lang, "remark", said) for said in remarks]
        for source in scope.sources(SOURCES, lang):
            parts = (source.attribution, source.licence, source.licence_url, source.page)
            rows.append((lang, "source", " | ".join(part for part in parts if part)))
    return pd.DataFrame(rows, columns=["lang", "key", "value"]).astype("string")


def _said(scope: Scope, lang: str) -> dict[str, str]:
    """What the metadata tell in a language; nothing is empty."""
    return {
        "title": text("export_table.geopackage_title", lang, area=scope.name(lang)),
        "area": scope.name(lang),
        "filters": scope.filters_said(lang) or text("export_table.about.no_filters", lang),
        "made": scope.made_said(lang),
        "sources": scope.source_line(SOURCES, lang),
        "licence": scope.licence_line(SOURCES, lang),
        "outlines": text("export_table.remark.outlines", lang),
    }


def _write_layer(frame: pd.DataFrame, path: Path, name: str, scope: Scope) -> None:
    import pyogrio

    title = joined([text(f"export_table.layer.{name}", lang) for lang in scope.langs])
    area = joined([scope.name(lang) for lang in scope.langs])
    options: dict[str, Any] = {
        "layer_options": {
            "IDENTIFIER": name,
            "DESCRIPTION": f"{title} ({area})",
        }
    }
    if isinstance(frame, gpd.GeoDataFrame):
        options |= {"geometry_type": "MultiPolygon", "promote_to_multi": True}
        options["layer_options"]["GEOMETRY_NAME"] = OUTLINE
        options["dataset_metadata"] = {
            f"{key}_{lang}": said
            for lang in scope.langs
            for key, said in _said(scope, lang).items()
        }
    pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", **options)


def _finish(path: Path, columns: list[TableColumn], scope: Scope) -> None:
    """Add the styles, and the day of the file in place of the clock's time."""
    made = f"{scope.store.as_of.isoformat()}T00:00:00.000Z"
    headings = {field_name(column.key): column.heading(scope.langs) for column in columns}
    styles = [
        (
            joined([text(f"theme.{theme}", lang) for lang in scope.langs])[:30],
            _style(theme, scope, headings),
            theme == "ladder",
        )
        for theme in ("ladder", *CRITERIA)
    ]
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(STYLES_TABLE)
        file.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,"
            " owner, update_time) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', ?)",
            [
                (PLACES, OUTLINE, name, style, is_default, name, made)
                for name, style, is_default in styles
            ],
        )
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', '')"
        )
        file.execute("UPDATE gpkg_contents SET last_change = ?", (made,))
        has_metadata = file.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata_reference'"
        ).fetchone()
        if has_metadata:
            file.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (made,))


def _style(theme: str, scope: Scope, headings: Mapping[str, str]) -> str:
    kind, order = ("ladder", LADDER) if theme == "ladder" else ("state", STATES)
    names = {
        state: joined([text(f"{kind}.{state}.name", lang) for lang in scope.langs])
        for state in order
    }
    inks = {state: INKS[state] for state in order}
    return layer_style(f"{theme}_code", inks, names, headings=headings)
