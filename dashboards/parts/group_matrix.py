"""Municipalities by target groups: a picture of the counts, its counted legend, and a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import holoviews as hv
import pandas as pd
import panel as pn

from dashboards.group_links import organisations_link
from dashboards.heat_map import HeatMapAxes, heat_map, mark_column
from dashboards.inks import Ink
from dashboards.state import REACHES
from dashboards.texts import number
from dashboards.themes import CLASS_INKS
from dashboards.view import View, two_columns
from geo.classify import classes
from geo.service_gaps import municipality_gaps

MOST_MUNICIPALITIES = 60
"""How many rows are drawn at most: of a whole country the largest, and the page says so."""

ZERO_INKS: Mapping[str, Ink] = {
    "zero_unreached": CLASS_INKS["zero"],
    "zero_reached": Ink("#fff8f2", "right_diagonal_line", "#a8734f"),
}
"""No local organisation: without one of wider reach either, and with one."""

COUNTS = ("local", "domiciled", "stated", "regional")

CELL = ("municipality_code", "target_group_code", "local")

LIGHT_LETTERS = ("class_4", "class_5")
"""Classes so dark that their numbers are written in white."""


@dataclass(frozen=True)
class Scale:
    """The classes of all counts of a store, so that a colour means the same in every region."""

    codes: pd.Series
    """The class of every cell of the store's matrix, by the index of the matrix."""
    ranges: Mapping[str, tuple[int, int]]
    """The lowest and highest count of each class above zero, in order."""
    zeros: tuple[str, ...] = tuple(ZERO_INKS)
    """The classes of zero there can be."""

    @property
    def inks(self) -> dict[str, Ink]:
        """How each class is drawn, in the order of the legend."""
        zeros = {name: ZERO_INKS[name] for name in self.zeros}
        return zeros | {name: CLASS_INKS[name] for name in self.ranges}


def scale(matrix: pd.DataFrame, *, reach: str = REACHES[0]) -> Scale:
    """The class of every cell: two of zero, and up to five of counts above it.

    Where organisations of wider reach count too (``reach``), a zero is one of them as well.
    """
    found = classes(matrix["local"])
    top = len(found.edges) - 1
    # With few classes the darkest is still the darkest.
    names = {at: f"class_{at + 5 - top}" for at in range(1, top + 1)}
    ranges = {
        name: (int(found.edges[at - 1]) + 1, int(found.edges[at])) for at, name in names.items()
    }
    is_reached = (matrix["regional"] > 0).fillna(False)
    zeros = is_reached.map({True: "zero_reached", False: "zero_unreached"})
    codes = found.codes.map(names).astype("string").fillna(zeros.astype("string"))
    return Scale(codes, ranges, tuple(ZERO_INKS)[: 2 if reach == REACHES[0] else 1])


def counted_text(view: View, key: str, **values: Any) -> str:
    """A text that says which organisations are counted: those of a place, or of wider reach too."""
    return view.text(f"group_counted.{view.store.reach}.{key}", **values)


def count_names(view: View) -> dict[str, str]:
    """The counts of a cell in words, in order."""
    apart = {count: view.text(f"group_matrix.{count}") for count in COUNTS[1:]}
    return {COUNTS[0]: counted_text(view, COUNTS[0]), **apart}


def group_matrix(view: View) -> pn.viewable.Viewable:
    """The picture of the region with its legend beside, and the table that says the same."""
    return _GroupMatrix(view).panel()


def shown_municipalities(view: View) -> pd.DataFrame:
    """The municipalities of the region in the order of the picture, the largest first."""
    towns = view.store.municipalities[view.store.chosen(view.state.region)]
    columns = ["municipality_code", "population"]
    ordered = towns[columns].sort_values(columns[::-1], ascending=[False, True], kind="stable")
    return pd.DataFrame(ordered).head(MOST_MUNICIPALITIES).reset_index(drop=True)


