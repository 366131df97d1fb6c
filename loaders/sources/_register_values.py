"""Reads single cells of a list of associations: numbers, classes, dates, states, forms.

Each function gives the value, None for a cell that says that nothing is known, and raises
ValueError for one that cannot be read. Which column a cell is from is not known here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from loaders.cleaning import is_business_id
from loaders.sources._homepages import web_address

MAX_TEXT = 300
FIRST_YEAR = 1880
LAST_YEAR = 2100

_NUMBER = re.compile(r"[0-9]{1,7}|[0-9]{1,3}(?:[. ][0-9]{3}){1,2}")
_BUSINESS_ID = re.compile(r"(?:FI ?)?([0-9]{6,7})[-‐‑–]?([0-9])", re.I)
_DAY = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_ISO = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T ][0-9:.]{5,15}Z?)?")
_CLASS = re.compile(r"0?([1-9])(?:[.,:) -].*)?")
_NOTHING = frozenset({"", "-", "–", "—", "ei tietoa", "uppgift saknas", "unknown", "n/a"})
_UNCLASSIFIED = re.compile(r"luokittelemat|ei luokitel|oklassificer|unclassified|not classified")
_PURPOSES = tuple(
    (code, re.compile(rf"\b(?:{stems})"))
    for code, stems in (
        ("1", "poliitti|politi"),
        ("2", "ammat|elinkein|yrke|näring|occupation|trade"),
        ("3", "sosiaali|tervey|social|hälso|health"),
        ("4", "kulttuur|kultur|cultur"),
        ("5", "vapaa|fritid|leisure"),
        ("6", "urheil|liikun|idrott|motion|sport|exercise"),
        ("7", "uskon|maailmankats|religi|världså|world"),
        ("8", "maanpuol|kansainv|försvar|internation|defence|defense"),
        ("9", "muut|muu|övriga|other"),
    )
)
_STATES: Mapping[str, tuple[str, ...]] = {
    "registered": (
        *("rekisterissä", "rekisteröity", "merkitty rekisteriin", "voimassa", "i registret"),
        *("registrerad", "införd i registret", "i kraft", "registered", "in the register"),
        *("in register", "valid"),
    ),
    "removed": (
        *("poistettu", "poistettu rekisteristä", "poistunut", "avregistrerad", "struken"),
        *("avförd", "avförd ur registret", "struken ur registret", "borttagen", "removed"),
        *("removed from the register", "deleted"),
    ),
    "liquidation": (
        *("selvitystilassa", "selvitystila", "likvidation", "i likvidation", "liquidation"),
        *("in liquidation",),
    ),
    "bankrupt": (
        *("konkurssi", "konkurssissa", "konkurs", "i konkurs", "bankrupt", "bankruptcy"),
        *("in bankruptcy",),
    ),
    "ceased": (
        *("lakannut", "purkautunut", "purettu", "päättynyt", "lopettanut", "upphört"),
        *("upplöst", "ceased", "dissolved", "terminated"),
    ),
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words}
_FORMS = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        ("religious", r"uskonnolli\w* yhdyskun|religi\w* sam|trossamfund|religious communit"),
        ("foundation", r"säätiö|stiftelse|foundation"),
        ("cooperative", r"osuuskun|andelslag|co-?operative"),
        ("association", r"yhdisty|förening|association|\bry\b|\brf\b|puolue|parti\b"),
    )
)
_REGISTERED = re.compile(
    r"\b(?:ry|rf)\b|\br\. ?[yf]\.|rekisteröity yhdistys|registrerad förening"
    r"|registered association"
)


def register_number(text: str) -> str | None:
    """Give a register number as digits alone.

    A number that a spreadsheet took for a decimal (``194.82``) cannot be read: the nought at its
    end is lost.

    Examples
    --------
    >>> register_number("194.820"), register_number("194820"), register_number("1.234.567")
    ('194820', '194820', '1234567')
    """
    if is_nothing(text):
        return None
    digits = re.sub("[. ]", "", text).lstrip("0")
    if not _NUMBER.fullmatch(text) or not 1 <= len(digits) <= 7:
        raise ValueError
    return digits


def business_id(text: str) -> str | None:
    """Give a business id with its check digit.

    Examples
    --------
    >>> business_id("0000000-0"), business_id("FI00000000")
    ('0000000-0', '0000000-0')
    """
    if is_nothing(text):
        return None
    match = _BUSINESS_ID.fullmatch(text)
    found = f"{match.group(1):0>7}-{match.group(2)}" if match else ""
    if not is_business_id(found):
        raise ValueError
    return found


def day(text: str) -> str | None:
    """Give a date, ISO; a year or a month alone stays what it is.

    Examples
    --------
    >>> day("3.9.1996"), day("1996-09-03 00:00:00"), day("1996")
    ('1996-09-03', '1996-09-03', '1996')
    """
    if is_nothing(text):
        return None
    match = _DAY.fullmatch(text)
    if match:
        date = f"{match.group(3)}-{match.group(2):0>2}-{match.group(1):0>2}"
    elif match := _ISO.fullmatch(text):
        date = match.group(1)
    else:
        raise ValueError
    whole = dt.date.fromisoformat(date + "-01-01"[len(date) - 4 :])
    if not FIRST_YEAR <= whole.year <= LAST_YEAR:
        raise ValueError
    return date


def purpose_class(text: str) -> str | None:
    """Give the main class, 1 to 9, of a code, a subclass or a name in one of three languages.

    Examples
    --------
    >>> purpose_class("3.1"), purpose_class("Urheilu- ja liikuntayhdistykset")
    ('3', '6')
    >>> purpose_class("Oklassificerade") is None
    True
    """
    key = text.casefold()
    if is_nothing(text) or _UNCLASSIFIED.search(key):
        return None
    match = _CLASS.fullmatch(key)
    if match:
        return match.group(1)
    found = [code for code, stems in _PURPOSES if stems.search(key)]
    if len(found) != 1:
        raise ValueError
    return found[0]


def state(text: str) -> str | None:
    """Give the state in the register.

    Examples
    --------
    >>> state("Rekisterissä"), state("I likvidation")
    ('registered', 'liquidation')
    """
    if is_nothing(text):
        return None
    key = text.casefold().rstrip(".")
    if key not in _STATE_OF:
        raise ValueError
    return _STATE_OF[key]


def legal_form(text: str) -> str | None:
    """Give the legal form of a type in words.

    Examples
    --------
    >>> legal_form("Aatteellinen yhdistys"), legal_form("Uskonnollinen yhdyskunta")
    ('association', 'religious')
    """
    if is_nothing(text):
        return None
    key = text.casefold()
    found = next((form for form, words in _FORMS if words.search(key)), None)
    if found is None:
        raise ValueError
    return found


def legal_form_of_name(name: str) -> str | None:
    """Give the legal form that a name itself tells, as the law wants it to.

    Examples
    --------
    >>> legal_form_of_name("Esimerkki ry"), legal_form_of_name("Esimerkin tuki r.f.")
    ('association', 'association')
    >>> legal_form_of_name("Esimerkin uskonnollinen yhdyskunta"), legal_form_of_name("Esimerkit")
    ('religious', None)
    """
    key = name.casefold()
    if _REGISTERED.search(key):
        return "association"
    return next((form for form, words in _FORMS[:2] if words.search(key)), None)


def place_name(text: str) -> str | None:
    """Give the name of a municipality as it stands; what has a digit in it is none."""
    if is_nothing(text):
        return None
    if len(text) > 60 or re.search(r"[0-9@]", text):
        raise ValueError
    return text


def postcode(text: str) -> str | None:
    """Give a postcode of five digits."""
    if is_nothing(text):
        return None
    if not re.fullmatch(r"[0-9]{5}", text):
        raise ValueError
    return text


def homepage(text: str) -> str | None:
    """Give a web address; a scheme is added to what is plainly the name of a host."""
    if is_nothing(text):
        return None
    address = web_address(text)
    if address is None:
        raise ValueError
    return address


def name(text: str) -> str | None:
    """Give a name as it stands; it has a letter and is no longer than names are."""
    if is_nothing(text):
        return None
    if len(text) > MAX_TEXT or not re.search(r"[^\W\d_]", text):
        raise ValueError
    return text


def is_nothing(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return text.casefold() in _NOTHING
