"""Slides as PowerPoint has them: titles, tables, charts and pictures that stay what they are.

What stands on them is the business of ``dashboards.export.slides``.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboards.export.wording import Said, line
from dashboards.texts import locale, text

WIDTH, HEIGHT = 13.333, 7.5
"""Inches: 16:9."""
MARGIN = 0.5
TOP, BOTTOM = 1.45, 6.45
"""Between these inches stands what a slide shows; below it its source and its number."""
INSIDE = WIDTH - 2 * MARGIN

FONT = "Arial"
"""On Windows and Macs; elsewhere a font of the same widths (Liberation Sans) takes its place."""
LETTER = 0.5
"""How wide a letter is, of the font's size, as an average that errs on the wide side."""
LINE = 1.2
POINT = 1 / 72

TEXT_PT, SMALL_PT = 16, 10
TITLE_SIZES_PT = (28, 24, 20, 16)
TABLE_SIZES_PT = (16, 14, 12)
"""The largest in which a table has room on one slide; one that has not takes more slides."""
CELL_MARGIN = 0.08
MOST_ROWS = 12
"""Of a table on one slide, its heading not counted."""

SHARE = "[=0]0 %;[<0.01]0.0 %;0 %"
"""Shares as per cent: less than one is not written as none."""

INK, SOFT = "1A1C1B", "55594F"
COLORS = {"accent1": "0B5C4D", "accent2": "E0B64A", "accent3": "549AA3", "accent4": "C2571A"}
LAYOUTS = {"Title Slide", "Title and Content", "Title Only", "Blank"}
"""The layouts that are kept of python-pptx's own presentation."""

MOST_FOR_LABELS = 0.45
"""Of a chart's width, for the names beside its bars."""

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a ZIP file can tell: the same slides make the same bytes."""
_BREAKS = re.compile(r"[\t\n\r]+")
"""Within a text: a slide has its own."""
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, kw_only=True)
class SlideColumn:
    """A column of a table: its heading, its part of the width, and whether it holds numbers."""

    heading: Said
    part: float
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class About:
    """What the document's properties say."""

    title: Said
    subject: Said
    keywords: Said
    comments: Said
    langs: Sequence[str]
    made_on: dt.date


