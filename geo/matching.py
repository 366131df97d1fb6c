"""Rows to municipalities by code, name, postcode or point; organisations are merged elsewhere.

Every function here gives one row per row of its first argument, in the same order, under the same
index, with the columns of ``RESULT_COLUMNS``:

``municipality_code``
    Code in the given division; NA where nothing was found, or only a place outside it.
``matched_by``
    One of ``MATCHED_BY``; NA where nothing was found.
``former_name``
    Finnish name of the former municipality, where the row gave a former name or code.
``changed_on``
    Day the former municipality ended or was renamed (or, for ``outside_area``, when the place left
    or was merged), as ``municipality_changes`` has it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_crs, to_metric
from geo.errors import QUOTED, GeoError, UnmatchedPlaces, require_columns

RESULT_COLUMNS = ("municipality_code", "matched_by", "former_name", "changed_on")

MATCHED_BY = (
    "code",
    "former_code",
    "name_fi",
    "name_sv",
    "genitive",
    "former_name",
    "postcode",
    "point",
    "point_near",
    "outside_area",
)
"""How a row was matched; ``outside_area``: a place that is known, but not in this division."""

OnUnmatched = Literal["keep", "raise"]

_NAMES = ("name_fi", "name_sv")
_CHANGES = (
    "old_code",
    "old_name_fi",
    "old_name_sv",
    "new_code",
    "new_name_fi",
    "valid_from",
    "kind",
)


class _Answer(NamedTuple):
    municipality_code: str | None = None
    matched_by: str | None = None
    former_name: str | None = None
    changed_on: str | None = None


_NOTHING = _Answer()


def assign_municipality(
    frame: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    changes: pd.DataFrame | None = None,
    postcodes: pd.DataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
    code: str | None = None,
    name: str | None = None,
    postcode: str | None = None,
    max_distance_m: float = 0.0,
    on_unmatched: OnUnmatched = "keep",
) -> pd.DataFrame:
    """Give every row its municipality: by code, else name, else postcode, else point.

    The first answer wins, ``outside_area`` too: a row whose code is known to lie elsewhere is not
    looked up by its name.

    Parameters
    ----------
    frame
        Rows of any kind, with the columns that ``code``, ``name`` and ``postcode`` name; a
        GeoDataFrame of points, if ``boundaries`` is given.
    municipalities
        Needs ``municipality_code``, ``name_fi`` and ``name_sv``.
    changes
        Former municipalities; needs the columns of ``municipality_changes``.
    postcodes
        Needs ``postcode`` and ``municipality_code``.
    boundaries
        Needs ``municipality_code`` and polygons with a CRS.
    code, name, postcode
        The columns of ``frame`` to read; None: not by this.
    max_distance_m
        How far off every municipality a point may lie, in metres.
    on_unmatched
        ``keep`` leaves NA where nothing was found; ``raise`` stops.

    Returns
    -------
    DataFrame
        A copy of ``frame`` (a GeoDataFrame stays one, in its CRS) with ``RESULT_COLUMNS``, all
        text; columns of these names are replaced.

    Raises
    ------
    UnmatchedPlaces
        If a row matched nothing and ``on_unmatched`` is ``raise``. Names the places as the first
        of ``name``, ``code``, ``postcode`` that was asked for has them, and no other column.
    GeoError
        If there is nothing to match by, or a column or table is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Lelunen"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Lekis"]})
    >>> rows = pd.DataFrame({"place": ["Lelurannan kaupunki", "Leksvik", None],
    ...                      "number": [None, None, 3]})
    >>> found = assign_municipality(rows, toys, code="number", name="place")
    >>> found["municipality_code"].tolist()
    ['001', '002', '003']
    >>> found["matched_by"].tolist()
    ['genitive', 'name_sv', 'code']
    """
    if on_unmatched not in ("keep", "raise"):
        raise GeoError(f"on_unmatched is {on_unmatched!r}; known are keep, raise")
    if postcode is not None and postcodes is None:
        raise GeoError("postcode is given without the table postcodes")
    asked = [column for column in (name, code, postcode) if column is not None]
    if not asked and boundaries is None:
        raise GeoError("nothing to match by: give code, name, postcode or boundaries")
    require_columns(frame, asked, of="frame")
    steps: list[Callable[[pd.DataFrame], pd.DataFrame]] = []
    if code is not None:
        steps.append(
            lambda rows: municipality_from_code(rows[code], municipalities, changes=changes)
        )
    if name is not None:
        steps.append(
            lambda rows: municipality_from_name(rows[name], municipalities, changes=changes)
        )
    if postcode is not None:
        steps.append(
            lambda rows: municipality_from_postcode(
                rows[postcode], postcodes, municipalities=municipalities, changes=changes
            )
        )
    if boundaries is not None:
        steps.append(
            lambda rows: municipality_from_point(
                rows,
                boundaries,
                municipalities=municipalities,
                changes=changes,
                max_distance_m=max_distance_m,
            )
        )
    found = _first_answers(frame.reset_index(drop=True), steps)
    unmatched = found["matched_by"].isna().to_numpy()
    if on_unmatched == "raise" and unmatched.any():
        places = frame[asked[0]] if asked else pd.Series(pd.NA, index=frame.index, dtype="string")
        raise _unmatched(places[unmatched], municipalities, changes, offer=name is not None)
    assigned = frame.copy()
    for column in RESULT_COLUMNS:
        assigned[column] = found[column].array
    return assigned


def municipality_from_code(
    values: pd.Series, municipalities: pd.DataFrame, *, changes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find municipalities by their three-digit code, former codes included.

    Parameters
    ----------
    values
        Codes as text or numbers; lost leading zeros are put back (19 is 019).
    municipalities
        Needs ``municipality_code``.
    changes
        Former codes; needs the columns of ``municipality_changes``. Chains are followed.

    Returns
    -------
    DataFrame
        One row per value; columns ``RESULT_COLUMNS``, ``matched_by`` is ``code``, ``former_code``
        or ``outside_area``.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"]})
    >>> municipality_from_code(pd.Series([2, "004", "x"]), toys)["municipality_code"].tolist()
    ['002', '004', <NA>]
    """
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    current = set(municipalities["municipality_code"])
    former: dict[str, _Answer] = {}
    for before in _former(changes, current, how="former_code"):
        former.setdefault(before.code, before.answer)

    def find(text: str) -> _Answer | None:
        digits = re.fullmatch(r"\s*([0-9]{1,3})(?:\.0)?\s*", text)
        if digits is None:
            return None
        code = digits[1].zfill(3)
        return _Answer(code, "code") if code in current else former.get(code)

    return _answers(values, find)


