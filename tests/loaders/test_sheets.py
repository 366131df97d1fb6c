from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import time
import warnings
import zipfile

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import delimited, grids, office_files
from loaders.cleaning import squeezed
from loaders.errors import LoaderError, SourceChanged
from loaders.grids import cell_text
from loaders.sheets import Sheet, SheetRow, all_sheets, sheet_rows

HEADINGS = ("Kunta", "Nimi")


def read(body: bytes | str, **options) -> Sheet:
    return sheet_rows(body.encode() if isinstance(body, str) else body, source_id="toy", **options)


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


def refusal(body: bytes | str, **options) -> str:
    with pytest.raises(SourceChanged) as caught:
        read(body, **options)
    assert str(caught.value).startswith("toy: ")
    return str(caught.value)


# --- text with delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_sheet_rows_read_csv_of_every_kind(delimiter, codec, end):
    lines = [["Kunta", "Nimi"], ["Mäntyharju", "Esimerkki ry"], [], ["Säkylä", "Toinen ry"]]
    body = end.join(delimiter.join(line) for line in lines).encode(codec)

    assert read(body) == Sheet(
        HEADINGS,
        1,
        [SheetRow(2, ("Mäntyharju", "Esimerkki ry")), SheetRow(4, ("Säkylä", "Toinen ry"))],
    )


def test_sheet_rows_read_utf16_of_the_other_byte_order():
    body = b"\xfe\xff" + "Kunta;Nimi\nSäkylä;A".encode("utf-16-be")

    assert cells(read(body)) == [("Säkylä", "A")]


def test_sheet_rows_pass_over_lines_above_the_headings():
    sheet = read("Jäsenet 2026;\n\nKunta;Nimi\n;;\nJuva;A\n")

    assert (sheet.headings, sheet.heading_line) == (HEADINGS, 3)
    assert sheet.rows == [SheetRow(5, ("Juva", "A"))]
    assert sheet.above == [SheetRow(1, ("Jäsenet 2026",))]


def test_sheet_rows_take_the_headings_that_are_looked_for():
    body = "Tulostettu;21.11.2026\nKunta;Nimi\nJuva;A\nPuumala;B"

    assert read(body).headings == ("Tulostettu", "21.11.2026")
    assert read(body, is_heading=lambda row: "Kunta" in row).heading_line == 2
    # Where there are none, the first that may be.
    assert read(body, is_heading=lambda row: "Kommun" in row).heading_line == 1


def test_sheet_rows_fill_ragged_rows_and_keep_what_is_too_much():
    sheet = read("Kunta;Nimi;\nJuva\nPuumala;B;C;D;;\n")

    assert sheet.headings == ("Kunta", "Nimi", "", "")
    assert cells(sheet) == [("Juva", "", "", ""), ("Puumala", "B", "C", "D")]


def test_sheet_rows_number_a_quoted_row_by_its_first_line():
    sheet = read('Kunta,Nimi\n"Ju\nva","A ""B"", C"\n\nPuumala,D\n')

    assert sheet.rows == [
        SheetRow(2, ("Ju va", 'A "B", C')),
        SheetRow(5, ("Puumala", "D")),
    ]


def test_sheet_rows_do_not_take_a_decimal_comma_for_a_delimiter():
    assert cells(read("Kunta;Osuus\nJuva;1,5\nPuumala;2,5\n")) == [
        ("Juva", "1,5"),
        ("Puumala", "2,5"),
    ]
    assert cells(read("Kunta,Nimi\nJuva,A; B\n")) == [("Juva", "A; B")]


def test_sheet_rows_follow_the_hint_that_excel_writes():
    sheet = read("sep=;\nKunta;Nimi, rooli\nJuva;A, B\n")

    assert (sheet.headings, sheet.heading_line) == (("Kunta", "Nimi, rooli"), 2)


