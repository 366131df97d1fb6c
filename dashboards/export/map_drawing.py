"""A map with its legend, its key, scale and north in a frame of a sheet; no page around it.

The legend is laid out in ``map_legend``, the key in ``map_key``, the names in ``map_labels``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from dashboards.export.faults import ExportError
from dashboards.export.lettering import (
    CAPITAL,
    POINT,
    line_height,
    printable,
    readable,
    text_width,
    wrapped,
)
from dashboards.export.map_ground import ground
from dashboards.export.map_key import Key
from dashboards.export.map_labels import Box, Land, Placed, Room, placed_names, placed_numbers
from dashboards.export.map_legend import OUTSIDE, LegendDrawing, legend
from dashboards.export.map_paper import DARK, PAPER, QUIET, Paper, corners, outlines
from dashboards.export.picture_files import About
from dashboards.export.scope import Scope, joined
from dashboards.texts import number, sort_key, text
from dashboards.themes import Theme

SMALLEST = 20_000.0
"""Metres that a map shows at least: a municipality is seen with what is around it."""
MARGIN = 0.04
"""Beside the outermost municipalities, of the larger side."""
ALONE = 0.3
"""The same around a single municipality."""
LABELS = (7.0, 6.0)
"""Sizes of a name on the map, in points: the second where the first finds no room."""
NUMBER, SMALL = 5.4, 6.2
TINY = 1.1
"""Square millimetres: a smaller municipality is drawn as a disc, or nobody would find it."""
DISC = 0.75
GAP = 4.0
PANEL = {False: 70.0, True: 84.0}
"""Width of the legend, in one language and in two."""
NICE = (1, 2, 5)
CASING, BORDER, FAINT = 1.3, 0.45, "#b9b5aa"
"""White beside a dark line: it is seen on light and on dark ink."""


COARSE = 1500.0
"""Metres to a millimetre from which on lines become finer."""


@dataclass(frozen=True)
class Frame:
    """A rectangle of the sheet, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.y + self.height

    @property
    def box(self) -> Box:
        """Its sides."""
        return (self.x, self.y, self.right, self.bottom)


@dataclass(frozen=True)
class Places:
    """Where the map, the legend and the key stand."""

    map: Frame
    legend: tuple[float, float]
    key: Frame


@dataclass(frozen=True)
class Names:
    """Where the names stand, by row of the store; those numbered are in the order of their key."""

    placed: dict[int, Placed]
    numbered: dict[int, Placed]
    unplaced: int


@dataclass(frozen=True)
class Labelling:
    """Names that have a place, by place in the rows drawn, and what the numbers need."""

    spots: np.ndarray
    land: Land
    room: Room
    placed: dict[int, Placed]
    rest: list[int]


class View:
    """How metres of the ground become millimetres of a frame: the window in its middle."""

    def __init__(self, window: Box, frame: Frame) -> None:
        west, south, east, north = window
        self.metres = metres_of(window, frame)
        self._west = west - (frame.width * self.metres - (east - west)) / 2
        self._north = north + (frame.height * self.metres - (north - south)) / 2
        self._corner = (frame.x, frame.y)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        x, y = points[:, 0] - self._west, self._north - points[:, 1]
        return np.column_stack([x, y]) / self.metres + self._corner


