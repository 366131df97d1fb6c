"""Every table with its source, licence, date, rows, what was set aside, and how old it is."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable, link, table
from dashboards.refresh_report import (
    MOST_ROWS,
    RefreshPanel,
    changes_table,
    refresh_summary,
    shortened,
)
from dashboards.texts import MISSING, MissingText, date, number
from dashboards.view import View
from geo.coverage import MAX_AGE_YEARS
from loaders.tables import TABLES

YEAR_COLUMNS = {
    "organisations": "source_year",
    "evidence": "year",
    "county_evidence": "year",
    "boards": "source_date",
    "liaisons": "source_date",
}
"""The tables whose rows bear a year of their own, and the column it stands in."""

WORST_FIRST = ("overdue", "unknown", "due", "fresh")
"""States of freshness; of a table with several sources the worst is told."""


class SourcesView(View):
    """Where does the data come from, and how far can it be trusted?"""

    id = "sources"
    order = 40
    follows_region = False

    def frame(self) -> pd.DataFrame:
        """One row per table: rows, rows set aside, personal or not, where it was read."""
        aside = self.store["set_aside"]["table_name"].value_counts()
        return pd.DataFrame(
            {
                "table_name": list(TABLES),
                "rows": [len(self.store[name]) for name in TABLES],
                "set_aside": [int(aside.get(name, 0)) for name in TABLES],
                "has_personal_data": [table.has_personal_data for table in TABLES.values()],
                "origin": [self.store.origins[name] for name in TABLES],
                "stale_rows": [self._stale_rows(name) for name in TABLES],
            }
        )

    def _stale_rows(self, name: str) -> int | None:
        """Rows that are older than evidence may be, or undated; None where rows bear no year."""
        frame = self.store[name]
        column = YEAR_COLUMNS.get(name)
        if column is None:
            return None
        years = pd.to_numeric(frame[column].astype("string").str[:4]).astype("Int64")
        return int((years < self.store.as_of.year - MAX_AGE_YEARS).fillna(True).sum())

    def panel(self) -> pn.viewable.Viewable:
        """What is known of the organisations, then tables, sources and rows set aside."""
        operating = [RefreshPanel(self.lang).panel()] if self.store.is_operator else []
        return pn.Column(
            self.html(self._quality),
            self.html(lambda: refresh_summary(self.store, self.lang)),
            *operating,
            self.html(lambda: changes_table(self.store, self.lang)),
            self.html(self._tables),
            self.html(self._sources),
            self.html(self._set_aside),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _quality(self) -> str:
        counts = self.store.completeness
        total = max(int(counts["organisations"]), 1)
        return self.render(
            "quality.html",
            counts={key: int(value) for key, value in counts.items()},
            shares={key: value / total for key, value in counts.items()},
            as_of=self.store.as_of.isoformat(),
        )

    def _tables(self) -> str:
        lang = self.lang
        sources = self.store["sources"].set_index("source_id")
        rows = []
        for row in self.frame().itertuples(index=False):
            own = [
                sources.loc[key] for key in TABLES[row.table_name].sources if key in sources.index
            ]
            dates = [date(source["source_date"], lang) for source in own]
            rows.append(
                (
                    self.text(f"table.{row.table_name}"),
                    number(row.rows, lang),
                    number(row.stale_rows, lang),
                    number(row.set_aside, lang),
                    "; ".join(dict.fromkeys(source[f"publisher_{lang}"] for source in own)),
                    "; ".join(dict.fromkeys(source[f"licence_{lang}"] for source in own)),
                    "; ".join(dict.fromkeys(dates)),
                    self._freshness(row.table_name),
                    self.text("word.yes" if row.has_personal_data else "word.no"),
                    self.text(f"origin.{row.origin}"),
                )
            )
        headings = [
            ("table", False),
            ("rows", True),
            ("stale_rows", True),
            ("set_aside", True),
            ("publisher", False),
            ("licence", False),
            ("source_date", False),
            ("freshness", False),
            ("personal", False),
            ("origin", False),
        ]
        return table(
            HtmlTable(
                id="tables",
                caption=self.text("view.sources.tables"),
                columns=[
                    Column(heading=self.text(f"column.{key}"), is_number=is_number)
                    for key, is_number in headings
                ],
                rows=rows,
                empty=self.text("empty.tables"),
            )
        )

    def _freshness(self, table_name: str) -> str:
        """The worst state of a table's sources; a dash where none of them is in use."""
        states = self.store.freshness
        own = {states[key] for key in TABLES[table_name].sources if key in states.index}
        worst = next((state for state in WORST_FIRST if state in own), None)
        return MISSING if worst is None else self.text(f"freshness.{worst}")

    def _sources(self) -> str:
        lang = self.lang
        return table(
            HtmlTable(
                id="sources",
                caption=self.text("view.sources.sources"),
                columns=[
                    Column(heading=self.text("column.source")),
                    Column(heading=self.text("column.publisher")),
                    Column(heading=self.text("column.licence")),
                    Column(heading=self.text("column.attribution")),
                    Column(heading=self.text("column.source_date")),
                    Column(heading=self.text("column.retrieved")),
                    Column(heading=self.text("column.freshness")),
                    Column(heading=self.text("column.note")),
                ],
                rows=[
                    (
                        self._page(row),
                        row[f"publisher_{lang}"],
                        self._licence(row),
                        row[f"attribution_{lang}"],
                        date(row["source_date"], lang),
                        date(row["retrieved"], lang),
                        self.text(f"freshness.{self.store.freshness[row['source_id']]}"),
                        "" if pd.isna(row[f"note_{lang}"]) else row[f"note_{lang}"],
                    )
                    for _, row in self.store["sources"].iterrows()
                ],
                empty=self.text("empty.tables"),
            )
        )

    def _page(self, row: pd.Series) -> object:
        title = str(row[f"title_{self.lang}"])
        return title if pd.isna(row["page"]) else link(row["page"], title)

    def _licence(self, row: pd.Series) -> object:
        licence = str(row[f"licence_{self.lang}"])
        return licence if pd.isna(row["licence_url"]) else link(row["licence_url"], licence)

    def _reason(self, reason: str) -> str:
        try:
            return self.text(f"reason.{reason}")
        except MissingText:  # a new source may set rows aside for a reason of its own
            return reason

    def _set_aside(self) -> str:
        aside = self.store["set_aside"]
        shown = aside.head(MOST_ROWS)
        rest = shortened(len(shown), len(aside), self.lang)
        return table(
            HtmlTable(
                id="set-aside",
                caption=self.text("view.sources.set_aside", n=number(len(aside), self.lang)),
                columns=[
                    Column(heading=self.text("column.row")),
                    Column(heading=self.text("column.table")),
                    Column(heading=self.text("column.reason")),
                ],
                rows=[
                    (
                        row.row_text,
                        self.text(f"table.{row.table_name}"),
                        self._reason(row.reason),
                    )
                    for row in shown.itertuples(index=False)
                ],
                empty=self.text("view.sources.set_aside_empty"),
                note=f"{self.text('view.sources.set_aside_note')} {rest}".strip(),
            )
        )
