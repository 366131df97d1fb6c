from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.cleaning import decoded, is_business_id, looks_like_html, squeezed
from loaders.errors import LoaderError, SourceChanged


def test_squeezed_collapses_no_break_spaces_and_line_breaks():
    assert squeezed("\u00a0Savonlinnan\u202f\u00a0 kaupunki\r\n\t") == "Savonlinnan kaupunki"


def test_squeezed_composes_letters():
    assert squeezed("Ma\u0308ntyharju") == "Mäntyharju"


def test_squeezed_leaves_out_what_nobody_sees():
    assert squeezed("\ufeffyhdys\u00adhenki\u200blö\u202e\x00\x1b") == "yhdyshenkilö"


@given(st.text())
def test_squeezed_twice_is_squeezed_once(text):
    assert squeezed(squeezed(text)) == squeezed(text)


@pytest.mark.parametrize(
    "code",
    [
        "0000000-0",  # sum 0, remainder 0
        # 7*0+9*7+10*3+5*7+8*5+4*4+2*6 = 63+30+35+40+16+12 = 196; 196 % 11 = 9; 11-9 = 2
        "0737546-2",
        # 7*1+9*2+10*3+5*4+8*5+4*6+2*7 = 7+18+30+20+40+24+14 = 153; 153 % 11 = 10; 11-10 = 1
        "1234567-1",
    ],
)
def test_is_business_id_knows_the_check_digit(code):
    assert is_business_id(code)


@pytest.mark.parametrize(
    "code",
    [
        "1234567-2",  # another digit
        "0000006-0",  # 2*6 = 12, remainder 1: never given
        "0000006-1",
        "12345671",
        "1234567-1 ",
        "１２３４５６７-1",  # full-width digits
        "",
    ],
)
def test_is_business_id_refuses_other_texts(code):
    assert not is_business_id(code)


def test_decoded_reads_utf8_with_and_without_its_mark():
    assert decoded("ääni".encode(), source_id="toy") == "ääni"
    assert decoded("ääni".encode("utf-8-sig"), source_id="toy") == "ääni"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "latin1"),
        ("<META CHARSET = 'ISO-8859-15'>", "iso8859-15"),
    ],
)
def test_decoded_believes_what_a_page_declares(declared, codec):
    page = f"<html><head>{declared}</head>Järjestöt"

    assert decoded(page.encode(codec), source_id="toy") == page


def test_decoded_names_the_byte_and_not_the_text():
    with pytest.raises(SourceChanged, match="toy: byte 3 of 9 is not UTF-8") as caught:
        decoded("nimäsalai".encode("latin1"), source_id="toy")

    assert "salai" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", ["utf-7", "punycode", "unicode_escape", "rot13", "utf-8", "idna"])
def test_decoded_lets_no_page_choose_an_odd_codec(name):
    with pytest.raises(SourceChanged, match=f"declares {name}"):
        decoded(f'<meta charset="{name}">'.encode() + b"\xe4", source_id="toy")


def test_decoded_refuses_a_byte_that_the_declared_set_has_not():
    with pytest.raises(SourceChanged, match="byte 29 of 30 is not cp1252"):
        decoded(b'<meta charset="windows-1252">\x81', source_id="toy")


@given(st.binary())
def test_decoded_gives_text_or_a_loader_error(body):
    with contextlib.suppress(LoaderError):
        assert isinstance(decoded(body, source_id="toy"), str)


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE html>\n<html>", "\ufeff \n<HTML lang='fi'>", "<!-- saved -->\n<div>x</div>"],
)
def test_looks_like_html_knows_a_page(text):
    assert looks_like_html(text)


@pytest.mark.parametrize(
    "text", ["", "Juva\n<b>", '{"html": "<p>"}', '<?xml version="1.0"?><gml:pos/>', "<3 järjestöt"]
)
def test_looks_like_html_knows_what_is_none(text):
    assert not looks_like_html(text)


def test_half_a_letter_becomes_one_that_a_file_takes():
    assert squeezed("a\ud800b").encode() == "a\ufffdb".encode()
