"""The integer programme, against the councils counted by hand and against enumeration."""

from __future__ import annotations

import pandas as pd
import pytest
import scipy.optimize
from hypothesis import given, settings

from geo.chance import rose_by_chance
from geo.composition import CompositionRule
from geo.composition_checks import rule_constraints
from geo.council_programme import best_councils
from geo.council_slates import council_slate
from geo.councils import council_trade_off
from tests.geo.toy_councils import ELECTION, LINKS, NOMINEES, REFERENCE, Election, elections

A_YOUNG_SEAT = CompositionRule(
    id="young", kind="group_seats", codes=("young",), least=1, force="binding"
)


def test_council_trade_off_above_the_limit_gives_the_same_front_and_says_how() -> None:
    result = council_trade_off(*ELECTION, limit=9)  # there are 10
    assert (result.method, result.councils, result.councils_possible) == (
        "integer_programme",
        10,
        None,
    )
    assert result.front["votes_lost"].tolist() == [0, 3]
    assert result.front["rose"].tolist() == [0.75, 1.0]
    assert result.front["example"].tolist()[1] == ("a", "c")
    assert set(result.front["example"].tolist()[0]) in ({"a", "d"}, {"a", "e"})
    assert result.front["is_proven"].all()
    assert result.front["gap"].tolist() == [0, 0]
    assert result.is_complete
    unknown = ["councils", "groups_seated_fewest", "groups_seated_most", "in_all", "in_some"]
    assert result.front[unknown].isna().all(axis=None)


def test_council_trade_off_above_the_limit_places_the_real_council() -> None:
    result = council_trade_off(*ELECTION, limit=9)
    assert result.real is not None
    assert (result.real.votes_lost, result.real.rose) == (2, 0.75)
    assert result.real.is_on_front is False
    assert (result.real.dominated_by, result.real.share_lower) == (None, None)
    assert result.swaps is not None
    assert len(result.swaps) == 6
    on_front = NOMINEES.assign(is_elected=[True, False, False, False, True])
    best = council_trade_off(on_front, *ELECTION[1:], limit=9).real
    assert best is not None
    assert best.is_on_front is True


def test_council_trade_off_above_the_limit_keeps_to_binding_rules() -> None:
    result = council_trade_off(*ELECTION, rules=[A_YOUNG_SEAT], limit=9)
    assert result.front["example"].tolist() == [("a", "e"), ("a", "c")]
    assert result.rules["reason"].tolist() == ["not_counted"]
    assert result.chance.rose_mean is None


def test_council_trade_off_above_the_limit_knows_the_mean_of_chance() -> None:
    shares = REFERENCE.set_index("target_group_code")["reference_share"]
    chance = council_trade_off(*ELECTION, limit=9).chance
    assert chance.rose_mean == pytest.approx(rose_by_chance(shares, 2, nominee_groups=LINKS))
    assert chance.groups_seated_mean == pytest.approx(2.1)  # as counted in test_councils
    assert chance.quantiles.empty
    assert chance.distribution.empty


def test_council_trade_off_above_the_limit_says_that_no_council_is_possible() -> None:
    rule = CompositionRule(id="three", kind="group_seats", codes=("old",), least=3, force="binding")
    result = council_trade_off(*ELECTION, rules=[rule], limit=9)
    assert result.front.empty
    assert result.is_complete


def test_council_trade_off_above_the_limit_does_without_votes() -> None:
    result = council_trade_off(NOMINEES.drop(columns="votes"), *ELECTION[1:], limit=9)
    assert result.front["votes_lost"].isna().all()
    assert result.front["rose"].tolist() == [1.0]


def test_council_trade_off_above_the_limit_says_when_points_run_out() -> None:
    # Three groups of one kind each: a, b lead by votes; every swap to c, d costs votes.
    nominees = pd.DataFrame({"nominee_id": list("abcd"), "votes": [9, 8, 6, 3]})
    links = pd.DataFrame(
        {"nominee_id": list("abcd"), "target_group_code": ["old", "old", "ill", "young"]}
    )
    reference = REFERENCE.assign(reference_share=[0.2, 0.3, 0.5])
    whole = council_trade_off(nominees, links, reference, 2, limit=0)
    # ab 17 .2, ac 15 .2+.3, ad 12 .2+.5, bc 14 .5, bd 11 .7, cd 9 .3+.5
    assert whole.front["votes"].tolist() == [17, 15, 12, 9]
    assert whole.front["rose"].tolist() == pytest.approx([0.2, 0.5, 0.7, 0.8])
    assert whole.is_complete
    ends = council_trade_off(nominees, links, reference, 2, limit=0, most_points=2)
    assert ends.front["votes"].tolist() == [17, 9]
    assert not ends.is_complete


def test_council_trade_off_above_the_limit_says_when_time_runs_out() -> None:
    result = council_trade_off(*ELECTION, limit=9, most_seconds=0)
    assert result.front.empty
    assert not result.is_complete
    assert result.real is not None
    assert result.real.is_on_front is None


def test_best_councils_tells_how_far_an_unproven_point_may_be_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solve = scipy.optimize.milp

    def stopped(*args: object, **options: object) -> object:
        """The solver as it answers when its time is over: a council, and a bound above it."""
        result = solve(*args, **options)
        result.status, result.mip_dual_bound = 1, result.mip_dual_bound * 1.5
        return result

    monkeypatch.setattr(scipy.optimize, "milp", stopped)
    slate = council_slate(*ELECTION)
    best = best_councils(slate, rule_constraints([], NOMINEES, LINKS, 2))
    assert not best.is_complete
    assert not any(point.is_proven for point in best.points)
    # Half as much again as found: .75 * .5 and 1 * .5.
    assert [point.gap for point in best.points] == pytest.approx([0.375, 0.5])


@settings(max_examples=12, deadline=None)
@given(elections(most=6))
def test_best_councils_are_those_of_the_enumeration(election: Election) -> None:
    rule = CompositionRule(
        id="places", kind="municipality_seats", codes=("001",), least=1, force="binding"
    )
    frames = (election.nominees, election.links, election.reference, election.seats)
    counted = council_trade_off(*frames, rules=[rule])
    solved = council_trade_off(*frames, rules=[rule], limit=0)
    same = ["votes_lost", "rose", "is_proven"]
    pd.testing.assert_frame_equal(solved.front[same], counted.front[same])
    assert solved.is_complete
    assert counted.real is not None
    assert solved.real is not None
    assert solved.real.is_on_front == counted.real.is_on_front
