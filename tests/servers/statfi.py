"""Statistics Finland on this machine: classifications, WFS, OGC API and PxWeb, traps included.

One object answers at the real paths (``/api/classifications/v2/...``, ``/geoserver/...``,
``/inspire/ogc/api/su/...``, ``/PxWeb/api/v1/...``); ``base_urls`` gives what each source is to be
told. Figures of people are invented, in sum equal to each place's ``population``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj
import shapely

from tests.servers.drive import Reply
from tests.servers.statfi_places import (
    COUNTIES,
    ENGLISH,
    REGIONS,
    SWEDISH,
    Place,
    fixed_places,
    pertunmaa,
)

CLASSES = "/api/classifications/v2"
WFS = "/geoserver/tilastointialueet/wfs"
OGC = "/inspire/ogc/api/su"
PXWEB = "/PxWeb/api/v1/fi/StatFin"
LISTED_BASE = "https://api.stat.fi/classificationservice/open/api/classifications/v2"
"""Addresses inside the answers of the classifications point to another host."""

LEVELS = ("maakunta", "hyvinvointialue", "seutukunta", "kuntaryhmitys", "kielisuhde")
OTHER_LEVELS = ("suuralue", "nuts", "vaalipiiri", "tyollisyysalue")
SEXES = ("SSS", "1", "2")
AGES = ("SSS", *(f"{age:03d}" for age in range(100)), "100-")
CONTENTS = "vaerak-vaesto"
_TO_METRES = pyproj.Transformer.from_crs(4326, 3067, always_xy=True)


def base_urls(address: str = "https://service.invalid") -> dict[str, str]:
    """Source id to the beginning of its addresses, where the service stands at ``address``."""
    return {
        "statfi_division": f"{address}{CLASSES}",
        "statfi_boundaries": f"{address}{WFS}",
        "statfi_population": f"{address}{PXWEB}",
    }


def ogc_url(address: str = "https://service.invalid") -> str:
    """The option ``ogc_url`` of statfi_boundaries, where the service stands at ``address``."""
    return f"{address}{OGC}"


def json_reply(content: Any, status: int = 200) -> Reply:
    body = json.dumps(content, ensure_ascii=False).encode()
    return status, {"Content-Type": "application/json"}, body


def exception_reply(code: str, locator: str, text: str, status: int) -> Reply:
    """An XML report as GeoServer gives it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">\n'
        f'  <ows:Exception exceptionCode="{code}" locator="{locator}">\n'
        f"    <ows:ExceptionText>{text}</ows:ExceptionText>\n"
        "  </ows:Exception>\n</ows:ExceptionReport>\n"
    )
    return status, {"Content-Type": "application/xml"}, body.encode()


