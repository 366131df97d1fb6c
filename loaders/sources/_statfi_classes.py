"""Reads the answers of Statistics Finland's classification service; asks for nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from loaders.errors import SourceChanged
from loaders.source import Request
from loaders.sources._statfi_answers import (
    Notes,
    mapping,
    plain,
    read_json,
    records,
    sequence,
)

MAX_TABLES = 50_000
MAX_ITEMS = 5_000
MAX_MAPS = 20_000

_CLASS = r"([a-z][a-z0-9_]{0,40})_([0-9]{1,3})_([0-9]{8})"
# The ids are taken from addresses; those point to another host, and that host is never asked.
_TABLE = re.compile(rf"/correspondenceTables/{_CLASS}(?:%23|#){_CLASS}(?:\?[^/]*)?", re.ASCII)
_MAP = re.compile(r"/maps/([^/?#]{1,20})/([^/?#]{1,20})(?:\?[^/]*)?", re.ASCII)
_ITEM_KEYS = frozenset(
    (
        *("classification", "classificationIndexEntry", "classificationItemNames", "code"),
        *("explanatoryNotes", "level", "localId", "modifiedDate", "order", "parentCode"),
        "parentItemLocalId",
    )
)
_MAP_KEYS = frozenset(("sourceItem", "sourceLocalId", "targetItem", "targetLocalId"))


class ClassId(NamedTuple):
    """The id of one classification: what it divides, which of several, from which day."""

    name: str
    number: int
    date: str
    text: str

    @property
    def year(self) -> int:
        """The year it is of."""
        return int(self.date[:4])


class TableId(NamedTuple):
    """A correspondence table: which class is mapped to which."""

    source: ClassId
    target: ClassId

    @property
    def text(self) -> str:
        """The id as people write it."""
        return f"{self.source.text}#{self.target.text}"

    @property
    def path(self) -> str:
        """The id as it stands in an address: a bare # would end it there."""
        return f"{self.source.text}%23{self.target.text}"


def correspondence_tables(
    body: bytes, request: Request, notes: Notes, *, source_id: str
) -> list[TableId]:
    """Read the list of all correspondence tables; addresses of another form are counted.

    Raises
    ------
    SourceChanged
        It is no list, or not one address in it is a table's.
    """
    listed = records(
        read_json(body, request, source_id=source_id),
        request,
        source_id=source_id,
        most=MAX_TABLES,
    )
    tables: dict[TableId, None] = {}
    for address in listed:
        found = _TABLE.search(address) if isinstance(address, str) else None
        if found is None or found.end() != len(address):
            notes.surprise("address of another form in the list of tables")
            continue
        tables[TableId(_class_id(*found.groups()[:3]), _class_id(*found.groups()[3:]))] = None
    if not tables:
        raise SourceChanged(
            f"{source_id}: asked for {request.label}; {len(listed)} records came, none of them the "
            "address of a correspondence table."
        )
    return list(tables)


def municipal_class(tables: Iterable[TableId], year: int, targets: Iterable[str]) -> ClassId | None:
    """The class of municipalities of a year: of several, the one that most targets are mapped from.

    Abolished municipalities have a class of their own under the same name (``kunta_2_...``); it is
    mapped to current municipalities only.
    """
    wanted = set(targets)
    reached: dict[ClassId, set[str]] = {}
    for table in tables:
        if table.source.name == "kunta" and table.source.date == f"{year}0101":
            reached.setdefault(table.source, set()).add(table.target.name)
    ranked = sorted(reached, key=lambda kunta: (-len(reached[kunta] & wanted), kunta.number))
    return ranked[0] if ranked and reached[ranked[0]] & wanted else None


