"""The shared model: what every table means, column by column; no reading or writing here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely

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

COUNTY_CRITERIA = (
    "strategy_service_paths",
    "strategy_heard",
    "procurement_split",
    "service_vouchers",
    "partnership_structure",
    "ngo_coordinator",
    "ngo_council",
    "grants_continue",
    "funding_in_strategy",
    "premises_lent",
)
"""What SOSTE asks of every county, and the county's own council of NGOs."""

ANSWERS = ("yes", "no", "asked_no_answer", "out_of_scope")
"""What a row of evidence can say; a criterion without a row is ``not_asked``."""

AREA_RELATIONS = ("domiciled", "stated", "regional", "national")
"""How an organisation belongs to an area: seat, stated place of work, reach."""

LANGUAGE_NAMES = (("fi", "Finnish"), ("sv", "Swedish"), ("en", "English"))

MUNICIPALITY_CODE = r"^\d{3}$"
AREA_CODE = r"^\d{2}$"
PARTIAL_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
WEB_ADDRESS = r"^https?://\S+$"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the model: its columns, its key and what it leans on.

    ``keys`` name one row; ``links`` map a column to the ``(table, column)`` it must be found in;
    ``sources`` are ids of the ``sources`` table that every row comes from.
    """

    name: str
    title: str
    description: str
    columns: Mapping[str, pa.Column]
    keys: tuple[str, ...]
    links: Mapping[str, tuple[str, str]]
    sources: tuple[str, ...]
    checks: tuple[pa.Check, ...] = ()

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: closed, ordered and unique by key."""
        return pa.DataFrameSchema(
            dict(self.columns),
            checks=list(self.checks),
            name=self.name,
            title=self.title,
            description=self.description,
            strict=True,
            ordered=True,
            unique=list(self.keys) or None,
        )

    @property
    def file_name(self) -> str:
        """The name of its file: GeoJSON where it has a geometry, else CSV."""
        return f"{self.name}.{'geojson' if 'geometry' in self.columns else 'csv'}"

    @property
    def dtypes(self) -> dict[str, str]:
        """Column to pandas type, as a CSV reader takes it (geometry left out)."""
        return {
            name: str(column.dtype) for name, column in self.columns.items() if name != "geometry"
        }

    @property
    def has_personal_data(self) -> bool:
        """Whether any column tells of a person."""
        return any(is_personal(column) for column in self.columns.values())

    @property
    def personal_columns(self) -> tuple[str, ...]:
        """The columns that tell of a person: left out of every export that did not ask."""
        return tuple(name for name, column in self.columns.items() if is_personal(column))


def is_personal(column: pa.Column) -> bool:
    """Whether the column is marked as personal data."""
    return bool((column.metadata or {}).get("personal"))


def unit_of(column: pa.Column) -> str | None:
    """The unit of the column's values, or None for text, codes and plain counts."""
    return (column.metadata or {}).get("unit")


def _column(
    dtype: str,
    title: str,
    *checks: pa.Check,
    description: str = "",
    nullable: bool = False,
    unique: bool = False,
    unit: str | None = None,
    personal: bool = False,
) -> pa.Column:
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=nullable,
        unique=unique,
        title=title,
        description=description or title,
        metadata={"unit": unit, "personal": personal},
    )


def _text(title: str, *checks: pa.Check, **options: Any) -> pa.Column:
    return _column("string", title, *checks, **options)


def _optional(title: str, *checks: pa.Check, **options: Any) -> pa.Column:
    return _column("string", title, *checks, nullable=True, **options)


def _municipality_code(title: str = "Municipality code", **options: Any) -> pa.Column:
    return _text(
        title,
        pa.Check.str_matches(MUNICIPALITY_CODE),
        description=options.pop("description", "Statistics Finland's three-digit code, as text"),
        **options,
    )


def _source_url(title: str = "Source") -> pa.Column:
    return _text(title, description="Where the row was seen: a web address or a named document")


def _is_date(text: str) -> bool:
    """Whether a year, month or day was ever in the calendar: 2021-02-31 and 2023-13 were not."""
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return re.fullmatch(PARTIAL_DATE, text) is not None


def _are_dates(dates: pd.Series) -> pd.Series:
    return dates.map(lambda date: isinstance(date, str) and _is_date(date)).astype(bool)


A_DATE = pa.Check(_are_dates, error="a date that exists: YYYY, YYYY-MM or YYYY-MM-DD")