def municipality_from_name(
    values: pd.Series, municipalities: pd.DataFrame, *, changes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find municipalities by name: Finnish or Swedish, of today or former, inflected or both.

    Case, spaces, dots and the Unicode form do not matter. A genitive counts only with a word for
    municipality after it (*Salon kaupunki*, *S:t Karins stad*): alone it may mean something else.
    Two names in one value (*Turku/Åbo*, *Parainen (Pargas)*) must be of the same municipality. A
    name of today wins over a former one; a form that fits two municipalities matches neither.

    Parameters
    ----------
    values
        Names as sources write them.
    municipalities
        Needs ``municipality_code``, ``name_fi`` and ``name_sv``.
    changes
        Former names; needs the columns of ``municipality_changes``. Chains are followed.

    Returns
    -------
    DataFrame
        One row per value; columns ``RESULT_COLUMNS``, ``matched_by`` is ``name_fi``, ``name_sv``,
        ``genitive``, ``former_name`` (inflected or not) or ``outside_area``.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Lelunen"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Lekis"]})
    >>> names = pd.Series(["LELURANTA", "Lelulahden kunta", "Uudenlelun kunta", "Lelusten kunta"])
    >>> municipality_from_name(names, toys)["municipality_code"].tolist()
    ['001', '002', '003', '004']
    >>> municipality_from_name(pd.Series(["Uusilelu/Nylek"]), toys)["matched_by"].tolist()
    ['name_fi']
    """
    return _answers(values, _name_finder(municipalities, changes))


def municipality_from_postcode(
    values: pd.Series,
    postcodes: pd.DataFrame,
    *,
    municipalities: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find municipalities by postal code, of every type that the table has.

    Parameters
    ----------
    values
        Postal codes as text or numbers; lost leading zeros are put back, ``FI-`` is taken off.
    postcodes
        Needs ``postcode`` and ``municipality_code``.
    municipalities
        The division; needs ``municipality_code``. None: every code of ``postcodes`` belongs to it.
    changes
        Leads codes of an older division in ``postcodes`` to that of ``municipalities``.

    Returns
    -------
    DataFrame
        One row per value; columns ``RESULT_COLUMNS``, ``matched_by`` is ``postcode`` or
        ``outside_area``; ``former_name`` and ``changed_on`` stay NA.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> postcodes = pd.DataFrame({"postcode": ["00010", "00020", "00030", "00040"],
    ...                           "municipality_code": ["001", "002", "003", "004"]})
    >>> found = municipality_from_postcode(pd.Series([10, "FI-00040", "99999"]), postcodes)
    >>> found["municipality_code"].tolist()
    ['001', '004', <NA>]
    """
    require_columns(postcodes, ["postcode", "municipality_code"], of="postcodes")
    known = postcodes.dropna(subset=["postcode", "municipality_code"])
    codes = dict(zip(known["postcode"], known["municipality_code"], strict=True))
    place = _place_finder("postcode", municipalities, changes)

    def find(text: str) -> _Answer | None:
        digits = re.fullmatch(r"\s*(?:FI[\s-]*)?([0-9]{1,5})(?:\.0)?\s*", text, re.IGNORECASE)
        code = codes.get(digits[1].zfill(5)) if digits else None
        return place(code) if code else None

    return _answers(values, find)


