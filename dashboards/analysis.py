"""What geo works out from the tables of a store: each once a process, read-only, shared by all.

No table is read here, and nothing is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dashboards.derived import derived
from geo.first_contacts import FirstContacts, contact_curve, first_contacts
from geo.neighbours import neighbours
from geo.population import residents_of_groups
from geo.profiles import profile_matrix
from geo.sensitivity import gap_readings, gap_sensitivity
from geo.similarity import similar_municipalities
from geo.terms import board_bodies

if TYPE_CHECKING:
    from dashboards.store import Store

SEARCH_S = 2.0
"""Seconds that one search for first contacts may keep the page waiting."""


@dataclass(frozen=True)
class Analysis:
    """The analyses of one store."""

    store: Store

    def followed(self, filters: tuple[str, ...]) -> Analysis:
        """The analyses of the store that follows these of its filters and no other."""
        return self.store.followed(filters).analysis

    @derived()
    def group_residents(self) -> pd.DataFrame:
        """Residents of each target group's age, a row per municipality and group, with a reason."""
        return residents_of_groups(
            self.store["population_by_age"], self.store.municipalities, self.store["target_groups"]
        )

    @derived("evidence")
    def profile_matrix(self) -> pd.DataFrame:
        """The eight criteria of each municipality and how much of them is known."""
        return profile_matrix(self.store.states)

    @derived("evidence")
    def gap_readings(self) -> pd.DataFrame:
        """Whether each municipality is a gap in each reading, held against all municipalities.

        Reach is one of the readings, so the filter of that name changes none of them.
        """
        store = self.store
        return gap_readings(store.states, store.municipalities, store.organisation_counts)

    @derived("evidence")
    def gap_sensitivity(self) -> pd.DataFrame:
        """In how many readings each municipality is a gap, in the order of `municipalities`."""
        return gap_sensitivity(self.gap_readings)

    @derived()
    def neighbours(self) -> pd.DataFrame:
        """The municipalities that share a border line, each pair in both directions."""
        return neighbours(self.store["boundaries"])

    @derived()
    def bodies(self) -> pd.Series:
        """The body that each board is a term of, in the order of `boards`."""
        return board_bodies(self.store["boards"])

    @derived("evidence")
    def similar(self) -> pd.DataFrame:
        """The five municipalities most like each, and the nearest that has a model."""
        status = self.store.status
        return similar_municipalities(
            self.store.municipalities,
            self.store["population_by_age"],
            nearest_of=list(status.loc[status["ladder"] == "model", "municipality_code"]),
        )

    def contact_gaps(self, *, region: str, weigh: str, group: str) -> pd.DataFrame:
        """Municipalities of a region, whether each is a gap, and the people it is weighed by."""
        store = self.store
        towns = store.overview.loc[
            store.chosen(region), ["municipality_code", "is_gap", "population"]
        ].rename(columns={"population": "weight"})
        if weigh == "group":
            people = self.group_residents
            own = people[people["target_group_code"] == group].set_index("municipality_code")
            towns["weight"] = own["residents"].reindex(towns["municipality_code"]).array
        return pd.DataFrame(towns)

    def first_contacts(
        self, k: int, *, region: str, weigh: str, group: str, sharing: str
    ) -> FirstContacts:
        """Whom to contact first in a region, searched for once a process."""
        return self.store.once(
            f"first_contacts {k} {region} {weigh} {group} {sharing}",
            lambda: first_contacts(
                self.contact_gaps(region=region, weigh=weigh, group=group),
                k,
                neighbours=self.neighbours if sharing == "neighbours" else None,
                time_limit_s=SEARCH_S,
            ),
            follows=("evidence",),
        )

    def contact_curve(
        self, k_max: int, *, region: str, weigh: str, group: str, sharing: str
    ) -> pd.DataFrame:
        """How many people 1 to ``k_max`` contacts reach, searched for once a process."""
        return self.store.once(
            f"contact_curve {k_max} {region} {weigh} {group} {sharing}",
            lambda: contact_curve(
                self.contact_gaps(region=region, weigh=weigh, group=group),
                k_max,
                neighbours=self.neighbours if sharing == "neighbours" else None,
                time_limit_s=SEARCH_S,
            ),
            follows=("evidence",),
        )
