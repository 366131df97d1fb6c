"""Rules of composition and who meets them, on bodies small enough to count."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from geo.composition import CompositionRule, least_of_each_sex, rules_for
from geo.composition_checks import rule_constraints, rules_checked
from geo.errors import GeoError
from tests.geo.toy_places import plain

MEMBERS = pd.DataFrame(
    {
        "nominee_id": list("abcdef"),
        "municipality_code": ["001", "001", "002", None, "003", "001"],
        "sex": ["female", "male", "female", None, "female", "male"],
        "role": ["member", "member", "member", None, "member", "deputy"],
    },
    dtype="string",
)
LINKS = pd.DataFrame(
    [("a", "old"), ("a", "ill"), ("b", "old"), ("c", "ill"), ("e", "young")],
    columns=["nominee_id", "target_group_code"],
    dtype="string",
)


@pytest.mark.parametrize(
    ("seats", "least"),
    # The Ombudsman for Equality's table of minimum numbers, tasa-arvo.fi.
    list(enumerate([1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8], start=2)),
)
def test_least_of_each_sex_is_the_table_of_the_ombudsman(seats: int, least: int) -> None:
    assert least_of_each_sex(seats) == least


def test_least_of_each_sex_asks_nothing_of_one_seat() -> None:
    assert [least_of_each_sex(seats) for seats in (0, 1)] == [0, 0]


@pytest.mark.parametrize(
    ("kind", "forces"),
    [
        ("statutory_council", ["binding", "recommended", "recommended"]),
        ("appointed_body", ["not_applicable", "binding", "binding"]),
        ("ngo_council", ["not_applicable", "recommended", "recommended"]),
    ],
)
def test_rules_for_gives_each_rule_its_force(kind: str, forces: list[str]) -> None:
    rules = rules_for(kind, municipality_codes=["001", "002", "001"])
    assert [rule.id for rule in rules] == ["each_municipality", "sex_of_members", "sex_of_deputies"]
    assert [rule.force for rule in rules] == forces
    assert [rule.law for rule in rules] == ["wellbeing_counties_32", "equality_4a", "equality_4a"]
    assert rules[0].codes == ("001", "002")


def test_rules_for_refuses_what_would_hold_by_saying_nothing() -> None:
    with pytest.raises(GeoError, match="expected one of statutory_council"):
        rules_for("council")
    with pytest.raises(GeoError, match="without municipality_codes"):
        rules_for("statutory_council")


def test_composition_rule_gathers_its_faults() -> None:
    with pytest.raises(GeoError, match=r"kind is 'age'.*force is 'maybe'.*bounds are 3 to 2"):
        CompositionRule(id="own", kind="age", force="maybe", least=3, most=2)
    with pytest.raises(GeoError, match="least_percent is 60"):
        CompositionRule(id="own", kind="sex_share", least_percent=60)


def test_rules_checked_counts_members_by_municipality() -> None:
    rule = rules_for("statutory_council", municipality_codes=["001", "003", "004"])[0]
    checked = rules_checked(MEMBERS, LINKS, [rule])
    assert checked["subject"].tolist() == ["001", "003", "004"]
    assert checked["found"].tolist() == [2, 1, 0]  # a, b; e; f is a deputy
    assert checked["not_known"].tolist() == [1, 1, 1]  # d
    assert plain(checked["holds"]) == [True, True, None]  # d may be from 004
    assert plain(checked["reason"]) == [None, None, "not_known"]
    without = rules_checked(MEMBERS[MEMBERS["nominee_id"] != "d"], LINKS, [rule])
    assert without["holds"].tolist() == [True, True, False]


def test_rules_checked_counts_sexes_of_members_and_of_deputies_apart() -> None:
    checked = rules_checked(MEMBERS, LINKS, rules_for("appointed_body")[1:])
    assert checked["role"].tolist() == ["member", "member", "deputy", "deputy"]
    # Five members need 2 of each: a, c, e are women, b is a man and d may be one. Of one deputy
    # nothing can be asked.
    assert checked["least"].tolist() == [2, 2, 0, 0]
    assert checked["found"].tolist() == [3, 1, 0, 1]
    assert plain(checked["holds"]) == [True, None, True, True]
    assert checked["force"].tolist() == ["binding"] * 4


def test_rules_checked_counts_members_who_speak_for_a_group() -> None:
    rule = CompositionRule(id="own", kind="group_seats", codes=("old", "ill", "none"), most=2)
    checked = rules_checked(MEMBERS, LINKS, [rule])
    # old: a, b; ill: a, c; d may speak for any.
    assert checked["found"].tolist() == [2, 2, 0]
    assert plain(checked["holds"]) == [None, None, True]
    assert checked["force"].tolist() == ["recommended"] * 3
    fewest = dataclasses.replace(rule, least=3, most=None)
    assert plain(rules_checked(MEMBERS, LINKS, [fewest])["holds"]) == [None, None, False]


def test_rules_checked_says_why_a_rule_was_not_checked() -> None:
    rules = rules_for("ngo_council")
    checked = rules_checked(MEMBERS.drop(columns=["sex", "role"]), LINKS, rules)
    assert checked["reason"].tolist() == ["not_applicable", "no_column", "nobody"]
    assert checked["holds"].isna().all()
    assert checked["subject"].isna().all()


def test_rules_checked_refuses_other_words_for_sexes() -> None:
    with pytest.raises(GeoError, match=r"met .'nainen'.: expected female, male or empty"):
        rules_checked(MEMBERS.assign(sex="nainen"), LINKS, rules_for("ngo_council"))


def test_rule_constraints_reads_the_unknown_in_two_ways() -> None:
    rule = CompositionRule(id="own", kind="municipality_seats", codes=("001",), least=1, most=2)
    possible = rule_constraints([rule], MEMBERS, LINKS, 4)
    sure = rule_constraints([rule], MEMBERS, LINKS, 4, reading="sure")
    is_one, with_d = [1, 1, 0, 0, 0, 1], [1, 1, 0, 1, 0, 1]
    # At least one: d may help, at worst does not. At most two: d may not harm, at worst does.
    assert possible.matrix.tolist() == [with_d, is_one]
    assert sure.matrix.tolist() == [is_one, with_d]
    assert (possible.lower.tolist(), possible.upper.tolist()) == ([1, 0], [4, 2])
    assert possible.rule_ids == ("own", "own")


def test_rule_constraints_leave_out_what_no_council_can_break() -> None:
    rules = [
        CompositionRule(id="loose", kind="municipality_seats", codes=("001",), least=0, most=9),
        *rules_for("appointed_body"),
    ]
    constraints = rule_constraints(rules, MEMBERS.drop(columns="sex"), LINKS, 4)
    assert constraints.matrix.shape == (0, 6)
    assert constraints.not_known == ("sex_of_members",)


def test_rule_constraints_refuses_another_reading() -> None:
    with pytest.raises(GeoError, match="expected possible or sure"):
        rule_constraints([], MEMBERS, LINKS, 4, reading="maybe")
