"""One organisation, once: the records of several sources put together under one identifier.

How names are read, which records belong together and which a person should look at is worked out
in the ``organisation_*`` modules; this is their front door. Nothing here knows where records come
from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from geo.organisation_candidates import candidates_of
from geo.organisation_clusters import Clusters
from geo.organisation_facts import decided_pairs, facts_of
from geo.organisation_fields import (
    COLLECTION_PREFIX,
    FIELD_PRIORITY,
    conflicting_fields,
    field_origins,
    merged_organisations,
    records_of_collection,
)
from geo.organisation_names import normalised_name
from geo.organisation_places import PlaceWords

__all__ = [
    "COLLECTION_PREFIX",
    "FIELD_PRIORITY",
    "conflicting_fields",
    "contradictions",
    "field_origins",
    "match_candidates",
    "merged_organisations",
    "merged_records",
    "normalised_name",
    "records_of_collection",
]


def merged_records(
    records: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    municipalities: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Fill in the organisation that each record is of.

    Records are of one organisation where, in this order of trust,

    1. a person decided ``same``;
    2. they have the same valid business identity code;
    3. they have the same number in the register of associations;
    4. they have the same normalised name and the same place: seat, or, where the source tells
       none, the municipality of the address;
    5. they have the same normalised name, which is unique in the whole: those that tell a seat
       tell the same one, and no source has the name twice.

    Never by themselves: records decided ``different``, by numbers 3 to 5 those with two business
    codes, by 4 and 5 those with two register numbers or two legal forms. Where the rules together
    say otherwise (A is B, B is C, but A is not C), A and C stand apart, and B with neither of them
    (``contradictions`` tells). A person's ``same`` stands above numbers that differ. Names are the
    name, the Swedish name, other names that are as local as the main one, and the names that a
    bilingual one holds.

    Parameters
    ----------
    records
        Columns of ``organisation_records``; what ``organisation_id`` holds is not looked at.
    decisions
        Columns record_a, record_b, decision; those on unknown records are passed over.
    municipalities
        Columns municipality_code, name_fi, name_sv: what places names may speak of.
    changes
        The same of former municipalities, columns of ``municipality_changes``.
    areas
        The same of regions and counties, columns of ``areas``.

    Returns
    -------
    DataFrame
        A copy in the same order under the same index, organisation_id filled: the id in the
        collection, where one of its records is among them; else ``y-`` and the business code; else
        ``r-`` and the register number; else the record's id with a hyphen for the colon
        (``ptv-<guid>``), one of PTV before any other. Of several the lowest. An id that two
        organisations would have, decided to be different, is had by neither. So it does not depend
        on the order of rows, and changes only with what the sources tell and persons decide.

    Raises
    ------
    GeoError
        A column is missing, or a record stands there twice.

    Examples
    --------
    >>> from loaders.tables import ORGANISATION_DECISIONS, ORGANISATION_RECORDS
    >>> toys = pd.DataFrame({
    ...     "record_id": ["collection:leluseura", "ptv:1", "prh:2", "ptv:3"],
    ...     "source_id": ["jarjestokartta_collection", "ptv_organisations", "prh_companies",
    ...                   "ptv_organisations"],
    ...     "name": ["Leluseura ry", "Leluseura r.y.", "Nukkeseura ry", "Nukkeseura"],
    ...     "business_id": [None, "0000000-0", "0000001-9", "0000001-9"],
    ... }).reindex(columns=list(ORGANISATION_RECORDS.columns))
    >>> merged_records(toys, ORGANISATION_DECISIONS.empty())["organisation_id"].tolist()
    ['leluseura', 'leluseura', 'y-0000001-9', 'y-0000001-9']
    """
    words = PlaceWords(municipalities, changes=changes, areas=areas)
    clusters = clusters_of(records, decisions, words)
    of_record = dict(organisation_ids(clusters))
    ids = [of_record[one] for one in records["record_id"].astype(str)]
    return records.assign(organisation_id=pd.Series(ids, index=records.index, dtype="string"))


