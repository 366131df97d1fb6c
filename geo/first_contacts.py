"""Which municipalities to contact first so that most people leave a gap: exact, or said so.

What a gap is stands in `geo.coverage`, who is whose neighbour in `geo.neighbours`, the search
itself in `geo.maximum_coverage`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import GeoError, require_columns
from geo.maximum_coverage import best_cover, fewest_sites, is_same_weight, served_weight

STATUSES = ("optimal", "not_proven")
"""Proven that no other choice reaches more people; or stopped by the time limit before that."""

REASONS = ("weight_unknown", "gap_unknown")
"""Why a municipality is set aside: its people, or whether it is a gap at all, are not known."""

TIME_LIMIT_S = 10.0
"""Seconds for one search; one among 308 municipalities takes less than a tenth of one."""


@dataclass(frozen=True)
class FirstContacts:
    """Whom to contact first, how many people that reaches, and how sure it is that none is better.

    Attributes
    ----------
    contacts
        One row per municipality to contact, in the order to do so: rank (from 1),
        municipality_code, weight (its own people), gain (its own people and those of
        ``shared_with``), shared_with (codes, joined with commas, of its neighbours that are not
        contacted themselves nor counted for a contact before it; empty without sharing). The
        gains add up to ``reached``.
    reached
        People that all contacts reach together.
    total
        People in all gaps that were compared.
    bound
        No choice of as many contacts reaches more than this; equals ``reached`` when optimal.
    status
        One of ``STATUSES``.
    needed
        The fewest contacts that reach everybody, where that is no more than were asked for: more
        than these are not listed. None where not everybody is reached, or where it could not be
        proven in time.
    is_unique
        Whether this is the only best choice; None where that could not be proven in time.
    stand_ins
        Without sharing: codes not chosen that have as many people as the last one chosen. With
        sharing: the codes of another choice as good; there may be more. Empty if there is none.
    set_aside
        municipality_code and reason (``REASONS``) of each municipality that was not compared.
    """

    contacts: pd.DataFrame
    reached: float
    total: float
    bound: float
    status: str
    needed: int | None
    is_unique: bool | None
    stand_ins: tuple[str, ...]
    set_aside: pd.DataFrame

    @property
    def share(self) -> float | None:
        """The part of all people in gaps that the contacts reach, 0-1; None without any people."""
        return self.reached / self.total if self.total else None


def first_contacts(
    gaps: pd.DataFrame,
    k: int,
    *,
    neighbours: pd.DataFrame | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> FirstContacts:
    """Choose the municipalities whose leaving the gap brings most people out of it.

    Without sharing these are the ``k`` with most people. With ``neighbours`` one contact serves
    its municipality and the gaps next to it, and each is counted once: the maximal covering
    location problem. Taking the largest first, one by one, is not always best there. Contacts are
    chosen among gaps only, and no more of them than it takes to reach everybody.

    Parameters
    ----------
    gaps
        Columns municipality_code (each once), is_gap, weight (people, 0 or more).
    k
        How many to contact, 1 or more.
    neighbours
        Columns municipality_code, neighbour_code, as from `geo.neighbours.neighbours`: a contact
        in the one serves the other. Pairs with a municipality that is no gap here are left out.
        None: nobody shares a contact.
    time_limit_s
        Seconds for each of the up to four searches.

    Returns
    -------
    FirstContacts
        The same for the same rows in any order. Of equal municipalities the lower code comes
        first, and the others are named.

    Raises
    ------
    GeoError
        A column is missing, a municipality stands twice, a weight is below 0, or ``k`` below 1.

    References
    ----------
    Church, R. and ReVelle, C. (1974): The maximal covering location problem. Papers of the
    Regional Science Association 32, 101-118.

    Examples
    --------
    Four gaps in a row, 001-002-003-004. Alone the largest counts; with sharing one between.

    >>> gaps = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "002", "003", "004"],
    ...         "is_gap": True,
    ...         "weight": [500, 100, 400, 450],
    ...     }
    ... )
    >>> first_contacts(gaps, 1).contacts[["municipality_code", "gain"]]
      municipality_code  gain
    0               001   500
    >>> borders = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "002", "002", "003", "003", "004"],
    ...         "neighbour_code": ["002", "001", "003", "002", "004", "003"],
    ...     }
    ... )
    >>> best = first_contacts(gaps, 1, neighbours=borders)
    >>> best.contacts[["municipality_code", "gain", "shared_with"]]
      municipality_code  gain shared_with
    0               002  1000     001,003
    >>> round(best.share, 2), best.status, best.is_unique
    (0.69, 'optimal', True)
    """
    if k < 1:
        raise GeoError(f"k is {k!r}; at least 1 municipality has to be contacted")
    compared, set_aside = _compared(gaps)
    weights = compared["weight"].to_numpy(dtype=float)
    serves = _serves(compared, neighbours)
    needed: int | None
    is_unique: bool | None
    if neighbours is None:
        order = _by_size(weights)
        sites, needed = order[:k], len(order) if len(order) <= k else None
        bound, status = float(weights[sites].sum()), "optimal"
        others = [
            place for place in order[k:] if is_same_weight(weights[place], weights[sites[-1]])
        ]
        is_unique = not others
    else:
        sites, bound, status = _shared(weights, serves, k, time_limit_s)
        needed = None
        if is_same_weight(served_weight(weights, serves, sites), float(weights.sum())):
            # Only here can there be fewer that do the same, and counting them takes longest.
            needed = fewest_sites(weights, serves, time_limit_s=time_limit_s)
        if needed is not None and needed < len(sites):
            sites, bound, status = _shared(weights, serves, needed, time_limit_s)
        others, is_unique = _another(weights, serves, sites, status, time_limit_s)
    codes = compared["municipality_code"].to_numpy(dtype=object)
    return FirstContacts(
        contacts=_listed(compared, serves, sites),
        reached=served_weight(weights, serves, sites),
        total=float(weights.sum()),
        bound=bound,
        status=status,
        needed=needed,
        is_unique=is_unique,
        stand_ins=tuple(codes[others]) if others else (),
        set_aside=set_aside,
    )


def contact_curve(
    gaps: pd.DataFrame,
    k_max: int,
    *,
    neighbours: pd.DataFrame | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> pd.DataFrame:
    """Tell how many people the first 1, 2, ... contacts reach, each number chosen anew.

    Parameters
    ----------
    gaps, neighbours, time_limit_s
        As in `first_contacts`.
    k_max
        The largest number of contacts, 1 or more.

    Returns
    -------
    DataFrame
        One row per number, from 1 to ``k_max``: contacts, reached (people), share (of all people
        in gaps, 0-1; NA without any), status (one of ``STATUSES``), bound (people). Never falls;
        flat once everybody is reached.

    Raises
    ------
    GeoError
        As `first_contacts`.

    Examples
    --------
    >>> gaps = pd.DataFrame(
    ...     {"municipality_code": ["001", "002", "003"], "is_gap": True, "weight": [20, 50, 30]}
    ... )
    >>> contact_curve(gaps, 4)[["contacts", "reached", "share"]]
       contacts  reached  share
    0         1       50    0.5
    1         2       80    0.8
    2         3      100    1.0
    3         4      100    1.0
    """
    if k_max < 1:
        raise GeoError(f"k_max is {k_max!r}; the curve begins at 1 contact")
    compared, _ = _compared(gaps)
    weights = compared["weight"].to_numpy(dtype=float)
    serves, total = _serves(compared, neighbours), float(weights.sum())
    rows: list[tuple[int, float, str, float]] = []
    reached = 0.0
    for k in range(1, k_max + 1):
        status, bound = "optimal", total
        if not is_same_weight(reached, total):
            if neighbours is None:
                sites, bound = _by_size(weights)[:k], float(np.sort(weights)[::-1][:k].sum())
            else:
                sites, bound, status = _shared(weights, serves, k, time_limit_s)
            # A search that was stopped may find less than the one for fewer contacts did.
            reached = max(reached, served_weight(weights, serves, sites))
        rows.append((k, reached, status, bound))
    curve = pd.DataFrame(rows, columns=["contacts", "reached", "status", "bound"])
    share = curve["reached"] / total if total else pd.Series(pd.NA, index=curve.index)
    curve.insert(2, "share", share.astype("Float64"))
    people = str(compared["weight"].dtype)
    types = {"contacts": "Int64", "reached": people, "bound": people, "status": "string"}
    return curve.astype(types)


def _compared(gaps: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The gaps with their people, by code, and what is set aside."""
    require_columns(gaps, ["municipality_code", "is_gap", "weight"], of="gaps")
    codes, weights = gaps["municipality_code"], gaps["weight"].astype("Float64")
    twice = codes[codes.duplicated()].tolist()
    negative = codes[weights.lt(0).fillna(False)].tolist()
    if twice or negative:
        raise GeoError(
            f"gaps hold {twice!r} more than once and a weight below 0 for {negative!r}; give each "
            "municipality once, with its number of people"
        )
    is_gap = gaps["is_gap"].astype("boolean")
    reason = pd.Series(pd.NA, index=gaps.index, dtype="string")
    reason = reason.mask(weights.isna(), "weight_unknown").mask(is_gap.isna(), "gap_unknown")
    frame = gaps[["municipality_code"]].assign(weight=weights, reason=reason)
    # By code, so that the order of the rows decides nothing.
    frame = frame[is_gap.fillna(True)].sort_values("municipality_code", ignore_index=True)
    is_aside = frame["reason"].notna()
    aside = frame.loc[is_aside, ["municipality_code", "reason"]].reset_index(drop=True)
    compared = frame.loc[~is_aside, ["municipality_code", "weight"]].reset_index(drop=True)
    if (compared["weight"] == compared["weight"].round()).all():
        compared["weight"] = compared["weight"].astype("Int64")
    return compared, aside


