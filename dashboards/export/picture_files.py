"""A figure as a PNG, SVG or PDF that tells what it is, also to one who cannot see it.

matplotlib draws; what it leaves out is added here: an alternative text, the language, the font.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dashboards.export.lettering import FAMILY, POINT, Written, embedded_face

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PictureFormat = Literal["png", "svg", "pdf"]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
COMPRESSION = 3
"""More of it takes twice the time and saves a tenth."""
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FONT_RULE = "text{font-family:" + ",".join(f"'{name}'" for name in FAMILY) + ",sans-serif}"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a picture tells of itself; ``description`` stands in for it where it is not seen."""

    title: str
    description: str
    lang: str
    day: dt.date
    author: str


def picture_file(
    figure: Figure,
    format: PictureFormat,
    about: About,
    *,
    dpi: int = 300,
    texts: Sequence[Written] = (),
) -> bytes:
    """A figure as a file; ``dpi`` is of a PNG, ``texts`` are put into an SVG as they are."""
    if format == "png":
        return _png(figure, about, dpi)
    return _svg(figure, about, texts) if format == "svg" else _pdf(figure, about)


def _png(figure: Figure, about: About, dpi: int) -> bytes:
    """A PNG with each row as what differs from the row above.

    Pillow tries five ways for every row: that takes a second for a sheet of A3.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    height, width, _ = pixels.shape
    rows = np.empty((height, 1 + 3 * width), dtype=np.uint8)
    rows[:, 0] = 2  # the filter "up"
    for channel in range(3):
        color = np.ascontiguousarray(pixels[:, :, channel])
        rows[0, 1 + channel :: 3] = color[0]
        rows[1:, 1 + channel :: 3] = color[1:] - color[:-1]
    dots = round(dpi / 0.0254)
    told = {
        "Title": about.title,
        "Author": about.author,
        "Description": about.description,
        "Creation Time": about.day.isoformat(),
    }
    return b"".join(
        [
            PNG_SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1)),
            *(_chunk(b"iTXt", _told(key, said, about.lang)) for key, said in told.items()),
            _chunk(b"IDAT", zlib.compress(rows.data, COMPRESSION)),
            _chunk(b"IEND", b""),
        ]
    )


def _told(key: str, said: str, lang: str) -> bytes:
    """International text: keyword, not compressed, language, no translated keyword, UTF-8."""
    return b"\0".join([key.encode("latin-1"), b"\0" + lang.encode("ascii"), b"", said.encode()])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _svg(figure: Figure, about: About, texts: Sequence[Written]) -> bytes:
    """An SVG whose text stays text; the letters in use come along as a font."""
    from lxml import etree

    body = io.BytesIO()
    told = {
        "Title": about.title,
        "Creator": about.author,
        "Description": about.description,
        "Language": about.lang,
        "Date": about.day.isoformat(),
    }
    figure.savefig(body, format="svg", metadata=told)
    root = etree.fromstring(body.getvalue(), etree.XMLParser(resolve_entities=False))
    space = f"{{{root.nsmap[None]}}}"
    group = etree.SubElement(root, f"{space}g", id="texts")
    for of in texts:
        _svg_text(etree.SubElement(group, f"{space}text"), of)
    style = root.find(f".//{space}style")
    style.text = "".join([*_font_rules(texts), FONT_RULE, style.text])
    title = root.find(f"{space}title")
    description = etree.Element(f"{space}desc", id="map-description")
    description.text = about.description
    title.set("id", "map-title")
    title.addnext(description)
    root.set("role", "img")
    root.set("aria-labelledby", "map-title map-description")
    root.set("lang", about.lang)
    root.set(XML_LANG, about.lang)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _svg_text(element: Any, of: Written) -> None:
    element.text = of.said
    element.set("x", f"{of.x / POINT:.2f}")  # matplotlib's unit in an SVG is a point
    element.set("y", f"{of.y / POINT:.2f}")
    element.set("font-size", f"{of.size:g}")
    element.set("fill", of.color)
    if of.bold:
        element.set("font-weight", "700")
    if of.align != "left":
        element.set("text-anchor", {"center": "middle", "right": "end"}[of.align])


def _font_rules(texts: Sequence[Written]) -> list[str]:
    letters: dict[bool, set[str]] = {False: set(), True: set()}
    for of in texts:
        letters[of.bold].update(of.said)
    return [embedded_face("".join(sorted(of)), bold) for bold, of in letters.items() if of]


def _pdf(figure: Figure, about: About) -> bytes:
    """A PDF that names its language and is one figure with an alternative text."""
    import pikepdf

    body = io.BytesIO()
    made = dt.datetime.combine(about.day, dt.time(), dt.UTC)
    told: dict[str, Any] = {
        "Title": about.title,
        "Author": about.author,
        "Subject": about.description,
        "Creator": about.author,
        "CreationDate": made,
    }
    figure.savefig(body, format="pdf", metadata=told)
    with pikepdf.open(body) as file:
        root, page = file.Root, file.pages[0]
        root.Lang = about.lang
        root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        root.MarkInfo = pikepdf.Dictionary(Marked=True)
        page.contents_add(b"/Figure <</MCID 0>> BDC", prepend=True)
        page.contents_add(b"EMC")
        page.StructParents = 0
        page.Tabs = pikepdf.Name.S
        figure_tag = file.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem,
                S=pikepdf.Name.Figure,
                Pg=page.obj,
                K=0,
                Alt=about.description,
                T=about.title,
                A=pikepdf.Dictionary(O=pikepdf.Name.Layout, BBox=page.mediabox),
            )
        )
        document = file.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document, K=[figure_tag]
            )
        )
        figure_tag.P = document
        root.StructTreeRoot = file.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructTreeRoot,
                K=document,
                ParentTree=pikepdf.Dictionary(Nums=[0, [figure_tag]]),
                ParentTreeNextKey=1,
            )
        )
        document.P = root.StructTreeRoot
        with file.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata.load_from_docinfo(file.docinfo)
            metadata["dc:language"] = {about.lang}
        saved = io.BytesIO()
        file.save(saved, deterministic_id=True)
    return saved.getvalue()
