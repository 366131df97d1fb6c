"""The tables of boards and their seats, by organisation and never by person."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from loaders.tables.columns import (
    AREA_CODE,
    NON_NEGATIVE,
    Table,
    column,
    municipality_code,
    optional,
    partial_date,
    source_url,
    text,
)


def _municipal_has_municipality(boards: pd.DataFrame) -> pd.Series:
    return (boards["level"] == "municipality") == boards["municipality_code"].notna()


def _county_has_county(boards: pd.DataFrame) -> pd.Series:
    return (boards["level"] == "wellbeing_county") == boards["wellbeing_county_code"].notna()


BOARDS = Table(
    name="boards",
    title="Boards with NGO seats",
    description="Bodies on which NGOs sit, one row a term.",
    columns={
        "board_id": text("Identifier", unique=True),
        "name": text("Name"),
        "level": text("Level", pa.Check.isin(["municipality", "region", "wellbeing_county"])),
        "region_code": text("Region code", pa.Check.str_matches(AREA_CODE)),
        "municipality_code": municipality_code(
            nullable=True, description="Of a municipality's board; three digits"
        ),
        "wellbeing_county_code": optional(
            "Wellbeing county code",
            pa.Check.str_matches(AREA_CODE),
            description="Of a county's board; a region may lie in several counties",
        ),
        "area_name": text("Area, as the source names it"),
        "term_start": partial_date("Term begins"),
        "term_end": partial_date("Term ends"),
        "seats_total": column("Int64", "Seats", NON_NEGATIVE, nullable=True),
        "seats_ngo": column("Int64", "Seats held by NGOs", NON_NEGATIVE, nullable=True),
        "is_public": column(
            "boolean", "Public body", description="No for an association's own board"
        ),
        "appointing_body": optional("Appointed by"),
        "source_url": source_url(),
        "source_date": partial_date("Date of the source"),
        "note": optional("What the source says"),
    },
    keys=("board_id",),
    links={
        "region_code": ("areas", "code"),
        "municipality_code": ("municipalities", "municipality_code"),
        "wellbeing_county_code": ("areas", "code"),
    },
    sources=("jarjestokartta_collection", "seed_documents"),
    checks=(
        pa.Check(
            _municipal_has_municipality,
            error="a board of a municipality has a municipality_code, any other has none",
        ),
        pa.Check(
            _county_has_county,
            error="a board of a wellbeing county has a wellbeing_county_code, any other has none",
        ),
    ),
)

SEATS = Table(
    name="seats",
    title="Seats on boards",
    description="Who sits on a board, by organisation or field; never by person.",
    columns={
        "seat_id": text("Identifier", unique=True),
        "board_id": text("Board"),
        "role": text(
            "Role",
            pa.Check.isin(["chair", "vice_chair", "member", "deputy", "secretary"]),
        ),
        "holder": text(
            "Held by",
            pa.Check.isin(["organisation", "field", "other", "unknown"]),
            description="organisation: named; field: a field of NGOs without a name; other: not an "
            "NGO (municipality, parish); unknown: not shown",
        ),
        "is_counted": column(
            "boolean",
            "One of the board's seats",
            nullable=True,
            description="No for deputies and for secretaries who are no members; empty where the "
            "row may stand for several seats or overlap another row",
        ),
        "organisation_id": optional("Organisation", description="Empty where it is not known"),
        "organisation_name": optional("Organisation, as the source names it"),
        "sector": optional("Field, in the words of the source"),
        "source_url": source_url(),
        "note": optional("What the source says"),
    },
    keys=("seat_id",),
    links={
        "board_id": ("boards", "board_id"),
        "organisation_id": ("organisations", "organisation_id"),
    },
    sources=("jarjestokartta_collection",),
)

SEAT_TARGET_GROUPS = Table(
    name="seat_target_groups",
    title="Target groups of seats",
    description="For whom a seat speaks; a seat without a row is one whose group is not known.",
    columns={
        "seat_id": text("Seat"),
        "target_group_code": text("Target group"),
    },
    keys=("seat_id", "target_group_code"),
    links={
        "seat_id": ("seats", "seat_id"),
        "target_group_code": ("target_groups", "target_group_code"),
    },
    sources=("jarjestokartta_collection",),
)