def _serves(compared: pd.DataFrame, neighbours: pd.DataFrame | None) -> np.ndarray:
    """Whether a contact in the row's municipality serves the column's."""
    serves = np.eye(len(compared), dtype=bool)
    if neighbours is not None:
        require_columns(neighbours, ["municipality_code", "neighbour_code"], of="neighbours")
        places = pd.Index(compared["municipality_code"])
        one = places.get_indexer(neighbours["municipality_code"])
        other = places.get_indexer(neighbours["neighbour_code"])
        is_among = (one >= 0) & (other >= 0)
        serves[one[is_among], other[is_among]] = True
    return serves


def _by_size(weights: np.ndarray) -> list[int]:
    """Places that have people, the most first; equals by code."""
    order = np.argsort(-weights, kind="stable")
    return order[weights[order] > 0].tolist()


def _shared(
    weights: np.ndarray, serves: np.ndarray, k: int, time_limit_s: float
) -> tuple[list[int], float, str]:
    """The best sites, the bound and the status; as many sites as there are for a larger ``k``."""
    k = min(k, len(weights))
    cover = best_cover(weights, serves, k, time_limit_s=time_limit_s) if k else None
    if cover is None:
        return [], 0.0, "optimal"
    return list(cover.sites), cover.bound, STATUSES[not cover.is_proven]


