"""What the sheet of one board says, in one language: frames in, plain texts out.

Boards are stored by organisation and sector, so no person is named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboards.export.atlas_pages import board_seats, board_term
from dashboards.export.atlas_rows import board_rows, seat_rows
from dashboards.export.scope import Scope
from dashboards.markup import records, safe_url
from dashboards.store import Store
from dashboards.texts import date, number, percent, text
from geo.indices import BoardIndices, board_indices

STANDING_ORDER = {"no_seat": 0, "possible_seat": 1, "not_known": 2, "has_seat": 3}
"""Those that are missing come first."""

OF_SEATS = ("seats", "seat_share", "ratio", "seat_deficit")
"""Columns that say nothing of a group that is not known to have a seat or to have none."""


@dataclass(frozen=True, kw_only=True)
class GroupOnBoard:
    """A target group's seats on a board beside the area's organisations that serve it."""

    name: str
    standing: str
    seats: str
    seat_share: str
    organisations: str
    reference_share: str
    ratio: str
    seat_deficit: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A row of a board's seats: who holds it, in which role, for which groups."""

    holder: str
    role: str
    groups: str
    is_counted: str


@dataclass(frozen=True, kw_only=True)
class BoardSheet:
    """One board."""

    id: str
    name: str
    place: str
    term: str
    seats_said: str
    completeness: str
    source: str
    url: str
    source_date: str
    missing: list[str]
    warnings: list[str]
    figures: list[str]
    groups: list[GroupOnBoard]
    seats: list[Seat]
    reference: str


def boards_of(scope: Scope) -> list[dict[str, Any]]:
    """The boards of an area, a row each with its term and completeness, by name."""
    here = set(scope.boards["board_id"])
    return [row for row in board_rows(scope.store).values() if row["board_id"] in here]


def board_sheet(scope: Scope, board_id: str, lang: str) -> BoardSheet:
    """Tell of one board in one language.

    Parameters
    ----------
    scope
        Gives the store.
    board_id
        The board.
    lang
        The language.

    Returns
    -------
    BoardSheet
        Ready texts; the target groups are in the order of ``STANDING_ORDER``, then by the number
        of the area's organisations, most first.
    """
    store = scope.store
    board = board_rows(store)[board_id]
    represented = store.representation(board_id)
    ordered = represented.assign(rank=represented["standing"].map(STANDING_ORDER)).sort_values(
        ["rank", "organisations"], ascending=[True, False], kind="stable"
    )
    url = safe_url(board["source_url"])
    return BoardSheet(
        id=board_id,
        name=board["name"],
        place=_place(store, board, lang),
        term=board_term(board, lang),
        seats_said=board_seats(board, lang),
        completeness=text(f"board.complete_{_known(board['is_complete'])}", lang),
        source=board["source_url"] or text("profile.document", lang),
        url=url,
        source_date=date(board["source_date"], lang)
        if board["source_date"]
        else text("profile.undated", lang),
        missing=_missing(ordered, board, store.group_names(lang), lang),
        warnings=_warnings(board, lang),
        figures=_figures(board_indices(represented), lang),
        groups=_groups(ordered, store.group_names(lang), lang),
        seats=_seats(store, board_id, lang),
        reference=_reference(store, board_id, lang),
    )


def board_area_name(store: Store, board: dict[str, Any], lang: str) -> str:
    """The name of the area that a board speaks in."""
    level = board["level"]
    code = board[f"{level}_code"] or ""
    if level == "municipality":
        return store.name_of(lang).get(code, code)
    return store.area_name(level, code, lang)


def _place(store: Store, board: dict[str, Any], lang: str) -> str:
    said = [text(f"level.{board['level']}", lang), board_area_name(store, board, lang)]
    if board["appointing_body"]:
        said.append(f"{text('board.appointed_by', lang)}: {board['appointing_body']}")
    return " · ".join(said)


def _known(is_complete: bool | None) -> str:
    return "unknown" if is_complete is None else "yes" if is_complete else "no"


