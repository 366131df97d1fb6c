"""Opens the files of Excel and Word (zip archives of XML) without trust; knows no tables.

The XML is read with expat as it comes out of the archive: nothing is built up in memory, no
document type is let through (so there are no entities to expand), nothing is fetched, and macros
are never looked at.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.parsers import expat

from loaders.errors import SourceChanged

MAX_BODY = 100_000_000
MAX_MEMBERS = 5_000
MAX_MEMBER = 300_000_000
MAX_UNPACKED = 600_000_000
MAX_RATIO = 200
MAX_DEPTH = 100
MAX_TAG = 1_000_000

_CHUNK = 65_536
_SMALL = 1_000_000
_ENTRY = b"PK\x01\x02"
_ZIP_FAULTS = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

Starts = Mapping[str, Callable[[dict[str, str]], None]]
Ends = Mapping[str, Callable[[], None]]


class Relation(NamedTuple):
    """Where a part of the file points: the last word of the kind, and the part's name."""

    kind: str
    target: str


class OfficeFile:
    """A file of Excel or Word, opened for reading its parts.

    Raises
    ------
    SourceChanged
        It is no such archive, or larger in some way than any such file.
    """

    def __init__(self, body: bytes, *, source_id: str) -> None:
        self.source_id = source_id
        if len(body) > MAX_BODY:
            raise self.fault(f"{len(body)} bytes, expected {MAX_BODY} at most")
        # Before the list of the parts is read: each of them takes memory.
        if body.count(_ENTRY) > MAX_MEMBERS:
            raise self.fault(f"more than {MAX_MEMBERS} parts in the archive")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(body))
        except _ZIP_FAULTS:
            raise self.fault("a zip archive that cannot be opened") from None
        self._parts = {info.filename.lstrip("/"): info for info in self._archive.infolist()}
        self._check()

    def _check(self) -> None:
        infos = self._archive.infolist()
        for info in infos:
            if info.file_size > MAX_MEMBER:
                raise self.fault(f"a part of {info.file_size} bytes, expected {MAX_MEMBER} at most")
            is_bomb = info.file_size > MAX_RATIO * max(info.compress_size, 1)
            if is_bomb and info.file_size > _SMALL:
                raise self.fault(f"a part that unpacks to more than {MAX_RATIO} times its size")
        total = sum(info.file_size for info in infos)
        if total > MAX_UNPACKED:
            raise self.fault(f"{total} bytes when unpacked, expected {MAX_UNPACKED} at most")

    def __contains__(self, part: object) -> bool:
        return part in self._parts

    def main_part(self) -> str:
        """Give the name of the part that everything else hangs on, or an empty text."""
        targets = [
            relation.target
            for relation in self.relations("").values()
            if relation.kind == "officeDocument"
        ]
        return targets[0] if targets and targets[0] in self else ""

    def relations(self, part: str) -> dict[str, Relation]:
        """Read where a part points, by the id that the part uses for it."""
        folder, name = posixpath.split(part)
        found: dict[str, Relation] = {}

        def relation(attributes: dict[str, str]) -> None:
            if attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join(folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = Relation(kind, target.lstrip("/"))
                if len(found) > MAX_MEMBERS:
                    raise self.fault(f"more than {MAX_MEMBERS} relations of a part")

        part_of_relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if part_of_relations in self:
            self.read(part_of_relations, starts={"Relationship": relation})
        return found

    def read(
        self,
        part: str,
        *,
        starts: Starts,
        ends: Ends | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Read a part from its beginning to its end.

        Parameters
        ----------
        part
            Its name in the archive.
        starts, ends
            What to do where a tag begins (with its attributes) and ends, by the tag's name
            without its prefix.
        text
            What to do with text between tags.

        Raises
        ------
        SourceChanged
            The part is not there, is no XML or unsound, has a document type, or nests too deep.
        """
        if part not in self:
            raise self.fault("an archive without the parts of an Excel or Word file")
        parser = self._parser(starts, ends or {}, text)
        passed = 0
        try:
            with self._archive.open(self._parts[part]) as opened:
                while chunk := opened.read(_CHUNK):
                    parser.Parse(chunk, False)
                    passed += len(chunk)
                    # One tag without an end would be looked through again with every chunk.
                    if passed - parser.CurrentByteIndex > MAX_TAG:
                        raise self.fault("a tag without an end")
                parser.Parse(b"", True)
        except _ZIP_FAULTS:
            raise self.fault("an archive with a part that cannot be unpacked") from None
        except expat.ExpatError as error:
            what = f"{expat.ErrorString(error.code)}, line {error.lineno}"
            raise self.fault(f"a part that is no sound XML ({what})") from None

    def _parser(
        self, starts: Starts, ends: Ends, text: Callable[[str], None] | None
    ) -> expat.XMLParserType:
        # What a part says of its own encoding is not asked: both programs write UTF-8.
        parser = expat.ParserCreate(encoding="utf-8")
        parser.buffer_text = True
        depth = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > MAX_DEPTH:
                raise self.fault("tags within each other deeper than in any such file")
            act = starts.get(tag) or starts.get(tag.rpartition(":")[2])
            if act:
                act(attributes)

        def end(tag: str) -> None:
            nonlocal depth
            depth -= 1
            act = ends.get(tag) or ends.get(tag.rpartition(":")[2])
            if act:
                act()

        def refuse(*_: object) -> None:
            raise self.fault("a part with a document type, which no such file has")

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = refuse
        if text:
            parser.CharacterDataHandler = text
        return parser

    def fault(self, what: str) -> SourceChanged:
        """The error that tells what came."""
        return SourceChanged(
            f"{self.source_id}: {what}; expected a table as .xlsx, .docx, CSV or HTML. Open the "
            "file in its program and save it anew."
        )
