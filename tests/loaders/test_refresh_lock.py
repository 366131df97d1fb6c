"""The lock of the refresh: one at a time, free when its owner dies, and what it tells meanwhile."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest

from loaders import refresh_lock as module
from loaders.errors import LoaderError
from loaders.refresh_lock import RefreshRunning, refresh_lock, running, unfinished_since
from loaders.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OWNER = "jarjestokartta refresh"
NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

OTHER = """
import sys, time
from pathlib import Path
from loaders.refresh_lock import refresh_lock
from loaders.settings import Settings
with refresh_lock(Settings(data_dir=Path(sys.argv[1])), owner="another program") as run:
    run.tell("toy", label="page 1", requests=1, state="running")
    time.sleep(0.7)
    print("locked", flush=True)
    time.sleep(60)
"""


def cache(settings: Settings) -> Path:
    return settings.data_dir / "cache"


def note_of(settings: Settings) -> dict[str, Any]:
    note: dict[str, Any] = json.loads((cache(settings) / "refresh.json").read_bytes())
    return note


def put_note(settings: Settings, **told: Any) -> None:
    cache(settings).mkdir(parents=True, exist_ok=True)
    (cache(settings) / "refresh.lock").touch()
    (cache(settings) / "refresh.json").write_text(json.dumps(told), encoding="utf-8")


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)


@pytest.fixture
def other_program(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """A refresh of another process, which has the lock."""
    program = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(settings.data_dir)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "locked\n"
    yield program
    program.kill()
    program.wait()
    program.stdout.close()


def soon(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# One at a time


def test_nothing_runs_where_nothing_ever_ran(settings: Settings) -> None:
    assert running(settings) is None
    assert unfinished_since(settings) is None
    assert not settings.data_dir.exists()


def test_while_the_block_runs_it_is_told_and_then_no_more(settings: Settings) -> None:
    with refresh_lock(settings, owner=OWNER) as run:
        told = running(settings)
        assert told is not None
        assert (told["owner"], told["pid"]) == (OWNER, os.getpid())
        assert told["started_at"] == run.started_at
        assert told["progress"] == {}
    assert running(settings) is None
    assert unfinished_since(settings) is None
    assert note_of(settings)["state"] == "done"


def test_a_second_one_in_the_same_process_is_refused(settings: Settings) -> None:
    with refresh_lock(settings, owner=OWNER) as run:
        with (
            pytest.raises(RefreshRunning) as caught,
            refresh_lock(settings, owner="another"),
        ):
            raise AssertionError
        assert caught.value.since == run.started_at
        assert caught.value.owner == f"{OWNER}, process {os.getpid()}"
        assert f"since {run.started_at:%Y-%m-%d %H:%M:%S} UTC" in str(caught.value)
        assert running(settings) is not None  # the first one has it still
    with refresh_lock(settings, owner=OWNER):
        pass


def test_a_second_one_of_another_thread_is_refused(settings: Settings) -> None:
    refused = []

    def try_it() -> None:
        try:
            with refresh_lock(settings, owner="another"):
                pass
        except RefreshRunning as error:
            refused.append(error)

    with refresh_lock(settings, owner=OWNER):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_of_many_at_once_one_runs(settings: Settings) -> None:
    ends: list[str] = []
    begin = threading.Barrier(8)

    def try_it() -> None:
        begin.wait()
        try:
            with refresh_lock(settings, owner=OWNER):
                time.sleep(0.5)
                ends.append("ran")
        except RefreshRunning:
            ends.append("refused")

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["ran"] + ["refused"] * 7


def test_one_of_another_process_is_refused_and_a_killed_one_frees_the_lock(
    settings: Settings, other_program: subprocess.Popen[str]
) -> None:
    told = running(settings)
    assert told is not None
    assert (told["owner"], told["pid"]) == ("another program", other_program.pid)
    assert told["progress"] == {"toy": {"label": "page 1", "requests": 1, "state": "running"}}
    with pytest.raises(RefreshRunning), refresh_lock(settings, owner=OWNER):
        raise AssertionError
    assert unfinished_since(settings) is None  # it runs: it may end yet
    other_program.send_signal(signal.SIGKILL)
    other_program.wait()
    assert running(settings) is None
    assert unfinished_since(settings) == told["started_at"]
    with refresh_lock(settings, owner=OWNER) as run:
        assert run.resumes_since == told["started_at"]
    assert unfinished_since(settings) is None


def test_asking_whether_one_runs_never_stops_one_that_begins(settings: Settings) -> None:
    is_over = threading.Event()
    asked = []

    def ask() -> None:
        while not is_over.is_set():
            asked.append(running(settings))

    with refresh_lock(settings, owner=OWNER):
        pass
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        with refresh_lock(settings, owner=OWNER):
            pass
    is_over.set()
    for thread in threads:
        thread.join()
    assert len(asked) > 20
    assert {told["owner"] for told in asked if told} <= {OWNER, "not known"}


def test_those_who_ask_do_not_take_each_other_for_a_refresh(settings: Settings) -> None:
    with refresh_lock(settings, owner=OWNER):
        pass
    answers: list[Any] = []

    def ask() -> None:
        answers.extend(running(settings) for _ in range(50))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [None] * 200


def test_the_note_alone_makes_no_refresh(settings: Settings) -> None:
    put_note(settings, state="running", owner=OWNER, pid=1, started_at=NOW.isoformat())
    assert running(settings) is None


def test_without_its_note_a_running_one_is_told_all_the_same(settings: Settings) -> None:
    with refresh_lock(settings, owner=OWNER):
        (cache(settings) / "refresh.json").unlink()
        told = running(settings)
        assert told == {"owner": "not known", "pid": None, "started_at": None, "progress": {}}
        with (
            pytest.raises(RefreshRunning, match=r"A refresh is running \(not known\)"),
            refresh_lock(settings, owner=OWNER),
        ):
            raise AssertionError


def test_the_note_of_one_before_is_not_that_of_one_that_has_just_begun(settings: Settings) -> None:
    with refresh_lock(settings, owner="an earlier one"):
        pass
    with filelock.FileLock(cache(settings) / "refresh.lock"):  # its note is not yet written
        told = running(settings)
    assert told is not None
    assert (told["owner"], told["started_at"]) == ("not known", None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"state": [], "owner": 1, "pid": "x", "started_at": 5, "progress": [1]}',
        b'{"state": "running", "started_at": "0001-01-01T00:00:00+14:00"}',
        b'{"state": "running", "started_at": "2026-11-21T12:00:00"}',
        b'{"state": "running", "progress": {"a": 1, "b": {"label": 5, "requests": true}}}',
    ],
)
def test_a_damaged_note_is_no_crash(settings: Settings, body: bytes) -> None:
    put_note(settings)
    (cache(settings) / "refresh.json").write_bytes(body)
    assert unfinished_since(settings) is None
    with filelock.FileLock(cache(settings) / "refresh.lock"):
        told = running(settings)
    assert told is not None
    assert told["started_at"] is None
    assert told["progress"] in ({}, {"b": {}})
    with refresh_lock(settings, owner=OWNER) as run:
        assert run.resumes_since is None


# What it tells


def test_neither_user_nor_host_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "secretuser")
    with refresh_lock(settings, owner=OWNER):
        text = (cache(settings) / "refresh.json").read_text(encoding="utf-8")
    assert "secretuser" not in text
    assert set(json.loads(text)) == {
        "owner",
        "pid",
        "state",
        "started_at",
        "resumes_since",
        "told_at",
        "progress",
    }


def test_progress_is_seen_soon_and_what_is_left_out_stays(settings: Settings) -> None:
    with refresh_lock(settings, owner=OWNER) as run:
        run.tell("a", label="services, page 3", requests=3, state="running")
        run.tell("b", state="waiting")
        run.tell("a", requests=4)
        expected = {
            "a": {"label": "services, page 3", "requests": 4, "state": "running"},
            "b": {"state": "waiting"},
        }
        assert run.progress() == expected
        assert soon(lambda: (running(settings) or {}).get("progress") == expected)
    assert note_of(settings)["progress"] == expected  # and is kept


def test_progress_is_written_at_most_twice_a_second(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[float] = []
    write_whole = module.write_whole

    def noted(path: Path, content: bytes) -> None:
        written.append(time.monotonic())
        write_whole(path, content)

    monkeypatch.setattr(module, "write_whole", noted)
    with refresh_lock(settings, owner=OWNER) as run:
        end = time.monotonic() + 1.2
        requests = 0
        while time.monotonic() < end:
            requests += 1
            run.tell("a", requests=requests)
    first, *between, last = written
    assert 1 <= len(between) <= 2  # after 0.5 and 1.0 seconds
    assert all(later - earlier >= 0.49 for earlier, later in zip(written, between, strict=False))
    assert first <= last
    assert note_of(settings)["progress"] == {"a": {"requests": requests}}


def test_without_news_nothing_is_written(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WRITE_EVERY_S", 0.01)
    with refresh_lock(settings, owner=OWNER):
        before = note_of(settings)["told_at"]
        time.sleep(0.1)
        assert note_of(settings)["told_at"] == before


def test_many_threads_may_tell_at_once(settings: Settings) -> None:
    with refresh_lock(settings, owner=OWNER) as run:

        def tell(name: str) -> None:
            for number in range(200):
                run.tell(name, requests=number)

        threads = [threading.Thread(target=tell, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert note_of(settings)["progress"] == {name: {"requests": 199} for name in "abcd"}


def test_a_long_label_is_cut(settings: Settings) -> None:
    with refresh_lock(settings, owner="o" * 1_000) as run:
        run.tell("a", label="x" * 10_000)
    assert len(note_of(settings)["progress"]["a"]["label"]) == 200
    assert len(note_of(settings)["owner"]) == 100


def test_progress_that_cannot_be_written_stops_no_refresh(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WRITE_EVERY_S", 0.01)
    with refresh_lock(settings, owner=OWNER) as run:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(module, "write_whole", full)
        run.tell("a", requests=1)
        time.sleep(0.1)
        run.tell("a", requests=2)
    assert running(settings) is None


# Where it cannot begin


def test_a_disk_that_is_full_at_the_start_is_told_and_leaves_no_lock(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(module, "write_whole", full)
        with (
            pytest.raises(LoaderError, match=r"refresh\.json: cannot be written \(No space"),
            refresh_lock(settings, owner=OWNER),
        ):
            raise AssertionError
    assert running(settings) is None
    with refresh_lock(settings, owner=OWNER):
        pass


def test_a_folder_that_cannot_be_made_is_told(settings: Settings) -> None:
    settings.data_dir.mkdir()
    cache(settings).write_bytes(b"a file")
    with (
        pytest.raises(LoaderError, match=r"refresh\.lock: cannot be locked"),
        refresh_lock(settings, owner=OWNER),
    ):
        raise AssertionError
    assert running(settings) is None


def test_where_the_lock_of_another_user_cannot_be_tried_its_note_is_believed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_note(settings, state="running", owner=OWNER, pid=7, started_at=NOW.isoformat())

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", denied)
    told = running(settings)
    assert told is not None
    assert (told["pid"], told["started_at"]) == (7, NOW)
    put_note(settings, state="done", owner=OWNER, pid=7, started_at=NOW.isoformat())
    assert running(settings) is None


# What did not end


def test_a_block_left_by_an_error_did_not_end(settings: Settings) -> None:
    for error in (LoaderError("x"), KeyboardInterrupt(), SystemExit(1)):
        with pytest.raises(type(error)), refresh_lock(settings, owner=OWNER) as run:
            raise error
        assert running(settings) is None
        assert note_of(settings)["state"] == "stopped"
        assert unfinished_since(settings) == (run.resumes_since or run.started_at)


def test_a_refresh_that_goes_on_keeps_the_start_of_the_first(settings: Settings) -> None:
    runs = []
    for _ in range(3):
        with pytest.raises(LoaderError), refresh_lock(settings, owner=OWNER) as run:
            raise LoaderError("x")
        runs.append(run)
    first, second, third = runs
    assert first.resumes_since is None
    assert second.resumes_since == third.resumes_since == first.started_at
    assert unfinished_since(settings) == first.started_at < second.started_at


@pytest.mark.parametrize(
    ("age", "is_told"),
    [
        (0 * HOUR, True),
        (24 * HOUR, True),
        (24 * HOUR + dt.timedelta(seconds=1), False),
        (-dt.timedelta(seconds=1), False),  # in a time to come: the clock was set back
        (-1_000 * HOUR, False),
    ],
)
def test_only_the_last_24_hours_can_be_resumed(
    settings: Settings, age: dt.timedelta, is_told: bool
) -> None:
    start = NOW - age
    put_note(settings, state="running", owner=OWNER, pid=1, started_at=start.isoformat())
    assert unfinished_since(settings, now=NOW) == (start if is_told else None)


def test_a_chain_that_is_too_old_gives_way_to_its_last_link(settings: Settings) -> None:
    put_note(
        settings,
        state="stopped",
        started_at=(NOW - HOUR).isoformat(),
        resumes_since=(NOW - 25 * HOUR).isoformat(),
    )
    assert unfinished_since(settings, now=NOW) == NOW - HOUR


def test_times_are_given_in_utc(settings: Settings) -> None:
    put_note(settings, state="running", started_at="2026-11-21T13:30:00+02:00")
    since = unfinished_since(settings, now=NOW)
    assert since == dt.datetime(2026, 11, 21, 11, 30, tzinfo=dt.UTC)
    assert since.tzinfo is dt.UTC
