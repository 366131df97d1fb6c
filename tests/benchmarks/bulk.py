"""Makes a file of the form of PRH's bulk data: a zip with one JSON array of invented companies.

The real one (July 2026) has some 820,000 companies, 1.5 GB unpacked and 96 MB zipped. Filler
companies have business ids from 9000000 on, which nobody has been given. As a program it makes one
of the whole size and measures the source that reads it:
``python -m tests.benchmarks.bulk NEW_FILE.zip``.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from loaders.source import Answer, Scope
from loaders.sources.prh_companies import SOURCE, gather
from tests.benchmarks.memory import peak_mb

MEMBER = "data_20261121.json"
BLOCK = 500
FIRST_FILLER = 9_000_000
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
TOWNS = (("MIKKELI", "ST MICHEL", "491", "50100"), ("TURKU", "ÅBO", "853", "20100"))
PARTS = tuple(
    first + second
    for first in ("Kuvi", "Toi", "Aika", "Satu", "Lelu", "Malli", "Koe", "Nimi")
    for second in ("tella", "vola", "kko", "nen", "sto", "ri", "la", "mo")
)


def write_bulk(path: Path, *, companies: int, business_ids: Sequence[str] = ()) -> None:
    """Write a bulk file, in constant memory.

    Parameters
    ----------
    path
        The zip to make.
    companies
        How many companies it has in all.
    business_ids
        Those that are among them, as associations, spread evenly; the rest are limited companies.
    """
    choice = random.Random(2026)  # noqa: S311 - no secret
    template = _template()
    wanted = dict(zip(_spread(len(business_ids), companies), business_ids, strict=True))
    taken = frozenset(business_ids)
    ids = (one for one in business_ids_from(FIRST_FILLER) if one not in taken)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as archive,
        archive.open(MEMBER, "w", force_zip64=True) as member,
    ):
        member.write(b"[")
        for start in range(0, companies, BLOCK):
            rows = []
            for number in range(start, min(companies, start + BLOCK)):
                business_id = wanted.get(number)
                form = "16" if business_id is None else "6"
                rows.append(template % _values(business_id or next(ids), form, choice))
            member.write((",\n" if start else "").encode() + ",\n".join(rows).encode())
        member.write(b"]")


class Measured(NamedTuple):
    """What a reading of a bulk file took: records found, seconds, and the peak of memory in MB."""

    records: int
    seconds: float
    processor_seconds: float
    peak_mb: float


def measured_reading(path: Path, business_ids: Sequence[str]) -> Measured:
    """Let the source read a bulk file in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bulk", "--read", str(path)],
        cwd=Path(__file__).resolve().parents[2],
        input=" ".join(business_ids),
        capture_output=True,
        check=True,
        text=True,
    )
    return Measured(*json.loads(done.stdout))


def business_ids_from(first: int) -> Iterator[str]:
    """Business ids with their check digits, from a number of seven digits on."""
    for number in range(first, 10_000_000):
        digits = str(number)
        total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
        remainder = total % 11
        if remainder != 1:  # one in eleven has no check digit
            yield f"{digits}-{(11 - remainder) % 11}"


