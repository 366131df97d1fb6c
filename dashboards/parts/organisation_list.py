"""The organisations of an area and target group, searched by words: counted, and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable, link, stylesheet, table
from dashboards.refresh_report import shortened
from dashboards.texts import MISSING, number, sort_key
from dashboards.view import FOCUS, View, labelled
from geo.organisation_search import search_organisations
from geo.reach import RELATIONS

MOST_FOUND = 50
MOST_PLACES = 4
MAX_QUERY = 100
CHOICES = ("region", "municipality", "group")


@dataclass(frozen=True)
class Listed:
    """What is listed: the ids in order, what ties each to the area, whether they are only near."""

    ids: list[str]
    relations: Mapping[str, str]
    are_near: bool

    @property
    def shown(self) -> list[str]:
        """The ids of which the page has room."""
        return self.ids[:MOST_FOUND]


class OrganisationList:
    """The choices of one session and what they find; made once, then only its content changes."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.query = pn.widgets.TextInput(
            label=view.text("organisations.search"),
            sizing_mode="stretch_width",
            stylesheets=[FOCUS],
            margin=(0, 0, 12, 0),
        )
        self.municipality = view.select(
            "municipality", view.municipality_options(), key="choose.municipality"
        )
        groups = {"": view.text("organisation_list.every_group")}
        groups |= view.store.group_names(view.lang)
        self.group = view.select("group", groups, key="choose.group")
        self.pane = pn.pane.HTML(
            "", sizing_mode="stretch_width", stylesheets=[stylesheet()], margin=0
        )
        self.listed = self.look()
        view.on_change(self._follow_region, "region")
        view.on_change(self.refresh, *CHOICES)
        self.refresh()

    def choices(self) -> pn.FlexBox:
        """The field and the lists side by side; one below the other on a phone."""
        widgets = (self.query, self.municipality, self.group)
        for widget in widgets:
            # The words have the first line, the two lists share the next where there is room.
            width = "100%" if widget is self.query else "200px"
            widget.styles = {"flex": f"1 1 {width}", "min-width": "0", "max-width": "100%"}
        return pn.FlexBox(*widgets, gap="0 16px", sizing_mode="stretch_width", margin=0)

    def _follow_region(self) -> None:
        self.municipality.options = labelled(self.view.municipality_options())

    def chosen(self) -> pd.DataFrame:
        """The organisations of the chosen area and group, whatever the words."""
        state = self.view.state
        choices = {name: str(getattr(state, name)) for name in CHOICES}
        return self.view.store.organisations_of(**choices)

    def look(self) -> Listed:
        """What the words and the choices find, in the order in which it is listed."""
        store, state = self.view.store, self.view.state
        texts, relations = store.search_texts, {}
        if any(getattr(state, name) for name in CHOICES):
            chosen = self.chosen()
            if state.region or state.municipality:
                relations = dict(zip(chosen["organisation_id"], chosen["relation"], strict=True))
            texts = texts[texts.index.isin(chosen["organisation_id"].astype(object))]
        found = search_organisations(texts, str(self.query.value)[:MAX_QUERY])
        return Listed(found.ids, relations, found.are_near)

    def refresh(self) -> None:
        """Look again and show it."""
        self.listed = self.look()
        html = self.view.render("organisation_list.html", said=self.said(), apart=self.apart())
        self.pane.object = self.view.addressed(html + self.table())

    def said(self) -> str:
        """How many were found, and how many of them are shown."""
        count, shown = len(self.listed.ids), len(self.listed.shown)
        key = "organisations.none" if not count else "organisations.count"
        if self.listed.are_near:
            key = "organisations.near"
        lang = self.view.lang
        return self.view.text(key, n=number(count, lang), shown=number(shown, lang))

    def apart(self) -> list[str]:
        """Those of wider reach told apart, and those that no area or group can find."""
        view, state, listed = self.view, self.view.state, self.listed
        lang, told = view.lang, []
        ids = listed.ids if listed.relations else []
        wide = sum(listed.relations.get(key) in RELATIONS[2:] for key in ids)
        if wide:
            local = number(len(listed.ids) - wide, lang)
            told.append(view.text("organisation_list.reach", local=local, wide=number(wide, lang)))
        known = view.store.completeness
        if state.region or state.municipality:
            nowhere = int(known["organisations"] - known["with_place"])
            if nowhere:
                told.append(view.text("organisation_list.without_place", count=nowhere))
        if state.group:
            unknown = int(known["organisations"] - known["with_group"])
            if unknown:
                told.append(view.text("organisation_list.without_group", count=unknown))
        return told

    def table(self) -> str:
        """The first of what was found: name, places, groups, and what ties it to the area."""
        view, listed = self.view, self.listed
        names = view.store.organisation_names
        shown = [key for key in listed.shown if key in names.index]
        places, groups = places_of(view, shown), groups_of(view, shown)
        heads = ["column.name", "organisation_list.places", "column.target_groups"]
        has_area = bool(view.state.region or view.state.municipality)
        if has_area:
            heads.insert(1, "organisation_list.tie")
        rows = []
        for key in shown:
            tie = listed.relations.get(key, "")
            rows.append(
                (
                    link(view.state.query(organisation=key), str(names[key])),
                    *([view.text(f"organisation_list.relation.{tie}")] if has_area else []),
                    places.get(key, MISSING),
                    groups.get(key, MISSING),
                )
            )
        return table(
            HtmlTable(
                # What words found has no address: they stay on the page.
                id="organisations-searched" if self.query.value else "organisations-found",
                caption=view.text("organisations.found"),
                columns=[Column(heading=view.text(head)) for head in heads],
                rows=rows,
                empty=view.text("organisation_list.empty"),
                note=shortened(len(shown), len(listed.ids), view.lang),
            )
        )


def places_of(view: View, ids: list[str], *, most: int = MOST_PLACES) -> dict[str, str]:
    """Where each organisation is: seat first, then by name; the whole region or country last."""
    areas, towns = view.store["organisation_areas"], view.store.name_of(view.lang)
    own = areas[areas["organisation_id"].isin(ids)]
    found: dict[str, list[tuple[int, str]]] = {}
    for key, relation, code in own[["organisation_id", "relation", "area_code"]].itertuples(
        index=False
    ):
        name = {
            "regional": lambda code: view.store.area_name("region", code, view.lang),
            "national": lambda _: view.text("organisation_list.relation.national"),
        }.get(relation, lambda code: towns.get(code, code))(code)
        found.setdefault(key, []).append((RELATIONS.index(relation), name))
    return {key: _listed(view, places, most) for key, places in found.items()}


def _listed(view: View, places: list[tuple[int, str]], most: int) -> str:
    ordered = sorted(places, key=lambda place: (place[0], sort_key(place[1])))
    names = list(dict.fromkeys(name for _, name in ordered))
    if len(names) <= most:
        return ", ".join(names)
    rest = number(len(names) - most, view.lang)
    return view.text("organisation_list.more_places", names=", ".join(names[:most]), n=rest)


def groups_of(view: View, ids: list[str]) -> dict[str, str]:
    """The target groups of each organisation, by name."""
    served, names = view.store["organisation_target_groups"], view.store.group_names(view.lang)
    own = served[served["organisation_id"].isin(ids)]
    named = own["target_group_code"].map(names).groupby(own["organisation_id"])
    return {str(key): ", ".join(sorted(set(group), key=sort_key)) for key, group in named}
