"""How the gaps stand every reasonable reading: in how many a municipality is one, what flips it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.phrases import PAIRS, choices_flipping, gaps_counted
from dashboards.texts import MISSING, number, text
from dashboards.view import View
from geo.sensitivity import CHOICES, FLOOR, READINGS, VERDICTS

CELL, CELL_HEIGHT, STEP, ROW = 10, 11, 13, 15
"""Width and height of a cell of the bar, and the way to the next one and the next row, pixels."""


def sensitivity_part(view: View) -> pn.Column:
    """The four choices, the sums, and a row per municipality of the region, most gaps first."""
    return pn.Column(
        view.html(lambda: _summary(view), "region"),
        view.html(lambda: _table(view), "region"),
        sizing_mode="stretch_width",
        margin=0,
    )


def sensitive_rows(view: View) -> pd.DataFrame:
    """The municipalities of the region, most gaps first, then most residents."""
    store = view.store
    towns = store.overview.loc[
        store.chosen(view.state.region), ["municipality_code", "population", "ladder"]
    ]
    rows = pd.DataFrame(towns).merge(store.analysis.gap_sensitivity, on="municipality_code")
    return rows.sort_values(
        ["gaps", "population", "municipality_code"], ascending=[False, False, True]
    )


def _summary(view: View) -> str:
    rows = sensitive_rows(view)
    verdicts = rows["verdict"].fillna("open")
    named = [*VERDICTS, "open"] if (verdicts == "open").any() else VERDICTS
    return view.render(
        "sensitivity.html",
        readings=len(READINGS),
        choices=CHOICES,
        floor=FLOOR,
        municipalities=len(view.store.municipalities),
        silent=int(((rows["ladder"] == "no_information") & (rows["gaps"] > 0)).sum()),
        verdicts=[
            {
                "name": verdict,
                "municipalities": int((verdicts == verdict).sum()),
                "residents": rows.loc[verdicts == verdict, "population"].sum(skipna=False),
            }
            for verdict in named
        ],
    )


def _table(view: View) -> str:
    lang, names = view.lang, view.store.name_of(view.lang)
    readings = view.store.analysis.gap_readings
    cells = dict(list(readings.groupby("municipality_code")["is_gap"]))
    return view.render(
        "sensitivity_table.html",
        rows=[
            {
                "name": names[row["municipality_code"]],
                "address": view.state.query(view="map", municipality=row["municipality_code"]),
                "paths": _paths(cells[row["municipality_code"]]),
                "cells": _numbered(cells[row["municipality_code"]], lang),
                "counted": gaps_counted(row, lang),
                "flipping": choices_flipping(row, lang),
                "population": row["population"],
                "ladder": row["ladder"],
            }
            for row in sensitive_rows(view).to_dict("records")
        ],
        pairs=PAIRS,
        table=_readings(view),
    )


def _readings(view: View) -> HtmlTable:
    """Every reading with its number, its options and the gaps of the region in it."""
    store, lang = view.store, view.lang
    towns = store.municipalities.loc[
        store.chosen(view.state.region), ["municipality_code", "population"]
    ]
    readings = store.analysis.gap_readings.merge(pd.DataFrame(towns), on="municipality_code")
    rows = []
    for place, options in enumerate(READINGS, start=1):
        is_reading = (readings[list(CHOICES)] == list(options)).all(axis=1)
        people = readings.loc[is_reading & readings["is_gap"].fillna(False), "population"]
        rows.append(
            (
                str(place),
                *(view.text(f"sensitivity.option.{option}") for option in options),
                number(len(people), lang),
                number(people.sum(skipna=False), lang),
            )
        )
    return HtmlTable(
        id="readings",
        caption=view.text("sensitivity.readings_caption"),
        columns=[
            Column(heading=view.text("sensitivity.column_number")),
            *(
                Column(heading=view.text(f"sensitivity.choice.{choice}").capitalize())
                for choice in CHOICES
            ),
            Column(heading=view.text("sensitivity.column_gaps"), is_number=True),
            Column(heading=view.text("column.residents"), is_number=True),
        ],
        rows=rows,
        empty=view.text("empty.municipalities"),
    )


def _paths(is_gap: pd.Series) -> dict[str, str]:
    """The sixteen readings as cells of an SVG, by their number, in two rows."""
    paths = dict.fromkeys(["gap", "none", "unknown", "dots"], "")
    for place, state in enumerate(is_gap.map({True: "gap", False: "none"}).fillna("unknown")):
        x, y = 1 + place % PAIRS * STEP, 1 + place // PAIRS * ROW
        paths[state] += f"M{x} {y}h{CELL}v{CELL_HEIGHT}h-{CELL}z"
        if state == "unknown":
            paths["dots"] += f"M{x + CELL / 2:g} {y + CELL_HEIGHT / 2:g}h0"
    return paths


def _numbered(is_gap: pd.Series, lang: str) -> str:
    """The same in words: the numbers of the readings in which it is a gap, or not known to be."""
    said = text("sensitivity.cells_gap", lang, numbers=_ranges(is_gap.fillna(False)))
    if is_gap.notna().all():
        return said
    unknown = text("sensitivity.cells_unknown", lang, numbers=_ranges(is_gap.isna()))
    return f"{said} {unknown}"


def _ranges(chosen: pd.Series) -> str:
    """The numbers of the chosen readings: 1–4, 7; a dash for none."""
    numbers = np.flatnonzero(chosen.to_numpy(dtype=bool)) + 1
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    parts = [
        str(run[0]) if len(run) == 1 else f"{run[0]}{MISSING}{run[-1]}" for run in runs if len(run)
    ]
    return ", ".join(parts) or MISSING
