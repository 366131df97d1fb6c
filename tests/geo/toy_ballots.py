"""Invented ballots that several tests of geo share, and those of examples in books and papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd


def nominees_of(
    ids: Iterable[str],
    votes: Sequence[int | None] | None = None,
    is_elected: Sequence[bool | None] | None = None,
) -> pd.DataFrame:
    """Nominees by id, each of an organisation named after it; an index that is not 0, 1, 2."""
    names = list(ids)
    nominees = pd.DataFrame(
        {
            "nominee_id": pd.Series(names, dtype="string"),
            "organisation": pd.Series([f"Esimerkki {name} ry" for name in names], dtype="string"),
            "votes": pd.Series([None] * len(names) if votes is None else votes, dtype="Int64"),
            "is_elected": pd.Series(
                [None] * len(names) if is_elected is None else is_elected, dtype="boolean"
            ),
        }
    )
    return nominees.set_axis(range(10 * len(names), 0, -10))


def ballots_of(*bundles: tuple[int, Iterable[str]]) -> pd.DataFrame:
    """Bundles of equal ballots: how many, and whom they approve (letters, or ids)."""
    number, pairs = 0, []
    for ballots, approved in bundles:
        ids = list(approved)
        for _ in range(ballots):
            number += 1
            pairs += [(f"ballot {number}", one) for one in ids]
    return pd.DataFrame(pairs, columns=["ballot_id", "nominee_id"], dtype="string")


# Lackner and Skowron 2023, example 2.1: 12 voters, 8 candidates, 4 seats.
BOOK_NOMINEES = nominees_of("abcdefgh")
BOOK = ballots_of((3, "ab"), (3, "ac"), (2, "ad"), (1, "bcf"), (1, "e"), (1, "f"), (1, "g"))

# Lackner and Skowron 2023, example 2.12: 8 voters, 4 candidates, 3 seats.
SPLIT_NOMINEES = nominees_of("abcd")
SPLIT = ballots_of((3, "cd"), (2, "ab"), (2, "ac"), (1, "bd"))

# 66 voters approve 10 each of 26 nominees for 15 seats, the figures of the real election of 2020;
# the ballots are invented. A minority of 21 voters approves its own m01-m10, the other 45 come in
# three blocks of 15 that approve two each of the sets x, y and z of five nominees.
MINORITY = [f"m{number:02}" for number in range(1, 12)]
X, Y, Z = ([f"{letter}{number}" for number in range(1, 6)] for letter in "xyz")
MINORITY_NOMINEES = nominees_of([*MINORITY, *X, *Y, *Z])
MINORITY_BALLOTS = ballots_of((21, MINORITY[:10]), (15, X + Y), (15, Y + Z), (15, X + Z))
MINORITY_GROUPS = pd.DataFrame(
    [(one, "few") for one in MINORITY] + [(one, "many") for one in X + Y + Z],
    columns=["nominee_id", "target_group_code"],
    dtype="string",
)
TWO_GROUPS = pd.DataFrame(
    {"target_group_code": ["few", "many"], "is_general": [False, False]}
).astype({"target_group_code": "string", "is_general": "boolean"})
