"""The process's one store, read beside the page: whoever comes before it is there is told so."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

from dashboards.store import LoaderError, Store, data_stamp

WAIT_S = 4.0
"""So long after the reading began a session waits for it: a small collection is there by then."""


class StoreOpening:
    """Gives the store of today and of the data in use.

    It is read anew each day, since evidence ages, and after a refresh; the one before stays in use
    until then.
    """

    def __init__(self, open_store: Callable[[dt.date], Store] | None = None) -> None:
        self._open = open_store or (lambda day: Store.open(as_of=day))
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._key: tuple[dt.date, str] | None = None
        self._reading: threading.Thread | None = None
        self._began = 0.0
        self.fault: LoaderError | None = None

    def begin(self) -> None:
        """See that the store of now is there or is being read."""
        key = (dt.date.today(), data_stamp())
        with self._lock:
            if key == self._key or self._reading is not None:
                return
            self._began = time.monotonic()
            self._reading = threading.Thread(target=self._read, args=key, name="store", daemon=True)
            self._reading.start()

    def store(self) -> Store | None:
        """The store, at most WAIT_S after its reading began; else the one before, or None.

        Raises
        ------
        LoaderError
            The data cannot be read, and there is no store before.
        """
        self.begin()
        reading = self._reading
        if reading is not None:
            reading.join(max(0.0, self._began + WAIT_S - time.monotonic()))
        if self._store is None and self.fault is not None:
            raise self.fault
        return self._store

    def wait(self) -> None:
        """Wait until nothing is being read."""
        reading = self._reading
        if reading is not None:
            reading.join()

    def _read(self, day: dt.date, stamp: str) -> None:
        try:
            store = self._open(day)
        except LoaderError as error:
            self.fault = error
            # The text may tell of folders; the command line, which is their owner's, says it whole.
            logging.getLogger(__name__).error(
                "the data could not be read: %s", type(error).__name__
            )
        else:
            self._store, self._key, self.fault = store, (day, stamp), None
        finally:
            self._reading = None