def target_class(
    tables: Iterable[TableId], kunta: ClassId, name: str, notes: Notes
) -> TableId | None:
    """The table from a class of municipalities to the class of a name, of the same day if any."""
    found = [table for table in tables if table.source == kunta and table.target.name == name]
    # A class that has not changed may keep its older day; a later one is of another division.
    fitting = [table for table in found if table.target.date <= kunta.date]
    ranked = sorted(fitting, key=lambda table: (table.target.date, -table.target.number))
    for table in found:
        if ranked and table != ranked[-1]:
            notes.surprise(f"second table {table.text}")
    return ranked[-1] if ranked else None


def class_items(
    body: bytes, request: Request, notes: Notes, *, source_id: str, lang: str
) -> dict[str, str]:
    """Read the items of a class: code to name, the name empty where the language is not there.

    Raises
    ------
    SourceChanged
        It is no list of items.
    """
    listed = records(
        read_json(body, request, source_id=source_id), request, source_id=source_id, most=MAX_ITEMS
    )
    names: dict[str, str] = {}
    for number, value in enumerate(listed, start=1):
        item = mapping(value)
        notes.new_keys("item key", item, _ITEM_KEYS)
        code = item.get("code")
        if not isinstance(code, str) or not code:
            notes.set_aside(number, code, "item_without_code")
        elif code in names:
            notes.set_aside(number, code, "item_twice")
        else:
            names[plain(code)] = _name(item, lang)
    if listed and not names:
        raise SourceChanged(
            f"{source_id}: asked for {request.label}; {len(listed)} records came, none of them an "
            "item with a code as text."
        )
    return names


def mapped_codes(
    body: bytes, request: Request, notes: Notes, *, source_id: str
) -> dict[str, list[str]]:
    """Read a correspondence table: code of the source to the codes it is mapped to.

    The service gives rows, or only the addresses of rows, whose last two parts are the codes.

    Raises
    ------
    SourceChanged
        It is no list, or no row of it maps a code.
    """
    listed = records(
        read_json(body, request, source_id=source_id), request, source_id=source_id, most=MAX_MAPS
    )
    mapped: dict[str, list[str]] = {}
    odd = []
    for number, value in enumerate(listed, start=1):
        if isinstance(value, str):
            found = _MAP.search(value)
            pair = found.groups() if found and found.end() == len(value) else None
        else:
            notes.new_keys("map key", mapping(value), _MAP_KEYS)
            ends = [_end(mapping(value), end, notes) for end in ("source", "target")]
            pair = (ends[0], ends[1]) if ends[0] and ends[1] else None
        if pair is None:
            odd.append((number, value if isinstance(value, str) else ""))
            continue
        targets = mapped.setdefault(plain(pair[0]), [])
        if plain(pair[1]) not in targets:
            targets.append(plain(pair[1]))
    if not mapped:
        raise SourceChanged(
            f"{source_id}: asked for {request.label}; {len(listed)} records came, none maps a code "
            "to another."
        )
    for number, text in odd:
        notes.set_aside(number, text, "map_without_codes")
    return mapped


def _class_id(name: str, number: str, date: str) -> ClassId:
    return ClassId(name, int(number), date, f"{name}_{number}_{date}")


def _name(item: Mapping[str, Any], lang: str) -> str:
    names = [mapping(name) for name in sequence(item.get("classificationItemNames"))]
    texts = [name.get("name") for name in names if name.get("lang", lang) == lang]
    return next((plain(text) for text in texts if isinstance(text, str) and plain(text)), "")


def _end(row: Mapping[str, Any], end: str, notes: Notes) -> str | None:
    """The code at one end of a row: of the item, else the last part of its local id.

    None where neither tells one, or where they tell two.
    """
    code = mapping(row.get(f"{end}Item")).get("code")
    local = row.get(f"{end}LocalId")
    last = local.rpartition("/")[2] if isinstance(local, str) else ""
    if code is not None and not isinstance(code, str):
        notes.surprise(f"{end}Item.code is no text")
        code = None
    if code and last and code != last:
        notes.surprise(f"{end}Item.code is not the end of {end}LocalId")
        return None
    return code or last or None
