"""The tables of boards: which there are, whose voice is on them, and who sits where."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.export.faults import ExportError, unknown
from dashboards.export.table_content import (
    DATE,
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    YES_NO,
    TableBuilder,
)
from dashboards.texts import sort_key
from geo.boards import TERM_ORDER
from geo.indices import board_indices
from geo.labels import label_coverage
from geo.representation import groups_without_a_seat
from geo.territory import board_territory

LEVEL_ORDER = {"wellbeing_county": 0, "region": 1, "municipality": 2}


def boards_of(builder: TableBuilder) -> pd.DataFrame:
    """The boards of the area: those in their term first, then of counties, regions, municipalities.

    Each of these by name.
    """
    own = builder.scope.boards
    own = own.assign(
        by_term=own["term"].map(TERM_ORDER),
        by_level=own["level"].map(LEVEL_ORDER),
        by_name=own["name"].map(sort_key),
    )
    ordered = own.sort_values(["by_term", "by_level", "by_name"], kind="stable")
    return ordered.drop(columns=["by_term", "by_level", "by_name"])


def chosen_board(builder: TableBuilder, *, is_needed: bool = True) -> str:
    """The board that the table is of; ExportError where none is chosen, or it is not there."""
    given = builder.choices.board
    if not given and not is_needed:
        return ""
    known = {str(id).casefold(): str(id) for id in builder.scope.store["boards"]["board_id"]}
    if not given:
        here = list(boards_of(builder)["board_id"])
        raise ExportError("needs_board", known=", ".join(here[:8]))
    if given.casefold() not in known:
        raise unknown("board", given, known)
    return known[given.casefold()]


def boards(builder: TableBuilder) -> None:
    """The boards of the area, how much is known of each, and how its seats mirror the area."""
    rows = boards_of(builder)
    builder.add("board", TEXT, rows["name"])
    builder.code(rows["board_id"])
    builder.coded("level", rows["level"], "level.{}")
    builder.add("board_area", TEXT, _areas(builder, rows))
    builder.coded("term", rows["term"], "term.{}", heading="board.term")
    builder.add("term_start", DATE, rows["term_start"])
    builder.add("term_end", DATE, rows["term_end"])
    builder.add("seats_total", WHOLE, rows["seats_total"])
    builder.add("seats_ngo", WHOLE, rows["seats_ngo"])
    builder.add("counted_rows", WHOLE, rows["counted_rows"])
    builder.add("possible_rows", WHOLE, rows["possible_rows"])
    builder.add("speaking_seats", WHOLE, rows["speaking_seats"])
    builder.add("is_complete", YES_NO, rows["is_complete"])
    _mirror(builder, rows)
    builder.add("is_public", YES_NO, rows["is_public"])
    builder.add("appointing_body", TEXT, rows["appointing_body"])
    builder.add("source_url", TEXT, rows["source_url"])
    builder.add("source_date", DATE, rows["source_date"], heading="column.source_date")
    builder.add("source_note", TEXT, rows["note"], is_shown=False)
    for key in ("ngo_rows", "unknown_rows", "ungrouped_rows"):
        builder.add(key, WHOLE, rows[key], is_shown=False)
    builder.add("known_share", SHARE, rows["known_share"], is_shown=False)
    builder.add("has_too_many_rows", YES_NO, rows["has_too_many_rows"], is_shown=False)
    builder.remark("export_table.remark.indices")


def _mirror(builder: TableBuilder, rows: pd.DataFrame) -> None:
    """How the seats of boards mirror their areas; nothing of boards of which nothing is known."""
    store = builder.scope.store
    is_told = (rows["speaking_seats"] > 0).fillna(False) | rows["is_complete"].fillna(False)
    shares = [
        store.representation(board) if told else None
        for board, told in zip(rows["board_id"], is_told, strict=True)
    ]
    names = {lang: store.group_names(lang) for lang in builder.langs}
    missing = [
        builder.named(groups_without_a_seat(own)["target_group_code"], names)
        if own is not None
        else []
        for own in shares
    ]
    builder.add("missing_groups", TEXT, [", ".join(groups) or None for groups in missing])
    figures = [None if own is None else board_indices(own) for own in shares]
    for key in ("rose", "rose_best", "gallagher", "gallagher_best"):
        values = [getattr(figure, key, None) for figure in figures]
        builder.add(key, NUMBER, values, decimals=2)
    for key in ("groups_with_seat", "groups_total"):
        builder.add(key, WHOLE, [getattr(figure, key, None) for figure in figures])


def _areas(builder: TableBuilder, rows: pd.DataFrame) -> list[str | None]:
    """The area of each board by name."""
    store = builder.scope.store
    towns = {lang: store.name_of(lang) for lang in builder.langs}
    found: list[str | None] = []
    for row in rows.to_dict("records"):
        level = str(row["level"])
        code = str(row[f"{level}_code"])
        if level == "municipality":
            names = towns
        else:
            names = {lang: {code: store.area_name(level, code, lang)} for lang in builder.langs}
        found += builder.named([code], names)
    return found


def representation(builder: TableBuilder) -> None:
    """Seats of a board by target group, beside the organisations of its area."""
    store = builder.scope.store
    board_id = chosen_board(builder)
    names = ("boards", "seats", "seat_target_groups", "target_groups")
    labels = label_coverage(board_id, *(store[name] for name in names))["labels"]
    rows = store.representation(board_id)
    # A 0 would say that a group surely has no seat.
    is_sure = rows["standing"].isin(["has_seat", "no_seat"])
    of_seats = ["seats", "seat_share", "ratio", "seat_deficit"]
    rows = rows.assign(labels=labels)
    rows[[*of_seats, "labels"]] = rows[[*of_seats, "labels"]].where(is_sure)
    row = _board(builder, board_id)
    builder.title(
        "export_table.representation_title", board=dict.fromkeys(builder.langs, str(row["name"]))
    )
    builder.group(rows["target_group_code"])
    builder.coded("standing", rows["standing"], "standing.{}", heading="column.standing")
    builder.add("seats", NUMBER, rows["seats"], heading="column.seats")
    builder.add("labels", WHOLE, rows["labels"], heading="labels.column")
    builder.add("seat_share", SHARE, rows["seat_share"], heading="column.seat_share")
    builder.add("area_organisations", WHOLE, rows["organisations"], heading="column.organisations")
    builder.add("reference_share", SHARE, rows["reference_share"], heading="column.reference_share")
    builder.add("ratio", NUMBER, rows["ratio"], heading="column.ratio", decimals=2)
    builder.add("seat_deficit", NUMBER, rows["seat_deficit"], heading="column.seat_deficit")
    builder.add("organisation_parts", NUMBER, rows["organisation_parts"], is_shown=False)
    builder.add("possible_seats", WHOLE, rows["possible_seats"], is_shown=False)
    reference = store.reference(board_id)
    builder.remark(
        "export_table.remark.reference",
        organisations=reference.organisations,
        with_group=reference.with_group,
        general=reference.general_only,
        unknown=reference.without_group,
    )


def _board(builder: TableBuilder, board_id: str) -> Any:
    boards = builder.scope.store.boards
    return boards[boards["board_id"] == board_id].iloc[0]


def seats(builder: TableBuilder) -> None:
    """The seats of a board as the source has them, or of all boards of the area."""
    store = builder.scope.store
    board_id = chosen_board(builder, is_needed=False)
    boards = boards_of(builder)
    wanted = [board_id] if board_id else list(boards["board_id"])
    rows = store["seats"][store["seats"]["board_id"].isin(wanted)]
    place = {board: at for at, board in enumerate(wanted)}
    rows = rows.sort_values("board_id", key=lambda ids: ids.map(place), kind="stable")
    called = store.boards.set_index("board_id")["name"]
    builder.add("board", TEXT, [called[board] for board in rows["board_id"]], is_shown=not board_id)
    builder.code(rows["board_id"])
    holder = rows["organisation_name"].fillna(rows["sector"])
    builder.add(
        "seat_holder",
        TEXT,
        holder.fillna(builder.said("word.not_shown")),
        heading="column.holder",
    )
    builder.coded("role", rows["role"], "role.{}", heading="column.role")
    names = {lang: store.group_names(lang) for lang in builder.langs}
    spoken = store["seat_target_groups"].groupby("seat_id")["target_group_code"].agg(list)
    unknown_said = builder.said("word.unknown")
    other_said = builder.said("word.not_ngo")
    own_groups = [spoken.get(seat, []) for seat in rows["seat_id"]]
    builder.add(
        "target_groups",
        TEXT,
        [
            ", ".join(builder.named(codes, names))
            or (other_said if kind == "other" else unknown_said)
            for codes, kind in zip(own_groups, rows["holder"], strict=True)
        ],
        heading="column.target_groups",
    )
    builder.code([" ".join(codes) or None for codes in own_groups])
    counted = rows["is_counted"].map({True: "yes", False: "no"}).fillna("unclear")
    builder.coded("is_counted", counted, "word.{}", heading="column.is_counted")
    builder.coded("holder_kind", rows["holder"], "export_table.holder.{}", is_shown=False)
    builder.add("organisation_id", TEXT, rows["organisation_id"], is_shown=False)
    builder.add("sector", TEXT, rows["sector"], is_shown=False)
    builder.add("source_url", TEXT, rows["source_url"], is_shown=False)
    builder.add("source_note", TEXT, rows["note"], is_shown=False)


def territory(builder: TableBuilder) -> None:
    """In which municipalities of its area a board has members."""
    store = builder.scope.store
    board_id = chosen_board(builder)
    row = _board(builder, board_id)
    if row["level"] == "municipality":
        raise ExportError("municipal_board", board=str(row["name"])[:60])
    rows = board_territory(
        board_id,
        store["boards"],
        store["seats"],
        store["organisation_areas"],
        store["municipalities"],
    ).sort_values(
        ["domiciled_seats", "stated_seats", "population", "municipality_code"],
        ascending=[False, False, False, True],
    )
    builder.title(
        "export_table.territory_title", board=dict.fromkeys(builder.langs, str(row["name"]))
    )
    builder.municipality(rows["municipality_code"])
    builder.coded(
        "standing_here", rows["standing"], "territory.standing.{}", heading="column.standing"
    )
    for key in ("domiciled", "stated"):
        builder.add(f"{key}_seats", WHOLE, rows[f"{key}_seats"], heading=f"territory.column.{key}")
    builder.add("residents", WHOLE, rows["population"], heading="column.residents", unit="persons")
