"""The tables of readings: in how many each municipality is a gap, and each reading by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboards.export.table_content import TEXT, WHOLE, YES_NO, TableBuilder
from dashboards.texts import text
from geo.sensitivity import CHOICES, READINGS


def sensitivity(builder: TableBuilder) -> None:
    """In how many readings each municipality is a gap, most gaps first, then most residents."""
    scope, store = builder.scope, builder.scope.store
    columns = ["municipality_code", "population", "ladder"]
    rows = pd.DataFrame(scope.municipalities[columns]).merge(
        store.analysis.gap_sensitivity, on="municipality_code"
    )
    rows = rows.sort_values(
        ["gaps", "population", "municipality_code"], ascending=[False, False, True]
    )
    codes = rows["municipality_code"]
    builder.municipality(codes)
    readings = store.analysis.gap_readings
    cells = {code: own.tolist() for code, own in readings.groupby("municipality_code")["is_gap"]}
    numbered = {
        state: [_numbers(cells[code], state) for code in codes] for state in ("gap", "unknown")
    }
    builder.add("gap_in", WHOLE, rows["gaps"], unit="of_readings")
    builder.add("gap_in_unknown", WHOLE, rows["unknown"], unit="of_readings")
    builder.add("gap_readings", TEXT, numbered["gap"])
    builder.add("gap_readings_unknown", TEXT, numbered["unknown"])
    flipping = [
        None
        if pd.isna(row["verdict"])
        else builder.said("sensitivity.flips_none")
        if pd.isna(row["flipping"])
        else ", ".join(builder.words(row["flipping"].split(","), "sensitivity.choice.{}"))
        for row in rows.to_dict("records")
    ]
    builder.add("flipping", TEXT, flipping, heading="sensitivity.column_flipping")
    most = rows[[f"flips_{choice}" for choice in CHOICES]].max(axis=1)
    builder.add("flips", WHOLE, most, unit="of_pairs")
    builder.add("residents", WHOLE, rows["population"], heading="column.residents", unit="persons")
    builder.coded("ladder", rows["ladder"], "ladder.{}.name", heading="column.ladder")
    verdicts = rows["verdict"].fillna("open")
    builder.coded("verdict", verdicts, "export_table.verdict.{}", is_shown=False)
    for choice in CHOICES:
        heading = {
            lang: text(
                "export_table.flips_heading",
                lang,
                choice=text(f"sensitivity.choice.{choice}", lang),
            )
            for lang in builder.langs
        }
        builder.add(
            f"flips_{choice}",
            WHOLE,
            rows[f"flips_{choice}"],
            heading=heading,
            meaning="flips",
            unit="of_pairs",
            is_shown=False,
        )
    for place in range(len(READINGS)):
        heading = {
            lang: text("export_table.reading_heading", lang, n=place + 1) for lang in builder.langs
        }
        builder.add(
            f"reading_{place + 1}",
            YES_NO,
            [cells[code][place] for code in codes],
            heading=heading,
            meaning="reading",
            is_shown=False,
        )
    builder.remark("export_table.remark.readings")


def _numbers(cells: Sequence[Any], wanted: str) -> str | None:
    """The numbers of the readings in a state: 1–4, 7; None for none."""
    states = ["unknown" if pd.isna(cell) else "gap" if cell else "none" for cell in cells]
    found = np.flatnonzero([state == wanted for state in states]) + 1
    runs = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
    parts = [
        str(run[0]) if len(run) == 1 else f"{run[0]}\N{EN DASH}{run[-1]}"
        for run in runs
        if len(run)
    ]
    return ", ".join(parts) or None


def readings(builder: TableBuilder) -> None:
    """Every reading with its number, its options and the gaps of the area in it."""
    scope = builder.scope
    towns = scope.municipalities[["municipality_code", "population"]]
    rows = scope.store.analysis.gap_readings.merge(pd.DataFrame(towns), on="municipality_code")
    found = []
    for options in READINGS:
        is_reading = (rows[list(CHOICES)] == list(options)).all(axis=1)
        own = rows.loc[is_reading & rows["is_gap"].fillna(False), "population"]
        found.append((len(own), own.sum(skipna=False)))
    builder.add(
        "reading_number", WHOLE, range(1, len(READINGS) + 1), heading="sensitivity.column_number"
    )
    for place, choice in enumerate(CHOICES):
        heading = {
            lang: text(f"sensitivity.choice.{choice}", lang).capitalize() for lang in builder.langs
        }
        chosen = [reading[place] for reading in READINGS]
        builder.coded(
            f"choice_{choice}",
            chosen,
            "sensitivity.option.{}",
            heading=heading,
            meaning="reading_choice",
        )
    builder.add("gaps", WHOLE, [count for count, _ in found], heading="sensitivity.column_gaps")
    builder.add(
        "residents_in_gaps",
        WHOLE,
        [people for _, people in found],
        heading="column.residents",
        unit="persons",
    )
