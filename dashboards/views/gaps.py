"""Coverage gaps: municipalities below a model, in places and in people, and the counties."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from dashboards import plots
from dashboards.markup import Column, HtmlTable, link, records, table
from dashboards.plots import INKS
from dashboards.texts import MISSING, number, sort_key, tick_script
from dashboards.view import View, two_columns
from geo.coverage import LADDER, MAX_AGE_YEARS, gap_totals, state_totals


class GapsView(View):
    """Which municipalities first, and how many people live in them?"""

    id = "gaps"
    order = 20

    def frame(self) -> pd.DataFrame:
        """The gaps of the region, the one with most residents first."""
        overview = self.store.overview.loc[self.store.chosen(self.state.region)]
        return overview[overview["is_gap"]].sort_values(
            ["population", "municipality_code"], ascending=[False, True]
        )

    def panel(self) -> pn.viewable.Viewable:
        """Sums and a picture, the gaps by people, the counties."""
        self._chart = pn.pane.HoloViews(self._bars(), sizing_mode="stretch_width", margin=0)
        self.on_change(lambda: setattr(self._chart, "object", self._bars()), "region")
        return pn.Column(
            two_columns(
                [self.html(self._summary, "region")],
                [self._chart],
            ),
            self.html(lambda: self._table("known_step"), "region"),
            self.html(lambda: self._table("no_information"), "region"),
            self.html(self._counties, "region"),
            sizing_mode="stretch_width",
            margin=0,
        )

    def totals(self) -> pd.DataFrame:
        """The gaps of the region in municipalities, residents and residents of 65 and over."""
        chosen = self.store.overview.loc[self.store.chosen(self.state.region)]
        return gap_totals(chosen, chosen["population"], aged=chosen["residents_65"])

    def _summary(self) -> str:
        totals = self.totals().set_index("part")
        chosen = self.store.overview.loc[self.store.chosen(self.state.region)]
        return self.render(
            "gaps_summary.html",
            totals=totals.to_dict("index"),
            year=chosen["population_year"].max(),
            year_65=chosen["residents_65_year"].max(),
            stale=int((chosen["is_gap"] & chosen["is_stale"].fillna(False)).sum()),
        )

    def _bars(self) -> object:
        chosen = self.store.overview.loc[self.store.chosen(self.state.region)]
        steps = state_totals(chosen["ladder"], chosen["population"], order=LADDER)
        steps["name"] = [self.text(f"ladder.{step}.name") for step in steps["state"]]
        return plots.lying_bars(
            steps,
            name="name",
            columns={"residents": [INKS[step].fill for step in LADDER]},
            axis_label=self.text("column.residents"),
            tick_script=tick_script(self.lang),
        )

    def _table(self, kind: str) -> str:
        """The gaps of one kind: those without information never stand among the others."""
        gaps = self.frame()
        gaps = gaps[gaps["gap_kind"] == kind]
        names, lang = self.store.name_of(self.lang), self.lang
        yes, no = self.text("word.yes"), self.text("word.no")
        return table(
            HtmlTable(
                id=f"gaps-{kind}",
                caption=self.text(f"view.gaps.table_{kind}", n=number(len(gaps), lang)),
                columns=[
                    Column(heading=self.text("column.municipality")),
                    Column(heading=self.text("column.residents"), is_number=True),
                    Column(
                        heading=self.text("column.residents_65", year=self.store.age_year),
                        is_number=True,
                    ),
                    Column(heading=self.text("column.ladder")),
                    Column(heading=self.text("column.newest_year"), is_number=True),
                    Column(heading=self.text("column.is_stale")),
                    Column(heading=self.text("column.local"), is_number=True),
                ],
                rows=[
                    (
                        link(
                            self.state.query(view="map", municipality=row.municipality_code),
                            names[row.municipality_code],
                        ),
                        number(row.population, lang),
                        number(row.residents_65, lang),
                        self.text(f"ladder.{row.ladder}.name"),
                        MISSING if pd.isna(row.newest_year) else str(row.newest_year),
                        MISSING if pd.isna(row.is_stale) else (yes if row.is_stale else no),
                        number(row.local, lang),
                    )
                    for row in gaps.itertuples(index=False)
                ],
                empty=self.text(f"view.gaps.empty_{kind}"),
                note=self.text("view.gaps.note", years=str(MAX_AGE_YEARS)),
            )
        )

    def _counties(self) -> str:
        towns = self.store.municipalities[self.store.chosen(self.state.region)]
        codes = sorted(
            towns["wellbeing_county_code"].unique(),
            key=lambda code: sort_key(self.store.area_name("wellbeing_county", code, self.lang)),
        )
        states = self.store.county_states.to_dict("records")
        evidence = self.store["county_evidence"].sort_values("year", ascending=False)
        rows: dict[str, list[dict[str, Any]]] = {}
        for state in states:
            if state["wellbeing_county_code"] in codes:
                own = (evidence["wellbeing_county_code"] == state["wellbeing_county_code"]) & (
                    evidence["criterion"] == state["criterion"]
                )
                cell = state | {"findings": records(evidence[own])}
                rows.setdefault(state["criterion"], []).append(cell)
        regional = self.store["evidence"]
        regional = regional[regional["region_code"].isin(towns["region_code"])]
        return self.render(
            "gaps_counties.html",
            counties=[self.store.area_name("wellbeing_county", code, self.lang) for code in codes],
            rows={
                criterion: sorted(
                    cells, key=lambda cell: codes.index(cell["wellbeing_county_code"])
                )
                for criterion, cells in rows.items()
            },
            regional=[
                row | {"region": self.store.area_name("region", row["region_code"], self.lang)}
                for row in records(regional)
            ],
            inks=INKS,
        )
