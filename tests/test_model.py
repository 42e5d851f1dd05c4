"""Any interleaving of listening, reading and storing, of removals and orders to forget, of deaths, lost and repeated
deliveries and a wiped bus leaves in the store what the source shows: once, and nothing that was taken away (R1, R2).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from listeners.ledger import Ledger
from listeners.native import Native
from soundings.keys import Keys
from soundings.settings import Settings
from soundings.streams import POSTS, READINGS, REJECTED
from store.clickhouse import Client, connect
from tests.depth import rounds
from tests.listeners.kit import Clock, native
from tests.servers import NatsServer
from tests.store.conftest import TABLES, truncate
from tests.store.dying import Died
from tests.store.serving import StoreServer
from tests.way import SOURCE, Way, impatient

pytestmark = [pytest.mark.servers, pytest.mark.long, pytest.mark.timeout(3600)]

NAMES = ("a", "b", "c", "d")
WRITERS = {"a": "anna", "b": "anna", "c": "ben", "d": "ben"}
DATED = frozenset("bd")
"""Their platform says when they were edited; of the others only the text differs."""
HOW = st.sampled_from(["well", "well", "given back", "not acknowledged"])


class Listening(RuleBasedStateMachine):
    """The source as it is, and the whole way behind it."""

    folder: Path
    writer: Client
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        truncate(self.writer)
        self.clock, home = Clock(), self.folder / str(next(self.numbers))
        self.way = Way(NatsServer(home.with_suffix(".bus")), Settings(home=home), self.writer, self.clock)
        self.loop.run(self.way.open())
        self.shown: dict[str, Native] = {}
        self.removed: set[str] = set()
        self.untold: set[str] = set()
        """Removed by the source, and the listener has not yet lived to the end of hearing of it."""
        self.forgotten: set[str] = set()

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(["bins", "roads", "parks"]))
    def say(self, name: str, text: str) -> None:
        if name not in self.removed:
            edited = self.clock() if name in DATED and name in self.shown else None
            self.shown[name] = native(name, text, account=WRITERS[name], created_at=None, edited_at=edited)
            self.clock.move(seconds=1)

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def take_away(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.shown)))
        del self.shown[name]
        self.removed.add(name)
        self.untold.add(name)

    @rule()
    def listen(self) -> None:
        self.loop.run(self.way.listen(self.shown.values(), sorted(self.untold)))
        self.untold.clear()

    @rule(writes=st.integers(0, 6))
    def die_listening(self, writes: int) -> None:
        try:
            self.loop.run(self.way.listen(self.shown.values(), sorted(self.untold), writes))
            self.untold.clear()
        except Died:
            pass

    @rule()
    def stop_listening(self) -> None:
        self.loop.run(self.way.stop_listening())

    @rule(hours=st.sampled_from([0.001, 1, 400]))
    def let_time_pass(self, hours: float) -> None:
        self.clock.move(hours=hours)

    @rule(stage=st.integers(0, 2), count=st.integers(1, 3), how=HOW)
    def work(self, stage: int, count: int, how: Any) -> None:
        self.loop.run(self.way.work(self.way.routes[stage], count, how))

    @rule(stream=st.sampled_from([POSTS, READINGS]))
    def repeat(self, stream: Any) -> None:
        self.loop.run(self.way.repeat(stream))

    @rule(account=st.sampled_from(["anna", "ben"]))
    def forget(self, account: str) -> None:
        self.forgotten.add(account)
        self.loop.run(self.way.forget(account))

    @rule()
    def wipe_the_bus(self) -> None:
        self.loop.run(self.way.wipe())

    def teardown(self) -> None:
        with self.loop:
            try:
                self.loop.run(self._heal())
                self._compare()
            finally:
                self.loop.run(self.way.close())

    async def _heal(self) -> None:
        """Nothing goes wrong any more; whatever runs goes on running."""
        for _ in range(2):
            await self.way.order_again()
            await self.way.listen(self.shown.values(), sorted(self.untold))
            await self.way.drain()

    def _compare(self) -> None:
        keys = Keys.open(self.way.settings.keys_path)
        texts = {one.native_id: one.text for one in self.shown.values() if one.account not in self.forgotten}
        expected = {keys.post_id(SOURCE, name): text for name, text in texts.items()}
        rows = self.writer.query("SELECT id, text FROM readings FINAL WHERE kept").result_rows
        assert len(rows) == len(expected) and dict(rows) == expected
        originals = self.writer.query("SELECT DISTINCT native_id FROM originals").result_rows
        assert {row[0] for row in originals} == set(texts)
        ledger = Ledger.open(self.way.settings.ledgers, SOURCE)
        assert {name for name in NAMES if ledger.find(name)} == set(texts)
        ledger.close()
        assert self.loop.run(self.way.waiting(REJECTED)) == 0


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A store of this module's own."""
    server = StoreServer(tmp_path_factory.mktemp("store"))
    server.start()
    client = connect(server.settings, "writer")
    for table in TABLES:
        client.command(f"ALTER TABLE {table} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0")
    yield client
    server.stop()


def test_whatever_happens_on_the_way_the_store_holds_what_the_source_shows(writer: Client, tmp_path: Path) -> None:
    Listening.folder, Listening.writer = tmp_path, writer
    with impatient():
        run_state_machine_as_test(Listening, settings=rounds(examples=25, steps=20))
