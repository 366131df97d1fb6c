"""The most memory that a process has held.

Not ``ru_maxrss``: Linux keeps it over ``exec``, and a child begins as its parent's image, so that a
small program started by a large one is said to have been large. ``VmHWM`` begins anew with each
program (proc_pid_status(5)).
"""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """The most resident memory of this process since it was started, in MiB.

    Raises:
        OSError: if the system has no ``/proc``.
    """
    told = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in told.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
