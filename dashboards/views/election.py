"""The election lab: an election's files read, recounted and laid beside every possible council."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from dashboards.commands.election_files import EXAMPLE, election_file, read_election
from dashboards.election_input import ElectionInput
from dashboards.election_results import ElectionChoices, ElectionResults, election_results
from dashboards.parts.election_councils import (
    councils_html,
    front_html,
    front_picture,
    has_picture,
    picture_html,
    swaps_html,
)
from dashboards.parts.election_form import BadNumber, ElectionForm
from dashboards.parts.election_funnel import funnel_html
from dashboards.parts.election_groups import composition_html, groups_html
from dashboards.parts.election_intro import FIELDS, case_part, files_part, lead_part
from dashboards.parts.election_read import can_html, read_html
from dashboards.parts.election_rules import recount_html, rules_html
from dashboards.snippets import lab_snippet
from dashboards.state import State
from dashboards.step_picture import step_picture
from dashboards.store import Store
from dashboards.texts import number
from dashboards.view import View, two_columns

PANES = ("read", "can", "recount", "rules", "groups", "composition", "councils", "picture",
         "front", "swaps", "funnel", "python")  # fmt: skip
"""What the page shows of an election, in order; the drawing stands after ``picture``."""


class ElectionView(View):
    """Who is elected, who would be under another rule, and what every council would look like?

    Files live in this object alone, so with the session they are gone.
    """

    id = "election"
    order = 32

    def __init__(self, store: Store, state: State) -> None:
        super().__init__(store, state)
        self._is_example = False
        self._turn = 0
        self.given: ElectionInput | None = None
        self.results: ElectionResults | None = None

    def frame(self) -> pd.DataFrame:
        """The nominees under each rule; before a file came, what its columns are."""
        if self.results is not None and self.results.comparison is not None:
            return self.results.comparison.nominees
        return pd.DataFrame({"field": list(FIELDS), "is_needed": list(FIELDS.values())})

    def panel(self) -> pn.viewable.Viewable:
        """The known case, the form, and below it whatever the files allow."""
        self.form = ElectionForm(self)
        for chooser in (self.form.nominees, self.form.ballots):
            chooser.param.watch(self._file_came, "chosen")
        self.form.compute.on_click(self._compute)
        self.form.example.on_click(self._try_example)
        self.on_change(self._region_changed, "region")
        self._panes = {name: self.html(str) for name in PANES}
        self._drawing = pn.pane.HoloViews(
            step_picture([(0.0, 0.0)], marked=None, labels=("", ""), tick_script="return ''"),
            sizing_mode="stretch_width",
            visible=False,
            margin=0,
        )
        below: list[Any] = []
        for name, pane in self._panes.items():
            below += [pane, self._drawing] if name == "picture" else [pane]
        return pn.Column(
            case_part(self),
            two_columns([lead_part(self), self.form.panel()], [files_part(self)]),
            *below,
            sizing_mode="stretch_width",
            margin=0,
        )

    def _region_changed(self) -> None:
        if self.results is not None:
            self.form.say("changed")

    async def _file_came(self, _: Any) -> None:
        """Read at once what has come, so that its faults are seen before anything is computed."""
        self._is_example = False
        self._turn += 1
        turn = self._turn
        self._show_nothing()
        if self.form.nominees.body is None:
            has_ballots = self.form.ballots.body is not None
            self.form.say("ballots_alone" if has_ballots else "removed")
            return
        self.form.say("reading")
        given = await self._guarded(asyncio.to_thread(self._read))
        if turn == self._turn and given is not None:
            self._show_read(given)
            self.form.say("read" if given.is_usable else "refused")

    async def _try_example(self, _: Any) -> None:
        """Take the invented files in place of any that were chosen."""
        if any(election_file(name) is None for name in EXAMPLE):
            self.form.say("no_example")
            return
        self._is_example = True
        self.form.nominees.forget()
        self.form.ballots.forget()
        await self._compute(None)

    async def _compute(self, _: Any) -> None:
        """Read and work out, in a thread: neither this page nor another one waits for it."""
        self._turn += 1
        turn = self._turn
        if not self._is_example and self.form.nominees.body is None:
            self.form.say("no_file")
            return
        try:
            choices = self.form.choices(str(self.state.region))
        except BadNumber as error:
            self.form.say(error.key, most=number(error.most, self.lang))
            return
        self._show_nothing()
        self.form.busy(True)
        self.form.say("computing")
        done = await self._guarded(asyncio.to_thread(self._work, choices))
        self.form.busy(False)
        if turn == self._turn and done is not None:
            given, results = done
            self._show_read(given)
            if results is not None:
                self._show(results)
            self.form.say("done" if results is not None else "refused")

    def _read(self, choices: ElectionChoices | None = None) -> ElectionInput:
        if choices is None:
            try:
                choices = self.form.choices(str(self.state.region))
            except BadNumber:  # said when it is pressed on: the file can be looked at before
                choices = None
        bodies = (
            [election_file(name) for name in EXAMPLE]
            if self._is_example
            else [self.form.nominees.body, self.form.ballots.body]
        )
        return read_election(
            bodies[0] or b"",
            bodies[1],
            store=self.store,
            approvals=choices.approvals if choices else None,
            is_example=self._is_example,
        )

    def _work(self, choices: ElectionChoices) -> tuple[ElectionInput, ElectionResults | None]:
        given = self._read(choices)
        usable = given.is_usable and not given.members.empty
        return given, election_results(given, choices, self.store) if usable else None

    async def _guarded(self, work: Any) -> Any:
        """What a thread gives; None, and said, where it fails on something unexpected.

        Only the kind and the place of the error go to the log: its text may quote the files.
        """
        try:
            return await work
        except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__}, {Path(frame.filename).name}, line {frame.lineno}"
            logging.getLogger(__name__).error("election lab: %s", where)
            self.form.say("failed", where=where)
            return None

    def _show_nothing(self) -> None:
        self.given = self.results = None
        self._drawing.visible = False
        for pane in self._panes.values():
            pane.object = ""

    def _show_read(self, given: ElectionInput) -> None:
        self.given = given
        self._panes["read"].object = read_html(self, given)

    def _show(self, results: ElectionResults) -> None:
        self.results = results
        councils = results.councils
        made = {
            "can": can_html(self, results),
            "recount": recount_html(self, results),
            "rules": rules_html(self, results),
            "groups": groups_html(self, results),
            "composition": composition_html(self, results),
            "funnel": funnel_html(self, results),
            "python": self.render(
                "address.html",
                id="lab-case",
                named="",
                take="",
                python=lab_snippet(
                    results.choices,
                    is_example=results.given.is_example,
                    has_ballots=results.given.has_ballot_file,
                ),
            ),
        }
        if councils is not None:
            made |= {
                "councils": councils_html(self, councils),
                "front": front_html(self, results, councils),
                "swaps": swaps_html(self, results, councils),
            }
            if has_picture(councils):
                made["picture"] = picture_html(self, councils)
                self._drawing.object = front_picture(self, councils)
                self._drawing.visible = True
        for name, html in made.items():
            self._panes[name].object = html
