"""Organisations put together: the records of all sources, and what leans on the organisations.

Who is the same as whom is decided in ``geo.organisations``; here its answer is carried through all
the tables that name an organisation.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.assembly.gathered import (
    Aside,
    Parts,
    all_municipalities,
    all_rows,
    joined,
    with_todays_codes,
)
from geo.matching import assign_municipality
from geo.organisation_fields import (
    COLLECTION_PREFIX,
    merged_organisations,
    records_of_collection,
)
from geo.organisation_names import normalised_name
from geo.organisations import merged_records
from loaders.tables import (
    GRANTS,
    ORGANISATION_AREAS,
    ORGANISATION_RECORDS,
    ORGANISATION_TARGET_GROUPS,
)

NO_MORE = ("removed", "ceased")
"""States in which an organisation is no more; one in liquidation still is."""

SEAT_TOLD_BY = ("association_register", "jarjestokartta_collection")
"""The sources that tell a seat, the more trusted first; any other comes after them."""


def organisations(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    made: Mapping[str, pd.DataFrame],
    decisions: pd.DataFrame,
    aside: Aside,
    *,
    is_national: bool,
) -> dict[str, pd.DataFrame]:
    """Put together the organisations and all that names them.

    Parameters
    ----------
    base, parts
        The embedded tables, and what the sources gave.
    made
        The places, as ``geo.assembly.places`` gives them.
    decisions
        What persons decided on records (``organisation_decisions``).
    aside
        Takes what lies outside.
    is_national
        Whether an organisation whose place is not known belongs to the area: only to the country.

    Returns
    -------
    dict
        organisation_records, organisations, organisation_areas, organisation_target_groups,
        services and their tables, service_locations, grants, seats.
    """
    records = _records(base, parts, made)
    records = merged_records(
        records,
        decisions,
        municipalities=made["municipalities"],
        changes=made["municipality_changes"],
        areas=made["areas"],
    )
    owner = records.set_index("record_id")["organisation_id"]
    areas = _areas(base, parts, records, owner, made, aside)
    kept = _kept(records, areas, base, made, aside, is_national=is_national)
    records = records[records["organisation_id"].isin(kept)]
    records = records.sort_values("record_id", ignore_index=True)
    regions = base["organisations"]["region_code"]
    collection = base["organisations"].assign(
        region_code=regions.where(regions.isin(made["municipalities"]["region_code"]))
    )
    collected = COLLECTION_PREFIX + collection["organisation_id"]
    merged = merged_organisations(
        records, collection=collection[collected.isin(records["record_id"])]
    )
    areas = _without_ceased(areas, merged, aside)
    result = {
        "organisation_records": records[list(ORGANISATION_RECORDS.columns)].astype(
            ORGANISATION_RECORDS.dtypes
        ),
        "organisations": merged.sort_values("organisation_id", ignore_index=True),
        "organisation_areas": areas[areas["organisation_id"].isin(kept)].reset_index(drop=True),
        "organisation_target_groups": _groups(base, parts, owner, kept, made, aside),
        "grants": _grants(parts, records, aside, is_national=is_national),
        "seats": base["seats"].assign(
            organisation_id=_owned(COLLECTION_PREFIX + base["seats"]["organisation_id"], owner)
        ),
    }
    return result | _services(parts, owner, kept, made, aside)


def _records(
    base: Mapping[str, pd.DataFrame], parts: Parts, made: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The records of all sources, their seats as municipalities of today, wherever these lie."""
    collected = records_of_collection(base["organisations"], base["organisation_areas"])
    given = all_rows(parts, "organisation_records")
    frames = [collected] if given is None else [collected, given]
    records = joined(frames, "organisation_records").drop_duplicates("record_id", keep="last")
    records = records.reset_index(drop=True)
    towns, changes = all_municipalities(parts, made), made["municipality_changes"]
    # The name first: it alone tells of a former municipality.
    named = assign_municipality(
        records[["municipality_name"]], towns, changes=changes, name="municipality_name"
    )["municipality_code"]
    coded = with_todays_codes(records[["municipality_code"]], towns, changes)
    seats = named.astype("string").fillna(coded["municipality_code"])
    address = with_todays_codes(records, towns, changes, "address_municipality_code")
    return records.assign(
        municipality_code=seats, address_municipality_code=address["address_municipality_code"]
    )


