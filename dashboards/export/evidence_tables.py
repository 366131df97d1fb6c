"""The tables of evidence: criteria by municipality and by county, and the findings themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboards.export.table_content import SHARE, TEXT, WHOLE, YEAR, YES_NO, TableBuilder
from dashboards.texts import sort_key, text
from geo.coverage import MAX_AGE_YEARS
from loaders.tables import COUNTY_ASKS, CRITERIA


def profiles(builder: TableBuilder) -> None:
    """The eight criteria of each municipality: state and year, the largest first."""
    scope, store = builder.scope, builder.scope.store
    rows = pd.DataFrame(scope.municipalities[["municipality_code", "population"]]).merge(
        store.analysis.profile_matrix, on="municipality_code"
    )
    rows = rows.sort_values(["population", "municipality_code"], ascending=[False, True])
    codes = rows["municipality_code"]
    builder.municipality(codes)
    states = store.states
    for criterion in CRITERIA:
        cells = states[states["criterion"] == criterion].set_index("municipality_code").loc[codes]
        criterion_columns(builder, criterion, cells)
    builder.add("known", WHOLE, rows["known"], heading="profile_matrix.known")
    builder.add("in_scope", WHOLE, rows["in_scope"])
    builder.add("completeness", SHARE, rows["completeness"])
    builder.add("disputed", WHOLE, rows["disputed"], heading="profile_matrix.disputed")
    builder.add("stale", WHOLE, rows["stale"], heading="profile_matrix.stale")
    builder.add("oldest_year", YEAR, rows["oldest_year"])
    builder.add("newest_year", YEAR, rows["newest_year"], heading="column.newest_year")
    builder.add(
        "residents",
        WHOLE,
        rows["population"],
        heading="column.residents",
        unit="persons",
        is_shown=False,
    )
    builder.remark("export_table.remark.stale", years=str(MAX_AGE_YEARS))


def criterion_columns(builder: TableBuilder, criterion: str, cells: pd.DataFrame) -> None:
    """The state of a criterion, its year, and what else is known of it."""
    label = {lang: text(f"theme.{criterion}", lang) for lang in builder.langs}
    builder.coded(
        criterion, cells["state"], "state.{}.name", heading=label, meaning="criterion_state"
    )
    _state_columns(builder, criterion, cells, label, shown=("year",))


def _state_columns(
    builder: TableBuilder,
    key: str,
    cells: pd.DataFrame,
    label: Mapping[str, str],
    *,
    shown: Sequence[str],
) -> None:
    """What is known of a state: its year, whether it is stale or disputed, how many findings."""
    for own, kind in (
        ("year", YEAR),
        ("is_stale", YES_NO),
        ("is_disputed", YES_NO),
        ("findings", WHOLE),
    ):
        heading = {
            lang: text(f"export_table.criterion.{own}", lang, criterion=label[lang])
            for lang in builder.langs
        }
        builder.add(
            f"{key}_{own}",
            kind,
            cells[own],
            heading=heading,
            meaning=f"criterion_{own}",
            is_shown=own in shown,
        )


def counties(builder: TableBuilder) -> None:
    """What SOSTE asks, a row each, and its state in every wellbeing county of the area."""
    scope, store = builder.scope, builder.scope.store
    own = set(scope.municipalities["wellbeing_county_code"].dropna())
    names = {
        code: {lang: store.area_name("wellbeing_county", code, lang) for lang in builder.langs}
        for code in own
    }
    states = store.county_states.set_index(["criterion", "wellbeing_county_code"])
    asked = [ask for asks in COUNTY_ASKS.values() for ask in asks]
    kinds = [kind for kind, asks in COUNTY_ASKS.items() for _ in asks]
    builder.coded("ask_kind", kinds, "view.counties.{}")
    builder.coded("ask", asked, "county.{}", heading="column.criterion")
    for code in sorted(own, key=lambda code: sort_key(names[code][scope.lang])):
        cells = states.loc[[(ask, code) for ask in asked]]
        builder.coded(
            f"county_{code}",
            cells["state"],
            "state.{}.name",
            heading=names[code],
            meaning="criterion_state",
        )
        shown = ("is_stale", "is_disputed", "findings")
        _state_columns(builder, f"county_{code}", cells, names[code], shown=shown)
    builder.remark("export_table.remark.asks")


def evidence(builder: TableBuilder) -> None:
    """Every finding on a municipality of the area, and those on a whole region of it."""
    scope, store = builder.scope, builder.scope.store
    found = store.evidence[store.evidence["municipality_code"].isin(scope.codes)]
    wide = store["evidence"]
    wide = wide[wide["region_code"].isin(whole_areas(builder, "region_code"))]
    found = pd.concat([found, wide.assign(origin="evidence")], ignore_index=True)
    if "region_code" not in found:
        found["region_code"] = pd.NA
    names = store.name_of(scope.lang)
    order = {criterion: at for at, criterion in enumerate(CRITERIA)}
    found = found.assign(
        by_name=[sort_key(names.get(code, "~")) for code in found["municipality_code"].fillna("")],
        by_criterion=found["criterion"].map(order),
    ).sort_values(["by_name", "by_criterion", "year"], ascending=[True, True, False], kind="stable")
    builder.municipality(found["municipality_code"])
    builder.area("whole_region", "region", found["region_code"])
    builder.coded("criterion", found["criterion"], "theme.{}")
    builder.coded("answer", found["answer"], "state.{}.name")
    builder.add("year", YEAR, found["year"])
    builder.add("kind", TEXT, found["kind"])
    builder.add("source_note", TEXT, found["note"])
    builder.add("source_url", TEXT, found["source_url"])
    builder.coded("origin", found["origin"], "export_table.origin.{}", is_shown=False)
    builder.remark("export_table.remark.source_language")


def whole_areas(builder: TableBuilder, column: str) -> list[str]:
    """The codes of the regions or counties that lie in the area with all their municipalities."""
    towns = builder.scope.store.municipalities
    outside = set(towns.loc[~builder.scope.rows, column].dropna())
    return sorted(set(builder.scope.municipalities[column].dropna()) - outside)
