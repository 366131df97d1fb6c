"""What tells records of organisations apart: their numbers, places, legal forms and names.

What follows from it is decided in ``organisation_clusters``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

import pandas as pd

from geo.errors import GeoError, require_columns
from geo.organisation_names import (
    folded_words,
    joined_key,
    legal_form_of_name,
    name_parts,
    normalised_name,
    other_names_of,
)
from geo.organisation_places import Placed, PlaceWords, may_be_place

RECORD_COLUMNS = (
    "record_id",
    "source_id",
    "name",
    "name_sv",
    "other_names",
    "business_id",
    "register_number",
    "municipality_name",
    "municipality_code",
    "address_municipality_code",
    "legal_form",
)
DECISION_COLUMNS = ("record_a", "record_b", "decision")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_MARKS_BETWEEN = frozenset("()[]/,-‐‑‒–—―−")


class KnownName(NamedTuple):
    """A name of a record: normalised, and its letters alone.

    ``places`` are those that it speaks of. One that may not merge is a part of a name, or one that
    others may go by as well: it makes a candidate, no more.
    """

    record: int
    text: str
    key: str
    places: frozenset[str]
    may_merge: bool


@dataclass(frozen=True)
class Facts:
    """What the rules look at, a value a record; None where the source does not tell.

    ``places`` are the seats, and the municipality of the address where no seat is told.
    """

    ids: list[str]
    sources: list[str]
    business_ids: list[str | None]
    register_numbers: list[str | None]
    seats: list[str | None]
    places: list[str | None]
    forms: list[str | None]
    names: list[KnownName]


def is_valid_business_id(text: object) -> bool:
    """Whether a text is a business identity code with the right check digit.

    Parameters
    ----------
    text
        The code alone: seven digits, a hyphen, the check digit.

    Returns
    -------
    bool
        False for whatever is no such text.

    Examples
    --------
    >>> is_valid_business_id("0000000-0"), is_valid_business_id("0000000-1")
    (True, False)

    Notes
    -----
    Weights 7, 9, 10, 5, 8, 4, 2, remainder by 11: 0 gives 0, 1 is never given, else 11 less the
    remainder (Finnish Patent and Registration Office and Tax Administration).
    """
    if not isinstance(text, str) or len(text) != 9 or text[7] != "-":
        return False
    digits = text[:7] + text[8]
    if not (digits.isascii() and digits.isdigit()):
        return False
    *those, check = map(int, digits)
    remainder = sum(map(mul, _WEIGHTS, those)) % 11
    return remainder != 1 and check == (11 - remainder) % 11


def facts_of(records: pd.DataFrame, words: PlaceWords) -> Facts:
    """Read what the rules look at from the records.

    Parameters
    ----------
    records
        Needs ``RECORD_COLUMNS``; each record id once.
    words
        Finds places in names.

    Returns
    -------
    Facts
        By record id, whatever the order of the rows: nothing after this depends on it.

    Raises
    ------
    GeoError
        A column is missing, or a record stands there twice or without an id.
    """
    require_columns(records, RECORD_COLUMNS, of="records")
    if records["record_id"].isna().any() or records["record_id"].duplicated().any():
        raise GeoError("records has a record_id twice, or a row without one")
    records = records[list(RECORD_COLUMNS)].sort_values("record_id", kind="stable")
    seats = list(_seats(records))
    addresses = plain(records["address_municipality_code"])
    names: list[KnownName] = []
    forms: list[str | None] = []
    columns = ("name", "name_sv", "other_names", "legal_form")
    rows = zip(*(plain(records[column]) for column in columns), strict=True)
    for record, (name, name_sv, others, form) in enumerate(rows):
        names.extend(_known_names(record, name or "", name_sv, others, words))
        # A form that is not known, or of which "other" is told, may stand in the name.
        is_told = form is not None and form != "other"
        forms.append(form if is_told else legal_form_of_name(name or ""))
    return Facts(
        ids=records["record_id"].astype(str).tolist(),
        sources=records["source_id"].astype(str).tolist(),
        business_ids=[
            one if is_valid_business_id(one) else None for one in plain(records["business_id"])
        ],
        register_numbers=plain(records["register_number"]),
        seats=seats,
        places=[seat or address for seat, address in zip(seats, addresses, strict=True)],
        forms=forms,
        names=names,
    )


def decided_pairs(decisions: pd.DataFrame, ids: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """The decisions as pairs of record numbers; those on records that are not there are left out.

    Parameters
    ----------
    decisions
        Needs ``DECISION_COLUMNS``.
    ids
        Record ids, in the order of their numbers.

    Returns
    -------
    dict
        ``same`` and ``different`` to their pairs in order, each once, the lower number first.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> decisions = pd.DataFrame(
    ...     {"record_a": ["a", "a"], "record_b": ["c", "x"], "decision": ["same", "same"]}
    ... )
    >>> decided_pairs(decisions, ["a", "b", "c"])
    {'same': [(0, 2)], 'different': []}
    """
    require_columns(decisions, DECISION_COLUMNS, of="decisions")
    number = {one: place for place, one in enumerate(ids)}
    pairs: dict[str, set[tuple[int, int]]] = {"same": set(), "different": set()}
    columns = (plain(decisions[column]) for column in DECISION_COLUMNS)
    for record_a, record_b, decision in zip(*columns, strict=True):
        a, b = number.get(record_a or ""), number.get(record_b or "")
        if a is not None and b is not None and a != b and decision in pairs:
            pairs[decision].add((min(a, b), max(a, b)))
    return {decision: sorted(those) for decision, those in pairs.items()}


def plain(column: pd.Series) -> list[str | None]:
    """The values of a column of texts as a list, None where one is missing."""
    missing = column.isna().tolist()
    return [
        None if is_missing else str(value)
        for value, is_missing in zip(column.tolist(), missing, strict=True)
    ]


def bare_address(address: str | None) -> str | None:
    """A web address without what does not tell two pages apart; None where nothing is left.

    >>> bare_address("https://www.lelut.example/")
    'lelut.example'
    """
    if address is None:
        return None
    bare = address.casefold().partition("://")[2].removeprefix("www.").rstrip("/")
    return bare or None


def _seats(records: pd.DataFrame) -> Iterator[str | None]:
    """The municipality of the seat: its code, else the name that the source has for it."""
    columns = ("municipality_code", "municipality_name")
    for code, name in zip(*(plain(records[column]) for column in columns), strict=True):
        words = folded_words(name) if name and not code else []
        yield code or (f"name {' '.join(words)}" if words else None)


def _known_names(
    record: int, name: str, name_sv: str | None, others: str | None, words: PlaceWords
) -> Iterable[KnownName]:
    """The names of one record, each once."""
    found: dict[str, KnownName] = {}
    main = _read(name, words)
    _add(found, record, name, main, words, may_merge=True)
    if name_sv and name_sv != name:
        _add(found, record, name_sv, _read(name_sv, words), words, may_merge=True)
    for text in other_names_of(others) if others else ():
        other = _read(text, words)
        # An acronym, or the NGO's name without the local association's place, is not its own.
        is_own = _is_as_local(other, main) and len(other.text.split()) > 1
        _add(found, record, text, other, words, may_merge=is_own)
    return found.values()


class _Read(NamedTuple):
    text: str
    placed: Placed


def _read(text: str, words: PlaceWords) -> _Read:
    normal = normalised_name(text)
    return _Read(normal, words.read(normal))


def _add(
    found: dict[str, KnownName],
    record: int,
    text: str,
    whole: _Read,
    words: PlaceWords,
    *,
    may_merge: bool,
) -> None:
    """Take down a name and the names that it holds."""
    places = whole.placed.places
    _put(found, KnownName(record, whole.text, joined_key(whole.text), places, may_merge))
    if _MARKS_BETWEEN.isdisjoint(text):
        return
    for part in name_parts(text):
        read = _read(part.text, words)
        is_whole = may_merge and part.is_name and _is_as_local(read, whole)
        # What is but a part of a name is as local as the whole.
        _put(found, KnownName(record, read.text, joined_key(read.text), places, is_whole))


def _put(found: dict[str, KnownName], name: KnownName) -> None:
    before = found.get(name.key)
    if name.key and (before is None or (name.may_merge and not before.may_merge)):
        found[name.key] = name


def _is_as_local(other: _Read, main: _Read) -> bool:
    """Whether another name speaks of the places that the main one speaks of, known or not."""
    if other.placed.places != main.placed.places:
        return False
    rest = other.placed.rest
    return bool(other.placed.places) or not any(
        may_be_place(word) and word not in rest for word in main.placed.rest
    )
