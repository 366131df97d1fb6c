"""Slides on an area: the map, the ladder, the gaps, the target groups, the boards, where to start.

How they are drawn lives in ``dashboards.export.slide_deck``; which boards, in ``slide_boards``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from dashboards.export.choices import checked_theme
from dashboards.export.faults import ExportError
from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.map_figure import picture
from dashboards.export.scope import ALL, Scope, SourceSaid
from dashboards.export.slide_boards import add_boards
from dashboards.export.slide_deck import (
    BOTTOM,
    INSIDE,
    TOP,
    About,
    Deck,
    SlideColumn,
    pages,
)
from dashboards.export.wording import Said, line, said
from dashboards.markup import records
from dashboards.state import State
from dashboards.texts import MISSING, number, percent, sort_key, text
from dashboards.themes import themes_of
from geo.coverage import LADDER, state_totals

MAP_HEIGHT = 4.98
"""Inches of the picture of the map, as wide as the slide's text."""
MAP_MM = 14
"""Millimetres to an inch of the slide: it is read from farther away than the map on paper is."""

MOST_NAMES = 8
"""Municipalities that a row names before it only counts."""

OF_COVERAGE = ("evidence", "boards", "liaisons", "municipalities")
OF_OUTLINES = ("municipalities", "boundaries")
OF_GROUPS = ("organisations", "organisation_areas", "organisation_target_groups", "target_groups")
OF_BOARDS = ("boards", "seats", "seat_target_groups")
ALL_TABLES = (*OF_COVERAGE, *OF_OUTLINES, *OF_GROUPS, *OF_BOARDS)
GAP_KINDS = ("known_step", "no_information")


@dataclass(frozen=True, kw_only=True)
class SlidesExport(FileExport):
    """Slides on a scope that can be edited; ``theme`` is what the map shows.

    Raises
    ------
    ExportError
        The theme is not known.
    """

    kind = "slides"
    theme: str = "ladder"

    def __post_init__(self) -> None:
        checked_theme(self.scope.store, self.theme)

    @property
    def suffix(self) -> str:
        return ".pptx"

    def write(self, path: Path, tell: Tell = quiet) -> None:
        show = Show(self.scope, self.theme)
        steps = (
            show.add_title,
            show.add_map,
            show.add_ladder,
            show.add_gaps,
            show.add_groups,
            show.add_boards,
            show.add_start,
            show.add_contacts,
            show.add_sources,
        )
        for done, add in enumerate(steps):
            tell(done, len(steps))
            add()
        path.write_bytes(show.deck.saved())
        tell(len(steps), len(steps))


