"""The tables of the model as they are, an area's rows of each; explained as the model does.

The model's titles and descriptions are in English, and the file says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import shapely

from dashboards.export.board_tables import boards_of
from dashboards.export.evidence_tables import whole_areas
from dashboards.export.organisation_tables import organisations_of
from dashboards.export.scope import ALL
from dashboards.export.table_content import (
    CODE,
    DATE,
    MODEL_LANG,
    NUMBER,
    TEXT,
    WHOLE,
    YEAR,
    YES_NO,
    TableBuilder,
    TableColumn,
    typed,
)
from dashboards.texts import LANGUAGES
from loaders.tables import TABLES, is_personal, unit_of

DATES = (
    *("source_date", "term_start", "term_end", "valid_from", "retrieved", "registered"),
    *("decided", "created", "modified"),
)
"""Columns of the model that hold dates, whole or partial."""

CODES = ("_code", "_id", "code", "postcode", "parent", "business_id", "register_number")
"""How the names of columns end that hold codes."""


def model_table(builder: TableBuilder, name: str) -> None:
    """One table of the model, the rows of the area."""
    table = TABLES[name]
    rows, is_cut = _rows(builder, name)
    builder.title(f"table.{name}")
    left_out = []
    titles = [str(column.title) for column in table.columns.values()]
    for key, column in table.columns.items():
        if key not in rows:
            continue
        if is_personal(column) and not builder.scope.with_contacts:
            left_out.append(key)
            continue
        kind = _kind(key, str(column.dtype), unit_of(column))
        values: Sequence[object] = rows[key]
        if key == "geometry":
            values = list(shapely.to_wkt(rows[key].to_numpy(), rounding_precision=5))
        unit = unit_of(column) if kind != YEAR else None
        title = str(column.title)
        if titles.count(title) > 1:  # an identifier of the source, and where the row was seen
            title = f"{title}: {key}"
        builder.columns.append(
            TableColumn(
                key=key,
                kind=kind,
                headings=dict.fromkeys(LANGUAGES, title),
                meanings=dict.fromkeys(LANGUAGES, str(column.description)),
                units=dict.fromkeys(LANGUAGES, unit) if unit else {},
                values=typed(values, kind),
                decimals=2 if kind == NUMBER else 0,
                is_personal=is_personal(column),
            )
        )
    if any(lang != MODEL_LANG for lang in builder.langs):
        builder.remark("export_table.remark.model_language")
    if not is_cut and builder.scope.area != ALL:
        builder.remark("export_table.remark.whole")
    if left_out:
        builder.remark("export_table.remark.left_out", columns=", ".join(left_out))


def _kind(key: str, dtype: str, unit: str | None) -> str:
    if dtype == "Int64":
        return YEAR if unit == "year" or key.endswith("_year") else WHOLE
    if dtype == "Float64":
        return NUMBER
    if dtype == "boolean":
        return YES_NO
    if key in DATES:
        return DATE
    return CODE if key.endswith(CODES) else TEXT


def _rows(builder: TableBuilder, name: str) -> tuple[pd.DataFrame, bool]:
    """The rows of the area, and whether the table can be cut to an area at all."""
    scope = builder.scope
    rows = scope.store.liaisons if name == "liaisons" else scope.store[name]
    if scope.area == ALL:
        return rows, True
    if name == "boards":
        return rows[rows["board_id"].isin(boards_of(builder)["board_id"])], True
    if name in ("seats", "seat_target_groups"):
        seats = scope.store["seats"]
        own = seats.loc[seats["board_id"].isin(boards_of(builder)["board_id"]), "seat_id"]
        return rows[rows["seat_id"].isin(own)], True
    if "municipality_code" in rows and name not in ("organisation_records", "service_locations"):
        is_here = rows["municipality_code"].isin(scope.codes)
        if "region_code" in rows:
            is_wide = rows["municipality_code"].isna()
            is_here |= is_wide & rows["region_code"].isin(whole_areas(builder, "region_code"))
        return rows[is_here.fillna(False).astype(bool)], True
    if name == "county_evidence":
        counties = whole_areas(builder, "wellbeing_county_code")
        return rows[rows["wellbeing_county_code"].isin(counties)], True
    if name == "municipality_changes":
        return rows[rows["new_code"].isin(scope.codes)], True
    if "organisation_id" in rows:
        own = set(organisations_of(builder)["organisation_id"])
        return rows[rows["organisation_id"].isin(own)], True
    if name in ("service_target_groups", "service_service_classes"):
        services = scope.store["services"]
        own = set(organisations_of(builder)["organisation_id"])
        ids = services.loc[services["organisation_id"].isin(own), "service_id"]
        return rows[rows["service_id"].isin(ids)], True
    return rows, False
