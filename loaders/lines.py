"""The lines of a text or of a web page, each with its number; what they mean is not told here.

Pages are read by an own scanner and not with html.parser (nor BeautifulSoup on top of it): on
Python 3.11.7 that needs a minute for 50 kB of ``<a <a <a``, and pages come from strangers. Here
every step moves on or looks at a bounded window, so the time grows with the length.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from loaders.cleaning import squeezed

# A line begins or ends at these tags; all others (a, b, span, wbr ...) stand within a line.
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|button|caption|dd|details|dialog|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|ol|option|p|"
    "pre|section|select|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
# What stands within these is no text of the page.
_SKIPPED = re.compile("footer|iframe|nav|noscript|script|style|svg|template|textarea|title")
_HEADING = re.compile("h([1-6])")

_MAX_TAG = 4000
_NAME = re.compile(r"<(?P<end>/?)(?P<name>[a-z][^\s<>/]{0,60})", re.I)
_REST = re.compile(r"(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,400})", re.I)


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


def html_lines(page: str) -> list[Line]:
    """Give the lines of a web page as a reader sees them.

    Parameters
    ----------
    page
        The source of the page.

    Returns
    -------
    list of Line
        Text between the ends of blocks and line breaks, in order; scripts, styles, navigation,
        footers and comments left out. The number is that of the line where the text begins.

    Examples
    --------
    >>> [line.text for line in html_lines("<h2>Juva</h2><p>Soita <b>nyt</b><br>tai heti")]
    ['Juva', 'Soita nyt', 'tai heti']
    """
    scanner = _Scanner(page)
    position = 0
    while (start := page.find("<", position)) >= 0:
        scanner.add(position, start)
        position = scanner.read(start)
    scanner.add(position, len(page))
    scanner.end_line()
    return scanner.lines


def html_title(page: str) -> str:
    """Give the title of a web page on one line, or an empty text."""
    match = _TITLE.search(page[:20_000])
    return squeezed(_unescaped(match.group(1))) if match else ""


class _Scanner:
    """Where the reading of one page stands: the line being gathered, and the lines behind it."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._number = 0
        self._level = 0
        self._counted = (0, 1)

    def add(self, start: int, stop: int) -> None:
        """Add the text of the page from start to stop to the line."""
        piece = self.page[start:stop]
        if not self._pieces:
            if not piece.strip():
                return
            self._number = self._line_at(start + len(piece) - len(piece.lstrip()))
        self._pieces.append(piece)

    def end_line(self) -> None:
        """Put the line away, if it has any text."""
        text = squeezed(_unescaped("".join(self._pieces)))
        self._pieces = []
        if text:
            self.lines.append(Line(self._number, text, self._level))

    def read(self, start: int) -> int:
        """Read what begins with the ``<`` at start; give the position behind it."""
        page = self.page
        if page.startswith("<!--", start):
            return self._behind("-->", start + 4)
        tag = _NAME.match(page, start)
        if tag:
            rest = _REST.match(page, tag.end(), tag.end() + _MAX_TAG)
            # Beyond the window (a picture within its address) the next ">" has to do.
            stop = rest.end() if rest else self._behind(">", tag.end())
            return self._read_tag(tag["name"].lower(), start, stop, is_end=bool(tag["end"]))
        if page[start + 1 : start + 2] in ("!", "?", "/"):
            return self._behind(">", start + 1)
        self.add(start, start + 1)
        return start + 1

    def _read_tag(self, name: str, start: int, stop: int, *, is_end: bool) -> int:
        if _BLOCK.fullmatch(name):
            self.end_line()
        heading = _HEADING.fullmatch(name)
        if heading:
            self._level = 0 if is_end else int(heading.group(1))
        is_closed = is_end or (name == "svg" and self.page[stop - 2] == "/")
        if is_closed or not _SKIPPED.fullmatch(name):
            return stop
        if name == "footer":
            self.lines.append(Line(self._line_at(start), "", is_footer=True))
        closing = _closing(name).search(self.page, stop)
        return closing.end() if closing else len(self.page)

    def _behind(self, mark: str, start: int) -> int:
        found = self.page.find(mark, start)
        return len(self.page) if found < 0 else found + len(mark)

    def _line_at(self, position: int) -> int:
        counted, number = self._counted
        number += self.page.count("\n", counted, position)
        self._counted = (position, number)
        return number


def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?:\s[^<>]{{0,200}})?>", re.I)


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character number of thousands of digits
        return text
