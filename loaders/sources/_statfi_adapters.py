"""Asks the two services of Statistics Finland that have outlines; what came is read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from loaders.errors import SourceChanged
from loaders.source import Answer, Request, Scope
from loaders.sources._statfi_answers import Notes, mapping, plain, read_json, sequence
from loaders.sources._statfi_outlines import Outlines

PAGE = 100
CHUNK = 50
OGC_LIMIT = 10_000
MAX_PAGES = 40
MAX_FEATURES = 20_000

_WFS_PROPERTIES = frozenset(("kunta", "vuosi", "nimi", "namn", "name"))
_LOCAL_ID = re.compile(r"(?:.*[/:.])?([a-z]+)_[0-9]+_([0-9]{4})[0-9]{4}[_/.]([0-9]+)", re.ASCII)
_THREE_DIGITS = re.compile("[0-9]{3}")

Asking = Generator[Request, Answer, None]


def ask_wfs(scope: Scope, scale: str, outlines: Outlines) -> Asking:
    """Ask the WFS for the layer of a year, page by page, in a part of the country by codes.

    It is asked in metres: the numbers then tell the order of the axes, and two services that round
    degrees differently cannot part what neighbours share.
    """
    layer = f"tilastointialueet:kunta{scale}_{scope.year}"
    for codes in _chunks(scope):
        query = {
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeNames": layer,
            "outputFormat": "application/json",
            "srsName": "EPSG:3067",
            # A layer without a primary key is paged only in an order that is stated.
            "sortBy": "kunta",
            "count": str(PAGE),
        }
        if not scope.is_national:
            query["CQL_FILTER"] = "kunta IN ({})".format(",".join(f"'{code}'" for code in codes))
        yield from _wfs_pages(scope, query, set(codes), outlines)


def ask_ogc(scope: Scope, base: str, scale: str, outlines: Outlines) -> Asking:
    """Ask the OGC API for all municipalities of a year, following its links to the next page."""
    address = (
        f"{base.rstrip('/')}/collections/AreaStatisticalUnit_{scale}_EPSG_4326_{scope.year}/items"
        f"?f=json&tessellation=kunta&limit={OGC_LIMIT}"
    )
    asked = set()
    for page in range(1, MAX_PAGES + 1):
        asked.add(address)
        request = Request(url=address, label=f"outlines of the OGC API, page {page}")
        answer = yield request
        collection = _page(answer, request, outlines.notes)
        outlines.take(_municipal(collection, outlines.notes), _ogc_code)
        following = _next(collection, address)
        if following is None or outlines.is_complete:
            return
        if following in asked or not _is_same_host(following, base):
            why = "a page again" if following in asked else "another host"
            outlines.notes.surprise(f"link to {why}, not followed")
            return
        address = following
    raise SourceChanged(f"{outlines.notes.source_id}: more than {MAX_PAGES} pages of outlines.")


def _chunks(scope: Scope) -> list[tuple[str, ...]]:
    codes = scope.municipality_codes
    if scope.is_national:
        return [codes]
    return [codes[start : start + CHUNK] for start in range(0, len(codes), CHUNK)]


def _wfs_pages(
    scope: Scope, query: Mapping[str, str], codes: set[str], outlines: Outlines
) -> Asking:
    """Ask until all codes have come, or a page is empty or came before: its counts are not used."""
    start = 0
    seen: set[tuple[str, str]] = set()
    for page in range(1, MAX_PAGES + 1):
        address = urlencode({**query, "startIndex": str(start)}, quote_via=quote)
        request = Request(
            url=f"{scope.base_url.rstrip('?&')}?{address}",
            label=f"outlines of {len(codes)} municipalities, page {page}",
        )
        answer = yield request
        collection = _page(answer, request, outlines.notes)
        features = [mapping(feature) for feature in sequence(collection.get("features"))]
        ids = {(plain(feature.get("id")), plain(_wfs_code(feature)[0])) for feature in features}
        if features and ids <= seen:
            outlines.notes.surprise("page that came before")
            return
        for feature in features:
            properties = mapping(feature.get("properties"))
            outlines.notes.new_keys("property", properties, _WFS_PROPERTIES)
        outlines.take(collection, _wfs_code)
        if not features or codes <= outlines.seen:
            return
        seen |= ids
        start += len(features)
    raise SourceChanged(f"{outlines.notes.source_id}: more than {MAX_PAGES} pages of outlines.")


def _page(answer: Answer, request: Request, notes: Notes) -> dict[str, Any]:
    collection = mapping(read_json(answer.body, request, source_id=notes.source_id))
    count = len(sequence(collection.get("features")))
    if count > MAX_FEATURES:
        raise SourceChanged(
            f"{notes.source_id}: asked for {request.label}; {count} features came, expected "
            f"{MAX_FEATURES} at most."
        )
    return collection


def _wfs_code(feature: Mapping[str, Any]) -> tuple[object, object]:
    properties = mapping(feature.get("properties"))
    return properties.get("kunta"), properties.get("vuosi")


def _ogc_code(feature: Mapping[str, Any]) -> tuple[object, object]:
    """Code and year of a feature, out of the first local id that tells a municipality's."""
    for text in _local_ids(feature):
        if _THREE_DIGITS.fullmatch(text):
            return text, None
        found = _LOCAL_ID.fullmatch(text)
        if found and found.group(1) == "kunta":
            return found.group(3), found.group(2)
    return None, None


