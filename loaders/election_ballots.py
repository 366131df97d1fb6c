"""Reads anonymous approval ballots, in any of three forms; knows no voting rule.

The forms: a column per nominee with a mark where it is approved (``wide``), a row per ballot with
the list of those it approves (``list``), or a row per ballot and nominee (``long``). What names a
ballot in the file may name a voter: it is compared and then forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from loaders.election_files import (
    MAX_BALLOT_ROWS,
    Fault,
    Headings,
    NearNames,
    is_formula,
    key_of,
    missing_column,
    names_a_person,
    opened,
    quoted,
)
from loaders.election_nominees import id_of, yes_or_no
from loaders.sheets import Sheet
from loaders.sources._headings import folded

FILE = "ballots"

BALLOT_HEADINGS = (
    *("äänestyslippu", "röstsedel", "ballot", "lippu", "lipun numero", "äänestäjä", "valsedel"),
    *("äänestyslipun numero", "sedel", "väljare", "ballot number", "ballot id", "voter", "id"),
    *("ballot_id", "voter id", "äänestäjän numero", "tunnus", "numero", "nro", "nummer", "number"),
)
NOMINEE_HEADINGS = (
    *("ehdokas", "kandidat", "nominee", "candidate", "ehdokasnumero", "kandidatnummer"),
    *("nominee number", "candidate number", "nominee id", "nominee_id", "järjestö"),
    *("organisation", "organization", "förening", "ehdokkaan numero"),
)
LIST_HEADINGS = (
    *("hyväksytyt", "godkända", "approved", "hyväksytyt ehdokkaat", "godkända kandidater"),
    *("approved nominees", "ehdokkaat", "kandidater", "nominees", "candidates", "approvals"),
    *("äänestetyt", "järjestöt", "organisationer", "organisations"),
)

# A heading with one of these is meant for a nominee; another may be a question or a time.
_ORGANISATION = re.compile(
    r"\b(?:ry|rf|r\.y\.|r\.f\.|rs|sr|\w*yhdistys|\w*säätiö|\w*liitto|\w*förening|\w*förbund|"
    r"\w*stiftelse|association|foundation)(?!\w)"
)
_NUMBERED = re.compile(r"([0-9]{1,6})[.:)]? +(\S.*)")


@dataclass(frozen=True, kw_only=True)
class BallotFile:
    """The ballots of a file, and what of it was set aside.

    ``ballots``: ``ballot_id``, ``nominee_id``, each pair once. ``ballot_ids`` are all ballots that
    count, those without any approval too: ``1``, ``2`` ... in the order of the file. ``form`` is
    ``wide``, ``list`` or ``long``; ``rows`` how many rows there were, ``ballots_set_aside`` and
    ``approvals_set_aside`` how many of each do not count (the latter one by one, not those of
    ballots set aside).
    """

    ballots: pd.DataFrame
    ballot_ids: tuple[str, ...]
    faults: tuple[Fault, ...]
    form: str
    rows: int
    ballots_set_aside: int
    approvals_set_aside: int


def read_ballots(
    body: bytes, nominees: pd.DataFrame, *, approvals: int | None = None
) -> BallotFile:
    """Read approval ballots.

    Parameters
    ----------
    body
        The file, as ``loaders.election_files.opened`` takes it, in one of the three forms.
    nominees
        Needs ``nominee_id`` and ``organisation``; ballots name a nominee by either of them.
    approvals
        How many nominees a ballot may approve at most; None: as many as it likes.

    Returns
    -------
    BallotFile
        Every row is a ballot, or a part of one, that counts, or is set aside in a fault. A ballot
        with more approvals than allowed does not count, since nobody knows which are meant. An
        approval of somebody who is no nominee does not count; its ballot does.

    Raises
    ------
    FileRefused
        There is no table of ballots in it.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["1", "2"],
    ...                          "organisation": ["Esimerkki 1 ry", "Esimerkki 2 ry"]})
    >>> body = "Lippu;Esimerkki 1 ry;Esimerkki 2 ry\\na;x;x\\nb;;\\nc;;x".encode()
    >>> read = read_ballots(body, nominees)
    >>> read.form, read.ballot_ids
    ('wide', ('1', '2', '3'))
    >>> list(read.ballots.itertuples(index=False, name=None))
    [('1', '1'), ('1', '2'), ('3', '2')]
    """
    known = _Nominees(nominees)

    def is_heading(cells: tuple[str, ...]) -> bool:
        return _form(cells, known) is not None

    sheet, faults = opened(body, file=FILE, is_heading=is_heading, max_rows=MAX_BALLOT_ROWS)
    form = _form(sheet.headings, known)
    if form is None:
        lacking = {"ballot": BALLOT_HEADINGS, "nominee": NOMINEE_HEADINGS}
        raise missing_column(FILE, sheet, lacking)
    box = _Box(known, faults)
    if form == "wide":
        _read_wide(sheet, known, box)
    else:
        _read_lists(sheet, box, known, is_long=form == "long")
    faults += _blank_lines(body, sheet) if form != "long" else []
    return box.counted(form, len(sheet.rows), approvals)


class _Nominees:
    """The nominees by all that a ballot may call them."""

    def __init__(self, nominees: pd.DataFrame) -> None:
        self._ids: dict[str, str] = {}
        self._names: dict[str, set[str]] = {}
        self._found: dict[str, tuple[str | None, str]] = {}
        rows = zip(nominees["nominee_id"], nominees["organisation"], strict=True)
        for nominee_id, organisation in rows:
            self._ids[nominee_id] = nominee_id
            self._names.setdefault(key_of(organisation), set()).add(nominee_id)
        self.near = NearNames(list(nominees["organisation"]))

    def find(self, text: str) -> tuple[str | None, str]:
        """The nominee meant, or None and the reason."""
        if text not in self._found:
            self._found[text] = self._look_for(text)
        return self._found[text]

    def _look_for(self, text: str) -> tuple[str | None, str]:
        named = self._names.get(key_of(text), set())
        if len(named) == 1:
            return next(iter(named)), ""
        if named:
            return None, "ambiguous_nominee"
        found = self._ids.get(id_of(text) or "")
        numbered = _NUMBERED.fullmatch(text)
        if found is None and numbered:  # "7. Esimerkki 7 ry": number and name must agree
            number = self._ids.get(id_of(numbered[1]) or "")
            found = number if number in self._names.get(key_of(numbered[2]), set()) else None
        return found, "" if found else "unknown_nominee"


def _form(cells: tuple[str, ...], known: _Nominees) -> str | None:
    """In which form a row of headings says that the ballots are; None where it is none."""
    words = {folded(cell) for cell in cells if cell}
    texts = [cell for cell in cells if cell]
    heads = sum(known.find(cell)[0] is not None for cell in texts)
    if heads >= 2 or (heads == 1 and len(texts) == 2):
        return "wide"
    if words & _folded(LIST_HEADINGS):
        return "list"
    if words & _folded(BALLOT_HEADINGS) and words & _folded(NOMINEE_HEADINGS):
        return "long"
    return None


def _folded(names: tuple[str, ...]) -> set[str]:
    return {folded(name) for name in names}


class _Ballot:
    """One ballot while it is read: where it begins, whom it approves, how many marks it bears."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.approved: list[str] = []
        self.strange: set[str] = set()

    def marks(self) -> int:
        """Different nominees marked, those that nobody knows too."""
        return len(self.approved) + len(self.strange)


