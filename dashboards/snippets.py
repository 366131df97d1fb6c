"""Every table and list of figures has an address: a link, and the Python that gives its rows.

The snippets call the same functions as the page; a test runs each of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from dashboards.markup import render
from dashboards.state import State
from dashboards.store import FILTERS

if TYPE_CHECKING:
    from dashboards.election_results import ElectionChoices

HEAD = """\
from dashboards.store import Store

store = Store.open(){seen}
towns = store.overview[store.chosen({region!r})]
here = set(towns["municipality_code"])
"""

_CONTACTS = "region={region!r}, weigh={weigh!r}, group={group_shown!r}, sharing={sharing!r}"
_BOARD = 'store["boards"], store["seats"]'
_SPOKEN = f'{_BOARD}, store["seat_target_groups"], store["target_groups"]'
_SHOWN = """\
order = ["population", "municipality_code"]
largest = towns.sort_values(order, ascending=[False, True])["municipality_code"].head(60)
cells = store.matrix[store.matrix["municipality_code"].isin(largest)]
"""
_TERMS = f"""\
from dashboards.parts.terms import pair_of
from geo.terms import terms_compared

pair = pair_of(store, {{board!r}}, {{other_board!r}})
compared = terms_compared(*pair, {_SPOKEN})
"""

SNIPPETS: Mapping[str, str] = {
    "sentences-coverage": """\
from geo.coverage import LADDER, gap_totals, state_totals

steps = state_totals(towns["ladder"], towns["population"], order=LADDER)
gaps = gap_totals(towns, towns["population"]).set_index("part")
rows = [towns, *steps.to_dict("records"), gaps.loc["gap"]]
""",
    "sentences-start": """\
choices = {{"region": {region!r}, "weigh": "residents", "group": "", "sharing": "none"}}
found = store.analysis.first_contacts(4, **choices)
rows = [part for part in (found.contacts, found.stand_ins) if len(part)]
""",
    "sentences-groups": """\
groups = store["target_groups"]
special = groups.loc[~groups["is_general"], "target_group_code"]
if {group!r}:
    special = special[special == {group!r}]
cells = store.matrix[store.matrix["municipality_code"].isin(here) & (store.matrix["local"] == 0)]
counts = cells["target_group_code"].value_counts().reindex(special, fill_value=0)
counts = counts.sort_values(ascending=False)
others = counts.iloc[6:]
rows = [*counts.head(6).items(), *([others] if others.sum() else [])]
""",
    "sentences-boards": """\
from geo.representation import groups_without_a_seat

boards = store.boards[store.boards["is_public"] & (store.boards["term"] != "ended")]
if {region!r}:
    boards = boards[boards["region_code"] == {region!r}]
known = boards[boards["is_complete"].fillna(False)]
missing = [groups_without_a_seat(store.representation(board)) for board in known["board_id"]]
if {group!r}:
    missing = [groups[groups["target_group_code"] == {group!r}] for groups in missing]
rows = [known, *(groups for groups in missing if len(groups))]
""",
    "sentences-age": """\
known = towns.dropna(subset="newest_year")
stale = towns[towns["is_stale"].fillna(False)]
silent = towns[towns["findings"] == 0]
rows = [*([known] if len(known) else []), stale, silent]
""",
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
    "ladder-steps": """\
from geo.coverage import LADDER, state_totals

rows = state_totals(towns["ladder"], towns["population"], order=LADDER)
""",
    "gaps-known_step": 'rows = towns[towns["gap_kind"] == "known_step"]\n',
    "gaps-no_information": 'rows = towns[towns["gap_kind"] == "no_information"]\n',
    "gap-kinds": """\
from geo.coverage import gap_totals

totals = gap_totals(towns, towns["population"]).set_index("part")
stale = towns[towns["is_gap"] & towns["is_stale"].fillna(False)]
rows = [totals.loc["known_step"], totals.loc["no_information"], len(stale)]
""",
    "contacts-curve": f"rows = store.analysis.contact_curve(15, {_CONTACTS})\n",
    "contacts-list": f"""\