def _partial_date(title: str, **options: Any) -> pa.Column:
    return _optional(title, A_DATE, **options)


def _one_place(frame: pd.DataFrame) -> pd.Series:
    """Each row tells of a municipality or of a region, never of both or neither."""
    return frame["municipality_code"].notna() ^ frame["region_code"].notna()


def _municipal_has_municipality(boards: pd.DataFrame) -> pd.Series:
    return (boards["level"] == "municipality") == boards["municipality_code"].notna()


def _county_has_county(boards: pd.DataFrame) -> pd.Series:
    return (boards["level"] == "wellbeing_county") == boards["wellbeing_county_code"].notna()


def _name_tables(names: pd.Series) -> pd.Series:
    """Each is a table of the model, which is looked up when checked: it is not whole here yet."""
    return names.isin(list(TABLES))


def _polygonal(shapes: pd.Series) -> pd.Series:
    """Each outline is an area; a point or a line would be drawn, but never be filled."""
    areas = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    return pd.Series(shapely.get_type_id(shapes.to_numpy()), index=shapes.index).isin(areas)


def _in_degrees(shapes: pd.Series) -> pd.Series:
    """Each outline lies on the globe: metres in place of degrees do not."""
    is_off = (np.abs(shapely.bounds(shapes.to_numpy())) > (180, 90, 180, 90)).any(axis=1)
    return pd.Series(~is_off, index=shapes.index)


NON_NEGATIVE = pa.Check.ge(0)

MUNICIPALITIES = Table(
    name="municipalities",
    title="Municipalities",
    description="The municipalities of the current division, one row each.",
    columns={
        "municipality_code": _municipality_code(unique=True),
        "name_fi": _text("Name in Finnish"),
        "name_sv": _text("Name in Swedish"),
        "region_code": _text("Region code", pa.Check.str_matches(AREA_CODE)),
        "wellbeing_county_code": _text("Wellbeing county code", pa.Check.str_matches(AREA_CODE)),
        "subregion_fi": _text("Sub-region in Finnish"),
        "urban_rural_fi": _text("Statistical grouping, urban to rural, in Finnish"),
        "languages": _text(
            "Languages",
            pa.Check.isin(["fi", "sv", "fi-sv", "sv-fi"]),
            description="Official languages, the majority's first",
        ),
        "population": _column("Int64", "Population", NON_NEGATIVE, unit="persons"),
        "population_year": _column("Int64", "Year of the population", unit="year"),
        "land_km2": _column("Float64", "Land area", NON_NEGATIVE, unit="km2"),
        "freshwater_km2": _column("Float64", "Fresh water area", NON_NEGATIVE, unit="km2"),
        "sea_km2": _column("Float64", "Sea area", NON_NEGATIVE, unit="km2"),
    },
    keys=("municipality_code",),
    links={"region_code": ("areas", "code"), "wellbeing_county_code": ("areas", "code")},
    sources=("statfi_municipalities", "nls_areas"),
)

AREAS = Table(
    name="areas",
    title="Regions and wellbeing counties",
    description="What municipalities belong to; a region is a row here, never a constant.",
    columns={
        "level": _text("Level", pa.Check.isin(["region", "wellbeing_county"])),
        "code": _text("Code", pa.Check.str_matches(AREA_CODE)),
        "name_fi": _text("Name in Finnish"),
        "name_sv": _text("Name in Swedish"),
        "name_en": _text("Name in English"),
        "short_name": _optional("Name the county uses of itself"),
    },
    keys=("level", "code"),
    links={},
    sources=("statfi_municipalities",),
)

MUNICIPALITY_CHANGES = Table(
    name="municipality_changes",
    title="Changes of the municipal division",
    description="Former municipalities, former names and moves from region to region.",
    columns={
        "old_code": _municipality_code("Code before"),
        "old_name_fi": _text("Name before, in Finnish"),
        "old_name_sv": _text("Name before, in Swedish"),
        "new_code": _municipality_code("Code after"),
        "new_name_fi": _text("Name after, in Finnish"),
        "valid_from": _text("In force from", A_DATE),
        "kind": _text("Kind", pa.Check.isin(["merged", "renamed", "moved_region"])),
        "detail": _optional("Detail"),
        "certainty": _text("How sure this is", pa.Check.isin(["verified", "general_knowledge"])),
    },
    keys=("old_code", "old_name_fi", "valid_from"),
    links={},
    sources=("statfi_municipalities",),
)

