"""Approval voting: votes counted, seats recounted, ties shown and held against the record.

Rules that look at whole ballots live in `geo.proportional`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.ballots import ballot_groups, check_nominees, check_seats
from geo.errors import GeoError, require_columns

RULES = ("approval", "phragmen", "equal_shares")
"""The rules that can be compared: approval voting, sequential Phragmén, Equal Shares."""

OUTCOMES = ("elected", "tied", "not_elected", "unknown")
"""How a nominee fares: sure of a seat, one of those who share it out, out, votes not known."""

ARITHMETIC = ("votes_below_zero", "votes_above_voters", "total_above_approvals")
"""What can be wrong with a list of votes, as `ballot_arithmetic` names it."""


@dataclass(frozen=True, kw_only=True)
class ApprovalResult:
    """Who gets the seats by approval voting, as far as the votes decide it.

    ``nominees`` has one row per nominee, order and index as given: ``nominee_id``,
    ``organisation``, ``votes``, ``rank`` (1 is the most votes; equal votes share a rank and the
    next ones are skipped: 1, 2, 2, 4; NA where votes are not known, and then the others' ranks
    are among the known), ``outcome`` (``OUTCOMES``), ``is_elected`` (as recorded, NA where not),
    ``won_tie`` (of the tied: recorded as elected, so by lot or some other agreed way; NA for
    all others) and ``contradicts`` (elected by votes and not by the record, or the other way
    round; NA where either is not known).

    ``tied`` nominees share the votes of the last seat, and ``open_seats`` are left among them,
    which makes ``possible_outcomes`` councils (1 without a tie). ``threshold_votes`` is the
    number that got the last seat. These are None where unknown votes leave them open:
    ``is_certain`` is False then, and ``unknown_votes`` counts the nominees without votes.
    ``unfilled`` seats have no nominee. ``recorded_seats`` and ``tied_seats_recorded`` count the
    nominees recorded as elected, among all and among the tied; None where that is not known of
    every one of them.
    """

    nominees: pd.DataFrame
    seats: int
    tied: int
    open_seats: int | None
    possible_outcomes: int | None
    threshold_votes: int | None
    is_certain: bool
    unknown_votes: int
    unfilled: int
    recorded_seats: int | None
    tied_seats_recorded: int | None

    def ids_of(self, outcome: str) -> list[str]:
        """The ids of all nominees with an outcome, in the order of the table."""
        return list(self.nominees.loc[self.nominees["outcome"] == outcome, "nominee_id"])

    @property
    def contradictions(self) -> pd.DataFrame:
        """The rows where votes and record contradict each other."""
        return self.nominees[self.nominees["contradicts"].fillna(False)]


def rules_available(*, has_totals: bool, has_ballots: bool) -> tuple[str, ...]:
    """Say which rules can be computed from what is given.

    From the votes of each nominee alone only approval voting can be recounted: the other rules
    ask who approved whom together, and no total tells that.

    Parameters
    ----------
    has_totals
        The votes of the nominees are known.
    has_ballots
        The ballots are, one by one.

    Returns
    -------
    tuple of str
        Some of ``RULES``, in that order.

    Examples
    --------
    >>> rules_available(has_totals=True, has_ballots=False)
    ('approval',)
    >>> rules_available(has_totals=False, has_ballots=True)
    ('approval', 'phragmen', 'equal_shares')
    """
    if has_ballots:
        return RULES
    return RULES[:1] if has_totals else ()


def approval_votes(
    nominees: pd.DataFrame, ballots: pd.DataFrame, *, ballot_ids: Sequence[str] | None = None
) -> pd.DataFrame:
    """Count the ballots that approve each nominee.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``; ``votes``, if there, are the recorded ones.
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    ballot_ids
        As in `geo.ballots.ballot_groups`; here they only check the ballots.

    Returns
    -------
    pandas.DataFrame
        ``nominees``, order and index kept, with ``votes`` (counted; 0 where no ballot approves),
        ``votes_recorded`` (the votes as they came, NA where not known) and ``votes_differ`` (NA
        where none are recorded).

    Raises
    ------
    GeoError
        As `geo.ballots.check_ballots`.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"], "votes": [1, 1]})
    >>> ballots = pd.DataFrame({"ballot_id": ["1", "2"], "nominee_id": ["a", "a"]})
    >>> approval_votes(nominees, ballots)
      nominee_id  votes  votes_recorded  votes_differ
    0          a      2               1          True
    1          b      0               1          True
    """
    groups = ballot_groups(nominees, ballots, ballot_ids=ballot_ids)
    counted = nominees.copy()
    recorded = nominees["votes"] if "votes" in nominees else pd.Series(pd.NA, nominees.index)
    counted["votes"] = pd.Series(groups.votes, nominees.index, dtype="Int64")
    counted["votes_recorded"] = recorded.astype("Int64")
    counted["votes_differ"] = counted["votes"] != counted["votes_recorded"]
    return counted


def approval_result(nominees: pd.DataFrame, seats: int) -> ApprovalResult:
    """Give the seats to the nominees with the most votes, and say where votes do not decide.

    All who share the number of votes of the last seat and cannot all be seated are ``tied``;
    nobody breaks a tie here. A nominee whose votes are not known may have any number of them:
    an outcome that this could change is ``unknown``. The rule asks for no least number of
    votes: a nominee with 0 is seated where a seat is left.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``, ``organisation``, ``votes`` (NA: not known); ``is_elected``, if
        there, is the recorded result (NA: not known).
    seats
        Seats to fill, 1 or more.

    Returns
    -------
    ApprovalResult
        The result; its ``nominees`` keep order and index.

    Raises
    ------
    GeoError
        Ids repeat, votes are below zero, there is no seat, or a column is missing.

    Examples
    --------
    >>> nominees = pd.DataFrame(
    ...     {"nominee_id": list("abcd"), "organisation": "Esimerkki ry", "votes": [3, 5, 3, 1],
    ...      "is_elected": [False, True, True, False]}
    ... )
    >>> result = approval_result(nominees, 2)
    >>> result.nominees[["nominee_id", "votes", "rank", "outcome", "won_tie"]]
      nominee_id  votes  rank      outcome  won_tie
    0          a      3     2         tied    False
    1          b      5     1      elected     <NA>
    2          c      3     2         tied     True
    3          d      1     4  not_elected     <NA>
    >>> result.tied, result.open_seats, result.possible_outcomes
    (2, 1, 2)
    """
    require_columns(nominees, ["nominee_id", "organisation", "votes"], of="nominees")
    check_nominees(nominees)
    check_seats(seats)
    votes = nominees["votes"].astype("Int64")
    if (votes < 0).any():
        raise GeoError(f"Recounted votes and met {int(votes.min())}: expected 0 or more, or NA")
    is_unknown = votes.isna().to_numpy(dtype=bool)
    unknown = int(is_unknown.sum())
    # Unknown votes may all lie below everyone or all above: what holds in both holds always.
    lowest = _outcomes(votes, seats)
    highest = _outcomes(votes, seats - unknown)
    outcome = np.where(lowest == highest, lowest, "unknown")
    outcome[is_unknown] = "elected" if len(nominees) <= seats else "unknown"
    is_certain = not (outcome == "unknown").any()
    is_tied = outcome == "tied"
    tied, open_seats = int(is_tied.sum()), seats - int((outcome == "elected").sum())
    recorded = nominees.get("is_elected", pd.NA)
    rows = pd.DataFrame(
        {
            "nominee_id": nominees["nominee_id"].astype("string"),
            "organisation": nominees["organisation"].astype("string"),
            "votes": votes,
            "rank": votes.rank(method="min", ascending=False).astype("Int64"),
            "outcome": pd.Series(outcome, nominees.index, dtype="string"),
            "is_elected": pd.Series(recorded, nominees.index, dtype="boolean"),
        }
    )
    rows["won_tie"] = rows["is_elected"].where(is_tied)
    by_votes = rows["outcome"].map({"elected": True, "not_elected": False}).astype("boolean")
    rows["contradicts"] = by_votes != rows["is_elected"]
    seated = votes[outcome != "not_elected"]
    return ApprovalResult(
        nominees=rows,
        seats=seats,
        tied=tied,
        open_seats=(open_seats if tied else 0) if is_certain else None,
        possible_outcomes=(math.comb(tied, open_seats) if tied else 1) if is_certain else None,
        threshold_votes=int(seated.min()) if is_certain and seated.notna().any() else None,
        is_certain=is_certain,
        unknown_votes=unknown,
        unfilled=max(seats - len(nominees), 0),
        recorded_seats=_number(rows["is_elected"]),
        tied_seats_recorded=_number(rows.loc[is_tied, "is_elected"]),
    )


def ballot_arithmetic(votes: pd.Series, *, voters: int, approvals: int) -> pd.DataFrame:
    """List what does not add up between the votes and the ballots they came from.

    Nobody has more votes than there were voters, and all votes together are at most what the
    voters could give: ``voters`` times ``approvals`` (or times the nominees, where there are
    fewer of them). Votes that are not known count as 0, so what is listed is wrong for sure.

    Parameters
    ----------
    votes
        Votes per nominee (NA: not known), indexed by nominee_id.
    voters
        Ballots cast.
    approvals
        Approvals allowed on each.

    Returns
    -------
    pandas.DataFrame
        One row per fault, empty when all holds: ``check`` (one of ``ARITHMETIC``),
        ``nominee_id`` (the label; NA for the total), ``votes`` (found), ``limit`` (the bound that
        it oversteps). In the order of ``ARITHMETIC``, then of ``votes``.

    Raises
    ------
    GeoError
        ``voters`` or ``approvals`` is below 1.

    Examples
    --------
    Two voters with one approval each give 2 votes, not 3:

    >>> ballot_arithmetic(pd.Series({"a": 2, "b": 1}), voters=2, approvals=1)
                       check nominee_id  votes  limit
    0  total_above_approvals       <NA>      3      2
    """
    if voters < 1 or approvals < 1:
        raise GeoError(
            f"Checked votes against {voters!r} voters with {approvals!r} approvals each: expected "
            "1 or more of both"
        )
    counts = votes.astype("Int64")
    faults = [("votes_below_zero", label, counts[label], 0) for label in counts.index[counts < 0]]
    over = counts.index[(counts > voters).fillna(False)]
    faults += [("votes_above_voters", label, counts[label], voters) for label in over]
    total, most = int(counts.sum()), voters * min(approvals, len(counts))
    if total > most:
        faults.append(("total_above_approvals", pd.NA, total, most))
    found = pd.DataFrame(faults, columns=["check", "nominee_id", "votes", "limit"])
    return found.astype(
        {"check": "string", "nominee_id": "string", "votes": "Int64", "limit": "Int64"}
    )


def _outcomes(votes: pd.Series, seats: int) -> np.ndarray:
    """Outcome of each nominee with known votes if ``seats`` are for them alone."""
    # As floats: pandas ranks in unsigned numbers, which do not go below zero.
    above = votes.rank(method="min", ascending=False).to_numpy(dtype=float, na_value=0) - 1
    same = votes.map(votes.value_counts()).to_numpy(dtype=float, na_value=0)
    left = seats - above
    return np.select([same <= left, left >= 1], ["elected", "tied"], "not_elected").astype(object)


def _number(flags: pd.Series) -> int | None:
    """How many are True, or None where one is not known or there are none to ask."""
    return None if flags.isna().any() or flags.empty else int(flags.sum())
