"""Names of municipalities as sources write them: reading one, offering those near a wrong one.

The rows that names stand in belong to matching.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator

import pandas as pd

from geo.errors import QUOTED, UnmatchedPlaces, require_columns
from geo.former_places import Answer, former_places, written_names
from geo.genitives import genitive_candidates

_NAMES = ("name_fi", "name_sv")

_MARKS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        # Dots of abbreviations (Tl., T.l.), and letters that no one sees.
        **dict.fromkeys(".\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    }
)
_SAINT = re.compile(r"(?<!\w)(?:s:t|sankt\b|st\b)\s*")
_WITH_WORD = re.compile(r"(.+) (?:kaupunki|kunta|stad|kommun)|(?:staden|kommunen) (.+)")
_BETWEEN_NAMES = re.compile(r"\s*[/|,;()]\s*|\s+-\s+")


def name_finder(
    municipalities: pd.DataFrame, changes: pd.DataFrame | None
) -> Callable[[str], Answer | None]:
    """Make a function from a name as a source writes it to the answer, None for an unknown one.

    Parameters
    ----------
    municipalities
        Needs ``municipality_code``, ``name_fi`` and ``name_sv``.
    changes
        Former names; needs the columns of ``municipality_changes``.

    Returns
    -------
    callable
        How it reads a name is told in ``municipality_from_name``.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Lelunen"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Lekis"]})
    >>> find = name_finder(toys, None)
    >>> find("Lelulahden kunta").municipality_code, find("Lelulahden")
    ('002', None)
    """
    names, genitives, former_names, former_genitives = _Names(), _Names(), _Names(), _Names()
    for code, name, how in _current_names(municipalities):
        whole = _key(name)
        # Statistics Finland writes Maarianhamina - Mariehamn as one name.
        for key in {whole, *_parts(whole)}:
            names.offer(key, code, Answer(code, how))
            for form in _genitives(key):
                genitives.offer(form, code, Answer(code, "genitive"))
    current = set(municipalities["municipality_code"])
    for former in former_places(changes, current, how="former_name"):
        for key in map(_key, former.names):
            former_names.offer(key, former.place, former.answer)
            for form in _genitives(key):
                former_genitives.offer(form, former.place, former.answer)

    def find_one(key: str) -> Answer | None:
        bare = _bare(key)
        # In the order of trust; the first that knows the name decides, even that it is ambiguous.
        for known, text in (
            (names, key),
            (names, bare),
            (genitives, bare),
            (former_names, key),
            (former_names, bare),
            (former_genitives, bare),
        ):
            if text is not None and text in known:
                return known[text]
        return None

    def find(text: str) -> Answer | None:
        key = _key(text)
        without_brackets = " ".join(re.sub(r"[()]", " ", key).split())
        for reading in (key, without_brackets):
            if answer := find_one(reading):
                return answer
        # Last the bare hyphen, which is a part of names too (Mänttä-Vilppula).
        for parts in (_parts(key), key.split("-")):
            answers = [answer for part in parts if (answer := find_one(part.strip()))]
            places = {answer.municipality_code for answer in answers}
            if len(answers) == len(parts) and len(places) == 1:
                return answers[0]
        return None

    return find


def near_names(
    name: str,
    municipalities: pd.DataFrame,
    *,
    changes: pd.DataFrame | None = None,
    limit: int = 3,
) -> list[str]:
    """Offer known names that look like one that was not found.

    Parameters
    ----------
    name
        A name as a source writes it.
    municipalities
        Needs ``municipality_code``, ``name_fi`` and ``name_sv``.
    changes
        If given, former names are offered too; needs the columns of ``municipality_changes``.
    limit
        How many names at most.

    Returns
    -------
    list of str
        Names as the tables write them, the nearest first; those whose first word it is (*Koski Tl*
        for *Koski*) before all others. Empty if nothing is near.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Nukke Ll"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Docka"]})
    >>> near_names("Lelurana", toys, limit=1)
    ['Leluranta']
    >>> near_names("Nukke", toys)
    ['Nukke Ll']
    """
    return _near(name, _known_names(municipalities, changes), limit)


def unmatched_places(
    places: pd.Series, municipalities: pd.DataFrame, changes: pd.DataFrame | None, *, offer: bool
) -> UnmatchedPlaces:
    """Gather places that matched nothing into one error, to be raised.

    Parameters
    ----------
    places
        Names or codes as the source writes them; blank and missing ones are counted only.
    municipalities, changes
        As in ``near_names``; not read unless near names are offered.
    offer
        Whether to offer near names.

    Returns
    -------
    UnmatchedPlaces
        Each place once, in order.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Lelunen"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Lekis"]})
    >>> fault = unmatched_places(pd.Series(["Lelunem", "", "Q"]), toys, None, offer=True)
    >>> fault.names["Lelunem"][0], fault.names["Q"], fault.unnamed
    ('Lelunen', [], 1)
    """
    text = places.astype("string").str.strip().replace("", pd.NA)
    known = _known_names(municipalities, changes) if offer else {}
    # Looking for near names is slow, and a column chosen by mistake has very many: only for those
    # that the message quotes.
    names = {
        name: _near(name, known, 3) if position < QUOTED else []
        for position, name in enumerate(text.dropna().unique())
    }
    return UnmatchedPlaces(names, unnamed=int(text.isna().sum()))


def _key(name: str) -> str:
    """The name as it is looked up: what sources write differently is made the same."""
    text = unicodedata.normalize("NFKC", name).translate(_MARKS).casefold()
    text = _SAINT.sub("st ", unicodedata.normalize("NFC", text))
    return " ".join(text.split()).strip(" ,;:")


def _bare(key: str) -> str | None:
    """The key without a word for municipality, or None where it has no such word."""
    with_word = _WITH_WORD.fullmatch(key)
    return (with_word[1] or with_word[2]) if with_word else None


def _parts(key: str) -> list[str]:
    return [part for part in _BETWEEN_NAMES.split(key) if part]


def _genitives(key: str) -> set[str]:
    """Finnish candidates and the Swedish genitive."""
    return genitive_candidates(key) | {key if key[-1:] in "sxz" else f"{key}s"}


class _Names:
    """Lower-case names to answers; a name that fits two places is kept, without an answer."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, Answer | None]] = {}

    def offer(self, key: str, place: str, answer: Answer) -> None:
        known, _ = self.answers.setdefault(key, (place, answer))
        if known != place:
            self.answers[key] = ("", None)

    def __contains__(self, key: object) -> bool:
        return key in self.answers

    def __getitem__(self, key: str) -> Answer | None:
        return self.answers[key][1]


