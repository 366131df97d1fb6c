"""From a number of organisations to the organisations behind it."""

from __future__ import annotations

from dashboards.state import State
from dashboards.store import Store
from dashboards.texts import text


def organisations_link(
    store: Store, state: State, municipality: str, group: str, local: str
) -> tuple[str, str]:
    """The address of the organisations that a cell counts, and what a link to it is called."""
    lang = str(state.lang)
    address = state.query(view="organisations", municipality=municipality, group=group)
    place, served = store.name_of(lang)[municipality], store.group_names(lang)[group]
    leads = text("group_matrix.leads", lang, n=local, municipality=place, group=served)
    return address, leads
