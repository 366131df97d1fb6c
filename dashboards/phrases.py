"""How figures are said in words wherever they stand: residents of an age, gaps by reading.

Words only: no page and no file is made here, and nothing of a page is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboards.texts import MISSING, number, text
from geo.sensitivity import READINGS

if TYPE_CHECKING:
    from dashboards.store import Store

PAIRS = len(READINGS) // 2
"""Pairs of readings that differ in one choice alone."""


def residents_text(residents: Any, basis: Any, lang: str) -> str:
    """A number of residents, an estimate marked as one; a dash where it is not known."""
    written = number(residents, lang)
    is_estimate = pd.notna(residents) and pd.notna(basis) and basis == "estimated"
    return text("people.estimate", lang, n=written) if is_estimate else written


def basis_text(residents: pd.DataFrame, lang: str) -> str:
    """How residents of an age were come by, or why they are not known: all that holds of any row.

    Parameters
    ----------
    residents
        Rows of one age range or target group, as from `geo.population`.
    lang
        The language of the page.
    """
    known = residents.dropna(subset="residents")
    is_other_year = (known["ages_year"] != known["population_year"]).fillna(False)
    shares = known[is_other_year & (known["basis"] == "estimated")]
    counted = known[known["basis"] == "counted"]
    parts = []
    if len(counted):
        parts.append(text("people.basis.counted", lang, year=_years(counted["population_year"])))
    if len(shares):
        ages, year = _years(shares["ages_year"]), _years(shares["population_year"])
        parts.append(text("people.basis.shares", lang, ages=ages, year=year))
    if known["is_band_cut"].any():
        parts.append(text("people.basis.bands", lang))
    why = residents["reason"].dropna().unique()
    return "; ".join(parts + [text(f"people.reason.{reason}", lang) for reason in why])


def _years(years: pd.Series) -> str:
    first, last = years.min(), years.max()
    return str(first) if first == last else f"{first}–{last}"


def group_ages(store: Store, lang: str) -> dict[str, str]:
    """Target group code to its ages in words; everyone's too, but not those without a range."""
    ages = {}
    for group in store["target_groups"].itertuples(index=False):
        if pd.notna(group.age_to):
            first = 0 if pd.isna(group.age_from) else group.age_from
            written = text("people.ages_between", lang, first=first, last=group.age_to)
        elif pd.notna(group.age_from):
            written = text("people.ages_from", lang, first=group.age_from)
        elif group.is_general:
            written = text("people.ages_all", lang)
        else:
            continue
        ages[group.target_group_code] = written
    return ages


def sensitivity_badge(store: Store, code: str, lang: str) -> str:
    """In how many readings a municipality is a gap, and what flips it most, in words."""
    sensitivity = store.analysis.gap_sensitivity
    [row] = sensitivity[sensitivity["municipality_code"] == code].to_dict("records")
    said = f"{gaps_counted(row, lang)}."
    if pd.isna(row["flipping"]):
        return said
    return f"{said} {text('sensitivity.flipped', lang, choices=choices_flipping(row, lang))}"


def gaps_counted(row: dict[Any, Any], lang: str) -> str:
    """Gaps of the readings in which it is known, and how many are not."""
    said = text("sensitivity.badge", lang, gaps=number(row["gaps"], lang), count=row["readings"])
    if not row["unknown"]:
        return said
    return f"{said}, {text('sensitivity.unknown', lang, count=row['unknown'])}"


def choices_flipping(row: dict[Any, Any], lang: str) -> str:
    """The choices that flip it in most pairs, with their number."""
    if pd.isna(row["flipping"]):
        return MISSING if pd.isna(row["verdict"]) else text("sensitivity.flips_none", lang)
    choices = row["flipping"].split(",")
    named = ", ".join(text(f"sensitivity.choice.{choice}", lang) for choice in choices)
    return f"{named} ({row[f'flips_{choices[0]}']}/{PAIRS})"
