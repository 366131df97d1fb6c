"""Residents of an age on the page: estimates marked, reasons said, nothing unknown as a zero."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dashboards.parts.people import basis_text, group_ages, people_part, residents_text
from dashboards.profile import profile_html
from dashboards.shell import opened_state
from dashboards.store import Store
from dashboards.texts import LANGUAGES, MISSING, texts
from dashboards.view import View
from dashboards.views import views
from geo.population import REASONS

# What was used of an age table, and what came of it.
COUNTED = {"residents": 5, "ages_year": 2024, "population_year": 2024, "basis": "counted"}
SHARED = {"residents": 4, "ages_year": 2018, "population_year": 2022, "basis": "estimated"}
UNKNOWN = {"residents": None, "ages_year": None, "population_year": None, "basis": None}


def opened(store: Store, **query: str) -> View:
    state, notices = opened_state(store, {"view": "gaps", **query})
    assert notices == []
    return views()["gaps"](store, state)


def rows_of(*rows: dict[str, object], cut: bool = False, reason: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows).astype(
        {"residents": "Int64", "ages_year": "Int64", "population_year": "Int64", "basis": "string"}
    )
    known = frame["residents"].notna()
    return frame.assign(
        is_band_cut=pd.array([cut if is_known else None for is_known in known], dtype="boolean"),
        reason=pd.array([None if is_known else reason for is_known in known], dtype="string"),
    )


def with_ages(store: Store, text: list[tuple[str, int, int | None, int, int]]) -> Store:
    """The store with an age table of its own."""
    columns = ["municipality_code", "age_from", "age_to", "population", "year"]
    frame = pd.DataFrame(text, columns=columns).assign(sex="total")
    ages = frame.astype(store["population_by_age"].dtypes.to_dict())
    return dataclasses.replace(store, tables={**store.tables, "population_by_age": ages})


def table_of(view: View) -> dict[str, list[str]]:
    """The first cell of each row to the others."""
    soup = BeautifulSoup(people_part(view).object, "html.parser")
    rows = soup.select("#people-in-gaps tbody tr")
    return {
        row.th.get_text(): [cell.get_text().replace("\xa0", " ") for cell in row.find_all("td")]
        for row in rows
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_and_basis_has_a_text(lang):
    needed = [f"people.reason.{reason}" for reason in REASONS]
    assert [key for key in needed if key not in texts(lang)] == []


def test_an_estimate_is_marked_and_a_count_is_not():
    assert residents_text(1968, "estimated", "fi") == "n.\xa01\xa0968"
    assert residents_text(1968, "estimated", "sv") == "ca\xa01\xa0968"
    assert residents_text(1968, "counted", "en") == "1,968"
    assert residents_text(pd.NA, pd.NA, "fi") == MISSING
    assert residents_text(0, "estimated", "en") == "c.\xa00"


def test_the_basis_tells_all_that_was_done():
    assert basis_text(rows_of(COUNTED), "en") == "counted from the population of 2024"
    assert basis_text(rows_of(SHARED), "en") == (
        "estimate: age shares of 2018 applied to the population of 2022"
    )
    assert basis_text(rows_of(SHARED | {"ages_year": 2022}, cut=True), "en") == (
        "estimate: cut age bands shared out evenly by years of age"
    )
    both = basis_text(rows_of(COUNTED, SHARED, SHARED | {"ages_year": 2016}), "en")
    assert both == (
        "counted from the population of 2024; "
        "estimate: age shares of 2016–2018 applied to the population of 2022"
    )
    some = basis_text(rows_of(COUNTED, UNKNOWN, reason="open_band"), "en")
    assert some.endswith("the age limit would cut an open-ended age band")


def test_ages_are_written_for_groups_that_have_them_and_for_everyone(store):
    ages = group_ages(store, "en")
    assert ages["KR1.1"] == "65 and over"
    assert ages["KR1.2"] == "0–17"
    assert ages["X.yleinen"] == "all ages"
    assert "KR1.6" not in ages


def test_the_table_has_the_groups_with_a_number_and_the_list_those_without(store):
    view = opened(store, lang="en", region="10")
    rows = table_of(view)
    assert list(rows) == ["Older people", "Children and families", "Young people", "Everyone"]
    for name, cells in rows.items():
        assert cells[1].startswith("c. ") == (name != "Everyone")
        assert cells[6] == "0"  # no municipality is left out
    everyone = store.overview[store.overview["region_code"] == "10"]
    gaps = everyone.loc[everyone["is_gap"], "population"].sum()
    assert rows["Everyone"][1] == f"{gaps:,}"
    for cell, kind in enumerate(("known_step", "no_information"), start=2):
        of_kind = everyone.loc[everyone["gap_kind"] == kind, "population"].sum()
        assert rows["Everyone"][cell] == f"{of_kind:,}"
    soup = BeautifulSoup(people_part(view).object, "html.parser")
    [item] = soup.select("#people-not-known li")
    assert item.get_text().startswith("The group has no age range: ")
    assert "Informal carers" in item.get_text()


def test_municipalities_without_ages_are_left_out_and_counted_with_the_reason(store):
    # Of 11 municipalities only Juva has ages: 30 of 60 are 65 or older, half of its 5,769
    # residents of 2022: 2,884.5, so 2,885.
    told = with_ages(store, [("178", 0, 64, 30, 2018), ("178", 65, None, 30, 2018)])
    rows = table_of(opened(told, lang="en", region="10"))
    old = rows["Older people"]
    assert (old[1], old[4]) == ("c. 2,885", "c. 2,885")
    assert old[6] == "10: the municipality's ages are missing or incomplete"


def test_ages_of_the_year_of_the_totals_are_no_estimates(store):
    told = with_ages(store, [("178", 0, 64, 30, 2022), ("178", 65, None, 31, 2022)])
    view = opened(told, lang="en", region="10")
    assert table_of(view)["Older people"][1] == "31"
    assert (
        "estimate"
        not in BeautifulSoup(
            profile_html(told, opened_state(told, {"municipality": "178", "lang": "en"})[0]),
            "html.parser",
        )
        .select_one("#of-age")
        .get_text()
    )


def test_a_range_that_cuts_an_open_band_is_said_and_not_zero(store):
    told = with_ages(store, [("178", 0, 59, 30, 2022), ("178", 60, None, 31, 2022)])
    view = opened(told, lang="en", region="10")
    assert "Older people" not in table_of(view)
    listed = BeautifulSoup(people_part(view).object, "html.parser").select_one("#people-not-known")
    assert "ages are missing or incomplete, the age limit would cut" in listed.get_text()
    summary = BeautifulSoup(view._summary(), "html.parser").get_text()
    assert f"{MISSING} live in coverage gaps" in summary


def test_the_gap_summary_and_tables_mark_the_estimates(store):
    view = opened(store, lang="en")
    summary = BeautifulSoup(view._summary(), "html.parser").get_text()
    assert "age shares of 2018 applied to the population of 2022" in summary
    older = BeautifulSoup(view._table("known_step"), "html.parser").select("tbody tr")
    assert all(row.find_all("td")[1].get_text().startswith("c.") for row in older)


def test_a_profile_shows_the_residents_of_the_groups_ages_as_estimates(store):
    state, _ = opened_state(store, {"municipality": "178", "lang": "en"})
    soup = BeautifulSoup(profile_html(store, state), "html.parser")
    items = [item.get_text().replace("\xa0", " ") for item in soup.select("#of-age li")]
    # With a pencil in tests/geo/test_population.py: 2,124 of 6,225 are 34 %.
    assert items[0] == "Older people, 65 and over: c. 1,968 (34%)"
    assert len(items) == 3
