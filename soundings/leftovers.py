"""Children that outlive a killed `soundings up` and its guard: found at the next start, and taken down.

A bus or store that is left over would hold its files open beside the new one's. Each child inherits a locked file: the
lock says that it lives, and so the process id in that file is its own. Knows nothing of what the children do.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from soundings.errors import SoundingsError
from soundings.files import make_private_folder
from soundings.guard import take_down
from soundings.settings import Settings


def claims(settings: Settings) -> Path:
    """The folder of the locked files of a home."""
    return settings.run / "children"


@contextmanager
def claim(folder: Path, name: str) -> Iterator[int]:
    """A locked file for a child to inherit: the lock lasts as long as the child, whatever becomes of us.

    Here it is let go of at the end: from then on only the child holds it, or nobody when none was started.
    """
    handle = os.open(make_private_folder(folder) / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(BlockingIOError):  # a process of the child before still lives: its lock says so as well
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
        yield handle
    finally:
        os.close(handle)


def note(handle: int, pid: int) -> None:
    """Say who holds it. A disk that does not take it is no reason to give up a child that runs."""
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(pid).encode(), 0)


def sweep(folder: Path, tell: Callable[[str], None]) -> None:
    """Take down what is left over, and return when all of it is gone.

    Raises SoundingsError for one that lives and never got its name noted: nobody else could end it.
    """
    held = {path.name: path for path in folder.glob("*") if _is_held(path)}
    if not held:
        return
    tell(f"Left over from a service that was killed: {', '.join(sorted(held))}. Taking it down first.")
    pids = {name: int(text) for name, path in held.items() if (text := path.read_text())}
    take_down([*pids.values()])
    for name in pids:
        with held[name].open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # waits for its very end
    for name in sorted(held.keys() - pids.keys()):
        raise SoundingsError(
            f"The {name} of a service that was killed still runs, and its number is not known: the disk was full when "
            f"it was started. `fuser {held[name]}` says it. End that process, then try again."
        )


def _is_held(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
