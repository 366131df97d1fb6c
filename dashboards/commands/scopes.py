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


def area_codes(
    names: Sequence[str], areas: pd.DataFrame, municipalities: pd.DataFrame
) -> list[str]:
    """The regions that a person means: two-digit codes, names of regions or counties, or FI.

    A county stands for the regions it lies in.

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
        level, code = _area_of(name, areas)
        inside = municipalities[municipalities[f"{level}_code"] == code]
        codes += [code] if level == "region" else sorted(set(inside["region_code"]))
    return sorted(set(codes))


def _area_of(name: str, areas: pd.DataFrame) -> tuple[str, str]:
    """The level and code of a region or county; of two of one name the region."""
    known = {
        str(row[column]).casefold(): (str(row["level"]), str(row["code"]))
        for _, row in areas.sort_values("level", ascending=False).iterrows()
        for column in ("name_fi", "name_sv", "name_en", "short_name")
        if pd.notna(row[column])
    }
    if name.casefold() in known:
        return known[name.casefold()]
    near = difflib.get_close_matches(name.casefold(), known, n=3) or sorted(known)
    raise LoaderError(
        f"No region or county is called {name!r}; there is {', '.join(near)}. A region that is not "
        "known here yet is given by its two-digit code; FI is the whole country."
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
        source = source_module(source_id).SOURCE
        # The division alone is asked for all municipalities: it tells which lie in the area.
        towns = self._municipalities(parts, is_free=source.table == "division")
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
        towns = self._municipalities(self._parts | dict(done), is_free=True)
        return dict(zip(towns["municipality_code"], towns["region_code"], strict=True))

    def _municipalities(self, parts: Mapping[str, Part], *, is_free: bool) -> pd.DataFrame:
        """The municipalities of the area: of the classification where it was read.

        Raises
        ------
        LoaderError
            A region of the area has no municipality that is known; not where ``is_free``.
        """
        columns = ["municipality_code", "region_code", "wellbeing_county_code"]
        towns = self._base["municipalities"][columns]
        if "statfi_division" in parts:
            towns = parts["statfi_division"].frames["division"][columns]
        if self._area == [NATIONAL] or is_free:
            return towns
        unknown = sorted(set(self._area) - set(towns["region_code"]))
        if unknown:
            raise LoaderError(
                f"No municipality of region {', '.join(unknown)} is known here: expected codes "
                "such as 10; a region is known once statfi_division is refreshed"
            )
        return towns[towns["region_code"].isin(self._area)]

    def _business_ids(self, parts: Mapping[str, Part]) -> tuple[str, ...]:
        known = [self._base["organisations"]["business_id"]]
        known += [
            part.frames["organisation_records"]["business_id"]
            for source_id, part in parts.items()
            if "organisation_records" in part.frames and source_id != "prh_companies"
        ]
        return tuple(sorted(set(pd.concat(known).dropna())))