class _Box:
    """The ballots read so far, and what was wrong."""

    def __init__(self, known: _Nominees, faults: list[Fault]) -> None:
        self.ballots: list[_Ballot] = []
        self._known = known
        self._faults = faults
        self._ids: dict[str, _Ballot] = {}
        self._aside = 0
        self._approvals_aside = 0

    def say(self, line: int, reason: str, text: str = "", near: tuple[str, ...] = ()) -> None:
        """Note a fault."""
        self._faults.append(Fault(FILE, line, reason, text, near))

    def ballot(self, line: int, ballot_id: str | None) -> _Ballot | None:
        """A new ballot; None, and said, where one of that id was there before."""
        if ballot_id and key_of(ballot_id) in self._ids:
            self.say(line, "duplicate_ballot")
            self._aside += 1
            return None
        return self._added(line, ballot_id)

    def ballot_of(self, line: int, ballot_id: str) -> _Ballot:
        """The ballot of an id, whose rows may stand anywhere."""
        return self._ids.get(key_of(ballot_id)) or self._added(line, ballot_id)

    def _added(self, line: int, ballot_id: str | None) -> _Ballot:
        ballot = _Ballot(line)
        self.ballots.append(ballot)
        if ballot_id:
            self._ids[key_of(ballot_id)] = ballot
        return ballot

    def approve(self, ballot: _Ballot, line: int, text: str) -> None:
        """Count an approval, or set it aside with its reason."""
        nominee, reason = self._known.find(text)
        if nominee is None:
            near = self._known.near.of(text) if reason == "unknown_nominee" else ()
            self.set_aside(line, reason, quoted(text, near), near)
            ballot.strange.add(key_of(text))
        elif nominee in ballot.approved:
            self.set_aside(line, "approval_twice", nominee)
        else:
            ballot.approved.append(nominee)

    def set_aside(self, line: int, reason: str, text: str = "", near: tuple[str, ...] = ()) -> None:
        """Set one approval aside."""
        self._approvals_aside += 1
        self.say(line, reason, text, near)

    def counted(self, form: str, rows: int, approvals: int | None) -> BallotFile:
        """The ballots that count, without those of more approvals than allowed."""
        counting = []
        for ballot in self.ballots:
            if approvals is not None and ballot.marks() > approvals:
                self.say(ballot.line, "too_many_approvals", str(ballot.marks()))
                self._aside += 1
            else:
                counting.append(ballot)
        pairs = [
            (str(number), nominee)
            for number, ballot in enumerate(counting, start=1)
            for nominee in ballot.approved
        ]
        return BallotFile(
            ballots=pd.DataFrame(pairs, columns=["ballot_id", "nominee_id"], dtype="string"),
            ballot_ids=tuple(str(number) for number in range(1, len(counting) + 1)),
            faults=tuple(self._faults),
            form=form,
            rows=rows,
            ballots_set_aside=self._aside,
            approvals_set_aside=self._approvals_aside,
        )


