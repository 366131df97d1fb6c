"""The addresses that a web page names: its links, and its own; the lines are read elsewhere."""

from __future__ import annotations

from lxml import etree

from loaders.cleaning import squeezed
from loaders.errors import SourceChanged

MAX_LINKS = 20_000


def linked_addresses(page: str, *, source_id: str) -> list[str]:
    """Give what the links of a page point to, as it stands there, in order.

    Raises
    ------
    SourceChanged
        There are more than MAX_LINKS, or the tags nest deeper than pages do.

    Examples
    --------
    >>> linked_addresses('<a href="a.dat">A</a><a name="b">', source_id="toy")
    ['a.dat']
    """
    root = _root(page, source_id)
    found = [] if root is None else [squeezed(link) for link in root.xpath("//a/@href")]
    if len(found) > MAX_LINKS:
        raise SourceChanged(f"{source_id}: {len(found)} links, expected {MAX_LINKS} at most.")
    return found


def own_addresses(page: str, *, source_id: str) -> list[str]:
    """Give the addresses that a page names as its own: the canonical one, then that for sharing.

    Raises
    ------
    SourceChanged
        The tags nest deeper than pages do.

    Examples
    --------
    >>> head = '<link rel="canonical" href="https://example.fi/a">'
    >>> own_addresses(f"<html><head>{head}</head></html>", source_id="toy")
    ['https://example.fi/a']
    """
    root = _root(page, source_id)
    if root is None:
        return []
    canonical = root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    return [
        squeezed(text) for text in [*canonical, *root.xpath("//meta[@property='og:url']/@content")]
    ]


def _root(page: str, source_id: str) -> etree._Element | None:
    # As bytes: lxml refuses a text that declares its own encoding, as XHTML does.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it
        return None
    # The parser stops in silence at its limits, and what stands behind would be lost.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceChanged(f"{source_id}: the page nests its tags deeper than pages do.")
    return root
