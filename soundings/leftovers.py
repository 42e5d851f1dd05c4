"""Children that outlive a killed `soundings up` and its guard: found at the next start, and taken down.

A bus or store that is left over would hold its files open beside the new one's. Each child inherits a locked file: the
lock says that it lives, and so the process id in that file is its own. Knows nothing of what the children do.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from soundings.files import make_private_folder
from soundings.guard import take_down
from soundings.settings import Settings


def claims(settings: Settings) -> Path:
    """The folder of the locked files of a home."""
    return settings.run / "children"


def claim(folder: Path, name: str) -> int:
    """A locked file for a child to inherit: the lock lasts as long as the child, whatever becomes of us."""
    handle = os.open(make_private_folder(folder) / name, os.O_RDWR | os.O_CREAT, 0o600)
    with suppress(BlockingIOError):  # a process of the child before still lives: its lock says so as well
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, 0)
    return handle


def note(handle: int, pid: int) -> None:
    """Say who holds it, and let go of it here: from now on only the child does."""
    os.pwrite(handle, str(pid).encode(), 0)
    os.close(handle)


def sweep(folder: Path, tell: Callable[[str], None]) -> None:
    """Take down what is left over, and return when all of it is gone."""
    held = {path.name: path for path in folder.glob("*") if _is_held(path)}
    if not held:
        return
    tell(f"Left over from a service that was killed: {', '.join(sorted(held))}. Taking it down first.")
    take_down([int(text) for path in held.values() if (text := path.read_text())])
    for path in held.values():
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # waits for its very end


def _is_held(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
