"""The tables of organisations: who they are, where they work, whom they serve."""

from __future__ import annotations

import pandera.pandas as pa

from loaders.tables.columns import (
    A_DATE,
    AREA_CODE,
    BUSINESS_ID,
    NON_NEGATIVE,
    WEB_ADDRESS,
    Table,
    column,
    municipality_code,
    optional,
    partial_date,
    source_url,
    text,
)

AREA_RELATIONS = ("domiciled", "stated", "regional", "national")
"""How an organisation belongs to an area: seat, stated place of work, reach."""

LEGAL_FORMS = ("association", "foundation", "cooperative", "religious", "company", "other")
"""What an organisation is before the law; ``association`` is a registered one (ry, rf)."""

REGISTER_STATES = ("registered", "removed", "liquidation", "bankrupt", "ceased")
"""What a register says of an organisation; none of them says that it is active."""

REGISTER_NUMBER = r"^\d{1,7}$"

ORGANISATIONS = Table(
    name="organisations",
    title="Organisations",
    description="NGOs seen in public sources: far from all that exist.",
    columns={
        "organisation_id": text("Identifier", unique=True),
        "name": text("Name"),
        "name_sv": optional("Name in Swedish"),
        "business_id": optional(
            "Business identity code",
            pa.Check.str_matches(BUSINESS_ID),
            description="Y-tunnus with its check digit, where one was seen",
        ),
        "register_number": optional(
            "Number in the register of associations",
            pa.Check.str_matches(REGISTER_NUMBER),
            description="Digits only, without the dot that is written before the last three",
        ),
        "region_code": optional(
            "Region of collection",
            pa.Check.str_matches(AREA_CODE),
            description="The region whose sources named the organisation; says nothing of its "
            "seat, and is empty where a source of the whole country did",
        ),
        "sector": optional("Field of work, in the words of the source"),
        "is_umbrella": column("boolean", "Umbrella organisation", nullable=True),
        "homepage": optional("Home page", pa.Check.str_matches(WEB_ADDRESS)),
        "legal_form": optional("Legal form", pa.Check.isin(LEGAL_FORMS)),
        "industry_code": optional(
            "Industry", pa.Check.str_matches(r"^\d{2,5}$"), description="Code of TOL"
        ),
        "purpose_class": optional("Purpose class", pa.Check.str_matches(r"^[1-9]$")),
        "status": optional("State in the registers", pa.Check.isin(REGISTER_STATES)),
        "source_url": source_url(),
        "source_date": optional("Date or years of the source, as given"),
        "source_year": column("Int64", "Last year the source tells of", nullable=True),
        "note": optional("What the source says"),
    },
    keys=("organisation_id",),
    links={
        "region_code": ("areas", "code"),
        "purpose_class": ("purpose_classes", "purpose_class"),
    },
    sources=(
        "jarjestokartta_collection",
        "ptv_organisations",
        "prh_companies",
        "association_register",
    ),
)

ORGANISATION_AREAS = Table(
    name="organisation_areas",
    title="Places of organisations",
    description="Seat, stated places of work and reach, kept apart; no row where nothing is known.",
    columns={
        "organisation_id": text("Organisation"),
        "relation": text("Relation", pa.Check.isin(AREA_RELATIONS)),
        "area_code": text(
            "Area code",
            pa.Check.str_matches(r"^(\d{3}|\d{2}|FI)$"),
            description="Municipality code for domiciled and stated, region code for regional, "
            "FI for national",
        ),
    },
    keys=("organisation_id", "relation", "area_code"),
    links={"organisation_id": ("organisations", "organisation_id")},
    sources=("jarjestokartta_collection", "ptv_organisations", "association_register"),
)

ORGANISATION_TARGET_GROUPS = Table(
    name="organisation_target_groups",
    title="Target groups of organisations",
    description="Whom an organisation serves: from its services, or read by the collector.",
    columns={
        "organisation_id": text("Organisation"),
        "target_group_code": text("Target group"),
    },
    keys=("organisation_id", "target_group_code"),
    links={
        "organisation_id": ("organisations", "organisation_id"),
        "target_group_code": ("target_groups", "target_group_code"),
    },
    sources=("jarjestokartta_collection", "ptv_organisations"),
)

