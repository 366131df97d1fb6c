"""The rules side by side, on the minority of 21 voters and on a few nominees."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geo.errors import GeoError
from geo.rule_comparison import rules_compared
from tests.geo.toy_ballots import (
    MINORITY,
    MINORITY_BALLOTS,
    MINORITY_GROUPS,
    MINORITY_NOMINEES,
    TWO_GROUPS,
    X,
    Y,
    Z,
    ballots_of,
    nominees_of,
)
from tests.geo.toy_places import plain

NO_GROUPS = MINORITY_GROUPS[:0]


def of_rule(frame: pd.DataFrame, rule: str) -> pd.DataFrame:
    return frame[frame["rule"] == rule]


def test_rules_compared_shows_what_each_rule_does_to_the_minority() -> None:
    elected = [False] * 11 + [True] * 15
    nominees = MINORITY_NOMINEES.assign(is_elected=pd.array(elected, dtype="boolean"))
    compared = rules_compared(nominees, MINORITY_GROUPS, TWO_GROUPS, 15, ballots=MINORITY_BALLOTS)
    assert compared.baseline == "recorded"
    rules = ["recorded", "approval", "phragmen", "equal_shares"]
    assert compared.rules["rule"].tolist() == rules
    few = compared.groups[compared.groups["target_group_code"] == "few"]
    # Worked out in test_proportional: none by votes, 5 of m01-m10 by both other rules.
    assert few["seats"].tolist() == [0, 0, 5, 5]
    assert few["seats_least"].tolist() == [0, 0, 5, 5]
    assert few["seats_most"].tolist() == [0, 0, 5, 5]
    assert few["deficit_by_votes"].tolist() == pytest.approx(
        [-210 / 44, -210 / 44, 5 - 210 / 44, 5 - 210 / 44]
    )
    by_rule = compared.rules.set_index("rule")
    # By votes the 21 ballots of the minority have nobody, the other 45 all 10 of their approvals.
    assert by_rule["without_elected"].tolist() == [21, 21, 0, 0]
    assert by_rule.loc["approval", "mean_elected_approvals"] == pytest.approx(450 / 66)
    assert by_rule["groups_without_seat"].tolist() == [1, 1, 0, 0]
    # No rule can tell m01-m10 apart, nor, with blocks of one size, x, y and z: 5 of the 10 and 10
    # of the 15 have a seat by both other rules, so all 25 hang on a tie and nobody is sure.
    assert plain(by_rule["left_out"]) == [None, 0, 0, 0]
    assert plain(by_rule["let_in"]) == [None, 0, 0, 0]
    assert plain(by_rule["open"]) == [None, 0, 25, 25]
    changes = of_rule(compared.changes, "phragmen")
    assert set(changes["change"]) == {"open"}
    assert changes["nominee_id"].tolist() == MINORITY[:10] + X + Y + Z
    # All ten have the same voters: which five it is only the order of the table says.
    shown = compared.nominees.set_index("nominee_id")
    assert set(shown.loc[MINORITY[:10], "phragmen"]) == {"tied"}
    assert set(shown.loc[X + Y + Z, "approval"]) == {"elected"}
    assert set(shown.loc[MINORITY, "approval"]) == {"not_elected"}
    assert compared.nominees.index.equals(nominees.index)
    assert set(compared.councils) == set(compared.ties) == {"phragmen", "equal_shares"}


def test_rules_compared_recounts_approval_voting_alone_from_totals() -> None:
    # a has a seat, b and c share the other: few (a and b) has 1 or 2, many (c) 0 or 1. The
    # figures are those of a and b, who come first in the table.
    links = pd.DataFrame(
        {"nominee_id": list("abc"), "target_group_code": ["few", "few", "many"]}, dtype="string"
    )
    compared = rules_compared(nominees_of("abc", [9, 5, 5]), links, TWO_GROUPS, 2)
    assert compared.baseline == "approval"
    assert compared.rules["rule"].tolist() == ["approval"]
    assert compared.nominees["approval"].tolist() == ["elected", "tied", "tied"]
    row = compared.rules.iloc[0]
    assert (row["seats_given"], row["tied"], row["councils"]) == (2, 2, 2)
    assert pd.isna(row["without_elected"])
    assert compared.groups["seats"].tolist() == [2, 0]
    assert compared.groups["seats_least"].tolist() == [1, 0]
    assert compared.groups["seats_most"].tolist() == [2, 1]
    assert compared.changes.empty
    assert compared.satisfaction == {}


def test_rules_compared_tells_sure_changes_from_those_that_hang_on_a_tie() -> None:
    # Recorded: a and b. By votes a has a seat, c and d share the other: b is left out for sure.
    nominees = nominees_of("abcd", [9, 4, 5, 5], [True, True, False, False])
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 2)
    told = compared.changes[["rule", "nominee_id", "change"]].to_numpy().tolist()
    assert told == [
        ["approval", "b", "left_out"],
        ["approval", "c", "open"],
        ["approval", "d", "open"],
    ]
    row = compared.rules.set_index("rule").loc["approval"]
    assert (row["left_out"], row["let_in"], row["open"]) == (1, 0, 2)
    # In another order of the table the same.
    turned = rules_compared(nominees.iloc[::-1], NO_GROUPS, TWO_GROUPS, 2)
    assert sorted(map(tuple, turned.changes.to_numpy())) == sorted(
        map(tuple, compared.changes.to_numpy())
    )


def test_rules_compared_names_organisations_and_not_nominees() -> None:
    # Recorded: a of Esimerkki and c of Kokeilu; by votes b of Esimerkki and d of no named one.
    nominees = nominees_of("abcd", [1, 9, 2, 8], [True, False, True, False]).assign(
        organisation=pd.array(["Esimerkki ry", "Esimerkki ry", "Kokeilu ry", None], dtype="string")
    )
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 2)
    told = [tuple(plain(row)) for _, row in compared.changes.iterrows()]
    assert told == [
        ("approval", "c", "Kokeilu ry", "left_out"),
        ("approval", "d", None, "let_in"),
    ]


def test_rules_compared_holds_no_rule_against_a_baseline_that_hangs_on_a_tie_for_sure() -> None:
    # By votes a has a seat and b, c share the other; by the ballots of Phragmen a and c are in: a
    # bears 1/3 for each of its three, so c's two pay 1/2 each, b's (who paid for a) 5/6 each.
    nominees = nominees_of("abc")
    ballots = ballots_of((2, "ab"), (1, "a"), (2, "c"))
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 2, ballots=ballots)
    assert compared.nominees["approval"].tolist() == ["elected", "tied", "tied"]
    assert compared.nominees["phragmen"].tolist() == ["elected", "not_elected", "elected"]
    changes = of_rule(compared.changes, "phragmen")
    assert changes[["nominee_id", "change"]].to_numpy().tolist() == [["b", "open"], ["c", "open"]]


def test_rules_compared_calls_no_group_seatless_that_an_unknown_member_may_speak_for() -> None:
    # a (few) and b (of no known group) are elected: many has from none to one seat, few 1 or 2.
    links = pd.DataFrame(
        {"nominee_id": ["a", "c"], "target_group_code": ["few", "many"]}, dtype="string"
    )
    compared = rules_compared(nominees_of("abc", [9, 5, 1]), links, TWO_GROUPS, 2)
    assert plain(compared.groups["seats"]) == [1, None]
    assert compared.groups["seats_least"].tolist() == [1, 0]
    assert compared.groups["seats_most"].tolist() == [2, 1]
    assert plain(compared.rules["groups_without_seat"]) == [None]


def test_rules_compared_counts_votes_from_the_ballots_and_not_from_the_totals() -> None:
    nominees = nominees_of("ab", [1, 99])
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 1, ballots=ballots_of((2, "a")))
    assert compared.nominees["votes"].tolist() == [2, 0]
    assert compared.nominees["approval"].tolist() == ["elected", "not_elected"]


def test_rules_compared_gives_no_figures_where_votes_are_not_known() -> None:
    compared = rules_compared(nominees_of("abc", [9, 5, None]), NO_GROUPS, TWO_GROUPS, 1)
    assert compared.nominees["approval"].tolist() == ["unknown", "not_elected", "unknown"]
    row = compared.rules.iloc[0]
    assert all(pd.isna(row[name]) for name in ("seats_given", "unfilled", "councils"))
    assert compared.groups["seats"].isna().all()
    assert compared.groups["seats_most"].isna().all()


def test_rules_compared_takes_no_partial_record_for_a_result() -> None:
    nominees = nominees_of("abc", [9, 5, 1], [True, None, False])
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 2)
    assert compared.baseline == "approval"
    assert compared.nominees["recorded"].tolist() == ["elected", "unknown", "not_elected"]
    assert plain(compared.rules["seats_given"]) == [None, 2]


def test_rules_compared_shows_a_recorded_result_without_any_votes() -> None:
    nominees = nominees_of("ab", None, [True, False])
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 1)
    assert compared.rules["rule"].tolist() == ["recorded"]
    assert compared.approval is None


def test_rules_compared_counts_councils_beyond_any_column_of_whole_numbers() -> None:
    nominees = nominees_of([f"n{number}" for number in range(100)], [1] * 100)
    compared = rules_compared(nominees, NO_GROUPS, TWO_GROUPS, 50)
    assert compared.rules.loc[0, "councils"] == math.comb(100, 50)


def test_rules_compared_leaves_seats_unfilled_by_ballots_that_votes_would_fill() -> None:
    # Nobody approves b: a vote of 0 is enough where a seat is left, a ballot without b is not.
    compared = rules_compared(
        nominees_of("ab"), NO_GROUPS, TWO_GROUPS, 2, ballots=ballots_of((1, "a"))
    )
    assert compared.rules["unfilled"].tolist() == [0, 1, 1]


def test_rules_compared_refuses_to_compare_nothing() -> None:
    with pytest.raises(GeoError, match="no vote, no ballot and no recorded result"):
        rules_compared(nominees_of("ab"), NO_GROUPS, TWO_GROUPS, 1)