class _GroupMatrix:
    """The picture of one session: made once, afterwards only its content changes."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._handles: dict[str, Any] = {}
        groups = view.store["target_groups"]
        is_general = groups["is_general"].fillna(False).astype(bool)
        # Work for everyone says nothing of one group: it stands last, and is not counted.
        self.counted = list(groups.loc[~is_general, "target_group_code"])
        self.groups = [*self.counted, *groups.loc[is_general, "target_group_code"]]
        self.scale = view.store.once(
            "group_matrix scale", lambda: scale(view.store.matrix, reach=view.store.reach)
        )

    def panel(self) -> pn.viewable.Viewable:
        """The picture and the legend side by side, the table below."""
        self._mark()
        chart = pn.pane.HoloViews(self._picture(), sizing_mode="stretch_width", margin=0)

        def draw() -> None:
            chart.object = self._picture()

        self.view.on_change(draw, "region")
        self.view.on_change(self._mark, "group")
        return pn.Column(
            self.view.html(self._heading, "region"),
            two_columns([chart], [self.view.html(self._legend, "region")]),
            self.view.html(self._table, "region"),
            sizing_mode="stretch_width",
            margin=0,
        )

    def cells(self) -> pd.DataFrame:
        """The cells that are shown, with their place in the picture and their class."""
        towns = shown_municipalities(self.view)
        matrix = self.view.store.matrix
        cells = matrix.assign(
            row=matrix["municipality_code"].map(_places(towns["municipality_code"])),
            column=matrix["target_group_code"].map(_places(self.groups)),
            kind=self.scale.codes,
        )
        cells = cells.dropna(subset=["row", "column"]).astype({"row": int, "column": int})
        return cells.sort_values(["row", "column"], ignore_index=True)

    def _names(self) -> list[str]:
        names = self.view.store.group_names(self.view.lang)
        return [
            names[code]
            if code in self.counted
            else self.view.text("group_matrix.general", group=names[code])
            for code in self.groups
        ]

    def _picture(self) -> hv.Rectangles:
        view, lang = self.view, self.view.lang
        towns, groups = view.store.name_of(lang), dict(zip(self.groups, self._names(), strict=True))
        cells = self.cells()
        inks = [self.scale.inks[kind] for kind in cells["kind"]]
        drawn = cells[["row", "column"]].assign(
            fill=[ink.fill for ink in inks],
            hatch=[ink.hatch for ink in inks],
            hatch_color=[ink.hatch_color for ink in inks],
            # The hatch of a zero says more than a digit upon it would.
            label=_written(cells["local"], lang).mask(cells["local"] == 0, ""),
            label_color=[
                "#ffffff" if kind in LIGHT_LETTERS else "#111111" for kind in cells["kind"]
            ],
            municipality=[towns[code] for code in cells["municipality_code"]],
            group=[groups[code] for code in cells["target_group_code"]],
            nearest=[self._nearest(cell, towns) for cell in cells.itertuples(index=False)],
            **{count: _written(cells[count], lang) for count in COUNTS},
        )
        rows = cells.drop_duplicates("row")["municipality_code"]
        return heat_map(
            drawn,
            HeatMapAxes(rows=[towns[code] for code in rows], columns=self._names()),
            tooltip=view.render("group_matrix_tooltip.html", counts=count_names(view)),
            hovered=["municipality", "group", *COUNTS, "nearest"],
            handles=self._handles,
        )

    def _nearest(self, cell: Any, towns: Mapping[str, str]) -> str:
        if cell.local != 0:
            return counted_text(self.view, "own")
        if pd.isna(cell.nearest_code):
            return self.view.text("word.unknown")
        km = number(cell.nearest_km, self.view.lang)
        return self.view.text("group_matrix.away", name=towns[cell.nearest_code], km=km)

    def _mark(self) -> None:
        group = self.view.group
        place = self.groups.index(group) if group in self.groups else None
        mark_column(self._handles, place)

    def _heading(self) -> str:
        all_of_them = int(self.view.store.chosen(self.view.state.region).sum())
        return self.view.render(
            "group_matrix_heading.html",
            reach=self.view.store.reach,
            completeness=self.view.store.completeness,
            shown=min(all_of_them, MOST_MUNICIPALITIES),
            all=all_of_them,
        )

    def _legend(self) -> str:
        cells, lang = self.cells(), self.view.lang
        counts = cells["kind"].value_counts()
        names = {kind: self.view.text(f"group_matrix.{kind}") for kind in self.scale.zeros}
        names |= {kind: _range(*limits, lang) for kind, limits in self.scale.ranges.items()}
        return self.view.render(
            "group_matrix_legend.html",
            reach=self.view.store.reach,
            rows=[
                {"kind": kind, "name": names[kind], "ink": ink, "cells": int(counts.get(kind, 0))}
                for kind, ink in self.scale.inks.items()
            ],
            municipalities=cells["municipality_code"].nunique(),
            groups=len(self.groups),
            total=len(cells),
        )

    def _table(self) -> str:
        view = self.view
        cells = self.cells()
        names = view.store.name_of(view.lang)
        counted = cells[cells["target_group_code"].isin(self.counted)]
        gaps = municipality_gaps(counted, shown_municipalities(view))
        zeros = dict(zip(gaps["municipality_code"], gaps["zero_groups"], strict=True))
        cells = cells.assign(
            is_zero=(cells["local"] == 0).fillna(False),
            local=_written(cells["local"], view.lang),
            regional=_written(cells["regional"], view.lang),
        )
        led = zip(cells["is_zero"], *(cells[name] for name in CELL), strict=True)
        links = [
            ("", "") if is_zero else organisations_link(view.store, view.state, *cell)
            for is_zero, *cell in led
        ]
        cells = cells.assign(
            address=[address for address, _ in links], leads=[leads for _, leads in links]
        )
        shown = ["is_zero", "local", "regional", "address", "leads"]
        return view.render(
            "group_matrix_table.html",
            reach=view.store.reach,
            # Counted among the local ones, they are none beside them.
            with_regional=view.store.reach == REACHES[0],
            groups=self._names(),
            counted=len(self.counted),
            rows=[
                {
                    "name": names[str(code)],
                    "address": view.state.query(view="map", municipality=str(code)),
                    "zeros": zeros[str(code)],
                    "cells": own[shown].to_dict("records"),
                }
                for code, own in cells.groupby("municipality_code", sort=False)
            ],
        )


def _written(counts: pd.Series, lang: str) -> pd.Series:
    """Counts as the language writes them, each only once worked out: there are few of them."""
    return counts.map({count: number(count, lang) for count in counts.unique()}).astype("string")


def _places(values: Any) -> dict[str, int]:
    return {str(value): place for place, value in enumerate(values)}


def _range(low: int, high: int, lang: str) -> str:
    """A class in words: its lowest and highest count."""
    first, last = number(low, lang), number(high, lang)
    return first if low == high else f"{first}\N{EN DASH}{last}"
