"""What the answers of Sotkanet mean: regions, an indicator, its values; asks nothing itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from loaders.errors import SourceChanged
from loaders.sources._json_values import finite_number, json_value, plain_text, whole_number
from loaders.sources._rows import SetAside

SITE = "https://sotkanet.fi/rest/1.1"
FIRST_YEAR = 1900
LAST_YEAR = 2100

# Spelled in capitals by /regions, otherwise by the indicators; compared in small letters.
MUNICIPALITY = "kunta"
CATEGORIES = frozenset(
    {
        "kunta",
        "seutukunta",
        "maakunta",
        "hyvinvointialue",
        "sairaanhoitopiiri",
        "aluehallintovirasto",
        "ely-keskus",
        "erva",
        "yta",
        "suuralue",
        "nuts1",
        "maa",
        "eurooppa",
        "euralueet",
        "pohjoismaat",
    }
)
REGION_KEYS = ("id", "code", "category", "title", "memberOf", "uri")
INDICATOR_KEYS = (
    "id",
    "title",
    "organization",
    "classifications",
    "data-updated",
    "range",
    "decimals",
    "primaryValueType",
    "description",
    "interpretation",
    "limits",
    "legislation",
    "notices",
)
# The second of each in very old recordings.
VALUE_NAMES = ("value", "primary value")
COUNT_NAMES = ("absValue", "absolute value")
VALUE_KEYS = ("indicator", "region", "year", "gender", *VALUE_NAMES, *COUNT_NAMES)

PLACE_FAULTS = ("bad_region", "unknown_region")

_CODE = re.compile(r"[0-9]{3}")


class Regions:
    """Internal region id to municipality code; which ids are of other levels, or of no use."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.others: set[int] = set()
        self.unusable: set[int] = set()


def read_regions(body: bytes, aside: SetAside) -> Regions:
    """Read the list of regions: an internal id leads to a code only by (category, code).

    Raises
    ------
    SourceChanged
        It is no list of regions, or no municipality is in it.
    """
    regions = Regions()
    for line, record in enumerate(_records(body, "regions", aside.source_id), start=1):
        if not isinstance(record, dict):
            aside.reject(line, "regions", "not_a_record")
            continue
        aside.unknown_keys("regions", record, REGION_KEYS)
        region_id, category = whole_number(record.get("id")), record.get("category")
        if region_id is None or not isinstance(category, str):
            aside.reject(line, "regions", "bad_region")
        elif category.casefold() != MUNICIPALITY:
            regions.others.add(region_id)
            if category.casefold() not in CATEGORIES:
                aside.surprise("category", category)
        elif not _has_code(regions, region_id, record.get("code")):
            regions.unusable.add(region_id)
            aside.reject(line, f"region {region_id}", "bad_region")
    regions.unusable |= regions.codes.keys() & regions.others
    for region_id in regions.unusable:
        regions.codes.pop(region_id, None)
    if not regions.codes:
        raise SourceChanged(f"{aside.source_id}: the regions have no usable KUNTA among them.")
    return regions


def _has_code(regions: Regions, region_id: int, code: object) -> bool:
    """Take the code of a region, if it is one, and the only one that the region has."""
    is_code = isinstance(code, str) and _CODE.fullmatch(code) is not None
    return is_code and regions.codes.setdefault(region_id, str(code)) == code


def read_indicator(
    body: bytes, indicator_id: str, aside: SetAside, *, line: int
) -> dict[str, Any] | None:
    """Read what an indicator is; None where it had to be set aside.

    Returns
    -------
    dict or None
        The columns of ``tables.INDICATORS``; ``last_year`` is always there.

    Raises
    ------
    SourceChanged
        The answer is no JSON object.
    """
    record = json_value(body, source_id=aside.source_id, what=f"indicator {indicator_id}")
    if not isinstance(record, dict):
        raise SourceChanged(
            f"{aside.source_id}: indicator {indicator_id} came as {type(record).__name__}, "
            "expected an object."
        )
    aside.unknown_keys("indicator", record, INDICATOR_KEYS)
    if whole_number(record.get("id")) != int(indicator_id):
        aside.reject(line, indicator_id, "other_indicator")
        return None
    names = {lang: plain_text(_part(record, "title").get(lang)) for lang in ("fi", "sv", "en")}
    name = next((text for text in (names["fi"], names["en"], names["sv"]) if text), None)
    if name is None:
        aside.reject(line, indicator_id, "no_title")
        return None
    if names["fi"] is None:
        aside.surprise("title without fi")
    first, last = (_year(_part(record, "range").get(end)) for end in ("start", "end"))
    if last is None or (first is not None and first > last):
        aside.reject(line, indicator_id, "bad_range")
        return None
    return {
        "indicator_id": indicator_id,
        "name_fi": name,
        "name_sv": names["sv"],
        "name_en": names["en"],
        "producer": plain_text(_part(_part(record, "organization"), "title").get("fi")),
        "value_type": plain_text(_part(record, "primaryValueType").get("code"), limit=40),
        "decimals": whole_number(record.get("decimals"), most=20),
        "first_year": first,
        "last_year": last,
        "source_url": f"{SITE}/indicators/{indicator_id}",
        "source_date": _date(record.get("data-updated"), aside),
    }


