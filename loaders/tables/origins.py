"""The tables that tell of the others: sources, and rows set aside."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from loaders.tables.columns import (
    LANGUAGE_NAMES,
    NON_NEGATIVE,
    WEB_ADDRESS,
    Table,
    column,
    optional,
    partial_date,
    text,
)


def _name_tables(names: pd.Series) -> pd.Series:
    """Each is a table of the model, which is looked up when checked: it is not whole here yet."""
    from loaders.tables import TABLES

    return names.isin(list(TABLES))


SOURCES = Table(
    name="sources",
    title="Sources",
    description="Where the tables come from, under which licence, and how old they may grow.",
    columns={
        "source_id": text("Identifier", unique=True),
        **{f"title_{lang}": text(f"Title in {name}") for lang, name in LANGUAGE_NAMES},
        **{f"publisher_{lang}": text(f"Publisher in {name}") for lang, name in LANGUAGE_NAMES},
        "page": optional("Page", pa.Check.str_matches(WEB_ADDRESS)),
        **{f"licence_{lang}": text(f"Licence in {name}") for lang, name in LANGUAGE_NAMES},
        "licence_url": optional("Text of the licence", pa.Check.str_matches(WEB_ADDRESS)),
        **{
            f"attribution_{lang}": text(f"Attribution in {name}, as the licence asks for it")
            for lang, name in LANGUAGE_NAMES
        },
        "source_date": partial_date("Date of the content", description="Empty: not known"),
        "retrieved": partial_date("Retrieved"),
        "fresh_years": column(
            "Int64",
            "Fresh for",
            NON_NEGATIVE,
            unit="years",
            description="Content older than this, or without a date, is stale",
        ),
        "update_days": column(
            "Int64",
            "Renewed every",
            pa.Check.ge(1),
            nullable=True,
            unit="days",
            description="Rhythm at which the source is worth asking; empty where it has none",
        ),
        **{f"note_{lang}": optional(f"Caveats in {name}") for lang, name in LANGUAGE_NAMES},
        "fetch_notice": optional(
            "Why the last fetch failed",
            pa.Check.str_matches(r"^[a-z_]+$"),
            description="Why the last fetch failed, as a code; empty when it did not",
        ),
    },
    keys=("source_id",),
    links={},
    sources=("jarjestokartta_collection",),
)

SET_ASIDE = Table(
    name="set_aside",
    title="Rows set aside",
    description="Rows of sources that went into no table, each with its reason.",
    columns={
        "table_name": text(
            "Table it was meant for", pa.Check(_name_tables, error="a table of the model")
        ),
        "row_text": text(
            "The row",
            description="Its text, or only its line where the source holds personal data",
        ),
        "reason": text(
            "Reason",
            pa.Check.str_matches(r"^[a-z_]+$"),
            description="A code that the page puts into words",
        ),
        "source_url": optional("Source"),
    },
    keys=("table_name", "row_text", "source_url"),
    links={},
    sources=("jarjestokartta_collection",),
)
