"""One refresh from beginning to end: ask, check, put together, write, switch; prints nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dashboards.commands.assembling import (
    embedded_tables,
    kept_package,
    kept_parts,
    made_tables,
    tables_in_use,
)
from dashboards.commands.scopes import Scopes, area_codes
from loaders import Settings, sources
from loaders.expectations import Fall, falls, part_faults
from loaders.gathering import Part, Progress
from loaders.packages import HELD, write_package
from loaders.refresh import Result, refresh
from loaders.registry import source_module
from loaders.tables import PARTS


@dataclass(frozen=True, kw_only=True)
class Line:
    """One source in the summary: its rows, how they differ from before, and what it took.

    ``notice`` is the code of why it could not be renewed, ``fault`` the same in full; both are
    None where it was.
    """

    source_id: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    rejected: int = 0
    surprises: Mapping[str, int]
    seconds: float = 0.0
    bytes: int = 0
    requests: int = 0
    notice: str | None = None
    fault: str | None = None

    def as_note(self) -> dict[str, Any]:
        """The line as the report keeps it; a fault may name a file of this machine: left out."""
        note = dict(vars(self))
        del note["fault"]
        return note | {"surprises": dict(self.surprises)}


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a refresh did: a line a source, the package (None where none was written), the falls.

    ``is_used`` is whether the page shows it from now on: not on a dry run, nor where rows fell
    and nobody accepted it.
    """

    lines: tuple[Line, ...]
    changes: pd.DataFrame
    package: str | None
    falls: tuple[tuple[str, Fall], ...]
    is_used: bool

    @property
    def failed(self) -> tuple[str, ...]:
        """The sources that could not be renewed."""
        return tuple(line.source_id for line in self.lines if line.notice)


def chosen_sources(
    names: Sequence[str], files: Mapping[str, Path], settings: Settings
) -> list[str]:
    """The sources to refresh: those named, else all that can be asked.

    A source that comes as a file takes part where a file is given; one that needs an option where
    the option is set.

    Raises
    ------
    LoaderError
        No source has a name that was given.
    """
    if names:
        return [source_module(name).SOURCE.id for name in dict.fromkeys([*names, *files])]
    chosen = []
    for source_id, module in sources().items():
        source = module.SOURCE
        is_set = source.needs_option is None or (
            f"{source_id}.{source.needs_option}" in settings.options
        )
        if source_id in files or (source.url is not None and is_set and not files):
            chosen.append(source_id)
    return chosen


def refreshed(
    names: Sequence[str] = (),
    *,
    settings: Settings,
    areas: Sequence[str] = (),
    files: Mapping[str, Path] | None = None,
    is_dry_run: bool = False,
    accept: Callable[[Sequence[tuple[str, Fall]]], bool] = lambda _: False,
    since: dt.datetime | None = None,
    progress: Callable[[Progress], None] | None = None,
    done: Callable[[Result], None] | None = None,
    now: dt.datetime | None = None,
) -> Refreshed:
    """Ask the sources, put the tables together and use them from now on.

    The caller holds the lock. A source that fails keeps what it gave last; nothing of the package
    in use is touched before the new one is whole.

    Parameters
    ----------
    names
        Ids of sources; all that can be asked when none is given.
    settings
        Folders, manners, addresses and options.
    areas
        Codes or names of regions, or FI; those of the package in use when none is given.
    files
        Source id to a file that is read in place of the net.
    is_dry_run
        Ask and compare, but write no package.
    accept
        Asked where a table fell by more than a fifth; what it answers decides the switch.
    since
        Answers saved since then are not asked for again: a refresh that was killed goes on.
    progress, done
        Told of each request, and of each source at its end.
    now
        The moment of the refresh (UTC).

    Raises
    ------
    LoaderError
        An id or an area is not known, or the embedded tables cannot be read.
    OSError
        The package cannot be written; the one in use is whole.
    """
    now = now or dt.datetime.now(dt.UTC)
    files = files or {}
    chosen = chosen_sources(names, files, settings)
    base = embedded_tables(settings)
    package, before, faults = kept_parts(settings)
    earlier = dict(package.report) if package else {}
    in_use = tables_in_use(settings, base, package)
    area = area_codes(areas, in_use["areas"]) or list(
        earlier.get("area") or sorted(set(base["municipalities"]["region_code"]))
    )
    scopes = Scopes(settings=settings, area=area, today=now.date(), base=base, parts=before)
    results = refresh(
        chosen,
        scopes.of,
        settings=settings,
        files=files,
        since=since,
        progress=progress,
        keep=done,
    )
    parts, lines = dict(before), []
    fallen: list[tuple[str, Fall]] = []
    brought = {source_id: result.part for source_id, result in results.items() if result.part}
    # Codes of before too: a municipality that is gone has fallen in the region it was in.
    regions = Scopes(settings=settings, area=["FI"], today=now.date(), base=base, parts=before)
    region_of = regions.regions({}) | scopes.regions(brought)
    is_same_area = list(earlier.get("area") or area) == area
    for source_id in chosen:
        line, part = _judged(results[source_id], scopes, brought, before.get(source_id))
        lines.append(line)
        if part is None:
            continue
        parts[source_id] = part
        if source_id in before and is_same_area:
            fell = falls(before[source_id], part, region_of=region_of)
            fallen += [(source_id, fall) for fall in fell]
    made = made_tables(
        base,
        parts,
        in_use,
        settings=settings,
        area=area,
        failures=_failures(earlier, lines),
        today=now.date(),
        is_news=any(not line.notice for line in lines),
    )
    report = (
        earlier
        | dict(made.report)
        | {
            "lines": _lines_of(earlier, lines, now),
            "faults_of_parts": faults,
        }
    )
    outcome = Refreshed(
        lines=tuple(lines),
        changes=made.tables["changes"],
        package=None,
        falls=tuple(fallen),
        is_used=False,
    )
    # The same failures a second time are no news: a package for each would push out the good ones.
    is_news = any(not line.notice for line in lines) or _failures(earlier, lines) != dict(
        earlier.get("failures") or {}
    )
    if is_dry_run or not is_news:
        return outcome
    is_used = not fallen or accept(fallen)
    if is_used:
        name = kept_package(settings, made.tables, parts, report, now=now).name
    else:
        # Held: it never stands in for another one, until a person uses it.
        name = write_package(settings, made.tables, parts, report | {HELD: True}, now=now).name
    return Refreshed(**(vars(outcome) | {"package": name, "is_used": is_used}))