class MapDrawing:
    """A theme of a scope as a map; the theme is given once in each language.

    Raises
    ------
    ExportError
        No municipality of the scope has an outline.
    """

    def __init__(self, scope: Scope, themes: Sequence[Theme], langs: Sequence[str]) -> None:
        self.scope, self.themes, self.langs = scope, themes, tuple(langs)
        self.store, self.ground = scope.store, ground(scope.store)
        has_outline = np.array([shape is not None for shape in self.ground.shapes], dtype=bool)
        chosen = scope.rows.to_numpy(dtype=bool)
        self.rows = np.flatnonzero(chosen & has_outline)
        self.lacking = np.flatnonzero(chosen & ~has_outline)
        if not len(self.rows):
            raise ExportError("no_outlines", area=scope.name(scope.lang))
        self.window = self._window()
        rest = np.flatnonzero(~chosen & has_outline)
        seen = shapely.intersects(self.ground.shapes[rest], shapely.box(*self.window))
        self.outside = rest[seen]

    def _window(self) -> Box:
        west, south, east, north = shapely.total_bounds(self.ground.shapes[self.rows])
        side = (MARGIN if len(self.rows) > 1 else ALONE) * max(east - west, north - south)
        across = max(side, (SMALLEST - (east - west)) / 2)
        along = max(side, (SMALLEST - (north - south)) / 2)
        return (west - across, south - along, east + across, north + along)

    @cached_property
    def names(self) -> list[list[str]]:
        """The name of each municipality, a line a language; once where they are the same."""
        said = [self.store.name_of(lang) for lang in self.langs]
        return [
            list(dict.fromkeys(printable(names[code]) for names in said))
            for code in self.store.municipalities["municipality_code"]
        ]

    def described(self, lang: str) -> str:
        """The map in words: which municipalities are in each class."""
        theme = self.themes[self.langs.index(lang)]
        names = self.store.name_of(lang)
        found: dict[str, list[str]] = {key: [] for key in theme.inks}
        for code, state in zip(
            self.scope.codes, np.array(theme.classes)[self.scope.rows.to_numpy()], strict=True
        ):
            found[state].append(readable(names[code]))
        classes = "; ".join(
            text(
                "export_map.class_said",
                lang,
                name=theme.names[key],
                number=number(len(of), lang),
                names=", ".join(sorted(of, key=sort_key)),
            ).rstrip(": ")
            for key, of in found.items()
        )
        area = readable(self.scope.name(lang))
        return text("export_map.about", lang, theme=theme.label, area=area, classes=classes)

    def about(self, title: str = "") -> About:
        """What the picture tells of itself."""
        own = [
            f"{theme.label} – {self.scope.name(lang)}"
            for theme, lang in zip(self.themes, self.langs, strict=True)
        ]
        return About(
            title=readable(title) or readable(joined(own)),
            description=" ".join(self.described(lang) for lang in self.langs),
            lang=self.langs[0],
            day=self.store.as_of,
            author=text("page.brand", self.langs[0]),
        )

    def draw(self, paper: Paper, frame: Frame, scale: float) -> None:
        """Draw all of it within a frame; ``scale`` is how large its text is, 1 as on A4."""
        shown, scale = self._legend(frame, scale)
        notes = self._outline_notes()
        places, names = self._places(frame, shown, notes, scale)
        if names.unplaced:
            notes += [
                text("export_map.unplaced", lang, count=names.unplaced) for lang in self.langs
            ]
        shown.draw(paper, *places.legend)
        lines = self._note_lines(notes, places.map.width, scale)
        height = len(lines) * line_height(SMALL * scale)
        paper.lines(places.map.x, places.map.bottom - height, lines, SMALL * scale, color=QUIET)
        on_map = _above(places.map, height)
        self._draw_ground(paper, on_map, scale)
        self._draw_names(paper, View(self.window, on_map), names, scale)
        self._scale_bar(paper, on_map, scale)
        self._north(paper, on_map, scale)
        key = self._key(list(names.numbered), scale)
        columns = key.columns(places.key.width, places.key.height)
        if names.numbered and columns:
            key.draw(paper, places.key.x, places.key.y, places.key.width, columns)

    def _legend(self, frame: Frame, scale: float) -> tuple[LegendDrawing, float]:
        """The legend, with smaller text where it would be higher than the frame."""
        told = legend(self.scope, self.themes, self.langs, has_outside=len(self.outside) > 0)
        while True:
            width = min(PANEL[len(self.langs) > 1] * scale, 0.48 * frame.width)
            shown = LegendDrawing(told, width, scale)
            if shown.height <= frame.height or scale < 0.4:
                return shown, scale
            scale *= 0.92

    def _outline_notes(self) -> list[str]:
        if not len(self.lacking):
            return []
        names = ", ".join(joined(self.names[at]) for at in self.lacking)
        return [
            joined([text("export_map.no_outline", lang, names="{}") for lang in self.langs])
            .replace("{}", "", len(self.langs) - 1)
            .replace("{}", names)
        ]

    def _note_lines(self, notes: Sequence[str], width: float, scale: float) -> list[str]:
        return [line for note in notes for line in wrapped(note, width, SMALL * scale, most=5)]

    def _places(
        self, frame: Frame, shown: LegendDrawing, notes: Sequence[str], scale: float
    ) -> tuple[Places, Names]:
        """Where all stands: the map as large as it gets with room for the key that it needs."""
        step = line_height(SMALL * scale)
        for_notes = len(self._note_lines(notes, frame.width / 2, scale)) * step

        def size(places: Places) -> float:
            return metres_of(self.window, places.map)

        places = min(self._simple_places(frame, shown, scale), key=size)
        found = self._names(_above(places.map, for_notes), scale)
        key = self._key(self.rows[found.rest].tolist(), scale)
        if not found.rest or key.columns(places.key.width, places.key.height):
            return places, self._numbered(found, scale, None)
        places = min(self._wide_places(frame, shown, key, scale), key=size)
        # In too small a picture the largest municipalities have their numbers, the rest is told.
        for_notes += 2 * len(self.langs) * step
        found = self._names(_above(places.map, for_notes), scale)
        key = self._key(self.rows[found.rest].tolist(), scale)
        return places, self._numbered(
            found, scale, key.capacity(places.key.width, places.key.height)
        )

    def _key(self, rows: Sequence[int], scale: float) -> Key:
        headings = [text("export_map.key", lang) for lang in self.langs]
        return Key(headings, [joined(self.names[at]) for at in rows], scale)

    def _simple_places(self, frame: Frame, shown: LegendDrawing, scale: float) -> list[Places]:
        """The legend beside the map or below it, and the key in what room that leaves."""
        return [
            self._beside(frame, shown, shown.width, scale),
            self._below(frame, shown, shown.height, scale),
        ]

    def _wide_places(
        self, frame: Frame, shown: LegendDrawing, key: Key, scale: float
    ) -> list[Places]:
        """Three ways to give the key the room that it needs."""
        gap = GAP * scale
        under = key.across(frame.height - shown.height - gap)
        aside = key.across(frame.height)
        left = frame.width - shown.width - 2 * gap - aside
        across = frame.width - shown.width - 2 * gap
        found = [
            self._beside(frame, shown, max(shown.width, under), scale),
            self._below(frame, shown, max(shown.height, key.down(across)), scale),
            Places(
                Frame(frame.x, frame.y, left, frame.height),
                (frame.right - shown.width, frame.y),
                Frame(frame.x + left + gap, frame.y, aside, frame.height),
            ),
        ]
        enough = [
            places
            for places in found
            if min(places.map.width / frame.width, places.map.height / frame.height) > 0.2
        ]
        return enough or self._simple_places(frame, shown, scale)

    def _beside(self, frame: Frame, shown: LegendDrawing, width: float, scale: float) -> Places:
        gap = GAP * scale
        top = frame.y + shown.height + gap
        left = frame.right - width
        return Places(
            Frame(frame.x, frame.y, frame.width - width - gap, frame.height),
            (left, frame.y),
            Frame(left, top, width, frame.bottom - top),
        )

    def _below(self, frame: Frame, shown: LegendDrawing, height: float, scale: float) -> Places:
        gap = GAP * scale
        top = frame.bottom - height
        left = frame.x + shown.width + 2 * gap
        return Places(
            Frame(frame.x, frame.y, frame.width, frame.height - height - gap),
            (frame.x, top),
            Frame(left, top, frame.right - left, height),
        )

    def _names(self, frame: Frame, scale: float) -> Labelling:
        """Find places for the names; the others are to have numbers."""
        view, rows = View(self.window, frame), self.rows.tolist()
        land = Land(frame.box, [[view(ring) for ring in self.ground.lands[at]] for at in rows])
        spots = view(self.ground.spots[rows])
        people = self.store.municipalities["population"].fillna(0).to_numpy(dtype=float)[rows]
        order = np.argsort(-people, kind="stable").tolist()
        marks = [self._scale_bar(None, frame, scale), self._north(None, frame, scale)]
        room = Room(frame.box, marks)
        forms = [[_name_size(self.names[at], size * scale) for size in LABELS] for at in rows]
        placed = placed_names(forms, spots, land, room, order=order)
        return Labelling(spots, land, room, placed, [at for at in order if at not in placed])

    def _numbered(self, found: Labelling, scale: float, most: int | None) -> Names:
        """Find places for the numbers of those whose names have none, at most so many."""
        rows, rest = self.rows.tolist(), found.rest[:most]
        size = _number_size(len(rest), scale)
        places = placed_numbers(dict.fromkeys(rest, size), found.spots, found.land, found.room)
        by_name = sorted(places, key=lambda at: sort_key(self.names[rows[at]][0]))
        return Names(
            {rows[at]: place for at, place in found.placed.items()},
            {rows[at]: places[at] for at in by_name},
            len(rows) - len(found.placed) - len(places),
        )

    def _draw_ground(self, paper: Paper, frame: Frame, scale: float) -> None:
        view, theme = View(self.window, frame), self.themes[0]
        if len(self.outside):
            shown = shapely.intersection(
                shapely.transform(self.ground.shapes[self.outside], view), shapely.box(*frame.box)
            )
            rings = shapely.get_rings(shapely.get_parts(shown))  # none of a line or a point
            paper.stroke(
                outlines([shapely.get_coordinates(ring)[:-1] for ring in rings]),
                fill=OUTSIDE.fill,
                color=FAINT,
                line=0.4,
            )
        by_class: dict[str, list[np.ndarray]] = {key: [] for key in theme.inks}
        discs: dict[str, list[np.ndarray]] = {key: [] for key in theme.inks}
        for at in self.rows.tolist():
            state = theme.classes[at]
            by_class[state] += [view(ring) for ring in self.ground.rings[at]]
            if self.ground.shapes[at].area / view.metres**2 < TINY:
                discs[state].append(_disc(view(self.ground.spots[[at]])[0], DISC))
        for marks in (by_class, discs):
            for key, rings in marks.items():
                if rings:
                    paper.fill(outlines(rings), theme.inks[key])
        # Fine lines where a municipality is but a few millimetres.
        fine = scale * min(1.0, max(0.4, COARSE / view.metres))
        every = outlines([ring for rings in by_class.values() for ring in rings])
        paper.stroke(every, color=PAPER, line=CASING * fine)
        paper.stroke(every, color=DARK, line=BORDER * fine)
        every = outlines([ring for rings in discs.values() for ring in rings])
        paper.stroke(every, color=DARK, line=BORDER * fine)

    def _draw_names(self, paper: Paper, view: View, names: Names, scale: float) -> None:
        plates = []
        for at, place in names.placed.items():
            size = LABELS[place.form] * scale
            plates.append(_plate(place, _name_size(self.names[at], size)))
            step = line_height(size)
            top = place.y - (len(self.names[at]) - 1) * step / 2 + size * POINT * CAPITAL / 2
            for n, line in enumerate(self.names[at]):
                paper.text(place.x, top + n * step, line, size, align="center")
        paper.stroke(outlines(plates), fill=PAPER, color="none", alpha=0.85)
        lines, dots, plates = [], [], []
        room, size = _number_size(len(names.numbered), scale), NUMBER * scale
        for n, (at, place) in enumerate(names.numbered.items(), start=1):
            plates.append(_plate(place, room))
            paper.text(place.x, place.y + size * POINT * CAPITAL / 2, str(n), size, align="center")
            if not place.is_home:
                spot = view(self.ground.spots[[at]])[0]
                lines.append(np.array([(place.x, place.y), spot]))
                dots.append(_disc(spot, 0.3 * scale))
        paper.stroke(outlines(lines), line=0.5)
        paper.stroke(outlines(dots), fill=DARK, color="none")
        paper.stroke(outlines(plates), fill=PAPER, color=QUIET, line=0.35)

    def _scale_bar(self, paper: Paper | None, frame: Frame, scale: float) -> Box:
        """A bar of a round length in the lower left corner; without a paper only its room."""
        lang, metres = self.langs[0], metres_of(self.window, frame)
        length = round_length(min(40 * scale, 0.4 * frame.width) * metres)
        width, height, size = length / metres, 1.3 * scale, SMALL * scale
        unit, of = ("kilometres", 1000) if length >= 2000 else ("metres", 1)
        said = [number(part * length / of, lang) for part in (0, 0.5, 1)]
        said[2] = f"{said[2]} {text(f'export_map.{unit}', lang)}"
        x, y = frame.x + 2.5 * scale, frame.bottom - height - scale
        top = y - 0.9 * scale
        if paper is not None:
            paper.box(x, y, width / 2, height, fill=DARK, edge=DARK, line=0.4)
            paper.box(x + width / 2, y, width / 2, height, fill=PAPER, edge=DARK, line=0.4)
            for part, words in zip((0, 0.5, 1), said, strict=True):
                paper.text(x + part * width, top, words, size, align="center")
        end = x + width + text_width(said[2], size) / 2
        return (frame.x, top - size * POINT, end, frame.bottom)

    def _north(self, paper: Paper | None, frame: Frame, scale: float) -> Box:
        """An arrow to the north of the grid in the upper left corner, or only its room."""
        x, y, size = frame.x + 3 * scale, frame.y + scale, SMALL * scale
        half, height = 2.0 * scale, 7.0 * scale
        said = list(dict.fromkeys(text("export_map.north", lang) for lang in self.langs))
        beside = x + half + 1.5 * scale
        tip, notch = (x, y), (x, y + 0.75 * height)
        if paper is not None:
            for side, ink in ((-half, DARK), (half, PAPER)):
                wing = np.array([tip, (x + side, y + height), notch])
                paper.stroke(outlines([wing]), fill=ink, line=0.4)
            paper.lines(beside, y + scale, said, size)
        width = max(text_width(line, size) for line in said)
        bottom = max(y + height, y + scale + len(said) * line_height(size))
        return (frame.x, frame.y, beside + width, bottom)


