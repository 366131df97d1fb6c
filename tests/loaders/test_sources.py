"""Every file in loaders/sources/ is tested by lying there; nothing to add here for a new one."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import LoaderError, SourceChanged, sources
from loaders.checks import table_faults
from loaders.load import read_body
from loaders.registry import FIELDS, docstring_fields
from loaders.source import REJECT_COLUMNS, Parsed, Scope
from loaders.tables import PARTS
from tests.servers.drive import drive

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "sources"
IDS = sorted(sources())
PARSING = [name for name, module in sources().items() if hasattr(module, "parse")]
GATHERING = [name for name, module in sources().items() if hasattr(module, "gather")]
FILES = sorted(FIXTURES.iterdir())

SCOPE = Scope(
    base_url="https://service.invalid",
    today=dt.date(2026, 11, 21),
    year=2026,
    municipality_codes=("491", "740"),
    region_codes=("10",),
    wellbeing_county_codes=("12",),
    regions_of_county={"12": ("10",)},
    business_ids=("0000000-0",),
)

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
    assert told["Publisher"] == module.SOURCE.publisher.fi
    assert told["Page"] == module.SOURCE.page
    assert told["Licence"] == module.SOURCE.licence.en
    assert told["Updated"] == module.SOURCE.updated


@pytest.mark.parametrize("source_id", IDS)
def test_every_source_has_one_name(source_id):
    module = sources()[source_id]

    assert Path(module.__file__).stem == module.SOURCE.id == source_id
    has_fixture = any(file.stem == source_id for file in FILES)
    has_tests = (Path(__file__).parent / f"test_{source_id}.py").exists()
    assert has_fixture or (source_id in GATHERING and has_tests), "no fixture and no tests"


@pytest.mark.parametrize("source_id", IDS)
def test_every_source_speaks_of_a_table_and_of_itself_rightly(source_id):
    source = sources()[source_id].SOURCE
    fewest, most = source.expected_rows

    assert source.has_personal_data == any(PARTS[name].has_personal_data for name in source.tables)
    assert all(source_id in PARTS[name].sources for name in source.tables)
    # None is right only where what is asked for need not be there: the Trade Register.
    assert 0 <= fewest <= most
    assert most > 0
    assert fewest > 0 or source.needs
    assert urlsplit(source.page).scheme == "https"
    # A source without an address comes as a file, and so must be read from one.
    assert source.url is not None or source_id in PARSING
    assert source.url is None or urlsplit(source.url).scheme == "https"
    assert not urlsplit(source.url or "").username
    assert set(source.needs) <= set(IDS)


@pytest.mark.parametrize("source_id", IDS)
def test_every_source_speaks_three_languages(source_id):
    source = sources()[source_id].SOURCE

    for words in (source.title, source.publisher, source.licence, source.attribution, source.note):
        if words is not None:
            assert all(word.strip() == word and word for word in words)
    assert len(set(source.title)) == 3
    # A number that one language has and another has not is a slip of the pen.
    for words in (source.title, source.note):
        if words is not None:
            assert len({tuple(sorted(re.findall(r"[0-9]+", word))) for word in words}) == 1
    if source.licence.en.startswith("CC"):
        assert str(source.licence_url).startswith("https://creativecommons.org/")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_fixture_gives_its_table(file):
    source = sources()[file.stem].SOURCE

    frame, rejects = read_body(file.stem, file.read_bytes())

    fewest, most = source.expected_rows
    assert table_faults(frame, PARTS[source.table]) == []
    assert fewest <= len(frame) <= most
    assert tuple(rejects.columns) == REJECT_COLUMNS
    assert set(rejects["source_id"]) <= {source.id}


@pytest.mark.parametrize("source_id", PARSING)
@pytest.mark.parametrize("form", OTHER_FORMATS)
def test_every_source_tells_a_changed_format(source_id, form):
    with pytest.raises(SourceChanged, match=source_id):
        read_body(source_id, OTHER_FORMATS[form])


@pytest.mark.parametrize("source_id", PARSING)
@settings(deadline=None, max_examples=40)
@given(body=st.binary(max_size=2000) | st.text(max_size=2000).map(str.encode))
def test_every_source_survives_random_bytes(source_id, body):
    assert outcome(source_id, body) is None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_every_source_survives_a_truncated_answer(file, data):
    body = file.read_bytes()
    kept = data.draw(st.integers(0, len(body)))

    parsed = outcome(file.stem, body[:kept])

    assert parsed is None or len(parsed.frame) <= len(read_body(file.stem, body).frame)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_every_source_survives_an_answer_with_something_put_in(file, data):
    body = file.read_bytes()
    at = data.draw(st.integers(0, len(body)))
    until = data.draw(st.integers(at, min(len(body), at + 50)))
    put_in = data.draw(
        st.binary(max_size=20) | st.text("<>&!-\n,;@/\"'", max_size=20).map(str.encode)
    )

    outcome(file.stem, body[:at] + put_in + body[until:])


class Answering:
    """A service that gives the same answer to everything."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def answer(self, *_: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, self._body


@pytest.mark.parametrize("source_id", GATHERING)
@pytest.mark.parametrize("form", OTHER_FORMATS)
def test_every_service_that_answers_something_else_is_told(source_id, form, tmp_path):
    module = sources()[source_id]
    try:
        gathered = drive(module.gather(SCOPE), Answering(OTHER_FORMATS[form]), folder=tmp_path)
    except LoaderError:
        return
    # Or each answer is set aside, and so few rows are left that the machinery refuses them.
    assert len(gathered.frames[module.SOURCE.table]) < module.SOURCE.expected_rows[0]
    assert len(gathered.rejects) > 0


@pytest.mark.parametrize("source_id", GATHERING)
@settings(deadline=None, max_examples=30)
@given(
    body=st.binary(max_size=300)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_every_service_that_answers_anything_gives_tables_or_an_error(source_id, body):
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(LoaderError):
        gathered = drive(sources()[source_id].gather(SCOPE), Answering(body), folder=Path(folder))
        for name, frame in gathered.frames.items():
            assert table_faults(frame, PARTS[name]) == []
