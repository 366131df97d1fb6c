"""What version 11 of the service catalogue's interface is asked; what its records mean is not here.

The calls, few and none for nothing (38 municipalities of two regions: some 45 for the lists, then
one a hundred records):

1. Lists of identifiers, a thousand a page. For the whole country the register's own list. For
   regions one list an area: each region, each wellbeing services county, each municipality. Those
   of the whole country come with the first of these lists and are never asked for again. An area
   that is not known (404) is counted and passed over.
2. ``Organization/list`` gives the full records of what was listed, a hundred a call and each once,
   however many areas listed it. Lists of full records would give it once an area.
3. ``Service/list`` gives the services in hundreds: the organisations' records name them. One call
   an organisation would be some thirty times as many, one list an area would bring the services of
   every authority and company too, and would miss what our organisations do elsewhere.
4. ``Service/serviceWithGD`` for each service with a general description (few NGOs use them).
5. ``ServiceChannel/list`` gives the places in hundreds: the services name their channels. Only an
   organisation that has no service at all is asked for its channels by itself.

What this cannot find: an organisation that states to work elsewhere and only a service of which
reaches the areas asked for; one limited to a sub-region or hospital district alone, if the lists of
municipalities leave it out; a place that no service is given at. The option
``ptv_organisations.search=register`` reads the whole register for regions too, and finds the first
two.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from loaders.errors import SourceChanged, SourceUnavailable
from loaders.source import Answer, Request, Scope
from loaders.sources._ptv_pages import PageForm, all_pages, answer_value
from loaders.sources._ptv_records import Book
from loaders.sources._ptv_v11_records import RecordsOfV11
from loaders.sources._ptv_values import SOURCE_ID, class_codes, guid

BASE = "https://api.palvelutietovaranto.suomi.fi/api/v11"
COUNTY_AREA = "WellbeingServiceCounties"
"""The path's word for wellbeing services counties, as the records have it: not confirmed."""

ANSWERED = ("http_error", "failed")
"""Notices of an error that is an answer, as against a service that is out of reach."""

BATCH = 100
FORM = PageForm(count="pageCount", items="itemList", id="id")