def municipality_from_point(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    boundaries: gpd.GeoDataFrame,
    *,
    municipalities: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
    max_distance_m: float = 0.0,
) -> pd.DataFrame:
    """Find the municipality that each point lies in; on a border, the one with the lowest code.

    A plain spatial join by ``intersects`` doubles points on borders, one by ``within`` loses them;
    here every point gives one row. On the border means within a millimetre of it, since rounding
    alone moves a point that far.

    Parameters
    ----------
    points
        Points with a CRS; empty and missing ones match nothing.
    boundaries
        Needs ``municipality_code`` and polygons with a CRS, any; the points are brought to it.
    municipalities
        The division; needs ``municipality_code``. None: every code of ``boundaries`` belongs to it.
    changes
        Leads codes of an older division in ``boundaries`` to that of ``municipalities``.
    max_distance_m
        A point outside every polygon goes to the nearest one within this many metres (measured in
        EPSG:3067), as generalised outlines cut off shores; ties go to the lowest code.

    Returns
    -------
    DataFrame
        One row per point; columns ``RESULT_COLUMNS``, ``matched_by`` is ``point``, ``point_near``
        or ``outside_area``; ``former_name`` and ``changed_on`` stay NA.

    Raises
    ------
    CrsError
        If points or boundaries have no CRS.
    GeoError
        If a geometry is not a point, the distance is below 0, or a column is missing.

    Examples
    --------
    >>> squares = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
    >>> boundaries = gpd.GeoDataFrame({"municipality_code": ["001", "002", "003", "004"]},
    ...                               geometry=squares, crs="EPSG:3067")
    >>> points = gpd.GeoSeries.from_xy([5, 10, 22], [5, 15, 15], crs="EPSG:3067")
    >>> municipality_from_point(points, boundaries)["municipality_code"].tolist()
    ['001', '003', <NA>]
    >>> municipality_from_point(points, boundaries, max_distance_m=2)["matched_by"].tolist()
    ['point', 'point', 'point_near']
    """
    require_columns(boundaries, ["municipality_code"], of="boundaries")
    require_crs(points, of="points")
    require_crs(boundaries, of="boundaries")
    if not max_distance_m >= 0:
        raise GeoError(f"max_distance_m is {max_distance_m!r}; metres, 0 or more, are needed")
    kinds = shapely.get_type_id(points.geometry.to_numpy())
    if not np.isin(kinds, (-1, 0)).all():
        raise GeoError(f"{(~np.isin(kinds, (-1, 0))).sum()} of {len(kinds)} rows are not points")
    # The lowest code first, so that the first polygon found is the one that wins.
    areas = boundaries.sort_values("municipality_code", kind="stable")
    inside = _first_area(points.geometry, areas.geometry)
    near = np.zeros(len(inside), dtype=bool)
    if max_distance_m > 0:
        outside = np.flatnonzero(inside < 0)
        inside[outside] = _nearest_area(
            points.geometry.iloc[outside], areas.geometry, max_distance_m
        )
        near[outside] = inside[outside] >= 0
    codes = pd.Series(areas["municipality_code"].array, dtype="string").reindex(inside)
    found = _answers(codes.set_axis(points.index), _place_finder("point", municipalities, changes))
    found["matched_by"] = found["matched_by"].mask(
        near & found["matched_by"].eq("point").fillna(False).to_numpy(dtype=bool), "point_near"
    )
    return found


