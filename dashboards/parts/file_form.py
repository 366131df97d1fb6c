"""What can be chosen of a file to take away: kind, area, languages, and what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from dashboards.export.choices import (
    FORMATS,
    MAP_FORMATS,
    ORIENTATIONS,
    PAPERS,
    PARTS,
    SEPARATORS,
    theme_names,
)
from dashboards.export.files import FileExport
from dashboards.export.scope import ALL, LANGUAGE_CHOICES, Scope, area_names, languages_of
from dashboards.export.tables import table_asks, table_names
from dashboards.state import FILE_KINDS, FIRST_CONTACTS, SHARING, WEIGHTS, State
from dashboards.texts import sort_key
from dashboards.view import FOCUS, View, labelled

WITH_PERSONS = ("table", "html", "slides", "atlas", "report")
"""The kinds of files that can tell of liaisons."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "map": ("theme", "format", "paper", "orientation", "title"),
    "html": ("theme",),
    "table": ("table", "table_format", "separator", "columns"),
    "geopackage": (),
    "slides": ("theme",),
    "atlas": ("parts", "boards"),
    "report": (),
}
"""What can be chosen of each kind of file; a table asks for more, see ``table_asks``."""


WRAPPED = "label { white-space: normal; align-items: flex-start; }"
"""Panel's boxes to tick have labels of one line, however long."""


class FileForm:
    """The fields, made once a session; those that the kind of file does not ask for are hidden."""

    def __init__(self, view: View) -> None:
        self._view = view
        text, lang = view.text, view.lang
        self._kind = view.select(
            "file", {kind: text(f"files.kind.{kind}") for kind in FILE_KINDS}, key="files.kind_of"
        )
        if view.state.area not in (areas := self._areas()):  # the chosen region by its own id
            view.state.area = ""
        self._area = view.select("area", areas, key="files.area")
        self._langs = self._list(
            "files.languages", {name: text(f"files.language.{name}") for name in LANGUAGE_CHOICES}
        )
        self._langs.value = lang
        self._contacts = self._tick("files.contacts")
        themes = theme_names(view.store, lang)
        self._fields: dict[str, Any] = {
            "theme": view.select("theme", themes, key="choose.theme"),
            "format": self._list("files.format", {name: name.upper() for name in MAP_FORMATS}),
            "paper": self._list("files.paper", {name: name.upper() for name in PAPERS}),
            "orientation": self._list(
                "files.orientation", {name: text(f"files.{name}") for name in ORIENTATIONS}
            ),
            "title": pn.widgets.TextInput(
                label=text("files.own_title"),
                max_length=300,
                sizing_mode="stretch_width",
                max_width=420,
                stylesheets=[FOCUS],
                margin=(0, 0, 12, 0),
            ),
            "table": view.select("table", table_names(lang), key="files.table"),
            "group": view.select("group", self._groups(), key="choose.group"),
            "board": view.select("board", self._boards(), key="files.board"),
            "first": view.select(
                "first", {number: number for number in FIRST_CONTACTS}, key="contacts.first"
            ),
            "weigh": view.select(
                "weigh",
                {name: text(f"contacts.weighing.{name}") for name in WEIGHTS},
                key="contacts.weigh",
            ),
            "sharing": view.select(
                "sharing",
                {name: text(f"contacts.sharing_by.{name}") for name in SHARING},
                key="contacts.sharing",
            ),
            "table_format": self._list("files.format", {name: name.upper() for name in FORMATS}),
            "separator": self._list(
                "files.separator",
                {mark: text(f"files.separator_{at}") for at, mark in enumerate(SEPARATORS)},
            ),
            "columns": self._tick("files.all_columns"),
            "parts": self._list(
                "files.parts", {name: text(f"files.parts_{name}") for name in PARTS}
            ),
            "boards": self._tick("files.boards", is_ticked=True),
        }
        self._about = view.html(lambda: self._said(), "file")
        for choice in ("file", "table"):
            view.on_change(self._show, choice)
        view.on_change(self._follow_region, "region")
        self._fields["table_format"].param.watch(lambda _: self._show(), "value")
        self._show()

    def panel(self) -> pn.Column:
        """The fields in the order in which they are filled in."""
        ticks = (self._fields["columns"], self._fields["boards"], self._contacts)
        rest = [field for field in self._fields.values() if field not in ticks]
        return pn.Column(
            self._kind,
            self._about,
            pn.FlexBox(
                *(_grown(field) for field in (self._area, self._langs, *rest)),
                gap="0 24px",
                align_items="flex-end",
                sizing_mode="stretch_width",
                margin=0,
            ),
            *ticks,
            sizing_mode="stretch_width",
            margin=0,
        )

    def on_change(self, do: Callable[[], None]) -> None:
        """Call ``do`` whenever something else is asked for."""
        self._view.on_change(do, *State.ADDRESS)
        for field in (self._langs, self._contacts, *self._fields.values()):
            field.param.watch(lambda _: do(), "value")

    def export(self) -> FileExport:
        """The file that is asked for.

        Raises
        ------
        ExportError
            It cannot be made as asked.
        """
        return _MAKERS[str(self._view.state.file)](self, self._scope())

    def _scope(self) -> Scope:
        state = self._view.state
        region = f"region-{state.region}" if state.region else ALL
        kind = str(state.file)
        return Scope(
            store=self._view.store_of_group,
            area=str(state.area) or region,
            langs=languages_of(str(self._langs.value)),
            with_contacts=bool(self._contacts.value) and kind in WITH_PERSONS,
        )

    def value(self, field: str) -> str:
        """What is chosen in a field, as text."""
        return str(self._fields[field].value or "")

    def is_ticked(self, field: str) -> bool:
        """Whether the box of a field is ticked."""
        return bool(self._fields[field].value)

    def _show(self) -> None:
        """Show the fields of the kind; of a table those that it asks for."""
        kind = str(self._view.state.file)
        shown = set(FIELDS[kind])
        if kind == "table":
            shown |= set(table_asks(str(self._view.state.table)))
            if self._fields["table_format"].value != "csv":
                shown.discard("separator")
        for name, field in self._fields.items():
            field.visible = name in shown
        self._contacts.visible = kind in WITH_PERSONS

    def _said(self) -> str:
        kind = self._view.state.file
        return self._view.render("said.html", said=self._view.text(f"files.about.{kind}"))

    def _areas(self) -> dict[str, str]:
        """The chosen region first, then the counties and municipalities within it.

        Of all regions each is offered by itself too.
        """
        view = self._view
        names = area_names(view.store, view.lang)
        towns = view.store.municipalities[view.store.chosen(view.state.region)]
        counties = set(towns["wellbeing_county_code"].dropna())
        codes = sorted(
            towns["municipality_code"],
            key=lambda code: sort_key(view.store.name_of(view.lang)[code]),
        )
        above = names[f"region-{view.state.region}" if view.state.region else ALL]
        regions = (
            [] if view.state.region else [area for area in names if area.startswith("region-")]
        )
        inside = [
            *regions,
            *(area for area in names if area.removeprefix("county-") in counties),
            *(f"municipality-{code}" for code in codes),
        ]
        return {"": above} | {area: names[area] for area in inside}

    def _follow_region(self) -> None:
        options = self._areas()
        if self._view.state.area not in options:
            self._view.state.area = ""
        self._area.options = labelled(options)

    def _groups(self) -> dict[str, str]:
        names = self._view.store.group_names(self._view.lang)
        return {"": self._view.text("files.choose")} | names

    def _boards(self) -> dict[str, str]:
        boards = self._view.store["boards"]
        names = dict(zip(boards["board_id"], boards["name"], strict=True))
        ordered = sorted(names, key=lambda board: sort_key(names[board]))
        return {"": self._view.text("files.choose")} | {board: names[board] for board in ordered}

    def _list(self, key: str, options: Mapping[str, str]) -> pn.widgets.Select:
        return pn.widgets.Select(
            label=self._view.text(key),
            options=labelled(options),
            sizing_mode="stretch_width",
            max_width=420,
            stylesheets=[FOCUS],
            margin=(0, 0, 12, 0),
        )

    def _tick(self, key: str, *, is_ticked: bool = False) -> pn.widgets.CheckBoxGroup:
        said = self._view.text(key)
        return pn.widgets.CheckBoxGroup(
            options=[said],
            value=[said] if is_ticked else [],
            sizing_mode="stretch_width",
            stylesheets=[FOCUS, WRAPPED],
            margin=(0, 0, 12, 0),
        )


