"""The words of the page: `text` and `number` in Finnish, Swedish and English; no word in Python."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

LANGUAGES = ("fi", "sv", "en")
MISSING = "–"


class MissingText(KeyError):
    """A key has no text in a language."""


@cache
def texts(lang: str) -> Mapping[str, str]:
    """All texts of a language, nested keys joined with dots."""
    body = files(__name__).joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return _flat(tomllib.loads(body))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def text(key: str, lang: str, *, count: int | None = None, **values: object) -> str:
    """Give the text of ``key``, its blanks filled with ``values``.

    With ``count`` the form of the language's plural is taken (``key.one`` or ``key.other``) and
    the blank ``{count}`` is the number in the language's form.

    Raises
    ------
    MissingText
        The language has no such text, or a blank is not filled.
    """
    if count is not None:
        key = f"{key}.{Locale(lang).plural_form(count)}"
        values = {"count": number(count, lang), **values}
    try:
        return texts(lang)[key].format(**values)
    except KeyError as error:
        raise MissingText(f"{key} ({lang}): {error}") from error


def number(value: Any, lang: str, *, decimals: int = 0) -> str:
    """Write a number in the language's form; a dash where nothing is known."""
    if pd.isna(value):
        return MISSING
    # Adding 0 turns a rounded -0.0 into 0.0: nobody is short of "-0,0" seats.
    return _written(round(float(value), decimals) + 0.0, lang, decimals)


@lru_cache(maxsize=20_000)  # a table of the whole country has more than a thousand numbers
def _written(value: float, lang: str, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    written = format_decimal(value, format=pattern, locale=lang)
    return written.replace("-", "\N{MINUS SIGN}")


def percent(value: Any, lang: str, *, decimals: int = 0) -> str:
    """Write a share (0-1) as per cent; a dash where nothing is known."""
    if pd.isna(value):
        return MISSING
    pattern = (
        "#,##0" + ("." + "0" * decimals if decimals else "") + ("%" if lang == "en" else "\u00a0%")
    )
    return format_percent(float(value), format=pattern, locale=lang)


def date(value: Any, lang: str) -> str:
    """Write a whole or partial ISO date in the language's form; a dash where it is not known."""
    if pd.isna(value):
        return MISSING
    locale = "en_GB" if lang == "en" else lang
    parts = str(value).split("-")
    if len(parts) == 3:
        return format_date(dt.date.fromisoformat(str(value)), format="medium", locale=locale)
    if len(parts) == 2:
        month = dt.date(int(parts[0]), int(parts[1]), 1)
        return format_date(month, format="LLLL y", locale=locale)
    return str(value)


def locale(lang: str) -> str:
    """The locale by which a browser writes numbers and dates of a language."""
    return {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}[lang]


def tick_script(lang: str) -> str:
    """JavaScript that writes an axis's ``tick`` in the language's form."""
    return f"return tick.toLocaleString('{locale(lang)}')"


# ASCII { | } stand right after z.
NORDIC_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def sort_key(name: str) -> str:
    """A key that sorts names as Finnish and Swedish do: å, ä and ö come last, in this order."""
    return name.lower().translate(NORDIC_ORDER)