def _judged(
    result: Result, scopes: Scopes, brought: Mapping[str, Part], before: Part | None
) -> tuple[Line, Part | None]:
    """The summary of one source, and its part where it may be used."""
    source = source_module(result.source_id).SOURCE
    part, notice, fault = result.part, result.notice, None
    if result.error is not None:
        notice, fault = notice or "failed", str(result.error)
    elif part is not None:
        faults = part_faults(
            source,
            part,
            scopes.of(result.source_id, brought),
            region_of=scopes.regions(brought),
        )
        if faults:
            part, notice, fault = None, "source_changed", "; ".join(faults)
    if part is None:
        return (
            Line(
                source_id=result.source_id,
                surprises={},
                seconds=result.seconds,
                notice=notice or "failed",
                fault=fault,
            ),
            None,
        )
    new, changed, gone = row_differences(before, part, source.table)
    return (
        Line(
            source_id=result.source_id,
            rows=len(part.frames[source.table]),
            new=new,
            changed=changed,
            gone=gone,
            rejected=len(part.rejects),
            surprises=dict(part.surprises),
            seconds=result.seconds,
            bytes=part.bytes,
            requests=part.requests,
        ),
        part,
    )


def row_differences(before: Part | None, after: Part, table: str) -> tuple[int, int, int]:
    """Rows of a table that are new, changed and gone since the part before, by the table's key."""
    keys = list(PARTS[table].keys)
    fresh = _fingerprints(after.frames[table], keys)
    if before is None or table not in before.frames:
        return len(fresh), 0, 0
    old = _fingerprints(before.frames[table], keys)
    both = fresh.index.intersection(old.index)
    changed = int((fresh.loc[both].to_numpy() != old.loc[both].to_numpy()).sum())
    return len(fresh) - len(both), changed, len(old) - len(both)


def _fingerprints(frame: pd.DataFrame, keys: list[str]) -> pd.Series:
    """A number for each row's content, by a number for its key; nothing but numbers is kept."""
    plain = pd.DataFrame(
        {
            name: (
                # As precise as the file that it is kept in.
                frame[name].to_wkt(rounding_precision=5) if name == "geometry" else frame[name]
            )
            for name in frame.columns
        }
    )
    plain = plain.astype("string").fillna("")
    whole = pd.util.hash_pandas_object(plain, index=False)
    key = pd.util.hash_pandas_object(plain[keys], index=False)
    return pd.Series(whole.to_numpy(), index=key.to_numpy()).groupby(level=0).first()


def _failures(earlier: Mapping[str, Any], lines: Sequence[Line]) -> dict[str, str]:
    """Why sources could not be renewed: of this refresh, and of those it did not ask."""
    asked = {line.source_id for line in lines}
    kept = {
        source_id: notice
        for source_id, notice in dict(earlier.get("failures") or {}).items()
        if source_id not in asked
    }
    return kept | {line.source_id: line.notice for line in lines if line.notice}


def _lines_of(
    earlier: Mapping[str, Any], lines: Sequence[Line], now: dt.datetime
) -> list[dict[str, Any]]:
    """The lines of the report: of a source not asked now its last one stays."""
    asked = {line.source_id for line in lines}
    kept = [line for line in earlier.get("lines") or [] if line.get("source_id") not in asked]
    fresh = [line.as_note() | {"at": now.isoformat(timespec="seconds")} for line in lines]
    return sorted([*kept, *fresh], key=lambda line: str(line["source_id"]))


__all__ = ["Line", "Refreshed", "chosen_sources", "refreshed", "row_differences"]
