from __future__ import annotations

import datetime as dt
import json
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.embedded import read_table, write_table
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Gathered, Request, Scope
from loaders.sources._statfi_answers import Notes
from loaders.sources._statfi_outlines import Outlines
from loaders.sources.statfi_boundaries import SOURCE, gather
from loaders.tables import BOUNDARIES
from tests.servers.drive import drive
from tests.servers.statfi import Statfi, base_urls, ogc_url
from tests.servers.statfi_faults import Meddler, junked, watched
from tests.servers.statfi_places import FIXED, fixed_places, whole_country

PLACES = fixed_places()
FOUR = [place for place in PLACES if place.code in ("445", "491", "507", "853")]


def scope(codes=None, *, year: int = 2026, is_national: bool = False, **options: str) -> Scope:
    return Scope(
        base_url=base_urls()[SOURCE.id],
        today=dt.date(2026, 11, 21),
        year=year,
        municipality_codes=tuple(codes or (place.code for place in PLACES)),
        region_codes=("02", "10"),
        wellbeing_county_codes=("05", "12"),
        is_national=is_national,
        options=options,
    )


def four(**options) -> Scope:
    return scope([place.code for place in FOUR], **options)


def outlines(result: Gathered) -> gpd.GeoDataFrame:
    frame = result.frames["boundaries"]
    assert table_faults(frame, BOUNDARIES) == []
    return frame


def codes(result: Gathered) -> list[str]:
    return list(outlines(result)["municipality_code"])


def set_aside(result: Gathered) -> set[tuple[str, str]]:
    return set(zip(result.rejects["text"], result.rejects["reason"], strict=True))


def service(**knobs) -> Statfi:
    return Statfi(divisions={2026: FOUR}, **knobs)


def page(*features: dict, **more) -> dict:
    return {"type": "FeatureCollection", "features": list(features), **more}


def feature(geometry, code: object = "491", year: object = 2026) -> dict:
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"kunta": code, "vuosi": year},
    }


def polygon(*rings: list[tuple[float, float]]) -> dict:
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in rings]}


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def read(*features: dict, **more) -> tuple[gpd.GeoDataFrame, Notes]:
    """What becomes of a page of features of Mikkeli and Helsinki."""
    notes = Notes(SOURCE.id)
    reading = Outlines(("091", "491"), 2026, is_national=True, notes=notes)
    reading.take(
        page(*features, **more),
        lambda found: (found["properties"]["kunta"], found["properties"]["vuosi"]),
    )
    return reading.frame(), notes


def reasons(notes: Notes) -> list[tuple[str, str]]:
    return list(zip(notes.rejects["text"], notes.rejects["reason"], strict=True))


def outline_of(geometry) -> shapely.MultiPolygon | None:
    """The outline that is made of a geometry of Mikkeli; None where it is set aside."""
    frame, notes = read(feature(geometry), feature(polygon(box(24.8, 60.1, 25.2, 60.3)), "091"))
    if "491" in set(frame["municipality_code"]):
        return frame.set_index("municipality_code").loc["491", "geometry"]
    assert reasons(notes) == [("491", "bad_outline")]
    return None


def test_gather_gives_the_embedded_outlines_back():
    frame = outlines(drive(gather(scope()), Statfi()))

    embedded = read_table(BOUNDARIES, FIXED)
    assert list(frame["municipality_code"]) == list(embedded["municipality_code"])
    assert shapely.equals_exact(frame.geometry, embedded.geometry).all()
    assert frame.crs == "EPSG:4326"
    assert set(frame.geom_type) == {"MultiPolygon"}


def test_gather_leaves_neither_gaps_nor_overlaps_between_neighbours():
    frame = outlines(drive(gather(scope()), Statfi()))

    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    areas = shapely.area(frame.geometry.to_numpy())
    assert areas.sum() == pytest.approx(frame.union_all().area, rel=1e-9)


def test_gather_gives_five_decimals_that_a_file_keeps(tmp_path):
    frame = outlines(drive(gather(scope()), Statfi()))

    numbers = frame.get_coordinates().to_numpy()
    assert (numbers == numbers.round(5)).all()
    write_table(frame, BOUNDARIES, tmp_path)
    assert shapely.equals_exact(read_table(BOUNDARIES, tmp_path).geometry, frame.geometry).all()


