"""The report: what the atlas says as one page of HTML that stands alone and prints well.

Nothing on it is asked of any host: its style, its maps and its words are all inside, there is no
script, and a policy in its head forbids whatever a browser might still want to fetch.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree
from markupsafe import Markup

from dashboards.export.atlas_document import atlas_pages, described
from dashboards.export.atlas_picture import ladder_picture
from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.side_by_side import in_one_line
from dashboards.markup import environment

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, kw_only=True)
class ReportExport(FileExport):
    """The report of an area, in one language or two."""

    kind = "report"
    has_boards: bool = True

    @property
    def suffix(self) -> str:
        """.html."""
        return ".html"

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Gather the sheets, told after each, and write the page."""
        pages = atlas_pages(self.scope, has_boards=self.has_boards, tell=tell)
        alt = in_one_line(pages.overview["picture_alt"])
        templates = environment("dashboards.export")
        templates.filters["one_line"] = in_one_line
        page = templates.get_template("report.html").render(
            lang=self.scope.lang,
            pages=pages,
            w=pages.labels,
            inks=pages.inks,
            title=in_one_line(pages.overview["report_title"]),
            description=described(pages),
            picture=inline_svg(ladder_picture(self.scope), alt),
            style=Markup(_style()),  # noqa: S704 - a file of this package
            anchors=_anchors(pages.municipalities, pages.boards),
        )
        path.write_text(page, encoding="utf-8", newline="\n")


def inline_svg(picture: bytes, alt: str) -> Markup:
    """A picture as it can stand in a page: one element with a text of its own, no metadata.

    Examples
    --------
    >>> inline_svg(b'<svg xmlns="http://www.w3.org/2000/svg"><script/><g/></svg>', "A")
    Markup('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A"><g/></svg>')
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(picture, parser)
    for name in ("metadata", "title", "desc", "script", "foreignObject"):
        for found in root.findall(f".//{SVG}{name}"):
            found.getparent().remove(found)
    root.set("role", "img")
    root.set("aria-label", alt)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - written by lxml


def _anchors(
    municipalities: list[dict[str, Any]], boards: list[dict[str, Any]]
) -> dict[tuple[str, str], str]:
    """The id on the page of each sheet, by kind and code."""
    anchors = {("m", sheet["code"]): f"m-{sheet['code']}" for sheet in municipalities}
    # Whoever names boards may have used letters that an address does not take.
    return anchors | {("b", sheet["id"]): f"b-{at}" for at, sheet in enumerate(boards, start=1)}


def _style() -> str:
    return (
        files("dashboards.export").joinpath("templates", "report.css").read_text(encoding="utf-8")
    )
