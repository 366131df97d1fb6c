"""The legend of a printed map: every class with its ink and how many it holds; no map here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboards.export.lettering import (
    CAPITAL,
    POINT,
    line_height,
    printable,
    stacked,
    text_width,
    wrapped,
)
from dashboards.export.map_paper import DARK, LIGHT, PAPER, QUIET, Paper
from dashboards.export.scope import Scope
from dashboards.inks import Ink
from dashboards.texts import number, text
from dashboards.themes import Theme
from geo.coverage import state_totals

OUTSIDE = Ink("#f1efe9", "blank")
"""What lies beside the area and is not counted."""
SWATCH = (8.0, 4.6)
NAME, HEAD, NOTE = 7.5, 6.5, 6.2
"""Sizes of text, in points."""


@dataclass(frozen=True, kw_only=True)
class LegendRow:
    """A class as the legend shows it; the numbers are written out."""

    ink: Ink
    names: Sequence[str]
    municipalities: str = ""
    residents: str = ""


@dataclass(frozen=True, kw_only=True)
class Legend:
    """What the legend says, in one language or two side by side."""

    headings: Sequence[str]
    columns: tuple[Sequence[str], Sequence[str]]
    rows: Sequence[LegendRow]
    total: LegendRow
    notes: Sequence[str]


def legend(
    scope: Scope, themes: Sequence[Theme], langs: Sequence[str], *, has_outside: bool
) -> Legend:
    """The legend of a theme, given once in each language, for the municipalities of a scope.

    Every class of the theme has a row, also where no municipality is in it.
    """
    theme, lang = themes[0], langs[0]
    towns = scope.municipalities
    states = pd.Series(theme.classes, index=scope.store.overview.index, dtype="string")[scope.rows]
    totals = state_totals(states, towns["population"], order=tuple(theme.inks))
    rows = [
        LegendRow(
            ink=theme.inks[row.state],
            names=[printable(each.names[row.state]) for each in themes],
            municipalities=number(row.municipalities, lang),
            residents=number(row.residents, lang),
        )
        for row in totals.itertuples(index=False)
    ]
    if has_outside:
        outside = [text("export_map.outside", each) for each in langs]
        rows.append(LegendRow(ink=OUTSIDE, names=outside))
    residents = towns["population"].astype("Int64").sum(skipna=False)
    return Legend(
        headings=[printable(each.label) for each in themes],
        columns=(_said("column.municipalities", langs), _said("column.residents", langs)),
        rows=rows,
        total=LegendRow(
            ink=Ink(PAPER, "blank"),
            names=_said("legend.total", langs),
            municipalities=number(len(towns), lang),
            residents=number(residents, lang),
        ),
        notes=[note for each in langs for note in _notes(scope, each)],
    )


def _said(key: str, langs: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text(key, each) for each in langs))


def _notes(scope: Scope, lang: str) -> list[str]:
    towns = scope.municipalities
    notes = [text("legend.note", lang, year=towns["population_year"].max())]
    unknown = int(towns["population"].isna().sum())
    if unknown:
        notes.append(text("export_map.no_population", lang, count=unknown))
    return notes


class LegendDrawing:
    """A legend laid out for a width, so that its height is known before it is drawn."""

    def __init__(self, legend: Legend, width: float, scale: float) -> None:
        self.legend, self.width, self.scale = legend, width, scale
        size = NAME * scale
        numbers = [legend.total, *legend.rows]
        self.columns = []
        for at, heading in enumerate(legend.columns):
            written = [(row.municipalities, row.residents)[at] for row in numbers]
            widest = max(text_width(each, size, bold=True) for each in written)
            words = max(text_width(each, HEAD * scale) for each in heading)
            self.columns.append(max(widest, words) + 2.5 * scale)
        self.name_left = (SWATCH[0] + 2) * scale
        room = width - self.name_left - sum(self.columns)
        self.names = [stacked(row.names, room, size, most=4) for row in numbers]
        self.heading = stacked(legend.headings, width, (NAME + 1) * scale, bold=True, most=3)
        self.notes = [line for note in legend.notes for line in wrapped(note, width, NOTE * scale)]

    @property
    def height(self) -> float:
        """How high the legend is, in millimetres."""
        return (
            len(self.heading) * line_height((NAME + 1) * self.scale)
            + max(len(each) for each in self.legend.columns) * line_height(HEAD * self.scale)
            + 2.5 * self.scale
            + sum(self._row_height(lines) for lines in self.names)
            + self.scale
            + len(self.notes) * line_height(NOTE * self.scale)
        )

    def _row_height(self, lines: Sequence[str]) -> float:
        swatch = (SWATCH[1] + 1.2) * self.scale
        return max(swatch, len(lines) * line_height(NAME * self.scale) + 0.8 * self.scale)

    def draw(self, paper: Paper, x: float, y: float) -> None:
        """Draw it with its upper left corner at a place."""
        scale, right = self.scale, x + self.width
        y = paper.lines(x, y, self.heading, (NAME + 1) * scale, bold=True) + scale
        rows = max(len(each) for each in self.legend.columns)
        ends = (right - self.columns[1], right)
        for end, lines in zip(ends, self.legend.columns, strict=True):
            top = y + (rows - len(lines)) * line_height(HEAD * scale)
            paper.lines(end, top, lines, HEAD * scale, align="right", color=QUIET)
        y += rows * line_height(HEAD * scale) + 0.5 * scale
        self._rule(paper, x, y)
        y += 0.5 * scale
        for row, lines in zip(self.legend.rows, self.names[1:], strict=True):
            height = self._row_height(lines)
            top = y + (height - SWATCH[1] * scale) / 2
            paper.box(
                x, top, SWATCH[0] * scale, SWATCH[1] * scale, ink=row.ink, edge=DARK, line=0.5
            )
            self._row(paper, row, lines, x, y, height)
            y += height
        self._rule(paper, x, y)
        y += 0.5 * scale
        height = self._row_height(self.names[0])
        self._row(paper, self.legend.total, self.names[0], x, y, height, bold=True)
        y += height + scale
        paper.lines(x, y, self.notes, NOTE * scale, color=QUIET)

    def _row(
        self,
        paper: Paper,
        row: LegendRow,
        lines: Sequence[str],
        x: float,
        y: float,
        height: float,
        *,
        bold: bool = False,
    ) -> None:
        size = NAME * self.scale
        middle = y + (height + size * POINT * CAPITAL) / 2
        first = middle - (len(lines) - 1) * line_height(size) / 2
        paper.lines(x + self.name_left, first - size * POINT, lines, size, bold=bold)
        right = x + self.width
        for end, said in ((right - self.columns[1], row.municipalities), (right, row.residents)):
            if said:
                paper.text(end, middle, said, size, align="right", bold=bold)

    def _rule(self, paper: Paper, x: float, y: float) -> None:
        paper.box(x, y, self.width, 0, edge=LIGHT, line=0.6)
