"""Reads the bulk file of PRH as a stream: a zip with one JSON array; a company at a time.

Which companies are wanted, and what they say, is not known here. Whatever the file unpacks to, no
more than one company and a few blocks are in memory.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from loaders.errors import SourceChanged

MAX_MEMBERS = 5
MAX_UNPACKED = 6_000_000_000
MAX_RATIO = 200
MAX_COMPANIES = 5_000_000
MAX_COMPANY = 1_000_000
MAX_DIRECTORY = 1_000_000

_MEMBER = re.compile(r"[\w.-]{1,60}\.json")
_DAY = re.compile(r"data_([0-9]{4})([0-9]{2})([0-9]{2})\.json")
_SPACE = re.compile(r"[ \t\r\n]*")
_BLOCK = 1 << 18
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class Bulk:
    """One bulk file: the day that its name tells, and its companies.

    Raises
    ------
    SourceChanged
        From every use: it is no zip, or not one as PRH makes it, or is cut off, or unpacks to more
        than it can be.
    """

    def __init__(self, path: Path, *, source_id: str) -> None:
        self._path = path
        self._source_id = source_id

    def day(self) -> str | None:
        """The day of the data, ISO, where the member's name tells one."""
        match = _DAY.fullmatch(self._member_name())
        return "-".join(match.groups()) if match else None

    def companies(self) -> Iterator[Any]:
        """The members of the array in its order: companies, if the file is what it should be."""
        try:
            yield from self._companies()
        except _FAULTS as error:
            # Not chained: an error of the JSON reader may quote what it read, names and all.
            fault = type(error).__name__
        else:
            return
        raise self._changed(f"it cannot be read to its end ({fault})")

    def _companies(self) -> Iterator[Any]:
        with (
            _Careful(self._path) as file,
            zipfile.ZipFile(file) as archive,
            archive.open(self._member(archive)) as opened,
        ):
            stream = _Stream(opened, self._changed)
            if stream.sign() != "[":
                raise self._changed("its JSON is no array")
            count = 0
            sign = stream.sign() if stream.is_next("]") else ","
            while sign == ",":
                count += 1
                if count > MAX_COMPANIES:
                    raise self._changed(f"more than {MAX_COMPANIES} companies")
                yield stream.value()
                sign = stream.sign()
            if sign != "]" or stream.sign():
                raise self._changed("its array does not end as one")

    def _member_name(self) -> str:
        try:
            with _Careful(self._path) as file, zipfile.ZipFile(file) as archive:
                return self._member(archive).filename
        except _FAULTS as error:
            fault = type(error).__name__
        raise self._changed(f"it is no zip that can be read ({fault})")

    def _member(self, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise self._changed(f"{len(members)} members, expected one")
        fitting = [member for member in members if _MEMBER.fullmatch(member.filename)]
        if len(fitting) != 1:
            raise self._changed(f"{len(fitting)} JSON members of {len(members)}, expected one")
        member = fitting[0]
        if member.flag_bits & 1:
            raise self._changed("its member is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._changed(f"compression {member.compress_type}, expected deflate")
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > MAX_UNPACKED or ratio > MAX_RATIO:
            raise self._changed(
                f"{member.file_size} bytes unpacked from {member.compress_size}; expected at most "
                f"{MAX_UNPACKED}, and at most {MAX_RATIO} times as many"
            )
        return member

    def _changed(self, what: str) -> SourceChanged:
        return SourceChanged(
            f"{self._source_id}: read the bulk file; {what}. Expected a zip with one file "
            "data_YYYYMMDD.json, a JSON array of companies."
        )


class _Careful(io.FileIO):
    """A file that gives no huge piece at once: the list of a zip's members is read in one."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = MAX_DIRECTORY
        if size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("its list of members is too long")
        return super().read(size) or b""


class _Stream:
    """Unpacked bytes as JSON, value by value; counted, and refused where they do not end."""

    def __init__(self, file: IO[bytes], changed: Callable[[str], SourceChanged]) -> None:
        self._file = file
        self._changed = changed
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._total = 0

    def sign(self) -> str:
        """The next sign that is no white space, which is passed; empty at the end."""
        while True:
            self._at = self._past_space()
            if self._at < len(self._text):
                self._at += 1
                return self._text[self._at - 1]
            if not self._more():
                return ""

    def is_next(self, sign: str) -> bool:
        """Whether that sign is the next, white space aside; nothing is passed."""
        found = self.sign()
        self._at -= bool(found)
        return found == sign

    def value(self) -> Any:
        """The next value, whole."""
        while True:
            start = self._past_space()
            try:
                value, end = _JSON.raw_decode(self._text, start)
            except json.JSONDecodeError:  # cut off by the end of the block, or no JSON at all
                if not self._more():
                    raise
                continue
            # A number at the end of the block may go on in the next.
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def _past_space(self) -> int:
        found = _SPACE.match(self._text, self._at)
        return found.end() if found else self._at

    def _more(self) -> bool:
        """Read another block, keeping what is not used up; false at the end."""
        if len(self._text) - self._at > MAX_COMPANY:
            raise self._changed(f"a company of more than {MAX_COMPANY} signs, or no JSON")
        block = self._file.read(_BLOCK)
        self._total += len(block)
        if self._total > MAX_UNPACKED:
            raise self._changed(f"more than {MAX_UNPACKED} bytes unpacked")
        self._text = self._text[self._at :] + self._utf8.decode(block, final=not block)
        self._at = 0
        return bool(block)


def _refused(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON


_JSON = json.JSONDecoder(parse_constant=_refused)
