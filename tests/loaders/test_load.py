from __future__ import annotations

import dataclasses
import errno
import gzip
import os
import traceback
import zipfile

import pytest

from loaders import LoaderError, SourceChanged, SourceUnavailable, load
from loaders.load import read_body
from loaders.source import REJECT_COLUMNS, Parsed, rejects_frame
from loaders.sources import esavo_liaisons
from loaders.tables import LIAISONS
from tests.loaders import toy_source

ERROR_PAGE = b"<!DOCTYPE html><html><head><title>503 Service Unavailable</title></head></html>"


@pytest.fixture
def page(httpserver, monkeypatch):
    """The source esavo_liaisons, fetched from the test server; gives the path to serve."""
    here = dataclasses.replace(esavo_liaisons.SOURCE, url=httpserver.url_for("/jarjestot"))
    monkeypatch.setattr(esavo_liaisons, "SOURCE", here)
    return "/jarjestot"


@pytest.fixture
def good_load(page, httpserver, settings, fixture_page):
    """A first load that went well; the server has then forgotten the page."""
    httpserver.expect_oneshot_request(page).respond_with_data(fixture_page)
    return load("esavo_liaisons", settings=settings)


def use_parser(monkeypatch, parse) -> None:
    monkeypatch.setattr(esavo_liaisons, "parse", parse)


def test_load_fetches_parses_and_checks(good_load):
    assert list(good_load.frame.columns) == list(LIAISONS.columns)
    assert len(good_load.frame) == 12
    assert tuple(good_load.rejects.columns) == REJECT_COLUMNS
    assert len(good_load.rejects) == 0
    (snapshot,) = good_load.snapshots
    assert (snapshot.stale, snapshot.notice) == (False, None)


def test_load_reads_the_settings_of_the_environment(page, monkeypatch, tmp_path):
    monkeypatch.setenv("JARJESTOKARTTA_OFFLINE", "1")
    monkeypatch.setenv("JARJESTOKARTTA_CACHE_DIR", str(tmp_path))

    with pytest.raises(SourceUnavailable, match="did not ask"):
        load("esavo_liaisons")


def test_load_of_an_unknown_source_offers_near_ones(settings):
    with pytest.raises(LoaderError, match="esavo_liaisons"):
        load("esavo_liaisonz", settings=settings)


def test_load_keeps_the_table_when_the_server_is_down(page, httpserver, settings, good_load):
    httpserver.expect_request(page).respond_with_data("", status=500)

    loaded = load("esavo_liaisons", settings=settings)

    assert loaded.frame.equals(good_load.frame)
    assert (loaded.snapshots[0].stale, loaded.snapshots[0].notice) == (True, "http_error")


def test_load_keeps_the_table_when_nothing_has_changed(page, httpserver, settings, fixture_page):
    httpserver.expect_oneshot_request(page).respond_with_data(fixture_page, headers={"ETag": '"1"'})
    httpserver.expect_request(page, headers={"If-None-Match": '"1"'}).respond_with_data(
        "", status=304
    )

    load("esavo_liaisons", settings=settings)
    loaded = load("esavo_liaisons", settings=settings)

    assert len(loaded.frame) == 12
    assert not loaded.snapshots[0].stale


@pytest.mark.parametrize(
    "body",
    [
        ERROR_PAGE,
        b"Kuntien j\xe4rjest\xf6- ja hyvinvointiyhdyshenkil\xf6t",  # Latin-1, undeclared
        bytes(range(256)),
        "Kuntien järjestö- ja hyvinvointiyhdyshenkilöt\n".encode(),  # no contact left
        b"x" * 2_000_001,  # larger than any page of the source
    ],
)
def test_load_keeps_the_old_table_when_the_source_has_changed(
    page, httpserver, settings, good_load, body
):
    httpserver.expect_request(page).respond_with_data(body)

    loaded = load("esavo_liaisons", settings=settings)

    assert loaded.frame.equals(good_load.frame)
    (snapshot,) = loaded.snapshots
    assert (snapshot.stale, snapshot.notice) == (True, "source_changed")
    assert snapshot.sha256 == good_load.snapshots[0].sha256
    assert (snapshot.path.parent / "refused.body").read_bytes() == body
    assert "https://www.esavo.fi/jarjestot" in snapshot.detail
    assert str(snapshot.path.parent / "refused.body") in snapshot.detail


