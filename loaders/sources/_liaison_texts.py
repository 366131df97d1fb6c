"""Reads liaisons off lines of text or of a web page, where no table tells what is what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.lines import Line
from loaders.sources._liaison_contacts import (
    Found,
    contacts_in,
    labels_of,
    place_of,
    role_of,
    spelled_out,
    vacancy_in,
)
from loaders.sources._liaison_lines import (
    Contact,
    is_one_name,
    is_placelike,
    key,
    sounds_like,
)
from loaders.sources._liaison_reading import Reading
from loaders.sources._liaison_words import has_place_word, is_caption, is_person

_LOOK_AHEAD = 4
_LEADING_BULLET = re.compile(r"^[-–—•*·▪◦>#\s]+")


def read_lines(lines: Sequence[Line], reading: Reading) -> None:
    """Walk down the lines: headings of municipalities, contacts, vacant posts, all else.

    Parameters
    ----------
    lines
        The lines; the footer of a page and what follows it are left out by the caller.
    reading
        Takes what each line was understood as.
    """
    texts = [spelled_out(_LEADING_BULLET.sub("", line.text)) for line in lines]
    found = [contacts_in(text) for text in texts]
    for at, (line, text) in enumerate(zip(lines, texts, strict=True)):
        contacts = found[at]
        if contacts:
            _take(line, contacts, reading)
            continue
        is_vacant, municipality = vacancy_in(text)
        if is_vacant:
            reading.vacant(line.number, line.text, municipality=municipality)
        elif reading.municipality and key(text.rstrip(" :")) == key(reading.municipality):
            reading.repeat(line.number, line.text)
        else:
            _take_other(line, text, _following(at, texts, found), reading)


class _Follower:
    """What stands below a line: the text next to it, the first contact, whether it tells of one.

    Captions and persons without an e-mail may stand between.
    """

    def __init__(self, text: str, contact: Contact | None, *, is_telling: bool) -> None:
        self.text = text
        self.contact = contact
        self.is_telling = is_telling


def _following(at: int, texts: Sequence[str], found: Sequence[Found | None]) -> _Follower:
    text = texts[at + 1] if at + 1 < len(texts) else ""
    for below in range(at + 1, min(at + 1 + _LOOK_AHEAD, len(texts))):
        contacts = found[below]
        if contacts is not None:
            place = contacts.municipality
            first = contacts.contacts[0] if contacts.contacts else None
            is_telling = place is None or key(place) == key(texts[at].rstrip(" :"))
            return _Follower(text, first, is_telling=is_telling)
        if vacancy_in(texts[below])[0] or _labelled_liaison(texts[below]):
            return _Follower(text, None, is_telling=True)
        is_between = is_caption(texts[below]) or is_person(texts[below])
        if not is_between and key(texts[below]) != key(texts[at]):
            break
    return _Follower(text, None, is_telling=False)


def _labelled_liaison(text: str) -> Found | None:
    """The liaison that a label tells of, though there is no e-mail: "Yhdyshenkilö: ..."."""
    labelled = labels_of(text)
    name, _, role = labelled.rest.partition(",")
    if not labelled.is_liaison or not is_person(name):
        return None
    return Found(labelled.municipality, (Contact(name.strip(), None, role_of(role)),))


def _take(line: Line, found: Found, reading: Reading) -> None:
    if found.reason:
        if found.municipality:
            reading.enter(found.municipality)
        reading.set_aside(line.number, line.text, found.reason)
    for contact in found.contacts:
        reading.take(line.number, line.text, contact, municipality=found.municipality)


def _take_other(line: Line, text: str, follower: _Follower, reading: Reading) -> None:
    labelled = labels_of(text)
    if labelled.municipality and not labelled.rest:
        reading.open(line.number, line.text, labelled.municipality)
    elif found := _labelled_liaison(text):
        _take(line, found, reading)
    elif _is_heading(line, text, follower, reading):
        reading.open(line.number, line.text, text.rstrip(" :"))
    elif is_caption(text):
        reading.caption(line.number, line.text)
    else:
        # It may be a place all the same, and the contacts below it that place's.
        is_unclear = is_placelike(text.rstrip(" :"))
        reading.set_aside(line.number, line.text, "not_a_contact", is_unclear=is_unclear)


def _is_heading(line: Line, text: str, follower: _Follower, reading: Reading) -> bool:
    """Whether a line names the municipality of the contacts below it.

    A name of several words may be a person's: it has to say that it is a municipality, stand
    twice, or the first e-mail below has to sound like it.
    """
    name = text.rstrip(" :")
    if place_of(name) is None:
        return False
    sounds = follower.contact is not None and sounds_like(name, follower.contact.email)
    if sounds or has_place_word(name):
        return sounds or follower.is_telling or bool(line.level) or text.endswith(":")
    is_twice = key(follower.text.rstrip(" :")) == key(name)
    if not is_one_name(name):
        return is_twice
    if is_twice or line.level or not follower.is_telling:
        return is_twice or bool(line.level)
    # "Varalla" below "Juva" is none, where the e-mail is one of Juva.
    contact = follower.contact
    is_of_above = (
        contact and reading.municipality and sounds_like(reading.municipality, contact.email)
    )
    return not is_of_above
