"""Who lives in the coverage gaps: residents of each target group's age.

The ladder and the gaps are drawn in `geo.coverage`, residents are worked out in `geo.population`.
"""

from __future__ import annotations

import pandas as pd

from geo.coverage import GAP_KINDS
from geo.errors import GeoError, require_columns
from geo.population import REASONS, RESIDENTS_DTYPES


def people_in_gaps(status: pd.DataFrame, group_residents: pd.DataFrame) -> pd.DataFrame:
    """Count, for each target group, the residents of its age who live in coverage gaps.

    Municipalities where the residents are not known are left out of both sums, and counted.

    Parameters
    ----------
    status
        Columns municipality_code (each once), is_gap, gap_kind: as from
        `geo.coverage.coverage_status`, all municipalities of the area and no others.
    group_residents
        As from `geo.population.residents_of_groups`; rows of other municipalities are left out.

    Returns
    -------
    DataFrame
        One row per target group, in the order of ``group_residents``: target_group_code,
        residents (in gaps; NA where no municipality is known), residents_known_step and
        residents_no_information (of them, by the kind of gap: 0 where there is no such gap, NA
        where there are and none of them is known), all_residents (of the area),
        share (of them in gaps, 0-1), counted and estimated (municipalities, by the basis of their
        number), left_out (municipalities not known), gap_left_out (of these, gaps), a column per
        reason of ``REASONS`` (municipalities left out for it), is_band_cut (in any municipality),
        oldest_ages_year, newest_ages_year, oldest_population_year and newest_population_year (of
        what was used; NA where none was).

    Raises
    ------
    GeoError
        A column is missing, a municipality stands twice in ``status``, or one of its
        municipalities has no rows in ``group_residents``.

    Examples
    --------
    Two gaps of three municipalities, and of one gap nothing is known.

    >>> status = pd.DataFrame(
    ...     {"municipality_code": ["001", "002", "003"], "is_gap": [True, False, True],
    ...      "gap_kind": ["known_step", None, "no_information"]}
    ... )
    >>> rows = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "002", "003"],
    ...         "target_group_code": "old",
    ...         "residents": pd.array([30, 10, None], dtype="Int64"),
    ...         "ages_year": pd.array([2018, 2018, None], dtype="Int64"),
    ...         "population_year": pd.array([2022, 2022, None], dtype="Int64"),
    ...         "basis": ["estimated", "estimated", None],
    ...         "is_band_cut": pd.array([False, False, None], dtype="boolean"),
    ...         "reason": [None, None, "no_ages"],
    ...     }
    ... )
    >>> people = people_in_gaps(status, rows)
    >>> people[["residents", "all_residents", "share", "estimated", "left_out", "no_ages"]]
       residents  all_residents  share  estimated  left_out  no_ages
    0         30             40   0.75          2         1        1
    >>> people[["residents_known_step", "residents_no_information"]]
       residents_known_step  residents_no_information
    0                    30                      <NA>
    """
    rows = _of_area(status, group_residents)
    is_gap = rows["is_gap"]
    cells = pd.DataFrame(
        {
            "target_group_code": rows["target_group_code"],
            "residents": rows["residents"].where(is_gap),
            "all_residents": rows["residents"],
            "counted": rows["basis"].eq("counted").fillna(False),
            "estimated": rows["basis"].eq("estimated").fillna(False),
            "left_out": rows["residents"].isna(),
            "gap_left_out": rows["residents"].isna() & is_gap,
            **{reason: rows["reason"].eq(reason).fillna(False) for reason in REASONS},
        }
    )
    sums = cells.groupby("target_group_code", sort=False).sum().astype("Int64")
    grouped = rows.groupby("target_group_code", sort=False)
    spans = grouped.agg(
        is_band_cut=("is_band_cut", "any"),
        oldest_ages_year=("ages_year", "min"),
        newest_ages_year=("ages_year", "max"),
        oldest_population_year=("population_year", "min"),
        newest_population_year=("population_year", "max"),
    )
    is_known = sums["counted"] + sums["estimated"] > 0
    people = sums[["residents", "all_residents"]].where(is_known)
    for place, kind in enumerate(GAP_KINDS, start=1):
        people.insert(place, f"residents_{kind}", _of_kind(rows, kind).where(is_known))
    share = people["residents"] / people["all_residents"].astype("Float64").replace(0, pd.NA)
    rest = sums.drop(columns=["residents", "all_residents"]).join(spans)
    return people.assign(share=share.astype("Float64")).join(rest).reset_index()


def _of_kind(rows: pd.DataFrame, kind: str) -> pd.Series:
    """Residents in gaps of a kind by group: none where no gap is of it, NA if none is known."""
    of_kind = rows["residents"].where(rows["gap_kind"] == kind)
    by_group = of_kind.groupby(rows["target_group_code"], sort=False)
    is_there = (rows["gap_kind"] == kind).groupby(rows["target_group_code"], sort=False).any()
    return by_group.sum(min_count=1).where(is_there, 0).astype("Int64")


def _of_area(status: pd.DataFrame, group_residents: pd.DataFrame) -> pd.DataFrame:
    """The rows of the municipalities of ``status``, with ``is_gap`` and ``gap_kind``."""
    require_columns(status, ["municipality_code", "is_gap", "gap_kind"], of="status")
    columns = ["municipality_code", "target_group_code", *RESIDENTS_DTYPES]
    columns.remove("share")
    require_columns(group_residents, columns, of="group_residents")
    places = status["municipality_code"]
    if places.duplicated().any():
        raise GeoError(f"status holds {places[places.duplicated()].iloc[0]!r} twice")
    lacking = places[~places.isin(group_residents["municipality_code"])]
    if len(lacking) and len(group_residents):
        named = ", ".join(map(str, lacking.head(5)))
        raise GeoError(f"group_residents lacks {len(lacking)} municipalities of status: {named}")
    rows = group_residents[group_residents["municipality_code"].isin(places)]
    is_gap, kind = (
        rows["municipality_code"].map(dict(zip(places, status[name], strict=True)))
        for name in ("is_gap", "gap_kind")
    )
    dtypes = {name: dtype for name, dtype in RESIDENTS_DTYPES.items() if name in columns}
    return rows.astype(dtypes).assign(
        is_gap=is_gap.fillna(False).astype(bool), gap_kind=kind.astype("string").fillna("")
    )
