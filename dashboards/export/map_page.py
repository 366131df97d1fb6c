"""The map as one HTML file to click on: folium and Leaflet within it, nothing asked of any host.

What stands on the page is written in ``templates/map_page.html`` and moved by ``map_page.js``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboards.export.choices import checked_theme
from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.leaflet_map import (
    drawing,
    embedded_json,
    is_drawn,
    leaflet,
    name_spots,
    security_policy,
)
from dashboards.export.scope import Scope
from dashboards.export.wording import Said, line, marked, plain, said
from dashboards.markup import records, render
from dashboards.texts import locale, number, text
from dashboards.themes import Theme, themes_of
from geo.coverage import state_totals

TABLES = (
    "municipalities",
    "boundaries",
    "evidence",
    "boards",
    "liaisons",
    "organisations",
    "organisation_areas",
    "organisation_target_groups",
    "target_groups",
)
"""The tables of the model behind what the page shows."""

THEME_GROUPS = ("cooperation", "organisations", "groups", "evidence")
LABELS = ("column.ladder", "column.residents", "column.local", "column.newest_year")
"""What is said of a municipality under the pointer, whatever the theme."""


@dataclass(frozen=True, kw_only=True)
class MapPageExport(FileExport):
    """The interactive map of a scope; it opens with ``theme`` and holds all the others.

    Raises
    ------
    ExportError
        The theme is not known.
    """

    kind = "html"
    theme: str = "ladder"

    def __post_init__(self) -> None:
        checked_theme(self.scope.store, self.theme)

    @property
    def suffix(self) -> str:
        return ".html"

    @property
    def chosen(self) -> tuple[str, ...]:
        """The theme that it opens with."""
        return (self.theme,)

    def write(self, path: Path, tell: Tell = quiet) -> None:
        page = _Page(self.scope, self.theme).html()
        path.write_text(page, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class _Page:
    """What the page says of a scope, beginning with a theme."""

    scope: Scope
    theme: str

    def html(self) -> str:
        scope = self.scope
        page = render(
            "map_page.html",
            scope.lang,
            locale=locale(scope.lang),
            say=lambda key, **values: marked(self.said(key, **values)),
            flat=lambda key, **values: line(self.said(key, **values)),
            marked=marked,
            line=line,
            leaflet=leaflet(),
            style=_own_file("map_page.css"),
            script=_own_file("map_page.js"),
            map=drawing(scope.municipalities),
            data=embedded_json(self.data()),
            inks=self.inks,
            title=self.said_by(lambda lang: text("export_page.title", lang, area=scope.name(lang))),
            filters=self.said_by(scope.filters_said),
            made=self.said_by(scope.made_said),
            contacts=self.said_by(scope.contacts_said),
            sources=[(locale(lang), scope.sources(TABLES, lang)) for lang in scope.langs],
            groups=self.groups(),
            theme=self.theme,
            label=self.label(self.start),
            caption=self.said_by(self.caption),
            legends=[self.legend(at) for at in range(len(self.themes))],
            places=self.places,
            year=self.year,
        )
        return page.replace("{policy}", security_policy(page), 1)

    def said(self, key: str, **values: Any) -> Said:
        return self.said_by(lambda lang: text(key, lang, **values))

    def said_by(self, tell: Callable[[str], str]) -> Said:
        return said(self.scope.langs, tell)

    @cached_property
    def themes(self) -> list[tuple[Theme, ...]]:
        """Every theme, each in all languages of the file."""
        of_langs = [themes_of(self.scope.store, lang).values() for lang in self.scope.langs]
        return list(zip(*of_langs, strict=True))

    @property
    def year(self) -> object:
        return self.scope.municipalities["population_year"].max()

    @cached_property
    def inks(self) -> dict[str, Any]:
        """Every ink of every theme by the id of its pattern."""
        return {
            f"{theme.kind}-{key}": ink
            for theme, *_ in self.themes
            for key, ink in theme.inks.items()
        }

    @cached_property
    def start(self) -> int:
        """The place of the theme that the page opens with."""
        return [theme.id for theme, *_ in self.themes].index(self.theme)

    def caption(self, lang: str) -> str:
        label = themes_of(self.scope.store, lang)[self.theme].label
        return text("view.map.table", lang, theme=label)

    def label(self, at: int) -> Said:
        return self._of_theme(at, "label")

    def _of_theme(self, at: int, part: str, key: str = "") -> Said:
        """A text of a theme, or what it says of a class, in all languages."""
        by_lang = dict(zip(self.scope.langs, self.themes[at], strict=True))

        def tell(lang: str) -> str:
            told = getattr(by_lang[lang], part)
            return str(told.get(key, "") if key else told)

        return self.said_by(tell)

    def groups(self) -> list[tuple[Said, list[tuple[str, Said]]]]:
        """The themes under the headings of their groups, as the choice of a theme lists them."""
        return [
            (
                self.said_by(partial(text, f"theme_group.{group}")),
                [
                    (theme.id, self.label(at))
                    for at, (theme, *_) in enumerate(self.themes)
                    if theme.group == group
                ],
            )
            for group in THEME_GROUPS
        ]

    def legend(self, at: int) -> dict[str, Any]:
        """Every class of a theme with its municipalities and residents, also those of none."""
        theme, towns = self.themes[at][0], self.scope.municipalities
        totals = state_totals(self._classes(theme), towns["population"], order=tuple(theme.inks))
        return {
            "id": theme.id,
            "label": self.label(at),
            "rows": [
                row
                | {
                    "ink": f"{theme.kind}-{row['state']}",
                    "name": self._of_theme(at, "names", row["state"]),
                    "meaning": self._of_theme(at, "meanings", row["state"]),
                }
                for row in records(totals)
            ],
            "municipalities": len(towns),
            "residents": towns["population"].sum(),
        }

    def _classes(self, theme: Theme) -> pd.Series:
        overview = self.scope.store.overview
        return pd.Series(theme.classes, index=overview.index, dtype="string")[self.scope.rows]

    @cached_property
    def places(self) -> list[dict[str, Any]]:
        """The municipalities by name, each with what is said of it whatever the theme."""
        scope, lang = self.scope, self.scope.lang
        rows = {row["municipality_code"]: row for row in records(scope.municipalities)}
        persons = self.persons()
        classes = dict(zip(scope.codes, self._classes(self.themes[self.start][0]), strict=True))
        return [
            {
                "code": code,
                "name": self._name(code),
                "is_drawn": is_drawn(rows[code]["geometry"]),
                "shown": self._of_theme(self.start, "names", classes[code]),
                "ladder": self.said(f"ladder.{rows[code]['ladder']}.name"),
                "residents": number(rows[code]["population"], lang),
                "local": number(rows[code]["local"], lang),
                "per_10k": number(rows[code]["local_per_10k"], lang, decimals=1),
                "evidence": self.evidence(rows[code]),
                "persons": persons.get(code, []),
            }
            for code in scope.by_name(lang)
        ]

    def _name(self, code: str) -> Said:
        return self.said_by(lambda lang: self.scope.store.name_of(lang)[code])

    def evidence(self, row: dict[str, Any]) -> Said:
        """The year of the newest evidence, whether it is stale, or why there is no year."""
        if not row["findings"]:
            return self.said("evidence_age.no_evidence")
        if row["newest_year"] is None:
            return self.said("evidence_age.undated")
        year = str(row["newest_year"])
        if not row["is_stale"]:
            return self.said_by(lambda lang: year)
        return self.said_by(lambda lang: f"{year} ({text('flag.stale', lang)})")

    def persons(self) -> dict[str, list[str]]:
        """The liaisons of each municipality on a line each; of none unless they are asked for."""
        found: dict[str, list[str]] = {}
        if self.scope.with_contacts:
            for row in records(self.scope.store.liaisons.dropna(subset="municipality_code")):
                parts = (row["person_name"], row["second_role"], row["email"])
                told = plain(", ".join(filter(None, parts)))
                found.setdefault(row["municipality_code"], []).append(told)
        return found

    def data(self) -> dict[str, Any]:
        """All that the script needs of the themes and the municipalities."""
        places = self.places
        row_of = dict(zip(self.scope.codes, self.scope.municipalities.index, strict=True))
        order = [row_of[place["code"]] for place in places]
        has_persons = self.scope.with_contacts
        labels = (*LABELS, "profile.liaisons") if has_persons else LABELS
        nobody = _packed(self.said("profile.liaisons_none"))
        return {
            "locale": locale(self.scope.lang),
            "labels": [_packed(self.said(label)) for label in labels],
            "words": {
                name: line(self.said(key))
                for name, key in (
                    ("closer", "tool.closer"),
                    ("farther", "tool.farther"),
                    ("close", "export_page.close"),
                )
            }
            | {
                "picture": _packed(self.said("export_page.picture", theme="{theme}")),
                "table": _packed(self.said("view.map.table", theme="{theme}")),
                "no_outline": _packed(self.said("export_page.no_outline")),
            },
            "spots": name_spots(self.scope.municipalities),
            "places": [
                {
                    "code": place["code"],
                    "name": _packed(place["name"]),
                    "rows": [
                        _packed(place["ladder"]),
                        place["residents"],
                        place["local"],
                        _packed(place["evidence"]),
                        *([place["persons"] or nobody] if has_persons else []),
                    ],
                }
                for place in places
            ],
            "themes": [self._theme_data(at, order) for at in range(len(self.themes))],
        }

    def _theme_data(self, at: int, order: Sequence[Any]) -> dict[str, Any]:
        theme = self.themes[at][0]
        place = {key: nth for nth, key in enumerate(theme.inks)}
        classes, values = self._classes(theme), theme.values
        by_lang = dict(zip(self.scope.langs, self.themes[at], strict=True))
        return {
            "id": theme.id,
            "label": _packed(self.label(at)),
            "inks": [f"{theme.kind}-{key}" for key in theme.inks],
            "names": [_packed(self._of_theme(at, "names", key)) for key in theme.inks],
            "of": [place[classes[row]] for row in order],
            "has_classes": theme.kind != "class",
            "decimals": theme.decimals,
            "said": _packed(
                self.said_by(lambda lang: by_lang[lang].said.replace("{unit}", by_lang[lang].unit))
            ),
            "values": None
            if values is None
            else [None if pd.isna(values[row]) else float(values[row]) for row in order],
        }


def _packed(words: Said) -> str | list[list[str]]:
    """What is said, as short as the script can read it: a text, or pairs of a language and one."""
    if len(words) <= 1:
        return line(words)
    return [[locale(lang), told] for lang, told in words]


def _own_file(name: str) -> Markup:
    body = files("dashboards").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(body.strip())  # noqa: S704 - our own file
