"""How much memory this process can still take: of the machine, of its container, of its limits."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

PROC, CGROUP = Path("/proc"), Path("/sys/fs/cgroup")
# Limits of a process, as `ulimit` sets them, and what counts towards each.
_LIMITS = {"RLIMIT_AS": "VmSize", "RLIMIT_DATA": "VmData"}


def free_memory() -> int:
    """Return how many bytes this process can still take; a huge number if unknown.

    The least of what the machine has available, what is left of the memory of each control group
    that the process is in (a container's limit), and what is left of its own limits.

    Returns:
        Bytes, 0 or more.

    Example:
        >>> free_memory() > 0
        True
    """
    return max(0, min([sys.maxsize, *_of_machine(), *_of_groups(), *_of_limits()]))


def _of_machine() -> Iterator[int]:
    yield from _kilobytes(PROC / "meminfo", "MemAvailable")


def _of_groups() -> Iterator[int]:
    """Yield what is left of the process's control groups and of those that hold them."""
    with contextlib.suppress(OSError):
        for line in (PROC / "self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, name = line.split(":", 2)
            names = ("memory.max", "memory.current")
            root = CGROUP
            if controllers:  # of version 1, which has a tree for each controller
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
                root = CGROUP / "memory"
            if controllers and "memory" not in controllers.split(","):
                continue
            place = root / name.lstrip("/")
            for folder in (place, *place.parents):
                if folder.is_relative_to(root):
                    yield from _left_of_group(folder, *names)


def _left_of_group(folder: Path, limit: str, usage: str) -> Iterator[int]:
    """Yield what is left of a group; files that were read count as used, but can be dropped."""
    with contextlib.suppress(OSError, ValueError):  # "max": there is no limit
        most = int((folder / limit).read_text())
        used = int((folder / usage).read_text())
        for line in (folder / "memory.stat").read_text().splitlines():
            if line.startswith(("inactive_file ", "active_file ")):
                used -= int(line.split()[1])
        yield most - used


def _of_limits() -> Iterator[int]:
    with contextlib.suppress(ImportError):  # Windows has none of them
        import resource

        for name, counted in _LIMITS.items():
            most, _ = resource.getrlimit(getattr(resource, name))
            if most != resource.RLIM_INFINITY:
                yield from (most - used for used in _kilobytes(PROC / "self/status", counted))


def _kilobytes(path: Path, name: str) -> Iterator[int]:
    """Yield the bytes that a file of `/proc` says in kilobytes."""
    with contextlib.suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{name}:"):
                yield int(line.split()[1]) * 1024
