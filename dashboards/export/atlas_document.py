"""The pages of an atlas or of a report gathered: all languages side by side, maps and labels.

Nothing is set in type here; `dashboards.export.atlas` and `dashboards.export.report` do that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from dashboards.export.atlas_boards import board_sheet, boards_of
from dashboards.export.atlas_overview import how_to_read, overview, tables_used
from dashboards.export.atlas_pages import municipality_sheet
from dashboards.export.files import Tell, quiet
from dashboards.export.locator import Locator
from dashboards.export.scope import Scope
from dashboards.export.side_by_side import in_one_line, side_by_side, writable
from dashboards.inks import INKS
from dashboards.texts import text, texts

LABELS = "export_atlas.label."
"""Before the keys of the words that stand on every sheet."""


@dataclass(frozen=True, kw_only=True)
class AtlasPages:
    """What an atlas says: plain dicts, lists and texts, as `side_by_side` lays them.

    ``overview`` is of `atlas_overview.Overview`, ``municipalities`` and ``boards`` of the sheets,
    each municipality with its locator map; ``closing`` is what a sheet that stands alone says at
    its end; ``labels`` are the words of the sheets, ``inks`` the fills and hatches by state.
    """

    area: Any
    contacts: Any
    footer: str
    labels: dict[str, Any]
    inks: dict[str, Any]
    overview: dict[str, Any]
    municipalities: list[dict[str, Any]]
    boards: list[dict[str, Any]]
    closing: dict[str, Any]


def atlas_pages(scope: Scope, *, has_boards: bool = True, tell: Tell = quiet) -> AtlasPages:
    """Gather what an atlas says, in the languages of the scope.

    Parameters
    ----------
    scope
        The area, the languages, and whether contacts come along.
    has_boards
        Whether there is a sheet for each board.
    tell
        Told after each sheet.
    """
    order = scope.by_name(scope.lang)
    boards = [row["board_id"] for row in boards_of(scope)] if has_boards else []
    total = len(order) + len(boards)
    locator = Locator(scope)
    sheets: list[dict[str, Any]] = []
    for code in order:
        sheets.append(_with_locator(scope, locator, code))
        tell(len(sheets), total)
    board_sheets: list[dict[str, Any]] = []
    for board in boards:
        board_sheets.append(_board(scope, board))
        tell(len(sheets) + len(board_sheets), total)
    whole: dict[str, Any] = _laid(
        scope,
        lambda lang: asdict(overview(scope, lang, order=order, has_boards=has_boards)),
    )
    return AtlasPages(
        area=whole["area"],
        contacts=whole["contacts"],
        footer=" · ".join(in_one_line(whole[part]) for part in ("title", "made")),
        labels=_laid(scope, labels),
        inks={name: asdict(ink) for name, ink in INKS.items()},
        overview=whole,
        municipalities=sheets,
        boards=board_sheets,
        closing=_laid(scope, lambda lang: _closing(scope, lang)),
    )


def labels(lang: str) -> dict[str, str]:
    """The words that stand on every sheet, by the last part of their key."""
    names = [key.removeprefix(LABELS) for key in texts(lang) if key.startswith(LABELS)]
    return {name: text(f"export_atlas.label.{name}", lang) for name in names}


def described(pages: AtlasPages) -> str:
    """What a file says of itself in its metadata: its area, day, filters and personal data."""
    said = (in_one_line(pages.overview[part]) for part in ("title", "made", "filters", "contacts"))
    return " · ".join(part for part in said if part)


def _with_locator(scope: Scope, locator: Locator, code: str) -> dict[str, Any]:
    """A municipality's sheet in all languages, with its map."""
    towns = scope.store.municipalities
    [shape] = towns.loc[towns["municipality_code"] == code, "geometry"]
    sheet: dict[str, Any] = _laid(
        scope,
        lambda lang: (
            asdict(municipality_sheet(scope, code, lang))
            | {
                "locator_alt": text(
                    "export_atlas.locator_alt", lang, name=scope.store.name_of(lang)[code]
                )
            }
        ),
    )
    drawn = locator.svg(code, in_one_line(sheet["locator_alt"]))
    has_outline = shape is not None and not shape.is_empty
    return sheet | {"locator": str(drawn), "has_outline": has_outline}


def _board(scope: Scope, board_id: str) -> dict[str, Any]:
    """A board's sheet in all languages."""
    sheet: dict[str, Any] = _laid(scope, lambda lang: asdict(board_sheet(scope, board_id, lang)))
    return sheet


def _laid(scope: Scope, make: Callable[[str], Any]) -> Any:
    return side_by_side({lang: writable(make(lang)) for lang in scope.langs})


def _closing(scope: Scope, lang: str) -> dict[str, Any]:
    return {
        "made": scope.made_said(lang),
        "filters": scope.filters_said(lang),
        "how": how_to_read(lang),
        "sources": [asdict(source) for source in scope.sources(tables_used(scope), lang)],
        "licence": scope.licence_line(tables_used(scope), lang),
    }
