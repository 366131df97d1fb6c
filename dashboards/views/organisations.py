"""One organisation, once: what each source says of it, and the desk where records are put together.

Who is the same as whom by rule is decided in ``geo.organisations``; a person's decision is kept by
``dashboards.commands.organisations``.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pandas as pd
import panel as pn

from dashboards.commands.organisations import decision_fault
from dashboards.markup import Column, HtmlTable, link, render, safe_url, stylesheet, table
from dashboards.refresh_report import shortened
from dashboards.store import MOST_CANDIDATES
from dashboards.texts import date, number
from dashboards.view import FOCUS, View, labelled, two_columns
from geo.organisation_fields import conflicting_fields, field_origins
from geo.organisation_search import search_organisations

MOST_FOUND = 50
MAX_QUERY = 100
PLACES = ("municipality_code", "address_municipality_code")


class OrganisationsView(View):
    """Which records are of one organisation, and what does each source say of it?"""

    id = "organisations"
    order = 35
    follows_region = False

    def frame(self) -> pd.DataFrame:
        """One row per record, with the organisation that it is of."""
        return self.store.records

    def panel(self) -> pn.viewable.Viewable:
        """The search with the card of what was found, and the desk beside it."""
        desk: list[Any] = [self.html(self._candidates)]
        if self.store.is_operator:
            desk += self._desk()
        desk.append(self.html(self._decisions))
        return two_columns(self._search(), desk)

    # The search

    def _search(self) -> list[Any]:
        """A field, a list of what it finds, and the card of the one chosen."""
        self._card = self._pane()
        self._said = self._pane()
        self._query = pn.widgets.TextInput(
            label=self.text("organisations.search"),
            sizing_mode="stretch_width",
            max_width=420,
            stylesheets=[FOCUS],
            margin=(0, 0, 8, 0),
        )
        self._found = pn.widgets.Select(
            label=self.text("organisations.found"),
            sizing_mode="stretch_width",
            max_width=420,
            stylesheets=[FOCUS],
            margin=(0, 0, 12, 0),
        )
        self._query.param.watch(lambda event: self._find(event.new), "value")
        self._found.param.watch(lambda event: self._show(event.new), "value")
        self._find("")
        return [self._query, self._said, self._found, self._card]

    def _pane(self) -> pn.pane.HTML:
        return pn.pane.HTML("", sizing_mode="stretch_width", stylesheets=[stylesheet()], margin=0)

    def _find(self, query: str) -> None:
        """Offer what is found; a query that finds nothing says so and leaves an empty card."""
        found = search_organisations(self.store.search_texts, str(query)[:MAX_QUERY])
        names = self.store["organisations"].set_index("organisation_id")["name"]
        shown = [key for key in found.ids if key in names.index][:MOST_FOUND]
        key = "organisations.none" if not shown else "organisations.count"
        if found.are_near and shown:
            key = "organisations.near"
        said = self.text(
            key, n=number(len(found.ids), self.lang), shown=number(len(shown), self.lang)
        )
        self._said.object = render("said.html", self.lang, said=said)
        options = labelled({key: str(names[key]) for key in shown})
        self._found.param.update(options=options, value=shown[0] if shown else None)
        self._show(shown[0] if shown else None)

    def _show(self, organisation_id: str | None) -> None:
        self._card.object = self._card_of(organisation_id) if organisation_id else ""

    def _card_of(self, organisation_id: str) -> str:
        """Each field with every source's word, and which one is taken."""
        records = self.store.records
        own = records[records["organisation_id"] == organisation_id]
        origins = field_origins(own)
        differing = set(conflicting_fields(origins)["field"])
        titles = self._titles()
        rows = [
            (
                self.text(f"record_field.{row.field}"),
                self._value(row.field, row.value),
                titles.get(row.source_id, row.source_id),
                self.text("organisations.used") if row.is_used else "",
                self.text("organisations.differs") if row.field in differing else "",
            )
            for row in origins.itertuples(index=False)
        ]
        seen = [
            (
                titles.get(row.source_id, row.source_id),
                link(row.source_url, row.record_id) if safe_url(row.source_url) else row.record_id,
                date(row.source_date, self.lang),
            )
            for row in own.itertuples(index=False)
        ]
        name = self.store["organisations"].set_index("organisation_id").loc[organisation_id, "name"]
        return table(
            HtmlTable(
                id="fields",
                caption=self.text("organisations.card", name=name),
                columns=self._columns("field", "value", "source", "used", "differs"),
                rows=rows,
                empty=self.text("organisations.no_fields"),
                note=self._differing(differing),
            )
        ) + table(
            HtmlTable(
                id="records",
                caption=self.text("organisations.records", n=number(len(own), self.lang)),
                columns=self._columns("source", "record", "source_date"),
                rows=seen,
                empty=self.text("organisations.no_fields"),
            )
        )

    def _differing(self, fields: set[str]) -> str:
        if not fields:
            return ""
        listed = ", ".join(self.text(f"record_field.{field}") for field in sorted(fields))
        return self.text("organisations.differing", listed=listed)

    def _value(self, field: str, value: Any) -> Any:
        """A value as a reader wants it: places and codes by name, addresses as links."""
        if field in PLACES:
            return self.store.name_of(self.lang).get(value, value)
        if field == "legal_form":
            return self.text(f"legal_form.{value}")
        if field == "status":
            return self.text(f"status.{value}")
        if field == "purpose_class":
            classes = self.store["purpose_classes"].set_index("purpose_class")
            known = value in classes.index
            return classes.loc[value, f"name_{self.lang}"] if known else value
        if field == "registered":
            return date(value, self.lang)
        return link(value, value) if field == "homepage" else value

    def _titles(self) -> dict[str, str]:
        sources = self.store["sources"]
        return dict(zip(sources["source_id"], sources[f"title_{self.lang}"], strict=True))

    def _columns(self, *keys: str) -> list[Column]:
        return [Column(heading=self.text(f"column.{key}")) for key in keys]

    # The desk

    def _candidates(self) -> str:
        """The pairs that may be one organisation, the best first."""
        candidates = self.store.candidates_so_far()
        if candidates is None:
            return render("said.html", self.lang, said=self.text("organisations.looking"))
        names = self._record_names(candidates)
        is_more = len(candidates) == MOST_CANDIDATES
        return table(
            HtmlTable(
                id="candidates",
                caption=self.text("organisations.candidates"),
                columns=[
                    *self._columns("record_a", "record_b"),
                    Column(heading=self.text("column.score"), is_number=True),
                    *self._columns("reasons"),
                ],
                rows=[
                    (
                        names.get(row.record_a, row.record_a),
                        names.get(row.record_b, row.record_b),
                        number(row.score, self.lang),
                        self._reasons(row.reasons),
                    )
                    for row in candidates.itertuples(index=False)
                ],
                empty=self.text("organisations.no_candidates"),
                note=self.text("organisations.more_candidates") if is_more else "",
            )
        )

    def _reasons(self, codes: str) -> str:
        return ", ".join(self.text(f"match.{code}") for code in codes.split())

    def _record_names(self, pairs: pd.DataFrame) -> dict[str, str]:
        """Id to name of the records of pairs, and in brackets whose record it is."""
        records, sources = self.store.records, self.store["sources"]
        wanted = set(pairs["record_a"]) | set(pairs["record_b"])  # of a country's 110,000
        records = records[records["record_id"].isin(wanted)]
        publishers = dict(zip(sources["source_id"], sources[f"publisher_{self.lang}"], strict=True))
        return {
            row.record_id: f"{row.name} ({publishers.get(row.source_id, row.source_id)})"
            for row in records[["record_id", "name", "source_id"]].itertuples(index=False)
        }

    def _desk(self) -> list[Any]:
        """The operator's list of pairs with its two buttons, and the list to take back from."""
        self._message = self._pane()
        decisions = self.store["organisation_decisions"]
        candidates = self.store.candidates_so_far()
        if candidates is None:  # still being looked for
            candidates = decisions.head(0)
        names = self._record_names(pd.concat([candidates, decisions]))
        pairs = {
            f"{row.record_a}\n{row.record_b}": (
                f"{names.get(row.record_a, row.record_a)} = {names.get(row.record_b, row.record_b)}"
            )
            for row in candidates.itertuples(index=False)
        }
        decided = {
            f"{row.record_a}\n{row.record_b}": (
                f"{names.get(row.record_a, row.record_a)} – "
                f"{names.get(row.record_b, row.record_b)}: {self.text(f'decision.{row.decision}')}"
            )
            for row in decisions.itertuples(index=False)
        }
        parts: list[Any] = []
        if pairs:
            chosen = self._list("organisations.pair", pairs)
            parts += [
                chosen,
                pn.Row(
                    self._button("organisations.same", chosen, "same"),
                    self._button("organisations.different", chosen, "different"),
                    margin=0,
                ),
            ]
        if decided:
            taken = self._list("organisations.decided", decided)
            parts += [taken, self._button("organisations.undo", taken, None)]
        return [*parts, self._message]

    def _list(self, key: str, options: dict[str, str]) -> pn.widgets.Select:
        return pn.widgets.Select(
            label=self.text(key),
            options=labelled(options),
            sizing_mode="stretch_width",
            stylesheets=[FOCUS],
            margin=(0, 0, 8, 0),
        )

    def _button(
        self, key: str, chosen: pn.widgets.Select, decision: str | None
    ) -> pn.widgets.Button:
        button = pn.widgets.Button(label=self.text(key), margin=(0, 8, 12, 0))

        async def press(_: Any) -> None:
            button.disabled = True
            self._say("organisations.saving")
            # Putting the tables together takes seconds: other sessions must not wait for it.
            record_a, record_b = chosen.value.split("\n")
            fault = await asyncio.to_thread(decision_fault, record_a, record_b, decision)
            if fault:
                self._say("organisations.not_saved", kind=fault)
            else:
                self._say("organisations.saved")
            button.disabled = False

        button.on_click(press)
        return button

    def _say(self, key: str, **values: Any) -> None:
        said = self.text(key, **values)
        self._message.object = render("said.html", self.lang, said=said)

    def _decisions(self) -> str:
        """What was decided, by which everyone can see why two records are one."""
        decisions = self.store["organisation_decisions"]
        shown = decisions.head(MOST_FOUND)
        names = self._record_names(shown)
        return table(
            HtmlTable(
                id="decisions",
                caption=self.text("organisations.decisions", n=number(len(decisions), self.lang)),
                columns=self._columns("record_a", "record_b", "decision", "decided"),
                rows=[
                    (
                        names.get(row.record_a, row.record_a),
                        names.get(row.record_b, row.record_b),
                        self.text(f"decision.{row.decision}"),
                        date(row.decided, self.lang),
                    )
                    for row in shown.itertuples(index=False)
                ],
                empty=self.text("organisations.no_decisions"),
                note=shortened(len(shown), len(decisions), self.lang),
            )
        )