def test_load_keeps_the_old_table_through_every_kind_of_failure(
    page, httpserver, settings, good_load, fixture_page, monkeypatch
):
    small = dataclasses.replace(settings, max_bytes=len(fixture_page) - 1)
    httpserver.expect_oneshot_request(page).respond_with_data(fixture_page)
    too_large = load("esavo_liaisons", settings=small)
    httpserver.expect_oneshot_request(page).respond_with_data(
        gzip.compress(fixture_page, mtime=0), headers={"Content-Encoding": "gzip"}
    )
    bomb = load("esavo_liaisons", settings=small)
    httpserver.expect_oneshot_request(page).respond_with_data(b"")
    empty = load("esavo_liaisons", settings=settings)
    httpserver.expect_oneshot_request(page).respond_with_data(fixture_page + b" ")

    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", no_space)
    unstored = load("esavo_liaisons", settings=settings)

    outcomes = [too_large, bomb, empty, unstored]
    notices = [loaded.snapshots[0].notice for loaded in outcomes]
    assert notices == ["too_large", "too_large", "empty", "not_stored"]
    assert all(loaded.frame.equals(good_load.frame) for loaded in outcomes)


def test_load_gives_the_old_table_when_the_new_one_cannot_be_stored(
    page, httpserver, settings, good_load, fixture_page, monkeypatch
):
    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    renamed = fixture_page.replace(b"Enonkoski", b"Sulkava")
    httpserver.expect_request(page).respond_with_data(renamed)
    monkeypatch.setattr("os.fsync", no_space)

    loaded = load("esavo_liaisons", settings=settings)

    # Table and snapshot tell of the same body.
    assert loaded.frame.equals(good_load.frame)
    assert loaded.snapshots[0].sha256 == good_load.snapshots[0].sha256


def test_load_without_a_copy_names_source_page_and_file(page, httpserver, settings):
    httpserver.expect_request(page).respond_with_data(ERROR_PAGE)

    with pytest.raises(SourceChanged) as caught:
        load("esavo_liaisons", settings=settings)

    message = str(caught.value)
    assert message.startswith("esavo_liaisons: looked for the heading")
    assert "the web page titled '503 Service Unavailable'" in message
    assert "https://www.esavo.fi/jarjestot" in message
    assert str(settings.cache_dir / "esavo_liaisons" / "refused.body") in message


def test_load_keeps_the_old_table_when_the_parser_itself_fails(
    page, httpserver, settings, good_load, monkeypatch
):
    old = esavo_liaisons.parse

    def parse(body: bytes) -> Parsed:
        return old(body) if len(body) > 10 else {}["Minna Laurio"]

    httpserver.expect_request(page).respond_with_data("new")
    use_parser(monkeypatch, parse)

    loaded = load("esavo_liaisons", settings=settings)

    assert loaded.frame.equals(good_load.frame)
    assert "the parser failed with KeyError (test_load.py, line" in loaded.snapshots[0].detail


def test_load_reads_a_file_given_by_hand(settings, tmp_path, fixture_text):
    file = tmp_path / "saved.txt"
    file.write_bytes(fixture_text)

    loaded = load("esavo_liaisons", settings=settings, file=file)

    assert (len(loaded.frame), loaded.snapshots) == (12, ())
    assert not settings.cache_dir.exists()


