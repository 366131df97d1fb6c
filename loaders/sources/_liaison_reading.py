"""The walk over a list of liaisons: whose contacts these are, and what each line was taken for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import pandas as pd

from loaders.source import Parsed, rejects_frame
from loaders.sources._liaison_lines import Contact, key, warning_codes
from loaders.tables import LIAISONS

MAX_REJECT_TEXT = 200

Kind = Literal["municipality", "liaison", "heading", "set_aside", "blank"]


class Understood(NamedTuple):
    """One line, and what it was taken for; with a ``reason`` it is set aside (all but the first).

    ``municipality`` is the one that the line belongs to or names.
    """

    line: int
    kind: Kind
    text: str = ""
    municipality: str | None = None
    contact: Contact | None = None
    warning: str | None = None
    reason: str | None = None


class Reading:
    """One walk down a list: the lines so far, and the municipality whose contacts come next."""

    def __init__(self) -> None:
        self.lines: list[Understood] = []
        self.municipality: str | None = None
        self._opened: int | None = None
        self._is_inherited = False
        self._is_unclear = False
        self._seen: dict[tuple[str, str], Contact] = {}

    def open(self, line: int, text: str, municipality: str) -> None:
        """Take a line for the municipality whose contacts stand below it."""
        self.close()
        self._enter(municipality, is_inherited=False)
        self._opened = len(self.lines)
        self.lines.append(Understood(line, "municipality", text, municipality))

    def repeat(self, line: int, text: str) -> None:
        """Take a line for the municipality again: once in a list, once above its contacts."""
        self.lines.append(Understood(line, "municipality", text, self.municipality))

    def take(
        self,
        line: int,
        text: str,
        contact: Contact,
        *,
        municipality: str | None = None,
        warnings: Iterable[str] = (),
    ) -> None:
        """Take a line for a liaison, of the municipality it names or of the one above."""
        if municipality is not None:
            self.enter(municipality)
        if self.municipality is None:
            self.set_aside(line, text, "no_municipality_yet")
            return
        self._opened = None
        who = (key(self.municipality), key(contact.name))
        known = self._seen.setdefault(who, contact)
        if known is not contact:
            is_same = [key(part or "") for part in known] == [key(part or "") for part in contact]
            self.set_aside(line, text, "duplicate" if is_same else "same_name_twice")
            return
        codes = [*warning_codes(contact), *warnings]
        codes += ["after_unclear_line"] * self._is_unclear
        codes += ["municipality_from_above"] * (self._is_inherited and municipality is None)
        self.lines.append(
            Understood(
                line,
                "liaison",
                text,
                self.municipality,
                contact,
                warning=";".join(dict.fromkeys(codes)) or None,
            )
        )

    def vacant(self, line: int, text: str, *, municipality: str | None = None) -> None:
        """Take a line for a post that nobody holds: no liaison, and no "no" either."""
        if municipality is not None:
            self.enter(municipality)
        self._opened = None
        self.set_aside(line, text, "vacant_post")

    def enter(self, municipality: str) -> None:
        """Go on with a municipality that a contact's own line names, unless it is the same."""
        if self.municipality is None or key(self.municipality) != key(municipality):
            self.close()
            self._enter(municipality, is_inherited=True)

    def caption(self, line: int, text: str) -> None:
        """Take a line for a heading that says nothing of a single municipality."""
        self.lines.append(Understood(line, "heading", text))

    def set_aside(self, line: int, text: str, reason: str, *, is_unclear: bool = False) -> None:
        """Set a line aside; where it ``is_unclear`` it may be a place, and those below that's."""
        self._is_unclear |= is_unclear
        self.lines.append(Understood(line, "set_aside", text, self.municipality, reason=reason))

    def close(self) -> None:
        """Be done with the municipality: where it had no contacts, that is told."""
        if self._opened is not None:
            at = self._opened
            self.lines[at] = self.lines[at]._replace(reason="heading_without_contact")
        self._opened = None

    def parsed(self, source_id: str, source_url: str, source_date: str | None = None) -> Parsed:
        """Give the table of the liaisons, and the lines set aside."""
        self.close()
        rows = [
            {
                "municipality_name": line.municipality,
                "person_name": line.contact.name,
                "email": line.contact.email,
                "second_role": line.contact.role,
                "warning": line.warning,
                "source_url": source_url,
                "source_date": source_date,
            }
            for line in self.lines
            if line.contact
        ]
        frame = pd.DataFrame(rows, columns=list(LIAISONS.columns)).astype(LIAISONS.dtypes)
        rejects = [
            (line.line, line.text[:MAX_REJECT_TEXT], line.reason)
            for line in self.lines
            if line.reason
        ]
        return Parsed(frame, rejects_frame(source_id, sorted(rejects)))

    def _enter(self, municipality: str, *, is_inherited: bool) -> None:
        self.municipality, self._is_inherited, self._is_unclear = municipality, is_inherited, False