def near_names(
    name: str,
    municipalities: pd.DataFrame,
    *,
    changes: pd.DataFrame | None = None,
    limit: int = 3,
) -> list[str]:
    """Offer known names that look like one that was not found.

    Parameters
    ----------
    name
        A name as a source writes it.
    municipalities
        Needs ``municipality_code``, ``name_fi`` and ``name_sv``.
    changes
        If given, former names are offered too; needs the columns of ``municipality_changes``.
    limit
        How many names at most.

    Returns
    -------
    list of str
        Names as the tables write them, the nearest first; those whose first word it is (*Koski Tl*
        for *Koski*) before all others. Empty if nothing is near.

    Raises
    ------
    GeoError
        If a column is missing.

    Examples
    --------
    >>> toys = pd.DataFrame({"municipality_code": ["001", "002", "003", "004"],
    ...                      "name_fi": ["Leluranta", "Lelulahti", "Uusilelu", "Nukke Ll"],
    ...                      "name_sv": ["Leksand", "Leksvik", "Nylek", "Docka"]})
    >>> near_names("Lelurana", toys, limit=1)
    ['Leluranta']
    >>> near_names("Nukke", toys)
    ['Nukke Ll']
    """
    return _near(name, _known_names(municipalities, changes), limit)


def genitive_candidates(name: str) -> set[str]:
    """Inflect a Finnish place name in every way its ending allows; one of them is right.

    Spelling alone does not tell *Lahti, Lahden* from *Vihti, Vihdin*, so all forms are made, and a
    form that a source gives is looked up among them. Never print these.

    Parameters
    ----------
    name
        The nominative in lower case.

    Returns
    -------
    set of str
        Genitives, right and wrong ones.

    Examples
    --------
    Four toy municipalities:

    >>> sorted(genitive_candidates("lelulahti"))
    ['lelulahden', 'lelulahdin', 'lelulahten', 'lelulahti:n', 'lelulahtin']
    >>> sorted(genitive_candidates("lelunen"))
    ['lelunen:n', 'lelunenin', 'lelusen', 'lelusten']
    >>> "uudenlelun" in genitive_candidates("uusilelu")
    True
    >>> "nuken ll" in genitive_candidates("nukke ll")
    True

    Notes
    -----
    Consonant gradation and the stems of nominals as in Hakulinen et al., *Iso suomen kielioppi*
    (2004), the chapters on *astevaihtelu* and *nominien taivutus*.
    """
    forms = {f"{name}:n"}
    first, space, rest = name.partition(" ")
    if space:
        return forms | {f"{form} {rest}" for form in genitive_candidates(first)}
    for adjective, inflected in _ADJECTIVES:
        if name.startswith(adjective) and len(name) > len(adjective) + 2:
            rest = name.removeprefix(adjective)
            forms |= {inflected + form for form in genitive_candidates(rest)}
    return forms | set(_endings(name))


_ADJECTIVES = (("uusi", "uuden"), ("iso", "ison"), ("vähä", "vähän"), ("vanha", "vanhan"))
"""First parts that are inflected with the second: Uusikaupunki, Uudenkaupungin."""

_WEAK_PAIRS = {
    "kk": ("k",),
    "pp": ("p",),
    "tt": ("t",),
    "nk": ("ng",),
    "nt": ("nn",),
    "mp": ("mm",),
    "lt": ("ll",),
    "rt": ("rr",),
    "lk": ("l", "lj"),
    "rk": ("r", "rj"),
    "hk": ("h", "hj"),
    "uk": ("u", "uv"),
    "yk": ("y", "yv"),
    # After these, k, p and t do not weaken.
    **dict.fromkeys(("sk", "sp", "st", "tk"), ()),
}
_WEAK_SINGLE = {"k": "", "p": "v", "t": "d"}
_STRONG = {"ng": "nk", "nn": "nt", "mm": "mp", "ll": "lt", "rr": "rt"}
_STRONG_SINGLE = {"k": "kk", "p": "pp", "t": "tt", "v": "p", "d": "t"}
_VOWELS = "aeiouyåäö"