@dataclass(frozen=True)
class Show:
    """What the slides say of a scope, in all its languages."""

    scope: Scope
    theme: str

    @cached_property
    def deck(self) -> Deck:
        """The slides made so far."""
        scope = self.scope
        title = self.said_by(lambda lang: text("export_slides.title", lang, area=scope.name(lang)))
        about = About(
            title=title,
            subject=self.said_by(lambda lang: text("page.tagline", lang)),
            keywords=self.said("export_page.keyword_persons") if scope.with_contacts else (),
            comments=self.said_by(
                lambda lang: " ".join(
                    filter(None, (scope.made_said(lang), scope.contacts_said(lang)))
                )
            ),
            langs=scope.langs,
            made_on=scope.store.as_of,
        )
        footer = self.said_by(
            lambda lang: " \N{MIDDLE DOT} ".join(
                (text("page.brand", lang), scope.name(lang), scope.made_said(lang))
            )
        )
        return Deck(about, footer)

    def said(self, key: str, **values: Any) -> Said:
        """A text of the page in all languages."""
        return self.said_by(lambda lang: text(key, lang, **values))

    def said_by(self, tell: Callable[[str], str]) -> Said:
        """What ``tell`` gives in all languages."""
        return said(self.scope.langs, tell)

    def source(self, tables: Sequence[str]) -> Said:
        """The attributions of some tables, and the filters in use."""
        scope = self.scope
        return self.said_by(
            lambda lang: " ".join(
                filter(None, (scope.source_line(tables, lang), scope.filters_said(lang)))
            )
        )

    def number(self, value: object) -> Said:
        """A number, written the same in Finnish and Swedish."""
        return self.said_by(lambda lang: number(value, lang))

    def percent(self, value: object) -> Said:
        """A share, written the same in Finnish and Swedish."""
        return self.said_by(lambda lang: percent(value, lang, decimals=1))

    def place(self, code: object) -> Said:
        """The name of a municipality; a dash for none."""
        return self.said_by(lambda lang: self.scope.store.name_of(lang).get(str(code), MISSING))

    def names(self, codes: Sequence[str], lang: str) -> str:
        """Municipalities by name."""
        names = self.scope.store.name_of(lang)
        return ", ".join(sorted((names[code] for code in codes), key=sort_key))

    def places(self, codes: Sequence[str]) -> Said:
        """Municipalities by name, in all languages."""
        return self.said_by(lambda lang: self.names(codes, lang))

    def add_tables(
        self,
        title: Said,
        columns: Sequence[SlideColumn],
        rows: Sequence[Sequence[Said]],
        source: Said,
    ) -> None:
        """A table on as many slides as it takes, each with its part of them in the title."""
        size, parts = pages(rows, columns)
        for at, part in enumerate(parts, 1):
            of = line(self.said("export_slides.page", page=at, pages=len(parts)))
            heading = _with_page(title, of) if len(parts) > 1 else title
            slide = self.deck.slide(heading, source=source)
            self.deck.table(slide, columns, part, name=heading, size=size)

    def add_title(self) -> None:
        """The area, the filters in words, the date, and whether it tells of persons."""
        scope = self.scope
        filters = self.said_by(scope.filters_said) or self.said("export_page.no_filters")
        lines = [filters, self.said_by(scope.made_said), self.said_by(scope.contacts_said)]
        self.deck.title_slide(self.deck.about.title, lines)

    def add_map(self) -> None:
        """The map as a picture; in words where no municipality has an outline."""
        scope, langs = self.scope, self.scope.langs
        of_langs = {lang: themes_of(scope.store, lang)[self.theme] for lang in langs}
        title = self.said_by(
            lambda lang: text(
                "export_slides.map", lang, theme=of_langs[lang].label, area=scope.name(lang)
            )
        )
        theme = of_langs[scope.lang]
        classes = pd.Series(theme.classes, index=scope.store.overview.index)[scope.rows]
        totals = classes.value_counts()
        is_of_organisations = theme.group in ("organisations", "groups")
        tables = (*OF_GROUPS, *OF_OUTLINES) if is_of_organisations else (*OF_COVERAGE, *OF_OUTLINES)

        def counts(lang: str) -> str:
            told = [
                f"{name} {number(totals.get(key, 0), lang)}"
                for key, name in of_langs[lang].names.items()
            ]
            return text("export_slides.map_alt", lang, classes="; ".join(told))

        slide = self.deck.slide(title, source=self.source(tables))
        try:
            drawn = picture(
                scope,
                self.theme,
                lang="+".join(langs),
                format="png",
                width_mm=INSIDE * MAP_MM,
                height_mm=MAP_HEIGHT * MAP_MM,
                dpi=300,
            )
        except ExportError as fault:
            if fault.key != "no_outlines":
                raise
            no_map = [self.said_by(fault.said), self.said_by(counts)]
            self.deck.text(slide, no_map, top=TOP, height=BOTTOM - TOP)
            return
        alt = self.said_by(lambda lang: f"{line(title)}. {counts(lang)}")
        self.deck.picture(slide, drawn, width=INSIDE, height=MAP_HEIGHT, alt=alt)

    def add_ladder(self) -> None:
        """Municipalities and residents of every step, also of those that none is on."""
        towns = self.scope.municipalities
        totals = state_totals(towns["ladder"], towns["population"], order=LADDER)
        columns = (
            self.column("column.ladder", 2.2),
            self.column("export_slides.meaning", 4.5),
            self.column("column.municipalities", 1.7, is_number=True),
            self.column("column.residents", 1.4, is_number=True),
            self.column("column.resident_share", 1.4, is_number=True),
        )
        rows = [
            (
                self.said(f"ladder.{row['state']}.name"),
                self.said(f"ladder.{row['state']}.meaning"),
                self.number(row["municipalities"]),
                self.number(row["residents"]),
                self.percent(row["resident_share"]),
            )
            for row in records(totals)
        ]
        people = towns["population"].sum()
        whole = self.percent(1 if people else pd.NA)
        rows.append(
            (self.said("legend.total"), (), self.number(len(towns)), self.number(people), whole)
        )
        title = self.said("export_slides.ladder")
        slide = self.deck.slide(title, source=self.source(OF_COVERAGE))
        size, _ = pages(rows, columns, room=BOTTOM - TOP - 0.4)
        self.deck.table(slide, columns, rows, name=title, has_total=True, size=size)
        year = towns["population_year"].max()
        note = self.said("export_slides.year", year=str(year))
        self.deck.text(slide, [note], top=BOTTOM - 0.4, height=0.35, size=11)

    def add_gaps(self) -> None:
        """The gaps by residents, most first; those without information never among the others."""
        towns = self.scope.municipalities
        gaps = towns[towns["is_gap"]].sort_values(
            ["population", "municipality_code"], ascending=[False, True]
        )
        if gaps.empty:
            slide = self.deck.slide(
                self.said("view.gaps.list_title"), source=self.source(OF_COVERAGE)
            )
            self.deck.text(slide, [self.said("contacts.no_gaps")], top=TOP, height=1)
        columns = (
            self.column("column.municipality", 3),
            self.column("column.ladder", 3),
            self.column("column.residents", 1.5, is_number=True),
            self.column("column.newest_year", 2, is_number=True),
        )
        for kind in GAP_KINDS:
            own = gaps[gaps["gap_kind"] == kind]
            rows = [
                (
                    self.place(row["municipality_code"]),
                    self.said(f"ladder.{row['ladder']}.name"),
                    self.number(row["population"]),
                    self.evidence(row),
                )
                for row in records(own.drop(columns="geometry"))
            ]
            if rows:
                title = self.said(f"export_slides.gaps_{kind}", n=len(rows))
                self.add_tables(title, columns, rows, self.source(OF_COVERAGE))

    def evidence(self, row: dict[str, Any]) -> Said:
        """The year of the newest evidence, or why there is none."""
        if not row["findings"]:
            return self.said("evidence_age.no_evidence")
        if row["newest_year"] is None:
            return self.said("evidence_age.undated")
        year = str(row["newest_year"])
        if not row["is_stale"]:
            return self.said_by(lambda _: year)
        return self.said_by(lambda lang: f"{year} ({text('flag.stale', lang)})")

    def add_groups(self) -> None:
        """Target groups without a known local organisation, and where they are without one."""
        scope, groups = self.scope, self.scope.store["target_groups"]
        special = groups.loc[~groups["is_general"], "target_group_code"]
        matrix = scope.store.matrix
        zeros = matrix[
            (matrix["local"] == 0)
            & matrix["municipality_code"].isin(scope.codes)
            & matrix["target_group_code"].isin(special)
        ]
        title, source = self.said("briefing.groups"), self.source((*OF_GROUPS, "municipalities"))
        if zeros.empty:
            slide = self.deck.slide(title, source=source)
            self.deck.text(slide, [self.said("export_slides.groups_none")], top=TOP, height=1)
        elif len(scope.codes) == 1:
            self.add_tables(title, self._nearest_columns(), list(self._nearest(zeros)), source)
        else:
            self.add_tables(title, self._zero_columns(), list(self._zeros(zeros)), source)

    def _nearest_columns(self) -> tuple[SlideColumn, ...]:
        return (
            self.column("column.target_group", 4),
            self.column("column.nearest", 4),
            self.column("column.nearest_km", 1.6, is_number=True),
        )

    def _nearest(self, zeros: pd.DataFrame) -> Iterator[tuple[Said, ...]]:
        for row in records(zeros):
            yield (
                self.group(row["target_group_code"]),
                self.place(row["nearest_code"]),
                self.number(row["nearest_km"]),
            )

    def _zero_columns(self) -> tuple[SlideColumn, ...]:
        whole = len(self.scope.codes)
        return (
            self.column("column.target_group", 3.4),
            SlideColumn(
                heading=self.said("export_slides.without", n=whole), part=1.6, is_number=True
            ),
            self.column("column.residents", 1.3, is_number=True),
            self.column("export_slides.where", 5.6),
        )

    def _zeros(self, zeros: pd.DataFrame) -> Iterator[tuple[Said, ...]]:
        """A row per group, those first that most municipalities are without."""
        towns = self.scope.municipalities.set_index("municipality_code")["population"]
        counts = zeros["target_group_code"].value_counts(sort=False)
        names = self.scope.store.group_names(self.scope.lang)
        for code in sorted(counts.index, key=lambda code: (-counts[code], sort_key(names[code]))):
            own = list(zeros.loc[zeros["target_group_code"] == code, "municipality_code"])
            yield (
                self.group(code),
                self.number(len(own)),
                self.number(towns[own].sum()),
                self.where(own),
            )

    def where(self, codes: Sequence[str]) -> Said:
        """The municipalities by name, or the others where these are fewer."""
        others = [code for code in self.scope.codes if code not in set(codes)]
        if not others:
            return self.said("export_slides.everywhere")
        if len(codes) <= MOST_NAMES:
            return self.places(codes)
        if len(others) > MOST_NAMES:
            return self.said("export_slides.too_many_to_name")
        return self.said_by(
            lambda lang: text("export_slides.but", lang, names=self.names(others, lang))
        )

    def group(self, code: object) -> Said:
        """The name of a target group."""
        return self.said_by(lambda lang: self.scope.store.group_names(lang)[str(code)])

    def add_boards(self) -> None:
        """The boards, a chart each."""
        add_boards(self)

    def add_start(self) -> None:
        """Whom to contact first; asked of a region or of all municipalities only."""
        scope = self.scope
        if scope.area != ALL and not scope.area.startswith("region-"):
            return
        found = scope.store.analysis.first_contacts(
            int(State.param.first.default),
            region=scope.region,
            weigh="residents",
            group="",
            sharing="none",
        )
        if found.contacts.empty or not found.total:
            return
        columns = (
            self.column("column.municipality", 4),
            self.column("column.ladder", 3),
            self.column("contacts.column.people_residents", 2.5, is_number=True),
            self.column("contacts.column.share", 2.5, is_number=True),
        )
        ladder = scope.store.status.set_index("municipality_code")["ladder"]
        rows = [
            (
                self.place(row["municipality_code"]),
                self.said(f"ladder.{ladder[row['municipality_code']]}.name"),
                self.number(row["gain"]),
                self.percent(row["gain"] / found.total),
            )
            for row in records(found.contacts)
        ]
        whole = (self.number(found.reached), self.percent(found.reached / found.total))
        rows.append((self.said("legend.total"), (), *whole))
        title = self.said("briefing.start")
        slide = self.deck.slide(title, source=self.source(OF_COVERAGE))
        size, _ = pages(rows, columns, room=3.0)
        self.deck.table(slide, columns, rows, name=title, has_total=True, size=size)
        proof = self.said_by(
            lambda lang: text(f"contacts.{found.status}", lang, bound=number(found.bound, lang))
        )
        notes = [self.said("contacts.lead"), proof]
        if len(found.stand_ins):
            others = list(found.stand_ins)
            notes.append(
                self.said_by(
                    lambda lang: text("briefing.stand_ins", lang, names=self.names(others, lang))
                )
            )
        self.deck.text(slide, notes, top=4.6, height=1.7, size=14)

    def add_contacts(self) -> None:
        """The liaisons, only where they are asked for."""
        scope = self.scope
        if not scope.with_contacts:
            return
        persons = scope.store.liaisons
        own = persons[persons["municipality_code"].isin(scope.codes)]
        order = {code: at for at, code in enumerate(scope.by_name(scope.lang))}
        rows = [
            (self.place(row["municipality_code"]), *(self.as_is(row[part]) for part in PERSON))
            for row in sorted(records(own), key=lambda row: order[row["municipality_code"]])
        ]
        title, note = self.said("profile.liaisons"), self.said_by(scope.contacts_said)
        if not rows:
            slide = self.deck.slide(title, source=note)
            self.deck.text(slide, [self.said("profile.liaisons_none")], top=TOP, height=1)
            return
        columns = (
            self.column("column.municipality", 2.4),
            self.column("export_slides.name", 3),
            self.column("export_slides.second_role", 3),
            self.column("export_slides.email", 4),
        )
        self.add_tables(title, columns, rows, note)

    def as_is(self, value: object) -> Said:
        """What a source says, in the words of the source; a dash where it says nothing."""
        return self.said_by(lambda _: str(value or MISSING))

    def add_sources(self) -> None:
        """Every source with its date and licence, and what the numbers do not tell."""
        of_langs = [self.scope.sources(ALL_TABLES, lang) for lang in self.scope.langs]
        columns = (
            self.column("column.attribution", 6),
            self.column("column.source_date", 2),
            self.column("column.retrieved", 2),
            self.column("column.licence", 3.4),
        )
        rows = [
            [
                self.said_by(partial(_said_of, dict(zip(self.scope.langs, one, strict=True)), part))
                for part in ("attribution", "date", "retrieved", "licence")
            ]
            for one in zip(*of_langs, strict=True)
        ]
        self.add_tables(
            self.said("export_slides.sources"), columns, rows, self.said("briefing.note")
        )

    def column(self, key: str, part: float, *, is_number: bool = False) -> SlideColumn:
        """A column of a table, headed by a text of the page."""
        return SlideColumn(heading=self.said(key), part=part, is_number=is_number)


PERSON = ("person_name", "second_role", "email")


def _with_page(title: Said, page: str) -> Said:
    """The title with the number of its part after its last language."""
    *first, (lang, told) = title
    return (*first, (lang, f"{told} {page}"))


def _said_of(sources: dict[str, SourceSaid], part: str, lang: str) -> str:
    return str(getattr(sources[lang], part)) or MISSING
