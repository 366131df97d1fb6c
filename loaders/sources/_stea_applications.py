"""Applications to STEA as a table or as the JSON of its site gives them; judges none of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from loaders.cleaning import is_business_id
from loaders.errors import SourceChanged
from loaders.sources._headings import hand_rows
from loaders.sources._json_values import finite_number, json_value, plain_text, whole_number
from loaders.sources._rows import SetAside

SITE = "https://avustukset.stea.fi/"
MAX_JSON = 50_000_000
MAX_APPLICATIONS = 200_000
MAX_PURPOSE = 500
MAX_EUR = 10**12
YEARS = range(1990, 2101)

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "organisation": (
        "Järjestö",
        "Järjestön nimi",
        "Hakija",
        "Avustuksen saaja",
        "Organisation",
        "Sökande",
        "Applicant",
    ),
    "business_id": ("Y-tunnus", "Ytunnus", "FO-nummer", "Business ID"),
    "year": ("Vuosi", "Avustusvuosi", "År", "Year"),
    "purpose": ("Käyttötarkoitus", "Ändamål", "Användningsändamål", "Purpose"),
    "grant_type": ("Avustuslaji", "Understödsform", "Understödsslag", "Grant type"),
    "area": ("Alue", "Toiminta-alue", "Område", "Area"),
    "requested": ("Haettu", "Haettu avustus", "Haettu summa", "Ansökt", "Requested"),
    "proposed": ("Ehdotettu", "Ehdotettu avustus", "Föreslaget", "Föreslagen", "Proposed"),
    "granted": ("Myönnetty", "Myönnetty avustus", "Beviljat", "Granted"),
}
"""Field to the headings it may have; those of a new file are added here."""

REQUIRED = ("organisation", "year", "requested", "granted")
PASSED_OVER = ("Avustuskokonaisuus", "Järjestöluokka", "Alaryhmä", "Toimintoluokka")

ORGANISATION_KEYS = ("organisationId", "name", "businessId", "nameHistory", "allAidTargets")
TARGET_KEYS = ("year", "requested", "proposed", "granted", "purpose", "organisationName")
AMOUNTS = ("requested", "proposed", "granted")
EXAMPLES = ("esimerkki", "exempel", "example")

_EUROS = re.compile(
    r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,](?P<part>[0-9]+))? ?(?:€|eur)?"
)


class Application(NamedTuple):
    """One application: where it stands, and what it says; None where it says nothing."""

    line: int
    organisation: str
    business_id: str | None
    year: int
    purpose: str | None
    grant_type: str | None
    area: str | None
    requested: float | None
    proposed: float | None
    granted: float | None
    source_url: str


def read_table(body: bytes, aside: SetAside) -> list[Application]:
    """Read the applications of an Excel form or CSV; reasons of rejects: see ``stea_grants``.

    Raises
    ------
    SourceChanged
        There is no table, or a column of REQUIRED is not in it.
    """
    rows = hand_rows(
        body, headings=HEADINGS, required=REQUIRED, passed_over=PASSED_OVER, aside=aside
    )
    found = []
    for line, cells in rows:
        amounts = {name: euros(cells[name]) for name in AMOUNTS}
        bad = [name for name in AMOUNTS if cells[name] and amounts[name] is None]
        is_example = cells["year"].casefold() in EXAMPLES
        application = _application(line, cells, amounts, bad, SITE, aside, is_example=is_example)
        if application is not None:
            found.append(application)
    return found


def read_json(body: bytes, aside: SetAside) -> list[Application]:
    """Read what the site's ``/api/organisation/{id}`` gave: one organisation, or a list of them.

    Raises
    ------
    SourceChanged
        It is no such JSON, or longer than all applications together.
    """
    content = json_value(body, source_id=aside.source_id, what="organisations", max_bytes=MAX_JSON)
    organisations = content if isinstance(content, list) else [content]
    if not any(isinstance(one, dict) and "allAidTargets" in one for one in organisations):
        raise SourceChanged(
            f"{aside.source_id}: JSON without allAidTargets came; expected an organisation as "
            "avustukset.stea.fi gives it."
        )
    found = []
    for line, (organisation, target) in enumerate(_targets(organisations), start=1):
        if line > MAX_APPLICATIONS:
            raise SourceChanged(f"{aside.source_id}: more than {MAX_APPLICATIONS} applications.")
        if organisation is None:
            aside.reject(line, "", "not_a_record")
            continue
        aside.unknown_keys("organisation", organisation, ORGANISATION_KEYS)
        if target is None:
            is_known = plain_text(organisation.get("name")) is not None
            aside.reject(line, "", "no_applications" if is_known else "unknown_organisation")
            continue
        aside.unknown_keys("allAidTargets", target, TARGET_KEYS)
        number = whole_number(organisation.get("organisationId"))
        cells = {
            "organisation": plain_text(target.get("organisationName"))
            or plain_text(organisation.get("name"))
            or "",
            "business_id": plain_text(organisation.get("businessId")) or "",
            "year": str(whole_number(target.get("year")) or ""),
            "purpose": plain_text(target.get("purpose"), limit=MAX_PURPOSE) or "",
        }
        amounts = {name: _amount(target.get(name)) for name in AMOUNTS}
        bad = [n for n in AMOUNTS if target.get(n) is not None and amounts[n] is None]
        address = f"{SITE}organisation/{number}" if number else SITE
        application = _application(line, cells, amounts, bad, address, aside)
        if application is not None:
            found.append(application)
    return found


def euros(cell: str) -> float | None:
    """Read an amount of a table; None where there is none, or its meaning is not sure.

    Examples
    --------
    >>> euros("120 000,50 €"), euros("90000"), euros("1234.5678"), euros("")
    (120000.5, 90000.0, 1234.5678, None)

    A point or comma before three digits may part thousands:

    >>> euros("120.000") is None
    True
    """
    match = _EUROS.fullmatch(cell.casefold().replace("euroa", "eur"))
    if match is None or len(match["part"] or "") == 3:
        return None
    return _amount(f"{match['whole'].replace(' ', '')}.{match['part'] or '0'}"[:30])


def _amount(value: object) -> float | None:
    number = finite_number(value)
    return number if number is not None and 0 <= number < MAX_EUR else None


def _targets(
    organisations: list[Any],
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Each application with its organisation; None for what is no record, or not there."""
    for organisation in organisations:
        if not isinstance(organisation, dict):
            yield None, None
            continue
        targets = organisation.get("allAidTargets")
        if not targets or not isinstance(targets, list):
            yield organisation, None
            continue
        for target in targets:
            yield (organisation, target) if isinstance(target, dict) else (None, None)


