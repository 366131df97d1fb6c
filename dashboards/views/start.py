"""The start page: the situation of an area in writing, which is also the maps' text alternative."""

from __future__ import annotations

from functools import partial

import pandas as pd
import panel as pn

from dashboards.briefing import SECTIONS, section
from dashboards.markup import Column, HtmlTable, link, table
from dashboards.texts import number, percent
from dashboards.view import View


class StartView(View):
    """What is the situation, and where should one start?"""

    id = "start"
    order = 5
    filters = ("group", "evidence", "reach")

    def frame(self) -> pd.DataFrame:
        """The municipalities of the region with what the sentences count."""
        return self.store.overview.loc[self.store.chosen(self.state.region)]

    def panel(self) -> pn.viewable.Viewable:
        """The briefing, then the areas side by side."""
        return pn.Column(
            *(self.html(partial(self._section, key), "region") for key in SECTIONS),
            self.html(lambda: self.render("briefing_note.html")),
            self.html(self._areas),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _section(self, key: str) -> str:
        return self.render("briefing.html", section=section(self.store, self.state, key))

    def _areas(self) -> str:
        """Each region in a row: municipalities, gaps, and the people who live in them."""
        lang, rows = self.lang, []
        for code in self.state.param.region.objects:
            towns = self.store.overview.loc[self.store.chosen(code)]
            in_gaps = towns.loc[towns["is_gap"], "population"].sum(skipna=False)
            name = self.store.area_name("region", code, lang) if code else None
            rows.append(
                (
                    link(
                        self.state.query(region=code, municipality="", board=""),
                        name or self.text("choose.region_all"),
                    ),
                    number(len(towns), lang),
                    number(int(towns["is_gap"].sum()), lang),
                    number(int((towns["gap_kind"] == "no_information").sum()), lang),
                    number(towns["population"].sum(), lang),
                    number(in_gaps, lang),
                    percent(in_gaps / max(towns["population"].sum(), 1), lang),
                )
            )
        return table(
            HtmlTable(
                id="areas",
                caption=self.text("briefing.areas"),
                columns=[
                    Column(heading=self.text("column.area")),
                    *(
                        Column(heading=self.text(f"column.{key}"), is_number=True)
                        for key in (
                            "municipalities",
                            "gaps",
                            "no_information",
                            "residents",
                            "in_gaps",
                            "gap_share",
                        )
                    ),
                ],
                rows=rows,
                empty=self.text("empty.municipalities"),
            )
        )
