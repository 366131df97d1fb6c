"""What a source gave, as files: read back the same, damaged in no silence, without persons."""

from __future__ import annotations

import datetime as dt
import errno
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from loaders import part_files, snapshots
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.gathering import Part
from loaders.part_files import read_part, read_parts, write_part
from loaders.source import rejects_frame
from loaders.tables import (
    LIAISONS,
    ORGANISATION_AREAS,
    ORGANISATION_RECORDS,
    Table,
)

FETCHED = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
PERSONAL = "esavo_liaisons"
"""A source of the registry that tells of persons."""
PLAIN = "prh_companies"
"""A source of the registry that does not."""


def frame_of(table: Table, *rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(table.columns)).astype(table.dtypes)


def record(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "record_id": f"toy:{number}",
        "source_id": "toy",
        "name": f"Esimerkki {number} ry",
        "source_url": "https://example.fi/",
    } | changes


def part_of(
    frames: dict[str, pd.DataFrame], rejects: list[tuple[int, str, str]] | None = None, **told: Any
) -> Part:
    return Part(
        frames=frames, rejects=rejects_frame("toy", rejects or []), fetched_at=FETCHED, **told
    )


RECORDS = frame_of(
    ORGANISATION_RECORDS,
    record(1, municipality_code="019", postcode="00100", registered="1919-04"),
    record(2, name='Lelujen "tuki", ääni\nja leikki', name_sv="NA"),
)
AREAS = frame_of(
    ORGANISATION_AREAS, {"organisation_id": "toy:1", "relation": "domiciled", "area_code": "019"}
)


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sources whatever the folder holds today: one that tells of persons and one that does."""

    class Module:
        def __init__(self, has_personal_data: bool) -> None:
            self.SOURCE = type("SOURCE", (), {"has_personal_data": has_personal_data})

    known = {PERSONAL: Module(True), PLAIN: Module(False)}

    def source_module(source_id: str) -> Module:
        if source_id not in known:
            raise LoaderError("No such source")
        return known[source_id]

    monkeypatch.setattr(part_files, "source_module", source_module)


# What is written is read back


def test_a_part_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    part = part_of(
        {"organisation_records": RECORDS, "organisation_areas": AREAS},
        [(7, "rivi", "no_name")],
        surprises={"organizationType: Club": 3},
        source_date="2026-11",
        requests=12,
        bytes=3456,
        seconds=1.25,
    )
    folder = write_part(tmp_path / "parts" / PLAIN, part)
    again = read_part(folder)
    assert list(again.frames) == ["organisation_records", "organisation_areas"]
    for name, frame in part.frames.items():
        assert_frame_equal(again.frames[name], frame)
    assert_frame_equal(again.rejects, part.rejects)
    assert again.surprises == {"organizationType: Club": 3}
    assert (again.source_date, again.fetched_at) == ("2026-11", FETCHED)
    assert (again.requests, again.bytes, again.seconds) == (12, 3456, 1.25)


def test_the_note_tells_of_rows_and_of_rejects_by_reason(tmp_path: Path) -> None:
    rejects = [(1, "a", "no_name"), (2, "b", "bad_code"), (3, "c", "no_name")]
    folder = write_part(tmp_path / PLAIN, part_of({"organisation_records": RECORDS}, rejects))
    note = json.loads((folder / "part.json").read_bytes())
    assert note["rows"] == {"organisation_records": 2}
    assert note["rejects"] == {"bad_code": 1, "no_name": 2}
    assert note["fetched_at"] == "2026-11-21T12:00:00+00:00"
    assert note["source_date"] is None


def test_outlines_and_empty_tables_are_read_back(tmp_path: Path) -> None:
    outlines = gpd.GeoDataFrame(
        {"municipality_code": pd.Series(["001"], dtype="string")},
        geometry=[shapely.box(24, 60, 25, 61)],
        crs="EPSG:4326",
    )
    frames = {"boundaries": outlines, "liaisons": LIAISONS.empty()}
    again = read_part(write_part(tmp_path / PLAIN, part_of(frames)))
    assert again.frames["boundaries"].geometry.iloc[0].equals(shapely.box(24, 60, 25, 61))
    assert again.frames["boundaries"].crs == "EPSG:4326"
    assert_frame_equal(again.frames["liaisons"], LIAISONS.empty())


def test_no_outline_at_all_is_refused(tmp_path: Path) -> None:
    nothing = gpd.GeoDataFrame(
        {"municipality_code": pd.Series([], dtype="string")}, geometry=[], crs="EPSG:4326"
    )
    with pytest.raises(SourceChanged, match="no row of boundaries"):
        write_part(tmp_path / PLAIN, part_of({"boundaries": nothing}))


def test_a_second_part_takes_the_place_of_the_first(tmp_path: Path) -> None:
    folder = tmp_path / PLAIN
    write_part(folder, part_of({"organisation_records": RECORDS, "organisation_areas": AREAS}))
    write_part(folder, part_of({"organisation_records": RECORDS.iloc[:1]}))
    again = read_part(folder)
    assert list(again.frames) == ["organisation_records"]
    assert len(again.frames["organisation_records"]) == 1


# Persons


@pytest.mark.parametrize("source_id", [PERSONAL, "not_in_the_registry"])
def test_texts_of_rejects_that_may_name_a_person_are_not_kept(
    tmp_path: Path, source_id: str
) -> None:
    rejects = [(7, "Secretperson 050 000 000", "not_a_contact")]
    folder = write_part(tmp_path / source_id, part_of({"liaisons": LIAISONS.empty()}, rejects))
    assert not any(b"Secretperson" in path.read_bytes() for path in folder.iterdir())
    again = read_part(folder).rejects
    assert again["line"].tolist() == [7]
    assert again["reason"].tolist() == ["not_a_contact"]
    assert again["text"].isna().all()


def test_a_part_is_private_to_its_user(tmp_path: Path) -> None:
    folder = write_part(tmp_path / PERSONAL, part_of({"liaisons": LIAISONS.empty()}))
    assert folder.stat().st_mode & 0o077 == 0


# What a file cannot hold


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "a text is empty or longer"),
        ("x" * 131_073, "a text is empty or longer"),
        ("a\rb", "carriage return"),
        ("\ud800", "surrogate"),
    ],
)
def test_a_text_that_would_be_read_back_as_another_is_refused(
    tmp_path: Path, name: str, told: str
) -> None:
    folder = tmp_path / PLAIN
    write_part(folder, part_of({"organisation_records": RECORDS}))
    frame = frame_of(ORGANISATION_RECORDS, record(1, name=name))
    with pytest.raises(SourceChanged, match=told) as caught:
        write_part(folder, part_of({"organisation_records": frame}))
    assert PLAIN in str(caught.value)
    assert len(str(caught.value)) < 400
    assert len(read_part(folder).frames["organisation_records"]) == 2  # the one before stands


def test_the_longest_text_is_read_back(tmp_path: Path) -> None:
    frame = frame_of(ORGANISATION_RECORDS, record(1, name="x" * 131_072))
    again = read_part(write_part(tmp_path / PLAIN, part_of({"organisation_records": frame})))
    assert len(again.frames["organisation_records"].loc[0, "name"]) == 131_072


def test_other_columns_and_unknown_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="expected organisation_id, relation, area_code"):
        write_part(tmp_path / PLAIN, part_of({"organisation_areas": AREAS[["area_code"]]}))
    with pytest.raises(SourceChanged, match="no table"):
        write_part(tmp_path / PLAIN, part_of({"../x": AREAS}))
    assert not (tmp_path / PLAIN).exists()


@given(
    text=st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    line=st.integers(0, 10**9),
)
@settings(max_examples=50, deadline=None)
def test_any_text_set_aside_can_be_kept(
    tmp_path_factory: pytest.TempPathFactory, text: str, line: int
) -> None:
    folder = tmp_path_factory.mktemp("part") / PLAIN
    rejects = read_part(write_part(folder, part_of({}, [(line, text, "odd")]))).rejects
    assert rejects["line"].tolist() == [line]
    assert rejects["text"].isna().all() if text == "" else rejects["text"].tolist() == [text]


def test_half_a_letter_set_aside_is_kept_as_its_number(tmp_path: Path) -> None:
    folder = write_part(tmp_path / PLAIN, part_of({}, [(1, "a\ud800", "odd")]))
    assert read_part(folder).rejects["text"].tolist() == ["a\\ud800"]


def test_an_endless_text_set_aside_is_cut(tmp_path: Path) -> None:
    folder = write_part(tmp_path / PLAIN, part_of({}, [(1, "x" * 1_000_000, "odd")]))
    assert len(read_part(folder).rejects.loc[0, "text"]) == part_files.MAX_REJECT_TEXT


# Damage


def test_a_part_without_its_note_is_none(tmp_path: Path) -> None:
    folder = write_part(tmp_path / PLAIN, part_of({"organisation_records": RECORDS}))
    (folder / "part.json").unlink()
    with pytest.raises(SourceUnavailable, match=r"no whole part"):
        read_part(folder)


def test_a_table_with_rows_cut_off_is_damaged(tmp_path: Path) -> None:
    folder = write_part(tmp_path / PLAIN, part_of({"organisation_areas": AREAS}))
    path = folder / "organisation_areas.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(SourceChanged, match=r"0 rows, but part\.json tells of 1"):
        read_part(folder)


def test_a_missing_table_is_told_with_its_file(tmp_path: Path) -> None:
    folder = write_part(tmp_path / PLAIN, part_of({"organisation_areas": AREAS}))
    (folder / "organisation_areas.csv").unlink()
    with pytest.raises(SourceUnavailable, match=r"organisation_areas\.csv"):
        read_part(folder)


GOOD = {
    "source_id": PLAIN,
    "fetched_at": "2026-11-21T12:00:00+00:00",
    "source_date": None,
    "rows": {},
    "rejects": {},
    "surprises": {},
    "requests": 0,
    "bytes": 0,
    "seconds": 0.5,
}


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 100_000,
        json.dumps(GOOD | {"source_id": "another"}).encode(),
        json.dumps(GOOD | {"fetched_at": "yesterday"}).encode(),
        json.dumps(GOOD | {"fetched_at": "2026-11-21T12:00:00"}).encode(),
        json.dumps(GOOD | {"fetched_at": "0001-01-01T00:00:00+14:00"}).encode(),
        json.dumps(GOOD | {"rows": {"../../etc/passwd": 1}}).encode(),
        json.dumps(GOOD | {"rows": ["organisations"]}).encode(),
        json.dumps(GOOD | {"surprises": {"x": "1"}}).encode(),
        json.dumps(GOOD | {"requests": -1}).encode(),
        json.dumps(GOOD | {"requests": None}).encode(),
        json.dumps(GOOD | {"source_date": 2026}).encode(),
        json.dumps(GOOD | {"seconds": float("nan")}).encode(),
        json.dumps(GOOD | {"seconds": [1]}).encode(),
        json.dumps({name: GOOD[name] for name in GOOD if name != "bytes"}).encode(),
    ],
)
def test_a_damaged_note_is_a_fault_and_no_crash(tmp_path: Path, spoilt: bytes) -> None:
    write_part(tmp_path / "parts" / "toy_b", part_of({"organisation_areas": AREAS}))
    folder = write_part(tmp_path / "parts" / PLAIN, part_of({}))
    (folder / "part.json").write_bytes(spoilt)
    found, faults = read_parts(tmp_path)
    assert list(found) == ["toy_b"]
    assert len(faults) == 1
    assert str(folder / "part.json") in faults[0]


@given(body=st.binary(max_size=200))
@settings(max_examples=20, deadline=None)
def test_any_bytes_for_a_file_are_a_part_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    folder = tmp_path_factory.mktemp("package") / "parts" / PLAIN
    for name in ("part.json", "rejects.csv", "organisation_areas.csv"):
        write_part(folder, part_of({"organisation_areas": AREAS}))
        (folder / name).write_bytes(body)
        found, faults = read_parts(folder.parents[1])
        assert len(found) + len(faults) == 1


@pytest.mark.parametrize(
    "text",
    [
        b"source_id,line,text,reason\na,b,c,d\n",
        b"source_id,line,text,reason\na,1,c\n",
        b"source_id,line,text\n",
        b'source_id,line,text,reason\na,1,"c,d\n',
        b"\xff\xfe",
    ],
)
def test_damaged_rejects_are_a_fault_that_quotes_nothing(tmp_path: Path, text: bytes) -> None:
    folder = write_part(tmp_path / PLAIN, part_of({}))
    (folder / "rejects.csv").write_bytes(text)
    with pytest.raises(SourceChanged, match=r"rejects\.csv: damaged") as caught:
        read_part(folder)
    assert caught.value.__cause__ is None


def test_a_package_without_parts_has_none_and_no_fault(tmp_path: Path) -> None:
    assert read_parts(tmp_path) == ({}, [])


def test_only_folders_of_sources_are_read(tmp_path: Path) -> None:
    write_part(tmp_path / "parts" / PLAIN, part_of({}))
    (tmp_path / "parts" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "parts" / "UPPER").mkdir()
    found, faults = read_parts(tmp_path)
    assert (list(found), faults) == ([PLAIN], [])


# A full disk


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_full_disk_leaves_no_half_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Of the three files of this part the first, second or third does not fit."""
    folder = tmp_path / PLAIN
    write_part(folder, part_of({"organisation_areas": AREAS}))
    written: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        snapshots.write_whole(path, content)

    monkeypatch.setattr(part_files, "write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        write_part(folder, part_of({"organisation_areas": AREAS}))
    assert len(written) == number
    with pytest.raises(SourceUnavailable, match="no whole part"):
        read_part(folder)


# Size


def test_ten_thousand_records_are_written_whole(tmp_path: Path) -> None:
    numbers = pd.Series(range(10_000)).astype("string")
    frame = pd.DataFrame(
        dict.fromkeys(ORGANISATION_RECORDS.columns, pd.NA), index=numbers.index
    ).assign(
        record_id="toy:" + numbers,
        source_id="toy",
        name="Esimerkki " + numbers + " ry",
        municipality_code="019",
        source_url="https://example.fi/",
    )
    part = part_of({"organisation_records": frame.astype(ORGANISATION_RECORDS.dtypes)})
    folder = write_part(tmp_path / PLAIN, part)
    with (folder / "organisation_records.csv").open("rb") as file:
        assert sum(1 for _ in file) == 10_001
