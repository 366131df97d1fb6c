"""What the atlas says of the whole area, in one language: sums, gaps, how to read, the sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboards.export.atlas_boards import board_area_name, boards_of
from dashboards.export.atlas_pages import board_term
from dashboards.export.atlas_rows import town_rows
from dashboards.export.scope import Scope, SourceSaid
from dashboards.markup import records
from dashboards.texts import number, percent, text
from geo.coverage import LADDER, MAX_AGE_YEARS, STATES
from geo.sensitivity import READINGS
from loaders.tables import CRITERIA

TABLES_USED = (
    *("municipalities", "boundaries", "population_by_age", "areas", "evidence", "county_evidence"),
    *("organisations", "organisation_areas", "organisation_target_groups", "target_groups"),
    *("boards", "seats"),
)
"""Tables of the model that the atlas tells of; the liaisons come along in `tables_used`."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the ladder: its ink, and the municipalities and residents on it, also if none."""

    state: str
    name: str
    meaning: str
    municipalities: str
    residents: str
    share: str


@dataclass(frozen=True, kw_only=True)
class MunicipalityLine:
    """A municipality in the list of the area."""

    code: str
    name: str
    state: str
    ladder: str
    residents: str
    criteria: str
    organisations: str


@dataclass(frozen=True, kw_only=True)
class BoardListed:
    """A board in the list of the area."""

    id: str
    name: str
    place: str
    term: str


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A word of the sheets and what it means; ``state`` names its ink, where it has one."""

    state: str
    name: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The pages about the area; the texts that are empty are not said."""

    title: str
    report_title: str
    area: str
    made: str
    filters: str
    contacts: str
    picture_alt: str
    steps: list[Step]
    total: Step
    said: list[str]
    counties: list[str]
    municipalities: list[MunicipalityLine]
    boards: list[BoardListed]
    steps_of_criteria: list[Meaning]
    how: list[str]
    sources: list[SourceSaid]
    licence: str


def overview(scope: Scope, lang: str, *, order: list[str], has_boards: bool = True) -> Overview:
    """Tell of the whole area in one language.

    Parameters
    ----------
    scope
        The area and the store.
    lang
        The language.
    order
        The codes of the area's municipalities in the order of the sheets, the same in every
        language.
    has_boards
        Whether the boards are listed.

    Returns
    -------
    Overview
        Ready texts. The steps add up to the total; residents are a dash where those of one of
        the municipalities are not known.
    """
    area = scope.name(lang)
    steps = [_step(scope, name, lang) for name in LADDER]
    return Overview(
        title=text("export_atlas.title", lang, area=area),
        report_title=text("export_atlas.report_title", lang, area=area),
        area=area,
        made=scope.made_said(lang),
        filters=scope.filters_said(lang),
        contacts=scope.contacts_said(lang),
        picture_alt=_picture_alt(area, steps, lang),
        steps=steps,
        total=_step(scope, "", lang),
        said=_said(scope, lang),
        counties=_counties(scope, lang),
        municipalities=_municipalities(scope, lang, order),
        boards=_boards(scope, lang) if has_boards else [],
        steps_of_criteria=[
            Meaning(
                state=state,
                name=text(f"state.{state}.name", lang),
                meaning=text(f"state.{state}.meaning", lang),
            )
            for state in STATES
        ],
        how=how_to_read(lang),
        sources=scope.sources(tables_used(scope), lang),
        licence=scope.licence_line(tables_used(scope), lang),
    )


def tables_used(scope: Scope) -> tuple[str, ...]:
    """The tables of the model that a file of the scope tells of."""
    return (*TABLES_USED, "liaisons")


def how_to_read(lang: str) -> list[str]:
    """What a reader has to know, in sentences."""
    return [
        text("export_atlas.how_unknown", lang),
        text("view.gaps.note", lang, years=MAX_AGE_YEARS),
        text("export_atlas.how_groups", lang),
        text("profile.nearest_note", lang),
        text("export_atlas.how_readings", lang, readings=len(READINGS)),
        text("export_atlas.how_estimate", lang),
        text("export_atlas.how_boards", lang),
    ]