def read_values(
    body: bytes,
    indicator: Mapping[str, Any],
    years: range,
    regions: Regions,
    aside: SetAside,
) -> dict[tuple[str, int], float]:
    """Read the values of one indicator, all levels but municipalities passed over.

    Parameters
    ----------
    body
        The answer of /json: one record a region and year.
    indicator
        What ``read_indicator`` gave.
    years
        The years asked for.
    regions
        What ``read_regions`` gave.
    aside
        Takes the records that are bad, and counts what is unknown.

    Returns
    -------
    dict
        (municipality code, year) to value; a value that is missing is not in it.

    Raises
    ------
    SourceChanged
        The answer is no JSON list.
    """
    indicator_id = indicator["indicator_id"]
    is_rate = (indicator["value_type"] or "").upper().startswith("PER")
    records = _records(body, f"values of indicator {indicator_id}", aside.source_id)
    if not records:
        aside.surprise(f"indicator {indicator_id} without totals")
    found: dict[tuple[str, int], float] = {}
    for line, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            aside.reject(line, indicator_id, "not_a_record")
            continue
        aside.unknown_keys("values", record, VALUE_KEYS)
        gender = record.get("gender")
        if isinstance(gender, str) and gender.casefold() in {"male", "female"}:
            aside.surprise("gender", gender)
            continue
        place = _place(record.get("region"), regions)
        if place is None:
            continue  # another level: a region, a wellbeing county, the country
        year = whole_number(record.get("year"))
        value, fault = _value(record, is_rate=is_rate)
        if place in PLACE_FAULTS:
            fault = place
        elif whole_number(record.get("indicator", indicator_id)) != int(indicator_id):
            fault = "other_indicator"
        elif not isinstance(gender, str) or gender.casefold() != "total":
            fault = "bad_gender"
        elif year is None or year not in years:
            fault = "year_not_asked"
        elif value is not None:
            if (place, year) in found:
                fault = "duplicate" if found[place, year] == value else "other_value_twice"
            found.setdefault((place, year), value)
        if fault:
            aside.reject(line, indicator_id, fault)
    return found


def _place(value: object, regions: Regions) -> str | None:
    """The municipality code of a region, one of PLACE_FAULTS, or None for another level."""
    region_id = whole_number(value)
    if region_id is None or region_id in regions.unusable:
        return "bad_region"
    if region_id in regions.codes or region_id in regions.others:
        return regions.codes.get(region_id)
    return "unknown_region"


def _value(record: Mapping[str, Any], *, is_rate: bool) -> tuple[float | None, str]:
    """The value of a record, or the reason why there is none."""
    for keys, is_count in ((VALUE_NAMES, False), (COUNT_NAMES, True)):
        given = next((record[key] for key in keys if record.get(key) is not None), None)
        if given is None:
            continue
        if is_count and is_rate:  # a number of persons is no share of them
            return None, "count_without_rate"
        value = finite_number(given)
        return value, "" if value is not None else "bad_value"
    return None, "no_value"


def _records(body: bytes, what: str, source_id: str) -> list[Any]:
    records = json_value(body, source_id=source_id, what=what)
    if not isinstance(records, list):
        raise SourceChanged(
            f"{source_id}: {what} came as {type(records).__name__}, expected a list."
        )
    return records


def _part(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object within an object; empty where it is missing or something else."""
    part = record.get(key)
    return part if isinstance(part, dict) else {}


def _year(value: object) -> int | None:
    year = whole_number(value)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def _date(value: object, aside: SetAside) -> str | None:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value[:10]).isoformat()
        except ValueError:
            pass
    if value is not None:
        aside.surprise("data-updated is no date")
    return None
