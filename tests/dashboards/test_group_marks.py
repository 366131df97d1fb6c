"""Colours and letters of target groups: told apart in any sight, read on any colour."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from dashboards.group_marks import (
    EMPTY_COLOR,
    GENERAL_COLOR,
    GROUP_COLORS,
    OTHER_COLOR,
    group_colors,
    ink_on,
    letter_codes,
    luminance,
)
from dashboards.texts import LANGUAGES
from tests.dashboards.test_inks import DEFICIENCIES, lab, linear


@pytest.mark.parametrize("sight", list(DEFICIENCIES))
def test_groups_can_be_told_apart_by_colour_in_any_sight(sight):
    colors = [*GROUP_COLORS, GENERAL_COLOR, OTHER_COLOR, EMPTY_COLOR]
    seen = [lab(DEFICIENCIES[sight] @ linear(color)) for color in colors]
    for one, other in combinations(range(len(colors)), 2):
        # A difference of 10 is plain to see at a glance (CIE76).
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (colors[one], colors[other])


@pytest.mark.parametrize("color", [*GROUP_COLORS, GENERAL_COLOR, OTHER_COLOR])
def test_letters_can_be_read_on_every_colour(color):
    light, dark = sorted((luminance(color), luminance(ink_on(color))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_group_colors_keep_the_general_apart_and_come_round_again():
    groups = pd.DataFrame(
        {"target_group_code": [f"g{n}" for n in range(16)], "is_general": [True] + [False] * 15}
    )
    colors = group_colors(groups)
    assert colors["g0"] == GENERAL_COLOR
    assert colors["g1"] == colors["g15"] == GROUP_COLORS[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_letter_codes_are_short_and_no_two_the_same(lang, store):
    names = store.group_names(lang)
    codes = letter_codes(names)
    assert list(codes) == list(names)
    assert len(set(codes.values())) == len(codes)
    assert all(1 <= len(code) <= 2 for code in codes.values())


def test_letter_codes_are_of_the_word_that_tells_a_group_apart():
    names = {"a": "Older people", "b": "People with illnesses", "c": "Olden friends", "d": "People"}
    # "people" is shared and "with" is not: W. O is taken, so Ol; People has no other word.
    assert letter_codes(names) == {"a": "O", "b": "W", "c": "Ol", "d": "P"}


def test_letter_codes_of_equal_names_end_in_a_number():
    assert letter_codes({"a": "Om", "b": "Om", "c": "Om"}) == {"a": "O", "b": "Om", "c": "1"}
