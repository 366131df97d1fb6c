"""Letters of a picture: how wide a text is, where it breaks, what the font lacks.

The font is DejaVu Sans as it comes with matplotlib, so a picture is the same on every machine.
"""

from __future__ import annotations

import atexit
import base64
import io
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FAMILY = ("DejaVu Sans", "Bitstream Vera Sans", "Verdana")
"""The font, and those of the same width for a reader of SVG that has it not and embeds none."""
FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
POINT = 25.4 / 72
"""Millimetres to a point."""
LINE = 1.25
"""From a line of text to the next, of its size."""
CAPITAL = 0.73
"""How high a capital letter is, of its size."""
LACKING = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

Outlined: TypeAlias = tuple[np.ndarray, np.ndarray]

Align: TypeAlias = Literal["left", "center", "right"]

USUAL = frozenset(
    chr(code)
    for first, last in ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2026), (0x2032, 0x2033))
    for code in range(first, last + 1)
) | {"\N{EURO SIGN}", "\N{MINUS SIGN}", LACKING}
"""The letters of the languages of Europe, and signs."""

# A font of FreeType is no thing to share between threads at the same moment.
LOCK = threading.RLock()

NO_LAYOUT = ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "MATH"]
"""Tables of a font that a text without ligatures does without."""


@dataclass(frozen=True)
class Written:
    """A line of text on a sheet: its anchor in millimetres, its size in points."""

    x: float
    y: float
    said: str
    size: float
    bold: bool
    align: Align
    color: str

    @property
    def left(self) -> float:
        """Where its first letter begins."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]
        return self.x - share * text_width(self.said, self.size, bold=self.bold)


def line_height(size: float) -> float:
    """From a line of text of a size in points to the next, in millimetres."""
    return size * LINE * POINT


def text_width(said: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, in millimetres, for a size in points."""
    return sum(_advance(letter, bold) for letter in said) * size * POINT


def wrapped(
    said: str, width: float, size: float, *, most: int = 99, bold: bool = False
) -> list[str]:
    """Break a text into lines of a width; after ``most`` lines it ends in an ellipsis.

    A word wider than a line is broken where it must be.

    Examples
    --------
    >>> wrapped("Kunta ja kaupunki", 20, 10)
    ['Kunta ja', 'kaupunki']
    >>> wrapped("Kunta ja kaupunki", 20, 10, most=1)
    ['Kunta ja…']
    """
    lines: list[str] = []
    line = ""
    for word in _short_words(said.split(" "), width, size, bold):
        longer = f"{line} {word}".strip(" ")
        if line and text_width(longer, size, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    lines += [line] if line else []
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and text_width(last + ELLIPSIS, size, bold=bold) > width:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], last + ELLIPSIS]


def stacked(
    said: Sequence[str], width: float, size: float, *, most: int = 99, bold: bool = False
) -> list[str]:
    """The same in each language on one line, or where that is too long each on lines of its own.

    Examples
    --------
    >>> stacked(("Turku", "Nystad"), 60, 10), stacked(("Turku", "Nystad"), 20, 10)
    (['Turku / Nystad'], ['Turku', 'Nystad'])
    >>> stacked(("Salo", "Salo"), 60, 10)
    ['Salo']
    """
    told = list(dict.fromkeys(each for each in said if each))
    if text_width(" / ".join(told), size, bold=bold) <= width:
        return [" / ".join(told)]
    return [line for each in told for line in wrapped(each, width, size, most=most, bold=bold)]


def _short_words(words: Sequence[str], width: float, size: float, bold: bool) -> Iterator[str]:
    for word in words:
        rest = word
        while len(rest) > 1 and text_width(rest, size, bold=bold) > width:
            at, room = 0, width / (size * POINT)
            while room >= 0:
                room -= _advance(rest[at], bold)
                at += 1
            at = max(at - 1, 1)
            yield rest[:at]
            rest = rest[at:]
        yield rest


