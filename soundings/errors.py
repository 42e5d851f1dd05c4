"""One exception class for each decision a caller can make. The message is for people: plain English."""

from __future__ import annotations

from soundings.lacks import Lack


class SoundingsError(Exception):
    """Something a person must mend. The command line prints the message and leaves with `exit_code`."""

    exit_code = 1


class NothingRunning(SoundingsError):
    """A command needs the running service and there is none."""

    exit_code = 3


class BadInput(SoundingsError):
    """What was given cannot be used. The message says where and what to do."""

    exit_code = 2


class OursFailed(Exception):
    """The bus, the database, the disk or the network failed: wait and try again, for ever. `lack` says for what."""

    def __init__(self, message: str, lack: Lack = Lack.OTHER) -> None:
        super().__init__(message)
        self.lack = lack


class PostFailed(Exception):
    """This item can never be taken, however often it is tried: reject it with this reason."""


class BusReplaced(SoundingsError):
    """The bus is another one than at the start: begin again, and ask the source for what it may have lost."""


class TooManyRejects(SoundingsError):
    """Nearly everything is rejected: a bad deploy, not bad posts. Stop loudly (invariant R3)."""

    exit_code = 4