class Deck:
    """Slides that are being made; ``footer`` stands on each but the first."""

    def __init__(self, about: About, footer: Said) -> None:
        self.about, self.footer = about, footer
        self.deck = _presentation()

    @cached_property
    def _layouts(self) -> dict[str, Any]:
        return {layout.name: layout for layout in self.deck.slide_layouts}

    def title_slide(self, title: Said, lines: Sequence[Said]) -> Any:
        """The first slide."""
        slide = self.deck.slides.add_slide(self._layouts["Title Slide"])
        heading, below = slide.placeholders[0], slide.placeholders[1]
        _write(heading.text_frame.paragraphs[0], title, size=_fitted(line(title), 36, INSIDE - 1.5))
        paragraphs = [words for words in lines if words]
        for at, words in enumerate(paragraphs):
            paragraph = below.text_frame.paragraphs[0] if not at else _new_paragraph(below)
            _write(paragraph, words, mark=" ", size=16)
        return slide

    def slide(self, title: Said, *, source: Said = ()) -> Any:
        """A slide with a title, its number and, where there is one, its source."""
        slide = self.deck.slides.add_slide(self._layouts["Title Only"])
        _write(slide.shapes.title.text_frame.paragraphs[0], title, size=_fitted(line(title)))
        if source:
            self.text(slide, [source], top=BOTTOM + 0.02, height=0.48, size=9, color=SOFT)
        for shape in slide.slide_layout.placeholders:
            kind = shape.element.xpath(".//p:nvPr/p:ph/@type")
            if kind in (["ftr"], ["sldNum"]):
                own = copy.deepcopy(shape.element)
                slide.shapes._spTree.append(own)
                if kind == ["ftr"]:
                    [added] = [one for one in slide.placeholders if one.element is own]
                    _write(added.text_frame.paragraphs[0], self.footer)
                for run in own.xpath(".//a:fld/a:rPr"):
                    run.set("lang", locale(self.about.langs[0]))
        return slide

    def text(
        self,
        slide: Any,
        paragraphs: Sequence[Said],
        *,
        top: float,
        height: float,
        size: float = TEXT_PT,
        color: str = INK,
    ) -> Any:
        """A box of paragraphs over the width of the slide, in letters that fit in it."""
        from pptx.util import Inches

        shown = [words for words in paragraphs if words]
        while size > 8 and _text_height([line(one) for one in shown], INSIDE, size) > height:
            size -= 1
        box = slide.shapes.add_textbox(*map(Inches, (MARGIN, top, INSIDE, height)))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        frame.margin_top = frame.margin_bottom = 0
        for at, words in enumerate(shown):
            paragraph = frame.paragraphs[0] if not at else _new_paragraph(box)
            _write(paragraph, words, size=size, color=color)
            paragraph.space_after = _points(size * 0.3)
        return box

    def table(
        self,
        slide: Any,
        columns: Sequence[SlideColumn],
        rows: Sequence[Sequence[Said]],
        *,
        name: Said,
        size: float = TABLE_SIZES_PT[0],
        has_total: bool = False,
    ) -> Any:
        """A table whose first row is its heading; with ``has_total`` the last is its total."""
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches

        widths = _widths(columns)
        lines = [[column.heading for column in columns], *rows]
        heights = [_row_height(row, widths, size) for row in lines]
        frame = slide.shapes.add_table(
            len(lines), len(columns), *map(Inches, (MARGIN, TOP, INSIDE, sum(heights)))
        )
        _describe(frame, name)
        table = frame.table
        table.last_row = has_total
        for place, width in enumerate(widths):
            table.columns[place].width = Inches(width)
        for at, (row, height) in enumerate(zip(lines, heights, strict=True)):
            table.rows[at].height = Inches(height)
            for place, words in enumerate(row):
                cell = table.cell(at, place)
                cell.margin_left = cell.margin_right = Inches(CELL_MARGIN)
                cell.margin_top = cell.margin_bottom = Inches(CELL_MARGIN / 2)
                paragraph = cell.text_frame.paragraphs[0]
                _write(paragraph, words, size=size)
                if columns[place].is_number:
                    paragraph.alignment = PP_ALIGN.RIGHT
        return table

    def picture(self, slide: Any, picture: bytes, *, width: float, height: float, alt: Said) -> Any:
        """A picture in the middle of the slide's width."""
        from pptx.util import Inches

        left = (WIDTH - width) / 2
        shape = slide.shapes.add_picture(
            io.BytesIO(picture), *map(Inches, (left, TOP - 0.1, width, height))
        )
        _describe(shape, alt)
        return shape

    def bars(
        self,
        slide: Any,
        names: Sequence[Said],
        series: Sequence[tuple[Said, Sequence[float | None]]],
        *,
        title: Said,
        alt: Said,
        top: float,
        height: float,
    ) -> Any:
        """Lying bars of shares (0-1), side by side: the second series also has a pattern."""
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Inches

        data = CategoryChartData(number_format="0 %")
        data.categories = [line(name) for name in names]
        for heading, values in series:
            data.add_series(line(heading), values)
        frame = slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED, *map(Inches, (MARGIN, top, INSIDE, height)), data
        )
        _describe(frame, alt)
        chart = frame.chart
        chart.font.size, chart.font.name = _points(11), FONT
        chart.has_title = True
        _write(chart.chart_title.text_frame.paragraphs[0], title, size=13)
        chart.has_legend = True
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.category_axis.reverse_order = True  # the first on top
        size = 11 if len(names) < 9 else 9
        chart.category_axis.tick_labels.font.size = _points(size)
        longest = max((len(line(name)) for name in names), default=0)
        _room_for_labels(chart, longest * size * LETTER * POINT / INSIDE)
        chart.category_axis.format.line.color.rgb = _rgb(SOFT)
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False
        chart.value_axis.minimum_scale = 0
        plot = chart.plots[0]
        plot.gap_width, plot.overlap = 60, 0
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = SHARE, False
        plot.data_labels.font.size = _points(SMALL_PT)
        _paint(plot.series)
        _chart_language(chart, locale(self.about.langs[0]))
        return chart

    def saved(self) -> bytes:
        """The document, the same bytes for the same slides."""
        about, properties = self.about, self.deck.core_properties
        moment = dt.datetime.combine(about.made_on, dt.time())
        properties.title, properties.subject = _short(about.title), _short(about.subject)
        properties.keywords, properties.comments = _short(about.keywords), _short(about.comments)
        properties.author = properties.last_modified_by = text("page.brand", about.langs[0])
        properties.language = locale(about.langs[0])
        properties.created = properties.modified = moment
        properties.revision = 1
        written = io.BytesIO()
        self.deck.save(written)
        return _timeless(written.getvalue(), moment)


def pages(
    rows: Sequence[Sequence[Said]], columns: Sequence[SlideColumn], *, room: float = BOTTOM - TOP
) -> tuple[float, list[list[Sequence[Said]]]]:
    """Part the rows of a table by slide: the size of its letters, and the rows of each slide.

    No slide has more rows than ``MOST_ROWS``, nor more than there is room for (inches).
    """
    headings = [column.heading for column in columns]
    for size in TABLE_SIZES_PT:
        parts = _parted(rows, columns, size, room)
        if len(parts) == 1 and not _breaks_a_word([headings, *rows], _widths(columns), size):
            break
    return size, parts


