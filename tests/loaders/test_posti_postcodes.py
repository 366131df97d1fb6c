from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Answer, Gathered, Parsed, Scope
from loaders.sources.posti_postcodes import SOURCE, gather, parse
from loaders.tables import POSTCODES
from tests.servers.drive import NOW, drive
from tests.servers.posti import Posti, dat, record, zipped

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures/sources/posti_postcodes.dat"

# As the reference has them; the file of 13 April 2024.
SAMPLE = [
    ("20100", "TURKU", "ÅBO", "853", "1"),
    ("50100", "MIKKELI", "MIKKELI", "491", "1"),
    ("50101", "MIKKELI", "MIKKELI", "491", "2"),
]


def scope(*codes: str) -> Scope:
    return Scope(
        base_url=SOURCE.url,
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=codes or ("001", "002"),
        region_codes=("10",),
        wellbeing_county_codes=("12",),
    )


def gathered(service: Posti, *codes: str) -> Gathered:
    result = drive(gather(scope(*codes)), service)
    assert table_faults(result.frames["postcodes"], POSTCODES) == []
    return result


def parsed(*records: str) -> Parsed:
    result = parse(dat(records))
    assert table_faults(result.frame, POSTCODES) == []
    return result


def rows(frame: Any) -> list[tuple[str, ...]]:
    return list(frame.itertuples(index=False, name=None))


def postcodes(result: Gathered) -> list[str]:
    return result.frames["postcodes"]["postcode"].tolist()


def set_aside(rejects: Any) -> list[tuple[int, str, str]]:
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def as_json(**others: Any) -> dict[str, Any]:
    """A record of the npm package."""
    return {
        "date": "20240413",
        "postcode": "50100",
        "postcode_fi_name": "MIKKELI",
        "postcode_sv_name": "MIKKELI",
        "postcode_abbr_fi": "MLI",
        "postcode_abbr_sv": "",
        "valid_from": "19961007",
        "type_code": "1",
        "ad_area_code": "FI1D1",
        "ad_area_fi": "Etelä-Savo",
        "ad_area_sv": "Södra Savolax",
        "municipal_code": "491",
        "municipal_name_fi": "Mikkeli",
        "municipal_name_sv": "S:t Michel",
        "municipal_language_ratio_code": "1",
    } | others


def test_parse_reads_the_sample_of_the_reference():
    frame, rejects = parse(FIXTURE.read_bytes())

    assert rows(frame) == SAMPLE
    assert len(rejects) == 0


def test_parse_reads_a_zip_with_the_file():
    frame, rejects = parse(zipped(FIXTURE.read_bytes(), "webpcode/PCF_20240413.dat"))

    assert rows(frame) == SAMPLE
    assert len(rejects) == 0


def test_parse_reads_the_npm_package():
    box = as_json(postcode="50101", type_code="2")
    town = as_json(
        postcode="20100", postcode_fi_name="TURKU", postcode_sv_name="ÅBO", municipal_code="853"
    )

    frame, rejects = parse(json.dumps([as_json(), box, town], ensure_ascii=False).encode())

    assert rows(frame) == SAMPLE
    assert len(rejects) == 0


def test_parse_keeps_leading_zeros_all_types_and_former_municipalities():
    kinds = [record(f"0010{kind}", kind=str(kind)) for kind in range(1, 9)]

    frame, rejects = parsed(*kinds, record("19430", "588"))

    assert frame["postcode"].tolist() == [f"0010{kind}" for kind in range(1, 9)] + ["19430"]
    assert frame["type_code"].tolist() == [*"12345678", "1"]
    assert frame["municipality_code"].tolist() == ["001"] * 8 + ["588"]
    assert len(rejects) == 0


def test_parse_keeps_names_in_capitals_and_lends_the_finnish_one():
    frame, _ = parsed(record(name_fi="  PÄÄ  JÄRVI ", name_sv=""))

    assert rows(frame[["name_fi", "name_sv"]]) == [("PÄÄ JÄRVI", "PÄÄ JÄRVI")]


