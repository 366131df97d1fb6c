"""Which names of organisations are worth comparing: few of the thousands of millions of pairs.

How near they are is told in ``organisation_likeness``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from geo.organisation_likeness import MINOR_WORDS, VICINITIES, stem
from geo.organisation_places import Placed

ALL_PAIRS = 40
"""Names that share a trait are all compared with each other up to this number."""

NEIGHBOURS = 12
"""In a larger group each is compared with this many that follow it by the alphabet."""

RARE = 1_000
"""A word that more names bear does not tell two of them apart at a glance."""

_END = 3
_GLANCE = 78.0
_GLANCE_WORD_MORE = 60.0

Numbers = npt.NDArray[np.int64]


def telling_words(placed: Placed) -> tuple[str, ...]:
    """The words of a name that say more than *yhdistys*, bare of endings that say no more.

    >>> telling_words(Placed(frozenset(), ("seudun", "nukkeseura", "yhdistys")))
    ('nukke',)
    """
    return tuple(
        stem(word) for word in placed.rest if word not in MINOR_WORDS and word not in VICINITIES
    )


def compared_pairs(
    names: Sequence[Placed], words: Sequence[tuple[str, ...]], homes: Sequence[str | None]
) -> tuple[Numbers, Numbers]:
    """Choose the pairs of names to compare.

    Only names that speak of the same places and bear the same digits are compared, and of these
    those which share one of their two rarest telling words, or, where a name has but one such
    word, its first or last letters.

    Parameters
    ----------
    names
        Names as ``PlaceWords.read`` parts them.
    words
        The ``telling_words`` of each.
    homes
        Where the organisation of each is, None where it is not known.

    Returns
    -------
    first, second
        Numbers of names, each pair once, the lower number first.
    """
    often = Counter(word for of_name in words for word in set(of_name))
    order = _ranks([" ".join(sorted(of_name)) for of_name in words])
    backwards = _ranks([" ".join(sorted(of_name))[::-1] for of_name in words])
    numbers, blocks = [], []
    known: dict[Hashable, int] = {}
    for number, (name, of_name, home) in enumerate(zip(names, words, homes, strict=True)):
        kind = _kind(name)
        for trait in _traits(of_name, often):
            for where in (None, home) if home else (None,):
                numbers.append(number)
                blocks.append(known.setdefault((kind, trait, where), len(known)))
    del known
    member, block = np.array(numbers, dtype=np.int64), np.array(blocks, dtype=np.int64)
    codes = [_neighbours(member, block, rank, len(names)) for rank in (order, backwards)]
    pairs = np.sort(np.concatenate(codes))
    pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]]] if len(pairs) else pairs
    return np.divmod(pairs, max(len(names), 1))


class Texts(NamedTuple):
    """Names as they are compared at a glance: all words, the rare ones, how many of each."""

    all: list[str]
    rare: list[str]
    words: Numbers
    rare_words: Numbers


def glance_texts(names: Sequence[Sequence[str]]) -> Texts:
    """Make names, given by their words, ready to be compared at a glance."""
    often = Counter(word for words in names for word in set(words))
    rare = [[word for word in words if often[word] <= RARE] or words for words in names]
    return Texts(
        [" ".join(words) for words in names],
        [" ".join(words) for words in rare],
        np.array([len(words) for words in names], dtype=np.int64),
        np.array([len(words) for words in rare], dtype=np.int64),
    )


def near_at_a_glance(texts: Texts, first: Numbers, second: Numbers) -> npt.NDArray[np.bool_]:
    """Which pairs are worth the closer look that takes a hundred times longer."""
    ratios = [
        process.cpdist(
            [those[one] for one in first],
            [those[one] for one in second],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_GLANCE_WORD_MORE,
            dtype=np.float32,
        )
        for those in (texts.all, texts.rare)
    ]
    # A common word with a slip in it is a rare one: then all words have to be looked at.
    by_rare = texts.rare_words[first] == texts.rare_words[second]
    is_even = texts.words[first] == texts.words[second]
    return np.where(by_rare, ratios[1], ratios[0]) >= np.where(is_even, _GLANCE, _GLANCE_WORD_MORE)


def _kind(name: Placed) -> Hashable:
    """What two names must have in common to be compared at all."""
    digits = [word for word in name.rest if not word.isalpha()]
    return (name.places, tuple(sorted(digits))) if digits else name.places


def _traits(words: Iterable[str], often: Counter[str]) -> Iterator[str]:
    rarest = sorted(set(words), key=lambda word: (often[word], word))[:2]
    yield from rarest
    if len(rarest) == 1:
        yield f"{rarest[0][:_END]}-"
        yield f"-{rarest[0][-_END:]}"


def _ranks(texts: Sequence[str]) -> Numbers:
    """The place of each text in the alphabet, texts that are the same in their own order."""
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return ranks


def _neighbours(member: Numbers, block: Numbers, rank: Numbers, count: int) -> Numbers:
    """Pairs within each block, as first * count + second."""
    if not len(member):
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((rank[member], block))
    member, block = member[order], block[order]
    starts = np.flatnonzero(np.r_[True, block[1:] != block[:-1]])
    sizes = np.diff(np.r_[starts, len(block)])
    size = np.repeat(sizes, sizes)
    found = []
    for step in range(1, min(ALL_PAIRS, int(sizes.max()))):
        near = block[:-step] == block[step:]
        if step > NEIGHBOURS:
            near &= size[:-step] <= ALL_PAIRS
        one, other = member[:-step][near], member[step:][near]
        apart = one != other
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        found.append(low * count + high)
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)
