"""The rows that each sheet of the atlas needs, laid out by their key once a store.

A country has hundreds of sheets: none of them searches through whole tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dashboards.markup import records
from dashboards.state import REACHES
from dashboards.store import Store
from dashboards.texts import sort_key

Row = dict[str, Any]


def town_rows(store: Store) -> Mapping[str, Row]:
    """Municipality code to its row of ``store.overview``, without the outline."""

    def make() -> Mapping[str, Row]:
        rows = records(store.overview.drop(columns="geometry"))
        return {row["municipality_code"]: row for row in rows}

    return store.once("atlas municipalities", make)


def state_rows(store: Store, code: str) -> list[Row]:
    """The states of the criteria of a municipality, in their order."""
    return _rows(store, "states", lambda: store.states, "municipality_code").get(code, [])


def group_rows(store: Store, code: str) -> list[Row]:
    """The cells of the matrix of a municipality, a row a target group."""
    return _rows(store, "matrix", lambda: store.matrix, "municipality_code").get(code, [])


def evidence_rows(store: Store, code: str) -> list[Row]:
    """The evidence on a municipality by criterion, in their order, the newest first."""

    def ordered() -> pd.DataFrame:
        place = {name: at for at, name in enumerate(store.states["criterion"].unique())}
        evidence = store.evidence.assign(place=store.evidence["criterion"].map(place))
        return evidence.sort_values(
            ["place", "year"], ascending=[True, False], na_position="last", kind="stable"
        )

    return _rows(store, "evidence", ordered, "municipality_code").get(code, [])


def board_rows(store: Store) -> Mapping[str, Row]:
    """Board id to its row of ``store.boards``, in the order of names."""

    def make() -> Mapping[str, Row]:
        rows = sorted(records(store.boards), key=lambda row: sort_key(row["name"]))
        return {row["board_id"]: row for row in rows}

    return store.once("atlas boards", make)


def seat_rows(store: Store, board_id: str) -> list[Row]:
    """The rows of a board's seats, each with the codes of the groups that it speaks for."""

    def with_groups() -> pd.DataFrame:
        spoken = store["seat_target_groups"]
        groups = spoken.groupby("seat_id")["target_group_code"].agg(list)
        return store["seats"].assign(groups=store["seats"]["seat_id"].map(groups).astype(object))

    return _rows(store, "seats", with_groups, "board_id").get(board_id, [])


def organisations_here(store: Store, code: str) -> list[tuple[str, list[str]]]:
    """Name and target groups of each organisation that the counts of a municipality count."""
    groups = store.once("atlas groups of organisations", lambda: _groups(store))
    names = store.once("atlas organisations", lambda: store.organisation_names.to_dict())
    if store.reach == REACHES[0]:
        ids = store.once("atlas local organisations", lambda: _local(store)).get(code, [])
    else:
        ids = list(store.organisations_of(municipality=code)["organisation_id"])
    found = ((names[name], groups.get(name, [])) for name in ids if name in names)
    return sorted(found, key=lambda organisation: sort_key(organisation[0]))


def _rows(
    store: Store, name: str, frame: Callable[[], pd.DataFrame], column: str
) -> Mapping[str, list[Row]]:
    """The rows of a frame by a code."""

    def make() -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in records(frame()):
            found.setdefault(row[column], []).append(row)
        return found

    return store.once(f"atlas {name}", make)


def _groups(store: Store) -> Mapping[str, list[str]]:
    served = store["organisation_target_groups"]
    found: dict[str, list[str]] = {}
    for name, group in zip(
        served["organisation_id"].tolist(), served["target_group_code"].tolist(), strict=True
    ):
        found.setdefault(name, []).append(group)
    return found


def _local(store: Store) -> Mapping[str, list[str]]:
    """Municipality code to the organisations with a seat or stated work there, each once."""
    places = store["organisation_areas"]
    local = places[places["relation"].isin(["domiciled", "stated"])]
    found: dict[str, dict[str, None]] = {}
    for code, name in zip(
        local["area_code"].tolist(), local["organisation_id"].tolist(), strict=True
    ):
        found.setdefault(code, {})[name] = None
    return {code: list(names) for code, names in found.items()}