def _parted(
    rows: Sequence[Sequence[Said]], columns: Sequence[SlideColumn], size: float, room: float
) -> list[list[Sequence[Said]]]:
    widths = _widths(columns)
    whole = room - _row_height([column.heading for column in columns], widths, size)
    found: list[list[Sequence[Said]]] = [[]]
    left = whole
    for row in rows:
        height = _row_height(row, widths, size)
        if found[-1] and (height > left or len(found[-1]) == MOST_ROWS):
            found.append([])
            left = whole
        found[-1].append(row)
        left -= height
    return found


def _breaks_a_word(rows: Sequence[Sequence[Said]], widths: Sequence[float], size: float) -> bool:
    """Whether some word is wider than its column."""
    return any(
        len(word) * size * LETTER * POINT > width - 2 * CELL_MARGIN
        for row in rows
        for words, width in zip(row, widths, strict=True)
        for word in line(words).split(" ")
    )


def _widths(columns: Sequence[SlideColumn]) -> list[float]:
    whole = sum(column.part for column in columns)
    return [INSIDE * column.part / whole for column in columns]


def _lines(told: str, width: float, size: float) -> int:
    """Into how many lines a text breaks; a word wider than the line breaks within itself."""
    most = max(1, math.floor(width / (size * LETTER * POINT)))
    lines, used = 1, 0
    for word in told.split(" "):
        if used and used + 1 + len(word) > most:
            lines, used = lines + 1, 0
        lines += max(0, math.ceil(len(word) / most) - 1)
        used += (1 if used else 0) + (len(word) - 1) % most + 1 if word else 1
    return lines


def _text_height(told: Sequence[str], width: float, size: float) -> float:
    return sum((_lines(one, width, size) * LINE + 0.3) * size * POINT for one in told)


def _row_height(row: Sequence[Said], widths: Sequence[float], size: float) -> float:
    most = max(
        _lines(line(words), width - 2 * CELL_MARGIN, size)
        for words, width in zip(row, widths, strict=True)
    )
    return most * size * LINE * POINT + CELL_MARGIN + 0.03


def _fitted(told: str, largest: float = TITLE_SIZES_PT[0], width: float = INSIDE) -> float:
    """The largest size in which a title has no more than two lines."""
    sizes = (largest, *(size for size in TITLE_SIZES_PT if size < largest))
    return next((size for size in sizes if _lines(told, width, size) <= 2), sizes[-1])


def _write(
    paragraph: Any, words: Said, *, mark: str = " / ", size: float = 0, color: str = ""
) -> None:
    """Write all languages into a paragraph, a run each that names its language."""
    for at, (lang, told) in enumerate(words):
        run = paragraph.add_run()
        run.text = _BREAKS.sub(" ", (mark if at else "") + told)
        run.font._element.set("lang", locale(lang))
        if size:
            run.font.size = _points(size)
        if color:
            run.font.color.rgb = _rgb(color)


def _new_paragraph(shape: Any) -> Any:
    return shape.text_frame.add_paragraph()


def _describe(shape: Any, words: Said) -> None:
    """Give a shape its text alternative."""
    [named] = shape._element.xpath("./*[1]/p:cNvPr")
    named.set("descr", line(words))


def _paint(series: Any) -> None:
    """Two inks that differ in colour, in lightness and by a pattern."""
    from pptx.enum.dml import MSO_PATTERN_TYPE

    first, second = series
    first.format.fill.solid()
    first.format.fill.fore_color.rgb = _rgb(COLORS["accent1"])
    second.format.fill.patterned()
    second.format.fill.pattern = MSO_PATTERN_TYPE.WIDE_UPWARD_DIAGONAL
    second.format.fill.fore_color.rgb = _rgb("6D5710")
    second.format.fill.back_color.rgb = _rgb(COLORS["accent2"])


def _chart_language(chart: Any, lang: str) -> None:
    from pptx.oxml import parse_xml

    space = chart._chartSpace
    space.insert(
        1 if space.find("{*}date1904") is not None else 0,
        parse_xml(f'<c:lang xmlns:c="{CHART}" val="{lang}"/>'),
    )
    for run in space.xpath(".//a:defRPr"):
        run.set("lang", lang)


