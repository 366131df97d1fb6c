"""Organisations with seats on several boards of the chosen region: sentences and a table."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.texts import number
from dashboards.view import View
from geo.concentration import TOP, concentration, organisation_seats, seat_holders


def concentration_part(view: View) -> pn.pane.HTML:
    """How far the seats of the region gather in few hands."""
    return view.html(lambda: _concentration(view), "region")


def _concentration(view: View) -> str:
    store, region = view.store, str(view.state.region)
    boards = store.boards.assign(body_id=store.analysis.bodies)
    if region:
        boards = boards[boards["region_code"] == region]
    # The board an association has chosen for itself is no body that others give seats on.
    is_own = ~boards["is_public"].astype("boolean").fillna(True).astype(bool)
    boards = boards[~is_own]
    # A term that is not known to have ended may still run.
    current = boards[boards["term"].isin(["in_term", "not_known"])]
    seats = store["seats"]
    several = organisation_seats(boards, seats)
    several = several[several["bodies"] > 1]
    return view.render(
        "concentration.html",
        area=store.area_name("region", region, view.lang)
        if region
        else view.text("choose.region_all"),
        figures=concentration(current, seats),
        top=TOP,
        ever=len(several),
        left_out=int(is_own.sum()),
        table=_table(view, several, boards, seats),
    )


def _table(
    view: View, several: pd.DataFrame, boards: pd.DataFrame, seats: pd.DataFrame
) -> HtmlTable:
    """Who sits on several bodies, also in terms that have ended, and on which boards."""
    held = seats[seats["is_counted"].fillna(False)]
    held = held.assign(holder_key=seat_holders(seats)).merge(
        boards[["board_id", "name", "term"]], on="board_id"
    )
    held = held.drop_duplicates(["holder_key", "board_id"])
    held["said"] = [
        f"{row['name']} ({view.text('term.' + row['term'])})" for _, row in held.iterrows()
    ]
    listed = held.groupby("holder_key")["said"].agg("; ".join)
    return HtmlTable(
        id="concentration",
        caption=view.text("concentration.caption"),
        columns=[
            Column(heading=view.text("concentration.column.organisation")),
            Column(heading=view.text("concentration.column.bodies"), is_number=True),
            Column(heading=view.text("column.seats"), is_number=True),
            Column(heading=view.text("concentration.column.boards")),
        ],
        rows=[
            (
                row.organisation_name,
                number(row.bodies, view.lang),
                number(row.seats, view.lang),
                listed[row.holder_key],
            )
            for row in several.itertuples(index=False)
        ],
        empty=view.text("concentration.empty"),
        note=view.text("concentration.note"),
    )
