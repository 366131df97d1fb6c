"""The municipalities of a year and what they lie in: region, wellbeing county, language, grouping.

Publisher: Tilastokeskus
Page: https://stat.fi/fi/luokitukset/kunta
Licence: CC BY 4.0
Updated: Yearly; the classes of a year appear late in its January
Contains: Names of every municipality in Finnish and Swedish, its region, wellbeing county,
    sub-region, statistical grouping and languages; the regions and counties; since which year a
    municipality is gone or goes by another name
Caveats: The same number means another area as a region than as a wellbeing county. What became of a
    municipality is told only where a key between its classes does so; else it is set aside. English
    names may be missing and are then the Finnish ones
"""

from __future__ import annotations

from collections.abc import Generator

from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Answer, Gathered, Gathering, Request, Scope, Source, Words
from loaders.sources._statfi_answers import (
    LICENCE,
    LICENCE_URL,
    PUBLISHER,
    Notes,
    is_municipality_code,
)
from loaders.sources._statfi_changes import (
    Division,
    Names,
    Row,
    changes_frame,
    gone,
    merged,
    renamed,
    successor_tables,
    successors,
)
from loaders.sources._statfi_classes import (
    ClassId,
    TableId,
    class_items,
    correspondence_tables,
    mapped_codes,
    municipal_class,
    target_class,
)
from loaders.sources._statfi_levels import LEVELS, areas_frame, division_frame, names_of
from loaders.tables import AREAS, DIVISION, MUNICIPALITY_CHANGES

SOURCE = Source(
    id="statfi_division",
    title=Words("Kuntaluokitus", "Kommunklassificering", "Classification of municipalities"),
    publisher=PUBLISHER,
    page="https://stat.fi/fi/luokitukset/kunta",
    url="https://data.stat.fi/api/classifications/v2",
    licence=LICENCE,
    licence_url=LICENCE_URL,
    attribution=Words(
        "Lähde: Tilastokeskus, kuntaluokitus ja luokitusavaimet",
        "Källa: Statistikcentralen, kommunklassificering och klassificeringsnycklar",
        "Source: Statistics Finland, classification of municipalities and its keys",
    ),
    table=DIVISION.name,
    more_tables=(AREAS.name, MUNICIPALITY_CHANGES.name),
    expected_rows=(280, 330),
    has_personal_data=False,
    updated="Yearly; the classes of a year appear late in its January",
    note=Words(
        "Kunnan seuraaja kerrotaan vain, jos luokitusavain kertoo sen.",
        "Vad en kommun har gått upp i anges bara om en klassificeringsnyckel anger det.",
        "What became of a municipality is told only where a key of the classification tells it.",
    ),
    update_days=180,
    calls_per_minute=40,
)

FIRST_YEAR = 2021
OLDEST_YEAR = 2013
"""The first year whose classes the reference knows of."""

_Asking = Generator[Request, Answer, dict[str, str]]


def gather(scope: Scope) -> Gathering:
    """Ask for the division of ``scope.year``, all of it whatever the scope, and for what changed.

    Parameters
    ----------
    scope
        ``year`` of the division; option ``first_year`` (default 2021): the changes since the
        beginning of the year after it are told.

    Returns
    -------
    Gathering
        Tables division (one row a municipality, by code), areas (those with a municipality) and
        municipality_changes. Rejects have a reason ``no_<what>``, ``two_<what>`` or
        ``unknown_<what>`` (region, wellbeing_county, subregion, grouping, languages), ``bad_code``,
        ``no_name``, ``item_without_code``, ``item_twice``, ``map_without_codes``,
        ``successor_unknown`` or ``several_successors`` (the line is then the year).

    Raises
    ------
    SourceChanged
        The classes of the year are not there yet, or an answer is not in the form known.
    LoaderError
        The option is no year.
    """
    first_year = _first_year(scope)
    notes = Notes(SOURCE.id)
    request = Request(
        url=f"{_base(scope)}/correspondenceTables?format=json",
        label="list of correspondence tables",
    )
    answer = yield request
    tables = correspondence_tables(answer.body, request, notes, source_id=SOURCE.id)
    kunta = _kunta(tables, scope.year)
    paths = _paths(tables, kunta, notes)
    now = yield from _division(scope, kunta, notes)
    mapped = {}
    for level in LEVELS:
        mapped[level.name] = yield from _maps(scope, paths[level.name], notes)
    names: dict[str, dict[str, dict[str, str]]] = {}
    for level in LEVELS:
        names[level.name] = {}
        for lang in level.langs:
            target = paths[level.name].target
            names[level.name][lang] = yield from _items(scope, target, lang, notes)
    division = division_frame(scope.year, now, mapped, names, notes)
    if division.empty:
        raise SourceChanged(
            f"{SOURCE.id}: not one of {len(now)} municipalities of {scope.year} could be placed; "
            f"set aside: {notes.reasons()}."
        )
    changes = yield from _changes(scope, tables, kunta, now, first_year, notes)
    return Gathered(
        frames={
            DIVISION.name: division,
            AREAS.name: areas_frame(division, names, notes),
            MUNICIPALITY_CHANGES.name: changes_frame(changes),
        },
        rejects=notes.rejects,
        surprises=dict(notes.surprises),
        source_date=f"{scope.year}-01-01",
    )


