"""How near two names of organisations are to each other: word by word, and never across places.

Which names are compared at all is told in ``organisation_candidates``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from geo.genitives import genitive_candidates
from geo.organisation_places import Placed, may_be_place

NEAR_WORD = 85.0
"""Least likeness (0-100) of two words of which one may be the other with a slip of the pen."""

NEAR_STEM = 80.0
"""The same of what is left of two compounds without the part that both share (-yhdistys)."""

SHORTEST_NEAR = 5
"""Shorter words have to be the same."""

SAME_WORDS = 96.0
"""Likeness of names that differ in order, hyphens and inflected places alone."""

SLIP = 0.4
"""What each point that a near word is short of its counterpart (0-100) costs."""

MINOR_WORD = 5.0
"""What a word that says little costs where one name has it (yhdistys), and where they differ."""

VICINITY = 9.0
"""What *seudun* and the like cost: the town's and its surroundings' may be two."""

LEVEL_WORD = 15.0
"""What a word for the level costs where one name has it (piiri)."""

OTHER_WORD = 60.0
"""What any other word costs, shared out over the words that the names have in common and itself."""

MINOR_WORDS = frozenset(
    {
        *("yhdistys", "paikallisyhdistys", "seura", "kerho", "kilta", "osasto", "paikallisosasto"),
        *("förening", "föreningen", "klubb", "klubben", "avdelning", "sällskap", "samfund"),
        *("tuki", "suomen", "finlands", "i"),
    }
)
VICINITIES = frozenset({"seudun", "seutu", "alueen", "alue", "nejdens", "nejden", "områdets"})
LEVEL_WORDS = frozenset(
    {"piiri", "piirijärjestö", "liitto", "keskusliitto", "keskus", "distrikt", "krets", "förbund"}
)
QUARTERS = frozenset(
    {
        *("etelä", "pohjois", "itä", "länsi", "keski", "lounais", "kaakkois", "luoteis"),
        *("koillis", "ylä", "ala", "suur", "vakka", "järvi"),
        *("södra", "norra", "östra", "västra", "mellersta", "sydvästra", "nordvästra", "sydöstra"),
    }
)
"""First parts of the names of regions, which tables of places do not all hold."""

UNITS = (
    *("yhdistys", "seura", "kerho", "kilta", "osasto", "säätiö", "piiri", "liitto"),
    *("föreningen", "förening", "klubben", "klubb", "avdelning", "förbund", "sällskap"),
)
"""Last parts of compounds that say what an organisation is, not whose."""

_SHORTEST_STEM = 3


def likeness(one: Placed, other: Placed) -> float:
    """Tell how near two names are.

    Names that speak of different places are not near at all, and neither are names in which each
    has a word of its own (*reumayhdistys*, *sydänyhdistys*): only slips of the pen, inflection,
    order, compounds written apart and words that say little are looked over.

    Parameters
    ----------
    one, other
        Normalised names as ``PlaceWords.read`` parts them.

    Returns
    -------
    float
        0 (not near) to 96 (the same words); the same for ``other`` and ``one``.

    Examples
    --------
    >>> def read(*words, place="001"): return Placed(frozenset({place}), words)
    >>> likeness(read("nukke", "seura"), read("nukkeseura"))
    96.0
    >>> likeness(read("nukkeseura"), read("nukeseura")) > 80
    True
    >>> likeness(read("nukkeseura"), read("nallekerho"))
    0.0
    >>> likeness(read("nukkeseura"), read("nukkeseura", place="002"))
    0.0
    """
    if one.places != other.places:
        return 0.0
    # In one order, so that the two may change places.
    left, right = map(list, sorted((one.rest, other.rest)))
    shared = _take_same(left, right)
    if left and "".join(sorted(left)) == "".join(sorted(right)):
        return SAME_WORDS
    if "".join(left) == "".join(right):
        return SAME_WORDS if left or shared else 0.0
    cost = 0.0
    for word in list(left):
        near, match = max(((_word_likeness(word, its), its) for its in right), default=(0.0, ""))
        if near:
            left.remove(word)
            right.remove(match)
            shared.append(word)
            cost += SLIP * (100.0 - near)
    extra = _extra_cost(left, right, [word for word in shared if word not in MINOR_WORDS])
    if extra is None:
        return 0.0
    return max(SAME_WORDS - cost - extra, 0.0)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The word without a last part that says what an organisation is: *nukkeseura*, *nukke*.

    >>> stem("nukkeseura"), stem("seura")
    ('nukke', 'seura')
    """
    for unit in UNITS if word.endswith(UNITS) else ():
        if word.endswith(unit) and len(word) - len(unit) >= _SHORTEST_STEM:
            return word[: -len(unit)]
    return word


def _take_same(left: list[str], right: list[str]) -> list[str]:
    """Take out of both what both have, and give it."""
    same = []
    for word in list(left):
        if word in right:
            left.remove(word)
            right.remove(word)
            same.append(word)
    return same


@lru_cache(maxsize=1 << 16)
def _word_likeness(one: str, other: str) -> float:
    """How near two different words are, 0 for not near."""
    if _has_digit(one) or _has_digit(other):
        return 0.0
    stems = stem(one), stem(other)
    if stems[0] == stems[1]:
        # Reuma and reumayhdistys; but a society and a club of the same are two.
        return 97.0 if one in stems or other in stems else 0.0
    if one[:2] == other[:2] and (
        one in genitive_candidates(other) or other in genitive_candidates(one)
    ):
        return 98.0
    if may_be_place(one) and may_be_place(other):
        return 0.0
    if min(len(one), len(other)) < SHORTEST_NEAR:
        return 0.0
    whole = fuzz.ratio(one, other)
    if whole < NEAR_WORD:
        return 0.0
    parts = fuzz.ratio(*stems) if one != stems[0] and other != stems[1] else 100.0
    return whole if parts >= NEAR_STEM else 0.0


def _extra_cost(left: Sequence[str], right: Sequence[str], shared: Sequence[str]) -> float | None:
    """What the words cost that one name has alone; None where they make it another name."""
    told = [[word for word in words if _weight(word) is None] for words in (left, right)]
    if told[0] and told[1]:
        whole = "".join(left), "".join(right)
        if min(map(len, whole)) >= 2 * SHORTEST_NEAR and fuzz.ratio(*whole) >= NEAR_WORD + 5:
            return SLIP * (100.0 - fuzz.ratio(*whole))  # a compound written apart, with a slip
        return None
    if not shared:
        return None
    if any(word in LEVEL_WORDS for word in left) and any(word in LEVEL_WORDS for word in right):
        return None
    cost = sum(_weight(word) or 0.0 for word in {*left, *right})
    for word in told[0] or told[1]:
        if word in QUARTERS or may_be_place(word) or _has_digit(word):
            return None
        cost += OTHER_WORD / (len(shared) + 1)
    return cost


def _weight(word: str) -> float | None:
    if word in MINOR_WORDS:
        return MINOR_WORD
    if word in VICINITIES:
        return VICINITY
    if word in LEVEL_WORDS:
        return LEVEL_WORD
    return None


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
