"""What a line of a list of liaisons looks like: a place, a person with an e-mail, something odd.

Used by every source of liaisons; whose contacts they are is told by the walk over the lines
(``_liaison_reading``).
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from loaders.lines import Line

MAX_CONTACT_TEXT = 500

EMAIL = re.compile(r"[^\s@,;:<>()\"]{1,100}@[^\s@,;:<>()\"]{1,150}")

_DASHES = re.compile("[\u2010-\u2015]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+){0,4}\.?")
_PLAIN_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_PARTICLES = frozenset({"af", "da", "de", "der", "la", "van", "von"})
# Captions that stand before contacts and name no place.
_CAPTION = re.compile("henkilö|yhtey|järjestö|hyvinvoin")


class Contact(NamedTuple):
    """A liaison as the list tells of them."""

    name: str
    email: str | None
    role: str | None


def contact_of(text: str) -> Contact | None:
    """Read "name, e-mail[, second role]", or None where the line is something else.

    Examples
    --------
    >>> contact_of("Esimerkki Henkilö A, henkilo.a@esimerkki.fi, sihteeri").role
    'sihteeri'
    """
    if "@" not in text or len(text) > MAX_CONTACT_TEXT:
        return None
    name, email, role = ([part.strip() for part in text.split(",", 2)] + ["", ""])[:3]
    if not is_words(name, most=6) or not is_email(email):
        return None
    return Contact(name, email, role.strip(" ,;") or None)


def is_heading(line: Line, follower: str) -> bool:
    """Whether a line names a municipality: it stands twice, or as a heading, or above a contact.

    A line that stands once above a contact may also be a person without an e-mail; so it has to be
    one name ("Savonlinnan kaupunki"), or the contact's address must sound like it ("Koski Tl").
    """
    if not is_placelike(line.text):
        return False
    if line.level or key(follower) == key(line.text):
        return True
    contact = contact_of(follower)
    if contact is None:
        return False
    return is_one_name(line.text) or sounds_like(line.text, contact.email)


def is_placelike(text: str) -> bool:
    """Whether a line could be the name of a municipality: a few words, nothing else."""
    return (
        is_words(text, most=5)
        and len(text) <= 60
        and text[0].isupper()
        and not text.endswith(".")
        and not _CAPTION.search(text.casefold())
    )


def is_one_name(text: str) -> bool:
    """Whether only the first word is a name: "Juva", "Savonlinnan kaupunki"."""
    return all(word[0].islower() for word in text.split()[1:])


def sounds_like(place: str, email: str | None) -> bool:
    """Whether an e-mail's address is that of a place, as "a@mantyharju.fi" is of Mäntyharju.

    Examples
    --------
    >>> sounds_like("Mäntyharju", "a@mantyharju.fi"), sounds_like("Mäntyharju", "a@juva.fi")
    (True, False)
    """
    first = _folded(place).split()[:1]
    return bool(first) and first[0][:4] in _folded((email or "").partition("@")[2])


def is_words(text: str, *, most: int) -> bool:
    """Whether a text is one word or some, of letters alone."""
    words = text.split()
    return 1 <= len(words) <= most and all(_WORD.fullmatch(word) for word in words)


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address, perhaps an odd one."""
    return EMAIL.fullmatch(text) is not None and "." in text.partition("@")[2]


def warning_codes(contact: Contact) -> list[str]:
    """Say what looks odd in a contact: ``odd_email``, ``lower_case_name``."""
    is_odd = contact.email is not None and not _PLAIN_EMAIL.fullmatch(contact.email)
    is_small = any(word[0].islower() for word in contact.name.split() if word not in _PARTICLES)
    return ["odd_email"] * is_odd + ["lower_case_name"] * is_small


def key(text: str) -> str:
    """Give the text for comparing: small letters, one kind of hyphen."""
    return _DASHES.sub("-", text).casefold()


def _folded(text: str) -> str:
    """Small letters without dots and rings, as in the names of hosts."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
