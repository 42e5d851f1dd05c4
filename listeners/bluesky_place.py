"""Where we are in Bluesky's stream, and by what that is said to a server: its own number, or the time. Pure.

A server's numbers (`seq`) are its own: another server, or the same after it lost its archive, counts otherwise. So the
time of what was heard last is kept beside them. Knows nothing of connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

from listeners.bluesky_posts import instant

MARGIN = timedelta(seconds=10)
"""How much earlier another server is asked to begin: each sees an event at a moment of its own."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class By(Enum):
    """How a server is told where to begin."""

    NUMBER = auto()
    TIME = auto()
    NOW = auto()


@dataclass
class Place:
    """The last event that was worked, and what is still to be told."""

    heard: datetime | None
    """When the server saw what we heard last; None: we never heard anything."""
    begin: datetime | None
    """From when on is asked, by time; None: from now on."""
    host: str = ""
    seq: int = 0
    by: By = By.TIME
    missing: datetime | None = None
    """From when on something is lost: told, and not yet until when."""
    silent: datetime | None = None
    """Since when nothing comes: told, and not yet ended."""

    @classmethod
    def of(cls, state: Mapping[str, Any], now: datetime, look_back: timedelta, rewound: bool) -> Place:
        """From a checkpoint. `rewound`: the bus is another one, and lost what it had not passed on."""
        back = now - look_back if look_back else None
        heard = instant(state.get("time"))
        if heard is None:
            return cls(None, back)
        place = cls(
            heard, heard - MARGIN, str(state.get("host", "")), int(state.get("seq", 0)), By.NUMBER,
            instant(state.get("missing")), instant(state.get("silent")),
        )  # fmt: skip
        if rewound and back:
            place.begin, place.by = min(back, heard - MARGIN), By.TIME
        return place

    @property
    def state(self) -> dict[str, Any]:
        """What the checkpoint keeps."""
        moments = {"time": self.heard, "missing": self.missing, "silent": self.silent}
        told = {name: moment.isoformat() for name, moment in moments.items() if moment}
        return {"host": self.host, "seq": self.seq, **told}

    def cursor(self, host: str) -> int | None:
        """Where this server is to begin; None: with what comes now."""
        if self.by is By.NUMBER and host == self.host:
            return self.seq
        if self.by is By.NOW or self.begin is None:
            return None
        self.by = By.TIME
        return (self.begin - EPOCH) // timedelta(microseconds=1)

    def ask_otherwise(self) -> None:
        """The server has nothing from there on: first by time, which begins with the oldest it has; else from now."""
        self.by = By.TIME if self.by is By.NUMBER else By.NOW

    def is_elsewhere(self, seq: int) -> bool:
        """Whether a server that was asked for our number begins before it: it counts otherwise."""
        return self.by is By.NUMBER and seq < self.seq

    def reached(self, host: str, event: Mapping[str, Any], now: datetime) -> None:
        """An event was worked."""
        self.host, self.seq, self.by = host, event["seq"], By.NUMBER
        self.heard = self.time_of(event, now)
        self.begin = self.heard - MARGIN

    @staticmethod
    def time_of(event: Mapping[str, Any], now: datetime) -> datetime:
        """When the server saw it: what a cursor by time means, where the server says it."""
        return instant(event.get("witnessedAt") or event.get("time")) or now
