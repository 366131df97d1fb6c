"""Every reasonable reading of what a gap is: in how many is a municipality one, what flips it.

The ladder itself is drawn in `geo.coverage`, organisations are counted in `geo.services`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from geo.coverage import LADDER, coverage_status
from geo.errors import GeoError, require_columns

CHOICES: Mapping[str, tuple[str, str]] = {
    "evidence": ("all", "fresh"),
    "step": ("model", "structure"),
    "reach": ("local", "regional"),
    "measure": ("per_10k", "absolute"),
}
"""What a reading has to choose, each with its two options.

evidence
    ``all``: stale evidence counts; ``fresh``: a stale answer is held for unknown.
step
    ``model``: a documented model is needed; ``structure``: a forum, seats, grants or premises are
    enough.
reach
    ``local``: organisations with a seat or stated work in the municipality; ``regional``: those
    that reach it by serving the whole region or country as well.
measure
    ``per_10k``: organisations per 10,000 residents, those that serve the whole region or country
    per 10,000 residents of the region; ``absolute``: their number.
"""

READINGS: tuple[tuple[str, ...], ...] = tuple(product(*CHOICES.values()))
"""All combinations, the last choice changing fastest: a reading's number is its place here + 1."""

FLOOR = 0.5
"""Below this share of the median there are too few organisations.

Our own convention, a relative line as the OECD draws that of relative income poverty (half of the
median): nobody has settled how many organisations a municipality needs.
"""

VERDICTS = ("always", "depends", "never")
"""A gap in every reading, in some, in none."""


def gap_readings(
    states: pd.DataFrame,
    municipalities: pd.DataFrame,
    organisation_counts: pd.DataFrame,
    *,
    floor: float = FLOOR,
) -> pd.DataFrame:
    """Read for every municipality and every reading whether it is a gap.

    It is one when it lacks co-operation (its ladder step is below the one that the reading needs;
    so is ``no_information``, which is not known to be a lack: read ``ladder`` beside it) or lacks
    organisations (it has none, or fewer than ``floor`` times the median of ``municipalities``).
    What the two need is not always known: it is a gap as soon as one part is lacking, and no gap
    only where both are there.

    Parameters
    ----------
    states
        As from `geo.coverage.criterion_states`, whose day and age limit decide what is stale.
    municipalities
        Columns municipality_code (each once), region_code, population (persons).
    organisation_counts
        Columns municipality_code, local, regional: as from `geo.services.organisation_counts`.
    floor
        Share of the median, 0-1, below which organisations are too few.

    Returns
    -------
    DataFrame
        One row per municipality and reading, in the order of ``municipalities`` and ``READINGS``:
        municipality_code; evidence, step, reach, measure; ladder (the step under the reading's
        evidence); lacks_cooperation (NA without states); organisations (their number under the
        reading's reach and measure); lacks_organisations (NA where the number cannot be told, and
        everywhere when not one organisation is known at all); is_gap (NA as long as neither part
        is surely lacking and one is not known).

    Raises
    ------
    GeoError
        A column is missing, a municipality stands twice, or ``floor`` is not within 0-1.

    Examples
    --------
    One town has a model and many organisations, the other neither:

    >>> from geo.coverage import criterion_states
    >>> towns = pd.DataFrame(
    ...     {"municipality_code": ["001", "002"], "region_code": "90", "population": 10_000}
    ... )
    >>> found = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001"],
    ...         "criterion": ["documented_model"],
    ...         "answer": ["yes"],
    ...         "year": pd.array([2018], dtype="Int64"),
    ...     }
    ... )
    >>> states = criterion_states(found, towns, as_of_year=2026)
    >>> counts = pd.DataFrame(
    ...     {"municipality_code": ["001", "002"], "local": [30, 2], "regional": [5, 5]}
    ... )
    >>> readings = gap_readings(states, towns, counts)
    >>> readings.groupby("municipality_code")["is_gap"].sum().tolist()
    [8, 16]
    """
    wanted = ["municipality_code", "region_code", "population"]
    require_columns(municipalities, wanted, of="municipalities")
    columns = ["municipality_code", "local", "regional"]
    require_columns(organisation_counts, columns, of="organisation_counts")
    if not 0 <= floor <= 1:
        raise GeoError(f"floor is {floor!r}; it is a share of the median, from 0 to 1")
    codes = municipalities["municipality_code"]
    for name, column in (("municipalities", codes), ("counts", organisation_counts[columns[0]])):
        if column.duplicated().any():
            raise GeoError(f"{name} hold {column[column.duplicated()].tolist()!r} more than once")

    ranks = _ranks(states, codes)
    needed = [LADDER.index(step) for step in CHOICES["step"]]
    below = ranks[:, :, None] > np.array(needed)
    organisations = _organisations(municipalities, organisation_counts)
    few, is_told = _too_few(organisations, floor)

    # Municipality, evidence, step, reach, measure: each part is the same along the others' axes.
    shape = (len(codes), *map(len, CHOICES.values()))
    has_states = ranks[:, :, None] >= 0
    cooperation = _spread(below, shape, 3), _spread(has_states, shape, 3)
    local = _spread(few, shape, 1), _spread(is_told, shape, 1)
    readings = _grid(codes)
    steps = np.array([*LADDER, None], dtype=object)[_spread(ranks[:, :, None], shape, 3)]
    readings["ladder"] = pd.array(steps, dtype="string")
    readings["lacks_cooperation"] = _three_valued(*cooperation)
    readings["organisations"] = pd.array(_spread(organisations, shape, 1), dtype="Float64")
    readings["lacks_organisations"] = _three_valued(*local)
    readings["is_gap"] = readings["lacks_cooperation"] | readings["lacks_organisations"]
    return readings