TARGET_GROUPS = Table(
    name="target_groups",
    title="Target groups",
    description="Codes of the national service catalogue and our X. extensions.",
    columns={
        "target_group_code": text("Code", unique=True),
        "scheme": text("Scheme", pa.Check.isin(["ptv", "own"])),
        "parent": optional("Parent code"),
        "name_fi": text("Name in Finnish"),
        "name_sv": text("Name in Swedish"),
        "name_en": text("Name in English"),
        "age_from": column("Int64", "Youngest age", NON_NEGATIVE, nullable=True, unit="years"),
        "age_to": column("Int64", "Oldest age", NON_NEGATIVE, nullable=True, unit="years"),
        "is_general": column(
            "boolean",
            "General group",
            description="Everyone: left out of representation shares unless asked for",
        ),
        "note": optional("Note"),
    },
    keys=("target_group_code",),
    links={},
    sources=("ptv_target_groups", "jarjestokartta_collection"),
)

PURPOSE_CLASSES = Table(
    name="purpose_classes",
    title="Purpose classes of associations",
    description="The nine main classes of the register of associations; many are unclassified.",
    columns={
        "purpose_class": text("Code", pa.Check.str_matches(r"^[1-9]$"), unique=True),
        "name_fi": text("Name in Finnish"),
        "name_sv": text("Name in Swedish"),
        "name_en": text("Name in English"),
    },
    keys=("purpose_class",),
    links={},
    sources=("prh_purpose_classes",),
)

ORGANISATION_RECORDS = Table(
    name="organisation_records",
    title="Records of organisations",
    description="What each source says of an organisation, before its records are put together.",
    columns={
        "record_id": text(
            "Identifier", unique=True, description="The source's id, a colon, its own identifier"
        ),
        "organisation_id": optional(
            "Organisation", description="The organisation that the record is of; empty until merged"
        ),
        "source_id": text("Source"),
        "name": text("Name"),
        "name_sv": optional("Name in Swedish"),
        "other_names": optional(
            "Other names", description="Parallel, auxiliary and earlier names, joined by ' | '"
        ),
        "business_id": optional("Business identity code", pa.Check.str_matches(BUSINESS_ID)),
        "register_number": optional(
            "Number in the register of associations", pa.Check.str_matches(REGISTER_NUMBER)
        ),
        "municipality_name": optional("Domicile, as the source names it"),
        "municipality_code": municipality_code(
            "Domicile today", nullable=True, description="Seat; empty where the source tells none"
        ),
        "postcode": optional("Postal code", pa.Check.str_matches(r"^\d{5}$")),
        "address_municipality_code": municipality_code(
            "Municipality of the address",
            nullable=True,
            description="Where post is taken; says nothing of the seat",
        ),
        "legal_form": optional("Legal form", pa.Check.isin(LEGAL_FORMS)),
        "industry_code": optional("Industry", pa.Check.str_matches(r"^\d{2,5}$")),
        "purpose_class": optional("Purpose class", pa.Check.str_matches(r"^[1-9]$")),
        "status": optional("State in the register", pa.Check.isin(REGISTER_STATES)),
        "registered": partial_date("Registered"),
        "homepage": optional("Home page", pa.Check.str_matches(WEB_ADDRESS)),
        "languages": optional("Languages", description="ISO codes, joined by a space"),
        "source_url": source_url(),
        "source_date": partial_date("Last changed at the source"),
    },
    keys=("record_id",),
    links={"organisation_id": ("organisations", "organisation_id")},
    sources=(
        "jarjestokartta_collection",
        "ptv_organisations",
        "prh_companies",
        "association_register",
    ),
    is_embedded=False,
)

ORGANISATION_DECISIONS = Table(
    name="organisation_decisions",
    title="Decisions on organisations",
    description="What a person decided on two records: that they are one organisation, or are not.",
    columns={
        "record_a": text("Record"),
        "record_b": text("Other record", description="Sorts after the first"),
        "decision": text("Decision", pa.Check.isin(["same", "different"])),
        "decided": text("Decided on", A_DATE),
        "note": optional("Why"),
    },
    keys=("record_a", "record_b"),
    links={},
    sources=("jarjestokartta_collection",),
    is_embedded=False,
)
