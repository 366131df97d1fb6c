from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlencode

import pandas as pd
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.embedded import read_table
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Gathered, Request, Scope
from loaders.sources._statfi_answers import Notes
from loaders.sources._statfi_classes import class_items, correspondence_tables, mapped_codes
from loaders.sources._statfi_levels import names_of
from loaders.sources.statfi_division import SOURCE, gather
from loaders.tables import MUNICIPALITIES, PARTS
from tests.servers.drive import Reply, drive
from tests.servers.http import serving
from tests.servers.statfi import Statfi, base_urls
from tests.servers.statfi_faults import Meddler, junked, watched
from tests.servers.statfi_places import FIXED, Place, fixed_places, pertunmaa, whole_country

LISTED = (
    "https://api.stat.fi/classificationservice/open/api/classifications/v2/correspondenceTables"
)
ASKED = Request(url="https://service.invalid/x", label="x")
FOUR = [place for place in fixed_places() if place.code in ("445", "491", "507", "853")]


def scope(year: int = 2026, base_url: str = base_urls()[SOURCE.id], **options: str) -> Scope:
    return Scope(
        base_url=base_url,
        today=dt.date(2026, 11, 21),
        year=year,
        municipality_codes=("491",),
        region_codes=("10",),
        wellbeing_county_codes=("12",),
        options=options,
    )


def gathered(service: Statfi, **options: str) -> Gathered:
    return drive(gather(scope(**options)), service)


def two_years(before: list[Place], after: list[Place], **knobs) -> Statfi:
    """A service whose division of 2025 is ``before``, that of 2026 ``after``."""
    return Statfi(divisions={2025: before, 2026: after}, **knobs)


def set_aside(result: Gathered) -> list[tuple[int, str, str]]:
    rejects = result.rejects
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def rows(frame: pd.DataFrame) -> list[tuple]:
    plain = frame.astype(object).where(frame.notna(), None)
    return list(plain.itertuples(index=False, name=None))


class Edited:
    """The service with some answers edited: part of an address to a function of the JSON."""

    def __init__(self, service: Statfi, edits) -> None:
        self._service, self._edits = service, edits

    def answer(self, method, path, query, body, headers) -> Reply:
        status, answered, content = self._service.answer(method, path, query, body, headers)
        for part, edit in self._edits.items():
            if part in path and status == 200:
                content = json.dumps(edit(json.loads(content))).encode()
        return status, answered, content


class Http:
    """What stands at the path on this machine, asked over HTTP."""

    def __init__(self, address: str) -> None:
        self._address = address

    def answer(self, method, path, query, body, headers) -> Reply:
        came = requests.get(f"{self._address}{path}?{urlencode(query, doseq=True)}", timeout=5)
        return came.status_code, {}, came.content


def test_gather_gives_the_embedded_municipalities_as_they_are():
    division = gathered(Statfi()).frames["division"]

    embedded = read_table(MUNICIPALITIES, FIXED)
    columns = [name for name in division.columns if name in embedded.columns]
    assert columns == list(division.columns)[:-1]
    assert rows(division[columns]) == rows(embedded[columns])
    assert set(division["year"]) == {2026}


def test_gather_gives_tables_that_fit_the_model():
    result = gathered(Statfi())

    assert set(result.frames) == set(SOURCE.tables)
    for name, frame in result.frames.items():
        assert table_faults(frame, PARTS[name]) == []
        assert SOURCE.id in PARTS[name].sources
    assert result.source_date == "2026-01-01"


def test_gather_gives_all_municipalities_whatever_the_scope():
    places = whole_country()
    service = Statfi(divisions={2024: sorted([*places, pertunmaa()]), 2026: places})

    assert len(gathered(service).frames["division"]) == 308
    assert len(drive(gather(scope(2024)), service).frames["division"]) == 309


def test_gather_keeps_equal_numbers_of_regions_and_counties_apart():
    areas = gathered(Statfi(divisions={2026: whole_country()})).frames["areas"]

    twelve = areas[areas["code"] == "12"].set_index("level")["name_fi"]
    assert twelve["region"] == "Pohjois-Karjala"
    assert twelve["wellbeing_county"] == "Etelä-Savo"


