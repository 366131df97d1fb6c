"""What was read from the files of an election, what was set aside, and what that allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboards.commands.election_files import MAX_BALLOT_ROWS, MAX_NOMINEES
from dashboards.election_input import ElectionInput
from dashboards.election_results import ElectionResults
from dashboards.markup import Column, HtmlTable, table
from dashboards.texts import MISSING, number
from dashboards.view import View

MOST_FAULTS = 200
MOST_LINES = 12
"""Lines, or runs of lines, that one remark names; the rest is counted."""


def read_html(view: View, given: ElectionInput) -> str:
    """The counts, and every remark with its lines."""
    nominees = given.nominees
    counts: dict[str, int] = {}
    if nominees is not None:
        with_group = given.nominee_groups["nominee_id"].nunique()
        counts = {
            "rows": given.nominee_rows,
            "taken": len(nominees),
            "aside": given.nominee_rows - len(nominees),
            "placed": int(nominees["municipality_code"].notna().sum()),
            "grouped": int(with_group),
            "voted": int(nominees["votes"].notna().sum()),
        }
    return view.render(
        "election_read.html",
        is_example=given.is_example,
        usable=given.is_usable,
        nominees=counts,
        has_ballot_file=given.has_ballot_file,
        ballots=_ballots(given),
        faults=Markup(_faults(view, given.faults)),  # noqa: S704 - escaped by its template
    )


def _ballots(given: ElectionInput) -> dict[str, int] | None:
    if given.ballots is None:
        return None
    return {
        "rows": given.ballot_rows,
        "taken": len(given.ballot_ids),
        "empty": len(given.ballot_ids) - int(given.ballots["ballot_id"].nunique()),
        "aside": given.ballots_set_aside,
        "approvals": len(given.ballots),
        "approvals_aside": given.approvals_set_aside,
    }


def gathered_faults(faults: pd.DataFrame) -> pd.DataFrame:
    """Put the same remark on several lines together, those that cost most first.

    Parameters
    ----------
    faults
        As ``ElectionInput`` has them.

    Returns
    -------
    DataFrame
        ``file``, ``reason``, ``text``, ``near``, ``count`` and ``lines`` (a list, ascending;
        empty where the remark is on the whole file).
    """
    keys = ["file", "reason", "text", "near"]
    order = {"refused": 0, "row": 1, "approval": 2, "field": 3, "column": 4, "note": 5}
    rows = faults.assign(rank=faults["effect"].map(order))
    grouped = rows.groupby([*keys, "rank"], sort=False)["line"]
    found = grouped.agg(count="size", lines=lambda lines: sorted(lines.dropna())).reset_index()
    return found.sort_values(["rank", "count"], ascending=[True, False], kind="stable")[
        [*keys, "count", "lines"]
    ]


def line_runs(lines: Sequence[int]) -> list[str]:
    """Lines with runs of them put together.

    Examples
    --------
    >>> line_runs([2, 3, 4, 9])
    ['2–4', '9']
    """
    runs: list[list[int]] = []
    for line in lines:
        if runs and line - runs[-1][1] <= 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return [str(first) if first == last else f"{first}–{last}" for first, last in runs]


def _faults(view: View, faults: pd.DataFrame) -> str:
    lang = view.lang
    gathered = gathered_faults(faults)
    shown = gathered.head(MOST_FAULTS)
    headings = [("what", False), ("file", False), ("count", True), ("lines", False),
                ("text", False), ("near", False)]  # fmt: skip
    note = [view.text("lab.read.faults_note")] if len(faults) else []
    if len(shown) < len(gathered):
        n = {"shown": number(len(shown), lang), "n": number(len(gathered), lang)}
        note.append(view.text("lab.read.shortened", **n))
    return table(
        HtmlTable(
            id="lab-faults",
            caption=view.text("lab.read.faults_caption", n=number(len(faults), lang)),
            columns=[
                Column(heading=view.text(f"lab.read.column_{key}"), is_number=is_number)
                for key, is_number in headings
            ],
            rows=[
                (
                    view.text(f"lab.reason.{row.reason}"),
                    view.text(f"lab.file.{row.file}"),
                    number(row.count_, lang),
                    _lines(view, row.lines),
                    _text(view, row),
                    row.near or MISSING,
                )
                for row in shown.rename(columns={"count": "count_"}).itertuples(index=False)
            ],
            empty=view.text("lab.read.no_faults"),
            note=" ".join(note),
        )
    )


def _lines(view: View, lines: Sequence[int]) -> str:
    if not lines:
        return view.text("lab.read.whole_file")
    runs = line_runs(lines)
    named = ", ".join(runs[:MOST_LINES])
    rest = len(runs) - MOST_LINES
    if rest <= 0:
        return named
    return view.text("lab.read.more_lines", lines=named, n=number(rest, view.lang))


def _text(view: View, row: Any) -> str:
    """What stood there; a missing column by the name of its field, a limit with its number."""
    if row.reason == "missing_column":
        return view.text(f"lab.field.{row.text}")
    if row.reason == "too_many_rows":
        limit = MAX_NOMINEES if row.file == "nominees" else MAX_BALLOT_ROWS
        most = number(limit, view.lang)
        if not row.text:
            return view.text("lab.read.most_rows_unknown", most=most)
        return view.text("lab.read.most_rows", n=number(int(row.text), view.lang), most=most)
    return str(row.text) or MISSING


def can_html(view: View, results: ElectionResults) -> str:
    """Which rules can be computed, what is compared with, and why something could not be."""
    lang = view.lang
    lines = []
    if "approval" in results.available:
        lines.append(view.text("lab.can.approval"))
    else:
        lines.append(view.text("lab.can.no_approval"))
    is_proportional = "phragmen" in results.available
    if "proportional" not in results.not_computed:
        key = "lab.can.proportional" if is_proportional else "lab.can.totals_only"
        lines.append(view.text(key))
    is_recorded = bool(results.members["is_elected"].notna().all())
    lines.append(view.text("lab.can.recorded" if is_recorded else "lab.can.no_record"))
    reference = results.reference
    told = {
        "n": number(reference.organisations, lang),
        "known": number(reference.with_group, lang),
    }
    if results.region:
        area = view.store.area_name("region", results.region, lang)
        lines.append(view.text("lab.can.area", area=area, **told))
    else:
        lines.append(view.text("lab.can.area_all", **told))
    lines += [
        view.text(
            "lab.can.not_computed",
            part=view.text(f"lab.part.{part}"),
            reason=view.text(f"lab.why.{reason}"),
        )
        for part, reason in results.not_computed.items()
    ]
    return view.render("election_can.html", lines=lines)
