"""Which organisation is where, as pairs of whole numbers: a country's register counts at once.

What the pairs are counted for stands in `geo.services`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import require_columns

RELATIONS = ("local", "domiciled", "stated", "regional")
"""Seat or stated work, each of the two, and reach over the region or country alone."""


@dataclass(frozen=True)
class ServiceLinks:
    """Pairs of organisation and municipality, each once per relation.

    ``organisation_ids`` gives the organisations their numbers; ``towns`` is the number of
    municipalities. Each of ``pairs``, one array a relation of ``RELATIONS``, holds organisation
    number times ``towns`` plus the municipality's place, sorted.
    """

    organisation_ids: pd.Index
    towns: int
    pairs: dict[str, np.ndarray]

    def counts(self, relation: str) -> np.ndarray:
        """Organisations per municipality."""
        return np.bincount(self.pairs[relation] % self.towns, minlength=self.towns)

    def counts_by_group(
        self, relation: str, group_starts: np.ndarray, groups: np.ndarray, number: int
    ) -> np.ndarray:
        """Organisations per municipality and group, as a grid.

        ``groups`` lists the places of the groups that each organisation serves, one organisation
        after the other; those of number i stand from ``group_starts[i]`` to before the next start.
        """
        owners, places = np.divmod(self.pairs[relation], self.towns)
        served = np.diff(group_starts)[owners]
        # The nth group of each pair: running numbers, begun anew at each pair.
        firsts = np.repeat(np.cumsum(served) - served, served)
        at = np.repeat(group_starts[owners], served) + np.arange(served.sum()) - firsts
        cells = np.repeat(places, served) * number + groups[at]
        grid = np.bincount(cells, minlength=self.towns * number)
        return grid.reshape(self.towns, number)


def service_links(organisation_areas: pd.DataFrame, municipalities: pd.DataFrame) -> ServiceLinks:
    """Pair every organisation with the municipalities where it is, or which it reaches.

    Parameters
    ----------
    organisation_areas
        Columns organisation_id, relation, area_code.
    municipalities
        Columns municipality_code, region_code.

    Returns
    -------
    ServiceLinks
        An organisation that also has a seat or work in a municipality is not counted there as
        reaching it once more; areas that are not among ``municipalities`` have no pair.

    Raises
    ------
    GeoError
        A column is missing.
    """
    require_columns(municipalities, ["municipality_code", "region_code"], of="municipalities")
    columns = ["organisation_id", "relation", "area_code"]
    require_columns(organisation_areas, columns, of="organisation_areas")
    known = organisation_areas[organisation_areas["organisation_id"].notna()]
    owners, ids = pd.factorize(known["organisation_id"])
    relation = known["relation"].to_numpy(dtype=object)
    towns = len(municipalities)
    places = pd.Index(municipalities["municipality_code"]).get_indexer(known["area_code"])
    pairs = {}
    for name in ("domiciled", "stated"):
        chosen = (relation == name) & (places >= 0)
        pairs[name] = sorted_once(owners[chosen] * towns + places[chosen])
    pairs["local"] = sorted_once(np.concatenate([pairs["domiciled"], pairs["stated"]]))
    regions, region_codes = pd.factorize(municipalities["region_code"])
    is_regional, is_national = relation == "regional", relation == "national"
    reached = region_codes.get_indexer(known["area_code"][is_regional])
    # Organisations are few here: each is spread over the municipalities of its region, or all.
    wide = [
        (
            owners[is_regional][reached == region][:, None] * towns
            + np.flatnonzero(regions == region)
        )
        for region in range(len(region_codes))
    ]
    wide.append(owners[is_national][:, None] * towns + np.arange(towns))
    spread = sorted_once(np.concatenate([part.ravel() for part in wide]))
    is_local = np.isin(spread, pairs["local"], assume_unique=True, kind="sort")
    pairs["regional"] = spread[~is_local]
    return ServiceLinks(pd.Index(ids), towns, {name: pairs[name] for name in RELATIONS})


def sorted_once(numbers: np.ndarray) -> np.ndarray:
    """Whole numbers in order, each once; np.unique hashes them first, five times as slow.

    Examples
    --------
    >>> sorted_once(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]
