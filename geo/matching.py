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

import re
from collections.abc import Callable, Iterable
from typing import Literal

import geopandas as gpd
import pandas as pd

from geo.crs import require_crs
from geo.errors import GeoError, require_columns
from geo.former_places import Answer, former_places, place_finder
from geo.place_names import name_finder, unmatched_places
from geo.places_by_point import areas_of_points

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

_NOTHING = Answer()


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
        raise unmatched_places(places[unmatched], municipalities, changes, offer=name is not None)
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
    former: dict[str, Answer] = {}
    for before in former_places(changes, current, how="former_code"):
        former.setdefault(before.code, before.answer)

    def find(text: str) -> Answer | None:
        digits = re.fullmatch(r"\s*([0-9]{1,3})(?:\.0)?\s*", text)
        if digits is None:
            return None
        code = digits[1].zfill(3)
        return Answer(code, "code") if code in current else former.get(code)

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
    return _answers(values, name_finder(municipalities, changes))


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
    place = place_finder("postcode", municipalities, changes)

    def find(text: str) -> Answer | None:
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
    >>> from shapely import box
    >>> squares = box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
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
    # The lowest code first, so that the first polygon found is the one that wins.
    areas = boundaries.sort_values("municipality_code", kind="stable")
    inside, near = areas_of_points(points.geometry, areas.geometry, max_distance_m=max_distance_m)
    codes = pd.Series(areas["municipality_code"].array, dtype="string").reindex(inside)
    found = _answers(codes.set_axis(points.index), place_finder("point", municipalities, changes))
    found["matched_by"] = found["matched_by"].mask(
        near & found["matched_by"].eq("point").fillna(False).to_numpy(dtype=bool), "point_near"
    )
    return found


def _answers(values: pd.Series, find: Callable[[str], Answer | None]) -> pd.DataFrame:
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
