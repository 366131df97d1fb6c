"""Packages: written whole or not at all, switched at once; the old one is there all the while."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loaders import packages as module
from loaders.embedded import read_tables
from loaders.errors import LoaderError, SourceChanged
from loaders.packages import (
    EMBEDDED,
    cache_folder,
    current_package,
    find_package,
    package_faults,
    package_in_use,
    packages,
    prune_packages,
    remove_leftovers,
    use_package,
    write_package,
)
from loaders.part_files import read_parts
from loaders.settings import Settings
from loaders.tables import TABLES
from tests.loaders.toy_packages import (
    NAME,
    NOW,
    PART,
    WEEK,
    contents,
    few_tables,
    parts_of,
    tables_of,
    used,
    written,
)

ROOT = Path(__file__).resolve().parents[2]
FIXED = ROOT / "data" / "fixed"
NEXT = "2026-11-28T230824Z"


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def make_old(path: Path) -> None:
    two_days_ago = time.time() - 2 * 86_400
    os.utime(path, (two_days_ago, two_days_ago))


# Writing


def test_a_package_has_the_embedded_form_and_its_parts(settings: Settings) -> None:
    package = written(settings, is_quick=False, note="first")
    assert (package.name, package.made_at) == (NAME, NOW)
    assert package.path == settings.data_dir / "cache" / NAME
    assert package.report == {"note": "first"}
    assert sorted(contents(package.path)) == [
        "areas.csv",
        "checksums.json",
        "datapackage.json",
        f"parts/{PART}/liaisons.csv",
        f"parts/{PART}/part.json",
        f"parts/{PART}/rejects.csv",
        "purpose_classes.csv",
        "report.json",
        "sources.csv",
    ]
    parts, faults = read_parts(package.path)
    assert (list(parts), faults) == ([PART], [])
    assert package_faults(package) == []


def test_the_descriptor_names_files_from_its_own_folder(settings: Settings) -> None:
    package = written(settings, is_quick=False)
    described = json.loads((package.path / "datapackage.json").read_bytes())
    paths = [resource["path"] for resource in described["resources"]]
    assert paths == ["areas.csv", "purpose_classes.csv", "sources.csv"]


def test_all_the_embedded_tables_are_written_and_read_back(settings: Settings) -> None:
    tables, faults = read_tables(FIXED)
    assert faults == []
    package = write_package(settings, tables, {}, {}, now=NOW)
    again, faults = read_tables(package.path)
    assert faults == []
    assert {name: len(frame) for name, frame in again.items()} == {
        name: len(frame) for name, frame in tables.items()
    }
    for name, table in TABLES.items():
        written_file = package.path / table.file_name
        if table.is_embedded:
            assert written_file.read_bytes() == (FIXED / table.file_name).read_bytes(), name
        else:
            assert written_file.exists(), name
    described = json.loads((package.path / "datapackage.json").read_bytes())
    assert [resource["name"] for resource in described["resources"]] == list(TABLES)


def test_a_written_package_is_not_yet_in_use(settings: Settings) -> None:
    assert not written(settings).is_current
    assert package_in_use(settings) == (None, ())
    assert [package.name for package in packages(settings)] == [NAME]


def test_two_of_the_same_second_have_names_of_their_own(settings: Settings) -> None:
    names = [written(settings).name for _ in range(3)]
    assert names == [NAME, f"{NAME}-2", f"{NAME}-3"]
    assert [package.name for package in packages(settings)] == names[::-1]
    assert {package.made_at for package in packages(settings)} == {NOW}


def test_ten_of_the_same_second_are_in_the_order_they_were_written(settings: Settings) -> None:
    written(settings)
    for number in (2, 9, 10):
        shutil.copytree(cache_folder(settings) / NAME, cache_folder(settings) / f"{NAME}-{number}")
    assert [package.name for package in packages(settings)] == [
        f"{NAME}-10",
        f"{NAME}-9",
        f"{NAME}-2",
        NAME,
    ]


def test_the_name_is_in_utc(settings: Settings) -> None:
    helsinki = dt.timezone(dt.timedelta(hours=2))
    with few_tables():
        now = dt.datetime(2026, 11, 22, 1, 8, 24, tzinfo=helsinki)
        assert write_package(settings, tables_of(), {}, {}, now=now).name == NAME


def test_what_is_written_is_private_to_its_user(settings: Settings) -> None:
    package = used(settings)
    for path in (cache_folder(settings), package.path, cache_folder(settings) / "current"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_persons_stand_in_the_table_of_liaisons_alone(settings: Settings) -> None:
    package = written(settings)
    telling = [name for name, body in contents(package.path).items() if b"Secretperson" in body]
    assert telling == [f"parts/{PART}/liaisons.csv"]


def test_missing_and_unknown_tables_are_named_and_nothing_is_written(settings: Settings) -> None:
    tables = tables_of()
    del tables["areas"]
    with few_tables(), pytest.raises(LoaderError, match="table areas is missing") as caught:
        write_package(settings, tables | {"division": tables["sources"]}, {}, {}, now=NOW)
    assert "'division' is no table" in str(caught.value)
    assert not cache_folder(settings).exists()


@pytest.mark.parametrize("source_id", ["../../x", "", "A", "x/y"])
def test_the_id_of_a_part_is_never_a_path(settings: Settings, source_id: str) -> None:
    with few_tables(), pytest.raises(LoaderError, match="Source id"):
        write_package(settings, tables_of(), {source_id: parts_of()[PART]}, {}, now=NOW)
    assert list(cache_folder(settings).iterdir()) == []


def test_a_table_that_is_not_the_models_leaves_no_folder(settings: Settings) -> None:
    tables = tables_of()
    tables["areas"] = tables["areas"].drop(columns="code")
    with few_tables(is_quick=False), pytest.raises(SourceChanged, match="column code is missing"):
        write_package(settings, tables, {}, {}, now=NOW)
    assert list(cache_folder(settings).iterdir()) == []


def test_a_report_that_is_no_json_leaves_no_folder(settings: Settings) -> None:
    for report in ({"x": object()}, {"x": float("nan")}):
        with few_tables(), pytest.raises((TypeError, ValueError)):
            write_package(settings, tables_of(), {}, report, now=NOW)
    assert packages(settings) == []


# Use


def test_the_package_in_use_is_the_one_that_was_put_in_use(settings: Settings) -> None:
    used(settings)
    written(settings, weeks=1)
    package, faults = package_in_use(settings)
    assert package is not None
    assert (package.name, package.is_current, faults) == (NAME, True, ())
    assert [found.is_current for found in packages(settings)] == [False, True]
    assert (cache_folder(settings) / "current").read_text(encoding="utf-8") == f"{NAME}\n"


def test_embedded_goes_back_to_the_tables_of_the_program(settings: Settings) -> None:
    used(settings)
    assert use_package(settings, EMBEDDED) is None
    assert package_in_use(settings) == (None, ())
    assert not any(package.is_current for package in packages(settings))


@pytest.mark.parametrize(
    "name",
    [
        "../fixed",
        "..",
        "",
        "/etc/passwd",
        f"../cache/{NAME}",
        f"{NAME}/",
        f"{NAME}\n",
        f"{NAME}-1",
        f"{NAME}-100",
        "2026-02-31T000000Z",
        "2026-11-21T250000Z",
        "٢٠٢٦-11-21T230824Z",
        "current",
        "x" * 10_000,
        "a\x00b",
    ],
)
def test_hostile_names_are_refused(settings: Settings, name: str) -> None:
    used(settings)
    for ask in (use_package, find_package):
        with pytest.raises(LoaderError, match="no name of a snapshot") as caught:
            ask(settings, name)
        assert len(str(caught.value)) < 600
    assert current_package(settings) is not None


def test_a_name_that_no_package_has_is_told_with_those_there_are(settings: Settings) -> None:
    used(settings)
    with pytest.raises(LoaderError, match=f"no snapshot {NEXT}; there is {NAME}"):
        use_package(settings, NEXT)


def test_a_damaged_package_is_not_put_in_use(settings: Settings) -> None:
    used(settings)
    spoil(written(settings, weeks=1).path / "areas.csv")
    with pytest.raises(LoaderError, match=r"areas\.csv is not what was written"):
        use_package(settings, NEXT)
    package = current_package(settings)
    assert package is not None
    assert package.name == NAME


def test_the_newest_whole_one_stands_in_for_a_damaged_one(settings: Settings) -> None:
    written(settings)
    written(settings, weeks=1)
    spoil(written(settings, weeks=2).path / "areas.csv")
    used(settings, weeks=3)
    spoil(cache_folder(settings) / "2026-12-12T230824Z" / "report.json")
    package, faults = package_in_use(settings)
    assert package is not None
    assert (package.name, package.is_current) == (NEXT, False)
    assert faults == (
        "snapshot 2026-12-12T230824Z: report.json is not what was written",
        f"snapshot {NEXT} stands in for it",
    )


def test_one_that_is_held_never_stands_in(settings: Settings) -> None:
    written(settings)
    spoil(used(settings, weeks=1).path / "areas.csv")
    held = written(settings, weeks=2, held=True)
    assert held.is_held
    package = current_package(settings)
    assert package is not None
    assert package.name == NAME
    use_package(settings, held.name)  # a person may
    package = current_package(settings)
    assert package is not None
    assert package.name == held.name


def test_a_missing_package_is_stood_in_for_and_told(settings: Settings) -> None:
    written(settings)
    shutil.rmtree(used(settings, weeks=1).path)
    package, faults = package_in_use(settings)
    assert package is not None
    assert package.name == NAME
    assert faults[0] == f"snapshot {NEXT}: it is not there"


def test_without_a_whole_one_the_embedded_data_stands_in_and_that_is_told(
    settings: Settings,
) -> None:
    shutil.rmtree(used(settings).path)
    package, faults = package_in_use(settings)
    assert package is None
    assert faults == (f"snapshot {NAME}: it is not there", "the embedded data stands in for it")


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"../../etc\n", NAME.encode() * 50])
def test_a_damaged_name_of_the_current_one_is_told(settings: Settings, body: bytes) -> None:
    used(settings)
    (cache_folder(settings) / "current").write_bytes(body)
    package, faults = package_in_use(settings)
    assert package is not None
    assert package.name == NAME
    assert "does not hold the name of a snapshot" in faults[0]


def test_a_folder_in_place_of_the_name_is_told(settings: Settings) -> None:
    used(settings)
    (cache_folder(settings) / "current").unlink()
    (cache_folder(settings) / "current").mkdir()
    package, faults = package_in_use(settings)
    assert package is not None
    assert len(faults) == 2


def test_without_a_cache_there_is_nothing_and_no_fault(settings: Settings) -> None:
    assert packages(settings) == []
    assert package_in_use(settings) == (None, ())
    assert not settings.data_dir.exists()


def test_a_file_in_place_of_the_cache_is_told(settings: Settings) -> None:
    settings.data_dir.mkdir()
    cache_folder(settings).write_bytes(b"x")
    with pytest.raises(LoaderError, match="cannot be read"):
        packages(settings)
    assert package_in_use(settings).package is None


def test_other_files_of_the_cache_are_no_packages(settings: Settings) -> None:
    used(settings)
    (cache_folder(settings) / NEXT).write_bytes(b"a file")
    (cache_folder(settings) / "esavo_liaisons").mkdir()
    assert [package.name for package in packages(settings)] == [NAME]


# Checksums


def test_every_kind_of_damage_is_told_with_its_file(settings: Settings) -> None:
    package = written(settings)
    spoil(package.path / "areas.csv")
    (package.path / "sources.csv").unlink()
    (package.path / "parts" / "more.csv").write_bytes(b"x")
    assert package_faults(package) == [
        f"snapshot {NAME}: sources.csv is missing",
        f"snapshot {NAME}: areas.csv is not what was written",
        f"snapshot {NAME}: parts/more.csv does not belong there",
    ]


def test_what_a_file_manager_leaves_is_no_damage(settings: Settings) -> None:
    package = written(settings)
    (package.path / ".DS_Store").write_bytes(b"x")
    assert package_faults(package) == []


def test_a_table_cut_off_by_a_byte_is_damage(settings: Settings) -> None:
    package = written(settings)
    path = package.path / "areas.csv"
    path.write_bytes(path.read_bytes()[:-1])
    assert len(package_faults(package)) == 1


def test_many_faults_are_counted(settings: Settings) -> None:
    package = written(settings)
    for path in package.path.rglob("*"):
        if path.is_file() and path.name != "checksums.json":
            spoil(path)
    faults = package_faults(package)  # of 8 files
    assert len(faults) == 6
    assert faults[-1] == f"snapshot {NAME}: and 3 files more"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"../x": 1}'])
def test_damaged_checksums_are_damage(settings: Settings, body: bytes) -> None:
    package = written(settings)
    (package.path / "checksums.json").write_bytes(body)
    assert package_faults(package)


def test_an_empty_folder_of_the_right_name_is_no_whole_package(settings: Settings) -> None:
    (cache_folder(settings) / NAME).mkdir(parents=True)
    (cache_folder(settings) / NAME / "checksums.json").write_bytes(b"{}")
    assert package_faults(find_package(settings, NAME)) == [
        f"snapshot {NAME}: datapackage.json is missing",
        f"snapshot {NAME}: report.json is missing",
    ]


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"[" * 100_000])
def test_a_damaged_report_is_empty_and_damage(settings: Settings, body: bytes) -> None:
    package = written(settings, note="x")
    (package.path / "report.json").write_bytes(body)
    assert packages(settings)[0].report == {}
    assert package_faults(package)


# Pruning


def test_the_newest_stay_and_the_rest_goes(settings: Settings) -> None:
    names = [used(settings, weeks=number).name for number in range(7)]
    assert prune_packages(settings) == ([names[1], names[0]], [])
    assert [package.name for package in packages(settings)] == names[:1:-1]
    assert prune_packages(settings) == ([], [])


def test_the_one_in_use_stays_whatever_its_age(settings: Settings) -> None:
    used(settings)
    for number in range(1, 4):
        written(settings, weeks=number)
    removed, _ = prune_packages(settings, keep=1)
    assert removed == ["2026-12-05T230824Z", NEXT]
    assert [package.name for package in packages(settings)] == ["2026-12-12T230824Z", NAME]
    assert prune_packages(settings, keep=0).removed == ["2026-12-12T230824Z"]
    assert current_package(settings) is not None


def test_the_one_that_stands_in_stays(settings: Settings) -> None:
    written(settings)
    spoil(used(settings, weeks=1).path / "areas.csv")
    written(settings, weeks=2, held=True)
    removed, faults = prune_packages(settings, keep=1)
    assert (removed, faults) == ([], [])  # held and newest; damaged but named; standing in


def test_damaged_ones_do_not_push_out_whole_ones(settings: Settings) -> None:
    use = [written(settings, weeks=number) for number in range(4)]
    spoil(use[3].path / "areas.csv")
    spoil(use[2].path / "areas.csv")
    use_package(settings, EMBEDDED)
    assert prune_packages(settings, keep=1).removed == [NAME]
    assert package_faults(use[1]) == []


def test_a_folder_that_cannot_be_removed_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(settings)
    used(settings, weeks=1)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", refuse)
        pruned = prune_packages(settings, keep=1)
    assert pruned == ([], [f"snapshot {NAME}: cannot be removed (Permission denied)"])
    assert package_faults(find_package(settings, NAME)) == []
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "rmtree", refuse)
        pruned = prune_packages(settings, keep=1)
    assert pruned.faults == [f"snapshot {NAME}: cannot be removed (Permission denied)"]
    # What is left of it is no package, and goes when it is old.
    assert [package.name for package in packages(settings)] == [NEXT]
    [rest] = cache_folder(settings).glob(".unfinished-*")
    make_old(rest)
    assert remove_leftovers(settings) == []
    assert not rest.exists()


def test_fewer_than_none_cannot_be_kept(settings: Settings) -> None:
    with pytest.raises(LoaderError, match="expected 0 or more"):
        prune_packages(settings, keep=-1)


# Leftovers


def test_what_dead_processes_left_is_removed_when_it_is_a_day_old(settings: Settings) -> None:
    used(settings)
    folder = cache_folder(settings)
    old, young = folder / f".unfinished-{NAME}-aa", folder / f".unfinished-{NAME}-bb"
    old_file, young_file = folder / "unfinished.aa.part", folder / "unfinished.bb.part"
    for path in (old, young):
        path.mkdir()
        (path / "areas.csv").write_bytes(b"x")
    for path in (old_file, young_file):
        path.write_bytes(b"x")
    make_old(old)
    make_old(old_file)
    written(settings, weeks=1)
    assert [path.exists() for path in (old, old_file, young, young_file)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_leftover_of_a_time_to_come_is_that_of_a_wrong_clock(settings: Settings) -> None:
    rest = cache_folder(settings) / f".unfinished-{NAME}-aa"
    rest.mkdir(parents=True)
    os.utime(rest, (time.time() + 10 * 86_400,) * 2)
    assert remove_leftovers(settings) == []
    assert not rest.exists()


def test_a_leftover_that_cannot_be_removed_is_told_and_does_no_harm(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = cache_folder(settings) / f".unfinished-{NAME}-aa"
    rest.mkdir(parents=True)
    make_old(rest)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    [fault] = remove_leftovers(settings)
    assert "cannot be removed" in fault
    written(settings)
    assert prune_packages(settings).faults == [fault]


# Faults under way: whatever happens the old package is there, byte for byte


def is_as_before(settings: Settings, before: dict[str, bytes]) -> bool:
    package, faults = package_in_use(settings)
    return (
        package is not None
        and package.name == NAME
        and faults == ()
        and contents(package.path) == before
    )


def test_a_process_killed_at_any_moment_leaves_a_whole_package(tmp_path: Path) -> None:
    base = Settings(data_dir=tmp_path / "base", cache_dir=tmp_path)
    before = contents(used(base).path)
    told = subprocess.run(
        [sys.executable, "-m", "tests.loaders.kill_writer", str(tmp_path)],
        cwd=ROOT,
        check=True,
        timeout=120,
        capture_output=True,
    )
    ends = json.loads(told.stdout)
    last = list(ends.values())[-11]  # ten more were killed at random
    assert last == "done"
    assert list(ends.values()).count("killed") == len(ends) - 1 > 70
    seen = set()
    for name in ends:
        settings = Settings(data_dir=tmp_path / name, cache_dir=tmp_path)
        package, faults = package_in_use(settings)
        assert package is not None, name
        assert faults == (), name
        assert all(package_faults(found) == [] for found in packages(settings)), name
        if package.name == NAME:
            assert contents(package.path) == before, name
        else:
            assert b"Uusi" in (package.path / "areas.csv").read_bytes(), name
        seen.add(package.name)
    assert seen >= {NAME, NEXT}  # some died before the switch, some after it
    # The next write works and, a day later, cleans up.
    for name in list(ends)[::5]:
        settings = Settings(data_dir=tmp_path / name, cache_dir=tmp_path)
        rests = [path for path in cache_folder(settings).iterdir() if "unfinished" in path.name]
        for path in rests:
            make_old(path)
        assert used(settings, "Lopuksi", weeks=20_000).is_current, name
        assert not any(path.exists() for path in rests)


class FullFile:
    """A file on a disk that is full: some of it fits, then nothing."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, content: bytes) -> int:
        self._file.write(content[: len(content) // 2])
        self._file.flush()
        raise OSError(errno.ENOSPC, "No space left on device")

    def __enter__(self) -> FullFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def full_disk_at(number: int, patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The disk is full at the call of that number; gives how many calls there were."""
    count = 0

    def is_full() -> bool:
        nonlocal count
        count += 1
        return count == number

    def failing(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **options: Any) -> Any:
            if is_full():
                raise OSError(errno.ENOSPC, "No space left on device")
            return call(*args, **options)

        return called

    for owner, name in (
        (tempfile, "mkstemp"),
        (os, "fsync"),
        (os, "mkdir"),
        (os, "replace"),
        (os, "rename"),
    ):
        patch.setattr(owner, name, failing(getattr(owner, name)))
    fdopen = os.fdopen
    patch.setattr(
        os,
        "fdopen",
        lambda *args, **options: (
            FullFile(fdopen(*args, **options)) if is_full() else fdopen(*args, **options)
        ),
    )
    return lambda: count


def test_a_full_disk_at_any_write_leaves_the_old_package_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(used(settings).path)
    refused = 0
    for number in range(1, 1_000):
        with monkeypatch.context() as patch:
            calls = full_disk_at(number, patch)
            try:
                written(settings, "Uusi", weeks=1)
                if calls() < number:  # the disk is large enough
                    break
                told = None
            except OSError as error:
                told = error
        assert is_as_before(settings, before), number
        if told is not None:
            assert told.errno == errno.ENOSPC
            refused += 1
            left = {path.name for path in cache_folder(settings).iterdir()}
            # Where the very last step fails the new one is there whole, but not in use.
            assert left <= {NAME, "current", NEXT}, number
            for package in packages(settings):
                assert package_faults(package) == [], number
            shutil.rmtree(cache_folder(settings) / NEXT, ignore_errors=True)
    assert refused > 40
    assert [package.name for package in packages(settings)] == [NEXT, NAME]


def test_a_full_disk_at_the_switch_leaves_the_old_one_in_use(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(used(settings).path)
    written(settings, "Uusi", weeks=1)
    for number in range(1, 100):
        with monkeypatch.context() as patch:
            calls = full_disk_at(number, patch)
            try:
                use_package(settings, NEXT)
                if calls() < number:
                    break
            except OSError:
                pass
        package = current_package(settings)
        assert package is not None
        if package.name == NAME:
            assert is_as_before(settings, before)
        use_package(settings, NAME)
        assert {path.name for path in cache_folder(settings).iterdir()} == {NAME, NEXT, "current"}
    package = current_package(settings)
    assert package is not None
    assert package.name == NEXT


def test_all_is_on_the_disk_before_it_has_its_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut after the rename finds every file and every folder already there."""
    kept: set[int] = set()
    at_rename: dict[str, set[int]] = {}
    fsync, rename, replaced = os.fsync, os.rename, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (kept.add(os.fstat(fd).st_ino), fsync(fd))[1])

    def noted(call: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Any, target: Any) -> None:
            at_rename[Path(target).name] = set(kept)
            call(source, target)

        return moved

    monkeypatch.setattr(os, "rename", noted(rename))
    monkeypatch.setattr(os, "replace", noted(replaced))
    package = used(settings)
    everything = [package.path, *package.path.rglob("*")]
    assert len(everything) == 12  # nine files, the folder and two below it
    assert {path.stat().st_ino for path in everything} <= at_rename[NAME]
    folder = cache_folder(settings)
    assert folder.stat().st_ino in at_rename["current"]  # the package has its name for good
    assert (folder / "current").stat().st_ino in at_rename["current"]
    kept.clear()
    use_package(settings, EMBEDDED)
    assert folder.stat().st_ino in kept


def test_a_file_system_that_cannot_keep_folders_is_no_fault(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def only_files(handle: int) -> None:
        if os.fstat(handle).st_mode & 0o040000:
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", only_files)
    assert package_faults(used(settings)) == []


def test_another_process_may_take_the_name_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def overtaken(path: Path, target: Path) -> Path:
        if target.name == NAME:
            target.mkdir()
            (target / "theirs").write_bytes(b"x")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", overtaken)
    assert written(settings).name == f"{NAME}-2"


def test_when_all_names_of_a_second_are_taken_that_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(settings)
    monkeypatch.setattr(Path, "exists", lambda path: True)
    monkeypatch.setattr(module, "_order", lambda name: None)
    with pytest.raises(LoaderError, match="see the clock"):
        written(settings)


def test_a_package_may_be_copied_to_another_machine(settings: Settings, tmp_path: Path) -> None:
    package = written(settings)
    other = replace(settings, data_dir=tmp_path / "other")
    shutil.copytree(package.path, cache_folder(other) / package.name)
    assert use_package(other, package.name) is not None
    assert WEEK.days == 7