def test_gather_asks_for_the_layer_of_the_year_with_codes_as_text():
    local = service()

    drive(gather(four(scale="1000k")), local)

    assert len(local.asked) == 1
    assert "typeNames=tilastointialueet:kunta1000k_2026" in local.asked[0]
    assert "CQL_FILTER=kunta IN ('445','491','507','853')" in local.asked[0]


def test_gather_asks_for_many_municipalities_in_parts():
    places = whole_country()
    local = Statfi(divisions={2026: places})
    wanted = [place.code for place in places[:120]]

    result = drive(gather(scope(wanted)), local)

    assert codes(result) == sorted(wanted)
    assert [address.count("','") + 1 for address in local.asked] == [50, 50, 20]


def test_gather_asks_for_the_whole_country_without_a_filter():
    places = whole_country()
    local = Statfi(divisions={2026: places})

    result = drive(gather(scope([place.code for place in places], is_national=True)), local)

    assert len(codes(result)) == 308
    assert not any("CQL_FILTER" in address for address in local.asked)
    assert len(local.asked) == 4


@pytest.mark.parametrize("matched", [None, "unknown", 0, 7, 10**9])
def test_gather_pages_by_what_came_not_by_the_counts_told(matched):
    local = Statfi(page_cap=7, number_matched=matched)

    result = drive(gather(scope()), local)

    assert len(codes(result)) == 38
    assert len(local.asked) == 6


def test_gather_stops_where_a_page_comes_again():
    local = Statfi(page_cap=7, ignores_start=True)

    result = drive(gather(scope()), local)

    assert len(local.asked) == 2
    assert len(codes(result)) == 7
    assert result.surprises == {"page that came before": 1}
    assert {reason for _, reason in set_aside(result)} == {"no_outline"}
    assert len(set_aside(result)) == 31


def test_gather_stops_where_pages_never_end():
    class Endless:
        def __init__(self) -> None:
            self.count = 0

        def answer(self, *_):
            self.count += 1
            made = page(feature(polygon(box(26, 61, 27, 62)), "740"))
            made["features"][0]["id"] = f"kunta.{self.count}"
            return 200, {}, json.dumps(made).encode()

    with pytest.raises(SourceChanged, match="more than 40 pages"):
        drive(gather(four(adapter="wfs")), Endless())


def test_gather_leaves_out_what_it_did_not_ask_for():
    result = drive(gather(four()), Statfi(ignores_filter=True))

    assert codes(result) == ["445", "491", "507", "853"]
    assert result.surprises == {"municipality that was not asked for": 34}


def test_gather_sets_aside_what_is_not_in_the_division_of_the_country():
    result = drive(gather(four(is_national=True)), Statfi(divisions={2026: PLACES[:10] + FOUR}))

    assert codes(result) == ["445", "491", "507", "853"]
    assert {reason for _, reason in set_aside(result)} == {"not_in_division"}
    assert len(set_aside(result)) == 10


def test_gather_names_the_municipalities_that_did_not_come():
    places = [place._replace(outline=None) if place.code == "491" else place for place in FOUR]

    result = drive(gather(four()), Statfi(divisions={2026: places}))

    assert codes(result) == ["445", "507", "853"]
    assert set_aside(result) == {("491", "no_outline")}


def test_gather_never_takes_a_number_for_a_code():
    with pytest.raises(SourceChanged, match="4 bad_code"):
        drive(gather(four(adapter="wfs")), service(has_number_codes=True))


@pytest.mark.parametrize(
    ("knobs", "surprise"),
    [
        ({"flips_axes": True}, "metres with the axes the other way round"),
        ({"crs_given": "EPSG:4326"}, None),
        (
            {"crs_given": "urn:ogc:def:crs:EPSG::4326"},
            "degrees with the axes the other way round",
        ),
    ],
)
def test_gather_tells_unit_and_order_of_the_axes_by_the_numbers(knobs, surprise):
    plain = outlines(drive(gather(scope()), Statfi()))

    result = drive(gather(scope()), Statfi(**knobs))

    assert shapely.equals_exact(outlines(result).geometry, plain.geometry, tolerance=1.1e-5).all()
    assert result.surprises == ({surprise: 38} if surprise else {})


