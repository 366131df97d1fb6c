"""The map of municipalities, its counted legend, and the profile of the chosen one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable, link, table
from dashboards.profile import profile_html
from dashboards.state import MAP_FORMS
from dashboards.texts import locale, number, percent, sort_key
from dashboards.themes import Theme, themes_of
from dashboards.vector_map import MunicipalityMap, drawing, tile_squares, tile_window, window
from dashboards.view import View, labelled, map_and_card
from geo.coverage import state_totals
from loaders.tables import CRITERIA

TOOLS = ("closer", "farther", "whole")
THEME_GROUPS = ("cooperation", "organisations", "groups", "evidence")


class MapView(View):
    """Where is there a model of co-operation, and where is nothing known?"""

    id = "map"
    order = 10
    filters = ("group", "evidence", "reach")

    def frame(self) -> pd.DataFrame:
        """Municipalities of the region with the class that the theme lays them in, in ``state``."""
        overview = self.store.overview
        states = pd.Series(self._theme().classes, index=overview.index, dtype="string")
        return overview.assign(state=states).loc[self.store.chosen(self.state.region)]

    def panel(self) -> pn.viewable.Viewable:
        """Map, legend and table on one side, the chosen municipality on the other."""
        picker = self.select("municipality", self.municipality_options(), key="choose.municipality")
        self.on_change(self._follow_region, "region")
        self._picker = picker
        return pn.Column(
            map_and_card(
                [self._drawn()],
                [picker, self.html(lambda: profile_html(self.store, self.state), "municipality")],
                [self.html(self._legend, "region", "theme")],
            ),
            self.html(self._table, "region", "theme"),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _theme(self) -> Theme:
        return self._themes()[self.state.theme]

    def _themes(self) -> dict[str, Theme]:
        return themes_of(self.store, self.lang)

    def _tiles(self) -> list[list[int] | None]:
        return self.store.once("tiles", lambda: tile_squares(self.store.municipalities), follows=())

    def _drawing(self) -> dict[str, Any]:
        towns, names = self.store.municipalities, self.store.name_of(self.lang)
        named = [names[code] for code in towns["municipality_code"]]
        return drawing(towns, named, list(self._themes().values()), self._words())

    def _drawn(self) -> MunicipalityMap:
        """The map, which the browser recolours by itself; what is chosen on it is the state."""
        self._map = MunicipalityMap(
            drawing=self.store.once(f"drawing {self.lang}", self._drawing),
            tiles=self._tiles(),
            theme=self.state.theme,
            form=self.state.form,
            municipality=self.state.municipality,
            basemap=self._basemap(),
            **self._seen(),
            sizing_mode="stretch_width",
            margin=0,
        )
        self._map.param.watch(lambda event: setattr(self.state, "theme", event.new), "theme")
        self._map.param.watch(lambda event: setattr(self.state, "form", event.new), "form")
        self._map.param.watch(lambda event: self._tapped(event.new), "municipality")
        self.on_change(self._follow, "theme", "form", "municipality")
        self.on_change(self._look, "region")
        return self._map

    def _basemap(self) -> dict[str, str]:
        """The operator's map service; nothing of it reaches the page where there is none."""
        if not self.store.basemap_url:
            return {}
        return {
            "url": self.store.basemap_url,
            "attribution": self.store.basemap_attribution,
            "show": self.text("basemap.show"),
            "failed": self.text("basemap.failed"),
        }

    def _follow(self) -> None:
        state = self.state
        self._map.param.update(theme=state.theme, form=state.form, municipality=state.municipality)

    def _look(self) -> None:
        self._map.param.update(**self._seen())

    def _seen(self) -> dict[str, Any]:
        """What of the map is looked at in the chosen region."""
        chosen = self.store.chosen(self.state.region)
        return {
            "active": [at for at, is_chosen in enumerate(chosen) if is_chosen],
            "window": window(self.store.municipalities, chosen),
            "tile_window": tile_window(self._tiles(), chosen),
        }

    def _words(self) -> dict[str, object]:
        return {
            "theme": self.text("choose.theme"),
            "form": self.text("choose.form"),
            "forms": {form: self.text(f"form.{form}") for form in MAP_FORMS},
            "groups": {group: self.text(f"theme_group.{group}") for group in THEME_GROUPS},
            "tools": {tool: self.text(f"tool.{tool}") for tool in TOOLS},
            "title": self.text("view.map.picture", theme="{theme}"),
            "class_said": self.text("map_extras.class_said", said="{said}"),
            "chosen": self.text("map_extras.chosen", name="{name}", said="{said}"),
            "jump": self.text("map_extras.jump", name="{name}"),
            "locale": locale(self.lang),
        }

    def _tapped(self, code: str) -> None:
        if code in self.municipality_options():
            self.state.municipality = code
        # The code of no municipality of the region: what was chosen stays chosen.
        self._follow()

    def _follow_region(self) -> None:
        self._picker.options = labelled(self.municipality_options())

    def _legend(self) -> str:
        frame, theme = self.frame(), self._theme()
        totals = state_totals(frame["state"], frame["population"], order=tuple(theme.inks))
        return self.render(
            "legend.html",
            theme=theme,
            rows=totals.to_dict("records"),
            total=int(totals["municipalities"].sum()),
            residents=frame["population"].sum(),
            year=frame["population_year"].max(),
            take=self.state.query(view="files", file="map"),
        )

    def _table(self) -> str:
        names, lang, theme = self.store.name_of(self.lang), self.lang, self._theme()
        frame = self.frame()
        frame = frame.assign(
            name=frame["municipality_code"].map(names),
            shown=[theme.names[state] for state in frame["state"]],
            value=pd.NA if theme.values is None else theme.values.loc[frame.index],
        ).sort_values("name", key=lambda column: column.map(sort_key))
        has_values = theme.values is not None
        address = self.state.query(municipality="")
        join = "&" if "=" in address else ""
        return table(
            HtmlTable(
                id="municipalities",
                caption=self.text("view.map.table", theme=theme.label),
                columns=[
                    Column(heading=self.text("column.municipality")),
                    Column(heading=theme.unit or self.text("column.state"), is_number=has_values),
                    Column(heading=self.text("column.residents"), is_number=True),
                    Column(heading=self.text("column.local"), is_number=True),
                    Column(heading=self.text("column.local_per_10k"), is_number=True),
                    Column(heading=self.text("column.known_criteria"), is_number=True),
                ],
                rows=[
                    (
                        link(f"{address}{join}municipality={row.municipality_code}", row.name),
                        number(row.value, lang, decimals=theme.decimals)
                        if has_values and pd.notna(row.value)
                        else row.shown,  # a dash would not tell undated evidence from none
                        number(row.population, lang),
                        number(row.local, lang),
                        number(row.local_per_10k, lang, decimals=1),
                        f"{number(row.known_criteria, lang)}/{len(CRITERIA)}",
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
