"""What the election lab says before any file is given: the known case, and what files must hold."""

from __future__ import annotations

import base64
import math
from typing import Any

import panel as pn
from markupsafe import Markup

from dashboards.commands.election_files import (
    EXAMPLE,
    MAX_BALLOT_ROWS,
    MAX_BYTES,
    MAX_NOMINEES,
    TEMPLATES,
    election_file,
)
from dashboards.election_results import (
    KNOWN_APPROVALS,
    KNOWN_BOARD,
    KNOWN_NOMINEES,
    KNOWN_SOURCE,
    KNOWN_VOTERS,
    known_seats,
)
from dashboards.markup import Column, HtmlTable, table
from dashboards.parts.election_numbers import in_words
from dashboards.view import View

FIELDS = {
    "organisation": True,
    "municipality": False,
    "target_groups": False,
    "votes": False,
    "is_elected": False,
    "sex": False,
    "role": False,
    "nominee_id": False,
}
"""Columns of the list of nominees, in the order of their use, and whether each is needed."""

_DOWNLOADS = {
    "template_nominees": TEMPLATES[0],
    "template_ballots": TEMPLATES[1],
    "example_nominees": EXAMPLE[0],
    "example_ballots": EXAMPLE[1],
}


def case_part(view: View) -> pn.pane.HTML:
    """The one election that is known in part."""
    return view.html(lambda: _case(view))


def lead_part(view: View) -> pn.pane.HTML:
    """What is asked for, and what becomes of it."""
    return view.html(
        lambda: view.render(
            "election_said.html",
            title=view.text("lab.files_title"),
            level=2,
            lines=[view.text("lab.files_lead")],
            flags=[view.text("lab.privacy")],
        )
    )


def files_part(view: View) -> pn.pane.HTML:
    """What the files must hold, and forms to begin with."""
    return view.html(lambda: _files(view))


def _case(view: View) -> str:
    """Nothing where its board is not in the data."""
    store = view.store
    seats = known_seats(store)
    if seats is None:
        return ""
    councils = math.comb(KNOWN_NOMINEES, seats)
    board = store["boards"].set_index("board_id").loc[KNOWN_BOARD]
    sources = store["sources"].set_index("source_id")
    known = KNOWN_SOURCE in sources.index
    return view.render(
        "election_case.html",
        board=board["name"],
        term_start=board["term_start"],
        nominees=KNOWN_NOMINEES,
        voters=KNOWN_VOTERS,
        approvals=KNOWN_APPROVALS,
        seats=seats,
        councils=councils,
        words=in_words(councils, view.lang),
        source=sources.loc[KNOWN_SOURCE, f"title_{view.lang}"] if known else KNOWN_SOURCE,
    )


def _files(view: View) -> str:
    columns = table(
        HtmlTable(
            id="lab-columns",
            caption=view.text("lab.columns_caption"),
            columns=[
                Column(heading=view.text("lab.column_name")),
                Column(heading=view.text("lab.column_needed")),
                Column(heading=view.text("lab.column_use")),
            ],
            rows=[
                (
                    view.text(f"lab.field.{field}"),
                    view.text("lab.needed" if is_needed else "lab.optional"),
                    view.text(f"lab.field_use.{field}"),
                )
                for field, is_needed in FIELDS.items()
            ],
            empty="",
        )
    )
    return view.render(
        "election_files.html",
        columns=Markup(columns),  # noqa: S704 - escaped by the template of tables
        limits={
            "nominees": MAX_NOMINEES,
            "ballots": MAX_BALLOT_ROWS,
            "megabytes": MAX_BYTES // 1_000_000,
        },
        downloads=_downloads(),
    )


def _downloads() -> list[dict[str, Any]]:
    """The forms and the example within the page: no other address is asked for them."""
    files = []
    for key, name in _DOWNLOADS.items():
        body = election_file(name)
        if body is not None:
            content = base64.b64encode(body).decode("ascii")
            address = f"data:text/csv;charset=utf-8;base64,{content}"
            files.append({"key": key, "name": name.rpartition("/")[2], "address": address})
    return files