def _weak(stem: str) -> set[str]:
    """The stem as it is and with its last consonants in the weak grade (rant, rann)."""
    if stem[-2:] in _WEAK_PAIRS:
        return {stem} | {stem[:-2] + weak for weak in _WEAK_PAIRS[stem[-2:]]}
    return {stem, stem[:-1] + _WEAK_SINGLE.get(stem[-1:], stem[-1:])}


def _strong(stem: str) -> set[str]:
    """The stem as it is and with its last consonants in the strong grade (laid, lait)."""
    if stem[-2:] in _STRONG:
        return {stem, stem[:-2] + _STRONG[stem[-2:]]}
    return {stem, stem[:-1] + _STRONG_SINGLE.get(stem[-1:], stem[-1:])}


def _endings(name: str) -> Iterator[str]:
    """Genitives of one undivided word, by its last letters."""
    stem, last = name[:-1], name[-1:]
    if last and last in _VOWELS:
        yield from (f"{form}{last}n" for form in _weak(stem))
    else:
        yield f"{name}in"  # Kökar, Kökarin
    match last:
        case "i":
            yield from (f"{form}en" for form in _weak(stem))  # joki, joen
            if stem.endswith("s"):
                yield f"{stem[:-1]}den"  # vesi, veden
        case "e":
            yield from (f"{form}een" for form in _strong(stem))  # Keitele, Keiteleen
        case "s":
            yield from (f"{stem}ksen", f"{stem}den")  # Kannus, Kannuksen; Varkaus, Varkauden
            yield from (f"{form}{stem[-1:] * 2}n" for form in _strong(stem[:-1]))  # Pihtiputaan
        case "t":
            for form in _strong(stem[:-1]):
                yield from (f"{form}{stem[-1:]}in", f"{form}ojen", f"{form}öjen")  # Virtain
        case "n" if name.endswith("nen"):
            yield from (f"{name[:-3]}sen", f"{name[:-3]}sten")  # Kaustisen, Paraisten
        case "n":
            yield from (f"{form}{stem[-1:]}men" for form in _strong(stem[:-1]))  # Punkalaitumen


_MARKS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        # Dots of abbreviations (Tl., T.l.), and letters that no one sees.
        **dict.fromkeys(".\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    }
)
_SAINT = re.compile(r"(?<!\w)(?:s:t|sankt\b|st\b)\s*")
_WITH_WORD = re.compile(r"(.+) (?:kaupunki|kunta|stad|kommun)|(?:staden|kommunen) (.+)")
_BETWEEN_NAMES = re.compile(r"\s*[/|,;()]\s*|\s+-\s+")


def _key(name: str) -> str:
    """The name as it is looked up: what sources write differently is made the same."""
    text = unicodedata.normalize("NFKC", name).translate(_MARKS).casefold()
    text = _SAINT.sub("st ", unicodedata.normalize("NFC", text))
    return " ".join(text.split()).strip(" ,;:")


def _bare(key: str) -> str | None:
    """The key without a word for municipality, or None where it has no such word."""
    with_word = _WITH_WORD.fullmatch(key)
    return (with_word[1] or with_word[2]) if with_word else None


def _parts(key: str) -> list[str]:
    return [part for part in _BETWEEN_NAMES.split(key) if part]


def _genitives(key: str) -> set[str]:
    """Finnish candidates and the Swedish genitive."""
    return genitive_candidates(key) | {key if key[-1:] in "sxz" else f"{key}s"}


