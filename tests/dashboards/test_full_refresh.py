"""A full refresh of both regions from the local services, and what the dashboard makes of it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dashboards.briefing import briefing
from dashboards.commands.refreshing import refreshed
from dashboards.profile import profile_html
from dashboards.shell import opened_state, page
from dashboards.store import Store
from dashboards.texts import number
from dashboards.views import views
from loaders import Settings
from loaders.checks import link_faults
from loaders.packages import current_package, package_faults, packages
from loaders.tables import TABLES
from tests.servers.world import FETCHED, OPTIONS, services, world

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"
NOW = dt.datetime.now(dt.UTC)
E_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
REGISTER = (
    "Rekisterinumero;Yhdistyksen nimi;Kotipaikka;Tarkoitusluokka;Tila\n"
    "100.001;Mikkelin Esimerkki ry;Mikkeli;3;rekisterissä\n"
    "100.002;Helsingin Esimerkki ry;Helsinki;5;rekisterissä\n"
    "100.003;;Turku;5;rekisterissä\n"
    "100.004;Kadonneen Esimerkki ry;Mikeli;3;rekisterissä\n"
    "100.005;Paikaton Esimerkki ry;;3;rekisterissä\n"
    "100.006;Entinen Esimerkki ry;Juva;3;purettu\n"
)


@pytest.fixture(scope="module")
def made():
    return services()


@pytest.fixture(scope="module")
def settings(tmp_path_factory, made):
    folder = tmp_path_factory.mktemp("refreshed")
    shutil.copytree(FIXED, folder / "data" / "fixed")
    with world(made) as urls:
        yield Settings(
            data_dir=folder / "data",
            cache_dir=folder / "bodies",
            options=OPTIONS,
            tries=1,
            year=2026,
            urls=urls,
        )


@pytest.fixture(scope="module")
def outcome(settings):
    """The first refresh, all sources answering."""
    return refreshed(settings=settings, now=NOW)


@pytest.fixture(scope="module")
def store(settings, outcome):
    return Store.open(settings=settings, as_of=NOW.date())


def test_every_source_that_can_be_asked_is_renewed(outcome):
    assert {line.source_id: line.fault for line in outcome.lines} == dict.fromkeys(FETCHED)
    assert all(line.rows > 0 and line.new == line.rows for line in outcome.lines)
    assert outcome.is_used


def test_the_snapshot_is_whole_and_every_code_points_somewhere(settings, store):
    package = current_package(settings)
    assert package is not None
    assert package_faults(package) == []
    assert set(store.origins.values()) == {"refreshed"}
    assert link_faults(dict(store.tables)) == []
    assert store.notices == ()


def test_the_places_are_those_of_statistics_finland(store):
    towns = store.municipalities
    assert towns["region_code"].value_counts().to_dict() == {"02": 27, "10": 11}
    assert not towns.geometry.isna().any()
    # The service's population is of 2025, the embedded one of 2022.
    assert set(towns["population_year"]) == {2025}
    ages = store["population_by_age"]
    assert set(ages["sex"]) == {"total", "male", "female"}
    both = ages[ages["sex"] != "total"].groupby("municipality_code")["population"].sum()
    of_all = ages[ages["sex"] == "total"].groupby("municipality_code")["population"].sum()
    assert both.equals(of_all)


def test_the_embedded_sources_that_were_replaced_are_named_no_more(store):
    named = set(store["sources"]["source_id"])
    assert set(FETCHED) <= named
    assert named.isdisjoint({"statfi_municipalities", "statfi_paavo", "statfi_outlines"})
    assert {"nls_areas", "jarjestokartta_collection"} <= named
    fresh = store.freshness
    assert {fresh[source_id] for source_id in FETCHED} == {"fresh"}


def test_organisations_of_the_catalogue_stand_beside_the_collected_ones(store):
    organisations = store["organisations"]
    records = store["organisation_records"]
    assert len(records[records["source_id"] == "jarjestokartta_collection"]) == 275
    assert records["organisation_id"].isin(organisations["organisation_id"]).all()
    assert set(records["source_id"]) == {
        "jarjestokartta_collection",
        "ptv_organisations",
        "prh_companies",
    }
    # One business id is one organisation, whatever the catalogue's duplicates say.
    assert not organisations["business_id"].dropna().duplicated().any()
    areas = store["organisation_areas"]
    assert set(areas["relation"]) == {"domiciled", "stated", "regional", "national"}
    assert len(store["services"]) > 0
    assert len(store["service_locations"]) > 0


def test_boards_still_name_their_organisations(store):
    seats = store["seats"].dropna(subset="organisation_id")
    embedded = pd.read_csv(FIXED / "seats.csv", dtype=str)
    assert len(seats) == embedded["organisation_id"].notna().sum()
    assert seats["organisation_id"].isin(store["organisations"]["organisation_id"]).all()


def test_no_person_is_in_any_table_but_the_liaisons(store):
    for name, frame in store.tables.items():
        if TABLES[name].has_personal_data:
            continue
        for column in frame.select_dtypes("string"):
            assert not frame[column].str.contains(E_MAIL).any(), (name, column)


def test_what_has_changed_is_a_table_without_persons(store, outcome):
    changes = store["changes"]
    assert len(changes) == len(outcome.changes) > 0
    new = changes[(changes["table_name"] == "organisations") & (changes["change"] == "new")]
    assert len(new) == len(store["organisations"]) - 275
    # The same twelve contacts as before: none new, none gone.
    assert "liaisons" not in set(changes["table_name"])


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
@pytest.mark.parametrize("view", sorted(views()))
def test_every_view_shows_the_refreshed_data(store, view, lang):
    assert page(store, {"view": view, "lang": lang}) is not None


def test_a_profile_shows_indicators_with_their_year_and_a_missing_one_as_not_known(store):
    values = store["indicator_values"]
    here = values[(values["municipality_code"] == "491") & (values["indicator_id"] == "1068")]
    newest = here.sort_values("year").iloc[-1]
    without = values[~((values["municipality_code"] == "491") & (values["indicator_id"] == "324"))]
    partly = replace(store, tables={**store.tables, "indicator_values": without})
    state, _ = opened_state(partly, {"municipality": "491", "lang": "en"})

    soup = BeautifulSoup(profile_html(partly, state), "html.parser")

    shown = [item.get_text(" ", strip=True) for item in soup.select(".indicators li")]
    value = number(newest["value"], "en", decimals=1)
    assert " ".join(shown[0].split()) == (
        f"Esimerkki 1068: {value} ({newest['year']}) , last year of the series 2024"
    )
    assert shown[1].startswith("Esimerkki 324: not known")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fi", "Järjestöt: uusia 9."),
        ("sv", "Organisationer: nya 9."),
        ("en", "Organisations: new 9."),
    ],
)
def test_the_briefing_tells_what_has_changed_and_leads_to_the_rows(store, lang, said):
    # Nine of the catalogue's organisations are in no other source.
    state, _ = opened_state(store, {"lang": lang})

    [changed] = [section for section in briefing(store, state) if section.key == "changed"]

    assert said in changed.sentences
    assert BeautifulSoup(changed.sentences[-1], "html.parser").a["href"].endswith("#changes")


def test_a_second_refresh_finds_nothing_new(settings, outcome):
    again = refreshed(settings=settings, now=NOW + dt.timedelta(days=7))

    assert again.failed == ()
    assert [(line.new, line.changed, line.gone) for line in again.lines] == [(0, 0, 0)] * 9
    assert len(again.changes) == 0


@pytest.mark.parametrize(
    ("broken", "status", "names"),
    [
        ("ptv", 503, ["ptv_organisations"]),
        ("statfi", 503, ["statfi_boundaries", "statfi_division", "statfi_population"]),
        ("esavo", 404, ["esavo_liaisons"]),
    ],
)
def test_a_service_that_fails_keeps_what_it_gave_and_the_page_says_so(
    settings, made, store, broken, status, names
):
    made[broken].status = status
    try:
        failed = refreshed(names, settings=settings, now=NOW + dt.timedelta(days=8))
    finally:
        made[broken].status = None

    assert failed.failed == tuple(sorted(names))
    # An error of the division may also be understood as one that has changed.
    assert {line.notice for line in failed.lines} <= {"http_error", "source_changed", "failed"}
    now = Store.open(settings=settings, as_of=NOW.date())
    for name in ("municipalities", "organisations", "organisation_areas", "services", "liaisons"):
        assert now[name].equals(store[name]), name
    assert {notice.key for notice in now.notices} == {"notice.source_failed"}


def test_a_good_refresh_takes_the_notices_away(settings, store):
    mended = refreshed(settings=settings, now=NOW + dt.timedelta(days=9))

    assert mended.failed == ()
    assert Store.open(settings=settings, as_of=NOW.date()).notices == ()
    assert len(packages(settings)) <= 5


def test_a_register_given_as_a_file_joins_the_rest(settings, outcome, tmp_path):
    file = tmp_path / "register.csv"
    file.write_text(REGISTER, encoding="utf-8")

    joined = refreshed(
        settings=settings,
        files={"association_register": file},
        now=NOW + dt.timedelta(days=10),
    )

    [line] = joined.lines
    assert (line.source_id, line.rows, line.rejected) == ("association_register", 5, 1)
    store = Store.open(settings=settings, as_of=NOW.date())
    records = store["organisation_records"].set_index("record_id")
    # The 308 of the local service are the 38 and invented ones, so Helsinki is none of them.
    assert set(records.index) & {f"register:10000{n}" for n in range(1, 7)} == {
        "register:100001",
        "register:100006",
    }
    aside = store["set_aside"].query("table_name == 'organisations'")
    assert dict(zip(aside["reason"], aside["row_text"], strict=True)) == {
        "place_not_recognised": "2 organisations",
        "place_unknown": "1 organisations",
    }
    mikkeli = records.loc["register:100001"]
    assert mikkeli["municipality_code"] == "491"
    domiciles = store["organisation_areas"].query("relation == 'domiciled'")
    seat = domiciles.set_index("organisation_id")["area_code"]
    assert seat[mikkeli["organisation_id"]] == "491"
    # Struck off: it has its record and its row, but is counted nowhere.
    assert records.loc["register:100006", "organisation_id"] not in seat.index
    ceased = store["set_aside"].query("reason == 'no_longer_registered'")
    assert ceased["row_text"].tolist() == ["1 organisations"]


def test_another_area_asks_for_all_and_brings_what_it_is_asked_for(settings, outcome):
    one = refreshed(settings=settings, areas=["Eloisa"], now=NOW + dt.timedelta(days=11))

    assert one.is_used
    store = Store.open(settings=settings, as_of=NOW.date())
    assert set(store.municipalities["region_code"]) == {"10"}
    assert set(store["population_by_age"]["municipality_code"]) == set(
        store.municipalities["municipality_code"]
    )
    assert len(store["changes"]) == 0  # another area is no change
    assert not (store["set_aside"]["reason"] == "points_nowhere").any()
    assert link_faults(dict(store.tables)) == []
    back = refreshed(settings=settings, areas=["02", "10"], now=NOW + dt.timedelta(days=12))
    assert back.is_used
    again = Store.open(settings=settings, as_of=NOW.date())
    assert len(again.municipalities) == 38


def test_a_part_of_another_area_does_not_stand_in_where_its_source_fails(settings, made, outcome):
    refreshed(settings=settings, areas=["10"], now=NOW + dt.timedelta(days=13))
    made["statfi"].status = 503
    try:
        both = refreshed(settings=settings, areas=["02", "10"], now=NOW + dt.timedelta(days=14))
    finally:
        made["statfi"].status = None

    assert {"statfi_population", "statfi_boundaries"} <= set(both.failed)
    store = Store.open(settings=settings, as_of=NOW.date())
    assert len(store.municipalities) == 38
    # The ages of 2018 are said to be what they are.
    assert "statfi_paavo" in set(store["sources"]["source_id"])
    refreshed(settings=settings, areas=["02", "10"], now=NOW + dt.timedelta(days=15))


def test_an_earlier_part_that_cannot_be_read_waits_for_a_person(settings, outcome):
    package = current_package(settings)
    path = package.path / "parts" / "ptv_organisations" / "services.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("service_id", "service", 1), encoding="utf-8")

    spoilt = refreshed(["esavo_liaisons"], settings=settings, now=NOW + dt.timedelta(days=16))

    assert not spoilt.is_used
    assert any("services.csv" in fault for fault in spoilt.faults)
    assert not any(str(settings.data_dir) in fault for fault in spoilt.faults)
    path.write_text(text, encoding="utf-8")