def test_gather_says_where_the_numbers_are_not_of_the_system_named():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}

    frame, notes = read(feature(polygon(box(500_000, 6_820_000, 540_000, 6_860_000))), crs=crs)

    points = frame.get_coordinates().to_numpy()
    corner = min(points[points[:, 0] == 27.0], key=lambda point: point[1])
    # On the middle meridian 6,820,000 m / 0.9996 from the equator: by the length of the meridian.
    assert corner[1] == pytest.approx(61.5136, abs=2e-4)
    assert dict(notes.surprises) == {"crs of degrees, numbers of metres": 1}


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::3857", "EPSG:32636", "Helsinki 1924"])
def test_outlines_in_another_system_are_refused(name):
    crs = {"type": "name", "properties": {"name": name}}

    with pytest.raises(SourceChanged, match="coordinate system"):
        read(feature(polygon(box(500_000, 6_820_000, 540_000, 6_860_000))), crs=crs)


@pytest.mark.parametrize(
    "corners",
    [
        (0, 0, 1, 1),
        (3_005_000, 8_740_000, 3_006_000, 8_741_000),
        (26, 61, 62, 27),
        (17.0, 59.0, 18.0, 60.0),
    ],
)
def test_an_outline_outside_finland_is_set_aside(corners):
    helsinki = feature(polygon(box(24.8, 60.1, 25.2, 60.3)), "091")

    frame, notes = read(helsinki, feature(polygon(box(*corners))))

    assert list(frame["municipality_code"]) == ["091"]
    assert reasons(notes) == [("491", "outside_finland")]


def test_an_outline_of_another_year_is_set_aside():
    helsinki = feature(polygon(box(24.8, 60.1, 25.2, 60.3)), "091", "2026")

    frame, notes = read(helsinki, feature(polygon(box(26, 61, 27, 62)), year=2025))

    assert list(frame["municipality_code"]) == ["091"]
    assert reasons(notes) == [("491", "other_year"), ("491", "no_outline")]


def test_a_municipality_keeps_its_first_outline():
    first, second = polygon(box(26, 61, 27, 62)), polygon(box(27, 61, 28, 62))

    frame, notes = read(feature(first), feature(second))

    assert frame.total_bounds.tolist() == [26, 61, 27, 62]
    assert reasons(notes) == [("491", "outline_twice"), ("091", "no_outline")]


def test_an_outline_keeps_its_holes():
    shape = outline_of(polygon(box(26, 61, 27, 62), box(26.4, 61.4, 26.6, 61.6)[::-1]))

    assert shape.area == pytest.approx(1 - 0.04)
    assert len(shape.geoms[0].interiors) == 1


def test_an_outline_that_crosses_itself_is_mended():
    bow_tie = [(26, 61), (27, 62), (27, 61), (26, 62), (26, 61)]

    shape = outline_of(polygon(bow_tie))

    # Two triangles, each half as wide as high.
    assert shape.is_valid
    assert shape.area == pytest.approx(0.5)
    numbers = shapely.get_coordinates(shape)
    assert (numbers == numbers.round(5)).all()


def test_parts_that_overlap_become_one():
    parts = [polygon(box(26, 61, 27, 62)), polygon(box(26.5, 61, 27.5, 62))]
    geometry = {"type": "MultiPolygon", "coordinates": [part["coordinates"] for part in parts]}

    assert outline_of(geometry).area == pytest.approx(1.5)


def test_the_areas_of_a_collection_are_taken_and_the_rest_left_out():
    inner = {"type": "GeometryCollection", "geometries": [polygon(box(26, 61, 27, 62))]}
    line = {"type": "LineString", "coordinates": [[26, 61], [27, 62]]}

    shape = outline_of({"type": "GeometryCollection", "geometries": [line, inner, None]})

    assert shape.area == pytest.approx(1)


def test_heights_are_left_out():
    ring = [[x, y, 81.0] for x, y in box(26, 61, 27, 62)]

    shape = outline_of({"type": "Polygon", "coordinates": [ring]})

    assert not shape.has_z


def collections(depth: int) -> dict:
    geometry = polygon(box(26, 61, 27, 62))
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        {},
        {"type": "Point", "coordinates": [26, 61]},
        {"type": "LineString", "coordinates": [[26, 61], [27, 62]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[26, 61], [27, 62]]]},
        {"type": "Polygon", "coordinates": [[[26, 61], [27, 62], [26, "x"], [26, 61]]]},
        {"type": "Polygon", "coordinates": [[[26, 61], [27, 62], [26, 1e999], [26, 61]]]},
        {"type": "Polygon", "coordinates": [[[26, 61], [27, 62], [26], [26, 61]]]},
        {"type": "Polygon", "coordinates": [[[26, 61], None, [27, 62], [26, 61]]]},
        {"type": "Polygon", "coordinates": {"x": 1}},
        # A line there and back, and less than the fifth decimal.
        {"type": "Polygon", "coordinates": [[[26, 61], [27, 61], [26, 61], [26, 61]]]},
        polygon(box(26, 61, 26.000001, 61.000001)),
        collections(50),
    ],
    ids=lambda geometry: str(geometry)[:50],
)
def test_what_is_no_area_is_set_aside(geometry):
    assert outline_of(geometry) is None


