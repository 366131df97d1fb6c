"""Reads the cells of a json-stat2 answer; which cells they are, the table's variables tell."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from loaders.errors import SourceChanged
from loaders.source import Request
from loaders.sources._statfi_answers import Notes, mapping, plain, read_json, sequence
from loaders.sources._statfi_pxweb import CELLS, SEXES, TOTAL, Table

_MARKS = frozenset((".", "..", "...", ":"))
"""What stands where there is no number; a dash is none of them: it may mark a true zero."""
_WHOLE = re.compile("[0-9]{1,9}")


def read_cells(
    body: bytes, request: Request, table: Table, areas: list[str], notes: Notes
) -> dict[str, np.ndarray]:
    """Read a json-stat2 answer: the inhabitants of the areas that were asked for.

    Returns
    -------
    dict
        Area to an array sex (as SEXES) x age (the total first, then as in ``table``); NaN where
        there is no number. An area that did not come is not there.

    Raises
    ------
    SourceChanged
        It is no json-stat2 data set of the variables asked for.
    """
    answer = mapping(read_json(body, request, source_id=notes.source_id))
    places, shape = _dimensions(answer, table, notes)
    cells = _values(answer, math.prod(shape), notes).reshape(shape)
    wanted = {
        table.time: [table.year],
        table.contents: [table.content],
        table.area: [area for area in areas if area in places[table.area]],
        table.sex: list(SEXES),
        table.age: [TOTAL, *table.ages.codes],
    }
    names = list(places)
    for name, codes in wanted.items():
        lacking = [code for code in codes if code not in places[name]]
        if lacking:
            raise SourceChanged(
                f"{notes.source_id}: asked for {request.label}; {len(lacking)} values of "
                f"{plain(name)} did not come, such as {plain(lacking[0])!r}."
            )
        extra = len(places[name]) - len(codes)
        if extra:
            notes.surprise(f"values of {name} that were not asked for", extra)
        taken = np.array([places[name][code] for code in codes], dtype=int)
        cells = cells.take(taken, axis=names.index(name))
    order = [names.index(name) for name in wanted]
    return dict(zip(wanted[table.area], cells.transpose(order)[0, 0], strict=True))


def _dimensions(
    answer: Mapping[str, Any], table: Table, notes: Notes
) -> tuple[dict[str, dict[str, int]], list[int]]:
    """For each variable, in the order of the values, code to place; and how many places it has."""
    names, sizes = sequence(answer.get("id")), sequence(answer.get("size"))
    asked = {table.time, table.area, table.age, table.sex, table.contents}
    are_names = all(isinstance(name, str) for name in names)
    if not are_names or len(names) != len(set(names)) or not asked <= set(names):
        raise SourceChanged(
            f"{notes.source_id}: the answer has the variables "
            f"{', '.join(plain(name) for name in names[:10]) or 'none'}; expected "
            f"{', '.join(plain(name) for name in sorted(asked))}."
        )
    places = {name: _places(mapping(answer.get("dimension")).get(name)) for name in names}
    shape = [len(codes) for codes in places.values()]
    single = all(len(places[name]) == 1 for name in names if name not in asked)
    if not all(shape) or shape != sizes or not single or math.prod(shape) > CELLS:
        raise SourceChanged(
            f"{notes.source_id}: the sizes of the answer are not those of its variables, or more "
            "than were asked for."
        )
    ordered = {name: codes for name, codes in places.items() if name in asked}
    return ordered, [len(codes) for codes in ordered.values()]


def _places(dimension: Any) -> dict[str, int]:
    """Code to place; empty where the index is not whole."""
    category = mapping(mapping(dimension).get("category"))
    index = category.get("index")
    if index is None:  # it may be left out where there is one code
        index = list(mapping(category.get("label")))[:1]
    if isinstance(index, list) and all(isinstance(code, str) for code in index):
        index = {code: place for place, code in enumerate(index)}
    index = mapping(index)
    is_whole = all(type(place) is int for place in index.values()) and sorted(
        index.values()
    ) == list(range(len(index)))
    return index if is_whole else {}


def _values(answer: Mapping[str, Any], count: int, notes: Notes) -> np.ndarray:
    """The values as numbers, NaN where there is none, or where a status says so."""
    values, status = answer.get("value"), answer.get("status")
    if isinstance(values, dict):  # of many empty cells only the full ones may be written
        values = [values.get(str(place)) for place in range(count)]
    if not isinstance(values, list) or len(values) != count:
        came = len(values) if isinstance(values, list) else type(values).__name__
        raise SourceChanged(f"{notes.source_id}: {came} values came, expected {count}.")
    numbers = np.array([_number(value, notes) for value in values], dtype=float)
    for place in _marked(status, count):
        if not np.isnan(numbers[place]):
            notes.surprise("number with a status")
            numbers[place] = np.nan
    return numbers


def _marked(status: Any, count: int) -> list[int]:
    """The places whose status says that there is no number."""
    if isinstance(status, str):
        status = [status] * count
    if isinstance(status, dict):
        status = [status.get(str(place)) for place in range(count)]
    marks = sequence(status)[:count]
    return [place for place, mark in enumerate(marks) if isinstance(mark, str) and mark in _MARKS]


def _number(value: Any, notes: Notes) -> float:
    """A number of people; NaN for none, and for what is not a whole number from 0 on."""
    if value is None or (isinstance(value, str) and value.strip() in (*_MARKS, "", "-")):
        return math.nan
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        notes.surprise("number as text")
        return float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= value < 10**9 and value == int(value):
        return float(value)
    notes.surprise("value that is no number of people")
    return math.nan
