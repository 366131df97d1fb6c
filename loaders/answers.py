"""What an answer is by its first and last bytes: JSON, a page, a zip, or half of it; no I/O."""

from __future__ import annotations

import codecs
import re

from loaders.cleaning import looks_like_html
from loaders.outcomes import FetchError
from loaders.source import Expected

_JSON_SCALAR = re.compile(rb"true|false|null|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CLOSING = {b"{": b"}", b"[": b"]", b'"': b'"'}
_NAMES = {
    "json": "JSON",
    "xml": "XML",
    "html": "an HTML page",
    "text": "text",
    "zip": "a zip file",
    "empty": "white space",
    "other": "something else",
}


def answer_fault(
    expects: Expected, head: bytes, tail: bytes, content_type: str | None
) -> FetchError | None:
    """Say what is wrong with an answer of status 200, if it is not of the kind asked for.

    The bytes decide, and what the server calls them where they leave it open: JSON under a wrong
    name is taken, a web page in place of JSON is not, whatever it is called.

    Parameters
    ----------
    expects
        What was asked for.
    head, tail
        The first and the last bytes of the body, some thousands, or all of it.
    content_type
        As the server says, with or without parameters.

    Returns
    -------
    FetchError or None
        Not passing where it is of another kind, passing where only its end is missing. Nothing of
        the body is quoted.

    Examples
    --------
    >>> answer_fault("json", b'{"a": 1}', b'{"a": 1}', "text/plain") is None
    True
    >>> answer_fault("json", b"<html><body>", b"<html><body>", "application/json").what
    'it answered 200 with an HTML page (called application/json), expected JSON'
    """
    if expects == "any":
        return None
    found = _kind(head)
    if not _fits(expects, found, content_type or ""):
        called = re.sub(r"[^\w/+.-].*", "", content_type or "")[:60] or "by no name"
        return FetchError(
            "http_error",
            f"it answered 200 with {_NAMES[found]} (called {called}), expected {_NAMES[expects]}",
        )
    if not _is_whole(expects, head, tail):
        return FetchError("cut_off", f"its {expects.upper()} has no end", is_passing=True)
    return None


def _kind(head: bytes) -> str:
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        return "empty"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if text[:1] in _CLOSING or _JSON_SCALAR.fullmatch(text.rstrip()):
        return "json"
    if text.startswith(b"<"):
        # A feed in XML has a <title> as well.
        is_xml = text.startswith(b"<?xml") and b"<html" not in text.lower()
        return "html" if not is_xml and looks_like_html(text.decode("latin-1")) else "xml"
    return "other" if b"\x00" in text else "text"


def _fits(expects: Expected, found: str, content_type: str) -> bool:
    if found == expects:
        return True
    if expects == "html":  # a part of a page need not have a tag by which a page is known
        return found == "xml" and "html" in content_type
    if expects == "text":  # a table may begin with a number or a quotation mark
        return found == "json" and "json" not in content_type
    return False


def _is_whole(expects: Expected, head: bytes, tail: bytes) -> bool:
    if expects == "json":
        first = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        return first not in _CLOSING or tail.rstrip().endswith(_CLOSING[first])
    if expects == "zip":
        return b"PK\x05\x06" in tail
    return True
