"""The shared model: what every table means, column by column; no reading or writing here."""

from __future__ import annotations

from collections.abc import Mapping

from loaders.tables.boards import BOARDS, SEAT_TARGET_GROUPS, SEATS
from loaders.tables.catalogue import (
    SERVICE_CLASSES,
    SERVICE_LOCATIONS,
    SERVICE_SERVICE_CLASSES,
    SERVICE_TARGET_GROUPS,
    SERVICES,
)
from loaders.tables.columns import LANGUAGE_NAMES, Table, is_personal, unit_of
from loaders.tables.context import (
    CHANGES,
    GRANTS,
    INDICATOR_VALUES,
    INDICATORS,
    MODEL_PAGES,
)
from loaders.tables.cooperation import (
    ANSWERS,
    COUNTY_ASKS,
    COUNTY_CRITERIA,
    COUNTY_EVIDENCE,
    CRITERIA,
    EVIDENCE,
    LIAISONS,
)
from loaders.tables.links import register_page
from loaders.tables.organisations import (
    AREA_RELATIONS,
    LEGAL_FORMS,
    ORGANISATION_AREAS,
    ORGANISATION_DECISIONS,
    ORGANISATION_RECORDS,
    ORGANISATION_TARGET_GROUPS,
    ORGANISATIONS,
    PURPOSE_CLASSES,
    REGISTER_STATES,
    TARGET_GROUPS,
)
from loaders.tables.origins import SET_ASIDE, SOURCES
from loaders.tables.places import (
    AREAS,
    BOUNDARIES,
    DIVISION,
    MUNICIPALITIES,
    MUNICIPALITY_CHANGES,
    POPULATION_BY_AGE,
    POSTCODES,
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        MUNICIPALITIES,
        AREAS,
        MUNICIPALITY_CHANGES,
        POPULATION_BY_AGE,
        BOUNDARIES,
        POSTCODES,
        ORGANISATIONS,
        ORGANISATION_AREAS,
        ORGANISATION_TARGET_GROUPS,
        ORGANISATION_RECORDS,
        ORGANISATION_DECISIONS,
        PURPOSE_CLASSES,
        SERVICES,
        SERVICE_TARGET_GROUPS,
        SERVICE_SERVICE_CLASSES,
        SERVICE_CLASSES,
        SERVICE_LOCATIONS,
        LIAISONS,
        EVIDENCE,
        COUNTY_EVIDENCE,
        BOARDS,
        SEATS,
        SEAT_TARGET_GROUPS,
        INDICATORS,
        INDICATOR_VALUES,
        GRANTS,
        MODEL_PAGES,
        TARGET_GROUPS,
        SOURCES,
        SET_ASIDE,
        CHANGES,
    )
}
"""The tables that the dashboard reads, by name."""

PARTS: Mapping[str, Table] = {**TABLES, DIVISION.name: DIVISION}
"""The tables that a source may give: those of the dashboard, and what these are put together from.

In a source's own part ``organisation_id`` holds the record's id (``organisation_records``), and
codes may point to rows that only the whole has; ``geo.assembly`` puts the parts together.
"""

__all__ = [
    "ANSWERS",
    "AREAS",
    "AREA_RELATIONS",
    "BOARDS",
    "BOUNDARIES",
    "CHANGES",
    "COUNTY_ASKS",
    "COUNTY_CRITERIA",
    "COUNTY_EVIDENCE",
    "CRITERIA",
    "DIVISION",
    "EVIDENCE",
    "GRANTS",
    "INDICATORS",
    "INDICATOR_VALUES",
    "LANGUAGE_NAMES",
    "LEGAL_FORMS",
    "LIAISONS",
    "MODEL_PAGES",
    "MUNICIPALITIES",
    "MUNICIPALITY_CHANGES",
    "ORGANISATIONS",
    "ORGANISATION_AREAS",
    "ORGANISATION_DECISIONS",
    "ORGANISATION_RECORDS",
    "ORGANISATION_TARGET_GROUPS",
    "PARTS",
    "POPULATION_BY_AGE",
    "POSTCODES",
    "PURPOSE_CLASSES",
    "REGISTER_STATES",
    "SEATS",
    "SEAT_TARGET_GROUPS",
    "SERVICES",
    "SERVICE_CLASSES",
    "SERVICE_LOCATIONS",
    "SERVICE_SERVICE_CLASSES",
    "SERVICE_TARGET_GROUPS",
    "SET_ASIDE",
    "SOURCES",
    "TABLES",
    "TARGET_GROUPS",
    "Table",
    "is_personal",
    "register_page",
    "unit_of",
]