def printable(said: str) -> str:
    """A text of data on one line without control characters; a mark for what the font lacks.

    Examples
    --------
    >>> printable("Tu\\trku\\x00 \\N{SNOWMAN} \\N{CJK UNIFIED IDEOGRAPH-4E00}")
    'Tu rku ☃ �'
    """
    kept = "".join(_kept(letter) for letter in unicodedata.normalize("NFC", said))
    one_line = re.sub(" +", " ", kept).strip(" ")
    return "".join(letter if _has(letter) else LACKING for letter in one_line)


def readable(said: str) -> str:
    """A text of data for a file's own properties: as it is, without control characters."""
    return re.sub(" +", " ", "".join(_kept(letter) for letter in said)).strip(" ")


def _kept(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Cs", "Co", "Cn"):
        return ""
    return " " if kind in ("Cc", "Zl", "Zp") else letter


def text_outline(x: float, y: float, said: str, size: float, *, bold: bool) -> Outlined:
    """The points and codes of a line of text as an outline, y downwards; its left end is at x."""
    points, codes = [], []
    height = size * POINT
    for letter in said:
        shape, kinds = _glyph(letter, bold)
        points.append(shape * (height, -height) + (x, y))
        codes.append(kinds)
        x += _advance(letter, bold) * height
    return np.concatenate(points), np.concatenate(codes)


@lru_cache(maxsize=256)
def face(letters: str, bold: bool, size: float) -> Any:
    """The font of a size in points, as matplotlib takes it, with some letters at least."""
    from matplotlib.font_manager import FontProperties

    weight = "bold" if bold else "normal"
    file = str(_small_file(_beyond(letters), bold))
    return FontProperties(family=list(FAMILY), weight=weight, size=size, fname=file)


@lru_cache(maxsize=32)
def embedded_face(letters: str, bold: bool) -> str:
    """The letters of the font as a CSS rule that a picture can carry along."""
    body = _subset(_small_file(_beyond(letters), bold), letters, flavor="woff")
    data = base64.b64encode(body).decode("ascii")
    return (
        f"@font-face{{font-family:'{FAMILY[0]}';font-weight:{700 if bold else 400};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def _beyond(letters: str) -> str:
    """The letters that are not among the usual ones."""
    return "".join(sorted(set(letters) - USUAL))


@lru_cache(maxsize=32)
def _small_file(beyond: str, bold: bool) -> Path:
    """The font with the usual letters: a PDF takes a tenth of the time with so small a file."""
    path = _folder() / f"{bold:d}-{'-'.join(f'{ord(letter):x}' for letter in beyond)[:80]}.ttf"
    path.write_bytes(_subset(_file(bold), "".join(sorted(USUAL)) + beyond))
    return path


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="jarjestokartta-font-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _subset(file: Path, letters: str, *, flavor: str | None = None) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.drop_tables += NO_LAYOUT
    with TTFont(file, lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=letters)
        subsetter.subset(font)
        font.flavor = flavor
        body = io.BytesIO()
        font.save(body)
    return body.getvalue()


def _file(bold: bool) -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / FILES[bold]


@lru_cache(maxsize=2)
def _font(bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(_file(bold)))
    font.set_size(100, 72)
    return font


@lru_cache(maxsize=4096)
def _advance(letter: str, bold: bool) -> float:
    """How far a letter moves on, of its size."""
    from matplotlib.ft2font import LoadFlags

    with LOCK:
        glyph = _font(bold).load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / 100


@lru_cache(maxsize=4096)
def _has(letter: str) -> bool:
    with LOCK:
        return all(_font(bold).get_char_index(ord(letter)) for bold in FILES)


@lru_cache(maxsize=4096)
def _glyph(letter: str, bold: bool) -> Outlined:
    """The outline of a letter of the size 1, y upwards."""
    from matplotlib.ft2font import LoadFlags

    with LOCK:
        _font(bold).load_char(ord(letter), flags=LoadFlags.NO_HINTING)
        points, codes = _font(bold).get_path()
    return np.asarray(points).reshape(-1, 2) / 100, np.asarray(codes, dtype=np.uint8)
