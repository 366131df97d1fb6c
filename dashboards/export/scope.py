"""Of what a file is: the store as its filters show it, an area of it, and the languages.

Also what every file says of itself: its area, filters, dates, sources and licences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from dashboards.export.faults import ExportError, unknown
from dashboards.state import EVIDENCE_AGES, REACHES
from dashboards.store import Store
from dashboards.texts import LANGUAGES, date, sort_key, text
from loaders.tables import TABLES

ALL = "all"
"""The area of every municipality that the store has."""
LEVELS: Mapping[str, str] = {
    "region": "region_code",
    "county": "wellbeing_county_code",
    "municipality": "municipality_code",
}
"""What an area may be, before its code in the id (``region-10``), and the column of the code."""
ALL_NAMES = ("all", "fi", "finland", "suomi", "kaikki", "alla")
LANGUAGE_CHOICES: Mapping[str, tuple[str, ...]] = {
    **{lang: (lang,) for lang in LANGUAGES},
    "fi+sv": ("fi", "sv"),
}
"""The languages of a file: one, or Finnish and Swedish side by side."""


@dataclass(frozen=True, kw_only=True)
class SourceSaid:
    """A source as a file tells of it, in one language; an empty text is what is not known."""

    title: str
    attribution: str
    licence: str
    licence_url: str
    page: str
    date: str
    retrieved: str


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a file is made of.

    ``store`` is the one that the filters show (``Store.seen``), ``area`` an id of `area_names`,
    ``langs`` one or more languages, the first of which leads. Liaisons' names and addresses come
    along only ``with_contacts``.

    Raises
    ------
    ExportError
        The area is not known, or has no municipality.
    """

    store: Store
    area: str = ALL
    langs: tuple[str, ...] = ("fi",)
    with_contacts: bool = False

    def __post_init__(self) -> None:
        if self.area not in area_names(self.store, "fi"):
            raise unknown("area", self.area, {area: area for area in area_names(self.store, "fi")})
        if not self.langs or not set(self.langs) <= set(LANGUAGES):
            raise ExportError("unknown_lang", given="+".join(self.langs))
        if not self.rows.any():
            raise ExportError("empty_area", area=self.name(self.lang))

    @property
    def lang(self) -> str:
        """The language that leads."""
        return self.langs[0]

    @cached_property
    def rows(self) -> pd.Series:
        """Which rows of ``store.municipalities`` (and of ``overview``) are in the area."""
        towns = self.store.municipalities
        if self.area == ALL:
            return pd.Series(True, index=towns.index)
        level, _, code = self.area.partition("-")
        return (towns[LEVELS[level]] == code).fillna(False).astype(bool)

    @cached_property
    def municipalities(self) -> gpd.GeoDataFrame:
        """The rows of ``store.overview`` in the area: EPSG:4326, in the order of codes."""
        return self.store.overview[self.rows]

    @cached_property
    def codes(self) -> list[str]:
        """The codes of the municipalities in the area."""
        return [str(code) for code in self.municipalities["municipality_code"]]

    @cached_property
    def boards(self) -> pd.DataFrame:
        """The rows of ``store.boards`` of the area.

        Those of its municipalities; of an area larger than a municipality also those of the
        regions and counties that its municipalities belong to.
        """
        boards, towns = self.store.boards, self.municipalities
        is_here = (boards["level"] == "municipality") & boards["municipality_code"].isin(self.codes)
        if not self.area.startswith("municipality-"):
            for level in ("region", "wellbeing_county"):
                code = f"{level}_code"
                is_here |= (boards["level"] == level) & boards[code].isin(towns[code].dropna())
        return boards[is_here.fillna(False).astype(bool)]

    def by_name(self, lang: str) -> list[str]:
        """The codes in the order of the names in a language."""
        names = self.store.name_of(lang)
        return sorted(self.codes, key=lambda code: sort_key(names[code]))

    def name(self, lang: str) -> str:
        """The area's name."""
        return area_names(self.store, lang)[self.area]

    @property
    def region(self) -> str:
        """The area as the page's choice of a region; ExportError where it is none."""
        if self.area == ALL:
            return ""
        level, _, code = self.area.partition("-")
        if level != "region":
            raise ExportError("not_a_region", area=self.area)
        return code

    def filters_said(self, lang: str) -> str:
        """The filters in use, in a sentence; empty where there is none."""
        said = []
        if self.store.evidence_age != EVIDENCE_AGES[0]:
            said.append(text("export.filter.evidence", lang, years=self.store.evidence_age))
        if self.store.reach != REACHES[0]:
            said.append(text("export.filter.reach", lang))
        if self.store.group:
            group = self.store.group_names(lang)[self.store.group]
            said.append(text("export.filter.group", lang, group=group))
        return " ".join(said)

    @property
    def filter_words(self) -> list[str]:
        """The filters in use, a few letters each, for the file's name in the leading language."""
        words = []
        if self.store.group:
            words.append(self.store.group_names(self.lang)[self.store.group])
        if self.store.evidence_age != EVIDENCE_AGES[0]:
            words.append(text("export.named.evidence", self.lang, years=self.store.evidence_age))
        if self.store.reach != REACHES[0]:
            words.append(text("export.named.reach", self.lang))
        return words

    def made_said(self, lang: str) -> str:
        """When the file was made and the age of evidence counted from, in words."""
        return text("export.made", lang, date=date(self.store.as_of.isoformat(), lang))

    def contacts_said(self, lang: str) -> str:
        """That the file tells of persons, where it does; else an empty text."""
        return text("export.contacts", lang) if self.with_contacts else ""

    def sources(self, tables: Iterable[str], lang: str) -> list[SourceSaid]:
        """The sources in use of some tables of the model, each once, as they ask to be named."""
        wanted = dict.fromkeys(name for table in tables for name in TABLES[table].sources)
        rows = self.store["sources"].set_index("source_id")
        return [
            SourceSaid(
                title=str(rows.at[name, f"title_{lang}"]),
                attribution=str(rows.at[name, f"attribution_{lang}"]),
                licence=str(rows.at[name, f"licence_{lang}"]),
                licence_url=_text_or_empty(rows.at[name, "licence_url"]),
                page=_text_or_empty(rows.at[name, "page"]),
                date=_date_or_empty(rows.at[name, "source_date"], lang),
                retrieved=_date_or_empty(rows.at[name, "retrieved"], lang),
            )
            for name in wanted
            if name in rows.index
        ]

    def source_line(self, tables: Iterable[str], lang: str) -> str:
        """The attributions of some tables in one line, as their licences ask for it."""
        said = dict.fromkeys(source.attribution for source in self.sources(tables, lang))
        return "; ".join(said)

    def licence_line(self, tables: Iterable[str], lang: str) -> str:
        """The licences of some tables in one line."""
        said = dict.fromkeys(source.licence for source in self.sources(tables, lang))
        return text("export.licence", lang, licences="; ".join(said))


