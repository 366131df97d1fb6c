"""Who lives in the gaps, by target group, and how residents of an age are written everywhere."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.phrases import basis_text, group_ages, residents_text
from dashboards.texts import number, percent, text
from dashboards.view import View
from geo.coverage import GAP_KINDS
from geo.gap_residents import people_in_gaps
from geo.population import REASONS


def people_part(view: View) -> pn.viewable.Viewable:
    """A heading, the target groups with a number, and the groups without one, with the reason."""
    return view.html(lambda: _people(view), "region", "group")


def _people(view: View) -> str:
    store, lang = view.store, view.lang
    towns = store.municipalities[store.chosen(view.state.region)]
    status = store.status[store.status["municipality_code"].isin(towns["municipality_code"])]
    people = people_in_gaps(status, store.analysis.group_residents)
    if view.state.group:
        people = people[people["target_group_code"] == view.state.group]
    is_known = people["all_residents"].notna()
    names = store.group_names(lang)
    unknown: dict[str, list[str]] = {}
    for row in people[~is_known].to_dict("records"):
        unknown.setdefault(_reasons(row, lang), []).append(names[row["target_group_code"]])
    return view.render(
        "people_in_gaps.html",
        table=_table(view, people[is_known], status),
        unknown=unknown,
    )


def _table(view: View, people: pd.DataFrame, status: pd.DataFrame) -> HtmlTable:
    lang = view.lang
    names, ages = view.store.group_names(lang), group_ages(view.store, lang)
    residents = view.store.analysis.group_residents
    used = residents[
        residents["municipality_code"].isin(status["municipality_code"])
        & residents["residents"].notna()
    ]
    rows = []
    for row in people.to_dict("records"):
        code, basis = row["target_group_code"], "estimated" if row["estimated"] else "counted"
        rows.append(
            (
                names[code],
                ages[code],
                residents_text(row["residents"], basis, lang),
                *(residents_text(row[f"residents_{kind}"], basis, lang) for kind in GAP_KINDS),
                residents_text(row["all_residents"], basis, lang),
                percent(row["share"], lang),
                view.text("people.left_out", n=row["left_out"], reasons=_reasons(row, lang))
                if row["left_out"]
                else number(0, lang),
            )
        )
    return HtmlTable(
        id="people-in-gaps",
        caption=view.text("people.caption"),
        columns=[
            Column(heading=view.text("column.target_group")),
            Column(heading=view.text("people.column.ages")),
            Column(heading=view.text("people.column.residents"), is_number=True),
            *(
                Column(heading=view.text(f"people.column.{kind}"), is_number=True)
                for kind in GAP_KINDS
            ),
            Column(heading=view.text("people.column.all_residents"), is_number=True),
            Column(heading=view.text("people.column.share"), is_number=True),
            Column(heading=view.text("people.column.left_out")),
        ],
        rows=rows,
        empty=view.text("people.empty"),
        note=view.text("people.note", basis=basis_text(used, lang)),
    )


def _reasons(row: dict[Any, Any], lang: str) -> str:
    return ", ".join(text(f"people.reason.{reason}", lang) for reason in REASONS if row[reason])
