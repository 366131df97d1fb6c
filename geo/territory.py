"""Territory: in which municipalities of its area a board has members, and whose home that is.

Whom the seats speak for lives in ``geo.representation``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.boards import board_area, find_board, seats_without_row
from geo.concentration import seat_holders
from geo.errors import GeoError, require_columns

TERRITORY = ("has_member", "works_there", "no_member", "not_known")
"""How a municipality stands: an organisation with a seat has its domicile there, or states that it
works there, or surely neither, or that is not known."""


@dataclass(frozen=True, kw_only=True)
class TerritoryTotals:
    """What a board's seats are known of by place, and what share of its area that reaches.

    Of the ``seats`` of NGOs with a row ``seats_domiciled`` have an organisation with a known
    domicile, ``seats_outside`` of these outside the area; ``seats_stated`` only a municipality
    where it states that it works; ``seats_wide`` only a region or the whole country;
    ``seats_unknown`` nothing. ``seats_without_row`` are known by number only (None where no
    number is known). Of the ``municipalities`` ``with_member`` are a domicile, ``with_work``
    only a place of work, ``not_known`` may be either. The shares (0-1) are of the municipalities
    and of the residents: the least there can be where some are ``not_known``; None where all are,
    and where a population is not known.
    """

    seats: int
    seats_domiciled: int
    seats_outside: int
    seats_stated: int
    seats_wide: int
    seats_unknown: int
    seats_without_row: int | None
    municipalities: int
    with_member: int
    with_work: int
    not_known: int
    member_share: float | None
    work_share: float | None
    member_population_share: float | None
    work_population_share: float | None


def board_territory(
    board_id: str,
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    organisation_areas: pd.DataFrame,
    municipalities: pd.DataFrame,
) -> pd.DataFrame:
    """Tell which municipalities of a board's area have a member.

    A municipality has one where the organisation of a counted seat has its domicile; where one
    only states that it works there, that is kept apart. An organisation of a region or of the
    whole country is not spread over their municipalities.

    Parameters
    ----------
    board_id
        The board, of a region or a wellbeing county.
    boards
        Needs ``board_id``, ``level``, ``region_code``, ``municipality_code``,
        ``wellbeing_county_code``, ``seats_total``, ``seats_ngo``.
    seats
        Needs ``board_id``, ``is_counted``, ``holder``, ``organisation_id``,
        ``organisation_name``.
    organisation_areas
        Needs ``organisation_id``, ``relation``, ``area_code``.
    municipalities
        Needs ``municipality_code``, ``region_code``, ``wellbeing_county_code``, ``population``.

    Returns
    -------
    pandas.DataFrame
        One row per municipality of the area, order and index of ``municipalities``:
        ``municipality_code``, ``population``, ``domiciled_seats``, ``stated_seats`` (known
        seats whose organisation has its domicile there; states that it works there without a
        domicile there; NA instead of 0 unless every domicile is known), ``standing``
        (``TERRITORY``; ``no_member`` only where the domicile of every NGO seat is known).

    Raises
    ------
    GeoError
        The board is not in ``boards``, has no area, or is a municipality's: its territory is
        that one municipality.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b"], "level": "region", "region_code": "90", "municipality_code": None,
    ...      "wellbeing_county_code": None, "seats_total": [1], "seats_ngo": [1]}
    ... )
    >>> seats = pd.DataFrame(
    ...     {"board_id": ["b"], "is_counted": True, "holder": "organisation",
    ...      "organisation_id": ["x"], "organisation_name": ["X"]}
    ... )
    >>> areas = pd.DataFrame(
    ...     {"organisation_id": "x", "relation": ["domiciled", "stated"],
    ...      "area_code": ["001", "002"]}
    ... )
    >>> municipalities = pd.DataFrame(
    ...     {"municipality_code": ["001", "002", "003"], "region_code": "90",
    ...      "wellbeing_county_code": "09", "population": [300, 200, 100]}
    ... )
    >>> board_territory("b", boards, seats, areas, municipalities)["standing"].tolist()
    ['has_member', 'works_there', 'no_member']
    """
    inside = _municipalities_of(board_id, boards, municipalities)
    own, places = _seats_and_places(board_id, seats, organisation_areas)
    at_home = places[places["relation"] == "domiciled"]
    at_work = places[places["relation"] == "stated"]
    # Who has its home there is not counted once more for also working there.
    at_work = at_work[~_pairs(at_work).isin(_pairs(at_home))]
    [missing] = seats_without_row(find_board(board_id, boards), seats)
    is_all_known = pd.notna(missing) and missing == 0 and own.index.isin(at_home["seat"]).all()
    territory = inside[["municipality_code", "population"]].copy()
    for name, rows in (("domiciled_seats", at_home), ("stated_seats", at_work)):
        counts = territory["municipality_code"].map(rows["area_code"].value_counts())
        counts = counts.astype("Int64")
        # A seat whose place is not known may be anywhere.
        territory[name] = counts.fillna(0) if is_all_known else counts
    standing = pd.Series("no_member" if is_all_known else "not_known", territory.index, "string")
    standing = standing.mask((territory["stated_seats"] > 0).fillna(False), "works_there")
    territory["standing"] = standing.mask(
        (territory["domiciled_seats"] > 0).fillna(False), "has_member"
    )
    return territory


def territory_totals(
    board_id: str,
    boards: pd.DataFrame,
    seats: pd.DataFrame,
    organisation_areas: pd.DataFrame,
    municipalities: pd.DataFrame,
) -> TerritoryTotals:
    """Draw a board's figures of territory.

    Parameters
    ----------
    board_id, boards, seats, organisation_areas, municipalities
        As in ``board_territory``.

    Returns
    -------
    TerritoryTotals
        The figures. ``seats_domiciled``, ``seats_stated``, ``seats_wide`` and ``seats_unknown``
        add up to ``seats``. The work shares include the municipalities with a member.

    Raises
    ------
    GeoError
        As ``board_territory``.

    Examples
    --------
    >>> boards = pd.DataFrame(
    ...     {"board_id": ["b"], "level": "region", "region_code": "90", "municipality_code": None,
    ...      "wellbeing_county_code": None, "seats_total": [3], "seats_ngo": [2]}
    ... )
    >>> seats = pd.DataFrame(
    ...     {"board_id": ["b", "b"], "is_counted": True, "holder": ["organisation", "field"],
    ...      "organisation_id": ["x", None], "organisation_name": ["X", None]}
    ... )
    >>> areas = pd.DataFrame(
    ...     {"organisation_id": ["x"], "relation": ["domiciled"], "area_code": ["001"]}
    ... )
    >>> municipalities = pd.DataFrame(
    ...     {"municipality_code": ["001", "002"], "region_code": "90",
    ...      "wellbeing_county_code": "09", "population": [300, 100]}
    ... )
    >>> totals = territory_totals("b", boards, seats, areas, municipalities)
    >>> totals.member_share, totals.member_population_share, totals.seats_unknown
    (0.5, 0.75, 1)
    """
    territory = board_territory(board_id, boards, seats, organisation_areas, municipalities)
    own, places = _seats_and_places(board_id, seats, organisation_areas)
    found = {
        relation: own.index.isin(places.loc[places["relation"] == relation, "seat"])
        for relation in ("domiciled", "stated", "regional", "national")
    }
    home, work = found["domiciled"], found["stated"] & ~found["domiciled"]
    wide = (found["regional"] | found["national"]) & ~home & ~work
    inside = places["area_code"].isin(territory["municipality_code"])
    at_home_inside = own.index.isin(
        places.loc[(places["relation"] == "domiciled") & inside, "seat"]
    )
    standing = territory["standing"]
    with_member = standing == "has_member"
    reached = with_member | (standing == "works_there")
    people, is_unknown = territory["population"], bool((standing == "not_known").all())
    [missing] = seats_without_row(find_board(board_id, boards), seats)
    return TerritoryTotals(
        seats=len(own),
        seats_domiciled=int(home.sum()),
        seats_outside=int((home & ~at_home_inside).sum()),
        seats_stated=int(work.sum()),
        seats_wide=int(wide.sum()),
        seats_unknown=int((~(home | work | wide)).sum()),
        seats_without_row=None if pd.isna(missing) else int(missing),
        municipalities=len(territory),
        with_member=int(with_member.sum()),
        with_work=int((standing == "works_there").sum()),
        not_known=int((standing == "not_known").sum()),
        member_share=None if is_unknown else float(with_member.mean()),
        work_share=None if is_unknown else float(reached.mean()),
        member_population_share=None if is_unknown else _share_of(people, with_member),
        work_population_share=None if is_unknown else _share_of(people, reached),
    )


def _municipalities_of(
    board_id: str, boards: pd.DataFrame, municipalities: pd.DataFrame
) -> pd.DataFrame:
    """The municipalities of a board's area; a municipality's board has no territory to share."""
    require_columns(municipalities, ["municipality_code", "population"], of="municipalities")
    level, code = board_area(board_id, boards)
    if level == "municipality":
        raise GeoError(
            f"Looked for the territory of board {board_id!r}: it is a municipality's, expected a "
            "board of a region or a wellbeing county"
        )
    inside = municipalities[municipalities[f"{level}_code"] == code]
    if inside.empty:
        raise GeoError(
            f"Looked for the territory of board {board_id!r}: no municipality in {code!r}"
        )
    return inside


def _seats_and_places(
    board_id: str, seats: pd.DataFrame, organisation_areas: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counted rows of NGO seats, numbered, and a row per seat (its number) and place."""
    columns = ["organisation_id", "relation", "area_code"]
    require_columns(organisation_areas, columns, of="organisation_areas")
    # The id may come from a row of the same name on another board.
    held = seats.assign(holder_key=seat_holders(seats))
    own = held[(held["board_id"] == board_id) & (held["holder"] != "other")]
    own = own[own["is_counted"].astype("boolean").fillna(False)].reset_index(drop=True)
    places = (
        own[["holder_key"]]
        .rename_axis("seat")
        .reset_index()
        .dropna(subset="holder_key")
        .merge(organisation_areas[columns], left_on="holder_key", right_on="organisation_id")
    )
    return own, places.drop_duplicates(["seat", "relation", "area_code"])


def _pairs(places: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(places[["seat", "area_code"]])


def _share_of(population: pd.Series, is_in: pd.Series) -> float | None:
    """The share of residents, None where a population is not known or nobody lives there."""
    total = population.sum()
    if population.isna().any() or not total > 0:
        return None
    return float(population[is_in].sum() / total)
