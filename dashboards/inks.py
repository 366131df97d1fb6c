"""How each state is drawn, on screen and paper: a colour and a hatch; nothing is drawn here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Ink:
    """How a state is drawn: a fill and a hatch, so that colour never tells alone."""

    fill: str
    hatch: str
    hatch_color: str = "#3d3d3d"


# Checked for protanopia, deuteranopia and tritanopia in tests/dashboards/test_inks.py.
INKS: Mapping[str, Ink] = {
    "model": Ink("#0b5c4d", "blank"),
    "structure": Ink("#4fa58f", "dot", "#0b3b32"),
    "liaison": Ink("#cfe6df", "horizontal_line", "#4b7f73"),
    "confirmed_none": Ink("#c2571a", "diagonal_cross", "#5e2405"),
    "no_information": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
    "yes": Ink("#0b5c4d", "blank"),
    "no": Ink("#c2571a", "diagonal_cross", "#5e2405"),
    "asked_no_answer": Ink("#e9cf7e", "dot", "#6d5710"),
    "not_asked": Ink("#ffffff", "right_diagonal_line", "#8a8578"),
    "out_of_scope": Ink("#a9a9b4", "horizontal_line", "#565661"),
}