def test_gather_names_areas_in_three_languages_and_leaves_the_short_name_open():
    areas = gathered(Statfi()).frames["areas"]

    assert rows(areas) == [
        ("region", "02", "Varsinais-Suomi", "Egentliga Finland", "Southwest Finland", None),
        ("region", "10", "Etelä-Savo", "Södra Savolax", "South Savo", None),
        (
            "wellbeing_county",
            "05",
            "Varsinais-Suomi",
            "Egentliga Finland",
            "Southwest Finland",
            None,
        ),
        ("wellbeing_county", "12", "Etelä-Savo", "Södra Savolax", "South Savo", None),
    ]


def test_gather_counts_areas_that_have_no_municipality():
    surprises = gathered(Statfi()).surprises

    assert surprises["maakunta 01 has no municipality"] == 1
    assert "maakunta 02 has no municipality" not in surprises


@pytest.mark.parametrize("has_plain_hash", [False, True])
def test_gather_discovers_the_ids_of_the_tables(has_plain_hash):
    service = Statfi(
        class_numbers={"hyvinvointialue": 3, "kielisuhde": 7}, has_plain_hash=has_plain_hash
    )

    assert len(gathered(service).frames["division"]) == 38
    asked = [address for address in service.asked if "/maps" in address]
    assert any("kunta_1_20260101%23hyvinvointialue_3_20260101/maps" in at for at in asked)


def test_gather_asks_its_own_host_alone_and_never_a_bare_hash():
    seen: list[Request] = []

    drive(watched(gather(scope()), seen), Statfi())

    assert all(request.url.startswith(base_urls()[SOURCE.id]) for request in seen)
    assert not any("#" in request.url for request in seen)


def test_gather_works_over_http_where_the_hash_stays_escaped():
    with serving({"statfi": Statfi(divisions={2026: FOUR})}) as addresses:
        address = addresses["statfi"]
        host = address.removesuffix("/statfi")
        result = drive(gather(scope(base_url=base_urls(address)[SOURCE.id])), Http(host))

    assert len(result.frames["division"]) == 4


@pytest.mark.parametrize(
    "knobs",
    [{"gives_only_addresses": True}, {"rows_fail": True}, {"names_of_targets_missing": True}],
)
def test_gather_reads_keys_without_rows_or_names(knobs):
    plain = gathered(Statfi()).frames["division"]

    result = gathered(Statfi(**knobs))

    assert result.frames["division"].equals(plain)
    assert ("only addresses of maakunta" in result.surprises) == ("rows_fail" in knobs)


def test_gather_falls_back_to_finnish_where_a_name_is_missing():
    service = Statfi(
        languages_missing=[("maakunta", "en"), ("hyvinvointialue", "sv"), ("kunta", "sv")]
    )

    result = gathered(service)

    areas = result.frames["areas"].set_index(["level", "code"])
    assert areas.loc[("region", "10"), "name_en"] == "Etelä-Savo"
    assert areas.loc[("region", "10"), "name_sv"] == "Södra Savolax"
    assert areas.loc[("wellbeing_county", "12"), "name_sv"] == "Etelä-Savo"
    turku = result.frames["division"].set_index("municipality_code").loc["853"]
    assert (turku["name_fi"], turku["name_sv"]) == ("Turku", "Turku")
    assert result.surprises["maakunta without a name in another language"] == 2


def test_gather_says_that_the_classes_of_a_new_year_are_not_there_yet():
    with pytest.raises(SourceChanged, match=r"2027.*newest there are those of 2026.*late in Jan"):
        drive(gather(scope(2027)), Statfi())


def test_gather_says_which_key_is_not_there():
    # The wellbeing counties have classes from 2022 on.
    with pytest.raises(SourceChanged, match="kunta_1_20210101 to hyvinvointialue"):
        drive(gather(scope(2021)), Statfi())


def test_gather_takes_a_class_of_an_older_day_but_none_of_a_later_one():
    def edit(listed: list[str]) -> list[str]:
        older = f"{LISTED}/kunta_1_20260101%23kielisuhde_1_20230101?format=json"
        later = f"{LISTED}/kunta_1_20260101%23maakunta_1_20270101?format=json"
        kept = [at for at in listed if "kunta_1_20260101%23kielisuhde" not in at]
        return [*kept, older, later]

    class Older(Statfi):
        def _pairs(self, source, target):
            is_older = (source, target) == ("kunta_1_20260101", "kielisuhde_1_20230101")
            return super()._pairs(source, "kielisuhde_1_20260101" if is_older else target)

    result = drive(
        gather(scope()), Edited(Older(), {"/correspondenceTables": edit} | {"/maps": list})
    )

    assert len(result.frames["division"]) == 38
    assert result.surprises["second table kunta_1_20260101#maakunta_1_20270101"] == 1


