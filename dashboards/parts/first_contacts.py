"""Whom to ring first: the choice of how many and for whom, the answer, the curve and the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import panel as pn
from markupsafe import Markup

from dashboards.curves import move_mark, rising_curve
from dashboards.markup import Column, HtmlTable, link, records, table
from dashboards.parts.people import basis_text, residents_text
from dashboards.slider import Slider
from dashboards.state import FIRST_CONTACTS, SHARING, WEIGHTS
from dashboards.texts import MISSING, number, percent, sort_key, tick_script
from dashboards.view import FOCUS, View, two_columns
from geo.first_contacts import FirstContacts

CHOICES = ("region", "weigh", "group", "sharing", "first")
MOST = int(FIRST_CONTACTS[-1])


def first_contacts_part(view: View) -> pn.Column:
    """The choices, the answer beside its curve, the list to ring, and contacts if asked for."""
    part = _Part(view)
    chart = pn.pane.HoloViews(part.chart(), sizing_mode="stretch_width", margin=0)
    # Another number moves the mark alone: the curve is that of all numbers.
    others = tuple(choice for choice in CHOICES if choice != "first")
    group = view.select("group", view.store.group_names(view.lang), key="choose.group")
    # Who may be rung is a person: shown on asking, in this session only, never in the address.
    # A group of one: Panel's single checkbox has no name for those who do not see it.
    asked = pn.widgets.CheckBoxGroup(
        options={view.text("contacts.show_persons"): "persons"},
        value=[],
        margin=(8, 0),
        stylesheets=[FOCUS],
    )
    persons = view.html(lambda: part.persons() if asked.value else "", *CHOICES)
    asked.param.watch(
        lambda event: setattr(persons, "object", part.persons() if event.new else ""), "value"
    )

    def show() -> None:
        group.visible = view.state.weigh == "group"
        chart.visible = asked.visible = part.is_answered()

    def mark() -> None:
        if not move_mark(part.handles, int(view.state.first)):
            chart.object = part.chart()

    view.on_change(lambda: setattr(chart, "object", part.chart()), *others)
    view.on_change(mark, "first")
    view.on_change(show, *others)
    show()
    return pn.Column(
        view.html(lambda: view.render("contacts_lead.html")),
        pn.FlexBox(
            *(_grown(widget) for widget in (_weigh(view), group, _sharing(view), _slider(view))),
            gap="0 24px",
            align_items="flex-end",
            sizing_mode="stretch_width",
            margin=0,
        ),
        two_columns(
            [view.html(part.answer, *CHOICES), view.html(part.listed, *CHOICES), asked, persons],
            [chart, view.html(part.curve_numbers, *others)],
        ),
        sizing_mode="stretch_width",
        margin=0,
    )


def _weigh(view: View) -> pn.widgets.Select:
    options = {weight: view.text(f"contacts.weighing.{weight}") for weight in WEIGHTS}
    return view.select("weigh", options, key="contacts.weigh")


def _sharing(view: View) -> pn.widgets.Select:
    options = {sharing: view.text(f"contacts.sharing_by.{sharing}") for sharing in SHARING}
    return view.select("sharing", options, key="contacts.sharing")


def _slider(view: View) -> Slider:
    slider = Slider(
        label=view.text("contacts.first"),
        value=int(view.state.first),
        value_texts=[view.text("contacts.municipalities", count=k) for k in range(1, MOST + 1)],
        margin=0,
    )
    slider.param.watch(lambda event: setattr(view.state, "first", str(event.new)), "value")
    view.on_change(lambda: setattr(slider, "value", int(view.state.first)), "first")
    return slider


def _grown(widget: pn.viewable.Viewable) -> pn.viewable.Viewable:
    """Side by side where there is room, one below the other on a phone."""
    widget.styles = {"flex": "1 1 220px", "min-width": "0", "max-width": "100%"}
    return widget


@dataclass(frozen=True)
class _Part:
    """What the part says and draws for the state of its view."""

    view: View
    handles: dict[str, Any] = field(default_factory=dict)

    def chosen(self) -> dict[str, str]:
        state = self.view.state
        # All residents are the same whatever group is chosen elsewhere on the page.
        group = self.view.group if state.weigh == "group" else ""
        return {
            "region": str(state.region),
            "weigh": str(state.weigh),
            "group": group,
            "sharing": str(state.sharing),
        }

    def result(self) -> FirstContacts:
        analysis = self.view.store.analysis
        return analysis.first_contacts(int(self.view.state.first), **self.chosen())

    def curve(self) -> pd.DataFrame:
        return self.view.store.analysis.contact_curve(MOST, **self.chosen())

    def is_answered(self) -> bool:
        """Whether there is anybody to bring out of a gap."""
        return bool(self.result().total)

    def group_rows(self) -> pd.DataFrame:
        """Residents of the group's age in the region, a row per municipality."""
        store, state = self.view.store, self.view.state
        people = store.analysis.group_residents
        towns = store.municipalities.loc[store.chosen(state.region), "municipality_code"]
        return people[
            (people["target_group_code"] == self.view.group)
            & people["municipality_code"].isin(towns)
        ]

    def people(self, value: float) -> str:
        """A number of people, marked where it is an estimate."""
        basis = None
        if self.view.state.weigh == "group":
            is_estimated = (self.group_rows()["basis"] == "estimated").any()
            basis = "estimated" if is_estimated else "counted"
        return residents_text(value, basis, self.view.lang)

    def names(self, codes: Iterable[str]) -> str:
        names = self.view.store.name_of(self.view.lang)
        return ", ".join(sorted((names[code] for code in codes), key=sort_key))

    def group_name(self) -> str:
        return self.view.store.group_names(self.view.lang).get(self.view.group, MISSING)

    def answer(self) -> str:
        """The sentence, what is proven of it, who could stand in, and what is left out."""
        view, result = self.view, self.result()
        weigh = view.state.weigh
        count = len(result.contacts)
        return view.render(
            "contacts_answer.html",
            total=result.total,
            nobody="" if result.total else self.nobody(),
            share=result.share,
            sentence=view.text(
                f"contacts.reached_{weigh}",
                count=count,
                people=self.people(result.reached),
                total=self.people(result.total),
                group=self.group_name(),
            ),
            proof=view.text(f"contacts.{result.status}", bound=self.people(result.bound)),
            uniqueness=self.uniqueness(result),
            enough=view.text("contacts.enough", count=result.needed) if result.needed else "",
            aside=[
                view.text(f"contacts.aside.{reason}", names=self.names(rows["municipality_code"]))
                for reason, rows in result.set_aside.groupby("reason")
            ],
            notes=self.notes(),
        )

    def nobody(self) -> str:
        """Why nothing can be answered."""
        view = self.view
        overview = view.store.overview[view.store.chosen(view.state.region)]
        if not overview["is_gap"].any():
            return view.text("contacts.no_gaps")
        reasons = basis_text(self.group_rows(), view.lang)
        return view.text(
            f"contacts.nobody_{view.state.weigh}", group=self.group_name(), reasons=reasons
        )

    def uniqueness(self, result: FirstContacts) -> str:
        view = self.view
        if result.is_unique is None:
            return view.text("contacts.unique_unknown")
        if result.is_unique:
            return ""
        return view.text(
            f"contacts.stand_ins_{view.state.sharing}", names=self.names(result.stand_ins)
        )

    def notes(self) -> list[str]:
        """Where the numbers come from, and who is whose neighbour."""
        view, store = self.view, self.view.store
        notes = []
        if view.state.weigh == "group" and self.is_answered():
            basis = basis_text(self.group_rows().dropna(subset="residents"), view.lang)
            notes.append(view.text("contacts.basis", group=self.group_name(), basis=basis))
        if view.state.sharing == "neighbours":
            towns = store.municipalities[store.chosen(view.state.region)]
            is_bare = towns.geometry.isna() | towns.geometry.is_empty
            alone = towns.loc[~is_bare, "municipality_code"]
            alone = alone[~alone.isin(store.analysis.neighbours["municipality_code"])]
            notes.append(view.text("contacts.neighbours_note"))
            if len(alone):
                notes.append(view.text("contacts.islands", names=self.names(alone)))
            if is_bare.any():
                bare = self.names(towns.loc[is_bare, "municipality_code"])
                notes.append(view.text("contacts.no_outline", names=bare))
        return notes

    def listed(self) -> str:
        """The list to ring; nothing where nobody can be reached."""
        view, result = self.view, self.result()
        if not result.total:
            return ""
        lang, names = view.lang, view.store.name_of(view.lang)
        status = view.store.status.set_index("municipality_code")["ladder"]
        is_shared = view.state.sharing == "neighbours"
        rows = []
        for row in result.contacts.itertuples(index=False):
            address = view.state.query(view="map", municipality=row.municipality_code)
            shared = self.names(row.shared_with.split(",")) if row.shared_with else MISSING
            rows.append(
                (
                    Markup("{}.&nbsp;{}").format(
                        row.rank, link(address, names[row.municipality_code])
                    ),
                    self.people(row.gain),
                    *((self.people(row.weight), shared) if is_shared else ()),
                    view.text(f"ladder.{status[row.municipality_code]}.name"),
                    self.liaison(row.municipality_code),
                )
            )
        number_of = f"contacts.column.people_{view.state.weigh}"
        headings = [Column(heading=view.text(number_of), is_number=True)]
        if is_shared:
            headings += [
                Column(heading=view.text("contacts.column.own"), is_number=True),
                Column(heading=view.text("contacts.column.shared_with")),
            ]
        return table(
            HtmlTable(
                id="contacts-list",
                caption=view.text("contacts.caption", n=number(len(rows), lang)),
                columns=[
                    Column(heading=view.text("column.municipality")),
                    *headings,
                    Column(heading=view.text("column.ladder")),
                    Column(heading=view.text("theme.liaison")),
                ],
                rows=rows,
                empty=view.text("contacts.no_gaps"),
            )
        )

    def liaison(self, code: str) -> str:
        """Whether somebody to ring is known here; never who."""
        store = self.view.store
        if (store.liaisons["municipality_code"] == code).any():
            return self.view.text("contacts.liaison.known")
        states = store.states
        is_named = (states["municipality_code"] == code) & (states["criterion"] == "liaison")
        has_one = (states.loc[is_named, "state"] == "yes").any()
        return self.view.text(
            "contacts.liaison.elsewhere" if has_one else "contacts.liaison.unknown"
        )

    def persons(self) -> str:
        """Names and addresses of the liaisons on the list, and where none is known."""
        view, result = self.view, self.result()
        if not result.total:
            return ""
        names = view.store.name_of(view.lang)
        liaisons = view.store.liaisons
        codes = result.contacts["municipality_code"].tolist()
        by_town = {code: records(liaisons[liaisons["municipality_code"] == code]) for code in codes}
        return view.render(
            "contacts_persons.html",
            places=[
                {"name": names[code], "persons": persons}
                for code, persons in by_town.items()
                if persons
            ],
            without=self.names([code for code, persons in by_town.items() if not persons]),
        )

    def chart(self) -> object:
        """The curve with the chosen number marked; hidden where there is nothing to reach."""
        view = self.view
        return rising_curve(
            self.curve(),
            x="contacts",
            y="reached",
            chosen=int(view.state.first),
            x_label=view.text("contacts.axis_contacts"),
            y_label=view.text(f"contacts.axis_{view.state.weigh}"),
            tick_script=tick_script(view.lang),
            handles=self.handles,
        )

    def curve_numbers(self) -> str:
        """The curve as a table."""
        view, lang = self.view, self.view.lang
        if not self.is_answered():
            return ""
        curve = self.curve()
        added = curve["reached"].diff().fillna(curve["reached"])
        html_table = HtmlTable(
            id="contacts-curve",
            caption=view.text("contacts.curve_caption"),
            columns=[
                Column(heading=view.text("contacts.axis_contacts")),
                Column(heading=view.text(f"contacts.axis_{view.state.weigh}"), is_number=True),
                Column(heading=view.text("contacts.column.share"), is_number=True),
                Column(heading=view.text("contacts.column.added"), is_number=True),
                Column(heading=view.text("contacts.column.proof")),
            ],
            rows=[
                (
                    number(row.contacts, lang),
                    self.people(row.reached),
                    percent(row.share, lang),
                    self.people(more),
                    view.text(f"contacts.proof.{row.status}"),
                )
                for row, more in zip(curve.itertuples(index=False), added, strict=True)
            ],
            empty=view.text("contacts.no_gaps"),
        )
        return view.render("contacts_curve.html", table=html_table)