@dataclass(kw_only=True)
class Statfi:
    """The service and its knobs; every field below ``divisions`` is a trap or a fault.

    ``divisions`` are the municipalities of each year. ``keys`` are tables between classes of
    municipalities: (source id, target id) to (code, code) rows.
    """

    divisions: dict[int, list[Place]] = field(default_factory=dict)
    keys: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = field(default_factory=dict)
    figures: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Code to inhabitants, age x (male, female), where they shall not be invented."""
    data_year: int = 2025
    public_url: str = "https://service.invalid"

    failing: dict[str, list[int]] = field(default_factory=dict)
    """Part of an address to the statuses its next requests are answered with."""

    class_numbers: Mapping[str, int] = field(default_factory=dict)
    has_plain_hash: bool = False
    gives_only_addresses: bool = False
    rows_fail: bool = False
    languages_missing: Collection[tuple[str, str]] = ()
    names_of_targets_missing: bool = False

    exception_status: int = 400
    flips_axes: bool = False
    crs_given: str | None = None
    """The system outlines come in, whatever was asked for."""
    has_number_codes: bool = False
    page_cap: int = 100_000
    ignores_filter: bool = False
    ignores_start: bool = False
    number_matched: Any = None
    wfs_years: Collection[int] | None = None

    ogc_years: Collection[int] | None = None
    ogc_page: int = 100_000
    ogc_next: str | None = None
    ogc_code_property: str = "inspireId_localId"

    is_migrated: bool = True
    cell_limit: int = 120_000
    has_config: bool = True
    stamp: int = 2026
    empty_cells: Collection[tuple[str, str, str]] = ()
    """(code, sex, age) without a number: null, with the status "..", as some tables have."""
    wrong_totals: Collection[str] = ()
    areas_unknown: Collection[str] = ()

    asked: list[str] = field(default_factory=list)
    """Every address asked, in order."""

    def __post_init__(self) -> None:
        if not self.divisions:
            now = fixed_places()
            before = sorted([*now, pertunmaa()])
            self.divisions = {
                year: now if year >= 2025 else before for year in (2021, 2022, 2023, 2024, 2025)
            }
            self.divisions[2026] = now

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        """Answer as the service does."""
        address = path + "?" + "&".join(f"{key}={value[0]}" for key, value in query.items())
        self.asked.append(f"{method} {address}")
        for part, statuses in self.failing.items():
            if part in address and statuses:
                return statuses.pop(0), {"Content-Type": "text/plain"}, b"Sorry"
        asked = {key: value[0] for key, value in query.items()}
        if path.startswith(CLASSES):
            return self._classes(path.removeprefix(CLASSES), asked)
        if path == WFS:
            return self._wfs({key.lower(): value for key, value in asked.items()})
        if path.startswith(OGC):
            return self._ogc(path.removeprefix(OGC), asked)
        if path.startswith(PXWEB):
            return self._pxweb(method, path.removeprefix(PXWEB), asked, body)
        return 404, {"Content-Type": "text/plain"}, b"Not found"

    # Classifications

    def _id(self, name: str, year: int) -> str:
        return f"{name}_{self.class_numbers.get(name, 2 if name == 'nuts' else 1)}_{year}0101"

    def _classes(self, path: str, asked: dict[str, str]) -> Reply:
        if asked.get("format", "json") != "json":
            return 400, {}, b"format"
        if path == "/correspondenceTables":
            return json_reply(self._listed())
        if found := re.fullmatch(r"/classifications/(\w+)/classificationItems", path):
            return self._items(found.group(1), asked.get("lang", "fi"))
        if found := re.fullmatch(r"/correspondenceTables/(\w+)%23(\w+)/maps", path):
            return self._maps(*found.groups(), asked)
        return 404, {}, b"Not found"

    def _listed(self) -> list[str]:
        pairs = list(self.keys)
        for year in self.divisions:
            pairs += [
                (self._id("kunta", year), self._id(name, year))
                for name in (*OTHER_LEVELS, *LEVELS)
                if year >= 2022 or name != "hyvinvointialue"
            ]
        pairs.append(("toimiala_1_20080101", "toimiala_2_20250101"))
        mark = "#" if self.has_plain_hash else "%23"
        return [
            f"{LISTED_BASE}/correspondenceTables/{source}{mark}{target}?format=json"
            for source, target in pairs
        ]

    def _names(self, class_id: str) -> dict[str, dict[str, str]] | None:
        """Code to names by language; None for a class that is not there."""
        name, _, year = class_id.split("_")
        places = self.divisions.get(int(year[:4]))
        if places is None or class_id != self._id(name, int(year[:4])):
            return None
        if name == "kunta":
            return {place.code: {"fi": place.name_fi, "sv": place.name_sv} for place in places}
        if name in ("maakunta", "hyvinvointialue"):
            return {
                code: {"fi": fi, "sv": SWEDISH.get(fi, fi), "en": ENGLISH.get(fi, fi)}
                for code, fi in (REGIONS if name == "maakunta" else COUNTIES).items()
            }
        if name == "seutukunta":
            return {place.subregion: {"fi": place.subregion_fi} for place in places}
        return None

    def _items(self, class_id: str, lang: str) -> Reply:
        names = self._names(class_id)
        if names is None:
            return 404, {}, b"Not found"
        is_missing = (class_id.split("_")[0], lang) in self.languages_missing
        return json_reply(
            [
                {
                    "code": code,
                    "localId": f"{class_id}/{code}",
                    "level": 1,
                    "classificationItemNames": []
                    if is_missing or lang not in by_lang
                    else [{"lang": lang, "name": by_lang[lang]}],
                }
                for code, by_lang in names.items()
            ]
        )

    def _pairs(self, source: str, target: str) -> Sequence[tuple[str, str]] | None:
        if (source, target) in self.keys:
            return self.keys[source, target]
        year = int(source[-8:-4])
        column = {
            self._id("maakunta", year): "region",
            self._id("hyvinvointialue", year): "county",
            self._id("seutukunta", year): "subregion",
            self._id("kuntaryhmitys", year): "grouping",
            self._id("kielisuhde", year): "languages",
        }.get(target)
        if source != self._id("kunta", year) or column is None:
            return None
        return [(place.code, getattr(place, column)) for place in self.divisions.get(year, [])]

    def _maps(self, source: str, target: str, asked: dict[str, str]) -> Reply:
        pairs = self._pairs(source, target)
        if pairs is None:
            return 404, {}, b"Not found"
        has_rows = asked.get("content") == "data"
        if has_rows and self.rows_fail:
            return 500, {"Content-Type": "text/plain"}, b"Internal Server Error"
        if self.gives_only_addresses or not has_rows:
            base = f"{LISTED_BASE}/correspondenceTables/{source}%23{target}/maps"
            return json_reply([f"{base}/{old}/{new}?format=json" for old, new in pairs])
        return json_reply([self._row(source, target, old, new, asked) for old, new in pairs])

    def _row(
        self, source: str, target: str, old: str, new: str, asked: dict[str, str]
    ) -> dict[str, Any]:
        row: dict[str, Any] = {
            "sourceLocalId": f"{source}/{old}",
            "targetLocalId": f"{target}/{new}",
            "sourceItem": {"code": old, "localId": f"{source}/{old}"},
            "targetItem": {"code": new, "localId": f"{target}/{new}"},
        }
        if not self.names_of_targets_missing:
            lang = asked.get("lang", "fi")
            for item, class_id, code in (("sourceItem", source, old), ("targetItem", target, new)):
                name = (self._names(class_id) or {}).get(code, {}).get(lang)
                row[item]["classificationItemNames"] = (
                    [{"lang": lang, "name": name}] if name else []
                )
        return row

    # WFS

    def _refused(self, code: str, locator: str, text: str) -> Reply:
        return exception_reply(code, locator, text, self.exception_status)

    def _wfs(self, asked: dict[str, str]) -> Reply:
        if asked.get("service") != "WFS" or asked.get("request") != "GetFeature":
            return self._refused("OperationNotSupported", "request", "Only GetFeature here")
        # Version 2.0.0 does not know the singular.
        layer = asked.get("typenames", "")
        found = re.fullmatch(r"tilastointialueet:kunta(?:1000|4500)k(?:_(\d{4}))?", layer)
        year = int(found.group(1) or max(self.divisions)) if found else 0
        known = self.divisions if self.wfs_years is None else self.wfs_years
        if year not in known:
            return self._refused("InvalidParameterValue", "typeName", "Unknown layer")
        if asked.get("outputformat") != "application/json":
            return 200, {"Content-Type": "text/xml"}, b"<wfs:FeatureCollection/>"
        start = 0 if self.ignores_start else int(asked.get("startindex", "0"))
        if "startindex" in asked and "sortby" not in asked:
            text = "Cannot do natural order without a primary key"
            return self._refused("NoApplicableCode", "", text)
        places = sorted(self.divisions[year])
        if "cql_filter" in asked and not self.ignores_filter:
            wanted = re.fullmatch(r"kunta IN \(('\d{3}'(?:,'\d{3}')*)\)", asked["cql_filter"])
            if wanted is None:
                return self._refused("NoApplicableCode", "", "Could not parse CQL filter")
            codes = set(re.findall(r"\d{3}", wanted.group(1)))
            places = [place for place in places if place.code in codes]
        places = [place for place in places if place.outline is not None]
        page = places[start : start + min(int(asked.get("count", "100000")), self.page_cap)]
        crs = self.crs_given or asked.get("srsname", "EPSG:3067")
        matched = len(places) if self.number_matched is None else self.number_matched
        return json_reply(
            {
                "type": "FeatureCollection",
                "features": [
                    self._feature(place, start + number, layer, year, crs)
                    for number, place in enumerate(page, start=1)
                ],
                "totalFeatures": matched,
                "numberMatched": matched,
                "numberReturned": len(page),
                "timeStamp": "2026-11-21T08:00:00.000Z",
                "crs": {
                    "type": "name",
                    "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs.rpartition(':')[2]}"},
                },
            }
        )

    def _feature(
        self, place: Place, number: int, layer: str, year: int, crs: str
    ) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": f"{layer.rpartition(':')[2]}.{number}",
            "geometry": self._geometry(place, crs),
            "geometry_name": "geom",
            "properties": {
                "kunta": int(place.code) if self.has_number_codes else place.code,
                "vuosi": year,
                "nimi": place.name_fi,
                "namn": place.name_sv,
                "name": place.name_fi,
            },
        }

    def _geometry(self, place: Place, crs: str) -> dict[str, Any]:
        assert place.outline is not None
        parts = [part for part in shapely.get_parts(place.outline) if part.geom_type == "Polygon"]
        shape: shapely.Geometry = shapely.MultiPolygon(parts)
        if crs.endswith("3067"):
            shape = shapely.transform(
                shape, lambda points: np.column_stack(_TO_METRES.transform(*points.T)).round(4)
            )
        # In the long form of a geographic system the axes turn.
        if self.flips_axes or crs == "urn:ogc:def:crs:EPSG::4326":
            shape = shapely.transform(shape, lambda points: points[:, ::-1])
        return shapely.geometry.mapping(shape)

    # OGC API Features

    def _ogc(self, path: str, asked: dict[str, str]) -> Reply:
        found = re.fullmatch(
            r"/collections/AreaStatisticalUnit_(?:1000|4500)k_EPSG_(3067|4326)_(\d{4})/items", path
        )
        year = int(found.group(2)) if found else 0
        known = self.divisions if self.ogc_years is None else self.ogc_years
        if found is None or year not in known:
            return 404, {"Content-Type": "application/json"}, b'{"code": "NotFound"}'
        limit = int(asked.get("limit", "10"))
        if asked.get("f") != "json" or not 1 <= limit <= 10_000:
            return 400, {"Content-Type": "application/json"}, b'{"code": "InvalidParameterValue"}'
        places = sorted(self.divisions[year]) if asked.get("tessellation") == "kunta" else []
        start, size = int(asked.get("offset", "0")), min(limit, self.ogc_page)
        features = [
            {
                "type": "Feature",
                "id": f"su.{number}",
                "geometry": self._geometry(place, f"EPSG:{found.group(1)}"),
                "properties": {
                    self.ogc_code_property: f"kunta_1_{year}0101_{place.code}",
                    "inspireId_namespace": "http://geo.stat.fi/su",
                    "geographicalName_fin": place.name_fi,
                },
            }
            for number, place in enumerate(places[start : start + size], start=start + 1)
            if place.outline is not None
        ]
        links = [{"rel": "self", "type": "application/geo+json", "href": "..."}]
        if start + size < len(places):
            here = f"{self.public_url}{OGC}{path}?f=json&tessellation=kunta&limit={limit}"
            target = self.ogc_next or f"{here}&offset={start + size}"
            links += [
                {"rel": "next", "type": "text/html", "href": f"{here}&f=html"},
                {"rel": "next", "type": "application/geo+json", "href": target},
            ]
        return json_reply({"type": "FeatureCollection", "features": features, "links": links})

    # PxWeb

    def _codes(self) -> dict[str, str]:
        """Role to the code of the variable, since June 2026 or before."""
        if self.is_migrated:
            return {
                "time": "timeperiod_y",
                "area": f"alue_23_{self.stamp}0101",
                "age": "ikaryhma_10_20180101",
                "sex": "sukupuoli_9_20180101",
                "contents": "contentscode",
            }
        names = ("Vuosi", "Alue", "Ikä", "Sukupuoli", "Tiedot")
        return dict(zip(("time", "area", "age", "sex", "contents"), names, strict=True))

    def _values(self) -> dict[str, list[str]]:
        places = [
            place
            for place in sorted(self.divisions[max(self.divisions)])
            if place.code not in self.areas_unknown
        ]
        return {
            "time": [str(year) for year in range(1972, self.data_year + 1)],
            "area": ["SSS", *(f"KU{place.code}" for place in places)],
            "age": list(AGES),
            "sex": list(SEXES),
            "contents": [CONTENTS if self.is_migrated else "vaesto"],
        }

    def _pxweb(self, method: str, path: str, asked: dict[str, str], body: bytes) -> Reply:
        table = "/vaerak/11re.px" if self.is_migrated else "/vaerak/statfin_vaerak_pxt_11re.px"
        if asked == {"config": ""}:
            if not self.has_config:
                return 404, {}, b"Not found"
            limits = {"maxValues": self.cell_limit, "maxCells": self.cell_limit}
            return json_reply({**limits, "maxCalls": 40, "timeWindow": 60, "CORS": True})
        if path == "/vaerak" and method == "GET":
            return json_reply(
                [
                    {"id": name.rpartition("/")[2], "type": "t", "text": text, "updated": "2026"}
                    for name, text in (
                        ("11ra.px", "11ra -- Tunnuslukuja väestöstä alueittain"),
                        (table, "11re -- Väestö iän ja sukupuolen mukaan alueittain"),
                    )
                ]
            )
        if path != table:
            return 404 if self.is_migrated else 400, {"Content-Type": "text/plain"}, b"No table"
        if method == "GET":
            return json_reply(self._metadata())
        return self._data(json.loads(body))

    def _metadata(self) -> dict[str, Any]:
        codes, values = self._codes(), self._values()
        return {
            "title": "Population by Area, Age, Sex, Year and Information",
            "variables": [
                {
                    "code": codes[role],
                    "text": role,
                    "values": values[role],
                    "valueTexts": values[role],
                    **({"time": True} if role == "time" else {}),
                    **({"elimination": True} if role in ("area", "age", "sex") else {}),
                    **({"map": f"Kunnat {self.stamp}"} if role == "area" else {}),
                }
                for role in codes
            ],
        }

    def _data(self, asked: dict[str, Any]) -> Reply:
        codes, values = self._codes(), self._values()
        roles = {code: role for role, code in codes.items()}
        chosen: dict[str, list[str]] = {}
        for part in asked["query"]:
            role, selection = roles.get(part["code"]), part["selection"]
            if role is None or selection["filter"] != "item":
                return 400, {"Content-Type": "text/plain"}, b"Bad query"
            wanted = set(selection["values"])
            if not wanted <= set(values[role]):
                return 400, {"Content-Type": "text/plain"}, b"Bad value"
            # The answer keeps the order of the table, not that of the question.
            chosen[role] = [value for value in values[role] if value in wanted]
        if asked.get("response") != {"format": "json-stat2"} or set(chosen) != set(codes):
            return 400, {"Content-Type": "text/plain"}, b"Bad query"
        size = [len(chosen[role]) for role in codes]
        if int(np.prod(size)) > self.cell_limit:
            return 403, {"Content-Type": "text/plain"}, b"Too many values selected"
        cells, status = self._cells(chosen)
        return json_reply(
            {
                "version": "2.0",
                "class": "dataset",
                "label": "Population",
                "source": "Statistics Finland, population structure",
                "updated": "2026-06-08T05:00:00Z",
                "role": {"time": [codes["time"]], "metric": [codes["contents"]]},
                "id": list(codes.values()),
                "size": size,
                "dimension": {
                    code: {
                        "label": role,
                        "category": {
                            "index": {value: at for at, value in enumerate(chosen[role])},
                            "label": {value: value for value in chosen[role]},
                        },
                    }
                    for role, code in codes.items()
                },
                "value": cells,
                **({"status": status} if status else {}),
            }
        )

    def _cells(self, chosen: dict[str, list[str]]) -> tuple[list[int | None], dict[str, str]]:
        places = {place.code: place for place in self.divisions[max(self.divisions)]}
        cells: list[int | None] = []
        status: dict[str, str] = {}
        for area in chosen["area"]:
            code = area[2:]
            table = self._with_totals(places[code]) if code in places else None
            for age in chosen["age"]:
                for sex in chosen["sex"]:
                    if table is None or (code, sex, age) in self.empty_cells:
                        status[str(len(cells))] = ".."
                        cells.append(None)
                    else:
                        cells.append(table[AGES.index(age)][SEXES.index(sex)])
        return cells, status

    def _with_totals(self, place: Place) -> list[list[int]]:
        """Inhabitants in the order of AGES and SEXES."""
        singles = self.people(place)
        table = np.vstack([singles.sum(axis=0), singles])
        table = np.column_stack([table.sum(axis=1), table])
        table[0, 0] += place.code in self.wrong_totals
        return table.tolist()

    def people(self, place: Place) -> np.ndarray:
        """Inhabitants by age (0 to 100) and sex: as given, else invented, the same each time."""
        if place.code in self.figures:
            return self.figures[place.code]
        shares = np.concatenate([np.full(60, 1.2), np.linspace(1.2, 0.02, 41)])
        shares = np.stack([shares * 0.49, shares * 0.51], axis=1) / shares.sum()
        table = np.floor(shares * place.population).astype(int)
        table[0, 0] += place.population - table.sum()
        return table
