"""The profile card of one municipality: criteria with their evidence, contacts, organisations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.group_links import organisations_link
from dashboards.inks import INKS
from dashboards.markup import records, render
from dashboards.parts.similar import similar_to
from dashboards.phrases import basis_text, group_ages, residents_text, sensitivity_badge
from dashboards.state import State
from dashboards.store import Store
from dashboards.texts import number, sort_key


def profile_html(store: Store, state: State) -> str:
    """The card of the chosen municipality, or a sentence on how to choose one."""
    code = state.municipality
    lang = str(state.lang)
    if not code:
        return render("choose.html", lang)
    overview = store.overview
    [row] = records(overview[overview["municipality_code"] == code].drop(columns="geometry"))
    states = store.states[store.states["municipality_code"] == code]
    evidence = store.evidence[store.evidence["municipality_code"] == code]
    liaisons = store.liaisons[store.liaisons["municipality_code"] == code]
    boards = store.boards[store.boards["municipality_code"] == code]
    return render(
        "profile.html",
        lang,
        name=store.name_of(lang)[code],
        region=store.area_name("region", row["region_code"], lang),
        county=store.area_name("wellbeing_county", row["wellbeing_county_code"], lang),
        row=row,
        inks=INKS,
        criteria=[
            item | {"findings": _findings(evidence[evidence["criterion"] == item["criterion"]])}
            for item in records(states)
        ],
        liaisons=records(liaisons),
        organisations=_organisations(store, code),
        boards=[
            board | {"address": state.query(view="representation", board=board["board_id"])}
            for board in records(boards)
        ],
        sensitivity=sensitivity_badge(store, code, lang),
        nearest=_nearest(store, code, lang),
        by_group=_by_group(store, state, code),
        reach=store.reach,
        of_age=_of_age(store, code, lang),
        indicators=_indicators(store, code, lang),
        similar=similar_to(store, state, code),
        take=state.query(view="files", file="atlas", area=f"municipality-{code}"),
    )


def _findings(evidence: pd.DataFrame) -> list[dict[str, Any]]:
    newest_first = evidence.sort_values("year", ascending=False, na_position="last", kind="stable")
    return records(newest_first)


def _organisations(store: Store, code: str) -> list[dict[str, Any]]:
    """Organisations with a seat or stated work here, by name; wider reach is only counted."""
    places, organisations = store["organisation_areas"], store["organisations"]
    # Looked up, not searched for: a whole country's register has a hundred thousand rows.
    rows_of = store.once("rows by area", lambda: places.groupby("area_code").indices)
    row_of = store.once("rows by organisation", lambda: pd.Index(organisations["organisation_id"]))
    here = places.iloc[rows_of.get(code, [])]
    here = here[here["relation"].isin(["domiciled", "stated"])]
    domiciled = set(here.loc[here["relation"] == "domiciled", "organisation_id"])
    rows = row_of.get_indexer(here["organisation_id"].unique())
    own = organisations.iloc[sorted(rows[rows >= 0])]
    own = own.sort_values("name", key=lambda column: column.map(sort_key), kind="stable")
    return [
        record | {"is_domiciled": record["organisation_id"] in domiciled} for record in records(own)
    ]


def _nearest(store: Store, code: str, lang: str) -> list[dict[str, Any]]:
    """Target groups that no known organisation serves here, each with the nearest that has one."""
    matrix = store.matrix
    zeros = matrix[(matrix["municipality_code"] == code) & (matrix["local"] == 0)]
    groups, names = store.group_names(lang), store.name_of(lang)
    return [
        {
            "group": groups[record["target_group_code"]],
            "nearest": names.get(record["nearest_code"] or "", ""),
            "km": record["nearest_km"],
        }
        for record in records(zeros)
    ]


def _by_group(store: Store, state: State, code: str) -> list[dict[str, Any]]:
    """Target groups that an organisation serves here, with their number and a link to them."""
    matrix, lang = store.matrix, str(state.lang)
    groups = store.group_names(lang)
    own = matrix[(matrix["municipality_code"] == code) & (matrix["local"] > 0).fillna(False)]
    found = []
    for group, count in zip(own["target_group_code"], own["local"], strict=True):
        local = number(count, lang)
        address, leads = organisations_link(store, state, code, group, local)
        found.append({"group": groups[group], "local": local, "address": address, "leads": leads})
    return found


def _of_age(store: Store, code: str, lang: str) -> dict[str, Any]:
    """Residents of the target groups' ages, and how they were come by; only groups with ages."""
    groups = store["target_groups"].dropna(subset=["age_from", "age_to"], how="all")
    residents, names = store.analysis.group_residents, store.group_names(lang)
    here = residents[
        (residents["municipality_code"] == code)
        & residents["target_group_code"].isin(groups["target_group_code"])
    ]
    ages = group_ages(store, lang)
    rows = [
        {
            "group": names[row["target_group_code"]],
            "ages": ages[row["target_group_code"]],
            "residents": residents_text(row["residents"], row["basis"], lang),
            "share": row["share"],
        }
        for row in records(here)
    ]
    return {"rows": rows, "basis": basis_text(here, lang)}


def _indicators(store: Store, code: str, lang: str) -> list[dict[str, Any]]:
    """Each indicator with its newest value here; none where the source has none, never a nought."""
    values = store["indicator_values"]
    here = values[values["municipality_code"] == code].sort_values("year")
    newest = {record["indicator_id"]: record for record in records(here)}
    return [
        {
            "name": record[f"name_{lang}"] or record["name_fi"],
            "decimals": record["decimals"] or 0,
            "last_year": record["last_year"],
            "value": newest.get(record["indicator_id"], {}).get("value"),
            "year": newest.get(record["indicator_id"], {}).get("year"),
        }
        for record in records(store["indicators"])
    ]