def test_a_tangle_is_set_aside_without_being_mended():
    points = np.random.default_rng(1).random((3_000, 2)) + np.array([26, 61])
    tangle = {"type": "Polygon", "coordinates": [[*points.tolist(), points[0].tolist()]]}
    started = time.monotonic()

    assert outline_of(tangle) is None
    # Mending it would take a minute and a gigabyte.
    assert time.monotonic() - started < 5


def test_gather_asks_the_second_service_where_the_first_refuses_with_status_200():
    local = service(wfs_years=[2025], exception_status=200)

    result = drive(gather(four()), local)

    assert codes(result) == ["445", "491", "507", "853"]
    assert result.surprises == {"the WFS failed: outlines of the OGC API": 1}
    ogc = "AreaStatisticalUnit_4500k_EPSG_4326_2026/items?f=json&tessellation=kunta&limit=10000"
    assert ogc in local.asked[-1]


@pytest.mark.parametrize("status", [400, 500, 503])
def test_gather_asks_the_second_service_where_the_first_fails(status):
    result = drive(gather(four()), service(failing={"/geoserver/": [status]}))

    assert codes(result) == ["445", "491", "507", "853"]


def test_gather_gives_the_same_outlines_by_either_service():
    wfs = outlines(drive(gather(scope(adapter="wfs")), Statfi()))
    ogc = outlines(drive(gather(scope(adapter="ogc")), Statfi(ogc_page=9)))

    assert list(wfs["municipality_code"]) == list(ogc["municipality_code"])
    assert shapely.equals_exact(wfs.geometry, ogc.geometry, tolerance=1.1e-5).all()


def test_gather_tells_why_each_service_failed():
    local = service(wfs_years=[], ogc_years=[], exception_status=200)

    with pytest.raises(SourceChanged, match=r"'InvalidParameterValue'.* OGC API, page 1: 404"):
        drive(gather(four()), local)


def test_gather_is_unavailable_where_neither_service_answers():
    local = service(failing={"/geoserver/": [500], "/inspire/": [500]})

    with pytest.raises(SourceUnavailable, match=r"500.*500"):
        drive(gather(four()), local)


def test_gather_keeps_to_the_one_service_that_is_chosen():
    local = service(wfs_years=[])
    with pytest.raises(SourceUnavailable):
        drive(gather(four(adapter="wfs")), local)
    assert not any("/inspire/" in address for address in local.asked)

    local = service()
    drive(gather(four(adapter="ogc")), local)
    assert not any("/geoserver/" in address for address in local.asked)


def test_gather_asks_the_second_service_on_the_host_of_the_first_or_where_told():
    seen: list[Request] = []
    drive(watched(gather(four(adapter="ogc")), seen), service())
    drive(
        watched(gather(four(adapter="ogc", ogc_url=ogc_url("https://x.invalid"))), seen), service()
    )

    hosts = [request.url.partition("/collections")[0] for request in seen]
    assert hosts == [
        "https://service.invalid/inspire/ogc/api/su",
        "https://x.invalid/inspire/ogc/api/su",
    ]


def test_gather_follows_links_until_all_have_come():
    local = service(ogc_page=1)

    assert len(codes(drive(gather(four(adapter="ogc")), local))) == 4
    assert len(local.asked) == 4


@pytest.mark.parametrize(
    "link",
    [
        "https://other.invalid/inspire/ogc/api/su/collections/x/items",
        "http://service.invalid/inspire/ogc/api/su",
        "https://service.invalid:8443/inspire/ogc/api/su",
        "https://user@service.invalid/inspire/ogc/api/su",
        "//other.invalid/x",
        "https://[broken/x",
        "file:///etc/passwd",
    ],
)
def test_gather_follows_no_link_to_another_host(link):
    seen: list[Request] = []

    result = drive(watched(gather(four(adapter="ogc")), seen), service(ogc_page=2, ogc_next=link))

    assert len(seen) == 1
    assert len(codes(result)) == 2
    assert result.surprises == {"link to another host, not followed": 1}
    assert {reason for _, reason in set_aside(result)} == {"no_outline"}


