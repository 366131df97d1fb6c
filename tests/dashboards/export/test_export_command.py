"""`jarjestokartta export`: every kind of file by command, and what is said of a wrong wish."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from pptx import Presentation
from typer.testing import CliRunner

from dashboards.cli import app
from dashboards.commands import export as command
from dashboards.store import Store

runner = CliRunner()


@pytest.fixture(autouse=True)
def same_store(store, monkeypatch):
    """The store of the tests: to read the data for each command would take a second."""
    monkeypatch.setattr(Store, "open", classmethod(lambda *_, **__: store))


def run(*words: object) -> tuple[int, str]:
    result = runner.invoke(app, ["export", *map(str, words)])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("words", "name", "holds"),
    [
        (["map"], "etela-savo-kartta-ladder-a4-landscape-fi.png", b"\x89PNG"),
        (["table", "gaps"], "etela-savo-gaps-fi.xlsx", b"PK"),
        (["geopackage"], "etela-savo-paikkatieto-fi.gpkg", b"SQLite format 3"),
        (["html"], "etela-savo-verkkokartta-ladder-fi.html", b"<!"),
        (["slides"], "etela-savo-diat-fi.pptx", b"PK"),
        (["report"], "etela-savo-raportti-fi.html", b"<!"),
    ],
)
def test_each_kind_of_file_has_a_command_and_a_name_of_its_own(tmp_path, words, name, holds):
    code, output = run(*words, "--area", "region-10", "--out", tmp_path)
    assert (code, output.strip().replace("\n", "")) == (0, str(tmp_path / name))
    assert (tmp_path / name).read_bytes().lower().startswith(holds.lower())


def test_the_atlas_of_one_municipality_is_a_few_pages_or_a_file_each(tmp_path):
    assert run("atlas", "--area", "Hirvensalmi", "--out", tmp_path / "a.pdf")[0] == 0
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert 3 <= len(pdf.pages) <= 8
    code, _ = run("atlas", "--area", "Hirvensalmi", "--parts", "files", "--out", tmp_path / "a.zip")
    assert code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as parts:
        assert "097-hirvensalmi.pdf" in parts.namelist()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_name_of_the_file_tells_the_format(tmp_path, ending):
    out = tmp_path / f"kartta.{ending}"
    assert run("map", "--area", "Eloisa", "--paper", "a3", "--out", out)[0] == 0
    if ending == "png":
        with Image.open(out) as picture:
            # A3 is 420 x 297 mm, at 300 dots an inch: 4960.6 x 3507.9 dots.
            assert picture.size == (4960, 3507)
    elif ending == "pdf":
        with pikepdf.open(out) as pdf:
            box = [float(side) for side in pdf.pages[0].mediabox]
        assert [round(side / 72 * 25.4) for side in box[2:]] == [420, 297]
    else:
        assert out.read_text(encoding="utf-8").count("<svg") == 1


def test_both_languages_stand_side_by_side(tmp_path):
    out = tmp_path / "t.json"
    assert run("table", "gaps", "--lang", "fi+sv", "--area", "02", "--out", out)[0] == 1
    assert run("table", "gaps", "--lang", "fi+sv", "--area", "region-02", "--out", out)[0] == 0
    head = json.loads(out.read_text("utf-8"))
    assert head["area"]["name"] == {"fi": "Varsinais-Suomi", "sv": "Egentliga Finland"}
    assert head["languages"] == ["fi", "sv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["map", "--theme", "lader"], "ladder"),
        (["map", "--area", "Mikeli"], "mikkeli"),
        (["map", "--lang", "suomi"], "fi+sv"),
        (["map", "--paper", "a5"], "a4, a3, 16:9"),
        (["map", "--title", "x" * 301], "300"),
        (["table", "gap"], "gaps"),
        (["table", "zeros", "--group", "KR9"], "KR"),
        (["table", "gaps", "--separator", "|"], ";, ,"),
        (["atlas", "--parts", "two"], "one, files"),
        (["html", "--evidence", "3"], "all, 2, 4, 8"),
    ],
)
def test_a_wrong_wish_is_told_with_what_there_is_and_leaves_no_file(tmp_path, words, said):
    code, output = run(*words, "--out", tmp_path)
    assert code == 1
    assert said in " ".join(output.split())
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_when_asked_to(tmp_path):
    out = tmp_path / "t.csv"
    assert run("table", "gaps", "--out", out)[0] == 0
    before = out.read_bytes()
    code, output = run("table", "boards", "--out", out)
    assert code == 1
    assert "--overwrite" in output
    assert out.read_bytes() == before
    assert run("table", "boards", "--out", out, "--overwrite")[0] == 0
    assert out.read_bytes() != before


def test_a_folder_that_is_none_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, output = run("table", "gaps", "--out", tmp_path / "file" / "below")
    assert code == 1
    assert "Traceback" not in output


def test_the_list_tells_areas_themes_tables_and_groups():
    code, output = run("--list")
    assert code == 0
    for row in ("area\tregion-10\t", "theme\tladder\t", "table\tgaps\t", "group\tKR1.1\t"):
        assert row in output


def test_without_a_kind_the_help_is_shown_and_the_exit_code_says_so():
    code, output = run()
    assert code == 2
    assert "geopackage" in output


def test_ctrl_c_ends_with_130_and_no_file(tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "save", interrupted)
    code, output = run("map", "--out", tmp_path)
    assert code == 130
    assert "no file was written" in output
    assert list(tmp_path.iterdir()) == []


# The atlas is read by pdftotext, in tests/files.
PERSONAL = ("html", "report", "slides", "table liaisons")


@pytest.mark.parametrize("kind", PERSONAL)
@pytest.mark.parametrize("with_contacts", [False, True])
def test_persons_come_along_only_where_asked_for_and_the_file_says_so(
    tmp_path, store, kind, with_contacts
):
    options = ["--with-contacts"] if with_contacts else []
    words = [*kind.split(), "--area", "Juva", "--lang", "en", "--out", tmp_path]
    code, output = run(*words, *options)
    assert code == 0
    [path] = tmp_path.iterdir()
    said = shown_text(path)
    liaisons = store.liaisons
    emails = liaisons.loc[liaisons["municipality_code"] == "178", "email"].dropna()
    assert len(emails) > 0
    assert all((email in said) == with_contacts for email in emails)
    assert ("Contains personal data" in said) == with_contacts
    assert ("personal data" in output) == with_contacts
    assert not any(email in output + path.name for email in emails)


def shown_text(path: Path) -> str:
    """What a reader of the file sees, read by another program than the one that wrote it."""
    if path.suffix == ".html":
        return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").get_text(" ")
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book for row in sheet.values for cell in row]
        return "\n".join(str(cell) for cell in cells)
    if path.suffix == ".pptx":
        shapes = [shape for slide in Presentation(path).slides for shape in slide.shapes]
        texts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
        tables = [shape.table for shape in shapes if shape.has_table]
        cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
        return "\n".join([*texts, *cells])
    raise AssertionError(f"no reader for {path.suffix}")


def test_of_a_target_group_its_organisations_alone_are_counted_and_the_file_says_so(
    store, tmp_path
):
    words = ("table", "municipalities", "--format", "json", "--lang", "en", "--out", tmp_path)
    assert run(*words, "--group", "kr1.3")[0] == 0
    [path] = tmp_path.glob("*.json")
    assert path.name == "all-known-municipalities-municipalities-young-people-en.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    local = {row["municipality"]: row["local"] for row in told["rows"]}
    cells = store.matrix[store.matrix["target_group_code"] == "KR1.3"]
    names = cells["municipality_code"].map(store.name_of("en"))
    assert local == dict(zip(names, cells["local"], strict=True))
    assert "Young people" in told["filters"]["en"]


def test_the_filters_tell_files_of_the_same_apart(tmp_path):
    for wish in ([], ["--evidence", "4"], ["--reach", "regional"], ["--group", "KR1.3"]):
        assert run("table", "gaps", *wish, "--format", "csv", "--out", tmp_path)[0] == 0
    assert len(list(tmp_path.glob("*.csv"))) == 4


def test_a_target_group_that_there_is_not_is_told_with_those_there_are(tmp_path):
    code, output = run("map", "--group", "KR1.33", "--out", tmp_path)
    assert (code, list(tmp_path.iterdir())) == (1, [])
    assert "KR1.3" in output.replace("KR1.33", "")
