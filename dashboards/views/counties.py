"""Wellbeing services counties: what SOSTE asks of each, and whether it has a council of NGOs."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards.inks import INKS
from dashboards.markup import records
from dashboards.texts import sort_key
from dashboards.view import View
from loaders.tables import COUNTY_ASKS


class CountiesView(View):
    """What does each county promise its NGOs, and what is not known of it?"""

    id = "counties"
    order = 28
    filters = ("evidence",)

    def frame(self) -> pd.DataFrame:
        """The state of each ask in the counties of the region, by county name."""
        towns = self.store.municipalities[self.store.chosen(self.state.region)]
        states = self.store.county_states
        own = states[states["wellbeing_county_code"].isin(towns["wellbeing_county_code"])]
        return own.sort_values(
            "wellbeing_county_code",
            key=lambda codes: codes.map(lambda code: sort_key(self._name(code))),
            kind="stable",
        )

    def panel(self) -> pn.viewable.Viewable:
        """The gap at the level of counties, the table of asks, evidence on whole regions."""
        return pn.Column(self.html(self._counties, "region"), sizing_mode="stretch_width", margin=0)

    def _name(self, code: str) -> str:
        return self.store.area_name("wellbeing_county", code, self.lang)

    def _counties(self) -> str:
        frame = self.frame()
        evidence = self.store["county_evidence"].sort_values("year", ascending=False)
        cells = {
            (cell["criterion"], cell["wellbeing_county_code"]): cell
            | {
                "findings": records(
                    evidence[
                        (evidence["wellbeing_county_code"] == cell["wellbeing_county_code"])
                        & (evidence["criterion"] == cell["criterion"])
                    ]
                )
            }
            for cell in records(frame)
        }
        codes = list(frame["wellbeing_county_code"].drop_duplicates())
        towns = self.store.municipalities[self.store.chosen(self.state.region)]
        regional = self.store["evidence"]
        regional = regional[regional["region_code"].isin(towns["region_code"])]
        return self.render(
            "counties.html",
            codes=codes,
            names={code: self._name(code) for code in codes},
            asks=COUNTY_ASKS,
            cells=cells,
            known=int(frame["state"].isin(["yes", "no"]).sum()),
            all=len(frame),
            regional=[
                row | {"region": self.store.area_name("region", row["region_code"], self.lang)}
                for row in records(regional)
            ],
            inks=INKS,
        )
