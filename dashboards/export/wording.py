"""The same in each language of a file, told apart so that programs that read aloud may know it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markupsafe import Markup

from dashboards.texts import locale

MARK = " / "
"""Between languages that stand on one line."""

Said = tuple[tuple[str, str], ...]
"""Pairs of a language and what is said in it; what is the same in several stands once."""

NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML or HTML file may hold, and that no reader can see."""


def said(langs: Sequence[str], tell: Callable[[str], str]) -> Said:
    """Say something in each language, without what no XML may hold; nothing said is left out.

    Examples
    --------
    >>> said(("fi", "sv"), {"fi": "Turku", "sv": "Obo"}.__getitem__)
    (('fi', 'Turku'), ('sv', 'Obo'))
    >>> said(("fi", "sv"), lambda lang: "Sauvo\\x07")
    (('fi', 'Sauvo'),)
    """
    found: dict[str, str] = {}
    for lang in langs:
        told = plain(tell(lang))
        if told:
            found.setdefault(told, lang)
    return tuple((lang, told) for told, lang in found.items())


def plain(given: str) -> str:
    """Leave out the characters that neither XML nor HTML may hold, such as control characters.

    Examples
    --------
    >>> plain("a\\x00b\\ud800c\\ufffe")
    'abc'
    """
    return NOT_XML.sub("", given)


def line(words: Said, mark: str = MARK) -> str:
    """All languages on one line."""
    return mark.join(told for _, told in words)


def marked(words: Said, mark: str = MARK) -> Markup:
    """All languages as HTML, each within an element that names it; escaped."""
    return Markup.escape(mark).join(
        Markup('<span lang="{}">{}</span>').format(locale(lang), told) for lang, told in words
    )