def test_sheet_rows_tell_of_a_quotation_mark_that_is_not_closed():
    assert "in or after line 3 is not closed" in refusal('Kunta;Nimi\nJuva;A\n"Puumala;B\nX;Y\n')
    long = 'Kunta;Nimi\n"Juva;A\n' + "Puumala;B\n" * 300 + '";C\n'
    assert "in or after line 2 is not closed" in refusal(long)
    assert "in or after line 2" in refusal('Kunta;Nimi\n"' + "x" * 200_000)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t\r\n",
        b"Kunta;Nimi",
        b"Kunta\nJuva\nPuumala",
        b'{"error": "not found"}',
        b"[" * 100_000,
        "Kunta;Nimi\nJuva;A".encode("utf-16")[2:],  # without its mark
        "Kunta;Nimi\nJuva;A".encode("utf-32"),
        b"Kunta;Nimi\nJuva;\x81",  # no letter in Windows-1252
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n\x00;,",
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"PK\x03\x04" + bytes(100),
        b"<!DOCTYPE html><title>503</title><p>Sorry",
        b'<?xml version="1.0"?><ServiceExceptionReport/>',
    ],
)
def test_sheet_rows_refuse_what_holds_no_table(body):
    assert "expected" in refusal(body) or "Save the file" in refusal(body)


def test_sheet_rows_quote_nothing_of_the_content():
    assert "Esimerkki" not in refusal("Esimerkki Henkilö A")
    assert "Esimerkki" not in refusal("Kunta;Nimi\n" + "Esimerkki Henkilö A " * 600 + ";x")


def test_sheet_rows_keep_their_limits():
    assert "more than 3 rows" in refusal("Kunta;Nimi\n" + "Juva;A\n" * 4, max_rows=3)
    assert len(read("Kunta;Nimi\n" + "Juva;A\n" * 3, max_rows=3).rows) == 3
    assert "more than 500 columns in line 2" in refusal("Kunta;Nimi\n" + "x;" * 501 + "\n")
    assert read("Kunta;Nimi\n" + "x;" * 500 + "\n").rows[0].cells == ("x",) * 500
    assert "line 2 has more than 10000 characters" in refusal("K;N\n" + "x" * 10_001 + ";y\n")
    assert len(read("K;N\n" + "x" * 10_000 + ";y\n").rows[0].cells[0]) == 10_000
    assert "more than 1000000 characters in line 2" in refusal("K;N\n" + "x;" * 500_001)
    assert "a page of 8000006 characters" in refusal("<html>" + " " * 8_000_000)
    assert "more than 5000 tables" in refusal("<html>" + "<table></table>" * 5_001)


