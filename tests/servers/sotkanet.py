"""A local Sotkanet 1.1: internal region ids, repeated years, values that are simply absent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.servers.drive import Reply

JSON = {"Content-Type": "application/json;charset=UTF-8"}
TITLE_KEYS = ("fi", "sv", "en")


def titles(text: str) -> dict[str, str]:
    """The same title in three languages."""
    return dict.fromkeys(TITLE_KEYS, text)


def indicator(
    indicator_id: int, *, start: int = 2000, end: int = 2024, **others: Any
) -> dict[str, Any]:
    """An invented indicator in the full form; a key set to None is left out."""
    made = {
        "id": indicator_id,
        "title": titles(f"Esimerkki {indicator_id}"),
        "organization": {"id": 3, "title": titles("Esimerkkituottaja")},
        "data-updated": "2026-04-15",
        "range": {"start": start, "end": end},
        "decimals": 1,
        "primaryValueType": {"code": "PER100", "title": titles("%")},
        "description": titles("<p>Esimerkki.</p>"),
        "interpretation": {"fi": "<p>Esimerkki.</p>"},
        "limits": {},
        "legislation": {},
        "notices": {},
        "classifications": {
            "sex": {"title": titles("Sukupuoli"), "values": ["male", "female", "total"]},
            "region": {"title": titles("Alueluokitus"), "values": ["Kunta", "Maa"]},
        },
    } | others
    return {key: value for key, value in made.items() if value is not None}


@dataclass
class Sotkanet:
    """The service, with one region a municipality code and a few of other levels.

    The internal id of a municipality's region is its code plus 1,000. ``missing`` are municipality
    codes that have no rows, ``without_totals`` indicators whose values are by sex alone.
    ``extra_rows`` are given with every answer of values. ``told`` is what a path answers in place
    of what is made here.
    """

    municipality_codes: Sequence[str] = ("001", "002", "003")
    indicators: Sequence[Mapping[str, Any]] = (indicator(1068),)
    missing: frozenset[str] = frozenset()
    without_totals: frozenset[int] = frozenset()
    extra_rows: Sequence[Any] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        path = path.removeprefix("/rest/1.1")
        self.asked.append((path, query))
        known = {str(made["id"]): made for made in self.indicators}
        content = self.told.get(path)
        if content is None and path == "/regions":
            content = self._regions()
        elif content is None and path == "/json":
            (indicator_id,) = query["indicator"]
            content = self._values(int(indicator_id), query)
        elif content is None:
            content = known.get(path.removeprefix("/indicators/"))
        if method != "GET" or content is None:
            return 404, {"Content-Type": "text/html"}, b"<html><body>Not Found</body></html>"
        return 200, JSON, json.dumps(content).encode()

    def _regions(self) -> list[dict[str, Any]]:
        places = [("KUNTA", code, 1000 + int(code)) for code in self.municipality_codes]
        # A region and a wellbeing county of the same number, the county once more under its old id.
        others = [("MAAKUNTA", "10", 497), ("HYVINVOINTIALUE", "12", 959)]
        old = [("HYVINVOINTIALUE", "12", 880), ("MAA", "358", 658), ("KUNTA", "588", 1588)]
        return [
            {
                "id": region_id,
                "code": code,
                "category": category,
                "title": titles(f"Alue {code}"),
                "memberOf": [658],
                "uri": "",
            }
            for category, code, region_id in [*places, *others, *old]
        ]

    def _values(self, indicator_id: int, query: dict[str, list[str]]) -> list[Any]:
        ids = [1000 + int(code) for code in self.municipality_codes if code not in self.missing]
        genders = query.get("genders", ["male", "female", "total"])
        if indicator_id in self.without_totals:
            genders = [gender for gender in genders if gender != "total"]
        made = [
            {
                "indicator": indicator_id,
                "region": region_id,
                "year": int(year),
                "gender": gender,
                "value": round(region_id % 1000 / 10 + int(year) % 10, 1),
                "absValue": region_id,
            }
            for region_id in [*ids, 1588, 497, 959, 658]
            for year in query["years"]  # a comma would be no number: they are repeated
            for gender in genders
        ]
        return [*made, *self.extra_rows]