def _current_names(municipalities: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Code, name and its column: all Finnish names first, so that they win over Swedish ones."""
    require_columns(municipalities, ["municipality_code", *_NAMES], of="municipalities")
    for column in _NAMES:
        for code, name in zip(
            municipalities["municipality_code"], municipalities[column], strict=True
        ):
            if written_names(name):
                yield code, name, column


def _known_names(municipalities: pd.DataFrame, changes: pd.DataFrame | None) -> dict[str, str]:
    """Looked-up form to the name as the tables write it; of two that look alike, today's."""
    names = [name for _, name, _ in _current_names(municipalities)]
    for former in former_places(
        changes, set(municipalities["municipality_code"]), how="former_name"
    ):
        names.extend(former.names)
    shown = [" ".join(name.split()) for name in names]
    return {_key(name): name for name in reversed(shown)}


def _near(name: str, known: dict[str, str], limit: int) -> list[str]:
    key = _key(name)
    text = _bare(key) or key
    # Koski and Kosken, where the tables have Koski Tl.
    first_words = {other: other.split()[0] for other in known if " " in other}
    longer = [
        other
        for other, first in first_words.items()
        if text == first or text in genitive_candidates(first)
    ]
    close = difflib.get_close_matches(text, known, n=limit + len(longer))
    return list(dict.fromkeys(known[other] for other in longer + close))[:limit]
