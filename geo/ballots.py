"""Nominees and approval ballots, checked, and equal ballots put together.

What the votes come to is counted in `geo.approval` and `geo.proportional`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.errors import GeoError, require_columns

QUOTED = 5
"""How many faulty ids a message quotes; the rest is counted there."""


@dataclass(frozen=True, kw_only=True)
class BallotGroups:
    """Ballots that approve the same nominees, put together.

    ``approvals`` has one tuple per group: the positions (0 first) of the approved nominees in
    the table of nominees, rising; ``weights`` has the number of ballots in each. ``voters`` also
    counts the ballots that approve nobody, which stand in no group. ``votes`` has the number of
    ballots that approve each nominee, in the order of the nominees.
    """

    approvals: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]
    votes: tuple[int, ...]
    voters: int


def check_nominees(nominees: pd.DataFrame) -> None:
    """Raise unless every nominee has an id of its own.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``.

    Raises
    ------
    GeoError
        An id is missing or repeated, or the column is.

    Examples
    --------
    >>> check_nominees(pd.DataFrame({"nominee_id": ["a", "a"]}))
    Traceback (most recent call last):
        ...
    geo.errors.GeoError: nominees: ids that repeat: 'a'; expected each nominee once
    """
    require_columns(nominees, ["nominee_id"], of="nominees")
    ids = nominees["nominee_id"]
    faults = [
        _fault("ids that repeat", ids[ids.duplicated() & ids.notna()]),
        f"{ids.isna().sum()} without an id" if ids.isna().any() else "",
    ]
    _raise(faults, of="nominees", expected="each nominee once")


def check_seats(seats: int) -> None:
    """Raise unless there is at least one seat.

    Examples
    --------
    >>> check_seats(0)
    Traceback (most recent call last):
        ...
    geo.errors.GeoError: Asked to fill 0 seats: expected a whole number, 1 or more
    """
    # bool is an int to Python and no number of seats to anyone.
    if isinstance(seats, bool) or not isinstance(seats, int) or seats < 1:
        raise GeoError(f"Asked to fill {seats!r} seats: expected a whole number, 1 or more")


def check_council(council_ids: Iterable[str], nominees: pd.DataFrame) -> list[str]:
    """Give the ids of a council as a list, or raise unless each is a nominee and stands once.

    Parameters
    ----------
    council_ids
        Ids of those who have a seat.
    nominees
        Needs ``nominee_id``.

    Returns
    -------
    list of str
        The ids in the order given.

    Raises
    ------
    GeoError
        An id repeats, or is no nominee's.

    Examples
    --------
    >>> check_council(["b"], pd.DataFrame({"nominee_id": ["a", "b"]}))
    ['b']
    """
    check_nominees(nominees)
    ids = pd.Series(list(council_ids), dtype="object")
    faults = [
        _fault("ids that repeat", ids[ids.duplicated()]),
        _fault("ids of no nominee", ids[~ids.isin(nominees["nominee_id"])]),
    ]
    _raise(faults, of="council", expected="nominees, each once")
    return [str(one) for one in ids]


def check_ballots(
    nominees: pd.DataFrame, ballots: pd.DataFrame, *, ballot_ids: Sequence[str] | None = None
) -> None:
    """Raise unless ballots name known nominees, each once a ballot; all faults at once.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``.
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    ballot_ids
        The ids of all ballots cast, those that approve nobody included.

    Raises
    ------
    GeoError
        A nominee is unknown, a pair repeats, an id is missing, or ``ballot_ids`` repeats an id
        or lacks one that is in ``ballots``.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"]})
    >>> check_ballots(nominees, pd.DataFrame({"ballot_id": ["1"], "nominee_id": ["c"]}))
    Traceback (most recent call last):
        ...
    geo.errors.GeoError: ballots: nominees that do not stand: 'c'; expected known nominees, \
each once a ballot
    """
    check_nominees(nominees)
    require_columns(ballots, ["ballot_id", "nominee_id"], of="ballots")
    pairs = ballots[["ballot_id", "nominee_id"]]
    has_both = pairs.notna().all(axis=1)
    named = pairs["nominee_id"]
    faults = [
        _fault("nominees that do not stand", named[has_both & ~named.isin(nominees["nominee_id"])]),
        _fault("ballots that approve one twice", pairs["ballot_id"][has_both & pairs.duplicated()]),
        f"{(~has_both).sum()} rows without an id" if not has_both.all() else "",
    ]
    if ballot_ids is not None:
        cast = pd.Series(list(ballot_ids), dtype="object")
        left = pairs["ballot_id"][has_both & ~pairs["ballot_id"].isin(cast)]
        faults.append(_fault("ids that ballot_ids repeats", cast[cast.duplicated()]))
        faults.append(_fault("ballots that ballot_ids lacks", left))
    _raise(faults, of="ballots", expected="known nominees, each once a ballot")


def ballot_groups(
    nominees: pd.DataFrame, ballots: pd.DataFrame, *, ballot_ids: Sequence[str] | None = None
) -> BallotGroups:
    """Put together the ballots that approve the same nominees.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``.
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    ballot_ids
        The ids of all ballots cast. A ballot that approves nobody has no row in ``ballots``; it
        counts as a voter only if its id is here. Without them, the ballots with a row are all.

    Returns
    -------
    BallotGroups
        The groups in the order of their first ballot.

    Raises
    ------
    GeoError
        As `check_ballots`.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"]})
    >>> ballots = pd.DataFrame({"ballot_id": ["1", "2", "2"], "nominee_id": ["a", "b", "a"]})
    >>> groups = ballot_groups(nominees, ballots, ballot_ids=["1", "2", "3"])
    >>> groups.approvals, groups.weights, groups.votes, groups.voters
    (((0,), (0, 1)), (1, 1), (2, 1), 3)
    """
    check_ballots(nominees, ballots, ballot_ids=ballot_ids)
    position = {nominee: at for at, nominee in enumerate(nominees["nominee_id"])}
    approved: dict[str, list[int]] = {}
    for ballot, nominee in zip(ballots["ballot_id"], ballots["nominee_id"], strict=True):
        approved.setdefault(ballot, []).append(position[nominee])
    weights = Counter(tuple(sorted(positions)) for positions in approved.values())
    votes = [0] * len(nominees)
    for approval, weight in weights.items():
        for at in approval:
            votes[at] += weight
    return BallotGroups(
        approvals=tuple(weights),
        weights=tuple(weights.values()),
        votes=tuple(votes),
        voters=len(approved) if ballot_ids is None else len(ballot_ids),
    )


def _fault(what: str, ids: pd.Series) -> str:
    """One fault as words with its ids, the first few quoted; nothing if there are none."""
    named = list(dict.fromkeys(ids.tolist()))
    if not named:
        return ""
    more = f" and {len(named) - QUOTED} more" if len(named) > QUOTED else ""
    return f"{what}: {', '.join(repr(one) for one in named[:QUOTED])}{more}"


def _raise(faults: Iterable[str], *, of: str, expected: str) -> None:
    found = [fault for fault in faults if fault]
    if found:
        raise GeoError(f"{of}: {'; '.join(found)}; expected {expected}")
