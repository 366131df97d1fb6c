"""The tables of places: municipalities, areas, outlines, ages, postal codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely

from loaders.tables.columns import (
    A_DATE,
    AREA_CODE,
    NON_NEGATIVE,
    Table,
    column,
    municipality_code,
    optional,
    text,
)


def _polygonal(shapes: pd.Series) -> pd.Series:
    """Each outline is an area; a point or a line would be drawn, but never be filled."""
    areas = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    return pd.Series(shapely.get_type_id(shapes.to_numpy()), index=shapes.index).isin(areas)


def _in_degrees(shapes: pd.Series) -> pd.Series:
    """Each outline lies on the globe: metres in place of degrees do not."""
    is_off = (np.abs(shapely.bounds(shapes.to_numpy())) > (180, 90, 180, 90)).any(axis=1)
    return pd.Series(~is_off, index=shapes.index)


MUNICIPALITIES = Table(
    name="municipalities",
    title="Municipalities",
    description="The municipalities of the current division, one row each.",
    columns={
        "municipality_code": municipality_code(unique=True),
        "name_fi": text("Name in Finnish"),
        "name_sv": text("Name in Swedish"),
        "region_code": text("Region code", pa.Check.str_matches(AREA_CODE)),
        "wellbeing_county_code": text("Wellbeing county code", pa.Check.str_matches(AREA_CODE)),
        "subregion_fi": text("Sub-region in Finnish"),
        "urban_rural_fi": text("Statistical grouping, urban to rural, in Finnish"),
        "languages": text(
            "Languages",
            pa.Check.isin(["fi", "sv", "fi-sv", "sv-fi"]),
            description="Official languages, the majority's first",
        ),
        "population": column("Int64", "Population", NON_NEGATIVE, unit="persons"),
        "population_year": column("Int64", "Year of the population", unit="year"),
        "land_km2": column("Float64", "Land area", NON_NEGATIVE, nullable=True, unit="km2"),
        "freshwater_km2": column(
            "Float64", "Fresh water area", NON_NEGATIVE, nullable=True, unit="km2"
        ),
        "sea_km2": column("Float64", "Sea area", NON_NEGATIVE, nullable=True, unit="km2"),
    },
    keys=("municipality_code",),
    links={"region_code": ("areas", "code"), "wellbeing_county_code": ("areas", "code")},
    sources=("statfi_municipalities", "statfi_division", "statfi_population", "nls_areas"),
)

AREAS = Table(
    name="areas",
    title="Regions and wellbeing counties",
    description="What municipalities belong to; a region is a row here, never a constant.",
    columns={
        "level": text("Level", pa.Check.isin(["region", "wellbeing_county"])),
        "code": text("Code", pa.Check.str_matches(AREA_CODE)),
        "name_fi": text("Name in Finnish"),
        "name_sv": text("Name in Swedish"),
        "name_en": text("Name in English"),
        "short_name": optional("Name the county uses of itself"),
    },
    keys=("level", "code"),
    links={},
    sources=("statfi_municipalities", "statfi_division"),
)

MUNICIPALITY_CHANGES = Table(
    name="municipality_changes",
    title="Changes of the municipal division",
    description="Former municipalities, former names and moves from region to region.",
    columns={
        "old_code": municipality_code("Code before"),
        "old_name_fi": text("Name before, in Finnish"),
        "old_name_sv": text("Name before, in Swedish"),
        "new_code": municipality_code("Code after"),
        "new_name_fi": text("Name after, in Finnish"),
        "valid_from": text("In force from", A_DATE),
        "kind": text("Kind", pa.Check.isin(["merged", "renamed", "moved_region"])),
        "detail": optional("Detail"),
        "certainty": text("How sure this is", pa.Check.isin(["verified", "general_knowledge"])),
    },
    keys=("old_code", "old_name_fi", "valid_from"),
    links={},
    sources=("statfi_municipalities", "statfi_division"),
)

POPULATION_BY_AGE = Table(
    name="population_by_age",
    title="Population by age",
    description="Inhabitants by age band and sex; the year may be older than that of the totals.",
    columns={
        "municipality_code": municipality_code(),
        "age_from": column("Int64", "Youngest age", NON_NEGATIVE, unit="years"),
        "age_to": column(
            "Int64",
            "Oldest age",
            NON_NEGATIVE,
            nullable=True,
            unit="years",
            description="Oldest age of the band, included; empty where the band is open",
        ),
        "sex": text("Sex", pa.Check.isin(["total", "male", "female"])),
        "population": column("Int64", "Population", NON_NEGATIVE, unit="persons"),
        "year": column("Int64", "Year", unit="year"),
    },
    keys=("municipality_code", "age_from", "sex", "year"),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("statfi_paavo", "statfi_population"),
)

BOUNDARIES = Table(
    name="boundaries",
    title="Municipality outlines",
    description="Generalised, lakes in, sea out, EPSG:4326; for drawing, not for measuring.",
    columns={
        "municipality_code": municipality_code(unique=True),
        "geometry": pa.Column(
            "geometry",
            checks=[
                pa.Check(_polygonal, error="Polygon or MultiPolygon"),
                pa.Check(_in_degrees, error="longitude and latitude in degrees, EPSG:4326"),
            ],
            title="Outline",
            description="MultiPolygon, EPSG:4326, five decimals",
            metadata={"unit": None, "personal": False},
        ),
    },
    keys=("municipality_code",),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("statfi_outlines", "statfi_boundaries"),
)

POSTCODES = Table(
    name="postcodes",
    title="Postal codes",
    description="Postal code to municipality; boxes and parcel lockers are told apart by type.",
    columns={
        "postcode": text("Postal code", pa.Check.str_matches(r"^\d{5}$"), unique=True),
        "name_fi": text("Post office in Finnish"),
        "name_sv": text("Post office in Swedish"),
        "municipality_code": municipality_code(),
        "type_code": text(
            "Type",
            pa.Check.str_matches(r"^[1-8]$"),
            description="1 area, 2 boxes, 3 company, 4 aggregate, 5 reply mail, 6 parcel locker, "
            "7 pick-up, 8 technical (Posti)",
        ),
    },
    keys=("postcode",),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("posti_postcodes",),
)

DIVISION = Table(
    name="division",
    title="Division into municipalities",
    description="What the classification tells of a municipality: its names and what it is in.",
    columns={
        "municipality_code": municipality_code(unique=True),
        "name_fi": text("Name in Finnish"),
        "name_sv": text("Name in Swedish"),
        "region_code": text("Region code", pa.Check.str_matches(AREA_CODE)),
        "wellbeing_county_code": text("Wellbeing county code", pa.Check.str_matches(AREA_CODE)),
        "subregion_fi": text("Sub-region in Finnish"),
        "urban_rural_fi": text("Statistical grouping, urban to rural, in Finnish"),
        "languages": text("Languages", pa.Check.isin(["fi", "sv", "fi-sv", "sv-fi"])),
        "year": column("Int64", "Year of the division", unit="year"),
    },
    keys=("municipality_code",),
    links={},
    sources=("statfi_division",),
    is_embedded=False,
)
