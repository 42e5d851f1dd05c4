"""What of ours may be missing, and in words: who is waited for, and why. Each has its line in docs/runbook.md.

Knows nothing of who waits, and since when: that is `soundings.waits`.
"""

from __future__ import annotations

from enum import StrEnum


class Lack(StrEnum):
    """Something of ours without which a stage cannot go on."""

    BUS = "bus"
    BUS_REFUSES = "bus-refuses"
    BUS_ILL = "bus-ill"
    POSTS_FULL = "posts-full"
    READINGS_FULL = "readings-full"
    NOTICES_FULL = "notices-full"
    DATABASE = "database"
    DATABASE_FULL = "database-full"
    DISK = "disk"
    MEMORY = "memory"
    UPGRADE = "upgrade"
    OTHER = "other"

    @property
    def who(self) -> str:
        """Whom or what is waited for."""
        return WORDS[self][0]

    @property
    def why(self) -> str:
        """Why one must wait."""
        return WORDS[self][1]


WORDS = {
    Lack.BUS: ("the bus", "it does not answer"),
    Lack.BUS_REFUSES: ("the bus", "it refuses the token"),
    Lack.BUS_ILL: ("the bus", "it answers, and takes nothing: its disk may be full"),
    Lack.POSTS_FULL: ("nlp", "its queue is full"),
    Lack.READINGS_FULL: ("store", "its queue is full"),
    Lack.NOTICES_FULL: ("store", "its queue of notices is full"),
    Lack.DATABASE: ("the database", "it does not answer, or refuses"),
    Lack.DATABASE_FULL: ("the database", "its disk is full"),
    Lack.DISK: ("the disk", "it takes nothing: it may be full"),
    Lack.MEMORY: ("memory", "there is too little"),
    Lack.UPGRADE: ("an upgrade", "what came is of a newer version than this stage"),
    Lack.OTHER: ("something of ours", "its log says what"),
}

FULL = {"posts": Lack.POSTS_FULL, "readings": Lack.READINGS_FULL, "notices": Lack.NOTICES_FULL}
"""The queues by whose fullness one waits for their reader."""