def _kept(
    records: pd.DataFrame,
    areas: pd.DataFrame,
    base: Mapping[str, pd.DataFrame],
    made: Mapping[str, pd.DataFrame],
    aside: Aside,
    *,
    is_national: bool,
) -> set[str]:
    """The organisations of the area; the others are counted, by why they are not.

    Known to be elsewhere is outside; a place that is not told, or that nobody knows, is not: such
    organisations are set aside by number, save in the whole country, where they belong. One of the
    collection whose place is not known belongs where it was collected.
    """
    owners = records["organisation_id"]
    if is_national:
        return set(owners)
    regions = base["organisations"]["region_code"].isin(made["municipalities"]["region_code"])
    collected = COLLECTION_PREFIX + base["organisations"]["organisation_id"]
    has_place = base["organisations"]["organisation_id"].isin(
        base["organisation_areas"]["organisation_id"]
    )
    homeless = set(collected[regions & ~has_place])
    kept = set(areas["organisation_id"]) | set(owners[records["record_id"].isin(homeless)])
    rest = records[~owners.isin(kept)]
    is_elsewhere = rest["municipality_code"].notna() | rest["record_id"].isin(
        set(collected[has_place])
    )
    # A record of the catalogue tells where it works, and that lies outside.
    is_elsewhere |= rest["source_id"] == "ptv_organisations"
    elsewhere = set(rest.loc[is_elsewhere, "organisation_id"])
    lost = rest[~rest["organisation_id"].isin(elsewhere)].drop_duplicates("organisation_id")
    outside = len(elsewhere)
    if outside:
        aside.outside["organisations"] = aside.outside.get("organisations", 0) + outside
    for reason, rows in (
        ("place_not_recognised", lost["municipality_name"].notna()),
        ("place_unknown", lost["municipality_name"].isna()),
    ):
        if rows.any():
            aside.put("organisations", f"{int(rows.sum())} organisations", reason)
    return kept


def _without_ceased(areas: pd.DataFrame, merged: pd.DataFrame, aside: Aside) -> pd.DataFrame:
    """The places of organisations that a register has not struck off: those are not counted."""
    gone = merged.loc[merged["status"].isin(NO_MORE), "organisation_id"]
    is_gone = areas["organisation_id"].isin(gone)
    count = areas.loc[is_gone, "organisation_id"].nunique()
    if count:
        aside.put("organisation_areas", f"{count} organisations", "no_longer_registered")
    return areas[~is_gone].reset_index(drop=True)


def _owned(ids: pd.Series, owner: pd.Series) -> pd.Series:
    """The organisation of each record; NA where there is no such record."""
    return ids.map(owner).astype("string")


def _areas(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    records: pd.DataFrame,
    owner: pd.Series,
    made: Mapping[str, pd.DataFrame],
    aside: Aside,
) -> pd.DataFrame:
    """Seat, stated work and reach of each organisation, in the places of today."""
    collected = base["organisation_areas"]
    collected = collected.assign(organisation_id=COLLECTION_PREFIX + collected["organisation_id"])
    given = all_rows(parts, "organisation_areas")
    rows = collected if given is None else joined([collected, given], "organisation_areas")
    rows = rows[rows["relation"] != "domiciled"]  # the seats are those of the records
    rows = rows.assign(organisation_id=_owned(rows["organisation_id"], owner))
    towns, changes = made["municipalities"], made["municipality_changes"]
    is_stated = rows["relation"] == "stated"
    stated = with_todays_codes(rows[is_stated], towns, changes, "area_code")
    regional = rows[rows["relation"] == "regional"]
    regions = set(towns["region_code"])
    rows = pd.concat(
        [
            _seats(records, set(towns["municipality_code"])),
            aside.inside(stated, "organisation_areas", stated["area_code"].notna()),
            aside.inside(regional, "organisation_areas", regional["area_code"].isin(regions)),
            rows[rows["relation"] == "national"],
        ],
        ignore_index=True,
    )
    keys = list(ORGANISATION_AREAS.keys)
    rows = rows.dropna(subset="organisation_id").drop_duplicates(keys)
    return rows[keys].sort_values(keys, ignore_index=True).astype(ORGANISATION_AREAS.dtypes)