def _another(
    weights: np.ndarray, serves: np.ndarray, sites: list[int], status: str, time_limit_s: float
) -> tuple[list[int], bool | None]:
    """Another choice as good, if there is one, and whether the choice is the only best one."""
    if not sites:
        return [], True
    if status != "optimal":
        return [], None
    other = best_cover(weights, serves, len(sites), without=sites, time_limit_s=time_limit_s)
    if other is None:  # all there are, or nothing found in time
        return [], True if len(sites) == len(weights) else None
    if is_same_weight(other.reached, served_weight(weights, serves, sites)):
        return list(other.sites), False
    return [], True if other.bound < served_weight(weights, serves, sites) else None


def _listed(compared: pd.DataFrame, serves: np.ndarray, sites: Iterable[int]) -> pd.DataFrame:
    """The sites in the order to contact them, each with those that it is counted for."""
    codes = compared["municipality_code"].to_numpy(dtype=object)
    weights = compared["weight"].to_numpy(dtype=float)
    left = sorted(sites)
    # Who is contacted is counted for itself, however near to another contact.
    is_free = ~np.isin(np.arange(len(codes)), left)
    rows = []
    for rank in range(1, len(left) + 1):
        gains = [weights[site] + weights[serves[site] & is_free].sum() for site in left]
        place = int(np.argmax(gains))
        site = left.pop(place)
        shared = serves[site] & is_free
        is_free &= ~shared
        rows.append((rank, codes[site], weights[site], gains[place], ",".join(codes[shared])))
    people = str(compared["weight"].dtype)
    types = {"rank": "Int64", "municipality_code": "string", "weight": people, "gain": people}
    frame = pd.DataFrame(rows, columns=[*types, "shared_with"])
    return frame.astype(types | {"shared_with": "string"})
