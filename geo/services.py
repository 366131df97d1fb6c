"""Organisations per municipality and target group: seat, work and reach kept apart.

What is counted is always the organisations known here, never all that exist.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import to_metric
from geo.errors import GeoError, require_columns
from geo.service_links import RELATIONS, service_links, sorted_once


def organisation_counts(
    municipalities: pd.DataFrame, organisation_areas: pd.DataFrame
) -> pd.DataFrame:
    """Count the known organisations of each municipality.

    Parameters
    ----------
    municipalities
        Columns municipality_code, region_code, population (persons).
    organisation_areas
        Columns organisation_id, relation, area_code.

    Returns
    -------
    DataFrame
        Index and order of ``municipalities``: municipality_code; local (domiciled there or
        stating that it works there, each once), domiciled, stated, regional (only by reach over
        the region or the country); local_per_10k (per 10,000 residents, NA without a population).

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "002"],
    ...         "region_code": ["90", "90"],
    ...         "population": [20_000, 5_000],
    ...     }
    ... )
    >>> places = pd.DataFrame(
    ...     {
    ...         "organisation_id": ["a", "a", "b"],
    ...         "relation": ["domiciled", "stated", "regional"],
    ...         "area_code": ["001", "001", "90"],
    ...     }
    ... )
    >>> organisation_counts(towns, places)[["local", "regional", "local_per_10k"]]
       local  regional  local_per_10k
    0      1         1            0.5
    1      0         1            0.0
    """
    require_columns(municipalities, ["population"], of="municipalities")
    links = service_links(organisation_areas, municipalities)
    counts = municipalities[["municipality_code"]].astype("string")
    for relation in RELATIONS:
        counts[relation] = pd.array(links.counts(relation), dtype="Int64")
    population = municipalities["population"].astype("Float64").replace(0, pd.NA)
    counts["local_per_10k"] = counts["local"] * 10_000 / population
    return counts


def target_group_matrix(
    municipalities: pd.DataFrame,
    organisation_areas: pd.DataFrame,
    organisation_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
) -> pd.DataFrame:
    """Count the known organisations that serve each target group in each municipality.

    Parameters
    ----------
    municipalities
        Columns municipality_code, region_code.
    organisation_areas
        Columns organisation_id, relation, area_code.
    organisation_target_groups
        Columns organisation_id, target_group_code.
    target_groups
        Column target_group_code: the groups to count, in the order to show them.

    Returns
    -------
    DataFrame
        One row per municipality and group, in the order of the two tables: municipality_code,
        target_group_code, local, domiciled, stated, regional (as in `organisation_counts`).
        A 0 means none of the organisations known here.

    Raises
    ------
    GeoError
        A column is missing.
    """
    keys = ["municipality_code", "target_group_code"]
    served = ["organisation_id", "target_group_code"]
    require_columns(organisation_target_groups, served, of="organisation_target_groups")
    require_columns(target_groups, ["target_group_code"], of="target_groups")
    links = service_links(organisation_areas, municipalities)
    groups = pd.Index(target_groups["target_group_code"])
    owners = links.organisation_ids.get_indexer(organisation_target_groups["organisation_id"])
    places = groups.get_indexer(organisation_target_groups["target_group_code"])
    is_known = (owners >= 0) & (places >= 0)
    # Sorted by organisation, each group of it once.
    pairs = sorted_once(owners[is_known] * len(groups) + places[is_known])
    ends = np.arange(len(links.organisation_ids) + 1) * len(groups)
    starts = np.searchsorted(pairs, ends)
    grid = pd.MultiIndex.from_product([municipalities["municipality_code"], groups], names=keys)
    matrix = grid.to_frame(index=False).astype("string")
    for relation in RELATIONS:
        cells = links.counts_by_group(relation, starts, pairs % len(groups), len(groups))
        matrix[relation] = pd.array(cells.ravel(), dtype="Int64")
    return matrix


def nearest_with_group(
    matrix: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    points: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Name, for each zero of the matrix, the nearest municipality that has an organisation.

    Distance is a straight line in EPSG:3067 between the points at which most people live, where
    ``points`` gives them; a municipality without one is stood for by the representative point of
    its outline (a point inside the outline, in one of its parts). No table of this project holds
    population-weighted points today, so the store passes none.

    Parameters
    ----------
    matrix
        Columns municipality_code, target_group_code, local: as from `target_group_matrix`.
    boundaries
        Columns municipality_code, geometry, with a CRS.
    points
        Columns municipality_code (each once), geometry (points weighted by population), with a
        CRS. One for which there is no outline counts all the same.

    Returns
    -------
    DataFrame
        Index and order of ``matrix``: nearest_code, nearest_km and nearest_basis, which says
        between what points the distance is measured: ``population_points``,
        ``representative_points``, or ``mixed`` (one end of each kind). NA where the cell is not
        zero, where no municipality has an organisation for the group, and where the place of the
        municipality is not known. Of two equally near municipalities the lower code is named.

    Raises
    ------
    CrsError
        The outlines or the points have no CRS.
    GeoError
        A column is missing, or a municipality has two points.
    """
    require_columns(matrix, ["municipality_code", "target_group_code", "local"], of="matrix")
    places_of = _places(boundaries, points)
    code_list = list(places_of.index)
    xy = places_of[["x", "y"]].to_numpy(dtype=float)
    distances = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) / 1000
    # To the millimetre, so that the last bits of a number do not decide between equals.
    distances = distances.round(6)
    position = {code: place for place, code in enumerate(code_list)}
    is_weighted = places_of["is_weighted"].to_numpy(dtype=bool)

    # Rows go by their number here: an index may hold a label twice.
    cells = matrix.reset_index(drop=True)
    result = pd.DataFrame(
        {
            "nearest_code": pd.Series(pd.NA, index=cells.index, dtype="string"),
            "nearest_km": pd.Series(pd.NA, index=cells.index, dtype="Float64"),
            "nearest_basis": pd.Series(pd.NA, index=cells.index, dtype="string"),
        }
    )
    for _, rows in cells.groupby("target_group_code", sort=False):
        places = rows["municipality_code"].map(position)
        having = places[(rows["local"] > 0) & places.notna()].astype(int).sort_values()
        lacking = places[(rows["local"] == 0) & places.notna()].astype(int)
        if having.empty or lacking.empty:
            continue
        block = distances[np.ix_(lacking, having)]
        best = block.argmin(axis=1)
        nearest = having.to_numpy()[best]
        weighted_ends = is_weighted[lacking].astype(int) + is_weighted[nearest]
        result.loc[lacking.index, "nearest_code"] = [code_list[place] for place in nearest]
        result.loc[lacking.index, "nearest_km"] = block[np.arange(len(best)), best]
        result.loc[lacking.index, "nearest_basis"] = [_BASES[ends] for ends in weighted_ends]
    return result.set_axis(matrix.index)


