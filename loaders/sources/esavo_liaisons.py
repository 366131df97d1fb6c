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

from loaders.cleaning import decoded, looks_like_html
from loaders.errors import SourceChanged
from loaders.lines import Line, html_lines, html_title, text_lines
from loaders.source import Parsed, Source, Words
from loaders.sources._liaison_lines import contact_of, is_heading, is_placelike, key
from loaders.sources._liaison_reading import Reading
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
    return _read(section)


def _read(lines: list[Line]) -> Parsed:
    """Walk down the section."""
    reading = Reading()
    for line, below in itertools.zip_longest(lines, lines[1:]):
        contact = contact_of(line.text)
        if contact:
            reading.take(line.number, line.text, contact)
        elif reading.municipality and key(line.text) == key(reading.municipality):
            reading.repeat(line.number, line.text)
        elif is_heading(line, below.text if below else ""):
            reading.open(line.number, line.text, line.text)
        else:
            # It may be a place all the same, and the contacts below it that place's.
            is_unclear = is_placelike(line.text)
            reading.set_aside(line.number, line.text, "not_a_contact", is_unclear=is_unclear)
    return reading.parsed(SOURCE.id, SOURCE.page)


def _section(lines: list[Line]) -> list[Line] | None:
    """The lines below the section's heading, or None where there is no such heading.

    Of several such headings (a table of contents has one too) it is the last before a contact.
    """
    starts = [at for at, line in enumerate(lines) if key(line.text).rstrip(":") == key(SECTION)]
    if not starts:
        return None
    contacts = (at for at in range(len(lines) - 1, -1, -1) if contact_of(lines[at].text))
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


def _summary(text: str) -> str:
    """What came instead, told without quoting it; only a page's title is."""
    if looks_like_html(text):
        return f"the web page titled {html_title(text, source_id=SOURCE.id)[:80]!r}"
    return f"the text of {len(text)} characters that came"
