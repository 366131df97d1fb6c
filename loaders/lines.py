"""The lines of a text or of a web page, each with its number; what they mean is not told here.

Pages are read with lxml, whose parser keeps its time in proportion to the page: html.parser (and
BeautifulSoup on top of it) needs a minute for 50 kB of ``<a <a <a``, and pages come from strangers.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from loaders.cleaning import squeezed
from loaders.errors import SourceChanged

# A line begins or ends at these tags; all others (a, b, span, wbr ...) stand within a line.
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|button|caption|dd|details|dialog|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|ol|option|p|"
    "pre|section|select|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
# What stands within these is no text of the page.
_SKIPPED = re.compile("footer|head|iframe|nav|noscript|script|style|svg|template|textarea|title")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


class Line(NamedTuple):
    """One line: its number in the input from 1, its squeezed text, 1-6 within a heading.

    ``is_footer`` marks the place of a page's footer; such a line has no text.
    """

    number: int
    text: str
    level: int = 0
    is_footer: bool = False


def text_lines(text: str) -> list[Line]:
    """Give the lines of a plain text that are not blank.

    Examples
    --------
    >>> text_lines("Juva\\r\\n\\r\\nPuumala")
    [Line(number=1, text='Juva', level=0, is_footer=False), \
Line(number=3, text='Puumala', level=0, is_footer=False)]
    """
    # Not splitlines(): it also breaks at characters that no editor counts as a line.
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = (Line(number, squeezed(row)) for number, row in enumerate(rows, start=1))
    return [line for line in lines if line.text]


def html_lines(page: str, *, source_id: str) -> list[Line]:
    """Give the lines of a web page as a reader sees them.

    Parameters
    ----------
    page
        The source of the page.
    source_id
        Names the source in an error.

    Returns
    -------
    list of Line
        Text between the ends of blocks and line breaks, in order; scripts, styles, navigation,
        footers and comments left out. The number is that of the line where the text begins.

    Raises
    ------
    SourceChanged
        The tags of the page stand within each other more than 250 deep.

    Examples
    --------
    >>> page = "<h2>Juva</h2><p>Soita <b>nyt</b><br>tai heti"
    >>> [line.text for line in html_lines(page, source_id="example")]
    ['Juva', 'Soita nyt', 'tai heti']
    """
    root = html_root(page, source_id=source_id)
    if root is None:
        return []
    gathered = _Gathered()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if _BLOCKS.fullmatch(tag):
            gathered.end_line()
        if event == "start":
            gathered.level = _HEADINGS.get(tag, gathered.level)
            if _SKIPPED.fullmatch(tag):
                walker.skip_subtree()
                if tag == "footer":
                    gathered.lines.append(Line(element.sourceline or 0, "", is_footer=True))
            else:
                gathered.add(element.text, element.sourceline)
        else:
            if tag in _HEADINGS:
                gathered.level = 0
            gathered.add(element.tail, element.sourceline)
    gathered.end_line()
    return gathered.lines


def html_title(page: str, *, source_id: str) -> str:
    """Give the title of a web page on one line, or an empty text."""
    root = html_root(page, source_id=source_id)
    return "" if root is None else squeezed(root.findtext(".//title") or "")


def html_root(page: str, *, source_id: str) -> etree._Element | None:
    """Parse a web page; None where nothing stands in it.

    Raises
    ------
    SourceChanged
        The tags nest deeper than pages do.
    """
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


class _Gathered:
    """Where the reading of a page stands: the line being gathered, and the lines behind it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.level = 0
        self._pieces: list[str] = []
        self._number = 0

    def add(self, piece: str | None, number: int | None) -> None:
        """Add a piece of text to the line; ``number`` is the line of the tag before it."""
        if not piece:
            return
        if not self._pieces:
            if not piece.strip():
                return
            before = piece[: len(piece) - len(piece.lstrip())]
            self._number = (number or 0) + before.count("\n")
        self._pieces.append(piece)

    def end_line(self) -> None:
        """Put the line away, if it has any text."""
        text = squeezed("".join(self._pieces))
        self._pieces = []
        if text:
            self.lines.append(Line(self._number, text, self.level))
