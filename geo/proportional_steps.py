"""One seat after the other, exactly: the two proportional rules as steps from state to state.

Frames and results live in `geo.proportional`, other ways to break ties in `geo.tied_councils`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from geo.ballots import BallotGroups
from geo.errors import GeoError

PHASES = ("phragmen", "equal_shares", "completion")
"""Which rule gives a seat: Phragmén's alone, Equal Shares, or Phragmén's that completes those."""

MAX_WORK = 50_000_000
"""Different ballots times nominees times seats: 5,000 by 200 by 50, some seconds of counting."""


class SeatState(NamedTuple):
    """How far the count is: all that the seats to come depend on.

    ``spent`` is, for each group of equal ballots, what one voter in it bears of the seats given,
    in parts of a seat; ``share`` is what a voter has for all seats. Both are whole numbers of
    1 / ``unit``: fractions without rounding, and quicker than them. ``elected`` are positions of
    nominees in the order of their seats.
    """

    elected: tuple[int, ...]
    spent: tuple[int, ...]
    share: int
    unit: int
    phase: str


class NextSeat(NamedTuple):
    """Who may have the next seat: ``tied`` nominees do equally well, at ``value``.

    ``state`` is the state in which they do: its phase may have moved on. ``value`` is the load of
    their voters after the seat, or in the phase ``equal_shares`` the most that one of them pays.
    """

    state: SeatState
    value: Fraction
    tied: tuple[int, ...]


def first_state(groups: BallotGroups, seats: int, *, with_shares: bool) -> SeatState:
    """Begin a count: nothing is spent.

    Parameters
    ----------
    groups
        The ballots.
    seats
        Seats to fill.
    with_shares
        Begin with equal shares (each voter has ``seats / voters``), else with Phragmén's rule.

    Returns
    -------
    SeatState
        No seat is given.

    Raises
    ------
    GeoError
        There are no ballots, or more to count than ``MAX_WORK``.

    Examples
    --------
    >>> groups = BallotGroups(approvals=((0,),), weights=(2,), votes=(2,), voters=2)
    >>> first_state(groups, 1, with_shares=True)
    SeatState(elected=(), spent=(0,), share=1, unit=2, phase='equal_shares')
    """
    if not groups.voters:
        raise GeoError("Counted seats from ballots: there is no ballot; expected 1 or more")
    nominees = len(groups.votes)
    rounds = min(seats, nominees)
    if len(groups.weights) * nominees * rounds > MAX_WORK:
        raise GeoError(
            f"Refused to count {len(groups.weights):,} different ballots, {nominees:,} nominees "
            f"and {rounds:,} seats: it would take too long; expected no more than {MAX_WORK:,} "
            "when the three are multiplied (as 5,000 by 200 by 50)"
        )
    return SeatState(
        elected=(),
        spent=(0,) * len(groups.weights),
        share=seats,
        unit=groups.voters,
        phase="equal_shares" if with_shares else "phragmen",
    )


def next_seat(groups: BallotGroups, state: SeatState, *, is_completed: bool) -> NextSeat | None:
    """Find who may have the next seat.

    Where no shares are left to pay for another nominee, Phragmén's rule goes on from what the
    voters have spent.

    Parameters
    ----------
    groups
        The ballots.
    state
        How far the count is.
    is_completed
        Go on by Phragmén's rule where the shares do not pay for another nominee.

    Returns
    -------
    NextSeat or None
        All who do best, in the order of the nominees; None where nobody is left that a voter
        approves, or that the shares pay for and the rest is not asked for.

    Examples
    --------
    >>> groups = BallotGroups(approvals=((0, 1), (1,)), weights=(2, 1), votes=(2, 3), voters=3)
    >>> best = next_seat(groups, first_state(groups, 1, with_shares=False), is_completed=True)
    >>> best.value, best.tied
    (Fraction(1, 3), (1,))
    """
    offers = _prices(groups, state) if state.phase == "equal_shares" else _loads(groups, state)
    if not offers:
        if state.phase != "equal_shares" or not is_completed:
            return None
        return next_seat(groups, state._replace(phase="completion"), is_completed=True)
    best = min(offers.values())
    return NextSeat(state, best, tuple(n for n, value in sorted(offers.items()) if value == best))


def seat_given(groups: BallotGroups, best: NextSeat, nominee: int) -> SeatState:
    """Give the next seat to one of those who may have it, and charge its voters.

    Parameters
    ----------
    groups
        The ballots.
    best
        Who may have the seat.
    nominee
        The one of them who gets it.

    Returns
    -------
    SeatState
        In lowest terms, so that the same state is always written the same way.

    Examples
    --------
    >>> groups = BallotGroups(approvals=((0, 1), (1,)), weights=(2, 1), votes=(2, 3), voters=3)
    >>> best = next_seat(groups, first_state(groups, 1, with_shares=False), is_completed=True)
    >>> seat_given(groups, best, 1)
    SeatState(elected=(1,), spent=(1, 1), share=1, unit=3, phase='phragmen')
    """
    state = best.state
    unit = math.lcm(state.unit, best.value.denominator)
    factor = unit // state.unit
    cost = best.value.numerator * (unit // best.value.denominator)
    share = state.share * factor
    spent = [amount * factor for amount in state.spent]
    for at, approved in enumerate(groups.approvals):
        if nominee in approved:
            # By shares each pays up to the price; Phragmén's rule evens the loads out.
            pays = state.phase == "equal_shares"
            spent[at] = min(spent[at] + cost, share) if pays else cost
    shrink = math.gcd(unit, share, *spent)
    return SeatState(
        elected=(*state.elected, nominee),
        spent=tuple(amount // shrink for amount in spent),
        share=share // shrink,
        unit=unit // shrink,
        phase=state.phase,
    )


def _loads(groups: BallotGroups, state: SeatState) -> dict[int, Fraction]:
    """The load each open nominee's voters would bear if it had the seat: (1 + loads) / voters."""
    borne = [0] * len(groups.votes)
    for approved, weight, spent in zip(groups.approvals, groups.weights, state.spent, strict=True):
        for nominee in approved:
            borne[nominee] += weight * spent
    return {
        nominee: Fraction(state.unit + borne[nominee], votes * state.unit)
        for nominee, votes in enumerate(groups.votes)
        if votes and nominee not in state.elected
    }


def _prices(groups: BallotGroups, state: SeatState) -> dict[int, Fraction]:
    """The least price (rho) at which each open nominee's voters can pay one seat together."""
    missing = [state.unit] * len(groups.votes)
    payers = list(groups.votes)
    prices: dict[int, Fraction] = {}
    settled = set(state.elected)
    # The poorest first: who cannot pay the even price gives all, and the rest share what is left.
    for at in sorted(range(len(state.spent)), key=state.spent.__getitem__, reverse=True):
        left, weight = state.share - state.spent[at], groups.weights[at]
        for nominee in groups.approvals[at]:
            if nominee in settled:
                continue
            if left * payers[nominee] >= missing[nominee]:
                prices[nominee] = Fraction(missing[nominee], payers[nominee] * state.unit)
                settled.add(nominee)
            else:
                missing[nominee] -= left * weight
                payers[nominee] -= weight
    return prices
