"""What several listener tests share: a clock that moves only when told, council files, what is on the bus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from listeners.ledger import Ledger
from listeners.native import Native
from listeners.outlet import Outlet
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.council import Area, CouncilFile, Place
from soundings.envelopes import NOTICES as NOTICE_SHAPE
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.envelopes import unseal
from soundings.keys import Keys
from soundings.messages import Gap, Post, Reject, Retraction
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS, REJECTED, Stream

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)

COUNCIL = CouncilFile(
    None,
    area=Area(
        names=("Penmarrow",),
        not_here=("Penmarrow, Tasmania",),
        places=(
            Place(name="Tolgarth Road", kind="street", also=("Tolgarth Rd",)),
            Place(name="Saltings", kind="ward", welsh="Y Morfa"),
            Place(name="Prior's Green", kind="park", also=("the Green",)),
            Place(name="Station Road", kind="street"),
            Place(name="Penmarrow Town Hall", kind="landmark", also=("town hall", "the Town Hall")),
        ),
    ),
    tables={
        "accounts": [
            {"handle": "PenmarrowCouncil", "name": "Penmarrow Council", "kind": "council"},
            {"handle": "CllrPennoyre", "name": "Cllr Pennoyre", "kind": "councillor"},
            {"handle": "PenmarrowChron", "name": "The Chronicle", "kind": "press"},
        ]
    },
)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **how: float) -> None:
        """Let time pass."""
        self.now += timedelta(**how)


def native(name: str = "1", text: str = "Bins on Tolgarth Road", **changes: Any) -> Native:
    """An item of a resident."""
    fields: dict[str, Any] = {"native_id": name, "text": text, "account": "anna_of_weir", "created_at": NOON}
    return Native(**(fields | changes))


def outlet(bus: Bus, settings: Settings, clock: Clock, source: str = "demo", **more: Any) -> Outlet:
    """An outlet on a ledger and keys of its own."""
    ledger = Ledger.open(settings.ledgers, source)
    more.setdefault("rules", Rules(local=True))
    return Outlet(source, bus, ledger, Keys.open(settings.keys_path), COUNCIL, clock, **more)


async def bodies(bus: Bus, stream: Stream) -> list[bytes]:
    """Every message of a stream, none taken."""
    state = (await bus.jetstream.stream_info(stream.name)).state
    found = []
    for number in range(max(1, state.first_seq), state.last_seq + 1):
        message = await bus.jetstream.get_msg(stream.name, number)
        found.append(message.data or b"")
    return found


async def posts(bus: Bus) -> list[Post]:
    """Every post on the bus."""
    return [post for body in await bodies(bus, POSTS) for post in unseal(body, POST_SHAPE).items]


async def notices(bus: Bus) -> list[Retraction | Gap]:
    """Every notice on the bus."""
    return [notice for body in await bodies(bus, NOTICES) for notice in unseal(body, NOTICE_SHAPE).items]


async def rejects(bus: Bus) -> list[Reject]:
    """Every reject on the bus. Repeats leave holes in that stream, so it is read by subject."""
    reader = await bus.jetstream.subscribe(REJECTED.subjects, stream=REJECTED.name, ordered_consumer=True)
    left = (await bus.jetstream.stream_info(REJECTED.name)).state.messages
    found = [Reject.model_validate_json((await reader.next_msg(timeout=5)).data) for _ in range(left)]
    await reader.unsubscribe()
    return found