def _application(
    line: int,
    cells: Mapping[str, str],
    amounts: Mapping[str, float | None],
    bad: Collection[str],
    source_url: str,
    aside: SetAside,
    *,
    is_example: bool = False,
) -> Application | None:
    year = int(cells["year"]) if re.fullmatch("[0-9]{4}", cells["year"]) else 0
    fault = ""
    if is_example:
        fault = "example"
    elif not cells["organisation"]:
        fault = "no_organisation"
    elif year not in YEARS:
        fault = "bad_year"
    elif bad:
        fault = "bad_amount"
    elif amounts["requested"] is None and amounts["granted"] is None:
        fault = "no_amounts"
    if fault:
        aside.reject(line, ", ".join(bad), fault)
        return None
    return Application(
        line=line,
        organisation=cells["organisation"][:300],
        business_id=_business_id(line, cells["business_id"], aside),
        year=year,
        purpose=cells["purpose"][:MAX_PURPOSE].strip() or None,
        grant_type=cells.get("grant_type", "")[:100].strip() or None,
        area=cells.get("area", "")[:300].strip() or None,
        source_url=source_url,
        **amounts,
    )


def _business_id(line: int, text: str, aside: SetAside) -> str | None:
    """The business identity code; the row stays where it is a wrong one, the code does not."""
    # Old ones are written with six digits before the hyphen.
    code = f"0{text}" if re.fullmatch("[0-9]{6}-[0-9]", text) else text
    if code and not is_business_id(code):
        shown = text if re.fullmatch("[0-9-]{1,12}", text) else ""
        aside.reject(line, shown, "business_id_left_out")
        return None
    return code or None
