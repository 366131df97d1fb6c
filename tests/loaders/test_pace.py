from __future__ import annotations

import threading
import time

import pytest

from loaders.pace import HostHeld, Pace, Stopped

HOST = "example.fi:443"


class Clock:
    """A clock that only moves when somebody sleeps or says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock) -> Pace:
    return Pace(clock=clock, sleep=clock.sleep)


def call(pace: Pace, host: str = HOST, **options: float) -> float:
    with pace.turn(host, **options) as waited_s:
        return waited_s


def test_turn_without_a_limit_waits_for_nothing(pace, clock):
    assert [call(pace) for _ in range(100)] == [0.0] * 100
    assert clock.waits == []


def test_turn_lets_a_minute_have_no_more_calls_than_the_limit(pace, clock):
    pace.limit(HOST, 3)
    starts = []
    for _ in range(7):
        with pace.turn(HOST):
            starts.append(clock.now - 1000)
            clock.now += 1  # each call takes a second

    # The fourth waits until 60 s after the end of the first, and so on.
    assert starts == [0, 1, 2, 61, 62, 63, 122]
    assert clock.waits == [58.0, 58.0]


def test_turn_goes_by_the_lowest_limit_set(pace, clock):
    for limit in (5, 2, 9):
        pace.limit(HOST, limit)

    for _ in range(3):
        call(pace)

    assert clock.waits == [60.0]


def test_turn_counts_calls_before_a_limit_was_set(pace, clock):
    for _ in range(4):
        call(pace)
    pace.limit(HOST, 4)

    call(pace)

    assert clock.waits == [60.0]


def test_turn_gives_the_seconds_waited(pace):
    pace.limit(HOST, 1)
    call(pace)

    assert call(pace) == 60.0


def test_a_host_is_not_held_up_by_another(pace, clock):
    pace.limit(HOST, 1)
    call(pace)
    pace.hold(HOST, 100)

    call(pace, "other.fi:443")

    assert clock.waits == []


def test_hold_keeps_everybody_waiting(pace, clock):
    pace.hold(HOST, 17)
    pace.hold(HOST, 5)  # a shorter one does not end a longer one

    call(pace)
    call(pace)

    assert clock.waits == [17.0]


def test_hold_longer_than_the_callers_patience_is_told_without_waiting(pace, clock):
    pace.hold(HOST, 3600)

    with pytest.raises(HostHeld) as caught:
        call(pace, patience_s=120)

    assert caught.value.wait_s == 3600
    assert clock.waits == []
    clock.now += 3600
    call(pace, patience_s=120)


def test_rest_ends_a_hold_that_ends_within_it(pace, clock):
    pace.hold(HOST, 17)

    pace.rest(HOST, 17)
    call(pace)

    assert clock.waits == [17.0]


def test_rest_leaves_a_longer_hold_of_somebody_else(pace, clock):
    pace.hold(HOST, 50)

    pace.rest(HOST, 17)
    call(pace)

    assert clock.waits == [17.0, 33.0]


def test_a_sleep_that_the_clock_does_not_see_is_slept_but_once():
    waited: list[float] = []
    pace = Pace(clock=lambda: 5.0, sleep=waited.append)
    pace.hold(HOST, 10)

    call(pace)

    assert waited == [10.0]


def test_a_wait_of_years_is_survived(clock):
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.hold(HOST, 1e12)

    call(pace)

    assert clock.waits == [threading.TIMEOUT_MAX]


def test_turn_is_free_again_after_a_failure(pace):
    with pytest.raises(ZeroDivisionError), pace.turn(HOST):
        raise ZeroDivisionError

    assert call(pace) == 0.0


def test_turn_lets_one_thread_at_a_time_ask_a_host():
    pace = Pace()
    at_once, most = [], []

    def ask() -> None:
        for _ in range(20):
            with pace.turn(HOST):
                at_once.append(1)
                most.append(len(at_once))
                time.sleep(0.0005)
                at_once.pop()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (len(most), max(most)) == (80, 1)


def test_two_hosts_are_asked_side_by_side():
    pace = Pace()
    both = threading.Barrier(2, timeout=5)

    def ask(host: str) -> None:
        with pace.turn(host):
            both.wait()

    threads = [threading.Thread(target=ask, args=(host,)) for host in ("a:443", "b:443")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)

    assert not both.broken


@pytest.mark.parametrize("wait", ["hold", "rest", "another's turn", "work"])
def test_stop_ends_every_wait_at_once(wait):
    pace = Pace()
    ended: list[type] = []
    release = threading.Event()

    def waiting() -> None:
        try:
            if wait == "rest":
                pace.rest(HOST, 600)
            elif wait == "work":
                pace.within(time.monotonic() + 600, lambda: release.wait(600))
            else:
                with pace.turn(HOST):
                    pass
        except Stopped:
            ended.append(Stopped)

    if wait == "hold":
        pace.hold(HOST, 600)
    started = time.monotonic()
    thread = threading.Thread(target=waiting)
    if wait == "another's turn":
        with pace.turn(HOST):
            thread.start()
            pace.stop()
            thread.join(5)
    else:
        thread.start()
        time.sleep(0.05)
        pace.stop()
        thread.join(5)
    release.set()

    assert ended == [Stopped]
    assert time.monotonic() - started < 10


def test_after_stop_nobody_begins():
    pace = Pace()
    pace.stop()

    with pytest.raises(Stopped):
        call(pace)
    with pytest.raises(Stopped):
        pace.rest(HOST, 0)


def test_within_gives_the_result_and_the_errors_of_the_work():
    pace = Pace()
    deadline = time.monotonic() + 5

    def broken() -> None:
        raise TimeoutError("its own")

    assert pace.within(deadline, lambda: 7) == 7
    with pytest.raises(TimeoutError, match="its own"):
        pace.within(deadline, broken)


def test_within_leaves_the_work_when_time_is_up():
    release = threading.Event()
    started = time.monotonic()

    with pytest.raises(TimeoutError):
        Pace().within(time.monotonic() + 0.1, lambda: release.wait(60))

    release.set()
    assert time.monotonic() - started < 10
