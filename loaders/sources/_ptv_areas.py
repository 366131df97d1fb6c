"""Where an organisation or a service says that it works; places are given no names here.

How the catalogue's words become the relations of ``organisation_areas``:

* the whole country, with or without Åland: ``national``, "FI";
* municipalities, named one by one: ``stated``, each of them;
* a region: ``regional``, that region;
* a wellbeing services county: ``regional``, every region it lies in. Where a region holds several
  counties (Uusimaa) this is more than was said;
* a sub-region or a hospital district (words of an older division, which version 12 no longer has):
  ``regional``, the regions of its municipalities. The catalogue names the municipalities of every
  area it lists, so whichever region was seen in any record tells which they belong to. They are not
  ``stated``: nobody has named them one by one. Where no region is known it is a surprise.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from loaders.sources._ptv_values import area_code, category, listed, objects
from loaders.sources._rows import SetAside

RegionsSeen = dict[str, str]
"""Municipality to region, as the areas of the catalogue's own records tell."""

IS_NATIONAL: Mapping[str, bool] = {
    "Nationwide": True,
    "NationwideExceptAlandIslands": True,
    "WholeCountry": True,
    "WholeCountryExceptAlandIslands": True,
    "WholeCountryExceptAland": True,
    "LimitedType": False,
    "LimitedArea": False,
    "AreaType": False,
}
"""The words for a reach, of both versions and of the one before them."""

KINDS: Mapping[str, str] = {
    "Municipality": "municipality",
    "Region": "region",
    "Province": "region",
    "WellbeingServiceCounties": "county",
    "BusinessSubRegion": "other",
    "BusinessRegions": "other",
    "HospitalDistrict": "other",
    "HospitalRegions": "other",
}
"""The words for an area of version 11 and of the one before it."""


class Area(NamedTuple):
    """A reach: the whole country, or codes; ``others`` are municipalities within larger areas."""

    is_national: bool = False
    municipalities: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    others: tuple[frozenset[str], ...] = ()

    @property
    def reach(self) -> str:
        """The same in one word, as the table of services has it.

        Examples
        --------
        >>> Area(municipalities=frozenset({"491"})).reach, Area().reach
        ('municipalities', 'unknown')
        """
        if self.is_national:
            return "national"
        if self.regions or self.counties or self.others:
            return "regional"
        return "municipalities" if self.municipalities else "unknown"

    def touches(self, codes: Container[str], counties: Container[str]) -> bool:
        """Whether it has a part in these municipalities and regions ("FI": the country).

        Examples
        --------
        >>> Area(is_national=True).touches({"491", "10", "FI"}, set())
        True
        """
        towns = frozenset().union(*self.others)
        return (
            (self.is_national and "FI" in codes)
            or any(code in codes for code in self.municipalities | self.regions | towns)
            or any(code in counties for code in self.counties)
        )


def area_of_v11(record: Mapping[str, Any], seen: RegionsSeen, aside: SetAside) -> Area:
    """Read ``areaType`` and ``areas`` of a record of version 11.

    Parameters
    ----------
    record
        An organisation or a service.
    seen
        Takes the municipalities of each region that is listed.
    aside
        Counts unknown words and codes.

    Returns
    -------
    Area
        Empty where nothing can be read.
    """
    codes: dict[str, set[str]] = {"municipality": set(), "region": set(), "county": set()}
    others: set[frozenset[str]] = set()
    for entry in objects(record, "areas", aside):
        kind = category(entry, "type", KINDS, aside, told_as="area type") or "other"
        towns = frozenset(_towns(entry, aside))
        code = area_code(entry.get("code"), 2)
        if kind == "municipality":
            codes[kind] |= towns
        elif kind in codes and code:
            codes[kind].add(code)
            if kind == "region":
                for town in towns:
                    seen.setdefault(town, code)
        elif towns:
            others.add(towns)
        else:
            aside.surprise("areas has an entry without a code")
    is_national = category(record, "areaType", IS_NATIONAL, aside)
    if is_national:
        return Area(is_national=True)
    area = Area(
        municipalities=frozenset(codes["municipality"]),
        regions=frozenset(codes["region"]),
        counties=frozenset(codes["county"]),
        others=tuple(sorted(others, key=sorted)),
    )
    if is_national is False and area == Area():
        aside.surprise("areas of a limited area are missing")
    return area


def area_of_v12(value: object, aside: SetAside) -> Area:
    """Read the ``area`` of a record of version 12: one object with lists of bare codes."""
    if not isinstance(value, dict):
        aside.surprise("area", "missing" if value is None else value)
        return Area()
    is_national = category(value, "areaType", IS_NATIONAL, aside)
    if is_national:
        return Area(is_national=True)
    area = Area(
        municipalities=frozenset(_codes(value, "municipalities", 3, aside)),
        regions=frozenset(_codes(value, "regions", 2, aside)),
        counties=frozenset(_codes(value, "wellbeingServicesCounties", 2, aside)),
    )
    if is_national is False and area == Area():
        aside.surprise("areas of a limited area are missing")
    return area


def relations(
    area: Area,
    *,
    seen: RegionsSeen,
    regions_of_county: Mapping[str, tuple[str, ...]],
    aside: SetAside,
) -> set[tuple[str, str]]:
    """Say how a reach relates to the areas of the model.

    Returns
    -------
    set of (relation, code)
        As the module's docstring tells; what has no region is counted in ``aside``.

    Examples
    --------
    >>> area = Area(municipalities=frozenset({"491"}), counties=frozenset({"08"}))
    >>> places = relations(
    ...     area, seen={}, regions_of_county={"08": ("10",)}, aside=SetAside("toy")
    ... )
    >>> sorted(places)
    [('regional', '10'), ('stated', '491')]
    """
    if area.is_national:
        return {("national", "FI")}
    found = {("stated", code) for code in area.municipalities}
    found |= {("regional", code) for code in area.regions}
    for county in area.counties:
        regions = regions_of_county.get(county, ())
        found |= {("regional", region) for region in regions}
        if not regions:
            aside.surprise(f"wellbeing services county {county} without a known region")
    for towns in area.others:
        regions = tuple({seen[town] for town in towns if town in seen})
        found |= {("regional", region) for region in regions}
        if any(town not in seen for town in towns):
            aside.surprise("larger area with a municipality of no known region")
    return found


def _towns(entry: Mapping[str, Any], aside: SetAside) -> Iterator[str]:
    for town in objects(entry, "municipalities", aside):
        code = area_code(town.get("code"), 3)
        if code:
            yield code
        else:
            aside.surprise("municipalities without a code")


def _codes(area: Mapping[str, Any], key: str, digits: int, aside: SetAside) -> Iterator[str]:
    for value in listed(area, key, aside):
        code = area_code(value, digits)
        if code:
            yield code
        else:
            aside.surprise(f"{key} without a code")
