"""Parts of seats, and shares of organisations, small enough to count on one's fingers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.shares import reference_shares, seat_parts
from tests.geo.toy_boards import (
    GROUPS,
    IDS,
    ILL,
    OLD,
    SEATS,
    SERVED,
    SPOKEN_FOR,
    YOUNG,
    spoken,
)

# Parts of seats


def test_seat_parts_leaves_general_groups_out_before_it_splits() -> None:
    parts = seat_parts(SEATS, SPOKEN_FOR, GROUPS)
    # s3 speaks for the young and for everyone: everyone is left out, so k = 1 and the part is 1.
    assert parts.set_index(["seat_id", "target_group_code"])["part"].to_dict() == {
        ("s1", OLD): 1,
        ("s2", OLD): 0.5,
        ("s2", ILL): 0.5,
        ("s3", YOUNG): 1,
        ("s6", ILL): 1,
        ("s7", OLD): 1,
        ("s8", ILL): 0.5,
        ("s8", OLD): 0.5,
    }


def test_seat_parts_splits_with_general_groups_when_asked() -> None:
    parts = seat_parts(SEATS, SPOKEN_FOR, GROUPS, with_general=True)
    assert parts.loc[parts["seat_id"] == "s3", "part"].tolist() == [0.5, 0.5]
    assert parts.loc[parts["seat_id"] == "s4", "part"].tolist() == [1]


def test_seat_parts_refuses_a_code_that_is_no_target_group() -> None:
    with pytest.raises(GeoError, match=r"KR1\.4"):
        seat_parts(SEATS, SPOKEN_FOR, GROUPS[GROUPS["target_group_code"] != ILL])


# Reference


def test_reference_shares_splits_organisations_as_seats() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS)
    # With a group: o1 old 1; o2 old 1/2, young 1/2; o3 young 1. So old 1.5 and young 1.5 of 3.
    assert reference.shares["organisations"].tolist() == [2, 2, 0]
    assert reference.shares["organisation_parts"].tolist() == [1.5, 1.5, 0]
    assert reference.shares["reference_share"].tolist() == [0.5, 0.5, 0]
    assert reference.shares.index.tolist() == [40, 30, 20]


def test_reference_shares_counts_every_organisation_it_was_given() -> None:
    reference = reference_shares([*IDS, "o1"], SERVED, GROUPS)
    assert reference.organisations == 5
    assert (reference.with_group, reference.general_only, reference.without_group) == (3, 1, 1)


def test_reference_shares_keeps_general_groups_when_asked() -> None:
    reference = reference_shares(IDS, SERVED, GROUPS, with_general=True)
    # Four with a group: old 1.5, young 1/2 + 1/2, everyone 1/2 + 1.
    assert reference.shares["reference_share"].tolist() == [0.375, 0.25, 0, 0.375]
    assert (reference.with_group, reference.general_only, reference.without_group) == (4, 0, 1)


@pytest.mark.parametrize("ids", [[], ["o4"], ["o5"]])
def test_reference_shares_is_unknown_where_no_organisation_has_a_group(ids: list[str]) -> None:
    reference = reference_shares(ids, SERVED, GROUPS)
    assert reference.shares["reference_share"].isna().all()
    assert reference.shares["organisations"].tolist() == [0, 0, 0]


@settings(max_examples=40, deadline=None)
@given(groups=st.lists(spoken, max_size=10))
def test_reference_shares_add_up_to_one_for_any_organisations(groups: list[list[str]]) -> None:
    links = [(f"o{number}", code) for number, codes in enumerate(groups) for code in codes]
    served = pd.DataFrame(links, columns=["organisation_id", "target_group_code"], dtype="string")
    reference = reference_shares([f"o{number}" for number in range(len(groups))], served, GROUPS)
    counts = (reference.with_group, reference.general_only, reference.without_group)
    assert sum(counts) == reference.organisations == len(groups)
    if reference.with_group:
        assert reference.shares["reference_share"].sum() == pytest.approx(1)
