"""The command line: what it prints, what it keeps, and its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from loaders import sources


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
    assert "31 of 31 tables read, 0 faults" in result.output
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


def test_check_finds_an_own_row_that_points_nowhere(run, spoilt):
    own = spoilt.parent / "own"
    own.mkdir()
    text = (spoilt / "seat_target_groups.csv").read_text(encoding="utf-8")
    (own / "seat_target_groups.csv").write_text(text + "yhes_2023-01,KR9.9\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert "KR9.9" in result.output


def test_a_wrong_setting_is_told_in_a_sentence(run, monkeypatch):
    monkeypatch.setenv("JARJESTOKARTTA_TRIES", "many")
    for command in (["check"], ["refresh"], ["snapshots", "list"], ["organisations", "decisions"]):
        result = run(*command)
        assert result.exit_code in (1, 2)
        assert "Traceback" not in result.output
        assert "JARJESTOKARTTA_TRIES" in result.output


def test_serve_on_port_0_allows_the_page_of_the_port_it_takes(run, monkeypatch):
    served = {}
    monkeypatch.setattr("panel.serve", lambda pages, **options: served.update(options))
    assert run("serve", "--no-show", "--port", "0").exit_code == 0
    assert served["port"] > 0
    assert f"127.0.0.1:{served['port']}" in served["websocket_origin"]
