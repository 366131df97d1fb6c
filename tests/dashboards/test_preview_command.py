from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dashboards.commands import preview
from loaders import sources

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "sources"
FILES = sorted(
    file
    for file in FIXTURES.iterdir()
    if callable(getattr(sources().get(file.stem), "parse", None))
)


@pytest.fixture
def run():
    app = typer.Typer()
    app.callback()(lambda: None)  # so that the command keeps its name
    preview.register(app)
    return lambda *words: CliRunner().invoke(app, ["preview", *map(str, words)])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_preview_works_for_every_source_that_reads_a_file(run, file):
    result = run(file.stem, file)

    assert result.exit_code == 0, result.output
    assert "Nothing was kept." in result.output


def test_preview_shows_a_list_of_liaisons_line_by_line_without_persons(run):
    result = run("liaison_list", FIXTURES / "liaison_list.csv")

    assert "5\tliaison\tEnonkoski\t•••, •••@•••, •••\n" in result.output
    assert "6\tset_aside\tHirvensalmi\t•••; avoinna\tvacant_post\n" in result.output
    assert "lines: 3 heading, 5 liaison, 1 set_aside, 1 municipality" in result.output
    assert "vacant_post\t1\t6\n" in result.output
    assert "5 rows for the table liaisons, 1 of them with a warning; 2 lines set aside" in (
        result.output
    )
    assert "Esimerkki" not in result.output


def test_preview_shows_persons_where_it_is_asked_to(run):
    result = run("liaison_list", FIXTURES / "liaison_list.csv", "--show-persons")

    assert "Esimerkki Henkilö A, henkilo.a@esimerkki.fi" in result.output


def test_preview_masks_the_persons_of_a_page(run):
    page = FIXTURES / "esavo_liaisons.txt"

    masked, shown = run("esavo_liaisons", page), run("esavo_liaisons", page, "--show-persons")

    assert "Puumala\t•••\t•••" in masked.output
    assert "@" not in masked.output
    assert "puumala.fi" in shown.output


def test_preview_tells_the_reasons_where_the_file_is_refused(run):
    listed = run("liaison_list", ROOT / "data" / "templates" / "liaison_list.csv")
    grants = run("stea_grants", ROOT / "data" / "templates" / "stea_grants.csv")

    assert listed.exit_code == grants.exit_code == 1
    assert "no liaison in 4 lines (3 example)" in listed.output
    assert "liaison_list.csv" in listed.output
    assert "Esimerkki Henkilö" not in listed.output
    assert "example\t3\t2, 3, 4\n" in grants.output


@pytest.mark.parametrize("words", [("liaison_list", "no-such-file"), ("no_such_source", __file__)])
def test_preview_of_what_is_not_there_is_a_sentence(run, words):
    result = run(*words)

    assert result.exit_code == 1
    assert "cannot be read" in result.output or "No source is called" in result.output
    assert "Traceback" not in result.output


def test_preview_lets_no_file_steer_the_terminal(run, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("Kunta;Nimi;E-post\nJuva\x1b[2J;A B;a@b.fi\n", encoding="utf-8")

    assert "\x1b" not in run("liaison_list", file, "--show-persons").output