def _grown(widget: Any) -> Any:
    """Side by side where there is room, one below the other on a phone."""
    widget.styles = {"flex": "1 1 300px", "min-width": "0", "max-width": "420px"}
    return widget


# What makes files is imported when one is asked for: the page opens sooner.


def _map(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.map_figure import MapExport

    return MapExport(
        scope=scope,
        theme=form.value("theme"),
        format=form.value("format"),
        paper=form.value("paper"),
        orientation=form.value("orientation"),
        title=form.value("title").strip(),
    )


def _html(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.map_page import MapPageExport

    return MapPageExport(scope=scope, theme=form.value("theme"))


def _table(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.tables import TableExport

    return TableExport(
        scope=scope,
        table=form.value("table"),
        format=form.value("table_format"),
        theme=form.value("theme"),
        group=form.value("group"),
        board=form.value("board"),
        all_columns=form.is_ticked("columns"),
        separator=form.value("separator"),
        first=int(form.value("first")),
        weigh=form.value("weigh"),
        sharing=form.value("sharing"),
    )


def _geopackage(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.geopackage import GeoPackageExport

    return GeoPackageExport(scope=scope)


def _slides(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.slides import SlidesExport

    return SlidesExport(scope=scope, theme=form.value("theme"))


def _atlas(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.atlas import AtlasExport

    return AtlasExport(scope=scope, parts=form.value("parts"), has_boards=form.is_ticked("boards"))


def _report(form: FileForm, scope: Scope) -> FileExport:
    from dashboards.export.report import ReportExport

    return ReportExport(scope=scope)


_MAKERS: Mapping[str, Callable[[FileForm, Scope], FileExport]] = {
    "map": _map,
    "html": _html,
    "table": _table,
    "geopackage": _geopackage,
    "slides": _slides,
    "atlas": _atlas,
    "report": _report,
}
