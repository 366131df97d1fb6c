"""Workbooks, read again by openpyxl: types, headings, the second sheet, and what was cut."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from dashboards.export import workbook
from dashboards.export.files import made
from dashboards.export.scope import Scope
from dashboards.export.tables import TableExport
from tests.dashboards.export.hostile_cells import LONG, NAMES, hostile


def export(store, table, *, area="region-10", langs=("fi",), contacts=False, **options):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=contacts)
    return TableExport(scope=scope, table=table, format="xlsx", **options)


def opened(store, table, **options):
    return openpyxl.load_workbook(io.BytesIO(made(export(store, table, **options))))


def told(sheet):
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_workbook_has_typed_columns_frozen_bold_headings_and_a_filter(store):
    book = opened(store, "gaps")
    sheet, about = book.worksheets
    assert (sheet.title, about.title) == ("Taulukko", "Tietoja")
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["Kunta", "Asukkaita (henkilöä)", "65 vuotta täyttäneitä (henkilöä)"]
    assert all(cell.font.b for cell in sheet[1])
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    people = sheet["B2"]
    assert (people.value, people.number_format) == (32085, "#,##0")
    years = {type(cell.value) for cell in sheet["F"][1:]}
    assert years <= {int, type(None)}
    assert sheet["F2"].number_format == "0"
    assert {cell.value for cell in sheet["G"][1:]} <= {"kyllä", "ei", None}


def test_workbook_shows_shares_as_per_cent_and_whole_dates_as_dates(store):
    sheet = opened(store, "people-in-gaps").worksheets[0]
    share = sheet["G2"]
    assert 0 < share.value < 1
    assert share.number_format == "0.0%"
    assert sheet["G1"].value.endswith("(%)")
    changes = opened(store, "municipality_changes").worksheets[0]
    assert isinstance(changes["F2"].value, dt.datetime)
    assert changes["F2"].number_format == "d.m.yyyy"
    boards = opened(store, "raw-boards", area="all").worksheets[0]
    terms = {cell.value for cell in boards["H"][1:]}
    assert "2021" in terms  # a year alone is no day


def test_workbook_keeps_the_zeros_of_codes_as_text(store):
    sheet = opened(store, "raw-municipalities", area="region-02").worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("019", "s")


def test_workbook_tells_on_its_second_sheet_what_it_is_and_what_columns_mean(store):
    seen = store.seen(evidence="4")
    book = opened(seen, "gaps", langs=("fi", "sv"))
    assert book.sheetnames == ["Taulukko – Tabell", "Tietoja – Om"]
    said = told(book.worksheets[1])
    for words in (
        *("Katvealueet", "Täckningsluckorna", "Etelä-Savo", "Södra Savolax"),
        *("enintään 4", "21.11.2026", "Lähde: Tilastokeskus", "Källa: Statistikcentralen"),
        *("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", "Tyhjä solu"),
        *("Sarakkeiden selitykset", "Kolumnernas förklaringar", "Unknown"),
    ):
        assert (words in said) is (words != "Unknown")
    assert book.properties.title == "Katvealueet / Täckningsluckorna"
    assert book.properties.created == dt.datetime(2026, 11, 21)
    assert told(opened(store, "gaps", langs=("en",)).worksheets[1]).startswith("Coverage gaps")


def test_workbook_with_persons_says_so_on_its_first_line_and_in_its_properties(store):
    book = opened(store, "contacts-list", contacts=True)
    sheet = book.worksheets[0]
    assert "henkilötietoja" in sheet["A1"].value
    assert sheet["A2"].value == "Järjestys"
    assert sheet.freeze_panes == "B3"
    assert "henkilötietoja" in told(book.worksheets[1])
    assert "henkilötieto" in book.properties.keywords
    assert "henkilötietoja" in book.properties.description
    assert any(email in told(sheet) for email in store.liaisons["email"])


def test_workbook_without_contacts_has_no_person_anywhere_in_the_file(store):
    persons = [*store.liaisons["person_name"], *store.liaisons["email"].dropna()]
    for table in ("contacts-list", "liaisons", "evidence"):
        body = made(export(store, table, all_columns=True))
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            everything = "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
        assert not any(person in everything for person in persons)


def test_workbook_takes_no_text_for_a_formula_or_a_link_and_cuts_what_no_cell_holds(store):
    body = made(export(hostile(store), "raw-organisations", area="all"))
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet, about = book.worksheets
    # What looks like an escape of the format is escaped itself, and openpyxl leaves it so.
    names = {unescape(cell.value): cell for cell in sheet["B"][1:]}
    for name in NAMES:
        shown = name.replace("\x00\x08", "")
        assert names[shown].data_type == "s"
        assert names[shown].hyperlink is None
    assert names[NAMES[0]].quotePrefix
    notes = [cell.value for cell in sheet["Q"][1:] if cell.value]
    longest = max(notes, key=len)
    assert len(longest) == 32_767 < len(LONG)
    assert longest.endswith("…")
    assert "1 solun teksti" in told(about)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b"<hyperlink" not in parts.read("xl/worksheets/sheet1.xml")


def test_workbook_counts_the_rows_that_a_sheet_has_no_room_for(store, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 11)
    book = opened(store, "raw-organisations", area="all")
    assert book.worksheets[0].max_row == 11
    missing = len(store["organisations"]) - 10
    assert f"{missing} riviä ei mahtunut" in told(book.worksheets[1])


def test_workbook_is_the_same_each_time(store):
    assert made(export(store, "gaps")) == made(export(store, "gaps"))


def test_workbook_tells_of_progress_in_rows(store):
    steps = []
    made(export(store, "gaps"), tell=lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] > 0


@pytest.mark.parametrize("table", ["grants", "sensitivity"])
def test_workbook_of_few_or_no_rows_opens(store, table):
    book = opened(store, table, area="municipality-445")
    assert book.worksheets[0].max_row == (1 if table == "grants" else 2)
