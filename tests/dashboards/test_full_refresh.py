"""A full refresh of both regions from the local services, and what the dashboard makes of it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from dashboards.commands.refreshing import refreshed
from dashboards.shell import page
from dashboards.store import Store
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


def test_a_second_refresh_finds_nothing_new(settings, outcome):
    again = refreshed(settings=settings, now=NOW + dt.timedelta(days=7))

    assert again.failed == ()
    assert [(line.new, line.changed, line.gone) for line in again.lines] == [(0, 0, 0)] * 9
    assert len(again.changes) == 0


@pytest.mark.parametrize("status", [404, 503])
@pytest.mark.parametrize("broken", ["ptv", "statfi", "esavo"])
def test_a_service_that_fails_keeps_what_it_gave_and_the_page_says_so(
    settings, made, store, broken, status
):
    names = {
        "ptv": ["ptv_organisations"],
        "statfi": ["statfi_boundaries", "statfi_division", "statfi_population"],
        "esavo": ["esavo_liaisons"],
    }[broken]
    made[broken].status = status
    try:
        failed = refreshed(names, settings=settings, now=NOW + dt.timedelta(days=8))
    finally:
        made[broken].status = None

    assert failed.failed == tuple(sorted(names))
    # A 404 may also be understood as a service that has changed.
    assert {line.notice for line in failed.lines} <= {"http_error", "source_changed", "failed"}
    now = Store.open(settings=settings, as_of=NOW.date())
    for name in ("municipalities", "organisations", "organisation_areas", "services", "liaisons"):
        assert now[name].equals(store[name]), name
    assert {notice.key for notice in now.notices} == {"notice.source_failed"}
    mended = refreshed(names, settings=settings, now=NOW + dt.timedelta(days=9))
    assert mended.failed == ()
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
    assert (line.source_id, line.rows, line.rejected) == ("association_register", 2, 1)
    store = Store.open(settings=settings, as_of=NOW.date())
    records = store["organisation_records"].set_index("record_id")
    # Helsinki lies outside the two regions: counted, but not among them.
    assert "register:100002" not in records.index
    mikkeli = records.loc["register:100001"]
    assert mikkeli["municipality_code"] == "491"
    domiciles = store["organisation_areas"].query("relation == 'domiciled'")
    seat = domiciles.set_index("organisation_id")["area_code"]
    assert seat[mikkeli["organisation_id"]] == "491"
    assert store.report["outside"]["organisation_records"] == 1
