"""What can be chosen of the files, without what makes them: for commands and for the page."""

from __future__ import annotations

from dashboards.export.faults import ExportError, unknown
from dashboards.store import Store
from dashboards.themes import themes_of

MAP_FORMATS = ("png", "svg", "pdf")
PAPERS = ("a4", "a3", "16:9")
ORIENTATIONS = ("landscape", "portrait")
FORMATS = ("xlsx", "csv", "json")
"""Of a table."""
SEPARATORS = (";", ",")
PARTS = ("one", "files")
"""Of the atlas: one file, or one a sheet."""


def theme_names(store: Store, lang: str) -> dict[str, str]:
    """Id to name of the themes of the map."""
    return {name: theme.label for name, theme in themes_of(store, lang).items()}


def checked(what: str, given: str, known: tuple[str, ...]) -> None:
    """Raise ExportError ``unknown_choice`` where a choice is none of those known."""
    if given not in known:
        raise ExportError("unknown_choice", what=what, given=given[:20], known=", ".join(known))


def checked_theme(store: Store, given: str) -> None:
    """Raise ExportError ``unknown_theme`` where there is no such theme, with near names."""
    names = theme_names(store, "en")
    if given not in names:
        raise unknown("theme", given, {name: name for name in names})


def group_of(given: str, store: Store) -> str:
    """The code of a target group in its own letters; empty for none, ExportError for no such."""
    codes = store["target_groups"]["target_group_code"]
    known = {str(code).casefold(): str(code) for code in codes}
    if given and given.casefold() not in known:
        raise unknown("group", given, known)
    return known.get(given.casefold(), "")
