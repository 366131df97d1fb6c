"""Residents of an age range and of target groups by municipality.

Totals of all ages stand in municipalities; who of the residents live in coverage gaps is counted in
`geo.gap_residents`. Ages may be older than the totals: what is then worked out is an estimate.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.errors import GeoError, require_columns

REASONS = ("no_age_range", "no_ages", "open_band", "no_population")
"""Why residents of a group are not known: the group has no ages; the municipality has none that
make a whole; the range cuts a band without an upper end; the municipality has no population."""

BASES = ("counted", "estimated")
"""Whether residents stand in the tables as they are, or are worked out of two of them."""

RESIDENTS_DTYPES = {
    "residents": "Int64",
    "share": "Float64",
    "ages_year": "Int64",
    "population_year": "Int64",
    "basis": "string",
    "is_band_cut": "boolean",
    "reason": "string",
}
"""The columns that tell of residents, and their types."""

_BAND = ["municipality_code", "age_from", "age_to", "sex", "population", "year"]
_TOWN = ["municipality_code", "population", "population_year"]


def residents_of_age(
    population_by_age: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    age_from: int,
    age_to: int | None = None,
) -> pd.DataFrame:
    """Tell how many residents of an age range each municipality has, both ends included.

    Where ages and total are of one year, the ages are counted. Else the share of the age range
    is taken of the newer total, rounded half up to a whole person, and the row is an estimate. A
    band that the range cuts is shared out evenly by years of age, which is an estimate too; an
    open band cannot be cut. Of several years of ages each municipality's newest counts.

    Parameters
    ----------
    population_by_age
        Columns municipality_code, age_from, age_to (NA: open), sex (rows of ``total`` count),
        population (persons), year.
    municipalities
        Columns municipality_code, population (persons), population_year.
    age_from, age_to
        The range in years; no ``age_to`` means and older.

    Returns
    -------
    DataFrame
        Index and order of ``municipalities``: residents (persons), share (of the residents in the
        age table, 0-1), ages_year, population_year, basis (``counted`` or ``estimated``),
        is_band_cut, reason (of ``REASONS``; all else is then NA). Ages that leave out or repeat
        a year of life, or add up to nobody, are no ages: no share can be taken of them.

    Raises
    ------
    GeoError
        The range is upside down, or a column is missing.

    Examples
    --------
    Of 200 people in 2018, 50 were 65 or older: a quarter, so some 45 of the 180 in 2022.

    >>> import pandas as pd
    >>> ages = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001"],
    ...         "age_from": [0, 65],
    ...         "age_to": pd.array([64, None], dtype="Int64"),
    ...         "sex": ["total", "total"],
    ...         "population": [150, 50],
    ...         "year": [2018, 2018],
    ...     }
    ... )
    >>> towns = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "002"],
    ...         "population": [180, 90],
    ...         "population_year": [2022, 2022],
    ...     }
    ... )
    >>> residents_of_age(ages, towns, age_from=65)[["residents", "share", "basis", "reason"]]
       residents  share      basis   reason
    0         45   0.25  estimated     <NA>
    1       <NA>   <NA>       <NA>  no_ages
    """
    if age_to is not None and age_to < age_from:
        raise GeoError(f"ages {age_from}-{age_to}: the oldest is below the youngest")
    require_columns(municipalities, _TOWN, of="municipalities")
    return _residents(_whole_bands(population_by_age), municipalities, age_from, age_to)


def residents_of_groups(
    population_by_age: pd.DataFrame, municipalities: pd.DataFrame, target_groups: pd.DataFrame
) -> pd.DataFrame:
    """Tell how many residents of each target group's age each municipality has.

    Parameters
    ----------
    population_by_age, municipalities
        As in `residents_of_age`.
    target_groups
        Columns target_group_code, age_from, age_to (years, both ends included; NA at one end
        means from birth or and older), is_general. A general group without ages is everyone: its
        residents are the population, counted. Any other group without ages has no range.

    Returns
    -------
    DataFrame
        One row per municipality and group, in the order of the two tables: municipality_code,
        target_group_code and the columns of `residents_of_age`. People of a group's age are
        those whom the group may be sought among, not those who feel that they belong to it.

    Raises
    ------
    GeoError
        Ranges upside down, all named at once, or a missing column.

    Examples
    --------
    >>> import pandas as pd
    >>> ages = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001"],
    ...         "age_from": [0, 65],
    ...         "age_to": pd.array([64, None], dtype="Int64"),
    ...         "sex": ["total", "total"],
    ...         "population": [150, 50],
    ...         "year": [2022, 2022],
    ...     }
    ... )
    >>> towns = pd.DataFrame(
    ...     {"municipality_code": ["001"], "population": [200], "population_year": [2022]}
    ... )
    >>> groups = pd.DataFrame(
    ...     {
    ...         "target_group_code": ["old", "carers", "all"],
    ...         "age_from": pd.array([65, None, None], dtype="Int64"),
    ...         "age_to": pd.array([None, None, None], dtype="Int64"),
    ...         "is_general": [False, False, True],
    ...     }
    ... )
    >>> columns = ["target_group_code", "residents", "basis", "reason"]
    >>> residents_of_groups(ages, towns, groups)[columns]
      target_group_code  residents    basis        reason
    0               old         50  counted          <NA>
    1            carers       <NA>     <NA>  no_age_range
    2               all        200  counted          <NA>
    """
    require_columns(municipalities, _TOWN, of="municipalities")
    columns = ["target_group_code", "age_from", "age_to", "is_general"]
    require_columns(target_groups, columns, of="target_groups")
    first = target_groups["age_from"].astype("Int64").fillna(0)
    _refuse_upside_down(target_groups, first)
    bands = _whole_bands(population_by_age)
    towns = municipalities.reset_index(drop=True)
    frames = []
    for group, age_from in zip(target_groups[columns].itertuples(index=False), first, strict=True):
        if pd.notna(group.age_from) or pd.notna(group.age_to):
            age_to = None if pd.isna(group.age_to) else int(group.age_to)
            residents = _residents(bands, towns, int(age_from), age_to)
        elif pd.notna(group.is_general) and group.is_general:
            residents = _everyone(towns)
        else:
            residents = _unknown(towns, "no_age_range")
        frames.append(
            residents.assign(
                municipality_code=towns["municipality_code"],
                target_group_code=group.target_group_code,
            )
        )
    keys = {"municipality_code": "string", "target_group_code": "string"}
    if not frames:
        return pd.DataFrame(columns=[*keys, *RESIDENTS_DTYPES]).astype(keys | RESIDENTS_DTYPES)
    # Groups one below the other become municipalities one below the other, the order kept.
    joined = pd.concat(frames).sort_index(kind="stable").reset_index(drop=True)
    return joined[[*keys, *RESIDENTS_DTYPES]].astype(keys)


def _refuse_upside_down(target_groups: pd.DataFrame, first: pd.Series) -> None:
    is_wrong = (target_groups["age_to"].astype("Int64") < first).fillna(False)
    if is_wrong.any():
        wrong = target_groups[is_wrong]
        named = ", ".join(
            f"{code} {low}-{high}"
            for code, low, high in zip(
                wrong["target_group_code"], first[is_wrong], wrong["age_to"], strict=True
            )
        )
        raise GeoError(f"target groups whose oldest age is below the youngest: {named}")


def _whole_bands(population_by_age: pd.DataFrame) -> pd.DataFrame:
    """The newest bands of each municipality whose bands hold every age once and somebody."""
    require_columns(population_by_age, _BAND, of="population_by_age")
    everyone = population_by_age[population_by_age["sex"] == "total"]
    # Two years of the table are two pictures of the same people: never added up.
    newest = everyone.groupby("municipality_code")["year"].transform("max")
    bands = everyone[everyone["year"] == newest]
    bands = bands.sort_values(["municipality_code", "age_from"], ignore_index=True)
    bands = bands.astype(dict.fromkeys(["age_from", "age_to", "population", "year"], "Int64"))
    places = bands["municipality_code"]
    follows = bands["age_from"] == bands.groupby("municipality_code")["age_to"].shift() + 1
    begins = follows.fillna(False).mask(~places.duplicated(), bands["age_from"] == 0)
    ends = bands["age_to"].isna() == ~places.duplicated(keep="last")
    is_right = begins.fillna(False).astype(bool) & ends & bands["population"].notna()
    total = bands.groupby("municipality_code")["population"].transform("sum")
    return bands[is_right.groupby(places).transform("all") & (total > 0)]


def _residents(
    bands: pd.DataFrame, municipalities: pd.DataFrame, age_from: int, age_to: int | None
) -> pd.DataFrame:
    """Residents of one range by municipality, from bands as `_whole_bands` gives them."""
    of_age = _of_age(bands, age_from, age_to).reindex(municipalities["municipality_code"])
    of_age.index = municipalities.index
    total = municipalities["population"].astype("Float64")
    population_year = municipalities["population_year"].astype("Int64")
    is_same_year = (of_age["ages_year"] == population_year).fillna(False).astype(bool)
    share = of_age["persons"] / of_age["everyone"]
    is_cut = of_age["is_band_cut"]
    reason = pd.Series(pd.NA, index=municipalities.index, dtype="string")
    reason = reason.mask(~is_same_year & total.isna(), "no_population")
    reason = reason.mask(of_age["cuts_open"].fillna(False), "open_band")
    reason = reason.mask(of_age["persons"].isna(), "no_ages")
    result = pd.DataFrame(
        {
            "residents": _half_up((share * total).mask(is_same_year, of_age["persons"])),
            "share": share,
            "ages_year": of_age["ages_year"],
            "population_year": population_year,
            "basis": is_cut.mask(~is_same_year, True).map({True: "estimated", False: "counted"}),
            "is_band_cut": is_cut,
        }
    )
    return result.mask(reason.notna()).assign(reason=reason).astype(RESIDENTS_DTYPES)


def _of_age(bands: pd.DataFrame, age_from: int, age_to: int | None) -> pd.DataFrame:
    """Persons of the range and of all ages by municipality code, cut bands shared out evenly."""
    is_open = bands["age_to"].isna()
    last = bands["age_to"].fillna(bands["age_from"])
    top = last if age_to is None else last.clip(upper=age_to)
    within = (top - bands["age_from"].clip(lower=age_from) + 1).clip(lower=0)
    shared = within / (last - bands["age_from"] + 1)
    is_below = bands["age_from"] < age_from
    ends_inside = age_to is not None and bands["age_from"] <= age_to
    parts = pd.DataFrame(
        {
            "municipality_code": bands["municipality_code"],
            "persons": (bands["population"] * shared).astype("Float64"),
            "everyone": bands["population"],
            "ages_year": bands["year"],
            "is_band_cut": ((shared > 0) & (shared < 1)).astype("boolean"),
            "cuts_open": (is_open & (is_below | ends_inside)).astype("boolean"),
        }
    )
    return parts.groupby("municipality_code").agg(
        persons=("persons", "sum"),
        everyone=("everyone", "sum"),
        ages_year=("ages_year", "max"),
        is_band_cut=("is_band_cut", "any"),
        cuts_open=("cuts_open", "any"),
    )


def _half_up(persons: pd.Series) -> pd.Series:
    # Rounded to the millionth first, so that the last bits of a product do not decide over a half.
    return np.floor(persons.round(6) + 0.5)


def _everyone(municipalities: pd.DataFrame) -> pd.DataFrame:
    population = municipalities["population"].astype("Int64")
    result = _unknown(municipalities, "no_population")
    known = result.assign(
        residents=population,
        share=1.0,
        population_year=municipalities["population_year"],
        basis="counted",
        is_band_cut=False,
        reason=pd.NA,
    )
    return result.mask(population.notna(), known).astype(RESIDENTS_DTYPES)


def _unknown(municipalities: pd.DataFrame, reason: str) -> pd.DataFrame:
    blank = pd.DataFrame(pd.NA, index=municipalities.index, columns=list(RESIDENTS_DTYPES))
    return blank.assign(reason=reason).astype(RESIDENTS_DTYPES)
