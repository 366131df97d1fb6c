"""The liaisons for NGOs and wellbeing that the municipalities of South Savo have named.

Publisher: Etelä-Savon maakuntaliitto
Page: https://www.esavo.fi/jarjestot
Licence: Public page without a licence; facts quoted with their source
Updated: Now and then, by hand; the page bears no date
Contains: Municipality, name and work e-mail of each liaison, here and there a second role
Caveats: Persons, so personal data. Not every municipality is on the page, and Pertunmaa still is
    (part of Mäntyharju since 2025). One e-mail has an ä, one surname a small letter: both are kept
    as they stand, with a warning.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import NamedTuple

import pandas as pd

from loaders.cleaning import decoded, looks_like_html
from loaders.errors import SourceChanged
from loaders.lines import Line, html_lines, html_title, text_lines
from loaders.source import Parsed, Source, Words, rejects_frame
from loaders.tables import LIAISONS

SOURCE = Source(
    id="esavo_liaisons",
    title=Words(
        "Kuntien järjestö- ja hyvinvointiyhdyshenkilöt, Etelä-Savo",
        "Kommunernas kontaktpersoner för organisationer och välfärd, Södra Savolax",
        "Liaisons of the municipalities for NGOs and wellbeing, South Savo",
    ),
    publisher=Words(
        "Etelä-Savon maakuntaliitto",
        "Södra Savolax landskapsförbund",
        "Regional Council of South Savo",
    ),
    page="https://www.esavo.fi/jarjestot",
    url="https://www.esavo.fi/jarjestot",
    licence=Words(
        "Julkinen sivu ilman lisenssiä; tiedot lainattu lähde mainiten",
        "Offentlig sida utan licens; fakta citeras med källa",
        "Public page without a licence; facts quoted with their source",
    ),
    licence_url=None,
    attribution=Words(
        "Lähde: Etelä-Savon maakuntaliitto, www.esavo.fi/jarjestot",
        "Källa: Södra Savolax landskapsförbund, www.esavo.fi/jarjestot",
        "Source: Regional Council of South Savo, www.esavo.fi/jarjestot",
    ),
    table=LIAISONS.name,
    expected_rows=(6, 60),
    has_personal_data=True,
    updated="Now and then, by hand; the page bears no date",
    update_days=30,
    fresh_years=4,
)

SECTION = "Kuntien järjestö- ja hyvinvointiyhdyshenkilöt"
MAX_BODY = 2_000_000
MAX_SECTION_LINES = 1_000
MAX_CONTACT_TEXT = 500
MAX_REJECT_TEXT = 200

_DASHES = re.compile("[\u2010-\u2015]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+){0,4}\.?")
_EMAIL = re.compile(r"[^\s@,;:<>()\"]{1,100}@[^\s@,;:<>()\"]{1,150}")
_PLAIN_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_PARTICLES = frozenset({"af", "da", "de", "der", "la", "van", "von"})
# Captions that stand before contacts and name no place.
_CAPTION = re.compile("henkilö|yhtey|järjestö|hyvinvoin")


class _Contact(NamedTuple):
    name: str
    email: str
    role: str | None


def parse(body: bytes) -> Parsed:
    """Read the liaisons off the page, or off its text as copied from a browser.

    Parameters
    ----------
    body
        The page (HTML) or its text; UTF-8, or the character set the page declares.

    Returns
    -------
    Parsed
        One row a municipality and person, columns of ``tables.LIAISONS``, in the order of the
        page; ``warning`` holds ``odd_email``, ``lower_case_name`` and ``after_unclear_line``
        (a line before it may have been another municipality), joined by ";".
        Rejects have one of the reasons ``no_municipality_yet``, ``not_a_contact``,
        ``heading_without_contact``, ``duplicate`` and ``same_name_twice`` (other e-mail or role;
        the first is kept).

    Raises
    ------
    SourceChanged
        The section of the liaisons is not there, or it or the page is larger than it can be.
    """
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{SOURCE.id}: {len(body)} bytes, a page has {MAX_BODY} at most.")
    text = decoded(body, source_id=SOURCE.id)
    is_html = looks_like_html(text)
    section = _section(html_lines(text, source_id=SOURCE.id) if is_html else text_lines(text))
    if section is None:
        raise SourceChanged(
            f"{SOURCE.id}: looked for the heading {SECTION!r}; it is not in {_summary(text)}."
        )
    if len(section) > MAX_SECTION_LINES:
        raise SourceChanged(
            f"{SOURCE.id}: {len(section)} lines under {SECTION!r}, expected "
            f"{MAX_SECTION_LINES} at most."
        )
    return _Reading().read(section)


class _Reading:
    """One walk down the section: whose contacts these are, and what was found so far."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str | None]] = []
        self.rejects: list[tuple[int, str, str]] = []
        self._heading: Line | None = None
        self._has_contact = True
        self._is_unclear = False
        self._seen: dict[tuple[str, str], _Contact] = {}

    def read(self, lines: list[Line]) -> Parsed:
        for line, below in itertools.zip_longest(lines, lines[1:]):
            follower = below.text if below else ""
            contact = _contact(line.text)
            if contact:
                self._take(line, contact)
            elif self._heading and _key(line.text) == _key(self._heading.text):
                continue  # the heading again: once in the list, once above its contacts
            elif _is_heading(line, follower):
                self._open(line)
            else:
                self._set_aside(line, "not_a_contact")
                # It may be a place all the same, and the contacts below it that place's.
                self._is_unclear |= _is_placelike(line.text)
        self._close()
        frame = pd.DataFrame(self.rows, columns=list(LIAISONS.columns)).astype(LIAISONS.dtypes)
        return Parsed(frame, rejects_frame(SOURCE.id, sorted(self.rejects)))

    def _open(self, line: Line) -> None:
        self._close()
        self._heading, self._has_contact, self._is_unclear = line, False, False

    def _close(self) -> None:
        if self._heading and not self._has_contact:
            self._set_aside(self._heading, "heading_without_contact")

    def _take(self, line: Line, contact: _Contact) -> None:
        if self._heading is None:
            self._set_aside(line, "no_municipality_yet")
            return
        self._has_contact = True
        key = (_key(self._heading.text), _key(contact.name))
        known = self._seen.setdefault(key, contact)
        if known is not contact:
            is_same = [_key(text or "") for text in known] == [_key(text or "") for text in contact]
            self._set_aside(line, "duplicate" if is_same else "same_name_twice")
            return
        self.rows.append(
            {
                "municipality_name": self._heading.text,
                "person_name": contact.name,
                "email": contact.email,
                "second_role": contact.role,
                "warning": _warning(contact, is_unclear=self._is_unclear),
                "source_url": SOURCE.page,
            }
        )

    def _set_aside(self, line: Line, reason: str) -> None:
        self.rejects.append((line.number, line.text[:MAX_REJECT_TEXT], reason))


