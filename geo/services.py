"""Organisations per municipality and target group: seat, work and reach kept apart.

What is counted is always the organisations known here, never all that exist.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import to_metric
from geo.errors import require_columns


def _links(organisation_areas: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """One row per organisation, municipality and relation; reach is spread over the region."""
    require_columns(municipalities, ["municipality_code", "region_code"], of="municipalities")
    columns = ["organisation_id", "relation", "area_code"]
    require_columns(organisation_areas, columns, of="organisation_areas")
    local = organisation_areas[organisation_areas["relation"].isin(["domiciled", "stated"])]
    local = local.rename(columns={"area_code": "municipality_code"})
    places = municipalities[["municipality_code", "region_code"]]
    regional = organisation_areas[organisation_areas["relation"] == "regional"].merge(
        places, left_on="area_code", right_on="region_code"
    )
    national = organisation_areas[organisation_areas["relation"] == "national"].merge(
        places, how="cross"
    )
    columns = ["organisation_id", "municipality_code", "relation"]
    links = pd.concat([local[columns], regional[columns], national[columns]])
    return links[links["municipality_code"].isin(set(places["municipality_code"]))]


def _counts(links: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Distinct organisations per key: domiciled, stated, local (either) and wider reach only."""
    once = links.drop_duplicates([*keys, "organisation_id", "relation"])
    is_local = once["relation"].isin(["domiciled", "stated"])
    local = once[is_local].drop_duplicates([*keys, "organisation_id"])
    wide = once[~is_local].drop_duplicates([*keys, "organisation_id"])
    # An organisation that also has a seat or work in the place is counted there, not again here.
    wide = wide.merge(local[[*keys, "organisation_id"]], how="left", indicator=True)
    wide = wide[wide["_merge"] == "left_only"]
    return pd.DataFrame(
        {
            "domiciled": once[once["relation"] == "domiciled"].groupby(keys).size(),
            "stated": once[once["relation"] == "stated"].groupby(keys).size(),
            "local": local.groupby(keys).size(),
            "regional": wide.groupby(keys).size(),
        }
    )


COUNT_COLUMNS = ["local", "domiciled", "stated", "regional"]


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
    counts = _counts(_links(organisation_areas, municipalities), ["municipality_code"])
    counts = counts.reindex(municipalities["municipality_code"]).fillna(0).astype("Int64")
    counts = counts[COUNT_COLUMNS].reset_index().set_index(municipalities.index)
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
    links = _links(organisation_areas, municipalities).merge(organisation_target_groups[served])
    grid = pd.MultiIndex.from_product(
        [municipalities["municipality_code"], target_groups["target_group_code"]], names=keys
    )
    counts = _counts(links, keys).reindex(grid).fillna(0).astype("Int64")
    return counts[COUNT_COLUMNS].reset_index().astype(dict.fromkeys(keys, "string"))


def nearest_with_group(matrix: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Name, for each zero of the matrix, the nearest municipality that has an organisation.

    Distance is measured between representative points of the outlines (a point inside the
    outline, in one of its parts), in a straight line, in EPSG:3067.

    Parameters
    ----------
    matrix
        Columns municipality_code, target_group_code, local: as from `target_group_matrix`.
    boundaries
        Columns municipality_code, geometry, with a CRS.

    Returns
    -------
    DataFrame
        Index and order of ``matrix``: nearest_code and nearest_km. NA where the cell is not
        zero, where no municipality has an organisation for the group, and where the outline is
        not known or empty. Of two equally near municipalities the lower code is named.

    Raises
    ------
    CrsError
        The outlines have no CRS.
    GeoError
        A column is missing.
    """
    require_columns(matrix, ["municipality_code", "target_group_code", "local"], of="matrix")
    require_columns(boundaries, ["municipality_code"], of="boundaries")
    shapes = to_metric(boundaries).set_index("municipality_code").sort_index()
    # An empty outline has no point, and its distance to anything would count as the least.
    bare = shapes.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(bare) | shapely.is_empty(bare))]
    points = shapes.geometry.representative_point()
    code_list = list(shapes.index)
    xy = np.column_stack([points.x, points.y]) if code_list else np.empty((0, 2))
    distances = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) / 1000
    # To the millimetre, so that the last bits of a number do not decide between equals.
    distances = distances.round(6)
    position = {code: place for place, code in enumerate(code_list)}

    # Rows go by their number here: an index may hold a label twice.
    cells = matrix.reset_index(drop=True)
    result = pd.DataFrame(
        {
            "nearest_code": pd.Series(pd.NA, index=cells.index, dtype="string"),
            "nearest_km": pd.Series(pd.NA, index=cells.index, dtype="Float64"),
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
        result.loc[lacking.index, "nearest_code"] = [code_list[having.iloc[i]] for i in best]
        result.loc[lacking.index, "nearest_km"] = block[np.arange(len(best)), best]
    return result.set_axis(matrix.index)


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
