"""Which municipalities are alike, by size, density, age and language; what they do is not asked."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo.errors import GeoError, require_columns
from geo.population import residents_of_groups

FEATURES = ("size", "density", "age", "language")
"""What municipalities are compared by, each with the same weight."""

SWEDISH = {"fi": 0.0, "fi-sv": 1 / 3, "sv-fi": 2 / 3, "sv": 1.0}
"""Official languages as a number: equal steps from Finnish alone to Swedish alone."""

_AGE_GROUPS = pd.DataFrame(
    {
        "target_group_code": ["old", "young"],
        "age_from": pd.array([65, 0], dtype="Int64"),
        "age_to": pd.array([None, 17], dtype="Int64"),
        "is_general": False,
    }
)
# Each column with its feature and its weight in it: two halves of age weigh as much as one size.
_COLUMNS = {
    "log_population": ("size", 1.0),
    "log_density": ("density", 1.0),
    "share_old": ("age", 0.5),
    "share_young": ("age", 0.5),
    "swedishness": ("language", 1.0),
}
_PARTS = [f"{feature}_part" for feature in FEATURES]


def municipality_features(
    municipalities: pd.DataFrame, population_by_age: pd.DataFrame
) -> pd.DataFrame:
    """Put in numbers what municipalities are compared by.

    Parameters
    ----------
    municipalities
        Columns municipality_code, population (persons), land_km2, languages (``fi``, ``fi-sv``,
        ``sv-fi``, ``sv``).
    population_by_age
        As for `geo.population.residents_of_groups`.

    Returns
    -------
    DataFrame
        Index and order of ``municipalities``: municipality_code; log_population (log10 of
        persons); log_density (log10 of persons per land km2); share_old (65 and over) and
        share_young (under 18), of all residents of the same age table (0-1); swedishness
        (`SWEDISH`). NA where it is not known, where nobody lives or where there is no land.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001"],
    ...         "population": [10_000],
    ...         "land_km2": [100.0],
    ...         "languages": ["sv-fi"],
    ...     }
    ... )
    >>> ages = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001", "001"],
    ...         "age_from": [0, 18, 65],
    ...         "age_to": pd.array([17, 64, None], dtype="Int64"),
    ...         "sex": ["total", "total", "total"],
    ...         "population": [250, 500, 250],
    ...         "year": [2018, 2018, 2018],
    ...     }
    ... )
    >>> found = municipality_features(towns, ages).drop(columns="municipality_code")
    >>> found.iloc[0].round(2).tolist()
    [4.0, 2.0, 0.25, 0.25, 0.67]
    """
    columns = ["municipality_code", "population", "land_km2", "languages"]
    require_columns(municipalities, columns, of="municipalities")
    population = municipalities["population"].astype("Float64")
    land = municipalities["land_km2"].astype("Float64")
    # Shares of the ages' own year: a total that is newer, or that nobody knows, changes none.
    places = municipalities[["municipality_code"]].assign(population=1, population_year=0)
    shares = residents_of_groups(population_by_age, places, _AGE_GROUPS)["share"]
    old, young = (shares.iloc[first::2].set_axis(municipalities.index) for first in (0, 1))
    return pd.DataFrame(
        {
            "municipality_code": municipalities["municipality_code"].astype("string"),
            "log_population": _log10(population),
            "log_density": _log10(population / land.mask((land <= 0).fillna(True))),
            "share_old": old,
            "share_young": young,
            "swedishness": municipalities["languages"].map(SWEDISH).astype("Float64"),
        },
        index=municipalities.index,
    )


def similar_municipalities(
    municipalities: pd.DataFrame,
    population_by_age: pd.DataFrame,
    *,
    number: int | None = 5,
    nearest_of: Collection[str] = (),
) -> pd.DataFrame:
    """Name for each municipality those most like it in size, density, age and language.

    Each column of `municipality_features` is standardised over the municipalities compared (minus
    the mean, divided by the standard deviation of all of them), so that a distance of 1 in each is
    a step as long as municipalities usually differ from the mean. The distance is Euclidean::

        d^2 = z_size^2 + z_density^2 + (z_old^2 + z_young^2) / 2 + z_language^2

    where each z is the difference of the two municipalities' scores. The shares of the old and of
    the young have half a weight each, so that age weighs as one feature. A column in which all are
    the same counts nothing. The measure is of the municipalities given: with others, the means and
    deviations change, and the distances with them.

    A municipality of which a feature is not known is not compared, neither as the one asked for
    nor as one like another: a distance over fewer features would be shorter for that alone. A
    feature that is known of no municipality counts nothing for anyone, and its part is NA.

    Parameters
    ----------
    municipalities, population_by_age
        As for `municipality_features`; each municipality once.
    number
        How many to name for each; None names all.
    nearest_of
        Codes of municipalities of which the nearest is named in any case, with its rank: those
        that have what the others lack, say.

    Returns
    -------
    DataFrame
        One row per municipality and similar one, in the order of ``municipalities`` and of
        likeness: municipality_code, rank (1 is most alike), similar_code, distance, size_part,
        density_part, age_part, language_part (what each feature adds to the square of the
        distance; they add up to it), is_tied (another is just as far, and the lower code stands
        first), unknown_features (NA). A municipality that is not compared, or has none to be
        compared with, has one row with NA, and unknown_features names in words of `FEATURES`,
        with a space between, what is not known of it.

    Raises
    ------
    GeoError
        A column is missing, a municipality stands twice, or ``number`` is below 1.

    References
    ----------
    Everitt, Landau, Leese and Stahl (2011), Cluster Analysis, 5th ed., chapter 3: Euclidean
    distance of standardised variables with weights.
    """
    if number is not None and number < 1:
        raise GeoError(f"number is {number!r}; at least one similar municipality is needed")
    features = municipality_features(municipalities, population_by_age).reset_index(drop=True)
    twice = features["municipality_code"].duplicated()
    if twice.any():
        codes = sorted(set(features.loc[twice, "municipality_code"]))
        raise GeoError(f"municipalities {codes!r} stand more than once; one row each is needed")
    usable = [column for column in _COLUMNS if features[column].notna().any()]
    # Of whom nothing at all is known, nobody can be like another.
    is_compared = features[usable].notna().all(axis=1) & bool(usable)
    # By code, so that of two equally far the lower code comes first.
    compared = features[is_compared].sort_values("municipality_code")
    pairs = _ranked_pairs(compared, usable, number, nearest_of)
    alone = features if pairs.empty else features[~is_compared]
    unknown = _unknown(alone, usable)
    alone = alone[["municipality_code"]].assign(place=alone.index, unknown_features=unknown)
    kinds = {"rank": "Int64", "distance": "Float64", "is_tied": "boolean"}
    kinds |= dict.fromkeys(_PARTS, "Float64")
    kinds |= dict.fromkeys(["municipality_code", "similar_code", "unknown_features"], "string")
    columns = ["municipality_code", "rank", "similar_code", "distance", *_PARTS, "is_tied"]
    columns.append("unknown_features")
    blocks = [
        block.reindex(columns=["place", *columns]).astype(kinds)
        for block in (pairs, alone)
        if len(block)
    ]
    rows = pd.concat(blocks) if blocks else pairs.reindex(columns=["place", *columns]).astype(kinds)
    return rows.sort_values(["place", "rank"], ignore_index=True)[columns]


def _log10(values: pd.Series) -> pd.Series:
    """Logarithms, NA where the value is not above zero."""
    plain = values.mask((values <= 0).fillna(True)).to_numpy(dtype=float, na_value=np.nan)
    return pd.Series(np.log10(plain), index=values.index).astype("Float64")


def _unknown(features: pd.DataFrame, usable: list[str]) -> list[str | None]:
    """The features that are not known of each municipality, None where all are."""
    found = []
    for row in features[usable].isna().to_dict("records"):
        lacking = {_COLUMNS[str(column)][0] for column, is_lacking in row.items() if is_lacking}
        found.append(" ".join(name for name in FEATURES if name in lacking) or None)
    return found


def _squares(compared: pd.DataFrame, usable: list[str]) -> dict[str, np.ndarray]:
    """Part of a feature to the squared differences of every two municipalities."""
    count = len(compared)
    parts = {part: np.full((count, count), np.nan) for part in _PARTS}
    for column in usable:
        feature, weight = _COLUMNS[column]
        values = compared[column].to_numpy(dtype=float)
        spread = values.std() if count else 0.0
        # Equal numbers may leave a last bit of spread, and noise must not be blown up to a score.
        is_flat = not count or np.ptp(values) < 1e-12
        scores = np.zeros(count) if is_flat else (values - values.mean()) / spread
        part = parts[f"{feature}_part"]
        added = weight * (scores[:, None] - scores[None, :]) ** 2
        parts[f"{feature}_part"] = np.where(np.isnan(part), 0.0, part) + added
    return parts


def _ranked_pairs(
    compared: pd.DataFrame, usable: list[str], number: int | None, nearest_of: Collection[str]
) -> pd.DataFrame:
    """Every municipality with the ``number`` nearest others and the nearest of some, in order."""
    parts = _squares(compared, usable)
    # Rounded, so that the last bits of a number do not decide between equals.
    distances = np.sqrt(np.nansum(list(parts.values()), axis=0)).round(9)
    np.fill_diagonal(distances, np.inf)  # itself comes last and is cut off
    order = np.argsort(distances, axis=1, kind="stable")
    ranked = np.take_along_axis(distances, order, axis=1)
    same_as_next = (ranked[:, :-1] == ranked[:, 1:]) & np.isfinite(ranked[:, :-1])
    is_tied = np.zeros(ranked.shape, dtype=bool)
    is_tied[:, :-1] |= same_as_next
    is_tied[:, 1:] |= same_as_next
    is_wanted = np.zeros(ranked.shape, dtype=bool)
    is_wanted[:, :number] = True
    is_of_them = compared["municipality_code"].isin(list(nearest_of)).to_numpy()[order]
    is_of_them[:, -1:] = False
    is_wanted |= is_of_them & (is_of_them.cumsum(axis=1) == 1)
    is_wanted[:, -1:] = False
    rows, ranks = np.nonzero(is_wanted)
    others = order[rows, ranks]
    codes = compared["municipality_code"].array
    return pd.DataFrame(
        {
            "place": compared.index.to_numpy()[rows],
            "municipality_code": codes.take(rows),
            "rank": ranks + 1,
            "similar_code": codes.take(others),
            "distance": ranked[rows, ranks],
        }
        | {part: squares[rows, others] for part, squares in parts.items()}
        | {"is_tied": is_tied[rows, ranks]}
    )
