"""The printed map: what stands on it and in its files, read back with Pillow, lxml and pikepdf."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pikepdf
import pytest
import shapely
from lxml import etree
from PIL import Image, ImageStat

from dashboards.export.faults import ExportError
from dashboards.export.files import made
from dashboards.export.map_drawing import Frame, MapDrawing
from dashboards.export.map_figure import SIZES, MapExport, described, picture
from dashboards.export.map_ground import ground
from dashboards.export.map_legend import LegendDrawing, legend
from dashboards.export.map_paper import HATCHES, Paper, one_at_a_time
from dashboards.export.picture_files import About
from dashboards.export.scope import Scope
from dashboards.store import Store
from dashboards.themes import themes
from tests.dashboards.export.hostile_names import SCRIPT, hostile_store
from tests.dashboards.test_inks import PALETTES

SVG = "{http://www.w3.org/2000/svg}"
BOTH = ("fi", "sv")


@pytest.fixture(scope="module")
def southwest(store: Store) -> Scope:
    return Scope(store=store, area="region-02", langs=BOTH)


@pytest.fixture(scope="module")
def savo(store: Store) -> Scope:
    return Scope(store=store, area="region-10")


@pytest.fixture(scope="module")
def hostile(store: Store) -> Scope:
    return Scope(store=hostile_store(store), area="region-10", langs=BOTH)


def texts(svg: bytes) -> list[str]:
    return [element.text for element in etree.fromstring(svg).iter(f"{SVG}text")]


def svg_of(scope: Scope, **choices: str) -> bytes:
    return made(MapExport(scope=scope, format="svg", **choices))


def drawing_of(scope: Scope, theme: str = "ladder") -> MapDrawing:
    found = [themes(scope.store, lang)[theme] for lang in scope.langs]
    return MapDrawing(scope, found, scope.langs)


@pytest.mark.parametrize(
    ("paper", "orientation"), [("a4", "portrait"), ("a3", "landscape"), ("16:9", "landscape")]
)
def test_a_png_has_the_size_of_its_paper_at_300_dpi(
    savo: Scope, paper: str, orientation: str
) -> None:
    body = made(MapExport(scope=savo, paper=paper, orientation=orientation))
    image = Image.open(io.BytesIO(body))
    wanted = SIZES[paper] if orientation == "landscape" else SIZES[paper][::-1]
    # Dots are whole: at most one is lost at each side.
    assert np.allclose(image.size, [side / 25.4 * 300 for side in wanted], atol=1)
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    image.load()
    # White at the edge, something within.
    assert image.getpixel((3, 3)) == (255, 255, 255)
    assert len(image.getcolors(1 << 24)) > 20


def test_a_png_tells_its_title_maker_and_what_it_shows(southwest: Scope) -> None:
    image = Image.open(io.BytesIO(made(MapExport(scope=southwest))))
    image.load()
    assert image.text["Title"].startswith("Yhteistyön taso – Varsinais-Suomi / ")
    assert image.text["Author"] == "Järjestökartta"
    assert "Parainen" in image.text["Description"]
    assert "Pargas" in image.text["Description"]


def test_an_svg_has_every_word_as_text_in_both_languages(southwest: Scope) -> None:
    said = texts(svg_of(southwest))
    for line in (
        "Yhteistyön taso – Varsinais-Suomi",
        "Samarbetets steg – Egentliga Finland",
        "Pohjoinen (karttaruudukko)",
        "Norr (kartrutnät)",
        "Parainen",
        "Pargas",
        "Kemiönsaari",
        "Kimitoön",
        "0",
        "20 km",
    ):
        assert line in said
    # The same in both languages stands once.
    assert said.count("Salo") == 1
    foot = " ".join(said)
    for part in ("Tilastokeskus", "Statistikcentralen", "CC BY 4.0", "Tehty 21.11.2026"):
        assert part in foot


def test_a_legend_has_every_class_with_its_numbers_also_those_of_nobody(southwest: Scope) -> None:
    drawn = drawing_of(southwest)
    told = legend(southwest, drawn.themes, BOTH, has_outside=False)
    assert [row.names[0] for row in told.rows] == list(drawn.themes[0].names.values())
    # Counted by hand in the embedded data: 27 municipalities of Southwest Finland, none of which
    # has confirmed that it has no model.
    assert told.total.municipalities == "27"
    assert sum(int(row.municipalities) for row in told.rows) == 27
    assert (told.rows[3].municipalities, told.rows[3].residents) == ("0", "0")
    people = [int(row.residents.replace("\N{NO-BREAK SPACE}", "")) for row in told.rows]
    assert sum(people) == int(southwest.municipalities["population"].sum())


def test_every_municipality_has_its_name_on_the_map_or_a_number(store: Store) -> None:
    scope = Scope(store=store, langs=BOTH)
    for width, height in ((297.0, 210.0), (150.0, 110.0)):
        drawn = drawing_of(scope)
        frame = Frame(0, 0, width, height)
        shown, scale = drawn._legend(frame, 1.0)
        _, names = drawn._places(frame, shown, [], scale)
        assert len(names.placed) + len(names.numbered) + names.unplaced == len(scope.codes)
        assert not set(names.placed) & set(names.numbered)
    assert names.numbered  # not all fit in the smaller one


def test_islands_are_drawn_part_by_part(southwest: Scope) -> None:
    towns = southwest.store.municipalities["municipality_code"].tolist()
    shapes = southwest.store.municipalities.geometry
    for code in ("445", "322", "304"):  # Parainen, Kemiönsaari, Kustavi
        at = towns.index(code)
        parts = shapely.get_num_geometries(shapes.iloc[at])
        assert parts > 1
        assert len(ground(southwest.store).lands[at]) == parts


def test_a_tiny_municipality_is_drawn_as_a_disc(store: Store) -> None:
    towns = store["boundaries"].copy()
    spot = towns.loc[towns["municipality_code"] == "853", "geometry"].iloc[0].centroid
    towns.loc[towns["municipality_code"] == "853", "geometry"] = spot.buffer(0.001)
    small = replace(store, tables=dict(store.tables) | {"boundaries": towns})
    scope = Scope(store=small, area="region-02")
    drawn = drawing_of(scope)
    inks: list[int] = []
    with one_at_a_time():
        paper = Paper(200, 150)
        paper.fill = lambda outline, ink: inks.append(len(outline.vertices))  # type: ignore[method-assign]
        drawn._draw_ground(paper, Frame(0, 0, 200, 150), 1)
    # A disc of 20 points, closed, beside the outlines of the classes.
    assert 21 in inks


def test_one_municipality_is_shown_among_its_neighbours(store: Store) -> None:
    said = texts(svg_of(Scope(store=store, area="municipality-445", langs=("sv",))))
    assert "Pargas" in said
    assert "Utanför området" in said
    assert "Åbo" not in said


def test_a_municipality_without_an_outline_is_named_beside_the_map(hostile: Scope) -> None:
    said = " ".join(texts(svg_of(hostile)))
    assert "Ilman ääriviivaa, ei kartalla" in said
    assert "Utan kontur, inte på kartan" in said
    assert '"Ääni & <b>ö</b>"' in said


def test_an_area_without_any_outline_cannot_be_drawn(store: Store) -> None:
    with pytest.raises(ExportError) as caught:
        made(MapExport(scope=Scope(store=hostile_store(store), area="municipality-046")))
    assert caught.value.key == "no_outlines"


def test_names_of_data_are_text_and_nothing_else(hostile: Scope) -> None:
    body = svg_of(hostile, title="\x07$x^2$ <script>alert(1)</script> \N{PARTY POPPER}")
    tree = etree.fromstring(body)
    assert not list(tree.iter(f"{SVG}script", f"{SVG}image"))
    said = texts(body)
    assert "$x^2$ <script>alert(1)</script> \N{REPLACEMENT CHARACTER}" in said
    assert any(SCRIPT in line for line in said)
    assert tree.find(f"{SVG}title").text == "$x^2$ <script>alert(1)</script> \N{PARTY POPPER}"
    for format in ("png", "pdf"):
        assert made(MapExport(scope=hostile, format=format))


def test_a_title_of_300_letters_ends_in_an_ellipsis_within_the_sheet(savo: Scope) -> None:
    title = "Pitkä otsikko " * 22
    body = svg_of(savo, title=title[:300], orientation="portrait")
    bold = [e for e in etree.fromstring(body).iter(f"{SVG}text") if e.get("font-size") == "16"]
    assert len(bold) == 3
    assert bold[-1].text.endswith("…")
    # What the map shows is said below.
    assert "Yhteistyön taso – Etelä-Savo" in texts(body)
    with pytest.raises(ExportError) as caught:
        MapExport(scope=savo, title=title)
    assert caught.value.key == "long_title"


def test_nothing_is_written_outside_the_sheet(store: Store) -> None:
    from dashboards.export.lettering import POINT, text_width

    for area in ("all", "region-02"):
        for paper in SIZES:
            scope = Scope(store=store, area=area, langs=BOTH)
            root = etree.fromstring(svg_of(scope, theme="group-X.maahanmuuttajat", paper=paper))
            _, _, width, height = (float(side) for side in root.get("viewBox").split())
            for of in root.iter(f"{SVG}text"):
                size, x, y = (float(of.get(name)) for name in ("font-size", "x", "y"))
                bold = of.get("font-weight") is not None
                wide = text_width(of.text, size, bold=bold) / POINT
                left = x - wide * {"middle": 0.5, "end": 1}.get(of.get("text-anchor", ""), 0)
                assert 0 <= left <= width - wide, of.text
                assert size <= y <= height, of.text


def test_filters_are_said_on_the_map(store: Store) -> None:
    seen = store.seen(evidence="4", reach="regional")
    said = " ".join(texts(svg_of(Scope(store=seen, area="region-10"))))
    assert "Vain enintään 4 vuotta vanha näyttö on mukana" in said
    assert "Koko alueen ja maan järjestöt" in said
    assert "Ei suodattimia" not in said


@pytest.mark.parametrize(
    ("choice", "given"),
    [("theme", "lader"), ("paper", "a5"), ("orientation", "upright"), ("format", "gif")],
)
def test_an_unknown_choice_is_told(savo: Scope, choice: str, given: str) -> None:
    with pytest.raises(ExportError) as caught:
        MapExport(scope=savo, **{choice: given})
    assert given in caught.value.said("fi")


def test_a_pdf_names_its_language_and_has_an_alternative_text(southwest: Scope) -> None:
    body = made(MapExport(scope=southwest, format="pdf"))
    with pikepdf.open(io.BytesIO(body)) as file:
        assert str(file.Root.Lang) == "fi"
        assert bool(file.Root.MarkInfo.Marked)
        figure = file.Root.StructTreeRoot.K.K[0]
        assert str(figure.S) == "/Figure"
        assert "Kustavi" in str(figure.Alt)
        assert "Gustavs" in str(figure.Alt)
        assert str(file.docinfo.Title).startswith("Yhteistyön taso")
        assert str(file.docinfo.Author) == "Järjestökartta"
        width, height = (float(side) / 72 * 25.4 for side in file.pages[0].mediabox[2:])
    assert (width, height) == pytest.approx((297, 210), abs=0.1)


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_the_same_map_is_the_same_file(savo: Scope, format: str) -> None:
    export = MapExport(scope=savo, format=format)
    assert made(export) == made(export)


def test_no_person_is_named_even_with_contacts(store: Store) -> None:
    scope = Scope(store=store, area="region-10", with_contacts=True)
    said = svg_of(scope).decode()
    for column in ("person_name", "email"):
        for told in store.liaisons[column].dropna():
            assert str(told) not in said


def test_a_picture_is_a_map_with_its_legend_and_no_page(savo: Scope) -> None:
    said = texts(picture(savo, "ladder", lang="fi+sv", format="svg", width_mm=170, height_mm=110))
    assert "Yhteistyön taso / Samarbetets steg" in said
    assert "Mikkeli" in said
    assert not any("Tilastokeskus" in line for line in said)


def test_a_legend_is_no_higher_than_a_low_picture(savo: Scope) -> None:
    drawn = drawing_of(savo, "readings")
    shown, scale = drawn._legend(Frame(0, 0, 100, 40), 1.0)
    assert isinstance(shown, LegendDrawing)
    assert shown.height <= 40
    assert scale < 1


def test_described_tells_each_class_with_its_municipalities(savo: Scope) -> None:
    said = described(savo, "ladder", "fi")
    assert "Yhteistyömalli (1): Mikkeli" in said
    assert "Ei mallia (0)" in said


@pytest.mark.parametrize("inks", PALETTES)
def test_classes_are_told_apart_in_a_grey_print(inks: dict) -> None:
    """Two classes differ by 14 of 255 greys, or have patterns of which one at least is seen."""
    about = About(title="", description="", lang="fi", day=dt.date(2026, 11, 21), author="")
    with one_at_a_time():
        paper = Paper(12 * len(inks), 10)
        for n, ink in enumerate(inks.values()):
            paper.box(12 * n, 0, 12, 10, ink=ink)
        image = Image.open(io.BytesIO(paper.file("png", about))).convert("L")
    side = 12 / 25.4 * 300
    greys = {}
    for n, key in enumerate(inks):
        part = ImageStat.Stat(image.crop((round(side * n) + 5, 5, round(side * (n + 1)) - 5, 112)))
        greys[key] = (part.mean[0], part.stddev[0])
        assert (part.stddev[0] > 6) == (inks[key].hatch != "blank"), key
    for one, other in combinations(inks, 2):
        same = inks[one].hatch == inks[other].hatch
        assert not same or abs(greys[one][0] - greys[other][0]) > 14, (one, other)


def test_each_pattern_of_the_inks_has_its_own_on_paper() -> None:
    assert {ink.hatch for inks in PALETTES for ink in inks.values()} <= set(HATCHES)
    assert len(set(HATCHES.values())) == len(HATCHES)
