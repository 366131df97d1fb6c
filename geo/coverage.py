"""From evidence to the states and the ladder of each municipality, and to gaps counted twice.

The profile matrix is laid out in `geo.profiles`; organisations and their target groups are counted
in `geo.services`, ages in `geo.population`.
"""

from __future__ import annotations

import pandas as pd

from geo.errors import GeoError, require_columns
from loaders.tables import ANSWERS, COUNTY_CRITERIA, CRITERIA

STATES = ("yes", "no", "asked_no_answer", "not_asked", "out_of_scope")
"""The five states of a criterion: a municipality is always in exactly one of them."""

LADDER = ("model", "structure", "liaison", "confirmed_none", "no_information")
"""The five steps of the ladder, the best first."""
GAP_KINDS = ("known_step", "no_information")
"""Gaps of which some step is known, and those without information: they stay apart everywhere."""

STRUCTURE_CRITERIA = ("forum", "seats", "grants", "premises")
MAX_AGE_YEARS = 4
"""A municipal council's term: older evidence counts, but is marked stale."""

_FINDING = ["municipality_code", "criterion", "answer", "year", "kind", "source_url", "note"]
_BOARD = [
    *("level", "municipality_code", "seats_ngo", "is_public", "name"),
    *("term_start", "term_end", "source_date", "source_url"),
]


def combined_evidence(
    evidence: pd.DataFrame, *, liaisons: pd.DataFrame, boards: pd.DataFrame
) -> pd.DataFrame:
    """Add to the evidence what liaison lists and boards tell by themselves.

    A municipality on a liaison list answers ``liaison`` with yes; a public municipal board with
    NGO seats answers ``seats`` with yes, and one whose term is over does so for its last year at
    most. No name of a person is carried over.

    Parameters
    ----------
    evidence
        Columns as in the evidence table; rows of whole regions are left out.
    liaisons
        Columns municipality_code, source_url, source_date.
    boards
        Columns level, municipality_code, seats_ngo, is_public, name, term_start, term_end,
        source_date, source_url.

    Returns
    -------
    DataFrame
        One row per finding: municipality_code, criterion, answer, year (of the source, else of
        the board's term, never after its end; NA where unknown), kind, source_url, note and
        ``origin``, which is ``evidence``, ``liaisons`` or ``boards``. Findings of the evidence
        table come first.

    Raises
    ------
    GeoError
        An unknown criterion or answer, or a missing column.
    """
    require_columns(evidence, _FINDING, of="evidence")
    require_columns(liaisons, ["municipality_code", "source_url", "source_date"], of="liaisons")
    require_columns(boards, _BOARD, of="boards")
    _check_evidence(evidence)
    own = evidence[evidence["municipality_code"].notna()].assign(origin="evidence")
    named = liaisons[liaisons["municipality_code"].notna()]
    named = named.drop_duplicates(["municipality_code", "source_url"])
    named = named.assign(
        criterion="liaison",
        year=_year(named["source_date"]),
        kind=pd.NA,
        note=pd.NA,
        origin="liaisons",
    )
    is_municipal = (boards["level"] == "municipality") & boards["is_public"]
    seated = boards[is_municipal & boards["seats_ngo"].gt(0).fillna(False)]
    seated = seated[seated["municipality_code"].notna()]
    year = _year(seated["source_date"]).fillna(_year(seated["term_start"]))
    end = _year(seated["term_end"])
    seated = seated.assign(
        criterion="seats",
        # A page that still tells of a board is no newer evidence than the board's own term.
        year=year.mask((year > end).fillna(False), end),
        kind=seated["name"],
        note=pd.NA,
        origin="boards",
    )
    columns = [*_FINDING, "origin"]
    derived = [frame.assign(answer="yes")[columns] for frame in (named, seated) if len(frame)]
    found = pd.concat([own[columns], *derived], ignore_index=True)
    return found.astype({name: "Int64" if name == "year" else "string" for name in columns})


