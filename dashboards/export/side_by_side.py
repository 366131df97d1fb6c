"""The same pages in several languages laid side by side: each text that differs knows its language.

Pages of any kind: dicts, lists and texts, alike in all languages but for the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from dashboards.texts import MISSING

NOT_WRITTEN = ("Cc", "Cs", "Co", "Cn")
"""Categories of characters that no font has and that PDF/UA and XML forbid."""


def side_by_side(pages: Mapping[str, Any]) -> Any:
    """Lay the pages of several languages beside each other.

    Parameters
    ----------
    pages
        Language to its pages, the first language first: dicts with the same keys, lists as long.

    Returns
    -------
    Any
        The same structure. A text that is the same in all languages stands as it is; of one that
        differs there is a dict ``{"said": [[language, text], ...]}`` without the empty ones.

    Raises
    ------
    ValueError
        The pages are not alike.

    Examples
    --------
    >>> side_by_side(
    ...     {"fi": {"name": "Turku", "code": "853"}, "sv": {"name": "Aabo", "code": "853"}}
    ... )
    {'name': {'said': [['fi', 'Turku'], ['sv', 'Aabo']]}, 'code': '853'}
    >>> side_by_side({"fi": ["1", None], "sv": ["1", None]})
    ['1', None]
    """
    first = next(iter(pages.values()))
    if isinstance(first, Mapping):
        if any(page.keys() != first.keys() for page in pages.values()):
            raise ValueError(f"Cannot lay side by side: other keys than {list(first)}")
        return {
            key: side_by_side({lang: page[key] for lang, page in pages.items()}) for key in first
        }
    if isinstance(first, list | tuple):
        rows = zip(*pages.values(), strict=True)
        return [side_by_side(dict(zip(pages, row, strict=True))) for row in rows]
    if not isinstance(first, str) or all(said == first for said in pages.values()):
        return first
    return {"said": [[lang, said] for lang, said in pages.items() if said]}


def in_one_line(said: Any, mark: str = " / ") -> str:
    """A text of `side_by_side` without its languages, for where none can be told."""
    return said if isinstance(said, str) else mark.join(part for _, part in said["said"])


def writable(page: Any) -> Any:
    """The same with texts that every font and format can take: no control characters.

    Line breaks become spaces; a text of nothing else becomes a dash.

    Examples
    --------
    >>> writable({"name": "A\\x00b", "rows": ["x\\ny", "", 3]})
    {'name': 'Ab', 'rows': ['x y', '', 3]}
    """
    if isinstance(page, Mapping):
        return {key: writable(value) for key, value in page.items()}
    if isinstance(page, list | tuple):
        return [writable(value) for value in page]
    if not isinstance(page, str):
        return page
    if page.isascii() and page.isprintable():
        return page
    plain = re.sub(r"\s+", " ", page) if not page.isprintable() else page
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in NOT_WRITTEN)
    return kept if kept.strip() or not page.strip() else MISSING
