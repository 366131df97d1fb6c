"""Pages of Innokylä on ways of working between municipalities and NGOs: where, when, the link.

Publisher: Innokylä
Page: https://innokyla.fi/
Licence: Public pages without a licence; facts quoted with their source
Updated: Whenever an author changes the page
Contains: Title, place, area, dates and address of each page asked for
Caveats: Only the pages that somebody has named, not all of Innokylä. The place is free text. The
    author's name, which stands on the page, is never kept.

Option ``innokyla_models.pages``: slugs of models (``kunta-jarjestokumppanuusmalli``) or full
addresses of innokyla.fi, with commas between; without it the pages that the embedded tables quote.
By hand: one page as saved by a browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from loaders.errors import LoaderError
from loaders.source import Gathered, Gathering, Parsed, Request, Scope, Source, Words
from loaders.sources._innokyla_pages import (
    SITE,
    ModelPage,
    innokyla_address,
    page_address,
    read_page,
)
from loaders.sources._rows import SetAside, table_frame
from loaders.tables import MODEL_PAGES

SOURCE = Source(
    id="innokyla_models",
    title=Words(
        "Innokylän toimintamallit järjestöyhteistyöstä",
        "Innokyläs verksamhetsmodeller för samarbete med organisationer",
        "Innokylä's models of working with NGOs",
    ),
    publisher=Words("Innokylä", "Innokylä", "Innokylä"),
    page="https://innokyla.fi/",
    url=SITE,
    licence=Words(
        "Julkisia sivuja ilman lisenssiä; tiedot lainattu lähde mainiten",
        "Offentliga sidor utan licens; fakta citeras med källa",
        "Public pages without a licence; facts quoted with their source",
    ),
    licence_url=None,
    attribution=Words("Lähde: Innokylä", "Källa: Innokylä", "Source: Innokylä"),
    table=MODEL_PAGES.name,
    expected_rows=(1, 200),
    has_personal_data=False,
    updated="Whenever an author changes the page",
    update_days=90,
    fresh_years=4,
    calls_per_minute=20,
    note=Words(
        "Vain nimetyt sivut, eivät kaikki Innokylän mallit. Tekijöitä ei tallenneta.",
        "Bara de sidor som har angetts, inte alla modeller i Innokylä. Upphovspersoner sparas "
        "inte.",
        "Only the pages that were named, not all models of Innokylä. Authors are not kept.",
    ),
)

DEFAULT_PAGES = (
    "hyva-jarjestoyhteistyo-pienessa-kunnassa",
    "kunta-jarjestokumppanuusmalli",
    "maakunnallisen-sote-jarjestojen-neuvottelukunnan-perustaminen-ja-toiminta",
    "turun-jarjestot-113-kaupungin-ja-jarjestojen-yhteistyo-korona-poikkeustilan-aikana",
)
"""The models that the embedded tables quote as evidence."""
MAX_PAGES = 200


def parse(body: bytes) -> Parsed:
    """Read one page as a browser saved it; its address is the one that it names as its own.

    Parameters
    ----------
    body
        The HTML of the page.

    Returns
    -------
    Parsed
        One row, columns of ``tables.MODEL_PAGES``; ``municipality_code`` is empty until matched.
        No row, and a reject, where the page is none on a model, has no title, or names no address
        of Innokylä (``no_address``).

    Raises
    ------
    SourceChanged
        It is no web page.
    """
    aside = SetAside(SOURCE.id)
    page = read_page(body, aside, name="page")
    address = page_address(body, SOURCE.id)
    if address is None:
        aside.reject(1, "page", "no_address")
    rows = [_row(address, page)] if page and address else []
    return Parsed(table_frame(MODEL_PAGES, rows), aside.frame())


def gather(scope: Scope) -> Gathering:
    """Fetch each page asked for.

    Parameters
    ----------
    scope
        Takes the option ``pages``; places do not matter.

    Returns
    -------
    Gathering
        The frame of ``model_pages``, one row a page. Rejects: ``page_not_found`` (404) and those of
        ``_innokyla_pages.read_page``; the other pages go on.

    Raises
    ------
    LoaderError
        The option cannot be read.
    SourceChanged
        What came is no web page.
    """
    addresses = _asked_pages(scope.options)
    aside = SetAside(SOURCE.id)
    rows = []
    for line, address in enumerate(addresses, start=1):
        path = address.removeprefix(SITE)
        answer = yield Request(
            url=f"{scope.base_url.rstrip('/')}{path}",
            label=f"page {line} of {len(addresses)}",
            expects="html",
            may_miss=True,
        )
        if answer.is_missing:
            aside.reject(line, path, "page_not_found")
            continue
        page = read_page(answer.body, aside, name=path, line=line)
        if page is not None:
            rows.append(_row(address, page))
    return Gathered(
        frames={MODEL_PAGES.name: table_frame(MODEL_PAGES, rows)},
        rejects=aside.frame(),
        surprises=dict(aside.surprises),
    )


def _asked_pages(options: Mapping[str, str]) -> list[str]:
    asked = [part for part in options.get("pages", "").split(",") if part] or DEFAULT_PAGES
    addresses = [
        f"{SITE}/fi/toimintamalli/{part}"
        if re.fullmatch("[a-z0-9-]{1,200}", part)
        else innokyla_address(part)
        for part in asked
    ]
    known = list(dict.fromkeys(address for address in addresses if address))
    if None in addresses or len(known) > MAX_PAGES:
        raise LoaderError(
            f"{SOURCE.id}.pages: expected at most {MAX_PAGES} slugs such as {DEFAULT_PAGES[1]}, or "
            f"addresses that begin with {SITE}/, with commas between; number "
            f"{addresses.index(None) + 1 if None in addresses else MAX_PAGES + 1} is none."
        )
    return known


def _row(address: str, page: ModelPage) -> dict[str, object]:
    return {"source_url": address, **page._asdict()}
