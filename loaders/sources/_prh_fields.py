"""Reads single values off the JSON of the Business Information System, whatever stands there.

Each key, code and kind of value that is not known is counted; what they mean is not known here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from loaders.cleaning import squeezed
from loaders.sources._rows import SetAside

_DATED = ("registrationDate", "endDate", "source")
_KEYS: Mapping[str, frozenset[str]] = {
    "company": frozenset(
        {
            *("businessId", "euId", "names", "mainBusinessLine", "website", "companyForms"),
            *("companySituations", "registeredEntries", "addresses", "tradeRegisterStatus"),
            *("status", "registrationDate", "endDate", "lastModified"),
        }
    ),
    "businessId": frozenset({"value", *_DATED}),
    "names": frozenset({"name", "type", "version", *_DATED}),
    "mainBusinessLine": frozenset({"type", "typeCodeSet", "descriptions", *_DATED}),
    "website": frozenset({"url", *_DATED}),
    "companyForms": frozenset({"type", "descriptions", "version", *_DATED}),
    "companySituations": frozenset({"type", *_DATED}),
    "registeredEntries": frozenset({"type", "descriptions", "register", "authority", *_DATED}),
    "addresses": frozenset(
        {
            *("type", "street", "postCode", "postOffices", "postOfficeBox", "buildingNumber"),
            *("entrance", "apartmentNumber", "apartmentIdSuffix", "co", "country"),
            *("freeAddressLine", *_DATED),
        }
    ),
    "postOffices": frozenset({"city", "languageCode", "municipalityCode"}),
}

Entry = Mapping[str, Any]


class Fields:
    """Reads the values of one company after the other.

    Parameters
    ----------
    today
        A date of ending after it is no end yet.
    aside
        Counts unknown keys, codes and kinds of values, by the name of the key, once a company.
    """

    def __init__(self, *, today: dt.date, aside: SetAside) -> None:
        self._today = today.isoformat()
        self._aside = aside
        self._noted: set[tuple[str, str]] = set()

    def begin(self) -> None:
        """Begin with a new company."""
        self._noted.clear()

    def is_over(self, entry: Entry) -> bool:
        """Whether it had ended by today."""
        end = self.date(entry, "endDate")
        return end is not None and end <= self._today

    def entries(self, parent: Entry, name: str) -> list[Entry]:
        """The objects of a list; anything else in its place is counted."""
        value = parent.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(f"{name}: not a list")
            return []
        entries: list[Entry] = [entry for entry in value if isinstance(entry, dict)]
        if len(entries) < len(value):
            self.note(f"{name}: not an object")
        for entry in entries:
            self.count_keys(name, entry)
        return entries

    def object(self, parent: Entry, name: str) -> Entry:
        """The object of that name, an empty one where there is none."""
        value = parent.get(name)
        if isinstance(value, dict):
            self.count_keys(name, value)
            return value
        if value is not None:
            self.note(f"{name}: not an object")
        return {}

    def text(self, entry: Entry, key: str) -> str:
        """The text, on one line; an empty one where there is none."""
        value = entry.get(key)
        if isinstance(value, str):
            # JSON can hold halves of characters, which no file can.
            return squeezed(value.encode("utf-8", "replace").decode())
        if value is not None:
            self.note(f"{key}: not a text")
        return ""

    def label(self, entry: Entry, key: str) -> str:
        """A short code, which is a text here and a number there."""
        value = entry.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
            return str(value)
        return self.text(entry, key)

    def date(self, entry: Entry, key: str) -> str | None:
        """The day, ISO, of a date or a date and time."""
        text = self.text(entry, key)[:10]
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            self.note(f"{key}: no date")
            return None

    def code(self, name: str, entry: Entry, key: str, known: Iterable[str]) -> str:
        """The code where it is a known one; else it is counted, and an empty text."""
        code = self.label(entry, key)
        if not code or code in known:
            return code
        self.note(f"{name}.{key}", code)
        return ""

    def count_keys(self, name: str, entry: Entry) -> None:
        """Count the keys that the objects of that name are not known to have."""
        for key in entry.keys() - _KEYS[name]:
            self.note(f"key of {name}", key)

    def note(self, kind: str, name: str = "") -> None:
        """Count a surprise, once a company."""
        if (kind, name) not in self._noted:
            self._noted.add((kind, name))
            self._aside.surprise(kind, name)
