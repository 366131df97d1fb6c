"""The addresses that a web page names: its links, and its own; the lines are read elsewhere."""

from __future__ import annotations

from loaders.cleaning import squeezed
from loaders.errors import SourceChanged
from loaders.lines import html_root

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
    root = html_root(page, source_id=source_id)
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
    root = html_root(page, source_id=source_id)
    if root is None:
        return []
    canonical = root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    return [
        squeezed(text) for text in [*canonical, *root.xpath("//meta[@property='og:url']/@content")]
    ]
