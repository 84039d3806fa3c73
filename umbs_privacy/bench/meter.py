"""What processes cost: their CPU time to the nanosecond and their memory, from Linux' own books."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django import get_version
from django.conf import settings
from django.db import connection

PROC = Path("/proc")
NANOSECONDS = 1e9
KIB_IN_MB = 1e6 / 1024


def group(leader: int) -> list[int]:
    """Every live process of the leader's process group, the leader first."""
    return sorted((pid for pid in _pids() if _group_of(pid) == leader), key=lambda pid: (pid != leader, pid))


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time of all threads of these processes since each began; one that has ended counts nothing."""
    return sum(_thread_seconds(task) for pid in pids for task in _entries(PROC / str(pid) / "task"))


def rss_mb(pids: Sequence[int], *, peak: bool = False) -> float:
    """Resident memory of the biggest of these processes, now or at its highest."""
    field = "VmHWM:" if peak else "VmRSS:"
    return max((_kib(pid, "status", field) for pid in pids), default=0) / KIB_IN_MB


def from_now() -> float:
    """Forget how high the memory of this process has been; what it is now, in MB."""
    (PROC / "self" / "clear_refs").write_text("5", encoding="ascii")
    return rss_mb([os.getpid()])


def pss_mb(pids: Sequence[int]) -> float:
    """Memory of these processes together, pages that several share counted once."""
    return sum(_kib(pid, "smaps_rollup", "Pss:") for pid in pids) / KIB_IN_MB


def quiet(pids: Sequence[int], *, share: float = 0.02, patience: float = 5) -> None:
    """Wait until the processes use less than this share of one core."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        before, began = cpu_seconds(pids), time.monotonic()
        time.sleep(0.2)
        if cpu_seconds(pids) - before < share * (time.monotonic() - began):
            return


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile (the nearest rank)."""
    ranked = sorted(seconds)
    worst = ranked[max(0, -(-len(ranked) * 95 // 100) - 1)]
    return {"median": round(statistics.median(ranked) * 1000, 2), "p95": round(worst * 1000, 2)}


def machine() -> dict[str, Any]:
    """The conditions that are the same in every benchmark."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        version = str(cursor.fetchone()[0]).split()[0]
    return {
        "database": f"{connection.vendor} {version}",
        "broker": settings.CELERY_BROKER_URL.partition(":")[0],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "django": get_version(),
    }


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _entries(PROC) if entry.name.isdigit())


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # the process has ended meanwhile
        return []


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return -1


def _thread_seconds(task: Path) -> float:
    words = _read(task / "schedstat").split()
    return int(words[0]) / NANOSECONDS if words else 0


def _kib(pid: int, file: str, field: str) -> int:
    for line in _read(PROC / str(pid) / file).splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
