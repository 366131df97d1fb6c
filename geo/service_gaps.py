"""The zeros of the target-group matrix, counted by group and by municipality, and in people.

The matrix itself and the nearest municipality of each zero are worked out in `geo.services`.
"""

from __future__ import annotations

import pandas as pd

from geo.errors import require_columns

_CELL = ["municipality_code", "target_group_code", "local", "regional"]


def group_gaps(
    matrix: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    group_residents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count for each target group the municipalities without a local organisation, and people.

    A zero is none of the organisations known here: no register holds all there are.

    Parameters
    ----------
    matrix
        Columns municipality_code, target_group_code, local, regional, as from
        `geo.services.target_group_matrix`, and nearest_km if distances are known.
    municipalities
        Columns municipality_code, population (persons): the area looked at. Cells of other
        municipalities are left out.
    group_residents
        Columns municipality_code, target_group_code, residents (of the group's age), basis
        (``counted`` or ``estimated``), reason, as from `geo.population.residents_of_groups`.

    Returns
    -------
    DataFrame
        One row per group, in the order of ``matrix``: target_group_code; municipalities; zeros
        (those without a local organisation); unreached (of the zeros, those that no organisation
        of the whole region or country serves either); residents (all who live in the zeros);
        aged (of them those of the group's age), aged_basis (``counted``; ``estimated`` if any is)
        and aged_reason (why aged is not known); regional_least and regional_most (organisations
        of wider reach in a zero: never added up over municipalities, as they are the same ones);
        farthest_km (from a zero to the nearest that has one). Sums over unknown numbers are NA;
        what can only be said of zeros is NA without any.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"municipality_code": ["001", "002"], "population": [900, 100]})
    >>> cells = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "002"],
    ...         "target_group_code": ["old", "old"],
    ...         "local": [3, 0],
    ...         "regional": [0, 2],
    ...     }
    ... )
    >>> group_gaps(cells, towns)[["zeros", "unreached", "residents", "regional_most"]]
       zeros  unreached  residents  regional_most
    0      1          0        100              2
    """
    cells = _cells_of(matrix, municipalities)
    if group_residents is not None:
        keys = ["municipality_code", "target_group_code"]
        people = [*keys, "residents", "basis", "reason"]
        require_columns(group_residents, people, of="group_residents")
        cells = cells.merge(group_residents[people], on=keys, how="left")
    else:
        cells = cells.assign(residents=pd.NA, basis=pd.NA, reason=pd.NA)
    rows = [
        {"target_group_code": code, **_totals(group)}
        for code, group in cells.groupby("target_group_code", sort=False)
    ]
    whole = ["municipalities", "zeros", "unreached", "residents", "aged"]
    whole += ["regional_least", "regional_most"]
    kinds = dict.fromkeys(["target_group_code", "aged_basis", "aged_reason"], "string")
    kinds |= dict.fromkeys(whole, "Int64") | {"farthest_km": "Float64"}
    columns = ["target_group_code", *whole[:5], "aged_basis", "aged_reason", *whole[5:]]
    return pd.DataFrame(rows, columns=[*columns, "farthest_km"]).astype(kinds)


def municipality_gaps(matrix: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Count for each municipality the target groups without a local organisation.

    Parameters
    ----------
    matrix
        Columns municipality_code, target_group_code, local, regional. Leave out the groups that
        are not to be counted, as those of work for everyone.
    municipalities
        Column municipality_code.

    Returns
    -------
    DataFrame
        Index and order of ``municipalities``: municipality_code; groups (how many were looked
        at); zero_groups (without a local organisation); unreached_groups (of these, those that no
        organisation of the whole region or country serves either). A municipality without a row
        in the matrix has 0 groups and NA zeros.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"municipality_code": ["001"]})
    >>> cells = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001", "001"],
    ...         "target_group_code": ["old", "young", "carers"],
    ...         "local": [3, 0, 0],
    ...         "regional": [0, 2, 0],
    ...     }
    ... )
    >>> municipality_gaps(cells, towns)
      municipality_code  groups  zero_groups  unreached_groups
    0               001       3            2                 1
    """
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    require_columns(matrix, _CELL, of="matrix")
    is_zero = (matrix["local"] == 0).fillna(False)
    cells = pd.DataFrame(
        {
            "municipality_code": matrix["municipality_code"],
            "groups": 1,
            "zero_groups": is_zero,
            "unreached_groups": is_zero & (matrix["regional"] == 0).fillna(False),
        }
    )
    counts = cells.groupby("municipality_code").sum()
    counts = counts.reindex(municipalities["municipality_code"]).astype("Int64")
    counts["groups"] = counts["groups"].fillna(0)
    codes = municipalities["municipality_code"].astype("string")
    return counts.set_axis(municipalities.index).assign(municipality_code=codes)[
        ["municipality_code", *counts.columns]
    ]


def _cells_of(matrix: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """The cells of the municipalities, each with the population and a distance, known or not."""
    require_columns(municipalities, ["municipality_code", "population"], of="municipalities")
    require_columns(matrix, _CELL, of="matrix")
    distance = matrix.get("nearest_km", pd.NA)
    cells = matrix[_CELL].assign(nearest_km=distance)
    towns = municipalities[["municipality_code", "population"]]
    return cells.merge(towns, on="municipality_code")


def _totals(cells: pd.DataFrame) -> dict[str, object]:
    """The figures of one group, from its cells."""
    zeros = cells[(cells["local"] == 0).fillna(False)]
    # No zeros are 0 people, but of a group without ages nothing can be said in any case.
    asked = zeros if len(zeros) else cells
    is_known = bool(asked["residents"].notna().all())
    reasons = asked["reason"].dropna()
    bases = set(zeros["basis"].dropna())
    distances = zeros["nearest_km"].dropna()
    return {
        "municipalities": len(cells),
        "zeros": len(zeros),
        "unreached": int((zeros["regional"] == 0).sum()),
        "residents": zeros["population"].astype("Int64").sum(skipna=False),
        "aged": zeros["residents"].astype("Int64").sum() if is_known else pd.NA,
        "aged_basis": ("estimated" if "estimated" in bases else "counted") if is_known else pd.NA,
        "aged_reason": pd.NA if is_known or reasons.empty else reasons.iloc[0],
        "regional_least": zeros["regional"].min() if len(zeros) else pd.NA,
        "regional_most": zeros["regional"].max() if len(zeros) else pd.NA,
        "farthest_km": distances.max() if len(distances) else pd.NA,
    }
