"""The sites that serve most people, found exactly: numbers only, what a site is stands elsewhere.

Used by `geo.first_contacts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Cover:
    """Sites by their place, what they reach, and what is proven of them.

    Attributes
    ----------
    sites
        Places of the chosen sites, ascending.
    reached
        Weight that they serve, each place counted once.
    bound
        No choice of as many sites serves more.
    is_proven
        Whether the bound is reached, but for the last bits of a decimal number.
    """

    sites: tuple[int, ...]
    reached: float
    bound: float
    is_proven: bool


def best_cover(
    weights: np.ndarray,
    serves: np.ndarray,
    k: int,
    *,
    without: Sequence[int] = (),
    time_limit_s: float,
) -> Cover | None:
    """Choose exactly ``k`` sites that together serve most weight: maximal covering location.

    Parameters
    ----------
    weights
        Weight of each place, 0 or more.
    serves
        Square, bool: whether a site at the row serves the place of the column.
    k
        From 1 to the number of places.
    without
        A choice that is not to be found again: the next best comes.
    time_limit_s
        Seconds after which the search stops with what it has.

    Returns
    -------
    Cover or None
        None if there is no choice of ``k`` sites but ``without``, or if none was found in time.
        In time a first one is always found but for ``without``: the greedy one if need be.

    References
    ----------
    Church, R. and ReVelle, C. (1974): The maximal covering location problem. Papers of the
    Regional Science Association 32, 101-118.

    Examples
    --------
    Three places in a row, the outer ones large: the one between serves all.

    >>> row = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], dtype=bool)
    >>> best_cover(np.array([50, 1, 50]), row, 1, time_limit_s=10)
    Cover(sites=(1,), reached=101.0, bound=101.0, is_proven=True)
    """
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array, eye_array, hstack

    n = len(weights)
    # x: a site is chosen; y: a place is served, at most where one of its sites is chosen.
    links = hstack([csr_array(-serves.T.astype(float)), eye_array(n)]).tocsr()
    number = np.r_[np.ones(n), np.zeros(n)]
    constraints = [LinearConstraint(links, -np.inf, 0), LinearConstraint(number[None, :], k, k)]
    if without:
        same = np.zeros((1, 2 * n))
        same[0, list(without)] = 1
        constraints.append(LinearConstraint(same, -np.inf, k - 1))
    answer = _solved(np.r_[np.zeros(n), -weights], constraints, n, time_limit_s)
    if answer.x is None:
        if without:
            return None
        sites = greedy_sites(weights, serves, k)
    else:
        sites = tuple(np.flatnonzero(answer.x[:n] > 0.5).tolist())
    # What the solver says is taken for the bound only: the sites are summed up anew.
    reached, total = served_weight(weights, serves, sites), float(weights.sum())
    bound = total if answer.mip_dual_bound is None else -answer.mip_dual_bound
    if (weights == np.round(weights)).all():  # then so are all sums of them
        bound = np.floor(bound + 1e-6)
    bound = float(max(reached, min(total, bound)))
    is_proven = is_same_weight(reached, bound)
    return Cover(sites, reached, reached if is_proven else bound, is_proven)


def fewest_sites(weights: np.ndarray, serves: np.ndarray, *, time_limit_s: float) -> int | None:
    """Count the fewest sites that serve every place with a weight: a set cover.

    Parameters
    ----------
    weights, serves, time_limit_s
        As in `best_cover`.

    Returns
    -------
    int or None
        None where it could not be proven in time.

    Raises
    ------
    ValueError
        A place with a weight is served by no site.

    Examples
    --------
    >>> row = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], dtype=bool)
    >>> fewest_sites(np.array([50, 1, 50]), row, time_limit_s=10)
    1
    """
    from scipy.optimize import LinearConstraint

    wanted = serves[:, weights > 0]
    if not wanted.any(axis=0).all():
        raise ValueError(
            "a place with a weight is served by no site, so no number of sites will do"
        )
    if not wanted.size:
        return 0
    n = len(weights)
    at_least_one = LinearConstraint(wanted.T.astype(float), 1, np.inf)
    answer = _solved(np.ones(n), [at_least_one], n, time_limit_s)
    return round(answer.fun) if answer.status == 0 else None


def greedy_sites(weights: np.ndarray, serves: np.ndarray, k: int) -> tuple[int, ...]:
    """Choose ``k`` sites one by one, each the one that adds most: good, but not always best.

    Parameters
    ----------
    weights, serves, k
        As in `best_cover`.

    Returns
    -------
    tuple of int
        Places of the sites, ascending; of equals the first is taken.
    """
    sites: list[int] = []
    left = np.asarray(weights, dtype=float).copy()
    for _ in range(k):
        gains = np.where(np.isin(np.arange(len(left)), sites), -1.0, serves @ left)
        sites.append(int(gains.argmax()))
        left[serves[sites[-1]]] = 0
    return tuple(sorted(sites))


def served_weight(weights: np.ndarray, serves: np.ndarray, sites: Iterable[int]) -> float:
    """Sum up what the sites serve together, each place counted once."""
    return float(weights[serves[list(sites)].any(axis=0)].sum())


def is_same_weight(one: float, other: float) -> bool:
    """Whether two sums are the same but for the last bits of a decimal number."""
    return bool(np.isclose(one, other, rtol=1e-9, atol=1e-6))


def _solved(costs: np.ndarray, constraints: list[Any], sites: int, time_limit_s: float) -> Any:
    """The integer programme: the first variables are sites and whole; all lie within 0-1."""
    from scipy.optimize import Bounds, milp

    # What is served follows from the sites, and need not be asked to be whole.
    return milp(
        costs,
        constraints=constraints,
        integrality=(np.arange(len(costs)) < sites).astype(int),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0, "time_limit": time_limit_s},
    )
