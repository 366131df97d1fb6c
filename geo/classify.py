"""Map classes for counts and rates, zero and no data kept apart; no colours live here."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from geo.errors import GeoError

NO_DATA = -1
"""Class of a row without a value: not the same as a zero."""

ZERO = 0
"""Class of a row whose value is exactly zero: not the same as a little."""

How = Literal["quantile", "equal"]


class Classes(NamedTuple):
    """The class of every row and the limits of the classes.

    ``codes``: ``NO_DATA``, ``ZERO``, or 1 and up for the classes of values above zero.
    ``edges``: class ``i`` holds the values above ``edges[i - 1]`` up to and with ``edges[i]``, so
    there is one edge more than there are classes; the first edge is 0. Empty if no value is above
    zero.
    """

    codes: pd.Series
    edges: tuple[float, ...]


def classes(values: pd.Series, *, k: int = 5, how: How = "quantile") -> Classes:
    """Divide counts or rates into at most ``k`` classes for a map.

    Zeros and missing values get classes of their own and do not move the limits of the others. No
    class is ever empty: ties, or fewer distinct values than ``k``, give fewer classes.

    Parameters
    ----------
    values
        Numbers of any unit, zero or more; NA where nothing is known.
    k
        The most classes wanted for values above zero.
    how
        ``quantile``: about as many rows in each class, limits are observed values. ``equal``:
        equal steps from 0 to the largest value; a step without rows joins the one above it.

    Returns
    -------
    Classes
        ``codes``: one class per row, Int64, without NA, in the order and index of ``values``;
        ``edges``: strictly rising limits in the unit of ``values``.

    Raises
    ------
    GeoError
        If a value is negative, infinite or not a number, ``k`` is below 1, or ``how`` is unknown.

    Examples
    --------
    >>> toys = pd.Series([0, None, 3, 8], index=["001", "002", "003", "004"], dtype="Int64")
    >>> found = classes(toys, k=2)
    >>> found.codes.tolist()
    [0, -1, 1, 2]
    >>> found.edges
    (0.0, 3.0, 8.0)

    Notes
    -----
    Quantiles are the inverted distribution function, definition 1 of Hyndman and Fan (1996), as
    it alone always gives observed values, and so no class without rows.
    """
    if k < 1:
        raise GeoError(f"k is {k!r}; at least one class is needed")
    if how not in get_args(How):
        raise GeoError(f"how is {how!r}; known are {', '.join(get_args(How))}")
    numbers = _numbers(values)
    above = numbers[numbers > 0]
    edges = _edges(above, k, how)
    codes = np.searchsorted(edges[1:], numbers, side="left") + 1
    codes[numbers == 0] = ZERO
    codes[np.isnan(numbers)] = NO_DATA
    return Classes(
        pd.Series(codes, index=values.index, name=values.name, dtype="Int64"),
        tuple(edges.tolist()),
    )


def _numbers(values: pd.Series) -> np.ndarray:
    try:
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise GeoError(f"values are {values.dtype}; numbers are needed") from error
    wrong = (numbers < 0) | np.isinf(numbers)
    if wrong.any():
        raise GeoError(
            f"{wrong.sum()} of {len(numbers)} values are negative or infinite, the first at "
            f"{values.index[wrong.argmax()]!r}; counts and rates are zero or more"
        )
    return numbers


def _edges(above: np.ndarray, k: int, how: How) -> np.ndarray:
    """Limits without an empty class between any two of them."""
    distinct = np.unique(above)
    if not distinct.size:
        return np.empty(0)
    if how == "equal":
        upper = np.linspace(0, distinct[-1], k + 1)[1:]
        # The limit above each value is in use; a limit above none would close an empty class.
        upper = upper[np.unique(np.searchsorted(upper, distinct, side="left"))]
    elif distinct.size <= k:
        # Quantiles would put heavy ties together although every value can have its own class.
        upper = distinct
    else:
        # Whole numbers, not np.quantile: n * (i / k) in floats may land one row off.
        last_rows = [-(-above.size * i // k) - 1 for i in range(1, k + 1)]
        upper = np.unique(np.sort(above)[last_rows])
    return np.concatenate([[0.0], upper])
