"""Where an organisation or a service says that it works; places are given no names here.

How the catalogue's words become the relations of ``organisation_areas``:

* the whole country: ``national``, "FI";
* the whole country except Åland: ``regional``, every region asked for but Åland, for which it is a
  stated no; the reach of a service is ``national`` all the same;
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

from collections.abc import Collection, Container, Iterator, Mapping
from typing import Any, NamedTuple

from loaders.sources._ptv_values import area_code, category, listed, objects
from loaders.sources._rows import SetAside

RegionsSeen = dict[str, str]
"""Municipality to region, as the areas of the catalogue's own records tell."""

ALAND = "21"
"""The region that is not part of "the whole country except Åland"."""

REACHES: Mapping[str, str] = {
    "Nationwide": "country",
    "NationwideExceptAlandIslands": "mainland",
    "WholeCountry": "country",
    "WholeCountryExceptAlandIslands": "mainland",
    "WholeCountryExceptAland": "mainland",
    "LimitedType": "limited",
    "LimitedArea": "limited",
    "AreaType": "limited",
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
    """A reach: the whole country, or codes; ``others`` are municipalities within larger areas.

    ``is_mainland`` is the whole country except Åland.
    """

    is_national: bool = False
    is_mainland: bool = False
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
        if self.is_national or self.is_mainland:
            return "national"
        if self.regions or self.counties or self.others:
            return "regional"
        return "municipalities" if self.municipalities else "unknown"

    def touches(self, codes: Collection[str], counties: Container[str]) -> bool:
        """Whether it has a part in these municipalities and regions ("FI": the country).

        Examples
        --------
        >>> Area(is_national=True).touches({"491", "10", "FI"}, set())
        True
        >>> Area(is_mainland=True).touches({"478", "21", "FI"}, set())
        False
        """
        towns = frozenset().union(*self.others)
        return (
            (self.is_national and "FI" in codes)
            or (self.is_mainland and any(map(_is_mainland_region, codes)))
            or any(code in codes for code in self.municipalities | self.regions | towns)
            or any(code in counties for code in self.counties)
        )


WHOLE: Mapping[str | None, Area] = {
    "country": Area(is_national=True),
    "mainland": Area(is_mainland=True),
}
"""The reaches that need no codes."""


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
    reach = category(record, "areaType", REACHES, aside)
    if reach in WHOLE:
        return WHOLE[reach]
    area = Area(
        municipalities=frozenset(codes["municipality"]),
        regions=frozenset(codes["region"]),
        counties=frozenset(codes["county"]),
        others=tuple(sorted(others, key=sorted)),
    )
    if reach == "limited" and area == Area():
        aside.surprise("areas of a limited area are missing")
    return area


def area_of_v12(value: object, aside: SetAside) -> Area:
    """Read the ``area`` of a record of version 12: one object with lists of bare codes."""
    if not isinstance(value, dict):
        aside.surprise("area", "missing" if value is None else value)
        return Area()
    reach = category(value, "areaType", REACHES, aside)
    if reach in WHOLE:
        return WHOLE[reach]
    area = Area(
        municipalities=frozenset(_codes(value, "municipalities", 3, aside)),
        regions=frozenset(_codes(value, "regions", 2, aside)),
        counties=frozenset(_codes(value, "wellbeingServicesCounties", 2, aside)),
    )
    if reach == "limited" and area == Area():
        aside.surprise("areas of a limited area are missing")
    return area


def relations(
    area: Area,
    *,
    region_codes: Collection[str],
    seen: RegionsSeen,
    regions_of_county: Mapping[str, tuple[str, ...]],
    aside: SetAside,
) -> set[tuple[str, str]]:
    """Say how a reach relates to the areas of the model.

    Parameters
    ----------
    area
        The reach.
    region_codes
        The regions asked for: those of the whole country except Åland are told one by one.
    seen
        Municipality to region, of the catalogue's own records.
    regions_of_county
        Wellbeing services county to the regions it lies in.
    aside
        Counts what has no region.

    Returns
    -------
    set of (relation, code)
        As the module's docstring tells.

    Examples
    --------
    >>> def told(area):
    ...     counties = {"08": ("10",)}
    ...     return sorted(
    ...         relations(
    ...             area,
    ...             region_codes=("02", "21"),
    ...             seen={},
    ...             regions_of_county=counties,
    ...             aside=SetAside("toy"),
    ...         )
    ...     )
    >>> told(Area(municipalities=frozenset({"491"}), counties=frozenset({"08"})))
    [('regional', '10'), ('stated', '491')]
    >>> told(Area(is_mainland=True))
    [('regional', '02')]
    """
    if area.is_national:
        return {("national", "FI")}
    if area.is_mainland:
        return {("regional", region) for region in region_codes if region != ALAND}
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


def _is_mainland_region(code: str) -> bool:
    return len(code) == 2 and code.isdigit() and code != ALAND


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
