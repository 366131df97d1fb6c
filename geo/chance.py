"""What blind chance would have given: seats drawn by lot, exactly and without a simulation.

What a board really has lives in ``geo.representation``, how it is measured in ``geo.indices``.
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pandas as pd

from geo.errors import GeoError, require_columns

TOLERANCE = 1e-6
"""How far shares may be from adding up to 1, by rounding."""


def chance_baseline(
    nominee_groups: pd.Series, nominees: int, seats: int, *, held: pd.Series | None = None
) -> pd.DataFrame:
    """Tell what each group could expect if the seats were drawn by lot from the nominees.

    Of ``nominees`` (N) as many as there are ``seats`` (n) are drawn without putting back, so the
    seats of a group with m nominees follow the hypergeometric distribution. A nominee may serve
    several groups: each group is looked at by itself, on its own label, and the rows are not
    independent of each other.

    Parameters
    ----------
    nominee_groups
        How many nominees serve each group (m), indexed by group; unknown where not known. They
        may add up to more than N.
    nominees
        How many nominees there are in all (N).
    seats
        How many seats are filled from them (n).
    held
        How many seats speak for each group in truth, whole seats by label; the same groups.

    Returns
    -------
    pandas.DataFrame
        One row per group, index and order of ``nominee_groups``: ``nominees`` (m),
        ``expected_seats`` (n m / N), ``p_no_seat``, and with ``held`` also ``seats_held``,
        ``p_at_most`` (of no more seats than held) and ``p_at_least`` (of no fewer): probabilities,
        0-1. NA where a count is not known.

    Raises
    ------
    GeoError
        A count is below zero, above what there is or no whole number, or the groups differ.

    References
    ----------
    Feller 1968, chapter II.6 (the hypergeometric distribution).

    Examples
    --------
    Ten nominees, four of them for the old, three seats:

    >>> chance = chance_baseline(pd.Series({"old": 4}), 10, 3, held=pd.Series({"old": 1}))
    >>> chance[["expected_seats", "p_no_seat", "p_at_most", "p_at_least"]].round(3)
         expected_seats  p_no_seat  p_at_most  p_at_least
    old             1.2      0.167      0.667       0.833
    """
    if not 0 <= seats <= nominees or nominees == 0:
        raise GeoError(
            f"Cannot draw {seats!r} seats from {nominees!r} nominees: expected 1 nominee or more, "
            "and no more seats than nominees"
        )
    groups = nominee_groups.index
    own = _counts(nominee_groups, nominees, "nominees")
    chance = pd.DataFrame({"nominees": own})
    chance["expected_seats"] = own.astype("Float64") * seats / nominees
    chance["p_no_seat"] = _probabilities(own, 0 * own, nominees, seats, upwards=False)
    if held is not None:
        if not groups.is_unique or set(held.index) != set(groups):
            raise GeoError(
                f"Cannot hold {list(held.index)!r} against {list(groups)!r}: expected the same "
                "groups, each once"
            )
        had = _counts(held.reindex(groups), seats, "seats held")
        if (had > own).fillna(False).any():
            raise GeoError(
                f"More seats held than nominees: {had[(had > own).fillna(False)].to_dict()!r} of "
                f"{own.to_dict()!r}; expected seats drawn from the nominees"
            )
        chance["seats_held"] = had
        chance["p_at_most"] = _probabilities(own, had, nominees, seats, upwards=False)
        chance["p_at_least"] = _probabilities(own, had, nominees, seats, upwards=True)
    return chance


def rose_by_chance(
    reference_shares: pd.Series, seats: int, *, nominee_groups: pd.DataFrame | None = None
) -> float:
    """Give the Rose index that seats drawn by lot would have on average.

    Without nominees each of the n whole seats falls to a group with the probability of its share
    of the reference, one seat by one. With nominees the seats are drawn from them without putting
    back, and a nominee of k groups gives each 1/k. Both are exact: the mean of a sum is the sum
    of the means, whatever binds the groups together, so no draw is simulated and none needs a
    seed.

    Parameters
    ----------
    reference_shares
        Share of the reference per group (0-1, adding up to 1), indexed by group.
    seats
        How many seats are drawn, 1 or more: the speaking seats.
    nominee_groups
        Columns ``nominee_id``, ``target_group_code``: whom each nominee serves. One without a
        row cannot be drawn.

    Returns
    -------
    float
        The mean of the index, 0-1; NaN where a share is not known.

    Raises
    ------
    GeoError
        No seat, more seats than nominees, shares that do not add up to 1, or a nominee of a group
        without a share.

    References
    ----------
    De Moivre 1730 (the mean deviation of the binomial); Diaconis and Zabell 1991 (its story).

    Examples
    --------
    Two seats and two equal groups: (1, 1) comes half of the time and is perfect, the others have
    an index of 0.5.

    >>> round(rose_by_chance(pd.Series({"old": 0.5, "young": 0.5}), 2), 6)
    0.75
    """
    shares = reference_shares.astype("Float64")
    if shares.isna().any():
        return math.nan
    if seats < 1 or (shares < 0).any() or abs(float(shares.sum()) - 1) > TOLERANCE:
        raise GeoError(
            f"Cannot draw {seats!r} seats by shares {shares.to_dict()!r}: expected 1 seat or more "
            "and shares of 0 or more that add up to 1"
        )
    if nominee_groups is None:
        strays = sum(_binomial_deviation(seats, float(share)) for share in shares)
    else:
        strays = _deviation_of_nominees(shares, seats, nominee_groups)
    return 1 - strays / (2 * seats)


def _counts(counts: pd.Series, most: int, what: str) -> pd.Series:
    """The counts as whole numbers from 0 to ``most``, or an error that shows them."""
    known = counts.dropna().astype(float)
    if ((known < 0) | (known > most) | (known % 1 != 0)).any():
        raise GeoError(
            f"Counts of {what} by group: {counts.to_dict()!r}; expected whole numbers from 0 to "
            f"{most}"
        )
    return counts.astype("Int64")


def _probabilities(
    own: pd.Series, held: pd.Series, nominees: int, seats: int, *, upwards: bool
) -> pd.Series:
    """Per group, the probability of ``held`` seats or fewer (or more), NA where not known."""
    found = [
        pd.NA
        if pd.isna(m) or pd.isna(had)
        else _hypergeometric(
            range(int(had), seats + 1) if upwards else range(int(had) + 1), int(m), nominees, seats
        )
        for m, had in zip(own, held, strict=True)
    ]
    return pd.Series(found, index=own.index, dtype="Float64")


def _hypergeometric(drawn: range, own: int, nominees: int, seats: int) -> float:
    """The probability that the draw holds as many of ``own`` as one of ``drawn``."""
    ways = sum(
        math.comb(own, count) * math.comb(nominees - own, seats - count)
        for count in drawn
        if count <= seats
    )
    return float(Fraction(ways, math.comb(nominees, seats)))


def _binomial_deviation(seats: int, share: float) -> float:
    """De Moivre's mean of |X - np|: 2 v C(n, v) p^v q^(n - v + 1) with v = floor(np) + 1."""
    if not 0 < share < 1:
        return 0.0
    above = min(math.floor(seats * share) + 1, seats)
    # By logarithms, since the binomial coefficient of a large board exceeds every float.
    log = (
        math.lgamma(seats + 1)
        - math.lgamma(above + 1)
        - math.lgamma(seats - above + 1)
        + above * math.log(share)
        + (seats - above + 1) * math.log1p(-share)
    )
    return 2 * above * math.exp(log)


