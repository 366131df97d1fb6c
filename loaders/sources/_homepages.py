"""Tells web addresses from what else stands in their place in registers; asks nothing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_LENGTH = 500

_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[a-z][a-z0-9-]{0,30}[a-z]", re.I)
_WITH_SCHEME = re.compile(r"(https?)://(.+)", re.I)
_EMAIL = re.compile(r"[^\s/@?=&]+@[^\s/@]+\.[a-z]", re.I)


def web_address(text: str) -> str | None:
    """Make a web address of what stands in its place, or None of a phone number or the like.

    Parameters
    ----------
    text
        What stands there; a scheme is added to what is plainly the name of a host.

    Returns
    -------
    str or None
        The address, http or https, without a user in it.

    Examples
    --------
    >>> web_address("www.example.org"), web_address("015 123 456"), web_address("nimi@example.org")
    ('https://www.example.org', None, None)
    """
    if len(text) > MAX_LENGTH or re.search(r"\s", text):
        return None
    match = _WITH_SCHEME.fullmatch(text)
    scheme, rest = (match.group(1).lower(), match.group(2)) if match else ("https", text)
    address = f"{scheme}://{rest}"
    try:
        host = urlsplit(address)
        is_plain = _HOST.fullmatch(host.hostname or "") and host.username is None
        _ = host.port  # raises for a port that is none
    except ValueError:
        return None
    return address if is_plain and not _EMAIL.search(rest) else None