found = store.analysis.first_contacts({{first}}, {_CONTACTS})
rows = found.contacts
""",
    "sensitivity": """\
sensitivity = store.analysis.gap_sensitivity
rows = sensitivity[sensitivity["municipality_code"].isin(here)]
""",
    "sensitivity-verdicts": """\
from geo.sensitivity import VERDICTS

sensitivity = store.analysis.gap_sensitivity
own = sensitivity[sensitivity["municipality_code"].isin(here)]
counts = own["verdict"].fillna("open").value_counts()
rows = counts.reindex([*VERDICTS, *counts.index.difference(VERDICTS)], fill_value=0)
""",
    "readings": """\
from geo.sensitivity import CHOICES

readings = store.analysis.gap_readings
readings = readings[readings["municipality_code"].isin(here)]
rows = readings.groupby(list(CHOICES))["is_gap"].sum()
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
    "matrix-key": """\
from geo.coverage import STATES

own = store.states[store.states["municipality_code"].isin(here)]
rows = own["state"].value_counts().reindex(STATES, fill_value=0)
""",
    "group-matrix-legend": f"""\
from dashboards.parts.group_matrix import scale

{_SHOWN}classes = scale(store.matrix, reach=store.reach)
rows = classes.codes[cells.index].value_counts().reindex(list(classes.inks), fill_value=0)
""",
    "group-matrix": f"""\
{_SHOWN}rows = cells.pivot(index="municipality_code", columns="target_group_code", values="local")
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
    "councils": """\
states = store.county_states
own = states[states["wellbeing_county_code"].isin(towns["wellbeing_county_code"])]
rows = own[own["criterion"] == "ngo_council"]
""",
    "regional": """\
evidence = store["evidence"]
rows = evidence[evidence["region_code"].isin(towns["region_code"])]
""",
    "representation": "rows = store.representation({board!r})\n",
    "index-figures": """\
from geo.indices import board_indices

figures = board_indices(store.representation({board!r}))
rows = [figures.share_with_seat, figures.rose, figures.gallagher]
""",
    "label-standings": f"""\
from geo.labels import label_coverage
from geo.representation import STANDINGS

covered = label_coverage({{board!r}}, {_SPOKEN})
rows = covered["standing"].value_counts().reindex(STANDINGS, fill_value=0)
""",
    "concentration": """\
from geo.concentration import organisation_seats

boards = store.boards.assign(body_id=store.analysis.bodies)
boards = boards[boards["is_public"].astype("boolean").fillna(True)]
if {region!r}:
    boards = boards[boards["region_code"] == {region!r}]
several = organisation_seats(boards, store["seats"])
rows = several[several["bodies"] > 1]
""",
    "terms-organisations": f"{_TERMS}rows = compared.organisations\n",
    "terms-groups": f"""\
{_TERMS}groups, seen = compared.groups, ["has_seat", "possible_seat"]
rows = groups[groups["standing_earlier"].isin(seen) | groups["standing_later"].isin(seen)]
""",
    "funnel": """\
from dashboards.parts.funnel import board_funnel

frame = board_funnel(store, {board!r}).dropna(subset="value")
rows = frame.pivot(index="target_group_code", columns="stage", values="share")
""",
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
    "similar": """\
similar = store.analysis.similar
rows = similar[(similar["municipality_code"] == {municipality!r}) & (similar["rank"] <= 5)]
""",
    "of-age": """\
groups = store["target_groups"].dropna(subset=["age_from", "age_to"], how="all")
residents = store.analysis.group_residents
own = residents[residents["municipality_code"] == {municipality!r}]
rows = own[own["target_group_code"].isin(groups["target_group_code"])]
""",
    "group-counts": """\
