"""Reads liaisons off a table: its columns by their headings, or else by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.sheets import Sheet, SheetRow
from loaders.sources._headings import folded
from loaders.sources._liaison_contacts import (
    contacts_in,
    place_of,
    role_of,
    spelled_out,
)
from loaders.sources._liaison_lines import EMAIL, Contact, is_email, is_words, sounds_like
from loaders.sources._liaison_reading import Reading
from loaders.sources._liaison_words import (
    has_place_word,
    has_several_names,
    is_caption,
    is_mailbox,
    is_person,
    is_role,
    is_vacancy,
)
from loaders.sources._rows import quotable

# Matched against the whole heading, as ``folded``: small letters without dots, words alone.
_FIELDS = {
    "municipality": r"kunta|kunnat|kunnan nimi|kunta kaupunki|kunta tai kaupunki|kaupunki kunta|"
    r"kaupunki|paikkakunta|kommun|kommuner|kommunens namn|kommun stad|stad|ort|municipality|"
    r"municipality name|name of municipality|city|town",
    "liaison": r"(?:\w+ ){0,3}\w*(?:yhdys|yhteys)henkilo(?:t|n nimi|iden nimet)?|"
    r"(?:\w+ ){0,3}\w*kontaktperson(?:er|en|ens namn)?|(?:\w+ ){0,2}(?:liaison|contact person)s?"
    r"(?: name)?",
    "name": r"nimi|henkilo|henkilon nimi|koko nimi|namn|person|personens namn|name|full name",
    "first_name": r"etunimi|etunimet|fornamn|first name|given name|forename",
    "last_name": r"sukunimi|efternamn|slaktnamn|last name|surname|family name",
    "email": r"(?:\w+ ){0,2}(?:sahkoposti\w{0,8}|s posti\w{0,8}|e ?mail|e ?post|e ?postadress|mail)"
    r"(?: osoite| address)?",
    "role": r"tehtava|tehtavat|tehtavanimike|nimike|ammattinimike|virkanimike|titteli|rooli|asema|"
    r"virka|virka asema|toimi|toinen rooli|befattning|titel|roll|uppgift|tjanst|tjanstetitel|role|"
    r"second role|title|position|job title",
    "contact": r"yhteystiedot|yhteystieto|kontaktuppgifter|kontakt|contact|contacts|"
    r"contact details",
    "left_out": r"(?:\w+ ){0,2}(?:puhelin\w{0,8}|matkapuhelin\w{0,8}|puh|gsm|telefon\w{0,8}|"
    r"tfn|mobil|phone|phone number|telephone|tel|mobile)|kuntakoodi|kuntanumero|kommunkod|"
    r"kommunnummer|municipality code|osoite|postiosoite|katuosoite|adress|postadress|address|"
    r"nro|nr|no|numero",
}
_EXAMPLES = frozenset({"esimerkkikunta", "exempelkommun"})  # as in data/templates
_NO_TEXT = frozenset({"-", "–", "—", "?", "x", "."})
_CODE_BEFORE = re.compile(r"[0-9]{3}\s+(?=\D)")
_SAMPLE = 200
_PERSON = ("liaison", "name", "first_name", "last_name", "email", "role", "contact")

Columns = dict[str, int]


def columns_by_heading(headings: Sequence[str]) -> Columns:
    """Tell which column holds what, by the headings.

    Returns
    -------
    dict
        ``municipality``, ``name``, ``first_name``, ``last_name``, ``email``, ``role`` and
        ``contact`` (all in one cell) to the number of the column; empty where the headings are not
        those of a list of liaisons. A column called only "name" may be of anything: an e-mail or
        all in one cell has to go with it.

    Examples
    --------
    >>> columns_by_heading(["Kunta", "Yhdyshenkilö", "Sähköposti"])
    {'municipality': 0, 'name': 1, 'email': 2}
    >>> columns_by_heading(["Kunta", "Nimi"])
    {}
    """
    columns: Columns = {}
    for at, heading in enumerate(headings):
        for field in _FIELDS:
            if heading and _is_called(heading, field):
                columns.setdefault(field, at)
                break
    columns.pop("left_out", None)
    is_sure = "liaison" in columns
    if is_sure:
        columns = {"name" if field == "liaison" else field: at for field, at in columns.items()}
    has_name = "name" in columns or {"first_name", "last_name"} <= set(columns)
    is_list = "contact" in columns or (has_name and ("email" in columns or is_sure))
    return columns if is_list and ("municipality" in columns or "email" in columns) else {}


def columns_by_content(rows: Sequence[SheetRow]) -> Columns:
    """Tell which column holds what, by what stands in them, or nothing where that is not sure.

    The e-mails' column has one in four of five rows; the municipality's is the one that most of
    the e-mails sound like; the name's is the one of persons.
    """
    sample = [row.cells for row in rows[:_SAMPLE]]
    width = len(sample[0]) if sample else 0

    def count(fits: list[bool]) -> int:
        return sum(fits)

    emails = {at: count([is_email(cells[at]) for cells in sample]) for at in range(width)}
    email = max(emails, key=lambda at: emails[at], default=0)
    if width < 3 or emails[email] * 5 < len(sample) * 4:
        return {}
    others = [at for at in range(width) if at != email]
    sounding = {
        at: count([bool(place_of(row[at])) and sounds_like(row[at], row[email]) for row in sample])
        for at in others
    }
    municipality = max(others, key=lambda at: sounding[at])
    persons = {
        at: count([is_person(row[at]) for row in sample]) for at in others if at != municipality
    }
    name = max(persons, key=lambda at: persons[at])
    if sounding[municipality] * 2 < len(sample) or persons[name] * 2 < len(sample):
        return {}
    columns = {"municipality": municipality, "name": name, "email": email}
    for at in others:
        if at not in columns.values() and any(is_role(row[at]) for row in sample):
            return columns | {"role": at}
    return columns


def read_table(sheet: Sheet, columns: Columns, reading: Reading) -> None:
    """Walk down a table, the rows above its headings included.

    Parameters
    ----------
    sheet, columns
        The table, and where its columns are; by content, the headings are a row like the others.
    reading
        Takes what each row was understood as.
    """
    for row in sheet.above:
        _take_lone_cells(row, reading)
    heading = SheetRow(sheet.heading_line, sheet.headings)
    if columns_by_heading(sheet.headings):
        reading.caption(heading.line, _shown(heading))
        for at, text in enumerate(sheet.headings):
            if text and at not in columns.values() and not _is_called(text, "left_out"):
                reading.set_aside(heading.line, quotable(text), "unknown_column")
    else:
        _Row(heading, columns).take(reading)
    for row in sheet.rows:
        if row.cells == sheet.headings:
            reading.caption(row.line, _shown(row))
        else:
            _Row(row, columns).take(reading)


def _is_called(heading: str, field: str) -> bool:
    return re.fullmatch(_FIELDS[field], folded(heading[:200])) is not None


def _shown(row: SheetRow) -> str:
    return "; ".join(cell for cell in row.cells if cell)


def _take_lone_cells(row: SheetRow, reading: Reading, *, reason: str = "not_a_contact") -> None:
    """A row without a person: a municipality above its contacts, a caption, or something else."""
    text = _shown(row)
    place = place_of(text)
    if place and (reason != "not_a_contact" or has_place_word(place)):
        reading.open(row.line, text, place)
    elif is_caption(text):
        reading.caption(row.line, text)
    else:
        reading.set_aside(row.line, text, "not_a_contact")


class _Row:
    """One row of the table: its cells by what they hold."""

    def __init__(self, row: SheetRow, columns: Columns) -> None:
        self.line = row.line
        self.text = _shown(row)
        self._row = row
        self._columns = columns
        cells = {
            field: "" if row.cells[at] in _NO_TEXT else spelled_out(row.cells[at])
            for field, at in columns.items()
        }
        self._cells = cells
        self.municipality = _CODE_BEFORE.sub("", cells.get("municipality", ""))
        names = (cells.get(field, "") for field in ("first_name", "last_name"))
        self.name = cells.get("name", "") or " ".join(name for name in names if name)
        self.email = cells.get("email", "")

    def take(self, reading: Reading) -> None:
        """Give the row to the reading as what it is."""
        if not self.text:
            return
        place = self.municipality or None
        if place and (not any(map(str.isalpha, place)) or "@" in place or len(place) > 100):
            reading.set_aside(self.line, self.text, "odd_municipality")
        elif place and place.casefold() in _EXAMPLES:
            reading.set_aside(self.line, self.text, "example")
        elif any(is_vacancy(self._cells.get(field, "")) for field in _PERSON):
            reading.vacant(self.line, self.text, municipality=place)
        elif not any(self._cells.get(field) for field in _PERSON if field != "role"):
            self._take_no_person(place, reading)
        else:
            self._take_persons(place, reading)

    def _take_no_person(self, place: str | None, reading: Reading) -> None:
        if place:
            reading.open(self.line, self.text, place)
        else:
            _take_lone_cells(self._row, reading)

    def _take_persons(self, place: str | None, reading: Reading) -> None:
        is_lone = place is None and self.text in (self.name, self._cells.get("contact"))
        if is_lone and "municipality" not in self._columns and place_of(self.text):
            reading.open(self.line, self.text, self.text)  # a row of its own above the contacts
            return
        contacts, reason = self._contacts()
        if reason:
            if place:
                reading.enter(place)
            reading.set_aside(self.line, self.text, reason)
        for contact in contacts:
            is_odd = bool(self.email) and contact.email is None
            reading.take(
                self.line,
                self.text,
                contact,
                municipality=place,
                warnings=["odd_email"] * is_odd,
            )

    def _contacts(self) -> tuple[Sequence[Contact], str | None]:
        emails = EMAIL.findall(self.email)
        name = self.name
        whole = self._cells.get("contact", "")
        if "@" in name or (not emails and "@" in whole):
            joined = name if "@" in name else ", ".join(part for part in (name, whole) if part)
            found = contacts_in(joined)
            contacts = found.contacts if found else ()
            return [self._with_role(one) for one in contacts], found.reason if found else None
        if len(emails) > 1 or has_several_names(name):
            return [], "several_persons"
        if not name:
            return [], "email_without_name" if emails else "not_a_contact"
        # "Esimerkki Henkilö A, koordinaattori" in one cell.
        name, _, behind = (part.strip() for part in re.sub(r"\s*[(;]\s*", ",", name).partition(","))
        if is_mailbox(name):
            return [], "no_person"
        if not is_words(name, most=6) or is_role(name):
            return [], "not_a_contact"
        email = emails[0].strip(".'") if emails else ""
        contact = Contact(name, email if is_email(email) else None, role_of(behind.rstrip(") ")))
        return [self._with_role(contact)], None

    def _with_role(self, contact: Contact) -> Contact:
        told = [contact.role or "", self._cells.get("role", "")]
        return contact._replace(role=role_of(", ".join(part for part in told if part)))
