"""The profile matrix: municipalities by the eight criteria, each cell in one of five states."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from dashboards.inks import INKS
from dashboards.markup import records
from dashboards.state import SORTS
from dashboards.texts import MISSING, number, percent, sort_key
from dashboards.view import View
from geo.coverage import MAX_AGE_YEARS, STATES
from geo.profiles import KNOWN_STATES, criterion_totals

ORDERS = {
    "residents": {"population": False},
    "unknown": {"unknown": False, "population": False},
    "name": {},
}
"""Choice of an order to the columns sorted by, and whether the smallest comes first."""


def profile_matrix_part(view: View) -> pn.viewable.Viewable:
    """A heading, the choice of an order, and the matrix with its key."""
    sorts = {sort: view.text(f"profile_matrix.sort_by.{sort}") for sort in SORTS}
    head = {"title": "profile_matrix.title", "lead": "profile_matrix.lead"}
    return pn.Column(
        view.html(lambda: view.render("section_head.html", **head)),
        view.select("sort", sorts, key="profile_matrix.sort"),
        view.html(lambda: _matrix(view), "region", "sort"),
        sizing_mode="stretch_width",
        margin=0,
    )


def matrix_rows(view: View) -> pd.DataFrame:
    """The profile matrix of the region with residents and names, in the chosen order."""
    store = view.store
    towns = store.municipalities.loc[
        store.chosen(view.state.region), ["municipality_code", "population"]
    ]
    rows = pd.DataFrame(towns).merge(store.analysis.profile_matrix, on="municipality_code")
    rows["name"] = rows["municipality_code"].map(store.name_of(view.lang))
    rows["sorted_name"] = rows["name"].map(sort_key)
    order = ORDERS[view.state.sort] | {"sorted_name": True, "municipality_code": True}
    rows = rows.sort_values(list(order), ascending=list(order.values()))
    return rows.drop(columns="sorted_name")


def _matrix(view: View) -> str:
    lang = view.lang
    rows = matrix_rows(view)
    states = view.store.states
    states = states[states["municipality_code"].isin(rows["municipality_code"])]
    cells: dict[str, list[dict[str, str]]] = {}
    for item in records(states):
        cells.setdefault(item["municipality_code"], []).append(_cell(view, item))
    totals = criterion_totals(states)
    return view.render(
        "profile_matrix.html",
        rows=[
            row
            | {
                "cells": cells[row["municipality_code"]],
                "address": view.state.query(view="map", municipality=row["municipality_code"]),
                "years": _years(row["oldest_year"], row["newest_year"]),
            }
            for row in records(rows)
        ],
        totals=[
            total | {"said": _completeness(view, total["known"], total["in_scope"])}
            for total in records(totals)
        ],
        known=_completeness(view, totals["known"].sum(), totals["in_scope"].sum()),
        counts=[{"state": state, "cells": int(totals[state].sum())} for state in STATES],
        inks=INKS,
        years=number(MAX_AGE_YEARS, lang),
    )


def _cell(view: View, item: dict[str, Any]) -> dict[str, str]:
    """What a cell shows in short, and all of it in words."""
    is_answer = item["state"] in KNOWN_STATES
    year = str(item["year"] or "")
    words = [view.text(f"state.{item['state']}.name")]
    marks = year or ("?" if is_answer else "")
    if year or is_answer:
        words.append(year or view.text("profile_matrix.undated"))
    for name, mark in (("stale", "*"), ("disputed", "\N{NOT EQUAL TO}")):
        if item[f"is_{name}"]:
            words.append(view.text(f"flag.{name}"))
            marks += mark
    return {"state": item["state"], "shown": marks, "said": ", ".join(words)}


def _completeness(view: View, known: int, in_scope: int) -> str:
    lang = view.lang
    return view.text(
        "profile_matrix.completeness",
        known=number(known, lang),
        in_scope=number(in_scope, lang),
        share=percent(known / in_scope if in_scope else None, lang),
    )


def _years(oldest: int | None, newest: int | None) -> str:
    if oldest is None or newest is None:
        return MISSING
    return str(oldest) if oldest == newest else f"{oldest}–{newest}"
