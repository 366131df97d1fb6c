"""Files of tables: what is wrong in them is told with file and line; what is written reads back."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from loaders import embedded
from loaders.embedded import read_table, read_tables, table_path, write_table, write_tables
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.tables import (
    AREAS,
    BOUNDARIES,
    EVIDENCE,
    LIAISONS,
    ORGANISATION_AREAS,
    ORGANISATIONS,
    POPULATION_BY_AGE,
    TABLES,
    Table,
)

HEADINGS = "organisation_id,relation,area_code\n"
AGE_TYPES = ["string", "Int64", "Int64", "string", "Int64", "Int64"]
AGES = "municipality_code,age_from,age_to,sex,population,year\n"


def put(table: Table, folder: Path, content: str | bytes) -> Path:
    path = table_path(table, folder)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fault_of(table: Table, folder: Path, content: str | bytes) -> str:
    path = put(table, folder, content)
    with pytest.raises(SourceChanged) as caught:
        read_table(table, folder)
    message = str(caught.value)
    assert str(path) in message
    return message


def read(table: Table, folder: Path, content: str | bytes) -> pd.DataFrame:
    put(table, folder, content)
    return read_table(table, folder)


# Reading what is right


def test_a_table_is_read_in_the_models_columns_and_types(tmp_path: Path) -> None:
    frame = read(
        POPULATION_BY_AGE, tmp_path, AGES + "001,0,2,total,130,2018\n001,85,,total,7,2018\n"
    )
    assert list(frame.columns) == list(POPULATION_BY_AGE.columns)
    assert [str(dtype) for dtype in frame.dtypes] == AGE_TYPES
    assert frame["age_to"].tolist() == [2, pd.NA]
    assert frame.index.tolist() == [0, 1]


def test_leading_zeros_are_kept(tmp_path: Path) -> None:
    frame = read(ORGANISATION_AREAS, tmp_path, HEADINGS + "007,domiciled,019\n008,regional,02\n")
    assert frame["organisation_id"].tolist() == ["007", "008"]
    assert frame["area_code"].tolist() == ["019", "02"]


@pytest.mark.parametrize("word", ["NA", "nan", "NULL", "None", "null", "n/a", "#N/A", "-", "<NA>"])
def test_a_cell_that_says_na_stays_text(tmp_path: Path, word: str) -> None:
    frame = read(ORGANISATION_AREAS, tmp_path, f"{HEADINGS}{word},domiciled,019\n")
    assert frame["organisation_id"].tolist() == [word]


def test_an_empty_cell_is_not_known(tmp_path: Path) -> None:
    frame = read(
        AREAS, tmp_path, f'{",".join(AREAS.columns)}\nregion,91,a,b,c,\nregion,92,a,b,c,""\n'
    )
    assert frame["short_name"].isna().all()


def test_headings_alone_are_a_table_without_rows(tmp_path: Path) -> None:
    frame = read(POPULATION_BY_AGE, tmp_path, AGES)
    assert len(frame) == 0
    assert [str(dtype) for dtype in frame.dtypes] == AGE_TYPES


def test_the_way_excel_saves_utf_8_is_read(tmp_path: Path) -> None:
    frame = read(
        ORGANISATION_AREAS,
        tmp_path,
        b"\xef\xbb\xbf" + f"{HEADINGS}ä,domiciled,019\n".replace("\n", "\r\n").encode(),
    )
    assert frame["organisation_id"].tolist() == ["ä"]
    assert frame["area_code"].tolist() == ["019"]


def test_a_cell_may_hold_commas_quotation_marks_and_line_breaks(tmp_path: Path) -> None:
    frame = read(ORGANISATION_AREAS, tmp_path, HEADINGS + '"a, ""b""\nc",domiciled,019\n')
    assert frame["organisation_id"].tolist() == ['a, "b"\nc']


def test_yes_and_no_are_read_in_any_case(tmp_path: Path) -> None:
    row = "{n},Name,,,,91,,{word},,,,,,https://example.fi/,,,\n"
    text = ",".join(ORGANISATIONS.columns) + "\n"
    words = ["True", "true", "FALSE", "False", ""]
    text += "".join(row.format(n=n, word=word) for n, word in enumerate(words))
    frame = read(ORGANISATIONS, tmp_path, text)
    assert frame["is_umbrella"].tolist() == [True, True, False, False, pd.NA]


# Reading what is wrong: the file


def test_a_missing_file_is_unavailable_and_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"areas\.csv: cannot be read"):
        read_table(AREAS, tmp_path)
    with pytest.raises(SourceUnavailable, match=r"boundaries\.geojson"):
        read_table(BOUNDARIES, tmp_path / "nowhere")


def test_a_folder_in_place_of_the_file_is_unavailable(tmp_path: Path) -> None:
    table_path(AREAS, tmp_path).mkdir()
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        read_table(AREAS, tmp_path)


def test_a_file_larger_than_any_table_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEADINGS + "a,domiciled,019\n"
    put(ORGANISATION_AREAS, tmp_path, text)
    monkeypatch.setattr(embedded, "MAX_TABLE_BYTES", len(text) - 1)
    with pytest.raises(SourceUnavailable, match=f"{len(text)} bytes, at most {len(text) - 1}"):
        read_table(ORGANISATION_AREAS, tmp_path)
    monkeypatch.setattr(embedded, "MAX_TABLE_BYTES", len(text))
    assert len(read_table(ORGANISATION_AREAS, tmp_path)) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    assert "the file is empty" in fault_of(AREAS, tmp_path, content)


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html><title>404</title>", "\n <html></html>", '<?xml version="1.0"?><a/>']
)
def test_a_web_page_in_place_of_a_table_is_told(tmp_path: Path, page: str) -> None:
    assert "a web page or XML" in fault_of(AREAS, tmp_path, page)


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    latin = (HEADINGS + "a,domiciled,019\nä,domiciled,019\n").encode("latin-1")
    assert "line 3: not UTF-8; save the file as UTF-8" in fault_of(
        ORGANISATION_AREAS, tmp_path, latin
    )


@pytest.mark.parametrize("table", [LIAISONS, BOUNDARIES], ids=["csv", "geojson"])
def test_an_error_of_the_encoding_carries_nothing_of_the_file(table: Table, tmp_path: Path) -> None:
    body = "Secretperson, secretmail@example.fi, ä".encode("latin-1")
    put(table, tmp_path, body)
    with pytest.raises(SourceChanged) as caught:
        read_table(table, tmp_path)
    assert "ecret" not in str(caught.value)
    # An error of the codec keeps the bytes it failed on.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


# Reading what is wrong: the rows


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    message = fault_of(ORGANISATION_AREAS, tmp_path, "organisation_id,area_code\na,019\n")
    assert "is not the table organisation_areas: column relation is missing" in message


def test_a_column_too_many_is_named(tmp_path: Path) -> None:
    message = fault_of(
        ORGANISATION_AREAS, tmp_path, "organisation_id,relation,area_code,x\na,stated,019,1\n"
    )
    assert "column x is not expected" in message


def test_a_heading_that_stands_twice_is_named(tmp_path: Path) -> None:
    message = fault_of(
        ORGANISATION_AREAS,
        tmp_path,
        "organisation_id,relation,area_code,area_code\na,stated,019,019\n",
    )
    assert "column area_code is there twice" in message


def test_columns_in_another_order_are_told(tmp_path: Path) -> None:
    message = fault_of(
        ORGANISATION_AREAS, tmp_path, "relation,organisation_id,area_code\nstated,a,019\n"
    )
    assert "column relation is out of order" in message


def test_semicolons_between_cells_are_told(tmp_path: Path) -> None:
    text = HEADINGS + "a,domiciled,019\n"
    message = fault_of(ORGANISATION_AREAS, tmp_path, text.replace(",", ";"))
    assert "semicolons" in message


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Of a first row that is too long, pandas makes an index and shifts every cell.
        ("a,domiciled,019,x\n", "line 2 has 4 cells"),
        ("a,domiciled,019\nb,stated,019,x\n", "line 3 has 4 cells"),
        ("a,domiciled,019,\nb,stated,019,\n", "line 2 has 4 cells; line 3 has 4 cells"),
        ("a,domiciled,019\nb,stated\n", "line 3 has 2 cells"),
        ("a,domiciled,019\n\n\nb\n", "line 5 has 1 cells"),
    ],
)
def test_a_row_with_cells_too_many_or_too_few_is_told_with_its_line(
    tmp_path: Path, rows: str, expected: str
) -> None:
    message = fault_of(ORGANISATION_AREAS, tmp_path, HEADINGS + rows)
    assert f"3 headings, but {expected}" in message


def test_many_rows_of_a_wrong_length_are_counted(tmp_path: Path) -> None:
    message = fault_of(ORGANISATION_AREAS, tmp_path, HEADINGS + "a,stated\n" * 8)
    assert "line 6 has 2 cells; and 3 lines more" in message


@pytest.mark.parametrize("row", ['"b,stated,019\nc,stated,019\n', 'b,"sta"ted,019\n'])
def test_a_quotation_mark_astray_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    message = fault_of(ORGANISATION_AREAS, tmp_path, HEADINGS + "a,stated,019\n" + row)
    assert ", line 3: " in message


def test_an_unknown_code_is_told_with_its_line(tmp_path: Path) -> None:
    message = fault_of(
        ORGANISATION_AREAS, tmp_path, HEADINGS + "a,stated,019\nb,nearby,019\nc,stated,19a\n"
    )
    assert "line 3: column relation: 'nearby'" in message
    assert "line 4: column area_code: '19a'" in message


def test_lines_are_those_of_the_file_after_blank_lines_and_cells_of_several_lines(
    tmp_path: Path,
) -> None:
    text = HEADINGS + '\n"a\nb\nc",stated,019\n\nd,nearby,019\n'
    # 1 headings, 2 blank, 3-5 the cell of three lines, 6 blank, 7 the wrong one.
    assert "line 7: column relation: 'nearby'" in fault_of(ORGANISATION_AREAS, tmp_path, text)


@pytest.mark.parametrize("word", ["maybe", "1", "yes", "Tru"])
def test_a_yes_or_no_that_is_neither_is_told_with_its_line(tmp_path: Path, word: str) -> None:
    row = "{n},Name,,,,91,,{word},,,,,,https://example.fi/,,,\n"
    text = ",".join(ORGANISATIONS.columns) + "\n"
    text += row.format(n=1, word="True") + row.format(n=2, word=word)
    message = fault_of(ORGANISATIONS, tmp_path, text)
    assert "column is_umbrella: not boolean on line 3" in message


@pytest.mark.parametrize(
    "number",
    ["many", "1.5", "1,5", "inf", "-inf", "1e300", "9223372036854775808", "1_000", "0x10", "1 000"],
)
def test_a_cell_that_is_no_whole_number_never_becomes_one(tmp_path: Path, number: str) -> None:
    text = f'{AGES}001,0,2,total,130,2018\n001,3,6,total,"{number}",2018\n'
    message = fault_of(POPULATION_BY_AGE, tmp_path, text)
    assert "column population: not Int64 on line 3" in message


@pytest.mark.parametrize(("text", "number"), [("0130", 130), ("130.0", 130), ("+7", 7)])
def test_a_whole_number_may_be_written_in_several_ways(
    tmp_path: Path, text: str, number: int
) -> None:
    frame = read(POPULATION_BY_AGE, tmp_path, f"{AGES}001,0,2,total,{text},2018\n")
    assert frame["population"].tolist() == [number]


@pytest.mark.parametrize("number", ["wide", "inf", "1e999", "1,5", "nan"])
def test_a_measure_that_is_no_finite_number_is_told_with_its_line(
    tmp_path: Path, number: str
) -> None:
    municipalities = TABLES["municipalities"]
    row = f'001,A,A,91,92,S,U,fi,10,2022,"{number}",1,0\n'
    message = fault_of(municipalities, tmp_path, ",".join(municipalities.columns) + "\n" + row)
    assert "column land_km2: not Float64 on line 2" in message


def test_all_cells_of_a_wrong_type_are_told_at_once(tmp_path: Path) -> None:
    rows = "".join(f"001,{n},x,total,y,2018\n" for n in range(7))
    message = fault_of(POPULATION_BY_AGE, tmp_path, AGES + rows)
    assert "column age_to: not Int64 on line 2, 3, 4, 5, 6 and 2 more" in message
    assert "column population: not Int64 on line 2, 3, 4, 5, 6 and 2 more" in message


@pytest.mark.parametrize(
    "row",
    [
        "Lelula,001,Secretperson,secretmail@example.fi,secretrole,,https://x.fi/,soon",
        "Lelula,001,Secretperson,secretmail@example.fi,secretrole,,https://x.fi/",
        "Lelula,Secretperson,secretmail@example.fi,secretrole,,https://x.fi/,,",
        'Lelula,001,"Secretperson,secretmail@example.fi,secretrole,,https://x.fi/,',
    ],
)
@pytest.mark.parametrize("has_headings", [True, False])
def test_a_fault_of_the_liaisons_never_quotes_a_person(
    tmp_path: Path, row: str, has_headings: bool
) -> None:
    headings = ",".join(LIAISONS.columns) + "\n"
    message = fault_of(LIAISONS, tmp_path, (headings if has_headings else "") + row + "\n")
    assert "ecret" not in message


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_list_of_liaisons_under_another_name_tells_no_person(
    tmp_path: Path, table: Table
) -> None:
    row = "Lelula,001,secretperson,secretmail@example.fi,,,https://secret.fi/,\n"
    message = fault_of(table, tmp_path, row * 2)
    assert "secret" not in message


def test_a_table_of_evidence_with_a_person_in_every_cell_tells_no_person(tmp_path: Path) -> None:
    cells = ["Secret Person", "secretmail@example.fi"] * len(EVIDENCE.columns)
    for first in (0, 1):
        row = ",".join(cells[first : first + len(EVIDENCE.columns)])
        message = fault_of(EVIDENCE, tmp_path, ",".join(EVIDENCE.columns) + f"\n{row}\n")
        assert "ecret" not in message


# Outlines


def feature(code: Any = "001", geometry: Any = None) -> dict[str, Any]:
    square = [[[27.0, 61.0], [27.1, 61.0], [27.1, 61.1], [27.0, 61.0]]]
    return {
        "type": "Feature",
        "properties": {"municipality_code": code},
        "geometry": geometry or {"type": "Polygon", "coordinates": square},
    }


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def test_outlines_are_read_in_degrees_with_their_codes(tmp_path: Path) -> None:
    frame = read(BOUNDARIES, tmp_path, collection(feature("007")))
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    assert frame["municipality_code"].tolist() == ["007"]
    assert list(frame.columns) == ["municipality_code", "geometry"]


@pytest.mark.parametrize(
    "content",
    [
        collection(feature())[:-40],  # cut off
        "",
        "[]",
        "null",
        "{}",
        "<html></html>",
        '{"features": null}',
        '{"features": [1]}',
        "[" * 100_000,  # deeper than Python may go
        collection(feature(geometry={"type": "Blob", "coordinates": []})),
        collection(feature(geometry={"type": "Polygon"})),
        collection(feature(geometry={"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]})),
        collection(feature(geometry={"type": "Polygon", "coordinates": [[["a", 0]] * 4]})),
        collection(feature()).replace("27.1", "NaN"),
    ],
    ids=range(14),
)
def test_what_is_no_feature_collection_is_told(tmp_path: Path, content: str) -> None:
    message = fault_of(BOUNDARIES, tmp_path, content)
    assert "not a GeoJSON feature collection" in message
    assert len(message) < 500


@pytest.mark.parametrize(
    "content",
    [
        collection(feature(geometry={"type": "secret", "coordinates": []})),
        collection(feature(geometry={"type": "Polygon", "coordinates": [[["secret", 0]] * 4]})),
        "Secret Person, secretmail@example.fi",
    ],
)
def test_an_error_of_outlines_carries_nothing_of_the_file(tmp_path: Path, content: str) -> None:
    put(BOUNDARIES, tmp_path, content)
    with pytest.raises(SourceChanged) as caught:
        read_table(BOUNDARIES, tmp_path)
    assert "ecret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_file_of_outlines_that_is_no_json_is_told_with_its_line(tmp_path: Path) -> None:
    message = fault_of(BOUNDARIES, tmp_path, '{"features": [\n1,\n]x}')
    assert "boundaries.geojson, line 3: not a GeoJSON feature collection" in message


def test_outlines_without_codes_are_told(tmp_path: Path) -> None:
    nameless = feature()
    nameless["properties"] = {"name": "x"}
    message = fault_of(BOUNDARIES, tmp_path, collection(nameless))
    assert "column municipality_code is missing" in message


def test_outlines_with_a_wrong_code_or_in_metres_are_told(tmp_path: Path) -> None:
    metres = [[[500_000, 6_800_000], [501_000, 6_800_000], [501_000, 6_801_000],
               [500_000, 6_800_000]]]  # fmt: skip
    message = fault_of(
        BOUNDARIES,
        tmp_path,
        collection(
            feature(), feature(7), feature("003", {"type": "Polygon", "coordinates": metres})
        ),
    )
    assert "line 3: column municipality_code: '7'" in message
    assert "line 4: column geometry" in message


# Writing


def frame_of(table: Table, *rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(table.columns)).astype(table.dtypes)


PLACE = {"organisation_id": "a", "relation": "stated", "area_code": "019"}


def outlines(*codes: str) -> gpd.GeoDataFrame:
    shapes = [shapely.MultiPolygon([shapely.box(27.12345, 61, 28, 62)]) for _ in codes]
    return gpd.GeoDataFrame(
        {"municipality_code": pd.array(codes, dtype="string")}, geometry=shapes, crs="EPSG:4326"
    )


def test_a_table_is_written_as_plain_lines(tmp_path: Path) -> None:
    path = write_table(
        frame_of(ORGANISATION_AREAS, PLACE | {"organisation_id": "ä, ö"}),
        ORGANISATION_AREAS,
        tmp_path,
    )
    assert path == tmp_path / "organisation_areas.csv"
    assert path.read_bytes() == (HEADINGS + '"ä, ö",stated,019\n').encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_outlines_are_written_one_municipality_a_line_and_read_back(tmp_path: Path) -> None:
    frame = outlines("001", "002")
    path = write_table(frame, BOUNDARIES, tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4  # the head, two features, the foot
    assert '"municipality_code": "002"' in lines[2]
    assert_frame_equal(read_table(BOUNDARIES, tmp_path), frame)


def test_outlines_in_another_crs_or_none_are_not_written(tmp_path: Path) -> None:
    for frame in (outlines("001").to_crs("EPSG:3067"), outlines("001").to_crs("EPSG:4258")):
        with pytest.raises(SourceChanged, match="boundaries is not written"):
            write_table(frame, BOUNDARIES, tmp_path)
    bare = outlines("001").set_crs(None, allow_override=True)
    with pytest.raises(SourceChanged, match="outlines are in None, expected EPSG:4326"):
        write_table(bare, BOUNDARIES, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_outlines_that_lost_their_kind_of_frame_are_written_as_geojson(tmp_path: Path) -> None:
    frame = outlines("001")
    write_table(pd.DataFrame(frame), BOUNDARIES, tmp_path)
    assert_frame_equal(read_table(BOUNDARIES, tmp_path), frame)


def test_a_frame_that_is_not_the_table_is_not_written(tmp_path: Path) -> None:
    path = write_table(frame_of(ORGANISATION_AREAS, PLACE), ORGANISATION_AREAS, tmp_path)
    before = path.read_bytes()
    wrong = frame_of(ORGANISATION_AREAS, PLACE | {"relation": "nearby"})
    with pytest.raises(SourceChanged, match="organisation_areas is not written: line 1: column r"):
        write_table(wrong, ORGANISATION_AREAS, tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "a\rb", "a\r\nb"])
def test_a_text_that_would_not_read_back_the_same_is_not_written(tmp_path: Path, text: str) -> None:
    frame = frame_of(ORGANISATION_AREAS, PLACE | {"organisation_id": text})
    with pytest.raises(SourceChanged, match="column organisation_id: a text is empty or has a"):
        write_table(frame, ORGANISATION_AREAS, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["replace", "chmod"])
@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError(), KeyboardInterrupt()])
def test_a_failing_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = write_table(frame_of(ORGANISATION_AREAS, PLACE), ORGANISATION_AREAS, tmp_path)
    before = path.read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(type(error)):
        write_table(
            frame_of(ORGANISATION_AREAS, PLACE | {"area_code": "046"}),
            ORGANISATION_AREAS,
            tmp_path,
        )
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    many = [PLACE | {"organisation_id": str(n)} for n in range(50)]
    write_table(frame_of(ORGANISATION_AREAS, *many), ORGANISATION_AREAS, tmp_path)
    write_table(frame_of(ORGANISATION_AREAS, PLACE), ORGANISATION_AREAS, tmp_path)
    assert len(read_table(ORGANISATION_AREAS, tmp_path)) == 1


def test_writing_changes_nothing_in_the_frame_and_leaves_its_index_out(tmp_path: Path) -> None:
    frame = frame_of(ORGANISATION_AREAS, PLACE, PLACE | {"area_code": "046"}).set_axis([7, 7])
    before = frame.copy()
    write_table(frame, ORGANISATION_AREAS, tmp_path)
    assert_frame_equal(frame, before)
    again = read_table(ORGANISATION_AREAS, tmp_path)
    assert_frame_equal(again, frame.reset_index(drop=True))


# Writing several tables


def both(code: str) -> dict[str, pd.DataFrame]:
    return {
        "organisation_areas": frame_of(ORGANISATION_AREAS, PLACE | {"area_code": code}),
        "boundaries": outlines(code),
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_several_tables_are_written_and_read_back(tmp_path: Path) -> None:
    paths = write_tables(both("001"), tmp_path)
    assert paths == {
        "organisation_areas": tmp_path / "organisation_areas.csv",
        "boundaries": tmp_path / "boundaries.geojson",
    }
    for name, frame in both("001").items():
        assert_frame_equal(read_table(TABLES[name], tmp_path), frame)
    assert sorted(tmp_path.iterdir()) == sorted(paths.values())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o644 for path in paths.values())


def test_no_tables_are_no_files(tmp_path: Path) -> None:
    assert write_tables({}, tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_one_wrong_frame_keeps_all_tables_as_they_were_and_all_faults_are_told(
    tmp_path: Path,
) -> None:
    write_tables(both("001"), tmp_path)
    before = contents(tmp_path)
    wrong = both("002") | {
        "areas": frame_of(AREAS, {"level": "village"}),
        "population_by_age": frame_of(POPULATION_BY_AGE).drop(columns="year"),
    }
    with pytest.raises(SourceChanged) as caught:
        write_tables(wrong, tmp_path)
    assert "table areas is not written: line 1: column level: 'village'" in str(caught.value)
    assert "table population_by_age is not written: column year is missing" in str(caught.value)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("step", ["chmod", "replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_write_that_fails_before_the_first_file_is_in_place_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    write_tables(both("001"), tmp_path)
    before = contents(tmp_path)
    calls = []
    chmod = Path.chmod

    def fail(path: Path, *options: Any) -> None:
        calls.append(path)
        # The first temporary file may be whole when the second one fails.
        if step == "replace" or len(calls) == 2:
            raise error
        chmod(path, *options)

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(type(error)):
        write_tables(both("002"), tmp_path)
    monkeypatch.undo()
    assert contents(tmp_path) == before


def test_a_write_that_fails_half_way_leaves_whole_files_and_no_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(both("001"), tmp_path)
    old = contents(tmp_path)
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if target.name == "boundaries.geojson":
            raise OSError("disk full")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_tables(both("002"), tmp_path)
    monkeypatch.undo()
    now = contents(tmp_path)
    assert set(now) == set(old)
    assert now["boundaries.geojson"] == old["boundaries.geojson"]
    assert b",002" in now["organisation_areas.csv"]


# There and back

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=12
)
CODE = st.from_regex(r"[0-9]{3}", fullmatch=True)


def rows_of(table: Table, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[pd.DataFrame]:
    rows = st.lists(
        st.fixed_dictionaries(columns),
        max_size=4,
        unique_by=lambda row: tuple(row[key] for key in table.keys),
    )
    return rows.map(lambda found: frame_of(table, *found))


ANY_ORGANISATIONS = rows_of(
    ORGANISATIONS,
    organisation_id=TEXT,
    name=TEXT,
    name_sv=st.none() | TEXT,
    business_id=st.none() | st.from_regex(r"[0-9]{7}-[0-9]", fullmatch=True),
    region_code=st.from_regex(r"[0-9]{2}", fullmatch=True),
    sector=st.none() | TEXT,
    is_umbrella=st.none() | st.booleans(),
    homepage=st.none() | st.just("https://example.fi/?a=1,2"),
    source_url=TEXT,
    source_date=st.none() | TEXT,
    source_year=st.none() | st.integers(-(10**15), 10**15),
    note=st.none() | TEXT,
)
ANY_MUNICIPALITIES = rows_of(
    TABLES["municipalities"],
    municipality_code=CODE,
    name_fi=TEXT,
    name_sv=st.sampled_from(["NA", "nan", "007", "1e5", "True", " ", "x"]),
    region_code=st.just("01"),
    wellbeing_county_code=st.just("02"),
    subregion_fi=TEXT,
    urban_rural_fi=TEXT,
    languages=st.sampled_from(["fi", "sv-fi"]),
    population=st.integers(0, 10**9),
    population_year=st.integers(1900, 2100),
    land_km2=st.floats(0, allow_infinity=False),
    freshwater_km2=st.floats(0, 1e6),
    sea_km2=st.floats(0, 1e6),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(organisations=ANY_ORGANISATIONS, municipalities=ANY_MUNICIPALITIES)
def test_what_was_written_is_read_back_the_same(
    tmp_path: Path, organisations: pd.DataFrame, municipalities: pd.DataFrame
) -> None:
    for table, frame in (
        (ORGANISATIONS, organisations),
        (TABLES["municipalities"], municipalities),
    ):
        write_table(frame, table, tmp_path)
        assert_frame_equal(read_table(table, tmp_path), frame)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_lies_in_a_file_it_is_read_or_refused_in_words(
    tmp_path: Path, body: bytes
) -> None:
    for table, head in ((ORGANISATION_AREAS, HEADINGS), (BOUNDARIES, "")):
        path = put(table, tmp_path, head.encode() + body)
        message = str(path)
        try:
            read_table(table, tmp_path)
        except LoaderError as error:
            message = str(error)
        assert str(path) in message


# All tables at once


def test_tables_that_can_be_read_are_given_and_the_others_told(tmp_path: Path) -> None:
    put(ORGANISATION_AREAS, tmp_path, HEADINGS + "a,stated,019\n")
    put(AREAS, tmp_path, "x\n1\n")
    frames, faults = read_tables(tmp_path)
    assert {name for name in frames if TABLES[name].is_embedded} == {"organisation_areas"}
    embedded_tables = [table for table in TABLES.values() if table.is_embedded]
    assert len(faults) == len(embedded_tables) - 1
    told = "areas.csv is not the table areas: column number 1 is not expected"
    assert any(told in fault for fault in faults)
    assert sum("cannot be read" in f for f in faults) == len(embedded_tables) - 2


def test_a_table_that_is_not_kept_with_the_code_is_empty_without_its_file(tmp_path: Path) -> None:
    frames, _ = read_tables(tmp_path)
    assert len(frames["services"]) == 0
    assert list(frames["services"].columns) == list(TABLES["services"].columns)


def test_codes_that_point_nowhere_are_told_after_the_unreadable_tables(tmp_path: Path) -> None:
    finding = {
        "evidence_id": "1",
        "region_code": "91",
        "criterion": "forum",
        "answer": "yes",
        "source_url": "https://example.fi/",
    }
    county = {"level": "wellbeing_county", "code": "91", "name_fi": "x", "name_sv": "x",
              "name_en": "x"}  # fmt: skip
    write_table(frame_of(EVIDENCE, finding), EVIDENCE, tmp_path)
    write_table(frame_of(AREAS, county), AREAS, tmp_path)
    frames, faults = read_tables(tmp_path)
    assert {name for name in frames if TABLES[name].is_embedded} == {"evidence", "areas"}
    assert faults[-1] == "evidence.csv, line 2: region_code 91 is not in areas"
