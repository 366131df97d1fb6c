"""Names of organisations: what sources write differently is made the same, and what a name holds.

Which names are near each other is told in ``organisation_likeness``, whose they are in
``organisations``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

ABBREVIATIONS = {
    "mll": (
        "mannerheimin lastensuojeluliitto",
        "mannerheimin lastensuojeluliiton",
        "mannerheims barnskyddsförbund",
        "mannerheims barnskyddsförbunds",
    ),
    "spr": (
        "suomen punainen risti",
        "suomen punaisen ristin",
        "finlands röda kors",
        "frk",
    ),
    "ekl": ("eläkkeensaajien keskusliitto", "eläkkeensaajien keskusliiton"),
    "sll": ("suomen luonnonsuojeluliitto", "suomen luonnonsuojeluliiton"),
    "nmky": ("nuorten miesten kristillinen yhdistys",),
    "nnky": ("nuorten naisten kristillinen yhdistys",),
    "vpk": ("vapaaehtoinen palokunta", "vapaa palokunta", "vapaapalokunta"),
    "fbk": ("frivilliga brandkår", "frivillig brandkår"),
    "lc": ("lions club", "lionsclub"),
    "yhdistys": ("yhd",),
    "förening": ("fören",),
}
"""Short form to the long ones that stand for the same; all as they are after folding."""

LINKING_WORDS = frozenset({"ja", "sekä", "och", "samt", "and"})

# The forms as words; "ry:n" has lost its ending by then, and "r.y." its dots.
_FORMS = {
    "association": (
        ("ry",),
        ("rf",),
        ("r", "y"),
        ("r", "f"),
        ("rekisteröity", "yhdistys"),
        ("rek", "yhdistys"),
        ("registrerad", "förening"),
        ("reg", "förening"),
    ),
    "foundation": (
        ("sr",),
        ("rs",),
        ("rekisteröity", "säätiö"),
        ("registrerad", "stiftelse"),
    ),
}
_FORM_STARTS = frozenset(form[0] for forms in _FORMS.values() for form in forms)
_COMPANY = {
    "oy": "company",
    "oyj": "company",
    "ab": "company",
    "abp": "company",
    "osk": "cooperative",
    "osuuskunta": "cooperative",
    "andelslag": "cooperative",
}

_LONGEST = 3
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›ʼ"
_INITIALS = re.compile(r"(?<!\w)\w(?:\.\s?\w(?!\w))+")
_SAINT = re.compile(r"(?<!\w)(?:s:t|sankt)(?!\w)")
_CASE_ENDING = re.compile(r"(?<=\w):(?:n|s|ta|tä|lle|ssa|ssä|sta|stä|in)(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_OWN_LETTERS = "åäö"

_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_SLASH = re.compile(r"\s*/\s*")
_DASH = re.compile(r"\s+[-‐‑‒–—―−]\s*|[‒–—―−]\s+|\s+[‒–—―−]")
_ACRONYM = re.compile(r"\w*[^\W\d_a-zåäö]\w*[^\W\d_a-zåäö]\w*")


class Part(NamedTuple):
    """A part of a name; ``is_name`` tells whether it surely is a whole name by itself."""

    text: str
    is_name: bool


def folded_words(text: str) -> list[str]:
    """The words of a text in lower case, without marks, quotes and accents other than å, ä, ö.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    list of str
        Words in their order; a hyphen and a slash part words, *r.y.* and *S:t* are one.

    Examples
    --------
    >>> folded_words("SPR:n S:t Karins-osasto r.y.")
    ['spr', 'st', 'karins', 'osasto', 'ry']
    """
    return list(_folded(text))


@lru_cache(maxsize=64)  # a name is looked at for its words, then for its form
def _folded(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if ":" in text or "sankt" in text:
        text = _CASE_ENDING.sub("", _SAINT.sub("st", text))
    if "." in text:
        text = _INITIALS.sub(lambda match: "".join(_WORD.findall(match[0])), text)
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=1 << 18)  # a whole country's names, which are asked for again and again
def normalised_name(name: str) -> str:
    """Write a name as it is compared: lower case, no legal form, known abbreviations.

    Parameters
    ----------
    name
        A name as a source writes it.

    Returns
    -------
    str
        Words parted by single spaces; empty where the name has no letter and no digit. Of a name
        that is nothing but a legal form, the form.

    Examples
    --------
    >>> normalised_name("Leluseura r.y."), normalised_name("LELUSEURA, rekisteröity yhdistys")
    ('leluseura', 'leluseura')
    >>> normalised_name("SPR:n Lelulahden osasto"), normalised_name("Leluliitto - Lekar rf")
    ('spr lelulahden osasto', 'leluliitto lekar')
    """
    words = folded_words(name)
    before: list[str] = []
    while before != words:  # what stands side by side once a word has gone
        before, words = words, _without_form(_abbreviated(words))
    told = [word for word in words if word not in LINKING_WORDS]
    return " ".join(told or words)


def joined_key(normalised: str) -> str:
    """The letters of a normalised name alone: compounds are written apart or with a hyphen too.

    >>> joined_key("lelu seura")
    'leluseura'
    """
    return normalised.replace(" ", "")


@lru_cache(maxsize=1 << 18)
def legal_form_of_name(name: str) -> str | None:
    """Read the legal form that a name bears, None where it bears none.

    Parameters
    ----------
    name
        A name as a source writes it.

    Returns
    -------
    str or None
        One of ``loaders.tables.LEGAL_FORMS``.

    Examples
    --------
    >>> legal_form_of_name("Leluseura r.f."), legal_form_of_name("Lelusäätiö")
    ('association', 'foundation')
    >>> legal_form_of_name("Lelukauppa Oy"), legal_form_of_name("Leluseura")
    ('company', None)
    """
    words = _abbreviated(folded_words(name))
    if not words:
        return None
    if not _FORM_STARTS.isdisjoint(words) and any(
        form_at(words, place) for place in range(1, len(words))
    ):
        return "association"
    last = words[-1]
    endings = ("säätiö", "stiftelse", "stiftelsen")
    if last.endswith(endings) or any(
        tuple(words[-len(form) :]) == form and len(words) > len(form)
        for form in _FORMS["foundation"]
    ):
        return "foundation"
    return _COMPANY.get(last) if len(words) > 1 else None


def name_parts(name: str) -> list[Part]:
    """Split a name that holds several: *Lelut rf / Nuket ry*, *Lelujen tuki ry (LETU)*.

    Parameters
    ----------
    name
        A name as a source writes it.

    Returns
    -------
    list of Part
        The parts, without the whole; empty where the name is one. A part surely is a name where
        each part bears a legal form, or what was left out is an acronym; the others only hint at
        one. Parts after a comma are sections and surnames as often as names: only an acronym is
        split off there.

    Examples
    --------
    >>> [part.text for part in name_parts("Leksaker rf / Lelut ry") if part.is_name]
    ['Leksaker rf', 'Lelut ry']
    >>> name_parts("Lelujen tuki ry (LETU)")
    [Part(text='Lelujen tuki ry', is_name=True), Part(text='LETU', is_name=False)]
    >>> name_parts("Leluseura, Lelulahden alaosasto")
    []
    """
    found: dict[str, bool] = {}

    def add(text: str, is_name: bool) -> None:
        text = text.strip(" ,;:/-–")
        if text and text != name.strip() and folded_words(text):
            found[text] = found.get(text, False) or is_name

    for base, inner in _bracketed(name):
        add(base, bool(_ACRONYM.fullmatch(inner)) or _has_form(inner))
        add(inner, _has_form(inner) and _has_form(base))
    for pattern in (_SLASH, _DASH):
        for parts in _split(pattern, name):
            are_names = all(_has_form(part) for part in parts)
            for part in parts:
                add(part, are_names)
    base, comma, tail = name.rpartition(",")
    words = tail.split()
    if comma and words and _ACRONYM.fullmatch(words[0]) and len(folded_words(tail)) <= 2:
        add(base, False)
        add(tail, False)
    return [Part(text, is_name) for text, is_name in found.items()]


def form_at(words: list[str], place: int) -> int:
    """How many words at this place are the legal form of an association; 0 for none."""
    if words[place] in _FORM_STARTS:
        for form in _FORMS["association"]:
            if tuple(words[place : place + len(form)]) == form:
                return len(form)
    return 0


class _Plain(dict[int, str]):
    """Letter to the letter without its accents, worked out once for each."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _OWN_LETTERS:
            plain = letter
        elif letter in _QUOTES or letter in _UNSEEN:
            plain = ""
        else:
            marks = unicodedata.normalize("NFD", letter)
            plain = "".join(mark for mark in marks if not unicodedata.combining(mark))
        self[code] = plain
        return plain


