"""What is said of an organisation: whose word is taken, and what the other sources say.

Which records are of one organisation is decided in ``organisations``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from geo.errors import GeoError, require_columns
from geo.organisation_facts import bare_address, is_valid_business_id
from geo.organisation_names import normalised_name
from loaders.tables import ORGANISATION_RECORDS, ORGANISATIONS

COLLECTION_SOURCE = "jarjestokartta_collection"
COLLECTION_PREFIX = "collection:"
"""What the id of a record of the embedded collection begins with."""

_REGISTERS_FIRST = (
    "association_register",
    "prh_companies",
    "ptv_organisations",
    COLLECTION_SOURCE,
)
_PTV_FIRST = ("ptv_organisations", "prh_companies", "association_register", COLLECTION_SOURCE)
_PRH_FIRST = ("prh_companies", "association_register", "ptv_organisations", COLLECTION_SOURCE)

FIELD_PRIORITY: Mapping[str, tuple[str, ...]] = {
    "name": _REGISTERS_FIRST,
    "name_sv": ("ptv_organisations", *_REGISTERS_FIRST[:2], COLLECTION_SOURCE),
    "other_names": _REGISTERS_FIRST,
    "business_id": _PRH_FIRST,
    "register_number": _REGISTERS_FIRST,
    "legal_form": _REGISTERS_FIRST,
    "industry_code": _PRH_FIRST,
    "purpose_class": _REGISTERS_FIRST,
    "status": _REGISTERS_FIRST,
    "registered": _REGISTERS_FIRST,
    "municipality_code": ("association_register", COLLECTION_SOURCE, *_PTV_FIRST[:2]),
    "postcode": _PRH_FIRST,
    "address_municipality_code": _PRH_FIRST,
    "homepage": _PTV_FIRST,
    "languages": _PTV_FIRST,
}
"""Field to the sources whose word is taken for it, the most trusted first.

