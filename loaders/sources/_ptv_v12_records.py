"""What the records of version 12 of the service catalogue mean; asks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from loaders.sources._json_values import finite_number
from loaders.sources._ptv_areas import area_of_v12
from loaders.sources._ptv_records import (
    CHARGES,
    ORGANISATION_TYPES,
    Book,
    Organisation,
    Place,
    Service,
    Text,
    chosen_names,
)
from loaders.sources._ptv_values import (
    LANGUAGES,
    category,
    class_codes,
    guid,
    language_code,
    language_order,
    listed,
    name_text,
    object_of,
    objects,
    postcode,
    words,
)

ORGANISATION_KEYS = words(
    "contentId migratedAt parentOrganizationContentId languageVersions businessId businessCode oid "
    "eInvoiceAddresses publishedAt contactAddresses location organizationType area"
)
SERVICE_KEYS = words(
    "contentId migratedAt organizationContentId generalDescriptionContentId targetGroups "
    "industrialClasses lifeEvents ontologyTerms serviceClasses producers "
    "otherResponsibleOrganizations chargeType fundingType serviceLanguages area publishedAt "
    "serviceType languageVersions"
)
PLACE_KEYS = words(
    "contentId migratedAt organizationContentId allowedConnectionType serviceLanguages area "
    "publishedAt serviceChannelType languageVersions location contactAddresses "
    "serviceHours"
)


class RecordsOfV12:
    """Puts records into the book, each as it comes."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._aside = book.aside

    def organisation(self, value: object) -> None:
        """Keep an organisation, if it is of the kind that NGOs are of."""
        opened = self._book.opened(value, "contentId")
        if opened is None:
            return
        record, identifier = opened
        self._aside.unknown_keys("organisation", record, ORGANISATION_KEYS)
        # Only this kind was searched for: where it is not told, it is not doubted.
        kind = category(record, "organizationType", ORGANISATION_TYPES, self._aside)
        if not kind and record.get("organizationType") is not None:
            return
        versions = object_of(record, "languageVersions", self._aside)
        names = chosen_names(self._names(versions), self._shows_alternative(versions))
        if names is None:
            self._book.reject(identifier, "no_name")
            return
        moment, day = self._book.changed(record.get("publishedAt"))
        business_id = record.get("businessId") or record.get("businessCode")
        self._book.keep(
            self._book.organisations,
            Organisation(
                id=identifier,
                moment=moment,
                day=day,
                names=names,
                business_id=self._book.business_id(business_id, identifier),
                homepage=self._book.homepage(
                    page.get("url")
                    for _, version in self._versions(versions)
                    for page in objects(version, "contactWebPages", self._aside)
                ),
                area=area_of_v12(record.get("area"), self._aside),
            ),
        )

    def _versions(self, versions: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Language and what is told in it, Finnish first."""
        codes = {key: language_code(key) for key in versions}
        for key, code in sorted(codes.items(), key=lambda item: language_order(item[1] or "zz")):
            if code is None:
                self._aside.surprise("languageVersions without a language")
            else:
                yield code, object_of(versions, key, self._aside)

    def _names(self, versions: Mapping[str, Any]) -> Iterator[Text]:
        for language, version in self._versions(versions):
            for key, is_alternative in (("name", False), ("alternativeName", True)):
                text = name_text(version.get(key))
                if text:
                    yield Text(language, text, is_alternative)

    def _shows_alternative(self, versions: Mapping[str, Any]) -> dict[str, bool]:
        return {
            language: version.get("isAlternativeNamePrimary") is True
            for language, version in self._versions(versions)
        }

    def service(self, value: object) -> None:
        """Keep a service, if one of the organisations kept gives it."""
        opened = self._book.opened(value, "contentId")
        if opened is None:
            return
        record, identifier = opened
        self._aside.unknown_keys("service", record, SERVICE_KEYS)
        moment, day = self._book.changed(record.get("publishedAt"))
        told = (
            record.get("organizationContentId"),
            *listed(record, "otherResponsibleOrganizations", self._aside),
            *self._producers(record),
        )
        organisations = self._book.known(one for one in map(guid, told) if one)
        if not organisations:
            self._book.reject(identifier, "no_organisation")
            return
        self._book.keep(
            self._book.services,
            Service(
                id=identifier,
                moment=moment,
                day=day,
                organisations=organisations,
                names=self._plain_names(record),
                area=area_of_v12(record.get("area"), self._aside),
                charge=(
                    category(record, "chargeType", CHARGES, self._aside)
                    if record.get("chargeType") is not None
                    else None
                ),
                languages=self._book.languages(listed(record, "serviceLanguages", self._aside)),
                groups=dict.fromkeys(class_codes(record, "targetGroups", self._aside), False),
                classes=dict.fromkeys(class_codes(record, "serviceClasses", self._aside), False),
                description=guid(record.get("generalDescriptionContentId")),
            ),
        )

    def _producers(self, record: Mapping[str, Any]) -> Iterator[object]:
        producers = object_of(record, "producers", self._aside)
        for key in ("selfProducedProducers", "procuredProducers", "otherProducers"):
            yield from listed(object_of(producers, key, self._aside), "organizations", self._aside)

    def place(self, value: object) -> None:
        """Keep the places of a channel, if it is one of an organisation kept."""
        opened = self._book.opened(value, "contentId")
        if opened is None:
            return
        record, identifier = opened
        owner = guid(record.get("organizationContentId"))
        is_place = record.get("serviceChannelType") == "ServiceLocation"
        if not is_place or owner is None or not self._book.is_kept(owner):
            self._aside.surprise("place that was not asked for")
            return
        self._aside.unknown_keys("place", record, PLACE_KEYS)
        moment, day = self._book.changed(record.get("publishedAt"))
        names = self._plain_names(record)
        location = object_of(record, "location", self._aside)
        number = 0
        for spot in (
            *objects(location, "streetAddresses", self._aside),
            *objects(location, "otherAddresses", self._aside),
        ):
            code = postcode(spot.get("postalCode"))
            northing, easting = self._coordinates(spot, identifier)
            if code is None and northing is None:
                continue
            number += 1
            self._book.keep(
                self._book.places,
                Place(
                    id=identifier,
                    number=number,
                    moment=moment,
                    day=day,
                    organisation=owner,
                    names=names,
                    municipality_code=None,
                    postcode=code,
                    northing_m=northing,
                    easting_m=easting,
                ),
            )
        if not number:
            self._book.reject(identifier, "no_address")

    def _coordinates(
        self, spot: Mapping[str, Any], identifier: str
    ) -> tuple[float | None, float | None]:
        """Northing and easting, where they are in the system of our tables."""
        for entry in objects(spot, "coordinates", self._aside):
            northing = finite_number(entry.get("northing"))
            easting = finite_number(entry.get("easting"))
            if entry.get("system") == "EPSG:3067":
                return self._book.coordinates(northing, easting, identifier)
            if northing is not None or easting is not None:
                self._book.reject(identifier, "coordinates_not_ok")
        return None, None

    def _plain_names(self, record: Mapping[str, Any]) -> dict[str, str]:
        """The names in our three languages; alternative ones are left out."""
        versions = self._versions(object_of(record, "languageVersions", self._aside))
        names = {language: name_text(version.get("name")) for language, version in versions}
        return {
            language: name for language, name in names.items() if language in LANGUAGES and name
        }
