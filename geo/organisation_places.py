"""Places in the names of organisations: whose name speaks of where; names of places themselves are
read in ``place_names``.

Local associations of one NGO bear the same name but for the place, so a place in a name counts for
more than any likeness of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from geo.errors import require_columns
from geo.genitives import genitive_candidates
from geo.organisation_names import folded_words

_BETWEEN = re.compile(r"\s*[/|,;()]\s*|\s+[-–]\s+")
_PLURAL_GENITIVE = re.compile(r".*(?:jen|ien|[^aeiouyåäö]ten|iden|tten)")
_SHORTEST_PLACE = 4
_NOWHERE: frozenset[str] = frozenset()


class Placed(NamedTuple):
    """The words of a name: what places it speaks of, and the words that speak of none."""

    places: frozenset[str]
    rest: tuple[str, ...]


class PlaceWords:
    """Finds the places in normalised names.

    Parameters
    ----------
    municipalities
        Needs ``municipality_code``, ``name_fi`` and ``name_sv``; None knows none.
    changes
        Former municipalities, which stay places of their own; needs ``old_code``,
        ``old_name_fi`` and ``old_name_sv``.
    areas
        Regions and counties; needs ``level``, ``code``, ``name_fi`` and ``name_sv``.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Lelunen"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Lekis"]})
    >>> places = PlaceWords(toys)
    >>> places.read("lelulahden nukkeseura")
    Placed(places=frozenset({'002'}), rest=('nukkeseura',))
    >>> places.read("dockor i leksvik").places == places.read("lelulahden nuket").places
    True
    """

    def __init__(
        self,
        municipalities: pd.DataFrame | None = None,
        *,
        changes: pd.DataFrame | None = None,
        areas: pd.DataFrame | None = None,
    ) -> None:
        # Form of a name, words parted by spaces, to a place; the first to bear it has it.
        self._forms: dict[str, str] = {}
        names = ["name_fi", "name_sv"]
        if municipalities is not None:
            require_columns(municipalities, ["municipality_code", *names], of="municipalities")
            self._learn(municipalities, municipalities["municipality_code"], names)
        if areas is not None:
            require_columns(areas, ["level", "code", *names], of="areas")
            self._learn(areas, areas["level"] + " " + areas["code"], names)
        if changes is not None:
            former = ["old_name_fi", "old_name_sv"]
            require_columns(changes, ["old_code", *former], of="changes")
            self._learn(changes, "former " + changes["old_name_fi"].fillna(""), former)
        # Each name is asked for several times while records are put together.
        self._known: dict[str, Placed] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._longest = max((form.count(" ") + 1 for form in self._forms), default=0)
        self._firsts = {form.partition(" ")[0] for form in self._forms}

    def _learn(self, frame: pd.DataFrame, codes: pd.Series, columns: list[str]) -> None:
        for column in columns:
            for code, name in zip(codes, frame[column], strict=True):
                if pd.isna(name) or pd.isna(code):
                    continue
                for part in _BETWEEN.split(name):
                    for form in _forms_of(part):
                        self._forms.setdefault(form, str(code))

    def read(self, normalised: str) -> Placed:
        """Part a normalised name into the places it speaks of and its other words."""
        known = self._known.get(normalised)
        if known is None:
            known = self._known[normalised] = self._parted(normalised.split())
        return known

    def _parted(self, words: list[str]) -> Placed:
        if self._firsts.isdisjoint(words):
            return Placed(_NOWHERE, tuple(words))
        places, rest, at = set(), [], 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                place = self._forms.get(" ".join(words[at : at + length]))
                if place is not None:
                    places.add(place)
                    at += length
                    break
            else:
                rest.append(words[at])
                at += 1
        found = frozenset(places)
        return Placed(self._sets.setdefault(found, found), tuple(rest))


def may_be_place(word: str) -> bool:
    """Whether a word may be the genitive of a place that no table knows: *Leluvaaran*.

    A plural (*lelujen*, *lapsien*) hardly is one.

    >>> may_be_place("leluvaaran"), may_be_place("lelujen"), may_be_place("leluseura")
    (True, False, False)
    """
    return (
        len(word) >= _SHORTEST_PLACE
        and word.endswith("n")
        and not word.endswith("nen")
        and not _PLURAL_GENITIVE.fullmatch(word)
    )


def _forms_of(name: str) -> Iterator[str]:
    """The name and its genitives in both languages, as they stand in normalised names."""
    nominative = " ".join(folded_words(name))
    if not nominative:
        return
    yield nominative
    lower = " ".join(name.split()).lower()
    yield f"{nominative}s"
    for form in genitive_candidates(lower):
        words = " ".join(folded_words(form))
        if words:
            yield words
