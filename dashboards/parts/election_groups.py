"""Seats of each target group under every rule, and the rules of law on the composition."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.election_results import OWN_RULE, ElectionResults
from dashboards.markup import Column, HtmlTable, table
from dashboards.texts import MISSING, number, percent
from dashboards.view import View
from geo.rule_comparison import RuleComparison


def groups_html(view: View, results: ElectionResults) -> str:
    """Seats of each group under each rule beside its fair share and a lot."""
    comparison = results.comparison
    if comparison is None:
        return ""
    first = next(iter(comparison.group_seats.values()), None)
    lines = [view.text("lab.groups.lead")]
    if first is not None and first.nominees_outside:
        lines.append(
            view.text(
                "lab.groups.outside",
                nominees=number(first.nominees_outside, view.lang),
                seats=number(first.seats_outside, view.lang),
            )
        )
    lines += _without_a_seat(view, comparison)
    said = view.render(
        "election_said.html",
        title=view.text("lab.groups.title"),
        level=2,
        lines=lines,
        flags=[],
    )
    return said + _groups_table(view, results, comparison)


def _without_a_seat(view: View, comparison: RuleComparison) -> list[str]:
    """Rule by rule the groups that have a nominee and surely no seat, and those that may have one.

    A seat is not certain where it hangs on a tie or on a member of whom no group is known.
    """
    names = view.store.group_names(view.lang)
    lines = []
    for rule in comparison.rules["rule"]:
        rows = comparison.groups[comparison.groups["rule"] == rule]
        if rows["seats_most"].isna().any():
            continue  # not every result is known
        rows = rows[rows["nominees"] > 0]
        none, may = rows["seats_most"] == 0, (rows["seats_least"] == 0) & (rows["seats_most"] > 0)
        said = view.text(f"lab.rule.{rule}")
        for key, those in (("without", none), ("open", may)):
            if those.any():
                listed = ", ".join(names[code] for code in rows.loc[those, "target_group_code"])
                lines.append(view.text(f"lab.groups.{key}", rule=said, listed=listed))
        if not (none | may).any():
            lines.append(view.text("lab.groups.without_none", rule=said))
    return lines


def _groups_table(view: View, results: ElectionResults, comparison: RuleComparison) -> str:
    lang, names = view.lang, view.store.group_names(view.lang)
    rules = list(comparison.rules["rule"])
    seats = {
        rule: rows.set_index("target_group_code")
        for rule, rows in comparison.groups.groupby("rule")
    }
    base = seats[comparison.baseline]
    spoken_for = base[base["nominees"] > 0].sort_values(
        "fair_seats_by_votes", ascending=False, kind="stable"
    )
    chance = results.chance
    return table(
        HtmlTable(
            id="lab-groups",
            caption=view.text("lab.groups.caption"),
            columns=[
                Column(heading=view.text("column.target_group")),
                Column(heading=view.text("lab.groups.column_nominees"), is_number=True),
                Column(heading=view.text("lab.groups.column_fair"), is_number=True),
                *(Column(heading=view.text(f"lab.rule.{rule}"), is_number=True) for rule in rules),
                *(
                    Column(heading=view.text(f"lab.groups.column_{key}"), is_number=True)
                    for key in (("chance", "no_seat") if chance is not None else ())
                ),
            ],
            rows=[
                (
                    names.get(str(code), str(code)),
                    number(row["nominees"], lang),
                    number(row["fair_seats_by_votes"], lang, decimals=1),
                    *(_held(seats[rule].loc[code], lang) for rule in rules),
                    *(_by_lot(chance, str(code), lang) if chance is not None else ()),
                )
                for code, row in spoken_for.iterrows()
            ],
            empty=view.text("lab.groups.none"),
            note=view.text(
                "lab.groups.note",
                seats=number(results.choices.seats, lang),
                nominees=number(len(results.members), lang),
            )
            if chance is not None
            else "",
        )
    )


def _held(row: pd.Series, lang: str) -> str:
    """Seats of a group; as a range where a tie or a member's unknown group leaves them open."""
    least, most = row["seats_least"], row["seats_most"]
    if pd.notna(least) and pd.notna(most) and abs(most - least) > 1e-9:
        return f"{number(least, lang, decimals=1)}–{number(most, lang, decimals=1)}"
    return number(row["seats"], lang, decimals=1)


