"""Which records are of one organisation: rules, in the order of trust, under what persons decided.

What the rules look at is read in ``organisation_facts``; what the organisations are called in the
end is the business of ``organisations``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import NamedTuple

from geo.organisation_facts import Facts

RULES = ("same_decision", "business_id", "register_number", "name_and_place", "name")
"""What makes records one organisation, the most trusted first."""


class Contradiction(NamedTuple):
    """Two records that a rule would put together and that may not be, with the reason."""

    rule: str
    record_a: int
    record_b: int
    reason: str


Apart = Callable[[Collection[int]], set[int]]
"""Clusters to those of them that have to stand apart."""


class Clusters:
    """Records put together, one rule after the other.

    A rule joins clusters that share what it looks at. Where that would put together what may not
    be (decided to be different, two business ids, two register numbers, two legal forms, two
    places), those that the contradiction is about stand apart, and the rest is joined as far as
    it still hangs together.

    Parameters
    ----------
    facts
        As ``facts_of`` gives them: a record's number is its place there.
    pairs
        As ``decided_pairs`` gives them.
    """

    def __init__(self, facts: Facts, pairs: Mapping[str, list[tuple[int, int]]]) -> None:
        self.facts = facts
        self.different = pairs["different"]
        self.contradictions: dict[tuple[int, int], Contradiction] = {}
        self._parent = list(range(len(facts.ids)))
        self._members: dict[int, list[int]] = {}
        self._values: dict[tuple[int, int], set[str]] = {}  # by cluster and column, while it stands
        self._rule = ""
        self._join("same_decision", pairs["same"], self._decided_apart)
        self._join("business_id", _sharing(facts.business_ids), self._decided_apart)
        self._join("register_number", _sharing(facts.register_numbers), self._numbered_apart)
        self._join("name_and_place", self._named_and_placed(), self._told_apart)
        self._join("name", self._named(), self._seated_apart)
        self._rule = ""

    def root(self, record: int) -> int:
        """The record that stands for the record's cluster: its first."""
        return _root(self._parent, record)

    def members(self, root: int) -> list[int]:
        """The records of a cluster, in order."""
        return self._members.get(root, [root])

    def values(self, root: int, column: Sequence[str | None]) -> AbstractSet[str]:
        """What the records of a cluster have in a column of the facts."""
        if root not in self._members:  # most stand alone
            value = column[root]
            return set() if value is None else {value}
        known = self._values.get((root, id(column)))
        if known is None:
            known = {value for one in self.members(root) if (value := column[one]) is not None}
            self._values[root, id(column)] = known
        return known

    # Which records a rule would join, group by group.

    def _named_and_placed(self) -> Iterable[Sequence[int]]:
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for name in self.facts.names:
            if name.may_merge:
                root = self.root(name.record)
                for place in self.values(root, self.facts.places):
                    groups[name.key, place].append(root)
        return self._of_one(groups.values(), self._told_apart)

    def _named(self) -> Iterable[Sequence[int]]:
        groups: dict[str, list[int]] = defaultdict(list)
        for name in self.facts.names:
            if name.may_merge:
                groups[name.key].append(self.root(name.record))
        return self._of_one(groups.values(), self._unique_apart)

    def _of_one(self, groups: Iterable[Sequence[int]], apart: Apart) -> Iterable[Sequence[int]]:
        """The groups that are of one: a name that two bear is no ground to join any of its own."""
        for group in groups:
            roots = sorted(set(group)) if len(group) > 1 else group
            if len(roots) > 1 and not apart(roots):
                yield roots

    # What speaks against joining.

    def _decided_apart(self, roots: Collection[int]) -> set[int]:
        apart: set[int] = set()
        if self._decided.isdisjoint(roots):
            return apart
        within = set(roots)
        for a, b in self.different:
            pair = {self.root(a), self.root(b)}
            if pair <= within:
                apart |= pair
                # Two records that only a name joins are decided on, not contradicted.
                if len(within) > 2 or self._rule not in ("name_and_place", "name"):
                    self._tell(a, b, "different_decision")
        return apart

    def _numbered_apart(self, roots: Collection[int]) -> set[int]:
        numbered = self._several(roots, self.facts.business_ids)
        if self._rule == "register_number":
            for one, other in pairwise(numbered):
                self._tell(one, other, "business_id")
        return self._decided_apart(roots).union(numbered)

    def _told_apart(self, roots: Collection[int]) -> set[int]:
        apart = self._numbered_apart(roots)
        apart.update(self._several(roots, self.facts.register_numbers))
        return apart | self._disjoint(roots, self.facts.forms)

    def _seated_apart(self, roots: Collection[int]) -> set[int]:
        # By the seat alone: post is taken anywhere, at a bookkeeper's too.
        return self._told_apart(roots) | self._disjoint(roots, self.facts.seats)

    def _unique_apart(self, roots: Collection[int]) -> set[int]:
        """As above; and no source tells of two, since it would know them apart."""
        apart = self._seated_apart(roots)
        seen: dict[str, int] = {}
        for root in roots:
            for source in self.values(root, self.facts.sources):
                if seen.setdefault(source, root) != root:
                    apart |= {root, seen[source]}
        return apart

    def _several(self, roots: Collection[int], column: Sequence[str | None]) -> list[int]:
        """Clusters that have a value, if several do: had they the same, they were one by now."""
        having = [root for root in sorted(roots) if self.values(root, column)]
        return having if len(having) > 1 else []

    def _disjoint(self, roots: Collection[int], column: Sequence[str | None]) -> set[int]:
        """Clusters that have values, if none of these is common to them all."""
        having = {root: values for root in roots if (values := self.values(root, column))}
        if not having or set.intersection(*map(set, having.values())):
            return set()
        return set(having)

    def _tell(self, a: int, b: int, reason: str) -> None:
        """Take down two that stand apart, once, by the most trusted rule that says otherwise."""
        pair = min(a, b), max(a, b)
        self.contradictions.setdefault(pair, Contradiction(self._rule, *pair, reason))

    def _join(self, rule: str, groups: Iterable[Sequence[int]], apart_of: Apart) -> None:
        self._rule = rule
        self._decided = {self.root(end) for pair in self.different for end in pair}
        groups = [sorted({self.root(one) for one in group}) for group in groups if len(group) > 1]
        apart: set[int] = set()
        for roots in components(groups):
            apart |= apart_of(roots)
        groups = [[one for one in group if one not in apart] for group in groups]
        for roots in components(groups):
            together = sorted(one for root in roots for one in self.members(root))
            for root in roots:
                self._members.pop(root, None)
            for one in together:
                self._parent[one] = together[0]
            self._members[together[0]] = together
        self._values.clear()


def components(groups: Iterable[Sequence[int]]) -> list[list[int]]:
    """Put together what hangs together through the groups; a group of one hangs on nothing.

    >>> components([[1, 2], [5, 4], [2, 3], [6]])
    [[1, 2, 3], [4, 5]]
    """
    parent: dict[int, int] = {}
    for group in groups:
        for a, b in pairwise(group):
            one, other = (_root(parent, parent.setdefault(end, end)) for end in (a, b))
            parent[max(one, other)] = min(one, other)
    parts: dict[int, list[int]] = defaultdict(list)
    for end in sorted(parent):
        parts[_root(parent, end)].append(end)
    return list(parts.values())


def _sharing(column: Sequence[str | None]) -> Iterable[Sequence[int]]:
    """The records with the same value, group by group."""
    groups: dict[str, list[int]] = defaultdict(list)
    for record, value in enumerate(column):
        if value is not None:
            groups[value].append(record)
    return groups.values()


def _root(parent: dict[int, int] | list[int], end: int) -> int:
    while parent[end] != end:
        parent[end] = parent[parent[end]]
        end = parent[end]
    return end