def area_names(store: Store, lang: str) -> dict[str, str]:
    """Id to name of every area of which a file can be made: all, regions, counties, municipalities.

    Those without a municipality in the store are left out.
    """
    towns, areas = store["municipalities"], store["areas"]
    found = {ALL: text("export.area_all", lang)}
    for level, column in LEVELS.items():
        if level == "municipality":
            names = store.name_of(lang)
        else:
            rows = areas[areas["level"] == {"county": "wellbeing_county"}.get(level, level)]
            names = dict(zip(rows["code"], rows[f"name_{lang}"], strict=True))
        present = set(towns[column].dropna())
        found |= {f"{level}-{code}": names.get(code, code) for code in names if code in present}
    return found


def area_of(given: str, store: Store) -> str:
    """The id of the area that a person means: an id, a name in any language, a short name, a code.

    Raises
    ------
    ExportError
        No area is called so; near names are offered.
    """
    if given.casefold() in ALL_NAMES:
        return ALL
    known: dict[str, str] = {}
    for lang in LANGUAGES:
        for area, name in area_names(store, lang).items():
            known.setdefault(area, area)
            known.setdefault(name.casefold(), area)
    for _, row in store["areas"].dropna(subset="short_name").iterrows():
        known.setdefault(str(row["short_name"]).casefold(), f"county-{row['code']}")
    for code in store["municipalities"]["municipality_code"]:
        known.setdefault(str(code), f"municipality-{code}")
    if given.casefold() in known:
        return known[given.casefold()]
    raise unknown("area", given, {name: name for name in known})


def languages_of(given: str) -> tuple[str, ...]:
    """The languages that a person means: fi, sv, en or fi+sv.

    Raises
    ------
    ExportError
        It is none of these.
    """
    if given not in LANGUAGE_CHOICES:
        raise ExportError("unknown_lang", given=given[:20])
    return LANGUAGE_CHOICES[given]


def joined(texts: Sequence[str], mark: str = " / ") -> str:
    """The same in several languages on one line; once where it is the same."""
    return mark.join(dict.fromkeys(said for said in texts if said))


def _text_or_empty(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _date_or_empty(value: object, lang: str) -> str:
    return "" if pd.isna(value) else date(value, lang)