def test_gather_follows_no_link_twice():
    first = (
        f"{ogc_url()}/collections/AreaStatisticalUnit_4500k_EPSG_4326_2026/items"
        "?f=json&tessellation=kunta&limit=10000"
    )

    result = drive(gather(four(adapter="ogc")), service(ogc_page=2, ogc_next=first))

    assert len(codes(result)) == 2
    assert result.surprises == {"link to a page again, not followed": 1}


@pytest.mark.parametrize(
    "name", ["localId", "areaStatisticalUnit_inspireId_localId", "INSPIREID_LOCALID"]
)
def test_gather_finds_the_code_in_a_local_id(name):
    result = drive(gather(four(adapter="ogc")), service(ogc_code_property=name))

    assert codes(result) == ["445", "491", "507", "853"]


def test_gather_says_that_no_local_id_holds_a_code():
    local = service(ogc_code_property="identifier")

    with pytest.raises(SourceChanged, match="geographicalName_fin, identifier, inspireId_name"):
        drive(gather(four(adapter="ogc")), local)


def test_gather_leaves_out_areas_of_other_kinds():
    def add(body: bytes) -> bytes:
        content = json.loads(body)
        other = json.loads(json.dumps(content["features"][0]))
        other["properties"]["inspireId_localId"] = "maakunta_1_20260101_491"
        content["features"].insert(0, other)
        return json.dumps(content).encode()

    result = drive(gather(four(adapter="ogc")), Meddler(service(), 0, add))

    assert codes(result) == ["445", "491", "507", "853"]
    assert result.surprises == {"area of another kind": 1}


def test_gather_sets_aside_a_local_id_of_another_year():
    def older(body: bytes) -> bytes:
        return body.replace(b"kunta_1_20260101_491", b"kunta_1_20250101_491")

    result = drive(gather(four(adapter="ogc")), Meddler(service(), 0, older))

    assert set_aside(result) == {("491", "other_year"), ("491", "no_outline")}


@pytest.mark.parametrize(
    "options", [{"scale": "2000k"}, {"adapter": "gml"}, {"scale": ""}], ids=str
)
def test_gather_refuses_options_it_does_not_know(options):
    with pytest.raises(LoaderError, match=r"statfi_boundaries\.(scale|adapter)"):
        drive(gather(four(**options)), service())


def test_gather_puts_no_odd_code_into_a_question():
    with pytest.raises(LoaderError, match="no code of a municipality"):
        drive(gather(scope(["491", "') OR 1=1 --"])), service())


OTHER_BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"type": "FeatureCollection", "features": null}',
    b'{"type": "FeatureCollection", "features": [NaN]}',
    b"[" * 100_000,
    b"<wfs:FeatureCollection/>",
    b"<!DOCTYPE html><html><title>503</title></html>",
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("adapter", ["wfs", "ogc"])
@pytest.mark.parametrize("body", OTHER_BODIES, ids=lambda body: repr(body[:50]))
def test_gather_says_that_an_answer_is_of_another_form(adapter, body):
    with pytest.raises(SourceChanged, match="statfi_boundaries"):
        drive(gather(four(adapter=adapter)), Meddler(service(), 0, lambda _: body))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    adapter=st.sampled_from(["wfs", "ogc", "auto"]),
    body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
)
def test_gather_survives_any_bytes(adapter, body):
    try:
        result = drive(gather(four(adapter=adapter)), Meddler(service(), 0, lambda _: body))
    except LoaderError:
        return
    assert adapter == "auto"
    assert codes(result) == ["445", "491", "507", "853"]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    adapter=st.sampled_from(["wfs", "ogc"]),
    seed=st.integers(0, 10**9),
    changes=st.integers(1, 8),
)
def test_gather_survives_any_change_within_an_answer(adapter, seed, changes):
    local = Meddler(service(), 0, lambda body: junked(body, seed, changes))
    try:
        result = drive(gather(four(adapter=adapter)), local)
    except LoaderError:
        return
    # Nobody is lost in silence: each of the four is there or set aside.
    told = set(codes(result)) | set(result.rejects["text"])
    assert {"445", "491", "507", "853"} <= told
    assert outlines(result).is_valid.all()
