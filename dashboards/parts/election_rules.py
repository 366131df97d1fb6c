"""The recount with its ties, and the same election under other rules, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboards.election_results import ElectionResults
from dashboards.markup import Column, HtmlTable, table
from dashboards.parts.election_numbers import counted
from dashboards.refresh_report import shortened
from dashboards.texts import MISSING, number, percent
from dashboards.view import View
from geo.approval import ApprovalResult
from geo.rule_comparison import RECORDED, RuleComparison

MOST_ROWS = 300
"""Nominees that a table shows; it tells how many there are."""


def recount_html(view: View, results: ElectionResults) -> str:
    """What the votes decide, where they do not, and every nominee by votes."""
    comparison = results.comparison
    if comparison is None or comparison.approval is None:
        return ""
    recount = comparison.approval
    said = view.render(
        "election_said.html",
        title=view.text("lab.recount.title"),
        level=2,
        lines=_decided(view, results, recount),
        flags=_contradictions(view, results, recount),
    )
    return said + _recount_table(view, results, recount)


def _decided(view: View, results: ElectionResults, recount: ApprovalResult) -> list[str]:
    lang, names = view.lang, nominee_names(results)
    lines = []
    if results.given.ballot_ids:
        lines.append(view.text("lab.recount.from_ballots"))
    if recount.unfilled:
        lines.append(view.text("lab.unfilled", count=recount.unfilled))
    if not recount.is_certain:
        lines.append(view.text("lab.recount.open", n=number(recount.unknown_votes, lang)))
    elif recount.tied:
        lines.append(
            view.text(
                "lab.recount.tied",
                tied=number(recount.tied, lang),
                votes=number(recount.threshold_votes, lang),
                open=number(recount.open_seats, lang),
                outcomes=counted(recount.possible_outcomes, lang),
            )
        )
        rows = recount.nominees
        won = rows.loc[rows["won_tie"].fillna(False), "nominee_id"]
        if len(won):
            lines.append(view.text("lab.recount.won_tie", listed=_listed(won, names)))
    elif recount.threshold_votes is not None:
        lines.append(view.text("lab.decided", count=recount.threshold_votes))
    return lines


def _contradictions(view: View, results: ElectionResults, recount: ApprovalResult) -> list[str]:
    """What does not add up: record against votes, list against ballots, votes against voters."""
    lang, names = view.lang, nominee_names(results)
    flags = []
    odd = recount.contradictions["nominee_id"]
    if len(odd):
        flags.append(view.text("lab.recount.contradicts", listed=_listed(odd, names)))
    if recount.recorded_seats not in (None, 0, recount.seats):
        told = {"n": number(recount.recorded_seats, lang), "seats": number(recount.seats, lang)}
        flags.append(view.text("lab.recount.other_size", **told))
    listed = results.members.set_index("nominee_id")["votes"]
    votes = recount.nominees.set_index("nominee_id")["votes"]
    differing = votes.index[(listed != votes).fillna(False)]
    if len(differing):
        flags.append(view.text("lab.recount.differs", listed=_listed(differing, names)))
    for row in results.arithmetic.itertuples(index=False):
        values = {
            "votes": number(row.votes, lang),
            "limit": number(row.limit, lang),
            "name": names.get(row.nominee_id, MISSING),
        }
        flags.append(view.text(f"lab.arithmetic.{row.check}", **values))
    return flags


def _recount_table(view: View, results: ElectionResults, recount: ApprovalResult) -> str:
    lang = view.lang
    places = view.store.name_of(lang)
    groups = _groups(view, results)
    home = results.members.set_index("nominee_id")["municipality_code"]
    rows = recount.nominees.sort_values(["rank", "organisation"], kind="stable")
    shown = rows.head(MOST_ROWS)
    cut = shortened(len(shown), len(rows), lang)
    headings = [
        (view.text("lab.column_organisation"), False),
        (view.text("lab.recount.column_rank"), True),
        (view.text("lab.recount.column_votes"), True),
        (view.text("lab.recount.column_outcome"), False),
        (view.text("lab.recount.column_recorded"), False),
        (view.text("column.municipality"), False),
        (view.text("column.target_groups"), False),
    ]
    return table(
        HtmlTable(
            id="lab-recount",
            caption=view.text("lab.recount.caption"),
            columns=[Column(heading=name, is_number=is_number) for name, is_number in headings],
            rows=[
                (
                    row.organisation,
                    number(row.rank, lang),
                    number(row.votes, lang),
                    view.text(f"lab.outcome.{row.outcome}"),
                    _recorded(view, row.is_elected),
                    places.get(home[row.nominee_id], MISSING),
                    groups.get(row.nominee_id, MISSING),
                )
                for row in shown.itertuples(index=False)
            ],
            empty="",
            note=" ".join(filter(None, [view.text("lab.recount.note"), cut])),
        )
    )


def _recorded(view: View, is_elected: Any) -> str:
    if pd.isna(is_elected):
        return MISSING
    return view.text("word.yes" if is_elected else "word.no")


def _groups(view: View, results: ElectionResults) -> dict[str, str]:
    """Each nominee's target groups by name."""
    names = view.store.group_names(view.lang)
    links = results.given.nominee_groups
    named = links["target_group_code"].map(names).groupby(links["nominee_id"]).agg(", ".join)
    return {str(key): str(value) for key, value in named.items()}


