"""Seats and organisations shared out among target groups: 1/k to each of the k that one has.

A board's shares, which need to know how much of it is known, live in representation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from geo.errors import GeoError


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Shares to hold a board against, and how many organisations they rest on.

    ``shares`` has one row per target group (see ``reference_shares``). Of the ``organisations``
    given, ``with_group`` make up the shares; left out are ``general_only`` (they serve everyone
    and no group) and ``without_group`` (whom they serve is not known). The three add up.
    """

    shares: pd.DataFrame
    organisations: int
    with_group: int
    general_only: int
    without_group: int


def seat_parts(
    seats: pd.DataFrame,
    seat_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Split each seat among the target groups it speaks for.

    A seat that speaks for k groups gives each 1/k. Deputies and possible seats are split too:
    ``is_counted`` tells them apart.

    Parameters
    ----------
    seats
        Needs ``seat_id``, ``board_id``, ``is_counted``.
    seat_target_groups
        Needs ``seat_id``, ``target_group_code``; rows of other seats are passed over.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Keep general groups (everyone); else they are left out before k is counted.

    Returns
    -------
    pandas.DataFrame
        One row per seat and group: ``seat_id``, ``board_id``, ``is_counted``,
        ``target_group_code``, ``part`` (0-1); in the order of ``seats``, index from 0.

    Raises
    ------
    GeoError
        A seat speaks for a code that is not in ``target_groups``.

    Examples
    --------
    >>> seats = pd.DataFrame({"seat_id": ["s1", "s2"], "board_id": "b", "is_counted": True})
    >>> spoken_for = pd.DataFrame(
    ...     {"seat_id": ["s1", "s1", "s2"], "target_group_code": ["old", "young", "all"]}
    ... )
    >>> groups = pd.DataFrame(
    ...     {"target_group_code": ["old", "young", "all"], "is_general": [False, False, True]}
    ... )
    >>> seat_parts(seats, spoken_for, groups)[["seat_id", "target_group_code", "part"]]
      seat_id target_group_code  part
    0      s1               old   0.5
    1      s1             young   0.5
    """
    own = seats[["seat_id", "board_id", "is_counted"]].astype({"is_counted": "boolean"})
    spoken_for = seat_target_groups[["seat_id", "target_group_code"]]
    return _parts(own.merge(spoken_for, on="seat_id"), "seat_id", target_groups, with_general)


def reference_shares(
    organisation_ids: Iterable[str],
    organisation_target_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> Reference:
    """Share out organisations among the target groups they serve.

    The same rule as for seats: an organisation that serves k groups gives each 1/k.

    Parameters
    ----------
    organisation_ids
        The organisations, as ``organisations_of_area`` gives them; one named twice counts once.
    organisation_target_groups
        Needs ``organisation_id``, ``target_group_code``.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Keep general groups (everyone).

    Returns
    -------
    Reference
        Its ``shares`` has one row per target group, order and index of ``target_groups``
        (general ones only if asked for): ``target_group_code``, ``organisations`` (that serve
        the group), ``organisation_parts`` (sum of their parts), ``reference_share`` (0-1; NA
        where no organisation has a known group).

    Raises
    ------
    GeoError
        An organisation serves a code that is not in ``target_groups``.

    Examples
    --------
    >>> served = pd.DataFrame(
    ...     {"organisation_id": ["o1", "o1", "o2"], "target_group_code": ["old", "ill", "old"]}
    ... )
    >>> groups = pd.DataFrame({"target_group_code": ["old", "ill"], "is_general": False})
    >>> reference = reference_shares(["o1", "o2", "o3"], served, groups)
    >>> reference.shares["reference_share"].tolist(), reference.without_group
    ([0.75, 0.25], 1)
    """
    ids = pd.Index(list(organisation_ids)).unique()
    links = organisation_target_groups[["organisation_id", "target_group_code"]]
    served = links[links["organisation_id"].isin(ids)]
    parts = _parts(served, "organisation_id", target_groups, with_general)
    grouped = parts["part"].groupby(parts["target_group_code"])
    with_group = parts["organisation_id"].nunique()
    with_any = served["organisation_id"].nunique()
    shares = shown_groups(target_groups, with_general=with_general)[["target_group_code"]].copy()
    shares["organisations"] = by_group(shares, grouped.size()).astype("Int64")
    shares["organisation_parts"] = by_group(shares, grouped.sum())
    shares["reference_share"] = shares["organisation_parts"] / (with_group or pd.NA)
    return Reference(
        shares=shares,
        organisations=len(ids),
        with_group=with_group,
        general_only=with_any - with_group,
        without_group=len(ids) - with_any,
    )


def shown_groups(target_groups: pd.DataFrame, *, with_general: bool = False) -> pd.DataFrame:
    """Select the target groups that take part.

    Parameters
    ----------
    target_groups
        Needs ``is_general``.
    with_general
        Keep general groups (everyone).

    Returns
    -------
    pandas.DataFrame
        The rows that remain, all columns, order and index as they were.

    Examples
    --------
    >>> groups = pd.DataFrame({"target_group_code": ["old", "all"], "is_general": [False, True]})
    >>> shown_groups(groups)["target_group_code"].tolist()
    ['old']
    """
    return target_groups if with_general else target_groups[~target_groups["is_general"]]


def by_group(shares: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Lay values by code on the rows of target groups.

    Parameters
    ----------
    shares
        Needs ``target_group_code``.
    values
        One per code, the codes as index.

    Returns
    -------
    pandas.Series
        The values, 0 where there is none; order and index of ``shares``.

    Examples
    --------
    >>> shares = pd.DataFrame({"target_group_code": ["old", "ill"]})
    >>> by_group(shares, pd.Series({"ill": 2})).tolist()
    [0.0, 2.0]
    """
    return shares["target_group_code"].map(values).astype("Float64").fillna(0.0)


def _parts(
    links: pd.DataFrame, id_column: str, target_groups: pd.DataFrame, with_general: bool
) -> pd.DataFrame:
    """Rows of id and group with the part 1/k, where k is the id's number of groups."""
    codes = links["target_group_code"]
    unknown = sorted(set(codes) - set(target_groups["target_group_code"]))
    if unknown:
        raise GeoError(
            f"Shared out by target group and met codes that are not in target_groups: {unknown!r}; "
            "expected codes of that table"
        )
    kept = links[
        codes.isin(shown_groups(target_groups, with_general=with_general)["target_group_code"])
    ]
    per_id = kept.groupby(id_column)[id_column].transform("size")
    return kept.assign(part=(1 / per_id).astype("Float64")).reset_index(drop=True)
