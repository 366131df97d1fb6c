"""Organisations: found by words, area and group, and the desk where records are put together.

Who is the same as whom by rule is decided in ``geo.organisations``; a person's decision is kept by
``dashboards.commands.organisations``.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pandas as pd
import panel as pn

from dashboards.commands.organisations import decision_fault
from dashboards.markup import Column, HtmlTable, render, stylesheet, table
from dashboards.organisation_links import OrganisationLinks
from dashboards.parts.organisation_card import organisation_card
from dashboards.parts.organisation_list import CHOICES, MOST_FOUND, OrganisationList
from dashboards.refresh_report import shortened
from dashboards.store import MOST_CANDIDATES
from dashboards.texts import date, number
from dashboards.view import BUTTONS, FOCUS, View, labelled, map_and_card


class OrganisationsView(View):
    """Who works here and for whom, and which records are of one organisation?"""

    id = "organisations"
    order = 35
    filters = ("municipality", "group", "reach")
    live = offers = ("municipality", "group")

    def frame(self) -> pd.DataFrame:
        """The organisations of the chosen area and group, with what ties each to the area."""
        choices = {name: str(getattr(self.state, name)) for name in CHOICES}
        return self.store.organisations_of(**choices)

    def panel(self) -> pn.viewable.Viewable:
        """The search with its list and the card of the one chosen, and the desk below."""
        self._list_of = OrganisationList(self)
        self._links = OrganisationLinks(chosen=self.state.organisation, margin=0, height=0)
        self._card = self.html(self._card_html)
        self._list_of.query.param.watch(lambda _: self._search(), "value")
        self._links.param.watch(lambda event: self._follow_link(event.new), "chosen")
        self.on_change(self._show, "organisation", *CHOICES)
        desk: list[Any] = [
            self.html(lambda: self.render("heading.html", title="organisation_list.desk")),
            self.html(self._candidates),
        ]
        if self.store.is_operator:
            desk += self._desk()
        desk.append(self.html(self._decisions))
        return pn.Column(
            map_and_card(
                [self._list_of.choices()], [self._links, self._card], [self._list_of.pane]
            ),
            *desk,
            sizing_mode="stretch_width",
            margin=0,
        )

    # The search

    def _search(self) -> None:
        """Other words look for another organisation: the card is that of the best found."""
        self.state.organisation = ""
        self._list_of.refresh()
        self._show()

    def _follow_link(self, organisation_id: str) -> None:
        """Open the card of a link that was followed; what no organisation has changes nothing."""
        if organisation_id in self.store.organisation_names.index:
            self.state.organisation = organisation_id

    def _show(self) -> None:
        self._card.object = self.addressed(self._card_html())
        chosen = str(self.state.organisation)
        self._links.param.update(chosen=chosen, shown=chosen)

    def _card_html(self) -> str:
        """The card of the organisation chosen; of the best found where words were written."""
        best = self._list_of.listed.ids[:1] if self._list_of.query.value else []
        chosen = str(self.state.organisation) or (best[0] if best else "")
        return organisation_card(self, chosen)

    def _columns(self, *keys: str) -> list[Column]:
        return [Column(heading=self.text(f"column.{key}")) for key in keys]

    def _pane(self) -> pn.pane.HTML:
        return pn.pane.HTML("", sizing_mode="stretch_width", stylesheets=[stylesheet()], margin=0)

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
        button = pn.widgets.Button(
            label=self.text(key), stylesheets=[FOCUS, BUTTONS["default"]], margin=(0, 8, 12, 0)
        )

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
