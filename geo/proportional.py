"""Proportional rules for approval ballots: sequential Phragmén and the Method of Equal Shares.

Both count exactly, in fractions. Votes without ballots are the business of `geo.approval`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from geo.ballots import ballot_groups, check_seats
from geo.errors import GeoError, require_columns
from geo.proportional_steps import first_state, next_seat, seat_given

COMPLETIONS = ("phragmen", "none")
"""What fills the seats that Equal Shares leaves: Phragmén's rule, or nothing."""


@dataclass(frozen=True, kw_only=True)
class SeatedCouncil:
    """A council filled seat by seat, and every tie on the way.

    ``steps`` has one row per seat given, in the order of giving: ``seat`` (1 first),
    ``nominee_id``, ``organisation``, ``phase`` (``phragmen``; or ``equal_shares`` and
    ``completion``), ``load`` (what each of the nominee's voters bears of all seats so far, in
    seats; NA in the phase ``equal_shares``), ``rho`` (the most that one of them pays for this
    seat, in seats; NA in the other phases), both also exact as text (``load_exact``,
    ``rho_exact``: ``11/32``), and ``tied_with``: a tuple of the ids that would have done as well
    here, of whom the first in the table of nominees was taken.

    ``unfilled`` seats are left because nobody else is approved by anyone (or, without
    completion, can be paid for). ``has_ties`` tells whether any step was tied: the seats are
    then one result of several, see `geo.tied_councils`. ``voters`` is the number of ballots,
    those that approve nobody included.
    """

    rule: str
    steps: pd.DataFrame
    seats: int
    unfilled: int
    has_ties: bool
    voters: int

    @property
    def council_ids(self) -> list[str]:
        """The ids of the council in the order of their seats."""
        return list(self.steps["nominee_id"])


def sequential_phragmen(
    nominees: pd.DataFrame,
    ballots: pd.DataFrame,
    seats: int,
    *,
    ballot_ids: Sequence[str] | None = None,
) -> SeatedCouncil:
    """Fill the seats by Phragmén's rule, one after the other.

    Each seat is a load of 1 that its holder's voters bear, shared so that all of them bear the
    same in the end. The next seat goes to the nominee whose voters would then bear the least:
    ``(1 + sum of their loads) / number of them``. Of equal ones the first in the table is taken
    and the tie is told. A nominee whom nobody approves never gets a seat: seats may stay
    unfilled.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``, ``organisation``; their order breaks ties.
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    seats
        Seats to fill, 1 or more.
    ballot_ids
        All ballots cast, as in `geo.ballots.ballot_groups`. A ballot that approves nobody bears
        nothing and changes nothing here but ``voters``.

    Returns
    -------
    SeatedCouncil
        Its ``rule`` is ``phragmen``.

    Raises
    ------
    GeoError
        As `geo.ballots.check_ballots`; or there is no ballot, no seat, or too much to count
        (`geo.proportional_steps.MAX_WORK`).

    References
    ----------
    Phragmén 1894, 1899; Janson 2016 (section 3); Brill, Freeman, Janson and Lackner 2017,
    2024; Lackner and Skowron 2023 (example 2.9).

    Examples
    --------
    Two voters of three approve a and b, one approves c. After a the two bear 1/2 each; b would
    make that (1 + 1/2 + 1/2) / 2 = 1, and so would c: (1 + 0) / 1.

    >>> nominees = pd.DataFrame({"nominee_id": list("abc"), "organisation": "Esimerkki ry"})
    >>> ballots = pd.DataFrame({"ballot_id": list("11223"), "nominee_id": list("ababc")})
    >>> council = sequential_phragmen(nominees, ballots, 2)
    >>> council.steps[["seat", "nominee_id", "load_exact", "tied_with"]]
       seat nominee_id load_exact tied_with
    0     1          a        1/2      (b,)
    1     2          b          1      (c,)
    """
    return _filled("phragmen", nominees, ballots, seats, ballot_ids, is_completed=True)