def _seats(records: pd.DataFrame, inside: set[str]) -> pd.DataFrame:
    """One seat an organisation, of those inside: that of the most trusted record which tells."""
    trust = {source_id: rank for rank, source_id in enumerate(SEAT_TOLD_BY)}
    rank = records["source_id"].map(trust).fillna(len(trust)).astype(int)
    seats = records.assign(rank=rank).dropna(subset="municipality_code")
    seats = seats.sort_values(["rank", "record_id"]).drop_duplicates("organisation_id")
    seats = seats[seats["municipality_code"].isin(inside)]
    return pd.DataFrame(
        {
            "organisation_id": seats["organisation_id"],
            "relation": "domiciled",
            "area_code": seats["municipality_code"],
        }
    )


def _groups(
    base: Mapping[str, pd.DataFrame],
    parts: Parts,
    owner: pd.Series,
    kept: set[str],
    made: Mapping[str, pd.DataFrame],
    aside: Aside,
) -> pd.DataFrame:
    collected = base["organisation_target_groups"]
    collected = collected.assign(organisation_id=COLLECTION_PREFIX + collected["organisation_id"])
    given = all_rows(parts, "organisation_target_groups")
    rows = collected if given is None else joined([collected, given], "organisation_target_groups")
    rows = rows.assign(organisation_id=_owned(rows["organisation_id"], owner))
    known = rows["target_group_code"].isin(base["target_groups"]["target_group_code"])
    for code in sorted(set(rows.loc[~known, "target_group_code"])):
        aside.put("organisation_target_groups", code, "unknown_target_group")
    rows = rows[known & rows["organisation_id"].isin(kept)]
    keys = list(ORGANISATION_TARGET_GROUPS.keys)
    return rows.drop_duplicates(keys).sort_values(keys, ignore_index=True)


def _services(
    parts: Parts,
    owner: pd.Series,
    kept: set[str],
    made: Mapping[str, pd.DataFrame],
    aside: Aside,
) -> dict[str, pd.DataFrame]:
    """The services of the organisations kept, and what leans on them."""
    result = {}
    for table in ("services", "service_locations"):
        rows = all_rows(parts, table)
        if rows is None:
            continue
        rows = rows.assign(organisation_id=_owned(rows["organisation_id"], owner))
        rows = aside.inside(rows, table, rows["organisation_id"].isin(kept))
        if table == "service_locations":
            rows = with_todays_codes(rows, made["municipalities"], made["municipality_changes"])
        result[table] = rows.reset_index(drop=True)
    if "services" in result:
        ids = result["services"]["service_id"]
        for table in ("service_target_groups", "service_service_classes"):
            rows = all_rows(parts, table)
            if rows is not None:
                inside = aside.inside(rows, table, rows["service_id"].isin(ids))
                result[table] = inside.reset_index(drop=True)
    return result


def _grants(
    parts: Parts, records: pd.DataFrame, aside: Aside, *, is_national: bool
) -> pd.DataFrame:
    """The grants with their organisation: by business id, else by a name that only one has."""
    grants = all_rows(parts, "grants")
    if grants is None:
        return GRANTS.empty()
    by_id = records.dropna(subset="business_id").drop_duplicates("business_id")
    owner = grants["business_id"].map(by_id.set_index("business_id")["organisation_id"])
    names = records[["name", "organisation_id"]].assign(key=records["name"].map(normalised_name))
    names = names.drop_duplicates(["key", "organisation_id"]).drop_duplicates("key", keep=False)
    by_name = (
        grants["organisation_name"]
        .map(normalised_name)
        .map(names.set_index("key")["organisation_id"])
    )
    # A business id that nobody here has is another organisation, whatever its name.
    grants = grants.assign(
        organisation_id=owner.fillna(by_name.where(grants["business_id"].isna())).astype("string")
    )
    if not is_national:
        grants = aside.inside(grants, "grants", grants["organisation_id"].notna())
    return grants.reset_index(drop=True).astype(GRANTS.dtypes)