class V11:
    """The adapter: yields requests, puts what the answers mean into the book."""

    def __init__(self, scope: Scope, book: Book) -> None:
        self._scope = scope
        self._book = book
        self._aside = book.aside
        self.base = scope.base_url.rstrip("/")
        self._records = RecordsOfV11(book)

    def address(self, kind: str, identifier: str) -> str:
        """Where a record can be read by itself."""
        return f"{self.base}/{kind}/{identifier}"

    def organisations(self) -> Generator[Request, Answer, None]:
        """Ask for the organisations of the areas, or of the whole country."""
        identifiers: dict[str, None] = {}

        def take(item: Any) -> None:
            identifier = guid(item.get("id")) if isinstance(item, dict) else None
            if identifier:
                identifiers[identifier] = None
            else:
                self._book.opened(item, "id")  # which sets it aside

        if self._scope.is_national or self._scope.options.get("search") == "register":
            yield from self._pages("Organization", {}, "organisations", take)
        else:
            yield from self._areas(take)
        yield from self._in_batches("Organization", identifiers, self._records.organisation)

    def services(self) -> Generator[Request, Answer, None]:
        """Ask for the services that the organisations' records name."""
        yield from self._in_batches("Service", self._records.named_by, self._records.service)
        described = [service for service in self._book.services.values() if service.description]
        for number, service in enumerate(described, start=1):
            answer = yield Request(
                url=self.address("Service/serviceWithGD", service.id),
                label=f"general descriptions, {number} of {len(described)}",
                may_miss=True,
            )
            merged = None if answer.is_missing else answer_value(answer, "general description")
            if isinstance(merged, dict):
                service.inherit(
                    class_codes(merged, "targetGroups", self._aside),
                    class_codes(merged, "serviceClasses", self._aside),
                )
            else:
                self._aside.surprise("service without its general description")

    def places(self) -> Generator[Request, Answer, None]:
        """Ask for the channels of the services; those that are places are kept."""
        services = self._book.services.values()
        channels = dict.fromkeys(channel for service in services for channel in service.channels)
        yield from self._in_batches("ServiceChannel", channels, self._records.place)
        lonely = self._book.known(self._records.without_services)
        for number, identifier in enumerate(lonely, start=1):
            yield from self._pages(
                "ServiceChannel/list/organization",
                {"organizationId": identifier},
                f"places, organisation {number} of {len(lonely)}",
                self._records.place,
            )

    def _areas(self, take: Callable[[Any], None]) -> Generator[Request, Answer, None]:
        """List the organisations of each area; the first list brings those of the whole country."""
        scope = self._scope
        county_area = scope.options.get("county_area") or COUNTY_AREA
        areas = [
            # Åland comes last: a list of it leaves out the whole country except Åland.
            *(("Province", code) for code in sorted(scope.region_codes)),
            *((county_area, code) for code in sorted(scope.wellbeing_county_codes)),
            *(("Municipality", code) for code in sorted(scope.municipality_codes)),
        ]
        is_answered = False
        for word, code in areas:
            query = {} if is_answered else {"includeWholeCountry": "true"}
            path = f"Organization/area/{quote(word, safe='')}/code/{code}"
            try:
                is_there = yield from self._pages(
                    path, query, f"organisations of {word} {code}", take
                )
            except SourceUnavailable as error:
                # A word that is none is answered with 400; silence may be that of the service.
                if word != county_area or error.notice not in ANSWERED:
                    raise
                is_there = False
            if not is_there:
                self._aside.surprise(f"unknown area {word} {code}")
            is_answered = is_answered or is_there
        if not is_answered:
            raise SourceChanged(
                f"{SOURCE_ID}: none of the {len(areas)} areas asked for is known, expected "
                "/Organization/area/{area}/code/{code} to know Province and Municipality."
            )

    def _pages(
        self, path: str, query: Mapping[str, str], label: str, take: Callable[[Any], None]
    ) -> Generator[Request, Answer, bool]:
        def request(page: int) -> Request:
            return Request(
                url=f"{self.base}/{path}?{urlencode({**query, 'page': str(page)})}",
                label=f"{label}, page {page}",
                may_miss=True,
            )

        return (yield from all_pages(request, FORM, take, self._aside))

    def _in_batches(
        self, kind: str, identifiers: Iterable[str], take: Callable[[Any], None]
    ) -> Generator[Request, Answer, None]:
        """Ask for full records by their identifiers; what was listed and is gone is set aside."""
        for number, batch in enumerate(_batches(identifiers), start=1):
            label = f"{kind} records, call {number}"
            answer = yield Request(
                url=f"{self.base}/{kind}/list?{urlencode({'guids': ','.join(batch)})}",
                label=label,
                may_miss=True,
            )
            records = [] if answer.is_missing else answer_value(answer, label)
            if not isinstance(records, list):
                raise SourceChanged(
                    f"{SOURCE_ID}: {label}: came a {type(records).__name__}, expected a list."
                )
            asked, given = set(batch), set()
            for record in records:
                identifier = guid(record.get("id")) if isinstance(record, dict) else None
                if identifier and identifier not in asked:
                    self._aside.surprise(f"{kind} that was not asked for")
                    continue
                given.add(identifier)
                take(record)
            if records and not given & asked:
                raise SourceChanged(
                    f"{SOURCE_ID}: {label}: none of {len(records)} records is one of those asked "
                    "for, expected an id in each."
                )
            for identifier in sorted(asked - given):
                self._book.reject(identifier, "gone_meanwhile")


def _batches(identifiers: Iterable[str], size: int = BATCH) -> Iterator[list[str]]:
    rest = iter(list(identifiers))
    while batch := list(islice(rest, size)):
        yield batch
