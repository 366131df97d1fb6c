"""The nominees of one election as whole numbers, so that equal councils compare as equal.

Which councils can be made of them lives in ``councils``.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from geo.errors import GeoError, require_columns
from geo.indices import TOLERANCE

FINEST = 10**9
"""Reference shares are taken as fractions of at most this many parts."""


@dataclass(frozen=True, kw_only=True)
class Slate:
    """Nominees and what each seat would add, in whole parts: ``whole`` parts are a Rose of 1.

    Row i of ``parts`` is what nominee i adds to each of ``groups`` (the same part to each of its
    groups); ``due`` is what the reference gives each group. A council scores, per group, what it
    has but no more than is due. ``votes`` is None where no votes are known. ``is_silent`` marks
    nominees without a group of the reference; ``groups_passed_over`` are groups of nominees that
    the reference does not have. ``is_elected`` is None where the real council is not known or has
    another size, for the reason ``real_reason``.
    """

    nominee_ids: tuple[str, ...]
    groups: tuple[str, ...]
    seats: int
    votes: np.ndarray | None
    parts: np.ndarray
    due: np.ndarray
    whole: int
    is_silent: np.ndarray
    groups_passed_over: tuple[str, ...]
    is_elected: np.ndarray | None
    real_reason: str | None

    @property
    def most_votes(self) -> int:
        """The most votes that any council of this size has; 0 where votes are not known."""
        return 0 if self.votes is None else int(np.sort(self.votes)[::-1][: self.seats].sum())

    def votes_of(self, chosen: np.ndarray) -> int:
        """Votes of a council (a yes or no per nominee); 0 where votes are not known."""
        return 0 if self.votes is None else int(self.votes[chosen].sum())

    def score_of(self, chosen: np.ndarray) -> int:
        """Parts of a council that lie where the reference puts them."""
        return int(np.minimum(self.parts[chosen].sum(axis=0), self.due).sum())

    def groups_seated(self, chosen: np.ndarray) -> int:
        """How many groups of the reference a council speaks for."""
        return int((self.parts[chosen] > 0).any(axis=0).sum())

    def ids(self, chosen: np.ndarray) -> tuple[str, ...]:
        """The ids of some nominees, in the order of the table."""
        return tuple(one for one, is_in in zip(self.nominee_ids, chosen, strict=True) if is_in)


def council_slate(
    nominees: pd.DataFrame, nominee_groups: pd.DataFrame, reference: pd.DataFrame, seats: int
) -> Slate:
    """Check the nominees of an election and turn their votes and groups into whole numbers.

    Reference shares are taken as the fractions they came from, where their common denominator
    is at most 10^9, else rounded to nine decimals: against these, all else is exact.

    A seat is one part in ``seats``, whoever holds it: the Rose index of a council is taken of all
    its seats, and a silent member's seat lies nowhere. ``geo.indices.board_indices`` takes it of
    the speaking seats alone, for a board whose rows are what is known of it. Between councils of
    the same nominees that would not do: with a whole that changes, a council could gain by
    seating one of whom nothing is known. Where every member speaks, the two are the same.

    Parameters
    ----------
    nominees
        Those who stand: ``nominee_id``; if known ``votes`` (of all or of none), ``is_elected``.
    nominee_groups
        ``nominee_id``, ``target_group_code``; rows of others are passed over.
    reference
        ``target_group_code``, ``reference_share`` (0-1, adding up to 1).
    seats
        Members of a council.

    Returns
    -------
    Slate
        In the order of ``nominees`` and ``reference``.

    Raises
    ------
    GeoError
        Nominees repeat or are fewer than the seats; votes are known of some only, or below 0;
        a reference share is not known, or they do not add up to 1.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b", "c"], "votes": [9, 5, 4]})
    >>> groups = pd.DataFrame(
    ...     {"nominee_id": ["a", "b", "b"], "target_group_code": ["old", "old", "ill"]}
    ... )
    >>> reference = pd.DataFrame(
    ...     {"target_group_code": ["old", "ill"], "reference_share": [0.75, 0.25]}
    ... )
    >>> slate = council_slate(nominees, groups, reference, 2)
    >>> slate.parts.tolist(), slate.due.tolist(), slate.whole
    ([[2, 0], [1, 1], [0, 0]], [3, 1], 4)
    """
    require_columns(nominees, ["nominee_id"], of="nominees")
    require_columns(nominee_groups, ["nominee_id", "target_group_code"], of="nominee_groups")
    require_columns(reference, ["target_group_code", "reference_share"], of="reference")
    ids = nominees["nominee_id"].astype("string")
    doubled = sorted(set(ids[ids.duplicated() & ids.notna()]))
    if doubled or ids.isna().any():
        raise GeoError(
            f"Made councils of {len(ids)} nominees: {int(ids.isna().sum())} without nominee_id, "
            f"these more than once: {doubled!r}; expected each once"
        )
    if not 1 <= seats <= len(ids):
        raise GeoError(
            f"Made councils of {seats!r} seats from {len(ids)} nominees: expected 1 seat or more, "
            "and as many nominees or more"
        )
    groups = tuple(str(code) for code in reference["target_group_code"])
    shares, denominator = _whole_shares(reference)
    links = nominee_groups.loc[
        nominee_groups["nominee_id"].isin(ids), ["nominee_id", "target_group_code"]
    ].drop_duplicates()
    is_known = links["target_group_code"].isin(groups)
    row, column = (
        pd.Index(keys).get_indexer(links.loc[is_known, name])
        for keys, name in ((ids, "nominee_id"), (groups, "target_group_code"))
    )
    speaks = np.zeros((len(ids), len(groups)), dtype=np.int64)
    speaks[row, column] = 1
    spoken_for = speaks.sum(axis=1)
    whole = math.lcm(denominator, seats * math.lcm(*np.unique(spoken_for[spoken_for > 0]).tolist()))
    if whole >= 2**62:
        raise GeoError(
            f"Made councils of nominees that speak for up to {int(spoken_for.max())} groups: their "
            "parts are too fine to count exactly; expected fewer groups per nominee"
        )
    per_seat = whole // (seats * np.maximum(spoken_for, 1))
    is_elected, reason = _elected(nominees, seats)
    return Slate(
        nominee_ids=tuple(str(one) for one in ids),
        groups=groups,
        seats=seats,
        votes=_votes(nominees),
        parts=speaks * per_seat[:, None],
        due=np.array([share * (whole // denominator) for share in shares], dtype=np.int64),
        whole=whole,
        is_silent=spoken_for == 0,
        groups_passed_over=tuple(sorted(set(links.loc[~is_known, "target_group_code"].dropna()))),
        is_elected=is_elected,
        real_reason=reason,
    )


def expected_rose(slate: Slate) -> float:
    """Work out the mean Rose index over all councils of a slate, without making them.

    The mean is a sum over groups; the seats that go to a group's speakers are drawn without
    putting back (hypergeometric).

    Parameters
    ----------
    slate
        The nominees.

    Returns
    -------
    float
        The mean, 0-1.

    Examples
    --------
    Of two nominees one speaks for the only group: half of the councils have a Rose of 1.

    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"]})
    >>> groups = pd.DataFrame({"nominee_id": ["a"], "target_group_code": ["old"]})
    >>> reference = pd.DataFrame({"target_group_code": ["old"], "reference_share": [1.0]})
    >>> expected_rose(council_slate(nominees, groups, reference, 1))
    0.5
    """
    total = 0
    for parts, due in zip(slate.parts.T.tolist(), slate.due.tolist(), strict=True):
        ways = Counter({(0, 0): 1})  # by speakers chosen and their parts together
        for part in filter(None, parts):
            for (chosen, held), count in list(ways.items()):
                if chosen < slate.seats:
                    ways[chosen + 1, held + part] += count
        others = parts.count(0)
        total += sum(
            count * math.comb(others, slate.seats - chosen) * min(held, due)
            for (chosen, held), count in ways.items()
        )
    return float(Fraction(total, math.comb(len(slate.nominee_ids), slate.seats) * slate.whole))


def expected_groups_seated(slate: Slate) -> float:
    """Work out the mean number of groups with a seat over all councils of a slate.

    Parameters
    ----------
    slate
        The nominees.

    Returns
    -------
    float
        Groups of the reference.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"]})
    >>> groups = pd.DataFrame({"nominee_id": ["a"], "target_group_code": ["old"]})
    >>> reference = pd.DataFrame({"target_group_code": ["old"], "reference_share": [1.0]})
    >>> expected_groups_seated(council_slate(nominees, groups, reference, 1))
    0.5
    """
    councils = math.comb(len(slate.nominee_ids), slate.seats)
    silent = [math.comb(int(count), slate.seats) for count in (slate.parts == 0).sum(axis=0)]
    return float(sum(Fraction(councils - without, councils) for without in silent))


def _whole_shares(reference: pd.DataFrame) -> tuple[list[int], int]:
    """The reference shares as whole numbers of parts, and of how many parts."""
    codes, shares = reference["target_group_code"], reference["reference_share"].astype("Float64")
    plain = [float(share) for share in shares.dropna()]
    if (
        shares.isna().any()
        or codes.isna().any()
        or not codes.is_unique
        or min(plain, default=0) < 0
    ):
        raise GeoError(
            f"Held councils against reference shares {dict(zip(codes, shares, strict=True))!r}: "
            "expected each target group once, with a known share of 0 or more"
        )
    if abs(sum(plain) - 1) > TOLERANCE:
        raise GeoError(
            f"Held councils against reference shares that add up to {sum(plain)!r}: expected 1; "
            "give all groups of the reference"
        )
    exact = [Fraction(share).limit_denominator(10**7) for share in plain]
    denominator = math.lcm(*(share.denominator for share in exact))
    is_close = all(abs(a - b) < 1e-12 for a, b in zip(exact, plain, strict=True))
    if denominator > FINEST or not is_close:
        return [round(share * FINEST) for share in plain], FINEST
    return [int(share * denominator) for share in exact], denominator


def _votes(nominees: pd.DataFrame) -> np.ndarray | None:
    """Votes of all nominees, or None where there are none at all."""
    if "votes" not in nominees.columns or nominees["votes"].isna().all():
        return None
    votes = nominees["votes"].astype("Int64")
    faulty = nominees.loc[(votes.isna() | (votes < 0)).astype(bool), "nominee_id"].tolist()
    if faulty:
        raise GeoError(
            f"Counted the votes of councils: {len(faulty)} of {len(votes)} nominees have none or "
            f"fewer than 0, {faulty[:20]!r}; votes of every nominee are needed, or of no one"
        )
    return votes.to_numpy(dtype=np.int64)


def _elected(nominees: pd.DataFrame, seats: int) -> tuple[np.ndarray | None, str | None]:
    """Who sits on the real council; or why that cannot be laid beside the others."""
    if "is_elected" not in nominees.columns or nominees["is_elected"].isna().any():
        return None, "not_known"
    is_elected = nominees["is_elected"].astype("boolean").to_numpy(dtype=bool)
    if is_elected.sum() != seats:
        return None, "other_size" if is_elected.any() else "not_known"
    return is_elected, None