_BASES = ("representative_points", "mixed", "population_points")
"""The kind of a distance by how many of its two ends are population-weighted points."""


def _places(boundaries: gpd.GeoDataFrame, points: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Where each municipality is in metres, by code, and whether its people were weighed."""
    outlines = _with_shape(boundaries, of="boundaries")
    inside = outlines.representative_point()
    places = pd.DataFrame({"x": inside.x, "y": inside.y, "is_weighted": False})
    if points is None:
        return places
    weighted = _with_shape(points, of="points")
    twice = sorted(set(weighted.index[weighted.index.duplicated()]))
    if twice:
        raise GeoError(f"points: municipalities {twice!r} have more than one; one each is needed")
    better = pd.DataFrame({"x": weighted.x, "y": weighted.y, "is_weighted": True})
    others = places[~places.index.isin(better.index)]
    return pd.concat([frame for frame in (others, better) if len(frame)] or [others]).sort_index()


def _with_shape(frame: gpd.GeoDataFrame, *, of: str) -> gpd.GeoSeries:
    """The geometries in metres by code, those that are missing or empty left out."""
    require_columns(frame, ["municipality_code"], of=of)
    shapes = to_metric(frame).set_index("municipality_code").sort_index().geometry
    # An empty shape has no point, and its distance to anything would count as the least.
    bare = shapes.to_numpy()
    return shapes[~(shapely.is_missing(bare) | shapely.is_empty(bare))]


def register_completeness(
    organisations: pd.DataFrame,
    organisation_areas: pd.DataFrame,
    organisation_target_groups: pd.DataFrame,
) -> pd.Series:
    """Say how much the counts can rest on: organisations with a known place and group.

    Parameters
    ----------
    organisations
        Column organisation_id, each once.
    organisation_areas
        Columns organisation_id, relation.
    organisation_target_groups
        Column organisation_id.

    Returns
    -------
    Series
        organisations, with_place (any relation), with_local_place (domiciled or stated),
        with_group, with_both (local place and group): whole numbers.
    """
    ids = organisations["organisation_id"]
    local = organisation_areas["relation"].isin(["domiciled", "stated"])
    with_place = ids.isin(organisation_areas["organisation_id"])
    with_local = ids.isin(organisation_areas.loc[local, "organisation_id"])
    with_group = ids.isin(organisation_target_groups["organisation_id"])
    return pd.Series(
        {
            "organisations": len(ids),
            "with_place": int(with_place.sum()),
            "with_local_place": int(with_local.sum()),
            "with_group": int(with_group.sum()),
            "with_both": int((with_local & with_group).sum()),
        },
        dtype="int64",
    )
