"""The tables of coverage: municipalities, areas, the legend of the map, gaps and who lives in them.

Each fills a builder with what the page shows under the same id, from the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboards.export.choices import checked_theme
from dashboards.export.scope import joined
from dashboards.export.table_content import (
    CODE,
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    YEAR,
    YES_NO,
    TableBuilder,
)
from dashboards.phrases import group_ages
from dashboards.texts import text
from dashboards.themes import themes_of
from geo.coverage import MAX_AGE_YEARS, state_totals
from geo.gap_residents import people_in_gaps
from geo.population import REASONS

OVERVIEW: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("residents", WHOLE, {"of": "population", "heading": "column.residents", "unit": "persons"}),
    ("population_year", YEAR, {}),
    ("residents_65", WHOLE, {"heading": "column.residents_65", "unit": "persons"}),
    ("residents_65_basis", TEXT, {"stem": "export_table.basis.{}"}),
    ("ladder", TEXT, {"heading": "column.ladder", "stem": "ladder.{}.name"}),
    ("is_gap", YES_NO, {}),
    ("gap_kind", TEXT, {"stem": "export_table.gap_kind.{}"}),
    ("newest_year", YEAR, {"heading": "column.newest_year"}),
    ("oldest_year", YEAR, {}),
    ("is_stale", YES_NO, {"heading": "column.is_stale"}),
    ("local", WHOLE, {"heading": "column.local"}),
    ("local_per_10k", NUMBER, {"heading": "column.local_per_10k"}),
    ("domiciled", WHOLE, {}),
    ("stated", WHOLE, {}),
    ("regional", WHOLE, {}),
    ("known_criteria", WHOLE, {"heading": "column.known_criteria", "unit": "of_criteria"}),
    ("disputed_criteria", WHOLE, {}),
    ("findings", WHOLE, {}),
    ("has_other_evidence", YES_NO, {}),
    ("languages", CODE, {}),
    ("subregion_fi", TEXT, {}),
    ("urban_rural_fi", TEXT, {}),
    ("land_km2", NUMBER, {"unit": "km2"}),
    ("freshwater_km2", NUMBER, {"unit": "km2"}),
    ("sea_km2", NUMBER, {"unit": "km2"}),
)
"""What is known of a municipality: the column's key and kind, and how it is filled and called."""


def overview_columns(builder: TableBuilder, towns: pd.DataFrame, *, shown: Sequence[str]) -> None:
    """Put all that is known of municipalities into a table: what is shown first, in its order."""
    specs = {key: (kind, options) for key, kind, options in OVERVIEW}
    for key in (*shown, *(key for key in specs if key not in shown)):
        if key not in specs:
            continue
        kind, given = specs[key]
        options = dict(given)
        values, stem = towns[options.pop("of", key)], options.pop("stem", None)
        if stem:
            builder.coded(key, values, stem, is_shown=key in shown, **options)
        else:
            builder.add(key, kind, values, is_shown=key in shown, **options)
    builder.area("region", "region", towns["region_code"], is_shown=False)
    builder.area("county", "wellbeing_county", towns["wellbeing_county_code"], is_shown=False)


def areas(builder: TableBuilder) -> None:
    """All of the area and each of its regions: municipalities, gaps and the people in them."""
    scope, store = builder.scope, builder.scope.store
    towns = scope.municipalities
    codes = sorted(set(towns["region_code"]))
    parts = {"": towns} | {code: towns[towns["region_code"] == code] for code in codes}
    names = {
        lang: {
            "": scope.name(lang),
            **{code: store.area_name("region", code, lang) for code in codes},
        }
        for lang in builder.langs
    }
    builder.add("area", TEXT, builder.named(parts, names), heading="column.area")
    builder.add("region_code", CODE, [code or None for code in parts], is_shown=False)
    in_gaps = [part.loc[part["is_gap"], "population"].sum(skipna=False) for part in parts.values()]
    people = [part["population"].sum(skipna=False) for part in parts.values()]
    silent = [int((part["gap_kind"] == "no_information").sum()) for part in parts.values()]
    shares = [
        own / all_ if pd.notna(all_) and all_ and pd.notna(own) else None
        for own, all_ in zip(in_gaps, people, strict=True)
    ]
    sizes = [len(part) for part in parts.values()]
    gaps_ = [int(part["is_gap"].sum()) for part in parts.values()]
    builder.add("municipalities", WHOLE, sizes, heading="column.municipalities")
    builder.add("gaps", WHOLE, gaps_, heading="column.gaps")
    builder.add("gaps_no_information", WHOLE, silent, heading="column.no_information")
    builder.add("residents", WHOLE, people, heading="column.residents", unit="persons")
    builder.add("residents_in_gaps", WHOLE, in_gaps, heading="column.in_gaps", unit="persons")
    builder.add("share_in_gaps", SHARE, shares, heading="column.gap_share")


