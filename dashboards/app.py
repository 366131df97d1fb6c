"""What `panel serve` serves: reads the address, has the store opened once, gives the page."""

from __future__ import annotations

from importlib.resources import files

import panel as pn

from dashboards.opening import StoreOpening
from dashboards.shell import page
from dashboards.texts import LANGUAGES, text

opening = StoreOpening()


def session_page() -> pn.Template:
    """The page of the session that asks, or one that says that the data is still being read."""
    query = {
        name: values[-1].decode("utf-8", errors="replace")
        for name, values in (pn.state.session_args or {}).items()
        if values
    }
    store = opening.store()
    return loading_page(query) if store is None else page(store, query)


def loading_page(query: dict[str, str]) -> pn.Template:
    """A page that says that the data is being read, and asks again by itself."""
    lang = query.get("lang", "")
    lang = lang if lang in LANGUAGES else LANGUAGES[0]
    body = files("dashboards").joinpath("templates", "loading.html").read_text(encoding="utf-8")
    template = pn.Template(body)
    template.add_variable("lang", lang)
    template.add_variable(
        "words", {name: text(f"loading.{name}", lang) for name in ("title", "said", "wait")}
    )
    return template


if __name__.startswith("bokeh_app"):  # `panel serve dashboards/app.py` runs this file itself
    session_page().servable()
