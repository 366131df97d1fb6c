"""The command line: what it prints, what it keeps, and its exit codes."""

from __future__ import annotations

import datetime as dt
import errno
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from dashboards.store import Store
from loaders import Settings, sources

PAGE = Path(__file__).resolve().parents[1] / "fixtures" / "sources" / "esavo_liaisons.txt"


@pytest.fixture
def run(spoilt, monkeypatch, tmp_path):
    """The command line on a copy of the data, with a cache of its own."""
    monkeypatch.setenv("JARJESTOKARTTA_DATA_DIR", str(spoilt.parent))
    monkeypatch.setenv("JARJESTOKARTTA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("JARJESTOKARTTA_OFFLINE", "1")
    return lambda *words: CliRunner().invoke(app, list(words))


def test_check_of_the_embedded_data_finds_nothing(run):
    result = run("check")
    assert result.exit_code == 0
    assert "18 of 18 tables read, 0 faults" in result.output
    assert "liaisons" in result.output
    assert "@" not in result.output


def test_check_tells_file_and_line_and_gives_exit_code_1(run, spoilt):
    path = spoilt / "seats.csv"
    text = path.read_text(encoding="utf-8").replace("member", "membr", 1)
    path.write_text(text, encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert "seats.csv" in result.output
    assert "membr" in result.output
    assert "line" in result.output


def test_check_looks_at_the_users_own_tables_too(run, spoilt):
    (spoilt.parent / "own").mkdir()
    (spoilt.parent / "own" / "boards.csv").write_text("x\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert str(Path("own") / "boards.csv") in result.output


def test_sources_lists_every_source_with_licence_and_page(run):
    result = run("sources")
    assert result.exit_code == 0
    for source_id, module in sources().items():
        assert source_id in result.output
        assert module.SOURCE.page in result.output


def test_sources_fetch_keeps_a_saved_page_as_the_own_table(run, spoilt):
    result = run("sources", "--fetch", "esavo_liaisons", "--file", str(PAGE))
    assert result.exit_code == 0, result.output
    assert "12 rows kept" in result.output
    assert "0 without a municipality" in result.output
    assert "@" not in result.output
    store = Store.open(settings=Settings(data_dir=spoilt.parent))
    assert store.origins["liaisons"] == "own"
    assert len(store["liaisons"]) == 12


def test_lines_set_aside_are_shown_by_their_number_without_a_name(run, spoilt, tmp_path):
    page = tmp_path / "page.txt"
    text = PAGE.read_text(encoding="utf-8")
    page.write_text(text + "\nEsimerkki Esimerkki 050 000 000\n", encoding="utf-8")
    result = run("sources", "--fetch", "esavo_liaisons", "--file", str(page))
    assert "1 lines set aside" in result.output
    aside = Store.open(settings=Settings(data_dir=spoilt.parent))["set_aside"]
    assert len(aside) == 6  # the five of the collection, and this line
    [row] = aside[aside["table_name"] == "liaisons"].to_dict("records")
    assert row["row_text"] == f"line {len(text.splitlines()) + 1}"
    # A second run replaces its rows and does not add them again.
    run("sources", "--fetch", "esavo_liaisons", "--file", str(page))
    assert len(Store.open(settings=Settings(data_dir=spoilt.parent))["set_aside"]) == 6


def test_sources_fetch_of_a_changed_page_keeps_what_was_there(run, spoilt, tmp_path):
    run("sources", "--fetch", "esavo_liaisons", "--file", str(PAGE))
    kept = (spoilt.parent / "own" / "liaisons.csv").read_bytes()
    changed = tmp_path / "page.html"
    changed.write_text("<html><title>Huoltokatko</title></html>", encoding="utf-8")
    result = run("sources", "--fetch", "esavo_liaisons", "--file", str(changed))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert (spoilt.parent / "own" / "liaisons.csv").read_bytes() == kept


def test_sources_fetch_leaves_the_rows_of_other_sources(run, spoilt):
    own = spoilt.parent / "own"
    own.mkdir()
    text = (spoilt / "liaisons.csv").read_text(encoding="utf-8")
    other = "Turku,853,Esimerkki Esimerkki,,,,https://esimerkki.example/lista,2026\n"
    (own / "liaisons.csv").write_text(text + other, encoding="utf-8")
    result = run("sources", "--fetch", "esavo_liaisons", "--file", str(PAGE))
    assert result.exit_code == 0, result.output
    liaisons = Store.open(settings=Settings(data_dir=spoilt.parent))["liaisons"]
    assert len(liaisons) == 13
    assert (liaisons["municipality_code"] == "853").sum() == 1


def test_a_fetch_that_fails_leaves_a_notice_for_the_page_and_a_good_one_takes_it_away(run, spoilt):
    settings = Settings(data_dir=spoilt.parent)
    assert run("sources", "--fetch", "esavo_liaisons").exit_code == 1  # offline, no copy
    store = Store.open(settings=settings)
    assert [notice.key for notice in store.notices] == ["notice.source_failed"]
    assert "Etelä-Savo" in store.notices[0].values["title_fi"]
    assert len(store["liaisons"]) == 12  # the last good data
    run("sources", "--fetch", "esavo_liaisons", "--file", str(PAGE))
    store = Store.open(settings=settings)
    assert store.notices == ()
    retrieved = store["sources"].set_index("source_id")["retrieved"]
    assert retrieved["esavo_liaisons"] == dt.date.today().isoformat()


def test_a_full_disk_leaves_every_own_table_as_it_was(run, spoilt, monkeypatch):
    run("sources", "--fetch", "esavo_liaisons", "--file", str(PAGE))
    own = spoilt.parent / "own"
    before = {path.name: path.read_bytes() for path in own.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    result = run("sources", "--fetch", "esavo_liaisons", "--file", str(PAGE))
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert {path.name: path.read_bytes() for path in own.iterdir()} == before


def test_check_finds_an_own_row_that_points_nowhere(run, spoilt):
    own = spoilt.parent / "own"
    own.mkdir()
    text = (spoilt / "seat_target_groups.csv").read_text(encoding="utf-8")
    (own / "seat_target_groups.csv").write_text(text + "yhes_2023-01,KR9.9\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert "KR9.9" in result.output


def test_sources_fetch_without_a_net_or_a_copy_fails_with_a_sentence(run):
    result = run("sources", "--fetch", "esavo_liaisons")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_sources_fetch_of_an_unknown_source_offers_near_names(run):
    result = run("sources", "--fetch", "esavo_liaison")
    assert result.exit_code == 1
    assert "esavo_liaisons" in result.output


def test_a_wrong_setting_is_told_in_a_sentence(run, monkeypatch):
    monkeypatch.setenv("JARJESTOKARTTA_TRIES", "many")
    for command in ("check", "sources"):
        result = run(command, *(["--fetch", "esavo_liaisons"] if command == "sources" else []))
        assert result.exit_code == 1
        assert "JARJESTOKARTTA_TRIES" in result.output


def test_serve_on_port_0_allows_the_page_of_the_port_it_takes(run, monkeypatch):
    served = {}
    monkeypatch.setattr("panel.serve", lambda pages, **options: served.update(options))
    assert run("serve", "--no-show", "--port", "0").exit_code == 0
    assert served["port"] > 0
    assert f"127.0.0.1:{served['port']}" in served["websocket_origin"]
