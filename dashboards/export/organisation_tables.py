"""The tables of organisations, and those that tell where all the data comes from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.export.contact_tables import chosen_group
from dashboards.export.scope import ALL
from dashboards.export.table_content import (
    CODE,
    DATE,
    TEXT,
    WHOLE,
    YEAR,
    YES_NO,
    TableBuilder,
)
from dashboards.state import REACHES
from dashboards.texts import MissingText, sort_key
from geo.reach import RELATIONS, organisations_reaching
from loaders.tables import TABLES


def organisations_of(builder: TableBuilder) -> pd.DataFrame:
    """The organisations of the area, with what ties each to it: none for all municipalities."""
    scope, store = builder.scope, builder.scope.store
    level, _, code = scope.area.partition("-")
    if scope.area == ALL or level != "county":
        place = {level: code} if level in ("region", "municipality") else {}
        return store.organisations_of(**place)
    towns = store.municipalities[scope.rows]
    parts = [
        organisations_reaching(
            store.counted_areas,
            towns,
            region_code=region,
            with_reach=store.reach != REACHES[0],
        )
        for region in sorted(set(towns["region_code"]))
    ]
    found = pd.concat(parts, ignore_index=True)
    nearest = found["relation"].map({name: at for at, name in enumerate(RELATIONS)})
    first = found.assign(nearest=nearest).sort_values("nearest", kind="stable")
    return first.drop_duplicates("organisation_id")[["organisation_id", "relation"]]


def organisations(builder: TableBuilder) -> None:
    """The organisations of the area and, if one is chosen, of a target group, by name."""
    scope, store = builder.scope, builder.scope.store
    found = organisations_of(builder)
    served = store["organisation_target_groups"]
    if builder.choices.group:
        group = chosen_group(builder)
        own = served.loc[served["target_group_code"] == group, "organisation_id"]
        found = found[found["organisation_id"].isin(own)]
    # As lists: a column of pandas gives its values one by one ten times as slowly.
    ties = dict(zip(found["organisation_id"].tolist(), found["relation"].tolist(), strict=True))
    rows = store["organisations"]
    if len(ties) < len(rows):
        rows = rows[rows["organisation_id"].isin(list(ties))]
    names_in_order = [sort_key(name) for name in rows["name"].tolist()]
    rows = rows.iloc[sorted(range(len(rows)), key=names_in_order.__getitem__)]
    ids = rows["organisation_id"].tolist()
    builder.add("organisation", TEXT, rows["name"], heading="column.name")
    if scope.area != ALL:
        builder.coded(
            "tie",
            [ties[id] for id in ids],
            "organisation_list.relation.{}",
            heading="organisation_list.tie",
        )
    places, codes = _places(builder, set(ids))
    nowhere = builder.said("organisation_list.no_place")
    builder.add(
        "places",
        TEXT,
        [places.get(id, nowhere) for id in ids],
        heading="organisation_list.places",
    )
    builder.code([codes.get(id) for id in ids])
    names = {lang: store.group_names(lang) for lang in builder.langs}
    is_all = len(ids) == len(store["organisations"])
    known = served if is_all else served[served["organisation_id"].isin(ids)]
    said = dict(
        zip(store.group_names(scope.lang), builder.named(names[scope.lang], names), strict=True)
    )
    by_id: dict[str, list[str]] = {}
    pairs = (known[column].tolist() for column in ("organisation_id", "target_group_code"))
    for id, code in zip(*pairs, strict=True):
        by_id.setdefault(id, []).append(code)
    no_group = builder.said("organisation_list.no_group")
    spoken = {
        id: said[codes[0]] if len(codes) == 1 else ", ".join(sorted(said[code] for code in codes))
        for id, codes in by_id.items()
    }
    builder.add(
        "target_groups",
        TEXT,
        [spoken.get(id, no_group) for id in ids],
        heading="column.target_groups",
    )
    builder.code([" ".join(by_id.get(id, ())) or None for id in ids])
    _register_columns(builder, rows)
    builder.remark("export_table.remark.known_organisations")


def _register_columns(builder: TableBuilder, rows: pd.DataFrame) -> None:
    """What else is known of organisations: on their cards, and in the file with all columns."""
    hidden: dict[str, Any] = {"is_shown": False}
    builder.add("organisation_id", TEXT, rows["organisation_id"], **hidden)
    for field in ("name_sv", "business_id", "register_number"):
        kind = TEXT if field == "name_sv" else CODE
        builder.add(field, kind, rows[field], heading=f"record_field.{field}", **hidden)
    for field, stem in (("legal_form", "legal_form.{}"), ("status", "status.{}")):
        builder.coded(field, rows[field], stem, heading=f"record_field.{field}", **hidden)
    for field in ("industry_code", "purpose_class"):
        builder.add(field, CODE, rows[field], heading=f"record_field.{field}", **hidden)
    builder.add("is_umbrella", YES_NO, rows["is_umbrella"], **hidden)
    builder.add("sector", TEXT, rows["sector"], **hidden)
    builder.add("homepage", TEXT, rows["homepage"], heading="record_field.homepage", **hidden)
    builder.add("source_url", TEXT, rows["source_url"], **hidden)
    builder.add("source_year", YEAR, rows["source_year"], **hidden)
    builder.add("source_note", TEXT, rows["note"], **hidden)


def _places(builder: TableBuilder, ids: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Where each organisation is, in names and in codes: seat first, then by name, wide last."""
    store = builder.scope.store
    areas = store["organisation_areas"]
    towns = {lang: store.name_of(lang) for lang in builder.langs}
    codes = dict.fromkeys(areas["area_code"])
    regions = {
        lang: {code: store.area_name("region", code, lang) for code in codes if len(code) == 2}
        for lang in builder.langs
    }
    said = dict(zip(codes, builder.named(codes, towns), strict=True))
    wide = [code for code in codes if len(code) == 2 and code != "FI"]
    said |= dict(zip(wide, builder.named(wide, regions), strict=True))
    said["FI"] = builder.said("organisation_list.relation.national")
    ranks = {relation: rank for rank, relation in enumerate(RELATIONS)}
    order = {code: sort_key(name) for code, name in said.items()}
    found: dict[str, list[tuple[int, str, str]]] = {}
    triples = (areas[column].tolist() for column in ("organisation_id", "relation", "area_code"))
    for id, relation, code in zip(*triples, strict=True):
        if id in ids:
            found.setdefault(id, []).append((ranks[relation], order[code], code))
    names: dict[str, str] = {}
    listed: dict[str, str] = {}
    for id, places in found.items():
        if len(places) == 1:  # nearly all of a national register
            code = places[0][2]
            names[id], listed[id] = said[code], code
            continue
        own = dict.fromkeys(code for _, _, code in sorted(places))
        names[id] = ", ".join(dict.fromkeys(said[code] for code in own))
        listed[id] = " ".join(own)
    return names, listed


