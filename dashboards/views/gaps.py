"""Coverage gaps: municipalities below a model, in places and in people."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards import plots
from dashboards.inks import INKS
from dashboards.markup import Column, HtmlTable, link, table
from dashboards.parts.first_contacts import first_contacts_part
from dashboards.parts.people import basis_text, people_part, residents_text
from dashboards.parts.profile_matrix import profile_matrix_part
from dashboards.parts.sensitivity import sensitivity_part
from dashboards.texts import MISSING, number, percent, tick_script
from dashboards.view import View, two_columns
from geo.coverage import LADDER, MAX_AGE_YEARS, gap_totals, state_totals


class GapsView(View):
    """Which municipalities first, and how many people live in them?"""

    id = "gaps"
    order = 20
    filters = ("group", "evidence", "reach")
    live = ("group",)

    def frame(self) -> pd.DataFrame:
        """The gaps of the region, the one with most residents first."""
        overview = self.store_of_group.overview.loc[self.store.chosen(self.state.region)]
        return overview[overview["is_gap"]].sort_values(
            ["population", "municipality_code"], ascending=[False, True]
        )

    def panel(self) -> pn.viewable.Viewable:
        """Sums and a picture, whom to contact first, the gaps by people, the profiles."""
        self._chart = pn.pane.HoloViews(self._bars(), sizing_mode="stretch_width", margin=0)
        self.on_change(lambda: setattr(self._chart, "object", self._bars()), "region")
        return pn.Column(
            two_columns(
                [self.html(self._summary, "region")],
                [self._chart, self.html(self._steps, "region")],
            ),
            first_contacts_part(self),
            self.html(lambda: self.render("heading.html", title="view.gaps.list_title")),
            self.html(lambda: self._table("known_step"), "region", "group"),
            self.html(lambda: self._table("no_information"), "region", "group"),
            sensitivity_part(self),
            people_part(self),
            profile_matrix_part(self),
            sizing_mode="stretch_width",
            margin=0,
        )

    def totals(self) -> pd.DataFrame:
        """The gaps of the region in municipalities, residents and residents of 65 and over."""
        chosen = self.store.overview.loc[self.store.chosen(self.state.region)]
        return gap_totals(chosen, chosen["population"], aged=chosen["residents_65"])

    def _summary(self) -> str:
        totals = self.totals().set_index("part")
        is_chosen = self.store.chosen(self.state.region)
        chosen, older = self.store.overview.loc[is_chosen], self.store.older_residents[is_chosen]
        basis = "estimated" if (older["basis"] == "estimated").any() else "counted"
        return self.render(
            "gaps_summary.html",
            totals=totals.to_dict("index"),
            year=chosen["population_year"].max(),
            aged={
                part: residents_text(totals.loc[part, "aged"], basis, self.lang)
                for part in ("gap", "all")
            },
            aged_basis=basis_text(older, self.lang),
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

    def _steps(self) -> str:
        """What the bars show, in figures."""
        chosen, lang = self.store.overview.loc[self.store.chosen(self.state.region)], self.lang
        steps = state_totals(chosen["ladder"], chosen["population"], order=LADDER)
        return table(
            HtmlTable(
                id="ladder-steps",
                caption=self.text("view.gaps.steps"),
                columns=[
                    Column(heading=self.text("column.ladder")),
                    *(
                        Column(heading=self.text(f"column.{key}"), is_number=True)
                        for key in ("municipalities", "residents", "resident_share")
                    ),
                ],
                rows=[
                    (
                        self.text(f"ladder.{step.state}.name"),
                        number(step.municipalities, lang),
                        number(step.residents, lang),
                        percent(step.resident_share, lang, decimals=1),
                    )
                    for step in steps.itertuples(index=False)
                ],
                empty=self.text("empty.municipalities"),
            )
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
                    Column(heading=self.text("column.residents_65"), is_number=True),
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
                        residents_text(row.residents_65, row.residents_65_basis, lang),
                        self.text(f"ladder.{row.ladder}.name"),
                        MISSING if pd.isna(row.newest_year) else str(row.newest_year),
                        MISSING if pd.isna(row.is_stale) else (yes if row.is_stale else no),
                        number(row.local, lang),
                    )
                    for row in gaps.itertuples(index=False)
                ],
                empty=self.text(f"view.gaps.empty_{kind}"),
                note=self._note(),
            )
        )

    def _note(self) -> str:
        """What stale means, and where the number of older residents comes from."""
        older = self.store.older_residents[self.store.chosen(self.state.region)]
        notes = [
            self.text("view.gaps.note", years=str(MAX_AGE_YEARS)),
            self.text("people.older_note", basis=basis_text(older, self.lang)),
        ]
        return " ".join(notes)