def test_gather_sets_a_vanished_municipality_aside_where_no_key_tells_its_successor():
    result = gathered(Statfi())

    assert len(result.frames["municipality_changes"]) == 0
    assert set_aside(result) == [(2025, "588", "successor_unknown")]


@pytest.mark.parametrize(
    ("source", "target", "pairs"),
    [
        ("kunta_1_20240101", "kunta_1_20250101", [("588", "507"), ("507", "507")]),
        ("kunta_1_20250101", "kunta_1_20240101", [("507", "588"), ("507", "507")]),
        ("kunta_2_20250101", "kunta_1_20250101", [("588", "507"), ("491", "491")]),
        ("kunta_2_20260101", "kunta_1_20260101", [("588", "507"), ("491", "491")]),
    ],
)
def test_gather_finds_the_successor_in_a_key_between_classes_of_municipalities(
    source, target, pairs
):
    result = gathered(Statfi(keys={(source, target): pairs}))

    assert rows(result.frames["municipality_changes"]) == [
        (
            *("588", "Pertunmaa", "Pertunmaa", "507", "Mäntyharju", "2025-01-01", "merged"),
            *(f"as told by {source}#{target}", "verified"),
        )
    ]
    assert table_faults(result.frames["municipality_changes"], PARTS["municipality_changes"]) == []
    assert set_aside(result) == []


@pytest.mark.parametrize(
    ("source", "pairs"),
    [
        # Older than the change.
        ("kunta_2_20240101", [("588", "507")]),
        # Tells of a municipality that is not there.
        ("kunta_2_20250101", [("588", "999")]),
        # Tells that it is itself.
        ("kunta_2_20250101", [("588", "588")]),
    ],
)
def test_gather_never_guesses_a_successor(source, pairs):
    key = (source, source.replace("kunta_2", "kunta_1"))

    result = gathered(Statfi(keys={key: pairs}))

    assert len(result.frames["municipality_changes"]) == 0
    assert set_aside(result) == [(2025, "588", "successor_unknown")]


def test_gather_sets_a_parted_municipality_aside():
    key = ("kunta_2_20250101", "kunta_1_20250101")

    result = gathered(Statfi(keys={key: [("588", "507"), ("588", "491")]}))

    assert set_aside(result) == [(2025, "588", "several_successors")]


def test_gather_tells_of_another_name():
    before = [
        place._replace(name_fi="Länsi-Turunmaa", name_sv="Väståboland")
        if place.code == "445"
        else place._replace(name_sv="Sankt Michel")
        if place.code == "491"
        else place
        for place in FOUR
    ]

    changes = gathered(two_years(before, FOUR)).frames["municipality_changes"]

    assert rows(changes) == [
        (
            *("445", "Länsi-Turunmaa", "Väståboland", "445", "Parainen", "2026-01-01", "renamed"),
            *(None, "verified"),
        ),
        (
            *("491", "Mikkeli", "Sankt Michel", "491", "Mikkeli", "2026-01-01", "renamed"),
            *("name in Swedish since: S:t Michel", "verified"),
        ),
    ]


def test_gather_takes_a_new_municipality_for_no_change_of_an_old_one():
    result = gathered(two_years(FOUR[:3], FOUR))

    assert len(result.frames["municipality_changes"]) == 0
    assert len(result.frames["division"]) == 4


def test_gather_compares_back_to_the_first_year_and_no_further():
    service = Statfi()
    gathered(service, first_year="2025")
    assert not any("kunta_1_2024" in address for address in service.asked)

    service = Statfi()
    gathered(service)
    assert any("kunta_1_20210101/classificationItems" in address for address in service.asked)


def test_gather_says_where_the_years_end():
    result = gathered(Statfi(divisions={2026: FOUR, 2024: FOUR}))

    assert result.surprises["no class of the municipalities of 2025: no older changes"] == 1


@pytest.mark.parametrize("year", ["", "twenty", "1999", "20210", "-1", "２０２１"])
def test_gather_refuses_an_option_that_is_no_year(year):
    with pytest.raises(LoaderError, match="first_year"):
        gathered(Statfi(), first_year=year)


