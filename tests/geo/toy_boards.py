"""Boards that several tests of geo share: small enough to count on one's fingers."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

OLD, YOUNG, ILL, EVERYONE = "KR1.1", "KR1.3", "KR1.4", "X.yleinen"

GROUPS = pd.DataFrame(
    {
        "target_group_code": pd.Series([OLD, YOUNG, ILL, EVERYONE], dtype="string"),
        "is_general": pd.Series([False, False, False, True], dtype="boolean"),
    }
).set_axis([40, 30, 20, 10])


def boards_of(**sizes: tuple[int | None, int | None]) -> pd.DataFrame:
    """Boards by id, each with seats in all and seats of NGOs."""
    return pd.DataFrame(
        {
            "board_id": pd.Series(list(sizes), dtype="string"),
            "seats_total": pd.Series([total for total, _ in sizes.values()], dtype="Int64"),
            "seats_ngo": pd.Series([ngo for _, ngo in sizes.values()], dtype="Int64"),
        }
    )


def seats_of(
    *rows: tuple[str, str, str, bool | None, list[str]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of seat, board, holder, whether it counts, groups; as the two tables of the model."""
    seats = pd.DataFrame(
        [row[:4] for row in rows], columns=["seat_id", "board_id", "holder", "is_counted"]
    ).astype({"is_counted": "boolean", "seat_id": "string", "board_id": "string"})
    links = [(row[0], code) for row in rows for code in row[4]]
    spoken_for = pd.DataFrame(links, columns=["seat_id", "target_group_code"], dtype="string")
    return seats, spoken_for


BOARDS = boards_of(council=(5, 4), forum=(None, None), table=(None, 2), none=(3, 0))
SEATS, SPOKEN_FOR = seats_of(
    ("s1", "council", "organisation", True, [OLD]),
    ("s2", "council", "organisation", True, [OLD, ILL]),
    ("s3", "council", "field", True, [YOUNG, EVERYONE]),
    ("s4", "council", "organisation", True, [EVERYONE]),
    ("s5", "council", "other", True, []),
    ("s6", "council", "organisation", False, [ILL]),
    ("s7", "forum", "organisation", True, [OLD]),
    ("s8", "forum", "field", None, [ILL, OLD]),
)
MODEL = (BOARDS, SEATS, SPOKEN_FOR, GROUPS)

SERVED = pd.DataFrame(
    [("o1", OLD), ("o2", OLD), ("o2", YOUNG), ("o3", YOUNG), ("o3", EVERYONE), ("o4", EVERYONE)],
    columns=["organisation_id", "target_group_code"],
    dtype="string",
)
IDS = ["o1", "o2", "o3", "o4", "o5"]

spoken = st.lists(st.sampled_from([OLD, YOUNG, ILL, EVERYONE]), unique=True)
some_seats = st.lists(
    st.tuples(
        st.sampled_from(["organisation", "field", "other", "unknown"]),
        st.sampled_from([True, False, None]),
        spoken,
    ),
    max_size=10,
)
