"""The headings under which a list of associations gives its columns, in three languages.

What stands in the columns is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "register_number": (
        *("rekisterinumero", "rekisterinro", "reknro", "rek nro", "reknumero", "rekisteri nro"),
        *("yhdistyksen rekisterinumero", "registernummer", "registernr", "registreringsnummer"),
        *("föreningens registernummer", "register number", "registration number", "register no"),
    ),
    "business_id": (
        *("y tunnus", "ytunnus", "yritys ja yhteisötunnus", "fo nummer", "fonummer", "fo nr"),
        *("företags och organisationsnummer", "business id", "business identity code"),
    ),
    "name": (
        *("nimi", "yhdistyksen nimi", "yhdistys", "järjestön nimi", "järjestö", "yhteisön nimi"),
        *("nykyinen nimi", "namn", "föreningens namn", "förening", "organisationens namn"),
        *("name", "association", "association name", "name of association"),
        *("name of the association", "organisation", "organisation name"),
    ),
    "name_sv": (
        *("ruotsinkielinen nimi", "nimi ruotsiksi", "namn på svenska", "svenskt namn"),
        *("svenskspråkigt namn", "name sv", "name in swedish", "swedish name"),
    ),
    "other_names": (
        *("muut nimet", "rinnakkaisnimi", "rinnakkaisnimet", "aiempi nimi", "aiemmat nimet"),
        *("entinen nimi", "entiset nimet", "andra namn", "parallellnamn", "tidigare namn"),
        *("other names", "former names", "previous names", "parallel names"),
    ),
    "municipality_name": (
        *("kotipaikka", "kotikunta", "kotipaikkakunta", "yhdistyksen kotipaikka", "kunta"),
        *("hemort", "hemkommun", "säte", "kommun", "föreningens hemort"),
        *("domicile", "home municipality", "municipality", "registered office"),
    ),
    "purpose_class": (
        *("tarkoitusluokka", "pääluokka", "luokka", "tarkoitusluokan koodi", "luokkakoodi"),
        *("tarkoitusluokitus", "ändamålsklass", "huvudklass", "klass", "ändamålskod"),
        *("purpose class", "main class", "class", "purpose code"),
    ),
    "purpose_name": (
        *("tarkoitusluokan nimi", "pääluokan nimi", "luokan nimi", "ändamålsklassens namn"),
        *("huvudklassens namn", "klassens namn", "purpose class name", "class name"),
    ),
    "subclass": ("alaluokka", "tarkoituksen alaluokka", "underklass", "subclass"),
    "registered": (
        *("rekisteröintipäivä", "rekisteröintipvm", "rekisteröity", "rekisteröintipäivämäärä"),
        *("ensirekisteröinti", "ensirekisteröintipäivä", "merkitty rekisteriin", "rek pvm"),
        *("registreringsdatum", "registreringsdag", "registrerad", "införd i registret"),
        *("registration date", "registered", "date of registration"),
    ),
    "status": (
        *("tila", "rekisteritila", "yhdistyksen tila", "rekisterin tila", "status", "läge"),
        *("tillstånd", "registerstatus", "state", "register state", "register status"),
    ),
    "legal_form": (
        *("yhdistysmuoto", "yhteisömuoto", "yhdistyksen tyyppi", "tyyppi", "laji"),
        *("föreningsform", "organisationsform", "typ", "association type", "legal form", "type"),
    ),
    "homepage": (
        *("kotisivu", "kotisivut", "kotisivun osoite", "verkkosivu", "verkkosivut", "www"),
        *("verkkosivusto", "verkko osoite", "www osoite", "www sivut", "hemsida", "webbplats"),
        *("webbadress", "homepage", "home page", "website", "web address", "web site"),
    ),
    "postcode": ("postinumero", "postnummer", "postcode", "postal code", "zip", "zip code"),
    "source_date": (
        *("muutettu", "viimeisin muutos", "viimeksi muutettu", "päivitetty", "muutospäivä"),
        *("ändrad", "senast ändrad", "uppdaterad", "last changed", "changed", "updated"),
    ),
}
"""Field of the record to the headings that mean it; marks and capitals make no difference."""

IDENTIFYING = ("register_number", "business_id")
"""A list has to have one of these besides the name: else it is no extract of the register."""

_PERSONAL = re.compile(
    r"henkilö|yhteystie|puheenjohtaj|ordförande|\bchair|kontakt|contact|sähköposti|e ?mail|e ?post"
    r"|puhelin|\bpuh|gsm|telefon|\btel\b|phone|mobil|osoite|adress|hetu\b|syntym|födel|birth"
    r"|nimenkirjoit|namnteckn|signator|sihteeri|sekreterare|secretary|rahastonhoita|kassör|kassa"
    r"|treasurer|hallitu|styrelse|\bboard|jäsene|medlemmar|members\b|etunim|sukunim|förnamn"
    r"|efternamn|first name|last name|surname|person|\bc o\b|postitoimipaik|postort|katu|street"
)
_KNOWN = {heading: field for field, headings in HEADINGS.items() for heading in headings}
# A list without headings would have its first row taken for them.
_QUOTABLE = re.compile(r"[^\W\d_][^\W\d_ /().-]*(?:[ /().-]+[^\W\d_]+){0,5}[).]?")


class Columns(NamedTuple):
    """Field to the place of its column, and the headings set aside: text, reason."""

    places: Mapping[str, int]
    aside: list[tuple[str, str]]


def heading_key(heading: str) -> str:
    """Give a heading as it is compared: small letters and digits, single spaces.

    Examples
    --------
    >>> heading_key("Y-tunnus:"), heading_key("Rek.nro")
    ('y tunnus', 'rek nro')
    """
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def are_headings(cells: Sequence[str]) -> bool:
    """Whether the cells of a row name an association and what identifies it.

    Examples
    --------
    >>> are_headings(("Rekisterinumero", "Nimi", "Kotipaikka")), are_headings(("Nimi", "Kunta"))
    (True, False)
    """
    fields = {_KNOWN.get(heading_key(cell)) for cell in cells}
    return "name" in fields and not fields.isdisjoint(IDENTIFYING)


def columns_of(headings: Sequence[str], *, beyond: Collection[int] = ()) -> Columns:
    """Find the columns; the first of those that mean the same is taken.

    Parameters
    ----------
    headings
        The cells of the heading row.
    beyond
        Places that are no columns: few rows reach them.

    Returns
    -------
    Columns
        ``aside`` has the headings that are not read, with ``personal_column_dropped``,
        ``unknown_column``, ``column_twice`` or ``column_without_heading``; a heading that does not
        look like one is not quoted.

    Examples
    --------
    >>> columns_of(("Rekisterinumero", "Nimi", "Puheenjohtaja", "Jäsenmaksu"))[1]
    [('Puheenjohtaja', 'personal_column_dropped'), ('Jäsenmaksu', 'unknown_column')]
    """
    places: dict[str, int] = {}
    aside = []
    for place, heading in enumerate(headings):
        key = heading_key(heading)
        field = _KNOWN.get(key)
        if field and field not in places:
            places[field] = place
            continue
        if place in beyond:
            continue
        reason = "column_twice" if field else "unknown_column"
        if not field and _PERSONAL.search(key):
            reason = "personal_column_dropped"
        is_quotable = len(heading) <= 60 and _QUOTABLE.fullmatch(heading)
        told = heading if is_quotable else f"{place + 1}"
        aside.append((told, reason if heading else "column_without_heading"))
    return Columns(places, aside)