def municipalities(builder: TableBuilder) -> None:
    """The municipalities by name, with the class that the theme lays them in."""
    scope, choices = builder.scope, builder.choices
    checked_theme(scope.store, choices.theme)
    own = {lang: themes_of(scope.store, lang)[choices.theme] for lang in builder.langs}
    theme = own[scope.lang]
    overview = scope.store.overview
    towns = overview.assign(
        state=pd.Series(theme.classes, index=overview.index, dtype="string"),
        value=pd.NA if theme.values is None else theme.values.to_numpy(),
    )[scope.rows]
    towns = towns.set_index("municipality_code", drop=False).loc[scope.by_name(scope.lang)]
    labels = {lang: own[lang].label for lang in builder.langs}
    builder.title("export_table.municipalities_title", theme=labels)
    builder.municipality(towns["municipality_code"])
    names = {lang: own[lang].names for lang in builder.langs}
    builder.add("state", TEXT, builder.named(towns["state"], names), heading=labels)
    builder.code(towns["state"])
    if theme.values is not None:
        units = {
            lang: text(
                "export_table.value_heading", lang, theme=own[lang].label, unit=own[lang].unit
            )
            for lang in builder.langs
        }
        kind = NUMBER if theme.decimals else WHOLE
        builder.add("value", kind, towns["value"], heading=units, decimals=theme.decimals)
    shown = ("residents", "local", "local_per_10k", "known_criteria")
    overview_columns(builder, towns, shown=shown)
    builder.remark("export_table.remark.zero")


def legend(builder: TableBuilder) -> None:
    """Every class of the theme with its municipalities and people, also of those without any."""
    scope, choices = builder.scope, builder.choices
    checked_theme(scope.store, choices.theme)
    own = {lang: themes_of(scope.store, lang)[choices.theme] for lang in builder.langs}
    theme = own[scope.lang]
    classes = pd.Series(theme.classes, index=scope.store.overview.index, dtype="string")
    totals = state_totals(
        classes[scope.rows], scope.municipalities["population"], order=tuple(theme.inks)
    )
    builder.title(
        "export_table.legend_title", theme={lang: own[lang].label for lang in builder.langs}
    )
    names = {lang: own[lang].names for lang in builder.langs}
    builder.add("state", TEXT, builder.named(totals["state"], names), heading="column.state")
    builder.code(totals["state"])
    builder.add("municipalities", WHOLE, totals["municipalities"], heading="column.municipalities")
    builder.add("residents", WHOLE, totals["residents"], heading="column.residents", unit="persons")
    builder.add("resident_share", SHARE, totals["resident_share"], heading="column.resident_share")
    meanings = [
        joined([own[lang].meanings.get(state, "") for lang in builder.langs]) or None
        for state in totals["state"]
    ]
    builder.add("state_meaning", TEXT, meanings)


def gaps(builder: TableBuilder, *, kind: str = "") -> None:
    """The gaps of the area, or those of one kind, the one with most residents first."""
    towns = builder.scope.municipalities
    towns = towns[towns["is_gap"]].sort_values(
        ["population", "municipality_code"], ascending=[False, True]
    )
    if kind:
        towns = towns[towns["gap_kind"] == kind]
    builder.municipality(towns["municipality_code"])
    shown = (
        *("residents", "residents_65", "residents_65_basis", "ladder"),
        *("newest_year", "is_stale", "local"),
    )
    overview_columns(builder, towns, shown=(*shown, *(() if kind else ("gap_kind",))))
    builder.remark("export_table.remark.stale", years=str(MAX_AGE_YEARS))


def people(builder: TableBuilder) -> None:
    """Residents of the target groups' ages in gaps, the groups without a number among them."""
    scope, store = builder.scope, builder.scope.store
    status = store.status[store.status["municipality_code"].isin(scope.codes)]
    rows = people_in_gaps(status, store.analysis.group_residents)
    builder.group(rows["target_group_code"])
    ages = {lang: group_ages(builder.scope.store, lang) for lang in builder.langs}
    codes = rows["target_group_code"]
    builder.add(
        "ages",
        TEXT,
        [joined([ages[lang].get(code, "") for lang in builder.langs]) or None for code in codes],
        heading="people.column.ages",
    )
    persons: dict[str, Any] = {"unit": "persons"}
    builder.add(
        "residents_in_gaps", WHOLE, rows["residents"], heading="people.column.residents", **persons
    )
    for kind in ("known_step", "no_information"):
        builder.add(
            f"residents_{kind}",
            WHOLE,
            rows[f"residents_{kind}"],
            heading=f"people.column.{kind}",
            **persons,
        )
    builder.add(
        "all_residents",
        WHOLE,
        rows["all_residents"],
        heading="people.column.all_residents",
        **persons,
    )
    builder.add("share_in_gaps", SHARE, rows["share"], heading="people.column.share")
    basis = pd.Series("counted", rows.index, dtype="string").mask(
        rows["estimated"] > 0, "estimated"
    )
    builder.coded("residents_basis", basis.mask(rows["residents"].isna()), "export_table.basis.{}")
    builder.add("left_out", WHOLE, rows["left_out"], heading="people.column.left_out")
    why = [
        ", ".join(builder.words([reason for reason in REASONS if row[reason]], "people.reason.{}"))
        or None
        for row in rows.to_dict("records")
    ]
    builder.add("left_out_reason", TEXT, why)
    builder.add("counted", WHOLE, rows["counted"], is_shown=False)
    builder.add("estimated", WHOLE, rows["estimated"], is_shown=False)
    builder.add("ages_year", YEAR, rows["newest_ages_year"], is_shown=False)
    builder.add("population_year", YEAR, rows["newest_population_year"], is_shown=False)
    builder.remark("export_table.remark.of_age")
