"""Municipalities for the local service of Statistics Finland: 38 real ones, and invented ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import shapely

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"

REGIONS = {
    "01": "Uusimaa",
    "02": "Varsinais-Suomi",
    "04": "Satakunta",
    "05": "Kanta-Häme",
    "06": "Pirkanmaa",
    "07": "Päijät-Häme",
    "08": "Kymenlaakso",
    "09": "Etelä-Karjala",
    "10": "Etelä-Savo",
    "11": "Pohjois-Savo",
    "12": "Pohjois-Karjala",
    "13": "Keski-Suomi",
    "14": "Etelä-Pohjanmaa",
    "15": "Pohjanmaa",
    "16": "Keski-Pohjanmaa",
    "17": "Pohjois-Pohjanmaa",
    "18": "Kainuu",
    "19": "Lappi",
    "21": "Ahvenanmaa",
}
COUNTIES = {
    "01": "Itä-Uusimaa",
    "02": "Keski-Uusimaa",
    "03": "Länsi-Uusimaa",
    "04": "Vantaa ja Kerava",
    "05": "Varsinais-Suomi",
    "06": "Satakunta",
    "07": "Kanta-Häme",
    "08": "Pirkanmaa",
    "09": "Päijät-Häme",
    "10": "Kymenlaakso",
    "11": "Etelä-Karjala",
    "12": "Etelä-Savo",
    "13": "Pohjois-Savo",
    "14": "Pohjois-Karjala",
    "15": "Keski-Suomi",
    "16": "Etelä-Pohjanmaa",
    "17": "Pohjanmaa",
    "18": "Keski-Pohjanmaa",
    "19": "Pohjois-Pohjanmaa",
    "20": "Kainuu",
    "21": "Lappi",
    "90": "Helsingin kaupunki",
    "91": "Ahvenanmaa",
}
"""The lists of the reference: the same number means another area in each."""

SWEDISH = {"Etelä-Savo": "Södra Savolax", "Varsinais-Suomi": "Egentliga Finland"}
ENGLISH = {"Etelä-Savo": "South Savo", "Varsinais-Suomi": "Southwest Finland"}

_GROUPINGS = {"Kaupunkimaiset kunnat": "1", "Taajaan asutut kunnat": "2"}
_LANGUAGES = {"fi": "0", "fi-sv": "1", "sv": "2", "sv-fi": "3"}


class Place(NamedTuple):
    """A municipality as the classes tell it; the outline is in longitude and latitude."""

    code: str
    name_fi: str
    name_sv: str
    region: str
    county: str
    subregion: str
    subregion_fi: str
    grouping: str
    languages: str
    population: int
    outline: shapely.Geometry | None


def fixed_places() -> list[Place]:
    """The 38 municipalities of data/fixed: the division of 2025 and 2026 in two regions."""
    with (FIXED / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    body = json.loads((FIXED / "boundaries.geojson").read_text(encoding="utf-8"))
    outlines = {
        feature["properties"]["municipality_code"]: shapely.geometry.shape(feature["geometry"])
        for feature in body["features"]
    }
    subregions = sorted({(row["region_code"], row["subregion_fi"]) for row in rows})
    numbers = {pair: f"{pair[0]}{at}" for at, pair in enumerate(subregions, start=1)}
    return [
        Place(
            code=row["municipality_code"],
            name_fi=row["name_fi"],
            name_sv=row["name_sv"],
            region=row["region_code"],
            county=row["wellbeing_county_code"],
            subregion=numbers[row["region_code"], row["subregion_fi"]],
            subregion_fi=row["subregion_fi"],
            grouping=_GROUPINGS.get(row["urban_rural_fi"], "3"),
            languages=_LANGUAGES[row["languages"]],
            population=int(row["population"]),
            outline=outlines[row["municipality_code"]],
        )
        for row in rows
    ]


def pertunmaa() -> Place:
    """Municipality 588 as it was until the end of 2024, with an invented outline and population."""
    mantyharju = next(place for place in fixed_places() if place.code == "507")
    return mantyharju._replace(
        code="588",
        name_fi="Pertunmaa",
        name_sv="Pertunmaa",
        population=1_600,
        outline=shapely.box(26.4, 61.45, 26.6, 61.55),
    )


Row = tuple[str, str, str, str, shapely.Geometry]


def national(rows: Iterable[Row]) -> list[Place]:
    """Places out of (code, name, region, county, outline); the rest of each is invented."""
    return [
        Place(
            code=code,
            name_fi=name,
            name_sv=name,
            region=region,
            county=county,
            subregion=f"{region}9",
            subregion_fi=f"Esimerkkiseutu {region}",
            grouping="3",
            languages="0",
            population=5_000 + int(code),
            outline=outline,
        )
        for code, name, region, county, outline in rows
    ]


def invented(count: int, *, taken: Iterable[str] = ()) -> list[Row]:
    """Rows of invented municipalities: squares side by side in a grid, spread over the regions.

    Their codes are none of the 38, of what these once were, nor of ``taken``.
    """
    with (FIXED / "municipality_changes.csv").open(encoding="utf-8", newline="") as file:
        former = {row["old_code"] for row in csv.DictReader(file)}
    used = former | {place.code for place in fixed_places()} | set(taken)
    codes = [f"{number:03d}" for number in range(1, 999) if f"{number:03d}" not in used]
    pairs = [
        (region, county)
        for region, name in REGIONS.items()
        for county, other in COUNTIES.items()
        if name == other and region not in ("02", "10")
    ]
    rows = []
    for number, code in enumerate(codes[:count]):
        region, county = pairs[number % len(pairs)]
        west, south = 22 + 0.3 * (number % 20), 64 + 0.2 * (number // 20)
        square = shapely.box(west, south, west + 0.3, south + 0.2)
        rows.append((code, f"Esimerkkikunta {number + 1}", region, county, square))
    return rows


def whole_country() -> list[Place]:
    """The 38 and 270 invented ones: 308, as many as in 2025 and 2026."""
    return [*fixed_places(), *national(invented(270))]
