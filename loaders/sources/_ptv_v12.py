"""What version 12 of the service catalogue's interface is asked; what its records mean is not here.

Version 12 was a beta in 2026 and wants a key on every call. The calls:

1. ``organization/search``, only organisations of the kind that NGOs are of. For the whole country
   without an area. For regions one search each for the municipalities (twenty a call, any of them:
   left to itself a filter wants all of its values at once), the regions, the wellbeing services
   counties, the whole country, and the whole country except Åland.
2. ``service/search`` by organisation, twenty a call: no record names an organisation's services.
3. ``general-description/search``, all of them, if a service has one: some ten calls.
4. ``service-channel/search`` by organisation, twenty a call, only places.

What its records do not tell: the municipality of a place's address, so it stays empty; the services
that an organisation only produces for another are not searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from loaders.errors import SourceUnavailable
from loaders.source import Answer, Request, Scope
from loaders.sources._ptv_areas import ALAND
from loaders.sources._ptv_pages import PageForm, all_pages
from loaders.sources._ptv_records import Book
from loaders.sources._ptv_v12_records import RecordsOfV12
from loaders.sources._ptv_values import SOURCE_ID, class_codes, guid

BASE = "https://api-gw.palvelutietovaranto.suomi.fi/api/v12"
BATCH = 20
PAGE_SIZE = 100
FORM = PageForm(count="totalPages", items="items", id="contentId", total="totalItems")

Query = list[tuple[str, str]]


class V12:
    """The adapter: yields requests, puts what the answers mean into the book."""

    def __init__(self, scope: Scope, book: Book) -> None:
        self._scope = scope
        self._book = book
        self._aside = book.aside
        self._records = RecordsOfV12(book)
        self._headers = {"x-api-key": scope.options["key"]}
        self.base = scope.base_url.rstrip("/")

    def address(self, kind: str, identifier: str) -> str:
        """Where a record can be read by itself, with a key."""
        path = {"Organization": "organization", "Service": "service"}.get(kind, "service-channel")
        return f"{self.base}/{path}/{identifier}"

    def organisations(self) -> Generator[Request, Answer, None]:
        """Ask for the organisations of the areas, or of the whole country."""
        for label, query in self._searches():
            yield from self._pages(
                "organization",
                [("organizationTypes", "Organization"), *query],
                f"organisations {label}",
                self._records.organisation,
            )

    def services(self) -> Generator[Request, Answer, None]:
        """Ask for the services of the organisations, and for their general descriptions."""
        yield from self._by_organisation("service", [], "services", self._records.service)
        wanted = {one.description for one in self._book.services.values() if one.description}
        if not wanted:
            return
        found: dict[str, dict[str, frozenset[str]]] = {}

        def take(record: Any) -> None:
            identifier = guid(record.get("contentId")) if isinstance(record, dict) else None
            if identifier in wanted:
                found[identifier] = {
                    key: class_codes(record, key, self._aside)
                    for key in ("targetGroups", "serviceClasses")
                }

        yield from self._pages("general-description", [], "general descriptions", take)
        for service in self._book.services.values():
            if service.description in found:
                codes = found[service.description]
                service.inherit(codes["targetGroups"], codes["serviceClasses"])
            elif service.description:
                self._aside.surprise("service without its general description")

    def places(self) -> Generator[Request, Answer, None]:
        """Ask for the places of the organisations."""
        query = [("channelTypes", "ServiceLocation")]
        yield from self._by_organisation("service-channel", query, "places", self._records.place)

    def _searches(self) -> Iterator[tuple[str, Query]]:
        """What is searched for, and how it is told."""
        scope = self._scope
        if scope.is_national or scope.options.get("search") == "register":
            yield "of the register", []
            return
        for key, codes in (
            ("municipalities", scope.municipality_codes),
            ("regions", scope.region_codes),
            ("wellbeingServicesCounties", scope.wellbeing_county_codes),
        ):
            for batch in _batches(sorted(codes)):
                yield (
                    f"of {key} from {batch[0]}",
                    [
                        ("areaType", "LimitedArea"),
                        *((key, code) for code in batch),
                        (f"{key}Match", "any"),
                    ],
                )
        yield "of the whole country", [("areaType", "WholeCountry")]
        if set(scope.region_codes) != {ALAND}:
            yield "of all but Åland", [("areaType", "WholeCountryExceptAland")]

    def _by_organisation(
        self, path: str, query: Query, label: str, take: Callable[[Any], None]
    ) -> Generator[Request, Answer, None]:
        identifiers = [one.id for one in self._book.organisations.values()]
        for number, batch in enumerate(_batches(identifiers), start=1):
            owners = [("organizationContentIds", identifier) for identifier in batch]
            yield from self._pages(path, [*owners, *query], f"{label}, search {number}", take)

    def _pages(
        self, path: str, query: Query, label: str, take: Callable[[Any], None]
    ) -> Generator[Request, Answer, bool]:
        def request(page: int) -> Request:
            paged = [*query, ("page", str(page)), ("pageSize", str(PAGE_SIZE))]
            return Request(
                url=f"{self.base}/{path}/search?{urlencode(paged)}",
                label=f"{label}, page {page}",
                headers=self._headers,
            )

        try:
            return (yield from all_pages(request, FORM, take, self._aside))
        except SourceUnavailable as error:
            # A refused key is told as any other refusal is.
            told = SourceUnavailable(f"{error} Is the option {SOURCE_ID}.key right?")
            told.notice = error.notice
            raise told from None


def _batches(values: Sequence[str], size: int = BATCH) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
