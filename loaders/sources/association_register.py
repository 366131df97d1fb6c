"""Associations from a file of the register of associations, or of a municipality's own list.

Publisher: Patentti- ja rekisterihallitus
Page: https://yhdistysrekisteri.prh.fi/
Licence: No open licence; terms as agreed with whoever gave the file
Updated: When somebody gets a new file
Contains: Register number, business id, name, domicile, purpose class, date of registration, state
Caveats: No open interface, and automated searches are not allowed: the file comes by hand. A
    domicile is where an association is registered, not where it works; registered does not mean
    active; about one in five has no purpose class, and class 4 is more than the arts. What tells
    of persons is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from loaders.errors import SourceChanged
from loaders.grids import SheetRow
from loaders.sheets import Sheet, sheet_rows
from loaders.source import Parsed, Source, Words
from loaders.sources import _register_values as values
from loaders.sources._register_columns import HEADINGS, are_headings, columns_of, heading_key
from loaders.sources._rows import SetAside
from loaders.tables import ORGANISATION_RECORDS, register_page

SOURCE = Source(
    id="association_register",
    title=Words(
        "Yhdistysrekisteri: tiedostona saatu luettelo",
        "Föreningsregistret: förteckning som fil",
        "Register of associations: a list that came as a file",
    ),
    publisher=Words(
        "Patentti- ja rekisterihallitus",
        "Patent- och registerstyrelsen",
        "Finnish Patent and Registration Office",
    ),
    page="https://yhdistysrekisteri.prh.fi/",
    url=None,
    licence=Words(
        "Ei avointa lisenssiä; ehdot niin kuin tiedoston antajan kanssa on sovittu",
        "Ingen öppen licens; villkor enligt avtal med den som gav filen",
        "No open licence; terms as agreed with whoever gave the file",
    ),
    licence_url=None,
    attribution=Words(
        "Lähde: Patentti- ja rekisterihallitus, yhdistysrekisteri",
        "Källa: Patent- och registerstyrelsen, föreningsregistret",
        "Source: Finnish Patent and Registration Office, register of associations",
    ),
    table=ORGANISATION_RECORDS.name,
    expected_rows=(1, 200_000),
    has_personal_data=False,
    updated="When somebody gets a new file",
    note=Words(
        "Kotipaikka on rekisteröity paikkakunta, ei toiminta-alue, eikä rekisterissä oleminen "
        "kerro toiminnasta. Noin joka viidennellä yhdistyksellä ei ole tarkoitusluokkaa.",
        "Hemorten är orten i registret, inte verksamhetsområdet, och en förening i registret är "
        "inte nödvändigtvis verksam. Ungefär var femte förening saknar ändamålsklass.",
        "A domicile is where an association is registered, not where it works, and being "
        "registered does not mean being active. About one association in five has no class.",
    ),
)

MAX_ROWS = 200_000

EXAMPLE = ("999999", "Esimerkki ry")
"""The row of the template, which may be left in."""

_UNREADABLE = object()
_SEARCH = register_page()
_Read = Callable[[str], str | None]

_READERS: Mapping[str, tuple[_Read, str]] = {
    "business_id": (values.business_id, "bad_business_id"),
    "name_sv": (values.name, "bad_name_sv"),
    "other_names": (values.name, "bad_other_names"),
    "municipality_name": (values.place_name, "bad_domicile"),
    "postcode": (values.postcode, "bad_postcode"),
    "legal_form": (values.legal_form, "unknown_legal_form"),
    "purpose_class": (values.purpose_class, "unknown_purpose_class"),
    "status": (values.state, "unknown_state"),
    "registered": (values.day, "bad_date"),
    "homepage": (values.homepage, "bad_homepage"),
    "source_date": (values.day, "bad_date"),
}
"""Field to what reads its cells, and the reason where one cannot be read: the field stays empty."""

_CLASS_COLUMNS = ("purpose_class", "subclass", "purpose_name")
"""Of these the first that says something tells the class."""


def parse(body: bytes) -> Parsed:
    """Read a list of associations: CSV, Excel or another kind of table.

    Needs a heading for the name and one for the register number or the business id; headings may
    be Finnish, Swedish or English, in any order. ``data/templates/association_register.csv`` shows
    them.

    Parameters
    ----------
    body
        The file.

    Returns
    -------
    Parsed
        Records of ``organisation_records``, one an association, in the order of the file.
        Rows are set aside whole for ``no_name``, ``bad_name``, ``bad_register_number``,
        ``not_identified`` (neither number nor business id nor domicile), ``duplicate``,
        ``same_number_other_name``, ``too_many_cells``, ``headings_again`` and ``example`` (that of
        the template). Single cells are left empty with the reasons of _READERS. The text is the
        register number. Headings that are not read stand on their line: ``unknown_column``,
        ``personal_column_dropped``, ``column_twice``, ``column_without_heading``.

    Raises
    ------
    SourceChanged
        There is no table with such headings, or it is larger than the register can be.
    """
    sheet = sheet_rows(body, source_id=SOURCE.id, max_rows=MAX_ROWS, is_heading=are_headings)
    if not are_headings(sheet.headings):
        raise SourceChanged(
            f"{SOURCE.id}: looked for headings such as {HEADINGS['name'][0]!r} and "
            f"{HEADINGS['register_number'][0]!r}; no row has both. Compare with "
            "data/templates/association_register.csv."
        )
    return _Reading(sheet).read()


class _Reading:
    """One file being read, column by column: 110,000 rows must not take long."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._rows = sheet.rows
        self._slipped = self._columns_of_slipped_rows()
        self._columns = columns_of(sheet.headings, beyond=self._slipped)
        self._aside = SetAside(SOURCE.id)
        self._names: dict[str, str] = {}

    def read(self) -> Parsed:
        """Read all columns; leave out the rows that name nothing known, or repeat."""
        for text, reason in self._columns.aside:
            self._aside.reject(self._sheet.heading_line, text, reason)
        numbers = self._read("register_number", values.register_number)
        names = self._read("name", values.name)
        found = {field: self._read(field, read) for field, (read, _) in _READERS.items()}
        keys = [
            self._key(*row)
            for row in zip(
                self._rows,
                numbers,
                names,
                found["business_id"],
                found["municipality_name"],
                strict=True,
            )
        ]
        kept = [at for at, key in enumerate(keys) if key]
        for field, (_, reason) in _READERS.items():
            for at in kept:
                if found[field][at] is _UNREADABLE:
                    self._aside.reject(self._rows[at].line, str(numbers[at] or ""), reason)
        found |= {"register_number": numbers, "name": names}
        columns = {field: [column[at] for at in kept] for field, column in found.items()}
        columns["record_id"] = [f"register:{keys[at]}" for at in kept]
        return Parsed(_table(columns), self._aside.frame())

    def _read(self, field: str, read: _Read) -> list[object]:
        """What the cells of a field say; cells repeat themselves, so each text is read once."""
        names = _CLASS_COLUMNS if field == "purpose_class" else (field,)
        places = [self._columns.places[name] for name in names if name in self._columns.places]
        if not places:
            return [None] * len(self._rows)
        cells = [row.cells[places[0]] for row in self._rows]
        for place in places[1:]:
            cells = [
                row.cells[place] if values.is_nothing(cell) else cell
                for row, cell in zip(self._rows, cells, strict=True)
            ]
        said = {cell: _said(read, cell) for cell in set(cells)}
        return [said[cell] for cell in cells]

    def _key(
        self, row: SheetRow, number: object, name: object, business_id: object, place: object
    ) -> str:
        """What names the record of a row, or an empty text where the row is set aside."""
        key, reason = "", self._fault(row, number, name)
        if not reason:
            known = [text for text in (number, business_id) if isinstance(text, str)]
            key = known[0] if known else _slug(name, place)
            reason = self._clash(key, str(name))
        if reason:
            shown = number if isinstance(number, str) else ""
            self._aside.reject(row.line, shown, reason)
            return ""
        self._names[key] = str(name)
        return key

    def _fault(self, row: SheetRow, number: object, name: object) -> str:
        """Why a row is no record, or an empty text."""
        if self._slipped and any(row.cells[place] for place in self._slipped):
            return "too_many_cells"
        if number is _UNREADABLE:
            is_heading = row.cells == self._sheet.headings
            return "headings_again" if is_heading else "bad_register_number"
        if name is _UNREADABLE:
            return "bad_name"
        if (number, name) == EXAMPLE:
            return "example"
        return "" if name else "no_name"

    def _clash(self, key: str, name: str) -> str:
        """Why the record cannot be told from another, or an empty text."""
        if not key:
            return "not_identified"
        if key not in self._names:
            return ""
        is_same = heading_key(self._names[key]) == heading_key(name)
        return "duplicate" if is_same else "same_number_other_name"

    def _columns_of_slipped_rows(self) -> list[int]:
        """Columns beyond the headings that few rows reach: there a cell was parted in two."""
        headings = self._sheet.headings
        last = max(place for place, heading in enumerate(headings) if heading)
        return [
            place
            for place in range(last + 1, len(headings))
            if sum(bool(row.cells[place]) for row in self._rows) * 2 <= len(self._rows)
        ]


