"""Municipality to region and county, and municipal history; matching of names is in matching."""

from __future__ import annotations

import pandas as pd

from geo.errors import GeoError, require_columns

LANGUAGES = ("fi", "sv", "en")
"""The languages that areas have names in."""

_LEVELS = {"region": "region_code", "wellbeing_county": "wellbeing_county_code"}


def municipalities_of(
    municipalities: pd.DataFrame,
    *,
    region: str | None = None,
    wellbeing_county: str | None = None,
) -> pd.DataFrame:
    """Select the municipalities of a region, of a wellbeing county, or of both at once.

    Parameters
    ----------
    municipalities
        Needs ``region_code`` if a region is asked for, ``wellbeing_county_code`` if a county is.
    region
        Two-digit code; None for every region.
    wellbeing_county
        Two-digit code; None for every county.

    Returns
    -------
    DataFrame
        The rows that remain, a copy, all columns, order and index as they were.

    Raises
    ------
    GeoError
        If a code is not among the municipalities, or a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "region_code": ["91", "91", "92", "92"]})
    >>> municipalities_of(toys, region="92")["municipality_code"].tolist()
    ['003', '004']
    >>> municipalities_of(toys, region="93")
    Traceback (most recent call last):
        ...
    geo.errors.GeoError: region '93' is not among the municipalities; known are 91, 92
    """
    chosen = municipalities
    for level, code in (("region", region), ("wellbeing_county", wellbeing_county)):
        if code is None:
            continue
        column = _LEVELS[level]
        require_columns(municipalities, [column], of="municipalities")
        known = sorted(municipalities[column].dropna().unique())
        if code not in known:
            raise GeoError(
                f"{level} {code!r} is not among the municipalities; "
                f"known are {', '.join(known) or 'none'}"
            )
        chosen = chosen[chosen[column].eq(code).fillna(False).astype(bool)]
    return chosen.copy()


def municipality_history(code: str, changes: pd.DataFrame) -> pd.DataFrame:
    """Find the changes that led to a municipality of today, earlier steps included.

    Parameters
    ----------
    code
        Three-digit code of the municipality.
    changes
        Needs ``old_code``, ``new_code`` and ``valid_from``.

    Returns
    -------
    DataFrame
        The rows of ``changes`` that end in ``code``, directly or through other municipalities,
        earliest first, then by old code; index labels as in ``changes``. Empty if none is known.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    Toy 001 went into 002, and 002 later into 003; nothing happened to 004.

    >>> changes = pd.DataFrame({"old_code": ["002", "001"], "new_code": ["003", "002"],
    ...                         "valid_from": ["2020-01-01", "2009-01-01"]})
    >>> municipality_history("003", changes)["old_code"].tolist()
    ['001', '002']
    >>> len(municipality_history("004", changes))
    0
    """
    require_columns(changes, ["old_code", "new_code", "valid_from"], of="changes")
    # Growing a set of codes ends also where changes run in a circle.
    ends: set[str] = {code}
    while True:
        led = changes[changes["new_code"].isin(ends)]
        grown = ends | set(led["old_code"])
        if grown == ends:
            return led.sort_values(["valid_from", "old_code"], kind="stable")
        ends = grown


def with_area_names(municipalities: pd.DataFrame, areas: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Add the names of region and wellbeing county in one language.

    Parameters
    ----------
    municipalities
        Needs ``region_code`` and ``wellbeing_county_code``.
    areas
        Needs ``level``, ``code`` and ``name_fi``, ``name_sv`` or ``name_en``.
    lang
        ``fi``, ``sv`` or ``en``.

    Returns
    -------
    DataFrame
        A copy of ``municipalities`` with ``region_name`` and ``wellbeing_county_name``, text, NA
        where ``areas`` does not know the code; rows, order and index kept.

    Raises
    ------
    GeoError
        If the language is unknown, or a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "region_code": ["91", "91", "92", "92"],
    ...                      "wellbeing_county_code": ["91", "91", "91", "91"]})
    >>> areas = pd.DataFrame({"level": ["region", "region", "wellbeing_county"],
    ...                       "code": ["91", "92", "91"], "name_en": ["West", "East", "Toyland"]})
    >>> named = with_area_names(toys, areas, "en")
    >>> named["region_name"].tolist()
    ['West', 'West', 'East', 'East']
    >>> named["wellbeing_county_name"].unique().tolist()
    ['Toyland']
    """
    if lang not in LANGUAGES:
        raise GeoError(f"lang is {lang!r}; known are {', '.join(LANGUAGES)}")
    require_columns(municipalities, _LEVELS.values(), of="municipalities")
    require_columns(areas, ["level", "code", f"name_{lang}"], of="areas")
    named = municipalities.copy()
    for level, column in _LEVELS.items():
        # A region and a county may share a code, so each level has its own dictionary.
        rows = areas[areas["level"] == level]
        names = dict(zip(rows["code"], rows[f"name_{lang}"], strict=True))
        named[f"{level}_name"] = municipalities[column].map(names).astype("string")
    return named


def area_totals(municipalities: pd.DataFrame, *, by: str = "region_code") -> pd.DataFrame:
    """Count municipalities and add up population and land area, area by area.

    Parameters
    ----------
    municipalities
        Needs ``population`` (persons), ``land_km2`` and the column ``by``.
    by
        The column that groups: ``region_code``, ``wellbeing_county_code`` or any other.

    Returns
    -------
    DataFrame
        One row per area, sorted by it: ``by``, ``municipalities`` (Int64), ``population`` (Int64,
        persons), ``land_km2`` (Float64). Municipalities without an area form a last row of their
        own (NA). A total with an unknown part is NA, not the sum of the rest.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "region_code": ["91", "91", "92", "92"],
    ...                      "population": [100, 200, 300, 400],
    ...                      "land_km2": [1.0, 2.0, 3.0, 4.5]})
    >>> area_totals(toys)
      region_code  municipalities  population  land_km2
    0          91               2         300       3.0
    1          92               2         700       7.5
    """
    require_columns(municipalities, [by, "population", "land_km2"], of="municipalities")
    known = pd.DataFrame(
        {
            by: municipalities[by],
            "population": municipalities["population"].astype("Int64"),
            "land_km2": municipalities["land_km2"].astype("Float64"),
        }
    )
    groups = known.groupby(by, dropna=False, sort=True)
    totals = groups[["population", "land_km2"]].sum(skipna=False)
    totals.insert(0, "municipalities", groups.size().astype("Int64"))
    return totals.reset_index()