class _Names:
    """Lower-case names to answers; a name that fits two places is kept, without an answer."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, _Answer | None]] = {}

    def offer(self, key: str, place: str, answer: _Answer) -> None:
        known, _ = self.answers.setdefault(key, (place, answer))
        if known != place:
            self.answers[key] = ("", None)

    def __contains__(self, key: object) -> bool:
        return key in self.answers

    def __getitem__(self, key: str) -> _Answer | None:
        return self.answers[key][1]


def _name_finder(
    municipalities: pd.DataFrame, changes: pd.DataFrame | None
) -> Callable[[str], _Answer | None]:
    names, genitives, former_names, former_genitives = _Names(), _Names(), _Names(), _Names()
    for code, name, how in _current_names(municipalities):
        whole = _key(name)
        # Statistics Finland writes Maarianhamina - Mariehamn as one name.
        for key in {whole, *_parts(whole)}:
            names.offer(key, code, _Answer(code, how))
            for form in _genitives(key):
                genitives.offer(form, code, _Answer(code, "genitive"))
    current = set(municipalities["municipality_code"])
    for former in _former(changes, current, how="former_name"):
        for key in map(_key, former.names):
            former_names.offer(key, former.place, former.answer)
            for form in _genitives(key):
                former_genitives.offer(form, former.place, former.answer)

    def find_one(key: str) -> _Answer | None:
        bare = _bare(key)
        # In the order of trust; the first that knows the name decides, even that it is ambiguous.
        for known, text in (
            (names, key),
            (names, bare),
            (genitives, bare),
            (former_names, key),
            (former_names, bare),
            (former_genitives, bare),
        ):
            if text is not None and text in known:
                return known[text]
        return None

    def find(text: str) -> _Answer | None:
        key = _key(text)
        without_brackets = " ".join(re.sub(r"[()]", " ", key).split())
        for reading in (key, without_brackets):
            if answer := find_one(reading):
                return answer
        # Last the bare hyphen, which is a part of names too (Mänttä-Vilppula).
        for parts in (_parts(key), key.split("-")):
            answers = [answer for part in parts if (answer := find_one(part.strip()))]
            places = {answer.municipality_code for answer in answers}
            if len(answers) == len(parts) and len(places) == 1:
                return answers[0]
        return None

    return find


def _current_names(municipalities: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Code, name and its column: all Finnish names first, so that they win over Swedish ones."""
    require_columns(municipalities, ["municipality_code", *_NAMES], of="municipalities")
    for column in _NAMES:
        for code, name in zip(
            municipalities["municipality_code"], municipalities[column], strict=True
        ):
            if _written(name):
                yield code, name, column


def _written(*names: object) -> tuple[str, ...]:
    """Names that are not missing or blank."""
    return tuple(str(name) for name in names if not pd.isna(name) and str(name).strip())


def _ends(changes: pd.DataFrame, current: set[str]) -> Callable[[str], str]:
    """Make a function from a code to where its chain of changes ends (a to b, b to c: c)."""
    in_order = changes.sort_values("valid_from", kind="stable")
    # The latest change of a code decides; renaming and moving leave the code as it is.
    steps = {
        old: new
        for old, new in zip(in_order["old_code"], in_order["new_code"], strict=True)
        if old != new
    }

    def end(code: str) -> str:
        passed: set[str] = set()
        while code not in current and code in steps:
            if code in passed:
                return ""  # A circle ends nowhere.
            passed.add(code)
            code = steps[code]
        return code

    return end


class _Former(NamedTuple):
    """A place of the table of changes: its code and names, where it is now, what to answer."""

    code: str
    names: tuple[str, ...]
    place: str
    answer: _Answer


def _former(changes: pd.DataFrame | None, current: set[str], *, how: str) -> list[_Former]:
    """The places before each change, latest first, then those after that lie outside."""
    if changes is None:
        return []
    require_columns(changes, _CHANGES, of="changes")
    end = _ends(changes, current)
    before, after = [], []
    for change in changes.sort_values("valid_from", kind="stable")[::-1].itertuples():
        place = end(change.new_code)
        code, matched_by = (place, how) if place in current else (None, "outside_area")
        # A municipality that only moved to another region still bears its name.
        name = None if change.kind == "moved_region" else change.old_name_fi
        answer = _Answer(code, matched_by, name, change.valid_from)
        names = _written(change.old_name_fi, change.old_name_sv)
        before.append(_Former(change.old_code, names, place, answer))
        if code is None:
            answer = _Answer(matched_by="outside_area")
            after.append(_Former(change.new_code, _written(change.new_name_fi), place, answer))
    return before + after


def _place_finder(
    how: str, municipalities: pd.DataFrame | None, changes: pd.DataFrame | None
) -> Callable[[str], _Answer | None]:
    """Make a function from a code that a table gave, perhaps an older one, to the answer."""
    if municipalities is None:
        return lambda code: _Answer(code, how)
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    current = set(municipalities["municipality_code"])
    if changes is not None:
        require_columns(changes, _CHANGES, of="changes")
    end = str if changes is None else _ends(changes, current)

    def find(code: str) -> _Answer:
        place = end(code)
        return _Answer(place, how) if place in current else _Answer(matched_by="outside_area")

    return find