def _said(read: _Read, cell: str) -> object:
    try:
        return read(cell)
    except ValueError:
        return _UNREADABLE


def _slug(name: object, place: object) -> str:
    """Name and place as one word; empty where the place is not known."""
    return heading_key(f"{name} {place}").replace(" ", "-") if isinstance(place, str) else ""


def _table(columns: dict[str, list[object]]) -> pd.DataFrame:
    """The records, with what follows from other columns; what could not be read is empty."""
    forms = zip(columns["legal_form"], columns["name"], columns["register_number"], strict=True)
    columns["legal_form"] = [_legal_form(*row) for row in forms]
    columns["source_id"] = [SOURCE.id] * len(columns["name"])
    columns["source_url"] = [
        register_page(business_id) if isinstance(business_id, str) else _SEARCH
        for business_id in columns["business_id"]
    ]
    texts = {
        field: [value if isinstance(value, str) else None for value in column]
        for field, column in columns.items()
    }
    frame = pd.DataFrame(texts, columns=list(ORGANISATION_RECORDS.columns), dtype="object")
    return frame.astype(ORGANISATION_RECORDS.dtypes)


def _legal_form(told: object, name: object, number: object) -> object:
    """The form that was told, else that of the name; a number here is an association's."""
    if told is None:
        return values.legal_form_of_name(str(name)) or ("association" if number else None)
    return told
