"""A disk without room, as real as this machine allows: a small one of our own, else a limit on what may be written.

Knows nothing of what lies on it.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class SmallDisk:
    """A file system in memory of a few megabytes, mounted on the folder: what does not fit is refused (ENOSPC)."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={megabytes}m,mode=0700"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True)
        self._folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        """From now on not one byte fits."""
        with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def empty(self) -> None:
        """There is room again."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it, whoever still has files open there."""
        subprocess.run(["umount", "-l", str(self._folder)], check=True)


class NoLargerFiles:
    """The process may make no file larger than it is: its writes fail (EFBIG), others' do not. Linux only."""

    def __init__(self, pid: Callable[[], int]) -> None:
        self._pid = pid

    def fill(self) -> None:
        """From now on not one byte fits."""
        resource.prlimit(self._pid(), resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def empty(self) -> None:
        """There is room again."""
        resource.prlimit(self._pid(), resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def real_disk(folder: Path, megabytes: int) -> SmallDisk:
    """A disk of its own for a folder. Skips the test where nobody may mount one."""
    try:
        return SmallDisk(folder, megabytes)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets us mount no disk")


@contextlib.contextmanager
def disk(folder: Path, pid: Callable[[], int], megabytes: int = 256) -> Iterator[SmallDisk | NoLargerFiles]:
    """A disk for a folder: a real one, or where none may be mounted a limit on the process that writes there."""
    try:
        small = SmallDisk(folder, megabytes)
    except (OSError, subprocess.CalledProcessError):
        yield NoLargerFiles(pid)
        return
    try:
        yield small
    finally:
        small.close()
