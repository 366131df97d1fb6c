"""The profile matrix: municipalities by criteria, and how much of it is known.

The states of the criteria are worked out in `geo.coverage`; nothing is judged here.
"""

from __future__ import annotations

import pandas as pd

from geo.coverage import STATES
from geo.errors import GeoError, require_columns
from loaders.tables import CRITERIA

KNOWN_STATES = ("yes", "no")
"""The states that tell something; asked without an answer tells as little as not asked."""

_STATE = ["municipality_code", "criterion", "state"]
_CELL = [*_STATE, "newest_year", "oldest_year", "is_stale", "is_disputed"]


def profiles(states: pd.DataFrame) -> pd.DataFrame:
    """Lay the states out as one row per municipality, one column per criterion.

    Parameters
    ----------
    states
        Columns municipality_code, criterion, state: as from `geo.coverage.criterion_states`.

    Returns
    -------
    DataFrame
        One row per municipality, in the order of ``states``: municipality_code and a column per
        criterion, in the order of ``CRITERIA``, with one of the five states.

    Raises
    ------
    GeoError
        A column is missing, or a municipality has a criterion twice.
    """
    require_columns(states, _STATE, of="states")
    if states.duplicated(["municipality_code", "criterion"]).any():
        raise GeoError("states hold a criterion of a municipality twice")
    wide = states.pivot(index="municipality_code", columns="criterion", values="state")
    order = states["municipality_code"].drop_duplicates()
    wide = wide.reindex(index=order, columns=list(CRITERIA))
    return wide.rename_axis(columns=None).reset_index()


def profile_matrix(states: pd.DataFrame) -> pd.DataFrame:
    """Lay out the profiles with what is known of each municipality beside them.

    Parameters
    ----------
    states
        Columns municipality_code, criterion, state, newest_year, oldest_year, is_stale,
        is_disputed: as from `geo.coverage.criterion_states`.

    Returns
    -------
    DataFrame
        One row per municipality, in the order of ``states``: the columns of `profiles`, then
        in_scope (criteria that can apply, 0-8), known (of these answered with yes or no), unknown
        (the others of these), completeness (known of in_scope, 0-1; NA where none can apply),
        disputed and stale (criteria whose sources disagree, and whose answer is stale),
        oldest_year and newest_year (of any finding; NA without a dated one).

    Raises
    ------
    GeoError
        A column is missing, or a municipality has a criterion twice.

    Examples
    --------
    >>> from geo.coverage import criterion_states
    >>> towns = pd.DataFrame({"municipality_code": ["001", "002"]})
    >>> found = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001"],
    ...         "criterion": ["forum", "grants"],
    ...         "answer": ["yes", "out_of_scope"],
    ...         "year": pd.array([2025, 2018], dtype="Int64"),
    ...     }
    ... )
    >>> matrix = profile_matrix(criterion_states(found, towns, as_of_year=2026))
    >>> matrix[["municipality_code", "forum", "grants", "known", "in_scope", "newest_year"]]
      municipality_code      forum        grants  known  in_scope  newest_year
    0               001        yes  out_of_scope      1         7         2025
    1               002  not_asked     not_asked      0         8         <NA>
    """
    require_columns(states, _CELL, of="states")
    wide = profiles(states)
    facts = _facts(states, "municipality_code")
    years = states.groupby("municipality_code").agg(
        oldest_year=("oldest_year", "min"), newest_year=("newest_year", "max")
    )
    return wide.join(facts.join(years.astype("Int64")), on="municipality_code")


def criterion_totals(states: pd.DataFrame) -> pd.DataFrame:
    """Count the municipalities in each state of each criterion, and how much is known of it.

    Parameters
    ----------
    states
        Columns municipality_code, criterion, state, newest_year, oldest_year, is_stale,
        is_disputed: as from `geo.coverage.criterion_states`.

    Returns
    -------
    DataFrame
        One row per criterion of ``CRITERIA``: criterion, a column per state of
        `geo.coverage.STATES` (municipalities in it), municipalities (their sum, the same for
        every criterion), and in_scope, known, unknown, completeness, disputed and stale as in
        `profile_matrix`, counted in municipalities.

    Raises
    ------
    GeoError
        A column is missing, or a state that cannot be.

    Examples
    --------
    >>> from geo.coverage import criterion_states
    >>> towns = pd.DataFrame({"municipality_code": ["001", "002"]})
    >>> found = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001"],
    ...         "criterion": ["forum"],
    ...         "answer": ["yes"],
    ...         "year": pd.array([2025], dtype="Int64"),
    ...     }
    ... )
    >>> totals = criterion_totals(criterion_states(found, towns, as_of_year=2026))
    >>> totals.loc[totals["criterion"] == "forum", ["yes", "no", "not_asked", "completeness"]]
       yes  no  not_asked  completeness
    1    1   0          1           0.5
    """
    require_columns(states, _CELL, of="states")
    strange = sorted(set(states["state"].dropna()) - set(STATES))
    if strange or states["state"].isna().any():
        raise GeoError(f"states {strange or 'NA'!r} are not among {STATES!r}")
    grid = pd.MultiIndex.from_product([CRITERIA, STATES], names=["criterion", "state"])
    counts = states.groupby(["criterion", "state"]).size().reindex(grid, fill_value=0)
    wide = counts.unstack("state")[list(STATES)].reindex(list(CRITERIA)).astype("Int64")
    wide = wide.rename_axis(columns=None).assign(municipalities=wide.sum(axis="columns"))
    facts = _facts(states, "criterion").reindex(list(CRITERIA))
    numbers = [name for name in facts if name != "completeness"]
    return wide.join(facts.fillna(dict.fromkeys(numbers, 0))).reset_index()


def _facts(states: pd.DataFrame, key: str) -> pd.DataFrame:
    """How many cells of each municipality, or of each criterion, are known, disputed, stale."""
    cells = pd.DataFrame(
        {
            key: states[key],
            "in_scope": states["state"] != "out_of_scope",
            "known": states["state"].isin(KNOWN_STATES),
            "disputed": states["is_disputed"],
            "stale": states["is_stale"].fillna(False),
        }
    )
    sums = cells.groupby(key).sum().astype("Int64")
    unknown = sums["in_scope"] - sums["known"]
    completeness = sums["known"] / sums["in_scope"].astype("Float64").replace(0, pd.NA)
    facts = sums.assign(unknown=unknown, completeness=completeness)
    return facts[["in_scope", "known", "unknown", "completeness", "disputed", "stale"]]
