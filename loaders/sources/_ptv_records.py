"""What is kept of the service catalogue's records, in either version; nothing is asked here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from loaders.cleaning import is_business_id
from loaders.sources._ptv_areas import Area, RegionsSeen
from loaders.sources._ptv_values import (
    SOURCE_ID,
    day_of,
    guid,
    language_code,
    language_order,
    moment_key,
    name_text,
    web_address,
)
from loaders.sources._rows import SetAside

ORGANISATION_TYPES: Mapping[str, bool] = {
    "Organization": True,
    "State": False,
    "Municipality": False,
    "RegionalOrganization": False,
    "Company": False,
}
"""The register's kinds of organisation, and whether NGOs are among them."""

CHARGES: Mapping[str, str] = {
    "Chargeable": "chargeable",
    "Charged": "chargeable",
    "FreeOfCharge": "free",
    "Free": "free",
}
"""What a service costs, in the words of either version."""

NORTHINGS_M = (6_550_000.0, 7_800_000.0)
EASTINGS_M = (40_000.0, 770_000.0)
"""A plane (EPSG:3067) that holds Finland and its sea, as the table of places has it."""


class Text(NamedTuple):
    """One name: its language, itself, whether it is an alternative one."""

    language: str
    text: str
    is_alternative: bool


class Names(NamedTuple):
    """The names of an organisation: the one shown, the Swedish one shown, all others."""

    name: str
    name_sv: str | None
    others: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(kw_only=True)
class Entry:
    """What every record has: its identifier, when it was changed, as a key and as a day."""

    id: str
    moment: str
    day: str | None

    @property
    def record_id(self) -> str:
        """The identifier as the tables have it."""
        return f"ptv:{self.id}"


@dataclass(kw_only=True)
class Organisation(Entry):
    """An organisation of the kind that NGOs are of; no contacts, no addresses."""

    names: Names
    business_id: str | None
    homepage: str | None
    area: Area


@dataclass(kw_only=True)
class Service(Entry):
    """A service of organisations that are kept, the responsible one first.

    ``groups`` and ``classes`` have for each code whether only the general description names it;
    ``channels`` are identifiers, where the version tells them.
    """

    organisations: tuple[str, ...]
    names: Mapping[str, str]
    area: Area
    charge: str | None
    languages: tuple[str, ...]
    groups: dict[str, bool]
    classes: dict[str, bool]
    description: str | None = None
    channels: tuple[str, ...] = ()

    def inherit(self, groups: Iterable[str], classes: Iterable[str]) -> None:
        """Add what the general description names and the service itself does not."""
        for code in groups:
            self.groups.setdefault(code, True)
        for code in classes:
            self.classes.setdefault(code, True)


@dataclass(kw_only=True)
class Place(Entry):
    """Where an organisation serves people; ``number`` counts the places of one record."""

    number: int
    organisation: str
    names: Mapping[str, str]
    municipality_code: str | None
    postcode: str | None
    northing_m: float | None
    easting_m: float | None

    @property
    def record_id(self) -> str:
        """The identifier as the tables have it; a record's further places have a number."""
        return f"ptv:{self.id}" + (f":{self.number}" if self.number > 1 else "")


Kept = TypeVar("Kept", bound=Entry)


