"""The page around a view: header, links, notices, region chooser, and the address of the state."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import panel as pn

from dashboards.markup import stylesheet
from dashboards.state import State
from dashboards.store import Notice, Store
from dashboards.texts import LANGUAGES, text
from dashboards.view import View
from dashboards.views import views

# Bokeh compiles callbacks in the browser and carries styles inline; nothing comes from elsewhere.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'"
)


def opened_state(store: Store, query: dict[str, str]) -> tuple[State, list[Notice]]:
    """The state of an address, and a notice for each part of it that cannot be taken."""
    state = State()
    areas = store["areas"]
    regions = areas.loc[areas["level"] == "region", "code"]
    present = [code for code in regions if (store["municipalities"]["region_code"] == code).any()]
    state.allow(
        view=views(),
        region=["", *present],
        municipality=["", *store["municipalities"]["municipality_code"]],
        group=store["target_groups"]["target_group_code"],
        board=["", *store["boards"]["board_id"]],
    )
    refused = state.read(query) + _contradictions(state, store)
    notices = [
        Notice(
            "notice.address_near" if near else "notice.address",
            {"name": name, "value": value, "near": near},
        )
        for name, value, near in refused
    ]
    return state, notices


def _contradictions(state: State, store: Store) -> list[tuple[str, str, str]]:
    """Take back a municipality or board that lies outside the chosen region, and say so."""
    refused = []
    for name, table, key in (
        ("municipality", "municipalities", "municipality_code"),
        ("board", "boards", "board_id"),
    ):
        rows, value = store[table], getattr(state, name)
        inside = rows.loc[rows["region_code"] == state.region, key]
        if state.region and value not in set(inside) and value != state.param[name].default:
            refused.append((name, value, ""))
            setattr(state, name, state.param[name].default)
    return refused


def page(store: Store, query: dict[str, str]) -> pn.Template:
    """The whole page for one session."""
    state, notices = opened_state(store, query)
    lang = str(state.lang)
    view = views()[state.view](store, state)
    template = pn.Template(
        files("dashboards").joinpath("templates", "page.html").read_text(encoding="utf-8"),
        location=True,
    )
    if view.follows_region:
        template.add_panel("region", region_chooser(store, state, view))
    template.add_panel("view", view.panel())
    template.add_variable("lang", lang)
    template.add_variable("policy", POLICY)
    template.add_variable("css", stylesheet())
    template.add_variable("page", _words(state, view, [*store.notices, *notices]))
    state.param.watch(lambda *_: _write_address(state), list(State.CHOICES))
    return template


def region_chooser(store: Store, state: State, view: View) -> pn.widgets.Select:
    """The list of regions; a page of all of them comes first."""
    lang = str(state.lang)
    options = {
        code: store.area_name("region", code, lang) if code else text("choose.region_all", lang)
        for code in state.param.region.objects
    }
    return view.select("region", options, key="choose.region")


def _write_address(state: State) -> None:
    if pn.state.location is not None:
        pn.state.location.search = state.query()


def _words(state: State, view: View, notices: Sequence[Notice]) -> dict[str, Any]:
    """What the page says around the view, in the session's language."""
    lang = str(state.lang)
    return {
        "title": text("page.title", lang, view=text(f"view.{view.id}.name", lang)),
        "brand": text("page.brand", lang),
        "tagline": text("page.tagline", lang),
        "skip": text("page.skip", lang),
        "home": state.query(view=state.param.view.default),
        "languages_label": text("page.languages", lang),
        "languages": [
            {
                "id": other,
                "name": text("page.own_name", other),
                "address": state.query(lang=other),
                "current": other == lang,
            }
            for other in LANGUAGES
        ],
        "views_label": text("page.views", lang),
        "views": [
            {
                "id": other,
                "name": text(f"view.{other}.name", lang),
                "address": state.query(view=other),
                "current": other == view.id,
            }
            for other in views()
        ],
        "heading": text(f"view.{view.id}.title", lang),
        "lead": text(f"view.{view.id}.lead", lang),
        "has_region": view.follows_region,
        "notices": [text(notice.key, lang, **notice.values) for notice in notices],
        "noscript": text("page.noscript", lang),
        "footer": text("page.footer", lang),
    }