def _spread(count: int, companies: int) -> list[int]:
    return [at * companies // count for at in range(count)]


def _values(business_id: str, form: str, choice: random.Random) -> dict[str, str]:
    day = (
        f"{choice.randrange(1950, 2026)}-{choice.randrange(1, 13):02}-{choice.randrange(1, 29):02}"
    )
    number = choice.getrandbits(48)
    words = [PARTS[(number >> shift) & 63] for shift in (0, 6, 12)]
    city, city_sv, code, postcode = TOWNS[number >> 47]
    return {
        "id": business_id,
        "form": form,
        "name": f"Esimerkki {words[0]} {words[1]} {'ry' if form == '6' else 'Oy'}",
        "former": f"Esimerkki {words[2]}",
        "site": f"www.esimerkki-{words[1].lower()}-{number % 100}.example",
        "day": day,
        "time": f"02:{(number >> 26) % 60:02}:05",
        "industry": f"{10_000 + (number >> 18) % 80_000}",
        "city": city,
        "city_sv": city_sv,
        "code": code,
        "postcode": postcode,
        "street": words[2] + "katu",
        "house": str(number % 200),
    }


def _template() -> str:
    """A company as JSON with places to fill in, keys as in the reference."""
    texts = [{"languageCode": "1", "description": "Esimerkkitoiminta"}]
    texts += [{"languageCode": "2", "description": "Exempelverksamhet"}]
    entry = {
        "descriptions": [
            {"languageCode": "1", "description": "Rekisterissä"},
            {"languageCode": "2", "description": "Registrerad"},
        ],
        "registrationDate": "%(day)s",
        "endDate": None,
        "authority": "2",
    }
    dated = {"registrationDate": "%(day)s", "source": "1"}
    address = {
        "street": "%(street)s",
        "postCode": "%(postcode)s",
        "postOffices": [
            {"city": "%(city)s", "languageCode": "1", "municipalityCode": "%(code)s"},
            {"city": "%(city_sv)s", "languageCode": "2", "municipalityCode": "%(code)s"},
        ],
        "postOfficeBox": "",
        "buildingNumber": "%(house)s",
        "entrance": "",
        "apartmentNumber": "",
        "apartmentIdSuffix": "",
        "co": "",
        "country": None,
    }
    company = {
        "businessId": {"value": "%(id)s", "registrationDate": "%(day)s", "source": "3"},
        "euId": {"value": "FIFPRO.%(id)s", "source": "1"},
        "names": [
            {"name": "%(name)s", "type": "1", "version": 1, **dated},
            {"name": "%(former)s", "type": "1", "endDate": "%(day)s", "version": 2, **dated},
        ],
        "mainBusinessLine": {
            "type": "%(industry)s",
            "descriptions": texts,
            "typeCodeSet": "TOIMI4",
            **dated,
        },
        "website": {"url": "%(site)s", **dated},
        "companyForms": [{"type": "%(form)s", "descriptions": texts, "version": 1, **dated}],
        "companySituations": [],
        "registeredEntries": [
            {"type": "1", "register": register, **entry} for register in ("1", "6")
        ],
        "addresses": [{"type": 2, **address, **dated}],
        "tradeRegisterStatus": "1",
        "status": "2",
        "registrationDate": "%(day)s",
        "endDate": None,
        "lastModified": "%(day)sT%(time)s",
    }
    return json.dumps(company, ensure_ascii=False, separators=(",", ":"))


def _read(path: Path) -> Measured:
    """Read a bulk file for the business ids on standard input."""
    scope = Scope(
        base_url=str(SOURCE.url),
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=("491",),
        region_codes=("10",),
        wellbeing_county_codes=("10",),
        business_ids=tuple(sys.stdin.read().split()),
        options={"bulk": "yes", "bulk_fewest": "1"},
    )
    now = dt.datetime.now(dt.UTC)
    started, worked = time.monotonic(), time.process_time()
    gathering = gather(scope)
    next(gathering)
    gathering.send(Answer(body=b"6\tAatteellinen yhdistys\n", fetched_at=now))
    try:
        gathering.send(Answer(body=b"", fetched_at=now, path=path))
    except StopIteration as stop:
        records = len(stop.value.frames[SOURCE.table])
    peak = peak_mb()
    return Measured(records, time.monotonic() - started, time.process_time() - worked, peak)


def _main() -> None:
    if sys.argv[1] == "--read":
        sys.stdout.write(json.dumps(_read(Path(sys.argv[2]))))
        return
    path = Path(sys.argv[1])
    ids = [one for one, _ in zip(business_ids_from(8_000_000), range(30_000), strict=False)]
    started = time.monotonic()
    write_bulk(path, companies=820_000, business_ids=ids)
    member = zipfile.ZipFile(path).infolist()[0]
    sys.stdout.write(
        f"written in {time.monotonic() - started:.0f} s, {member.file_size / 1e6:.0f} MB, "
        f"{member.compress_size / 1e6:.0f} MB zipped\n{measured_reading(path, ids)}\n"
    )


if __name__ == "__main__":
    _main()
