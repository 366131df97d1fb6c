"""What a pair of records is worth as a candidate: what matches, and what else speaks for it.

Which pairs are looked at is the business of ``organisation_candidates``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geo.organisation_facts import Facts

WORTH_A_LOOK = 70
"""Least score (0-100) of a candidate."""

SCORES = {
    ("same_business_id", "same_place"): 96,
    ("same_business_id", "other_place"): 93,
    ("same_business_id", "unknown_place"): 95,
    ("same_register_number", "same_place"): 94,
    ("same_register_number", "other_place"): 90,
    ("same_register_number", "unknown_place"): 92,
    ("same_name", "same_place"): 90,
    ("same_name", "unknown_place"): 86,
    ("same_name", "other_place"): 74,
    ("part_of_name", "same_place"): 80,
    ("part_of_name", "unknown_place"): 74,
}
"""What a match is worth by what matches and where; a pair that is not here is no candidate."""

UNKNOWN_PLACE = -6
"""What it costs a near name that the place of one is not known."""

ADDED = {
    "same_homepage": 5,
    "same_postcode": 2,
    "same_source": -12,
    "other_legal_form": -18,
    "one_word": -5,
}
"""What else counts: a source that has two records usually knows two organisations."""

REASONS = (
    "same_business_id",
    "same_register_number",
    "same_name",
    "part_of_name",
    "near_name",
    "same_place",
    "unknown_place",
    "other_place",
    *ADDED,
)


class Found(NamedTuple):
    """A candidate: two records by their numbers, and why."""

    score: int
    record_a: int
    record_b: int
    reasons: tuple[str, ...]


Values = list[str | set[str] | None]
"""What each organisation has in a column: nothing, one value or several."""


@dataclass
class Scorer:
    """Scores pairs of records by what is known of their organisations beside their names.

    Records and organisations go by their number: in the order of the facts, and of the ids.
    """

    facts: Facts
    owner: list[int]
    decided: set[tuple[int, int]]
    seats: Values
    places: Values
    sources: Values
    forms: Values
    homepages: Values
    postcodes: Values
    business_ids: Values
    register_numbers: Values

    def where(self, one: int, other: int) -> str:
        """How the places of two organisations stand to each other; seats alone can differ."""
        if self.seats[one] is not None and self.seats[other] is not None:
            return "same_place" if meet(self.seats, one, other) else "other_place"
        return "same_place" if meet(self.places, one, other) else "unknown_place"

    def scored(self, a: int, b: int, what: str, score: float, *more: str) -> Found | None:
        """A candidate of two records, with what else speaks for and against it."""
        one, other = self.owner[a], self.owner[b]
        reasons = [what, self.where(one, other), *more]
        if meet(self.homepages, one, other):
            reasons.append("same_homepage")
        if meet(self.postcodes, one, other):
            reasons.append("same_postcode")
        is_named = what not in ("same_business_id", "same_register_number")
        if is_named and meet(self.sources, one, other):
            reasons.append("same_source")
        forms = self.forms[one], self.forms[other]
        if None not in forms and not meet(self.forms, one, other):
            reasons.append("other_legal_form")
        score += sum(ADDED.get(reason, 0) for reason in reasons)
        if score < WORTH_A_LOOK:
            return None
        return Found(min(round(score), 99), min(a, b), max(a, b), tuple(reasons))

    def may_be_one(self, one: int, other: int) -> bool:
        """Whether neither a decision nor a number of each says that they are two."""
        return (
            one != other
            and (min(one, other), max(one, other)) not in self.decided
            and (self.business_ids[one] is None or self.business_ids[other] is None)
            and (self.register_numbers[one] is None or self.register_numbers[other] is None)
        )


def values_of(column: Sequence[str | None], owner: Sequence[int], count: int) -> Values:
    """What each organisation has in a column of the records."""
    found: Values = [None] * count
    for own, value in zip(owner, column, strict=True):
        if value is None:
            continue
        known = found[own]
        if known is None:
            found[own] = value
        elif isinstance(known, set):
            known.add(value)
        elif known != value:
            found[own] = {known, value}
    return found


def of_one(values: Values, owner: int) -> set[str]:
    known = values[owner]
    if known is None:
        return set()
    return known if isinstance(known, set) else {known}


def meet(values: Values, one: int, other: int) -> bool:
    """Whether two organisations have a value in common."""
    return values[one] is not None and not of_one(values, one).isdisjoint(of_one(values, other))
