"""What waits on the bus: how much, how old, how near the limit.

Knows the streams by name, and nothing of what the messages mean, nor of when that is an alarm (soundings.alarms).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nats.aio.client import Client

from soundings.errors import OursFailed
from soundings.lacks import Lack
from soundings.streams import NOTICES, POSTS, READINGS, REJECTED

READ_BY = {POSTS.name: "nlp", READINGS.name: "store", NOTICES.name: "store"}
NAMES = (*READ_BY, REJECTED.name)
OLD = timedelta(hours=48)
"""Nothing waits longer: older means a stage that has stopped (docs/architecture.md)."""
GROWING = timedelta(minutes=15)
"""A queue whose every minute holds more than the one before, for so long, only grows."""
BRIM = 0.9
"""So full, `rejected` drops its oldest before their week is over."""
ANSWER = 2.0


@dataclass(frozen=True)
class Queue:
    """One stream as it was seen."""

    name: str
    envelopes: int
    items: int
    """Posts or notices in them."""
    bytes: int
    limit: int
    oldest: datetime | None
    """When the oldest thing in it came."""

    def age(self, now: datetime) -> timedelta:
        """How long the oldest has waited."""
        return max(now - self.oldest, timedelta()) if self.oldest else timedelta()

    def note(self, now: datetime) -> dict[str, int]:
        """What `status --json` shows."""
        return {
            "envelopes": self.envelopes, "items": self.items, "bytes": self.bytes, "limit_bytes": self.limit,
            "oldest_seconds": int(self.age(now).total_seconds()),
        }  # fmt: skip


async def look(client: Client) -> dict[str, Queue]:
    """Every queue, by name. Raises OursFailed for one that is not there, and what the connection raises."""
    return {name: await _look(client, name) for name in NAMES}


async def _look(client: Client, name: str) -> Queue:
    # nats-py's stream_info leaves out when the first message came
    ask = {} if name == REJECTED.name else {"subjects_filter": ">"}
    answer = await client.request(f"$JS.API.STREAM.INFO.{name}", json.dumps(ask).encode(), timeout=ANSWER)
    found = json.loads(answer.data)
    if "state" not in found:
        raise OursFailed(f"the bus has no stream {name}", Lack.BUS_ILL)
    state = found["state"]
    subjects = state.get("subjects") or {}
    return Queue(
        name,
        envelopes=state["messages"],
        items=sum(items(subject) * count for subject, count in subjects.items()),
        bytes=state["bytes"],
        limit=found["config"]["max_bytes"],
        oldest=_instant(state["first_ts"]) if state["messages"] else None,
    )


def items(subject: str) -> int:
    """How many items an envelope of a subject holds: its last part says so."""
    last = subject.rpartition(".")[2]
    return int(last) if last.isdigit() else 1


def _instant(text: str) -> datetime:
    """NATS writes nanoseconds: `2026-11-22T10:51:49.564671123Z`."""
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)


@dataclass
class Growth:
    """Watches one queue: since when it has only grown. Compares the least that each minute has seen."""

    minute: datetime | None = None
    least: int = 0
    before: int | None = None
    since: datetime | None = None

    def see(self, now: datetime, held: int) -> None:
        """So much it holds now."""
        minute = now.replace(second=0, microsecond=0)
        if self.minute == minute:
            self.least = min(self.least, held)
            return
        if self.minute is not None:
            grew = self.before is not None and self.least > self.before
            self.since = (self.since or self.minute) if grew else None
            self.before = self.least
        self.minute, self.least = minute, held

    def lasting(self, now: datetime) -> datetime | None:
        """Since when it has only grown, once that is so long that someone should know."""
        return self.since if self.since and now - self.since >= GROWING else None
