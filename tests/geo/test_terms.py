"""Terms of one body: the names of real boards, and two boards laid side by side."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.terms import CHANGES, GROUP_CHANGES, board_bodies, terms_compared
from tests.geo.toy_boards import GROUPS, ILL, OLD, YOUNG, boards_of, seats_of

REAL = Path(__file__).resolve().parents[2] / "data" / "fixed" / "boards.csv"


def bodies_of(*names: str, **columns: object) -> list[str]:
    """The bodies of municipal boards of these names, each board named by its number."""
    boards = pd.DataFrame(
        {
            "board_id": [f"b{number}" for number in range(len(names))],
            "name": names,
            "level": "municipality",
            "region_code": "90",
            "municipality_code": "001",
            "wellbeing_county_code": None,
            "term_start": None,
        }
    ).assign(**columns)
    return board_bodies(boards).tolist()


def test_board_bodies_of_the_real_boards_are_the_terms_and_no_others() -> None:
    boards = pd.read_csv(REAL, dtype="string")
    bodies = board_bodies(boards).groupby(boards["board_id"].to_numpy()).first()
    several = bodies[bodies.duplicated(keep=False)]
    # Read off the names and areas in boards.csv by eye: five bodies have more terms than one.
    assert several.to_dict() == {
        "tku_monikult_2015": "tku_monikult_2015",
        "tku_monikult_2023": "tku_monikult_2015",
        "tku_vammais_2013": "tku_vammais_2013",
        "tku_vammais_2023": "tku_vammais_2013",
        "tku_vanhus_2019": "tku_vanhus_2019",
        "tku_vanhus_2021": "tku_vanhus_2019",
        "tku_vanhus_2023": "tku_vanhus_2019",
        "vs_myr_jj_2019": "vs_myr_jj_2019",
        "vs_myr_jj_2022": "vs_myr_jj_2019",
        "yhes_2019": "yhes_2019",
        "yhes_2023": "yhes_2019",
    }


@pytest.mark.parametrize(
    "name",
    [
        "Leluniemen vanhusneuvosto 2021",
        "Leluniemen vanhusneuvosto 2021-2023",
        "Leluniemen vanhusneuvosto 2021 – 2023",
        "Leluniemen vanhusneuvosto 1.6.2021-31.5.2025",
        "Leluniemen vanhusneuvosto 1.8.-31.12.2021",
        "Leluniemen vanhusneuvosto 9/2020-",
        "Leluniemen vanhusneuvosto (2016)",
        "Leluniemen vanhusneuvosto (äldrerådet) 2021-2023",
        "Leluniemen vanhusneuvosto, toimikausi 2021-2023",
        "Leluniemen vanhusneuvosto toimikausi 2021-2023",
        "Leluniemen vanhusneuvosto, ensimmäinen kausi",
        "Leluniemen vanhusneuvosto, mandatperioden 2021",
        "Leluniemen  Vanhusneuvosto ",
        "Leluniemen vanhusneuvosto kaudella 2021-2023",
        "Leluniemen vanhusneuvosto vuosille 2021-2023",
        "Leluniemen vanhusneuvosto, term 2",
    ],
)
def test_board_bodies_sees_through_what_tells_a_term(name: str) -> None:
    assert bodies_of("Leluniemen vanhusneuvosto", name) == ["b0", "b0"]


@pytest.mark.parametrize(
    "name",
    [
        "Leluniemen vammaisneuvosto",
        "Leluniemen vanhus- ja vammaisneuvosto",
        "Leluniemen vanhusneuvosto, jaosto",
        "113 Leluniemen vanhusneuvosto",
        "Leluniemen vanhusneuvoston työryhmä 2021",
    ],
)
def test_board_bodies_keeps_other_names_apart(name: str) -> None:
    assert bodies_of("Leluniemen vanhusneuvosto", name) == ["b0", "b1"]


def test_board_bodies_keeps_other_areas_and_levels_apart() -> None:
    names = ["Vanhusneuvosto 2021", "Vanhusneuvosto 2023", "Vanhusneuvosto 2025"]
    assert bodies_of(*names, municipality_code=["001", "002", "001"]) == ["b0", "b1", "b0"]
    assert bodies_of(*names, level=["municipality", "region", "municipality"]) == ["b0", "b1", "b0"]


def test_board_bodies_leaves_a_board_without_area_or_name_alone() -> None:
    names = ["Neuvosto 2021", "Neuvosto 2023", "(2021)", "(2021)"]
    codes = [None, None, "001", "001"]
    assert bodies_of(*names, municipality_code=codes) == ["b0", "b1", "b2", "b3"]


def test_board_bodies_are_named_for_the_first_term() -> None:
    starts = ["2023", "2021-05", None, "2021-05"]
    assert bodies_of(*["Neuvosto"] * 4, term_start=starts) == ["b1"] * 4


# Two boards side by side: in 2021 all is known, in 2023 only what a half of the rows tell.

BOARDS = boards_of(b21=(4, 3), b23=(4, 3), b25=(None, 4), b27=(None, None))
SEATS, SPOKEN_FOR = seats_of(
    ("s1", "b21", "organisation", True, [OLD]),
    ("s2", "b21", "organisation", True, [OLD]),
    ("s3", "b21", "organisation", True, [ILL]),
    ("s4", "b21", "other", True, []),
    ("s5", "b21", "organisation", False, [YOUNG]),
    ("t1", "b23", "organisation", True, [OLD]),
    ("t2", "b23", "organisation", True, [YOUNG]),
    ("t3", "b23", "organisation", True, [YOUNG]),
    ("u1", "b25", "organisation", True, [ILL]),
    ("u2", "b25", "field", True, [OLD]),
    ("v1", "b27", "organisation", True, [OLD]),
)
NAMES = {
    **{"s1": "Yksi ry", "s2": "Yksi ry", "s3": "Kaksi ry", "s5": "Kolme ry"},
    **{"t1": "Yksi ry", "t2": "Kolme ry", "t3": "Kolme ry", "u1": "Neljä ry", "v1": "Yksi ry"},
}
SEATS["organisation_name"] = SEATS["seat_id"].map(NAMES).astype("string")
SEATS["organisation_id"] = pd.Series(pd.NA, SEATS.index, "string")
MODEL = (BOARDS, SEATS, SPOKEN_FOR, GROUPS)


def told(frame: pd.DataFrame, *columns: str) -> list[tuple]:
    rows = frame[list(columns)].astype(object)
    return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))


def test_terms_compared_tells_who_stayed_left_and_came() -> None:
    compared = terms_compared("b21", "b23", *MODEL)
    assert compared.all_named_earlier
    assert compared.all_named_later
    columns = ("organisation_name", "seats_earlier", "seats_later", "change")
    # The deputy Kolme ry had no seat in 2021.
    assert told(compared.organisations, *columns) == [
        ("Yksi ry", 2, 1, "stayed"),
        ("Kaksi ry", 1, 0, "left"),
        ("Kolme ry", 0, 2, "came"),
    ]


def test_terms_compared_never_says_left_where_the_later_board_is_not_all_known() -> None:
    compared = terms_compared("b21", "b25", *MODEL)
    assert (compared.all_named_earlier, compared.all_named_later) == (True, False)
    columns = ("organisation_name", "seats_earlier", "seats_later", "change")
    # Of 4 NGO seats one names its organisation: the others may still sit there.
    assert told(compared.organisations, *columns) == [
        ("Yksi ry", 2, None, "not_seen_later"),
        ("Kaksi ry", 1, None, "not_seen_later"),
        ("Neljä ry", 0, 1, "came"),
    ]


def test_terms_compared_never_says_came_where_the_earlier_board_is_not_all_known() -> None:
    compared = terms_compared("b27", "b21", *MODEL)  # of b27 no number of seats is known
    assert not compared.all_named_earlier
    assert told(compared.organisations, "organisation_name", "change") == [
        ("Yksi ry", "stayed"),
        ("Kaksi ry", "not_seen_earlier"),
    ]


def test_terms_compared_gives_the_change_of_every_group() -> None:
    compared = terms_compared("b21", "b23", *MODEL)
    assert (compared.complete_earlier, compared.complete_later) == (True, True)
    assert compared.groups.index.tolist() == [40, 30, 20]
    columns = ("target_group_code", "seats_earlier", "seats_later", "seats_change", "change")
    assert told(compared.groups, *columns) == [
        (OLD, 2, 1, -1, "kept"),
        (YOUNG, 0, 2, 2, "gained"),
        (ILL, 1, 0, -1, "lost"),
    ]
    # Shares of three speaking seats: 2/3, 0, 1/3 and 1/3, 2/3, 0.
    assert compared.groups["share_change"].tolist() == pytest.approx([-1 / 3, 2 / 3, -1 / 3])


def test_terms_compared_gives_no_change_of_groups_where_a_board_is_not_all_known() -> None:
    groups = terms_compared("b21", "b25", *MODEL).groups
    assert groups[["seats_change", "share_change"]].isna().all(axis=None)
    columns = ("target_group_code", "seats_earlier", "seats_later", "standing_later", "change")
    # Of the young nothing is known in 2025, and not that they still have none.
    assert told(groups, *columns) == [
        (OLD, 2, 1, "has_seat", "kept"),
        (YOUNG, 0, None, "not_known", "not_known"),
        (ILL, 1, 1, "has_seat", "kept"),
    ]


def test_a_row_that_may_be_a_seat_is_a_state_of_its_own() -> None:
    seats, spoken_for = seats_of(
        ("e1", "b1", "organisation", True, [OLD]),
        ("e2", "b1", "field", None, [ILL, YOUNG]),
        ("l1", "b2", "organisation", True, [ILL]),
        ("l2", "b2", "field", None, [OLD]),
    )
    seats = seats.assign(organisation_id=pd.NA, organisation_name=pd.NA)
    boards = boards_of(b1=(9, 9), b2=(9, 9))
    groups = terms_compared("b1", "b2", boards, seats, spoken_for, GROUPS).groups
    columns = ("target_group_code", "seats_earlier", "seats_later", "standing_earlier", "change")
    # The old have a seat, then perhaps; the ill perhaps, then a seat; the young perhaps, then
    # nothing is known of them.
    assert told(groups, *columns) == [
        (OLD, 1, None, "has_seat", "possible"),
        (YOUNG, None, None, "possible_seat", "possible"),
        (ILL, None, 1, "possible_seat", "possible"),
    ]


def test_terms_compared_of_a_board_with_itself_changes_nothing() -> None:
    compared = terms_compared("b21", "b21", *MODEL)
    assert set(compared.organisations["change"]) == {"stayed"}
    assert compared.groups["change"].tolist() == ["kept", "none", "kept"]
    assert compared.groups["seats_change"].tolist() == [0, 0, 0]


def test_terms_compared_of_boards_without_rows_is_empty_and_unknown() -> None:
    compared = terms_compared("x", "y", boards_of(x=(5, 3), y=(None, None)), *MODEL[1:])
    assert compared.organisations.empty
    assert set(compared.groups["change"]) == {"not_known"}
    assert not compared.all_named_earlier


def test_changes_are_of_the_known_kinds() -> None:
    for pair in (("b21", "b23"), ("b25", "b27"), ("b27", "b21")):
        compared = terms_compared(*pair, *MODEL)
        assert set(compared.organisations["change"]) <= set(CHANGES)
        assert set(compared.groups["change"]) <= set(GROUP_CHANGES)


def test_terms_compared_offers_near_names_for_an_unknown_board() -> None:
    with pytest.raises(GeoError, match=r"'b22'.*near names"):
        terms_compared("b22", "b23", *MODEL)


def test_no_function_changes_its_frames() -> None:
    before = [frame.copy(deep=True) for frame in MODEL]
    terms_compared("b21", "b25", *MODEL)
    for frame, kept in zip(MODEL, before, strict=True):
        assert_frame_equal(frame, kept)
