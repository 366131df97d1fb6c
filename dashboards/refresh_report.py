"""What the page says of refreshes: the last one source by source, what changed, the button.

Nothing is fetched here: the button starts the command of the same name in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import panel as pn

from dashboards.commands.operating import StartedRefresh, refresh_state, start_refresh
from dashboards.markup import Column, HtmlTable, render, stylesheet, table
from dashboards.store import Store
from dashboards.texts import MISSING, MissingText, date, number, text
from dashboards.view import BUTTONS, FOCUS

MOST_ROWS = 200
"""Rows of a long table that the page shows; the caption tells how many there are."""

POLL_MS = 2_000
NATIONAL = ["FI"]
ENDS = {1: "refresh.ended_some", 2: "refresh.ended_not", 3: "refresh.ended_held"}
"""Exit code of the command to the text that says how it ended; any other: it ended."""

NUMBERS = {
    "refresh_rows": "rows",
    "refresh_new": "new",
    "refresh_changed": "changed",
    "refresh_gone": "gone",
    "refresh_rejected": "rejected",
}
"""Heading of a column to the number of a source's line that it shows."""


def refresh_summary(store: Store, lang: str) -> str:
    """Which data is in use, and a row for each source that was refreshed."""
    report = store.report
    made_on = report.get("made_on", "")
    head = render("refresh.html", lang, made_on=made_on, area=_area(store, lang))
    if not report:
        return head
    titles = store["sources"].set_index("source_id")[f"title_{lang}"].to_dict()
    lines = [line for line in report.get("lines") or [] if isinstance(line, Mapping)]
    headings = ["source", *NUMBERS, "refreshed_on", "state"]
    rows = [
        (
            _title(line, titles),
            *(
                number(None if line.get("notice") else line.get(name), lang)
                for name in NUMBERS.values()
            ),
            date(str(line.get("at", ""))[:10] or None, lang),
            _state(line, lang),
        )
        for line in lines
    ]
    return (
        head
        + table(
            HtmlTable(
                id="refreshed",
                caption=text("refresh.caption", lang),
                columns=[
                    Column(
                        heading=text(f"column.{heading}", lang),
                        is_number=heading in NUMBERS,
                    )
                    for heading in headings
                ],
                rows=rows,
                empty=text("refresh.nothing", lang),
                note=_outside(report, lang),
            )
        )
        + _surprises(lines, titles, lang)
    )