def _read_wide(sheet: Sheet, known: _Nominees, box: _Box) -> None:
    """A column per nominee; a column of marks under a name that nobody bears is said row by row."""
    columns, strange, ballot_at = _wide_columns(sheet, known, box)
    for row in sheet.rows:
        ballot = box.ballot(row.line, row.cells[ballot_at] if ballot_at is not None else None)
        if ballot is None:
            continue
        for at, heading in columns.items():
            mark = row.cells[at]
            if not mark:
                continue
            said = yes_or_no(mark)
            if said:
                box.approve(ballot, row.line, heading)
            elif said is None:
                box.set_aside(row.line, "unknown_mark", "" if is_formula(mark) else quoted(mark))
        for at, near in strange.items():
            if yes_or_no(row.cells[at]):
                heading = sheet.headings[at]
                box.set_aside(row.line, "unknown_nominee", quoted(heading, near), near)
                ballot.strange.add(key_of(heading) or str(at))


def _wide_columns(
    sheet: Sheet, known: _Nominees, box: _Box
) -> tuple[dict[int, str], dict[int, tuple[str, ...]], int | None]:
    """Columns of nominees, columns of marks for somebody unknown, the column of ballots' ids."""
    columns: dict[int, str] = {}
    strange: dict[int, tuple[str, ...]] = {}
    ballot_at = None
    line, seen = sheet.heading_line, set()
    for at, heading in enumerate(sheet.headings):
        nominee, _ = known.find(heading) if heading else (None, "")
        if nominee is not None and nominee not in seen:
            columns[at] = heading
            seen.add(nominee)
        elif nominee is not None:
            box.say(line, "repeated_column", quoted(nominee))
        elif ballot_at is None and folded(heading) in _folded(BALLOT_HEADINGS):
            ballot_at = at
        else:
            near = known.near.of(heading)
            if near or id_of(heading) or _ORGANISATION.search(key_of(heading)):
                strange[at] = near
            elif heading:
                box.say(line, "person_column" if names_a_person(heading) else "unknown_column")
            else:
                box.say(line, "column_without_heading")
    return columns, strange, ballot_at


def _read_lists(sheet: Sheet, box: _Box, known: _Nominees, *, is_long: bool) -> None:
    """A column of nominees, beside one of ballots; of a list each piece is a nominee."""
    names = {"nominee": NOMINEE_HEADINGS if is_long else LIST_HEADINGS, "ballot": BALLOT_HEADINGS}
    headings = Headings(sheet, names, file=FILE)
    for fault in headings.faults:  # without the heading: in a file of votes it may be a name
        box.say(sheet.heading_line, fault.reason)
    ballot_at, nominee_at = headings.places.get("ballot"), headings.places["nominee"]
    unheaded = [at for at, heading in enumerate(sheet.headings) if not heading]
    for row in sheet.rows:
        cells = [row.cells[nominee_at]]
        more = [row.cells[at] for at in unheaded if row.cells[at]]
        ballot_id = row.cells[ballot_at] if ballot_at is not None else None
        if is_long and (more or not ballot_id):
            box.set_aside(row.line, "more_cells_than_headings" if more else "no_ballot_id")
            continue
        if is_long:
            ballot: _Ballot | None = box.ballot_of(row.line, str(ballot_id))
        else:
            ballot = box.ballot(row.line, ballot_id)
            cells += more  # a list whose semicolons were taken for those between cells
        if ballot is not None:
            for cell in cells:
                for piece in _pieces(cell, known):
                    box.approve(ballot, row.line, piece)


def _pieces(cell: str, known: _Nominees) -> Iterator[str]:
    """The nominees of a list; a comma parts them too, where it is in no name."""
    for piece in filter(None, map(str.strip, re.split(r"[;|]", cell))):
        if "," in piece and known.find(piece)[0] is None:
            yield from filter(None, map(str.strip, piece.split(",")))
        else:
            yield piece


def _blank_lines(body: bytes, sheet: Sheet) -> list[Fault]:
    """How many lines between the rows are blank: a ballot may have been meant, and none is read."""
    is_certain = body.startswith(b"PK") or b'"' not in body  # in quotes a row may have many lines
    if not is_certain or not sheet.rows:
        return []
    blank = sheet.rows[-1].line - sheet.heading_line - len(sheet.rows)
    return [Fault(FILE, None, "blank_lines", str(blank))] if blank > 0 else []
