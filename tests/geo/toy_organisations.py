"""Invented organisations that several tests of geo share, written as short rows."""

from __future__ import annotations

import pandas as pd

from loaders.tables import ORGANISATION_DECISIONS, ORGANISATION_RECORDS

SOURCES = {
    "collection": "jarjestokartta_collection",
    "ptv": "ptv_organisations",
    "prh": "prh_companies",
    "register": "association_register",
}

# Invented business codes with the right check digit: the weight of each digit is known.
ID_0, ID_1, ID_2 = "0000000-0", "0000001-9", "0000002-7"
WRONG_ID = "0000000-5"

MIKKELI, SAVONLINNA, TURKU, PARAINEN, SALO = "491", "740", "853", "445", "734"


def record(record_id: str, name: str = "Esimerkki ry", **told: object) -> dict[str, object]:
    """One row for ``records``: its source is read from the id, ``place`` is the seat."""
    if "place" in told:
        told["municipality_code"] = told.pop("place")
    source = SOURCES.get(record_id.partition(":")[0], "another_source")
    page = "https://lahde.example/"
    return {"record_id": record_id, "source_id": source, "name": name, "source_url": page} | told


def records(*rows: dict[str, object]) -> pd.DataFrame:
    """Records in the columns and types of the model; what a row does not say is not known."""
    frame = pd.DataFrame(rows, columns=list(ORGANISATION_RECORDS.columns))
    return frame.astype(ORGANISATION_RECORDS.dtypes)


def decisions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Decisions: two record ids in any order, and ``same`` or ``different``."""
    whole = [(*sorted(row[:2]), row[2], "2026-01-31", None) for row in rows]
    frame = pd.DataFrame(whole, columns=list(ORGANISATION_DECISIONS.columns))
    return frame.astype(ORGANISATION_DECISIONS.dtypes)


NONE = decisions()


def together(frame: pd.DataFrame) -> set[frozenset[str]]:
    """The groups of record ids that share an organisation; those alone are left out."""
    groups = frame.groupby("organisation_id")["record_id"].agg(frozenset)
    return {group for group in groups if len(group) > 1}
