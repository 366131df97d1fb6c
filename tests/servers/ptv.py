"""A service catalogue of invented organisations that answers as both versions of the real one do.

Version 11 as ``reference/apis/C_ptv.md`` tells; version 12 as its OpenAPI description (0.1.0) does,
which the reference knows in part. Nothing in it is real: identifiers, names and codes are made up.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tests.servers.drive import Reply

JSON = {"Content-Type": "application/json; charset=utf-8"}
ALAND = ("21", frozenset({"478"}))
MOMENT = "2026-10-02T06:11:20.123456"

Fault = Literal["", "repeat", "null", "endless", "shrink", "grow", "overlap"]


def guid(kind: str, number: int) -> str:
    """An identifier that looks invented: 4 organisation, 5 service, 6 channel, 7 description."""
    return f"00000000-1111-4222-8333-{kind}{number:011d}"


def business_id(number: int) -> str | None:
    """A business identity code with the right check digit, or None where none has one."""
    digits = f"{number:07d}"
    weights = (7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return None if rest == 1 else f"{digits}-{(11 - rest) % 11}"


@dataclass(frozen=True, kw_only=True)
class Where:
    """A reach; "mainland" is the whole country except Åland."""

    reach: Literal["national", "mainland", "limited"] = "limited"
    municipalities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    districts: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name in one language, and another one that may be shown in its place."""

    text: str
    alternative: str | None = None
    shows_alternative: bool = False


@dataclass(frozen=True, kw_only=True)
class Organisation:
    id: str
    names: Mapping[str, Name]
    where: Where
    kind: str = "Organization"
    business_id: str | None = None
    pages: tuple[str, ...] = ()
    parent: str | None = None
    state: str = "Published"
    modified: str = MOMENT


@dataclass(frozen=True, kw_only=True)
class Service:
    id: str
    owners: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    where: Where
    groups: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fi",)
    charge: Literal["free", "chargeable"] | None = None
    description: str | None = None
    channels: tuple[str, ...] = ()
    state: str = "Published"
    modified: str = MOMENT


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One address of a place, in metres of EPSG:3067."""

    northing: str | None = None
    easting: str | None = None
    municipality: str | None = None
    postcode: str | None = None
    state: str = "Ok"


@dataclass(frozen=True, kw_only=True)
class Channel:
    id: str
    owner: str
    names: Mapping[str, str]
    kind: str = "ServiceLocation"
    spots: tuple[Spot, ...] = ()
    state: str = "Published"
    modified: str = MOMENT


@dataclass(frozen=True, kw_only=True)
class Description:
    id: str
    groups: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Register:
    """What the catalogue holds, and which municipalities its areas have."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    descriptions: dict[str, Description] = field(default_factory=dict)
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, *entries: Organisation | Service | Channel | Description) -> Register:
        rooms: dict[type, dict[str, Any]] = {
            Organisation: self.organisations,
            Service: self.services,
            Channel: self.channels,
            Description: self.descriptions,
        }
        for entry in entries:
            rooms[type(entry)][entry.id] = entry
        return self


Tamper = Callable[[str, dict[str, list[str]], Reply], Reply]


