"""What the sources of Statistics Finland share: JSON read with care, notes of what was odd.

Nothing here knows what an answer means.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Mapping
from typing import Any

import pandas as pd

from loaders.cleaning import decoded, squeezed
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Request, Words, rejects_frame

PUBLISHER = Words("Tilastokeskus", "Statistikcentralen", "Statistics Finland")
LICENCE = Words("CC BY 4.0", "CC BY 4.0", "CC BY 4.0")
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

MAX_BODY = 30_000_000
MAX_TEXT = 200
MAX_KINDS = 200
"""How many kinds of surprise are told apart: a stranger could send a new key with each record."""

_EXCEPTION = re.compile(r"exceptionCode\s{0,3}=\s{0,3}[\"'](\w{1,60})[\"']")
_CODE = re.compile(r"[0-9]{3}")


class Notes:
    """What was set aside and what was new while a source was read."""

    def __init__(self, source_id: str) -> None:
        self.source_id = source_id
        self.surprises: Counter[str] = Counter()
        self._rejects: list[tuple[int, str, str]] = []

    def set_aside(self, line: int, text: object, reason: str) -> None:
        """Set a record aside: its running number from 1, its code, the reason."""
        self._rejects.append((line, plain(text), reason))

    def surprise(self, what: str, times: int = 1) -> None:
        """Count something new by its name."""
        name = plain(what)[:100]
        is_known = name in self.surprises or len(self.surprises) < MAX_KINDS
        self.surprises[name if is_known else "and others"] += times

    def new_keys(self, what: str, record: Mapping[str, Any], known: Container[str]) -> None:
        """Count the keys of a record that are not known."""
        for key in record:
            if key not in known:
                self.surprise(f"{what} {key}")

    @property
    def rejects(self) -> pd.DataFrame:
        """The records set aside, in the order they came."""
        return rejects_frame(self.source_id, self._rejects)

    def reasons(self) -> str:
        """The reasons so far, each with its count, for an error."""
        counts = Counter(reason for _, _, reason in self._rejects)
        return ", ".join(f"{times} {reason}" for reason, times in counts.most_common(5)) or "none"


def read_json(body: bytes, request: Request, *, source_id: str) -> Any:
    """Read the answer to a request as JSON.

    Raises
    ------
    SourceChanged
        It is no JSON, or larger than any answer; of an XML report of an exception its code is told.
    """
    asked = f"{source_id}: asked for {request.label}"
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{asked}; {len(body)} bytes came, expected {MAX_BODY} at most.")
    text = decoded(body, source_id=source_id)
    if text.lstrip()[:1] == "<":
        code = _EXCEPTION.search(text[:20_000])
        came = f"the exception {code.group(1)!r}" if code else "XML or a web page"
        raise SourceChanged(f"{asked}; {came} came, expected JSON.")
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        fault = type(error).__name__
    # Not chained: the error of the decoder carries the whole body.
    raise SourceChanged(f"{asked}; no JSON came ({fault}).")


def records(value: Any, request: Request, *, source_id: str, most: int) -> list[Any]:
    """The value, which must be a list of at most so many records.

    Raises
    ------
    SourceChanged
        It is something else, or longer.
    """
    asked = f"{source_id}: asked for {request.label}"
    if not isinstance(value, list):
        raise SourceChanged(f"{asked}; {type(value).__name__} came, expected a list.")
    if len(value) > most:
        raise SourceChanged(f"{asked}; {len(value)} records came, expected {most} at most.")
    return value


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def plain(value: object) -> str:
    """Short text on one line that any file can hold; a number shows that it is no text.

    Examples
    --------
    >>> plain("Turku\\n"), plain(91), plain(None)
    ('Turku', 'int 91', 'NoneType')
    """
    text = value if isinstance(value, str) else type(value).__name__
    if isinstance(value, int | float):
        text = f"{text} {value}"
    # JSON can spell half a letter (a lone surrogate), which no UTF-8 file holds.
    return squeezed(text[: 2 * MAX_TEXT].encode("utf-8", "ignore").decode())[:MAX_TEXT]


def is_municipality_code(value: object) -> bool:
    """Whether the value is three digits, as text: the number 91 is not Helsinki's 091.

    Examples
    --------
    >>> is_municipality_code("091"), is_municipality_code("91"), is_municipality_code(491)
    (True, False, False)
    """
    return isinstance(value, str) and value.isascii() and _CODE.fullmatch(value) is not None


def chosen(options: Mapping[str, str], name: str, known: tuple[str, ...], *, source_id: str) -> str:
    """The value of an option, the first of the known ones where it is not set.

    Raises
    ------
    LoaderError
        The option has another value.
    """
    value = options.get(name, known[0])
    if value not in known:
        raise LoaderError(
            f"{source_id}.{name} is {plain(value)!r}; expected one of {', '.join(known)}"
        )
    return value


def _refuse(constant: str) -> float:
    raise ValueError(constant)
