"""Target groups: which organisations serve them where, and where none is known."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable, table
from dashboards.texts import MISSING, number, percent
from dashboards.view import View


class GroupsView(View):
    """Where has a target group no local organisation, and where is the nearest?"""

    id = "groups"
    order = 25

    def frame(self) -> pd.DataFrame:
        """The target-group matrix of the region."""
        region = self.store.municipalities[self.store.chosen(self.state.region)]
        matrix = self.store.matrix
        return matrix[matrix["municipality_code"].isin(region["municipality_code"])]

    def panel(self) -> pn.viewable.Viewable:
        """The zeros of a target group."""
        groups = self.store.group_names(self.lang)
        return pn.Column(
            self.select("group", groups, key="choose.group"),
            self.html(self._zeros, "region", "group"),
            sizing_mode="stretch_width",
            margin=0,
        )

    def zeros(self) -> pd.DataFrame:
        """Municipalities of the region without a known local organisation for the group."""
        matrix = self.store.matrix
        region = self.store.municipalities[self.store.chosen(self.state.region)]
        rows = matrix[matrix["target_group_code"] == self.state.group].merge(
            region[["municipality_code", "population"]], on="municipality_code"
        )
        return rows[rows["local"] == 0].sort_values(
            ["population", "municipality_code"], ascending=[False, True]
        )

    def _zeros(self) -> str:
        if not self.state.group:
            return self.render("empty.html", key="empty.groups")
        names, lang = self.store.name_of(self.lang), self.lang
        group = self.store.group_names(lang)[self.state.group]
        zeros = self.zeros()
        of_age = self.store.residents_of_group(self.state.group)
        completeness = self.store.completeness
        return table(
            HtmlTable(
                id="zeros",
                caption=self.text("view.groups.zeros", group=group, n=number(len(zeros), lang)),
                columns=[
                    Column(heading=self.text("column.municipality")),
                    Column(heading=self.text("column.residents"), is_number=True),
                    Column(
                        heading=self.text("column.residents_group", year=self.store.age_year),
                        is_number=True,
                    ),
                    Column(heading=self.text("column.regional"), is_number=True),
                    Column(heading=self.text("column.nearest")),
                    Column(heading=self.text("column.nearest_km"), is_number=True),
                ],
                rows=[
                    (
                        names[row.municipality_code],
                        number(row.population, lang),
                        number(of_age.get(row.municipality_code), lang),
                        number(row.regional, lang),
                        MISSING if pd.isna(row.nearest_code) else names[row.nearest_code],
                        number(row.nearest_km, lang),
                    )
                    for row in zeros.itertuples(index=False)
                ],
                empty=self.text("view.groups.zeros_empty", group=group),
                note=self.text(
                    "view.groups.zeros_note",
                    share=percent(completeness["with_both"] / completeness["organisations"], lang),
                    n=number(completeness["organisations"], lang),
                )
                if completeness["organisations"]
                else self.text("empty.organisations"),
            )
        )