def _local_ids(feature: Mapping[str, Any]) -> Iterator[str]:
    """What may be the id of a unit: properties by the name of localId, then the feature's own."""
    properties = mapping(feature.get("properties"))
    values = [value for key, value in properties.items() if "localid" in key.lower()]
    nested = mapping(properties.get("inspireId")).get("localId")
    for value in (*values, nested, feature.get("id")):
        if isinstance(value, str) and len(value) <= 200 and value.isascii():
            yield value


def _municipal(collection: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """The page without areas of other kinds, which come where ``tessellation`` is not kept to.

    Raises
    ------
    SourceChanged
        There are features, and none tells a code where one is looked for.
    """
    features = [mapping(feature) for feature in sequence(collection.get("features"))]
    kinds = [
        next(
            (found.group(1) for text in _local_ids(feature) if (found := _LOCAL_ID.match(text))), ""
        )
        for feature in features
    ]
    kept = [
        feature
        for feature, kind in zip(features, kinds, strict=True)
        if kind in ("", "kunta") or _ogc_code(feature)[0]
    ]
    if len(kept) < len(features):
        notes.surprise("area of another kind", len(features) - len(kept))
    if kept and not any(_ogc_code(feature)[0] for feature in kept):
        names = sorted({plain(key) for key in mapping(kept[0].get("properties"))})[:10]
        raise SourceChanged(
            f"{notes.source_id}: no feature of the OGC API has a localId that ends in a "
            f"municipality's code; the properties are {', '.join(names) or 'none'}."
        )
    if not isinstance(collection.get("features"), list):
        return collection
    return {**collection, "features": kept}


def _next(collection: Mapping[str, Any], address: str) -> str | None:
    """The address of the next page; None where no link of type JSON leads there."""
    for value in sequence(collection.get("links")):
        link = mapping(value)
        href, kind = link.get("href"), link.get("type", "json")
        is_json = isinstance(kind, str) and "json" in kind
        if link.get("rel") == "next" and is_json and isinstance(href, str) and len(href) < 2_000:
            try:
                return urljoin(address, href)
            except ValueError:
                return href
    return None


def _is_same_host(address: str, base: str) -> bool:
    try:
        there, here = urlsplit(address), urlsplit(base)
    except ValueError:
        return False
    # netloc holds port and credentials as well: nothing but the very same is asked.
    return (there.scheme, there.netloc) == (here.scheme, here.netloc)
