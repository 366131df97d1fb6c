"""Residents of an age range by municipality; totals of all ages stand in municipalities."""

from __future__ import annotations

import pandas as pd

from geo.errors import GeoError, require_columns


def residents_of_age(
    population_by_age: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    age_from: int,
    age_to: int | None = None,
) -> pd.DataFrame:
    """Count the residents of an age range, both ends included.

    A band that the range cuts is shared out evenly by years of age, and the row says that it is
    an estimate. An open band cannot be cut. Of several years each municipality's newest counts.

    Parameters
    ----------
    population_by_age
        Columns municipality_code, age_from, age_to (NA: open), sex (rows of ``total`` count),
        population (persons), year.
    municipalities
        Column municipality_code.
    age_from, age_to
        The range in years; no ``age_to`` means and older.

    Returns
    -------
    DataFrame
        Index and order of ``municipalities``: residents (persons, rounded; NA where the
        municipality has no ages), year, is_estimated.

    Raises
    ------
    GeoError
        The range is upside down or cuts an open band, or a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> ages = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001"],
    ...         "age_from": [0, 65],
    ...         "age_to": pd.array([64, None], dtype="Int64"),
    ...         "sex": ["total", "total"],
    ...         "population": [130, 40],
    ...         "year": [2018, 2018],
    ...     }
    ... )
    >>> towns = pd.DataFrame({"municipality_code": ["001", "002"]})
    >>> residents_of_age(ages, towns, age_from=65)
       residents  year  is_estimated
    0         40  2018         False
    1       <NA>  <NA>          <NA>
    """
    columns = ["municipality_code", "age_from", "age_to", "sex", "population", "year"]
    require_columns(population_by_age, columns, of="population_by_age")
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    if age_to is not None and age_to < age_from:
        raise GeoError(f"ages {age_from}-{age_to}: the oldest is below the youngest")
    # Two years of the table are two pictures of the same people: never added up.
    population_by_age = population_by_age[population_by_age["sex"] == "total"]
    newest = population_by_age.groupby("municipality_code")["year"].transform("max")
    bands = population_by_age[population_by_age["year"] == newest]
    is_open = bands["age_to"].isna()
    cut_open = is_open & (
        (bands["age_from"] < age_from) | (age_to is not None and age_to >= bands["age_from"])
    )
    if cut_open.any():
        raise GeoError(f"ages {age_from}-{'' if age_to is None else age_to} cut an open age band")
    last = bands["age_to"].fillna(bands["age_from"])
    top = last if age_to is None else last.clip(upper=age_to)
    bottom = bands["age_from"].clip(lower=age_from)
    shared = (top - bottom + 1).clip(lower=0) / (last - bands["age_from"] + 1)
    parts = pd.DataFrame(
        {
            "municipality_code": bands["municipality_code"],
            "residents": bands["population"] * shared,
            "year": bands["year"],
            "is_cut": (shared > 0) & (shared < 1),
        }
    )
    totals = parts.groupby("municipality_code").agg(
        residents=("residents", "sum"), year=("year", "max"), is_estimated=("is_cut", "any")
    )
    result = totals.reindex(municipalities["municipality_code"])
    result.index = municipalities.index
    return result.assign(
        residents=result["residents"].astype("Float64").round().astype("Int64"),
        year=result["year"].astype("Int64"),
        is_estimated=result["is_estimated"].astype("boolean"),
    )
