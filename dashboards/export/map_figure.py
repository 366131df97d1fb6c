"""The printed map: a theme of an area on a sheet of paper, or as a picture for other files.

The map with its legend is drawn in ``map_drawing``; here is the page around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from dashboards.export.choices import MAP_FORMATS, ORIENTATIONS, PAPERS, checked, checked_theme
from dashboards.export.faults import ExportError
from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.lettering import line_height, printable, wrapped
from dashboards.export.map_drawing import Frame, MapDrawing
from dashboards.export.map_paper import LIGHT, QUIET, Paper, one_at_a_time
from dashboards.export.picture_files import PictureFormat
from dashboards.export.scope import Scope, joined, languages_of
from dashboards.texts import date, text
from dashboards.themes import Theme, themes_of
from loaders.tables import TABLES

LONGEST_TITLE = 300
SIZES = {"a4": (297.0, 210.0), "a3": (420.0, 297.0), "16:9": (338.7, 190.5)}
"""Millimetres of a sheet that lies on its longer side."""
SCALES = {"a4": 1.0, "a3": 1.35, "16:9": 1.15}
"""How large the text is beside that of A4: a slide is read from afar."""
MARGIN = 10.0
TITLE, SUBTITLE, FOOTER = 16.0, 8.5, 6.0
"""Sizes of text, in points."""

BASE_TABLES = ("municipalities", "boundaries")
THEME_TABLES = {
    "cooperation": ("evidence", "liaisons", "boards"),
    "evidence": ("evidence", "liaisons", "boards"),
    "organisations": ("organisations", "organisation_areas"),
    "groups": (
        *("organisations", "organisation_areas", "organisation_target_groups", "target_groups"),
    ),
}
"""What the themes of each group are made of."""


@dataclass(frozen=True, kw_only=True)
class MapExport(FileExport):
    """A sheet with a map: title, filters, legend, scale, north, names, sources, dates, licences.

    ``theme`` is of ``dashboards.themes.theme_ids``, ``title`` stands instead of the theme and the
    area, up to `LONGEST_TITLE` characters.

    Raises
    ------
    ExportError
        A choice is not known, the title is too long, or no municipality has an outline.
    """

    kind = "map"
    theme: str = "ladder"
    paper: str = "a4"
    orientation: str = "landscape"
    format: str = "png"
    title: str = ""

    def __post_init__(self) -> None:
        checked("paper", self.paper, PAPERS)
        checked("orientation", self.orientation, ORIENTATIONS)
        checked("format", self.format, MAP_FORMATS)
        checked_theme(self.scope.store, self.theme)
        if len(self.title) > LONGEST_TITLE:
            raise ExportError("long_title", most=LONGEST_TITLE, length=len(self.title))

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return f".{self.format}"

    @property
    def chosen(self) -> tuple[str, ...]:
        """Theme and paper."""
        return self.theme, self.paper, self.orientation

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Write the file."""
        with one_at_a_time():
            path.write_bytes(self._drawn())
        tell(1, 1)

    def _drawn(self) -> bytes:
        width, height = SIZES[self.paper]
        if self.orientation == "portrait":
            width, height = height, width
        paper = Paper(width, height)
        sheet = Sheet(self, paper)
        sheet.draw()
        return paper.file(cast("PictureFormat", self.format), sheet.map.about(self.title))


def picture(
    scope: Scope,
    theme_id: str,
    *,
    lang: str,
    format: PictureFormat,
    width_mm: float,
    height_mm: float,
    dpi: int = 300,
) -> bytes:
    """A map with its legend and no page around it, for slides and the atlas.

    Parameters
    ----------
    scope
        Of which area.
    theme_id
        Of ``dashboards.themes.theme_ids``.
    lang
        fi, sv, en or fi+sv.
    format
        png, svg or pdf.
    width_mm, height_mm
        How large it is.
    dpi
        Dots to an inch, of a PNG.
    """
    langs = languages_of(lang)
    checked_theme(scope.store, theme_id)
    scale = float(np.clip(np.sqrt(width_mm * height_mm / (297 * 210)), 0.75, 1.5))
    with one_at_a_time():
        paper = Paper(width_mm, height_mm)
        drawn = MapDrawing(scope, _themes(scope, theme_id, langs), langs)
        drawn.draw(paper, Frame(0.5, 0.5, width_mm - 1, height_mm - 1), scale)
        return paper.file(format, drawn.about(), dpi=dpi)