def equal_shares(
    nominees: pd.DataFrame,
    ballots: pd.DataFrame,
    seats: int,
    *,
    completion: str = "phragmen",
    ballot_ids: Sequence[str] | None = None,
) -> SeatedCouncil:
    """Fill the seats by the Method of Equal Shares (Rule X).

    Each voter has an equal share of all seats, ``seats / voters``, and a seat costs 1. A nominee
    can be paid for if its voters have 1 left together: each pays the same, rho, or all that is
    left to those who have less. The next seat goes to the nominee with the least rho. Where
    nobody can be paid for any more, sequential Phragmén goes on with what each voter has spent
    as the load. Ties and nominees whom nobody approves are as in `sequential_phragmen`.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``, ``organisation``; their order breaks ties.
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    seats
        Seats to fill, 1 or more.
    completion
        One of ``COMPLETIONS``; with ``none`` the seats that shares do not pay for stay unfilled.
    ballot_ids
        All ballots cast, as in `geo.ballots.ballot_groups`. A ballot that approves nobody has
        its share too, and leaves it unspent.

    Returns
    -------
    SeatedCouncil
        Its ``rule`` is ``equal_shares``.

    Raises
    ------
    GeoError
        As `sequential_phragmen`, or the completion is not known.

    References
    ----------
    Peters and Skowron 2020 (the rule); Lackner and Skowron 2023 (the completion; examples 2.11
    and 2.12). Loads in the completion stand here as what is borne in all; the software of the
    latter begins with minus the share left: all lie ``seats / voters`` lower, in the same order.

    Examples
    --------
    Three voters, two seats: each has 2/3. Two can pay a with 1/2 each; what is left, 1/6 each
    and 2/3, pays for nobody; then b would load its voters with (1 + 1/2 + 1/2) / 2 = 1, as much
    as c.

    >>> nominees = pd.DataFrame({"nominee_id": list("abc"), "organisation": "Esimerkki ry"})
    >>> ballots = pd.DataFrame({"ballot_id": list("11223"), "nominee_id": list("ababc")})
    >>> council = equal_shares(nominees, ballots, 2)
    >>> council.steps[["nominee_id", "phase", "rho_exact", "load_exact", "tied_with"]]
      nominee_id         phase rho_exact load_exact tied_with
    0          a  equal_shares       1/2       <NA>      (b,)
    1          b    completion      <NA>          1      (c,)
    """
    if completion not in COMPLETIONS:
        raise GeoError(f"Asked for the completion {completion!r}: expected one of {COMPLETIONS!r}")
    return _filled(
        "equal_shares", nominees, ballots, seats, ballot_ids, is_completed=completion != "none"
    )


def _filled(
    rule: str,
    nominees: pd.DataFrame,
    ballots: pd.DataFrame,
    seats: int,
    ballot_ids: Sequence[str] | None,
    *,
    is_completed: bool,
) -> SeatedCouncil:
    """Give seat after seat, of tied nominees to the first in the table."""
    require_columns(nominees, ["nominee_id", "organisation"], of="nominees")
    check_seats(seats)
    groups = ballot_groups(nominees, ballots, ballot_ids=ballot_ids)
    ids, names = nominees["nominee_id"].tolist(), nominees["organisation"].tolist()
    state = first_state(groups, seats, with_shares=rule == "equal_shares")
    rows: list[tuple] = []
    while len(state.elected) < seats:
        best = next_seat(groups, state, is_completed=is_completed)
        if best is None:
            break
        first, *others = best.tied
        state = seat_given(groups, best, first)
        is_price = state.phase == "equal_shares"
        value, none = (float(best.value), str(best.value)), (None, None)
        rows.append(
            (
                *(len(rows) + 1, ids[first], names[first], state.phase),
                *(none if is_price else value),
                *(value if is_price else none),
                tuple(ids[other] for other in others),
            )
        )
    return SeatedCouncil(
        rule=rule,
        steps=_steps(rows),
        seats=seats,
        unfilled=seats - len(rows),
        has_ties=any(row[-1] for row in rows),
        voters=groups.voters,
    )


def _steps(rows: list[tuple]) -> pd.DataFrame:
    types = {
        "seat": "Int64",
        **dict.fromkeys(("nominee_id", "organisation", "phase"), "string"),
        **{"load": "Float64", "load_exact": "string", "rho": "Float64", "rho_exact": "string"},
        "tied_with": "object",
    }
    return pd.DataFrame(rows, columns=list(types)).astype(types)