def _title(line: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """The source's title, or its id where it never gave anything."""
    source_id = str(line.get("source_id", ""))
    return titles.get(source_id, source_id)


def _area(store: Store, lang: str) -> str:
    codes = list(store.report.get("area") or [])
    if codes == NATIONAL:
        return text("refresh.whole_country", lang)
    return ", ".join(store.area_name("region", code, lang) for code in codes)


def _state(line: Mapping[str, Any], lang: str) -> str:
    """Renewed, or why not."""
    notice = line.get("notice")
    if notice:
        try:
            return text(f"refresh_notice.{notice}", lang)
        except MissingText:  # a code of a version to come
            return text("refresh_notice.failed", lang)
    return text("refresh.renewed", lang)


def _surprises(lines: Sequence[Mapping[str, Any]], titles: Mapping[str, str], lang: str) -> str:
    """What the sources answered that nobody expected, by the names they use; none: no table."""
    rows = [
        (_title(line, titles), what, number(count, lang))
        for line in lines
        for what, count in (line.get("surprises") or {}).items()
    ]
    if not rows:
        return ""
    shown = rows[:MOST_ROWS]
    return table(
        HtmlTable(
            id="surprises",
            caption=text("refresh.surprises", lang),
            columns=[
                Column(heading=text("column.source", lang)),
                Column(heading=text("column.surprise", lang)),
                Column(heading=text("column.surprise_count", lang), is_number=True),
            ],
            rows=shown,
            empty="",
            note=shortened(len(shown), len(rows), lang),
        )
    )


def _outside(report: Mapping[str, Any], lang: str) -> str:
    """The rows that lie outside the areas, by table: not lost, but not shown either."""
    outside = {name: count for name, count in (report.get("outside") or {}).items() if count}
    if not outside:
        return ""
    listed = "; ".join(
        f"{text(f'table.{name}', lang)} {number(count, lang)}" for name, count in outside.items()
    )
    return text("refresh.outside", lang, listed=listed)


def changes_table(store: Store, lang: str) -> str:
    """What differs from the snapshot before, the first MOST_ROWS of it."""
    changes = store["changes"]
    names = store.name_of(lang)
    shown = changes.head(MOST_ROWS)
    return table(
        HtmlTable(
            id="changes",
            caption=text("refresh.changes", lang, n=number(len(changes), lang)),
            columns=[
                Column(heading=text(f"column.{key}", lang))
                for key in ("table", "change", "name", "municipality", "detail")
            ],
            rows=[
                (
                    text(f"table.{row.table_name}", lang),
                    text(f"change.{row.change}", lang),
                    row.row_id if pd.isna(row.name) else row.name,
                    names.get(row.municipality_code, ""),
                    "" if pd.isna(row.detail) else row.detail,
                )
                for row in shown.itertuples(index=False)
            ],
            empty=text("refresh.no_changes", lang),
            note=shortened(len(shown), len(changes), lang),
        )
    )


def shortened(shown: int, rows: int, lang: str) -> str:
    """Say that a table shows its first rows only; nothing where it shows them all."""
    if shown == rows:
        return ""
    return text("refresh.shortened", lang, shown=number(shown, lang), n=number(rows, lang))


class RefreshPanel:
    """The operator's button, and how far the refresh has come."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._was_running = False
        self._started: StartedRefresh | None = None
        self.button = pn.widgets.Button(
            label=text("refresh.start", lang),
            stylesheets=[FOCUS, BUTTONS["default"]],
            margin=(12, 0, 8, 0),
        )
        self.status = pn.pane.HTML(
            "", sizing_mode="stretch_width", stylesheets=[stylesheet()], margin=0
        )
        self.button.on_click(lambda _: self._start())

    def panel(self) -> pn.viewable.Viewable:
        """The button with its status below; looks every two seconds while the page is open."""
        self.look()
        if pn.state.curdoc is not None:
            pn.state.add_periodic_callback(self.look, period=POLL_MS)
        return pn.Column(self.button, self.status, sizing_mode="stretch_width", margin=0)

    def _start(self) -> None:
        self._started = start_refresh()
        self._was_running = True
        self.button.disabled = True
        key = "refresh.already" if self._started is None else "refresh.started"
        self._show(text(key, self._lang), [])

    def look(self) -> None:
        """Show how far the refresh has come; once it has ended, how, and that one can reload."""
        state = refresh_state()
        exit_code = self._started.exit_code() if self._started is not None else None
        # One that was just started has not taken the lock yet.
        is_running = state is not None or (self._started is not None and exit_code is None)
        self.button.disabled = is_running
        if state is not None:
            self._was_running = True
            started = state.get("started_at")
            since = f"{started:%H:%M}" if started else MISSING
            self._show(text("refresh.running", self._lang, since=since), _steps(state, self._lang))
        elif self._was_running and not is_running:
            self._was_running, self._started = False, None
            self._show(text(ENDS.get(exit_code or 0, "refresh.ended"), self._lang), [])

    def _show(self, message: str, steps: list[str]) -> None:
        made = render("refresh_running.html", self._lang, message=message, steps=steps)
        if made != self.status.object:
            self.status.object = made


def _steps(state: Mapping[str, Any], lang: str) -> list[str]:
    """A line for each source that was asked so far."""
    progress = state.get("progress")
    if not isinstance(progress, Mapping):
        return []
    return [
        text(
            "refresh.step",
            lang,
            source=source_id,
            requests=number(step.get("requests"), lang),
            state=text(f"refresh_state.{step.get('state', 'running')}", lang),
        )
        for source_id, step in progress.items()
        if isinstance(step, Mapping)
    ]
