"""What differs between two snapshots of the tables, row by row and without persons.

What is fetched, kept and put in use lives in loaders; here two sets of frames are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from geo.errors import require_columns
from geo.matching import municipality_from_code
from loaders.tables import CHANGES

UNTOLD = ("source_date", "source_year")
"""Columns whose change is none of the row: the source was only looked at, or saved, again."""

PLACE = "municipality_code"
"""What the detail of a changed organisation says where its domicile has become known or unknown."""

Frames = Mapping[str, pd.DataFrame]


def table_changes(before: Frames, after: Frames) -> pd.DataFrame:
    """List what is new, gone, moved and changed between two sets of tables.

    - **organisations**: new, gone; moved, where the municipality it is domiciled in is another
      (``detail``: the code before); changed, with the columns that changed.
    - **evidence**: new, gone, changed with the columns.
    - **liaisons**: new and gone, counted per municipality and told without the person: a liaison
      who is followed by another is one gone and one new.
    - **boards**, **services**: new, gone.

    A municipality that has merged into another moves nobody, and the date at which a source was
    saved is no change (UNTOLD).

    Parameters
    ----------
    before, after
        Table name to frame, columns as in the model. A table that either lacks is passed over, as
        nothing can be said of it. Organisations need ``organisation_areas`` to be found moved;
        names and mergers of municipalities come from ``municipalities`` and
        ``municipality_changes``.

    Returns
    -------
    DataFrame
        The table ``changes``: one row a change, sorted by table, change and row, with a new index.
        ``municipality_code`` is that of ``after``; for what is gone that of ``before``, in the
        codes of today.

    Raises
    ------
    GeoError
        A table lacks its identifier.

    Examples
    --------
    >>> boards = pd.DataFrame({"board_id": ["b1", "b2"], "name": ["Council", "Forum"]})
    >>> found = table_changes({"boards": boards.iloc[:1]}, {"boards": boards.iloc[1:]})
    >>> found[["table_name", "change", "row_id", "name"]]
      table_name change row_id     name
    0     boards   gone     b1  Council
    1     boards    new     b2    Forum
    """
    before = _in_codes_of_today(before, after)
    names = _municipality_names(before, after)
    found = [
        rows
        for table, compared in _COMPARED.items()
        if table in before and table in after
        for rows in compared(table, before, after, names)
    ]
    columns = list(CHANGES.columns)
    whole = pd.concat([rows.reindex(columns=columns) for rows in found] or [CHANGES.empty()])
    keys = ["table_name", "change", "row_id"]
    return whole.sort_values(keys, kind="stable", ignore_index=True).astype(CHANGES.dtypes)


def change_counts(changes: pd.DataFrame) -> pd.DataFrame:
    """Count the changes of each kind in each table.

    Parameters
    ----------
    changes
        Needs ``table_name``, ``change``.

    Returns
    -------
    DataFrame
        One row per table and kind that is there: ``table_name``, ``change``, ``rows``; sorted.

    Examples
    --------
    >>> changes = pd.DataFrame({"table_name": ["boards"] * 2, "change": ["new", "new"]})
    >>> change_counts(changes)
      table_name change  rows
    0     boards    new     2
    """
    return (
        changes.groupby(["table_name", "change"], as_index=False)
        .size()
        .rename(columns={"size": "rows"})
    )


def _organisations(
    table: str, before: Frames, after: Frames, names: pd.Series
) -> Iterable[pd.DataFrame]:
    # The domicile stands in another table; here it is one more column of the organisation.
    has_areas = "organisation_areas" in before and "organisation_areas" in after
    old, new = (
        _keyed(frames[table].assign(**{PLACE: _domiciles(frames, has_areas)}), "organisation_id")
        for frames in (before, after)
    )
    yield from _new_and_gone(table, old, new)
    both = old.index.intersection(new.index, sort=False)
    then, now = old[PLACE].reindex(both), new[PLACE].reindex(both)
    is_known = then.notna() & now.notna()
    differs = _differences(old, new, both)
    is_moved = differs[PLACE] & is_known & ~both.isin(_with_same_domicile(before, after))
    yield _rows(table, "moved", new.reindex(both[is_moved]), detail=then[is_moved])
    yield _changed(table, new, differs.assign(**{PLACE: then.isna() != now.isna()}))


def _evidence(
    table: str, before: Frames, after: Frames, names: pd.Series
) -> Iterable[pd.DataFrame]:
    old, new = (_keyed(frames[table], "evidence_id") for frames in (before, after))
    differs = _differences(old, new, old.index.intersection(new.index, sort=False))
    old, new = (rows.assign(name=rows[PLACE].map(names)) for rows in (old, new))
    yield from _new_and_gone(table, old, new)
    yield _changed(table, new, differs)


def _boards(table: str, before: Frames, after: Frames, names: pd.Series) -> Iterable[pd.DataFrame]:
    return _new_and_gone(table, *(_keyed(frames[table], "board_id") for frames in (before, after)))


def _services(
    table: str, before: Frames, after: Frames, names: pd.Series
) -> Iterable[pd.DataFrame]:
    old, new = (
        _keyed(frames[table], "service_id").assign(
            name=lambda rows: rows["name_fi"].fillna(rows["name_sv"]).fillna(rows["name_en"])
        )
        for frames in (before, after)
    )
    return _new_and_gone(table, old, new)


def _liaisons(
    table: str, before: Frames, after: Frames, names: pd.Series
) -> Iterable[pd.DataFrame]:
    rows = pd.concat(
        [
            frames[table][["municipality_name", PLACE, "person_name"]].assign(change=change)
            for change, frames in (("gone", before), ("new", after))
        ],
        ignore_index=True,
    )
    # A municipality may have been matched to its code in one of the two alone.
    known = rows.dropna(subset=[PLACE]).drop_duplicates("municipality_name", keep="last")
    codes = known.set_index("municipality_name")[PLACE]
    rows[PLACE] = rows[PLACE].fillna(rows["municipality_name"].map(codes))
    rows["place"] = rows[PLACE].fillna(rows["municipality_name"])
    rows["person"] = rows["person_name"].str.split().str.join(" ").str.casefold()
    rows = rows.drop_duplicates(["change", "place", "person"])
    # A person who is there on both sides is no change.
    rows = rows[~rows.duplicated(["place", "person"], keep=False)]
    number = rows.groupby(["change", "place"]).cumcount() + 1
    yield pd.DataFrame(
        {
            "table_name": table,
            "change": rows["change"],
            "row_id": rows["place"] + "#" + number.astype("string"),
            "name": rows[PLACE].map(names).astype("string").fillna(rows["municipality_name"]),
            PLACE: rows[PLACE],
        }
    )


_COMPARED = {
    "organisations": _organisations,
    "evidence": _evidence,
    "liaisons": _liaisons,
    "boards": _boards,
    "services": _services,
}


def _keyed(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    require_columns(frame, [key], of=f"the table of {key.removesuffix('_id')}s")
    return frame.drop_duplicates(key).set_index(key)


def _new_and_gone(table: str, old: pd.DataFrame, new: pd.DataFrame) -> list[pd.DataFrame]:
    return [
        _rows(table, "new", new[~new.index.isin(old.index)]),
        _rows(table, "gone", old[~old.index.isin(new.index)]),
    ]


def _differences(old: pd.DataFrame, new: pd.DataFrame, both: pd.Index) -> pd.DataFrame:
    """Whether each column of each row differs; a value that is not known equals another such."""
    # As plain Python values, where None equals None: ten times as fast as with NA.
    then, now = old.index.get_indexer(both), new.index.get_indexer(both)
    return pd.DataFrame(
        {
            name: _values(old[name]).take(then) != _values(new[name]).take(now)
            for name in new
            if name in old and name not in UNTOLD
        },
        index=both,
    )


def _values(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype=object, na_value=None)


def _changed(table: str, new: pd.DataFrame, differs: pd.DataFrame) -> pd.DataFrame:
    differs = differs[differs.any(axis="columns")]
    told = pd.Series("", index=differs.index, dtype="object")
    for name in differs:
        told += differs[name].map({True: f", {name}", False: ""})
    return _rows(table, "changed", new.reindex(differs.index), detail=told.str[2:])


def _rows(
    table: str, change: str, rows: pd.DataFrame, *, detail: pd.Series | None = None
) -> pd.DataFrame:
    """Rows of the table of changes, from rows that have their identifier for an index."""
    told = pd.DataFrame({"table_name": table, "change": change, "row_id": rows.index})
    for name in ("name", PLACE):
        if name in rows:
            told[name] = rows[name].array
    if detail is not None:
        told["detail"] = detail.array
    return told


def _domiciles(frames: Frames, has_areas: bool) -> pd.Series:
    """The municipality of each organisation; of several the lowest code, of none NA."""
    organisations = frames["organisations"]
    if not has_areas:
        return pd.Series(pd.NA, index=organisations.index, dtype="string")
    seats = _seats(frames).sort_values("area_code").drop_duplicates("organisation_id")
    by_id = seats.set_index("organisation_id")["area_code"]
    return organisations["organisation_id"].map(by_id).astype("string")


def _with_same_domicile(before: Frames, after: Frames) -> pd.Series:
    """The organisations that have kept one of their domiciles, where sources name several."""
    if "organisation_areas" not in before or "organisation_areas" not in after:
        return pd.Series(dtype="string")
    return _seats(before).merge(_seats(after))["organisation_id"]


def _seats(frames: Frames) -> pd.DataFrame:
    areas = frames["organisation_areas"]
    return areas.loc[areas["relation"] == "domiciled", ["organisation_id", "area_code"]]


def _in_codes_of_today(before: Frames, after: Frames) -> Frames:
    """The frames before, with the codes of municipalities that have merged since then."""
    if "municipalities" not in after or "municipality_changes" not in after:
        return before
    towns, mergers = after["municipalities"], after["municipality_changes"]

    def today(codes: pd.Series) -> pd.Series:
        found = municipality_from_code(codes, towns, changes=mergers)[PLACE]
        return found.fillna(codes)

    translated = dict(before)
    for table in ("liaisons", "evidence", "boards"):
        if table in before:
            translated[table] = before[table].assign(**{PLACE: today(before[table][PLACE])})
    if "organisation_areas" in before:
        areas = before["organisation_areas"]
        translated["organisation_areas"] = areas.assign(
            area_code=areas["area_code"].mask(
                areas["relation"] == "domiciled", today(areas["area_code"])
            )
        )
    return translated


def _municipality_names(before: Frames, after: Frames) -> pd.Series:
    """Code to name; those of today go before."""
    towns = [frames["municipalities"] for frames in (after, before) if "municipalities" in frames]
    if not towns:
        return pd.Series(dtype="string")
    whole = pd.concat([town[[PLACE, "name_fi"]] for town in towns]).drop_duplicates(PLACE)
    return whole.set_index(PLACE)["name_fi"]
