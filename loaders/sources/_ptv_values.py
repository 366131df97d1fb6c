"""Values of the service catalogue's records, whatever came: identifiers, codes, texts, dates.

Both versions of the interface hold them in the same forms; nothing is asked or kept here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from loaders.sources._json_values import plain_text
from loaders.sources._rows import SetAside
from loaders.tables.columns import WEB_ADDRESS

SOURCE_ID = "ptv_organisations"
LANGUAGES = ("fi", "sv", "en")
MAX_NAME = 300
MAX_ADDRESS = 500

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9:]{8})(?:\.([0-9]{1,9}))?Z?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,4})?")
_CLASS_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")
_CODE_ADDRESS = re.compile(r"https?://uri\.suomi\.fi/codelist/ptv/[a-z0-9]{1,40}/code/([^/]{1,20})")


def guid(value: object) -> str | None:
    """Give an identifier in small letters; None for anything else, and for the one of zeros.

    Examples
    --------
    >>> guid("00000000-1111-4222-8333-44444444440A"), guid("1")
    ('00000000-1111-4222-8333-44444444440a', None)
    """
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    return text if _GUID.fullmatch(text) and text != _NO_GUID else None


def area_code(value: object, digits: int) -> str | None:
    """Give the code of a municipality (3 digits) or a larger area (2), its zeros in front.

    Examples
    --------
    >>> area_code("091", 3), area_code("91", 3), area_code(91, 3), area_code("0910", 3)
    ('091', '091', '091', None)
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**digits:
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    is_code = 1 <= len(text) <= digits and text.isascii() and text.isdigit()
    return text.zfill(digits) if is_code else None


def postcode(value: object) -> str | None:
    """Give a postal code of five digits; none is made of fewer.

    Examples
    --------
    >>> postcode("00100"), postcode("100")
    ('00100', None)
    """
    text = value.strip() if isinstance(value, str) else ""
    return text if re.fullmatch("[0-9]{5}", text) else None


def class_code(value: object) -> str | None:
    """Give the code of a target group or service class: a bare code, or a record that has one.

    A record's own code comes first, then the end of its address in the newer code list; the older
    addresses (``urn.fi``) have no code in them.

    Examples
    --------
    >>> class_code("KR1.1"), class_code({"code": "P27.1"})
    ('KR1.1', 'P27.1')
    >>> class_code({"newUri": "http://uri.suomi.fi/codelist/ptv/ptvkohderyhmat/code/KR1.1"})
    'KR1.1'
    """
    if isinstance(value, dict):
        for text in (value.get("code"), value.get("newUri"), value.get("uri")):
            code = class_code(text)
            if code:
                return code
        return None
    if not isinstance(value, str):
        return None
    text = value.strip()
    match = _CODE_ADDRESS.fullmatch(text)
    text = match.group(1) if match else text
    return text if _CLASS_CODE.fullmatch(text) else None


def class_codes(record: Mapping[str, Any], key: str, aside: SetAside) -> frozenset[str]:
    """The codes of a record's list; an entry without a readable one is a surprise."""
    codes = set()
    for entry in listed(record, key, aside):
        code = class_code(entry)
        if code:
            codes.add(code)
        else:
            aside.surprise(f"{key} without a code")
    return frozenset(codes)


def language_code(value: object) -> str | None:
    """Give a language's code in small letters, Sami and sign languages among them.

    Examples
    --------
    >>> language_code("SMS"), language_code("sgn-fi"), language_code("1")
    ('sms', 'sgn-fi', None)
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if _LANGUAGE.fullmatch(text) else None


def language_order(language: str) -> tuple[int, str]:
    """Finnish, Swedish, English, then the others by their codes: a key for sorting."""
    place = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
    return place, language


def moment_key(value: object) -> str:
    """Give a moment as a text that sorts by time, whatever its decimals; empty where unreadable.

    Examples
    --------
    >>> moment_key("2026-03-04T14:07:04.840483") < moment_key("2026-03-04T14:07:04.8404831")
    True
    >>> moment_key("2026-03-04T14:07:04Z"), moment_key("yesterday")
    ('2026-03-04T14:07:04.000000000', '')
    """
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        return ""
    day, time, decimals = match.groups()
    return f"{day}T{time}.{decimals or '':0<9}"


def day_of(moment: str, today: dt.date) -> str | None:
    """Give the day of a moment's key; None where it never was, or is yet to come.

    Examples
    --------
    >>> day_of(moment_key("2026-03-04T14:07:04.840483"), dt.date(2026, 11, 21))
    '2026-03-04'
    >>> day_of(moment_key("0001-01-01T00:00:00"), dt.date(2026, 11, 21)) is None
    True
    """
    try:
        day = dt.date.fromisoformat(moment[:10])
    except ValueError:
        return None
    # Day one of year one is what the service's own language has for "never"; the register began in
    # 2015, and its clock is that of Greenwich.
    return day.isoformat() if dt.date(2000, 1, 1) <= day <= today + dt.timedelta(days=1) else None


def name_text(value: object) -> str | None:
    """A name on one line, without markup; None where it is empty."""
    return plain_text(value, limit=MAX_NAME)


def web_address(value: object) -> str | None:
    """Give an address of the web that names a host and no user; None for anything else.

    Examples
    --------
    >>> web_address(" https://www.example.org "), web_address("www.example.org")
    ('https://www.example.org', None)
    >>> web_address("https://me@example.org/") is None
    True
    """
    text = plain_text(value, limit=MAX_ADDRESS + 1) or ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_sound = re.fullmatch(WEB_ADDRESS.strip("^$"), text) and parts.hostname
    return text if is_sound and "@" not in parts.netloc and len(text) <= MAX_ADDRESS else None


def words(text: str) -> frozenset[str]:
    """The words of a text, for lists that are read better without quotation marks."""
    return frozenset(text.split())


def listed(record: Mapping[str, Any], key: str, aside: SetAside) -> list[Any]:
    """The entries of a record's list; null is an empty one, anything else a surprise."""
    value = record.get(key)
    if value is not None and not isinstance(value, list):
        aside.surprise(f"{key} is no list")
    return value if isinstance(value, list) else []


def objects(record: Mapping[str, Any], key: str, aside: SetAside) -> Iterator[dict[str, Any]]:
    """The objects in a record's list; an entry that is none is a surprise."""
    for entry in listed(record, key, aside):
        if isinstance(entry, dict):
            yield entry
        else:
            aside.surprise(f"{key} has an entry that is no object")


def object_of(record: Mapping[str, Any], key: str, aside: SetAside) -> dict[str, Any]:
    """A record within a record; null is an empty one, anything else a surprise."""
    value = record.get(key)
    if value is not None and not isinstance(value, dict):
        aside.surprise(f"{key} is no object")
    return value if isinstance(value, dict) else {}


def category(
    record: Mapping[str, Any],
    key: str,
    known: Mapping[str, Any],
    aside: SetAside,
    *,
    told_as: str | None = None,
) -> Any:
    """What a category of a record means; None, with a surprise, where it is not known."""
    value = record.get(key)
    if isinstance(value, str) and value in known:
        return known[value]
    aside.surprise(told_as or key, "missing" if value is None else value)
    return None
