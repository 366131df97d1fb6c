"""One refresh from beginning to end: ask, check, put together, write, switch; prints nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from dashboards.commands.assembling import (
    NATIONAL,
    Made,
    embedded_tables,
    kept_package,
    kept_parts,
    made_tables,
    tables_in_use,
)
from dashboards.commands.scopes import Scopes, area_codes
from loaders import LoaderError, Settings, sources
from loaders.expectations import EVERYWHERE, Fall, falls, part_faults
from loaders.gathering import Part, Progress
from loaders.packages import HELD
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

    ``is_used`` is whether the page shows it from now on: not on a dry run, nor where rows fell or
    an earlier part cannot be read (``faults``) and nobody accepted it. ``is_news`` tells whether
    any source was renewed: else nothing has changed.
    """

    lines: tuple[Line, ...]
    changes: pd.DataFrame
    package: str | None = None
    falls: tuple[tuple[str, Fall], ...] = ()
    faults: tuple[str, ...] = ()
    is_used: bool = False
    is_news: bool = True

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
        No source has a name that was given, here or in the settings; a source that comes as a file
        has none, or the file cannot be read in place of what is asked.
    """
    known = sources()
    told = {*settings.urls, *(name.partition(".")[0] for name in settings.options)}
    for name in [*sorted(told), *names]:
        source_module(name)  # which offers near names
    for source_id, file in files.items():
        if not hasattr(known[source_module(source_id).SOURCE.id], "parse"):
            raise LoaderError(f"{source_id} is asked over the net and cannot be read from a file")
        if not file.is_file():
            raise LoaderError(f"{file}: there is no such file")
    chosen = list(dict.fromkeys([*names, *files]))
    for name in chosen:
        if known[name].SOURCE.url is None and name not in files:
            raise LoaderError(f"{name} comes as a file: jarjestokartta refresh {name} --file FILE")
    if chosen:
        return chosen
    return [
        source_id
        for source_id, module in known.items()
        if module.SOURCE.url is not None
        and (
            module.SOURCE.needs_option is None
            or f"{source_id}.{module.SOURCE.needs_option}" in settings.options
        )
    ]


def refreshed(
    names: Sequence[str] = (),
    *,
    settings: Settings,
    areas: Sequence[str] = (),
    files: Mapping[str, Path] | None = None,
    is_dry_run: bool = False,
    accept: Callable[[Refreshed], bool] = lambda _: False,
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
        Codes or names of regions, or FI; those of the package in use when none is given. Another
        area than that asks for all sources.
    files
        Source id to a file that is read in place of the net.
    is_dry_run
        Ask and compare, but write no package.
    accept
        Asked where a table fell by more than a fifth, a file has fewer rows than the one before,
        or an earlier part cannot be read; what it answers decides the switch.
    since
        Answers saved since then are not asked for again: a refresh that was killed goes on.
    progress, done
        Told of each request, and of each source at its end.
    now
        The moment of the refresh (UTC).

    Raises
    ------
    LoaderError
        An id or an area is not known, the sources do not cover the area, or the embedded tables
        cannot be read.
    OSError
        The package cannot be written; the one in use is whole.
    """
    now = now or dt.datetime.now(dt.UTC)
    files = files or {}
    chosen = chosen_sources(names, files, settings)
    is_partial = not set(chosen_sources((), {}, settings)) <= set(chosen)
    run = _Run(settings, areas, files, now, is_partial=is_partial)
    results = refresh(
        chosen,
        run.scopes.of,
        settings=settings,
        files=files,
        since=since,
        progress=progress,
        keep=done,
    )
    outcome, made = run.judged(results, chosen)
    # The same failures a second time are no news: a package for each would push out good ones.
    if is_dry_run or not (outcome.is_news or run.failures(outcome.lines) != run.failures(())):
        return outcome
    is_used = not (outcome.falls or outcome.faults) or accept(outcome)
    package = kept_package(
        settings, made.tables, run.parts, made.report, now=now, is_held=not is_used
    )
    return replace(outcome, package=package.name, is_used=is_used)


