"""A local Posti: a directory page that links to dated files, records of 220 letters in Latin-1."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.servers.drive import Reply

OTHER_FILES = ("BAF_20261120.dat", "POM_20261101.dat", "PCF_kuvaus.pdf")


def record(
    postcode: str = "99990",
    municipality: str = "001",
    *,
    name_fi: str = "ESIMERKKILÄ",
    name_sv: str = "EXEMPELBY",
    kind: str = "1",
    area: str = "FI1D1",
    date: str = "20261120",
) -> str:
    """One record of the file, by the positions of the reference."""
    return (
        f"PONOT{date:8}{postcode:5}{name_fi:30}{name_sv:30}{'':12}{'':12}19961007{kind:1}{area:5}"
        f"{'Esimerkkimaa':30}{'Exempellandet':30}{municipality:3}{'Esimerkkikunta':20}"
        f"{'Exempelkommun':20}1"
    )


def dat(records: Sequence[str]) -> bytes:
    """The file as Posti gives it."""
    return "".join(f"{text}\r\n" for text in records).encode("latin-1")


def zipped(content: bytes, name: str = "PCF_20261120.dat") -> bytes:
    """The file in a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@dataclass
class Posti:
    """The service: ``files`` by name; ``links`` are those of its page where they say other things.

    By default it has one file with one postal code for each of ``municipality_codes``.
    """

    municipality_codes: Sequence[str] = ("001", "002", "003")
    files: Mapping[str, bytes] = field(default_factory=dict)
    links: Sequence[str] | None = None
    asked: list[str] = field(default_factory=list)

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        name = path.removeprefix("/webpcode").removeprefix("/")
        self.asked.append(name)
        files = self.files or {"PCF_20261120.dat": self._made()}
        if method == "GET" and not name:
            return 200, {"Content-Type": "text/html; charset=iso-8859-1"}, self._page(files)
        if method == "GET" and name in files:
            return 200, {"Content-Type": "application/octet-stream"}, files[name]
        return 404, {"Content-Type": "text/html"}, b"<html><body>Not Found</body></html>"

    def _made(self) -> bytes:
        codes = enumerate(self.municipality_codes)
        return dat([record(f"{90_000 + number}", code) for number, code in codes])

    def _page(self, files: Mapping[str, bytes]) -> bytes:
        links = [*files, *OTHER_FILES] if self.links is None else self.links
        rows = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        page = (
            f'<html><head><meta charset="iso-8859-1"></head><body>Hakemistö<ul>{rows}</ul></body>'
        )
        return page.encode("latin-1")
