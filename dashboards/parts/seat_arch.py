"""A board's seats as an arch of dots: one dot a seat, coloured and lettered by target group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import panel as pn

from dashboards.group_marks import group_colors, ink_on, letter_codes
from dashboards.view import View

RADIUS = 20.0
"""The radius of a dot, in the units of the picture."""
SPACING = 2.45
"""From the middle of one dot to the next, in radii."""
INNERMOST = 1.4
"""The least radius of the innermost of several rows, in spacings."""
LARGEST = 30
"""The radius of a dot in pixels that is not exceeded however few there are."""
MOST_DOTS = 400
"""Of a board with more seats there is no picture."""
MOST_LETTERED = 3
"""A dot of more parts than this shows how many they are instead of their letters."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a dot: its outline, colours, letters and where these stand."""

    path: str
    fill: str
    ink: str
    letters: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A seat to draw: for whom it speaks, or of what kind it is, and what is said of it."""

    kind: str
    groups: tuple[str, ...] = ()
    is_chair: bool = False
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A seat in its place."""

    x: float
    y: float
    kind: str
    is_chair: bool
    said: str
    parts: list[Part] = field(default_factory=list)


def seat_arch_part(view: View) -> pn.pane.HTML:
    """The arch with its key and what it does not show; nothing without a board."""
    return view.html(lambda: seat_arch(view) if view.state.board else "", "board")


def seat_arch(view: View) -> str:
    """The arch of the chosen board as HTML."""
    seats, number = _seats(view)
    names = view.store.group_names(view.lang)
    colors, letters = group_colors(view.store["target_groups"]), letter_codes(names)
    places = arch_places(len(seats)) if number <= MOST_DOTS else []
    xs, ys = [x for x, _ in places] or [0.0], [y for _, y in places] or [0.0]
    room = RADIUS * 1.4
    own = view.store["seats"]
    own = own[own["board_id"] == view.state.board]
    counted = own["is_counted"].astype("boolean")
    return view.render(
        "seat_arch.html",
        board=_board(view)["name"],
        seats=number,
        most=MOST_DOTS,
        dots=[
            _dot(seat, x, y, colors, letters) for seat, (x, y) in zip(seats, places, strict=False)
        ],
        radius=RADIUS,
        box=(min(xs) - room, min(ys) - room, max(xs) - min(xs) + 2 * room, -min(ys) + 2 * room),
        widest=round((max(xs) - min(xs) + 2 * room) / RADIUS * LARGEST),
        has_number=len(places) > 4,
        key=_key(seats, names, colors, letters),
        kinds={
            kind: sum(seat.kind == kind for seat in seats)
            for kind in ("unknown", "other", "numbered")
        },
        has_chair=any(seat.is_chair for seat in seats),
        not_counted=int(counted.eq(False).sum()),  # NA is neither
        possible=int(counted.isna().sum()),
    )


def arch_places(seats: int) -> list[tuple[float, float]]:
    """Places of dots in the rows of an arch, from left to right; y is 0 at the foot, less above."""
    if seats == 0:
        return []
    rows, inner = 1, max((seats - 1) / math.pi, 0.5)
    while (radius := (seats - rows - 1) / (math.pi * (rows + 1)) - rows / 2) >= INNERMOST:
        rows, inner = rows + 1, radius
    radii = [inner + row for row in range(rows)]
    dealt, places, left = 0, [], 0.0
    for radius in radii:
        # Running totals are rounded, so that the rows add up to all the seats.
        left += seats * radius / sum(radii)
        row = round(left) - dealt
        dealt += row
        for place in range(row):
            angle = math.pi * (place / (row - 1) if row > 1 else 0.5)
            places.append((round(angle, 12), radius))
    unit = RADIUS * SPACING
    return [
        (-unit * radius * math.cos(angle), -unit * radius * math.sin(angle))
        for angle, radius in sorted(places)
    ]


def _board(view: View) -> pd.Series:
    boards = view.store.boards
    return boards[boards["board_id"] == view.state.board].iloc[0]


