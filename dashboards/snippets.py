"""Every table has an address: a link to it, and the Python that gives its rows in a notebook.

The snippets call the same functions as the page; a test runs each of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboards.markup import render
from dashboards.state import State

HEAD = """\
from dashboards.store import Store

store = Store.open(){seen}
towns = store.overview[store.chosen({region!r})]
here = set(towns["municipality_code"])
"""

_CONTACTS = "region={region!r}, weigh={weigh!r}, group={group_shown!r}, sharing={sharing!r}"
_BOARD = 'store["boards"], store["seats"]'

SNIPPETS: Mapping[str, str] = {
    "areas": """\
from geo.coverage import gap_totals

codes = ["", *sorted(set(store.overview["region_code"]))]
parts = [store.overview[store.chosen(code)] for code in codes]
rows = [gap_totals(part, part["population"]) for part in parts]
""",
    "municipalities": "rows = towns\n",
    "legend": """\
import pandas as pd

from dashboards.themes import themes
from geo.coverage import state_totals

theme = themes(store, {lang!r})[{theme!r}]
classes = pd.Series(theme.classes, index=store.overview.index).loc[towns.index]
rows = state_totals(classes, towns["population"], order=tuple(theme.inks))
""",
    "gaps-known_step": 'rows = towns[towns["gap_kind"] == "known_step"]\n',
    "gaps-no_information": 'rows = towns[towns["gap_kind"] == "no_information"]\n',
    "contacts-list": f"""\
found = store.analysis.first_contacts({{first}}, {_CONTACTS})
rows = found.contacts
""",
    "sensitivity": """\
sensitivity = store.analysis.gap_sensitivity
rows = sensitivity[sensitivity["municipality_code"].isin(here)]
""",
    "people-in-gaps": """\
from geo.gap_residents import people_in_gaps

people = people_in_gaps(towns, store.analysis.group_residents)
rows = people[people["residents"].notna()]
""",
    "profile-matrix": """\
matrix = store.analysis.profile_matrix
rows = matrix[matrix["municipality_code"].isin(here)]
""",
    "group-matrix": """\
cells = store.matrix[store.matrix["municipality_code"].isin(here)]
rows = cells.pivot(index="municipality_code", columns="target_group_code", values="local")
""",
    "group-gaps": """\
from geo.service_gaps import group_gaps

rows = group_gaps(store.matrix, towns, group_residents=store.analysis.group_residents)
""",
    "zeros": """\
cells = store.matrix[store.matrix["municipality_code"].isin(here)]
rows = cells[cells["target_group_code"] == {group_shown!r}]
""",
    "counties": """\
states = store.county_states
own = states[states["wellbeing_county_code"].isin(towns["wellbeing_county_code"])]
rows = own.pivot(index="criterion", columns="wellbeing_county_code", values="state")
""",
    "representation": "rows = store.representation({board!r})\n",
    "seats": 'rows = store["seats"][store["seats"]["board_id"] == {board!r}]\n',
    "territory": f"""\
from geo.territory import board_territory

rows = board_territory({{board!r}}, {_BOARD}, store["organisation_areas"], store["municipalities"])
""",
    "organisations-found": """\
found = store.organisations_of(region={region!r}, municipality={municipality!r}, group={group!r})
listed = store.search_texts.index.intersection(found["organisation_id"], sort=False)
rows = found.set_index("organisation_id").loc[listed].head(50)
""",
    "tables": "rows = list(store.tables.values())\n",
    "sources": 'rows = store["sources"]\n',
}
"""Id of a table on the page to the lines that give its rows, a row of the page each."""


def snippet(table_id: str, state: State) -> str:
    """The Python that gives the rows of a table as the state shows them."""
    filters = [
        f"{name}={value!r}"
        for name in ("evidence", "reach")
        if (value := getattr(state, name)) != state.param[name].default
    ]
    seen = f".seen({', '.join(filters)})" if filters else ""
    choices = {name: getattr(state, name) for name in (*State.CHOICES, "group_shown")}
    lines = SNIPPETS[table_id].format(**choices)
    if "towns" not in lines and "here" not in lines:
        return f"from dashboards.store import Store\n\nstore = Store.open(){seen}\n{lines}"
    return HEAD.format(seen=seen, region=state.region) + lines


def addresses(html: str, state: State) -> str:
    """For each table of a pane that has a snippet: a button to copy its link, and the snippet."""
    found = [name for name in re.findall(r'<table id="([\w-]+)"', html) if name in SNIPPETS]
    return "".join(
        render("address.html", str(state.lang), id=name, python=snippet(name, state))
        for name in found
    )
