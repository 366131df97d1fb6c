"""A store whose organisations mean harm: names that are formulas, markup or too long."""

from __future__ import annotations

from dataclasses import replace

from dashboards.store import Store

NAMES = (
    '=HYPERLINK("http://example.fi";"x")',
    "+358 Esimerkki ry",
    "@SUM(1)",
    "\tEsimerkki ry",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    '"Lainaus"; <b>ry</b> & muut',
    "Esimerkki\x00\x08 ry\ntoinen rivi",
    "Esimerkki _x0041_ \N{SNOWMAN} ry",
)
"""Names of invented organisations."""
LONG = "a" * 40_000
"""Longer than a cell of a sheet may hold."""
BARE = "445"
"""The municipality that has no outline: Parainen."""


def hostile(store: Store) -> Store:
    """The store with organisations of those names, and without the outline of one municipality."""
    rows = store["organisations"].copy()
    rows.loc[: len(NAMES) - 1, "name"] = list(NAMES)
    rows.loc[len(NAMES), "note"] = LONG
    rows.loc[: len(NAMES), "business_id"] = "0012345-6"
    outlines = store["boundaries"]
    tables = {
        **store.tables,
        "organisations": rows,
        "boundaries": outlines[outlines["municipality_code"] != BARE].reset_index(drop=True),
    }
    return replace(store, tables=tables)
