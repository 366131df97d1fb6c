"""Coverage by label, on boards small enough to count on one's fingers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.labels import label_coverage, label_totals
from tests.geo.toy_boards import GROUPS, MODEL, boards_of, seats_of, some_seats


def test_label_coverage_counts_a_seat_whole_for_each_of_its_groups() -> None:
    covered = label_coverage("council", *MODEL)
    # n = 3: s1 (old), s2 (old and ill), s3 (young): labels 2, 1, 1 add up to 4.
    assert covered.index.tolist() == [40, 30, 20]
    assert covered["labels"].tolist() == [2, 1, 1]
    assert covered["label_share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert covered["seats"].tolist() == [1.5, 1, 0.5]
    totals = label_totals(covered)
    assert (totals.speaking_seats, totals.labels, totals.groups) == (3, 4, 3)
    assert (totals.has_seat, totals.covered_at_least, totals.covered_at_most) == (3, 1, 1)


def test_label_coverage_counts_general_labels_when_asked() -> None:
    # s3 and s4 speak for everyone: n = 4, labels 2, 1, 1, 2.
    covered = label_coverage("council", *MODEL, with_general=True)
    assert covered["labels"].tolist() == [2, 1, 1, 2]
    assert covered["label_share"].tolist() == [0.5, 0.25, 0.25, 0.5]


def test_label_totals_lie_between_what_is_sure_and_what_may_be() -> None:
    # Of the forum the old have a seat, the ill perhaps, of the young nothing is known.
    totals = label_totals(label_coverage("forum", *MODEL))
    assert (totals.has_seat, totals.possible_seat, totals.no_seat, totals.not_known) == (1, 1, 0, 1)
    assert totals.covered_at_least == pytest.approx(1 / 3)
    assert totals.covered_at_most == 1


def test_label_totals_are_unknown_without_a_row_and_zero_on_a_board_without_ngo_seats() -> None:
    table = label_coverage("table", *MODEL)
    assert table[["labels", "label_share"]].isna().all(axis=None)
    assert (label_totals(table).labels, label_totals(table).covered_at_least) == (None, 0)
    none = label_coverage("none", *MODEL)
    assert none["labels"].tolist() == [0, 0, 0]
    assert none["label_share"].isna().all()
    assert (label_totals(none).labels, label_totals(none).covered_at_most) == (0, 0)


def test_label_totals_of_no_group_have_no_share() -> None:
    totals = label_totals(label_coverage("council", *MODEL[:2], MODEL[2].iloc[:0], GROUPS.iloc[:0]))
    assert (totals.groups, totals.covered_at_least, totals.covered_at_most) == (0, None, None)


@settings(max_examples=12, deadline=None)
@given(rows=some_seats, with_general=st.booleans())
def test_labels_are_never_fewer_than_parts(
    rows: list[tuple[str, bool | None, list[str]]], with_general: bool
) -> None:
    named = [(f"s{number}", "b", *row) for number, row in enumerate(rows)]
    model = (boards_of(b=(None, None)), *seats_of(*named), GROUPS)
    covered = label_coverage("b", *model, with_general=with_general)
    assert (covered["labels"] >= covered["seats"] - 1e-9).fillna(True).all()
    assert ((covered["label_share"] <= 1) | covered["label_share"].isna()).all()


def test_no_function_changes_its_frames() -> None:
    before = [frame.copy(deep=True) for frame in MODEL]
    label_totals(label_coverage("council", *MODEL, with_general=True))
    for frame, kept in zip(MODEL, before, strict=True):
        assert_frame_equal(frame, kept)