class _Run:
    """One refresh: what was there before, what it covers, and what comes of the answers."""

    def __init__(
        self,
        settings: Settings,
        areas: Sequence[str],
        files: Mapping[str, Path],
        now: dt.datetime,
        *,
        is_partial: bool,
    ) -> None:
        self._settings, self._files, self._now = settings, files, now
        self._base = embedded_tables(settings)
        package, self._before, faults = kept_parts(settings)
        self._faults = list(faults)
        self._earlier = dict(package.report) if package else {}
        self._in_use = tables_in_use(settings, self._base, package)
        default = sorted(set(self._base["municipalities"]["region_code"]))
        earlier_area = list(self._earlier.get("area") or default)
        tables = self._in_use
        asked = area_codes(areas, tables["areas"], tables["municipalities"])
        self._area = asked or earlier_area
        self._is_same_area = self._area == earlier_area
        if is_partial and not self._is_same_area:
            raise LoaderError(
                f"The data in use is of {', '.join(earlier_area)}: another area asks for all "
                "sources. Give --area without the name of a source."
            )
        covered = dict(self._earlier.get("part_areas") or {})
        self._part_areas = {
            source_id: list(covered.get(source_id) or earlier_area) for source_id in self._before
        }
        # What was asked for another area says nothing of this one.
        self.parts = {
            source_id: part
            for source_id, part in self._before.items()
            if _covers(self._part_areas[source_id], self._area)
        }
        self.scopes = Scopes(
            settings=settings,
            area=self._area,
            today=now.date(),
            base=self._base,
            parts=self.parts,
        )

    def judged(
        self, results: Mapping[str, Result], chosen: Sequence[str]
    ) -> tuple[Refreshed, Made]:
        """Judge each part, keep those that are believed, and put the tables together."""
        brought = {key: result.part for key, result in results.items() if result.part}
        # Codes of before too: a municipality that is gone has fallen in the region it was in.
        region_of = self.scopes.regions({}) | self.scopes.regions(brought)
        lines, fallen = [], []
        for source_id in chosen:
            before = self.parts.get(source_id)
            line, part = self._judged_part(results[source_id], brought, before, region_of)
            lines.append(line)
            if part is None:
                continue
            self.parts[source_id] = part
            source = source_module(source_id).SOURCE
            # A file and the division hold whatever they hold, whichever area was asked for.
            is_whole = source.url is None or source.table == "division"
            covered = [NATIONAL] if is_whole else self._area
            # Of a smaller area there are fewer rows, and nothing has fallen.
            is_comparable = self._part_areas.get(source_id) == covered
            self._part_areas[source_id] = covered
            if before is not None and is_comparable:
                fallen += [(source_id, fall) for fall in self._falls(before, part, line, region_of)]
        is_news = any(not line.notice for line in lines)
        made = made_tables(
            self._base,
            self.parts,
            self._in_use,
            settings=self._settings,
            area=self._area,
            failures=self.failures(lines),
            today=self._now.date(),
            is_news=is_news and self._is_same_area,
        )
        report = {
            **self._earlier,
            **made.report,
            HELD: False,
            "lines": self._lines(lines),
            "part_areas": {key: self._part_areas[key] for key in self.parts},
            "faults": self._faults,
            "falls": [f"{source_id}: {said_fall(fall)}" for source_id, fall in fallen],
        }
        outcome = Refreshed(
            lines=tuple(lines),
            changes=made.tables["changes"],
            falls=tuple(fallen),
            faults=tuple(self._faults),
            is_news=is_news,
        )
        return outcome, Made(tables=made.tables, report=report)

    def failures(self, lines: Sequence[Line]) -> dict[str, str]:
        """Why sources could not be renewed: of this refresh, and of those it did not ask."""
        asked = {line.source_id for line in lines}
        kept = {
            source_id: notice
            for source_id, notice in dict(self._earlier.get("failures") or {}).items()
            if source_id not in asked
        }
        return kept | {line.source_id: line.notice for line in lines if line.notice}

    def _judged_part(
        self,
        result: Result,
        brought: Mapping[str, Part],
        before: Part | None,
        region_of: Mapping[str, str],
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
                self.scopes.of(result.source_id, brought),
                region_of=region_of,
                is_file=result.source_id in self._files,
            )
            if faults:
                part, notice, fault = None, "source_changed", "; ".join(faults)
        if part is None:
            failed = Line(
                source_id=result.source_id,
                surprises={},
                seconds=result.seconds,
                notice=notice or "failed",
                fault=fault,
            )
            return failed, None
        new, changed, gone = row_differences(before, part, source.table)
        renewed = Line(
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
        )
        return renewed, part

    def _falls(
        self, before: Part, part: Part, line: Line, region_of: Mapping[str, str]
    ) -> list[Fall]:
        """Where rows fell; a file that lacks rows of the one before may be another list."""
        if line.source_id in self._files and line.gone:
            table = source_module(line.source_id).SOURCE.table
            rows = len(before.frames[table])
            return [Fall(table_name=table, area=EVERYWHERE, before=rows, after=rows - line.gone)]
        return falls(before, part, region_of=region_of)

    def _lines(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """The lines of the report: of a source not asked now its last one stays."""
        asked = {line.source_id for line in lines}
        earlier = self._earlier.get("lines") or []
        kept = [line for line in earlier if line.get("source_id") not in asked]
        at = self._now.isoformat(timespec="seconds")
        fresh = [line.as_note() | {"at": at} for line in lines]
        return sorted([*kept, *fresh], key=lambda line: str(line["source_id"]))


def _covers(part_area: Sequence[str], area: Sequence[str]) -> bool:
    """Whether what was asked for one area holds for another."""
    return list(part_area) == [NATIONAL] or (
        list(area) != [NATIONAL] and set(area) <= set(part_area)
    )


def said_fall(fall: Fall) -> str:
    """A fall in words.

    Examples
    --------
    >>> said_fall(Fall(table_name="liaisons", area="10", before=12, after=5))
    'liaisons of region 10 fell from 12 rows to 5'
    """
    where = f" of region {fall.area}" if fall.area != EVERYWHERE else ""
    return f"{fall.table_name}{where} fell from {fall.before} rows to {fall.after}"


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
