"""What a refresh covers: the areas a person names, and the scope each source is asked for."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboards.commands.assembling import NATIONAL
from loaders import LoaderError, Settings
from loaders.gathering import Part
from loaders.registry import source_module
from loaders.source import Scope


def area_codes(names: Sequence[str], areas: pd.DataFrame) -> list[str]:
    """The regions that a person means: two-digit codes, names of regions or counties, or FI.

    Raises
    ------
    LoaderError
        A name is not known; near ones are offered.
    """
    codes: list[str] = []
    for name in names:
        if name.casefold() in ("fi", "all", "suomi", "finland"):
            return [NATIONAL]
        if len(name) == 2 and name.isdigit():
            codes.append(name)
            continue
        codes.append(_code_of(name, areas[areas["level"] == "region"]))
    return sorted(set(codes))


def _code_of(name: str, regions: pd.DataFrame) -> str:
    known = {
        str(row[column]).casefold(): str(row["code"])
        for _, row in regions.iterrows()
        for column in ("name_fi", "name_sv", "name_en")
    }
    if name.casefold() in known:
        return known[name.casefold()]
    near = difflib.get_close_matches(name.casefold(), known, n=3) or sorted(known)
    raise LoaderError(
        f"No region is called {name!r}; there is {', '.join(near)}. A region that is not known "
        "here yet is given by its two-digit code; FI is the whole country."
    )


class Scopes:
    """The scope of each source, as far as the sources before it have told."""

    def __init__(
        self,
        *,
        settings: Settings,
        area: Sequence[str],
        today: dt.date,
        base: Mapping[str, pd.DataFrame],
        parts: Mapping[str, Part],
    ) -> None:
        self._settings = settings
        self._area = list(area)
        self._today = today
        self._base = base
        self._parts = dict(parts)

    def of(self, source_id: str, done: Mapping[str, Part]) -> Scope:
        """The scope of a source; ``done`` are the parts that this refresh has brought so far."""
        parts = self._parts | dict(done)
        towns = self._municipalities(parts)
        source = source_module(source_id).SOURCE
        prefix = f"{source_id}."
        regions = towns.groupby("wellbeing_county_code")["region_code"].unique()
        return Scope(
            base_url=self._settings.urls.get(source_id, source.url or "").rstrip("/"),
            today=self._today,
            year=self._settings.year or self._today.year,
            municipality_codes=tuple(sorted(towns["municipality_code"])),
            region_codes=tuple(sorted(set(towns["region_code"]))),
            wellbeing_county_codes=tuple(sorted(set(towns["wellbeing_county_code"]))),
            is_national=self._area == [NATIONAL],
            regions_of_county={
                str(county): tuple(sorted(map(str, codes))) for county, codes in regions.items()
            },
            business_ids=self._business_ids(parts),
            options={
                name.removeprefix(prefix): value
                for name, value in self._settings.options.items()
                if name.startswith(prefix)
            },
        )

    def regions(self, done: Mapping[str, Part]) -> dict[str, str]:
        """Municipality code to region code, as far as is known."""
        towns = self._municipalities(self._parts | dict(done))
        return dict(zip(towns["municipality_code"], towns["region_code"], strict=True))

    def _municipalities(self, parts: Mapping[str, Part]) -> pd.DataFrame:
        """The municipalities of the area: of the classification where it was read."""
        columns = ["municipality_code", "region_code", "wellbeing_county_code"]
        towns = self._base["municipalities"][columns]
        if "statfi_division" in parts:
            towns = parts["statfi_division"].frames["division"][columns]
        if self._area != [NATIONAL]:
            inside = towns[towns["region_code"].isin(self._area)]
            # A region that only the classification knows, before that was read.
            towns = towns if inside.empty else inside
        return towns

    def _business_ids(self, parts: Mapping[str, Part]) -> tuple[str, ...]:
        known = [self._base["organisations"]["business_id"]]
        known += [
            part.frames["organisation_records"]["business_id"]
            for source_id, part in parts.items()
            if "organisation_records" in part.frames and source_id != "prh_companies"
        ]
        return tuple(sorted(set(pd.concat(known).dropna())))
