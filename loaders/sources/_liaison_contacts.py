"""Reads contacts out of one line or cell, in whatever order name, role and e-mail stand.

Telephone numbers, addresses and whatever else has digits are left out: they are not kept.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from loaders.sources._liaison_lines import (
    EMAIL,
    MAX_CONTACT_TEXT,
    Contact,
    contact_of,
    is_email,
    is_placelike,
    is_words,
    sounds_like,
)
from loaders.sources._liaison_words import (
    has_place_word,
    has_several_names,
    is_caption,
    is_liaison_label,
    is_mailbox,
    is_person,
    is_role,
    is_vacancy,
)

MAX_WORDS = 15
MAX_PARTS = 60

_AT = re.compile(r"\s?[(\[{](?:at|ät|a|miukumauku)[)\]}]\s?", re.I)
_DOT = re.compile(r"\s?[(\[{](?:dot|piste|punkt)[)\]}]\s?", re.I)
_MAIL_LABEL = re.compile(r"\b(?:sähköposti(?:osoite)?|s-?posti|e-?post|e-?mail|mailto)\s?:", re.I)
_PHONE = re.compile(
    r"(?:\b(?:puh(?:elin)?|p|tel|gsm|tfn|mob(?:il)?|phone)\b\.?\s?:?\s?)?"
    r"(?:\+\d{1,3}|\b0\d{1,3})(?:[ ()/-]{0,2}\d){4,12}\b",
    re.I,
)
_LABEL = re.compile(r"([^@:;,|<>]{1,80})(?::|\s[-–—](?=\s))(.*)", re.S)
_PLACE_LABEL = re.compile(r"(?:kunta|kaupunki|kommun|stad|municipality|city|town)", re.I)
_PARTS = re.compile(r"[,;|•·()<>\[\]\"]|\s[-–—/]\s|:(?=\s|$)")
_DIGIT_OR_ADDRESS = re.compile(r"\d|https?:|www\.", re.I)


class Found(NamedTuple):
    """What a line with contacts holds; ``reason`` says why none of it can be used."""

    municipality: str | None
    contacts: tuple[Contact, ...]
    reason: str | None = None


class Labelled(NamedTuple):
    """What stands before a line's contact: its municipality, and whether a liaison is announced."""

    municipality: str | None
    is_liaison: bool
    rest: str


def spelled_out(text: str) -> str:
    """Give the text with e-mails as they are written: "a(at)juva.fi" becomes "a@juva.fi"."""
    if len(text) > 2 * MAX_CONTACT_TEXT or "@" not in (spelled := _AT.sub("@", text)):
        return text
    return _DOT.sub(".", spelled)


def contacts_in(text: str) -> Found | None:
    """Read the contacts of a line: "Juva: Esimerkki Henkilö A <henkilo.a@esimerkki.fi>, sihteeri".

    Parameters
    ----------
    text
        One line, ``spelled_out``.

    Returns
    -------
    Found or None
        The municipality that the line itself names, and its contacts; None where it has no e-mail.
        The reason is ``not_a_contact`` (too long, or no e-mail that is one), ``several_persons``
        (names that cannot be told apart), ``email_without_name`` or ``no_person`` (an office's
        address).

    Examples
    --------
    >>> found = contacts_in("Juva: Esimerkki Henkilö A, puh. 040 000 0000, henkilo.a@esimerkki.fi")
    >>> found.municipality, found.contacts
    ('Juva', (Contact(name='Esimerkki Henkilö A', email='henkilo.a@esimerkki.fi', role=None),))
    """
    if "@" not in text:
        return None
    plain = contact_of(text)
    if plain and is_person(plain.name) and "@" not in (plain.role or ""):
        return Found(None, (plain._replace(role=role_of(plain.role or "")),))
    if len(text) > 2 * MAX_CONTACT_TEXT:
        return Found(None, (), "not_a_contact")
    labelled = labels_of(_MAIL_LABEL.sub(",", text))
    groups = _groups(labelled.rest)
    if not groups:
        return Found(labelled.municipality, (), "not_a_contact")
    municipality = labelled.municipality or _leading_place(groups)
    return _found(municipality, groups)


def labels_of(text: str) -> Labelled:
    """Read what stands before a colon or a dash: "Juva: Yhdyshenkilö: ..."."""
    municipality, is_liaison, rest = None, False, text
    for _ in range(3):
        match = _LABEL.fullmatch(rest)
        label = match.group(1).strip() if match else ""
        if not match or not label:
            break
        is_first = municipality is None and not is_liaison
        if is_first and _PLACE_LABEL.fullmatch(label) and place_of(match.group(2).strip()):
            return Labelled(place_of(match.group(2).strip()), False, "")
        if is_liaison_label(label) or (is_caption(label) and not is_role(label)):
            is_liaison |= is_liaison_label(label)
        elif is_first and place_of(label) and _is_no_person(label, match.group(2)):
            municipality = place_of(label)
        elif not _PLACE_LABEL.fullmatch(label):
            break
        rest = match.group(2)
    return Labelled(municipality, is_liaison, rest.strip())


def _is_no_person(label: str, rest: str) -> bool:
    """Whether a label that may be a place is none of a person: by itself, or by the e-mail."""
    email = EMAIL.search(rest)
    sounds = email is not None and sounds_like(label, email.group())
    return sounds or not is_person(label) or has_place_word(label)


