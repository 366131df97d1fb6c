"""Why a file cannot be made, in words of the reader's language; nothing is made here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from dashboards.texts import text

MAX_LENGTH = 60
"""Of what a person wrote, so much is said again."""


class ExportError(ValueError):
    """A file cannot be made as asked; ``key`` is that of its words under ``export.fault``."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def said(self, lang: str) -> str:
        """What is wrong and what to do, in a language."""
        return text(f"export.fault.{self.key}", lang, **self.values)

    def __str__(self) -> str:
        return self.said("en")


class Cancelled(Exception):
    """Whoever asked for the file no longer wants it."""


def unknown(what: str, given: str, known: Mapping[str, str]) -> ExportError:
    """The fault of a name that is not known, with near ones.

    Parameters
    ----------
    what
        Of what kind the name is: the fault's key is ``unknown_<what>``.
    given
        What came.
    known
        The names that can be given, case folded, to the id that each stands for.

    Examples
    --------
    >>> unknown("theme", "lader", {"ladder": "ladder", "readings": "readings"}).values["near"]
    'ladder'
    """
    near = difflib.get_close_matches(given.casefold()[:MAX_LENGTH], known, n=3)
    offered = dict.fromkeys(known[name] for name in near or known)
    return ExportError(
        f"unknown_{what}", given=given[:MAX_LENGTH], near=", ".join(list(offered)[:8])
    )
