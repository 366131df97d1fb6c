"""The written answer on the front page, by rule: so far what the last refresh has changed.

No sentence names a person: liaisons are counted by municipality, in ``geo.changes``.
"""

from __future__ import annotations

from dashboards.markup import render
from dashboards.state import State
from dashboards.store import Store
from dashboards.texts import number, sort_key, text
from geo.changes import change_counts


def briefing_html(store: Store, state: State) -> str:
    """What has changed since the snapshot before, a sentence a table; nothing without changes."""
    lang = str(state.lang)
    sentences = changed_sentences(store, lang)
    if not sentences:
        return ""
    return render(
        "briefing.html",
        lang,
        made_on=store.report.get("made_on"),
        sentences=sentences,
        address=state.query(view="sources"),
    )


def changed_sentences(store: Store, lang: str) -> list[str]:
    """A sentence for each table that has changed: how many rows are new, gone, moved, changed."""
    counts = change_counts(store["changes"])
    sentences = []
    for table, rows in counts.groupby("table_name"):
        told = {row.change: row.rows for row in rows.itertuples(index=False)}
        parts = [
            text(f"change_count.{change}", lang, n=number(told[change], lang))
            for change in ("new", "gone", "moved", "changed")
            if change in told
        ]
        sentences.append(f"{text(f'table.{table}', lang)}: {', '.join(parts)}.")
    return sorted(sentences, key=sort_key)