def _room_for_labels(chart: Any, share: float) -> None:
    """Give the names a part of the chart's width on one line each, so that none is left out."""
    from pptx.oxml import parse_xml

    [last] = chart._chartSpace.xpath(".//c:catAx/c:noMultiLvlLbl")
    last.addprevious(parse_xml(f'<c:tickLblSkip xmlns:c="{CHART}" val="1"/>'))
    left = min(share + 0.02, MOST_FOR_LABELS)
    place = {"x": left, "y": 0.12, "w": 0.94 - left, "h": 0.76}
    parts = "".join(f'<c:{side}Mode val="edge"/>' for side in "xy")
    parts += "".join(f'<c:{side} val="{value:.3f}"/>' for side, value in place.items())
    [area] = chart._chartSpace.xpath(".//c:plotArea")
    for old in area.findall(f"{{{CHART}}}layout"):
        area.remove(old)
    layout = (
        f'<c:layout xmlns:c="{CHART}"><c:manualLayout><c:layoutTarget val="inner"/>'
        f"{parts}</c:manualLayout></c:layout>"
    )
    area.insert(0, parse_xml(layout))


def _presentation() -> Any:
    """python-pptx's own presentation, made 16:9 and given this house's font and colours."""
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    widened = Inches(WIDTH) / deck.slide_width
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for layout in list(deck.slide_layouts):
        if layout.name not in LAYOUTS:
            deck.slide_layouts.remove(layout)
    for shapes in (
        deck.slide_master.placeholders,
        *(one.placeholders for one in deck.slide_layouts),
    ):
        for shape in shapes:
            if shape.element.xpath(".//a:off"):
                shape.left, shape.width = int(shape.left * widened), int(shape.width * widened)
    _lay_out(deck)
    _theme(deck.slide_master)
    return deck


PLACES = {
    "title": (MARGIN, 0.3, INSIDE, 1.0),
    "body": (MARGIN, TOP, INSIDE, BOTTOM - TOP),
    "dt": (MARGIN, 7.0, 1.5, 0.35),
    "ftr": (MARGIN, 7.0, INSIDE - 1.5, 0.35),
    "sldNum": (WIDTH - MARGIN - 1.2, 7.0, 1.2, 0.35),
    "ctrTitle": (1.25, 2.0, INSIDE - 1.5, 1.6),
    "subTitle": (1.25, 3.75, INSIDE - 1.5, 2.4),
}
"""Where the placeholders stand, by kind: left, top, width, height in inches."""


def _lay_out(deck: Any) -> None:
    """Put each placeholder in its place, with text on the left."""
    from pptx.util import Inches

    for shapes in (
        deck.slide_master.placeholders,
        *(one.placeholders for one in deck.slide_layouts),
    ):
        for shape in shapes:
            kind = next(iter(shape.element.xpath(".//p:nvPr/p:ph/@type")), "body")
            if kind in PLACES and kind != "dt":
                place = map(Inches, PLACES[kind])
                shape.left, shape.top, shape.width, shape.height = place
            for body in shape.element.xpath(".//a:bodyPr"):
                body.set("lIns", "0")  # in line with the tables below
            for level in shape.element.xpath(".//a:lvl1pPr"):
                level.set("algn", "r" if kind == "sldNum" else "l")
            for run in shape.element.xpath(".//a:lvl1pPr/a:defRPr") if kind == "ftr" else ():
                run.set("sz", "1000")
    master = deck.slide_master.element
    for level in master.xpath(".//p:titleStyle/a:lvl1pPr"):
        level.set("algn", "l")
    for run in master.xpath(".//p:titleStyle/a:lvl1pPr/a:defRPr"):
        run.set("sz", str(TITLE_SIZES_PT[0] * 100))
        run.set("b", "1")


def _theme(master: Any) -> None:
    """Write the font and the colours into the theme, where whoever edits the slides finds them."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    names = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    for font in theme.xpath("//a:majorFont/a:latin | //a:minorFont/a:latin", namespaces=names):
        font.set("typeface", FONT)
    for name, color in COLORS.items():
        for ink in theme.xpath(f"//a:clrScheme/a:{name}/a:srgbClr", namespaces=names):
            ink.set("val", color)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _timeless(body: bytes, moment: dt.datetime) -> bytes:
    """The same ZIP file with one time in it, also in the workbooks of its charts."""
    written = io.BytesIO()
    said = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as found,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in found.namelist():
            part = found.read(name)
            if name.endswith(".xlsx"):
                part = _timeless(part, moment)
            elif name == "docProps/core.xml":
                part = _TIME.sub(said, part)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, part)
    return written.getvalue()


def _short(words: Said) -> str:
    """A property of a document: no longer than 255 letters."""
    return line(words)[:255]


def _points(size: float) -> Any:
    from pptx.util import Pt

    return Pt(size)


def _rgb(color: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(color)
