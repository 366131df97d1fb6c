"""The tables of the national service catalogue: services, their classes and their places."""

from __future__ import annotations

import pandera.pandas as pa

from loaders.tables.columns import (
    Table,
    column,
    municipality_code,
    optional,
    partial_date,
    source_url,
    text,
)

# A plane in metres that holds Finland and its sea; a point outside it is a mistake.
_NORTHING = (pa.Check.ge(6_550_000), pa.Check.le(7_800_000))
_EASTING = (pa.Check.ge(40_000), pa.Check.le(770_000))

SERVICES = Table(
    name="services",
    title="Services",
    description="Services that organisations describe in the national service catalogue.",
    columns={
        "service_id": text("Identifier", unique=True),
        "organisation_id": text(
            "Organisation", description="Who is responsible, else the first who produces it"
        ),
        "name_fi": optional("Name in Finnish"),
        "name_sv": optional("Name in Swedish"),
        "name_en": optional("Name in English"),
        "reach": text(
            "Reach",
            pa.Check.isin(["municipalities", "regional", "national", "unknown"]),
            description="Municipalities named one by one, a larger area, the whole country",
        ),
        "charge": optional("Charge", pa.Check.isin(["chargeable", "free"])),
        "languages": optional("Languages", description="ISO codes, joined by a space"),
        "source_url": source_url(),
        "source_date": partial_date("Last changed at the source"),
    },
    keys=("service_id",),
    links={"organisation_id": ("organisations", "organisation_id")},
    sources=("ptv_organisations",),
    is_embedded=False,
)

SERVICE_TARGET_GROUPS = Table(
    name="service_target_groups",
    title="Target groups of services",
    description="Whom a service is for, also where its general description alone says so.",
    columns={
        "service_id": text("Service"),
        "target_group_code": text("Target group"),
        "is_inherited": column(
            "boolean", "Inherited", description="Yes where only the general description says so"
        ),
    },
    keys=("service_id", "target_group_code"),
    links={"service_id": ("services", "service_id")},
    sources=("ptv_organisations",),
    is_embedded=False,
)

SERVICE_SERVICE_CLASSES = Table(
    name="service_service_classes",
    title="Classes of services",
    description="What a service is about, also where its general description alone says so.",
    columns={
        "service_id": text("Service"),
        "service_class_code": text("Service class"),
        "is_inherited": column(
            "boolean", "Inherited", description="Yes where only the general description says so"
        ),
    },
    keys=("service_id", "service_class_code"),
    links={"service_id": ("services", "service_id")},
    sources=("ptv_organisations",),
    is_embedded=False,
)

SERVICE_CLASSES = Table(
    name="service_classes",
    title="Service classes",
    description="The national service catalogue's classes, as worded in its release of 2022.",
    columns={
        "service_class_code": text("Code", unique=True),
        "parent": optional("Parent code"),
        "name_fi": text("Name in Finnish"),
        "name_sv": optional("Name in Swedish"),
        "name_en": optional("Name in English"),
    },
    keys=("service_class_code",),
    links={},
    sources=("ptv_target_groups",),
)

SERVICE_LOCATIONS = Table(
    name="service_locations",
    title="Places of services",
    description="Where organisations serve people; points only, no addresses and no persons.",
    columns={
        "location_id": text("Identifier", unique=True),
        "organisation_id": text("Organisation"),
        "name_fi": optional("Name in Finnish"),
        "name_sv": optional("Name in Swedish"),
        "municipality_code": municipality_code(nullable=True),
        "postcode": optional("Postal code", pa.Check.str_matches(r"^\d{5}$")),
        "northing_m": column(
            "Float64", "Northing", *_NORTHING, nullable=True, unit="m (EPSG:3067)"
        ),
        "easting_m": column("Float64", "Easting", *_EASTING, nullable=True, unit="m (EPSG:3067)"),
        "source_url": source_url(),
        "source_date": partial_date("Last changed at the source"),
    },
    keys=("location_id",),
    links={
        "organisation_id": ("organisations", "organisation_id"),
        "municipality_code": ("municipalities", "municipality_code"),
    },
    sources=("ptv_organisations",),
    is_embedded=False,
)