_PLAIN = _Plain()


def _long_forms() -> dict[tuple[str, ...], str]:
    return {tuple(long.split()): short for short, forms in ABBREVIATIONS.items() for long in forms}


_LONG_FORMS = _long_forms()
_FIRST_WORDS = {words[0] for words in _LONG_FORMS}
_LONGEST_FORM = max(map(len, _LONG_FORMS))


def _abbreviated(words: list[str]) -> list[str]:
    if _FIRST_WORDS.isdisjoint(words):
        return words
    result: list[str] = []
    place = 0
    while place < len(words):
        for length in range(_LONGEST_FORM, 0, -1):
            short = _LONG_FORMS.get(tuple(words[place : place + length]))
            if short and place + length <= len(words):
                result.append(short)
                place += length
                break
        else:
            result.append(words[place])
            place += 1
    return result


def _without_form(words: list[str]) -> list[str]:
    """The words without an association's form, and without a foundation's at the end."""
    if _FORM_STARTS.isdisjoint(words):
        return words
    kept: list[str] = []
    place = 0
    while place < len(words):
        length = form_at(words, place) if place else 0
        if length:
            place += length
        else:
            kept.append(words[place])
            place += 1
    for form in _FORMS["foundation"]:
        if len(kept) > len(form) and tuple(kept[-len(form) :]) == form:
            kept = kept[: -len(form)]
    return kept


def _has_form(text: str) -> bool:
    return legal_form_of_name(text) is not None


def _bracketed(name: str) -> Iterator[tuple[str, str]]:
    """The name without its brackets, with what stood in each."""
    inner = [match[1].strip() for match in _BRACKETS.finditer(name)]
    if inner:
        base = _BRACKETS.sub(" ", name)
        yield from ((base, text) for text in inner)


def _split(pattern: re.Pattern[str], name: str) -> Iterator[list[str]]:
    """The parts of a name between marks, where there are some and each has something to say."""
    parts = [part for part in pattern.split(_BRACKETS.sub(" ", name)) if part.strip()]
    if not 1 < len(parts) <= _LONGEST + 1:
        return
    # Turun/Salon seutu: a single word before a slash is half a word of the next.
    if pattern is _SLASH and any(len(folded_words(part)) < 2 for part in parts):
        return
    yield parts


def other_names_of(text: str) -> Iterable[str]:
    """The names of the column ``other_names``."""
    return (name for name in (part.strip() for part in text.split("|")) if name)
