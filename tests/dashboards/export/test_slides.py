"""The slides, read as plain XML out of the ZIP file and once more by python-pptx."""

from __future__ import annotations

import io
import re
import zipfile

import pptx
import pytest
from lxml import etree
from openpyxl import load_workbook
from PIL import Image

from dashboards.export.faults import ExportError
from dashboards.export.files import made
from dashboards.export.scope import Scope
from dashboards.export.slide_boards import bar_shares, chosen_boards
from dashboards.export.slide_deck import MOST_ROWS, SlideColumn, pages
from dashboards.export.slides import SlidesExport
from dashboards.texts import number, text
from geo.coverage import LADDER, gap_totals
from geo.representation import groups_without_a_seat
from tests.dashboards.export.hostile_names import SCRIPT, hostile_store

NAMES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dc": "http://purl.org/dc/elements/1.1/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}
INCH = 914_400


class Slides:
    """A PPTX file as its XML tells it."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.file = zipfile.ZipFile(io.BytesIO(body))
        listed = [
            name for name in self.file.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)
        ]
        listed.sort(key=lambda name: int(re.findall(r"\d+", name)[0]))
        self.slides = [etree.fromstring(self.file.read(name)) for name in listed]

    @staticmethod
    def found(part, path):
        return part.xpath(path, namespaces=NAMES)

    def title(self, slide):
        holders = "p:ph[@type='title' or @type='ctrTitle']"
        [shape] = self.found(slide, f".//p:sp[p:nvSpPr/p:nvPr/{holders}]")
        return "".join(self.found(shape, ".//a:t/text()"))

    @property
    def titles(self):
        return [self.title(slide) for slide in self.slides]

    def named(self, title):
        return self.slides[self.titles.index(title)]

    def table(self, slide):
        return [
            ["".join(self.found(cell, ".//a:t/text()")) for cell in self.found(row, "a:tc")]
            for row in self.found(slide, ".//a:tbl/a:tr")
        ]

    def words(self, slide):
        return " ".join(self.found(slide, ".//a:t/text()"))

    def core(self, name):
        core = etree.fromstring(self.file.read("docProps/core.xml"))
        return "".join(self.found(core, f"//{name}/text()"))

    @property
    def everything(self):
        return "\n".join(
            self.file.read(name).decode("utf-8", "replace")
            for name in self.file.namelist()
            if name.endswith((".xml", ".rels"))
        )


def slides_of(store, *, area="region-10", langs=("fi",), with_contacts=False, theme="ladder"):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=with_contacts)
    return Slides(made(SlidesExport(scope=scope, theme=theme)))


@pytest.fixture(scope="module")
def deck(store):
    return slides_of(store)


@pytest.fixture(scope="module")
def asked(store):
    """In two languages, with contacts and the evidence of four years."""
    return slides_of(store.seen(evidence="4"), langs=("fi", "sv"), with_contacts=True)


@pytest.fixture(scope="module")
def hostile(store):
    return slides_of(hostile_store(store), langs=("en",))


def test_the_slides_are_wide_and_each_has_a_title_of_its_own(deck):
    [size] = Slides.found(etree.fromstring(deck.file.read("ppt/presentation.xml")), "//p:sldSz")
    assert int(size.get("cx")) / int(size.get("cy")) == pytest.approx(16 / 9, abs=1e-3)
    assert all(deck.titles)
    assert len(set(deck.titles)) == len(deck.titles)


def test_the_first_slide_tells_the_area_the_filters_and_the_date(deck, asked):
    assert deck.titles[0] == "Järjestöyhteistyö ja edustus: Etelä-Savo"
    said = deck.words(deck.slides[0])
    assert "Tehty 21.11.2026" in said
    assert text("export_page.no_filters", "fi") in said
    assert text("export.filter.evidence", "sv", years="4") in asked.words(asked.slides[0])


def test_every_slide_but_the_first_has_its_number_and_the_source(deck):
    for slide in deck.slides[1:]:
        assert len(Slides.found(slide, ".//a:fld[@type='slidenum']")) == 1
        assert "Tehty 21.11.2026" in deck.words(slide)
        assert "Lähde" in deck.words(slide) or "tunnettuja järjestöjä" in deck.words(slide)


def test_the_map_is_a_picture_with_its_counts_in_words(deck):
    slide = deck.slides[1]
    [picture] = Slides.found(slide, ".//p:pic/p:nvPicPr/p:cNvPr")
    # Counted in the embedded data: Mikkeli has a model, of Hirvensalmi nothing is known.
    assert picture.get("descr") == (
        "Yhteistyön taso: Etelä-Savo. Kuntia luokittain: Yhteistyömalli 1; Rakenne 9; "
        "Vain yhdyshenkilö 0; Ei mallia 0; Ei tietoa 1."
    )
    [name] = [name for name in deck.file.namelist() if name.startswith("ppt/media/")]
    with Image.open(io.BytesIO(deck.file.read(name))) as image:
        assert image.width > 1900
        assert image.width / image.height == pytest.approx(12.333 / 4.98, abs=0.02)


def test_the_ladder_is_a_table_of_all_steps_with_a_total(store, deck):
    rows = deck.table(deck.named(text("export_slides.ladder", "fi")))
    assert [row[0] for row in rows[1:]] == [
        *(text(f"ladder.{step}.name", "fi") for step in LADDER),
        text("legend.total", "fi"),
    ]
    assert sum(int(row[2]) for row in rows[1:-1]) == int(rows[-1][2]) == 11
    people = store.overview.loc[store.chosen("10"), "population"].sum()
    assert rows[-1][3] == number(people, "fi")


def test_gaps_without_information_stand_apart(store, deck):
    towns = store.overview[store.chosen("10")]
    totals = gap_totals(towns, towns["population"]).set_index("part")["municipalities"]
    for kind in ("known_step", "no_information"):
        title = text(f"export_slides.gaps_{kind}", "fi", n=totals[kind])
        rows = deck.table(deck.named(title))[1:]
        assert len(rows) == totals[kind]
        own = towns[towns["gap_kind"] == kind]
        assert {row[0] for row in rows} == set(own["name_fi"])
    assert rows == [["Hirvensalmi", "Ei tietoa", "2\N{NO-BREAK SPACE}091", "Ei näyttöä"]]


def test_no_slide_has_more_rows_than_can_be_read(deck, asked):
    for slides in (deck, asked):
        assert max(len(slides.table(slide)) for slide in slides.slides) <= MOST_ROWS + 1


def test_groups_without_a_local_organisation_are_told_with_their_municipalities(store, deck):
    shown = [
        row
        for slide, title in zip(deck.slides, deck.titles, strict=True)
        if title.startswith(text("briefing.groups", "fi"))
        for row in deck.table(slide)[1:]
    ]
    special = store["target_groups"].loc[~store["target_groups"]["is_general"]]
    matrix = store.matrix
    matrix = matrix[
        matrix["municipality_code"].isin(Scope(store=store, area="region-10").codes)
        & matrix["target_group_code"].isin(special["target_group_code"])
    ]
    zeros = matrix[matrix["local"] == 0]["target_group_code"].value_counts()
    names = store.group_names("fi")
    assert {row[0]: int(row[1]) for row in shown} == {
        names[code]: count for code, count in zeros.items()
    }


def test_seats_are_charts_that_can_be_edited_with_a_title_and_words(store, deck):
    slide = deck.named("Mikkelin kaupungin vanhusneuvosto")
    [frame] = Slides.found(slide, ".//p:graphicFrame/p:nvGraphicFramePr/p:cNvPr")
    shown = bar_shares(store.representation("mikkeli_vanhusneuvosto"))
    assert frame.get("descr").startswith("Mikkelin kaupungin vanhusneuvosto: ")
    assert frame.get("descr").count(";") == len(shown) - 1
    missing = groups_without_a_seat(store.representation("mikkeli_vanhusneuvosto"))
    names = store.group_names("fi")
    assert all(names[code] in deck.words(slide) for code in missing["target_group_code"])
    charts = [name for name in deck.file.namelist() if re.match(r"ppt/charts/chart", name)]
    books = [name for name in deck.file.namelist() if name.endswith(".xlsx")]
    assert len(charts) == len(books) == 4
    for name in charts:
        chart = etree.fromstring(deck.file.read(name))
        assert Slides.found(chart, "//c:barChart")
        assert text("export_slides.chart", "fi") in "".join(Slides.found(chart, "//a:t/text()"))
        assert [lang.get("val") for lang in Slides.found(chart, "/c:chartSpace/c:lang")] == [
            "fi-FI"
        ]
    sheet = load_workbook(io.BytesIO(deck.file.read(books[0]))).active
    assert [cell.value for cell in sheet[1]][1:] == [
        text("column.seat_share", "fi"),
        text("column.reference_share", "fi"),
    ]


def test_a_share_that_is_not_known_has_no_bar(store):
    # Of YhES one seat of 18 is known: of groups without a row nothing can be said.
    shown = bar_shares(store.representation("yhes_2023"))
    assert shown["seat_share"].isna().sum() == (shown["standing"] == "not_known").sum() > 0
    # Mikkeli's council of the elderly is known in full: no seat there is a zero.
    known = bar_shares(store.representation("mikkeli_vanhusneuvosto"))
    assert (known["seat_share"] == 0).any()
    assert known["seat_share"].notna().all()


def test_boards_left_out_are_counted_with_the_reason(store):
    boards = Scope(store=store, area="region-02").boards
    chosen = chosen_boards(boards, store.analysis.bodies)
    assert len(chosen.shown) + sum(chosen.left_out.values()) == len(boards)
    assert chosen.left_out["not_public"] == 1  # VSLJ's own board
    # The later terms of MYR's section, of Turku's council of cultures and of the disabled, and the
    # last of three of its council of the elderly: one, one, one and two others are left out.
    assert chosen.left_out["other_term"] == 5
    assert "vs_myr_jj_2019" not in set(chosen.shown["board_id"])
    assert (chosen.shown["speaking_seats"] > 0).all()


def test_boards_beyond_the_most_are_counted_too(store, monkeypatch):
    monkeypatch.setattr("dashboards.export.slide_boards.MOST_BOARDS", 3)
    boards = Scope(store=store, area="region-02").boards
    chosen = chosen_boards(boards, store.analysis.bodies)
    assert len(chosen.shown) == 3
    assert len(chosen.shown) + sum(chosen.left_out.values()) == len(boards)


def test_every_run_names_its_language(deck, asked):
    for slides, langs in ((deck, {"fi-FI"}), (asked, {"fi-FI", "sv-FI"})):
        runs = [run for slide in slides.slides for run in Slides.found(slide, ".//a:r")]
        found = {lang for run in runs for lang in Slides.found(run, "a:rPr/@lang")}
        assert found == langs
        assert all(Slides.found(run, "a:rPr/@lang") for run in runs)


def test_the_document_says_what_it_is(deck, asked):
    assert deck.core("dc:title") == deck.titles[0]
    assert deck.core("dc:creator") == "Järjestökartta"
    assert deck.core("dc:language") == "fi-FI"
    assert deck.core("dc:subject")
    assert deck.core("cp:keywords") == ""
    assert asked.core("cp:keywords") == "henkilötietoja / personuppgifter"
    assert text("export.contacts", "fi") in asked.core("dc:description")


def test_persons_are_left_out_unless_asked_for(store, deck, asked):
    persons = store.liaisons.dropna(subset="municipality_code")
    names = [name for part in ("person_name", "email") for name in persons[part].dropna()]
    assert len(names) > 15
    assert [name for name in names if name in deck.everything] == []
    assert text("export.contacts", "fi") not in deck.everything
    assert [name for name in names if name not in asked.everything] == []
    assert text("export.contacts", "fi") in asked.words(asked.slides[0])


def test_the_font_stands_in_the_theme(deck):
    theme = etree.fromstring(deck.file.read("ppt/theme/theme1.xml"))
    found = Slides.found(theme, "//a:majorFont/a:latin/@typeface | //a:minorFont/a:latin/@typeface")
    assert found == ["Arial", "Arial"]


def test_nothing_lies_outside_its_slide(deck, asked, hostile):
    for slides in (deck, asked, hostile):
        shown = pptx.Presentation(io.BytesIO(slides.body))
        for slide in shown.slides:
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= shown.slide_width
                # Tables end above the source of their slide.
                lowest = 6.5 * INCH if shape.has_table else shown.slide_height
                assert shape.top + shape.height <= lowest, slide.shapes.title.text


def test_hostile_names_survive(hostile):
    tables = [row for slide in hostile.slides for row in hostile.table(slide)]
    words = {cell for row in tables for cell in row}
    assert '"Ääni & <b>ö</b>" \N{PARTY POPPER} /../ {policy} {{ this }}' in words
    # 491 has a model and is named among those where a group has an organisation.
    assert any(SCRIPT in cell for cell in words)
    assert any(title.startswith("Pitkännimisenkunnanneuvosto ") for title in hostile.titles)
    assert not re.search("_x00|[\x00-\x08\x0b\x0c\x0e-\x1f]", hostile.everything)
    alt = [name for slide in hostile.slides for name in Slides.found(slide, ".//@descr")]
    assert all(alt)
    charts = [name for name in hostile.file.namelist() if re.match(r"ppt/charts/chart", name)]
    assert any("Ääni &amp;" in hostile.file.read(name).decode() for name in charts)


def test_one_municipality_without_an_outline_has_slides(store):
    slides = slides_of(hostile_store(store), area="municipality-046")
    assert "ppt/media/image1.png" not in slides.file.namelist()
    assert text("briefing.start", "fi") not in slides.titles  # asked of regions only
    [first] = [title for title in slides.titles if title.endswith("(1/2)")]
    assert first.startswith(text("briefing.groups", "fi"))
    assert slides.table(slides.named(first))[0][1] == text("column.nearest", "fi")


def test_the_same_slides_make_the_same_bytes(store):
    area = "municipality-097"
    assert slides_of(store, area=area).body == slides_of(store, area=area).body


def test_an_unknown_theme_is_refused(store):
    with pytest.raises(ExportError, match="ladder"):
        SlidesExport(scope=Scope(store=store), theme="lader")


def test_pages_part_a_long_table_and_enlarge_a_short_one():
    columns = [SlideColumn(heading=(("en", "Name"),), part=1)]
    row = ((("en", "Exampleville"),),)
    size, parts = pages([row] * 3, columns)
    assert (size, len(parts)) == (16, 1)
    size, parts = pages([row] * 30, columns)
    assert (size, [len(part) for part in parts]) == (12, [12, 12, 6])
    # A row of some 20 lines leaves no room for another.
    long = ((("en", "word " * 600),),)
    assert [len(part) for part in pages([long, long], columns)[1]] == [1, 1]