def place_of(text: str) -> str | None:
    """Give the name of a municipality, or None where a text cannot be one.

    Examples
    --------
    >>> place_of("Juvan kunta"), place_of("Yhdyshenkilöt"), place_of("avoinna")
    ('Juvan kunta', None, None)
    """
    is_place = is_placelike(text) and not is_vacancy(text) and not is_role(text)
    return text if is_place and not is_mailbox(text) and not is_caption(text) else None


def vacancy_in(text: str) -> tuple[bool, str | None]:
    """Tell whether a line says that nobody is named, and the municipality it names.

    Examples
    --------
    >>> vacancy_in("Puumala: ei vielä nimetty"), vacancy_in("Puumala")
    ((True, 'Puumala'), (False, None))
    """
    if len(text) > 120:
        return False, None
    parts = [part for part in map(_trimmed, _PARTS.split(text)) if part]
    vacant = [part for part in parts if is_vacancy(part)]
    others = [part for part in parts if not is_vacancy(part) and not is_caption(part)]
    others = [part for part in others if not is_role(part)]
    if not vacant or len(others) > 1 or (others and place_of(others[0]) is None):
        return False, None
    return True, place_of(others[0]) if others else None


def role_of(text: str) -> str | None:
    """Give what else somebody does, without telephone numbers and other things with digits.

    That somebody is the liaison is no second role.

    Examples
    --------
    >>> role_of("sihteeri, puh. 040 000 0000, Torikatu 1")
    'sihteeri'
    """
    return _joined([_trimmed(part) for part in _PHONE.sub(",", text).split(",")])


class _Group(NamedTuple):
    """The parts of a line before an e-mail (since the one before it), the e-mail, those after."""

    before: list[str]
    email: str
    after: list[str]


def _groups(text: str) -> list[_Group]:
    text = _PHONE.sub(",", text)
    found = [match for match in EMAIL.finditer(text) if is_email(match.group().strip(".'"))]
    groups = []
    start = 0
    for match in found:
        groups.append(_Group(_parts(text[start : match.start()]), match.group().strip(".'"), []))
        start = match.end()
    if groups:
        groups[-1].after.extend(_parts(text[start:]))
    return groups


def _parts(text: str) -> list[str]:
    parts = map(_trimmed, _PARTS.split(text, maxsplit=MAX_PARTS))
    told = (part for part in parts if _is_told(part))
    return [piece for part in told for piece in _without_role(part)]


def _without_role(part: str) -> list[str]:
    """Part a name from a role that nothing but a space stands between."""
    words = part.split()
    if len(words) > MAX_WORDS or not is_role(part):
        return [part]
    for at in range(1, len(words)):
        first, last = " ".join(words[:at]), " ".join(words[at:])
        if is_person(last) and is_role(first):  # "yhdyshenkilö Esimerkki Henkilö A"
            return [first, last]
    for at in range(2, len(words)):
        first, last = " ".join(words[:at]), " ".join(words[at:])
        if is_person(first) and is_role(last) and (last[0].islower() or is_role(words[at])):
            return [first, last]
    return [part]


def _is_told(part: str) -> bool:
    return any(letter.isalpha() for letter in part) and not _DIGIT_OR_ADDRESS.search(part)


def _trimmed(part: str) -> str:
    return part.strip(" .,:;*•·-–—'")


def _leading_place(groups: list[_Group]) -> str | None:
    """The municipality where it is the first of several parts: "Juva, Esimerkki Henkilö A, ..."."""
    before = groups[0].before
    if len(before) < 2 or place_of(before[0]) is None or not any(map(is_person, before[1:])):
        return None
    is_place = not is_person(before[0]) or sounds_like(before[0], groups[0].email)
    return before.pop(0) if is_place else None


def _found(municipality: str | None, groups: list[_Group]) -> Found:
    contacts: list[Contact] = []
    for group in groups:
        persons = [part for part in group.before if is_person(part)]
        if len(persons) > 1 or any(map(has_several_names, group.before)):
            return Found(municipality, (), "several_persons")
        before, after = group.before, group.after
        if not persons and len(groups) == 1:
            persons = [part for part in after if is_person(part)][:1]
        if not persons:
            persons = [part for part in before if _is_single_name(part)][:1]
        if not persons:
            is_office = any(map(is_mailbox, [*before, *after]))
            return Found(municipality, (), "no_person" if is_office else "email_without_name")
        name = persons[0]
        if contacts and name in before:  # what stands before the name is of the contact before
            at = before.index(name)
            contacts[-1] = _with_roles(contacts[-1], before[:at])
            before = before[at:]
        roles = [part for part in [*before, *after] if part != name]
        contacts.append(_with_roles(Contact(name, group.email, None), roles))
    return Found(municipality, tuple(contacts))


def _is_single_name(part: str) -> bool:
    return is_words(part, most=1) and not is_role(part) and not is_mailbox(part)


def _with_roles(contact: Contact, roles: list[str]) -> Contact:
    return contact._replace(role=_joined([contact.role or "", *roles]))


def _joined(roles: list[str]) -> str | None:
    told = (role for role in roles if _is_told(role))
    return ", ".join(role for role in told if " " in role or not is_liaison_label(role)) or None