def metres_of(window: Box, frame: Frame) -> float:
    """Metres of the ground to a millimetre of the sheet, when a window fills a frame."""
    west, south, east, north = window
    return max((east - west) / max(frame.width, 1), (north - south) / max(frame.height, 1))


def round_length(most: float) -> float:
    """The longest round number of metres that is not above ``most``.

    Examples
    --------
    >>> round_length(38_000), round_length(51), round_length(199)
    (20000.0, 50.0, 100.0)
    """
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(nice * power for nice in NICE if nice * power <= most))


def _above(frame: Frame, height: float) -> Frame:
    """A frame without its lowest part."""
    return Frame(frame.x, frame.y, frame.width, frame.height - height)


def _name_size(lines: Sequence[str], size: float) -> tuple[float, float]:
    width = max(text_width(line, size) for line in lines)
    return (width + 0.8, len(lines) * line_height(size) + 0.1)


def _number_size(count: int, scale: float) -> tuple[float, float]:
    digits = text_width("0" * len(str(count)), NUMBER * scale)
    return (digits + 0.8 * scale, NUMBER * scale * POINT * 1.15)


def _plate(place: Placed, size: tuple[float, float]) -> np.ndarray:
    return corners(place.x - size[0] / 2, place.y - size[1] / 2, *size)


def _disc(middle: np.ndarray, radius: float) -> np.ndarray:
    turns = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    return np.asarray(middle + radius * np.column_stack([np.cos(turns), np.sin(turns)]))
