"""The chDB engine: one process opens the folder, and each request has a handle to itself.

Knows nothing of HTTP and of users. Post text never touches a file outside of the database: the rows of an INSERT
reach the engine through a pipe.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import re
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from soundings.errors import SoundingsError
from soundings.files import make_private_folder
from store.room import NoRoom, Room

KEPT, KINDS = 8, 20
"""Idle handles of one kind, and kinds of settings, that are kept."""
CODE = re.compile(r"Code: (\d+)")
WRITING = re.compile(r"\s*(INSERT|DELETE|UPDATE|ALTER|OPTIMIZE)\b", re.IGNORECASE)
NOT_ENOUGH_SPACE = 243
"""ClickHouse's own number."""


Session: TypeAlias = tuple[Any, ...]


class EngineError(Exception):
    """ClickHouse refused or failed; `code` is its own."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        found = CODE.search(message)
        self.code = int(found.group(1)) if found else 1000


@dataclass(frozen=True)
class Job:
    """One statement and how to run it."""

    statement: str
    format: str = "TabSeparated"
    settings: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    database: str = ""
    read_only: bool = True
    rows: bytes | None = None
    """The rows of an INSERT, in the format that the statement ends with."""

    @property
    def writes(self) -> bool:
        """Whether it needs room on the disk. What makes tables does not, so that a full disk can be opened."""
        return self.rows is not None or WRITING.match(self.statement) is not None

    @property
    def session(self) -> Session:
        """What a handle must be set to for this job."""
        return (self.database, self.read_only, *sorted(self.settings.items()))


@dataclass(frozen=True)
class Answer:
    """What came of it: bytes in the format asked for, and how many rows were read."""

    body: bytes
    rows_read: int = 0


@dataclass
class Handle:
    """A connection within the process; `ready` once it has its settings."""

    connection: Any
    ready: bool = False


class Engine:
    """An open database folder."""

    def __init__(self, folder: Path, room: Room | None = None) -> None:
        os.environ["TZ"] = "UTC"  # ClickHouse takes the zone of the process for what has none of its own
        time.tzset()
        import chdb  # 0.2 s, 250 MB and never to be forked afterwards: only the process that owns the folder

        self._guard = threading.Lock()
        self._idle: dict[Session, list[Handle]] = defaultdict(list)
        self._room = room or Room(folder)
        self._chdb, self._folder = chdb, str(make_private_folder(folder).resolve())
        if _locked(folder):
            raise SoundingsError(
                f"The database in {folder} is already open in another process: is `soundings up` running? "
                "Stop it, or use another SOUNDINGS_HOME."
            )
        try:
            self._root = chdb.connect(self._folder)
        except (RuntimeError, chdb.ChdbError) as error:
            code = EngineError(str(error)).code
            raise SoundingsError(f"The database in {folder} cannot be opened (ClickHouse code {code}).") from None

    def close(self) -> None:
        """Let go of the folder."""
        for handle in itertools.chain(*self._idle.values()):
            handle.connection.close()
        self._idle.clear()
        self._root.close()

    def run(self, job: Job) -> Answer:
        """Run a statement on a handle that no other request has meanwhile. Raises EngineError."""
        if not job.writes:
            return self._run(job)
        try:
            self._room.before()
            answer = self._run(job)
            self._room.after()
        except NoRoom as error:
            raise EngineError(f"Code: {NOT_ENOUGH_SPACE}. DB::Exception: {error}.") from None
        return answer

    def _run(self, job: Job) -> Answer:
        handle = self._take_handle(job)
        try:
            self._set_up(handle, job)
            answer = _insert(handle, job) if job.rows is not None else _ask(handle, job)
        except (RuntimeError, self._chdb.ChdbError) as error:
            handle.connection.close()  # what failed is never used again
            raise EngineError(str(error)) from None
        self._give_back(job, handle)
        return answer

    def _take_handle(self, job: Job) -> Handle:
        with self._guard:
            if idle := self._idle.get(job.session):
                handle = idle.pop()
                if not idle:
                    del self._idle[job.session]  # a kind without a handle takes no place
                return handle
        return Handle(self._chdb.connect(self._folder))

    def _set_up(self, handle: Handle, job: Job) -> None:
        if handle.ready:
            return
        if job.database:
            handle.connection.query(f"USE `{job.database}`")
        for assignment in _assignments(job):
            handle.connection.query(f"SET {assignment}")
        handle.ready = True

    def _give_back(self, job: Job, handle: Handle) -> None:
        """Keep a handle for the next request with the same settings: setting them costs more than a short question.

        Nothing else can have changed on it: `store.gate` takes neither SET nor USE.
        """
        with self._guard:
            kept = len(self._idle.get(job.session, ()))
            if kept < KEPT and (kept or len(self._idle) < KINDS):
                self._idle[job.session].append(handle)
                return
        handle.connection.close()


def _locked(folder: Path) -> bool:
    """Whether another process has the folder open. chDB's own error (code 36) does not say so."""
    try:
        with (folder / "status").open("rb") as status:
            fcntl.flock(status, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the lock that ClickHouse takes; let go of at once
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _assignments(job: Job) -> list[str]:
    made = ", ".join(f"{name} = '{_escaped(value)}'" for name, value in job.settings.items())
    return [*([made] if made else []), *(["readonly = 1"] if job.read_only else [])]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*$", re.IGNORECASE)


def _ask(handle: Handle, job: Job) -> Answer:
    result = handle.connection.query(job.statement, job.format, params=dict(job.params))
    return Answer(bytes(result.bytes() or b""), int(result.rows_read() or 0))


def _insert(handle: Handle, job: Job) -> Answer:
    """Feed the rows through a pipe that the engine opens by number: nothing is left on disk, whatever dies."""
    head = FORMAT.search(job.statement)
    if head is None:
        raise EngineError("Code: 62. DB::Exception: an INSERT with rows ends with FORMAT and its name")
    reading, writing = os.pipe()
    feeder = threading.Thread(target=_feed, args=(writing, job.rows), daemon=True)
    feeder.start()
    try:
        handle.connection.query(
            f"{job.statement[: head.start()]} FROM INFILE '/dev/fd/{reading}' FORMAT {head.group(1)}", "TabSeparated"
        )
    finally:
        os.close(reading)  # an engine that never read leaves the feeder with a broken pipe, not waiting
        feeder.join()
    return Answer(b"")


def _feed(writing: int, rows: bytes) -> None:
    try:
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            view = memoryview(rows)
            while view:
                view = view[pipe.write(view) :]
    except BrokenPipeError:
        pass  # the engine stopped reading, and says why itself
