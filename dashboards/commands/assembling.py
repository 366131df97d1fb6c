"""Puts a package together and writes it: the embedded tables, the parts of the sources, decisions.

What the sources are asked lives in ``dashboards.commands.refresh``; how tables are joined in
``geo.assembly``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.assembly import Assembled, assembled
from geo.changes import table_changes
from loaders import LoaderError, Settings, Source, sources
from loaders.checks import broken_rows
from loaders.embedded import read_table, read_tables, table_path
from loaders.gathering import Part
from loaders.packages import (
    HELD,
    KEEP,
    Package,
    package_in_use,
    packages,
    prune_packages,
    use_package,
    write_package,
)
from loaders.part_files import read_parts
from loaders.tables import ORGANISATION_DECISIONS, SET_ASIDE, SOURCES, TABLES

NATIONAL = "FI"

REPLACED_BY: Mapping[str, tuple[str, ...]] = {
    "statfi_municipalities": ("statfi_division", "statfi_population"),
    "statfi_paavo": ("statfi_population",),
    "statfi_outlines": ("statfi_boundaries",),
}
"""Embedded source to the live ones which, all together, stand in its place."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A package's tables before they are written, and what its report will say of them."""

    tables: Mapping[str, pd.DataFrame]
    report: Mapping[str, Any]


def embedded_tables(settings: Settings) -> dict[str, pd.DataFrame]:
    """The tables kept with the code.

    Raises
    ------
    LoaderError
        Any of them cannot be read: nothing can be put together on them.
    """
    tables, faults = read_tables(settings.data_dir / "fixed")
    if faults:
        raise LoaderError("The embedded tables have to be mended first: " + "; ".join(faults))
    return tables


def own_decisions(settings: Settings) -> pd.DataFrame:
    """What persons decided on records; none yet is an empty table."""
    folder = settings.data_dir / "own"
    if not table_path(ORGANISATION_DECISIONS, folder).exists():
        return ORGANISATION_DECISIONS.empty()
    return read_table(ORGANISATION_DECISIONS, folder)


def kept_parts(settings: Settings) -> tuple[Package | None, dict[str, Part], list[str]]:
    """The package to build on, the parts it was made of, and what is wrong with them.

    It is the one that is to be in use, even where one of its tables is damaged: its parts are
    checked each by itself, and those that are whole need not be asked for again.
    """
    in_use, faults = package_in_use(settings)
    named = [package for package in packages(settings) if package.is_current]
    package = named[0] if named else in_use
    if package is None:
        return None, {}, list(faults)
    parts, faults_of_parts = read_parts(package.path)
    # The page and the log name the file, not the folders above it.
    told = [fault.replace(f"{package.path}/", "") for fault in [*faults, *faults_of_parts]]
    return package, parts, told


def region_codes_of(area: Sequence[str]) -> list[str] | None:
    """The regions of a report's area: None for the whole country."""
    return None if list(area) == [NATIONAL] else list(area)


def made_tables(
    base: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Part],
    before: Mapping[str, pd.DataFrame],
    *,
    settings: Settings,
    area: Sequence[str],
    failures: Mapping[str, str],
    today: dt.date,
    is_news: bool = True,
) -> Made:
    """Put the tables together and say what differs from those before.

    Parameters
    ----------
    base
        The embedded tables.
    parts
        What each source gave, now or earlier.
    before
        The tables in use so far.
    area
        Region codes, or FI alone.
    failures
        Source id to the notice of why it could not be renewed.
    is_news
        Whether any part is new; else what changed the last time is still what changed.
    """
    whole = assembled(
        base,
        {source_id: part.frames for source_id, part in parts.items()},
        own_decisions(settings),
        region_codes=region_codes_of(area),
    )
    tables = dict(whole.tables)
    tables["sources"] = sources_table(base["sources"], parts, failures)
    tables["set_aside"] = set_aside_table(base["set_aside"], parts, whole)
    lost = _without_broken_rows(tables)
    tables["set_aside"] = _distinct(tables["set_aside"], lost)
    same_area = list(area) == sorted(set(before["municipalities"]["region_code"])) or (
        list(area) == [NATIONAL]
    )
    if is_news:
        tables["changes"] = table_changes(before, tables)
    else:  # another area: what is new in it is no change
        tables["changes"] = before["changes"] if same_area else TABLES["changes"].empty()
    ordered = {name: tables[name] for name in TABLES}
    absent = (
        []
        if list(area) == [NATIONAL]
        else sorted(set(area) - set(ordered["municipalities"]["region_code"]))
    )
    if absent or ordered["municipalities"].empty:
        raise LoaderError(
            f"No municipality of region {', '.join(absent) or NATIONAL} is known here, so nothing "
            "was put together; is it a region, and were statfi_division, statfi_population and "
            "statfi_boundaries renewed?"
        )
    return Made(
        tables=ordered,
        report={
            "area": list(area),
            "made_on": today.isoformat(),
            "rows": {name: len(frame) for name, frame in ordered.items()},
            "outside": dict(whole.outside),
            "failures": dict(failures),
        },
    )


def sources_table(
    known: pd.DataFrame, parts: Mapping[str, Part], failures: Mapping[str, str]
) -> pd.DataFrame:
    """The sources in use: embedded ones that are not replaced, and those that gave a part."""
    modules = sources()
    replaced = {
        source_id for source_id, by in REPLACED_BY.items() if all(other in parts for other in by)
    }
    gone = replaced | set(parts)
    kept = known[~known["source_id"].isin(gone)]
    rows = [
        _source_row(modules[source_id].SOURCE, part, failures.get(source_id))
        for source_id, part in sorted(parts.items())
        if source_id in modules
    ]
    whole = pd.concat([kept, pd.DataFrame(rows, columns=list(SOURCES.columns))], ignore_index=True)
    # A source that never answered has no row to say so in, save where it is embedded.
    notices = whole["source_id"].map(dict(failures)).astype("string")
    whole["fetch_notice"] = whole["fetch_notice"].astype("string").fillna(notices)
    return whole.astype(SOURCES.dtypes)


