"""The card of one organisation: where it is, whom it serves, and what each source says of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboards.markup import Column, HtmlTable, link, safe_url, table
from dashboards.parts.organisation_list import groups_of, places_of
from dashboards.texts import date, number
from dashboards.view import View
from geo.organisation_fields import conflicting_fields, field_origins
from loaders.tables import register_page

PLACES = ("municipality_code", "address_municipality_code")
ALL_PLACES = 400
"""The card names every municipality of an organisation; there are 308 in the country."""


def organisation_card(view: View, organisation_id: str) -> str:
    """Name, places, groups and the register's page, then each field with every source's word."""
    names = view.store.organisation_names
    if organisation_id not in names.index:
        return view.render("organisation_none.html")
    own = view.store.records_of(organisation_id)
    ids = [organisation_id]
    return (
        view.render(
            "organisation_card.html",
            id=organisation_id,
            name=names[organisation_id],
            places=places_of(view, ids, most=ALL_PLACES).get(organisation_id, ""),
            groups=groups_of(view, ids).get(organisation_id, ""),
            register=_register(view, own),
        )
        + _fields(view, own, str(names[organisation_id]))
        + _records(view, own)
    )


def _register(view: View, records: pd.DataFrame) -> str:
    """The page of the register of associations on it, for a person; none without a Y-tunnus."""
    codes = records["business_id"].dropna()
    is_other = (records["legal_form"].dropna() != "association").any()
    return "" if codes.empty or is_other else register_page(codes.iloc[0], lang=view.lang)


def _fields(view: View, records: pd.DataFrame, name: str) -> str:
    """Each field with every source's word, and which one is taken."""
    origins = field_origins(records)
    differing = set(conflicting_fields(origins)["field"])
    titles = _titles(view)
    return table(
        HtmlTable(
            id="fields",
            caption=view.text("organisations.card", name=name),
            columns=_columns(view, "field", "value", "source", "used", "differs"),
            rows=[
                (
                    view.text(f"record_field.{row.field}"),
                    _value(view, row.field, row.value),
                    titles.get(row.source_id, row.source_id),
                    view.text("organisations.used") if row.is_used else "",
                    view.text("organisations.differs") if row.field in differing else "",
                )
                for row in origins.itertuples(index=False)
            ],
            empty=view.text("organisations.no_fields"),
            note=_differing(view, differing),
        )
    )


def _records(view: View, records: pd.DataFrame) -> str:
    """The records of it that the sources hold, with their addresses."""
    titles = _titles(view)
    return table(
        HtmlTable(
            id="records",
            caption=view.text("organisations.records", n=number(len(records), view.lang)),
            columns=_columns(view, "source", "record", "source_date"),
            rows=[
                (
                    titles.get(row.source_id, row.source_id),
                    link(row.source_url, row.record_id)
                    if safe_url(row.source_url)
                    else row.record_id,
                    date(row.source_date, view.lang),
                )
                for row in records.itertuples(index=False)
            ],
            empty=view.text("organisations.no_fields"),
        )
    )


def _differing(view: View, fields: set[str]) -> str:
    if not fields:
        return ""
    listed = ", ".join(view.text(f"record_field.{field}") for field in sorted(fields))
    return view.text("organisations.differing", listed=listed)


def _value(view: View, field: str, value: Any) -> Any:
    """A value as a reader wants it: places and codes by name, addresses as links."""
    if field in PLACES:
        return view.store.name_of(view.lang).get(value, value)
    if field == "legal_form":
        return view.text(f"legal_form.{value}")
    if field == "status":
        return view.text(f"status.{value}")
    if field == "purpose_class":
        classes = view.store["purpose_classes"].set_index("purpose_class")
        known = value in classes.index
        return classes.loc[value, f"name_{view.lang}"] if known else value
    if field == "registered":
        return date(value, view.lang)
    return link(value, value) if field == "homepage" else value


def _titles(view: View) -> dict[str, str]:
    sources = view.store["sources"]
    return dict(zip(sources["source_id"], sources[f"title_{view.lang}"], strict=True))


def _columns(view: View, *keys: str) -> list[Column]:
    return [Column(heading=view.text(f"column.{key}")) for key in keys]