def described(scope: Scope, theme_id: str, lang: str) -> str:
    """The map in words, for one who does not see it: which municipalities are in each class."""
    return MapDrawing(scope, _themes(scope, theme_id, (lang,)), (lang,)).described(lang)


def _themes(scope: Scope, theme: str, langs: tuple[str, ...]) -> list[Theme]:
    return [themes_of(scope.store, lang)[theme] for lang in langs]


class Sheet:
    """The page around a map; the map gets what the words above and below it leave."""

    def __init__(self, export: MapExport, paper: Paper) -> None:
        self.scope, self.paper, self.title = export.scope, paper, export.title
        self.langs = export.scope.langs
        self.scale = SCALES[export.paper]
        self.themes = _themes(export.scope, export.theme, self.langs)
        self.map = MapDrawing(export.scope, self.themes, self.langs)
        self.margin = MARGIN * self.scale
        self.width = paper.width - 2 * self.margin

    def draw(self) -> None:
        """Draw all of it."""
        x, scale = self.margin, self.scale
        y = self.paper.lines(x, self.margin, self._title(), TITLE * scale, bold=True)
        y = self.paper.lines(x, y + scale, self._subtitle(), SUBTITLE * scale, color=QUIET)
        y += 3 * scale
        footer = self._footer()
        top = self.paper.height - self.margin - len(footer) * line_height(FOOTER * scale)
        self.paper.box(x, top - 1.2 * scale, self.width, 0, edge=LIGHT, line=0.6)
        self.paper.lines(x, top, footer, FOOTER * scale, color=QUIET)
        self.map.draw(self.paper, Frame(x, y, self.width, top - 2.5 * scale - y), scale)

    def _headings(self) -> list[str]:
        """Theme and area, a line in each language."""
        said = [
            printable(f"{theme.label} – {self.scope.name(lang)}")
            for theme, lang in zip(self.themes, self.langs, strict=True)
        ]
        return list(dict.fromkeys(said))

    def _title(self) -> list[str]:
        own = printable(self.title)
        said = [own] if own else self._headings()
        size, most = TITLE * self.scale, 3 if own else 2
        return [
            line for each in said for line in wrapped(each, self.width, size, most=most, bold=True)
        ]

    def _subtitle(self) -> list[str]:
        """The filters in words, below theme and area where the title is of another's making."""
        said = self._headings() if printable(self.title) else []
        said += [
            self.scope.filters_said(lang) or text("export_map.no_filter", lang)
            for lang in self.langs
        ]
        size = SUBTITLE * self.scale
        return [line for each in said for line in wrapped(each, self.width, size, most=3)]

    def _footer(self) -> list[str]:
        tables = (*BASE_TABLES, *THEME_TABLES[self.themes[0].group])
        said = []
        for lang in self.langs:
            said += [
                f"{self.scope.source_line(tables, lang)}.",
                f"{self.scope.licence_line(tables, lang)}. {self._dates(tables, lang)}",
            ]
        made = joined([self.scope.made_said(lang) for lang in self.langs])
        said.append(f"{joined([text('page.brand', lang) for lang in self.langs])} · {made}")
        size = FOOTER * self.scale
        return [
            line for each in said for line in wrapped(printable(each), self.width, size, most=6)
        ]

    def _dates(self, tables: tuple[str, ...], lang: str) -> str:
        """From when to when the sources are; those without a date are counted."""
        wanted = {source for table in tables for source in TABLES[table].sources}
        sources = self.scope.store["sources"]
        dates = sources.loc[sources["source_id"].isin(wanted), "source_date"]
        known = sorted(dates.dropna())
        ends = dict.fromkeys([*known[:1], *known[-1:]])
        # "2026 to November 2026" tells no more than "November 2026".
        said = [date(day, lang) for day in ends if day == known[-1] or day not in known[-1]]
        words = ["–".join(said)] if said else []
        if dates.isna().any():
            words.append(text("export_map.undated", lang, count=int(dates.isna().sum())))
        return text("export_map.dates", lang, dates=", ".join(words))