@dataclass
class Book:
    """Everything read so far, with what was set aside and what was a surprise."""

    today: dt.date
    aside: SetAside = field(default_factory=lambda: SetAside(SOURCE_ID))
    organisations: dict[str, Organisation] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    regions_seen: RegionsSeen = field(default_factory=dict)
    records: int = 0
    _rejected: set[tuple[str, str]] = field(default_factory=set)

    def opened(self, record: object, key: str) -> tuple[dict[str, Any], str] | None:
        """Count a record and give it with its identifier; None where it is none of either."""
        self.records += 1
        if not isinstance(record, dict):
            self.reject("", "not_a_record")
            return None
        identifier = guid(record.get(key))
        if identifier is None:
            self.reject("", "wrong_id")
            return None
        return record, identifier

    def reject(self, identifier: str, reason: str) -> None:
        """Set aside a record, or what is wrong in it: once, however often it comes."""
        if not identifier or (identifier, reason) not in self._rejected:
            self._rejected.add((identifier, reason))
            told = f"ptv:{identifier}" if identifier else "a record without an identifier"
            self.aside.reject(self.records, told, reason)

    def keep(self, kept: dict[str, Kept], entry: Kept) -> None:
        """Keep a record; of two with one identifier the one that was changed later."""
        before = kept.get(entry.record_id)
        if before is None or entry.moment > before.moment:
            kept[entry.record_id] = entry

    def changed(self, value: object) -> tuple[str, str | None]:
        """When a record was changed, as a key for sorting and as a day."""
        moment = moment_key(value)
        day = day_of(moment, self.today)
        if day is None:
            self.aside.surprise("time of change that cannot be read")
        return moment, day

    def business_id(self, value: object, identifier: str) -> str | None:
        """A business identity code; a wrong one is set aside, its organisation is not."""
        text = name_text(value)
        if text is None and (value is None or isinstance(value, str)):
            return None
        if text is None or not is_business_id(text):
            self.reject(identifier, "wrong_business_id")
            return None
        return text

    def languages(self, values: Iterable[object]) -> tuple[str, ...]:
        """The codes of languages, each once, in the order they came."""
        codes: dict[str, None] = {}
        for value in values:
            code = language_code(value)
            if code:
                codes[code] = None
            else:
                self.aside.surprise("languages without a code")
        return tuple(codes)

    def known(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        """Those of the identifiers that are of organisations kept, each once."""
        return tuple(one for one in dict.fromkeys(identifiers) if self.is_kept(one))

    def is_kept(self, identifier: str | None) -> bool:
        """Whether an identifier is that of an organisation kept."""
        return f"ptv:{identifier}" in self.organisations

    def homepage(self, values: Iterable[object]) -> str | None:
        """The first address that is one of the web; the others are counted."""
        found = None
        for value in values:
            address = web_address(value)
            found = found or address
            if address is None and value not in (None, ""):
                self.aside.surprise("web page without a web address")
        return found

    def narrow(self, codes: Collection[str], counties: Container[str]) -> None:
        """Keep only the organisations that say of themselves or a service that they work there.

        Parameters
        ----------
        codes
            Municipalities, their regions, and "FI" where the whole country counts.
        counties
            Wellbeing services counties.
        """
        areas = {one.id: [one.area] for one in self.organisations.values()}
        for service in self.services.values():
            for owner in service.organisations:
                areas[owner].append(service.area)
        for identifier, stated in areas.items():
            if all(area == Area() for area in stated):
                self.reject(identifier, "no_area")
            if not any(area.touches(codes, counties) for area in stated):
                del self.organisations[f"ptv:{identifier}"]
        for record_id, service in list(self.services.items()):
            service.organisations = self.known(service.organisations)
            if not service.organisations:
                del self.services[record_id]

    def coordinates(
        self, northing: float | None, easting: float | None, identifier: str
    ) -> tuple[float | None, float | None]:
        """Both coordinates, or neither: half a place is none, and one abroad is a mistake."""
        if northing is None or easting is None:
            if northing is not None or easting is not None:
                self.reject(identifier, "half_a_coordinate")
            return None, None
        is_inside = (
            NORTHINGS_M[0] <= northing <= NORTHINGS_M[1]
            and EASTINGS_M[0] <= easting <= EASTINGS_M[1]
        )
        if not is_inside:
            self.reject(identifier, "outside_finland")
            return None, None
        return northing, easting


def chosen_names(texts: Iterable[Text], shows_alternative: Mapping[str, bool]) -> Names | None:
    """Choose an organisation's name from all of its names.

    The name is the Finnish one, else the Swedish, the English or whichever there is; in each
    language the one that the organisation wants to be shown. All others are told as well, since
    another register may know it by them.

    Parameters
    ----------
    texts
        All names.
    shows_alternative
        Languages in which the alternative name is to be shown.

    Returns
    -------
    Names or None
        None where there is no name.

    Examples
    --------
    >>> texts = [Text("sv", "Exempel rf", False), Text("fi", "Esimerkki", True)]
    >>> chosen_names([*texts, Text("fi", "Esimerkki ry", False)], {"fi": False})
    Names(name='Esimerkki ry', name_sv='Exempel rf', others=('Esimerkki',), languages=('fi', 'sv'))
    """
    ordered = sorted(
        texts,
        key=lambda text: (
            language_order(text.language),
            # Whichever is to be shown comes first; without it the other one is shown.
            text.is_alternative != shows_alternative.get(text.language, False),
        ),
    )
    if not ordered:
        return None
    shown: dict[str, str] = {}
    for text in ordered:
        shown.setdefault(text.language, text.text)
    name, name_sv = next(iter(shown.values())), shown.get("sv")
    others = dict.fromkeys(text.text.replace(" | ", " / ") for text in ordered)
    return Names(
        name=name,
        name_sv=name_sv,
        others=tuple(other for other in others if other not in (name, name_sv)),
        languages=tuple(shown),
    )