def _seats(view: View) -> tuple[list[Seat], int]:
    """The board's seats as they stand in the arch, by group, and how many there are to draw."""
    store = view.store
    names = store.group_names(view.lang)
    order = {code: place for place, code in enumerate(names)}
    spoken = store["seat_target_groups"]
    own = store["seats"]
    own = own[(own["board_id"] == view.state.board) & own["is_counted"].fillna(False)]
    groups: dict[str, list[str]] = {}
    for row in spoken[spoken["seat_id"].isin(own["seat_id"])].itertuples(index=False):
        groups.setdefault(row.seat_id, []).append(row.target_group_code)
    seats = []
    for row in own.itertuples(index=False):
        codes = tuple(sorted(groups.get(row.seat_id, ()), key=lambda code: order[code]))
        kind = "group" if codes else ("other" if row.holder == "other" else "unknown")
        told = ", ".join(names[code] for code in codes) or view.text(f"arch.{kind}")
        who = next((str(x) for x in (row.organisation_name, row.sector) if pd.notna(x)), "")
        seats.append(
            Seat(
                kind=kind,
                groups=codes,
                is_chair=row.role == "chair",
                said=": ".join(part for part in (who, told) if part),
            )
        )
    board = _board(view)
    missing = board["seats_total"] - board["counted_rows"]
    if pd.isna(missing):
        missing = board["seats_ngo"] - board["ngo_rows"] - board["unknown_rows"]
    number = len(seats) + max(0 if pd.isna(missing) else int(missing), 0)
    if number <= MOST_DOTS:
        numbered = Seat(kind="numbered", said=view.text("arch.numbered"))
        seats += [numbered] * (number - len(seats))
    kinds = ("group", "unknown", "other", "numbered")
    seats.sort(key=lambda seat: (kinds.index(seat.kind), [order[code] for code in seat.groups]))
    return seats, number


def _dot(
    seat: Seat, x: float, y: float, colors: Mapping[str, str], letters: Mapping[str, str]
) -> Dot:
    parts = []
    if seat.kind == "group":
        for code, (path, at_x, at_y) in zip(
            seat.groups, _slices(len(seat.groups), x, y), strict=True
        ):
            shown = letters[code] if len(seat.groups) <= MOST_LETTERED else ""
            room = (1.1, 0.85, 0.68)[min(len(seat.groups), MOST_LETTERED) - 1]
            parts.append(
                Part(
                    path=path,
                    fill=colors[code],
                    ink=ink_on(colors[code]),
                    letters=shown,
                    x=at_x,
                    y=at_y,
                    size=RADIUS * room * (0.82 if len(shown) > 1 else 1),
                )
            )
    return Dot(x=x, y=y, kind=seat.kind, is_chair=seat.is_chair, said=seat.said, parts=parts)


def _slices(count: int, x: float, y: float) -> list[tuple[str, float, float]]:
    """Outlines of a dot's equal parts, and where the letters of each stand."""
    if count == 1:
        whole = f"M{x - RADIUS:.1f} {y:.1f}a{RADIUS} {RADIUS} 0 1 1 {2 * RADIUS} 0"
        return [(f"{whole}a{RADIUS} {RADIUS} 0 1 1 {-2 * RADIUS} 0z", x, y)]
    slices = []
    # Two halves stand side by side; more parts go round from the top.
    start = math.pi / 2 if count == 2 else -math.pi / 2
    for part in range(count):
        first, last = (start + 2 * math.pi * (part + end) / count for end in (0, 1))
        (ax, ay), (bx, by) = (
            (x + RADIUS * math.cos(angle), y + RADIUS * math.sin(angle)) for angle in (first, last)
        )
        middle, out = (first + last) / 2, RADIUS * (0.48 if count == 2 else 0.57)
        slices.append(
            (
                f"M{x:.1f} {y:.1f}L{ax:.1f} {ay:.1f}A{RADIUS} {RADIUS} 0 0 1 {bx:.1f} {by:.1f}z",
                x + out * math.cos(middle),
                y + out * math.sin(middle),
            )
        )
    return slices


def _key(
    seats: Sequence[Seat],
    names: Mapping[str, str],
    colors: Mapping[str, str],
    letters: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The groups that the arch shows, with how many of its seats speak for each."""
    counts = {code: sum(code in seat.groups for seat in seats) for code in names}
    return [
        {
            "name": names[code],
            "seats": count,
            "letters": letters[code],
            "fill": colors[code],
            "ink": ink_on(colors[code]),
        }
        for code, count in counts.items()
        if count
    ]