def test_gather_sets_aside_what_it_cannot_place():
    def items(listed):
        if listed[0]["localId"].startswith("kunta"):
            listed[0]["code"] = 445  # the first is Parainen
            listed.append({**listed[1], "code": "91"})
            listed.append(listed[1])
            listed.append({"code": "999", "classificationItemNames": None})
        return listed

    service = Edited(Statfi(divisions={2026: FOUR}), {"/classificationItems": items})

    result = drive(gather(scope()), service)

    assert list(result.frames["division"]["municipality_code"]) == ["491", "507", "853"]
    assert set(set_aside(result)) == {
        (1, "int 445", "item_without_code"),
        (6, "491", "item_twice"),
        (4, "91", "bad_code"),
        (5, "999", "no_name"),
    }


@pytest.mark.parametrize(
    ("level", "edit", "reason"),
    [
        ("maakunta", lambda listed: listed[1:], "no_region"),
        ("hyvinvointialue", lambda listed: listed[1:], "no_wellbeing_county"),
        (
            "maakunta",
            lambda listed: [
                *listed,
                {"sourceItem": {"code": "445"}, "targetItem": {"code": "10"}},
            ],
            "two_region",
        ),
        (
            "kielisuhde",
            lambda listed: [{"sourceLocalId": "a/445", "targetLocalId": "b/4"}, *listed[1:]],
            "unknown_languages",
        ),
        (
            "kuntaryhmitys",
            lambda listed: [{"sourceLocalId": "a/445", "targetLocalId": "b/0"}, *listed[1:]],
            "unknown_grouping",
        ),
        (
            "seutukunta",
            lambda listed: [{"sourceLocalId": "a/445", "targetLocalId": "b/777"}, *listed[1:]],
            "unknown_subregion",
        ),
    ],
)
def test_gather_sets_a_municipality_aside_that_has_not_one_known_place(level, edit, reason):
    service = Edited(Statfi(divisions={2026: FOUR}), {f"%23{level}_": edit})

    result = drive(gather(scope()), service)

    assert list(result.frames["division"]["municipality_code"]) == ["491", "507", "853"]
    assert set_aside(result) == [(1, "445", reason)]


def test_gather_stops_where_no_municipality_can_be_placed():
    def edit(listed):
        return [row | {"targetItem": {}, "targetLocalId": "b/99"} for row in listed]

    with pytest.raises(SourceChanged, match="4 unknown_region"):
        drive(gather(scope()), Edited(Statfi(divisions={2026: FOUR}), {"%23maakunta_": edit}))


def test_gather_passes_on_that_the_service_does_not_answer():
    with pytest.raises(SourceUnavailable):
        gathered(Statfi(failing={"/classificationItems": [500]}))


def test_correspondence_tables_reads_the_sample_of_the_reference():
    body = json.dumps(
        [
            f"{LISTED}/kunta_1_20260101%23maakunta_1_20260101?format=json",
            f"{LISTED}/kunta_1_20250101%23maakunta_1_20250101?format=json",
            f"{LISTED}/kunta_1_20250101%23../../x?format=json",
            7,
        ]
    ).encode()
    notes = Notes("x")

    tables = correspondence_tables(body, ASKED, notes, source_id="x")

    assert [table.path for table in tables] == [
        "kunta_1_20260101%23maakunta_1_20260101",
        "kunta_1_20250101%23maakunta_1_20250101",
    ]
    assert dict(notes.surprises) == {"address of another form in the list of tables": 2}


def test_class_items_reads_the_sample_of_the_reference():
    body = """[
      {"code": "10", "localId": "maakunta_1_20260101/10", "level": 1,
       "classificationItemNames": [{"lang": "fi", "name": "Etelä-Savo"}]},
      {"code": "02", "localId": "maakunta_1_20260101/02", "level": 1, "colour": "red",
       "classificationItemNames": [{"lang": "sv", "name": "Egentliga Finland"},
                                   {"lang": "fi", "name": "Varsinais-Suomi"}]}]""".encode()
    notes = Notes("x")

    names = class_items(body, ASKED, notes, source_id="x", lang="fi")

    assert names == {"10": "Etelä-Savo", "02": "Varsinais-Suomi"}
    assert dict(notes.surprises) == {"item key colour": 1}


