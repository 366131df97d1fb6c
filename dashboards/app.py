"""What `panel serve` serves: reads the address, opens the store once, gives the page."""

from __future__ import annotations

from functools import cache

import panel as pn

from dashboards.shell import page
from dashboards.store import Store


@cache
def opened_store() -> Store:
    """The process's one store."""
    return Store.open()


def session_page() -> pn.Template:
    """The page of the session that asks."""
    query = {
        name: values[-1].decode("utf-8", errors="replace")
        for name, values in (pn.state.session_args or {}).items()
        if values
    }
    return page(opened_store(), query)


if __name__.startswith("bokeh_app"):  # `panel serve dashboards/app.py` runs this file itself
    session_page().servable()
