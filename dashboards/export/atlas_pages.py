"""What the sheet of one municipality says, in one language: frames in, plain texts out.

Boards are in `dashboards.export.atlas_boards`, the pages about the whole area in
`dashboards.export.atlas_overview`; how a sheet looks is the business of the templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.export.atlas_rows import (
    board_rows,
    evidence_rows,
    group_rows,
    organisations_here,
    state_rows,
    town_rows,
)
from dashboards.export.scope import Scope
from dashboards.markup import records, safe_url
from dashboards.phrases import residents_text, sensitivity_badge
from dashboards.store import Store
from dashboards.texts import MISSING, date, number, text

MOST_NAMES = 30
"""Organisations named of one target group on a sheet; how many more there are is said."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One piece of evidence: ``note`` is the collector's and in English, ``url`` safe to follow."""

    year: str
    criterion: str
    answer: str
    what: str
    note: str
    source: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One of the eight criteria: ``state`` names its ink, ``marks`` what to beware of."""

    name: str
    state: str
    said: str
    year: str
    marks: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Known organisations for a target group, by what ties them to the municipality."""

    name: str
    local: str
    domiciled: str
    stated: str
    regional: str
    nearest: str


@dataclass(frozen=True, kw_only=True)
class Served:
    """The names of those that serve a target group, and how many are not named."""

    name: str
    count: str
    names: str
    rest: str


