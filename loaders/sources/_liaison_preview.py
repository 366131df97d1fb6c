"""Shows what the lines of a list of liaisons were taken for, persons masked unless asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from loaders.sources._liaison_lines import is_one_name, sounds_like
from loaders.sources._liaison_reading import Understood
from loaders.sources._liaison_words import has_place_word, is_known_word

UNDERSTOOD_COLUMNS = ("line", "kind", "municipality_name", "what", "reason")
"""Line, what it was taken for, whose, its text, why it was set aside or what looks odd in it."""

MASK = "•••"
MAX_SHOWN = 200

_PIECE = re.compile(r"[^\s,;:|<>()@\[\]/]+")


def understood_frame(lines: Sequence[Understood], *, show_persons: bool) -> pd.DataFrame:
    """Give the lines as a table for people to look at.

    Parameters
    ----------
    lines
        The lines, in order.
    show_persons
        Whether names, e-mails and roles are shown; else MASK stands for them, and for every word
        of another line that is not one which such lists are made of.

    Returns
    -------
    DataFrame
        UNDERSTOOD_COLUMNS, one row a line, in the order given.
    """
    places = _safe_places(lines)
    rows = [
        (
            line.line,
            line.kind,
            line.municipality if show_persons else _shown_place(line.municipality, places),
            _open(line) if show_persons else _masked(line, places),
            line.reason or line.warning,
        )
        for line in lines
    ]
    frame = pd.DataFrame(rows, columns=list(UNDERSTOOD_COLUMNS), dtype="object")
    return frame.astype(dict.fromkeys(UNDERSTOOD_COLUMNS, "string") | {"line": "Int64"})


def _safe_places(lines: Sequence[Understood]) -> frozenset[str]:
    """The municipalities that are no persons' names: one name alone, or e-mails sound like it."""
    return frozenset(
        line.municipality
        for line in lines
        if line.municipality
        and (
            is_one_name(line.municipality)
            or has_place_word(line.municipality)
            or (line.contact and sounds_like(line.municipality, line.contact.email))
        )
    )


def _shown_place(place: str | None, places: frozenset[str]) -> str | None:
    return place if place is None or place in places else MASK


def _open(line: Understood) -> str:
    text = ", ".join(part for part in line.contact if part) if line.contact else line.text
    return text[:MAX_SHOWN]


def _masked(line: Understood, places: frozenset[str]) -> str:
    if line.contact:
        email = line.contact.email
        # A host of one's own would tell the name.
        is_host_known = email and sounds_like(line.municipality or "", email)
        host = email.partition("@")[2] if email and is_host_known else MASK
        parts = [MASK, f"{MASK}@{host}" if email else "", MASK if line.contact.role else ""]
        return ", ".join(part for part in parts if part)
    if line.kind == "municipality" and line.municipality in places:
        return line.municipality or ""
    return _PIECE.sub(_masked_word, line.text[:MAX_SHOWN])


def _masked_word(piece: re.Match[str]) -> str:
    word = piece.group()
    is_harmless = is_known_word(word.strip(".•*'\"!?-–")) or not any(map(str.isalnum, word))
    return word if is_harmless else MASK