def test_sheet_rows_count_the_lines(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_LINES", 10)

    assert "more than 10 lines" in refusal("Kunta;Nimi" + "\n" * 11)


def test_sheet_rows_count_the_cells_that_they_would_fill_in(monkeypatch):
    monkeypatch.setattr(grids, "MAX_CELLS", 100)

    assert "more than 100 cells" in refusal("Kunta;Nimi\n" + "x;" * 20 + "\n" + "Juva\n" * 5)


@given(st.text(alphabet="a b\u00a0\u00ad\u0308ä\t\n\ufeff\u2028e\u0301") | st.text())
def test_cell_text_is_squeezed(text):
    assert cell_text(text, source_id="toy", line=1) == squeezed(text)


# --- web pages


def test_sheet_rows_read_the_first_table_of_a_page():
    page = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
<table><tr><td><table><tr><th>Kunta</th><th>Nimi</th></tr>
<tr><td rowspan="2">M&auml;ntyharju</td><td>A<br>B <script>x()</script><b>C</b>D</td></tr>
<tr><td>a@b.<wbr>fi</td></tr>
<tr><td colspan="2">Etelä-Savo</td></tr>
<tr><td></td></tr><tr><td>Juva<td>E
</table></td><td>menu</td></tr></table></body></html>"""

    assert read(page) == Sheet(
        HEADINGS,
        2,
        [
            SheetRow(3, ("Mäntyharju", "A B CD")),
            SheetRow(4, ("Mäntyharju", "a@b.fi")),
            SheetRow(5, ("Etelä-Savo", "")),
            SheetRow(6, ("Juva", "E")),
        ],
    )


def test_sheet_rows_read_a_table_copied_out_of_a_page():
    assert read("\n<TABLE><tr><td>Kunta<td>Nimi<tr><td>Juva<td>A").headings == HEADINGS


def test_all_sheets_read_every_table():
    page = "<html><table><tr><td>a<td>b<tr><td>c<td>d</table><table><tr><td>x<tr><td>y</table>"
    page += "<table><tr><td>Otsikko<td>e<tr><td>Kunta<td>Nimi<tr><td>Juva<td>A</table>"

    sheets = all_sheets(page.encode(), source_id="toy", is_heading=lambda row: "Kunta" in row)

    assert [sheet.headings for sheet in sheets] == [("a", "b"), HEADINGS]
    assert [len(sheet.above) for sheet in sheets] == [0, 1]
    page = "<html>" + "<table><tr><td>Kunta<td>Nimi<tr><td>Juva<td>A</table>" * 3
    with pytest.raises(SourceChanged, match="more than 2 rows in all tables"):
        all_sheets(page.encode(), source_id="toy", max_rows=2)
    with pytest.raises(SourceChanged, match="without a table"):
        all_sheets(b"<html><p>Kunta", source_id="toy")


def test_sheet_rows_pass_over_tables_of_one_column():
    page = "<html><body><table><tr><td>A<tr><td>B</table><table><tr><td>A<td>B<tr><td>C<td>D"

    assert read(page).headings == ("A", "B")


def test_sheet_rows_read_a_page_in_the_set_that_it_declares():
    page = "<html><meta charset=iso-8859-1><table><tr><td>Kunta<td>Nimi<tr><td>Säkylä<td>A"

    assert cells(read(page.encode("cp1252"))) == [("Säkylä", "A")]


@pytest.mark.parametrize("span", ["rowspan='99999'", "colspan='99999'", "rowspan='x' colspan='-1'"])
def test_sheet_rows_survive_spans_of_any_size(span):
    row = f"<tr><td {span}>a<td {span}>b<td>c"
    page = "<html><table><tr><td>A<td>B" + row + "<tr><td>d<td>e" * 100

    with contextlib.suppress(SourceChanged):
        assert len(read(page).rows) == 101


@pytest.mark.parametrize(
    "unit", ["<table>", "<tr>", "<td>", "<table><tr><td>a<td>b", "<td rowspan=9"]
)
def test_sheet_rows_read_pages_in_time_by_length_only(unit):
    started = time.perf_counter()
    with contextlib.suppress(SourceChanged):
        read("<html><table>" + unit * (200_000 // len(unit)))
    assert time.perf_counter() - started < 10


# --- Excel


def workbook(*sheets: list[list[object]], merged: str = "", hidden: tuple[int, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
        if number in hidden:
            sheet.sheet_state = "hidden"
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_sheet_rows_read_a_workbook():
    body = workbook(
        [["Ohje"]],
        [
            ["Jäsenet"],
            ["Nimi", "Luku", "Päivä", "Aika", "Kello", "On", "Osuus", "Kaava"],
            ["Säkylä ", 7, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 8, 30), dt.time(8, 30)],
            [],
            ["Juva", 1e6, dt.date(1900, 2, 1), dt.date(1900, 3, 1), None, True, 0.3, "=1+1"],
            [None, -3.0, 1234567890123, 12.5, dt.timedelta(hours=30), False],
        ],
    )

    sheet = read(body)

    assert sheet.headings[:3] == ("Nimi", "Luku", "Päivä")
    assert sheet.heading_line == 2
    assert sheet.rows == [
        SheetRow(3, ("Säkylä", "7", "2024-02-29", "2024-02-29T08:30:00", "08:30:00", "", "", "")),
        SheetRow(
            5,
            ("Juva", "1000000", "1900-02-01", "1900-03-01", "", "true", "0.3", ""),
        ),
        SheetRow(6, ("", "-3", "1234567890123", "12.5", "1.25", "false", "", "")),
    ]


def test_sheet_rows_read_days_of_a_workbook_from_1904():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["Nimi", "Päivä"])
    book.active.append(["A", dt.date(2024, 2, 29)])
    body = io.BytesIO()
    book.save(body)

    assert cells(read(body.getvalue())) == [("A", "2024-02-29")]


def test_sheet_rows_pass_over_hidden_sheets():
    body = workbook([["A", "B"], ["c", "d"]], [["E", "F"], ["g", "h"]], hidden=(0,))

    assert read(body).headings == ("E", "F")


def test_sheet_rows_write_merged_cells_into_each_row():
    body = workbook(
        [["Kunta", "Nimi"], ["Juva", "A"], [None, "B"], [None, "C"], ["Puumala", "D"]],
        merged="A2:A4",
    )

    assert cells(read(body)) == [("Juva", "A"), ("Juva", "B"), ("Juva", "C"), ("Puumala", "D")]


def test_sheet_rows_look_for_headings_in_all_sheets():
    body = workbook([["Ohje", "x"], ["a", "b"]], [["Kunta", "Nimi"], ["Juva", "A"]])

    assert read(body, is_heading=lambda row: "Kunta" in row).headings == HEADINGS


def archive(parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as opened:
        for name, part in parts.items():
            opened.writestr(name, part)
    return body.getvalue()


def relations(*targets: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="http://x/{kind}" Target="{target}"/>'
        for key, kind, target in targets
    )
    return f"<Relationships>{inner}</Relationships>"


SHEET = (
    "<worksheet><sheetData>"
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Kunta</t></is></c>'
    '<c t="inlineStr"><is><r><t>Ni</t></r><r><t>mi</t></r></is></c></row>'
    '<row><c t="s"><v>0</v></c><c r="B2" t="str"><f>A1</f><v>A</v></c></row>'
    "</sheetData></worksheet>"
)
TEXTS = "<sst><si><t>Juva</t><rPh><t>yuva</t></rPh></si></sst>"
WORKBOOK = '<workbook><sheets><sheet name="S" r:id="a"/></sheets></workbook>'


def handmade(*, sheet: str | bytes = SHEET, texts: str = TEXTS, book: str = WORKBOOK) -> bytes:
    """A workbook in its barest form, of which one part is what the test needs."""
    return archive(
        {
            "_rels/.rels": relations(("r", "officeDocument", "/xl/workbook.xml")),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": relations(
                ("a", "worksheet", "worksheets/s.xml"), ("b", "sharedStrings", "sharedStrings.xml")
            ),
            "xl/worksheets/s.xml": sheet,
            "xl/sharedStrings.xml": texts,
        }
    )


def test_sheet_rows_show_the_fault_of_a_formula():
    faulty = SHEET.replace('t="str"><f>A1</f><v>A</v>', 't="e"><f>A1/0</f><v>#DIV/0!</v>')

    assert cells(read(handmade(sheet=faulty))) == [("Juva", "#DIV/0!")]


def test_sheet_rows_read_a_workbook_without_places_and_with_prefixes():
    assert read(handmade()) == Sheet(HEADINGS, 1, [SheetRow(2, ("Juva", "A"))])

    assert read(handmade(sheet=SHEET.encode("utf-16"))) == read(handmade())
    prefixed = SHEET.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    assert read(handmade(sheet=prefixed)) == read(handmade())


# Of letters that do not pack well, or it would be refused for that.
ENDLESS_NAME = random.Random(0).randbytes(1_000_000).hex()  # noqa: S311 (no secret)
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 10)
).replace("&a0;", "&a;")


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (f"{LAUGHS}]>" + SHEET.replace("Kunta", "&a9;"), "document type"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SHEET, "document type"),
        (f"{LAUGHS}]>{SHEET}".encode("utf-16"), "document type"),
        (SHEET.encode("utf-16")[:-40], "no sound XML"),
        (SHEET[:200], "no sound XML"),
        ("<a>" * 101, "deeper than in any such file"),
        ("<worksheet><c " + ENDLESS_NAME, "a tag without an end"),
        (SHEET.replace('<row r="1">', '<row r="2000000">'), "rows out of their order"),
        (SHEET.replace('<row r="1">', '<row r="0">'), "rows out of their order"),
        (SHEET.replace('<row r="1">', '<row r="-1e9">'), "rows out of their order"),
        (SHEET.replace("<v>0</v>", "<v>1</v>"), "a text that is not there"),
        (SHEET.replace("<v>0</v>", "<v>-1</v>"), "a text that is not there"),
        (SHEET.replace('"B2"', '"A2"'), "two cells in one place"),
        (SHEET.replace('"B2"', '"2"'), "a cell without a place"),
        (SHEET.replace('"B2"', '"XFD2"'), "more than 500 columns in line 2"),
        (SHEET.replace("Kunta", "x" * 10_001), "line 1 has more than 10000"),
        (SHEET.replace("</worksheet>", '<mergeCell ref="A1:A1000002"/></worksheet>'), "merged"),
    ],
)
def test_sheet_rows_refuse_a_hostile_sheet(sheet, said):
    assert said in refusal(handmade(sheet=sheet))


def test_sheet_rows_pass_over_empty_cells_far_out():
    sheet = SHEET.replace("</row>", '<c r="XFD1" s="4"/></row>', 1)

    assert read(handmade(sheet=sheet)).headings == HEADINGS


def test_sheet_rows_expand_no_entity_of_any_part():
    laughing = f"{LAUGHS}]>" + TEXTS.replace("Juva", "&a9;")

    assert "document type" in refusal(handmade(texts=laughing))


def test_sheet_rows_use_a_long_shared_text_only_where_a_cell_does():
    long = TEXTS.replace("</sst>", f"<si><t>{'x' * 50_000}</t></si></sst>")

    assert cells(read(handmade(texts=long))) == [("Juva", "A")]
    assert "more than 10000" in refusal(
        handmade(texts=long, sheet=SHEET.replace("<v>0</v>", "<v>1</v>"))
    )


def test_sheet_rows_refuse_zip_bombs(monkeypatch):
    blanks = archive({"_rels/.rels": b" " * 5_000_000})
    assert "more than 200 times its size" in refusal(blanks)

    monkeypatch.setattr(office_files, "MAX_MEMBER", 1_000)
    assert "a part of 1001 bytes" in refusal(archive({"a": "x" * 1001}))
    monkeypatch.setattr(office_files, "MAX_UNPACKED", 1_500)
    assert "2000 bytes when unpacked" in refusal(archive({"a": "x" * 1000, "b": "x" * 1000}))
    monkeypatch.setattr(office_files, "MAX_MEMBERS", 3)
    assert "more than 3 parts" in refusal(archive({str(number): "" for number in range(4)}))
    monkeypatch.setattr(office_files, "MAX_BODY", 10)
    assert "expected 10 at most" in refusal(handmade())


def test_sheet_rows_refuse_a_part_that_says_less_than_it_unpacks_to():
    body = bytearray(handmade(sheet=SHEET + " " * 100_000))
    size = len(SHEET) + 100_000
    at = body.rindex(size.to_bytes(4, "little"))  # in the list of the parts
    body[at : at + 4] = len(SHEET).to_bytes(4, "little")

    assert "expected" in refusal(bytes(body))


@pytest.mark.parametrize(
    "parts",
    [
        {"a.txt": "x"},
        {"_rels/.rels": relations(("r", "officeDocument", "content.xml")), "content.xml": "<a/>"},
        {"_rels/.rels": relations(("r", "officeDocument", "../../xl/x.xml"))},
        {"_rels/.rels": relations(("r", "officeDocument", "xl/workbook.xml"))},
        {
            "_rels/.rels": relations(("r", "officeDocument", "xl/w.xml")),
            "xl/w.xml": WORKBOOK,
            "xl/_rels/w.xml.rels": relations(("a", "worksheet", "gone.xml")),
        },
        {
            "_rels/.rels": relations(("r", "officeDocument", "xl/w.xml")),
            "xl/w.xml": "<workbook/>",
        },
    ],
)
def test_sheet_rows_refuse_archives_of_other_kinds(parts):
    assert "expected" in refusal(archive(parts))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_sheet_rows_survive_other_ways_of_packing(method):
    with contextlib.suppress(SourceChanged):
        read(archive({"_rels/.rels": relations(("r", "x", "y"))}, method=method))


# --- Word


def document(*tables: list[list[str]]) -> bytes:
    made = Document()
    for rows in tables:
        made.add_paragraph("Kuntien yhdyshenkilöt")
        table = made.add_table(len(rows), max(map(len, rows)))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(at, column).text = text
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def test_sheet_rows_read_a_document():
    body = document(
        [["Vain yksi"], ["sarake"]],
        [["Kunta", "Nimi"], ["Mäntyharju", "A\nB\tC"], ["", ""], ["Juva", "D"]],
    )

    assert read(body) == Sheet(
        HEADINGS, 1, [SheetRow(2, ("Mäntyharju", "A B C")), SheetRow(4, ("Juva", "D"))]
    )


def word(table: str) -> bytes:
    return archive(
        {
            "_rels/.rels": relations(("r", "officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document><w:body>{table}</w:body></w:document>",
        }
    )


RESTART = '<w:vMerge w:val="restart"/>'
WIDE = '<w:gridSpan w:val="2"/>'
ENDLESS = '<w:gridSpan w:val="999999999"/>'


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_sheet_rows_read_merged_and_nested_cells_of_a_document():
    nested = f"<w:tbl><w:tr>{cell('N')}{cell('O')}</w:tr></w:tbl>"
    body = word(
        "<w:p><w:r><w:t>Otsikko</w:t></w:r></w:p><w:tbl>"
        f"<w:tr>{cell('Kunta')}{cell('Nimi')}{cell('Rooli')}</w:tr>"
        f"<w:tr>{cell('Juva', RESTART)}{cell('A')}{cell('B')}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('C', WIDE)}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr><w:tc><w:p>"
        "<w:del><w:r><w:delText>Vanha</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Uusi</w:t></w:r></w:ins></w:p></w:tc>"
        f"<w:tc>{nested}<w:p/></w:tc></w:tr></w:tbl>"
    )

    assert cells(read(body)) == [
        ("Juva", "A", "B"),
        ("Juva", "C", ""),
        ("", "Uusi", "N O"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "<!DOCTYPE x>",
        "<w:tbl>" * 200,
        f"<w:tbl><w:tr>{cell('a') * 501}</w:tr></w:tbl>",
        f"<w:tbl><w:tr>{cell('x' * 10_001)}{cell('y')}</w:tr></w:tbl>",
        "<w:tbl/>" * 1001,
    ],
)
def test_sheet_rows_refuse_a_hostile_document(table):
    assert "expected" in refusal(word(table))


def test_sheet_rows_survive_spans_of_a_document():
    table = f"<w:tbl><w:tr>{cell('a', ENDLESS)}</w:tr></w:tbl>"

    assert "expected" in refusal(word(table))


# --- anything


REAL = {
    "csv": 'Kunta;Nimi;"Rooli"\nMäntyharju;A;"B ""C"""\n\nJuva;D;E\n'.encode("cp1252"),
    "xlsx": workbook(
        [["Kunta", "Päivä"], ["Juva", dt.date(2024, 1, 1)], ["Juva", 5]], merged="A2:A3"
    ),
    "docx": document([["Kunta", "Nimi"], ["Juva", "A"]]),
    "barest xlsx": handmade(),
    "html": b"<html><table><tr><th>Kunta<th>Nimi<tr><td rowspan=2>Juva<td>A<tr><td>B</table>",
}


