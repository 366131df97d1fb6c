"""A store whose places, boards and groups bear names that mean harm, and a missing outline."""

from __future__ import annotations

from dataclasses import replace

from dashboards.store import Store

SCRIPT = "</script><img src=x onerror=alert(1)>"
"""The name of municipality 491."""
ODD = '"Ääni\x07 & <b>ö</b>" \N{PARTY POPPER} /../ {policy} {{ this }}\x00'
"""The name of municipality 046, which has no outline, and of the first target group."""
UNDRAWN = "046"
LONG = "Pitkännimisenkunnanneuvosto " * 9
"""The beginning of the name of every board."""


def hostile_store(store: Store) -> Store:
    """The store with those names, and without that outline."""
    tables = dict(store.tables)
    towns, groups = tables["municipalities"].copy(), tables["target_groups"].copy()
    for code, name in (("491", SCRIPT), (UNDRAWN, ODD)):
        towns.loc[towns["municipality_code"] == code, ["name_fi", "name_sv"]] = name
    groups.loc[groups.index[0], ["name_fi", "name_sv", "name_en"]] = ODD
    outlines = tables["boundaries"]
    boards = tables["boards"]
    tables |= {
        "municipalities": towns,
        "target_groups": groups,
        "boundaries": outlines[outlines["municipality_code"] != UNDRAWN].reset_index(drop=True),
        "boards": boards.assign(name=LONG + boards["board_id"]),
    }
    return replace(store, tables=tables)
