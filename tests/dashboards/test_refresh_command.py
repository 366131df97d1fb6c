"""The command that refreshes: what it prints and keeps, and its exit codes; no service is asked."""

from __future__ import annotations

import datetime as dt
import errno
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from dashboards.store import Store
from loaders import Settings
from loaders.packages import KEEP, packages

PAGE = Path(__file__).resolve().parents[1] / "fixtures" / "sources" / "esavo_liaisons.txt"
WITH_PAGE = ("refresh", "esavo_liaisons", "--file", str(PAGE))


@pytest.fixture
def settings(spoilt):
    return Settings(data_dir=spoilt.parent)


@pytest.fixture
def run(spoilt, monkeypatch, tmp_path):
    """The command line on a copy of the data, with a cache of its own, without a net."""
    monkeypatch.setenv("JARJESTOKARTTA_DATA_DIR", str(spoilt.parent))
    monkeypatch.setenv("JARJESTOKARTTA_CACHE_DIR", str(tmp_path / "bodies"))
    monkeypatch.setenv("JARJESTOKARTTA_OFFLINE", "1")
    return lambda *words: CliRunner().invoke(app, list(words))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("refresh.")
    }


def test_a_saved_page_becomes_a_snapshot_that_the_page_serves(run, settings):
    result = run(*WITH_PAGE)

    assert result.exit_code == 0, result.output
    assert "In use from now on: snapshot" in result.output
    assert "@" not in result.output
    store = Store.open(settings=settings)
    assert store.notices == ()
    assert store.origins["liaisons"] == "refreshed"
    # 12 contacts of nine names in eight municipalities, as the embedded table has them.
    assert len(store["liaisons"]) == 12
    assert store["liaisons"]["municipality_code"].nunique() == 8
    retrieved = store["sources"].set_index("source_id")["retrieved"]
    # A file is as old as it is, whenever it is read.
    saved = dt.datetime.fromtimestamp(PAGE.stat().st_mtime, dt.UTC)
    assert retrieved["esavo_liaisons"] == saved.date().isoformat()


def test_everything_but_what_was_refreshed_is_as_it_is_embedded(run, settings, store):
    run(*WITH_PAGE)

    now = Store.open(settings=settings, as_of=store.as_of)

    for name in ("municipalities", "organisations", "organisation_areas", "evidence", "boards",
                 "seats", "seat_target_groups", "organisation_target_groups", "county_evidence",
                 "postcodes", "population_by_age", "municipality_changes"):  # fmt: skip
        old, new = store[name], now[name]
        assert len(new) == len(old), name
        keys = [column for column in old.columns if old[column].notna().all()]
        assert set(new[keys].itertuples(index=False, name=None)) == set(
            old[keys].itertuples(index=False, name=None)
        ), name


def test_lines_set_aside_are_shown_by_their_number_without_a_name(run, settings, tmp_path):
    page = tmp_path / "page.txt"
    text = PAGE.read_text(encoding="utf-8")
    page.write_text(text + "\nEsimerkki Esimerkki 050 000 000\n", encoding="utf-8")
    words = ("refresh", "esavo_liaisons", "--file", str(page))

    result = run(*words)

    assert result.exit_code == 0, result.output
    assert "Esimerkki Esimerkki" not in result.output
    aside = Store.open(settings=settings)["set_aside"]
    assert len(aside) == 6  # the five of the collection, and this line
    [row] = aside[aside["table_name"] == "liaisons"].to_dict("records")
    assert row["row_text"] == f"line {len(text.splitlines()) + 1}"
    # A second run replaces its rows and does not add them again.
    run(*words)
    assert len(Store.open(settings=settings)["set_aside"]) == 6


def test_a_changed_page_keeps_what_was_there_and_says_so_on_the_page(run, settings, tmp_path):
    run(*WITH_PAGE)
    changed = tmp_path / "page.html"
    changed.write_text("<html><title>Huoltokatko</title></html>", encoding="utf-8")

    result = run("refresh", "esavo_liaisons", "--file", str(changed))

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    store = Store.open(settings=settings)
    assert len(store["liaisons"]) == 12
    assert [notice.key for notice in store.notices] == ["notice.source_failed"]
    assert "Etelä-Savo" in store.notices[0].values["title_fi"]
    run(*WITH_PAGE)
    assert Store.open(settings=settings).notices == ()


def test_a_source_that_fails_before_any_refresh_leaves_the_embedded_data_and_a_notice(
    run, settings
):
    result = run("refresh", "esavo_liaisons")  # offline, and no copy

    assert result.exit_code == 1
    store = Store.open(settings=settings)
    assert [notice.key for notice in store.notices] == ["notice.source_failed"]
    assert len(store["liaisons"]) == 12


def test_the_same_failure_twice_writes_one_snapshot(run, settings):
    run("refresh", "esavo_liaisons")
    result = run("refresh", "esavo_liaisons")

    assert "nothing was written" in result.output
    assert len(packages(settings)) == 1


def test_a_full_disk_leaves_the_snapshot_in_use_as_it_was(run, settings, spoilt, monkeypatch):
    run(*WITH_PAGE)
    before = bytes_of(spoilt.parent / "cache")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        result = run(*WITH_PAGE)

    assert result.exit_code == 2
    assert "No space left on device" in result.output
    after = bytes_of(spoilt.parent / "cache")
    assert {name: body for name, body in after.items() if name in before} == before
    assert Store.open(settings=settings).notices == ()


def test_a_dry_run_writes_nothing(run, settings):
    result = run(*WITH_PAGE, "--dry-run")

    assert result.exit_code == 0, result.output
    assert "nothing was written" in result.output
    assert packages(settings) == []