POPULATION_BY_AGE = Table(
    name="population_by_age",
    title="Population by age",
    description="Inhabitants by age band; its year is older than the totals of municipalities.",
    columns={
        "municipality_code": _municipality_code(),
        "age_from": _column("Int64", "Youngest age", NON_NEGATIVE, unit="years"),
        "age_to": _column(
            "Int64",
            "Oldest age",
            NON_NEGATIVE,
            nullable=True,
            unit="years",
            description="Oldest age of the band, included; empty where the band is open",
        ),
        "population": _column("Int64", "Population", NON_NEGATIVE, unit="persons"),
        "year": _column("Int64", "Year", unit="year"),
    },
    keys=("municipality_code", "age_from", "year"),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("statfi_paavo",),
)

BOUNDARIES = Table(
    name="boundaries",
    title="Municipality outlines",
    description="Generalised, lakes in, sea out, EPSG:4326; for drawing, not for measuring.",
    columns={
        "municipality_code": _municipality_code(unique=True),
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
    sources=("statfi_outlines",),
)

POSTCODES = Table(
    name="postcodes",
    title="Postal codes",
    description="Postal code to municipality; boxes and parcel lockers are told apart by type.",
    columns={
        "postcode": _text("Postal code", pa.Check.str_matches(r"^\d{5}$"), unique=True),
        "name_fi": _text("Post office in Finnish"),
        "name_sv": _text("Post office in Swedish"),
        "municipality_code": _municipality_code(),
        "type_code": _text(
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

ORGANISATIONS = Table(
    name="organisations",
    title="Organisations",
    description="NGOs seen in public sources: far from all that exist.",
    columns={
        "organisation_id": _text("Identifier", unique=True),
        "name": _text("Name"),
        "name_sv": _optional("Name in Swedish"),
        "business_id": _optional(
            "Business identity code",
            pa.Check.str_matches(r"^\d{7}-\d$"),
            description="Y-tunnus with its check digit, where one was seen",
        ),
        "region_code": _text(
            "Region of collection",
            pa.Check.str_matches(AREA_CODE),
            description="The region whose sources named the organisation; says nothing of its seat",
        ),
        "sector": _optional("Field of work, in the words of the source"),
        "is_umbrella": _column("boolean", "Umbrella organisation", nullable=True),
        "homepage": _optional("Home page", pa.Check.str_matches(WEB_ADDRESS)),
        "source_url": _source_url(),
        "source_date": _optional("Date or years of the source, as given"),
        "source_year": _column("Int64", "Last year the source tells of", nullable=True),
        "note": _optional("What the source says"),
    },
    keys=("organisation_id",),
    links={"region_code": ("areas", "code")},
    sources=("jarjestokartta_collection",),
)

ORGANISATION_AREAS = Table(
    name="organisation_areas",
    title="Places of organisations",
    description="Seat, stated places of work and reach, kept apart; no row where nothing is known.",
    columns={
        "organisation_id": _text("Organisation"),
        "relation": _text("Relation", pa.Check.isin(AREA_RELATIONS)),
        "area_code": _text(
            "Area code",
            pa.Check.str_matches(r"^(\d{3}|\d{2}|FI)$"),
            description="Municipality code for domiciled and stated, region code for regional, "
            "FI for national",
        ),
    },
    keys=("organisation_id", "relation", "area_code"),
    links={"organisation_id": ("organisations", "organisation_id")},
    sources=("jarjestokartta_collection",),
)

ORGANISATION_TARGET_GROUPS = Table(
    name="organisation_target_groups",
    title="Target groups of organisations",
    description="Whom an organisation serves, read from its name and field by the collector.",
    columns={
        "organisation_id": _text("Organisation"),
        "target_group_code": _text("Target group"),
    },
    keys=("organisation_id", "target_group_code"),
    links={
        "organisation_id": ("organisations", "organisation_id"),
        "target_group_code": ("target_groups", "target_group_code"),
    },
    sources=("jarjestokartta_collection",),
)

LIAISONS = Table(
    name="liaisons",
    title="Liaisons of municipalities",
    description="Persons whom municipalities have named for NGOs: personal data.",
    columns={
        "municipality_name": _text("Municipality, as the source names it"),
        "municipality_code": _municipality_code(
            "Municipality today",
            nullable=True,
            description="Code in today's division; empty until matched",
        ),
        "person_name": _text("Name of the liaison", personal=True),
        "email": _optional("Work e-mail", personal=True),
        "second_role": _optional("Second role", personal=True),
        "warning": _optional("What looks odd in the row"),
        "source_url": _source_url(),
        "source_date": _partial_date("Date of the source"),
    },
    keys=("municipality_name", "person_name"),
    links={"municipality_code": ("municipalities", "municipality_code")},
    sources=("esavo_liaisons",),
)

EVIDENCE = Table(
    name="evidence",
    title="Evidence of co-operation",
    description="One finding a row on one criterion of a municipality (or of a whole region).",
    columns={
        "evidence_id": _text("Identifier", unique=True),
        "municipality_code": _municipality_code(nullable=True),
        "region_code": _optional(
            "Region code",
            pa.Check.str_matches(AREA_CODE),
            description="Only for findings that tell of the whole region",
        ),
        "criterion": _text("Criterion", pa.Check.isin(CRITERIA)),
        "answer": _text("Answer", pa.Check.isin(ANSWERS)),
        "year": _column("Int64", "Year of the finding", nullable=True, unit="year"),
        "kind": _optional("What was found, in the words of the source"),
        "source_url": _source_url(),
        "note": _optional("What the source says"),
    },
    keys=("evidence_id",),
    links={
        "municipality_code": ("municipalities", "municipality_code"),
        "region_code": ("areas", "code"),
    },
    sources=("jarjestokartta_collection",),
    checks=(
        pa.Check(_one_place, error="a row tells of a municipality or of a region, not of both"),
    ),
)

COUNTY_EVIDENCE = Table(
    name="county_evidence",
    title="Evidence of counties",
    description="One finding a row against what SOSTE asks of a wellbeing county.",
    columns={
        "wellbeing_county_code": _text("Wellbeing county", pa.Check.str_matches(AREA_CODE)),
        "criterion": _text("Criterion", pa.Check.isin(COUNTY_CRITERIA)),
        "answer": _text("Answer", pa.Check.isin(ANSWERS)),
        "year": _column("Int64", "Year of the finding", nullable=True, unit="year"),
        "detail": _optional("Detail"),
        "source_url": _source_url(),
        "note": _optional("What the source says"),
    },
    keys=("wellbeing_county_code", "criterion", "year", "source_url"),
    links={"wellbeing_county_code": ("areas", "code")},
    sources=("jarjestokartta_collection", "seed_documents"),
)

BOARDS = Table(
    name="boards",
    title="Boards with NGO seats",
    description="Bodies on which NGOs sit, one row a term.",
    columns={
        "board_id": _text("Identifier", unique=True),
        "name": _text("Name"),
        "level": _text("Level", pa.Check.isin(["municipality", "region", "wellbeing_county"])),
        "region_code": _text("Region code", pa.Check.str_matches(AREA_CODE)),
        "municipality_code": _municipality_code(
            nullable=True, description="Of a municipality's board; three digits"
        ),
        "wellbeing_county_code": _optional(
            "Wellbeing county code",
            pa.Check.str_matches(AREA_CODE),
            description="Of a county's board; a region may lie in several counties",
        ),
        "area_name": _text("Area, as the source names it"),
        "term_start": _partial_date("Term begins"),
        "term_end": _partial_date("Term ends"),
        "seats_total": _column("Int64", "Seats", NON_NEGATIVE, nullable=True),
        "seats_ngo": _column("Int64", "Seats held by NGOs", NON_NEGATIVE, nullable=True),
        "is_public": _column(
            "boolean", "Public body", description="No for an association's own board"
        ),
        "appointing_body": _optional("Appointed by"),
        "source_url": _source_url(),
        "source_date": _partial_date("Date of the source"),
        "note": _optional("What the source says"),
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
        "seat_id": _text("Identifier", unique=True),
        "board_id": _text("Board"),
        "role": _text(
            "Role",
            pa.Check.isin(["chair", "vice_chair", "member", "deputy", "secretary"]),
        ),
        "holder": _text(
            "Held by",
            pa.Check.isin(["organisation", "field", "other", "unknown"]),
            description="organisation: named; field: a field of NGOs without a name; other: not an "
            "NGO (municipality, parish); unknown: not shown",
        ),
        "is_counted": _column(
            "boolean",
            "One of the board's seats",
            nullable=True,
            description="No for deputies and for secretaries who are no members; empty where the "
            "row may stand for several seats or overlap another row",
        ),
        "organisation_id": _optional("Organisation", description="Empty where it is not known"),
        "organisation_name": _optional("Organisation, as the source names it"),
        "sector": _optional("Field, in the words of the source"),
        "source_url": _source_url(),
        "note": _optional("What the source says"),
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
        "seat_id": _text("Seat"),
        "target_group_code": _text("Target group"),
    },
    keys=("seat_id", "target_group_code"),
    links={
        "seat_id": ("seats", "seat_id"),
        "target_group_code": ("target_groups", "target_group_code"),
    },
    sources=("jarjestokartta_collection",),
)

TARGET_GROUPS = Table(
    name="target_groups",
    title="Target groups",
    description="Codes of the national service catalogue and our X. extensions.",
    columns={
        "target_group_code": _text("Code", unique=True),
        "scheme": _text("Scheme", pa.Check.isin(["ptv", "own"])),
        "parent": _optional("Parent code"),
        "name_fi": _text("Name in Finnish"),
        "name_sv": _text("Name in Swedish"),
        "name_en": _text("Name in English"),
        "age_from": _column("Int64", "Youngest age", NON_NEGATIVE, nullable=True, unit="years"),
        "age_to": _column("Int64", "Oldest age", NON_NEGATIVE, nullable=True, unit="years"),
        "is_general": _column(
            "boolean",
            "General group",
            description="Everyone: left out of representation shares unless asked for",
        ),
        "note": _optional("Note"),
    },
    keys=("target_group_code",),
    links={},
    sources=("ptv_target_groups", "jarjestokartta_collection"),
)

SOURCES = Table(
    name="sources",
    title="Sources",
    description="Where the tables come from, under which licence, and how old they may grow.",
    columns={
        "source_id": _text("Identifier", unique=True),
        **{f"title_{lang}": _text(f"Title in {name}") for lang, name in LANGUAGE_NAMES},
        **{f"publisher_{lang}": _text(f"Publisher in {name}") for lang, name in LANGUAGE_NAMES},
        "page": _optional("Page", pa.Check.str_matches(WEB_ADDRESS)),
        **{f"licence_{lang}": _text(f"Licence in {name}") for lang, name in LANGUAGE_NAMES},
        "licence_url": _optional("Text of the licence", pa.Check.str_matches(WEB_ADDRESS)),
        **{
            f"attribution_{lang}": _text(f"Attribution in {name}, as the licence asks for it")
            for lang, name in LANGUAGE_NAMES
        },
        "source_date": _partial_date("Date of the content", description="Empty: not known"),
        "retrieved": _partial_date("Retrieved"),
        "fresh_years": _column(
            "Int64",
            "Fresh for",
            NON_NEGATIVE,
            unit="years",
            description="Content older than this, or without a date, is stale",
        ),
        **{f"note_{lang}": _optional(f"Caveats in {name}") for lang, name in LANGUAGE_NAMES},
        "fetch_notice": _optional(
            "Why the last fetch failed",
            pa.Check.str_matches(r"^[a-z_]+$"),
            description="Why the last fetch failed, as a code; empty when it did not",
        ),
    },
    keys=("source_id",),
    links={},
    sources=("jarjestokartta_collection",),
)

SET_ASIDE = Table(
    name="set_aside",
    title="Rows set aside",
    description="Rows of sources that went into no table, each with its reason.",
    columns={
        "table_name": _text(
            "Table it was meant for", pa.Check(_name_tables, error="a table of the model")
        ),
        "row_text": _text(
            "The row",
            description="Its text, or only its line where the source holds personal data",
        ),
        "reason": _text(
            "Reason",
            pa.Check.str_matches(r"^[a-z_]+$"),
            description="A code that the page puts into words",
        ),
        "source_url": _optional("Source"),
    },
    keys=("table_name", "row_text", "source_url"),
    links={},
    sources=("jarjestokartta_collection",),
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
        LIAISONS,
        EVIDENCE,
        COUNTY_EVIDENCE,
        BOARDS,
        SEATS,
        SEAT_TARGET_GROUPS,
        TARGET_GROUPS,
        SOURCES,
        SET_ASIDE,
    )
}
