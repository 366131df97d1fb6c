"""Target groups: which organisations serve them where, and where none is known."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable, link, table
from dashboards.parts.group_gaps import group_gaps_table, region_gaps
from dashboards.parts.group_matrix import count_names, counted_text, group_matrix
from dashboards.parts.people import basis_text, group_ages, residents_text
from dashboards.texts import MISSING, number
from dashboards.view import View


class GroupsView(View):
    """Where has a target group no local organisation, and where is the nearest?"""

    id = "groups"
    order = 25
    filters = ("group", "reach")
    live = offers = ("group",)

    def frame(self) -> pd.DataFrame:
        """The target-group matrix of the region."""
        region = self.store.municipalities[self.store.chosen(self.state.region)]
        matrix = self.store.matrix
        return matrix[matrix["municipality_code"].isin(region["municipality_code"])]

    def panel(self) -> pn.viewable.Viewable:
        """All groups in a picture and in figures, then one of them."""
        if not self.group:  # a table of groups without a row
            return self.html(lambda: self.render("empty.html", key="empty.groups"))
        groups = self.store.group_names(self.lang)
        return pn.Column(
            group_matrix(self),
            self.html(lambda: group_gaps_table(self), "region"),
            self.html(lambda: self.render("group_heading.html")),
            self.select("group", groups, key="choose.group"),
            self.html(self._sentences, "region", "group"),
            self.html(self._table, "region", "group"),
            sizing_mode="stretch_width",
            margin=0,
        )

    def of_group(self) -> pd.DataFrame:
        """The municipalities of the region for the group, zeros first, the largest first."""
        towns = self.store.municipalities.loc[
            self.store.chosen(self.state.region), ["municipality_code", "population"]
        ]
        people = self.store.analysis.group_residents
        rows = self.store.matrix.merge(towns, on="municipality_code").merge(
            people[["municipality_code", "target_group_code", "residents", "basis"]],
            on=["municipality_code", "target_group_code"],
        )
        rows = rows[rows["target_group_code"] == self.group]
        return (
            rows.assign(has_one=rows["local"] > 0)
            .sort_values(
                ["has_one", "population", "municipality_code"], ascending=[True, False, True]
            )
            .drop(columns="has_one")
        )

    def _sentences(self) -> str:
        gaps = region_gaps(self)
        [row] = gaps[gaps["target_group_code"] == self.group].to_dict("records")
        known = {name: None if pd.isna(value) else value for name, value in row.items()}
        towns = self.store.municipalities[self.store.chosen(self.state.region)]
        everyone = towns["population"].sum(skipna=False)
        share = None
        if known["residents"] is not None and pd.notna(everyone) and everyone:
            share = known["residents"] / everyone
        return self.render(
            "group_sentences.html",
            reach=self.store.reach,
            group=self.store.group_names(self.lang)[self.group],
            row=known,
            share=share,
            year=self._year(),
            aged=residents_text(row["aged"], row["aged_basis"], self.lang),
            basis=self._basis(),
            ages=group_ages(self.store, self.lang).get(self.group, ""),
        )

    def _basis(self) -> str:
        """How the residents of the group's age were come by, or why they are not known."""
        towns = self.store.municipalities[self.store.chosen(self.state.region)]
        people = self.store.analysis.group_residents
        is_own = people["target_group_code"] == self.group
        is_here = people["municipality_code"].isin(towns["municipality_code"])
        return basis_text(people[is_own & is_here], self.lang)

    def _year(self) -> str:
        """The year of the population."""
        years = self.store.municipalities["population_year"].dropna()
        return str(years.max()) if len(years) else MISSING

    def _table(self) -> str:
        lang, names = self.lang, self.store.name_of(self.lang)
        rows = self.of_group()
        counts = count_names(self)
        return table(
            HtmlTable(
                id="zeros",
                caption=self.text(
                    "group_table.caption", group=self.store.group_names(lang)[self.group]
                ),
                columns=[
                    Column(heading=self.text("column.municipality")),
                    *(Column(heading=name, is_number=True) for name in counts.values()),
                    Column(heading=self.text("column.residents"), is_number=True),
                    Column(heading=self.text("column.residents_group"), is_number=True),
                    Column(heading=self.text("column.nearest")),
                    Column(heading=self.text("column.nearest_km"), is_number=True),
                ],
                rows=[
                    (
                        link(
                            self.state.query(view="map", municipality=row.municipality_code),
                            names[row.municipality_code],
                        ),
                        f"✕ {number(0, lang)}" if row.local == 0 else number(row.local, lang),
                        *(number(getattr(row, count), lang) for count in list(counts)[1:]),
                        number(row.population, lang),
                        residents_text(row.residents, row.basis, lang),
                        self._nearest(row, names),
                        "" if row.local > 0 else number(row.nearest_km, lang),
                    )
                    for row in rows.itertuples(index=False)
                ],
                empty=self.text("empty.municipalities"),
                note=" ".join([counted_text(self, "note"), *self._bases(rows)]),
            )
        )

    def _nearest(self, row: Any, names: dict[str, str]) -> str:
        if row.local > 0:
            return counted_text(self, "own")
        if pd.notna(row.nearest_code):
            return names[row.nearest_code]
        matrix = self.store.matrix
        anywhere = matrix.loc[matrix["target_group_code"] == self.group, "local"].sum()
        return MISSING if anywhere else self.text("group_table.nowhere")

    def _bases(self, rows: pd.DataFrame) -> list[str]:
        """Between what points distances are measured, a sentence for each kind there is."""
        bases = sorted(set(rows["nearest_basis"].dropna()))
        return [self.text(f"group_table.basis.{basis}") for basis in bases]
