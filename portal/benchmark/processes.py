"""What processes have used, as Linux tells it below /proc."""

import os
import re
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """The processes that it started and that still run."""
    return [int(child) for child in (_PROC / f"{pid}/task/{pid}/children").read_text().split()]


def parent(pid: int) -> tuple[str, int]:
    """The name and the number of the process that started it."""
    above = int(_stat(pid)[1])
    return (_PROC / f"{above}/comm").read_text().strip(), above


def cpu(pid: int) -> float:
    """Seconds on a core of a process and of those that it started, ended ones included; in steps of a hundredth."""
    return _seconds(pid) + sum(_seconds(child) for child in children(pid))


def peak_memory(pid: int) -> int:
    """The greatest resident set that one of the processes it started has had, in megabytes."""
    peaks = [re.search(r"VmHWM:\s+(\d+)", (_PROC / f"{child}/status").read_text()) for child in children(pid)]
    return max(int(found[1]) for found in peaks if found) // 1024


def _seconds(pid: int) -> float:
    try:
        # User and system time, of itself and of its ended children.
        return sum(map(int, _stat(pid)[11:15])) / _TICKS
    except FileNotFoundError:
        return 0.0  # It has just ended, and its parent has its time now.


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces and brackets."""
    return (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
