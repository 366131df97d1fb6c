"""What the assembly works on: the parts of the sources, and what falls aside on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from geo.matching import municipality_from_code
from loaders.tables import PARTS, SET_ASIDE

Parts = Mapping[str, Mapping[str, pd.DataFrame]]
"""Source id to its frames by table."""


@dataclass
class Aside:
    """What does not go into the tables: counted where it lies outside, told where it is odd."""

    outside: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[str, str, str, object]] = field(default_factory=list)

    def inside(self, frame: pd.DataFrame, table: str, mask: pd.Series) -> pd.DataFrame:
        """The rows of the mask; the others lie outside the areas and are counted."""
        kept = mask.fillna(False).astype(bool)
        if not kept.all():
            self.outside[table] = self.outside.get(table, 0) + int((~kept).sum())
        return frame[kept]

    def put(self, table: str, text: str, reason: str, source_url: object = pd.NA) -> None:
        """Set one row aside; its text must not tell of a person."""
        self.rows.append((table, text, reason, source_url))

    def frame(self) -> pd.DataFrame:
        """The rows set aside, as the table of that name has them; one said twice is there once."""
        frame = pd.DataFrame(self.rows, columns=list(SET_ASIDE.columns), dtype="object")
        return frame.drop_duplicates(ignore_index=True).astype(SET_ASIDE.dtypes)


def all_rows(parts: Parts, table: str) -> pd.DataFrame | None:
    """The rows that the sources gave for a table, source by source; None where none gives it."""
    frames = [frames[table] for _, frames in sorted(parts.items()) if table in frames]
    return joined(frames, table) if frames else None


def joined(frames: list[pd.DataFrame], table: str) -> pd.DataFrame:
    """Frames of one table below each other, in the table's types."""
    whole = pd.concat(frames, ignore_index=True)
    return whole[list(PARTS[table].columns)].astype(PARTS[table].dtypes)


def with_todays_codes(
    frame: pd.DataFrame,
    municipalities: pd.DataFrame,
    changes: pd.DataFrame,
    column: str = "municipality_code",
) -> pd.DataFrame:
    """The frame with the codes of today; a code that never was, or lies outside, becomes NA."""
    found = municipality_from_code(frame[column], municipalities, changes=changes)
    return frame.assign(**{column: found["municipality_code"].astype("string")})


def all_municipalities(parts: Parts, made: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every municipality that is known, also outside the areas: code and names.

    What is known to lie elsewhere is outside; what nobody knows may be a slip of the pen.
    """
    columns = ["municipality_code", "name_fi", "name_sv"]
    division = all_rows(parts, "division")
    known = made["municipalities"][columns]
    if division is None:
        return known
    whole = pd.concat([known, division[columns]], ignore_index=True)
    return whole.drop_duplicates("municipality_code", ignore_index=True)