def sources(builder: TableBuilder) -> None:
    """Every source with its publisher, licence and dates."""
    rows = builder.scope.store["sources"]
    freshness = builder.scope.store.freshness

    def both(column: str) -> list[str | None]:
        names = {
            lang: dict(zip(rows["source_id"], rows[f"{column}_{lang}"].fillna(""), strict=True))
            for lang in builder.langs
        }
        return [said or None for said in builder.named(rows["source_id"], names)]

    builder.add("source", TEXT, both("title"), heading="column.source")
    builder.code(rows["source_id"])
    builder.add("publisher", TEXT, both("publisher"), heading="column.publisher")
    builder.add("licence", TEXT, both("licence"), heading="column.licence")
    builder.add("attribution", TEXT, both("attribution"), heading="column.attribution")
    builder.add("source_date", DATE, rows["source_date"], heading="column.source_date")
    builder.add("retrieved", DATE, rows["retrieved"], heading="column.retrieved")
    states = [freshness[source] for source in rows["source_id"]]
    builder.coded("freshness", states, "freshness.{}", heading="column.freshness")
    builder.add("caveats", TEXT, both("note"), heading="column.note")
    builder.add("source_page", TEXT, rows["page"])
    builder.add("licence_url", TEXT, rows["licence_url"])
    builder.add("fresh_years", WHOLE, rows["fresh_years"], unit="years", is_shown=False)
    builder.add("update_days", WHOLE, rows["update_days"], unit="days", is_shown=False)
    builder.remark("export_table.remark.whole")


def set_aside(builder: TableBuilder) -> None:
    """Rows of sources that went into no table, each with its reason."""
    rows = builder.scope.store["set_aside"]
    builder.add("row_text", TEXT, rows["row_text"], heading="column.row")
    builder.coded("table_name", rows["table_name"], "table.{}", heading="column.table")
    reasons = {}
    for reason in rows["reason"].dropna().unique():
        try:
            reasons[reason] = builder.said(f"reason.{reason}")
        except MissingText:  # a new source may set rows aside for a reason of its own
            reasons[reason] = reason
    builder.add("reason", TEXT, rows["reason"].map(reasons), heading="column.reason")
    builder.code(rows["reason"])
    builder.add("source_url", TEXT, rows["source_url"], is_shown=False)
    builder.remark("export_table.remark.whole")


def tables(builder: TableBuilder) -> None:
    """The tables of the model: how many rows, from where, and whether they tell of persons."""
    store = builder.scope.store
    aside = store["set_aside"]["table_name"].value_counts()
    builder.coded("table_name", list(TABLES), "table.{}", heading="column.table")
    builder.add("table_rows", WHOLE, [len(store[name]) for name in TABLES], heading="column.rows")
    builder.add(
        "rows_set_aside",
        WHOLE,
        [int(aside.get(name, 0)) for name in TABLES],
        heading="column.set_aside",
    )
    builder.add(
        "has_personal_data",
        YES_NO,
        [table.has_personal_data for table in TABLES.values()],
        heading="column.personal",
    )
    origins = [store.origins[name] for name in TABLES]
    builder.coded("read_from", origins, "origin.{}", heading="column.origin")
    builder.add("table_sources", TEXT, [", ".join(table.sources) for table in TABLES.values()])
    builder.remark("export_table.remark.whole")