def test_load_of_a_file_names_the_file_in_its_errors(settings, tmp_path, fixture_text):
    file = tmp_path / "saved.txt"
    with pytest.raises(SourceUnavailable, match=r"saved\.txt: cannot be read \(No such file"):
        load("esavo_liaisons", settings=settings, file=file)

    file.write_bytes(b"Juva")
    with pytest.raises(SourceChanged, match=r"The file is .*saved\.txt"):
        load("esavo_liaisons", settings=settings, file=file)

    file.write_bytes(fixture_text)
    small = dataclasses.replace(settings, max_bytes=100)
    with pytest.raises(SourceUnavailable, match="more than 100 bytes"):
        load("esavo_liaisons", settings=small, file=file)


def test_read_body_gathers_all_faults(monkeypatch, fixture_text):
    frame, rejects = esavo_liaisons.parse(fixture_text)
    broken = frame.assign(municipality_code="5", source_date="spring").head(3)
    use_parser(monkeypatch, lambda body: Parsed(broken, rejects.drop(columns="line")))

    with pytest.raises(SourceChanged) as caught:
        read_body("esavo_liaisons", b"")

    message = str(caught.value)
    assert message.startswith("esavo_liaisons is not the table liaisons as it was: ")
    assert "rejects have other columns" in message
    assert "3 rows, expected 6 to 60" in message
    assert "column municipality_code: a value" in message
    assert "column source_date: a value" in message
    assert message.endswith("Compare with https://www.esavo.fi/jarjestot.")


def test_read_body_tells_no_person(monkeypatch, fixture_text):
    frame, rejects = esavo_liaisons.parse(fixture_text)
    twice = frame.assign(municipality_name="Juva", person_name="Minna Laurio")
    use_parser(monkeypatch, lambda body: Parsed(twice, rejects))

    with pytest.raises(SourceChanged) as caught:
        read_body("esavo_liaisons", b"")

    assert "Laurio" not in str(caught.value)


def test_an_error_of_the_parser_tells_no_person_even_in_its_traceback(monkeypatch):
    def parse(body: bytes) -> Parsed:
        raise ValueError(body.decode())

    use_parser(monkeypatch, parse)

    with pytest.raises(SourceChanged) as caught:
        read_body("esavo_liaisons", "Seija Hytönen".encode())

    assert "Hytönen" not in str(caught.value)
    assert caught.value.__cause__ is not None
    told = traceback.format_exception(caught.value.__cause__)
    assert "ValueError" in "".join(told)
    assert not any("ValueError: Seija" in line for line in told)


def test_read_body_passes_on_what_is_no_matter_of_data(monkeypatch):
    def parse(body: bytes) -> Parsed:
        raise MemoryError

    use_parser(monkeypatch, parse)

    with pytest.raises(MemoryError):
        read_body("esavo_liaisons", b"")


def test_read_body_survives_any_error_of_a_parser(monkeypatch):
    def parse(body: bytes) -> Parsed:
        raise zipfile.BadZipFile("free text")

    use_parser(monkeypatch, parse)

    with pytest.raises(SourceChanged, match=r"failed with BadZipFile \(test_load\.py") as caught:
        read_body("esavo_liaisons", b"")

    assert "free text" not in str(caught.value)


def test_load_of_a_source_of_several_requests_is_a_clear_error(monkeypatch, settings, tmp_path):
    toy_source.use(monkeypatch, toy_source.toy_module())

    for file in (None, tmp_path / "file"):
        with pytest.raises(LoaderError, match="toy asks several times for what it needs"):
            load("toy", settings=settings, file=file)


def test_load_of_a_source_without_an_address_asks_for_its_file(monkeypatch, settings):
    toy_source.use(monkeypatch, toy_source.toy_module(parse=toy_source.parse, url=None))

    with pytest.raises(LoaderError, match=r"toy has no address: .* --file"):
        load("toy", settings=settings)


def test_rejects_frame_has_its_types_even_when_empty():
    for rows in ([], [(3, "Lue lisää", "not_a_contact")]):
        rejects = rejects_frame("toy", rows)

        assert {name: str(dtype) for name, dtype in rejects.dtypes.items()} == {
            "source_id": "string",
            "line": "Int64",
            "text": "string",
            "reason": "string",
        }
        assert len(rejects) == len(rows)