ROW = {
    "sourceLocalId": "kunta_1_20260101/491",
    "targetLocalId": "maakunta_1_20260101/10",
    "sourceItem": {"code": "491", "localId": "kunta_1_20260101/491"},
    "targetItem": {"code": "10", "localId": "maakunta_1_20260101/10"},
}


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        ROW | {"targetItem": None},
        ROW | {"sourceItem": {"code": 491}},
        ROW | {"sourceLocalId": None, "targetLocalId": None},
        f"{LISTED}/kunta_1_20260101%23maakunta_1_20260101/maps/491/10?format=json",
        f"{LISTED}/kunta_1_20260101%23maakunta_1_20260101/maps/491/10",
    ],
)
def test_mapped_codes_reads_rows_and_addresses(row):
    body = json.dumps([row]).encode()

    assert mapped_codes(body, ASKED, Notes("x"), source_id="x") == {"491": ["10"]}


def test_mapped_codes_sets_aside_a_row_that_contradicts_itself():
    notes = Notes("x")
    body = json.dumps([ROW, ROW | {"sourceLocalId": "kunta_1_20260101/740"}, 5, "x"]).encode()

    assert mapped_codes(body, ASKED, notes, source_id="x") == {"491": ["10"]}
    assert list(notes.rejects["line"]) == [2, 3, 4]
    assert set(notes.rejects["reason"]) == {"map_without_codes"}


@pytest.mark.parametrize(
    ("finnish", "swedish", "names"),
    [
        ("Maarianhamina - Mariehamn", "Mariehamn", ("Maarianhamina", "Mariehamn")),
        ("Maarianhamina - Mariehamn", "Mariehamn - Maarianhamina", ("Maarianhamina", "Mariehamn")),
        ("Maarianhamina - Mariehamn", "Maarianhamina - Mariehamn", ("Maarianhamina", "Mariehamn")),
        ("Mänttä-Vilppula", "Mänttä-Vilppula", ("Mänttä-Vilppula", "Mänttä-Vilppula")),
        ("Turku", "Åbo", ("Turku", "Åbo")),
    ],
)
def test_names_of_parts_a_double_name(finnish, swedish, names):
    assert tuple(names_of(finnish, swedish, Notes("x"))) == names


OTHER_BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[NaN]",
    b"[" * 100_000,
    b"<!DOCTYPE html><html><title>503</title></html>",
    b"\xff\xfe\x00",
    b'{"error": "not found"}',
    b"[" + b"1" * 5_000 + b"]",
]


@pytest.mark.parametrize("nth", [0, 1])
@pytest.mark.parametrize("body", OTHER_BODIES, ids=lambda body: repr(body[:12]))
def test_gather_says_that_an_answer_is_of_another_form(nth, body):
    service = Meddler(two_years(FOUR, FOUR), nth, lambda _: body)

    with pytest.raises(SourceChanged, match="statfi_division"):
        drive(gather(scope()), service)


@pytest.mark.parametrize("body", OTHER_BODIES[:3], ids=repr)
def test_gather_asks_for_addresses_where_the_rows_of_a_key_are_of_another_form(body):
    service = Meddler(two_years(FOUR, FOUR), 3, lambda _: body)

    result = drive(gather(scope()), service)

    assert len(result.frames["division"]) == 4
    assert set_aside(result) == []


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(nth=st.integers(0, 15), body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_gather_survives_any_bytes(nth, body):
    try:
        result = drive(gather(scope()), Meddler(two_years(FOUR, FOUR), nth, lambda _: body))
    except LoaderError:
        return
    for name, frame in result.frames.items():
        assert table_faults(frame, PARTS[name]) == []


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(nth=st.integers(0, 15), seed=st.integers(0, 10**9), changes=st.integers(1, 6))
def test_gather_survives_any_change_within_an_answer(nth, seed, changes):
    service = Meddler(two_years(FOUR, FOUR), nth, lambda body: junked(body, seed, changes))
    try:
        result = drive(gather(scope()), service)
    except LoaderError:
        return
    for name, frame in result.frames.items():
        assert table_faults(frame, PARTS[name]) == []
    known = result.frames["division"]["municipality_code"]
    assert set(known) <= {"445", "491", "507", "853", "091"}
    result.rejects["text"].str.encode("utf-8")
