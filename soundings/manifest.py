"""A backup as a folder: whole or not at all, and able to show that it is as it was written.

A backup is made under a temporary name, described file by file in `manifest.json`, and renamed when it is complete.
Knows nothing of what the files mean.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from soundings import __version__
from soundings.errors import BadInput
from soundings.files import to_disk
from soundings.messages import SCHEMA, Instant, Message
from soundings.receipts import Tally

NAME = "manifest.json"
UNFINISHED = ".unfinished-"
FORMAT = 1
"""Version of how a backup is laid out."""


class Manifest(Message):
    """What a backup says of itself."""

    what: Literal["a backup of Soundings"] = "a backup of Soundings"
    format: int = FORMAT
    messages: int = SCHEMA
    """Version of the messages in it."""
    version: str = __version__
    """The Soundings that made it."""
    made_at: Instant
    home: str
    """The home folder that it was made of."""
    daily: bool = False
    """Made by `soundings up`, and removed by it when enough newer ones are there."""
    counts: dict[str, int] = Field(default_factory=dict)
    """How much it holds, in words for people."""
    receipts: Tally | None = None
    """The receipts of removals that lay beside it: a restore needs these at least. None: not known."""
    files: dict[str, str] = Field(default_factory=dict)
    """Each file, and the SHA-256 of its bytes."""


def free_instant(folder: Path, at: datetime) -> datetime:
    """The instant, or the next second whose name no backup has: two may be made in one."""
    while (folder / name_of(at)).exists():
        at += timedelta(seconds=1)
    return at


def name_of(made_at: datetime) -> str:
    """The folder's name: the instant, so that names sort by age."""
    return f"{made_at:%Y-%m-%dT%H-%M-%SZ}"


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """A private folder with a temporary name. It is removed when something fails, and when it was not `seal`ed."""
    path = folder / f"{UNFINISHED}{name}"
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def seal(path: Path, manifest: Manifest) -> Path:
    """Describe every file, bring all of it to the disk, and give the folder its name."""
    files = {}
    for file in _files(path):
        file.chmod(0o600)
        files[str(file.relative_to(path))] = _digest(file)
    text = manifest.model_copy(update={"files": files}).model_dump_json(indent=1)
    (path / NAME).write_text(text + "\n", encoding="utf-8")
    (path / NAME).chmod(0o600)
    for folder in [path, *(one for one in path.rglob("*") if one.is_dir())]:
        folder.chmod(0o700)
    for each in [path, *path.rglob("*")]:
        to_disk(each)
    target = path.with_name(path.name.removeprefix(UNFINISHED))
    path.rename(target)
    to_disk(target.parent)
    return target


def _files(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file() and one != path / NAME)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def read(path: Path) -> Manifest:
    """What a backup says of itself. Raises BadInput, in one sentence, for what this version cannot restore."""
    try:
        text = (path / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(_no_backup(path)) from None
    try:
        manifest = Manifest.model_validate_json(text, extra="ignore")
    except ValidationError:
        raise BadInput(f"{path} is not a backup of Soundings, or its {NAME} is damaged.") from None
    if manifest.format > FORMAT or manifest.messages > SCHEMA:
        raise BadInput(
            f"{path} was made by a newer Soundings ({manifest.version}): install that version to restore it."
        )
    if manifest.messages < SCHEMA - 1:
        raise BadInput(
            f"{path} was made by a much older Soundings ({manifest.version}): "
            "restore it with that version, then upgrade."
        )
    return manifest


def _no_backup(path: Path) -> str:
    if not path.is_dir():
        return f"There is no folder {path}."
    if found := backups_in(path):
        return f"{path} holds {len(found)} backups. Name one of them; the newest is {found[-1]}."
    if path.name.startswith(UNFINISHED):
        return f"{path} is a backup that was never finished: take another one."
    return f"{path} is not a backup of Soundings: it has no {NAME}."


def verify(path: Path) -> Manifest:
    """The same, when every file is as it was written and nothing else is there. Raises BadInput naming the first."""
    manifest = read(path)
    found = {str(file.relative_to(path)): file for file in _files(path)}
    for name in sorted({*manifest.files, *found}):
        if name not in found:
            raise BadInput(f"The backup {path} is damaged: {name} is missing. Take another one.")
        if name not in manifest.files:
            raise BadInput(
                f"The backup {path} holds {name}, which does not belong to it: remove it, or take another one."
            )
        if _digest(found[name]) != manifest.files[name]:
            raise BadInput(f"The backup {path} is damaged: {name} is not what was written. Take another one.")
    return manifest


def backups_in(folder: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    return sorted(path.parent for path in folder.glob(f"[0-9]*/{NAME}"))


def clear(folder: Path, tell: Callable[[str], None]) -> int:
    """Remove what killed backups left. Returns how many. Only for whom no other backup can be under way here."""
    return sum([_remove(path, tell) for path in folder.glob(f"{UNFINISHED}*")])


def discard(path: Path, tell: Callable[[str], None]) -> bool:
    """Remove a backup, so that a half removed one never looks whole. What cannot be removed is told."""
    try:
        path = path.rename(path.with_name(f"{UNFINISHED}{path.name}"))
    except OSError as error:
        tell(_stays(path, error))
        return False
    return _remove(path, tell)


def _remove(path: Path, tell: Callable[[str], None]) -> bool:
    """One that cannot be removed keeps no other backup from being made, or removed."""
    try:
        shutil.rmtree(path)
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)  # as much of it as can be
        tell(_stays(path, error))
        return False
    return True


def _stays(path: Path, error: OSError) -> str:
    why = (error.strerror or type(error).__name__).lower()
    return f"{path} could not be removed ({why}). It holds residents' texts: remove it by hand."