def _answers(values: pd.Series, find: Callable[[str], _Answer | None]) -> pd.DataFrame:
    """Answer each distinct value once and give the answers to the rows."""
    positions, distinct = pd.factorize(values.astype("string"))
    # A missing value has position -1 and so takes the last row.
    rows = [find(text) or _NOTHING for text in distinct] + [_NOTHING]
    answers = pd.DataFrame(rows, columns=list(RESULT_COLUMNS), dtype="string")
    return answers.take(positions).set_axis(values.index)


def _first_answers(
    rows: pd.DataFrame, steps: Iterable[Callable[[pd.DataFrame], pd.DataFrame]]
) -> pd.DataFrame:
    """Try the steps in turn, each on the rows that have no answer yet; needs a unique index."""
    found = pd.DataFrame(index=rows.index, columns=list(RESULT_COLUMNS), dtype="string")
    for step in steps:
        still_open = found["matched_by"].isna()
        found.loc[still_open] = step(rows[still_open])
    return found


def _first_area(points: gpd.GeoSeries, areas: gpd.GeoSeries) -> np.ndarray:
    """Position of the first area that each point touches, -1 where there is none."""
    millimetre = 1e-8 if areas.crs.is_geographic else 1e-3
    tree = shapely.STRtree(_clean(points.to_crs(areas.crs)))
    # Areas are asked for points, not points for areas: geos prepares what asks, and there are
    # few areas with many corners.
    area, point = tree.query(areas.to_numpy(), predicate="dwithin", distance=millimetre)
    return _lowest(point, area, len(points))


def _nearest_area(points: gpd.GeoSeries, areas: gpd.GeoSeries, max_distance_m: float) -> np.ndarray:
    """Position of the nearest area within the distance, the first of equals, -1 for none."""
    tree = shapely.STRtree(to_metric(areas).to_numpy())
    point, area = tree.query_nearest(_clean(to_metric(points)), max_distance=max_distance_m)
    return _lowest(point, area, len(points))


def _clean(points: gpd.GeoSeries) -> np.ndarray:
    """Points as an array, None for those without finite coordinates (out of the CRS's reach)."""
    geometry = points.to_numpy().copy()
    geometry[shapely.is_empty(geometry)] = None
    geometry[~(np.isfinite(shapely.get_x(geometry)) & np.isfinite(shapely.get_y(geometry)))] = None
    return geometry


def _lowest(point: np.ndarray, area: np.ndarray, count: int) -> np.ndarray:
    nothing = np.iinfo(np.intp).max
    lowest = np.full(count, nothing, dtype=np.intp)
    np.minimum.at(lowest, point, area)
    return np.where(lowest == nothing, -1, lowest)


def _known_names(municipalities: pd.DataFrame, changes: pd.DataFrame | None) -> dict[str, str]:
    """Looked-up form to the name as the tables write it; of two that look alike, today's."""
    names = [name for _, name, _ in _current_names(municipalities)]
    for former in _former(changes, set(municipalities["municipality_code"]), how="former_name"):
        names.extend(former.names)
    shown = [" ".join(name.split()) for name in names]
    return {_key(name): name for name in reversed(shown)}


def _near(name: str, known: dict[str, str], limit: int) -> list[str]:
    key = _key(name)
    text = _bare(key) or key
    # Koski and Kosken, where the tables have Koski Tl.
    first_words = {other: other.split()[0] for other in known if " " in other}
    longer = [
        other
        for other, first in first_words.items()
        if text == first or text in genitive_candidates(first)
    ]
    close = difflib.get_close_matches(text, known, n=limit + len(longer))
    return list(dict.fromkeys(known[other] for other in longer + close))[:limit]


def _unmatched(
    places: pd.Series, municipalities: pd.DataFrame, changes: pd.DataFrame | None, *, offer: bool
) -> UnmatchedPlaces:
    text = places.astype("string").str.strip().replace("", pd.NA)
    known = _known_names(municipalities, changes) if offer else {}
    # Looking for near names is slow, and a column chosen by mistake has very many: only for those
    # that the message quotes.
    names = {
        name: _near(name, known, 3) if position < QUOTED else []
        for position, name in enumerate(text.dropna().unique())
    }
    return UnmatchedPlaces(names, unnamed=int(text.isna().sum()))
