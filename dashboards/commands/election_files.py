"""The files of an election: found, read and joined to the municipalities of the store.

Nothing of the files is written anywhere.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dashboards.election_input import ElectionInput
from dashboards.store import Store
from geo.matching import assign_municipality
from geo.place_names import unmatched_places
from loaders import Settings
from loaders.election_ballots import BallotFile, read_ballots
from loaders.election_files import (
    MAX_BALLOT_ROWS,
    MAX_BYTES,
    MAX_NOMINEES,
    Fault,
    FileRefused,
    fault_frame,
    quoted,
)
from loaders.election_nominees import NomineeFile, read_nominees

__all__ = ["MAX_BALLOT_ROWS", "MAX_BYTES", "MAX_NOMINEES", "election_file", "read_election"]

EXAMPLE = ("examples/invented_example_nominees.csv", "examples/invented_example_ballots.csv")
TEMPLATES = ("templates/election_nominees.csv", "templates/election_ballots.csv")


def election_file(name: str, *, settings: Settings | None = None) -> bytes | None:
    """A form or the invented example out of the data folder, or of the one kept with the code.

    Returns
    -------
    bytes or None
        None where neither has it.
    """
    settings = settings or Settings.from_env()
    for folder in (settings.data_dir, Settings().data_dir):
        path = Path(folder) / name
        if path.is_file():
            return path.read_bytes()
    return None


def read_election(
    nominees: bytes,
    ballots: bytes | None = None,
    *,
    store: Store,
    approvals: int | None = None,
    is_example: bool = False,
) -> ElectionInput:
    """Read a list of nominees and, where there is one, a file of approval ballots.

    Parameters
    ----------
    nominees, ballots
        The files' contents, as ``loaders.election_nominees`` and ``election_ballots`` take them.
    store
        Gives municipalities, their former names, and target groups.
    approvals
        How many nominees a ballot may approve; None: any number.
    is_example
        Whether these are the invented files, so that whatever shows them says so.

    Returns
    -------
    ElectionInput
        What could be read; a refused file leaves its fault, and the other is still used if it can
        be: without nominees nothing can.
    """
    faults: list[Fault] = []
    listed = cast = None
    try:
        listed = read_nominees(nominees, store["target_groups"])
        faults += listed.faults
        if ballots is not None:
            cast = read_ballots(ballots, listed.nominees, approvals=approvals)
            faults += cast.faults
    except FileRefused as error:
        faults += error.faults
    placed, of_places = _placed(listed, store) if listed else (None, [])
    return _joined(listed, placed, cast, [*faults, *of_places], ballots is not None, is_example)


def _joined(
    listed: NomineeFile | None,
    placed: pd.DataFrame | None,
    cast: BallotFile | None,
    faults: list[Fault],
    has_ballot_file: bool,
    is_example: bool,
) -> ElectionInput:
    no_groups = pd.DataFrame(columns=["nominee_id", "target_group_code"], dtype="string")
    order = {"nominees": 0, "ballots": 1}
    in_order = sorted(faults, key=lambda fault: (order[fault.file], fault.line or 0))
    return ElectionInput(
        nominees=placed,
        nominee_groups=listed.nominee_groups if listed else no_groups,
        ballots=cast.ballots if cast else None,
        ballot_ids=cast.ballot_ids if cast else (),
        faults=fault_frame(in_order),
        nominee_rows=listed.rows if listed else 0,
        ballot_rows=cast.rows if cast else 0,
        ballots_set_aside=cast.ballots_set_aside if cast else 0,
        approvals_set_aside=cast.approvals_set_aside if cast else 0,
        has_ballot_file=has_ballot_file,
        is_example=is_example,
    )


def _placed(listed: NomineeFile, store: Store) -> tuple[pd.DataFrame, list[Fault]]:
    """The nominees with their municipality of today, and a fault where it is not known."""
    towns, changes = store["municipalities"], store["municipality_changes"]
    found = assign_municipality(
        listed.nominees, towns, changes=changes, code="place_code", name="place_name"
    )
    given = found["place_name"].fillna(found["place_code"])
    is_lost = given.notna() & found["matched_by"].isna()
    near = unmatched_places(given[is_lost], towns, changes, offer=True).names
    faults = []
    names = store.name_of("fi")
    for row, place in zip(found.itertuples(index=False), given, strict=True):
        if pd.isna(place):
            continue
        if pd.isna(row.matched_by):
            offered = tuple(near.get(place, ()))
            told = Fault("nominees", row.line, "unknown_municipality", quoted(place, offered),
                         offered)  # fmt: skip
            faults.append(told)
        elif pd.isna(row.municipality_code):
            faults.append(Fault("nominees", row.line, "municipality_elsewhere", place))
        elif pd.notna(row.former_name):
            today = names[row.municipality_code]
            note = Fault("nominees", row.line, "former_municipality", row.former_name, (today,))
            faults.append(note)
    left = ["place_code", "place_name", "matched_by", "former_name", "changed_on"]
    return found.drop(columns=left), faults