def _section(lines: list[Line]) -> list[Line] | None:
    """The lines below the section's heading, or None where there is no such heading.

    Of several such headings (a table of contents has one too) it is the last before a contact.
    """
    starts = [at for at, line in enumerate(lines) if _key(line.text).rstrip(":") == _key(SECTION)]
    if not starts:
        return None
    contacts = (at for at in range(len(lines) - 1, -1, -1) if _contact(lines[at].text))
    last_contact = next(contacts, len(lines))
    start = max((at for at in starts if at < last_contact), default=starts[-1])
    below = lines[start + 1 :]
    level = lines[start].level
    first_level = next((line.level for line in below if line.level), 0)
    # Where the municipalities' headings are lower ones, the next of the same rank is another topic.
    is_nested = 0 < level < first_level
    for at, line in enumerate(below):
        if line.is_footer or (is_nested and 0 < line.level <= level):
            return below[:at]
    return below


def _is_heading(line: Line, follower: str) -> bool:
    """Whether a line names a municipality: it stands twice, or as a heading, or above a contact.

    A line that stands once above a contact may also be a person without an e-mail; so it has to be
    one name ("Savonlinnan kaupunki"), or the contact's address must sound like it ("Koski Tl").
    """
    if not _is_placelike(line.text):
        return False
    if line.level or _key(follower) == _key(line.text):
        return True
    contact = _contact(follower)
    if contact is None:
        return False
    first, *others = line.text.split()
    domain = contact.email.partition("@")[2]
    return all(word[0].islower() for word in others) or _folded(first)[:4] in _folded(domain)


def _is_placelike(text: str) -> bool:
    """Whether a line could be the name of a municipality: a few words, nothing else."""
    words = text.split()
    return (
        1 <= len(words) <= 5
        and len(text) <= 60
        and all(_WORD.fullmatch(word) for word in words)
        and text[0].isupper()
        and not text.endswith(".")
        and not _CAPTION.search(text.casefold())
    )


def _contact(text: str) -> _Contact | None:
    """Read "name, e-mail[, second role]", or None where the line is something else."""
    if "@" not in text or len(text) > MAX_CONTACT_TEXT:
        return None
    name, email, role = ([part.strip() for part in text.split(",", 2)] + ["", ""])[:3]
    words = name.split()
    is_name = 1 <= len(words) <= 6 and all(_WORD.fullmatch(word) for word in words)
    if not is_name or not _EMAIL.fullmatch(email) or "." not in email.partition("@")[2]:
        return None
    return _Contact(name, email, role.strip(" ,;") or None)


def _warning(contact: _Contact, *, is_unclear: bool) -> str | None:
    codes = {
        "odd_email": not _PLAIN_EMAIL.fullmatch(contact.email),
        "lower_case_name": any(
            word[0].islower() for word in contact.name.split() if word not in _PARTICLES
        ),
        "after_unclear_line": is_unclear,
    }
    return ";".join(code for code, holds in codes.items() if holds) or None


def _key(text: str) -> str:
    """The text for comparing: small letters, one kind of hyphen."""
    return _DASHES.sub("-", text).casefold()


def _folded(text: str) -> str:
    """Small letters without dots and rings, as in the names of hosts."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _summary(text: str) -> str:
    """What came instead, told without quoting it; only a page's title is."""
    if looks_like_html(text):
        return f"the web page titled {html_title(text, source_id=SOURCE.id)[:80]!r}"
    return f"the text of {len(text)} characters that came"
