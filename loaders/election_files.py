"""Opens the files of an election, CSV or xlsx: their table, their headings, what is wrong in them.

What the rows of a list of nominees and of ballots mean is read in ``loaders.election_nominees`` and
``loaders.election_ballots``. Nothing of such a file is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz, process

from loaders.errors import LoaderError, SourceChanged
from loaders.sheets import Sheet, all_sheets
from loaders.sources._headings import folded

MAX_BYTES = 5_000_000
MAX_NOMINEES = 2_000
MAX_BALLOT_ROWS = 100_000

REASONS: Mapping[str, str] = {
    "empty_file": "refused",
    "too_large": "refused",
    "too_many_rows": "refused",
    "no_table": "refused",
    "missing_column": "refused",
    "no_nominees": "refused",
    "person_column": "column",
    "unknown_column": "column",
    "repeated_column": "column",
    "column_without_heading": "column",
    "other_table": "column",
    "above_headings": "column",
    "more_cells_than_headings": "row",
    "no_organisation": "row",
    "formula_row": "row",
    "duplicate_nominee": "row",
    "duplicate_ballot": "row",
    "no_ballot_id": "row",
    "too_many_approvals": "row",
    "formula": "field",
    "bad_nominee_id": "field",
    "unknown_municipality": "field",
    "municipality_elsewhere": "field",
    "unknown_target_group": "field",
    "bad_votes": "field",
    "bad_elected": "field",
    "unknown_sex": "field",
    "unknown_role": "field",
    "unknown_nominee": "approval",
    "ambiguous_nominee": "approval",
    "approval_twice": "approval",
    "unknown_mark": "approval",
    "former_municipality": "note",
    "same_organisation": "note",
    "not_marked_elected": "note",
    "blank_lines": "note",
}
"""Each reason, and what it costs: the file is ``refused``, or a ``column``, ``row``, ``field`` or
``approval`` is set aside and the rest stays; a ``note`` costs nothing."""

MOST_NEAR = 100
"""For how many different wrong names near ones are looked for: a wrong file has very many."""

MAX_QUOTED = 60

_FORMULA = re.compile(
    r"[=@].*|#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)", re.DOTALL
)
_CODE = re.compile(r"[\w.]{0,3}[ .-]?[0-9]{1,6}|[\w.]{1,3}|-?[0-9]{1,4}[.,][0-9]{1,3}")
_PERSONS = re.compile(
    r"\b(?:\w*nimi|\w*name|\w*namn|henkilo\w*|person\w*|ehdokas|ehdokkaan|kandidat\w*|candidate|"
    r"nominee|edustaja\w*|representant\w*|representative|yhteyshenkilo|contact|kontakt\w*|"
    r"\w*posti|e?mail|e post|epost|puhelin\w*|phone|telephone|telefon\w*|mobil\w*|osoite|"
    r"\w*address?|syntyma\w*|birth\w*|fodelse\w*|hetu)\b"
)
_LINE = re.compile(r"\bline ([0-9]{1,7})\b")


class Fault(NamedTuple):
    """What is wrong at one place of a file, or worth knowing: a code, never words for a page.

    ``line`` is None where it is the file as a whole. ``text`` is what stands there, where it can be
    no person's name: a code, a heading, or something near to a known name. ``near`` are known
    names like it.
    """

    file: str
    line: int | None
    reason: str
    text: str = ""
    near: tuple[str, ...] = ()


class FileRefused(LoaderError):
    """A file as a whole cannot be used; ``faults`` say why, and what else was seen by then."""

    def __init__(self, message: str, faults: Sequence[Fault]) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


def fault_frame(faults: Iterable[Fault]) -> pd.DataFrame:
    """Give faults as a frame: a row each, in their order; columns those of Fault and ``effect``.

    Examples
    --------
    >>> fault_frame([Fault("nominees", 3, "bad_votes", "-1")])[["line", "reason", "effect"]]
       line     reason effect
    0     3  bad_votes  field
    """
    rows = [
        (fault.file, fault.line, fault.reason, fault.text, ", ".join(fault.near),
         REASONS[fault.reason])
        for fault in faults
    ]  # fmt: skip
    names = ["file", "line", "reason", "text", "near", "effect"]
    frame = pd.DataFrame(rows, columns=names, dtype="object")
    return frame.astype({name: "Int64" if name == "line" else "string" for name in names})


def opened(
    body: bytes,
    *,
    file: str,
    is_heading: Callable[[tuple[str, ...]], bool],
    max_rows: int,
) -> tuple[Sheet, list[Fault]]:
    """Open a file and find its table: the first with the headings looked for, else the first.

    Parameters
    ----------
    body
        The file: CSV (comma, semicolon, tab; UTF-8, UTF-16 or Windows-1252), xlsx.
    file
        ``nominees`` or ``ballots``; named in faults.
    is_heading
        Whether the cells of a row are the headings looked for.
    max_rows
        The most rows that such a table may have.

    Returns
    -------
    tuple
        The table, and a fault for what stands above it or in other tables of the file.

    Raises
    ------
    FileRefused
        ``empty_file``, ``too_large``, ``too_many_rows`` or ``no_table``.
    """
    if len(body) > MAX_BYTES:
        raise refused(file, "too_large", f"{len(body)} bytes, expected {MAX_BYTES} at most")
    if not body.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n;,\x00"):
        raise refused(file, "empty_file", "nothing stands in it")
    try:
        sheets = all_sheets(body, source_id=file, max_rows=MAX_BALLOT_ROWS, is_heading=is_heading)
    except SourceChanged as error:
        if f"more than {MAX_BALLOT_ROWS} rows" in str(error):
            raise refused(file, "too_many_rows", str(error)) from None
        line = _LINE.search(str(error))
        reason = "empty_file" if _has_headings_alone(body) else "no_table"
        raise refused(file, reason, str(error), line=int(line[1]) if line else None) from None
    sheet = next((each for each in sheets if is_heading(each.headings)), sheets[0])
    if len(sheet.rows) > max_rows:
        told = f"{len(sheet.rows)} rows, expected {max_rows} at most"
        raise refused(file, "too_many_rows", told, text=str(len(sheet.rows)))
    faults = [Fault(file, row.line, "above_headings") for row in sheet.above]
    others = len(sheets) - 1
    if others:
        faults.append(Fault(file, None, "other_table", str(others)))
    return sheet, faults


def refused(
    file: str, reason: str, told: str, *, line: int | None = None, text: str = ""
) -> FileRefused:
    """The error for a file that cannot be used, with the one fault that says why."""
    told = told.removeprefix(f"{file}: ").rstrip(".")
    return FileRefused(f"{file}: {reason}: {told}.", [Fault(file, line, reason, text)])


def _has_headings_alone(body: bytes) -> bool:
    """Whether a text has a line of headings and none below: a template, still empty."""
    lines = [line for line in body[:10_000].splitlines() if line.strip(b"\xef\xbb\xbf;,\t ")]
    return len(lines) == 1 and re.search(rb"[;,\t]", lines[0]) is not None and b'"' not in body


class Headings:
    """The columns of a table by field; whatever is no field of ours is said, and not read.

    Parameters
    ----------
    sheet
        The table.
    names
        Field to the headings that it may have.
    file
        Named in faults.
    """

    def __init__(self, sheet: Sheet, names: Mapping[str, Collection[str]], *, file: str) -> None:
        field_of = {folded(name): field for field, known in names.items() for name in known}
        self.places: dict[str, int] = {}
        self.faults: list[Fault] = []
        for at, heading in enumerate(sheet.headings):
            field = field_of.get(folded(heading))
            if field is not None and field not in self.places:
                self.places[field] = at
            elif field is not None:
                self._say(file, sheet.heading_line, "repeated_column", heading, ())
            elif heading:
                is_personal = names_a_person(heading)
                near = () if is_personal else near_names(heading, sorted(field_of))
                reason = "person_column" if is_personal else "unknown_column"
                self._say(file, sheet.heading_line, reason, heading, near)

    def _say(self, file: str, line: int, reason: str, heading: str, near: tuple[str, ...]) -> None:
        self.faults.append(Fault(file, line, reason, heading_text(heading), near))


def missing_column(file: str, sheet: Sheet, lacking: Mapping[str, Collection[str]]) -> FileRefused:
    """The error for a table of other columns: which are lacking, and which are near them.

    No other heading is told: without headings, the first row of persons would stand there.
    """
    shown = [heading for heading in sheet.headings if heading and heading_text(heading)]
    missing = [
        Fault(
            file,
            sheet.heading_line,
            "missing_column",
            field,
            tuple(dict.fromkeys(near for name in names for near in near_names(name, shown)))[:3],
        )
        for field, names in lacking.items()
    ]
    told = ", ".join(next(iter(names)) for names in lacking.values())
    near = ", ".join(name for fault in missing for name in fault.near)
    offered = f"; near it stands {near}" if near else ""
    return FileRefused(
        f"{file}: missing_column: a table of {len(shown)} columns came, and no heading for: "
        f"{told}{offered}. The templates in data/templates show the headings.",
        missing,
    )


def names_a_person(heading: str) -> bool:
    """Whether a column may hold names of persons or their addresses, by its heading.

    Examples
    --------
    >>> names_a_person("Ehdokkaan nimi"), names_a_person("E-post"), names_a_person("Kunta")
    (True, True, False)
    """
    return _PERSONS.search(folded(heading)) is not None


def near_names(wrong: str, known: Sequence[str]) -> tuple[str, ...]:
    """Known names like a wrong one, the nearest first.

    Examples
    --------
    >>> near_names("jarjesto", ["järjestö", "kunta"])
    ('järjestö',)
    """
    found = process.extract(
        wrong[:MAX_QUOTED], known, scorer=fuzz.ratio, processor=folded, limit=3, score_cutoff=75
    )
    return tuple(name for name, _, _ in found)


class NearNames:
    """Near names of many wrong ones; after MOST_NEAR different ones none is looked for."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = known
        self._found: dict[str, tuple[str, ...]] = {}

    def of(self, wrong: str) -> tuple[str, ...]:
        """Known names like this one."""
        if wrong not in self._found and len(self._found) < MOST_NEAR:
            self._found[wrong] = near_names(wrong, self._known)
        return self._found.get(wrong, ())


def quoted(text: str, near: Sequence[str] = ()) -> str:
    """The text of a cell as a fault may tell it: a code, or what is near a known name.

    Anything else may be a person's name, and is not told.

    Examples
    --------
    >>> quoted("KR9.9"), quoted("Turlu", ["Turku"]), quoted("Somebody Else")
    ('KR9.9', 'Turlu', '')
    """
    return text[:MAX_QUOTED] if near or _CODE.fullmatch(text) else ""


def heading_text(heading: str) -> str:
    """A heading as a fault may tell it: not where it holds a sign of an address or a number."""
    return "" if re.search(r"@|[0-9]{4}", heading) else heading[:MAX_QUOTED]


def is_formula(cell: str) -> bool:
    """Whether a cell is a formula, or the fault that one came to.

    Examples
    --------
    >>> is_formula("=A1+B1"), is_formula("#N/A"), is_formula("Esimerkki ry")
    (True, True, False)
    """
    return _FORMULA.fullmatch(cell) is not None


def key_of(name: str) -> str:
    """A name for comparing: small letters, single spaces."""
    return " ".join(name.casefold().split())
