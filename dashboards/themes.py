"""What the map can show: each theme lays every municipality in one class with a colour and a name.

Drawn by ``dashboards.vector_map``; counted in the legend of the map's view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from dashboards.inks import INKS, Ink
from dashboards.texts import number, text
from geo.classify import NO_DATA, ZERO, classes
from geo.coverage import LADDER, MAX_AGE_YEARS, STATES
from geo.sensitivity import READINGS
from loaders.tables import CRITERIA

if TYPE_CHECKING:
    from dashboards.store import Store

GROUP_PREFIX = "group-"
"""Before the code of a target group in the id of its theme."""

CLASS_INKS: Mapping[str, Ink] = {
    "zero": Ink("#f7d9c7", "diagonal_cross", "#8f3d0f"),
    "class_1": Ink("#c9e0e3", "blank"),
    "class_2": Ink("#93c3c8", "blank"),
    "class_3": Ink("#549aa3", "blank"),
    "class_4": Ink("#266f7b", "blank"),
    "class_5": Ink("#0d4550", "blank"),
    "no_data": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
}
"""Counts and rates: a class for zero and one for no data, each with a pattern of its own."""

AGE_INKS: Mapping[str, Ink] = {
    "fresh": Ink("#0d4550", "blank"),
    "ageing": Ink("#549aa3", "dot", "#0d333b"),
    "stale": Ink("#e9cf7e", "horizontal_line", "#6d5710"),
    "undated": Ink("#c2571a", "diagonal_cross", "#5e2405"),
    "no_evidence": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
}
FRESH_YEARS = 1
"""Evidence of this year or of the year before."""

READING_INKS: Mapping[str, Ink] = {
    "never": Ink("#cde5ee", "dot", "#2c5f74"),
    "few": Ink("#f4e6b5", "blank"),
    "some": Ink("#dfab5c", "blank"),
    "most": Ink("#ad6124", "blank"),
    "always": Ink("#571f08", "diagonal_cross", "#d9a37c"),
    "unknown": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
}
"""In how many readings a municipality is a gap: none, and not known, have patterns of their own."""
READING_STEPS: Mapping[str, tuple[int, int]] = {
    "never": (0, 0),
    "few": (1, 5),
    "some": (6, 10),
    "most": (11, len(READINGS) - 1),
    "always": (len(READINGS), len(READINGS)),
}
"""The fewest and the most readings of each class."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A theme in a language: a class per municipality, and how each class is drawn and named.

    ``inks`` holds the classes in the order of the legend; ``kind`` tells inks of the same names
    apart; ``values`` are the numbers behind the classes, where there are such, with their unit.
    """

    id: str
    kind: str
    group: str
    label: str
    inks: Mapping[str, Ink]
    names: Mapping[str, str]
    classes: Sequence[str]
    meanings: Mapping[str, str] = field(default_factory=dict)
    values: pd.Series | None = None
    unit: str = ""
    decimals: int = 0
    said: str = "{number} {unit}"
    """How a number is told under the pointer."""


def theme_ids(target_group_codes: Sequence[str]) -> tuple[str, ...]:
    """The ids of all themes, the first that a map shows first."""
    return (
        "ladder",
        *CRITERIA,
        "organisations",
        "organisations_per_10k",
        *(f"{GROUP_PREFIX}{code}" for code in target_group_codes),
        "evidence_age",
        "readings",
    )


def themes(store: Store, lang: str) -> dict[str, Theme]:
    """Every theme in a language, by id, for the municipalities in the order of the store."""
    found = [
        _states("ladder", store.status["ladder"], LADDER, "ladder", lang),
        *(
            _states(criterion, states["state"], STATES, "state", lang)
            for criterion, states in store.states.groupby("criterion", sort=False)
        ),
        *_organisations(store, lang),
        _evidence_age(store, lang),
        _readings(store, lang),
    ]
    return {theme.id: theme for theme in found}


def themes_of(store: Store, lang: str) -> dict[str, Theme]:
    """Every theme in a language, made once a process."""
    return store.once(f"themes {lang}", lambda: themes(store, lang))


def _states(theme: str, states: pd.Series, order: Sequence[str], kind: str, lang: str) -> Theme:
    return Theme(
        id=theme,
        kind=kind,
        group="cooperation",
        label=text(f"theme.{theme}", lang),
        inks={state: INKS[state] for state in order},
        names={state: text(f"{kind}.{state}.name", lang) for state in order},
        meanings={state: text(f"{kind}.{state}.meaning", lang) for state in order},
        classes=states.tolist(),
    )


def _organisations(store: Store, lang: str) -> list[Theme]:
    counts, matrix, names = store.organisation_counts, store.matrix, store.group_names(lang)
    unit = text("theme.unit_organisations", lang)
    found = [
        _numbers("organisations", counts["local"], "organisations", lang, unit=unit),
        _numbers(
            "organisations_per_10k",
            counts["local_per_10k"],
            "organisations",
            lang,
            unit=text("theme.unit_per_10k", lang),
            decimals=1,
        ),
    ]
    for code, cells in matrix.groupby("target_group_code", sort=False):
        theme = f"{GROUP_PREFIX}{code}"
        label = names[str(code)]
        found.append(_numbers(theme, cells["local"], "groups", lang, unit=unit, label=label))
    return found


def _numbers(
    theme: str,
    values: pd.Series,
    group: str,
    lang: str,
    *,
    unit: str,
    label: str = "",
    decimals: int = 0,
) -> Theme:
    """Classes of equal numbers of municipalities; zero and no data stand apart."""
    found = classes(values.reset_index(drop=True))
    keys = {NO_DATA: "no_data", ZERO: "zero"}
    names = {"zero": text("class.zero", lang)}
    top = len(found.edges) - 1
    for at in range(1, top + 1):
        # With few classes the darkest is still the darkest.
        keys[at] = f"class_{at + 5 - max(top, 1)}"
        names[keys[at]] = _range(found.edges[at - 1], found.edges[at], decimals, lang)
    names["no_data"] = text("class.no_data", lang)
    return Theme(
        id=theme,
        kind="class",
        group=group,
        label=label or text(f"theme.{theme}", lang),
        inks={key: CLASS_INKS[key] for key in names},
        names=names,
        classes=[keys[code] for code in found.codes],
        values=values.reset_index(drop=True),
        unit=unit,
        decimals=decimals,
    )


def _range(low: float, high: float, decimals: int, lang: str) -> str:
    """A class in words: its lowest and highest value, as the numbers are written."""
    step = 10**-decimals
    first, last = number(low + step, lang, decimals=decimals), number(high, lang, decimals=decimals)
    return last if first == last else f"{first}\N{EN DASH}{last}"


def _evidence_age(store: Store, lang: str) -> Theme:
    status = store.status
    ages = (store.as_of.year - status["newest_year"]).astype("Int64")
    classes_ = pd.Series("stale", status.index, "string")
    classes_ = classes_.mask((ages <= MAX_AGE_YEARS).fillna(False), "ageing")
    classes_ = classes_.mask((ages <= FRESH_YEARS).fillna(False), "fresh")
    classes_ = classes_.mask(ages.isna(), "undated").mask(status["findings"] == 0, "no_evidence")
    names = {
        key: text(f"evidence_age.{key}", lang, fresh=FRESH_YEARS, stale=MAX_AGE_YEARS)
        for key in AGE_INKS
    }
    return Theme(
        id="evidence_age",
        kind="age",
        group="evidence",
        label=text("theme.evidence_age", lang),
        inks=AGE_INKS,
        names=names,
        classes=classes_.tolist(),
        values=ages,
        unit=text("theme.unit_years", lang),
    )


def _readings(store: Store, lang: str) -> Theme:
    """In how many readings each municipality is a gap; unknown where that leaves its class open."""
    towns = store.municipalities["municipality_code"]
    counted = store.analysis.gap_sensitivity.set_index("municipality_code").loc[towns]
    sure = counted["gaps"].astype("Int64").reset_index(drop=True)
    possible = sure + counted["unknown"].reset_index(drop=True)
    classes_ = pd.Series("unknown", sure.index, dtype="string")
    for key, (fewest, most) in READING_STEPS.items():
        classes_ = classes_.mask((sure >= fewest) & (possible <= most), key)
    names = {}
    for key, (fewest, most) in READING_STEPS.items():
        names[key] = f"{fewest}" if fewest == most else f"{fewest}\N{EN DASH}{most}"
        if key in ("never", "always"):
            names[key] = text(f"theme_readings.{key}", lang, number=names[key])
    names["unknown"] = text("theme_readings.unknown", lang)
    return Theme(
        id="readings",
        kind="reading",
        group="evidence",
        label=text("theme_readings.label", lang, readings=len(READINGS)),
        inks=READING_INKS,
        names=names,
        meanings={"unknown": text("theme_readings.unknown_meaning", lang)},
        classes=classes_.tolist(),
        values=sure.mask(possible > sure),
        unit=text("theme_readings.unit", lang, readings=len(READINGS)),
        said=text("theme_readings.said", lang, number="{number}", readings=len(READINGS)),
    )