A register knows the name and the state, the organisation itself its pages (it keeps its own data in
PTV); the collection was read from many pages once. A source that is not named comes last. Of one
source's records the one changed last is taken, of several of a day the one with the lowest id.
"""

SEVERAL_VALUES = frozenset({"other_names", "languages", "postcode", "address_municipality_code"})
"""Fields in which sources may differ and be right, all of them."""

ONLY_COLLECTED = ("region_code", "sector", "is_umbrella", "note")
"""Columns of organisations that no other source tells."""

SOURCE_OF_ROW = ("source_url", "source_date", "source_year")

ORIGIN_COLUMNS = ("organisation_id", "field", "value", "source_id", "record_id", "is_used")


def records_of_collection(
    organisations: pd.DataFrame, organisation_areas: pd.DataFrame
) -> pd.DataFrame:
    """Give the organisations of the embedded collection as records of a source.

    Parameters
    ----------
    organisations
        Columns of ``organisations``.
    organisation_areas
        Columns organisation_id, relation, area_code.

    Returns
    -------
    DataFrame
        Columns of ``organisation_records`` in their types, one row per organisation in their
        order, under a new index. The record's id is ``collection:`` and the organisation's; the
        domicile is that of ``organisation_areas``, NA where it has none or several; the date is
        the source's where it is one, else the last year that the source tells of.

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> organisations = ORGANISATIONS.empty().reindex(range(1)).assign(
    ...     organisation_id="leluseura", name="Leluseura ry", source_url="x", source_year=2024)
    >>> areas = pd.DataFrame({"organisation_id": ["leluseura"], "relation": ["domiciled"],
    ...                       "area_code": ["001"]})
    >>> records_of_collection(organisations, areas)[
    ...     ["record_id", "name", "municipality_code", "source_date"]]
                  record_id          name municipality_code source_date
    0  collection:leluseura  Leluseura ry               001        2024
    """
    require_columns(organisations, ORGANISATIONS.columns, of="organisations")
    require_columns(
        organisation_areas, ["organisation_id", "relation", "area_code"], of="organisation_areas"
    )
    rows = organisations.reset_index(drop=True)
    seats = organisation_areas[organisation_areas["relation"] == "domiciled"]
    seats = seats.drop_duplicates(["organisation_id", "area_code"])
    seats = seats.drop_duplicates("organisation_id", keep=False)
    given = rows["source_date"].astype("string")
    is_date = given.str.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?").fillna(False).astype(bool)
    year = rows["source_year"].astype("Int64").astype("string")
    year = year.where(year.str.fullmatch(r"[0-9]{4}").fillna(False).astype(bool))
    shared = [name for name in ORGANISATION_RECORDS.columns if name in ORGANISATIONS.columns]
    records = rows[shared].assign(
        record_id=COLLECTION_PREFIX + rows["organisation_id"].astype("string"),
        organisation_id=pd.NA,
        source_id=COLLECTION_SOURCE,
        municipality_code=rows["organisation_id"].map(
            seats.set_index("organisation_id")["area_code"]
        ),
        source_date=given.where(is_date).fillna(year),
    )
    records = records.reindex(columns=list(ORGANISATION_RECORDS.columns))
    return records.astype(ORGANISATION_RECORDS.dtypes)


def merged_organisations(records: pd.DataFrame, *, collection: pd.DataFrame) -> pd.DataFrame:
    """Make one row of each organisation, every field by the most trusted source that tells it.

    Parameters
    ----------
    records
        As ``merged_records`` gives them, organisation_id filled.
    collection
        The embedded ``organisations``: what only they have (region of collection, sector,
        umbrella, note) is taken from them. One of which no record is there stays as it is.

    Returns
    -------
    DataFrame
        Columns of ``organisations``: those of the collection first, in its order, then the others
        by id, under a new index. A business code with a wrong check digit is left out. Where an
        organisation is not in the collection, source and date are those of the record that gave
        the name.

    Raises
    ------
    GeoError
        A column is missing, or a record has no organisation.
    """
    require_columns(collection, ORGANISATIONS.columns, of="collection")
    ranked = _ranked(records)
    whole = pd.DataFrame(index=pd.Index(ranked["organisation_id"].unique(), dtype="string"))
    for name in ORGANISATIONS.columns:
        if name in FIELD_PRIORITY:
            whole[name] = _used(ranked, name)[name]
    by_name = _used(ranked, "name")
    date = by_name["source_date"].astype("string")
    year = pd.to_numeric(date.str[:4], errors="coerce").astype("Int64")
    whole = whole.assign(source_url=by_name["source_url"], source_date=date, source_year=year)

    rows = collection.assign(row=np.arange(len(collection)))
    owners = ranked.set_index("record_id")["organisation_id"]
    rows["owner"] = (COLLECTION_PREFIX + rows["organisation_id"]).map(owners)
    alone = rows[rows["owner"].isna() & ~rows["organisation_id"].isin(whole.index)]
    # Of two rows that are one organisation, the one that gave the id comes first.
    own = rows[rows["owner"].notna()].assign(by=lambda own: own["owner"] != own["organisation_id"])
    own = own.sort_values(["by", "row"]).groupby("owner")
    only = own[list(ONLY_COLLECTED)].first().reindex(whole.index)
    first = own.head(1).set_index("owner").reindex(whole.index)
    is_own = whole.index.isin(list(own.groups))
    for name in SOURCE_OF_ROW:
        whole[name] = first[name].where(is_own, whole[name])
    whole = whole.join(only).assign(row=first["row"].fillna(len(rows)))
    whole = whole.rename_axis("organisation_id").reset_index()
    whole = pd.concat([whole, alone[[*ORGANISATIONS.columns, "row"]]], ignore_index=True)
    whole = whole.sort_values(["row", "organisation_id"], ignore_index=True)
    return whole[list(ORGANISATIONS.columns)].astype(ORGANISATIONS.dtypes)


def field_origins(records: pd.DataFrame) -> pd.DataFrame:
    """Tell of every field what each source says, and whose word is taken.

    Parameters
    ----------
    records
        As ``merged_records`` gives them, organisation_id filled; those of one organisation, to see
        that one.

    Returns
    -------
    DataFrame
        One row per record and field that it tells of: organisation_id, field (of
        ``FIELD_PRIORITY``), value (text), source_id, record_id, is_used. By organisation, then as
        ``FIELD_PRIORITY`` has the fields, then from the most trusted record on.

    Raises
    ------
    GeoError
        A column is missing, or a record has no organisation.
    """
    ranked = _ranked(records)
    parts = []
    for place, name in enumerate(FIELD_PRIORITY):
        told = _told(ranked, name).rename(columns={name: "value"})
        used = ~told["owner"].duplicated() & told["is_sound"]
        parts.append(
            told.assign(field=name, place=place, is_used=used)[[*ORIGIN_COLUMNS, "owner", "place"]]
        )
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.sort_values(["owner", "place"], kind="stable", ignore_index=True)
    text = dict.fromkeys(ORIGIN_COLUMNS, "string")
    return whole[list(ORIGIN_COLUMNS)].astype(text | {"is_used": "boolean"})


def conflicting_fields(origins: pd.DataFrame) -> pd.DataFrame:
    """Tell in which fields sources differ.

    Parameters
    ----------
    origins
        As ``field_origins`` gives them.

    Returns
    -------
    DataFrame
        organisation_id and field, each pair once, in the order of ``origins``. What is written
        differently and means the same is no conflict: names that are the same when normalised,
        addresses of one page, a date and its year. Of other names and languages each source may
        have its own (``SEVERAL_VALUES``).

    Raises
    ------
    GeoError
        A column is missing.

    Examples
    --------
    >>> origins = pd.DataFrame({
    ...     "organisation_id": "leluseura", "field": ["name", "name", "status", "status"],
    ...     "value": ["Leluseura ry", "LELUSEURA r.y.", "registered", "removed"],
    ...     "source_id": "x", "record_id": ["a", "b", "a", "b"], "is_used": [True, False] * 2})
    >>> conflicting_fields(origins)
      organisation_id   field
    0       leluseura  status
    """
    require_columns(origins, ORIGIN_COLUMNS, of="origins")
    keys = ["organisation_id", "field"]
    rows = origins[~origins["field"].isin(SEVERAL_VALUES)]
    same = [
        _SAME.get(field, str)(str(value))
        for field, value in zip(rows["field"], rows["value"], strict=True)
    ]
    rows = rows[keys].assign(same=same)
    is_date = rows["field"] == "registered"
    whole, dates = rows[~is_date], rows[is_date]
    several = whole.groupby(keys, sort=False)["same"].nunique()
    several = pd.concat([several, dates.groupby(keys, sort=False)["same"].agg(_apart)])
    found = pd.MultiIndex.from_frame(rows[keys].drop_duplicates())
    found = found[several.reindex(found).to_numpy() > 1]
    return found.to_frame(index=False).astype("string")


_SAME: Mapping[str, Callable[[str], str]] = {
    "name": normalised_name,
    "name_sv": normalised_name,
    "homepage": lambda address: bare_address(address) or address,
}
"""What makes values of a field the same although they are written differently."""


def _apart(dates: pd.Series) -> int:
    """How many dates are left of several, when a year is taken for any day of it."""
    ordered = sorted(set(dates))
    return sum(
        not any(other != one and other.startswith(one) for other in ordered) for one in ordered
    )


def _ranked(records: pd.DataFrame) -> pd.DataFrame:
    """The records with numbers to sort by: organisation, the age of the date, the record's id."""
    require_columns(records, ORGANISATION_RECORDS.columns, of="records")
    if records["organisation_id"].isna().any():
        raise GeoError("records without an organisation_id; merge them first (merged_records)")
    owner, _ = pd.factorize(records["organisation_id"], sort=True)
    record, _ = pd.factorize(records["record_id"], sort=True)
    date, _ = pd.factorize(records["source_date"], sort=True)  # -1 where it is not known
    return records.assign(owner=owner, record=record, age=-date)


def _told(ranked: pd.DataFrame, field: str) -> pd.DataFrame:
    """The records that tell of a field, of each organisation the most trusted first."""
    told = ranked[ranked[field].notna()]
    trust = {source: place for place, source in enumerate(FIELD_PRIORITY[field])}
    others = sorted(set(told["source_id"]) - set(trust))
    trust |= {source: len(trust) + place for place, source in enumerate(others)}
    is_sound = np.ones(len(told), dtype=bool)
    if field == "business_id":
        is_sound = told[field].map(is_valid_business_id).to_numpy(dtype=bool)
    rank = told["source_id"].map(trust).to_numpy(dtype=np.int64)
    order = np.lexsort((told["record"], told["age"], rank, ~is_sound, told["owner"]))
    return told.assign(is_sound=is_sound).iloc[order]


def _used(ranked: pd.DataFrame, field: str) -> pd.DataFrame:
    """The record whose word is taken for a field, by organisation."""
    told = _told(ranked, field)
    told = told[told["is_sound"] & ~told["owner"].duplicated()]
    return told.set_index("organisation_id")
