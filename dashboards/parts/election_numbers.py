"""Numbers of councils in words: they may be larger than any table of numbers goes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from babel.numbers import format_compact_decimal

from dashboards.texts import MISSING, number, text

LONGEST = 15
"""Digits up to which a number is written out."""


def in_words(count: int, lang: str) -> str:
    """A large number as one says it; of more than LONGEST digits only how many there are.

    Examples
    --------
    >>> in_words(7_726_160, "en")
    '7.7 million'
    """
    if len(str(count)) > LONGEST:
        return text("lab.digits", lang, n=number(len(str(count)), lang))
    digits = 1 if count >= 1_000_000 else 0
    said = format_compact_decimal(count, format_type="long", locale=lang, fraction_digits=digits)
    return said.replace("\N{NO-BREAK SPACE}", " ")


def counted(count: Any, lang: str) -> str:
    """A count written out, or its number of digits where it has too many; a dash if not known.

    Examples
    --------
    >>> counted(7_726_160, "en"), counted(None, "en")
    ('7,726,160', '–')
    """
    if pd.isna(count):
        return MISSING
    return number(count, lang) if len(str(count)) <= LONGEST else in_words(int(count), lang)
