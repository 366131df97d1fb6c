"""Every file in loaders/sources/ is tested by lying there; nothing to add here for a new one."""

from __future__ import annotations

import contextlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import LoaderError, SourceChanged, sources
from loaders.checks import table_faults
from loaders.load import read_body
from loaders.registry import FIELDS, docstring_fields
from loaders.source import REJECT_COLUMNS, Parsed
from loaders.tables import TABLES

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "sources"
IDS = sorted(sources())
FILES = sorted(FIXTURES.iterdir())

OTHER_FORMATS = {
    "nothing": b"",
    "blank": b" \n\t\r\n",
    "error page": b"<!DOCTYPE html><html><head><title>503</title></head><body>Sorry</body></html>",
    "json": b'{"error": "not found"}',
    "deep json": b"[" * 100_000,
    "xml": b'<?xml version="1.0"?><ServiceExceptionReport/>',
    "csv": "kunta;nimi\n091;Helsinki\n".encode("latin1"),
    "zip": b"PK\x03\x04" + bytes(100),
    "utf-16": "kunta".encode("utf-16"),
    "tags": b"<html>" + b"<div>" * 10_000,
}


def outcome(source_id: str, body: bytes) -> Parsed | None:
    """The table, or None where the source is said to have changed; nothing else may happen."""
    with contextlib.suppress(LoaderError):
        return read_body(source_id, body)
    return None


@pytest.mark.parametrize("source_id", IDS)
def test_every_source_tells_the_fields_of_its_form(source_id):
    module = sources()[source_id]
    told = docstring_fields(module)

    assert set(told) == set(FIELDS)
    assert told["Publisher"] == module.SOURCE.publisher
    assert told["Page"] == module.SOURCE.page
    assert told["Licence"] == module.SOURCE.licence
    assert told["Updated"] == module.SOURCE.updated


@pytest.mark.parametrize("source_id", IDS)
def test_every_source_has_one_name(source_id):
    module = sources()[source_id]

    assert Path(module.__file__).stem == module.SOURCE.id == source_id
    assert any(file.stem == source_id for file in FILES), f"no tests/fixtures/sources/{source_id}.*"


@pytest.mark.parametrize("source_id", IDS)
def test_every_source_speaks_of_a_table_and_of_itself_rightly(source_id):
    source = sources()[source_id].SOURCE
    fewest, most = source.expected_rows

    assert source.has_personal_data == TABLES[source.table].has_personal_data
    assert source_id in TABLES[source.table].sources
    assert 0 < fewest <= most
    assert urlsplit(source.page).scheme == urlsplit(source.url).scheme == "https"
    assert not urlsplit(source.url).username
    assert source.attribution


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_fixture_gives_its_table(file):
    source = sources()[file.stem].SOURCE

    frame, rejects = read_body(file.stem, file.read_bytes())

    fewest, most = source.expected_rows
    assert table_faults(frame, TABLES[source.table]) == []
    assert fewest <= len(frame) <= most
    assert tuple(rejects.columns) == REJECT_COLUMNS
    assert set(rejects["source_id"]) <= {source.id}


@pytest.mark.parametrize("source_id", IDS)
@pytest.mark.parametrize("form", OTHER_FORMATS)
def test_every_source_tells_a_changed_format(source_id, form):
    with pytest.raises(SourceChanged, match=source_id):
        read_body(source_id, OTHER_FORMATS[form])


@pytest.mark.parametrize("source_id", IDS)
@given(body=st.binary(max_size=2000) | st.text(max_size=2000).map(str.encode))
def test_every_source_survives_random_bytes(source_id, body):
    assert outcome(source_id, body) is None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_every_source_survives_a_truncated_answer(file, data):
    body = file.read_bytes()
    kept = data.draw(st.integers(0, len(body)))

    parsed = outcome(file.stem, body[:kept])

    assert parsed is None or len(parsed.frame) <= len(read_body(file.stem, body).frame)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_every_source_survives_an_answer_with_something_put_in(file, data):
    body = file.read_bytes()
    at = data.draw(st.integers(0, len(body)))
    until = data.draw(st.integers(at, min(len(body), at + 50)))
    put_in = data.draw(
        st.binary(max_size=20) | st.text("<>&!-\n,;@/\"'", max_size=20).map(str.encode)
    )

    outcome(file.stem, body[:at] + put_in + body[until:])