own = store.matrix[store.matrix["municipality_code"] == {municipality!r}]
rows = own[own["local"] > 0]
""",
    "candidates": "rows = store.candidates\n",
    "set-aside": 'rows = store["set_aside"].head(200)\n',
    "tables": "rows = list(store.tables.values())\n",
    "sources": 'rows = store["sources"]\n',
}
"""Id of a table or list on the page to the lines that give its rows, a row of the page each."""


LAB = """\
{reading}
from dashboards.election_results import ElectionChoices, election_results
from dashboards.store import Store

store = Store.open()
given = read_election({nominees}, {ballots}, store=store, approvals={approvals})
results = election_results(given, {choices!r}, store)
rows = results.members
"""
"""What the election lab works out: ``results`` has the frames that its tables show."""


def lab_snippet(choices: ElectionChoices, *, is_example: bool, has_ballots: bool) -> str:
    """The Python that gives an election's results: of the example, or of files of one's own."""
    if is_example:
        names = "EXAMPLE, election_file, read_election"
        reading = f"from dashboards.commands.election_files import {names}"
        nominees, ballots = "election_file(EXAMPLE[0])", "election_file(EXAMPLE[1])"
    else:
        reading = (
            "from pathlib import Path\n\n"
            "from dashboards.commands.election_files import read_election"
        )
        nominees = 'Path("nominees.csv").read_bytes()'
        ballots = 'Path("ballots.csv").read_bytes()' if has_ballots else "None"
    return LAB.format(
        reading=reading,
        nominees=nominees,
        ballots=ballots,
        approvals=choices.approvals,
        choices=choices,
    )


LISTED = re.compile(
    r'<(?:table|ul|ol|dl)(?: class="[^"]*")? id="([\w-]+)"(?: aria-label="([^"]*)")?'
)
"""A table or list of a page with its id, and its name where it has no caption."""


OF_GROUP = ("people-in-gaps", "of-age", "group-counts")
"""What tells of every target group, or of the one chosen alone."""

IN_FILES: Mapping[str, str] = {"organisations-found": "organisations"}
"""Id of a table on the page to that of the same among the files, where it is another."""


def snippet(table_id: str, state: State) -> str:
    """The Python that gives the rows of a table as the state shows them."""
    filters = [
        f"{name}={value!r}"
        for name in FILTERS
        if (value := getattr(state, name)) != state.param[name].default
    ]
    seen = f".seen({', '.join(filters)})" if filters else ""
    choices = {name: getattr(state, name) for name in (*State.CHOICES, "group_shown")}
    lines = SNIPPETS[table_id].format(**choices)
    if state.group and table_id in OF_GROUP:
        lines += f'rows = rows[rows["target_group_code"] == {state.group!r}]\n'
    if "towns" not in lines and "here" not in lines:
        return f"from dashboards.store import Store\n\nstore = Store.open(){seen}\n{lines}"
    return HEAD.format(seen=seen, region=state.region) + lines


def addresses(html: str, state: State) -> str:
    """For each table of a pane that has a snippet: a button to copy its link, and the snippet."""
    found = [(name, said) for name, said in LISTED.findall(html) if name in SNIPPETS]
    return "".join(
        render(
            "address.html",
            str(state.lang),
            id=name,
            # Escaped where it was written; of several addresses it tells which.
            named=Markup(said or _caption(html, name)) if len(found) > 1 else "",  # noqa: S704
            python=snippet(name, state),
            take=_file_address(name, state),
        )
        for name, said in found
    )


def _file_address(table_id: str, state: State) -> str:
    """The address where the table is made a file; an empty text where it cannot be."""
    table = IN_FILES.get(table_id, table_id)
    if table not in state.param.table.objects:
        return ""
    is_of_group = table == "zeros" or (table.startswith("contacts-") and state.weigh == "group")
    group = state.group_shown if is_of_group else str(state.group)
    return state.query(view="files", file="table", table=table, group=group)


def _caption(html: str, table_id: str) -> str:
    """The caption of a table as it stands in the page."""
    found = re.search(rf'<table id="{table_id}".*?<caption><span>(.*?)</span>', html, re.DOTALL)
    return found[1] if found else ""
