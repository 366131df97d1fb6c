"""The atlas: an overview of an area and a sheet a municipality and board, set in type by typst.

Of what there is for Python, typst was chosen. Its one wheel needs no other program, sets 300
sheets in seconds and writes tagged PDF with a title, languages per text, bookmarks, links,
alternative texts and table headers; asked for PDF/UA-1, it stops where the file would break a rule
that it knows of. matplotlib writes no tags at all, reportlab's free edition neither, pikepdf only
changes what others wrote; weasyprint writes PDF/UA-1 too, but needs Pango of the system.

Against PDF/UA: the headings of columns are marked as such, those of rows are not, since typst
keeps that behind a switch that its Python package does not offer. veraPDF is on none of the
registries that this project installs from, so the files were checked by typst itself and read
back with pikepdf, poppler and qpdf (``tests/files``), not by an independent checker of PDF/UA.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dashboards.export.atlas_document import AtlasPages, atlas_pages, described
from dashboards.export.atlas_picture import ladder_picture
from dashboards.export.choices import PARTS, checked
from dashboards.export.files import FileExport, Tell, quiet, safe_name
from dashboards.export.scope import Scope
from dashboards.export.side_by_side import in_one_line
from dashboards.export.typesetting import pdf_of, pdf_set_apart
from dashboards.texts import text


@dataclass(frozen=True, kw_only=True)
class AtlasExport(FileExport):
    """The atlas of an area: one PDF, or a PDF a sheet in a zip file.

    One PDF is set in a process of its own: it takes two megabytes a page for as long as it works,
    and can be stopped on its way.
    """

    kind = "atlas"
    parts: str = PARTS[0]
    has_boards: bool = True

    def __post_init__(self) -> None:
        checked("parts", self.parts, PARTS)

    @property
    def suffix(self) -> str:
        """.pdf, or .zip of single files."""
        return ".pdf" if self.parts == "one" else ".zip"

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Gather the sheets, then set them; told after each sheet and each file."""
        parts, day = 0, self.scope.store.as_of

        def gathered(done: int, total: int) -> None:
            nonlocal parts
            parts = total
            tell(done, self._steps(total))

        pages = atlas_pages(self.scope, has_boards=self.has_boards, tell=gathered)
        if self.parts == "one":
            whole = _whole(self.scope, pages)
            look = partial(tell, parts, self._steps(parts))
            path.write_bytes(pdf_set_apart(whole, day, look=look))
            tell(self._steps(parts), self._steps(parts))
            return
        taken: set[str] = set()
        midnight = (day.year, day.month, day.day, 0, 0, 0)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, (stem, data) in enumerate(_single(self.scope, pages), start=1):
                name = zipfile.ZipInfo(_free_name(stem, taken), date_time=midnight)
                name.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(name, pdf_of(data, day))
                tell(parts + place, self._steps(parts))

    def _steps(self, sheets: int) -> int:
        """How much there is to do: a step a sheet, and one a file."""
        return sheets + (1 if self.parts == "one" else sheets + 1)


def _whole(scope: Scope, pages: AtlasPages) -> dict[str, Any]:
    """What the template takes for the whole atlas."""
    return _data(
        scope,
        pages,
        top=2,
        is_whole=True,
        title=in_one_line(pages.overview["title"]),
        overview=pages.overview,
        municipalities=pages.municipalities,
        boards=pages.boards,
        picture=ladder_picture(scope).decode("utf-8"),
    )


def _single(scope: Scope, pages: AtlasPages) -> Iterator[tuple[str, dict[str, Any]]]:
    """File name and what the template takes: the overview, then each sheet."""
    title = in_one_line(pages.overview["title"])
    named = safe_name("000", text("export_atlas.file_overview", scope.lang))
    yield (
        named,
        _data(
            scope,
            pages,
            top=2,
            title=title,
            overview=pages.overview,
            picture=ladder_picture(scope).decode("utf-8"),
        ),
    )
    for kind, code, sheets in (
        ("municipalities", "code", pages.municipalities),
        ("boards", "id", pages.boards),
    ):
        for sheet in sheets:
            name = sheet["name"]
            first = name if isinstance(name, str) else name["said"][0][1]
            data = _data(scope, pages, top=1, title=in_one_line(name), closing=pages.closing)
            yield safe_name(sheet[code], first), data | {kind: [sheet]}


def _data(
    scope: Scope, pages: AtlasPages, *, top: int, title: str, is_whole: bool = False, **own: Any
) -> dict[str, Any]:
    """What the template takes: ``top`` is the level of a sheet's heading."""
    keywords = [text("export_atlas.keywords", lang) for lang in scope.langs]
    if scope.with_contacts:
        keywords += [text("export_atlas.keyword_personal", lang) for lang in scope.langs]
    return {
        "lang": scope.lang,
        "title": title,
        "description": described(pages),
        "keywords": keywords,
        "top": top,
        "is_whole": is_whole,
        "has_boards": bool(pages.boards),
        "area": pages.area,
        "contacts": pages.contacts,
        "footer": pages.footer,
        "labels": pages.labels,
        "inks": pages.inks,
        "overview": None,
        "municipalities": [],
        "boards": [],
        "closing": None,
        "picture": "",
        **own,
    }


def _free_name(stem: str, taken: set[str]) -> str:
    """A name that no other file of the archive has."""
    name, number = f"{stem}.pdf", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.pdf"
    taken.add(name)
    return name
