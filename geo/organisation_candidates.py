"""Pairs of records that may be of one organisation, scored, for a person to decide on.

What is one by itself is put together in ``organisation_clusters``; nothing is put together here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from geo.errors import require_columns
from geo.organisation_blocks import (
    Numbers,
    compared_pairs,
    glance_texts,
    near_at_a_glance,
    telling_words,
)
from geo.organisation_facts import (
    KnownName,
    bare_address,
    decided_pairs,
    facts_of,
    plain,
)
from geo.organisation_likeness import likeness
from geo.organisation_places import Placed, PlaceWords, may_be_place
from geo.organisation_scores import (
    ADDED,
    SCORES,
    UNKNOWN_PLACE,
    WORTH_A_LOOK,
    Found,
    Scorer,
    Values,
    of_one,
    values_of,
)

PER_ORGANISATION = 5
"""How many candidates are told of one organisation at a time, its best; others come after them."""

BEARERS = 6
"""A name that more organisations bear tells of none of them, save within one place."""

COLUMNS = ("record_a", "record_b", "organisation_a", "organisation_b", "score", "reasons")


def candidates_of(
    records: pd.DataFrame, decisions: pd.DataFrame, words: PlaceWords, *, limit: int | None
) -> pd.DataFrame:
    """Find the pairs worth a look; ``geo.organisations.match_candidates`` tells what is given."""
    require_columns(records, ["organisation_id", "homepage", "postcode"], of="records")
    facts = facts_of(records, words)
    by_id = records.sort_values("record_id", kind="stable")
    organisations = by_id["organisation_id"].astype(str).tolist()
    number = {one: place for place, one in enumerate(sorted(set(organisations)))}
    owner = [number[one] for one in organisations]
    pairs = decided_pairs(decisions, facts.ids)

    def of(column: Sequence[str | None]) -> Values:
        return values_of(column, owner, len(number))

    known = Scorer(
        facts=facts,
        owner=owner,
        decided={
            (min(owner[a], owner[b]), max(owner[a], owner[b]))
            for those in pairs.values()
            for a, b in those
        },
        seats=of(facts.seats),
        places=of(facts.places),
        sources=of(facts.sources),
        forms=of(facts.forms),
        homepages=of([bare_address(one) for one in plain(by_id["homepage"])]),
        postcodes=of(plain(by_id["postcode"])),
        business_ids=of(facts.business_ids),
        register_numbers=of(facts.register_numbers),
    )
    found = [*_same_numbers(known), *_same_names(known), *_near_names(known, words)]
    ids = facts.ids
    rows = [
        (
            ids[one.record_a],
            ids[one.record_b],
            organisations[one.record_a],
            organisations[one.record_b],
            one.score,
            " ".join(one.reasons),
        )
        for one in _best(found, owner)
    ]
    text = dict.fromkeys(COLUMNS, "string")
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(text | {"score": "int64"})
    return frame if limit is None else frame.head(limit)


def _best(found: Iterable[Found], owner: list[int]) -> Iterator[Found]:
    """Of two organisations their best pair, of one organisation its best few, best first."""
    told: dict[tuple[int, int], None] = {}
    times: dict[int, int] = defaultdict(int)
    for one in sorted(found, key=lambda one: (-one.score, one.record_a, one.record_b)):
        a, b = sorted((owner[one.record_a], owner[one.record_b]))
        if (a, b) in told:
            continue
        told[a, b] = None
        if max(times[a], times[b]) < PER_ORGANISATION:
            times[a] += 1
            times[b] += 1
            yield one


def _same_numbers(known: Scorer) -> Iterator[Found]:
    """Organisations that share a number, and that a decision or another number keeps apart."""
    for what, column in (
        ("same_business_id", known.facts.business_ids),
        ("same_register_number", known.facts.register_numbers),
    ):
        bearers: dict[str, dict[int, int]] = defaultdict(dict)
        for record, value in enumerate(column):
            if value is not None:
                bearers[value].setdefault(known.owner[record], record)
        for owners in bearers.values():
            for a, b in _pairs(list(owners.values())):
                one, other = sorted((known.owner[a], known.owner[b]))
                if (one, other) in known.decided:
                    continue
                score = SCORES[what, known.where(one, other)]
                if candidate := known.scored(a, b, what, score):
                    yield candidate


def _pairs(records: list[int]) -> Iterable[tuple[int, int]]:
    """All pairs of a few, each with the next of many."""
    return combinations(records, 2) if len(records) <= BEARERS else pairwise(records)


def _same_names(known: Scorer) -> Iterator[Found]:
    """Organisations that share a name, or the one's name is a part of the other's."""
    bearers: dict[str, dict[int, KnownName]] = defaultdict(dict)
    for name in known.facts.names:
        own = bearers[name.key].setdefault(known.owner[name.record], name)
        if name.may_merge and not own.may_merge:
            bearers[name.key][known.owner[name.record]] = name
    for owners in bearers.values():
        if len(owners) < 2:
            continue
        for one, other in _of_few(list(owners.values()), known):
            if candidate := _of_one_name(one, other, known):
                yield candidate


def _of_few(names: list[KnownName], known: Scorer) -> Iterable[tuple[KnownName, KnownName]]:
    if len(names) <= BEARERS:
        return combinations(names, 2)
    by_place: dict[str, list[KnownName]] = defaultdict(list)
    for name in names:
        for place in of_one(known.places, known.owner[name.record]):
            by_place[place].append(name)
    return (pair for those in by_place.values() for pair in pairwise(those))


def _of_one_name(one: KnownName, other: KnownName, known: Scorer) -> Found | None:
    owners = known.owner[one.record], known.owner[other.record]
    if not known.may_be_one(*owners):
        return None
    where = known.where(*owners)
    what = "same_name" if one.may_merge and other.may_merge else "part_of_name"
    if what == "part_of_name" and one.places != other.places:
        return None  # the national NGO's name is a part of its local associations'
    score = SCORES.get((what, where))
    if score is None:
        return None
    is_one_word = what == "part_of_name" and " " not in one.text
    return known.scored(one.record, other.record, what, score, *["one_word"] * is_one_word)


def _near_names(known: Scorer, words: PlaceWords) -> Iterator[Found]:
    """Organisations of near names in the same place, or of which one has no known place."""
    names = _distinct_names(known)
    read = [words.read(name.text) for name in names]
    telling = [telling_words(name) for name in read]
    owners = np.array([known.owner[name.record] for name in names], dtype=np.int64)
    homes = _only(known.places)
    first, second = compared_pairs(read, telling, [homes[owner] for owner in owners])
    one, other = owners[first], owners[second]
    keep = one != other
    for values in (known.business_ids, known.register_numbers):
        has = np.array([value is not None for value in values], dtype=bool)
        keep &= ~(has[one] & has[other])
    keep &= _same_or_unknown(_only(known.seats), one, other)
    keep &= _same_or_unknown([_only_guess(name) for name in read], first, second)
    first, second = first[keep], second[keep]
    # With and without endings: a slip may be in one, and one name may have none.
    written = glance_texts(telling), glance_texts([name.rest for name in read])
    for part in range(0, len(first), 500_000):  # a list of texts a time
        left, right = first[part : part + 500_000], second[part : part + 500_000]
        near = near_at_a_glance(written[0], left, right) | near_at_a_glance(written[1], left, right)
        for a, b in zip(left[near], right[near], strict=True):
            if candidate := _of_near_names(names[a], names[b], read[a], read[b], known):
                yield candidate


def _distinct_names(known: Scorer) -> list[KnownName]:
    """The names by which organisations are to be found, each once an organisation."""
    found: dict[tuple[int, str], KnownName] = {}
    for name in known.facts.names:
        if name.may_merge:
            found.setdefault((known.owner[name.record], name.key), name)
    return list(found.values())


def _only(values: Values) -> list[str | None]:
    """The value of each organisation, None where it is not known or there are several."""
    return [None if isinstance(value, set) else value for value in values]


def _same_or_unknown(values: list[str | None], first: Numbers, second: Numbers) -> np.ndarray:
    """Which pairs have the same value, or one has none."""
    codes, _ = pd.factorize(np.array(values, dtype=object))
    one, other = codes[first], codes[second]
    return (one == other) | (one < 0) | (other < 0)


def _only_guess(name: Placed) -> str | None:
    """The word that may be a place, where a name has one: two of these are two places."""
    guesses = [word for word in name.rest if may_be_place(word)]
    return guesses[0] if len(guesses) == 1 else None


def _of_near_names(
    one: KnownName, other: KnownName, left: Placed, right: Placed, known: Scorer
) -> Found | None:
    score = likeness(left, right)
    if score < WORTH_A_LOOK - ADDED["same_homepage"] - ADDED["same_postcode"]:
        return None
    owners = known.owner[one.record], known.owner[other.record]
    where = known.where(*owners)
    if one.key == other.key or where == "other_place" or not known.may_be_one(*owners):
        return None
    score = min(score, SCORES["same_name", "same_place"] - 1)
    score += UNKNOWN_PLACE if where == "unknown_place" else 0
    return known.scored(one.record, other.record, "near_name", score)
