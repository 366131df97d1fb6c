"""Writes packages in processes that kill themselves, or are killed; run by test_packages alone.

``python kill_writer.py FOLDER``: copies FOLDER/base for each kill into a folder of its own and
prints, as JSON, which folders there are and whether the process had come to its end.
"""

from __future__ import annotations

import functools
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loaders.packages import prune_packages
from loaders.settings import Settings
from tests.loaders.toy_packages import used

CALLS = (
    (os, "replace"),
    (os, "rename"),
    (os, "fsync"),
    (os, "mkdir"),
    (os, "rmdir"),
    (os, "unlink"),
    (tempfile, "mkstemp"),
)
ROUNDS = 10


class Dying(io.BufferedWriter):
    """A file that gets half of a write to the disk, and then the process is gone."""

    def write(self, content: Any) -> int:
        super().write(content[: len(content) // 2])
        self.flush()
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


def refresh(folder: Path, *, weeks: int = 1) -> None:
    """What is done at the end of a refresh: write, put in use, remove the one before."""
    settings = Settings(data_dir=folder, cache_dir=folder)
    used(settings, "Uusi", weeks=weeks)
    prune_packages(settings, keep=1)


def refresh_for_ever(folder: Path) -> None:
    for week in range(1, 10_000):
        refresh(folder, weeks=week)


def dying_at(number: int) -> None:
    """Set a trap: the process dies at the call of that number, of whatever kind."""
    count = 0

    def trapped(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **options)

        return counted

    def opened(handle: int, *args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            return Dying(io.FileIO(handle, "wb"))
        return fdopen(handle, *args, **options)

    fdopen = os.fdopen

    for module, name in CALLS:
        setattr(module, name, trapped(getattr(module, name)))
    os.fdopen = opened


def refresh_until(number: int, folder: Path) -> None:
    dying_at(number)
    refresh(folder)


def in_child(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def killed_at_each_call(top: Path) -> dict[str, str]:
    ends = {}
    for number in range(1, 1_000):
        folder = top / f"call-{number}"
        shutil.copytree(top / "base", folder)

        _, status = os.waitpid(in_child(functools.partial(refresh_until, number, folder)), 0)
        if not os.WIFSIGNALED(status):
            # It has run to its end: there are no more calls to die at.
            ends[folder.name] = "done" if os.WEXITSTATUS(status) == 0 else "failed"
            return ends
        ends[folder.name] = "killed"
    raise AssertionError("it never comes to its end")


def killed_at_random(top: Path) -> dict[str, str]:
    ends = {}
    chance = random.Random(1)  # noqa: S311
    for number in range(ROUNDS):
        folder = top / f"random-{number}"
        shutil.copytree(top / "base", folder)
        child = in_child(functools.partial(refresh_for_ever, folder))
        time.sleep(chance.uniform(0, 0.3))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ends[folder.name] = "killed" if os.WIFSIGNALED(status) else "done"
    return ends


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as aside:
        refresh(Path(aside))  # what is made once is made here, not in every child
    sys.stdout.write(json.dumps(killed_at_each_call(folder) | killed_at_random(folder)))
