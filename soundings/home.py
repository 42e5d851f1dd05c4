"""The home folder as a whole: who holds it, what in it is state, and how a restored state takes its place.

A restored state is made ready in a folder within the home and put in place only when it is whole. Should that be cut
short, nothing starts here until it is finished. Knows nothing of what the state means.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from soundings import gazetteers, leftovers, runtime
from soundings.errors import SoundingsError
from soundings.files import make_private_folder, write_private
from soundings.settings import Settings

LET_GO = 20.0
"""Seconds to wait for the children of a killed `up` to be taken down."""
STATE = ("keys.json", "ledgers", "bus", "database", "council.toml", *gazetteers.FILES)
"""The five places (docs/architecture.md), the gazetteer with the council file. `run/` and `logs/` are not state."""


def hold(settings: Settings, tell: Callable[[str], None], *, restoring: bool = False) -> int:
    """Take the lock of the home for this process; close the file descriptor to let go.

    What a killed `up` left running is taken down. Raises SoundingsError when another holds it, or when a restore was
    cut short (unless `restoring`).
    """
    make_private_folder(settings.home)
    make_private_folder(settings.run)
    lock = os.open(runtime.lock_path(settings), os.O_RDWR | os.O_CREAT, 0o600)
    _wait_for(settings, lock)
    try:
        leftovers.sweep(leftovers.claims(settings), tell)
    except SoundingsError:
        os.close(lock)
        raise
    swap = Swap.left_by_a_crash(settings)
    if swap is None:
        shutil.rmtree(staging(settings), ignore_errors=True)  # what a killed restore had not made ready
    elif not restoring:
        os.close(lock)
        raise SoundingsError(
            f"A restore into {settings.home.resolve()} was cut short. "
            f"Finish it first: `soundings restore {swap.source}`."
        )
    return lock


def _wait_for(settings: Settings, lock: int) -> None:
    deadline = time.monotonic() + LET_GO
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = runtime.read_note(settings)
            if note or time.monotonic() > deadline:
                os.close(lock)
                raise SoundingsError(_held_by(settings, note)) from None
            time.sleep(0.1)  # a killed `up`: its guard is still taking its stages down
        else:
            return


def _held_by(settings: Settings, note: dict[str, object] | None) -> str:
    who = f"process {note['pid']}" if note else "a command at work, or a service that is shutting down,"
    page = f" Its page is {note['page']}." if note and note.get("page") else ""
    home = settings.home.resolve()
    return f"Soundings already runs in {home}: {who} holds it.{page} Stop that one first, or set SOUNDINGS_HOME."


def state_in(folder: Path) -> list[str]:
    """Which of the five places a folder holds."""
    return [name for name in STATE if (folder / name).exists()]


def staging(settings: Settings) -> Path:
    """Where a restored state is made ready: on the home's own disk, so that putting it in place is renaming."""
    return settings.home / ".restoring"


def place_aside(settings: Settings, name: str) -> Path:
    """Where a former state goes: beside the home. Within it, where beside is another disk or not ours."""
    whole = settings.home.resolve()
    beside = whole.parent.stat().st_dev == whole.stat().st_dev and os.access(whole.parent, os.W_OK)
    return whole.with_name(f"{whole.name}-{name}") if beside else whole / name


class Swap:
    """A state made ready takes the place of another. `finish` may be repeated until it has come to its end."""

    def __init__(self, settings: Settings, source: str, aside: str, names: Sequence[str]) -> None:
        self.source, self.aside = source, aside
        self._settings, self._names = settings, names

    @classmethod
    def begin(cls, settings: Settings, source: Path, aside: Path) -> Swap:
        """Note what is to happen: from here on it is finished, whatever dies."""
        swap = cls(settings, str(source), str(aside), state_in(staging(settings)))
        note = {"source": swap.source, "aside": swap.aside, "names": list(swap._names)}
        write_private(_note(settings), json.dumps(note))
        return swap

    @classmethod
    def left_by_a_crash(cls, settings: Settings) -> Swap | None:
        """The one that was cut short here, or None."""
        try:
            note = json.loads(_note(settings).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(settings, note["source"], note["aside"], note["names"])

    def finish(self) -> None:
        """Move what is there aside and what is ready in."""
        home, ready, aside = self._settings.home, staging(self._settings), Path(self.aside)
        for name in STATE:
            placed = name in self._names and not (ready / name).exists()
            if not placed and (home / name).exists():
                (home / name).rename(make_private_folder(aside) / name)
            if (ready / name).exists():
                (ready / name).replace(home / name)
        shutil.rmtree(ready, ignore_errors=True)


def _note(settings: Settings) -> Path:
    return staging(settings) / "whole.json"
