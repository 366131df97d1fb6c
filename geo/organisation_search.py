"""Finding an organisation by a part of a name or by a number, for a person who looks for it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import not_
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz, process

from geo.errors import require_columns
from geo.organisation_names import folded_words

NEAR = 75.0
"""Least likeness (0-100) of a name that is offered where none has the words that were asked for."""

OFFERED = 10

_WITHOUT_DOTS = str.maketrans("åäö", "aao")

# ASCII { | } stand right after z: so names sort as Finnish and Swedish do.
_ALPHABET = str.maketrans("åäö", "{|}")


class Found(NamedTuple):
    """What was found: ids, the best first, and whether they are only near what was asked for."""

    ids: list[str]
    are_near: bool


def search_texts(records: pd.DataFrame) -> pd.DataFrame:
    """Make ready what is searched in, once for many searches.

    Parameters
    ----------
    records
        Columns organisation_id, record_id, name, name_sv, other_names, business_id,
        register_number: as ``merged_records`` gives them.

    Returns
    -------
    DataFrame
        One row per organisation under its id as index: ``text`` (the words of all its names, its
        numbers and ids, in lower case and without accents other than of å, ä, ö), ``name`` (the
        words of its first name), ``plain`` (these without dots and rings) and ``sorted`` (those
        in the order of the alphabet), in the order of the names in the Finnish alphabet.

    Raises
    ------
    GeoError
        A column is missing.
    """
    names = ["name", "name_sv", "other_names"]
    codes = ["record_id", "business_id", "register_number"]
    require_columns(records, ["organisation_id", *names, *codes], of="records")
    rows = []
    for owner, *cells in records[["organisation_id", *names, *codes]].itertuples(index=False):
        words = [_folded(cell) for cell in cells[: len(names)] if not pd.isna(cell)]
        told = [str(cell).casefold() for cell in cells[len(names) :] if not pd.isna(cell)]
        rows.append((owner, words[0] if words else "", " ".join([*words, *told])))
    frame = pd.DataFrame(rows, columns=["organisation_id", "name", "text"])
    whole = frame.groupby("organisation_id").agg(name=("name", "first"), text=("text", " ".join))
    whole["text"] += " " + whole.index.str.casefold()
    whole["plain"] = whole["name"].str.translate(_WITHOUT_DOTS)
    whole["sorted"] = [" ".join(sorted(name.split())) for name in whole["plain"]]
    ordered = whole.sort_values(
        "name", kind="stable", key=lambda names: names.str.translate(_ALPHABET)
    )
    # Plain objects: lists of them are made at once.
    return ordered.astype(object).set_axis(ordered.index.astype(object))


def search_organisations(texts: pd.DataFrame, query: str) -> Found:
    """Find the organisations that have all the words of a query, as parts of words too.

    Parameters
    ----------
    texts
        As ``search_texts`` gives them.
    query
        Words of a name, a business code, a register number (*194.820* too) or an identifier; an
        empty one finds all.

    Returns
    -------
    Found
        Those whose name begins with the query first, then by name. Where none has all the words,
        at most ten of near names.

    Examples
    --------
    >>> records = pd.DataFrame({"organisation_id": ["a", "b"], "record_id": ["x:1", "x:2"],
    ...     "name": ["Nukkien ystävät", "Leluseura ry"], "name_sv": None, "other_names": None,
    ...     "business_id": None, "register_number": None})
    >>> texts = search_texts(records)
    >>> search_organisations(texts, "seura")
    Found(ids=['b'], are_near=False)
    >>> search_organisations(texts, "lelusaura")
    Found(ids=['b'], are_near=True)
    """
    exact = query.casefold().split()
    words = folded_words(query)
    if not exact:
        return Found(texts.index.tolist(), False)
    if not words:
        return Found([], False)
    # Plain lists: ten times as fast as pandas over a country's names.
    found = [texts[column].tolist() for column in ("text", "name")] + [texts.index.tolist()]
    for options in _asked(exact, words):
        has = [options[0] in text for text in found[0]]
        for option in options[1:]:
            has = [is_in or option in text for is_in, text in zip(has, found[0], strict=True)]
        found = [list(compress(column, has)) for column in found]
    _, names, ids = found
    if ids:
        start = " ".join(words)
        begins = [name.startswith(start) for name in names]
        return Found([*compress(ids, begins), *compress(ids, map(not_, begins))], False)
    near = _near(texts, words)
    return Found(near, bool(near))


def _near(texts: pd.DataFrame, words: list[str]) -> list[str]:
    """Organisations of near names: what was asked for without dots on its letters, or misspelt."""
    asked = " ".join(words).translate(_WITHOUT_DOTS)
    begins = [at for at, plain in enumerate(texts["plain"].tolist()) if asked in plain]
    # Sorted once: so names are compared six times as fast as by fuzz.token_sort_ratio.
    near = process.extract(
        " ".join(sorted(asked.split())),
        texts["sorted"].tolist(),
        scorer=fuzz.ratio,
        score_cutoff=NEAR,
        limit=OFFERED,
    )
    found = dict.fromkeys([*begins, *(at for _, _, at in near)])
    return [str(texts.index[at]) for at in list(found)[:OFFERED]]


def _folded(text: object) -> str:
    return " ".join(folded_words(str(text)))


def _asked(exact: list[str], words: list[str]) -> Iterable[tuple[str, ...]]:
    """What each word of the query may stand as: an identifier as it is, a number without dots."""
    if len(exact) == 1:
        word = exact[0]
        yield tuple(dict.fromkeys((word, word.replace(".", ""), " ".join(words) or word)))
    else:
        yield from ((word,) for word in words)