def _source_row(source: Source, part: Part, notice: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "source_id": source.id,
        "page": source.page,
        "licence_url": source.licence_url or pd.NA,
        "source_date": part.source_date or pd.NA,
        "retrieved": part.fetched_at.date().isoformat(),
        "fresh_years": source.fresh_years,
        "update_days": source.update_days or pd.NA,
        "fetch_notice": notice or pd.NA,
    }
    words = {
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "attribution": source.attribution,
        "note": source.note,
    }
    for name, said in words.items():
        for lang in ("fi", "sv", "en"):
            row[f"{name}_{lang}"] = pd.NA if said is None else getattr(said, lang)
    return row


def set_aside_table(
    known: pd.DataFrame, parts: Mapping[str, Part], whole: Assembled
) -> pd.DataFrame:
    """The rows set aside: of the collection, of each source, and on the way together.

    Of a source with personal data only the number of the line is kept, never its text.
    """
    modules = sources()
    frames = [known]
    for source_id, part in sorted(parts.items()):
        if source_id not in modules:
            continue
        source = modules[source_id].SOURCE
        lines = "line " + part.rejects["line"].astype("string")
        text = lines if source.has_personal_data else lines + ": " + part.rejects["text"]
        # What the embedded table says of an earlier reading of the same page is over.
        frames[0] = frames[0][
            (frames[0]["table_name"] != source.table) | (frames[0]["source_url"] != source.page)
        ]
        table = source.table if source.table in TABLES else "municipalities"
        frames.append(
            pd.DataFrame(
                {
                    "table_name": table,
                    "row_text": text.fillna(lines),
                    "reason": part.rejects["reason"],
                    "source_url": source.page,
                }
            )
        )
    return _distinct(*frames, whole.set_aside)


def _distinct(*frames: pd.DataFrame) -> pd.DataFrame:
    """The frames below each other; the same row of the same reason once."""
    whole = pd.concat(frames, ignore_index=True).astype(SET_ASIDE.dtypes)
    return whole.drop_duplicates(list(SET_ASIDE.keys), ignore_index=True)


def _without_broken_rows(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Take out rows whose codes point nowhere, and tell how many; municipalities stay."""
    lost: dict[str, int] = {}
    while True:
        broken = {
            name: mask
            for name, mask in broken_rows(tables).items()
            if mask.any() and name != "municipalities"
        }
        if not broken:
            break
        for name, mask in broken.items():
            lost[name] = lost.get(name, 0) + int(mask.sum())
            tables[name] = tables[name][~mask].reset_index(drop=True)
    rows = [(name, f"{count} rows", "points_nowhere", pd.NA) for name, count in lost.items()]
    return pd.DataFrame(rows, columns=list(SET_ASIDE.columns)).astype(SET_ASIDE.dtypes)


def tables_in_use(
    settings: Settings, base: Mapping[str, pd.DataFrame], package: Package | None
) -> Mapping[str, pd.DataFrame]:
    """The tables in use: of the package, each that can be read, else the embedded ones."""
    if package is None:
        return base
    tables, _ = read_tables(package.path)
    return {**base, **tables}


def reassemble(
    settings: Settings, *, without: Sequence[str] = (), now: dt.datetime | None = None
) -> Package:
    """Put the tables together anew from the parts at hand, and use them from now on.

    What a decision on organisations asks for; nothing is fetched. What changed the last time is
    still what changed.

    Parameters
    ----------
    settings
        Where the packages lie.
    without
        Ids of sources whose parts are taken out.
    now
        The moment (UTC).

    Raises
    ------
    LoaderError
        A table or part cannot be read, or a source to take out gave nothing; the package in use
        stays as it is.
    """
    now = now or dt.datetime.now(dt.UTC)
    base = embedded_tables(settings)
    package, parts, faults = kept_parts(settings)
    if faults:
        raise LoaderError("; ".join(faults))
    for source_id in without:
        if source_id not in parts:
            raise LoaderError(f"Nothing of {source_id} is in use; there is {', '.join(parts)}")
        del parts[source_id]
    earlier = dict(package.report) if package else {}
    made = made_tables(
        base,
        parts,
        tables_in_use(settings, base, package),
        settings=settings,
        area=earlier.get("area") or sorted(set(base["municipalities"]["region_code"])),
        failures={
            source_id: notice
            for source_id, notice in dict(earlier.get("failures") or {}).items()
            if source_id not in without
        },
        today=now.date(),
        is_news=bool(without),
    )
    lines = [line for line in earlier.get("lines") or [] if line.get("source_id") not in without]
    report = earlier | dict(made.report) | {HELD: False, "lines": lines}
    return kept_package(settings, made.tables, parts, report, now=now)


def kept_package(
    settings: Settings,
    tables: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Part],
    report: Mapping[str, Any],
    *,
    now: dt.datetime,
    is_held: bool = False,
) -> Package:
    """Write a package, use it from now on unless it is held, and keep the last five."""
    package = write_package(settings, tables, parts, dict(report) | {HELD: is_held}, now=now)
    if not is_held:
        use_package(settings, package.name)
    prune_packages(settings, keep=KEEP)
    return package
