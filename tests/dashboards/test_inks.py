"""The inks: colours that can be told apart by every eye, and patterns without them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from dashboards.inks import INKS
from dashboards.themes import AGE_INKS, CLASS_INKS, READING_INKS
from geo.coverage import LADDER, STATES

PALETTES = [
    {state: INKS[state] for state in LADDER},
    {state: INKS[state] for state in STATES},
    AGE_INKS,
    CLASS_INKS,
    READING_INKS,
]

# Machado, Oliveira and Fernandes (2009), severity 1.0, applied to linear RGB.
DEFICIENCIES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(color: str) -> np.ndarray:
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear sRGB."""
    matrix = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = matrix @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("inks", PALETTES)
@pytest.mark.parametrize("sight", list(DEFICIENCIES))
def test_states_can_be_told_apart_by_colour_in_any_sight(inks, sight):
    seen = {state: lab(DEFICIENCIES[sight] @ linear(ink.fill)) for state, ink in inks.items()}
    for one, other in combinations(inks, 2):
        # A difference of 10 is plain to see at a glance (CIE76).
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


@pytest.mark.parametrize("inks", PALETTES[:3])
def test_states_can_be_told_apart_by_pattern_alone(inks):
    assert len({ink.hatch for ink in inks.values()}) == len(inks)


def test_zero_and_no_data_have_patterns_of_their_own_beside_the_classes():
    hatches = {key: ink.hatch for key, ink in CLASS_INKS.items()}
    assert len({hatches["zero"], hatches["no_data"], "blank"}) == 3
    assert {hatches[key] for key in hatches if key.startswith("class_")} == {"blank"}


def test_darker_classes_hold_more():
    lightness = [lab(linear(CLASS_INKS[f"class_{at}"].fill))[0] for at in range(1, 6)]
    assert lightness == sorted(lightness, reverse=True)
