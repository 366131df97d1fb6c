"""Puts what was read of the service catalogue into the tables of the model; asks nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd

from loaders.sources._ptv_areas import Area, relations
from loaders.sources._ptv_records import Book
from loaders.sources._rows import table_frame
from loaders.tables import (
    ORGANISATION_AREAS,
    ORGANISATION_RECORDS,
    ORGANISATION_TARGET_GROUPS,
    SERVICE_LOCATIONS,
    SERVICE_SERVICE_CLASSES,
    SERVICE_TARGET_GROUPS,
    SERVICES,
    Table,
)

GROUPS = frozenset({"KR1.1", "KR1.2", "KR1.3", "KR1.4", "KR1.5", "KR1.6"})
"""The catalogue's target groups that are groups of ours.

KR1 (citizens), KR2 and KR3 (businesses, authorities) with what is under them are not: they stay in
the table of the services' own codes.
"""

GROUPS_OF_CLASSES: Mapping[str, str] = {
    "P4.11": "X.maahanmuuttajat",  # Kotouttaminen
    "P22.2": "X.maahanmuuttajat",  # Maahanmuuttajan työskentely ja opiskelu
    "P10.6": "X.tyottomat",  # Työttömän tuet ja etuudet
    "P10.8": "X.tyottomat",  # Työttömien järjestöt ja vertaistuki
}
"""Service classes whose name tells one of our own groups beyond doubt.

Left out where a name tells two groups or a topic rather than people: P5.7 (substance use or mental
health), P5.14 (home nursing or informal care), P4.8 and P10.7 (getting work), P7.5 (reporting
crimes), P7.10 (minorities of any kind), P22 with P22.1 and P22.4 (also those who move away).
"""


def catalogue_frames(
    book: Book,
    *,
    address: Callable[[str, str], str],
    region_codes: Collection[str],
    regions_of_county: Mapping[str, tuple[str, ...]],
) -> dict[str, pd.DataFrame]:
    """Make the frames of every table that the catalogue gives.

    Parameters
    ----------
    book
        What was read; takes the surprises of areas that cannot be placed.
    address
        Where a record can be read, by its kind and identifier.
    region_codes
        The regions asked for.
    regions_of_county
        Wellbeing services county to the regions it lies in.

    Returns
    -------
    dict
        Table name to frame, rows in the order of their keys. An organisation works where it or one
        of its services says so, and serves whom its services serve.
    """

    def placed(area: Area) -> set[tuple[str, str]]:
        return relations(
            area,
            region_codes=region_codes,
            seen=book.regions_seen,
            regions_of_county=regions_of_county,
            aside=book.aside,
        )

    works = {record_id: placed(one.area) for record_id, one in book.organisations.items()}
    serves: dict[str, set[str]] = {record_id: set() for record_id in book.organisations}
    for service in book.services.values():
        places = placed(service.area)
        groups = GROUPS & set(service.groups)
        groups |= {GROUPS_OF_CLASSES[code] for code in service.classes if code in GROUPS_OF_CLASSES}
        for identifier in service.organisations:
            works[f"ptv:{identifier}"] |= places
            serves[f"ptv:{identifier}"] |= groups
    return {
        ORGANISATION_RECORDS.name: _sorted(ORGANISATION_RECORDS, _records(book, address)),
        ORGANISATION_AREAS.name: _sorted(
            ORGANISATION_AREAS,
            [
                {"organisation_id": owner, "relation": relation, "area_code": code}
                for owner, found in works.items()
                for relation, code in found
            ],
        ),
        ORGANISATION_TARGET_GROUPS.name: _sorted(
            ORGANISATION_TARGET_GROUPS,
            [
                {"organisation_id": owner, "target_group_code": code}
                for owner, codes in serves.items()
                for code in codes
            ],
        ),
        SERVICES.name: _sorted(SERVICES, _services(book, address)),
        SERVICE_TARGET_GROUPS.name: _sorted(
            SERVICE_TARGET_GROUPS,
            [
                {"service_id": one.record_id, "target_group_code": code, "is_inherited": inherited}
                for one in book.services.values()
                for code, inherited in one.groups.items()
            ],
        ),
        SERVICE_SERVICE_CLASSES.name: _sorted(
            SERVICE_SERVICE_CLASSES,
            [
                {"service_id": one.record_id, "service_class_code": code, "is_inherited": inherited}
                for one in book.services.values()
                for code, inherited in one.classes.items()
            ],
        ),
        SERVICE_LOCATIONS.name: _sorted(SERVICE_LOCATIONS, _locations(book, address)),
    }


def _records(book: Book, address: Callable[[str, str], str]) -> list[dict[str, Any]]:
    return [
        {
            "record_id": one.record_id,
            "source_id": book.aside.source_id,
            "name": one.names.name,
            "name_sv": one.names.name_sv,
            "other_names": " | ".join(one.names.others) or None,
            "business_id": one.business_id,
            "homepage": one.homepage,
            "languages": " ".join(one.names.languages),
            "source_url": address("Organization", one.id),
            "source_date": one.day,
        }
        for one in book.organisations.values()
    ]


def _services(book: Book, address: Callable[[str, str], str]) -> list[dict[str, Any]]:
    return [
        {
            "service_id": one.record_id,
            "organisation_id": f"ptv:{one.organisations[0]}",
            **{f"name_{language}": name for language, name in one.names.items()},
            "reach": one.area.reach,
            "charge": one.charge,
            "languages": " ".join(one.languages) or None,
            "source_url": address("Service", one.id),
            "source_date": one.day,
        }
        for one in book.services.values()
    ]


def _locations(book: Book, address: Callable[[str, str], str]) -> list[dict[str, Any]]:
    return [
        {
            "location_id": one.record_id,
            "organisation_id": f"ptv:{one.organisation}",
            "name_fi": one.names.get("fi"),
            "name_sv": one.names.get("sv"),
            "municipality_code": one.municipality_code,
            "postcode": one.postcode,
            "northing_m": one.northing_m,
            "easting_m": one.easting_m,
            "source_url": address("ServiceChannel", one.id),
            "source_date": one.day,
        }
        for one in book.places.values()
    ]


def _sorted(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The table's frame, by its key, so that two readings can be compared."""
    return table_frame(table, sorted(rows, key=lambda row: [row[key] for key in table.keys]))
