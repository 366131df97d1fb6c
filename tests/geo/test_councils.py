"""Councils counted one by one in ``toy_councils``, and the same on invented elections."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import geo.council_enumeration as enumeration
import geo.council_front as front
from geo.chance import rose_by_chance
from geo.composition import CompositionRule
from geo.councils import CouncilTradeOff, council_count, council_trade_off
from geo.errors import GeoError
from geo.indices import board_indices, rose_index
from tests.geo.toy_councils import (
    ELECTION,
    LINKS,
    NOMINEES,
    REFERENCE,
    SPOKEN,
    Election,
    elections,
    links_of,
    reference_of,
    roses,
)

A_YOUNG_SEAT = CompositionRule(
    id="young", kind="group_seats", codes=("young",), least=1, force="binding"
)


def _elected(*ids: str) -> pd.DataFrame:
    return NOMINEES.assign(is_elected=NOMINEES["nominee_id"].isin(ids).astype("boolean"))


def _of(election: Election, **options: object) -> CouncilTradeOff:
    rules: Sequence[CompositionRule] = options.pop("rules", ())  # type: ignore[assignment]
    return council_trade_off(
        election.nominees,
        election.links,
        election.reference,
        election.seats,
        rules=rules,
        **options,  # type: ignore[arg-type]
    )


def test_council_count_is_of_all_choices_of_members() -> None:
    assert council_count(NOMINEES, 2) == 10  # 5 * 4 / 2
    assert council_count(NOMINEES, 6) == 0
    assert (
        council_count(NOMINEES.assign(role=["member", "deputy", None, "member", "deputy"]), 2) == 3
    )


def test_council_trade_off_gives_the_front_of_the_ten_councils() -> None:
    result = council_trade_off(*ELECTION)
    assert (result.method, result.councils, result.most_votes) == ("enumeration", 10, 16)
    # Most votes are 16: ab, ad, ae, of which ad and ae have .75; ac and bc have 1, ac more votes.
    assert result.front["votes_lost"].tolist() == [0, 3]
    assert result.front["rose"].tolist() == [0.75, 1.0]
    assert result.front["councils"].tolist() == [2, 1]
    assert result.front["example"].tolist() == [("a", "d"), ("a", "c")]
    assert result.front["in_all"].tolist() == [("a",), ("a", "c")]
    assert result.front["in_some"].tolist() == [("d", "e"), ()]
    assert result.front["groups_seated"].tolist() == [2, 3]
    assert result.front["is_proven"].all()
    assert result.is_complete


def test_council_trade_off_places_the_real_council() -> None:
    real = council_trade_off(*ELECTION).real
    assert real is not None
    assert (real.nominee_ids, real.votes, real.votes_lost, real.rose) == (("b", "d"), 14, 2, 0.75)
    # ad and ae have more votes and as high an index; ac has a higher one, but fewer votes.
    assert (real.dominated_by, real.better_in_both, real.is_on_front) == (2, 0, False)
    # .5: ab cd ce de; .75: ad ae bd be; 1: ac bc.
    assert (real.share_lower, real.share_equal, real.share_higher) == (0.4, 0.4, 0.2)
    assert real.groups_seated == 2


def test_council_trade_off_tells_dominated_from_beaten_in_both() -> None:
    real = council_trade_off(_elected("c", "d"), *ELECTION[1:]).real
    assert real is not None
    # cd has 11 and .5. At least as good: all but itself and ce (the same). More of both: not ab
    # and de (.5), not bc (11).
    assert (real.dominated_by, real.better_in_both) == (8, 5)


def test_council_trade_off_finds_a_council_on_the_front() -> None:
    real = council_trade_off(_elected("a", "e"), *ELECTION[1:]).real
    assert real is not None
    assert (real.is_on_front, real.dominated_by) == (True, 0)


def test_council_trade_off_gives_chance_exactly() -> None:
    chance = council_trade_off(*ELECTION).chance
    assert chance.rose_mean == pytest.approx(0.7)  # (4 * .5 + 4 * .75 + 2 * 1) / 10
    # Groups: ab 1; ac, bc 3; the other seven 2: (1 + 6 + 14) / 10
    assert chance.groups_seated_mean == pytest.approx(2.1)
    # In order .5 .5 .5 .5 .75 .75 .75 .75 1 1: the 1st, 1st, 3rd, 5th, 8th, 10th and 10th.
    assert chance.quantiles["share"].tolist() == [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]
    assert chance.quantiles["rose"].tolist() == [0.5, 0.5, 0.5, 0.75, 0.75, 1, 1]
    full = chance.distribution[chance.distribution["councils"] > 0]
    assert full["rose_from"].tolist() == [0.5, 0.75, 0.99]
    assert full["councils"].tolist() == [4, 4, 2]


def test_council_trade_off_lists_all_swaps_of_the_real_council() -> None:
    swaps = council_trade_off(*ELECTION).swaps
    assert swaps is not None
    # From bd (14, .75): to ad, bc, be, ab, de, cd.
    assert swaps["out_id"].tolist() == ["b", "d", "d", "d", "b", "b"]
    assert swaps["in_id"].tolist() == ["a", "c", "e", "a", "e", "c"]
    assert swaps["votes_change"].tolist() == [2, -3, 0, 2, 0, -3]
    assert swaps["votes_lost"].tolist() == [0, 5, 2, 0, 2, 5]
    assert swaps["rose_change"].tolist() == [0, 0.25, 0, -0.25, -0.25, -0.25]
    lost = [(), (), ("ill",), ("ill",), ("old",), ("old",)]
    assert swaps["groups_gained"].tolist() == [
        (),
        ("young",),
        ("young",),
        (),
        ("young",),
        ("young",),
    ]
    assert swaps["groups_lost"].tolist() == lost
    # be is as good as bd in both, no better.
    assert swaps["is_improvement"].tolist() == [True] + 5 * [False]
    assert swaps["is_feasible"].all()


def test_council_trade_off_keeps_to_the_councils_that_binding_rules_leave() -> None:
    result = council_trade_off(*ELECTION, rules=[A_YOUNG_SEAT])
    # With c or e: ac ae bc be cd ce de.
    assert (result.councils, result.councils_possible, result.councils_sure) == (10, 7, 7)
    assert result.rules["councils_holding"].tolist() == [7]
    assert result.rules["councils_breaking"].tolist() == [3]
    # Votes are lost against the 16 that any council can have, which ae has as well.
    assert result.front["votes_lost"].tolist() == [0, 3]
    assert result.front["example"].tolist() == [("a", "e"), ("a", "c")]
    assert result.front["councils"].tolist() == [1, 1]
    assert result.real is not None
    assert (result.real.is_feasible, result.real.is_on_front) == (False, False)
    assert result.real.dominated_by == 1  # ae; ad is not possible
    assert result.swaps is not None
    # Out of bd: ad no, bc yes, be yes, ab no, de yes, cd yes.
    assert result.swaps["is_feasible"].tolist() == [False, True, True, False, True, True]
    # ac and bc 1, ae and be .75, cd ce de .5.
    assert result.chance.rose_mean == pytest.approx((2 + 1.5 + 1.5) / 7)
    assert result.chance.groups_seated_mean is None


def test_council_trade_off_counts_recommended_rules_and_forbids_nothing() -> None:
    own = CompositionRule(id="few_old", kind="group_seats", codes=("old",), most=0)
    result = council_trade_off(*ELECTION, rules=[own])
    assert (result.councils_possible, len(result.front)) == (10, 2)
    assert result.rules["councils_holding"].tolist() == [3]  # cd ce de
    assert result.front["rules_broken"].tolist() == [("few_old",), ("few_old",)]
    assert result.real is not None
    assert result.real.rules_broken == ("few_old",)


def test_council_trade_off_does_not_forbid_what_may_hold() -> None:
    places = NOMINEES.assign(municipality_code=["001", "001", None, "002", "002"])
    rule = CompositionRule(
        id="place", kind="municipality_seats", codes=("002",), least=1, force="binding"
    )
    result = council_trade_off(places, *ELECTION[1:], rules=[rule])
    # Surely: with d or e (ad ae bd be cd ce de). Not known: ac bc. Surely not: ab.
    assert (result.councils_possible, result.councils_sure) == (9, 7)
    assert result.rules.loc[0, ["councils_holding", "councils_breaking"]].tolist() == [7, 1]
    assert result.rules.loc[0, "councils_not_known"] == 2
    assert result.swaps is not None
    is_feasible = result.swaps.set_index(["out_id", "in_id"])["is_feasible"]
    assert pd.isna(is_feasible["d", "c"])  # bc
    assert not is_feasible["d", "a"]  # ab


def test_council_trade_off_says_that_no_council_is_possible() -> None:
    rule = CompositionRule(id="both", kind="group_seats", codes=("old",), least=3, force="binding")
    result = council_trade_off(*ELECTION, rules=[rule])
    assert (result.councils_possible, len(result.front)) == (0, 0)
    assert result.chance.rose_mean is None
    assert result.real is not None
    assert (result.real.share_lower, result.real.is_on_front) == (None, False)


def test_council_trade_off_names_rules_that_cannot_be_laid_on_councils() -> None:
    rules = [
        CompositionRule(id="far", kind="municipality_seats", force="not_applicable"),
        CompositionRule(id="deputies", kind="sex_share", force="binding", role="deputy"),
        CompositionRule(id="sexes", kind="sex_share", force="binding"),
    ]
    result = council_trade_off(*ELECTION, rules=rules)
    assert result.rules["reason"].tolist() == ["not_applicable", "deputies", "no_column"]
    assert result.rules["councils_holding"].isna().all()
    assert result.councils_possible == 10


def test_council_trade_off_gives_a_silent_seat_to_no_group() -> None:
    spoken = SPOKEN | {"b": ["elsewhere"], "e": []}
    result = council_trade_off(_elected("a", "e"), links_of(spoken), REFERENCE, 2)
    assert result.nominees_without_group == ("b", "e")
    assert result.groups_passed_over == ("elsewhere",)
    assert result.real is not None
    assert result.real.rose == 0.5  # a half of the seats is where the reference puts it


def test_the_rose_of_a_council_is_of_all_seats_and_that_of_a_board_of_the_speaking_ones() -> None:
    # a alone speaks, for the old; the reference is the old alone. Of two seats one lies there: a
    # half; of the one that speaks, all.
    nominees = pd.DataFrame({"nominee_id": ["a", "b"], "is_elected": True})
    links = pd.DataFrame({"nominee_id": ["a"], "target_group_code": ["old"]})
    old = pd.DataFrame({"target_group_code": ["old"], "reference_share": [1.0]})
    council = council_trade_off(nominees, links, old, 2).real
    assert council is not None
    assert council.rose == 0.5
    board = old.assign(seats=1.0, seat_share=1.0, standing="has_seat")
    assert board_indices(board).rose == 1


def test_council_trade_off_leaves_out_deputies() -> None:
    result = council_trade_off(
        NOMINEES.assign(role=["member", "member", "member", "deputy", None], is_elected=False),
        *ELECTION[1:],
    )
    assert (result.nominees, result.deputies, result.councils) == (4, 1, 6)


def test_council_trade_off_without_votes_looks_at_representation_alone() -> None:
    result = council_trade_off(NOMINEES.drop(columns="votes"), *ELECTION[1:])
    assert result.most_votes is None
    assert result.front["votes_lost"].isna().all()
    assert result.front["rose"].tolist() == [1.0]
    assert result.front["councils"].tolist() == [2]  # ac, bc
    assert result.front["in_all"].tolist() == [("c",)]
    assert result.real is not None
    assert (result.real.votes_lost, result.real.dominated_by) == (None, 2)
    assert result.swaps is not None
    assert result.swaps["votes_change"].isna().all()
    assert result.swaps["is_improvement"].sum() == 1  # bc


@pytest.mark.parametrize(
    ("elected", "reason"),
    [
        ([True, True, True, False, False], "other_size"),
        ([True, True, None, False, False], "not_known"),
        ([False] * 5, "not_known"),
    ],
)
def test_council_trade_off_says_why_it_does_not_place_the_real_council(
    elected: list[bool | None], reason: str
) -> None:
    nominees = NOMINEES.assign(is_elected=pd.array(elected, dtype="boolean"))
    result = council_trade_off(nominees, *ELECTION[1:])
    assert (result.real, result.swaps, result.real_reason) == (None, None, reason)


def test_council_trade_off_takes_shares_for_the_fractions_they_came_from() -> None:
    # One seat: a gives min(1, 1/3), b gives min(1/2, 1/6) twice: equal, though no float is.
    nominees = pd.DataFrame({"nominee_id": ["a", "b"], "votes": [5, 5]})
    links = links_of({"a": ["third"], "b": ["sixth", "other"]})
    reference = reference_of({"third": 1 / 3, "sixth": 1 / 6, "other": 1 / 6, "none": 1 / 3})
    front = council_trade_off(nominees, links, reference, 1).front
    assert front["councils"].tolist() == [2]
    assert front["rose"].tolist() == [1 / 3]


def test_council_trade_off_rounds_shares_that_come_from_no_fraction() -> None:
    shares = {"old": 1 / math.pi, "ill": 1 / math.e, "young": 1 - 1 / math.pi - 1 / math.e}
    real = council_trade_off(NOMINEES, LINKS, reference_of(shares), 2).real
    assert real is not None
    seats = pd.Series({"old": 0.5, "ill": 0.5, "young": 0})  # bd
    assert real.rose == pytest.approx(rose_index(seats, pd.Series(shares)), abs=1e-8)


def test_council_trade_off_agrees_with_the_index_of_boards() -> None:
    real = council_trade_off(*ELECTION).real
    assert real is not None
    shares = REFERENCE.set_index("target_group_code")["reference_share"]
    assert real.rose == rose_index(pd.Series({"old": 0.5, "ill": 0.5, "young": 0}), shares)


def test_council_trade_off_and_chance_agree_on_the_mean() -> None:
    shares = REFERENCE.set_index("target_group_code")["reference_share"]
    by_formula = rose_by_chance(shares, 2, nominee_groups=LINKS)
    assert council_trade_off(*ELECTION).chance.rose_mean == pytest.approx(by_formula)
    assert council_trade_off(*ELECTION, limit=9).chance.rose_mean == pytest.approx(by_formula)


@pytest.mark.parametrize(
    ("nominees", "reference", "seats", "message"),
    [
        (NOMINEES.assign(votes=[9, None, 4, 7, 7]), REFERENCE, 2, "'b'.*votes of every nominee"),
        (NOMINEES.assign(votes=[9, -1, 4, 7, 7]), REFERENCE, 2, "fewer than 0, .'b'"),
        (NOMINEES.assign(nominee_id=list("aabcd")), REFERENCE, 2, "more than once: .'a'"),
        (NOMINEES, REFERENCE, 6, "6 seats from 5 nominees"),
        (NOMINEES, REFERENCE, 0, "0 seats"),
        (NOMINEES, REFERENCE.head(2), 2, "add up to 0.75"),
        (NOMINEES, REFERENCE.assign(reference_share=[0.5, 0.5, None]), 2, "known share"),
        (NOMINEES, pd.concat([REFERENCE, REFERENCE]), 2, "each target group once"),
        (NOMINEES.drop(columns="nominee_id"), REFERENCE, 2, "lacks nominee_id"),
    ],
)
def test_council_trade_off_refuses_what_cannot_be_counted(
    nominees: pd.DataFrame, reference: pd.DataFrame, seats: int, message: str
) -> None:
    with pytest.raises(GeoError, match=message):
        council_trade_off(nominees, LINKS, reference, seats)


def test_council_trade_off_refuses_two_rules_of_one_name() -> None:
    with pytest.raises(GeoError, match="each id once"):
        council_trade_off(*ELECTION, rules=[A_YOUNG_SEAT, A_YOUNG_SEAT])


def test_council_trade_off_does_not_change_its_input() -> None:
    before = [frame.copy() for frame in ELECTION[:3]]
    council_trade_off(*ELECTION, rules=[A_YOUNG_SEAT])
    for frame, was in zip(ELECTION[:3], before, strict=True):
        pd.testing.assert_frame_equal(frame, was)


@settings(max_examples=25, deadline=None)
@given(elections())
def test_council_trade_off_is_what_looking_at_each_council_gives(election: Election) -> None:
    result, every = _of(election), roses(election)
    best: dict[tuple[int, Fraction], list[tuple[str, ...]]] = {}
    for council, (votes, rose) in every.items():
        if not any(_is_better(other, (votes, rose)) for other in every.values()):
            best.setdefault((votes, rose), []).append(council)
    front = sorted(best, reverse=True)
    assert list(zip(result.front["votes"], result.front["rose"], strict=True)) == [
        (votes, float(rose)) for votes, rose in front
    ]
    groups = [best[point] for point in front]
    assert result.front["councils"].tolist() == [len(those) for those in groups]
    assert result.front["example"].tolist() == [those[0] for those in groups]
    in_all = [set.intersection(*map(set, those)) for those in groups]
    assert list(map(set, result.front["in_all"])) == in_all
    some = [set.union(*map(set, those)) - own for those, own in zip(groups, in_all, strict=True)]
    assert list(map(set, result.front["in_some"])) == some
    assert result.real is not None
    own = every[result.real.nominee_ids]
    assert result.real.dominated_by == sum(_is_better(other, own) for other in every.values())
    assert result.real.share_lower == pytest.approx(
        sum(rose < own[1] for _, rose in every.values()) / len(every)
    )
    assert result.chance.rose_mean == pytest.approx(
        float(sum(rose for _, rose in every.values()) / len(every))
    )
    seated = result.front[["groups_seated_fewest", "groups_seated_most"]].itertuples(index=False)
    for those, (fewest, most) in zip(groups, seated, strict=True):
        counts = [
            election.links.loc[
                election.links["nominee_id"].isin(one), "target_group_code"
            ].nunique()
            for one in those
        ]
        assert (min(counts), max(counts)) == (fewest, most)


@settings(max_examples=25, deadline=None)
@given(elections())
def test_council_trade_off_forbids_what_each_council_breaks(election: Election) -> None:
    rule = CompositionRule(
        id="places", kind="municipality_seats", codes=("001",), least=1, most=2, force="binding"
    )
    result, every = _of(election, rules=[rule]), roses(election)
    places = election.nominees.set_index("nominee_id")["municipality_code"]
    possible = {}
    for council, figures in every.items():
        own = places.loc[list(council)]
        found, more = int((own == "001").sum()), int(own.isna().sum())
        if found <= 2 and found + more >= 1:
            possible[council] = figures
    assert result.councils_possible == len(possible)
    assert list(zip(result.front["votes"], result.front["rose"], strict=True)) == sorted(
        {
            (votes, float(rose))
            for votes, rose in possible.values()
            if not any(_is_better(other, (votes, rose)) for other in possible.values())
        },
        reverse=True,
    )
    assert result.real is not None
    assert (result.real.is_feasible is not False) == (result.real.nominee_ids in possible)


def _is_better(other: tuple[int, Fraction], own: tuple[int, Fraction]) -> bool:
    return other != own and other[0] >= own[0] and other[1] >= own[1]


def test_every_council_is_the_same_in_tiles_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    ids = [f"n{number:02}" for number in range(12)]
    nominees = pd.DataFrame({"nominee_id": ids, "votes": random.integers(0, 5, 12)})
    nominees["is_elected"] = nominees.index < 6
    spoken = {one: random.choice(["old", "ill", "young"], 1).tolist() for one in ids}
    whole = council_trade_off(nominees, links_of(spoken), REFERENCE, 6)
    monkeypatch.setattr(enumeration, "TILE", 7)
    monkeypatch.setattr(enumeration, "CHUNK", 5)
    monkeypatch.setattr(front, "CHUNK", 5)
    cut = council_trade_off(nominees, links_of(spoken), REFERENCE, 6)
    pd.testing.assert_frame_equal(cut.front, whole.front)
    pd.testing.assert_frame_equal(cut.chance.distribution, whole.chance.distribution)
    assert (cut.real, cut.councils_possible) == (whole.real, 924)


def test_council_trade_off_takes_votes_and_parts_of_any_size() -> None:
    # Votes beyond 32 bits, far apart, and a reference in millionths: other ways through the code.
    votes = [3_000_000_009, 3_000_000_007, 4, 3_000_000_007, 3_000_000_007]
    shares = {"old": 0.500001, "ill": 0.249999, "young": 0.25}
    spoken = SPOKEN | {"a": ["old"], "b": ["old"]}
    big = council_trade_off(NOMINEES.assign(votes=votes), links_of(spoken), reference_of(shares), 2)
    # ae: old .5 + young .25; ad: old .5 + ill .249999; ac: .5 + .249999 + .25.
    assert big.front["rose"].tolist() == pytest.approx([0.75, 0.999999], abs=1e-12)
    assert big.front["example"].tolist() == [("a", "e"), ("a", "c")]
    assert big.front["votes_lost"].tolist() == [0, 3_000_000_003]
