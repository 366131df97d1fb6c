"""The profile card of one municipality: criteria with their evidence, contacts, organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dashboards.group_links import organisations_link
from dashboards.inks import INKS
from dashboards.markup import records, render
from dashboards.parts.similar import similar_to
from dashboards.phrases import basis_text, group_ages, residents_text, sensitivity_badge
from dashboards.state import State
from dashboards.store import FILTERS, Store
from dashboards.texts import number, sort_key

MOST_LISTED = 60
"""Organisations on the card; the list of all is a view of its own."""


def profile_html(store: Store, state: State) -> str:
    """The card of the chosen municipality, or a sentence on how to choose one."""
    code = state.municipality
    lang = str(state.lang)
    if not code:
        return render("choose.html", lang)
    [row] = _here(store, code, "overview", lambda: _without_outlines(store), *FILTERS)
    evidence = _here(store, code, "evidence", lambda: _newest_first(store.evidence), "evidence")
    number_of, organisations = _organisations(store, code)
    return render(
        "profile.html",
        lang,
        name=store.name_of(lang)[code],
        region=store.area_name("region", row["region_code"], lang),
        county=store.area_name("wellbeing_county", row["wellbeing_county_code"], lang),
        row=row,
        inks=INKS,
        criteria=[
            item | {"findings": [one for one in evidence if one["criterion"] == item["criterion"]]}
            for item in _here(store, code, "states", lambda: store.states, "evidence")
        ],
        liaisons=_here(store, code, "liaisons", lambda: store.liaisons),
        organisations=organisations,
        number_of_organisations=number_of,
        all_organisations=state.query(view="organisations", municipality=code),
        boards=[
            board | {"address": state.query(view="representation", board=board["board_id"])}
            for board in _here(store, code, "boards", lambda: store.boards)
        ],
        sensitivity=sensitivity_badge(store, code, lang),
        nearest=_nearest(store, code, lang),
        by_group=_by_group(store, state, code),
        reach=store.reach,
        group=store.group_names(lang).get(store.group, ""),
        of_age=_of_age(store, code, lang),
        indicators=_indicators(store, code, lang),
        similar=similar_to(store, state, code),
        take=state.query(view="files", file="atlas", area=f"municipality-{code}"),
    )


def _here(
    store: Store, code: str, name: str, frame: Callable[[], pd.DataFrame], *follows: str
) -> list[dict[str, Any]]:
    """The rows of a frame in one municipality: those of all are made at once, for the next card.

    ``follows`` names the filters that the frame depends on.
    """

    def by_municipality() -> Mapping[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in records(frame()):
            found[record["municipality_code"]].append(record)
        return dict(found)

    return store.once(f"profile {name}", by_municipality, follows=follows).get(code, [])


def _without_outlines(store: Store) -> pd.DataFrame:
    return pd.DataFrame(store.overview.drop(columns="geometry"))


def _newest_first(evidence: pd.DataFrame) -> pd.DataFrame:
    return evidence.sort_values("year", ascending=False, na_position="last", kind="stable")


def _organisations(store: Store, code: str) -> tuple[int, list[dict[str, Any]]]:
    """How many have a seat or stated work here, and the first by name; wider reach is counted."""
    places, organisations = store.counted_areas, store["organisations"]
    # Looked up, not searched for: a whole country's register has a hundred thousand rows.
    rows_of = store.once("rows by area", lambda: places.groupby("area_code").indices)
    row_of = store.once("rows by organisation", lambda: pd.Index(organisations["organisation_id"]))
    here = places.iloc[rows_of.get(code, [])]
    here = here[here["relation"].isin(["domiciled", "stated"])]
    domiciled = set(here.loc[here["relation"] == "domiciled", "organisation_id"])
    rows = row_of.get_indexer(here["organisation_id"].unique())
    rows = sorted(rows[rows >= 0])
    names = organisations["name"].iloc[rows].map(sort_key).tolist()
    first = [row for _, row in sorted(zip(names, rows, strict=True))[:MOST_LISTED]]
    shown = organisations[["organisation_id", "name", "source_url", "source_year"]].iloc[first]
    return len(rows), [
        record | {"is_domiciled": record["organisation_id"] in domiciled}
        for record in records(shown)
    ]


def _matrix(store: Store, code: str) -> list[dict[str, Any]]:
    """The target groups, or the one that the page is of."""
    rows = _here(store, code, "matrix", lambda: store.matrix, "reach")
    return [row for row in rows if store.group in ("", row["target_group_code"])]


def _nearest(store: Store, code: str, lang: str) -> list[dict[str, Any]]:
    """Target groups that no known organisation serves here, each with the nearest that has one."""
    groups, names = store.group_names(lang), store.name_of(lang)
    return [
        {
            "group": groups[record["target_group_code"]],
            "nearest": names.get(record["nearest_code"] or "", ""),
            "km": record["nearest_km"],
        }
        for record in _matrix(store, code)
        if record["local"] == 0
    ]


def _by_group(store: Store, state: State, code: str) -> list[dict[str, Any]]:
    """Target groups that an organisation serves here, with their number and a link to them."""
    lang = str(state.lang)
    groups = store.group_names(lang)
    found = []
    for record in _matrix(store, code):
        if not record["local"]:  # none, or not known
            continue
        group, local = record["target_group_code"], number(record["local"], lang)
        address, leads = organisations_link(store, state, code, group, local)
        found.append({"group": groups[group], "local": local, "address": address, "leads": leads})
    return found


def _of_age(store: Store, code: str, lang: str) -> dict[str, Any]:
    """Residents of the target groups' ages, and how they were come by; only groups with ages."""
    here = _ages_by_municipality(store).get(code)
    if here is None:
        return {"rows": [], "basis": ""}
    if store.group:
        here = here[here["target_group_code"] == store.group]
    names, ages = store.group_names(lang), group_ages(store, lang)
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


def _ages_by_municipality(store: Store) -> Mapping[str, pd.DataFrame]:
    """The rows of the groups that have ages, by municipality."""

    def by_municipality() -> Mapping[str, pd.DataFrame]:
        groups = store["target_groups"].dropna(subset=["age_from", "age_to"], how="all")
        residents = store.analysis.group_residents
        own = residents[residents["target_group_code"].isin(groups["target_group_code"])]
        return {str(code): rows for code, rows in own.groupby("municipality_code")}

    return store.once("profile ages", by_municipality, follows=())


def _indicators(store: Store, code: str, lang: str) -> list[dict[str, Any]]:
    """Each indicator with its newest value here; none where the source has none, never a nought."""
    values = _here(store, code, "indicators", lambda: store["indicator_values"].sort_values("year"))
    newest = {record["indicator_id"]: record for record in values}
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
