"""How commands print rows of text: a grid where a person looks on, else tabs for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

MAX_CELL = 200
"""The longest text of a cell on a screen; other programs get the whole of it."""


def is_screen() -> bool:
    """Whether a person looks on, as against a file or another program."""
    return sys.stdout.isatty()


def plain(text: str) -> str:
    """The text without what would steer a terminal: names come from files of strangers.

    Examples
    --------
    >>> plain("Esimerkki\\x1b[2J ry")
    'Esimerkki [2J ry'
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def texts(frame: pd.DataFrame) -> list[list[str]]:
    """The cells of a frame as text, empty where nothing is known."""
    return [list(row) for row in frame.astype("string").fillna("").to_numpy()]


def print_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings; to another program the rows alone, cells parted by tabs."""
    if not is_screen():
        for row in rows:
            typer.echo("\t".join(map(plain, row)).rstrip())
        return
    grid = Grid(*headings, box=box.SIMPLE)
    for row in rows:
        grid.add_row(*(Text(plain(cell)[:MAX_CELL]) for cell in row))
    Console(highlight=False).print(grid)


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with exit code 1."""
    typer.secho(plain(message), fg="red", err=True)
    raise typer.Exit(1)