@pytest.mark.parametrize(
    ("bad", "text", "reason"),
    [
        (record()[:-1], "219 characters", "wrong_length"),
        (record() + "1", "221 characters", "wrong_length"),
        # As UTF-8 the ä takes two.
        (record().encode().decode("latin-1"), "221 characters", "wrong_length"),
        ("KATUN" + record()[5:], "", "wrong_record"),
        (record("9999"), "", "bad_postcode"),
        (record("9999X"), "", "bad_postcode"),
        (record(municipality=""), "99990", "no_municipality"),
        (record(municipality="X01"), "99990", "no_municipality"),
        (record(kind="9"), "99990", "unknown_type"),
        (record(kind=""), "99990", "unknown_type"),
        (record(name_fi=""), "99990", "no_name"),
    ],
)
def test_parse_sets_a_bad_record_aside_and_goes_on(bad, text, reason):
    frame, rejects = parsed(record("99980"), bad, "", record("99999"))

    assert frame["postcode"].tolist() == ["99980", "99999"]
    assert set_aside(rejects) == [(2, text, reason)]


def test_parse_keeps_the_first_record_of_a_postal_code():
    frame, rejects = parsed(record(), record(), record(municipality="002"))

    assert frame["municipality_code"].tolist() == ["001"]
    assert set_aside(rejects) == [
        (2, "99990", "duplicate"),
        (3, "99990", "same_postcode_twice"),
    ]


def test_parse_tells_new_keys_and_wrong_types_of_the_npm_package():
    new = as_json(postcode="50102", uusi=1)

    frame, rejects = parse(json.dumps([new, as_json(postcode=50100), None, []]).encode())

    assert frame["postcode"].tolist() == ["50102"]
    assert set_aside(rejects) == [
        (1, "key of postcodes.json: uusi", "unknown_column"),
        (2, "", "bad_postcode"),
        (3, "", "wrong_record"),
        (4, "", "wrong_record"),
    ]


def bomb() -> bytes:
    return zipped(b" " * 10_000_001)


OTHERS = {
    "nothing": b"",
    "page": b"<html><body>503</body></html>",
    "object": b'{"50100": {}}',
    "empty list": b"[]",
    "deep": b"[" * 100_000,
    "another file": dat(["KATUN" + record()[5:]]),
    "zip without the file": zipped(dat([record()]), "BAF_20261120.dat"),
    "broken zip": zipped(dat([record()]))[:-30],
    "bomb": bomb(),
    "many records": b"x\n" * 30_001,
    "large": b"x" * 10_000_001,
    "large zip": b"PK\x03\x04" + bytes(2_000_001),
}


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_parse_refuses_what_is_no_postal_code_file(body):
    with pytest.raises(SourceChanged, match=SOURCE.id):
        parse(body)