def match_candidates(
    records: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    municipalities: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Find pairs of records that may be of one organisation, for a person to decide on.

    Compared are names that are the same or near, in the same place or where the place of one is
    not known, and numbers that a contradiction keeps apart. Names that speak of different places
    (*Mikkelin Esimerkki*, *Savonlinnan Esimerkki*; *Esimerkki*) are no candidates, and neither are
    organisations with two business codes or two register numbers.

    Parameters
    ----------
    records
        As ``merged_records`` gives them for the same decisions; where ``organisation_id`` is not
        filled throughout, they are merged here first.
    decisions, municipalities, changes, areas
        As in ``merged_records``.
    limit
        How many at most, the best; None for all.

    Returns
    -------
    DataFrame
        One row per pair of organisations not decided on, the best first: record_a, record_b (the
        pair of records that speaks most for it, the lower id first), organisation_a,
        organisation_b, score (0-100, whole; a certainty of no kind) and reasons (codes of
        ``organisation_scores.REASONS`` parted by spaces, what matches first). Of one
        organisation at most five: the next come when these are decided.

    Raises
    ------
    GeoError
        A column is missing, or a record stands there twice.

    Examples
    --------
    >>> from loaders.tables import ORGANISATION_DECISIONS, ORGANISATION_RECORDS
    >>> none = ORGANISATION_DECISIONS.empty()
    >>> toys = pd.DataFrame({
    ...     "record_id": ["register:1", "ptv:1"],
    ...     "source_id": ["association_register", "ptv_organisations"],
    ...     "name": ["Leluseuran Tuki ry", "Leluseuran tukiyhdistys"],
    ... }).reindex(columns=list(ORGANISATION_RECORDS.columns))
    >>> match_candidates(merged_records(toys, none), none)[["record_a", "record_b", "reasons"]]
      record_a    record_b                  reasons
    0    ptv:1  register:1  near_name unknown_place
    """
    if "organisation_id" not in records or records["organisation_id"].isna().any():
        records = merged_records(
            records, decisions, municipalities=municipalities, changes=changes, areas=areas
        )
    words = PlaceWords(municipalities, changes=changes, areas=areas)
    return candidates_of(records, decisions, words, limit=limit)


def contradictions(
    records: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    municipalities: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Tell where rules and decisions say at once that records are one organisation and are not.

    Parameters
    ----------
    records, decisions, municipalities, changes, areas
        As in ``merged_records``.

    Returns
    -------
    DataFrame
        One row per pair that stands apart: record_a, record_b, rule (one of
        ``organisation_clusters.RULES``: what would put them together), reason
        (``different_decision`` or ``business_id``: what keeps them apart), by record ids. That two
        records of one name alone are decided different is no contradiction.

    Raises
    ------
    GeoError
        A column is missing, or a record stands there twice.
    """
    words = PlaceWords(municipalities, changes=changes, areas=areas)
    return contradictions_of(clusters_of(records, decisions, words))


def clusters_of(records: pd.DataFrame, decisions: pd.DataFrame, words: PlaceWords) -> Clusters:
    """Put the records together; what the functions here all begin with."""
    facts = facts_of(records, words)
    return Clusters(facts, decided_pairs(decisions, facts.ids))


def contradictions_of(clusters: Clusters) -> pd.DataFrame:
    """The contradictions met on the way, as ``contradictions`` gives them."""
    ids = clusters.facts.ids
    rows = [
        (ids[one.record_a], ids[one.record_b], one.rule, one.reason)
        for one in clusters.contradictions.values()
    ]
    frame = pd.DataFrame(rows, columns=["record_a", "record_b", "rule", "reason"], dtype="string")
    return frame.sort_values(["record_a", "record_b", "rule"], ignore_index=True)


def organisation_ids(clusters: Clusters) -> Iterator[tuple[str, str]]:
    """Give each record's id with that of its organisation."""
    ids = clusters.facts.ids
    roots = sorted({clusters.root(one) for one in range(len(ids))})
    numbered = {root: list(_numbered_ids(clusters, root)) for root in roots}
    wanted = Counter(option for options in numbered.values() for option in set(options))
    taken = set(wanted)
    for root in roots:
        members = [ids[one] for one in clusters.members(root)]
        alone = [option for option in numbered[root] if wanted[option] == 1]
        chosen = alone[0] if alone else _record_id_as_id(members, taken)
        taken.add(chosen)
        yield from ((one, chosen) for one in members)


def _numbered_ids(clusters: Clusters, root: int) -> Iterator[str]:
    """The ids an organisation may have by what it is known as elsewhere, the best first."""
    facts = clusters.facts
    for one in clusters.members(root):
        if facts.ids[one].startswith(COLLECTION_PREFIX) and facts.ids[one] != COLLECTION_PREFIX:
            yield facts.ids[one].removeprefix(COLLECTION_PREFIX)
    for prefix, column in (("y", facts.business_ids), ("r", facts.register_numbers)):
        for number in sorted(clusters.values(root, column)):
            yield f"{prefix}-{number}"


def _record_id_as_id(members: list[str], taken: set[str]) -> str:
    """The id by a record's own, one of PTV before any other."""
    first = min(members, key=lambda one: (not one.startswith("ptv:"), one))
    chosen = first.replace(":", "-", 1)
    # An id of the collection may look like anything; that of a record is there once.
    while chosen in taken:
        chosen = f"{chosen}-{first}"
    return chosen