def _by_lot(chance: pd.DataFrame | None, code: str, lang: str) -> tuple[str, str]:
    if chance is None or code not in chance.index:
        return MISSING, MISSING
    row = chance.loc[code]
    return number(row["expected_seats"], lang, decimals=1), percent(row["p_no_seat"], lang)


def composition_html(view: View, results: ElectionResults) -> str:
    """Each rule with its law and force, and whether it holds, does not or is not known."""
    checked, of = results.composition, results.council_of
    lines = [view.text("lab.composition.none")]
    if checked is not None and of is not None:
        lines = [view.text("lab.composition.of", rule=view.text(f"lab.rule.{of}"))]
    said = view.render(
        "election_said.html",
        title=view.text("lab.composition.title"),
        level=2,
        lines=lines,
        flags=[],
    )
    return said if checked is None else said + _composition_table(view, checked)


def _composition_table(view: View, checked: pd.DataFrame) -> str:
    lang = view.lang
    headings = [("rule", False), ("law", False), ("force", False), ("subject", False),
                ("asked", True), ("found", True), ("holds", False)]  # fmt: skip
    plain = checked.astype(object).where(checked.notna(), None)
    return table(
        HtmlTable(
            id="lab-composition",
            caption=view.text("lab.composition.caption"),
            columns=[
                Column(heading=view.text(f"lab.composition.column_{key}"), is_number=is_number)
                for key, is_number in headings
            ],
            rows=[
                (
                    rule_name(view, row.rule_id),
                    _law(view, row.law, row.guidance),
                    view.text(f"lab.force.{row.force}"),
                    _subject(view, row.kind, row.subject),
                    _asked(row.least, row.most, lang),
                    _found(view, row.found, row.not_known),
                    _holds(view, row.holds, row.reason),
                )
                for row in plain.itertuples(index=False)
            ],
            empty="",
            note=view.text("lab.composition.note"),
        )
    )


def rule_name(view: View, rule_id: str) -> str:
    """A rule in words; one of the user's own by its target group."""
    if rule_id.startswith(OWN_RULE):
        names = view.store.group_names(view.lang)
        code = rule_id.removeprefix(OWN_RULE)
        return view.text("lab.rule_own", group=names.get(code, code))
    return view.text(f"lab.rule_of.{rule_id}")


def _law(view: View, law: str | None, guidance: str | None) -> str:
    if law is None:
        return view.text("lab.law_own")
    said = view.text(f"lab.law.{law}")
    return said if guidance is None else f"{said}. {view.text(f'lab.guidance.{guidance}')}"


def _subject(view: View, kind: str, subject: str | None) -> str:
    if subject is None:
        return MISSING
    if kind == "sex_share":
        return view.text(f"lab.subject.{subject}")
    if kind == "municipality_seats":
        return view.store.name_of(view.lang).get(subject, subject)
    return view.store.group_names(view.lang).get(subject, subject)


def _asked(least: Any, most: Any, lang: str) -> str:
    return number(least, lang) if most is None else f"{number(least, lang)}–{number(most, lang)}"


def _found(view: View, found: Any, not_known: Any) -> str:
    """How many there are, and how many more there may be."""
    said = number(found, view.lang)
    if not not_known:
        return said
    return view.text("lab.composition.more", found=said, more=number(not_known, view.lang))


def _holds(view: View, holds: bool | None, reason: str | None) -> str:
    if reason == "not_applicable":
        return view.text("lab.composition.not_asked")
    if reason == "nobody":
        return view.text("lab.unknown.nobody")
    if holds is None:
        why = view.text(f"lab.unknown.{reason}") if reason else ""
        return f"{view.text('lab.composition.not_known')}: {why}"
    return view.text("lab.composition.holds" if holds else "lab.composition.broken")
