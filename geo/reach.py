"""Whom an area's organisations are, near and far: who is counted when wider reach counts too.

What is counted by target group stands in `geo.services`; boards and their area in `geo.boards`.
"""

from __future__ import annotations

import pandas as pd

from geo.errors import GeoError, require_columns

RELATIONS = ("domiciled", "stated", "regional", "national")
"""Seat, stated work, work in the whole region, work in the whole country: the nearest first."""


def counts_with_reach(counts: pd.DataFrame, *, population: pd.Series | None = None) -> pd.DataFrame:
    """Count organisations of the whole region or country as local in every municipality.

    Parameters
    ----------
    counts
        Columns local, regional: as from `geo.services.organisation_counts` or
        `geo.services.target_group_matrix`, where the two never hold the same organisation.
    population
        Residents (persons) by row of ``counts``, in its order, if ``local_per_10k`` (organisations
        per 10,000 residents) is wanted anew.

    Returns
    -------
    DataFrame
        ``counts`` with the sum of the two in ``local``. Seat, stated work and wider reach stay
        apart in their own columns.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"local": [3, 0], "domiciled": [3, 0], "regional": [2, 2]})
    >>> counts_with_reach(cells)
       local  domiciled  regional
    0      5          3         2
    1      2          0         2
    """
    require_columns(counts, ["local", "regional"], of="counts")
    found = counts.assign(local=counts["local"] + counts["regional"])
    if population is not None:
        residents = population.astype("Float64").replace(0, pd.NA).set_axis(counts.index)
        found["local_per_10k"] = found["local"] * 10_000 / residents
    return found


def organisations_reaching(
    organisation_areas: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    municipality_code: str = "",
    region_code: str = "",
    with_reach: bool = False,
) -> pd.DataFrame:
    """List the organisations of a municipality or region, with what ties each to it.

    Of a municipality the rows are those that `geo.services.organisation_counts` counts there:
    seat or stated work, and with ``with_reach`` wider reach too. Those of the whole region are
    always among the organisations of a region.

    Parameters
    ----------
    organisation_areas
        Columns organisation_id, relation, area_code.
    municipalities
        Columns municipality_code, region_code.
    municipality_code, region_code
        The area; the municipality decides where both are given.
    with_reach
        Whether those that work in the whole region or country belong to it as well.

    Returns
    -------
    DataFrame
        One row per organisation, in the order of its first row: organisation_id, relation (the
        nearest of ``RELATIONS``).

    Raises
    ------
    GeoError
        A column is missing, no area is given, or the municipality is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"municipality_code": ["001", "002"], "region_code": ["90", "90"]})
    >>> places = pd.DataFrame(
    ...     {
    ...         "organisation_id": ["a", "a", "b", "c"],
    ...         "relation": ["stated", "domiciled", "regional", "stated"],
    ...         "area_code": ["001", "001", "90", "002"],
    ...     }
    ... )
    >>> organisations_reaching(places, towns, municipality_code="001", with_reach=True)
      organisation_id   relation
    0               a  domiciled
    1               b   regional
    """
    columns = ["organisation_id", "relation", "area_code"]
    require_columns(organisation_areas, columns, of="organisation_areas")
    require_columns(municipalities, ["municipality_code", "region_code"], of="municipalities")
    if municipality_code:
        towns = municipalities[municipalities["municipality_code"] == municipality_code]
    else:
        towns = municipalities[municipalities["region_code"] == region_code]
    if not (municipality_code or region_code) or (municipality_code and towns.empty):
        raise GeoError(
            f"Looked for the organisations of municipality {municipality_code!r} in region "
            f"{region_code!r}: expected one that is known"
        )
    relation, place = organisation_areas["relation"], organisation_areas["area_code"]
    here = relation.isin(["domiciled", "stated"]) & place.isin(towns["municipality_code"])
    if with_reach or not municipality_code:
        here |= (relation == "regional") & place.isin(towns["region_code"])
    if with_reach:
        here |= relation == "national"
    found = organisation_areas.loc[here.fillna(False), columns[:2]]
    rank = found["relation"].map({name: at for at, name in enumerate(RELATIONS)})
    nearest = rank.groupby(found["organisation_id"], sort=False).min()
    relations = [RELATIONS[at] for at in nearest]
    ids = pd.Series(nearest.index, dtype="string")
    return pd.DataFrame({"organisation_id": ids, "relation": pd.Series(relations, dtype="string")})
