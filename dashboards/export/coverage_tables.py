"""The tables of co-operation: municipalities, gaps, first contacts, profiles, counties, evidence.

Each fills a builder with what the page shows under the same id, from the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboards.export.choices import checked_theme, group_of
from dashboards.export.faults import ExportError
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
from dashboards.state import FIRST_CONTACTS, SHARING, WEIGHTS
from dashboards.texts import sort_key, text
from dashboards.themes import themes_of
from geo.coverage import MAX_AGE_YEARS, state_totals
from geo.gap_residents import people_in_gaps
from geo.population import REASONS
from geo.sensitivity import CHOICES, READINGS
from loaders.tables import COUNTY_ASKS, CRITERIA

MOST = int(FIRST_CONTACTS[-1])

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


def contacts_list(builder: TableBuilder) -> None:
    """The municipalities to contact first; who is to be rung only with contacts."""
    store = builder.scope.store
    chosen = contact_choices(builder)
    found = store.analysis.first_contacts(builder.choices.first, **chosen)
    rows = found.contacts
    weigh = builder.choices.weigh
    codes = rows["municipality_code"]
    builder.add("rank", WHOLE, rows["rank"])
    builder.municipality(codes)
    builder.add(
        "gain", WHOLE, rows["gain"], heading=f"contacts.column.people_{weigh}", unit="persons"
    )
    is_shared = builder.choices.sharing == "neighbours"
    builder.add(
        "own_weight",
        WHOLE,
        rows["weight"],
        heading="contacts.column.own",
        unit="persons",
        is_shown=is_shared,
    )
    names = {lang: store.name_of(lang) for lang in builder.langs}
    shared = [
        ", ".join(builder.named([one for one in said.split(",") if one], names)) or None
        for said in rows["shared_with"].fillna("").astype(str)
    ]
    builder.add(
        "shared_with", TEXT, shared, heading="contacts.column.shared_with", is_shown=is_shared
    )
    status = store.status.set_index("municipality_code")["ladder"]
    steps = [status[code] for code in codes]
    builder.coded("ladder", steps, "ladder.{}.name", heading="column.ladder")
    known = [_liaison(builder, code) for code in codes]
    builder.coded("liaison", known, "contacts.liaison.{}", heading="theme.liaison")
    _persons(builder, list(codes))
    if found.total:
        builder.remark(f"export_table.proof.{found.status}")


def contact_choices(builder: TableBuilder) -> dict[str, str]:
    """What the search is told, checked; ExportError where the area is no region."""
    choices = builder.choices
    for what, given, known in (
        ("weigh", choices.weigh, WEIGHTS),
        ("sharing", choices.sharing, SHARING),
        ("first", str(choices.first), FIRST_CONTACTS),
    ):
        if given not in known:
            raise ExportError("unknown_choice", what=what, given=given[:20], known=", ".join(known))
    group = chosen_group(builder) if choices.weigh == "group" else ""
    region = builder.scope.region
    return {"region": region, "weigh": choices.weigh, "group": group, "sharing": choices.sharing}


def chosen_group(builder: TableBuilder) -> str:
    """The target group that the table is of; ExportError where none is chosen, or it is unknown."""
    store = builder.scope.store
    group = group_of(builder.choices.group, store)
    if not group:
        codes = store["target_groups"]["target_group_code"]
        raise ExportError("needs_group", known=", ".join(codes))
    return group


def _liaison(builder: TableBuilder, code: str) -> str:
    """Whether somebody to ring is known here; never who."""
    store = builder.scope.store
    if (store.liaisons["municipality_code"] == code).any():
        return "known"
    states = store.states
    is_named = (states["municipality_code"] == code) & (states["criterion"] == "liaison")
    return "elsewhere" if (states.loc[is_named, "state"] == "yes").any() else "unknown"


def _persons(builder: TableBuilder, codes: list[str]) -> None:
    """Names and addresses of the liaisons: nothing unless the scope is with contacts."""
    liaisons = builder.scope.store.liaisons
    own = [liaisons[liaisons["municipality_code"] == code] for code in codes]
    for key, column in (("liaison_names", "person_name"), ("liaison_emails", "email")):
        said = ["; ".join(rows[column].dropna()) or None for rows in own]
        builder.add(key, TEXT, said, is_personal=True)


def contacts_curve(builder: TableBuilder) -> None:
    """How many people 1 to 15 contacts reach."""
    curve = builder.scope.store.analysis.contact_curve(MOST, **contact_choices(builder))
    weigh = builder.choices.weigh
    builder.add("contacts", WHOLE, curve["contacts"], heading="contacts.axis_contacts")
    builder.add(
        "reached", WHOLE, curve["reached"], heading=f"contacts.axis_{weigh}", unit="persons"
    )
    builder.add("reached_share", SHARE, curve["share"], heading="contacts.column.share")
    added = curve["reached"].diff().fillna(curve["reached"])
    builder.add("added", WHOLE, added, heading="contacts.column.added", unit="persons")
    builder.coded("proof", curve["status"], "contacts.proof.{}", heading="contacts.column.proof")


def sensitivity(builder: TableBuilder) -> None:
    """In how many readings each municipality is a gap, most gaps first, then most residents."""
    scope, store = builder.scope, builder.scope.store
    columns = ["municipality_code", "population", "ladder"]
    rows = pd.DataFrame(scope.municipalities[columns]).merge(
        store.analysis.gap_sensitivity, on="municipality_code"
    )
    rows = rows.sort_values(
        ["gaps", "population", "municipality_code"], ascending=[False, False, True]
    )
    codes = rows["municipality_code"]
    builder.municipality(codes)
    readings = store.analysis.gap_readings
    cells = {code: own.tolist() for code, own in readings.groupby("municipality_code")["is_gap"]}
    numbered = {
        state: [_numbers(cells[code], state) for code in codes] for state in ("gap", "unknown")
    }
    builder.add("gap_in", WHOLE, rows["gaps"], unit="of_readings")
    builder.add("gap_in_unknown", WHOLE, rows["unknown"], unit="of_readings")
    builder.add("gap_readings", TEXT, numbered["gap"])
    builder.add("gap_readings_unknown", TEXT, numbered["unknown"])
    flipping = [
        None
        if pd.isna(row["verdict"])
        else builder.said("sensitivity.flips_none")
        if pd.isna(row["flipping"])
        else ", ".join(builder.words(row["flipping"].split(","), "sensitivity.choice.{}"))
        for row in rows.to_dict("records")
    ]
    builder.add("flipping", TEXT, flipping, heading="sensitivity.column_flipping")
    most = rows[[f"flips_{choice}" for choice in CHOICES]].max(axis=1)
    builder.add("flips", WHOLE, most, unit="of_pairs")
    builder.add("residents", WHOLE, rows["population"], heading="column.residents", unit="persons")
    builder.coded("ladder", rows["ladder"], "ladder.{}.name", heading="column.ladder")
    verdicts = rows["verdict"].fillna("open")
    builder.coded("verdict", verdicts, "export_table.verdict.{}", is_shown=False)
    for choice in CHOICES:
        heading = {
            lang: text(
                "export_table.flips_heading",
                lang,
                choice=text(f"sensitivity.choice.{choice}", lang),
            )
            for lang in builder.langs
        }
        builder.add(
            f"flips_{choice}",
            WHOLE,
            rows[f"flips_{choice}"],
            heading=heading,
            meaning="flips",
            unit="of_pairs",
            is_shown=False,
        )
    for place in range(len(READINGS)):
        heading = {
            lang: text("export_table.reading_heading", lang, n=place + 1) for lang in builder.langs
        }
        builder.add(
            f"reading_{place + 1}",
            YES_NO,
            [cells[code][place] for code in codes],
            heading=heading,
            meaning="reading",
            is_shown=False,
        )
    builder.remark("export_table.remark.readings")


def _numbers(cells: Sequence[Any], wanted: str) -> str | None:
    """The numbers of the readings in a state: 1–4, 7; None for none."""
    states = ["unknown" if pd.isna(cell) else "gap" if cell else "none" for cell in cells]
    found = np.flatnonzero([state == wanted for state in states]) + 1
    runs = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
    parts = [
        str(run[0]) if len(run) == 1 else f"{run[0]}\N{EN DASH}{run[-1]}"
        for run in runs
        if len(run)
    ]
    return ", ".join(parts) or None


def readings(builder: TableBuilder) -> None:
    """Every reading with its number, its options and the gaps of the area in it."""
    scope = builder.scope
    towns = scope.municipalities[["municipality_code", "population"]]
    rows = scope.store.analysis.gap_readings.merge(pd.DataFrame(towns), on="municipality_code")
    found = []
    for options in READINGS:
        is_reading = (rows[list(CHOICES)] == list(options)).all(axis=1)
        own = rows.loc[is_reading & rows["is_gap"].fillna(False), "population"]
        found.append((len(own), own.sum(skipna=False)))
    builder.add(
        "reading_number", WHOLE, range(1, len(READINGS) + 1), heading="sensitivity.column_number"
    )
    for place, choice in enumerate(CHOICES):
        heading = {
            lang: text(f"sensitivity.choice.{choice}", lang).capitalize() for lang in builder.langs
        }
        chosen = [reading[place] for reading in READINGS]
        builder.coded(
            f"choice_{choice}",
            chosen,
            "sensitivity.option.{}",
            heading=heading,
            meaning="reading_choice",
        )
    builder.add("gaps", WHOLE, [count for count, _ in found], heading="sensitivity.column_gaps")
    builder.add(
        "residents_in_gaps",
        WHOLE,
        [people for _, people in found],
        heading="column.residents",
        unit="persons",
    )


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
