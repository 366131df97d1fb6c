"""What an operator does from the page: start a refresh in a process of its own, and watch it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from loaders import Settings
from loaders.refresh_lock import running


class StartedRefresh:
    """A refresh that this process has started."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def exit_code(self) -> int | None:
        """How the command ended, as its exit code says; None while it runs."""
        return self._process.poll()


def start_refresh() -> StartedRefresh | None:
    """Start `jarjestokartta refresh` beside the page; None where one runs already.

    A process of its own: what a register of a million companies takes of memory is given back at
    its end, and the page goes on if it dies. The lock refuses a second one all the same.
    """
    if running(Settings.from_env()) is not None:
        return None
    # What it says of errors may name files of this machine: the page shows the report instead.
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboards", "refresh", "--quiet"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return StartedRefresh(process)


def refresh_state() -> Mapping[str, Any] | None:
    """How far the running refresh has come, or None where none runs."""
    return running(Settings.from_env())
