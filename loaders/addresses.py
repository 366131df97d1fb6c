"""What can be said of a web address by its text: host, redirects, how it is shown; no net."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urljoin, urlsplit

from loaders.outcomes import FetchError


def host_of(url: str) -> str:
    """Give host and port of an address as a key; empty where there is none to read.

    Examples
    --------
    >>> host_of("https://me:secret@API.example.fi/v1"), host_of("http://127.0.0.1:8000/a")
    ('api.example.fi:443', '127.0.0.1:8000')
    """
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{_port(parts)}" if parts.hostname else ""
    except ValueError:
        return ""


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own: nobody there needs our manners.

    Examples
    --------
    >>> is_loopback("http://127.0.0.1:8000/"), is_loopback("https://example.fi/")
    (True, False)
    """
    try:
        name = urlsplit(url).hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def next_address(url: str, location: str) -> str:
    """Give the address of a redirect, if it stays with the same host and does not give up https.

    Raises
    ------
    FetchError
        It leads elsewhere; the message names the host, no more.

    Examples
    --------
    >>> next_address("http://example.fi/a", "https://www.example.fi/b")
    'https://www.example.fi/b'
    """
    try:
        target = urljoin(url, location)
        old, new = urlsplit(url), urlsplit(target)
        is_same = _bare_host(old) == _bare_host(new)
    except ValueError:
        raise FetchError("redirected", "it redirects to an unreadable address") from None
    is_kept = new.scheme == "https" or (new.scheme == "http" and old.scheme == "http")
    if not (is_same and is_kept):
        where = f"{new.scheme}://{_bare_host(new)}"[:100]
        raise FetchError("redirected", f"it redirects to {where!r}, which is not followed")
    return target


def may_keep_secrets(url: str, target: str) -> bool:
    """Whether what is secret may go from one address on to another: same host, same port.

    A change from http to https, each at its usual port, is none.

    Examples
    --------
    >>> may_keep_secrets("https://example.fi/a", "https://example.fi/b")
    True
    >>> may_keep_secrets("https://example.fi/a", "https://example.fi:8443/b")
    False
    """
    try:
        old, new = urlsplit(url), urlsplit(target)
        ports = (_port(old), _port(new))
    except ValueError:
        return False
    is_same_port = ports[0] == ports[1] or ports == (80, 443)
    return bool(old.hostname) and old.hostname == new.hostname and is_same_port


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _bare_host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").removeprefix("www.")