def test_parse_unpacks_no_unusual_packing(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("PCF_20261120.dat", dat([record()]))

    with pytest.raises(SourceChanged, match="packed in an unusual way"):
        parse(path.read_bytes())


def test_gather_takes_the_newest_file_by_the_date_in_its_name():
    files = {
        name: dat([record(code, date=name[4:12])])
        for name, code in (
            ("PCF_20261119.dat", "99901"),
            ("PCF_20261120.dat", "99902"),
            ("PCF_20251231.dat", "99903"),
        )
    }
    service = Posti(files=files)

    result = gathered(service)

    assert service.asked == ["", "PCF_20261120.dat"]
    assert postcodes(result) == ["99902"]
    assert result.source_date == "2026-11-20"
    assert result.surprises == {}


def test_gather_reads_a_zipped_file():
    service = Posti(files={"PCF_20261120.zip": zipped(dat([record()]))})

    assert postcodes(gathered(service)) == ["99990"]


def test_gather_follows_no_link_to_another_place_or_time():
    links = [
        "https://evil.example/webpcode/PCF_20261121.dat",
        "//evil.example/webpcode/PCF_20261121.dat",
        "http://www.posti.fi/webpcode/PCF_20261121.dat",
        "https://www.posti.fi:8443/webpcode/PCF_20261121.dat",
        "/PCF_20261121.dat",
        "unzip/PCF_20261121.dat",
        "../webpcode/unzip/PCF_20261121.dat",
        "https://[/PCF_20261121.dat",
        "PCF_20991231.dat",
        "PCF_20260231.dat",
        "PCF_20261121.dat?x=1",
        "/webpcode/PCF_20261120.dat",
    ]
    service = Posti(files={"PCF_20261120.dat": dat([record()])}, links=links)

    result = gathered(service)

    assert service.asked == ["", "PCF_20261120.dat"]
    assert result.surprises == {
        "postal code file in another place": 8,
        "postal code file of a day to come": 1,
    }


def test_gather_gives_the_municipalities_asked_for():
    result = gathered(Posti(), "001", "003")

    assert postcodes(result) == ["90000", "90002"]
    assert result.surprises == {}


def test_gather_keeps_a_former_municipality_amid_those_asked_for():
    towns = ("001", "002", "003", "004")
    inside = [record(f"5010{number}", code) for number, code in enumerate(towns)]
    outside = [record("00100", "091", area="FI1B1"), record("33100", "837", area="FI197")]
    file = dat([record("19430", "588"), record("19431", "588"), *inside, *outside])

    result = gathered(Posti(files={"PCF_20261120.dat": file}), *towns)

    assert postcodes(result) == ["19430", "19431", "50100", "50101", "50102", "50103"]
    assert result.surprises == {"postal codes of the former municipality 588": 2}


def test_gather_dates_the_content_by_the_records():
    file = dat([record("99991", date="20261118"), record("99992", date="20261118")])
    odd = dat([record("99993", date="99999999"), record("99994", date="20991231")])

    result = gathered(Posti(files={"PCF_20261120.dat": file + odd}))

    assert result.source_date == "2026-11-18"


@pytest.mark.parametrize("body", [b"", b"<html><body>Huolto</body></html>", b"x" * 5_000_001])
def test_gather_tells_a_directory_without_the_file(body):
    gathering = gather(scope())
    next(gathering)

    with pytest.raises(SourceChanged, match=SOURCE.id):
        gathering.send(Answer(body=body, fetched_at=NOW))


def outcome(body: bytes) -> Parsed | None:
    try:
        return parse(body)
    except LoaderError:
        return None


@settings(deadline=None, max_examples=20)
@given(
    body=st.binary(max_size=500)
    | st.lists(st.text(min_size=220, max_size=221), max_size=3).map(
        lambda lines: "\n".join(f"PONOT{line[5:]}" for line in lines).encode("latin-1", "replace")
    )
    | st.binary(max_size=200).map(lambda rest: zipped(dat([record()]))[:-40] + rest)
)
def test_parse_survives_any_bytes(body):
    result = outcome(body)

    assert result is None or table_faults(result.frame, POSTCODES) == []


@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_parse_survives_any_json(data):
    value = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    nested = value | st.lists(value, max_size=2)
    changes = st.dictionaries(st.sampled_from(sorted(as_json())) | st.text(max_size=5), nested)
    records = data.draw(st.lists(changes.map(lambda change: as_json() | change) | nested))

    result = outcome(json.dumps(records).encode())

    assert result is None or table_faults(result.frame, POSTCODES) == []


@settings(deadline=None, max_examples=20)
@given(page=st.binary(max_size=200), name=st.text("PCF_20261./\\#?[]:@", max_size=30))
def test_gather_survives_any_directory(page, name):
    gathering = gather(scope())
    next(gathering)
    body = page + f'<a href="PCF_20261120.dat"></a><a href="{name}"></a>'.encode()
    try:
        request = gathering.send(Answer(body=body, fetched_at=NOW))
    except SourceChanged:
        return

    assert request.url.startswith("https://www.posti.fi/webpcode/PCF_")
