"""The commands on snapshots: what they print, what they leave in place, and their exit codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from dashboards.commands import snapshots
from loaders.embedded import read_table
from loaders.packages import current_package, packages, use_package, write_package
from loaders.settings import Settings
from loaders.tables import LIAISONS, MUNICIPALITIES, ORGANISATIONS, SEATS, SOURCES

NOW = dt.datetime(2026, 11, 21, 23, 8, 24, tzinfo=dt.UTC)
FIRST, SECOND, THIRD = "2026-11-21T230824Z", "2026-11-28T230824Z", "2026-12-05T230824Z"

Result = Any
"""What a command gave: output, exit code."""

app = typer.Typer()
snapshots.register(app)


FEW = {table.name: table for table in (MUNICIPALITIES, ORGANISATIONS, LIAISONS, SEATS, SOURCES)}
FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"


@pytest.fixture(autouse=True)
def _few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model with five tables: enough for what is tested, in a fifth of the time."""
    for module in ("packages", "datapackage", "embedded"):
        monkeypatch.setattr(f"loaders.{module}.TABLES", FEW)
    # The tables are those of the program; checking them again is not what is tested.
    monkeypatch.setattr("loaders.embedded.table_faults", lambda *_, **__: [])
    monkeypatch.setattr("loaders.embedded.link_faults", lambda *_, **__: [])


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_table(table, FIXED) for name, table in FEW.items()}


