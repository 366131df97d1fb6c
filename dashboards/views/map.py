"""The map of municipalities, its counted legend, and the profile of the chosen one."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import pandas as pd
import panel as pn

from dashboards import plots
from dashboards.briefing import briefing_html
from dashboards.markup import Column, HtmlTable, link, table
from dashboards.plots import INKS
from dashboards.profile import profile_html
from dashboards.state import THEMES
from dashboards.texts import number, percent, sort_key
from dashboards.view import View, labelled, map_and_card
from geo.coverage import LADDER, STATES, state_totals

TOOLS = ("PanTool", "WheelZoomTool", "ZoomInTool", "ZoomOutTool", "ResetTool")


class MapView(View):
    """Where is there a model of co-operation, and where is nothing known?"""

    id = "map"
    order = 10

    def frame(self) -> pd.DataFrame:
        """Municipalities of the region with the state that the theme shows, in ``state``."""
        overview = self.store.overview
        return overview.assign(state=self._states()).loc[self.store.chosen(self.state.region)]

    def panel(self) -> pn.viewable.Viewable:
        """Map, legend and table on one side, the chosen municipality on the other."""
        self._handles: dict[str, Any] = {}
        themes = {theme: self.text(f"theme.{theme}") for theme in THEMES}
        picker = self.select("municipality", self.municipality_options(), key="choose.municipality")
        self.on_change(self._follow_region, "region")
        self._picker = picker
        return pn.Column(
            map_and_card(
                [self.select("theme", themes, key="choose.theme"), self._map()],
                [picker, self.html(lambda: profile_html(self.store, self.state), "municipality")],
                [self.html(self._legend, "region", "theme")],
            ),
            self.html(lambda: briefing_html(self.store, self.state)),
            self.html(self._table, "region", "theme"),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _order(self) -> tuple[str, ...]:
        return LADDER if self.state.theme == "ladder" else STATES

    def _states(self) -> pd.Series:
        """The state of every municipality under the theme, in the order of the store."""
        if self.state.theme == "ladder":
            return self.store.status["ladder"]
        states = self.store.states
        chosen = states[states["criterion"] == self.state.theme]
        return chosen["state"].reset_index(drop=True)

    def _state_text(self, state: str) -> str:
        kind = "ladder" if self.state.theme == "ladder" else "state"
        return self.text(f"{kind}.{state}.name")

    def _columns(self) -> dict[str, list[Any]]:
        return plots.drawing_columns(
            self._states(),
            self.store.chosen(self.state.region),
            {state: self._state_text(state) for state in self._order()},
        )

    def _map(self) -> pn.pane.HoloViews:
        towns, names = self.store.municipalities, self.store.name_of(self.lang)
        element = plots.municipality_map(
            towns,
            names=[names[code] for code in towns["municipality_code"]],
            columns=self._columns(),
            ranges=plots.map_ranges(towns, self.store.chosen(self.state.region)),
            tooltip=[
                (self.text("column.municipality"), "name"),
                (self.text("column.state"), "hover_state"),
            ],
            handles=self._handles,
            tool_texts={name: self.text(f"tool.{name}") for name in TOOLS},
            labels_visible=bool(self.state.region),
        )
        taps = hv.streams.Selection1D(source=element)
        taps.add_subscriber(self._tapped)
        self.on_change(self._recolour, "theme", "region")
        self.on_change(self._move, "region")
        self.on_change(self._reselect, "municipality")
        pane = pn.pane.HoloViews(
            element, sizing_mode="stretch_width", aspect_ratio=plots.MAP_ASPECT, margin=0
        )
        self._codes = plots.drawn_codes(towns)
        if self.state.municipality:
            pn.state.onload(self._reselect)
        return pane

    def _tapped(self, index: list[int]) -> None:
        code = self._codes[index[-1]] if index else ""
        if code and code in self.municipality_options():
            self.state.municipality = code
        # A faded municipality of another region, a second tap, Esc: what was chosen stays chosen.
        self._reselect()

    def _recolour(self) -> None:
        plots.recolour(self._handles, self._columns())

    def _move(self) -> None:
        chosen = self.store.chosen(self.state.region)
        plots.set_ranges(self._handles, plots.map_ranges(self.store.municipalities, chosen))
        plots.set_labels(self._handles, visible=bool(self.state.region))

    def _reselect(self) -> None:
        code = self.state.municipality
        plots.select(self._handles, [self._codes.index(code)] if code in self._codes else [])

    def _follow_region(self) -> None:
        self._picker.options = labelled(self.municipality_options())

    def _legend(self) -> str:
        frame = self.frame()
        totals = state_totals(frame["state"], frame["population"], order=self._order())
        return self.render(
            "legend.html",
            kind="ladder" if self.state.theme == "ladder" else "state",
            theme=self.state.theme,
            rows=totals.to_dict("records"),
            total=len(frame),
            residents=frame["population"].sum(skipna=False),
            year=frame["population_year"].max(),
            inks=INKS,
        )

    def _table(self) -> str:
        frame = self.frame()
        names = self.store.name_of(self.lang)
        frame = frame.assign(name=frame["municipality_code"].map(names))
        frame = frame.sort_values("name", key=lambda column: column.map(sort_key))
        lang = self.lang
        return table(
            HtmlTable(
                id="municipalities",
                caption=self.text("view.map.table", theme=self.text(f"theme.{self.state.theme}")),
                columns=[
                    Column(heading=self.text("column.municipality")),
                    Column(heading=self.text("column.state")),
                    Column(heading=self.text("column.residents"), is_number=True),
                    Column(heading=self.text("column.local"), is_number=True),
                    Column(heading=self.text("column.local_per_10k"), is_number=True),
                    Column(heading=self.text("column.known_criteria"), is_number=True),
                ],
                rows=[
                    (
                        link(self.state.query(municipality=row.municipality_code), row.name),
                        self._state_text(row.state),
                        number(row.population, lang),
                        number(row.local, lang),
                        number(row.local_per_10k, lang, decimals=1),
                        f"{number(row.known_criteria, lang)}/{len(THEMES) - 1}",
                    )
                    for row in frame.itertuples(index=False)
                ],
                empty=self.text("empty.municipalities"),
                note=self.text("view.map.note", share=percent(self._placed_share(), lang)),
            )
        )

    def _placed_share(self) -> float:
        completeness = self.store.completeness
        return completeness["with_local_place"] / max(completeness["organisations"], 1)
