"""The filters beside the view: which are in use, said in words, each with a way to clear it.

The region is chosen in a list of its own; what the filters do to the figures is the store's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import panel as pn

from dashboards.state import EVIDENCE_AGES, REACHES, State
from dashboards.store import FILTERS, Store
from dashboards.texts import text
from dashboards.view import View

CHOICES: Mapping[str, tuple[str, ...]] = {"evidence": EVIDENCE_AGES, "reach": REACHES}
"""The filters that offer the same in all data; the first of each is none."""


@dataclass(frozen=True)
class Filter:
    """A filter in use: what it says, and the address of the page without it."""

    said: str
    cleared: str


def store_seen(store: Store, state: State, view: type[View]) -> Store:
    """The store as the filters show it that the view follows, without those it looks after."""
    names = [name for name in FILTERS if name in view.filters and name not in view.live]
    chosen = {name: str(getattr(state, name)) for name in names}
    return store.seen(**chosen)


def filters_in_use(view: View) -> list[Filter]:
    """What leaves something out of the view, or counts it otherwise, in the order of the page."""
    state = view.state
    names = (*(["region"] if view.follows_region else []), *view.filters)
    return [
        Filter(_said(view, name), state.query(**{name: state.param[name].default}))
        for name in names
        if getattr(state, name) != state.param[name].default
    ]


def filter_line(view: View) -> pn.pane.HTML:
    """The filters in use as a sentence; empty while there is none."""

    def line() -> str:
        found = filters_in_use(view)
        if not found:
            return ""
        cleared = {name: view.state.param[name].default for name in ("region", *view.filters)}
        return view.render("filter_line.html", filters=found, cleared=view.state.query(**cleared))

    return view.html(line, *State.ADDRESS)


def filter_choices(view: type[View], store: Store, state: State) -> list[dict[str, Any]]:
    """The lists under "more filters": name, label, and the options with their words."""
    lang = str(state.lang)
    options = {
        name: {value: _option(name, value, lang) for value in values}
        for name, values in CHOICES.items()
    }
    options["group"] = {"": text("filter.group_all", lang)} | store.group_names(lang)
    return [
        {
            "name": name,
            "label": text(f"filter.{name}", lang),
            "options": [
                {"value": value, "label": label, "chosen": value == getattr(state, name)}
                for value, label in options[name].items()
            ],
        }
        for name in view.filters
        if name in options and name not in view.offers
    ]


def _option(name: str, value: str, lang: str) -> str:
    if value.isdigit():
        return text("filter.years", lang, years=value)
    return text(f"filter.{name}_{value}", lang)


def _said(view: View, name: str) -> str:
    value = str(getattr(view.state, name))
    if name == "region":
        return view.store.area_name("region", value, view.lang)
    if name == "municipality":
        return view.store.name_of(view.lang).get(value, value)
    if name == "group":
        group = view.store.group_names(view.lang).get(value, value)
        return view.text("filter.in_use.group", group=group)
    return view.text(f"filter.in_use.{name}", years=value)
