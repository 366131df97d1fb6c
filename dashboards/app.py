"""What `panel serve` serves: reads the address, opens the store once, gives the page."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import panel as pn

from dashboards.shell import page
from dashboards.store import Store, data_stamp


@lru_cache(maxsize=1)
def store_of(day: dt.date, stamp: str) -> Store:
    """The process's one store; read anew each day, since evidence ages, and after a refresh."""
    return Store.open(as_of=day)


def opened_store() -> Store:
    """The store of today and of the data in use."""
    return store_of(dt.date.today(), data_stamp())


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