def gap_sensitivity(readings: pd.DataFrame) -> pd.DataFrame:
    """Count in how many readings each municipality is a gap, and tell which choice flips it.

    A choice flips a municipality in a pair of readings that differ in that choice alone when it
    is a gap in one of them and surely none in the other. Each choice has 8 such pairs.

    Parameters
    ----------
    readings
        Columns municipality_code, evidence, step, reach, measure, is_gap: as from `gap_readings`,
        all 16 readings of each municipality.

    Returns
    -------
    DataFrame
        One row per municipality, in the order of ``readings``: municipality_code; gaps (readings
        in which it surely is one), readings (in which that is known, 0-16), unknown (the rest);
        verdict (``always``, ``depends``, ``never``; NA where what is not known could change it);
        flips_evidence, flips_step, flips_reach, flips_measure (pairs that flip, 0-8); flipping
        (the choices that flip most, all that share the first place, in the order of ``CHOICES``
        and joined with commas; NA where none flips).

    Raises
    ------
    GeoError
        A column is missing, or a municipality has not each of the 16 readings once.

    Examples
    --------
    A gap as long as a model is needed, whatever else is chosen:

    >>> readings = pd.DataFrame(READINGS, columns=list(CHOICES))
    >>> readings = readings.assign(
    ...     municipality_code="001", is_gap=(readings["step"] == "model").astype("boolean")
    ... )
    >>> gap_sensitivity(readings)[["gaps", "readings", "verdict", "flips_step", "flipping"]]
       gaps  readings  verdict  flips_step flipping
    0     8        16  depends           8     step
    """
    require_columns(readings, ["municipality_code", *CHOICES, "is_gap"], of="readings")
    codes = readings["municipality_code"].drop_duplicates()
    wanted = _grid(codes)
    keys = ["municipality_code", *CHOICES]
    whole = wanted.merge(readings[[*keys, "is_gap"]], on=keys, how="left", indicator=True)
    if (
        len(readings) != len(wanted)
        or len(whole) != len(wanted)
        or (whole["_merge"] != "both").any()
    ):
        raise GeoError(
            f"readings hold {len(readings)} rows for {len(codes)} municipalities; each needs all "
            f"{len(READINGS)} readings of READINGS, once"
        )
    known = whole["is_gap"].notna().to_numpy(dtype=bool)
    gap = whole["is_gap"].fillna(False).to_numpy(dtype=bool)
    shape = (len(codes), *map(len, CHOICES.values()))
    gap, known = gap.reshape(shape), known.reshape(shape)
    over = tuple(range(1, len(shape)))
    gaps, decided = gap.sum(axis=over), known.sum(axis=over)
    result = pd.DataFrame(
        {
            "municipality_code": codes.astype("string").to_numpy(),
            "gaps": pd.array(gaps, dtype="Int64"),
            "readings": pd.array(decided, dtype="Int64"),
            "unknown": pd.array(len(READINGS) - decided, dtype="Int64"),
        }
    )
    is_sure = decided == len(READINGS)
    verdict = np.select(
        [(gaps > 0) & (gaps < decided), is_sure & (gaps > 0), is_sure],
        ["depends", "always", "never"],
        default="",
    )
    result["verdict"] = pd.Series(verdict, dtype="string").replace("", pd.NA)
    flips = np.stack([_flips(gap, known, axis) for axis in over], axis=1)
    for place, choice in enumerate(CHOICES):
        result[f"flips_{choice}"] = pd.array(flips[:, place], dtype="Int64")
    most = (flips == flips.max(axis=1, keepdims=True, initial=0)) & (flips > 0)
    names = [",".join(np.array(list(CHOICES))[row]) or None for row in most]
    result["flipping"] = pd.array(names, dtype="string")
    return result


