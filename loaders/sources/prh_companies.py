"""What the Business Information System tells of organisations whose business id is known.

Publisher: Patentti- ja rekisterihallitus
Page: https://avoindata.prh.fi
Licence: CC BY 4.0
Updated: Every day
Contains: Name, other names, legal form, industry, state, home page, postcode and municipality of
    the address, by business id
Caveats: Only what is in the Trade Register: an association or foundation without a registered
    business is not there, so nothing is ever counted with it, and an id without an answer says
    nothing of the organisation. No domicile. The state is that of the Trade Register, unless the
    organisation stands in the register of associations or of foundations. Names of partnerships
    and of people's own firms may be those of people: such records are set aside. Streets are not
    kept.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from loaders.cleaning import is_business_id
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Answer, Gathered, Gathering, Request, Scope, Source, Words
from loaders.sources._json_values import json_value, whole_number
from loaders.sources._prh_bulk import Bulk
from loaders.sources._prh_company import CompanyReader, business_id_of
from loaders.sources._prh_forms import CODE_SET, kinds_of_forms
from loaders.sources._rows import SetAside, table_frame
from loaders.tables import ORGANISATION_RECORDS

SOURCE = Source(
    id="prh_companies",
    title=Words(
        "Yritys- ja yhteisötietojärjestelmä (YTJ): tunnetut järjestöt",
        "Företags- och organisationsdatasystemet (FODS): kända organisationer",
        "Business Information System (YTJ): organisations already known",
    ),
    publisher=Words(
        "Patentti- ja rekisterihallitus",
        "Patent- och registerstyrelsen",
        "Finnish Patent and Registration Office",
    ),
    page="https://avoindata.prh.fi",
    url="https://avoindata.prh.fi/opendata-ytj-api/v3",
    licence=Words("CC BY 4.0", "CC BY 4.0", "CC BY 4.0"),
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution=Words(
        "Lähde: Patentti- ja rekisterihallituksen (PRH) avoin data, YTJ",
        "Källa: Patent- och registerstyrelsens (PRS) öppna data, FODS",
        "Source: Finnish Patent and Registration Office (PRH) open data, YTJ",
    ),
    table=ORGANISATION_RECORDS.name,
    expected_rows=(0, 300_000),
    has_personal_data=False,
    updated="Every day",
    update_days=30,
    needs=("ptv_organisations", "association_register"),
    calls_per_minute=60,  # all users of the service share 300
    note=Words(
        "Vain kaupparekisteriin merkityt. Yhdistys, jolla ei ole elinkeinotoimintaa rekisterissä, "
        "puuttuu, joten yhdistysten määrää ei lasketa tästä. Kotipaikkaa ei kerrota.",
        "Bara de som är införda i handelsregistret. En förening utan registrerad näring saknas, så "
        "föreningarnas antal räknas inte härifrån. Hemorten framgår inte.",
        "Only what is in the Trade Register. An association without a registered business is "
        "missing, so associations are never counted from it. It does not tell the domicile.",
    ),
)

BULK_FROM = 400
"""More business ids than this are looked for in the bulk file, in place of one question each."""

BULK_FEWEST = 500_000
"""The fewest companies of a whole bulk file (819,000 in 2026); the option goes before it."""

WITHOUT_RECORD = "business ids without a record"
"""The surprise that counts the ids that are not in the Trade Register, as far as is known."""

PAGE_SIZE = 100
MAX_PAGES = 20
MAX_BODY = 20_000_000
MANY = 3

Asking = Generator[Request, Answer, None]


def gather(scope: Scope) -> Gathering:
    """Ask for the known business ids, one by one or, where they are many, in the bulk file.

    Nothing is asked where no business id is known. Options: ``bulk`` (yes: the bulk file whatever
    the number) and ``bulk_fewest``.

    Parameters
    ----------
    scope
        Needs ``business_ids``; places and year are not asked for.

    Returns
    -------
    Gathering
        At its end records of ``organisation_records``, by id, one a business id that was found.
        Rejects, by number of the id or of the company in the bulk file: ``bad_business_id``,
        ``another_business_id``, ``no_business_id``, ``duplicate``, ``may_name_a_person``,
        ``no_name``, ``long_name``, and for a field left out of a record that is kept
        ``homepage_dropped``; the text is the business id. Surprises count what was not known,
        and under WITHOUT_RECORD the ids that no record came for: unknown there, not gone.

    Raises
    ------
    SourceChanged
        An answer is not in the form the reference tells.
    LoaderError
        An option cannot be read.
    """
    given = sorted(set(scope.business_ids))
    wanted = {text: number for number, text in enumerate(given, start=1) if is_business_id(text)}
    found = _Found(wanted)
    for number, text in enumerate(given, start=1):
        if text not in wanted:
            found.aside.reject(number, "", "bad_business_id")
    if not wanted:
        return found.gathered()
    base = scope.base_url.rstrip("/")
    forms = kinds_of_forms((yield from _forms(base)), found.aside)
    reader = CompanyReader(forms, today=scope.today, aside=found.aside)
    if len(wanted) > BULK_FROM or scope.options.get("bulk", "").lower() in ("yes", "true", "1"):
        yield from _from_bulk(base, found, reader, fewest=_fewest(scope))
    else:
        for business_id, number in wanted.items():
            label = f"company {number} of {len(given)}"
            yield from _one(base, business_id, label, found, reader)
    return found.gathered()


class _Found:
    """The records found so far, and what was set aside or not known."""

    def __init__(self, wanted: dict[str, int]) -> None:
        self.wanted = wanted
        self.seen: set[str] = set()
        self.records: list[dict[str, str | None]] = []
        self.aside = SetAside(SOURCE.id)
        self.source_date: str | None = None
        self._nameless = 0

    def take(self, company: object, line: int, reader: CompanyReader) -> None:
        """Read a company that was asked for, the first of its business id."""
        business_id = business_id_of(company)
        if business_id in self.seen:
            self.aside.reject(line, business_id, "duplicate")
            return
        self.seen.add(business_id)
        reading = reader.read(company)
        if reading.record:
            self.records.append(reading.record)
        for reason in reading.reasons:
            self.aside.reject(line, business_id, reason)
            self._nameless += reason == "no_name"

    def gathered(self) -> Gathered:
        if self._nameless >= MANY and not self.records:
            raise SourceChanged(
                f"{SOURCE.id}: {len(self.seen)} companies came, and none has a name that holds."
            )
        missing = len(self.wanted.keys() - self.seen)
        if missing:
            self.aside.surprises[WITHOUT_RECORD] += missing
        records = sorted(self.records, key=lambda record: record["business_id"] or "")
        return Gathered(
            frames={ORGANISATION_RECORDS.name: table_frame(ORGANISATION_RECORDS, records)},
            rejects=self.aside.frame(),
            surprises=dict(self.aside.surprises),
            source_date=self.source_date,
        )


def _forms(base: str) -> Generator[Request, Answer, bytes | None]:
    """The code set of company forms; there is a list without it, so its failure stops nothing."""
    # In Finnish: its words are the law's own, the others are translations.
    query = urlencode({"code": CODE_SET, "lang": "fi"})
    try:
        answer = yield Request(
            url=f"{base}/description?{query}", label="company forms", expects="text", may_miss=True
        )
    except (SourceChanged, SourceUnavailable):
        return None
    return None if answer.is_missing else answer.body


def _one(base: str, business_id: str, label: str, found: _Found, reader: CompanyReader) -> Asking:
    """Take the companies with a business id, one at most, off as many pages as are told."""
    line = found.wanted[business_id]
    pages = 1
    page = 0
    seen: set[str] = set()
    while page < pages:
        page += 1
        query = {"businessId": business_id} | ({"page": str(page)} if page > 1 else {})
        answer = yield Request(url=f"{base}/companies?{urlencode(query)}", label=label)
        told = _page(answer.body)
        pages = -(-told.total // PAGE_SIZE)
        if pages > MAX_PAGES:
            # As when the service no longer knows the parameter, and answers with the country.
            raise SourceChanged(
                f"{SOURCE.id}: asked for one business id; {told.total} companies are told of."
            )
        ids = {business_id_of(company) for company in told.companies}
        if ids == {""}:
            raise SourceChanged(f"{SOURCE.id}: companies came, and none has a businessId.value.")
        if ids and ids <= seen:
            return  # past the end the first page comes again
        seen |= ids
        for company in told.companies:
            given = business_id_of(company)
            if given == business_id:
                found.take(company, line, reader)
            else:
                reason = "another_business_id" if given else "no_business_id"
                found.aside.reject(line, given, reason)


class _Page(NamedTuple):
    total: int
    companies: list[Any]


def _page(body: bytes) -> _Page:
    """One page of companies; the body is checked down to the list."""
    result = json_value(body, source_id=SOURCE.id, what="companies", max_bytes=MAX_BODY)
    if not isinstance(result, dict) or "totalResults" not in result:
        raise SourceChanged(
            f"{SOURCE.id}: the answer has no totalResults; expected totalResults and companies."
        )
    total, companies = whole_number(result["totalResults"]), result.get("companies") or []
    if total is None or not isinstance(companies, list):
        raise SourceChanged(f"{SOURCE.id}: totalResults is no count, or companies is no list.")
    if bool(total) != bool(companies):
        raise SourceChanged(
            f"{SOURCE.id}: {len(companies)} companies came where totalResults is {total}."
        )
    return _Page(total, companies)


def _from_bulk(base: str, found: _Found, reader: CompanyReader, *, fewest: int) -> Asking:
    answer = yield Request(
        url=f"{base}/all_companies", label="all companies", expects="zip", is_large=True
    )
    if answer.path is None:
        raise SourceChanged(f"{SOURCE.id}: asked for the bulk file; no file came.")
    bulk = Bulk(answer.path, source_id=SOURCE.id)
    found.source_date = bulk.day()
    companies = 0
    for line, company in enumerate(bulk.companies(), start=1):
        business_id = business_id_of(company)
        companies += bool(business_id)
        if business_id in found.wanted:
            found.take(company, line, reader)
        elif not business_id:
            found.aside.surprise("company without a business id")
    if companies < fewest:
        raise SourceChanged(
            f"{SOURCE.id}: {companies} companies with a business id in the bulk file, expected "
            f"{fewest} at least."
        )


def _fewest(scope: Scope) -> int:
    text = scope.options.get("bulk_fewest", str(BULK_FEWEST))
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise LoaderError(f"{SOURCE.id}.bulk_fewest={text!r}: expected a whole number")
    return int(text)