def test_only_so_many_snapshots_are_kept(run, settings, monkeypatch):
    assert KEEP == 5
    monkeypatch.setattr("dashboards.commands.assembling.KEEP", 2)
    for _ in range(3):
        assert run(*WITH_PAGE).exit_code == 0
    kept = packages(settings)
    assert len(kept) == 2
    assert kept[0].is_current


def test_a_fall_of_more_than_a_fifth_stops_the_switch_until_it_is_accepted(run, settings, tmp_path):
    run(*WITH_PAGE)
    in_use = [package.name for package in packages(settings)]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    # The last three contacts go: 9 of 12 rows are left, a fall of a quarter.
    contacts = [at for at, line in enumerate(lines) if "@" in line]
    fewer = tmp_path / "fewer.txt"
    kept = [line for at, line in enumerate(lines) if at not in contacts[-3:]]
    fewer.write_text("\n".join(kept), encoding="utf-8")
    words = ("refresh", "esavo_liaisons", "--file", str(fewer))

    stopped = run(*words)

    assert stopped.exit_code == 3, stopped.output
    assert "fell from 12 rows to 9" in stopped.output
    assert [package.name for package in packages(settings) if package.is_current] == in_use
    assert len(Store.open(settings=settings)["liaisons"]) == 12
    accepted = run(*words, "--accept")
    assert accepted.exit_code == 0
    assert len(Store.open(settings=settings)["liaisons"]) == 9


def test_another_refresh_that_runs_is_told_and_left_alone(run, settings):
    from loaders.refresh_lock import refresh_lock

    with refresh_lock(settings, owner="another one"):
        result = run(*WITH_PAGE)

    assert result.exit_code == 2
    assert "A refresh is running" in result.output
    assert packages(settings) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("refresh", "esavo_liaison"), "esavo_liaisons"),
        (("refresh", "--area", "Etela-Savo", "esavo_liaisons"), "etelä-savo"),
        (("refresh", "--file", str(PAGE)), "--file goes with exactly one source"),
        (("refresh", "association_register"), "--file"),
        (("refresh", "liaison_list", "--file", "nope.csv"), "no such file"),
        (("refresh", "ptv_organisations", "--file", str(PAGE)), "cannot be read from a file"),
        (("refresh", "--area", "99"), "No municipality of region 99"),
        (("refresh", "esavo_liaisons", "--area", "02"), "another area asks for all sources"),
        (("refresh", "esavo_liaisons", "--drop"), "Nothing of esavo_liaisons is in use"),
    ],
)
def test_what_cannot_be_begun_is_told_in_a_sentence(run, settings, words, said):
    result = run(*words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert packages(settings) == []


@pytest.mark.parametrize("name", ["JARJESTOKARTTA_URLS", "JARJESTOKARTTA_OPTIONS"])
def test_a_setting_of_a_source_that_there_is_not_is_told(run, monkeypatch, name):
    monkeypatch.setenv(name, "esavo_liaison.x=http://127.0.0.1:1".replace(
        ".x", "" if name.endswith("URLS") else ".x"))  # fmt: skip
    result = run(*WITH_PAGE)
    assert result.exit_code == 2
    assert "esavo_liaisons" in result.output


def test_what_a_source_gave_can_be_taken_out_again(run, settings, tmp_path):
    own = tmp_path / "list.csv"
    own.write_text(
        "Kunta;Nimi;Sähköposti\nTurku;Esimerkki Henkilö;esimerkki@turku.example\n",
        encoding="utf-8",
    )
    assert run("refresh", "liaison_list", "--file", str(own)).exit_code == 0
    assert len(Store.open(settings=settings)["liaisons"]) == 13

    result = run("refresh", "liaison_list", "--drop")

    assert result.exit_code == 0, result.output
    store = Store.open(settings=settings)
    assert len(store["liaisons"]) == 12
    assert "liaison_list" not in set(store["sources"]["source_id"])


def test_a_second_list_that_lacks_rows_of_the_first_waits_for_a_person(run, settings, tmp_path):
    lists = []
    for place in ("Turku", "Mikkeli"):
        own = tmp_path / f"{place}.csv"
        own.write_text(
            f"Kunta;Nimi;Sähköposti\n{place};Esimerkki Henkilö;a@{place.lower()}.example\n",
            encoding="utf-8",
        )
        lists.append(str(own))
    assert run("refresh", "liaison_list", "--file", lists[0]).exit_code == 0

    second = run("refresh", "liaison_list", "--file", lists[1])

    assert second.exit_code == 3, second.output
    assert "fell from 1 rows to 0" in second.output
    store = Store.open(settings=settings)
    assert (store["liaisons"]["municipality_name"] == "Turku").sum() == 1
    assert [notice.key for notice in store.notices] == ["notice.held"]


def test_a_damaged_table_costs_no_source_what_it_gave(run, settings):
    run(*WITH_PAGE)
    [package] = packages(settings)
    with (package.path / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("x\n")

    result = run("refresh", "esavo_liaisons", "--file", str(PAGE))

    assert result.exit_code == 3  # what was damaged is told, and nobody has accepted it
    assert "organisations.csv" in result.output
    newest = packages(settings)[0]
    assert newest.is_held
    assert set(newest.report["part_areas"]) == {"esavo_liaisons"}


def test_an_area_is_a_code_a_name_or_the_whole_country(store):
    from dashboards.commands.scopes import area_codes

    places = (store["areas"], store["municipalities"])
    assert area_codes(["10"], *places) == ["10"]
    assert area_codes(["Etelä-Savo", "Egentliga Finland"], *places) == ["02", "10"]
    assert area_codes(["Varha"], *places) == ["02"]
    assert area_codes(["10", "fi"], *places) == ["FI"]
    assert area_codes([], *places) == []