def _step(scope: Scope, state: str, lang: str) -> Step:
    """A step, or for no name all of them."""
    rows = scope.municipalities
    inside = rows[rows["ladder"] == state] if state else rows
    # One municipality whose residents are not known makes the sum unknown, not smaller.
    residents, everyone = (frame["population"].sum(skipna=False) for frame in (inside, rows))
    return Step(
        state=state,
        name=text(f"ladder.{state}.name", lang) if state else text("legend.total", lang),
        meaning=text(f"ladder.{state}.meaning", lang) if state else "",
        municipalities=number(len(inside), lang),
        residents=number(residents, lang),
        share=percent(_share(residents, everyone), lang, decimals=1),
    )


def _share(part: Any, whole: Any) -> float | None:
    """A share, or None where it cannot be told."""
    return float(part) / float(whole) if pd.notna(part) and pd.notna(whole) and whole else None


def _picture_alt(area: str, steps: list[Step], lang: str) -> str:
    """The map in words: its area and how many municipalities are on each step."""
    counts = "; ".join(f"{step.name}: {step.municipalities}" for step in steps)
    return text("export_atlas.map_alt", lang, area=area, counts=counts)


def _said(scope: Scope, lang: str) -> list[str]:
    """The gaps in municipalities and people, and how much is known of the organisations."""
    rows = scope.municipalities
    gaps = rows[rows["is_gap"]]
    people, everyone = (frame["population"].sum(skipna=False) for frame in (gaps, rows))
    completeness = scope.store.completeness
    known = completeness["organisations"]
    return [
        text(
            "export_atlas.gaps",
            lang,
            gaps=number(len(gaps), lang),
            all=number(len(rows), lang),
            people=number(people, lang),
            share=percent(_share(people, everyone), lang, decimals=1),
        ),
        text(
            "export_atlas.register",
            lang,
            known=number(known, lang),
            placed=percent(_share(completeness["with_local_place"], known), lang),
            grouped=percent(_share(completeness["with_group"], known), lang),
            both=percent(_share(completeness["with_both"], known), lang),
        ),
    ]


def _counties(scope: Scope, lang: str) -> list[str]:
    """Whether the counties of the area have a council of organisations of their own."""
    if scope.area.startswith("municipality-"):
        return []
    store = scope.store
    codes = scope.municipalities["wellbeing_county_code"].dropna().unique()
    states = store.county_states
    councils = states[
        (states["criterion"] == "ngo_council") & states["wellbeing_county_code"].isin(codes)
    ]
    return [
        text(
            f"view.counties.council.{row['state'] if row['state'] in ('yes', 'no') else 'other'}",
            lang,
            county=store.area_name("wellbeing_county", row["wellbeing_county_code"], lang),
            year=row["year"] if row["year"] is not None else text("profile.undated", lang),
        )
        for row in records(councils)
    ]


def _municipalities(scope: Scope, lang: str, order: list[str]) -> list[MunicipalityLine]:
    names = scope.store.name_of(lang)
    by_code = town_rows(scope.store)
    return [
        MunicipalityLine(
            code=code,
            name=names[code],
            state=by_code[code]["ladder"],
            ladder=text(f"ladder.{by_code[code]['ladder']}.name", lang),
            residents=number(by_code[code]["population"], lang),
            criteria=f"{by_code[code]['known_criteria']}/{len(CRITERIA)}",
            organisations=number(by_code[code]["local"], lang),
        )
        for code in order
    ]


def _boards(scope: Scope, lang: str) -> list[BoardListed]:
    return [
        BoardListed(
            id=row["board_id"],
            name=row["name"],
            place=board_area_name(scope.store, row, lang),
            term=board_term(row, lang),
        )
        for row in boards_of(scope)
    ]