def _missing(
    ordered: pd.DataFrame, board: dict[str, Any], names: dict[str, str], lang: str
) -> list[str]:
    """Whose voice is missing, may be there, or is not known of, in sentences."""

    def listed(standing: str) -> str:
        codes = ordered.loc[ordered["standing"] == standing, "target_group_code"]
        return ", ".join(names[code] for code in codes)

    said = []
    if groups := listed("no_seat"):
        said.append(text("board.missing_groups", lang, groups=groups))
        is_served = (ordered["standing"] == "no_seat") & (ordered["organisations"] > 0)
        served = [
            f"{names[row['target_group_code']]} ({number(row['organisations'], lang)})"
            for row in records(ordered[is_served])
        ]
        if served:
            said.append(text("mirror.served", lang, groups=", ".join(served)))
    elif board["is_complete"]:
        said.append(text("board.missing_none", lang))
    if groups := listed("possible_seat"):
        said.append(text("board.possible_groups", lang, groups=groups))
    if groups := listed("not_known"):
        said.append(text("board.unknown_groups", lang, groups=groups))
    return said


def _warnings(board: dict[str, Any], lang: str) -> list[str]:
    said = []
    if board["is_public"] is False:
        said.append(text("board.not_public", lang))
    if board["has_too_many_rows"]:
        said.append(text("board.too_many_rows", lang))
    if board["speaking_seats"] and not board["is_complete"]:
        said.append(text("indices.incomplete", lang, count=board["speaking_seats"]))
    if board["speaking_seats"] == 0:
        said.append(text("board.no_speaking", lang))
    return said


def _figures(figures: BoardIndices, lang: str) -> list[str]:
    """The figures of a board with what whole seats can reach at best; none where none is known."""
    said = []
    if figures.groups_total and figures.share_with_seat is not None:
        seated = text(
            "indices.seated_value",
            lang,
            seated=number(figures.groups_with_seat, lang),
            total=number(figures.groups_total, lang),
            share=percent(figures.share_with_seat, lang),
        )
        said.append(f"{text('indices.seated', lang)}: {seated}.")
    for name, value, best in (
        ("rose", figures.rose, figures.rose_best),
        ("gallagher", figures.gallagher, figures.gallagher_best),
    ):
        if value is not None and best is not None:
            reach = text(
                "indices.best",
                lang,
                count=figures.speaking_seats,
                best=number(best, lang, decimals=2),
            )
            label = text(f"indices.{name}", lang)
            said.append(f"{label}: {number(value, lang, decimals=2)} {reach}.")
    return said or [text("indices.none", lang)]


def _groups(ordered: pd.DataFrame, names: dict[str, str], lang: str) -> list[GroupOnBoard]:
    shown = ordered.copy()
    is_sure = shown["standing"].isin(["has_seat", "no_seat"])
    # A nought of a group that may well have a seat would be taken for a no.
    shown[list(OF_SEATS)] = shown[list(OF_SEATS)].where(is_sure)
    return [
        GroupOnBoard(
            name=names[row["target_group_code"]],
            standing=text(f"standing.{row['standing']}", lang),
            seats=number(row["seats"], lang, decimals=1),
            seat_share=percent(row["seat_share"], lang),
            organisations=number(row["organisations"], lang),
            reference_share=percent(row["reference_share"], lang),
            ratio=number(row["ratio"], lang, decimals=2),
            seat_deficit=number(row["seat_deficit"], lang, decimals=1),
        )
        for row in records(shown)
    ]


def _seats(store: Store, board_id: str, lang: str) -> list[Seat]:
    names = store.group_names(lang)
    counted = {None: "unclear", True: "yes", False: "no"}
    return [
        Seat(
            holder=row["organisation_name"] or row["sector"] or text("word.not_shown", lang),
            role=text(f"role.{row['role']}", lang),
            groups=", ".join(names[group] for group in row["groups"] or ())
            or text(f"word.{'not_ngo' if row['holder'] == 'other' else 'unknown'}", lang),
            is_counted=text(f"word.{counted[row['is_counted']]}", lang),
        )
        for row in seat_rows(store, board_id)
    ]


def _reference(store: Store, board_id: str, lang: str) -> str:
    """Of what the shares of organisations are, and what is left out of them."""
    reference = store.reference(board_id)
    return text(
        "view.representation.note",
        lang,
        organisations=number(reference.organisations, lang),
        with_group=number(reference.with_group, lang),
        general=number(reference.general_only, lang),
        unknown=number(reference.without_group, lang),
    )
