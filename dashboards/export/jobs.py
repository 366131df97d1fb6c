"""Files made beside the page: a thread each, told of progress, cancelled when nobody waits."""

from __future__ import annotations

import logging
import threading
import traceback
from pathlib import Path

from dashboards.export.faults import Cancelled, ExportError
from dashboards.export.files import FileExport, made

AT_ONCE = threading.BoundedSemaphore(2)
"""So many files are made at once for all who have the page open; the others wait."""

ENDS = ("done", "failed", "cancelled")


class Job:
    """One file in the making.

    ``state`` goes from "waiting" by "running" to one of ENDS; ``body`` holds what was made, and
    ``fault`` why nothing was.
    """

    def __init__(self, export: FileExport) -> None:
        self.export = export
        self.state = "waiting"
        self.done, self.total = 0, 0
        self.body: bytes | None = None
        self.fault: ExportError | None = None
        self._is_unwanted = threading.Event()
        self._thread = threading.Thread(target=self._make, name="export", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{self.export.stem}{self.export.suffix}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens."""
        return self.state in ENDS

    def cancel(self) -> None:
        """Ask for the end; it comes when the making next tells of its progress."""
        self._is_unwanted.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for the end."""
        self._thread.join(seconds)

    def _tell(self, done: int, total: int) -> None:
        if self._is_unwanted.is_set():
            raise Cancelled
        self.done, self.total = done, total

    def _make(self) -> None:
        with AT_ONCE:
            self.state = self._made()

    def _made(self) -> str:
        """Make the file; how that ended."""
        self.state = "running"
        try:
            self._tell(0, 0)
            body = made(self.export, tell=self._tell)
            self._tell(self.done, self.total)
        except Cancelled:
            return "cancelled"
        except ExportError as error:
            self.fault = error
            return "failed"
        except Exception as error:  # noqa: BLE001 - the page says that it failed, and goes on
            # Only the kind and the place go to the log: the text may quote a person.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__}, {Path(frame.filename).name}, line {frame.lineno}"
            logging.getLogger(__name__).error("export %s: %s", type(self.export).__name__, where)
            self.fault = ExportError("not_made", where=where)
            return "failed"
        self.body = body
        return "done"