def survives(body: bytes) -> None:
    with contextlib.suppress(LoaderError):
        sheet = sheet_rows(body, source_id="toy", max_rows=1000)
        assert sheet.rows
        assert len(sheet.headings) >= 2
        assert {len(row.cells) for row in sheet.rows} == {len(sheet.headings)}
        lines = [row.line for row in sheet.rows]
        assert lines == sorted(lines)
        assert all(cell == squeezed(cell) for row in sheet.rows for cell in row.cells)


@settings(deadline=None, max_examples=50)
@given(
    st.binary(max_size=500)
    | st.text(max_size=500).map(str.encode)
    | st.text(alphabet=';,\t"\n\rab ', max_size=100).map(str.encode)
)
def test_sheet_rows_survive_any_bytes(body):
    survives(body)


@pytest.mark.parametrize("kind", REAL)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_sheet_rows_survive_a_file_with_something_put_in(kind, data):
    body = REAL[kind]
    at = data.draw(st.integers(0, len(body)))
    until = data.draw(st.integers(at, min(len(body), at + 50)))
    put_in = data.draw(st.binary(max_size=20))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        survives(body[:at] + put_in + body[until:])
        survives(body[:at])


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_sheet_rows_survive_a_workbook_with_a_changed_part(data):
    part = data.draw(st.sampled_from(["sheet", "texts", "book"]))
    text = {"sheet": SHEET, "texts": TEXTS, "book": WORKBOOK}[part]
    at = data.draw(st.integers(0, len(text)))
    until = data.draw(st.integers(at, min(len(text), at + 20)))
    put_in = data.draw(st.text(alphabet="<>/&;\"'rctsv019AXFDeE.-: ", max_size=12))

    survives(handmade(**{part: text[:at] + put_in + text[until:]}))