def _first_year(scope: Scope) -> int:
    text = scope.options.get("first_year", str(FIRST_YEAR))
    if not (text.isascii() and text.isdigit() and OLDEST_YEAR <= int(text[:9]) <= 2999):
        raise LoaderError(f"{SOURCE.id}.first_year is {text[:20]!r}; expected a year from 2013 on")
    return int(text)


def _base(scope: Scope) -> str:
    return scope.base_url.rstrip("/")


def _kunta(tables: list[TableId], year: int) -> ClassId:
    """The class of municipalities of the year."""
    wanted = [level.name for level in LEVELS]
    kunta = municipal_class(tables, year, wanted)
    if kunta:
        return kunta
    years = sorted({table.source.year for table in tables if table.source.name == "kunta"})
    newest = next((year for year in reversed(years) if municipal_class(tables, year, wanted)), None)
    told = f"the newest there are those of {newest}" if newest else "there are none of any year"
    raise SourceChanged(
        f"{SOURCE.id}: looked for the classes of the municipalities of {year}; {told}. Those of a "
        "new year appear late in January: set JARJESTOKARTTA_YEAR to a year that is there, or wait."
    )


def _paths(tables: list[TableId], kunta: ClassId, notes: Notes) -> dict[str, TableId]:
    """The table to each class that is needed."""
    paths = {level.name: target_class(tables, kunta, level.name, notes) for level in LEVELS}
    lacking = [name for name, table in paths.items() if table is None]
    if lacking:
        raise SourceChanged(
            f"{SOURCE.id}: no correspondence table leads from {kunta.text} to {', '.join(lacking)}."
        )
    return {name: table for name, table in paths.items() if table is not None}


def _items(scope: Scope, class_id: ClassId, lang: str, notes: Notes) -> _Asking:
    """Ask for the items of a class in a language."""
    request = Request(
        url=f"{_base(scope)}/classifications/{class_id.text}/classificationItems"
        f"?content=data&format=json&lang={lang}&meta=max",
        label=f"names of {class_id.text}, {lang}",
    )
    answer = yield request
    return class_items(answer.body, request, notes, source_id=SOURCE.id, lang=lang)


def _maps(
    scope: Scope, table: TableId, notes: Notes
) -> Generator[Request, Answer, dict[str, list[str]]]:
    """Ask for a correspondence table; where its rows do not come, for their addresses alone."""
    address = f"{_base(scope)}/correspondenceTables/{table.path}/maps"
    request = Request(
        url=f"{address}?content=data&format=json&lang=fi&meta=min", label=f"key {table.text}"
    )
    try:
        answer = yield request
        return mapped_codes(answer.body, request, notes, source_id=SOURCE.id)
    except (SourceUnavailable, SourceChanged):
        notes.surprise(f"only addresses of {table.target.name}")
    request = Request(url=f"{address}?format=json", label=f"key {table.text}, addresses alone")
    answer = yield request
    return mapped_codes(answer.body, request, notes, source_id=SOURCE.id)


def _division(
    scope: Scope, kunta: ClassId, notes: Notes
) -> Generator[Request, Answer, dict[str, Names]]:
    """Ask for the municipalities of a class in both languages."""
    finnish = yield from _items(scope, kunta, "fi", notes)
    swedish = yield from _items(scope, kunta, "sv", notes)
    division = {}
    for line, code in enumerate(finnish, start=1):
        if not is_municipality_code(code):
            notes.set_aside(line, code, "bad_code")
        elif not finnish[code]:
            notes.set_aside(line, code, "no_name")
        else:
            division[code] = names_of(finnish[code], swedish.get(code, ""), notes)
    if not division:
        raise SourceChanged(
            f"{SOURCE.id}: {kunta.text} has no municipality with a code and a name."
        )
    for code in swedish.keys() - finnish.keys():
        notes.surprise(f"{code} is there in Swedish alone")
    return division


def _changes(
    scope: Scope,
    tables: list[TableId],
    kunta: ClassId,
    now: Division,
    first_year: int,
    notes: Notes,
) -> Generator[Request, Answer, list[Row]]:
    """Compare each year with the one before, from the newest back to ``first_year``."""
    rows: list[Row] = []
    listed = {table.source for table in tables if table.source.name == "kunta"}
    after = now
    for year in range(scope.year, first_year, -1):
        earlier = next(
            (
                found
                for found in listed
                if (found.number, found.date) == (kunta.number, f"{year - 1}0101")
            ),
            None,
        )
        if earlier is None:
            notes.surprise(f"no class of the municipalities of {year - 1}: no older changes")
            break
        before = yield from _division(scope, earlier, notes)
        rows += renamed(before, after, year)
        if lost := gone(before, after):
            told = []
            for table in successor_tables(tables, year, scope.year):
                mapped = yield from _maps(scope, table, notes)
                told.append((table, successors(mapped, table)))
            for code in lost:
                rows += merged(code, before, after, year, told, notes)
        after = before
    return sorted(rows, key=lambda row: (row["valid_from"] or "", row["old_code"] or ""))
