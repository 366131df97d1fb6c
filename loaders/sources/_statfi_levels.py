"""From the keys of the classification to the tables of municipalities and areas; asks nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from loaders.sources._statfi_answers import Notes
from loaders.sources._statfi_changes import Division, Names
from loaders.tables import AREAS, DIVISION

LANGUAGES = {"0": "fi", "1": "fi-sv", "2": "sv", "3": "sv-fi"}
GROUPINGS = {
    "1": "Kaupunkimaiset kunnat",
    "2": "Taajaan asutut kunnat",
    "3": "Maaseutumaiset kunnat",
}


class Level(NamedTuple):
    """A class that municipalities are mapped to: its name there, the languages asked for, ours."""

    name: str
    langs: tuple[str, ...]
    ours: str


LEVELS = (
    Level("maakunta", ("fi", "sv", "en"), "region"),
    Level("hyvinvointialue", ("fi", "sv", "en"), "wellbeing_county"),
    Level("seutukunta", ("fi",), "subregion"),
    Level("kuntaryhmitys", (), "grouping"),
    Level("kielisuhde", (), "languages"),
)
_AREA_CODE = re.compile("[0-9]{2}")
_WORDS = {"kuntaryhmitys": GROUPINGS, "kielisuhde": LANGUAGES}

NamesOfLevels = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Name of a level, language, code: its name."""


def names_of(finnish: str, swedish: str, notes: Notes) -> Names:
    """Both names; of a double one ("Maarianhamina - Mariehamn") each language has its own part."""
    if not swedish:
        notes.surprise("municipality without a Swedish name")
    parts = finnish.split(" - ")
    if len(parts) == 2 and swedish in (parts[1], finnish, f"{parts[1]} - {parts[0]}"):
        return Names(parts[0], parts[1])
    return Names(finnish, swedish or finnish)


def division_frame(
    year: int,
    now: Division,
    mapped: Mapping[str, Mapping[str, list[str]]],
    names: NamesOfLevels,
    notes: Notes,
) -> pd.DataFrame:
    """The division, by code; what is not in one known area of each level is set aside."""
    rows = []
    for line, code in enumerate(sorted(now), start=1):
        within: dict[str, str] = {}
        for level in LEVELS:
            targets = mapped[level.name].get(code, [])
            if len(targets) == 1 and (word := _word(level, targets[0], names)):
                within |= {f"{level.ours}_code": targets[0], level.ours: word}
                continue
            reason = "no" if not targets else "two" if len(targets) > 1 else "unknown"
            notes.set_aside(line, code, f"{reason}_{level.ours}")
            break
        else:
            rows.append(
                {
                    "municipality_code": code,
                    "name_fi": now[code].fi,
                    "name_sv": now[code].sv,
                    "region_code": within["region_code"],
                    "wellbeing_county_code": within["wellbeing_county_code"],
                    "subregion_fi": within["subregion"],
                    "urban_rural_fi": within["grouping"],
                    "languages": within["languages"],
                    "year": year,
                }
            )
    return pd.DataFrame(rows, columns=list(DIVISION.columns)).astype(DIVISION.dtypes)


def areas_frame(division: pd.DataFrame, names: NamesOfLevels, notes: Notes) -> pd.DataFrame:
    """The regions and counties that have a municipality; the rest is counted."""
    rows = []
    for level in LEVELS[:2]:
        used = set(division[f"{level.ours}_code"])
        finnish, swedish, english = (names[level.name][lang] for lang in level.langs)
        for code in sorted(finnish):
            if code not in used:
                notes.surprise(f"{level.name} {code} has no municipality")
                continue
            if not swedish.get(code) or not english.get(code):
                notes.surprise(f"{level.name} without a name in another language")
            rows.append(
                {
                    "level": level.ours,
                    "code": code,
                    "name_fi": finnish[code],
                    "name_sv": swedish.get(code) or finnish[code],
                    "name_en": english.get(code) or finnish[code],
                    "short_name": None,
                }
            )
    return pd.DataFrame(rows, columns=list(AREAS.columns)).astype(AREAS.dtypes)


def _word(level: Level, code: str, names: NamesOfLevels) -> str | None:
    """What a code of a level stands for; None where that is not known."""
    if level.name in _WORDS:
        return _WORDS[level.name].get(code)
    if len(level.langs) > 1 and not _AREA_CODE.fullmatch(code):
        return None
    return names[level.name]["fi"].get(code)
