"""The tables beside the organisations: indicators, grants, model pages, and what has changed."""

from __future__ import annotations

import pandera.pandas as pa

from loaders.tables.columns import (
    BUSINESS_ID,
    NON_NEGATIVE,
    Table,
    column,
    municipality_code,
    optional,
    partial_date,
    source_url,
    text,
)

INDICATORS = Table(
    name="indicators",
    title="Indicators",
    description="Figures on municipalities that show the need; context, never a gap.",
    columns={
        "indicator_id": text("Identifier", unique=True),
        "name_fi": text("Name in Finnish"),
        "name_sv": optional("Name in Swedish"),
        "name_en": optional("Name in English"),
        "producer": optional("Producer of the figure"),
        "value_type": optional("What the value is, as the source codes it (PER1000, ...)"),
        "decimals": column("Int64", "Decimals", NON_NEGATIVE, nullable=True),
        "first_year": column("Int64", "First year of the series", nullable=True, unit="year"),
        "last_year": column("Int64", "Last year of the series", nullable=True, unit="year"),
        "source_url": source_url(),
        "source_date": partial_date("Last changed at the source"),
    },
    keys=("indicator_id",),
    links={},
    sources=("sotkanet_indicators",),
    is_embedded=False,
)

INDICATOR_VALUES = Table(
    name="indicator_values",
    title="Values of indicators",
    description="One figure a municipality and year; a figure that is not known has no row.",
    columns={
        "indicator_id": text("Indicator"),
        "municipality_code": municipality_code(),
        "year": column("Int64", "Year", unit="year"),
        "value": column("Float64", "Value"),
    },
    keys=("indicator_id", "municipality_code", "year"),
    links={
        "indicator_id": ("indicators", "indicator_id"),
        "municipality_code": ("municipalities", "municipality_code"),
    },
    sources=("sotkanet_indicators",),
    is_embedded=False,
)

GRANTS = Table(
    name="grants",
    title="State grants",
    description="What organisations applied for and were granted; 0 granted is a refusal.",
    columns={
        "grant_id": text("Identifier", unique=True),
        "organisation_id": optional("Organisation", description="Empty until matched"),
        "organisation_name": text("Organisation, as the source names it"),
        "business_id": optional("Business identity code", pa.Check.str_matches(BUSINESS_ID)),
        "year": column("Int64", "Year of the grant", unit="year"),
        "purpose": optional("Purpose, in the words of the source"),
        "grant_type": optional("Kind of grant, in the words of the source"),
        "area_name": optional("Area, in the words of the source"),
        "requested_eur": column("Float64", "Applied for", NON_NEGATIVE, nullable=True, unit="EUR"),
        "proposed_eur": column("Float64", "Proposed", NON_NEGATIVE, nullable=True, unit="EUR"),
        "granted_eur": column(
            "Float64",
            "Granted",
            NON_NEGATIVE,
            nullable=True,
            unit="EUR",
            description="Empty before the decision; 0 where the application was refused",
        ),
        "source_url": source_url(),
    },
    keys=("grant_id",),
    links={"organisation_id": ("organisations", "organisation_id")},
    sources=("stea_grants",),
    is_embedded=False,
)

MODEL_PAGES = Table(
    name="model_pages",
    title="Pages on models",
    description="Descriptions of ways of working: title, place, dates and link, never the author.",
    columns={
        "source_url": source_url(),
        "title": text("Title"),
        "place": optional("Where it is used, in the words of the source"),
        "area_name": optional("Municipality, region or county, as the source has it"),
        "municipality_code": municipality_code(
            nullable=True, description="Of the place or area, where it names one; empty otherwise"
        ),
        "created": partial_date("Created"),
        "modified": partial_date("Last changed"),
    },
    keys=("source_url",),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("innokyla_models",),
    is_embedded=False,
)

CHANGES = Table(
    name="changes",
    title="What has changed",
    description="What differs from the snapshot before: found by comparing, without persons.",
    columns={
        "table_name": text("Table"),
        "change": text("Change", pa.Check.isin(["new", "gone", "moved", "changed"])),
        "row_id": text(
            "Row", description="Identifier; of a liaison the municipality and a number, no person"
        ),
        "name": optional("Name", description="Of an organisation or a place, never of a person"),
        "municipality_code": municipality_code(nullable=True),
        "detail": optional("Detail", description="Columns that changed, or the place before"),
    },
    keys=("table_name", "change", "row_id"),
    links={},
    sources=("jarjestokartta_collection",),
    is_embedded=False,
)
