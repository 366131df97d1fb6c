"""The tables of target groups: who is served where, and where no local organisation is known."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.export.contact_tables import chosen_group
from dashboards.export.table_content import (
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    YES_NO,
    TableBuilder,
)
from dashboards.state import REACHES
from dashboards.texts import text
from geo.service_gaps import group_gaps, municipality_gaps

COUNTS = ("local", "domiciled", "stated", "regional")


def group_matrix(builder: TableBuilder) -> None:
    """Municipalities by target groups, the largest municipality first: counts of organisations."""
    scope, store = builder.scope, builder.scope.store
    groups = store["target_groups"]
    is_general = groups["is_general"].fillna(False).astype(bool)
    # Work for everyone says nothing of one group: it stands last, and is not counted.
    counted = list(groups.loc[~is_general, "target_group_code"])
    towns = _largest_first(scope.municipalities)
    codes = towns["municipality_code"]
    matrix = store.matrix
    cells = matrix[matrix["municipality_code"].isin(codes)]
    gaps = municipality_gaps(cells[cells["target_group_code"].isin(counted)], towns)
    zeros = gaps.set_index("municipality_code")["zero_groups"]
    builder.municipality(codes)
    builder.add("zero_groups", WHOLE, [zeros[code] for code in codes])
    with_regional = store.reach == REACHES[0]
    for group in (*counted, *groups.loc[is_general, "target_group_code"]):
        own = cells[cells["target_group_code"] == group].set_index("municipality_code").loc[codes]
        for count in COUNTS:
            # Counted among the local ones, they are none beside them.
            is_shown = count == "local" or (count == "regional" and with_regional)
            count_column(builder, group, count, own[count], is_shown=is_shown)
    builder.add(
        "residents",
        WHOLE,
        towns["population"],
        heading="column.residents",
        unit="persons",
        is_shown=False,
    )
    builder.remark("export_table.remark.zero")


def count_column(
    builder: TableBuilder, group: str, count: str, values: pd.Series, *, is_shown: bool = True
) -> None:
    """A column of one count of organisations that serve a target group."""
    builder.add(
        f"{count}_{group}",
        WHOLE,
        values,
        heading=_group_heading(builder, group, count),
        meaning=count,
        is_shown=is_shown,
    )


def _group_heading(builder: TableBuilder, group: str, count: str) -> dict[str, str]:
    names = {lang: builder.scope.store.group_names(lang)[group] for lang in builder.langs}
    if count == "local":
        return names
    return {
        lang: text(f"export_table.group_heading.{count}", lang, group=names[lang])
        for lang in builder.langs
    }


def _largest_first(towns: pd.DataFrame) -> pd.DataFrame:
    columns = ["municipality_code", "population"]
    ordered = towns[columns].sort_values(columns[::-1], ascending=[False, True], kind="stable")
    return pd.DataFrame(ordered).reset_index(drop=True)


def gaps_of_groups(builder: TableBuilder) -> None:
    """Each target group with its zeros in municipalities and in people."""
    scope, store = builder.scope, builder.scope.store
    towns = scope.municipalities
    rows = group_gaps(store.matrix, towns, group_residents=store.analysis.group_residents)
    everyone = towns["population"].sum(skipna=False)
    whole = everyone if pd.notna(everyone) and everyone else pd.NA
    persons: dict[str, Any] = {"unit": "persons"}
    builder.group(rows["target_group_code"])
    builder.add("zeros", WHOLE, rows["zeros"])
    builder.add("municipalities", WHOLE, rows["municipalities"], heading="column.municipalities")
    builder.add("residents_of_zeros", WHOLE, rows["residents"], **persons)
    builder.add(
        "share_of_zeros",
        SHARE,
        rows["residents"].astype("Float64") / whole,
    )
    builder.add("aged", WHOLE, rows["aged"], **persons)
    builder.coded("aged_basis", rows["aged_basis"], "export_table.basis.{}")
    builder.coded("aged_reason", rows["aged_reason"], "people.reason.{}", is_shown=False)
    builder.add("regional_least", WHOLE, rows["regional_least"])
    builder.add("regional_most", WHOLE, rows["regional_most"])
    builder.add("unreached", WHOLE, rows["unreached"])
    builder.add("farthest_km", NUMBER, rows["farthest_km"], unit="km")
    builder.remark("export_table.remark.group_gaps")


def zeros(builder: TableBuilder) -> None:
    """One target group by municipality: zeros first, the largest first, with the nearest."""
    scope, store = builder.scope, builder.scope.store
    group = chosen_group(builder)
    towns = pd.DataFrame(scope.municipalities[["municipality_code", "population"]])
    people = store.analysis.group_residents
    keys = ["municipality_code", "target_group_code"]
    rows = store.matrix[store.matrix["target_group_code"] == group]
    rows = rows.merge(towns, on="municipality_code").merge(
        people[[*keys, "residents", "basis", "reason"]], on=keys
    )
    rows = rows.assign(has_one=rows["local"] > 0).sort_values(
        ["has_one", "population", "municipality_code"], ascending=[True, False, True]
    )
    called = {lang: store.group_names(lang)[group] for lang in builder.langs}
    builder.title("export_table.zeros_title", group=called)
    builder.municipality(rows["municipality_code"])
    for count in COUNTS:
        builder.add(count, WHOLE, rows[count])
    builder.add("residents", WHOLE, rows["population"], heading="column.residents", unit="persons")
    builder.add(
        "residents_of_group",
        WHOLE,
        rows["residents"],
        heading="column.residents_group",
        unit="persons",
    )
    builder.coded("residents_basis", rows["basis"], "export_table.basis.{}")
    names = {lang: store.name_of(lang) for lang in builder.langs}
    is_own = rows["has_one"].fillna(False).astype(bool)
    anywhere = store.matrix.loc[store.matrix["target_group_code"] == group, "local"].sum()
    nearest = [
        builder.said("export_table.nearest_own")
        if own
        else name or (None if anywhere or pd.isna(local) else builder.said("export_table.nowhere"))
        for own, name, local in zip(
            is_own, builder.named(rows["nearest_code"], names), rows["local"], strict=True
        )
    ]
    builder.add("nearest", TEXT, nearest, heading="column.nearest")
    builder.code(rows["nearest_code"].mask(is_own))
    builder.add("nearest_km", NUMBER, rows["nearest_km"].mask(is_own), unit="km")
    builder.coded(
        "nearest_basis", rows["nearest_basis"], "export_table.nearest_basis.{}", is_shown=False
    )
    builder.coded("residents_reason", rows["reason"], "people.reason.{}", is_shown=False)
    builder.add("has_one", YES_NO, rows["has_one"], is_shown=False)
    builder.remark("export_table.remark.nearest")
