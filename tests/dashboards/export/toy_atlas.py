"""A store with a few invented rows, to work the atlas out by hand, and one that means harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboards.store import Store
from loaders.tables import TABLES

TOWN, OTHER, FAR = "491", "046", "740"
"""Mikkeli, of which most is told; Enonkoski, of which a source says no; Savonlinna."""
BOARD = "esimerkkineuvosto"
MARKUP = '#panic("x") *a* $b$ <script>alert(1)</script> {{ 7*7 }} "&\\ ]'
"""A name that means something to typst, HTML and Jinja."""
ODD = "Esimerkki \N{GRINNING FACE}\x00\x07\N{BELL} \ue000\ufffe/../ry\nrivi"
LONG = "Esimerkki" + "a" * 300 + " ry"
BAD_URL = "javascript:alert(1)"
BARE = "213"
"""Kangasniemi, which has lost its outline in the harmful store."""


def frame(table: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a table of the model; what they do not tell is not known."""
    dtypes = TABLES[table].dtypes
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


def finding(code: str, criterion: str, answer: str, year: int, **more: Any) -> dict[str, Any]:
    """A row of evidence."""
    return {
        "evidence_id": f"{code}-{criterion}-{year}",
        "municipality_code": code,
        "criterion": criterion,
        "answer": answer,
        "year": year,
        "source_url": "https://example.fi/",
        **more,
    }


def toy_store(store: Store, *, name: str = "Esimerkki A ry", board: str = "Esimerkki") -> Store:
    """The municipalities of the store with few findings, organisations, and one board."""
    organisations = {"a": name, "b": "Esimerkki B ry", "c": "Esimerkki C ry", "d": "Esimerkki D ry"}
    organisations["e"] = "Esimerkki E ry"
    tables = {
        **store.tables,
        "evidence": frame(
            "evidence",
            [
                finding(TOWN, "forum", "yes", 2025, kind=board),
                finding(TOWN, "forum", "no", 2023, note="None was held", source_url=BAD_URL),
                finding(TOWN, "grants", "yes", 2019),
                finding(OTHER, "documented_model", "no", 2025),
            ],
        ),
        "liaisons": store["liaisons"].iloc[:0],
        "organisations": frame(
            "organisations",
            [
                {"organisation_id": key, "name": said, "is_umbrella": False}
                for key, said in organisations.items()
            ],
        ),
        "organisation_areas": frame(
            "organisation_areas",
            [
                {"organisation_id": "a", "relation": "domiciled", "area_code": TOWN},
                {"organisation_id": "b", "relation": "stated", "area_code": TOWN},
                {"organisation_id": "c", "relation": "regional", "area_code": "10"},
                {"organisation_id": "d", "relation": "domiciled", "area_code": TOWN},
                {"organisation_id": "e", "relation": "domiciled", "area_code": FAR},
            ],
        ),
        "organisation_target_groups": frame(
            "organisation_target_groups",
            [
                {"organisation_id": "a", "target_group_code": "KR1.1"},
                {"organisation_id": "a", "target_group_code": "KR1.3"},
                {"organisation_id": "b", "target_group_code": "KR1.1"},
                {"organisation_id": "c", "target_group_code": "KR1.1"},
                {"organisation_id": "e", "target_group_code": "KR1.2"},
            ],
        ),
        "boards": frame(
            "boards",
            [
                {
                    "board_id": BOARD,
                    "name": board,
                    "level": "municipality",
                    "region_code": "10",
                    "municipality_code": TOWN,
                    "area_name": "Mikkeli",
                    "term_start": "2025",
                    "term_end": "2027",
                    "seats_total": 4,
                    "seats_ngo": 3,
                    "is_public": True,
                    "source_url": "https://example.fi/neuvosto",
                }
            ],
        ),
        "seats": frame(
            "seats",
            [
                {
                    "seat_id": seat,
                    "board_id": BOARD,
                    "role": "member",
                    "holder": "organisation",
                    "is_counted": True,
                    "organisation_name": f"Esimerkki {seat} ry",
                    "source_url": "https://example.fi/neuvosto",
                }
                for seat in ("s1", "s2", "s3")
            ],
        ),
        "seat_target_groups": frame(
            "seat_target_groups",
            [
                {"seat_id": "s1", "target_group_code": "KR1.1"},
                {"seat_id": "s2", "target_group_code": "KR1.1"},
                {"seat_id": "s2", "target_group_code": "KR1.3"},
                {"seat_id": "s3", "target_group_code": "KR1.1"},
            ],
        ),
    }
    return replace(store, tables=tables)


def harmful_store(store: Store) -> Store:
    """The same with names that mean harm, and without the outline of one municipality."""
    toy = toy_store(store, name=MARKUP, board=LONG)
    organisations = toy["organisations"].copy()
    organisations.loc[organisations["organisation_id"] == "b", "name"] = ODD
    outlines = toy["boundaries"]
    tables = {
        **toy.tables,
        "organisations": organisations,
        "boundaries": outlines[outlines["municipality_code"] != BARE].reset_index(drop=True),
    }
    return replace(toy, tables=tables)