@dataclass(kw_only=True)
class Ptv:
    """The service: ``answer`` is what ``tests.servers.drive`` and ``tests.servers.http`` call.

    ``ids_a_page`` and ``records_a_page`` make few records fill many pages. ``key`` is what version
    12 wants. ``county_area`` is the path's word for counties; another word is answered with
    ``unknown_area_status``. ``has_larger_areas``: lists of municipalities hold what is limited to
    their region or county as well, as the server's source of 2022 had it (the reference denies it).
    ``is_filled_in``: services have their general description's codes unasked, as that source had
    it too. ``fault`` is one of paging, ``tamper`` changes any reply. ``asked`` counts the paths.
    """

    register: Register
    ids_a_page: int = 1000
    records_a_page: int = 100
    key: str = "a-key"
    county_area: str = "WellbeingServiceCounties"
    unknown_area_status: int = 404
    has_larger_areas: bool = False
    is_filled_in: bool = False
    fault: Fault = ""
    tamper: Tamper | None = None
    asked: Counter[str] = field(default_factory=Counter)
    addresses: list[str] = field(default_factory=list)
    _services_of: dict[str, list[tuple[str, str]]] | None = None
    _by_owner: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    _is_disturbed: bool = False

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        parts = [part for part in path.split("/") if part]
        if parts[:1] == ["api"]:
            parts = parts[2:]
        self.asked["/".join(parts[:2])] += 1
        self.addresses.append(f"{'/'.join(parts)}?{query}")
        if method != "GET" or not parts:
            reply = _problem(405, "Method not allowed")
        elif parts[0][:1].isupper():
            reply = self._v11(parts, query)
        elif headers.get("x-api-key") != self.key:
            reply = _problem(401, "Unauthorized")
        else:
            reply = self._v12(parts, query)
        return self.tamper(path, query, reply) if self.tamper else reply

    # Version 11

    def _v11(self, parts: list[str], query: dict[str, list[str]]) -> Reply:
        kind = parts[0]
        room = {
            "Organization": self.register.organisations,
            "Service": self.register.services,
            "ServiceChannel": self.register.channels,
        }.get(kind)
        if room is None:
            return _error(404, "Not found.")
        page = int(query.get("page", ["1"])[0])
        whole = query.get("includeWholeCountry", ["false"])[0].lower() == "true"
        match parts[1:]:
            case []:
                return self._page(self._id_items(_published(room)), page, self.ids_a_page)
            case ["list"]:
                return self._by_guids(kind, room, query.get("guids", [""])[0])
            case ["list", "organization"]:
                owner = query.get("organizationId", [""])[0]
                if owner not in self.register.organisations:
                    return _error(404, f"Organization with id '{owner}' not found.")
                found = [self._record(entry) for entry in self._of_owners(room, [owner])]
                return self._page(found, page, self.records_a_page)
            case ["area", word, "code", code] if kind == "Organization":
                found = self._in_area(word, code, whole)
                if found is None:
                    return _error(self.unknown_area_status, f"Area {word} {code} not found.")
                return self._page(self._id_items(found), page, self.ids_a_page)
            case ["serviceWithGD", identifier] if kind == "Service":
                service = self.register.services.get(identifier)
                if service is None:
                    return _error(404, f"Service with id '{identifier}' not found.")
                return _ok(self._service(service, is_filled_in=True))
            case [identifier] if identifier in room:
                return _ok(self._record(room[identifier]))
            case _:
                return _error(404, "Not found.")

    def _in_area(self, word: str, code: str, whole: bool) -> list[Organisation] | None:
        """The organisations of an area; None where it is not known."""
        towns = {
            "Province": self.register.regions,
            self.county_area: self.register.counties,
            "Municipality": {
                town: (town,) for towns in self.register.regions.values() for town in towns
            },
        }.get(word, {})
        if code not in towns:
            return None
        is_aland = set(towns[code]) <= ALAND[1]
        reaches = {"national"} | (set() if is_aland else {"mainland"})

        def is_in(one: Organisation) -> bool:
            where = one.where
            if whole and where.reach in reaches:
                return True
            if word == "Municipality":
                return code in where.municipalities or (
                    self.has_larger_areas and code in self._all_towns(where)
                )
            return code in (where.regions if word == "Province" else where.counties)

        return [one for one in _published(self.register.organisations) if is_in(one)]

    def _all_towns(self, where: Where) -> set[str]:
        towns = set(where.municipalities)
        for codes, areas in (
            (where.regions, self.register.regions),
            (where.counties, self.register.counties),
        ):
            towns |= {town for code in codes for town in areas.get(code, ())}
        return towns | {town for _, district in where.districts for town in district}

    def _by_guids(self, kind: str, room: Mapping[str, Any], text: str) -> Reply:
        asked = text.split(",")
        if not text or len(asked) > 100:
            return _error_of_field("guids", "The list must have 1 to 100 identifiers.")
        if guid("0", 0).replace("1111-4222-8333", "0000-0000-0000") in asked:
            return _error(500, "An unexpected error occurred. Trace id: 0.")
        found = [self._record(room[identifier]) for identifier in asked if identifier in room]
        return _ok(found) if found else _error(404, f"{kind}s not found.")

    def _page(self, items: Sequence[Any], page: int, size: int) -> Reply:
        if page <= 0:
            return _ok({"pageNumber": page, "pageSize": size, "pageCount": 0, "itemList": []})
        found, count, _ = self._cut(items, page, size)
        return _ok(
            {
                "pageNumber": page,
                "pageSize": size,
                "pageCount": count,
                # Null, not an empty list, past the end.
                "itemList": found or None,
            }
        )

    def _cut(self, items: Sequence[Any], page: int, size: int) -> tuple[list[Any], int, int]:
        """The items of a page, the number of pages and of all items."""
        whole = self._disturbed(list(items), page, size)
        count = -(-len(whole) // size)
        if self.fault == "endless":
            key = "id" if whole and "id" in whole[0] else "contentId"
            made = [{key: guid("9", page * size + place)} for place in range(size)]
            return made, page + 1, (page + 1) * size
        if self.fault == "null" and page == 2:
            return [], count, len(whole)
        start = 0 if self.fault == "repeat" else (page - 1) * size
        return whole[start : start + size], count, len(whole)

    def _disturbed(self, items: list[Any], page: int, size: int) -> list[Any]:
        """A list that changes once while it is read, after its first page."""
        if self.fault == "overlap":  # each page begins with the end of the page before
            for start in range(size, len(items) + 1, size):
                items.insert(start, items[start - 1])
        if self._is_disturbed and self.fault == "shrink":
            items = items[1:]
        if not self._is_disturbed and self.fault == "grow":
            items = items[:-1]
        if page == 1 and len(items) > size:
            self._is_disturbed = True
        return items

    def _id_items(self, organisations: Iterable[Any]) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "name": next((name.text for name in one.names.values()), None),
                "parentOrganizationId": one.parent,
            }
            for one in organisations
        ]

    def _record(self, entry: Any) -> dict[str, Any]:
        if isinstance(entry, Organisation):
            return self._organisation(entry)
        if isinstance(entry, Service):
            return self._service(entry, is_filled_in=self.is_filled_in)
        return self._channel(entry)

    def _organisation(self, one: Organisation) -> dict[str, Any]:
        if self._services_of is None:
            self._services_of = {}
            for service in self.register.services.values():
                for owner, role in service.owners:
                    self._services_of.setdefault(owner, []).append((service.id, role))
        return {
            "id": one.id,
            "sourceId": None,
            "oid": None,
            "parentOrganizationId": one.parent,
            "organizationRootId": one.parent or one.id,
            "organizationType": one.kind,
            "municipality": (
                {"code": one.where.municipalities[0], "name": []}
                if one.kind == "Municipality"
                else None
            ),
            "businessCode": one.business_id,
            "businessName": None,
            "organizationNames": [
                {"language": language, "value": text, "type": kind}
                for language, name in one.names.items()
                for kind, text in (("Name", name.text), ("AlternativeName", name.alternative))
                if text is not None
            ],
            "displayNameType": [
                {
                    "type": "AlternativeName" if name.shows_alternative else "Name",
                    "language": language,
                }
                for language, name in one.names.items()
            ],
            **self._areas(one.where),
            "organizationDescriptions": [
                {"language": language, "value": "Esimerkki.", "type": "Summary"}
                for language in one.names
            ],
            "emails": [{"value": "toimisto@example.org", "language": "fi", "description": None}],
            "phoneNumbers": [],
            "webPages": [{"url": page, "value": "Sivu", "language": "fi"} for page in one.pages],
            "electronicInvoicings": [],
            "addresses": [],
            "publishingStatus": one.state,
            "services": [
                {
                    "service": {"id": service, "name": "Palvelu"},
                    "roleType": role,
                    "provisionType": None,
                    "additionalInformation": [],
                }
                for service, role in self._services_of.get(one.id, [])
            ],
            "modified": one.modified,
            "subOrganizations": [],
        }

    def _service(self, one: Service, *, is_filled_in: bool) -> dict[str, Any]:
        filled = self.register.descriptions.get(one.description or "") if is_filled_in else None
        groups = dict.fromkeys((*one.groups, *(filled.groups if filled else ())))
        classes = dict.fromkeys((*one.classes, *(filled.classes if filled else ())))
        return {
            "id": one.id,
            "sourceId": None,
            "generalDescriptionId": one.description,
            "subType": None,
            "type": "Service",
            "fundingType": "PubliclyFunded",
            "serviceNames": _localised(one.names),
            "serviceChargeType": {"free": "FreeOfCharge", "chargeable": "Chargeable"}.get(
                one.charge or ""
            ),
            **self._areas(one.where),
            "serviceDescriptions": [
                {"language": "fi", "value": "Esimerkki.", "type": "Summary"},
                *(
                    [{"language": "fi", "value": "Yleinen.", "type": "GD_Description"}]
                    if filled
                    else []
                ),
            ],
            "languages": list(one.languages),
            "serviceClasses": [_class(code, "ptvserclass2", "ptvserclass") for code in classes],
            "ontologyTerms": [],
            "targetGroups": [_class(code, "ptvkohderyhmat", "ptvkohderyhmat") for code in groups],
            "lifeEvents": [],
            "industrialClasses": [],
            "legislation": [],
            "keywords": [{"value": "esimerkki", "language": "fi"}],
            "requirements": [],
            # Null, not an empty list, where there is none.
            "serviceChannels": [
                {
                    "serviceChannel": {"id": channel, "name": "Paikka"},
                    "serviceChargeType": None,
                    "description": [],
                    "extraTypes": [],
                    "serviceHours": [],
                    "contactDetails": None,
                    "digitalAuthorizations": [],
                    "modified": MOMENT,
                }
                for channel in one.channels
            ]
            or None,
            "organizations": [
                {
                    "organization": {"id": owner, "name": "Esimerkki"},
                    "roleType": role,
                    "provisionType": None,
                    "additionalInformation": [],
                }
                for owner, role in one.owners
            ],
            "serviceVouchersInUse": False,
            "serviceVouchers": [],
            "serviceCollections": [],
            "publishingStatus": one.state,
            "modified": one.modified,
            "responsibleSoteOrganization": None,
        }

    def _channel(self, one: Channel) -> dict[str, Any]:
        return {
            "id": one.id,
            "sourceId": None,
            "oid": None,
            "serviceChannelType": one.kind,
            "organizationId": one.owner,
            "serviceChannelNames": _localised(one.names),
            "displayNameType": [{"type": "Name", "language": language} for language in one.names],
            "serviceChannelDescriptions": [],
            "areaType": "Nationwide",
            "areas": [],
            "phoneNumbers": [],
            "emails": [{"value": "toimisto@example.org", "language": "fi"}],
            "languages": ["fi"],
            "webPages": [],
            "addresses": [_address(spot) for spot in one.spots],
            "serviceHours": [],
            "services": [],
            "publishingStatus": one.state,
            "modified": one.modified,
            "responsibleSoteOrganization": None,
        }

    def _areas(self, where: Where) -> dict[str, Any]:
        words = {
            "national": "Nationwide",
            "mainland": "NationwideExceptAlandIslands",
            "limited": "LimitedType",
        }
        areas = []
        if where.municipalities:
            areas.append(_v11_area("Municipality", None, where.municipalities))
        areas += [
            _v11_area("Region", code, self.register.regions.get(code, ())) for code in where.regions
        ]
        areas += [
            _v11_area("WellbeingServiceCounties", code, self.register.counties.get(code, ()))
            for code in where.counties
        ]
        areas += [_v11_area("HospitalDistrict", code, towns) for code, towns in where.districts]
        return {"areaType": words[where.reach], "areas": areas}

    # Version 12

    def _v12(self, parts: list[str], query: dict[str, list[str]]) -> Reply:
        known = _V12_PARAMETERS.get(parts[0])
        if parts[1:] != ["search"] or known is None:
            return _problem(404, "Not found")
        faults = [name for name in query if name not in {*known, "page", "pageSize"}]
        faults += [name for name, values in query.items() if len(values) > 20]
        faults += [name for name in ("page", "pageSize") if name not in query]
        if faults:
            return _problem(400, f"Validation failed: {', '.join(sorted(faults))}")
        items = getattr(self, f"_v12_{parts[0].replace('-', '_')}")(query)
        page = int(query["page"][0])
        size = min(int(query["pageSize"][0]), self.records_a_page)
        found, count, total = self._cut(items, page, size)
        return _ok(
            {
                "page": page,
                "pageSize": size,
                "totalItems": total,
                "totalPages": count,
                "items": found,
            }
        )

    def _v12_organization(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        kinds = query.get("organizationTypes")
        return [
            {
                "contentId": one.id,
                "migratedAt": None,
                "parentOrganizationContentId": one.parent,
                "languageVersions": {
                    language: {
                        "name": name.text,
                        "alternativeName": name.alternative,
                        "isAlternativeNamePrimary": name.shows_alternative,
                        "summary": "Esimerkki.",
                        "description": None,
                        "contactEmails": [{"email": "toimisto@example.org"}],
                        "contactWebPages": (
                            [{"name": "Sivu", "url": page} for page in one.pages]
                            if place == 0
                            else []
                        ),
                        "contactPhoneNumbers": [],
                    }
                    for place, (language, name) in enumerate(one.names.items())
                },
                "businessId": one.business_id or "",
                "oid": None,
                "eInvoiceAddresses": [],
                "publishedAt": f"{one.modified[:23]}Z",
                "contactAddresses": {},
                "location": {},
                "organizationType": one.kind,
                "area": _v12_area(one.where),
            }
            for one in _published(self.register.organisations)
            if (kinds is None or one.kind in kinds) and _matches(one.where, query)
        ]

    def _v12_service(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        owners = query.get("organizationContentIds")
        found = []
        for one in self._of_owners(self.register.services, owners):
            by_role: dict[str, list[str]] = {}
            for owner, role in one.owners:
                by_role.setdefault(role, []).append(owner)
            main = by_role.get("Responsible", [None])[0]
            if owners is not None and main not in owners:
                continue
            found.append(
                {
                    "contentId": one.id,
                    "migratedAt": None,
                    "organizationContentId": main,
                    "generalDescriptionContentId": one.description,
                    "targetGroups": list(one.groups),
                    "industrialClasses": [],
                    "lifeEvents": [],
                    "ontologyTerms": [],
                    "serviceClasses": list(one.classes),
                    "producers": {
                        "selfProducedProducers": {"organizations": by_role.get("Producer", [])},
                        "procuredProducers": {"organizations": [], "other": []},
                        "otherProducers": {"organizations": [], "other": []},
                    },
                    "otherResponsibleOrganizations": by_role.get("OtherResponsible", []),
                    "chargeType": {"free": "Free", "chargeable": "Charged"}.get(one.charge or ""),
                    "fundingType": None,
                    "serviceLanguages": list(one.languages),
                    "area": _v12_area(one.where),
                    "publishedAt": f"{one.modified[:23]}Z",
                    "serviceType": "Service",
                    "languageVersions": {
                        language: {"name": text, "summary": "Esimerkki."}
                        for language, text in one.names.items()
                    },
                }
            )
        return found

    def _of_owners(self, room: Mapping[str, Any], owners: list[str] | None) -> list[Any]:
        """The published entries of a room that are of these owners, or of anybody."""
        if owners is None:
            return _published(room)
        if id(room) not in self._by_owner:
            index: dict[str, list[Any]] = {}
            for entry in room.values():
                for owner in _owners(entry):
                    index.setdefault(owner, []).append(entry)
            self._by_owner[id(room)] = index
        found = {
            entry.id: entry
            for owner in owners
            for entry in self._by_owner[id(room)].get(owner, ())
            if entry.state == "Published"
        }
        return list(found.values())

    def _v12_service_channel(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        owners, kinds = query.get("organizationContentIds"), query.get("channelTypes")
        return [
            {
                "contentId": one.id,
                "migratedAt": None,
                "organizationContentId": one.owner,
                "allowedConnectionType": "OwnOrganizations",
                "serviceLanguages": ["fi"],
                "area": {"areaType": "WholeCountry"},
                "publishedAt": f"{one.modified[:23]}Z",
                "serviceChannelType": one.kind,
                "languageVersions": {
                    language: {"name": text, "summary": None, "description": None}
                    for language, text in one.names.items()
                },
                "location": {
                    "foreignAddresses": [],
                    "otherAddresses": [],
                    "streetAddresses": [_v12_spot(spot) for spot in one.spots],
                },
                "contactAddresses": {},
                "serviceHours": {"hours": [], "holidayServiceHours": None},
            }
            for one in self._of_owners(self.register.channels, owners)
            if kinds is None or one.kind in kinds
        ]

    def _v12_general_description(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        return [
            {
                "contentId": one.id,
                "targetGroups": list(one.groups),
                "serviceClasses": list(one.classes),
                "languageVersions": {"fi": {"name": "Pohjakuvaus"}},
            }
            for one in self.register.descriptions.values()
        ]


_AREA_PARAMETERS = {
    "areaType",
    "municipalities",
    "regions",
    "wellbeingServicesCounties",
    "municipalitiesMatch",
    "regionsMatch",
    "wellbeingServicesCountiesMatch",
}
_V12_PARAMETERS = {
    "organization": {*_AREA_PARAMETERS, "organizationTypes", "businessIds", "languageVersions"},
    "service": {*_AREA_PARAMETERS, "organizationContentIds", "targetGroups", "serviceClasses"},
    "service-channel": {*_AREA_PARAMETERS, "organizationContentIds", "channelTypes"},
    "general-description": {"organizationContentIds", "serviceTypes"},
}


def _matches(where: Where, query: dict[str, list[str]]) -> bool:
    """Whether a reach fits the filters; a filter of several values wants all of them by itself."""
    kinds = {
        "national": "WholeCountry",
        "mainland": "WholeCountryExceptAland",
        "limited": "LimitedArea",
    }
    if "areaType" in query and kinds[where.reach] != query["areaType"][0]:
        return False
    for key, codes in (
        ("municipalities", where.municipalities),
        ("regions", where.regions),
        ("wellbeingServicesCounties", where.counties),
    ):
        if key in query:
            found = [value in codes for value in query[key]]
            how = query.get(f"{key}Match", ["all"])[0]
            if not (any(found) if how == "any" else all(found)):
                return False
    return True


def _published(room: Mapping[str, Any]) -> list[Any]:
    return [entry for entry in room.values() if entry.state == "Published"]


def _owners(entry: Service | Channel) -> set[str]:
    if isinstance(entry, Service):
        return {owner for owner, _ in entry.owners}
    return {entry.owner}


def _localised(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"language": language, "value": text, "type": "Name"} for language, text in names.items()
    ]


def _class(code: str, code_list: str, kind: str) -> dict[str, Any]:
    return {
        "name": [{"value": "Luokka", "language": "fi"}],
        "code": code,
        "ontologyType": kind,
        "uri": "http://urn.fi/URN:NBN:fi:au:ptvl:v0000",
        "parentId": None,
        "parentUri": None,
        "newUri": f"http://uri.suomi.fi/codelist/ptv/{code_list}/code/{code}",
        "newParentUri": None,
    }


def _v11_area(kind: str, code: str | None, towns: Sequence[str]) -> dict[str, Any]:
    return {
        "type": kind,
        "code": code,
        "name": None if code is None else [{"value": "Alue", "language": "fi"}],
        "municipalities": [
            {"code": town, "name": [{"value": "Kunta", "language": "fi"}]} for town in towns
        ],
    }


def _address(spot: Spot) -> dict[str, Any]:
    return {
        "type": "Location",
        "subType": "Single",
        "postOfficeBoxAddress": None,
        "streetAddress": {
            "street": [{"value": "Esimerkkikatu", "language": "fi"}],
            "streetNumber": "1",
            "postalCode": spot.postcode,
            "postOffice": [],
            "municipality": (
                None if spot.municipality is None else {"code": spot.municipality, "name": []}
            ),
            "additionalInformation": [],
            "latitude": spot.northing,
            "longitude": spot.easting,
            "coordinateState": spot.state,
        },
        "otherAddress": None,
        "locationAbroad": None,
        "entrances": [],
        "country": "FI",
    }


def _v12_area(where: Where) -> dict[str, Any]:
    if where.reach != "limited":
        is_whole = where.reach == "national"
        return {"areaType": "WholeCountry" if is_whole else "WholeCountryExceptAland"}
    return {
        "areaType": "LimitedArea",
        "municipalities": list(where.municipalities),
        "regions": list(where.regions),
        "wellbeingServicesCounties": list(where.counties),
    }


def _v12_spot(spot: Spot) -> dict[str, Any]:
    return {
        "addressSource": {"source": "Posti"},
        "streetName": {"fi": "Esimerkkikatu"},
        "addressDetail": "1",
        "postalCode": spot.postcode,
        "coordinates": (
            []
            if spot.northing is None or spot.easting is None
            else [
                {
                    "system": "EPSG:3067" if spot.state == "Ok" else "Unknown",
                    "source": "NLS",
                    "easting": float(spot.easting),
                    "northing": float(spot.northing),
                }
            ]
        ),
        "additionalInformation": {},
        "accessibilityRegisterServicePointId": None,
    }


def _ok(value: Any) -> Reply:
    return 200, JSON, json.dumps(value, ensure_ascii=False).encode()


def _error(status: int, message: str) -> Reply:
    return status, JSON, json.dumps({"errorMessage": message}).encode()


def _error_of_field(name: str, message: str) -> Reply:
    return 400, JSON, json.dumps({name: [message]}).encode()


def _problem(status: int, title: str) -> Reply:
    problem = {"title": title, "detail": title, "status": status, "type": "about:blank"}
    return status, JSON, json.dumps({**problem, "requestId": "0", "instance": "/"}).encode()


REGIONS: Mapping[str, tuple[str, ...]] = {
    "02": ("202", "734", "853"),
    "10": ("097", "491", "507", "740"),
    "01": ("091",),
}
COUNTIES: Mapping[str, tuple[str, ...]] = {"05": REGIONS["02"], "12": REGIONS["10"]}


def small_register() -> Register:
    """Sixteen organisations, each with something of its own; tests work out what they give."""
    register = Register(regions=REGIONS, counties=COUNTIES)
    responsible = "Responsible"

    def organisation(number: int, name: str, where: Where, **more: Any) -> str:
        names = more.pop("names", {"fi": Name(text=name)})
        entry = Organisation(id=guid("4", number), names=names, where=where, **more)
        register.add(entry)
        return entry.id

    def service(number: int, owner: str, where: Where, **more: Any) -> None:
        owners = more.pop("owners", ((owner, responsible),))
        names = more.pop("names", {"fi": f"Palvelu {number}"})
        register.add(Service(id=guid("5", number), owners=owners, names=names, where=where, **more))

    def place(number: int, owner: str, *spots: Spot, **more: Any) -> None:
        names = {"fi": f"Paikka {number}"}
        register.add(Channel(id=guid("6", number), owner=owner, names=names, spots=spots, **more))

    mikkeli, region = Where(municipalities=("491",)), Where(regions=("10",))
    # 1: one municipality, everything told.
    one = organisation(
        1,
        "",
        mikkeli,
        names={
            "fi": Name(text="Esimerkki ry", alternative="Esimerkki"),
            "sv": Name(text="Exempel rf"),
        },
        business_id="0000000-0",
        pages=("https://www.example.org",),
    )
    service(
        1,
        one,
        mikkeli,
        names={"fi": "Esimerkin kohtaamispaikka", "sv": "Exempel mötesplats"},
        groups=("KR1", "KR1.1"),
        classes=("P27.1",),
        languages=("fi", "sv"),
        charge="free",
        channels=(guid("6", 1), guid("6", 2)),
    )
    place(
        1,
        one,
        Spot(northing="6838000.000", easting="514000.000", municipality="491", postcode="50100"),
    )
    place(2, one, kind="WebPage")
    # 2: the same business identity code; region-wide; a class that names a group of ours.
    two = organisation(2, "Toinen esimerkki ry", region, business_id="0000000-0", parent=one)
    service(2, two, region, groups=("KR1.2", "KR2.7"), classes=("P4.11",), charge="chargeable")
    # 3: the whole country; a general description that names more than the service itself.
    three = organisation(3, "Koko maan esimerkki ry", Where(reach="national"))
    register.add(
        Description(id=guid("7", 3), groups=("KR1.4", "KR1.6"), classes=("P5.16", "P10.8"))
    )
    service(
        3,
        three,
        Where(reach="national"),
        groups=("KR1.6",),
        classes=("P5.16",),
        description=guid("7", 3),
    )
    # 4: all but Åland, and a service for one municipality.
    four = organisation(4, "Manner-esimerkki ry", Where(reach="mainland"))
    service(4, four, Where(municipalities=("853",)), groups=("KR1.3",))
    # 5: one wellbeing services county, a service in the other.
    five = organisation(5, "Alueen esimerkki ry", Where(counties=("12",)))
    service(5, five, Where(counties=("05",)), groups=("KR1.5",))
    # 6: Swedish only; two municipalities; the alternative name is the one shown.
    six = organisation(
        6,
        "",
        Where(municipalities=("734", "853")),
        names={
            "sv": Name(text="Exempelföreningen rf", alternative="Exemplet", shows_alternative=True)
        },
    )
    service(6, six, Where(municipalities=("734",)), names={"sv": "Tjänst 6"}, languages=("sv",))
    # 7: Sami languages.
    seven = organisation(
        7,
        "",
        Where(municipalities=("740",)),
        names={
            "se": Name(text="Ovdamearka"),
            "fi": Name(text="Saamen esimerkki ry"),
            "sms": Name(text="Ouddmiârkk"),
        },
    )
    service(7, seven, Where(municipalities=("740",)), languages=("fi", "se", "sms"))
    # 8, 9, 10: kinds that are not ours.
    organisation(8, "Esimerkkivirasto", mikkeli, kind="State")
    organisation(9, "Esimerkkikunta", mikkeli, kind="Municipality")
    organisation(10, "Esimerkki Oy", Where(reach="national"), kind="Company")
    # 11: a wrong business identity code, a page that is none before one that is.
    organisation(
        11,
        "Väärän tunnuksen esimerkki ry",
        Where(municipalities=("507",)),
        business_id="0000000-1",
        pages=("www.example.org", "https://www.example.org/11"),
    )
    # 12: no service, and a place outside Finland.
    twelve = organisation(12, "Paikan esimerkki ry", Where(municipalities=("734",)))
    place(
        12,
        twelve,
        Spot(northing="240000.000", easting="6700000.000", municipality="734", postcode="24100"),
    )
    # 13: two addresses, one of them without a usable point; an office that is somebody else's.
    thirteen = organisation(13, "Kahden paikan esimerkki ry", Where(municipalities=("202",)))
    service(
        13,
        thirteen,
        Where(municipalities=("202",)),
        channels=(guid("6", 13), guid("6", 9), guid("6", 14)),
    )
    place(
        13,
        thirteen,
        Spot(northing="6711000", easting="246000", municipality="202", postcode="20780"),
        Spot(northing="6712000", easting="247000", postcode="20760", state="Loading"),
    )
    place(14, thirteen, Spot(), state="Archived")
    place(9, guid("4", 9), Spot(northing="6838100", easting="514100", municipality="491"))
    # 14: elsewhere; only its service reaches Mikkeli.
    fourteen = organisation(14, "Muualla toimiva esimerkki ry", Where(municipalities=("091",)))
    service(14, fourteen, mikkeli, groups=("KR1.1",))
    # 15: archived while it was listed. 16: of a kind nobody knows. 17: nameless.
    organisation(15, "Lopettanut esimerkki ry", mikkeli, state="Archived")
    organisation(16, "Esimerkkikerho", Where(municipalities=("097",)), kind="Club")
    organisation(17, "", mikkeli, names={"fi": Name(text=" ")})
    return register


def invented(n: int, municipality_codes: Sequence[str]) -> Register:
    """A register of ``n`` organisations, a service each, a place for every second one.

    Nine of ten are limited to a municipality, in turn; of the rest every second one has a region
    or the whole country. Each municipality belongs to region "99" and county "99" unless the
    register's ``regions`` and ``counties`` are set afterwards.
    """
    towns = tuple(municipality_codes)
    register = Register(regions={"99": towns}, counties={"99": towns})
    for number in range(n):
        town = towns[number % len(towns)]
        if number % 10:
            where = Where(municipalities=(town,))
        else:
            where = Where(regions=("99",)) if number % 20 else Where(reach="national")
        owner, channel = guid("4", number), guid("6", number)
        has_place = number % 2 == 0
        register.add(
            Organisation(
                id=owner,
                names={"fi": Name(text=f"Esimerkki {number} ry")},
                where=where,
                business_id=business_id(number) if number % 3 else None,
            ),
            Service(
                id=guid("5", number),
                owners=((owner, "Responsible"),),
                names={"fi": f"Palvelu {number}"},
                where=where,
                groups=(f"KR1.{1 + number % 6}",),
                classes=("P27.1",),
                channels=(channel,) if has_place else (),
            ),
        )
        if has_place:
            spot = Spot(northing="6838000.000", easting="514000.000", municipality=town)
            register.add(
                Channel(id=channel, owner=owner, names={"fi": f"Paikka {number}"}, spots=(spot,))
            )
    return register


def changed(entry: Any, **more: Any) -> Any:
    """The same entry with something else in it."""
    return replace(entry, **more)