def criterion_states(
    evidence: pd.DataFrame,
    municipalities: pd.DataFrame,
    *,
    as_of_year: int,
    max_age_years: int = MAX_AGE_YEARS,
) -> pd.DataFrame:
    """Tell for every municipality and criterion which of the five states it is in.

    Of several answers the newest counts (undated ones as the oldest; yes before no in the same
    year); a question without an answer never outweighs an answer. Where sources disagree the row
    says so, and both stay in the evidence.

    Parameters
    ----------
    evidence
        Columns municipality_code, criterion, answer, year. Rows of municipalities that are not
        among ``municipalities`` are left out.
    municipalities
        Column municipality_code.
    as_of_year
        The year from which age is counted.
    max_age_years
        Evidence older than this is stale; undated evidence is always stale.

    Returns
    -------
    DataFrame
        One row per municipality and criterion, in the order of ``municipalities`` and of
        ``CRITERIA``: municipality_code, criterion, state, year (of the answer that counts),
        newest_year, oldest_year, findings (rows of evidence), is_stale (NA without an answer),
        is_disputed.

    Raises
    ------
    GeoError
        An unknown criterion or answer, or a missing column.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"municipality_code": ["001", "002"]})
    >>> found = pd.DataFrame(
    ...     {
    ...         "municipality_code": ["001", "001"],
    ...         "criterion": ["forum", "forum"],
    ...         "answer": ["yes", "no"],
    ...         "year": pd.array([2018, 2025], dtype="Int64"),
    ...     }
    ... )
    >>> states = criterion_states(found, towns, as_of_year=2026)
    >>> states.loc[states["findings"] > 0, ["criterion", "state", "year", "is_disputed"]]
      criterion state  year  is_disputed
    1     forum    no  2025         True
    """
    require_columns(municipalities, ["municipality_code"], of="municipalities")
    places = municipalities["municipality_code"]
    return _states(evidence, places, CRITERIA, as_of_year - max_age_years)


def county_states(
    county_evidence: pd.DataFrame,
    counties: pd.DataFrame,
    *,
    as_of_year: int,
    max_age_years: int = MAX_AGE_YEARS,
) -> pd.DataFrame:
    """Tell for every wellbeing county and ask of SOSTE which of the five states it is in.

    Parameters
    ----------
    county_evidence
        Columns wellbeing_county_code, criterion, answer, year.
    counties
        Column wellbeing_county_code.
    as_of_year, max_age_years
        As in `criterion_states`.

    Returns
    -------
    DataFrame
        One row per county and criterion of ``COUNTY_CRITERIA``, columns as `criterion_states`
        with wellbeing_county_code in place of municipality_code.

    Raises
    ------
    GeoError
        An unknown criterion or answer, or a missing column.
    """
    require_columns(counties, ["wellbeing_county_code"], of="counties")
    places = counties["wellbeing_county_code"]
    return _states(county_evidence, places, COUNTY_CRITERIA, as_of_year - max_age_years)


def _states(
    evidence: pd.DataFrame, places: pd.Series, criteria: tuple[str, ...], oldest_fresh: int
) -> pd.DataFrame:
    keys = [str(places.name), "criterion"]
    require_columns(evidence, [*keys, "answer", "year"], of="evidence")
    _check_evidence(evidence, criteria)
    grid = pd.MultiIndex.from_product([places, criteria], names=keys).to_frame(index=False)
    known = evidence[evidence[keys[0]].isin(set(places))]
    ranked = known[[*keys, "answer", "year"]].assign(
        is_answer=known["answer"] != "asked_no_answer",
        sort_year=known["year"].fillna(-1),
        rank=known["answer"].map({answer: -i for i, answer in enumerate(ANSWERS)}),
    )
    ranked = ranked.sort_values(["is_answer", "sort_year", "rank"], kind="stable")
    grouped = ranked.groupby(keys, sort=False)
    counting = grouped.tail(1).set_index(keys)[["answer", "year"]]
    answers = ranked[ranked["is_answer"]].groupby(keys)["answer"].nunique().rename("answers")
    spans = grouped["year"].agg(newest_year="max", oldest_year="min", findings="size")
    states = grid.join(counting, on=keys).join(spans, on=keys).join(answers, on=keys)
    states["state"] = states["answer"].astype("string").fillna("not_asked")
    states["findings"] = states["findings"].fillna(0).astype("Int64")
    states["is_disputed"] = states["answers"].fillna(0) > 1
    years = ["year", "newest_year", "oldest_year"]
    states[years] = states[years].astype("Int64")
    stale = (states["year"] < oldest_fresh).fillna(True)
    states["is_stale"] = stale.astype("boolean").mask(~states["state"].isin(["yes", "no"]))
    columns = [*keys, "state", *years, "findings", "is_stale", "is_disputed"]
    return states[columns].astype(dict.fromkeys(keys, "string"))


