"""What the records of version 11 of the service catalogue mean; asks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from loaders.sources._json_values import finite_number
from loaders.sources._ptv_areas import area_of_v11
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
    area_code,
    category,
    class_codes,
    guid,
    language_code,
    listed,
    name_text,
    object_of,
    objects,
    postcode,
    words,
)

NAME_TYPES: Mapping[str, bool] = {"Name": False, "AlternativeName": True, "AlternateName": True}
ADDRESS_TYPES: Mapping[str, bool] = {"Location": True, "Postal": False}
CHANNEL_TYPES: Mapping[str, bool] = {
    "ServiceLocation": True,
    "EChannel": False,
    "WebPage": False,
    "PrintableForm": False,
    "Phone": False,
}
ROLES: Mapping[str, int] = {"Responsible": 0, "OtherResponsible": 1, "Producer": 2}
STATES: Mapping[str, bool] = {
    "Published": True,
    "Archived": False,
    "Withdrawn": False,
    "Deleted": False,
    "Draft": False,
    "Modified": False,
    "OldPublished": False,
}

ORGANISATION_KEYS = words(
    "id sourceId oid parentOrganizationId organizationRootId organizationType municipality "
    "businessCode businessName organizationNames displayNameType areaType areas "
    "organizationDescriptions emails phoneNumbers webPages electronicInvoicings addresses "
    "publishingStatus services modified subOrganizations responsibleSoteOrganization"
)
SERVICE_KEYS = words(
    "id sourceId generalDescriptionId subType type fundingType serviceNames serviceChargeType "
    "areaType areas serviceDescriptions languages serviceClasses ontologyTerms targetGroups "
    "lifeEvents industrialClasses legislation keywords requirements serviceChannels organizations "
    "serviceVouchersInUse serviceVouchers serviceCollections publishingStatus modified "
    "responsibleSoteOrganization"
)
PLACE_KEYS = words(
    "id sourceId oid serviceChannelType organizationId serviceChannelNames displayNameType "
    "serviceChannelDescriptions areaType areas phoneNumbers emails languages webPages addresses "
    "serviceHours services publishingStatus modified responsibleSoteOrganization"
)


class RecordsOfV11:
    """Puts records into the book, each as it comes.

    ``named_by`` has the services that the organisations' records name, and by which of them, in
    case a service's own record does not say; ``without_services`` those that name none.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._aside = book.aside
        self.named_by: dict[str, list[str]] = {}
        self.without_services: list[str] = []

    def organisation(self, value: object) -> None:
        """Keep an organisation, if it is of the kind that NGOs are of."""
        opened = self._book.opened(value, "id")
        if opened is None:
            return
        record, identifier = opened
        area = area_of_v11(record, self._book.regions_seen, self._aside)
        if not category(record, "organizationType", ORGANISATION_TYPES, self._aside):
            return
        self._aside.unknown_keys("organisation", record, ORGANISATION_KEYS)
        if not self._is_published(record, identifier):
            return
        names = chosen_names(self._names(record), self._shows_alternative(record))
        if names is None:
            self._book.reject(identifier, "no_name")
            return
        moment, day = self._book.changed(record.get("modified"))
        self._book.keep(
            self._book.organisations,
            Organisation(
                id=identifier,
                moment=moment,
                day=day,
                names=names,
                business_id=self._book.business_id(record.get("businessCode"), identifier),
                homepage=self._book.homepage(
                    page.get("url") for page in objects(record, "webPages", self._aside)
                ),
                area=area,
            ),
        )
        services = [
            service
            for entry in objects(record, "services", self._aside)
            if (service := guid(object_of(entry, "service", self._aside).get("id")))
        ]
        for service in services:
            self.named_by.setdefault(service, []).append(identifier)
        if not services:
            self.without_services.append(identifier)

    def _names(self, record: Mapping[str, Any]) -> Iterator[Text]:
        for entry in objects(record, "organizationNames", self._aside):
            language, text = language_code(entry.get("language")), name_text(entry.get("value"))
            is_alternative = category(entry, "type", NAME_TYPES, self._aside, told_as="name type")
            if language and text:
                yield Text(language, text, is_alternative is not False)
            elif text:
                self._aside.surprise("organizationNames without a language")

    def _shows_alternative(self, record: Mapping[str, Any]) -> dict[str, bool]:
        return {
            language: bool(category(entry, "type", NAME_TYPES, self._aside, told_as="name type"))
            for entry in objects(record, "displayNameType", self._aside)
            if (language := language_code(entry.get("language")))
        }

    def service(self, value: object) -> None:
        """Keep a service, if one of the organisations kept gives it."""
        opened = self._book.opened(value, "id")
        if opened is None:
            return
        record, identifier = opened
        self._aside.unknown_keys("service", record, SERVICE_KEYS)
        if not self._is_published(record, identifier):
            return
        organisations = self._organisations_of(record, identifier)
        if not organisations:
            self._book.reject(identifier, "no_organisation")
            return
        moment, day = self._book.changed(record.get("modified"))
        self._book.keep(
            self._book.services,
            Service(
                id=identifier,
                moment=moment,
                day=day,
                organisations=organisations,
                names=self._plain_names(record, "serviceNames"),
                area=area_of_v11(record, self._book.regions_seen, self._aside),
                charge=(
                    category(record, "serviceChargeType", CHARGES, self._aside)
                    if record.get("serviceChargeType") is not None
                    else None
                ),
                languages=self._book.languages(listed(record, "languages", self._aside)),
                groups=dict.fromkeys(class_codes(record, "targetGroups", self._aside), False),
                classes=dict.fromkeys(class_codes(record, "serviceClasses", self._aside), False),
                description=guid(record.get("generalDescriptionId")),
                channels=tuple(
                    channel
                    for entry in objects(record, "serviceChannels", self._aside)
                    if (channel := guid(object_of(entry, "serviceChannel", self._aside).get("id")))
                ),
            ),
        )

    def _organisations_of(self, record: Mapping[str, Any], identifier: str) -> tuple[str, ...]:
        """Those of the organisations kept that give a service, the responsible ones first."""
        by_role = sorted(
            objects(record, "organizations", self._aside),
            key=lambda entry: ROLES.get(str(entry.get("roleType")), len(ROLES)),
        )
        told = (guid(object_of(entry, "organization", self._aside).get("id")) for entry in by_role)
        return self._book.known((*filter(None, told), *self.named_by.get(identifier, ())))

    def place(self, value: object) -> None:
        """Keep the places of a channel, if it is one of an organisation kept."""
        opened = self._book.opened(value, "id")
        if opened is None:
            return
        record, identifier = opened
        if not category(record, "serviceChannelType", CHANNEL_TYPES, self._aside):
            return
        owner = guid(record.get("organizationId"))
        # A library or an office where an NGO serves as well is its owner's place.
        if owner is None or not self._book.is_kept(owner):
            return
        self._aside.unknown_keys("place", record, PLACE_KEYS)
        if not self._is_published(record, identifier):
            return
        moment, day = self._book.changed(record.get("modified"))
        names = self._plain_names(record, "serviceChannelNames")
        number = 0
        for address in objects(record, "addresses", self._aside):
            if not category(address, "type", ADDRESS_TYPES, self._aside, told_as="address type"):
                continue
            spot = object_of(address, "streetAddress", self._aside) or object_of(
                address, "otherAddress", self._aside
            )
            town = area_code(object_of(spot, "municipality", self._aside).get("code"), 3)
            code = postcode(spot.get("postalCode"))
            northing, easting = self._coordinates(spot, identifier)
            if town is None and code is None and northing is None:
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
                    municipality_code=town,
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
        """Northing and easting, which the catalogue calls latitude and longitude."""
        northing = finite_number(spot.get("latitude"))
        easting = finite_number(spot.get("longitude"))
        if northing is None and easting is None:
            return None, None
        if spot.get("coordinateState") != "Ok":
            self._book.reject(identifier, "coordinates_not_ok")
            return None, None
        return self._book.coordinates(northing, easting, identifier)

    def _plain_names(self, record: Mapping[str, Any], key: str) -> dict[str, str]:
        """The names in our three languages; alternative ones are left out."""
        names: dict[str, str] = {}
        for entry in objects(record, key, self._aside):
            language, text = language_code(entry.get("language")), name_text(entry.get("value"))
            if language in LANGUAGES and text and entry.get("type") in (None, "Name"):
                names.setdefault(language, text)
        return names

    def _is_published(self, record: Mapping[str, Any], identifier: str) -> bool:
        state = category(record, "publishingStatus", STATES, self._aside)
        if state is False:
            self._book.reject(identifier, "not_published")
        # The public lists hold published ones only: an unknown word is none against it.
        return state is not False
