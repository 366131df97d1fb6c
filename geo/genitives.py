"""Finnish genitives by spelling; whose name a genitive is belongs to place_names."""

from __future__ import annotations

from collections.abc import Iterator


def genitive_candidates(name: str) -> set[str]:
    """Inflect a Finnish place name in every way its ending allows; one of them is right.

    Spelling alone does not tell *Lahti, Lahden* from *Vihti, Vihdin*, so all forms are made, and a
    form that a source gives is looked up among them. Never print these.

    Parameters
    ----------
    name
        The nominative in lower case.

    Returns
    -------
    set of str
        Genitives, right and wrong ones.

    Examples
    --------
    Four toy municipalities:

    >>> sorted(genitive_candidates("lelulahti"))
    ['lelulahden', 'lelulahdin', 'lelulahten', 'lelulahti:n', 'lelulahtin']
    >>> sorted(genitive_candidates("lelunen"))
    ['lelunen:n', 'lelunenin', 'lelusen', 'lelusten']
    >>> "uudenlelun" in genitive_candidates("uusilelu")
    True
    >>> "nuken ll" in genitive_candidates("nukke ll")
    True

    Notes
    -----
    Consonant gradation and the stems of nominals as in Hakulinen et al., *Iso suomen kielioppi*
    (2004), the chapters on *astevaihtelu* and *nominien taivutus*.
    """
    forms = {f"{name}:n"}
    first, space, rest = name.partition(" ")
    if space:
        return forms | {f"{form} {rest}" for form in genitive_candidates(first)}
    for adjective, inflected in _ADJECTIVES:
        if name.startswith(adjective) and len(name) > len(adjective) + 2:
            rest = name.removeprefix(adjective)
            forms |= {inflected + form for form in genitive_candidates(rest)}
    return forms | set(_endings(name))


_ADJECTIVES = (("uusi", "uuden"), ("iso", "ison"), ("vähä", "vähän"), ("vanha", "vanhan"))
"""First parts that are inflected with the second: Uusikaupunki, Uudenkaupungin."""

_WEAK_PAIRS = {
    "kk": ("k",),
    "pp": ("p",),
    "tt": ("t",),
    "nk": ("ng",),
    "nt": ("nn",),
    "mp": ("mm",),
    "lt": ("ll",),
    "rt": ("rr",),
    "lk": ("l", "lj"),
    "rk": ("r", "rj"),
    "hk": ("h", "hj"),
    "uk": ("u", "uv"),
    "yk": ("y", "yv"),
    # After these, k, p and t do not weaken.
    **dict.fromkeys(("sk", "sp", "st", "tk"), ()),
}
_WEAK_SINGLE = {"k": "", "p": "v", "t": "d"}
_STRONG = {"ng": "nk", "nn": "nt", "mm": "mp", "ll": "lt", "rr": "rt"}
_STRONG_SINGLE = {"k": "kk", "p": "pp", "t": "tt", "v": "p", "d": "t"}
_VOWELS = "aeiouyåäö"


def _weak(stem: str) -> set[str]:
    """The stem as it is and with its last consonants in the weak grade (rant, rann)."""
    if stem[-2:] in _WEAK_PAIRS:
        return {stem} | {stem[:-2] + weak for weak in _WEAK_PAIRS[stem[-2:]]}
    return {stem, stem[:-1] + _WEAK_SINGLE.get(stem[-1:], stem[-1:])}


def _strong(stem: str) -> set[str]:
    """The stem as it is and with its last consonants in the strong grade (laid, lait)."""
    if stem[-2:] in _STRONG:
        return {stem, stem[:-2] + _STRONG[stem[-2:]]}
    return {stem, stem[:-1] + _STRONG_SINGLE.get(stem[-1:], stem[-1:])}


def _endings(name: str) -> Iterator[str]:
    """Genitives of one undivided word, by its last letters."""
    stem, last = name[:-1], name[-1:]
    if last and last in _VOWELS:
        yield from (f"{form}{last}n" for form in _weak(stem))
    else:
        yield f"{name}in"  # Kökar, Kökarin
    match last:
        case "i":
            yield from (f"{form}en" for form in _weak(stem))  # joki, joen
            if stem.endswith("s"):
                yield f"{stem[:-1]}den"  # vesi, veden
        case "e":
            yield from (f"{form}een" for form in _strong(stem))  # Keitele, Keiteleen
        case "s":
            yield from (f"{stem}ksen", f"{stem}den")  # Kannus, Kannuksen; Varkaus, Varkauden
            yield from (f"{form}{stem[-1:] * 2}n" for form in _strong(stem[:-1]))  # Pihtiputaan
        case "t":
            for form in _strong(stem[:-1]):
                yield from (f"{form}{stem[-1:]}in", f"{form}ojen", f"{form}öjen")  # Virtain
        case "n" if name.endswith("nen"):
            yield from (f"{name[:-3]}sen", f"{name[:-3]}sten")  # Kaustisen, Paraisten
        case "n":
            yield from (f"{form}{stem[-1:]}men" for form in _strong(stem[:-1]))  # Punkalaitumen
