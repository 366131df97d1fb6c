"""Languages side by side: each text knows its own, and no sign is left that no font has."""

from __future__ import annotations

import pytest

from dashboards.export.side_by_side import in_one_line, side_by_side, writable


def test_side_by_side_tells_the_language_of_what_differs_only():
    laid = side_by_side({"fi": {"a": ["x", "y"]}, "sv": {"a": ["x", "z"]}})
    assert laid == {"a": ["x", {"said": [["fi", "y"], ["sv", "z"]]}]}


def test_side_by_side_leaves_one_language_as_it_is():
    assert side_by_side({"fi": {"a": "x", "b": None, "c": 3}}) == {"a": "x", "b": None, "c": 3}


def test_side_by_side_leaves_out_what_a_language_does_not_say():
    assert side_by_side({"fi": "", "sv": "x"}) == {"said": [["sv", "x"]]}


def test_side_by_side_refuses_pages_that_are_not_alike():
    with pytest.raises(ValueError, match="longer"):
        side_by_side({"fi": ["x"], "sv": ["x", "y"]})
    with pytest.raises(ValueError, match="keys"):
        side_by_side({"fi": {"a": "x"}, "sv": {"b": "x"}})


def test_in_one_line_writes_both():
    assert in_one_line({"said": [["fi", "Turku"], ["sv", "Åbo"]]}) == "Turku / Åbo"
    assert in_one_line("Turku") == "Turku"


def test_writable_drops_what_pdf_and_xml_forbid_and_keeps_letters():
    assert writable("Ä\x00\x07 \ue000\ufffe\U0001f600 ö") == "Ä \U0001f600 ö"
    assert writable("a\n\tb") == "a b"
    assert writable("\x00\x01") == "–"
    assert writable([None, 2, "", "ok"]) == [None, 2, "", "ok"]
