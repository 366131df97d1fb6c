"""Reads the JSON of strangers: numbers, texts, nesting and size; knows no single source."""

from __future__ import annotations

import html
import json
import math
import re
from typing import Any

from loaders.cleaning import decoded, looks_like_html, squeezed
from loaders.errors import SourceChanged

MAX_BODY = 8_000_000
MAX_TEXT = 300

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


def json_value(body: bytes, *, source_id: str, what: str, max_bytes: int = MAX_BODY) -> Any:
    """Read a body as JSON.

    Parameters
    ----------
    body
        The bytes as they came; UTF-8.
    source_id, what
        Named in the error: the source, and what was asked for.
    max_bytes
        A larger body is not read.

    Returns
    -------
    object
        What the JSON says; NaN and the infinities as floats.

    Raises
    ------
    SourceChanged
        It is too large, no JSON, or nested deeper than JSON is.

    Examples
    --------
    >>> json_value(b'{"year": 2025}', source_id="toy", what="indicator 1")
    {'year': 2025}
    """
    if len(body) > max_bytes:
        raise SourceChanged(f"{source_id}: {what}: {len(body)} bytes, expected {max_bytes} at most")
    text = decoded(body, source_id=source_id)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # not chained: the error carries the whole text
        came = "a web page" if looks_like_html(text) else "something else"
    raise SourceChanged(f"{source_id}: {what}: {len(body)} bytes of {came}, expected JSON.")


def whole_number(value: object, *, most: int = 999_999_999) -> int | None:
    """Give a whole number from 0 to ``most``, also one that came as text; else None.

    Examples
    --------
    >>> whole_number(2025), whole_number("2025"), whole_number(True), whole_number(-1)
    (2025, 2025, None, None)
    """
    if isinstance(value, str):
        value = int(value) if _WHOLE.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None  # NaN is not equal to anything
    return int(value) if 0 <= value <= most else None


def finite_number(value: object) -> float | None:
    """Give a number, also one that came as text; None for what is none, NaN and the infinities.

    Text has a decimal point: a comma may part thousands as well, and is not guessed at.

    Examples
    --------
    >>> finite_number(30.1), finite_number("30.1"), finite_number("30,1"), finite_number(1e999)
    (30.1, 30.1, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def plain_text(value: object, *, limit: int = MAX_TEXT) -> str | None:
    """Give a text without markup on one line, cut at ``limit``; None where there is none.

    Examples
    --------
    >>> plain_text("<p>65 vuotta&nbsp;täyttäneet</p>"), plain_text(" "), plain_text(65)
    ('65 vuotta täyttäneet', None, None)
    """
    if not isinstance(value, str):
        return None
    # JSON can hold halves of characters, which no file can.
    text = html.unescape(value[: 20 * limit]).encode("utf-8", "replace").decode()
    before = ""
    while before != text:  # what was taken out may have kept the ends of another tag apart
        before, text = text, _TAG.sub(" ", text)
    return squeezed(text)[:limit].strip() or None
