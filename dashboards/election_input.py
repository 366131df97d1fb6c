"""What the files of an election hold, joined to the places and groups of the store.

The files are read in ``loaders``; what is worked out of them is in ``dashboards.election_results``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ElectionInput:
    """Nominees and ballots of an election, and all that was wrong in their files.

    ``nominees`` (None where the file was refused): ``nominee_id``, ``organisation``,
    ``municipality_code`` (NA where not known), ``votes``, ``is_elected``, ``role``, ``line`` and,
    if the file has it, ``sex``. ``nominee_groups``: ``nominee_id``, ``target_group_code``.
    ``ballots``: ``ballot_id``, ``nominee_id``; None where there are none. ``faults``: ``file``,
    ``line``, ``reason``, ``text``, ``near``, ``effect``, in the order of the files.
    """

    nominees: pd.DataFrame | None
    nominee_groups: pd.DataFrame
    ballots: pd.DataFrame | None
    ballot_ids: tuple[str, ...]
    faults: pd.DataFrame
    nominee_rows: int
    ballot_rows: int
    ballots_set_aside: int
    approvals_set_aside: int
    has_ballot_file: bool
    is_example: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether there are nominees to work with."""
        return self.nominees is not None

    @property
    def members(self) -> pd.DataFrame:
        """The nominees that stand for seats; deputies are looked at on their own."""
        if self.nominees is None:
            raise ValueError("no list of nominees could be read; ask is_usable first")
        return self.nominees[self.nominees["role"] != "deputy"]

    @property
    def faults_of(self) -> dict[str, int]:
        """How many faults there are of each effect."""
        return {str(key): int(n) for key, n in self.faults["effect"].value_counts().items()}
