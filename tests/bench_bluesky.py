"""How much of one core the whole network of Bluesky takes: our whole path beside just decoding the same frames.

Invented frames in about the network's mix (posts, half of them replies; deletions, profiles, accounts; one in 5,000
concerns the area), the real client library, the real outlet with its ledger and the real bus: once without a socket,
beside nothing but the library's own decoding, and once over a WebSocket from another process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from atproto_jetstream import AsyncJetstreamClient
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from listeners.bluesky import Bluesky
from listeners.bluesky_posts import Place as At
from listeners.bluesky_posts import to_native
from listeners.bluesky_settings import BlueskySettings
from listeners.bluesky_stream import _Client
from listeners.fetching import Fetcher
from listeners.ledger import Ledger
from listeners.native import Native
from listeners.outlet import Outlet
from listeners.posting import Rules
from soundings.bus import Bus, connect
from soundings.council import Area, Place
from soundings.keys import Keys
from soundings.settings import Settings
from soundings.tasks import end
from tests.listeners.jetstream import Event, account, answering, framed, post, profile, record, ref, removal
from tests.listeners.sky import FILE
from tests.servers import NatsServer

FRAMES, ROUNDS, SEED = 40_000, 3, 11
LOCAL_EACH = 5_000
NETWORK = 500
"""Events a second: more than the whole network's posts, profiles and accounts were when we last looked."""
PLACES, HELD = 600, 3_000
_WORDS = """
the of and to a in is it you that he was for on are with as his they be at one have this from or had
by hot word but what some we can out other were all there when up use your how said an each she
which do their time if will way about many then them write would like so these her long make thing
see him two has look more day could go come did number sound no most people my over know water than
call first who may down side been now find any new work part take get place made live where after
back little only round man year came show every good me give our under name very through 犬 猫 今日
ありがとう você também não muito obrigado
"""
WORDS = _WORDS.split()


def frames() -> list[str]:
    """The same ones each time."""
    dice, now = random.Random(SEED), datetime.now(UTC)
    events = (_event(dice, number, now) for number in range(1, FRAMES + 1))
    return [framed({**event, "seq": number}) for number, event in enumerate(events, 1)]


def _event(dice: random.Random, number: int, now: datetime) -> Event:
    did = f"did:plc:{dice.randrange(10**9):024d}"
    if number % LOCAL_EACH == 0:
        return post(did, f"l{number}", f"The bins of Penmarrow, number {number}, are full again", now)
    kind = dice.random()
    if kind < 0.08:
        return removal(did, f"{number}", now)
    if kind < 0.15:
        return account(did, dice.choice(("", "deactivated", "deleted")), now)
    if kind < 0.20:
        return profile(did, now, description=_text(dice))
    more: dict[str, Any] = {}
    if dice.random() < 0.5:
        more["reply"] = answering(ref(did, "r"), ref(did, f"p{number}"))
    if dice.random() < 0.2:
        link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://news.example/a/long/way/to/a/page"}
        more["facets"] = [{"index": {"byteStart": 0, "byteEnd": 3}, "features": [link]}]
    return post(did, f"{number}", _text(dice), now, **more)


def _text(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randrange(3, 45)))


