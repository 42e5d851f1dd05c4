"""Whether the engine's disk has room for what is written, asked before and after (docs/decisions/0014).

Measured: chDB 26.5 writes into a disk that fills up meanwhile, passes over that the disk took nothing, and calls the
insert done; the part is then damaged, and every question that meets it fails until the engine is opened anew. Knows
nothing of what is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

NEEDED = 64 * 1024 * 1024
"""Bytes that must be free before anything is written: more than others write while one statement runs."""
LEFT = 16 * 1024 * 1024
"""Bytes that must still be free afterwards: else what was written may not be there, and is written once more."""


class NoRoom(Exception):
    """The disk is full, or was at some moment while it was written to."""


class Room:
    """The disk of one folder. `free`: its free bytes, so that a test can hold them."""

    def __init__(self, folder: Path, free: Callable[[Path], int] | None = None) -> None:
        self._folder, self._free = folder, free or free_bytes

    def before(self) -> None:
        """Raises NoRoom."""
        if self._free(self._folder) < NEEDED:
            raise NoRoom(f"less than {NEEDED // 1024**2} MB are free on the disk of the database")

    def after(self) -> None:
        """Raises NoRoom when it cannot be known whether all of it was written."""
        if self._free(self._folder) < LEFT:
            raise NoRoom("the disk of the database filled up meanwhile")


def free_bytes(folder: Path) -> int:
    """What a program of ours may still write there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
