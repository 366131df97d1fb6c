"""How fast a host may be asked: one request at a time, so many a minute; no HTTP, no wall clock."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

_Result = TypeVar("_Result")

MINUTE_S = 60.0
LOOK_UP_S = 0.1
"""How often a wait for another thread looks whether all is to stop."""


class Stopped(Exception):
    """All asking was told to stop; nothing is wrong with any source."""


@dataclass(eq=False)
class HostHeld(Exception):
    """A host has asked for a longer rest than the caller would wait."""

    wait_s: float


@dataclass(eq=False)
class _Host:
    """What is known of one host; the times are those of the pace's clock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    calls_per_minute: int | None = None
    ends: deque[float] = field(default_factory=deque)
    held_until: float = float("-inf")

    def next_moment(self) -> float:
        """The earliest moment at which it may be asked again."""
        moment = self.held_until
        limit = self.calls_per_minute
        if limit is not None and len(self.ends) >= limit:
            # Counted from the end of a call: whenever the host counted it, it was not later.
            moment = max(moment, self.ends[-limit] + MINUTE_S)
        return moment


class Pace:
    """The manners that several sources share, safe to use from any thread.

    Each host is asked one thing at a time, no more often in any minute than the lowest ``limit``
    set for it, and not at all while it is on ``hold``. Only a monotonic clock is read, so that a
    clock set back or forth neither hurries nor hangs it.

    Parameters
    ----------
    clock
        Gives monotonic seconds.
    sleep
        Waits so many seconds; when left out, a wait that ``stop`` ends at once.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._clock = clock
        self._stopping = threading.Event()
        self._sleep = sleep or self._stopping.wait
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def limit(self, host: str, calls_per_minute: int) -> None:
        """Let a host be asked at most so often in any minute; the lowest limit set holds."""
        known = self._host(host)
        with self._lock:
            lowest = known.calls_per_minute or calls_per_minute
            known.calls_per_minute = max(1, min(lowest, calls_per_minute))

    def hold(self, host: str, seconds: float) -> None:
        """Keep everybody from asking a host for so many seconds from now."""
        known = self._host(host)
        with self._lock:
            known.held_until = max(known.held_until, self._clock() + seconds)

    def rest(self, host: str, seconds: float) -> None:
        """Wait before asking a host again; a hold that ends within the wait is over then.

        Raises
        ------
        Stopped
            ``stop`` was called, now or before.
        """
        until = self._clock() + seconds
        self._wait(seconds)
        known = self._host(host)
        with self._lock:
            if known.held_until <= until:
                known.held_until = float("-inf")

    @contextlib.contextmanager
    def turn(self, host: str, *, patience_s: float = float("inf")) -> Iterator[float]:
        """Hold a host for one call, as soon as it may be asked; give the seconds waited for it.

        Raises
        ------
        HostHeld
            The host is on hold for longer than ``patience_s``.
        Stopped
            ``stop`` was called, now or before.
        """
        known = self._host(host)
        started = self._clock()
        while not known.lock.acquire(timeout=LOOK_UP_S):
            self.check()
        try:
            self._await_moment(known, patience_s)
            yield self._clock() - started
        finally:
            with self._lock:
                ended = self._clock()
                known.ends.append(ended)
                while known.ends[0] <= ended - MINUTE_S:
                    known.ends.popleft()
            known.lock.release()

    def within(self, deadline: float, work: Callable[[], _Result]) -> _Result:
        """Do the work until a moment of ``time.monotonic`` and no longer, nor after a ``stop``.

        The work has its own thread, which is left behind when time is up: neither the look-up of
        a name nor a server that sends a byte now and then is held by the timeouts of a socket.

        Raises
        ------
        TimeoutError
            The time is up.
        Stopped
            ``stop`` was called.
        """
        future: Future[_Result] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
                future.set_exception(error)

        threading.Thread(target=run, name="loaders.pace", daemon=True).start()
        while True:
            left_s = deadline - time.monotonic()
            try:
                return future.result(timeout=min(LOOK_UP_S, max(0.0, left_s)))
            except TimeoutError:
                if future.done() or left_s <= 0:
                    raise
                self.check()

    def stop(self) -> None:
        """End every wait now and to come by Stopped."""
        self._stopping.set()

    def check(self) -> None:
        """Raise Stopped where ``stop`` was called."""
        if self._stopping.is_set():
            raise Stopped("all asking was told to stop")

    def _await_moment(self, known: _Host, patience_s: float) -> None:
        slept_until = float("-inf")
        while True:
            with self._lock:
                moment, held_s = known.next_moment(), known.held_until - self._clock()
            wait_s = moment - self._clock()
            # What was slept through is over, however the clock of a test stands.
            if wait_s <= 0 or moment <= slept_until:
                return self.check()
            if held_s > patience_s:
                raise HostHeld(held_s)
            self._wait(wait_s)
            slept_until = moment

    def _wait(self, seconds: float) -> None:
        self.check()
        # One call of wait() takes no more; who is asked to wait for ever does so in parts.
        self._sleep(min(seconds, threading.TIMEOUT_MAX))
        self.check()

    def _host(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())
