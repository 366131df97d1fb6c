"""The store: own tables before embedded ones, and a notice in place of a crash."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.store import Store, data_stamp
from loaders import LoaderError, Settings

AS_OF = dt.date(2026, 11, 21)


def opened(fixed):
    return Store.open(settings=Settings(data_dir=fixed.parent), as_of=AS_OF)


def test_the_embedded_data_opens_without_a_notice(store):
    assert store.notices == ()
    assert len(store.municipalities) == 38
    assert store.municipalities.crs == "EPSG:4326"


def test_liaisons_are_matched_to_the_municipalities_of_today(store):
    # 12 contacts under 9 headings; Pertunmaa is Mäntyharju (507) since 2025.
    liaisons = store.liaisons
    assert len(liaisons) == 12
    assert liaisons["municipality_name"].nunique() == 9
    assert set(liaisons["municipality_code"]) == {
        "046",
        "178",
        "213",
        "507",
        "623",
        "681",
        "740",
        "768",
    }
    former = liaisons[liaisons["former_name"].notna()]
    assert set(former["municipality_name"]) == {"Pertunmaa"}
    assert len(former) == 2


def test_the_ladder_of_the_embedded_data_is_that_of_its_evidence(store):
    # By hand from facts/cooperation_evidence.csv: documented_model for Mikkeli, Koski Tl, Laitila,
    # Rusko, Turku and Uusikaupunki; no row but none_found for Hirvensalmi, Lieto, Marttila, Oripää
    # and Taivassalo; Pyhäranta has a liaison only.
    ladder = store.status.set_index("municipality_code")["ladder"]
    assert set(ladder[ladder == "model"].index) == {"491", "284", "400", "704", "853", "895"}
    assert set(ladder[ladder == "no_information"].index) == {"097", "423", "480", "561", "833"}
    assert set(ladder[ladder == "liaison"].index) == {"631"}
    assert (ladder == "structure").sum() == 38 - 6 - 5 - 1


def test_undated_liaisons_are_stale(store):
    # Juva's liaison comes from the undated page alone.
    states = store.states.set_index(["municipality_code", "criterion"])
    assert states.loc[("178", "liaison"), "state"] == "yes"
    assert bool(states.loc[("178", "liaison"), "is_stale"])


def test_an_own_table_is_read_before_the_embedded_one(spoilt):
    own = spoilt.parent / "own"
    own.mkdir()
    text = (spoilt / "set_aside.csv").read_text(encoding="utf-8")
    (own / "set_aside.csv").write_text(text.splitlines()[0] + "\n", encoding="utf-8")
    opened_store = opened(spoilt)
    assert opened_store.origins["set_aside"] == "own"
    assert len(opened_store["set_aside"]) == 0
    assert opened_store.notices == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Error 500</html>", b"a,b\n1\n", "nimi\nÄä\n".encode("latin-1"), b"\xff\xfe\x00"],
)
def test_a_faulty_own_table_leaves_the_embedded_one_and_a_notice(spoilt, body):
    own = spoilt.parent / "own"
    own.mkdir()
    (own / "organisations.csv").write_bytes(body)
    opened_store = opened(spoilt)
    assert len(opened_store["organisations"]) == 275
    [notice] = opened_store.notices
    assert notice.key == "notice.own_table"
    assert "organisations.csv" in notice.values["fault"]


def test_a_faulty_embedded_table_leaves_the_page_up_with_a_notice(spoilt):
    (spoilt / "organisations.csv").write_text("oops\n", encoding="utf-8")
    opened_store = opened(spoilt)
    assert len(opened_store["organisations"]) == 0
    assert [notice.key for notice in opened_store.notices] == ["notice.fixed_table"]
    assert len(opened_store.status) == 38


@pytest.mark.parametrize("name", ["municipalities.csv", "boundaries.geojson", "areas.csv"])
def test_without_the_map_itself_there_is_an_error_with_the_file_to_open(spoilt, name):
    (spoilt / name).write_bytes(b"")
    with pytest.raises(LoaderError, match=name):
        opened(spoilt)


def test_an_unknown_code_is_told_in_a_notice(spoilt):
    path = spoilt / "organisation_areas.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "no-such-organisation,stated,740\n", encoding="utf-8")
    opened_store = opened(spoilt)
    [notice] = opened_store.notices
    assert notice.key == "notice.link"
    assert "no-such-organisation" in notice.values["fault"]
    assert "no-such-organisation" not in set(opened_store["organisation_areas"]["organisation_id"])


def test_rows_that_lean_on_a_row_that_is_left_out_are_left_out_too(spoilt):
    # A board of an unknown municipality goes, and with it its seats and their target groups.
    path = spoilt / "boards.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("municipality,02,430,", "municipality,02,999,"), encoding="utf-8")
    opened_store = opened(spoilt)
    gone = opened_store["seats"]["board_id"].str.startswith("loi_")
    assert not gone.any()
    assert not opened_store["seat_target_groups"]["seat_id"].str.startswith("loi_").any()
    assert {notice.key for notice in opened_store.notices} == {"notice.link"}
    opened_store.representation("rai_vammais_2021")


def test_a_liaison_whose_municipality_is_not_known_is_counted_in_a_notice(spoilt):
    path = spoilt / "liaisons.csv"
    text = path.read_text(encoding="utf-8")
    text = text.replace("Juva,178,", "Juvva,178,").replace("Puumala,623,", "Esimerkkilä,,")
    path.write_text(text, encoding="utf-8")
    opened_store = opened(spoilt)
    codes = opened_store.liaisons.set_index("municipality_name")["municipality_code"]
    assert codes["Juvva"] == "178"  # the code it brings along stands
    [notice] = opened_store.notices
    assert (notice.key, notice.values["count"]) == ("notice.unmatched", 1)


def test_own_ages_that_cannot_be_cut_leave_the_older_residents_unknown(spoilt):
    path = spoilt / "population_by_age.csv"
    path.write_text(
        "municipality_code,age_from,age_to,sex,population,year\n"
        "178,0,59,total,10,2024\n178,60,,total,5,2024\n",
        encoding="utf-8",
    )
    assert opened(spoilt).older_residents["residents"].isna().all()


def test_faults_on_the_page_name_the_file_and_no_folder_above_it(spoilt):
    (spoilt / "organisations.csv").write_text("oops\n", encoding="utf-8")
    [notice, *_] = opened(spoilt).notices
    assert "fixed/organisations.csv" in notice.values["fault"]
    assert str(spoilt.parent) not in notice.values["fault"]


def test_notices_never_quote_a_person(spoilt):
    path = spoilt / "liaisons.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")  # a duplicate
    [notice] = opened(spoilt).notices
    assert "@" not in notice.values["fault"]
    name = lines[1].split(",")[2]
    assert name not in notice.values["fault"]


def test_a_table_that_has_no_file_is_empty_and_no_fault(store):
    assert store.origins["services"] == "empty"
    assert len(store["services"]) == 0


def test_the_stamp_changes_with_the_package_in_use_and_with_own_tables(spoilt):
    settings = Settings(data_dir=spoilt.parent)
    stamps = {data_stamp(settings)}
    (spoilt.parent / "cache").mkdir()
    (spoilt.parent / "cache" / "current").write_text("2026-11-21T000000Z\n", encoding="utf-8")
    stamps.add(data_stamp(settings))
    (spoilt.parent / "own").mkdir()
    (spoilt.parent / "own" / "boards.csv").write_text("x\n", encoding="utf-8")
    stamps.add(data_stamp(settings))
    assert len(stamps) == 3


def test_a_package_that_is_not_there_leaves_the_embedded_data_and_a_notice(spoilt):
    (spoilt.parent / "cache").mkdir()
    (spoilt.parent / "cache" / "current").write_text("2026-11-21T000000Z\n", encoding="utf-8")
    store = opened(spoilt)
    assert {notice.key for notice in store.notices} == {"notice.snapshot"}
    assert len(store.municipalities) == 38
