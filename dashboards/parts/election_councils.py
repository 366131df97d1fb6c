"""All possible councils: how many, the best of them, the real one among them, one swap away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import holoviews as hv
import pandas as pd

from dashboards.election_results import ElectionResults
from dashboards.markup import Column, HtmlTable, table
from dashboards.parts.election_groups import rule_name
from dashboards.parts.election_numbers import LONGEST, counted, in_words
from dashboards.parts.election_rules import nominee_names
from dashboards.step_picture import step_picture
from dashboards.texts import MISSING, number, percent, tick_script
from dashboards.view import View
from geo.councils import CouncilTradeOff

MOST_SWAPS = 20


def councils_html(view: View, councils: CouncilTradeOff) -> str:
    """How many councils there are, how they were compared, and where the real one stands."""
    return view.render(
        "election_said.html",
        title=view.text("lab.councils.title"),
        level=2,
        lines=[*_all_of_them(view, councils), *_real(view, councils), *_best(view, councils)],
        flags=[],
    )


def _all_of_them(view: View, councils: CouncilTradeOff) -> list[str]:
    lang = view.lang
    size = len(str(councils.councils))
    key = "count_huge" if size > LONGEST else "count" if size > 6 else "count_small"
    values = {"nominees": number(councils.nominees, lang), "seats": number(councils.seats, lang)}
    if size > 6:
        values["words"] = in_words(councils.councils, lang)
    if size <= LONGEST:
        values["councils"] = number(councils.councils, lang)
    lines = [view.text(f"lab.councils.{key}", **values)]
    is_counted = councils.method == "enumeration"
    lines.append(view.text("lab.councils.every" if is_counted else "lab.councils.programme"))
    lines.append(view.text("lab.councils.index", view=view.text("view.representation.name")))
    if not councils.is_complete:
        lines.append(view.text("lab.councils.programme_open"))
    if councils.councils_possible not in (None, councils.councils):
        possible = counted(councils.councils_possible, lang)
        lines.append(view.text("lab.councils.possible", possible=possible))
    chance = councils.chance
    if chance.rose_mean is not None and chance.groups_seated_mean is not None:
        lines.append(
            view.text(
                "lab.councils.chance",
                rose=number(chance.rose_mean, lang, decimals=2),
                groups=number(chance.groups_seated_mean, lang, decimals=1),
            )
        )
    if councils.most_votes is None:
        lines.append(view.text("lab.councils.no_votes"))
    if councils.nominees_without_group:
        n = number(len(councils.nominees_without_group), lang)
        lines.append(view.text("lab.councils.silent", n=n))
    return lines


def _real(view: View, councils: CouncilTradeOff) -> list[str]:
    """The real council in sentences, or why it cannot be placed."""
    lang, real = view.lang, councils.real
    if real is None:
        return [view.text(f"lab.councils.real_{councils.real_reason or 'not_known'}")]
    told = {
        "rose": number(real.rose, lang, decimals=2),
        "groups": number(real.groups_seated, lang),
    }
    if real.votes_lost is None:
        lines = [view.text("lab.councils.real_without_votes", **told)]
    else:
        told["votes"] = number(real.votes, lang)
        if real.votes_lost == 0:
            lines = [view.text("lab.councils.real_most", **told)]
        else:
            lost = number(real.votes_lost, lang)
            lines = [view.text("lab.councils.real", lost=lost, **told)]
    if real.share_lower is not None and real.share_higher is not None:
        lines.append(
            view.text(
                "lab.councils.real_place",
                lower=percent(real.share_lower, lang, decimals=1),
                higher=percent(real.share_higher, lang, decimals=1),
            )
        )
    if real.is_feasible is False:
        lines.append(view.text("lab.councils.real_unlawful"))
    elif real.is_on_front:
        lines.append(view.text("lab.councils.real_best"))
    elif real.dominated_by:
        lines.append(view.text("lab.real_beaten", count=real.dominated_by))
    elif real.is_on_front is False:
        lines.append(view.text("lab.councils.real_beaten_some"))
    return lines


def _best(view: View, councils: CouncilTradeOff) -> list[str]:
    """What the most representative council would cost in votes."""
    front = councils.front
    if front.empty or not councils.most_votes or pd.isna(front.iloc[-1]["votes_lost"]):
        return []
    last = front.iloc[-1]
    return [
        view.text(
            "lab.councils.most_example",
            rose=number(last["rose"], view.lang, decimals=2),
            lost=number(last["votes_lost"], view.lang),
            share=percent(last["votes_lost"] / councils.most_votes, view.lang, decimals=1),
        )
    ]


def picture_html(view: View, councils: CouncilTradeOff) -> str:
    """What the picture shows, above it."""
    lines = [view.text("lab.councils.picture_key")]
    if councils.real is not None:
        lines.append(view.text("lab.councils.picture_real"))
    return view.render(
        "election_said.html",
        title=view.text("lab.councils.picture"),
        level=3,
        lines=lines,
        flags=[],
    )


def has_picture(councils: CouncilTradeOff | None) -> bool:
    """Whether there is a trade to draw: two points, or one and the real council elsewhere."""
    if councils is None or councils.most_votes is None:
        return False
    return len(councils.front) > 1 or (councils.real is not None and not councils.front.empty)


def front_picture(view: View, councils: CouncilTradeOff) -> hv.Overlay:
    """Votes lost against the Rose index: the best councils, and the real one by its shape."""
    real = councils.real
    marked = None
    if real is not None and real.votes_lost is not None:
        marked = (float(real.votes_lost), real.rose, view.text("lab.councils.label_real"))
    points = [
        (float(row.votes_lost), float(row.rose)) for row in councils.front.itertuples(index=False)
    ]
    return step_picture(
        points,
        marked=marked,
        labels=(view.text("lab.councils.axis_lost"), view.text("lab.councils.axis_rose")),
        tick_script=tick_script(view.lang),
    )


def front_html(view: View, results: ElectionResults, councils: CouncilTradeOff) -> str:
    """The best councils as a table, and in how many councils each rule would hold."""
    lang, names = view.lang, nominee_names(results)
    real = set(councils.real.nominee_ids) if councils.real else None
    headings = [("lost", False), ("rose", True), ("groups", True), ("councils", True),
                ("members" if real is None else "change", False)]  # fmt: skip
    if not councils.is_complete:
        headings.append(("proven", False))
    rows = []
    for row in councils.front.itertuples(index=False):
        cells = [
            number(row.votes_lost, lang),
            number(row.rose, lang, decimals=3),
            _range(view, row),
            counted(row.councils, lang),
            _change(view, set(row.example), real, names),
        ]
        if not councils.is_complete:
            cells.append(view.text("word.yes" if row.is_proven else "word.no"))
        rows.append(cells)
    return table(
        HtmlTable(
            id="lab-front",
            caption=view.text("lab.councils.caption"),
            columns=[
                Column(heading=view.text(f"lab.councils.column_{key}"), is_number=is_number)
                for key, is_number in headings
            ],
            rows=rows,
            empty=view.text("lab.councils.none"),
            note=view.text("lab.councils.note"),
        )
    ) + _rules(view, councils)


def _range(view: View, row: Any) -> str:
    fewest, most = row.groups_seated_fewest, row.groups_seated_most
    if pd.isna(fewest) or fewest == most:
        return number(row.groups_seated, view.lang)
    told = {"fewest": number(fewest, view.lang), "most": number(most, view.lang)}
    return view.text("lab.councils.range", **told)


def _change(view: View, council: set[str], real: set[str] | None, names: Mapping[str, str]) -> str:
    """How a council differs from the real one; without one, its members."""
    if real is None:
        return _named(view, council, names)
    if council == real:
        return view.text("lab.councils.no_change")
    told = {
        "left": _named(view, real - council, names),
        "joined": _named(view, council - real, names),
    }
    return view.text("lab.councils.change", **told)


def _named(view: View, ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Organisations in the order of the list."""
    own = set(ids)
    return ", ".join(name for one, name in names.items() if one in own)


