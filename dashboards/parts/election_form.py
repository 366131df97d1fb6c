"""What the election lab asks: two files, numbers, the kind of body; and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn

from dashboards.commands.election_files import MAX_BYTES, MAX_NOMINEES
from dashboards.election_results import KNOWN_APPROVALS, MAX_SEATS, ElectionChoices, known_seats
from dashboards.file_chooser import FileChooser
from dashboards.markup import stylesheet
from dashboards.texts import number
from dashboards.view import BUTTONS, FOCUS, View, labelled
from geo.composition import BODY_KINDS
from geo.shares import shown_groups

DEFAULT_SEATS = 15
MAX_VOTERS = 1_000_000


class BadNumber(ValueError):
    """A field holds no number that it may hold; ``key`` names the text that says so."""

    def __init__(self, key: str, most: int) -> None:
        super().__init__(key)
        self.key, self.most = key, most


class ElectionForm:
    """The fields of the lab, made once a session; the view says what a press does."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.nominees = self._chooser("nominees")
        self.ballots = self._chooser("ballots")
        self.seats = self._field("lab.seats", str(known_seats(view.store) or DEFAULT_SEATS))
        self.approvals = self._field("lab.approvals", str(KNOWN_APPROVALS))
        self.voters = self._field("lab.voters", "")
        kinds = ("ngo_council", *(kind for kind in BODY_KINDS if kind != "ngo_council"))
        self.body = self._list(
            "lab.body", {kind: view.text(f"lab.body_kind.{kind}") for kind in kinds}
        )
        self.own_group = self._list("lab.own_group", self._groups())
        self.own_least = self._field("lab.own_least", "1")
        self.own_most = self._field("lab.own_most", "")
        self.compute = self._button("lab.compute", "primary")
        self.example = self._button("lab.try_example", "default")
        self.status = pn.pane.HTML(
            "", sizing_mode="stretch_width", stylesheets=[stylesheet()], margin=0
        )

    def panel(self) -> pn.Column:
        """The fields in the order in which they are filled in."""
        return pn.Column(
            self._side_by_side(self.nominees, self.ballots, align="flex-start"),
            self._side_by_side(self.seats, self.approvals, self.voters, self.body),
            self._side_by_side(self.own_group, self.own_least, self.own_most),
            pn.FlexBox(self.compute, self.example, gap="12px", margin=0),
            self.status,
            sizing_mode="stretch_width",
            margin=0,
        )

    def say(self, key: str, **values: Any) -> None:
        """Tell how things stand; an empty key tells nothing."""
        view = self._view
        said = view.text(f"lab.status.{key}", **values) if key else ""
        self.status.object = view.render("said.html", said=said) if said else ""

    def busy(self, is_busy: bool) -> None:
        """While something is worked out no other work can be asked for."""
        self.compute.disabled = self.example.disabled = is_busy

    def choices(self, region: str) -> ElectionChoices:
        """What is asked besides the files.

        Raises
        ------
        BadNumber
            A field holds no whole number within its bounds.
        """
        group = str(self.own_group.value or "")
        own: tuple[tuple[str, int, int | None], ...] = ()
        seats = _whole(self.seats.value, 1, MAX_SEATS, "bad_seats")
        if group:
            least = _whole(self.own_least.value, 0, seats, "bad_own")
            most = _whole(self.own_most.value, least, seats, "bad_own", or_none=True)
            own = ((group, least or 0, most),)
        return ElectionChoices(
            seats=seats,
            approvals=_whole(self.approvals.value, 1, MAX_NOMINEES, "bad_approvals"),
            voters=_whole(self.voters.value, 1, MAX_VOTERS, "bad_voters", or_none=True),
            body_kind=str(self.body.value),
            region=region,
            group_seats=own,
        )

    def _groups(self) -> dict[str, str]:
        view = self._view
        names = view.store.group_names(view.lang)
        codes = shown_groups(view.store["target_groups"])["target_group_code"]
        return {"": view.text("lab.own_none")} | {code: names[code] for code in codes}

    def _chooser(self, file: str) -> FileChooser:
        text, megabytes = self._view.text, number(MAX_BYTES // 1_000_000, self._view.lang)
        return FileChooser(
            label=text(f"lab.choose_{file}"),
            hint=text(f"lab.hint_{file}"),
            accept=".csv,.xlsx,.txt",
            remove=text("lab.remove"),
            removes=text(f"lab.remove_{file}"),
            too_large=text("lab.too_large", megabytes=megabytes),
            unreadable=text("lab.unreadable"),
            max_bytes=MAX_BYTES,
            sizing_mode="stretch_width",
            margin=(0, 0, 12, 0),
        )

    def _field(self, key: str, value: str) -> pn.widgets.TextInput:
        return pn.widgets.TextInput(
            label=self._view.text(key),
            value=value,
            max_length=9,
            sizing_mode="stretch_width",
            stylesheets=[FOCUS],
            margin=(0, 0, 12, 0),
        )

    def _list(self, key: str, options: Mapping[str, str]) -> pn.widgets.Select:
        return pn.widgets.Select(
            label=self._view.text(key),
            options=labelled(options),
            sizing_mode="stretch_width",
            stylesheets=[FOCUS],
            margin=(0, 0, 12, 0),
        )

    def _button(self, key: str, kind: str) -> pn.widgets.Button:
        return pn.widgets.Button(
            label=self._view.text(key), stylesheets=[FOCUS, BUTTONS[kind]], margin=(4, 0, 12, 0)
        )

    @staticmethod
    def _side_by_side(*fields: Any, align: str = "flex-end") -> pn.FlexBox:
        """Fields beside each other, below each other where the window is narrow."""
        room = {"flex": "1 1 260px", "min-width": "0", "max-width": "560px"}
        return pn.FlexBox(
            *(
                pn.Column(field, sizing_mode="stretch_width", styles=room, margin=0)
                for field in fields
            ),
            gap="8px 24px",
            align_items=align,
            sizing_mode="stretch_width",
            margin=0,
        )


def _whole(text: Any, least: int, most: int, key: str, *, or_none: bool = False) -> Any:
    """The whole number of a field; None for an empty one where that is allowed."""
    said = str(text or "").strip()
    if or_none and not said:
        return None
    if not (said.isascii() and said.isdigit() and least <= int(said) <= most):
        raise BadNumber(key, most)
    return int(said)
