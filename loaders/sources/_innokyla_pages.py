"""What a page of Innokylä on a model says: title, place, area, dates; never who wrote it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from loaders.cleaning import decoded, looks_like_html
from loaders.errors import SourceChanged
from loaders.lines import Line, html_lines, html_title
from loaders.sources._page_addresses import own_addresses
from loaders.sources._rows import SetAside

SITE = "https://innokyla.fi"
HOSTS = ("innokyla.fi", "www.innokyla.fi")
MAX_BODY = 5_000_000
MAX_TEXT = 300

NAME = "toimintamallin nimi"
PLACE = "toteutuspaikka"
CREATED = "luotu"
MODIFIED = "viimeksi muokattu"
AREA = "paikkakunta"
# In the order of the page. All of them are told apart, so that no value is taken for another's;
# what stands under the others, the author's name first of all, is never looked at.
LABELS = (
    NAME,
    "toimintamallin lyhyt kuvaus",
    PLACE,
    AREA,
    "toimintamallin rahoittaja",
    "toimintamallin kokonaisuus",
    "tekijä",
    "tekijät",
    CREATED,
    MODIFIED,
)
WANTED = (NAME, PLACE, AREA, CREATED, MODIFIED)
BLOCK = "perustiedot"
SECTIONS = (
    BLOCK,
    "ratkaisun perusidea",
    "toimivuuden ja käyttöönoton ehdot",
    "toimintaympäristö",
    "lähtötilanne ja strategiset liittymäkohdat",
    "kehitystyön lähtökohtana olevat tarpeet",
    "kehittäjäjoukon kokoaminen ja yhteiskehittäminen",
)

_LABEL = re.compile(
    rf"(?P<label>{'|'.join(sorted(LABELS, key=len, reverse=True))})"
    r"(?:,? maakunta tai hyvinvointialue)?(?=[ :*]|$)(?P<mark>[ :*]*)(?P<rest>.*)",
    re.IGNORECASE,
)
_PATH = re.compile(r"/(?:[a-z]{2}/)?[A-Za-z0-9_~%.-]{1,250}(?:/[A-Za-z0-9_~%.-]{1,250}){0,4}")
_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
# An e-mail or a telephone number: a place has neither.
_CONTACT = re.compile(r"@|(?:[0-9][ ()-]?){7}")


class ModelPage(NamedTuple):
    """What one page says; None where it says nothing."""

    title: str
    place: str | None
    area_name: str | None
    created: str | None
    modified: str | None


def read_page(body: bytes, aside: SetAside, *, name: str, line: int = 1) -> ModelPage | None:
    """Read a page on a model; None, and a reject, where it is another page or has no title.

    Parameters
    ----------
    body
        The page as it came or was saved.
    aside
        Takes ``not_a_model_page``, ``no_title``; and, with the label, what is left out of a page
        that is kept: ``bad_date``, ``personal_data`` and ``more_than_one_value``.
    name, line
        What was asked for, and its running number, for the rejects.

    Raises
    ------
    SourceChanged
        It is no web page, or larger or deeper than pages are.
    """
    page = _page(body, aside.source_id)
    lines = html_lines(page, source_id=aside.source_id)
    values, is_model = _values(lines, aside, name, line)
    if not is_model:
        aside.reject(line, name, "not_a_model_page")
        return None
    heading = next((each.text for each in lines if each.level == 1), "")
    title = values.get(NAME) or heading
    if not title:
        title = html_title(page, source_id=aside.source_id).partition(" | ")[0]
    if not title:
        aside.reject(line, name, "no_title")
        return None
    for label in (PLACE, AREA):
        if label in values and _CONTACT.search(values[label]):
            aside.reject(line, f"{name}: {label}", "personal_data")
            del values[label]
    dates = {label: _date(values.get(label)) for label in (CREATED, MODIFIED)}
    for label, date in dates.items():
        if label in values and date is None:
            aside.reject(line, f"{name}: {label}", "bad_date")
    return ModelPage(
        title[:MAX_TEXT].strip(),
        values.get(PLACE, "")[:MAX_TEXT].strip() or None,
        values.get(AREA, "")[:MAX_TEXT].strip() or None,
        dates[CREATED],
        dates[MODIFIED],
    )


def page_address(body: bytes, source_id: str) -> str | None:
    """Give the address that a saved page names as its own, if it is one of Innokylä."""
    named = own_addresses(_page(body, source_id), source_id=source_id)
    return next((address for address in map(innokyla_address, named) if address), None)


def innokyla_address(text: str) -> str | None:
    """Give a full https address of Innokylä in one spelling, or None where it is another's.

    Examples
    --------
    >>> innokyla_address("https://www.innokyla.fi/fi/toimintamalli/esimerkki?a=1#b")
    'https://innokyla.fi/fi/toimintamalli/esimerkki'
    >>> innokyla_address("https://innokyla.fi.example.com/fi/toimintamalli/esimerkki") is None
    True
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    is_ours = parts.scheme == "https" and parts.netloc.lower() in HOSTS
    if not is_ours or not _PATH.fullmatch(path) or ".." in path:
        return None
    return f"{SITE}{path}"


def _page(body: bytes, source_id: str) -> str:
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{source_id}: {len(body)} bytes, a page has {MAX_BODY} at most.")
    page = decoded(body, source_id=source_id)
    if not looks_like_html(page):
        raise SourceChanged(f"{source_id}: {len(body)} bytes that are no web page; expected one.")
    return page


def _values(
    lines: Sequence[Line], aside: SetAside, name: str, line: int
) -> tuple[dict[str, str], bool]:
    """Label to its value, on its line or below it; and whether the page is one on a model."""
    found: dict[str, str] = {}
    keys = [_key(each.text) for each in lines]
    is_model = any(key in SECTIONS for key in keys)
    # The labels stand in one block; their words in the text of a section are no labels.
    start = keys.index(BLOCK) + 1 if BLOCK in keys else 0
    label, count = "", 0
    for each, key in zip(lines[start:], keys[start:], strict=True):
        if each.is_footer or (key in SECTIONS and key != BLOCK):
            break
        begun = _LABEL.fullmatch(each.text)
        if begun:
            label, count = begun["label"].casefold(), 0
            is_model |= label in WANTED and key == label
            label = "" if label in found else label
        text = begun["rest"] if begun else each.text
        if begun and not start and ":" not in begun["mark"]:
            text = text if _DATE.fullmatch(text) else ""
        if not text or label not in WANTED:
            continue
        count += 1
        if count == 1:
            found[label] = text
        elif count == 2 and label in (PLACE, AREA):
            aside.reject(line, f"{name}: {label}", "more_than_one_value")
    return found, is_model


def _key(text: str) -> str:
    """A heading for comparing: without its colon and the ``**`` of mandatory ones."""
    return text.casefold().strip(" *:")


def _date(text: str | None) -> str | None:
    match = _DATE.fullmatch(text or "")
    if match is None:
        return None
    try:
        return dt.date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return None