def _rules(view: View, councils: CouncilTradeOff) -> str:
    """In how many councils a rule would hold; nothing where none was counted."""
    lang = view.lang
    known = councils.rules[councils.rules["reason"].isna()]
    if known.empty:
        return ""
    return table(
        HtmlTable(
            id="lab-council-rules",
            caption=view.text("lab.councils.rules_caption"),
            columns=[
                Column(heading=view.text("lab.composition.column_rule")),
                Column(heading=view.text("lab.composition.column_force")),
                *(
                    Column(heading=view.text(f"lab.councils.column_{key}"), is_number=True)
                    for key in ("holding", "breaking", "open")
                ),
            ],
            rows=[
                (
                    rule_name(view, row.rule_id),
                    view.text(f"lab.force.{row.force}"),
                    counted(row.councils_holding, lang),
                    counted(row.councils_breaking, lang),
                    counted(row.councils_not_known, lang),
                )
                for row in known.itertuples(index=False)
            ],
            empty="",
        )
    )


def swaps_html(view: View, results: ElectionResults, councils: CouncilTradeOff) -> str:
    """What each of the first swaps would change, and how many swaps there are."""
    swaps, lang = councils.swaps, view.lang
    if swaps is None:
        return ""
    names, groups = nominee_names(results), view.store.group_names(lang)
    shown = swaps.head(MOST_SWAPS)
    said = view.render(
        "election_said.html",
        title=view.text("lab.councils.swaps_title"),
        level=3,
        lines=[
            view.text(
                "lab.councils.swaps_lead",
                all=number(len(swaps), lang),
                better=number(int(swaps["is_improvement"].sum()), lang),
            )
        ]
        if len(swaps)
        else [],
        flags=[],
    )
    headings = [("out", False), ("in", False), ("votes", True), ("rose_change", True),
                ("gained", False), ("lost_groups", False), ("allowed", False)]  # fmt: skip
    return said + table(
        HtmlTable(
            id="lab-swaps",
            caption=view.text("lab.councils.swaps_caption", shown=number(len(shown), lang)),
            columns=[
                Column(heading=view.text(f"lab.councils.column_{key}"), is_number=is_number)
                for key, is_number in headings
            ],
            rows=[
                (
                    names[row.out_id],
                    names[row.in_id],
                    _signed(row.votes_change, lang),
                    _signed(row.rose_change, lang, decimals=3),
                    ", ".join(groups.get(code, code) for code in row.groups_gained) or MISSING,
                    ", ".join(groups.get(code, code) for code in row.groups_lost) or MISSING,
                    _allowed(view, row.is_feasible),
                )
                for row in shown.itertuples(index=False)
            ],
            empty=view.text("lab.councils.no_swaps"),
        )
    )


def _signed(change: Any, lang: str, *, decimals: int = 0) -> str:
    """A change with its sign, a plus too."""
    written = number(change, lang, decimals=decimals)
    return f"+{written}" if pd.notna(change) and round(float(change), decimals) > 0 else written


def _allowed(view: View, is_feasible: Any) -> str:
    if pd.isna(is_feasible):
        return view.text("lab.composition.not_known")
    return view.text("lab.composition.holds" if is_feasible else "lab.composition.broken")
