"""The page around a view: header, links, notices, region chooser, and the address of the state."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import panel as pn
from bokeh.models import CustomJS

from dashboards.export.scope import ALL, LEVELS, area_names
from dashboards.export.tables import table_names
from dashboards.filters import filter_choices, filter_line, store_seen
from dashboards.markup import stylesheet
from dashboards.state import State
from dashboards.store import Notice, Store
from dashboards.texts import LANGUAGES, text
from dashboards.themes import theme_ids
from dashboards.view import View
from dashboards.views import views

# Bokeh compiles callbacks in the browser and carries styles inline, Panel its components as blobs;
# nothing comes from elsewhere.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: ws: wss:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)

MAX_NOTICES = 5
"""Of an address with more strange parts than this, the rest is left out unsaid."""


def policy(basemap_url: str) -> str:
    """What the page may load: its own; pictures also from the operator's map service, if any."""
    if not basemap_url:
        return POLICY
    host = "{0.scheme}://{0.netloc}".format(urlsplit(basemap_url))
    return POLICY.replace("img-src 'self'", f"img-src 'self' {host}")


def opened_state(store: Store, query: dict[str, str]) -> tuple[State, list[Notice]]:
    """The state of an address, and a notice for each part of it that cannot be taken."""
    state = State(known={"organisation": store.organisation_names.index})
    areas = store["areas"]
    regions = areas.loc[areas["level"] == "region", "code"]
    present = [code for code in regions if (store["municipalities"]["region_code"] == code).any()]
    state.allow(
        view=views(),
        region=["", *present],
        theme=theme_ids(store["target_groups"]["target_group_code"]),
        municipality=["", *store["municipalities"]["municipality_code"]],
        group=["", *store["target_groups"]["target_group_code"]],
        board=["", *store["boards"]["board_id"]],
        other_board=["", *store["boards"]["board_id"]],
        area=["", *area_names(store, str(state.lang))],
        table=table_names(str(state.lang)),
    )
    refused = state.read(query)
    notices = [
        Notice(
            "notice.address_near" if near else "notice.address",
            {"name": name, "value": value, "near": near},
        )
        for name, value, near in refused[:MAX_NOTICES]
    ]
    notices += [
        Notice("notice.address_outside", {"name": name, "value": value})
        for name, value in _contradictions(state, store)
    ]
    return state, notices


def _contradictions(state: State, store: Store) -> list[tuple[str, str]]:
    """Take back a municipality, board or area that lies outside the chosen region; tell which."""
    refused = []
    if state.region and state.area not in ("", ALL):
        level, _, code = str(state.area).partition("-")
        towns = store["municipalities"]
        if not ((towns[LEVELS[level]] == code) & (towns["region_code"] == state.region)).any():
            refused.append(("area", str(state.area)))
            state.area = ""
    for name, table, key in (
        ("municipality", "municipalities", "municipality_code"),
        ("board", "boards", "board_id"),
    ):
        rows, value = store[table], getattr(state, name)
        inside = rows.loc[rows["region_code"] == state.region, key]
        if state.region and value not in set(inside) and value != state.param[name].default:
            refused.append((name, value))
            setattr(state, name, state.param[name].default)
    return refused


class Page(pn.Template):
    """A page out of ``page.html``.

    Panel writes down a page's whole layout, as a programmer would see it, each time that a part is
    added: a tenth of the time that a large page takes, for a text that nobody sees.
    """

    def __repr__(self) -> str:
        return type(self).__name__


def page(store: Store, query: dict[str, str]) -> pn.Template:
    """The whole page for one session."""
    state, notices = opened_state(store, query)
    lang = str(state.lang)
    # Before any view looks: a municipality or board of another region is no longer chosen.
    state.param.watch(lambda *_: _contradictions(state, store), "region")
    panels = panels_or_notice(store, state, notices)
    template = Page(
        files("dashboards").joinpath("templates", "page.html").read_text(encoding="utf-8"),
        location=True,
    )
    for name, panel in panels.items():
        template.add_panel(name, panel)
    template.add_variable("lang", lang)
    template.add_variable("policy", policy(store.basemap_url))
    template.add_variable("css", stylesheet())
    template.add_variable("page", _words(store, state, list(panels), [*store.notices, *notices]))
    state.param.watch(lambda *_: _write_address(state), list(State.ADDRESS))
    if pn.state.curdoc is not None:
        pn.state.curdoc.js_on_event("connection_lost", CustomJS(code="window.connectionLost()"))
    return template


def panels_or_notice(
    store: Store, state: State, notices: list[Notice]
) -> dict[str, pn.viewable.Viewable]:
    """The region chooser, the filters in use and the view; a notice where data cannot be shown.

    Only the kind and the place of the error go to the log: its text may quote a person.
    """
    try:
        kind_of_view = views()[state.view]
        view = kind_of_view(store_seen(store, state, kind_of_view), state)
        panels: dict[str, pn.viewable.Viewable] = {}
        if view.follows_region:
            panels["region"] = region_chooser(store, state, view)
        if view.follows_region or view.filters:
            panels["filter_line"] = filter_line(view)
        return panels | {"view": view.panel()}
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}, line {frame.lineno}"
        kind = type(error).__name__
        logging.getLogger(__name__).error("view %s: %s in %s", state.view, kind, where)
        notices.append(Notice("notice.view_failed", {"where": f"{kind}, {where}"}))
        return {"view": pn.Column()}


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


def _words(
    store: Store, state: State, panels: Sequence[str], notices: Sequence[Notice]
) -> dict[str, Any]:
    """What the page says around the view, in the session's language."""
    lang = str(state.lang)
    view = str(state.view)
    return {
        "title": text("page.title", lang, view=text(f"view.{view}.name", lang)),
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
                "current": other == view,
                "in_navigation": shown.in_navigation,
            }
            for other, shown in views().items()
        ],
        "name": text(f"view.{view}.name", lang),
        "heading": text(f"view.{view}.title", lang),
        "lead": text(f"view.{view}.lead", lang),
        "has_region": "region" in panels,
        "has_filter_line": "filter_line" in panels,
        "more_filters": text("filter.more", lang),
        "apply_filters": text("filter.apply", lang),
        "filters": filter_choices(views()[view], store, state),
        "notices": [_said(notice, lang) for notice in notices],
        "lost": text("page.lost", lang),
        "reload": text("page.reload", lang),
        "noscript": text("page.noscript", lang),
        "footer": text("page.footer", lang),
    }


def _said(notice: Notice, lang: str) -> str:
    """A notice in words; a value that bears the language's name stands for the bare one."""
    values = dict(notice.values)
    if f"title_{lang}" in values:
        values["title"] = values[f"title_{lang}"]
    return text(notice.key, lang, **values)
