"""Municipalities like a given one, with what the profile card says of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from dashboards.markup import records
from dashboards.state import State
from dashboards.store import Store
from geo.similarity import FEATURES

NUMBER = 5
"""How many are listed; the nearest with a model may lie beyond them."""


def similar_to(store: Store, state: State, code: str) -> dict[str, Any]:
    """What `profile.html` shows of the municipalities most like one.

    ``most`` are the nearest in order; ``with_model`` is the nearest that has a model, where the
    municipality itself has none; ``unknown`` the features for want of which it is not compared;
    ``compared`` and ``features`` say among how many municipalities, and by what.
    """
    similar = store.analysis.similar
    rows = store.once("similar rows", lambda: similar.groupby("municipality_code").indices)
    own = similar.iloc[rows.get(code, [])]
    places = store.once("similar places", lambda: _places(store))
    ranked = records(own[own["rank"].notna()])
    model = next((row for row in ranked if places[row["similar_code"]].ladder == "model"), None)
    unknown = own["unknown_features"].dropna()
    count, features = store.once("similar compared", lambda: _compared(similar))
    return {
        "most": [_item(store, state, row, places) for row in ranked if row["rank"] <= NUMBER],
        "with_model": None
        if model is None or places[code].ladder == "model"
        else _item(store, state, model, places),
        "unknown": [] if unknown.empty else unknown.iloc[0].split(),
        "compared": count,
        "features": features,
    }


class _Place(NamedTuple):
    """Where a municipality lies, and its step."""

    region: str
    ladder: str


def _places(store: Store) -> Mapping[str, _Place]:
    columns = ["municipality_code", "region_code", "ladder"]
    rows = store.overview[columns].itertuples(index=False)
    return {code: _Place(region, ladder) for code, region, ladder in rows}


def _compared(similar: pd.DataFrame) -> tuple[int, list[str]]:
    """How many municipalities are compared, and by which features."""
    compared = similar[similar["rank"].notna()]
    features = [name for name in FEATURES if compared[f"{name}_part"].notna().any()]
    return compared["municipality_code"].nunique(), features


def _item(
    store: Store, state: State, row: dict[str, Any], places: Mapping[str, _Place]
) -> dict[str, Any]:
    """A similar municipality with its step and the address of its profile."""
    code = row["similar_code"]
    place = places[code]
    # A municipality outside the chosen region can only be opened without one.
    region = state.region if place.region == state.region else ""
    return {
        "code": code,
        "name": store.name_of(str(state.lang))[code],
        "ladder": place.ladder,
        "rank": row["rank"],
        "distance": row["distance"],
        "is_tied": row["is_tied"],
        "address": state.query(view="map", municipality=code, region=region),
    }
