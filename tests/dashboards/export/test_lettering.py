"""Letters: measured as the font has them, broken into lines, and what the font lacks."""

from __future__ import annotations

import pytest

from dashboards.export.lettering import (
    POINT,
    embedded_face,
    printable,
    readable,
    stacked,
    text_outline,
    text_width,
    wrapped,
)


def test_text_width_is_that_of_the_font() -> None:
    # DejaVu Sans: the digits are all 1303 of 2048 units wide.
    assert text_width("2026", 10) == pytest.approx(4 * 1303 / 2048 * 10 * POINT, rel=1e-3)


def test_an_outline_is_as_wide_as_its_text() -> None:
    points, codes = text_outline(0, 0, "Mäntyharju", 10, bold=False)
    assert len(points) == len(codes)
    assert points[:, 0].max() == pytest.approx(text_width("Mäntyharju", 10), rel=0.03)
    assert points[:, 1].min() < -2  # upwards


def test_wrapped_lines_are_never_wider_than_asked() -> None:
    said = "Mielenterveyskuntoutujat ja päihdeongelmista toipuvat " + "X" * 80
    lines = wrapped(said, 30, 9)
    assert all(text_width(line, 9) <= 30 for line in lines)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")


def test_stacked_keeps_what_is_short_on_one_line() -> None:
    assert stacked(("Åbo", "Turku"), 100, 9) == ["Åbo / Turku"]
    assert stacked(("Åbo", "Turku"), 12, 9) == ["Åbo", "Turku"]


@pytest.mark.parametrize("said", ["\x00\x07\x1b[31m", "\u202eabc", "\ud800", "\ufffe"])
def test_signs_that_are_not_letters_are_left_out(said: str) -> None:
    for kept in (printable(said), readable(said)):
        assert all(letter.isprintable() for letter in kept)


def test_a_thin_space_of_a_number_is_kept() -> None:
    assert printable("1\N{NO-BREAK SPACE}234") == "1\N{NO-BREAK SPACE}234"


def test_the_letters_in_use_come_along_as_a_font() -> None:
    rule = embedded_face("Åäö", False)
    assert rule.startswith("@font-face{font-family:'DejaVu Sans';font-weight:400;src:url(data:")
    assert len(rule) < 8_000
