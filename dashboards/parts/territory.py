"""In which municipalities of its area a board has members: sentences and a table."""

from __future__ import annotations

import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.texts import number
from dashboards.view import View
from geo.territory import board_territory, territory_totals


def territory_part(view: View) -> pn.pane.HTML:
    """The members of a board by municipality; of a municipality's board that it does not apply."""
    return view.html(lambda: _territory(view) if view.state.board else "", "board")


def _territory(view: View) -> str:
    store, board_id = view.store, str(view.state.board)
    levels = store["boards"].set_index("board_id")["level"]
    if levels[board_id] == "municipality":
        return view.render("territory.html", totals=None)
    model = (
        board_id,
        store["boards"],
        store["seats"],
        store["organisation_areas"],
        store["municipalities"],
    )
    names = store.name_of(view.lang)
    territory = board_territory(*model).sort_values(
        ["domiciled_seats", "stated_seats", "population", "municipality_code"],
        ascending=[False, False, False, True],
    )
    return view.render(
        "territory.html",
        totals=territory_totals(*model),
        table=HtmlTable(
            id="territory",
            caption=view.text("territory.caption"),
            columns=[
                Column(heading=view.text("column.municipality")),
                Column(heading=view.text("column.standing")),
                Column(heading=view.text("territory.column.domiciled"), is_number=True),
                Column(heading=view.text("territory.column.stated"), is_number=True),
                Column(heading=view.text("column.residents"), is_number=True),
            ],
            rows=[
                (
                    names[row.municipality_code],
                    view.text(f"territory.standing.{row.standing}"),
                    number(row.domiciled_seats, view.lang),
                    number(row.stated_seats, view.lang),
                    number(row.population, view.lang),
                )
                for row in territory.itertuples(index=False)
            ],
            empty=view.text("empty.municipalities"),
        ),
    )