def _deviation_of_nominees(shares: pd.Series, seats: int, nominee_groups: pd.DataFrame) -> float:
    """The sum over groups of the mean of |seats held - seats due| of a draw from the nominees."""
    require_columns(nominee_groups, ["nominee_id", "target_group_code"], of="nominee_groups")
    links = nominee_groups[["nominee_id", "target_group_code"]].drop_duplicates()
    strange = sorted(set(links["target_group_code"]) - set(shares.index))
    nominees = links["nominee_id"].nunique()
    if strange or seats > nominees:
        raise GeoError(
            f"Cannot draw {seats!r} seats from {nominees!r} nominees with groups: expected no more "
            f"seats than nominees and only groups of the reference, not {strange!r}"
        )
    sizes = links.groupby("nominee_id")["target_group_code"].transform("size")
    strays = 0.0
    for group, share in shares.items():
        parts = Counter(int(size) for size in sizes[links["target_group_code"] == group])
        strays += sum(
            probability * abs(float(held) - seats * float(share))
            for held, probability in _drawn_parts(parts, nominees, seats).items()
        )
    return strays


def _drawn_parts(parts: Counter[int], nominees: int, seats: int) -> dict[Fraction, float]:
    """Sum of parts 1/k in the draw, to its probability; ``parts`` counts the nominees by k."""
    ways: Counter[tuple[int, Fraction]] = Counter({(0, Fraction(0)): 1})
    for k, own in parts.items():
        further: Counter[tuple[int, Fraction]] = Counter()
        for (drawn, held), count in ways.items():
            for more in range(min(own, seats - drawn) + 1):
                further[drawn + more, held + Fraction(more, k)] += count * math.comb(own, more)
        ways = further
    rest, draws = nominees - parts.total(), math.comb(nominees, seats)
    probabilities: Counter[Fraction] = Counter()
    for (drawn, held), count in ways.items():
        probabilities[held] += count * math.comb(rest, seats - drawn)
    return {held: float(Fraction(count, draws)) for held, count in probabilities.items()}
