"""The tables of co-operation: liaisons, and evidence of municipalities and counties."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pandera.pandas as pa

from loaders.tables.columns import (
    AREA_CODE,
    Table,
    column,
    municipality_code,
    optional,
    partial_date,
    source_url,
    text,
)

CRITERIA = (
    "documented_model",
    "forum",
    "seats",
    "liaison",
    "grants",
    "premises",
    "lived_experience",
    "communication",
)
"""The eight criteria of a municipality's profile, in the order they are shown."""

COUNTY_ASKS: Mapping[str, tuple[str, ...]] = {
    "strategy": (
        "strategy_service_paths",
        "strategy_heard",
        "procurement_split",
        "service_vouchers",
    ),
    "structures": ("partnership_structure", "ngo_coordinator", "ngo_council"),
    "means": ("grants_continue", "funding_in_strategy", "premises_lent"),
}
"""SOSTE's three groups of asks; the county's own council of NGOs is a structure."""
COUNTY_CRITERIA = tuple(ask for asks in COUNTY_ASKS.values() for ask in asks)
"""What SOSTE asks of every county, and the county's own council of NGOs."""

ANSWERS = ("yes", "no", "asked_no_answer", "out_of_scope")
"""What a row of evidence can say; a criterion without a row is ``not_asked``."""


def _one_place(frame: pd.DataFrame) -> pd.Series:
    """Each row tells of a municipality or of a region, never of both or neither."""
    return frame["municipality_code"].notna() ^ frame["region_code"].notna()


LIAISONS = Table(
    name="liaisons",
    title="Liaisons of municipalities",
    description="Persons whom municipalities have named for NGOs: personal data.",
    columns={
        "municipality_name": text("Municipality, as the source names it"),
        "municipality_code": municipality_code(
            "Municipality today",
            nullable=True,
            description="Code in today's division; empty until matched",
        ),
        "person_name": text("Name of the liaison", personal=True),
        "email": optional("Work e-mail", personal=True),
        "second_role": optional("Second role", personal=True),
        "warning": optional("What looks odd in the row"),
        "source_url": source_url(),
        "source_date": partial_date("Date of the source"),
    },
    keys=("municipality_name", "person_name"),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("esavo_liaisons", "liaison_list"),
)

EVIDENCE = Table(
    name="evidence",
    title="Evidence of co-operation",
    description="One finding a row on one criterion of a municipality (or of a whole region).",
    columns={
        "evidence_id": text("Identifier", unique=True),
        "municipality_code": municipality_code(nullable=True),
        "region_code": optional(
            "Region code",
            pa.Check.str_matches(AREA_CODE),
            description="Only for findings that tell of the whole region",
        ),
        "criterion": text("Criterion", pa.Check.isin(CRITERIA)),
        "answer": text("Answer", pa.Check.isin(ANSWERS)),
        "year": column("Int64", "Year of the finding", nullable=True, unit="year"),
        "kind": optional("What was found, in the words of the source"),
        "source_url": source_url(),
        "note": optional("What the source says"),
    },
    keys=("evidence_id",),
    links={
        "municipality_code": ("municipalities", "municipality_code"),
        "region_code": ("areas", "code"),
    },
    sources=("jarjestokartta_collection", "teaviisari_answers"),
    checks=(
        pa.Check(_one_place, error="a row tells of a municipality or of a region, not of both"),
    ),
)

COUNTY_EVIDENCE = Table(
    name="county_evidence",
    title="Evidence of counties",
    description="One finding a row against what SOSTE asks of a wellbeing county.",
    columns={
        "wellbeing_county_code": text("Wellbeing county", pa.Check.str_matches(AREA_CODE)),
        "criterion": text("Criterion", pa.Check.isin(COUNTY_CRITERIA)),
        "answer": text("Answer", pa.Check.isin(ANSWERS)),
        "year": column("Int64", "Year of the finding", nullable=True, unit="year"),
        "detail": optional("Detail"),
        "source_url": source_url(),
        "note": optional("What the source says"),
    },
    keys=("wellbeing_county_code", "criterion", "year", "source_url"),
    links={"wellbeing_county_code": ("areas", "code")},
    sources=("jarjestokartta_collection", "seed_documents"),
)
