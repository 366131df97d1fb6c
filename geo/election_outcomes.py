"""What a council means: seats by group and voters' satisfaction.

Who is elected is found in `geo.approval` and `geo.proportional`; rules stand side by side in
`geo.rule_comparison`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.ballots import check_ballots, check_council, check_nominees
from geo.errors import GeoError, require_columns
from geo.shares import by_group, seat_parts, shown_groups


@dataclass(frozen=True, kw_only=True)
class GroupSeats:
    """Seats of each target group beside its fair share, and what lies outside all groups.

    ``groups`` is as `seats_by_group` tells. ``nominees_outside``, ``votes_outside`` (None where
    votes are not known of every nominee) and ``seats_outside`` count the nominees without a
    group that is shown: they speak for everyone, or it is not known for whom. With the groups
    they add up to all nominees, all votes and the seats held. ``nominees_unknown`` and
    ``seats_unknown`` are those of them of whom no group at all is known.
    """

    groups: pd.DataFrame
    seats: int
    nominees_outside: int
    votes_outside: int | None
    seats_outside: int
    nominees_unknown: int
    seats_unknown: int


@dataclass(frozen=True, kw_only=True)
class VoterSatisfaction:
    """How many of those whom each ballot approves are elected.

    ``ballots`` has one row per ballot: ``ballot_id``, ``approvals``, ``elected_approvals``.
    ``distribution`` has one row per number from 0 to the greatest found: ``elected_approvals``,
    ``ballots``, ``ballot_share`` (0-1). ``mean``, ``least`` and ``most`` are over all ballots;
    ``without_elected`` ballots have no elected approval, ``share_without`` (0-1) of all, and
    ``empty`` of them approve nobody at all.
    """

    ballots: pd.DataFrame
    distribution: pd.DataFrame
    mean: float
    least: int
    most: int
    without_elected: int
    share_without: float
    empty: int


def nominee_parts(
    nominees: pd.DataFrame,
    nominee_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool = False,
) -> pd.DataFrame:
    """Split each nominee among the target groups it speaks for: 1/k to each of the k.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``.
    nominee_groups
        Needs ``nominee_id``, ``target_group_code``: one row per pair.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    with_general
        Keep general groups (everyone); else they are left out before k is counted.

    Returns
    -------
    pandas.DataFrame
        One row per nominee and group: ``nominee_id``, ``target_group_code``, ``part`` (0-1), in
        the order of ``nominees``, index from 0.

    Raises
    ------
    GeoError
        A pair repeats, a nominee does not stand, or a code is not in ``target_groups``.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"]})
    >>> links = pd.DataFrame({"nominee_id": ["a", "a"], "target_group_code": ["old", "ill"]})
    >>> groups = pd.DataFrame({"target_group_code": ["old", "ill"], "is_general": False})
    >>> nominee_parts(nominees, links, groups)
      nominee_id target_group_code  part
    0          a               old   0.5
    1          a               ill   0.5
    """
    check_nominees(nominees)
    pair = ["nominee_id", "target_group_code"]
    require_columns(nominee_groups, pair, of="nominee_groups")
    ids = nominee_groups["nominee_id"]
    strangers = sorted(set(ids.dropna()) - set(nominees["nominee_id"]))
    if (
        strangers
        or nominee_groups[pair].isna().any(axis=None)
        or nominee_groups.duplicated(pair).any()
    ):
        raise GeoError(
            f"nominee_groups: nominees that do not stand: {strangers!r}; "
            f"{int(nominee_groups.duplicated(pair).sum())} pairs repeat; "
            f"{int(nominee_groups[pair].isna().any(axis=1).sum())} rows lack an id or a code; "
            "expected each nominee and group once"
        )
    # The rule is the one for seats of a board: a nominee is a seat that may come.
    seats = nominees[["nominee_id"]].rename(columns={"nominee_id": "seat_id"})
    parts = seat_parts(
        seats.assign(board_id="", is_counted=True),
        nominee_groups[pair].rename(columns={"nominee_id": "seat_id"}),
        target_groups,
        with_general=with_general,
    )
    return parts.rename(columns={"seat_id": "nominee_id"})[[*pair, "part"]]


def seats_by_group(
    council_ids: Iterable[str],
    nominees: pd.DataFrame,
    nominee_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    seats: int | None = None,
    with_general: bool = False,
) -> GroupSeats:
    """Count each target group's seats, and what its votes and its nominees would be due.

    A nominee that speaks for k groups gives each 1/k of its seat, of its votes and of itself.
    Two fair shares: by votes, the group's part of all approvals cast times the seats; by
    nominees, its part of all nominees times the seats. Those outside all groups are in both
    wholes, so that a fair share does not depend on who was elected.

    Parameters
    ----------
    council_ids
        Ids of those who have a seat.
    nominees
        Needs ``nominee_id``, ``votes`` (approvals cast on each; NA: not known).
    nominee_groups
        Needs ``nominee_id``, ``target_group_code``: one row per pair.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    seats
        Seats to fill, for the fair shares; without it, as many as the council has.
    with_general
        Keep general groups (everyone).

    Returns
    -------
    GroupSeats
        Its ``groups`` have one row per target group, order and index of ``target_groups``
        (general ones only if asked for): ``target_group_code``; ``nominees`` (that speak for the
        group); ``nominee_parts`` and ``vote_parts`` (sums of parts; the latter NA where votes
        are not known of every nominee); ``seats`` (sum of the parts that are known; NA instead of
        0 where one of the council has no known group: it may be this one);
        ``fair_seats_by_votes``,
        ``fair_seats_by_nominees`` (seats; NA where there are no votes or nominees);
        ``deficit_by_votes``, ``deficit_by_nominees`` (seats held less seats due: below 0 where
        seats are missing).

    Raises
    ------
    GeoError
        As `nominee_parts`, or the council repeats an id or has one of no nominee.

    Examples
    --------
    Of 10 approvals 6 went to a, which speaks for the old and the ill: 3 each, of 10, for 2 seats.

    >>> nominees = pd.DataFrame({"nominee_id": list("abc"), "votes": [6, 3, 1]})
    >>> links = pd.DataFrame(
    ...     {"nominee_id": ["a", "a", "b"], "target_group_code": ["old", "ill", "old"]}
    ... )
    >>> groups = pd.DataFrame({"target_group_code": ["old", "ill"], "is_general": False})
    >>> held = seats_by_group(["a", "b"], nominees, links, groups)
    >>> held.groups[["target_group_code", "seats", "fair_seats_by_votes", "deficit_by_votes"]]
      target_group_code  seats  fair_seats_by_votes  deficit_by_votes
    0               old    1.5                  1.2               0.3
    1               ill    0.5                  0.6              -0.1
    >>> held.nominees_outside, held.votes_outside, held.seats_outside
    (1, 1, 0)

    Of c no group is known: with it on the council nobody can say that the ill have no seat.

    >>> seats_by_group(["b", "c"], nominees, links, groups).groups["seats"].tolist()
    [1.0, <NA>]
    """
    require_columns(nominees, ["nominee_id", "votes"], of="nominees")
    council = check_council(council_ids, nominees)
    due = len(council) if seats is None else seats
    parts = nominee_parts(nominees, nominee_groups, target_groups, with_general=with_general)
    votes = nominees.set_index("nominee_id")["votes"].astype("Int64")
    is_known = bool(votes.notna().all())
    parts["votes"] = parts["part"] * parts["nominee_id"].map(votes)
    parts["seats"] = parts["part"].where(parts["nominee_id"].isin(council), 0.0)
    sums = parts.groupby("target_group_code")[["part", "votes", "seats"]].sum()
    groups = shown_groups(target_groups, with_general=with_general)[["target_group_code"]].copy()
    named = parts["target_group_code"].value_counts()
    groups["nominees"] = by_group(groups, named).astype("Int64")
    groups["nominee_parts"] = by_group(groups, sums["part"])
    unknown = pd.Series(pd.NA, groups.index, "Float64")
    groups["vote_parts"] = by_group(groups, sums["votes"]) if is_known else unknown
    is_unknown = ~nominees["nominee_id"].isin(nominee_groups["nominee_id"])
    seats_unknown = int((is_unknown & nominees["nominee_id"].isin(council)).sum())
    held = by_group(groups, sums["seats"])
    groups["seats"] = held.mask(held == 0) if seats_unknown else held
    total = int(votes.sum()) if is_known else 0
    by_votes = groups["vote_parts"] * due / total if total else unknown
    by_nominees = groups["nominee_parts"] * due / len(nominees) if len(nominees) else unknown
    groups["fair_seats_by_votes"], groups["fair_seats_by_nominees"] = by_votes, by_nominees
    groups["deficit_by_votes"] = groups["seats"] - by_votes
    groups["deficit_by_nominees"] = groups["seats"] - by_nominees
    outside = nominees["nominee_id"][~nominees["nominee_id"].isin(parts["nominee_id"])]
    return GroupSeats(
        groups=groups,
        seats=due,
        nominees_outside=len(outside),
        votes_outside=int(votes[outside].sum()) if is_known else None,
        seats_outside=int(outside.isin(council).sum()),
        nominees_unknown=int(is_unknown.sum()),
        seats_unknown=seats_unknown,
    )


def voter_satisfaction(
    ballots: pd.DataFrame,
    council_ids: Iterable[str],
    *,
    ballot_ids: Sequence[str] | None = None,
) -> VoterSatisfaction:
    """Count each ballot's elected approvals.

    Parameters
    ----------
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    council_ids
        Ids of those who have a seat; one without any approval is in no ballot.
    ballot_ids
        All ballots cast, as in `geo.ballots.ballot_groups`: one that approves nobody counts
        among those without an elected approval.

    Returns
    -------
    VoterSatisfaction
        Ballots in the order of ``ballot_ids``, or of their first row.

    Raises
    ------
    GeoError
        There is no ballot, or `geo.ballots.check_ballots` finds a fault.

    Examples
    --------
    >>> ballots = pd.DataFrame({"ballot_id": list("112"), "nominee_id": list("abc")})
    >>> satisfaction = voter_satisfaction(ballots, ["a", "b"], ballot_ids=["1", "2", "3"])
    >>> satisfaction.distribution[["elected_approvals", "ballots"]]
       elected_approvals  ballots
    0                  0        2
    1                  1        0
    2                  2        1
    >>> satisfaction.without_elected, satisfaction.empty
    (2, 1)
    """
    require_columns(ballots, ["ballot_id", "nominee_id"], of="ballots")
    # Every approved nominee stands here: whether it is a nominee was for the rules to check.
    standing = ballots[["nominee_id"]].dropna().drop_duplicates()
    check_ballots(standing, ballots, ballot_ids=ballot_ids)
    cast = list(dict.fromkeys(ballots["ballot_id"] if ballot_ids is None else ballot_ids))
    if not cast:
        raise GeoError("Counted elected approvals: there is no ballot; expected 1 or more")
    elected = ballots["nominee_id"].isin(list(council_ids)).groupby(ballots["ballot_id"])
    rows = pd.DataFrame({"ballot_id": pd.Series(cast, dtype="string")})
    for name, counts in (("approvals", elected.size()), ("elected_approvals", elected.sum())):
        rows[name] = rows["ballot_id"].map(counts).fillna(0).astype("Int64")
    counts = rows["elected_approvals"]
    most = int(counts.max())
    distribution = pd.DataFrame({"elected_approvals": range(most + 1)}, dtype="Int64")
    distribution["ballots"] = counts.value_counts().reindex(range(most + 1), fill_value=0).array
    distribution["ballot_share"] = distribution["ballots"] / len(cast)
    without = int((counts == 0).sum())
    return VoterSatisfaction(
        ballots=rows,
        distribution=distribution.astype({"ballots": "Int64", "ballot_share": "Float64"}),
        mean=float(counts.mean()),
        least=int(counts.min()),
        most=most,
        without_elected=without,
        share_without=without / len(cast),
        empty=int((rows["approvals"] == 0).sum()),
    )
