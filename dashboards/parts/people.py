"""Who lives in the gaps, by target group, and how residents of an age are written everywhere."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.store import Store
from dashboards.texts import number, percent, text
from dashboards.view import View
from geo.gap_residents import people_in_gaps
from geo.population import REASONS


def people_part(view: View) -> pn.viewable.Viewable:
    """A heading, the target groups with a number, and the groups without one, with the reason."""
    return view.html(lambda: _people(view), "region")


def residents_text(residents: Any, basis: Any, lang: str) -> str:
    """A number of residents, an estimate marked as one; a dash where it is not known."""
    written = number(residents, lang)
    is_estimate = pd.notna(residents) and pd.notna(basis) and basis == "estimated"
    return text("people.estimate", lang, n=written) if is_estimate else written


def basis_text(residents: pd.DataFrame, lang: str) -> str:
    """How residents of an age were come by, or why they are not known: all that holds of any row.

    Parameters
    ----------
    residents
        Rows of one age range or target group, as from `geo.population`.
    lang
        The language of the page.
    """
    known = residents.dropna(subset="residents")
    is_other_year = (known["ages_year"] != known["population_year"]).fillna(False)
    shares = known[is_other_year & (known["basis"] == "estimated")]
    counted = known[known["basis"] == "counted"]
    parts = []
    if len(counted):
        parts.append(text("people.basis.counted", lang, year=_years(counted["population_year"])))
    if len(shares):
        ages, year = _years(shares["ages_year"]), _years(shares["population_year"])
        parts.append(text("people.basis.shares", lang, ages=ages, year=year))
    if known["is_band_cut"].any():
        parts.append(text("people.basis.bands", lang))
    why = residents["reason"].dropna().unique()
    return "; ".join(parts + [text(f"people.reason.{reason}", lang) for reason in why])


def _years(years: pd.Series) -> str:
    first, last = years.min(), years.max()
    return str(first) if first == last else f"{first}–{last}"


def group_ages(store: Store, lang: str) -> dict[str, str]:
    """Target group code to its ages in words; everyone's too, but not those without a range."""
    ages = {}
    for group in store["target_groups"].itertuples(index=False):
        if pd.notna(group.age_to):
            first = 0 if pd.isna(group.age_from) else group.age_from
            written = text("people.ages_between", lang, first=first, last=group.age_to)
        elif pd.notna(group.age_from):
            written = text("people.ages_from", lang, first=group.age_from)
        elif group.is_general:
            written = text("people.ages_all", lang)
        else:
            continue
        ages[group.target_group_code] = written
    return ages


def _people(view: View) -> str:
    store, lang = view.store, view.lang
    towns = store.municipalities[store.chosen(view.state.region)]
    status = store.status[store.status["municipality_code"].isin(towns["municipality_code"])]
    people = people_in_gaps(status, store.analysis.group_residents)
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
                residents_text(row["all_residents"], basis, lang),
                percent(row["share"], lang),
                view.text(f"people.kind.{basis}"),
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
            Column(heading=view.text("people.column.all_residents"), is_number=True),
            Column(heading=view.text("people.column.share"), is_number=True),
            Column(heading=view.text("people.column.kind")),
            Column(heading=view.text("people.column.left_out")),
        ],
        rows=rows,
        empty=view.text("people.empty"),
        note=view.text("people.note", basis=basis_text(used, lang)),
    )


def _reasons(row: dict[Any, Any], lang: str) -> str:
    return ", ".join(text(f"people.reason.{reason}", lang) for reason in REASONS if row[reason])
