"""Small files written whole or not at all, and private to their owner. Knows nothing of their contents."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from soundings.errors import BadInput


def make_private_folder(path: Path, setting: str = "SOUNDINGS_HOME") -> Path:
    """Make a folder, and those above it that are missing, so that only their owner can enter. Raises BadInput when
    that cannot be, naming the setting that chooses another."""
    try:
        _make(path)
    except OSError as error:
        raise BadInput(
            f"Soundings cannot make the folder {path} ({(error.strerror or 'it cannot be used').lower()}). "
            f"Choose a folder of your own with {setting}."
        ) from None
    return path


def _make(path: Path) -> None:
    if not path.is_dir():
        _make(path.parent)  # by itself: `mkdir(parents=True)` gives those above what the umask allows
        path.mkdir(exist_ok=True, mode=0o700)


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, mode 0600: a reader sees the old text or the new, never half."""
    make_private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    to_disk(path.parent)


def remove_remains(path: Path) -> None:
    """Remove what a process that was killed in `write_private` left beside a file. For who holds the file's lock."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Have the disk keep a file, or what was made and renamed in a folder, also through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time: by a file beside `path` that ends in `.lock`."""
    make_private_folder(path.parent)
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