def coverage_status(states: pd.DataFrame) -> pd.DataFrame:
    """Draw one word from each profile: the ladder, and whether it is a gap.

    Steps, the first that holds: ``model`` (a documented model), ``structure`` (a forum, seats,
    grants or premises), ``liaison``, ``confirmed_none`` (a source says that there is no model),
    ``no_information``. Answers to the criteria outside the ladder (lived experience,
    communication) lift nobody, but ``has_other_evidence`` tells of them. A municipality below
    ``model`` is a gap.

    Parameters
    ----------
    states
        As from `criterion_states`.

    Returns
    -------
    DataFrame
        One row per municipality, in the order of ``states``: municipality_code, ladder, is_gap,
        gap_kind (``no_information``, ``known_step`` or NA), is_stale (all evidence for the step
        is stale; NA without information), newest_year, oldest_year, findings, known_criteria
        (answered with yes or no, 0-8), disputed_criteria, has_other_evidence (something is
        answered with yes or no that the step of one of the two lowest does not tell of).
    """
    order = states["municipality_code"].drop_duplicates()
    step_of = {"documented_model": "model", "liaison": "liaison"} | dict.fromkeys(
        STRUCTURE_CRITERIA, "structure"
    )
    steps = states.assign(step=states["criterion"].map(step_of).where(states["state"] == "yes"))
    says_none = (steps["criterion"] == "documented_model") & (steps["state"] == "no")
    steps.loc[says_none, "step"] = "confirmed_none"
    steps["rank"] = steps["step"].map({step: rank for rank, step in enumerate(LADDER)})
    best = steps.groupby("municipality_code")["rank"].min().reindex(order)
    ladder = best.fillna(len(LADDER) - 1).astype(int).map(dict(enumerate(LADDER)))

    deciding = steps[steps["rank"] == steps["municipality_code"].map(best)]
    stale = deciding.groupby("municipality_code")["is_stale"].all().reindex(order)
    answered = states["state"].isin(["yes", "no"])
    per_town = states.assign(answered=answered).groupby("municipality_code")
    status = pd.DataFrame(
        {
            "ladder": ladder.astype("string"),
            "is_gap": ladder != "model",
            "is_stale": stale.astype("boolean"),
            "newest_year": per_town["newest_year"].max(),
            "oldest_year": per_town["oldest_year"].min(),
            "findings": per_town["findings"].sum(),
            "known_criteria": per_town["answered"].sum().astype("Int64"),
            "disputed_criteria": per_town["is_disputed"].sum().astype("Int64"),
        }
    ).reindex(order)
    status["gap_kind"] = (
        status["ladder"]
        .map(lambda step: "no_information" if step == "no_information" else "known_step")
        .astype("string")
        .where(status["is_gap"])
    )
    # Asked without an answer is a finding, but tells nothing.
    spoken_for = status["ladder"].map({"no_information": 0, "confirmed_none": 1})
    status["has_other_evidence"] = (status["known_criteria"] > spoken_for).fillna(False)
    columns = [
        "ladder",
        "is_gap",
        "gap_kind",
        "is_stale",
        "newest_year",
        "oldest_year",
        "findings",
        "known_criteria",
        "disputed_criteria",
        "has_other_evidence",
    ]
    return status[columns].rename_axis("municipality_code").reset_index()


