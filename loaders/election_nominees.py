"""Reads a list of nominees: organisations, where they are from and whom they speak for.

No name of a person is read. Which municipality a name means is found out elsewhere (geo.matching).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import pandas as pd

from loaders.election_files import (
    MAX_NOMINEES,
    Fault,
    Headings,
    NearNames,
    is_formula,
    key_of,
    missing_column,
    opened,
    quoted,
    refused,
)
from loaders.sheets import Sheet, SheetRow
from loaders.sources._headings import folded

FILE = "nominees"

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "organisation": (
        *("järjestö", "organisation", "organization", "järjestön nimi", "organisationens namn"),
        *("yhdistys", "förening", "association", "ngo", "ehdokasjärjestö", "name of organisation"),
        *("organisaatio", "nominee organisation", "yhdistyksen nimi", "föreningens namn"),
    ),
    "municipality": (
        *("kunta", "kommun", "municipality", "kotikunta", "kotipaikka", "hemkommun", "hemort"),
        *("domicile", "home municipality", "kunnan nimi"),
    ),
    "municipality_code": ("kuntakoodi", "kommunkod", "municipality code", "kuntanumero"),
    "target_groups": (
        *("kohderyhmät", "målgrupper", "target groups", "kohderyhmä", "målgrupp", "target group"),
        *("edustettu kohderyhmä", "edustetut kohderyhmät"),
    ),
    "votes": (
        *("äänet", "röster", "votes", "äänimäärä", "ääniä", "antal röster", "röstetal"),
        *("number of votes",),
    ),
    "is_elected": ("valittu", "vald", "elected", "invald", "valittiin", "is elected"),
    "sex": ("sukupuoli", "kön", "sex", "gender"),
    "role": ("rooli", "roll", "role"),
    "nominee_id": (
        *("ehdokasnumero", "kandidatnummer", "nominee number", "ehdokas numero", "numero", "nro"),
        *(
            "ehdokkaan numero",
            "kandidat nummer",
            "candidate number",
            "number",
            "nummer",
            "nr",
            "id",
        ),
        *("nominee id", "nominee_id", "candidate id", "tunnus", "no"),
    ),
}
"""Field to the headings that it may have, in Finnish, Swedish and English."""

REQUIRED = ("organisation",)

_T = TypeVar("_T")

# These may head numbers or names of persons; only a look at the cells tells.
_NUMBERS_OR_NAMES = {folded(name) for name in ("ehdokas", "kandidat", "nominee", "candidate")}
_ID = re.compile(r"[A-Za-z]{0,3}[ .-]?[0-9]{1,6}(?:\.0)?")
_VOTES = re.compile(r"([0-9]{1,7}|[0-9]{1,3}(?: [0-9]{3}){1,2})(?:[.,]0+)?")

YES = frozenset(
    (
        *("1", "x", "✓", "✔", "kyllä", "yes", "ja", "true", "tosi", "sant"),
        *("valittu", "vald", "invald", "elected", "hyväksytty", "godkänd", "approved"),
    )
)
NO = frozenset(("0", "-", "–", "ei", "no", "nej", "false", "epätosi", "falskt"))
SEXES = {
    **dict.fromkeys(("nainen", "kvinna", "female", "woman", "f"), "female"),
    **dict.fromkeys(("mies", "man", "male", "m"), "male"),
}
ROLES = {
    **dict.fromkeys(("", "jäsen", "varsinainen jäsen", "varsinainen"), "member"),
    **dict.fromkeys(("ledamot", "ordinarie ledamot", "ordinarie", "member"), "member"),
    **dict.fromkeys(("varajäsen", "vara", "ersättare", "suppleant", "deputy"), "deputy"),
}


@dataclass(frozen=True, kw_only=True)
class NomineeFile:
    """The nominees of a file, and what of it was set aside.

    ``nominees``: ``nominee_id``, ``organisation``, ``place_code`` and ``place_name`` (as given),
    ``votes``, ``is_elected``, ``role``, ``line``, and ``sex`` where the file has such a column.
    ``nominee_groups``: ``nominee_id``, ``target_group_code``. ``rows`` is how many rows there were,
    ``fields`` which columns were found.
    """

    nominees: pd.DataFrame
    nominee_groups: pd.DataFrame
    faults: tuple[Fault, ...]
    rows: int
    fields: frozenset[str]


def read_nominees(body: bytes, target_groups: pd.DataFrame) -> NomineeFile:
    """Read a list of nominees, a row each.

    Parameters
    ----------
    body
        The file, as ``loaders.election_files.opened`` takes it. Only a column for the organisation
        is needed; headings as in HEADINGS.
    target_groups
        Needs ``target_group_code``, ``name_fi``, ``name_sv``, ``name_en``.

    Returns
    -------
    NomineeFile
        Nominees in the order of the file. Every row is among them or set aside in a fault of the
        effect ``row``. Without a column of numbers their ids are 1, 2 ... in that order.

    Raises
    ------
    FileRefused
        There is no such table in it, or no nominee in the table.

    Examples
    --------
    >>> groups = pd.DataFrame({"target_group_code": ["KR1.1"], "name_fi": ["Ikäihmiset"],
    ...                        "name_sv": ["De äldre"], "name_en": ["Older people"]})
    >>> body = "Järjestö;Kohderyhmät;Äänet\\nEsimerkki 1 ry;De äldre;12\\n"
    >>> body += "Esimerkki 2 ry;;-1"
    >>> read = read_nominees(body.encode(), groups)
    >>> read.nominees[["nominee_id", "organisation", "votes"]]
      nominee_id    organisation  votes
    0          1  Esimerkki 1 ry     12
    1          2  Esimerkki 2 ry   <NA>
    >>> read.nominee_groups["target_group_code"].tolist(), read.faults[0].reason
    (['KR1.1'], 'bad_votes')
    """
    sheet, faults = opened(body, file=FILE, is_heading=_are_headings, max_rows=MAX_NOMINEES)
    headings = Headings(sheet, _names_with_numbers(sheet), file=FILE)
    faults += headings.faults
    lacking = {field: HEADINGS[field] for field in REQUIRED if field not in headings.places}
    if lacking:
        raise missing_column(FILE, sheet, lacking)
    reading = _Reading(headings.places, target_groups, faults)
    for row in _whole_rows(sheet, faults):
        reading.take(row)
    if not reading.rows:
        error = refused(FILE, "no_nominees", f"none of {len(sheet.rows)} rows can be used")
        error.faults += tuple(faults)
        raise error
    reading.blank_means_not_elected()
    return NomineeFile(
        nominees=reading.frame(),
        nominee_groups=pd.DataFrame(
            reading.groups, columns=["nominee_id", "target_group_code"], dtype="string"
        ),
        faults=tuple(faults),
        rows=len(sheet.rows),
        fields=frozenset(headings.places),
    )


def _are_headings(cells: tuple[str, ...]) -> bool:
    found = {folded(cell) for cell in cells}
    return bool(found & {folded(name) for name in HEADINGS["organisation"]})


def _names_with_numbers(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """The known headings; with "nominee" and the like where numbers stand below it."""
    names = dict(HEADINGS)
    for at, heading in enumerate(sheet.headings):
        cells = [row.cells[at] for row in sheet.rows if row.cells[at]]
        if folded(heading) in _NUMBERS_OR_NAMES and cells and all(map(_ID.fullmatch, cells)):
            names["nominee_id"] = (*names["nominee_id"], heading)
    return names


def _whole_rows(sheet: Sheet, faults: list[Fault]) -> Iterator[SheetRow]:
    """The rows whose cells stand under headings; in others they may have slipped."""
    unheaded = [at for at, heading in enumerate(sheet.headings) if not heading]
    for row in sheet.rows:
        if any(row.cells[at] for at in unheaded):
            faults.append(Fault(FILE, row.line, "more_cells_than_headings"))
        else:
            yield row


class _Reading:
    """One walk down the rows: the nominees taken so far, and what was wrong."""

    def __init__(
        self, places: Mapping[str, int], target_groups: pd.DataFrame, faults: list[Fault]
    ) -> None:
        self.rows: list[dict[str, object]] = []
        self.groups: list[tuple[str, str]] = []
        self._places = places
        self._faults = faults
        self._ids: set[str] = set()
        self._held: set[tuple[str, str]] = set()
        self._codes = _group_codes(target_groups)
        shown = [str(name) for name in target_groups["name_fi"]]
        shown += [str(name) for name in target_groups["name_sv"]]
        shown += [str(name) for name in target_groups["name_en"]]
        self._near_groups = NearNames([*target_groups["target_group_code"], *shown])

    def take(self, row: SheetRow) -> None:
        """Take a row, or set it aside with its reason."""
        organisation = row.cells[self._places["organisation"]]
        if not organisation:
            return self._say(row, "no_organisation")
        if is_formula(organisation):
            return self._say(row, "formula_row")
        role = self._value(row, "role", lambda text: ROLES.get(key_of(text)), "unknown_role")
        role = role or "member"
        nominee_id = self._value(row, "nominee_id", id_of, "bad_nominee_id")
        is_given = nominee_id is not None
        held = (key_of(organisation), str(role))
        if nominee_id in self._ids or (held in self._held and not is_given):
            return self._say(row, "duplicate_nominee", quoted(str(nominee_id or "")))
        if held in self._held:
            self._say(row, "same_organisation")
        key = str(nominee_id) if is_given else self._free_id(row)
        self._ids.add(key)
        self._held.add(held)
        self.rows.append(
            {
                "nominee_id": key,
                "organisation": organisation,
                "place_code": self._cell(row, "municipality_code")
                or self._cell(row, "municipality"),
                "place_name": self._cell(row, "municipality"),
                "votes": self._value(row, "votes", _votes, "bad_votes"),
                "is_elected": self._value(row, "is_elected", yes_or_no, "bad_elected"),
                "sex": self._value(row, "sex", lambda text: SEXES.get(key_of(text)), "unknown_sex"),
                "role": role,
                "line": row.line,
            }
        )
        self._take_groups(row, key)

    def _take_groups(self, row: SheetRow, key: str) -> None:
        cell = self._cell(row, "target_groups")
        found = []
        for piece in filter(None, map(str.strip, re.split(r"[;|]", cell))):
            # A comma may part groups too, but not those that have one in their name.
            whole = self._codes.get(folded(piece))
            pieces = [piece] if whole else filter(None, map(str.strip, piece.split(",")))
            for name in pieces:
                code = self._codes.get(folded(name))
                if code is None:
                    near = self._near_groups.of(name)
                    self._say(row, "unknown_target_group", quoted(name, near), near)
                else:
                    found.append(code)
        self.groups += [(key, code) for code in dict.fromkeys(found)]

    def _cell(self, row: SheetRow, field: str) -> str:
        """The text of a field; none for a formula, which is said."""
        at = self._places.get(field)
        cell = row.cells[at] if at is not None else ""
        if is_formula(cell):
            self._say(row, "formula")
            return ""
        return cell

    def _value(
        self, row: SheetRow, field: str, read: Callable[[str], _T | None], reason: str
    ) -> _T | None:
        """What a field's text means; None where it is empty or, as is then said, means nothing."""
        cell = self._cell(row, field)
        if not cell:
            return None
        value = read(cell)
        if value is None:
            self._say(row, reason, quoted(cell))
        return value

    def _free_id(self, row: SheetRow) -> str:
        """The next number; where the file numbers its nominees itself, one that names the line."""
        return f"r{row.line}" if "nominee_id" in self._places else str(len(self.rows) + 1)

    def _say(self, row: SheetRow, reason: str, text: str = "", near: tuple[str, ...] = ()) -> None:
        self._faults.append(Fault(FILE, row.line, reason, text, near))

    def blank_means_not_elected(self) -> None:
        """Where only the elected are marked, those without a mark are not elected: said once."""
        marks = [row["is_elected"] for row in self.rows]
        if True in marks and False not in marks and None in marks:
            for row in self.rows:
                row["is_elected"] = row["is_elected"] is True
            self._faults.append(Fault(FILE, None, "not_marked_elected", str(marks.count(None))))

    def frame(self) -> pd.DataFrame:
        """The nominees taken."""
        frame = pd.DataFrame(self.rows)
        names = ["nominee_id", "organisation", "place_code", "place_name", "role", "sex"]
        types = dict.fromkeys(names, "string")
        types |= {"votes": "Int64", "is_elected": "boolean", "line": "Int64"}
        frame = frame.astype(types)
        frame[["place_code", "place_name"]] = frame[["place_code", "place_name"]].replace("", pd.NA)
        return frame if "sex" in self._places else frame.drop(columns="sex")


def id_of(text: str) -> str | None:
    """A nominee's number or short code for comparing; None for anything else.

    Examples
    --------
    >>> id_of("07"), id_of("7.0"), id_of("A-7"), id_of("Somebody")
    ('7', '7', 'A-7', None)
    """
    if not _ID.fullmatch(text):
        return None
    code = text.removesuffix(".0")
    return str(int(code)) if code.isdigit() else code.upper()


@lru_cache(maxsize=1_000)
def yes_or_no(text: str) -> bool | None:
    """What a mark says; None where it says neither."""
    mark = key_of(text)
    return True if mark in YES else False if mark in NO else None


def _votes(text: str) -> int | None:
    found = _VOTES.fullmatch(text)
    return int(found[1].replace(" ", "")) if found else None


def _group_codes(target_groups: pd.DataFrame) -> dict[str, str]:
    """Each form in which a target group may be written, to its code."""
    forms = {}
    for name in ("name_en", "name_sv", "name_fi", "target_group_code"):
        for text, code in zip(target_groups[name], target_groups["target_group_code"], strict=True):
            if pd.notna(text):
                forms[folded(str(text))] = str(code)
                forms[folded(f"{code} {text}")] = str(code)
    return forms
