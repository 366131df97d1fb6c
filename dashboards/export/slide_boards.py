"""The boards on slides: which are shown and why others are not, and whom their seats speak for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboards.export.atlas_pages import board_term
from dashboards.export.slide_deck import BOTTOM, TOP
from dashboards.export.wording import Said, line, said
from dashboards.markup import records
from dashboards.texts import percent, sort_key, text
from geo.representation import groups_without_a_seat

if TYPE_CHECKING:
    from dashboards.export.slides import Show

MOST_BOARDS = 20
"""Boards that are shown at most: those with most known seats."""

BAR_ROOM = 0.8
"""Inches for the two bars of a group, where there are few."""

TERM_PREFERENCE = {"in_term": 0, "not_known": 1, "ended": 2, "not_begun": 3}
"""Of the terms of one body the first of these is shown; of several the latest."""

REASONS = ("not_public", "other_term", "no_seat", "too_many")
"""Why a board is left out, in the order in which it is asked."""


@dataclass(frozen=True)
class ChosenBoards:
    """The boards to show, and how many are left out for each of ``REASONS``."""

    shown: pd.DataFrame
    left_out: dict[str, int]


def chosen_boards(boards: pd.DataFrame, bodies: pd.Series) -> ChosenBoards:
    """Choose the boards to show: of each body the current or latest, where a seat's group is known.

    Parameters
    ----------
    boards
        Columns board_id, name, is_public, term, term_start, speaking_seats.
    bodies
        The body that each board is a term of, by the index of ``boards``.
    """
    left_out = dict.fromkeys(REASONS, 0)
    public = boards[boards["is_public"].fillna(True)]
    left_out["not_public"] = len(boards) - len(public)
    ordered = public.assign(rank=public["term"].map(TERM_PREFERENCE), body=bodies).sort_values(
        ["term_start", "board_id"], ascending=[False, True], kind="stable", na_position="last"
    )
    latest = ordered.sort_values("rank", kind="stable").drop_duplicates("body")
    left_out["other_term"] = len(public) - len(latest)
    speaking = latest[latest["speaking_seats"].fillna(0) > 0]
    left_out["no_seat"] = len(latest) - len(speaking)
    by_name = speaking.sort_values("name", key=lambda names: names.map(sort_key), kind="stable")
    largest = by_name.sort_values(
        ["rank", "speaking_seats"], ascending=[True, False], kind="stable"
    )
    left_out["too_many"] = max(0, len(largest) - MOST_BOARDS)
    return ChosenBoards(largest.head(MOST_BOARDS).drop(columns=["rank", "body"]), left_out)


def add_boards(show: Show) -> None:
    """A slide on which boards are shown, then a chart for each."""
    scope = show.scope
    chosen = chosen_boards(scope.boards, scope.store.analysis.bodies)
    title = show.said("view.representation.title")
    slide = show.deck.slide(title, source=show.source(("boards", "seats")))
    count = len(chosen.shown)
    paragraphs = [
        show.said("export_slides.boards_shown", count=count)
        if count
        else show.said("export_slides.no_boards")
    ]
    paragraphs += [
        show.said(f"export_slides.left_out.{reason}", count=count, most=MOST_BOARDS)
        for reason, count in chosen.left_out.items()
        if count
    ]
    if count:
        paragraphs.append(show.said("export_slides.boards_note"))
    show.deck.text(slide, paragraphs, top=TOP, height=BOTTOM - TOP, size=18)
    for board in records(chosen.shown):
        _add_board(show, board)


def _add_board(show: Show, board: dict[str, Any]) -> None:
    store = show.scope.store
    shown = bar_shares(store.representation(board["board_id"]))
    names = [show.group(code) for code in shown["target_group_code"]]
    title = show.as_is(board["name"])
    slide = show.deck.slide(title, source=_source(show, board))
    show.deck.text(slide, [_term(show, board)], top=TOP - 0.15, height=0.3, size=13)
    shares = {
        key: [None if pd.isna(share) else float(share) for share in shown[key]]
        for key in ("seat_share", "reference_share")
    }
    show.deck.bars(
        slide,
        names,
        [(show.said(f"column.{key}"), values) for key, values in shares.items()],
        title=show.said("export_slides.chart"),
        alt=_alt(show, title, shown),
        top=TOP + 0.2,
        height=min(3.85, 1.3 + BAR_ROOM * len(shown)),
    )
    show.deck.text(slide, _notes(show, board), top=5.55, height=0.88, size=12)


def bar_shares(represented: pd.DataFrame) -> pd.DataFrame:
    """The groups to draw, with no seat share where a 0 would say that a group surely has none.

    Parameters
    ----------
    represented
        As from ``geo.representation.representation``.
    """
    is_sure = represented["standing"].isin(["has_seat", "no_seat"])
    shown = represented.assign(seat_share=represented["seat_share"].where(is_sure))
    has_any = (shown["seat_share"].fillna(0) > 0) | (shown["reference_share"].fillna(0) > 0)
    return shown[has_any].sort_values(
        ["seat_share", "reference_share"], ascending=False, kind="stable", na_position="last"
    )


def _term(show: Show, board: dict[str, Any]) -> Said:
    def tell(lang: str) -> str:
        level = text(f"level.{board['level']}", lang)
        return f"{level} \N{MIDDLE DOT} {text('board.term', lang)}: {board_term(board, lang)}"

    return show.said_by(tell)


def _notes(show: Show, board: dict[str, Any]) -> list[Said]:
    """Who has no seat, where the board is known in full; else how little of it is known."""
    if not board["is_complete"]:
        known = "unknown" if board["is_complete"] is None else "no"
        count = board["speaking_seats"]
        return [
            show.said("indices.incomplete", count=count),
            show.said(f"board.complete_{known}"),
        ]
    store = show.scope.store
    missing = groups_without_a_seat(store.representation(board["board_id"]))["target_group_code"]
    if missing.empty:
        return [show.said("board.missing_none")]

    def tell(lang: str) -> str:
        names = store.group_names(lang)
        return text("board.missing_groups", lang, groups=", ".join(names[code] for code in missing))

    return [show.said_by(tell)]


def _source(show: Show, board: dict[str, Any]) -> Said:
    own = show.source(("boards", "seats", "organisations", "organisation_target_groups"))
    address = str(board["source_url"] or "")
    return said(show.scope.langs, lambda lang: f"{dict(own).get(lang, '')} {address}".strip())


def _alt(show: Show, title: Said, shown: pd.DataFrame) -> Said:
    """The chart in words."""

    def tell(lang: str) -> str:
        names = show.scope.store.group_names(lang)
        told = [
            text(
                "export_slides.shares",
                lang,
                group=names[row["target_group_code"]],
                seats=percent(row["seat_share"], lang, decimals=1),
                organisations=percent(row["reference_share"], lang, decimals=1),
            )
            for row in records(shown)
        ]
        return text("export_slides.chart_alt", lang, board=line(title), shares="; ".join(told))

    return show.said_by(tell)