@dataclass(frozen=True, kw_only=True)
class BoardLine:
    """A board of the municipality: its id, name, and what is said of its term and seats."""

    id: str
    name: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A liaison: personal data."""

    name: str
    role: str
    email: str
    mark: str


@dataclass(frozen=True, kw_only=True)
class MunicipalitySheet:
    """One municipality; ``contacts`` is None where they were not asked for."""

    code: str
    name: str
    place: str
    ladder: str
    ladder_name: str
    ladder_meaning: str
    marks: str
    residents: str
    older: str
    readings: str
    organisations: str
    criteria: list[Criterion]
    groups: list[Group]
    served: list[Served]
    boards: list[BoardLine]
    findings: list[Finding]
    contacts: list[Contact] | None


def municipality_sheet(scope: Scope, code: str, lang: str) -> MunicipalitySheet:
    """Tell of one municipality in one language.

    Parameters
    ----------
    scope
        Gives the store and whether contacts were asked for.
    code
        The municipality, one of those of the scope.
    lang
        The language.

    Returns
    -------
    MunicipalitySheet
        Ready texts: numbers as the language writes them, a dash where nothing is known.
    """
    store = scope.store
    row = town_rows(store)[code]
    return MunicipalitySheet(
        code=code,
        name=store.name_of(lang)[code],
        place=" · ".join(
            (
                store.area_name("region", row["region_code"], lang),
                store.area_name("wellbeing_county", row["wellbeing_county_code"], lang),
            )
        ),
        ladder=row["ladder"],
        ladder_name=text(f"ladder.{row['ladder']}.name", lang),
        ladder_meaning=text(f"ladder.{row['ladder']}.meaning", lang),
        marks=_ladder_marks(row, lang),
        residents=_residents(row, lang),
        older=text(
            "export_atlas.older",
            lang,
            residents=residents_text(row["residents_65"], row["residents_65_basis"], lang),
        ),
        readings=sensitivity_badge(store, code, lang),
        organisations=_organisations_said(row, lang),
        criteria=_criteria(store, code, lang),
        groups=_groups(store, code, lang),
        served=_served(store, code, lang),
        boards=_boards(store, code, lang),
        findings=_findings(store, code, lang),
        contacts=_contacts(store, code, lang) if scope.with_contacts else None,
    )


def board_term(board: dict[str, Any], lang: str) -> str:
    """A board's term in words, and whether it is in it on the store's day."""
    standing = text(f"term.{board['term']}", lang)
    if not (board["term_start"] or board["term_end"]):
        return standing
    end = board["term_end"]
    last = date(end, lang) if end else text("board.open_end", lang)
    return f"{date(board['term_start'], lang)}\N{EN DASH}{last} ({standing})"


def board_seats(board: dict[str, Any], lang: str) -> str:
    """How many seats of a board are known, of how many, and how many are of organisations."""
    known, total = number(board["counted_rows"], lang), board["seats_total"]
    if total is None:
        said = [text("board.seats_known_only", lang, known=known)]
    else:
        said = [text("board.seats_known", lang, known=known, total=number(total, lang))]
    if board["seats_ngo"] is not None:
        said.append(text("board.seats_ngo", lang, count=board["seats_ngo"]))
    if board["possible_rows"]:
        said.append(text("board.possible_rows", lang, count=board["possible_rows"]))
    return "; ".join(said)


def shortened(names: list[str], lang: str) -> tuple[str, str]:
    """The first names in one text, and how many there are besides, in words or empty."""
    rest = len(names) - MOST_NAMES
    said = text("export_atlas.rest", lang, count=rest) if rest > 0 else ""
    return "; ".join(names[:MOST_NAMES]), said


def _ladder_marks(row: dict[str, Any], lang: str) -> str:
    marks = [text("flag.stale", lang)] if row["is_stale"] else []
    if row["has_other_evidence"]:
        marks.append(text("export_atlas.other_evidence", lang))
    return "; ".join(marks)


def _residents(row: dict[str, Any], lang: str) -> str:
    if row["population"] is None:
        return text("export_atlas.residents_unknown", lang)
    said = text("profile.residents", lang, count=row["population"])
    return f"{said} ({row['population_year']})" if row["population_year"] else said


def _organisations_said(row: dict[str, Any], lang: str) -> str:
    return text(
        "export_atlas.organisations",
        lang,
        local=number(row["local"], lang),
        regional=number(row["regional"], lang),
    )


def _criteria(store: Store, code: str, lang: str) -> list[Criterion]:
    return [
        Criterion(
            name=text(f"theme.{row['criterion']}", lang),
            state=row["state"],
            said=text(f"state.{row['state']}.name", lang),
            year=_year(row["year"], lang) if row["findings"] else MISSING,
            marks="; ".join(
                text(f"flag.{mark}", lang) for mark in ("stale", "disputed") if row[f"is_{mark}"]
            ),
        )
        for row in state_rows(store, code)
    ]


def _groups(store: Store, code: str, lang: str) -> list[Group]:
    groups, names = store.group_names(lang), store.name_of(lang)
    return [
        Group(
            name=groups[row["target_group_code"]],
            **{
                column: number(row[column], lang)
                for column in ("local", "domiciled", "stated", "regional")
            },
            nearest=_nearest(row, names, lang),
        )
        for row in group_rows(store, code)
    ]


def _nearest(row: dict[str, Any], names: dict[str, str], lang: str) -> str:
    """Where the nearest municipality with one is; empty where there is one here."""
    if row["local"] != 0:
        return ""
    if row["nearest_code"] is None:
        return text("profile.nearest_none", lang)
    near = names.get(row["nearest_code"], row["nearest_code"])
    return text("export_atlas.nearest", lang, name=near, km=number(row["nearest_km"], lang))


def _served(store: Store, code: str, lang: str) -> list[Served]:
    """The organisations that the counts count here, by target group; last those without one."""
    here = organisations_here(store, code)
    found = []
    for group, title in [*store.group_names(lang).items(), ("", "")]:
        own = [name for name, groups in here if (group in groups if group else not groups)]
        if own:
            said, rest = shortened(own, lang)
            title = title or text("export_atlas.without_group", lang)
            found.append(Served(name=title, count=number(len(own), lang), names=said, rest=rest))
    return found


def _boards(store: Store, code: str, lang: str) -> list[BoardLine]:
    return [
        BoardLine(
            id=row["board_id"],
            name=row["name"],
            said=f"{board_term(row, lang)}; {board_seats(row, lang)}",
        )
        for row in board_rows(store).values()
        if row["municipality_code"] == code
    ]


def _findings(store: Store, code: str, lang: str) -> list[Finding]:
    """The evidence by criterion, in their order, the newest first."""
    return [
        Finding(
            year=_year(row["year"], lang),
            criterion=text(f"theme.{row['criterion']}", lang),
            answer=text(f"state.{row['answer']}.name", lang),
            what=_what(row, lang),
            note="" if row["kind"] else row["note"] or "",
            source=row["source_url"] if safe_url(row["source_url"]) else _document(row, lang),
            url=safe_url(row["source_url"]),
        )
        for row in evidence_rows(store, code)
    ]


def _what(row: dict[str, Any], lang: str) -> str:
    if row["origin"] == "liaisons":
        return text("profile.from_liaisons", lang)
    return row["kind"] or ""


def _document(row: dict[str, Any], lang: str) -> str:
    """A source without an address that can be followed: as it is named, else what it is."""
    return row["source_url"] or text("profile.document", lang)


def _contacts(store: Store, code: str, lang: str) -> list[Contact]:
    people = store.liaisons[store.liaisons["municipality_code"] == code]
    return [
        Contact(
            name=row["person_name"],
            role=row["second_role"] or "",
            email=row["email"] or "",
            mark="; ".join(_contact_marks(row, lang)),
        )
        for row in records(people)
    ]


def _contact_marks(row: dict[str, Any], lang: str) -> list[str]:
    marks = []
    if row["former_name"]:
        marks.append(text("profile.former", lang, name=row["former_name"]))
    if "odd_email" in (row["warning"] or ""):
        marks.append(text("flag.odd_email", lang))
    return marks


def _year(year: Any, lang: str) -> str:
    return str(year) if year is not None else text("profile.undated", lang)
