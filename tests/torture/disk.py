"""A disk without room, as real as this machine allows: a small one of our own, else a limit on what a process may write.

Knows nothing of what lies on it.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """Where one stage keeps its files."""

    kind: str
    """What it is, for the log of a test."""

    def fill(self) -> None:
        """From now on not one byte fits."""

    def empty(self) -> None:
        """There is room again."""


class SmallDisk:
    """A file system in memory of a few megabytes, mounted on the folder."""

    kind = "a disk of its own that is full (tmpfs, ENOSPC)"

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={megabytes}m,mode=0700"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True)
        self._folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it, whoever still has files open there."""
        subprocess.run(["umount", "-l", str(self._folder)], check=True)


class NoLargerFiles:
    """The process may make no file larger than it is (RLIMIT_FSIZE): its writes fail, others' do not. Linux only."""

    kind = "a limit on the process's files (RLIMIT_FSIZE, EFBIG)"

    def __init__(self, pid: Callable[[], int]) -> None:
        self._pid = pid

    def fill(self) -> None:
        self._limit(0)

    def empty(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        resource.prlimit(self._pid(), resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextlib.contextmanager
def disk(folder: Path, pid: Callable[[], int], megabytes: int = 256) -> Iterator[Disk]:
    """A disk for a folder that is used from now on: a real one where we may mount it. `pid`: who writes there."""
    try:
        small = SmallDisk(folder, megabytes)
    except (OSError, subprocess.CalledProcessError):
        limited = NoLargerFiles(pid)
        yield limited
        return
    try:
        yield small
    finally:
        small.close()
