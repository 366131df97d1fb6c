"""The zeros of each target group in municipalities and in people, a row a group."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.markup import Column, HtmlTable, link, table
from dashboards.parts.group_matrix import counted_text
from dashboards.parts.people import residents_text
from dashboards.texts import number, percent
from dashboards.view import View
from geo.service_gaps import group_gaps


def region_gaps(view: View) -> pd.DataFrame:
    """The figures of every target group in the chosen region, worked out once a process."""
    store, region = view.store, view.state.region

    def work_out() -> pd.DataFrame:
        towns = store.municipalities[store.chosen(region)]
        return group_gaps(store.matrix, towns, group_residents=store.analysis.group_residents)

    return store.once(f"group_gaps {region}", work_out)


def group_gaps_table(view: View) -> str:
    """Each group with its zeros; the group's name chooses it."""
    lang, names, state = view.lang, view.store.group_names(view.lang), view.state
    gaps = region_gaps(view)
    heads = [
        *(f"group_gaps.{head}" for head in ("zeros", "residents", "share", "aged")),
        *("column.regional", "group_gaps.unreached", "group_gaps.farthest"),
    ]
    everyone = view.store.municipalities.loc[
        view.store.chosen(view.state.region), "population"
    ].sum(skipna=False)
    whole = everyone if pd.notna(everyone) and everyone else pd.NA
    return table(
        HtmlTable(
            id="group-gaps",
            caption=counted_text(view, "gaps_caption"),
            columns=[
                Column(heading=view.text("column.target_group")),
                *(Column(heading=view.text(head), is_number=True) for head in heads),
            ],
            rows=[
                (
                    link(
                        f"{state.query(group=row.target_group_code)}#zeros",
                        names[row.target_group_code],
                    ),
                    f"{number(row.zeros, lang)}/{number(row.municipalities, lang)}",
                    number(row.residents, lang),
                    percent(row.residents / whole, lang),
                    residents_text(row.aged, row.aged_basis, lang),
                    _least_to_most(row.regional_least, row.regional_most, lang),
                    number(row.unreached, lang),
                    number(row.farthest_km, lang),
                )
                for row in gaps.itertuples(index=False)
            ],
            empty=view.text("empty.groups"),
            note=view.text("group_gaps.note"),
        )
    )


def _least_to_most(least: Any, most: Any, lang: str) -> str:
    first, last = number(least, lang), number(most, lang)
    return first if first == last else f"{first}\N{EN DASH}{last}"