@pytest.fixture
def settings(spoilt: Path) -> Settings:
    return Settings(data_dir=spoilt.parent)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line on a copy of the data."""
    monkeypatch.setenv("JARJESTOKARTTA_DATA_DIR", str(settings.data_dir))
    return lambda *words: CliRunner().invoke(app, ["snapshots", *words])


@pytest.fixture
def write(settings: Settings, tables: dict[str, pd.DataFrame]) -> Callable[..., str]:
    """Write a snapshot so many weeks after the first, with some tables changed; gives its name."""

    def written(weeks: int = 0, /, *, held: bool = False, **changed: pd.DataFrame) -> str:
        now = NOW + weeks * dt.timedelta(days=7)
        return write_package(settings, tables | changed, {}, {"held": held}, now=now).name

    return written


def with_one_more(tables: dict[str, pd.DataFrame], name: str) -> dict[str, pd.DataFrame]:
    row = {"organisation_id": "lelu", "name": name, "source_url": "https://example.fi/"}
    extra = pd.DataFrame([row], columns=list(ORGANISATIONS.columns)).astype(ORGANISATIONS.dtypes)
    return {"organisations": pd.concat([tables["organisations"], extra], ignore_index=True)}


def lines_of(result: Result) -> list[str]:
    return result.stdout.splitlines()


# list


def test_without_a_snapshot_the_embedded_data_is_in_use(run: Callable[..., Result]) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert lines_of(result) == ["embedded\t\tin use"]


def test_snapshots_are_listed_with_their_state(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    use_package(settings, write())
    write(1, held=True)
    (settings.data_dir / "cache" / write(2) / "seats.csv").write_bytes(b"x")
    result = run("list")
    assert result.exit_code == 0
    rows = [line.split("\t") for line in lines_of(result)]
    assert [(row[0], row[2]) for row in rows[:3]] == [
        (THIRD, "damaged"),
        (SECOND, "held: rows fell"),
        (FIRST, "in use"),
    ]
    assert all(row[1].endswith(" MB") for row in rows[:3])
    assert rows[3:] == [["embedded"]]


def test_a_damaged_one_in_use_is_told_with_what_stands_in(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    write()
    use_package(settings, write(1))
    (settings.data_dir / "cache" / SECOND / "seats.csv").write_bytes(b"x")
    result = run("list")
    assert result.exit_code == 1
    assert f"snapshot {SECOND}: seats.csv is not what was written" in result.stderr
    assert f"snapshot {FIRST} stands in for it" in result.stderr
    assert f"{FIRST}\t" in result.stdout


# use


def test_a_snapshot_is_put_in_use_and_none_goes_back(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    write()
    result = run("use", FIRST)
    assert result.exit_code == 0
    assert result.stdout == f"In use from now on: snapshot {FIRST}.\n"
    package = current_package(settings)
    assert package is not None
    assert package.name == FIRST
    for word in ("none", "embedded"):
        use_package(settings, FIRST)
        result = run("use", word)
        assert result.exit_code == 0
        assert "the embedded data" in result.stdout
        assert current_package(settings) is None
    assert [package.name for package in packages(settings)] == [FIRST]


@pytest.mark.parametrize(
    "name",
    ["../fixed", "/etc/passwd", "..", "", "x\x1b[31m", f"{FIRST}/../{FIRST}", "x" * 5_000, "None"],
)
def test_hostile_names_are_refused_in_a_sentence(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings, name: str
) -> None:
    use_package(settings, write())
    for words in (("use", name), ("diff", name), ("diff", "none", name)):
        result = run(*words)
        assert result.exit_code == 1
        assert "no name of a snapshot" in result.stderr
        assert "\x1b[31mx" not in result.stderr
        assert len(result.stderr) < 700
        assert isinstance(result.exception, SystemExit)
    package = current_package(settings)
    assert package is not None
    assert package.name == FIRST


def test_an_unknown_and_a_damaged_one_are_refused(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    result = run("use", FIRST)
    assert (result.exit_code, current_package(settings)) == (1, None)
    assert f"There is no snapshot {FIRST}; there is none" in result.stderr
    (settings.data_dir / "cache" / write() / "seats.csv").write_bytes(b"x")
    result = run("use", FIRST)
    assert (result.exit_code, current_package(settings)) == (1, None)
    assert "is damaged and is not used" in result.stderr


# diff


def test_without_a_snapshot_there_is_nothing_to_compare(run: Callable[..., Result]) -> None:
    result = run("diff")
    assert result.exit_code == 1
    assert "There is no snapshot yet" in result.stderr


def test_the_same_data_does_not_differ(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    write()
    result = run("diff")
    assert result.exit_code == 0
    assert lines_of(result) == [f"From embedded to {FIRST}", "Nothing differs."]


def test_the_newest_is_compared_with_the_one_in_use_or_the_one_before(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    for weeks in range(3):
        write(weeks)
    assert lines_of(run("diff"))[0] == f"From embedded to {THIRD}"
    use_package(settings, FIRST)
    assert lines_of(run("diff"))[0] == f"From {FIRST} to {THIRD}"
    use_package(settings, THIRD)
    assert lines_of(run("diff"))[0] == f"From {SECOND} to {THIRD}"
    assert lines_of(run("diff", FIRST))[0] == f"From {FIRST} to {THIRD}"
    assert lines_of(run("diff", THIRD, "none"))[0] == f"From {THIRD} to none"


def test_counts_and_on_demand_rows_are_shown(
    run: Callable[..., Result], write: Callable[..., str], tables: dict[str, pd.DataFrame]
) -> None:
    write()
    write(1, **with_one_more(tables, "Lelu[red] ry"))
    result = run("diff", FIRST, SECOND)
    assert result.exit_code == 0
    assert lines_of(result) == [f"From {FIRST} to {SECOND}", "organisations\tnew\t1"]
    assert lines_of(run("diff", FIRST, SECOND, "--rows"))[2:] == [
        "new\torganisations\tlelu\tLelu[red] ry"
    ]
    assert lines_of(run("diff", SECOND, FIRST))[1:] == ["organisations\tgone\t1"]


def test_a_name_from_the_net_does_not_steer_the_terminal(
    run: Callable[..., Result],
    write: Callable[..., str],
    tables: dict[str, pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(**with_one_more(tables, "Lelu\x1b]0;x\x07 [bold]\u202ery"))
    result = run("diff", "--rows")
    assert lines_of(result)[2] == "new\torganisations\tlelu\tLelu ]0;x  [bold] ry"
    # On a screen it is a grid; no word of a name is taken for markup there.
    monkeypatch.setattr("dashboards.commands.terminal.is_screen", lambda: True)
    grid = run("diff", "--rows").stdout
    assert "Lelu ]0;x" in grid
    assert "[bold]" in grid
    assert not {"\x1b]", "\x07", "\u202e"} & set(grid)
    assert "municipality" in grid


def test_no_person_is_told(
    run: Callable[..., Result], write: Callable[..., str], tables: dict[str, pd.DataFrame]
) -> None:
    person = {
        "municipality_name": "Aura",
        "municipality_code": "019",
        "person_name": "Secretperson",
        "source_url": "https://example.fi/",
    }
    one = pd.DataFrame([person], columns=list(LIAISONS.columns)).astype(LIAISONS.dtypes)
    write(liaisons=one)
    result = run("diff", "--rows")
    before = len(tables["liaisons"])
    assert f"liaisons\tgone\t{before}" in lines_of(result)
    assert "new\tliaisons\t019#1\tAura\t019" in lines_of(result)
    names = {"Secretperson", *tables["liaisons"]["person_name"]}
    assert [name for name in names if name in result.output] == []


def test_a_damaged_snapshot_is_not_compared(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    (settings.data_dir / "cache" / write() / "seats.csv").write_bytes(b"x")
    result = run("diff")
    assert result.exit_code == 1
    assert "seats.csv is not what was written" in result.stderr


def test_many_rows_are_counted_after_the_first(
    run: Callable[..., Result], write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MAX_ROWS", 3)
    write(liaisons=LIAISONS.empty())
    lines = lines_of(run("diff", "--rows"))
    assert len(lines) == 2 + 3 + 1
    assert lines[-1].startswith("and 9 more")  # of twelve liaisons


# prune


def test_old_snapshots_are_removed_and_named(
    run: Callable[..., Result], write: Callable[..., str], settings: Settings
) -> None:
    use_package(settings, write())
    write(1)
    write(2)
    assert lines_of(run("prune")) == ["0 removed, 3 kept"]
    result = run("prune", "--keep", "1")
    assert result.exit_code == 0
    assert lines_of(result) == [f"removed {SECOND}", "1 removed, 2 kept"]
    assert run("prune", "--keep", "-1").exit_code == 2


def test_what_cannot_be_removed_is_told(
    run: Callable[..., Result], write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write()

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    result = run("prune", "--keep", "0")
    assert result.exit_code == 1
    assert f"snapshot {FIRST}: cannot be removed (Permission denied)" in result.stderr
    assert "0 removed, 1 kept" in result.stdout


# What goes wrong elsewhere


def test_a_full_disk_is_told_in_a_sentence(
    run: Callable[..., Result],
    write: Callable[..., str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_package(settings, write())
    write(1)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("tempfile.mkstemp", full)
        result = run("use", SECOND)
    assert result.exit_code == 1
    assert "No space left on device. The data in use is as it was." in result.stderr
    package = current_package(settings)
    assert package is not None
    assert package.name == FIRST


def test_a_wrong_setting_is_told_in_a_sentence(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JARJESTOKARTTA_TRIES", "many")
    for words in (("list",), ("use", "none"), ("diff",), ("prune",)):
        result = run(*words)
        assert result.exit_code == 1
        assert "JARJESTOKARTTA_TRIES" in result.stderr


def test_without_a_word_the_help_is_shown(run: Callable[..., Result]) -> None:
    result = run()
    for word in ("list", "use", "diff", "prune"):
        assert word in result.output
