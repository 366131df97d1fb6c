"""The funnel from the people to the seats as a table, and that of a board."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.parts.people import basis_text
from dashboards.store import Store
from dashboards.texts import MISSING, number, percent
from dashboards.view import View
from geo.boards import board_area
from geo.funnel import STAGES, funnel
from geo.shares import shown_groups


def funnel_part(view: View) -> pn.pane.HTML:
    """The funnel of the chosen board, with what it rests on."""
    return view.html(lambda: _board_funnel(view) if view.state.board else "", "board")


def funnel_table(view: View, frame: pd.DataFrame, *, id: str = "funnel") -> str:
    """A funnel as HTML: shares and steps by group, who falls out, which stages have no data.

    Parameters
    ----------
    view
        Gives the language and the names of the groups.
    frame
        As `geo.funnel.funnel` gives it, of stages of `geo.funnel.STAGES`.
    id
        The id of the table, one a page.
    """
    return view.render("funnel_table.html", **_told(view, frame, id))


def _told(view: View, frame: pd.DataFrame, table_id: str) -> dict[str, Any]:
    """What the template of a funnel shows."""
    names = view.store.group_names(view.lang)
    stages = list(dict.fromkeys(frame["stage"]))
    has_figure = frame["value"].notna().groupby(frame["target_group_code"], sort=False).any()
    # Organisations are only those seen here: a zero of them does not say that there are none.
    none_known = frame.loc[
        (frame["stage"] == "organisations") & (frame["value"] == 0).fillna(False),
        "target_group_code",
    ]
    fallen = {
        stage: [
            names[code]
            for code in frame.loc[
                (frame["stage"] == stage) & (frame["event"] == "falls_out"), "target_group_code"
            ]
        ]
        for stage in stages[1:]
        if stage != "organisations"
    }
    columns = [Column(heading=view.text("column.target_group"))]
    for place, stage in enumerate(stages):
        if place:
            columns.append(Column(heading=view.text("funnel.step"), is_number=True))
        columns.append(Column(heading=view.text(f"funnel.stage.{stage}"), is_number=True))
    by_group = {
        code: rows.set_index("stage")
        for code, rows in frame.groupby("target_group_code", sort=False)
    }
    return {
        "has_steps": len(stages) > 1,
        "fallen": {stage: listed for stage, listed in fallen.items() if listed},
        "left_out": [stage for stage in STAGES if stage not in stages],
        "none_known": [names[code] for code in none_known],
        "idle": [names[code] for code, is_told in has_figure.items() if not is_told],
        "table": HtmlTable(
            id=table_id,
            caption=view.text("funnel.caption"),
            columns=columns,
            rows=[
                (names[code], *_cells(view, by_group[code], stages))
                for code in has_figure.index[has_figure]
            ],
            empty=view.text("funnel.empty"),
        ),
    }


def _cells(view: View, rows: pd.DataFrame, stages: Sequence[str]) -> list[str]:
    """The cells of one group: a share at each stage, and before all but the first the step."""
    cells = []
    for place, stage in enumerate(stages):
        row = rows.loc[stage]
        if place:
            cells.append(_step(view, row, rows.loc[stages[place - 1]]))
        is_nought = pd.isna(row["share"]) and pd.notna(row["value"])
        cells.append(
            number(row["value"], view.lang)
            if is_nought
            else percent(row["share"], view.lang, decimals=1)
        )
    return cells


def _step(view: View, row: pd.Series, before: pd.Series) -> str:
    """How a share changes: its factor with the logarithm, or in words where it has none.

    The factor is of the groups with a figure at both stages: where their shares are not those
    of the table's columns, they are written out before it.
    """
    if pd.notna(row["event"]):
        is_seen_only = row["event"] == "falls_out" and row.name == "organisations"
        return view.text(f"funnel.event.{'none_known' if is_seen_only else row['event']}")
    if pd.isna(row["log_loss"]):
        return MISSING
    loss = float(row["log_loss"])
    factor = view.text(
        "funnel.factor",
        factor=number(math.exp(loss), view.lang, decimals=2),
        loss=number(loss, view.lang, decimals=2),
    )
    pairs = ((row["share_before"], before["share"]), (row["share_after"], row["share"]))
    if all(math.isclose(of_both, shown, rel_tol=1e-9) for of_both, shown in pairs):
        return factor
    return view.text(
        "funnel.compared",
        before=percent(row["share_before"], view.lang, decimals=1),
        after=percent(row["share_after"], view.lang, decimals=1),
        factor=factor,
    )


def board_funnel(store: Store, board_id: str) -> pd.DataFrame:
    """From the residents of a board's area to its seats, as far as they are known."""
    groups = _groups(store)
    people = _people(store, board_id)
    # One municipality that is not known makes the sum unknown, not smaller.
    residents = people.groupby("target_group_code", sort=False)["residents"].agg(
        lambda residents: residents.sum(skipna=False)
    )
    represented = store.representation(board_id).set_index("target_group_code")
    return funnel(
        {
            "population": residents.reindex(groups),
            "organisations": represented["organisation_parts"],
            "voters": None,
            "nominees": None,
            # On a board not known in full a group that is not seen may well have a seat.
            "elected": represented["seats"] if _is_complete(store, board_id) else None,
        }
    )


def _groups(store: Store) -> pd.Series:
    return shown_groups(store["target_groups"])["target_group_code"]


def _people(store: Store, board_id: str) -> pd.DataFrame:
    """Residents of the groups' ages in the board's area, a row per municipality and group."""
    level, code = board_area(board_id, store["boards"])
    towns = store["municipalities"]
    inside = towns.loc[towns[f"{level}_code"] == code, "municipality_code"]
    people = store.analysis.group_residents
    is_here = people["municipality_code"].isin(inside)
    return people[is_here & people["target_group_code"].isin(_groups(store))]


def _is_complete(store: Store, board_id: str) -> bool:
    """Whether all of the board is known; what is not known to be so is not."""
    known = store.boards.set_index("board_id").loc[board_id, "is_complete"]
    return pd.notna(known) and bool(known)


def _board_funnel(view: View) -> str:
    store, board_id = view.store, str(view.state.board)
    people = _people(store, board_id)
    is_told = people["residents"].notna()
    known = people["residents"].notna().groupby(people["target_group_code"]).all()
    return view.render(
        "funnel.html",
        is_complete=_is_complete(store, board_id),
        basis=basis_text(people[is_told], view.lang),
        without=[
            store.group_names(view.lang)[group]
            for group in _groups(store)
            if not known.get(group, False)
        ],
        **_told(view, board_funnel(store, board_id), "funnel"),
    )