class Bench:
    """One outlet on one bus, with an area and a ledger as a council has them after some months."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self._bus, self._settings = bus, settings
        places = tuple(Place(name=f"Polgwidden {number} Road", kind="street") for number in range(PLACES))
        self._file = replace(FILE, area=Area(names=("Penmarrow",), places=(*FILE.area.places, *places)))
        self._sent = frames()

    async def run(self, url: str = "") -> tuple[float, int]:
        """Seconds of this process for all frames, and how many were kept. Without an address: without a socket."""
        with closing(Ledger.open(self._settings.ledgers, "bluesky")) as ledger:
            keys = Keys.open(self._settings.keys_path)
            settings = BlueskySettings(enabled=True, appview="", look_back_hours=0, hosts=(url or "ws://127.0.0.1:9",))
            rules = Rules(look_back=Bluesky.look_back)
            async with Outlet("bluesky", self._bus, ledger, keys, self._file, _now, rules) as out:
                await self._fill(out)
                source = Bluesky(settings, out, self._file, _now)
                listening = asyncio.create_task(source.listen()) if url else None
                took = await (self._over_a_socket(source) if url else self._by_hand(source))
                if listening:
                    await end(listening)
                await out.flush()
                return took, out.counts["new"]

    async def _fill(self, out: Outlet) -> None:
        """What is held already: each reply is looked up among these."""
        if out.ledger.count() < HELD:
            for number in range(HELD):
                await out.offer(_held(number))
            await out.flush()
        out.counts.clear()

    async def _by_hand(self, source: Bluesky) -> float:
        client = _Client({"kinds": ["commit", "account"]}, base_uri="ws://127.0.0.1:9", compress=False)
        async with Fetcher("bench") as fetcher:
            source.prepare(fetcher)
            begun = time.process_time()
            for frame in self._sent:
                if (payload := client._decode_frame(frame)) is not None:
                    await source.take(payload)
            return time.process_time() - begun

    async def _over_a_socket(self, source: Bluesky) -> float:
        while source._place.seq == 0:
            await asyncio.sleep(0)
        begun, first = time.process_time(), source._place.seq
        while source._place.seq < FRAMES:
            await asyncio.sleep(0.01)
        return (time.process_time() - begun) * FRAMES / (FRAMES - first)

    def decode(self) -> float:
        """Seconds for decoding alone, as the library does it."""
        client = AsyncJetstreamClient({"kinds": ["commit", "account"]}, base_uri="ws://127.0.0.1:9", compress=False)
        begun = time.process_time()
        for frame in self._sent:
            client._decode_frame(frame)
        return time.process_time() - begun


def _held(number: int) -> Native:
    found = to_native(At(f"did:plc:{number:024d}", f"h{number}", _now()), record("Penmarrow once more", _now()))
    assert found
    return found


def _now() -> datetime:
    return datetime.now(UTC)


def _serve(told: Connection) -> None:
    """Another process: sends every frame to whoever connects, as fast as it is taken."""
    sent = frames()

    async def answer(connection: ServerConnection) -> None:
        for frame in sent:
            await connection.send(frame)
        await connection.wait_closed()

    async def main() -> None:
        async with serve(
            answer, "127.0.0.1", 0, subprotocols=[Subprotocol("xrpc.v1.json")], compression=None
        ) as server:
            told.send(f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}")
            await asyncio.Event().wait()

    asyncio.run(main())


async def _measure(settings: Settings) -> list[str]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # this process: one core, and no other thread helps
    try:
        async with connect(settings, "bench") as bus:
            bench = Bench(bus, settings)
            url = await asyncio.to_thread(here.recv)
            alone, whole, kept = [], [], 0
            for _ in range(ROUNDS):
                alone.append(bench.decode())
                took, found = await bench.run()
                whole.append(took)
                kept = max(kept, found)
            served, _ = await bench.run(url)
    finally:
        server.kill()
    assert kept == FRAMES // LOCAL_EACH, f"{kept} kept"
    return [
        f"Bluesky: our whole path takes {median(whole) / median(alone):.2f} times just decoding (claim: under 4)",
        f"Bluesky: one core takes {FRAMES / median(whole) / NETWORK:.0f} times the network's {NETWORK} events/s, and "
        f"{FRAMES / served / NETWORK:.0f} times over a WebSocket (claim: over 5)",
    ]


def main() -> None:
    """Print the claims with their ratios."""
    affinity = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    with tempfile.TemporaryDirectory() as folder:
        server = NatsServer(Path(folder) / "nats")
        server.start()
        try:
            settings = Settings(home=Path(folder) / "home", nats_url=server.url)
            print(*asyncio.run(_measure(settings)), sep="\n")
        finally:
            server.stop()
            if affinity:
                os.sched_setaffinity(0, affinity)


if __name__ == "__main__":
    main()
