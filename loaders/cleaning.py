"""Cleans text of any source: encoding, white space, identity codes; knows no single source."""

from __future__ import annotations

import re
import unicodedata

from loaders.errors import SourceChanged

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HTML_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|main|div|p|h[1-6])\b", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.I)
_HEAD = 4096

# Only these: Python knows codecs (punycode, unicode_escape ...) that a stranger must not choose.
# Browsers read both names of Latin-1 as windows-1252.
_CODECS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859_15",
}

_BUSINESS_ID = re.compile(r"[0-9]{7}-[0-9]")
_BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def squeezed(text: str) -> str:
    """Collapse white space and leave out what nobody sees.

    White space of any kind (no-break spaces too) and control characters become single spaces;
    soft hyphens, zero-width and direction marks go; letters are composed (NFC). Half a letter
    (a lone surrogate, which JSON may bring and no file takes) becomes the sign for an odd one.

    Parameters
    ----------
    text
        Text as it came.

    Returns
    -------
    str
        The same text on one line, without space at its ends.

    Examples
    --------
    >>> squeezed("  Järjestöjen\\u00a0 ääni\\n")
    'Järjestöjen ääni'
    """
    visible = _INVISIBLE.sub("", _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text)))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def is_business_id(text: str) -> bool:
    """Whether the text is a business identity code (Y-tunnus) with the right check digit.

    Parameters
    ----------
    text
        The code alone, seven digits, a hyphen and the check digit.

    Returns
    -------
    bool
        True where form and check digit hold; whether the code was ever given is not known.

    Examples
    --------
    >>> is_business_id("0000000-0"), is_business_id("0000000-1")
    (True, False)

    Notes
    -----
    Weights 7, 9, 10, 5, 8, 4, 2, remainder by 11: 0 gives 0, 1 is never given, else 11 less the
    remainder (Finnish Patent and Registration Office and Tax Administration).
    """
    if not _BUSINESS_ID.fullmatch(text):
        return False
    total = sum(
        weight * int(digit) for weight, digit in zip(_BUSINESS_ID_WEIGHTS, text[:7], strict=True)
    )
    remainder = total % 11
    return remainder != 1 and int(text[8]) == (11 - remainder) % 11


def decoded(body: bytes, *, source_id: str) -> str:
    """Turn bytes into text: UTF-8, else what a web page declares of itself.

    Parameters
    ----------
    body
        The bytes as they came; a byte order mark is left out.
    source_id
        Named in the error.

    Returns
    -------
    str
        The text.

    Raises
    ------
    SourceChanged
        The bytes are neither; the message names the first wrong byte, never the text.

    Examples
    --------
    >>> decoded("ääni".encode(), source_id="toy")
    'ääni'
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = error
    declared = _declared_charset(body)
    codec = _CODECS.get(declared)
    if codec:
        try:
            return body.decode(codec)
        except UnicodeDecodeError as error:
            fault = error
    # Not chained to the codec's own error: that carries the whole body, persons and all.
    raise SourceChanged(
        f"{source_id}: byte {fault.start} of {len(body)} is not {codec or 'UTF-8'}, and the body "
        f"declares {declared or 'no character set'}; expected UTF-8, or a web page that "
        "declares its own. Save the file as UTF-8, or see whether the source has changed."
    )


def looks_like_html(text: str) -> bool:
    """Whether a text is a web page: it begins with a tag and has one of HTML's own near its start.

    Examples
    --------
    >>> looks_like_html("<!DOCTYPE html><title>503</title>"), looks_like_html("nimi;kunta")
    (True, False)
    """
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    return head.startswith("<") and _HTML_TAG.search(head) is not None


def _declared_charset(body: bytes) -> str:
    """The character set a web page declares, in lower case, or an empty text."""
    match = _CHARSET.search(body[:_HEAD])
    return match.group(1).decode("ascii", "replace").lower() if match else ""
