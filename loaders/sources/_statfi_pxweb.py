"""Reads PxWeb's limits, folders and the variables of a table; asks for nothing itself.

The codes of variables changed in June 2026 and bear the day of a classification, so a variable is
known by its role: by what its values look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loaders.errors import SourceChanged
from loaders.source import Request
from loaders.sources._statfi_answers import Notes, mapping, plain, read_json, sequence

TOTAL = "SSS"
CELLS = 120_000
"""The most cells a query may have where the service does not say (its limit in 2026)."""
MAX_VALUES = 20_000
MAX_VARIABLES = 30

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_AREA = re.compile(r"KU([0-9]{3})")
_AGE = re.compile(r"([0-9]{3})|([0-9]{1,3})\s?-")
_STAMP = re.compile(r"_((?:19|20)[0-9]{2})[0-9]{4}$|\b((?:19|20)[0-9]{2})$")


@dataclass(frozen=True, kw_only=True)
class Ages:
    """The ages a table has: the code of each, its youngest and its oldest (None: open)."""

    codes: tuple[str, ...]
    first: tuple[int, ...]
    last: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The variables of a population table by their role, and what is asked of each."""

    time: str
    area: str
    age: str
    sex: str
    contents: str
    content: str
    year: str
    areas: frozenset[str]
    ages: Ages
    division: int | None

    def query(self, areas: list[str]) -> dict[str, Any]:
        """The body of a query for the areas: all ages and sexes with their totals, one year."""
        asked = {
            self.time: [self.year],
            self.area: areas,
            self.age: [TOTAL, *self.ages.codes],
            self.sex: list(SEXES),
            self.contents: [self.content],
        }
        return {
            "query": [
                {"code": code, "selection": {"filter": "item", "values": values}}
                for code, values in asked.items()
            ],
            "response": {"format": "json-stat2"},
        }

    @property
    def cells_per_area(self) -> int:
        """How many cells a query has for each area."""
        return (1 + len(self.ages.codes)) * len(SEXES)


SEXES = {TOTAL: "total", "1": "male", "2": "female"}


def read_limit(body: bytes, request: Request, notes: Notes) -> int:
    """The most cells that a query may have; CELLS where the answer does not tell a number.

    Raises
    ------
    SourceChanged
        It is no JSON.
    """
    config = mapping(read_json(body, request, source_id=notes.source_id))
    limits = [
        value
        for key, value in config.items()
        if key.lower() in ("maxcells", "maxvalues", "maxdatacells")
        and isinstance(value, int)
        and value > 1
    ]
    if not limits:
        notes.surprise("no limit of cells told")
    return min([*limits, CELLS])


def table_path(body: bytes, request: Request, notes: Notes, number: str) -> str:
    """The id of the table whose id or text has the number, out of a folder's list.

    Raises
    ------
    SourceChanged
        No table of the folder has it.
    """
    entries = sequence(read_json(body, request, source_id=notes.source_id))
    ids = [
        entry["id"]
        for entry in map(mapping, entries)
        if entry.get("type") == "t"
        and isinstance(entry.get("id"), str)
        and re.fullmatch(r"[A-Za-z0-9_]{1,60}(\.px)?", entry["id"])
        and number in f"{entry['id']} {plain(entry.get('text', ''))}".casefold()
    ]
    if not ids:
        raise SourceChanged(
            f"{notes.source_id}: no table {number} among the {len(entries)} entries of the folder."
        )
    return ids[0]


