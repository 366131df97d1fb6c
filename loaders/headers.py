"""What the headers of an answer mean, as far as anything here asks; no HTTP."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Mapping


def retry_after_s(value: str, now: dt.datetime) -> float:
    """Give the seconds that a server asks to wait; 0 where it does not say, or not readably.

    Examples
    --------
    >>> noon = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    >>> retry_after_s("17", noon), retry_after_s("Sat, 21 Nov 2026 12:00:40 GMT", noon)
    (17.0, 40.0)
    """
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0


def kept_header(headers: Mapping[str, str], name: str) -> str | None:
    """Give a header worth keeping: it is written to disk and sent back, so only short plain text.

    Examples
    --------
    >>> kept_header({"ETag": '"1"'}, "ETag"), kept_header({"ETag": "x" * 5000}, "ETag")
    ('"1"', None)
    """
    value = headers.get(name, "")
    return value if re.fullmatch(r"[\x21-\x7e][\x20-\x7e]{0,255}", value) else None


def announced_bytes(headers: Mapping[str, str]) -> int | None:
    """Give the bytes that are to come; None where the server does not say, or is not to be trusted.

    Examples
    --------
    >>> announced_bytes({"Content-Length": "10"}), announced_bytes({"Content-Length": "1, 2"})
    (10, None)
    """
    length = headers.get("Content-Length", "")
    if "Transfer-Encoding" in headers or not re.fullmatch(r"[0-9]{1,18}", length):
        return None
    return int(length)