def state_totals(
    states: pd.Series, residents: pd.Series, *, order: tuple[str, ...]
) -> pd.DataFrame:
    """Count municipalities and people in each state, states without any included.

    Parameters
    ----------
    states
        One state or ladder step per municipality.
    residents
        Residents per municipality, persons, same index.
    order
        All states that can be, in the order to show them.

    Returns
    -------
    DataFrame
        One row per state of ``order``: state, municipalities, residents (NA where a municipality
        in it has no known population), resident_share (of all residents). The municipalities add
        up to ``len(states)``.

    Raises
    ------
    GeoError
        A state that is not in ``order``, or residents with another index.

    Examples
    --------
    >>> import pandas as pd
    >>> steps = pd.Series(["model", "liaison", "liaison"])
    >>> people = pd.Series([600, 300, 100], dtype="Int64")
    >>> state_totals(steps, people, order=LADDER)[["state", "municipalities", "residents"]]
                state  municipalities  residents
    0           model               1        600
    1       structure               0          0
    2         liaison               2        400
    3  confirmed_none               0          0
    4  no_information               0          0
    """
    unknown = sorted(set(states.dropna()) - set(order))
    if unknown or states.isna().any():
        raise GeoError(f"states {unknown or 'NA'!r} are not among {order!r}")
    if not states.index.equals(residents.index):
        raise GeoError("residents have another index than states; both need one municipality a row")
    people = residents.astype("Int64")
    grouped = people.groupby(states.to_numpy())
    totals = pd.DataFrame(
        {
            "municipalities": grouped.size(),
            "residents": grouped.agg(lambda values: values.sum(skipna=False)),
        }
    ).reindex(list(order), fill_value=0)
    totals = totals.astype("Int64")
    everyone = people.sum(skipna=False)
    share = totals["residents"] / everyone if pd.notna(everyone) and everyone else pd.NA
    totals["resident_share"] = share
    totals["resident_share"] = totals["resident_share"].astype("Float64")
    return totals.rename_axis("state").reset_index().astype({"state": "string"})


def gap_totals(
    status: pd.DataFrame, residents: pd.Series, *, aged: pd.Series | None = None
) -> pd.DataFrame:
    """Count the gaps in municipalities and in people, those without information apart.

    Parameters
    ----------
    status
        As from `coverage_status`.
    residents
        Residents per municipality, persons, in the order of ``status``.
    aged
        Residents of a target group's age, in the order of ``status``, if wanted; sums of
        estimates (see `geo.population`) are estimates.

    Returns
    -------
    DataFrame
        Rows ``gap`` (all below model), ``known_step``, ``no_information`` and ``all``: part,
        municipalities, residents, and aged where given. Sums over unknown numbers are NA.
    """
    masks = {
        "gap": status["is_gap"],
        "known_step": status["gap_kind"] == "known_step",
        "no_information": status["gap_kind"] == "no_information",
        "all": status["is_gap"].notna(),
    }
    rows = []
    for part, column in masks.items():
        mask = column.fillna(False).to_numpy(dtype=bool)
        row = {
            "part": part,
            "municipalities": int(mask.sum()),
            "residents": residents[mask].sum(skipna=False),
        }
        if aged is not None:
            row["aged"] = aged[mask].sum(skipna=False)
        rows.append(row)
    totals = pd.DataFrame(rows)
    numbers = [name for name in totals.columns if name != "part"]
    return totals.astype(dict.fromkeys(numbers, "Int64") | {"part": "string"})


def _year(dates: pd.Series) -> pd.Series:
    return pd.to_numeric(dates.astype("string").str[:4]).astype("Int64")


def _check_evidence(evidence: pd.DataFrame, criteria: tuple[str, ...] = CRITERIA) -> None:
    strange = [
        value
        for column, known in (("criterion", criteria), ("answer", ANSWERS))
        for value in sorted(map(str, set(evidence[column]) - set(known)))
    ]
    if strange:
        raise GeoError(
            f"evidence holds {strange!r}; criteria are {criteria!r}, answers {ANSWERS!r}"
        )
