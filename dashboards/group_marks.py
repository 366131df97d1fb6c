"""How target groups are marked in pictures: a colour and letters each, never colour alone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# One a group, in the order of the groups; told apart in any sight (tests/dashboards/
# test_group_marks.py). Where there are more groups they come round again: the letters tell.
GROUP_COLORS = (
    *("#006ca8", "#f07830", "#18cc6c", "#78006c", "#483018", "#fcd800", "#986850"),
    *("#a8d8fc", "#909cc0", "#a81800", "#c078fc", "#9c1854", "#6024b4", "#f09c9c"),
)
GENERAL_COLOR = "#1a1c1b"
OTHER_COLOR = "#d5d5d8"
EMPTY_COLOR = "#ffffff"
INK, PAPER = "#1a1c1b", "#ffffff"


def letter_codes(names: Mapping[str, str]) -> dict[str, str]:
    """Group code to one letter or two, no two the same, made from the names in their order.

    Words of three letters and fewer, and words that several names share, tell nothing apart and
    are passed over. The first letter of the first word that is left is taken if it is free, then
    its first two; then the same of the next word; at last a number.
    """
    words = {code: _words(name) for code, name in names.items()}
    uses: dict[str, int] = {}
    for own in words.values():
        for word in {word.casefold() for word in own}:
            uses[word] = uses.get(word, 0) + 1
    codes: dict[str, str] = {}
    for code, own in words.items():
        telling = [w for w in own if len(w) > 3 and uses[w.casefold()] == 1] or own
        tries = [word[:length].capitalize() for word in telling for length in (1, 2)]
        tries += [str(number) for number in range(1, len(names) + 1)]
        codes[code] = next(attempt for attempt in tries if attempt not in codes.values())
    return codes


def _words(name: str) -> list[str]:
    letters = "".join(letter if letter.isalpha() else " " for letter in name)
    return letters.split()


def group_colors(target_groups: pd.DataFrame) -> dict[str, str]:
    """Group code to its colour, the same on every board; general groups have one of their own."""
    colors: dict[str, str] = {}
    taken = 0
    for group in target_groups.itertuples(index=False):
        if group.is_general:
            colors[group.target_group_code] = GENERAL_COLOR
        else:
            colors[group.target_group_code] = GROUP_COLORS[taken % len(GROUP_COLORS)]
            taken += 1
    return colors


def ink_on(color: str) -> str:
    """Black or white, whichever is read better on the colour."""
    light = luminance(color)
    return INK if (light + 0.05) / (luminance(INK) + 0.05) > 1.05 / (light + 0.05) else PAPER


def luminance(color: str) -> float:
    """The relative luminance of a colour, 0-1 (WCAG 2)."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
