"""How many rows a source is believed to give: in all, by region, and beside the time before.

Pure: what does not look right is told, what is done about it is decided by the refresh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from loaders.gathering import Part
from loaders.source import Scope, Source

FEWEST_BEFORE = 10
"""Areas with fewer rows before are not looked at: two rows less would be a fall of a fifth."""

EVERYWHERE = "all"
"""The area of a fall in the whole table."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A table that has lost more rows than is believed; ``area`` is a region code or EVERYWHERE."""

    table_name: str
    area: str
    before: int
    after: int


def part_faults(
    source: Source,
    part: Part,
    scope: Scope,
    *,
    region_of: Mapping[str, str] | None = None,
    is_file: bool = False,
) -> list[str]:
    """Say where a part has fewer or more rows than its source is expected to give.

    Parameters
    ----------
    source
        Its ``expected_rows`` hold for the main table whatever was asked for; its
        ``expected_per_municipality``, times the municipalities asked for, for those asked for.
    part
        What it gave.
    scope
        What was asked.
    region_of
        Municipality code to region code: where given, each region asked for must have the fewest
        rows as well. Rows that name no place speak for every region, since they may lie there.
        The most is not held against a region, as cities lie in some.
    is_file
        The part came from a file given by hand, which may be one town's own list: the rows are
        counted in all alone, by municipality and region nothing is expected.

    Returns
    -------
    list of str
        One sentence a fault: a table missing or not announced, then counts; empty when all is as
        expected.
    """
    faults = [
        f"{source.id}: gave no table {name}" for name in source.tables if name not in part.frames
    ]
    faults += [
        f"{source.id}: gave a table {name}, which it does not announce"
        for name in part.frames
        if name not in source.tables
    ]
    if source.table not in part.frames:
        return faults
    frame = part.frames[source.table]
    fewest, most = source.expected_rows
    if not fewest <= len(frame) <= most:
        faults.append(
            f"{source.id}: {len(frame)} rows of {source.table}, expected {fewest} to {most}"
        )
    if source.expected_per_municipality is None or is_file:
        return faults
    low, high = (exact(bound) for bound in source.expected_per_municipality)
    places = len(scope.municipality_codes)
    if not low * places <= len(frame) <= high * places:
        faults.append(
            f"{source.id}: {len(frame)} rows of {source.table} for {places} municipalities, "
            f"expected {float(low * places):g} to {float(high * places):g}"
        )
    return faults + _region_faults(source, frame, scope, low, region_of or {})


def falls(
    before: Part,
    after: Part,
    *,
    most: float = 0.20,
    region_of: Mapping[str, str] | None = None,
) -> list[Fall]:
    """Find the tables of a source that have lost more than a share of their rows.

    Both parts must have been asked for the same places; a source that gave nothing at all has no
    part to compare.

    Parameters
    ----------
    before
        What the source gave the last time.
    after
        What it gives now.
    most
        The largest share of the rows that may go; exactly this much is no fall.
    region_of
        Municipality code to region code: where given, each region is looked at by itself too, so
        that one that fails does not hide among the others.

    Returns
    -------
    list of Fall
        By table in the order of ``before``, the whole table first, then regions by code. Areas
        with fewer than FEWEST_BEFORE rows before are passed over, save a table that has lost all
        of its rows.
    """
    found = []
    for name, frame in before.frames.items():
        now = after.frames.get(name, frame.iloc[:0])
        if _is_fall(len(frame), len(now), most) or len(frame) > 0 == len(now):
            found.append(Fall(table_name=name, area=EVERYWHERE, before=len(frame), after=len(now)))
        if region_of:
            then, today = _by_region(frame, region_of), _by_region(now, region_of)
            found += [
                Fall(table_name=name, area=region, before=count, after=today[region])
                for region, count in sorted(then.items())
                if _is_fall(count, today[region], most)
            ]
    return found


def exact(number: float) -> Decimal:
    """The number as it was written: 0.2 as a fifth, so that a limit means what it says.

    Examples
    --------
    >>> exact(0.2) * 15 == 3
    True
    """
    return Decimal(str(number))


def _is_fall(before: int, after: int, most: float) -> bool:
    return before >= FEWEST_BEFORE and before - after > exact(most) * before


def _region_faults(
    source: Source, frame: pd.DataFrame, scope: Scope, low: Decimal, region_of: Mapping[str, str]
) -> list[str]:
    regions = _regions(frame, region_of)
    if regions is None:
        return []
    counts = Counter(regions.dropna())
    unplaced = int(regions.isna().sum())
    asked = Counter(region_of[code] for code in scope.municipality_codes if code in region_of)
    return [
        f"{source.id}: {counts[region]} rows of {source.table} in region {region} with {places} "
        f"municipalities{f', {unplaced} without a place' if unplaced else ''}, expected "
        f"{float(low * places):g} at least"
        for region, places in sorted(asked.items())
        if counts[region] + unplaced < low * places
    ]


def _by_region(frame: pd.DataFrame, region_of: Mapping[str, str]) -> Counter[str]:
    regions = _regions(frame, region_of)
    return Counter() if regions is None else Counter(regions.dropna())


def _regions(frame: pd.DataFrame, region_of: Mapping[str, str]) -> pd.Series | None:
    """The region of each row, NA where it names no place; None for a table without places."""
    for column in ("municipality_code", "area_code"):
        if column in frame:
            regions = frame[column].map(region_of).astype("string")
            return regions.fillna(frame["region_code"]) if "region_code" in frame else regions
    return None
