"""The whole package: every table of the dashboard, from the embedded ones and the parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.assembly.gathered import (
    Aside,
    Parts,
    all_municipalities,
    all_rows,
    joined,
    with_todays_codes,
)
from geo.assembly.organisations import organisations
from geo.assembly.places import places
from geo.matching import assign_municipality
from loaders.tables import EVIDENCE, LIAISONS, MODEL_PAGES, TABLES


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """The tables, and what did not go into them.

    ``tables`` has every table of the model but ``sources`` and ``changes``, which the caller
    knows. ``outside`` counts the rows by table that lie outside the areas asked for; ``set_aside``
    has the columns of the table of that name.
    """

    tables: Mapping[str, pd.DataFrame]
    outside: Mapping[str, int]
    set_aside: pd.DataFrame


def assembled(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    decisions: pd.DataFrame,
    *,
    region_codes: Sequence[str] | None,
) -> Assembled:
    """Put the tables together.

    Parameters
    ----------
    base
        The embedded tables, every one of ``TABLES``.
    parts
        Source id to the frames it gave (``PARTS``); in them ``organisation_id`` is the id of a
        record. What no source gives stays as it is embedded.
    decisions
        ``organisation_decisions``: which records a person called the same, or different.
    region_codes
        The regions wanted; None for every region that is known.

    Returns
    -------
    Assembled
        Input frames are not changed.
    """
    aside = Aside()
    made = places(base, parts, aside, region_codes=region_codes)
    made |= organisations(base, parts, made, decisions, aside, is_national=region_codes is None)
    made["liaisons"] = _liaisons(base, parts, made, aside)
    made["evidence"] = _evidence(base, parts, made, aside)
    made |= _boards(base, made, aside)
    made |= _context(parts, made, aside)
    for name, table in TABLES.items():
        if name not in made and name not in ("sources", "set_aside", "changes"):
            made[name] = base[name] if table.is_embedded else table.empty()
    made["organisation_decisions"] = decisions
    return Assembled(tables=made, outside=dict(aside.outside), set_aside=aside.frame())


def _liaisons(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    made: Mapping[str, pd.DataFrame],
    aside: Aside,
) -> pd.DataFrame:
    """The liaisons of all lists; a list that was read anew stands in place of its old rows."""
    given = all_rows(parts, "liaisons")
    rows = base["liaisons"]
    if given is not None:
        old = rows[~rows["source_url"].isin(given["source_url"])]
        rows = joined([given, old], "liaisons")
    towns, changes = all_municipalities(parts, made), made["municipality_changes"]
    named = assign_municipality(rows, towns, changes=changes, name="municipality_name")
    told = with_todays_codes(rows, towns, changes)["municipality_code"]
    rows = rows.assign(municipality_code=named["municipality_code"].astype("string").fillna(told))
    # Known to lie elsewhere is outside; a place that nobody knows stays, to be seen and mended.
    was_known = base["liaisons"].dropna(subset="municipality_code")["municipality_name"]
    inside = rows["municipality_code"].isin(made["municipalities"]["municipality_code"])
    is_lost = rows["municipality_code"].isna() & ~rows["municipality_name"].isin(was_known)
    rows = aside.inside(rows, "liaisons", inside | is_lost)
    is_again = rows.duplicated(list(LIAISONS.keys))
    for number, url in enumerate(rows.loc[is_again, "source_url"], start=1):
        aside.put("liaisons", f"row {number}", "duplicate", url)
    return rows[~is_again].reset_index(drop=True).astype(LIAISONS.dtypes)


def _evidence(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    made: Mapping[str, pd.DataFrame],
    aside: Aside,
) -> pd.DataFrame:
    """All findings, of the municipalities of today and of the regions asked for."""
    given = all_rows(parts, "evidence")
    rows = base["evidence"] if given is None else joined([base["evidence"], given], "evidence")
    towns = made["municipalities"]
    # What was found in a former municipality says nothing of the one it is part of now.
    is_former = rows["municipality_code"].isin(made["municipality_changes"]["old_code"]) & ~rows[
        "municipality_code"
    ].isin(towns["municipality_code"])
    for row in rows[is_former].itertuples(index=False):
        aside.put("evidence", row.evidence_id, "former_municipality", row.source_url)
    rows = rows[~is_former]
    inside = rows["municipality_code"].isin(towns["municipality_code"]) | rows["region_code"].isin(
        towns["region_code"]
    )
    rows = aside.inside(rows, "evidence", inside).drop_duplicates("evidence_id")
    return rows.sort_values("evidence_id", ignore_index=True).astype(EVIDENCE.dtypes)


def _boards(
    base: Mapping[str, pd.DataFrame], made: Mapping[str, pd.DataFrame], aside: Aside
) -> dict[str, pd.DataFrame]:
    """The boards of the areas, their seats, and what counties were found to do."""
    towns = made["municipalities"]
    boards = with_todays_codes(base["boards"], towns, made["municipality_changes"])
    is_lost = base["boards"]["municipality_code"].notna() & boards["municipality_code"].isna()
    inside = boards["region_code"].isin(towns["region_code"]) & ~is_lost
    inside &= boards["wellbeing_county_code"].isna() | boards["wellbeing_county_code"].isin(
        towns["wellbeing_county_code"]
    )
    boards = aside.inside(boards, "boards", inside)
    seats = made["seats"]
    seats = aside.inside(seats, "seats", seats["board_id"].isin(boards["board_id"]))
    groups = base["seat_target_groups"]
    groups = aside.inside(groups, "seat_target_groups", groups["seat_id"].isin(seats["seat_id"]))
    counties = base["county_evidence"]
    counties = aside.inside(
        counties,
        "county_evidence",
        counties["wellbeing_county_code"].isin(towns["wellbeing_county_code"]),
    )
    made_now = {
        "boards": boards,
        "seats": seats,
        "seat_target_groups": groups,
        "county_evidence": counties,
    }
    return {name: frame.reset_index(drop=True) for name, frame in made_now.items()}


def _context(
    parts: Parts, made: Mapping[str, pd.DataFrame], aside: Aside
) -> dict[str, pd.DataFrame]:
    """Indicators of the municipalities, and the pages on models with their place where known."""
    result = {}
    towns, changes = made["municipalities"], made["municipality_changes"]
    indicators, values = all_rows(parts, "indicators"), all_rows(parts, "indicator_values")
    if indicators is not None and values is not None:
        # Not by today's codes: a former municipality's figure is not that of its successor.
        inside = values["municipality_code"].isin(towns["municipality_code"])
        values = aside.inside(values, "indicator_values", inside)
        result["indicator_values"] = values.reset_index(drop=True)
        result["indicators"] = indicators
    pages = all_rows(parts, "model_pages")
    if pages is not None:
        found = [
            assign_municipality(pages[[column]], towns, changes=changes, name=column)[
                "municipality_code"
            ].astype("string")
            for column in ("area_name", "place")
        ]
        pages = pages.assign(municipality_code=found[0].fillna(found[1]))
        pages = pages.drop_duplicates("source_url")
        result["model_pages"] = pages.reset_index(drop=True).astype(MODEL_PAGES.dtypes)
    return result