def nominee_names(results: ElectionResults) -> dict[str, str]:
    """Give id to organisation, the number added where an organisation has several nominees."""
    rows = results.members
    several = rows["organisation"].duplicated(keep=False)
    named = rows["organisation"].where(
        ~several, rows["organisation"] + " (" + rows["nominee_id"] + ")"
    )
    return dict(zip(rows["nominee_id"], named, strict=True))


def _listed(ids: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one, one) for one in ids)


def rules_html(view: View, results: ElectionResults) -> str:
    """What each rule means, the rules side by side, who is left out, and all nominees by rule."""
    comparison = results.comparison
    if comparison is None:
        return ""
    rules = list(comparison.rules["rule"])
    known = comparison.rules.dropna(subset="without_elected")
    lines = []
    if len(known):
        told = (
            f"{view.text(f'lab.rule.{row.rule}')} {number(row.without_elected, view.lang)} "
            f"({percent(row.share_without_elected, view.lang)})"
            for row in known.itertuples(index=False)
        )
        lines.append(view.text("lab.rules.without", listed="; ".join(told)))
    open_ties = [rule for rule, tied in comparison.ties.items() if not tied.is_complete]
    if open_ties:
        listed = ", ".join(view.text(f"lab.rule.{rule}") for rule in open_ties)
        lines.append(view.text("lab.rules.incomplete", listed=listed))
    return view.render(
        "election_rules.html",
        rules=rules,
        table=Markup(_rules_table(view, comparison)),  # noqa: S704 - escaped by its template
        changes=[
            {"rule": rule, "lines": changed(view, results, comparison, rule)}
            for rule in rules
            if rule != comparison.baseline
        ],
        lines=lines,
        outcomes=Markup(_outcomes(view, comparison)),  # noqa: S704 - escaped by its template
    )


def changed(
    view: View, results: ElectionResults, comparison: RuleComparison, rule: str
) -> list[str]:
    """Who would be left out or let in under a rule for certain, and who only by a tie."""
    figures = comparison.rules.set_index("rule").loc[rule]
    if pd.isna(figures["open"]):
        return [view.text("lab.rules.unknown")]
    names = nominee_names(results)
    changes = comparison.changes[comparison.changes["rule"] == rule]
    lines = [
        view.text(f"lab.rules.{change}", listed=_listed(those["nominee_id"], names))
        for change, those in changes.groupby("change", sort=False)
    ]
    if lines:
        return lines
    baseline = view.text(f"lab.rule.{comparison.baseline}")
    return [view.text("lab.rules.same", baseline=baseline)]


def _rules_table(view: View, comparison: RuleComparison) -> str:
    lang = view.lang
    with_ballots = bool(comparison.satisfaction)
    keys = ["rule", "councils", "tied", "out", "in", "open", "groups"]
    keys += ["mean", "least", "without"] if with_ballots else []
    baseline = view.text(f"lab.rule.{comparison.baseline}")
    return table(
        HtmlTable(
            id="lab-rules",
            caption=view.text("lab.rules.caption"),
            columns=[
                Column(heading=view.text(f"lab.rules.column_{key}"), is_number=key != "rule")
                for key in keys
            ],
            rows=[
                (
                    view.text(f"lab.rule.{row.rule}"),
                    counted(row.councils, lang),
                    number(row.tied, lang),
                    *(number(n, lang) for n in (row.left_out, row.let_in, row.open)),
                    number(row.groups_without_seat, lang),
                    *(
                        (
                            number(row.mean_elected_approvals, lang, decimals=1),
                            number(row.least_elected_approvals, lang),
                            number(row.without_elected, lang),
                        )
                        if with_ballots
                        else ()
                    ),
                )
                for row in comparison.rules.itertuples(index=False)
            ],
            empty="",
            note=view.text("lab.rules.note", baseline=baseline),
        )
    )


def _outcomes(view: View, comparison: RuleComparison) -> str:
    """Every nominee under every rule, most votes first."""
    rules, base = list(comparison.rules["rule"]), comparison.baseline
    rows = comparison.nominees.sort_values("votes", ascending=False, kind="stable")
    shown = rows.head(MOST_ROWS)
    return table(
        HtmlTable(
            id="lab-outcomes",
            caption=view.text("lab.rules.outcomes_caption"),
            columns=[
                Column(heading=view.text("lab.column_organisation")),
                Column(heading=view.text("lab.recount.column_votes"), is_number=True),
                *(Column(heading=view.text(f"lab.rule.{rule}")) for rule in rules),
            ],
            rows=[
                (
                    row["organisation"],
                    number(row["votes"], view.lang),
                    *(_outcome(view, rule, row[rule], row[base]) for rule in rules),
                )
                for _, row in shown.iterrows()
            ],
            empty="",
            note=shortened(len(shown), len(rows), view.lang),
        )
    )


def _outcome(view: View, rule: str, outcome: str, baseline: str) -> Any:
    """How a nominee fares; marked where it is not as in the result that rules are held against."""
    if rule == RECORDED:  # it was so: no would-be
        return _recorded(view, {"elected": True, "not_elected": False}.get(outcome))
    said = view.text(f"lab.outcome.{outcome}")
    if outcome == baseline:
        return said
    return Markup('<span class="flag">{}</span>').format(said)
