"""Which evidence counts when only what is not too old is asked for; nothing is called stale here.

That old evidence counts but is marked stands in `geo.coverage`.
"""

from __future__ import annotations

import pandas as pd

from geo.errors import GeoError, require_columns


def recent_evidence(evidence: pd.DataFrame, *, as_of_year: int, max_age_years: int) -> pd.DataFrame:
    """Leave out the evidence that is older than so many years, or of no known year.

    Parameters
    ----------
    evidence
        Column year.
    as_of_year
        The year from which age is counted.
    max_age_years
        The greatest age that still counts, whole years, at least 0.

    Returns
    -------
    DataFrame
        The rows of ``evidence`` that are left, in its order and with its index.

    Raises
    ------
    GeoError
        The column is missing, or the age is below 0.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.DataFrame({"year": pd.array([2019, 2022, None, 2025], dtype="Int64")})
    >>> recent_evidence(found, as_of_year=2026, max_age_years=4)
       year
    1  2022
    3  2025
    """
    require_columns(evidence, ["year"], of="evidence")
    if max_age_years < 0:
        raise GeoError(f"max_age_years is {max_age_years!r}; expected 0 or more")
    is_recent = (evidence["year"] >= as_of_year - max_age_years).fillna(False)
    return evidence[is_recent.astype(bool)]