def read_metadata(body: bytes, request: Request, notes: Notes) -> Table:
    """Find the variables of the table by what their values look like; of the years the newest.

    Raises
    ------
    SourceChanged
        A variable that is needed is not there, or there twice, or one that is not known has to be
        chosen from.
    """
    answer = mapping(read_json(body, request, source_id=notes.source_id))
    variables = _variables(answer, notes)
    roles: dict[str, str] = {}
    for code, variable in variables.items():
        role = next((role for role, fits in _ROLES.items() if fits(code, variable)), None)
        if role is None and variable.get("elimination") is True:
            notes.surprise(f"variable {code} summed over")
        elif role is None or role in roles:
            why = "is not known" if role is None else f"is another {role}"
            raise SourceChanged(
                f"{notes.source_id}: the variable {plain(code)!r} of the table {why}; expected "
                "time, area (KU...), age, sex and contents."
            )
        else:
            roles[role] = code
    lacking = [role for role in _ROLES if role not in roles]
    if lacking:
        raise SourceChanged(
            f"{notes.source_id}: the table has no variable of {', '.join(lacking)}; its variables "
            f"are {', '.join(plain(code) for code in variables) or 'none'}."
        )
    values = {role: variables[code]["values"] for role, code in roles.items()}
    return Table(
        **roles,
        content=next(value for value in values["contents"] if _is_population(value)),
        year=max(value for value in values["time"] if _YEAR.fullmatch(value)),
        areas=frozenset(value for value in values["area"] if _AREA.fullmatch(value)),
        ages=_ages(values["age"], notes),
        division=_division(roles["area"], variables[roles["area"]]),
    )


def _variables(answer: Mapping[str, Any], notes: Notes) -> dict[str, dict[str, Any]]:
    """The variables by code, each with its values as texts."""
    variables = {}
    for variable in map(mapping, sequence(answer.get("variables"))[:MAX_VARIABLES]):
        code, values = variable.get("code"), sequence(variable.get("values"))
        if not isinstance(code, str) or not code or len(values) > MAX_VALUES:
            raise SourceChanged(
                f"{notes.source_id}: a variable without code, or with too many values."
            )
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            notes.surprise(f"values of {code} that are no text", len(values) - len(texts))
        variables[code] = variable | {"values": list(dict.fromkeys(texts))}
    return variables


def _is_time(code: str, variable: Mapping[str, Any]) -> bool:
    are_years = [bool(_YEAR.fullmatch(value)) for value in variable["values"]]
    return any(are_years) and (variable.get("time") is True or all(are_years))


def _is_area(code: str, variable: Mapping[str, Any]) -> bool:
    return any(_AREA.fullmatch(value) for value in variable["values"])


def _is_age(code: str, variable: Mapping[str, Any]) -> bool:
    values = variable["values"]
    return (
        "000" in values
        and TOTAL in values
        and all(value == TOTAL or _AGE.fullmatch(value) for value in values)
    )


def _is_sex(code: str, variable: Mapping[str, Any]) -> bool:
    return set(variable["values"]) == set(SEXES)


def _is_contents(code: str, variable: Mapping[str, Any]) -> bool:
    return any(_is_population(value) for value in variable["values"])


def _is_population(value: str) -> bool:
    # With or without the name of the database before it: vaerak-vaesto.
    return value.rpartition("-")[2] == "vaesto"


_ROLES: dict[str, Callable[[str, Mapping[str, Any]], bool]] = {
    "area": _is_area,
    "sex": _is_sex,
    "age": _is_age,
    "contents": _is_contents,
    "time": _is_time,
}


def _ages(values: list[str], notes: Notes) -> Ages:
    bands = []
    for value in values:
        if found := _AGE.fullmatch(value):
            single, opened = found.groups()
            bands.append((int(single or opened), None if single is None else int(single), value))
    bands.sort(key=lambda band: band[0])
    starts = [band[0] for band in bands]
    if len(set(starts)) < len(starts):
        raise SourceChanged(f"{notes.source_id}: two values of the table begin at the same age.")
    if starts != list(range(len(starts))) or bands[-1][1] is not None:
        notes.surprise("ages with a gap, or none of them open")
    return Ages(
        codes=tuple(band[2] for band in bands),
        first=tuple(starts),
        last=tuple(band[1] for band in bands),
    )


def _division(code: str, variable: Mapping[str, Any]) -> int | None:
    """The year of the division that the areas are of, out of the stamp or the name of the map."""
    for text in (code, variable.get("map")):
        found = _STAMP.search(text[-100:]) if isinstance(text, str) else None
        if found:
            return int(found.group(1) or found.group(2))
    return None
