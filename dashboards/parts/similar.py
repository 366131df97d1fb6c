"""Municipalities like a given one, with what the profile card says of each."""

from __future__ import annotations

from typing import Any

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
    compared = similar[similar["rank"].notna()]
    own = similar[similar["municipality_code"] == code]
    places = store.overview.set_index("municipality_code")[["region_code", "ladder"]]
    items = [_item(store, state, row, places) for row in records(own[own["rank"].notna()])]
    unknown = own["unknown_features"].dropna()
    return {
        "most": [item for item in items if item["rank"] <= NUMBER],
        "with_model": None
        if places.loc[code, "ladder"] == "model"
        else next((item for item in items if item["ladder"] == "model"), None),
        "unknown": [] if unknown.empty else unknown.iloc[0].split(),
        "compared": compared["municipality_code"].nunique(),
        "features": [name for name in FEATURES if compared[f"{name}_part"].notna().any()],
    }


def _item(store: Store, state: State, row: dict[str, Any], places: pd.DataFrame) -> dict[str, Any]:
    """A similar municipality with its step and the address of its profile."""
    code = row["similar_code"]
    place = places.loc[code]
    # A municipality outside the chosen region can only be opened without one.
    region = state.region if place["region_code"] == state.region else ""
    return {
        "code": code,
        "name": store.name_of(str(state.lang))[code],
        "ladder": place["ladder"],
        "rank": row["rank"],
        "distance": row["distance"],
        "is_tied": row["is_tied"],
        "address": state.query(view="map", municipality=code, region=region),
    }