def _ranks(states: pd.DataFrame, codes: pd.Series) -> np.ndarray:
    """The place of each municipality's step on the ladder with all and with fresh evidence.

    Municipality by evidence; -1 without states.
    """
    # The newest answer is the one that counts, so behind a stale one no fresh one can stand.
    is_stale = states["is_stale"].fillna(False).to_numpy(dtype=bool)
    fresh = states.assign(
        state=states["state"].mask(is_stale, "not_asked"),
        is_stale=states["is_stale"].mask(is_stale),
    )
    ranks = {step: rank for rank, step in enumerate(LADDER)}
    columns = []
    for read in (states, fresh):
        steps = coverage_status(read).set_index("municipality_code")["ladder"]
        columns.append(steps.reindex(codes).map(ranks).fillna(-1).to_numpy(dtype=int))
    return np.stack(columns, axis=1)


def _organisations(municipalities: pd.DataFrame, organisation_counts: pd.DataFrame) -> np.ndarray:
    """Known organisations of each municipality, by reach and measure; nan where unknown."""
    counts = organisation_counts.set_index("municipality_code")[["local", "regional"]]
    counts = counts.reindex(municipalities["municipality_code"]).astype("Float64")
    local, regional = counts.to_numpy(dtype=float, na_value=np.nan).T
    residents = municipalities["population"].astype("Float64").to_numpy(float, na_value=np.nan)
    residents = np.where(residents > 0, residents, np.nan)
    # Who serves a whole region does so for all of its residents, not for one municipality's.
    of_region = (
        municipalities["population"].astype("Float64").groupby(municipalities["region_code"])
    )
    of_region = of_region.transform(lambda heads: heads.sum(skipna=False))
    region = of_region.to_numpy(float, na_value=np.nan)
    region = np.where(region > 0, region, np.nan)
    number = np.stack([local, local + regional], axis=1)
    own, shared = local * 10_000 / residents, regional * 10_000 / region
    rate = np.stack([own, own + np.where(regional == 0, 0.0, shared)], axis=1)
    # None is none per head too, however many heads there are.
    rate = np.where(number == 0, 0.0, rate)
    return np.stack([rate, number], axis=2)


def _too_few(organisations: np.ndarray, floor: float) -> tuple[np.ndarray, np.ndarray]:
    """Whether organisations are too few against the median, and whether that can be told."""
    is_known = ~np.isnan(organisations)
    # A register without one organisation says nothing of any municipality.
    if not np.nansum(organisations):
        return np.zeros(organisations.shape, bool), np.zeros(organisations.shape, bool)
    columns = pd.DataFrame(organisations.reshape(len(organisations), -1))
    line = floor * columns.median().to_numpy().reshape(organisations.shape[1:])
    return (organisations == 0) | (organisations < line), is_known


def _grid(codes: pd.Series) -> pd.DataFrame:
    """A row per municipality and reading."""
    grid = pd.DataFrame(READINGS * len(codes), columns=list(CHOICES), dtype="string")
    grid.insert(0, "municipality_code", codes.astype("string").repeat(len(READINGS)).to_numpy())
    return grid


def _spread(part: np.ndarray, shape: tuple[int, ...], axis: int) -> np.ndarray:
    """One value a row of the grid, from a part that lacks the two axes from ``axis`` on."""
    return np.broadcast_to(np.expand_dims(part, (axis, axis + 1)), shape).ravel()


def _three_valued(holds: np.ndarray, is_known: np.ndarray) -> pd.Series:
    return pd.Series(holds, dtype="boolean").mask(~is_known)


def _flips(gap: np.ndarray, known: np.ndarray, axis: int) -> np.ndarray:
    """Pairs along an axis, per municipality, that are both known and not the same."""
    one, other = np.moveaxis(gap, axis, 0)
    is_told = np.moveaxis(known, axis, 0).all(axis=0)
    return ((one != other) & is_told).sum(axis=tuple(range(1, one.ndim)))
