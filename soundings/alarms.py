"""What a person must be told about queues and upkeep, in words. Each alarm has its line in docs/runbook.md.

Pure functions of what was seen; knows nothing of who tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from soundings.queues import BRIM, OLD, READ_BY, Queue
from soundings.streams import REJECTED


class Alarm(StrEnum):
    """What can be wrong with a queue or with the upkeep, and the sentence for it."""

    OLD = "old"
    GROWS = "grows"
    DROPS = "drops"
    STAYS = "stays"
    UNSWEPT = "unswept"
    NO_BACKUP = "no-backup"

    @property
    def sentence(self) -> str:
        """With the stage that reads the queue as `who`, and how long it has lasted as `age`."""
        return SENTENCES[self]


SENTENCES = {
    Alarm.OLD: "Something has waited for {who} for {age}. Nothing should wait longer than 48 hours.",
    Alarm.GROWS: "What waits for {who} has done nothing but grow for {age}: {who} is too slow for what comes in.",
    Alarm.DROPS: "The list of rejects is full: its oldest lines are dropped before their seven days are over.",
    Alarm.STAYS: "{count} removed posts are still in the files of the database: the last sweep found them.",
    Alarm.UNSWEPT: "The sweep has failed for {age}: what was removed may still be in the files of the database.",
    Alarm.NO_BACKUP: "The newest backup is {age} old. One is due every day.",
}


@dataclass(frozen=True)
class Told:
    """One alarm, about one queue when it names one."""

    alarm: Alarm
    queue: str
    says: str

    def note(self) -> dict[str, str]:
        """What `status --json` and /health show."""
        return {"reason": self.alarm.value, "queue": self.queue, "says": self.says}


def of(queues: Mapping[str, Queue], growing: Mapping[str, datetime], now: datetime) -> list[Told]:
    """Every alarm. `growing`: since when a queue has only grown."""
    return [told for queue in queues.values() for told in _of(queue, growing, now)]


def _of(queue: Queue, growing: Mapping[str, datetime], now: datetime) -> Iterator[Told]:
    if queue.name == REJECTED.name:
        if queue.limit > 0 and queue.bytes > queue.limit * BRIM:
            yield Told(Alarm.DROPS, queue.name, Alarm.DROPS.sentence)
        return
    who = READ_BY[queue.name]
    if queue.age(now) > OLD:
        yield Told(Alarm.OLD, queue.name, Alarm.OLD.sentence.format(who=who, age=length(queue.age(now))))
    if queue.name in growing:
        age = length(now - growing[queue.name])
        yield Told(Alarm.GROWS, queue.name, Alarm.GROWS.sentence.format(who=who, age=age))


def length(lasted: timedelta) -> str:
    """`3 minutes`, `2 days and 5 hours`: a length of time for people."""
    minutes = int(lasted.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [_count(days, "day"), _count(hours, "hour"), _count(minutes, "minute")]
    named = [part for part in parts if part][:2]
    return " and ".join(named) or "less than a minute"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}" if number else ""
