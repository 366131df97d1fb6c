"""The atlas as a file, read with pikepdf: tags, languages, bookmarks, links, privacy, bad input."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace

import pikepdf
import pytest

from dashboards.export.atlas import AtlasExport, _free_name
from dashboards.export.faults import Cancelled, ExportError
from dashboards.export.files import made, save
from dashboards.export.locator import Locator
from dashboards.export.scope import Scope
from dashboards.export.typesetting import NotSet, pdf_of
from tests.dashboards.export.toy_atlas import BARE, LONG, OTHER, TOWN, harmful_store, toy_store

REGION = "region-10"


def opened(store, *, area=REGION, langs=("fi",), with_contacts=False, **choices):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=with_contacts)
    return pikepdf.open(io.BytesIO(made(AtlasExport(scope=scope, **choices))))


def elements(pdf):
    """Every structure element of a tagged PDF."""
    left = [pdf.Root.StructTreeRoot]
    while left:
        element = left.pop()
        if not isinstance(element, pikepdf.Dictionary):
            continue
        if "/S" in element:
            yield element
        kids = element.get("/K", [])
        left += list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def bookmarks(pdf):
    with pdf.open_outline() as outline:
        return {item.title: [child.title for child in item.children] for item in outline.root}


@pytest.fixture(scope="module")
def toy(store):
    return toy_store(store)


@pytest.fixture(scope="module")
def pdf(toy):
    return opened(toy, langs=("fi", "sv"), with_contacts=True)


def test_the_atlas_is_tagged_titled_and_knows_its_language(pdf):
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "fi"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "Etelä-Savo" in metadata["dc:title"]
        assert "Sisältää henkilötietoja" in metadata["dc:description"]
        assert "Innehåller personuppgifter" in metadata["dc:description"]
    assert "sisältää henkilötietoja" in str(pdf.docinfo.Keywords)


def test_every_figure_of_the_atlas_has_an_alternative_text(pdf):
    figures = [element for element in elements(pdf) if element.S == "/Figure"]
    said = [str(figure.get("/Alt", "")) for figure in figures]
    assert len(figures) == 1 + 11  # the map of the ladder and a locator a municipality
    assert all(said)
    assert any("merkitty kunta: Savonlinna" in alt and "Nyslott" in alt for alt in said)
    [ladder] = [alt for alt in said if alt.startswith("Kartta: ")]
    assert "Yhteistyömalli: 0; Rakenne: 1" in ladder  # also a step that nobody is on


def test_texts_of_the_atlas_are_tagged_with_their_language(pdf):
    marked = [
        operands[1]
        for page in pdf.pages
        for operands, operator in pikepdf.parse_content_stream(page, "BDC")
        if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary)
    ]
    # What is in one language as a whole has it on its element, else each run of text has it.
    told = {str(item.Lang) for item in [*marked, *elements(pdf)] if "/Lang" in item}
    assert told == {"fi", "sv", "en"}


def test_tables_of_the_atlas_have_heads_and_headings_skip_no_level(pdf):
    kinds = {str(element.S) for element in elements(pdf)}
    assert {"/Table", "/TH", "/TD", "/TOC", "/Link", "/L", "/LI", "/H1", "/H2", "/H3"} <= kinds
    assert not {"/H4", "/H5"} & kinds


def test_bookmarks_of_the_atlas_name_every_municipality_and_board(pdf):
    marks = bookmarks(pdf)
    assert list(marks) == [
        "Yleiskuva / Översikt",
        "Lukuohje / Läsanvisning",
        "Lähteet ja lisenssit / Källor och licenser",
        "Kunnat / Kommuner",
        "Toimielimet / Organ",
    ]
    towns = marks["Kunnat / Kommuner"]
    assert len(towns) == 11
    assert towns[0] == "Enonkoski"
    assert "Savonlinna / Nyslott" in towns
    assert marks["Toimielimet / Organ"] == ["Esimerkki"]


def test_links_of_the_atlas_lead_to_its_pages_and_to_the_web_only(pdf):
    notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
    addresses = [str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A]
    inner = len(notes) - len(addresses)
    # Contents; name and page of municipalities and of the board; the board on its municipality.
    assert inner >= 5 + 11 * 2 + 2 + 1
    assert "https://example.fi/neuvosto" in addresses
    assert all(address.startswith(("http://", "https://")) for address in addresses)
    assert "/JavaScript" not in pdf.Root.get("/Names", {})


def test_the_atlas_is_the_same_each_time(toy):
    scope = Scope(store=toy, area=f"municipality-{TOWN}", langs=("sv",))
    assert made(AtlasExport(scope=scope)) == made(AtlasExport(scope=scope))


def test_files_of_the_atlas_are_named_by_code_and_name(toy):
    scope = Scope(store=toy, area=f"municipality-{TOWN}", langs=("fi", "sv"))
    body = made(AtlasExport(scope=scope, parts="files"))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "000-yleiskuva.pdf",
            "491-mikkeli.pdf",
            "esimerkkineuvosto-esimerkki.pdf",
        ]
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 21, 0, 0, 0)}
        sheet = pikepdf.open(io.BytesIO(archive.read("491-mikkeli.pdf")))
    assert str(sheet.docinfo.Title) == "Mikkeli / S:t Michel"
    assert sheet.Root.MarkInfo.Marked
    assert made(AtlasExport(scope=scope, parts="files")) == body


def test_files_that_would_have_the_same_name_are_numbered():
    taken: set[str] = set()
    assert [_free_name("a", taken) for _ in range(3)] == ["a.pdf", "a-2.pdf", "a-3.pdf"]


def test_single_files_say_of_persons_in_their_metadata_only_where_there_are(store):
    for asked in (True, False):
        scope = Scope(store=store, area=f"municipality-{OTHER}", with_contacts=asked)
        body = made(AtlasExport(scope=scope, parts="files", has_boards=False))
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                pdf = pikepdf.open(io.BytesIO(archive.read(name)))
                assert ("henkilötietoja" in str(pdf.docinfo.Subject)) is asked, name


@pytest.mark.parametrize(("parts", "steps"), [("one", 3), ("files", 5)])
def test_the_atlas_tells_of_progress_to_the_end(toy, parts, steps):
    told = []
    scope = Scope(store=toy, area=f"municipality-{TOWN}")
    made(AtlasExport(scope=scope, parts=parts), tell=lambda *said: told.append(said))
    # A municipality and a board are gathered; then one file, or the overview and these two.
    assert (told[0], told[-1]) == ((1, steps), (steps, steps))
    assert told == sorted(told)


@pytest.mark.parametrize(("parts", "stop"), [("one", 1), ("one", 2), ("files", 4)])
def test_an_atlas_that_is_cancelled_leaves_nothing_behind(toy, tmp_path, parts, stop):
    told = []

    def tell(done, total):
        told.append(done)
        # Of one file the second step is told again and again while typst is at work.
        if done >= stop and told.count(done) == (2 if stop == 2 else 1):
            raise Cancelled

    scope = Scope(store=toy, area=f"municipality-{TOWN}")
    with pytest.raises(Cancelled):
        save(AtlasExport(scope=scope, parts=parts), tmp_path, tell=tell)
    assert max(told) == stop
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_of_parts_is_an_error(store):
    with pytest.raises(ExportError, match="halves"):
        AtlasExport(scope=Scope(store=store), parts="halves")


def test_data_that_means_harm_is_set_as_it_is(store):
    pdf = opened(harmful_store(store), area=REGION)
    assert LONG in bookmarks(pdf)["Toimielimet"][0].replace("\u200b", "")
    said = [str(element.get("/Alt", "")) for element in elements(pdf) if element.S == "/Figure"]
    assert any("Kangasniemi" in alt for alt in said)  # it has no outline, its area has
    addresses = [
        str(note.A.URI)
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if "/A" in note and "/URI" in note.A
    ]
    assert not [address for address in addresses if "javascript" in address]


def test_a_municipality_whose_area_has_no_outline_has_no_locator(store):
    harmful = harmful_store(store)
    tables = {**harmful.tables, "boundaries": harmful["boundaries"].iloc[:0]}
    scope = Scope(store=replace(harmful, tables=tables), area=f"municipality-{BARE}")
    assert Locator(scope).svg(BARE, "x") == ""


def test_a_fault_of_typst_tells_no_words_of_the_document():
    with pytest.raises(NotSet) as caught:
        pdf_of({"lang": "fi", "title": "Esimerkki"}, dt.date(2026, 11, 21))
    assert "Esimerkki" not in str(caught.value)
