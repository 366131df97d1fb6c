"""Places put together: municipalities, areas, outlines, ages and postal codes of the areas asked.

Statistics Finland's division, population and outlines stand in place of the embedded ones where
they were fetched; what they do not tell (land and water, the names counties use) stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd

from geo.assembly.gathered import Aside, Parts, all_rows, with_todays_codes
from loaders.tables import AREAS, MUNICIPALITIES, MUNICIPALITY_CHANGES

KM2 = ["land_km2", "freshwater_km2", "sea_km2"]


def places(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    aside: Aside,
    *,
    region_codes: Sequence[str] | None,
) -> dict[str, pd.DataFrame]:
    """Put together the tables of places.

    Parameters
    ----------
    base
        The embedded tables.
    parts
        What the sources gave: of ``division``, ``areas``, ``municipality_changes``,
        ``population_by_age``, ``boundaries`` and ``postcodes`` whatever there is.
    aside
        Takes what lies outside, and municipalities whose population nobody tells.
    region_codes
        The regions wanted; None for all that are known.

    Returns
    -------
    dict
        municipalities, areas, municipality_changes, population_by_age, boundaries, postcodes.
    """
    changes = _changes(base["municipality_changes"], all_rows(parts, "municipality_changes"))
    ages = all_rows(parts, "population_by_age")
    division = all_rows(parts, "division")
    known = base["municipalities"]
    towns = known if division is None else division.drop_duplicates("municipality_code")
    if region_codes is not None:
        towns = aside.inside(towns, "municipalities", towns["region_code"].isin(region_codes))
    if division is not None:
        towns = _with_population(towns, ages, known, aside)
    towns = towns.sort_values("municipality_code", ignore_index=True)

    made = {
        "municipalities": towns,
        "municipality_changes": changes,
        "areas": _areas(base["areas"], all_rows(parts, "areas"), towns),
    }
    for table, keys in (
        ("population_by_age", ["municipality_code", "age_from", "sex", "year"]),
        ("postcodes", ["postcode"]),
        ("boundaries", ["municipality_code"]),
    ):
        given = all_rows(parts, table)
        # A municipality that the source leaves out keeps what was known of it.
        rows = base[table] if given is None else _filled(given, base[table])
        if table == "postcodes":
            rows = with_todays_codes(rows, towns, changes)
        # People and outlines of a former municipality are not those of the one it is part of now.
        codes = towns["municipality_code"]
        rows = aside.inside(rows, table, rows["municipality_code"].isin(codes))
        made[table] = rows.drop_duplicates(keys).sort_values(keys, ignore_index=True)
    made["boundaries"] = gpd.GeoDataFrame(made["boundaries"], geometry="geometry", crs="EPSG:4326")
    return made


def _with_population(
    division: pd.DataFrame, ages: pd.DataFrame | None, known: pd.DataFrame, aside: Aside
) -> pd.DataFrame:
    """The division's municipalities with the newest population there is, and known areas."""
    towns = division.drop(columns="year").merge(
        known[["municipality_code", "population", "population_year", *KM2]],
        on="municipality_code",
        how="left",
    )
    if ages is not None:
        newest = newest_totals(ages).reindex(towns["municipality_code"])
        for column in ("population", "population_year"):
            values = pd.Series(newest[column].to_numpy(), index=towns.index).astype("Int64")
            towns[column] = values.fillna(towns[column])
    nameless = towns["population"].isna()
    for town in towns[nameless].itertuples(index=False):
        text = f"{town.municipality_code} {town.name_fi}"
        aside.put("municipalities", text, "population_unknown")
    return towns.loc[~nameless, list(MUNICIPALITIES.columns)].astype(MUNICIPALITIES.dtypes)


def newest_totals(ages: pd.DataFrame) -> pd.DataFrame:
    """Residents of all ages in the newest year of each municipality.

    Returns
    -------
    DataFrame
        Index municipality_code; population (persons), population_year.

    Examples
    --------
    >>> ages = pd.DataFrame(
    ...     {"municipality_code": ["046"] * 3, "sex": ["total", "total", "male"],
    ...      "age_from": [0, 1, 0], "population": [10, 5, 6], "year": [2025, 2025, 2025]}
    ... )
    >>> newest_totals(ages).to_dict("index")
    {'046': {'population': 15, 'population_year': 2025}}
    """
    totals = ages[ages["sex"] == "total"]
    newest = totals.groupby("municipality_code")["year"].transform("max")
    by_town = totals[totals["year"] == newest].groupby("municipality_code")
    return by_town.agg(population=("population", "sum"), population_year=("year", "max"))


def _filled(given: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    lost = known[~known["municipality_code"].isin(given["municipality_code"])]
    return pd.concat([given, lost], ignore_index=True)


def _changes(known: pd.DataFrame, given: pd.DataFrame | None) -> pd.DataFrame:
    """The known changes after those that the classification itself tells of."""
    if given is None:
        return known
    keys = list(MUNICIPALITY_CHANGES.keys)
    # The classification names no successor's history: a known row of the same change tells more.
    whole = pd.concat([known, given], ignore_index=True)
    whole = whole.drop_duplicates(["old_code", "kind", "valid_from"]).drop_duplicates(keys)
    whole = whole.sort_values(["new_code", "valid_from", "old_code"], ignore_index=True)
    return whole.astype(MUNICIPALITY_CHANGES.dtypes)


def _areas(known: pd.DataFrame, given: pd.DataFrame | None, towns: pd.DataFrame) -> pd.DataFrame:
    """The areas that the municipalities lie in, known ones by their known names."""
    keys = ["level", "code"]
    if given is not None:
        # A known name stays: the classification calls a county by its region's name.
        known = pd.concat([known, given], ignore_index=True).drop_duplicates(keys)
    used = {("region", code) for code in towns["region_code"]} | {
        ("wellbeing_county", code) for code in towns["wellbeing_county_code"]
    }
    kept = [pair in used for pair in zip(known["level"], known["code"], strict=True)]
    return known[kept].sort_values(keys, ignore_index=True).astype(AREAS.dtypes)
