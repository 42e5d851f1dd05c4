"""Any interleaving of posts, repeats, edits, re-readings, orders, expiry, crashes, sweeps and restarts leaves what a
plain dictionary has: compared over every question, the table itself and the originals (invariants R1 and R2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from soundings.messages import Reading, Retraction, RetractionKind
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.decisions import correct_label
from store.expiring import expire
from store.migrate import keep_for
from store.retractions import Registrar
from tests.depth import rounds
from tests.factories import make_reading, post_id, voice
from tests.store.conftest import truncate
from tests.store.dying import Died, DyingClient
from tests.store.plain import PlainStore, covers
from tests.store.serving import RETENTION, StoreServer

pytestmark = [pytest.mark.servers, pytest.mark.timeout(3600)]

TODAY = datetime.now(UTC).replace(microsecond=0)
EVER = q.Window(TODAY - timedelta(days=501), TODAY + timedelta(days=2))
UTC_ZONE = ZoneInfo("UTC")
WRITERS = {"a": "anna", "b": "anna", "c": "ben", "d": "carys"}
SOURCES = {"a": "files", "b": "files", "c": "files", "d": "feeds"}
HAPPENED = [TODAY - timedelta(days=days) for days in (500, 40, 1, 0)]
COLLECTED = [TODAY - timedelta(days=days) for days in (400, 300, 200, 100, 1)]
TERMS = [350, 250, 150, 50]
"""Retentions in days between which a post collected at one of those instants passes out of its time."""


def reading(name: str, happened: datetime, collected: datetime, version: int, again: int) -> Reading:
    return make_reading(
        name, source=SOURCES[name], voice=voice(WRITERS[name]), happened_at=happened, collected_at=collected,
        version=version, reading_version=again, text=f"words {name} {version} {again}",
    )  # fmt: skip


READINGS = st.builds(
    reading, st.sampled_from(sorted(WRITERS)), st.sampled_from(HAPPENED), st.sampled_from(COLLECTED),
    st.integers(0, 3), st.integers(0, 2),
)  # fmt: skip
BATCHES = st.lists(READINGS, min_size=1, max_size=5)
NAMED = st.one_of(
    st.sampled_from(sorted(WRITERS)).map(lambda name: (SOURCES[name], {"post_id": post_id(name, SOURCES[name])})),
    st.sampled_from([("files", "anna"), ("files", "ben"), ("feeds", "carys"), ("feeds", "anna")]).map(
        lambda who: (who[0], {"voices": (voice(who[1]), voice(f"{who[1]} of another quarter"))})
    ),
)
ORDERS = st.builds(
    lambda named, kind, observed: Retraction(
        source=named[0], kind=kind, observed_at=observed, reason="x", **named[1]
    ),
    NAMED, st.sampled_from(list(RetractionKind)), st.sampled_from(COLLECTED),
)  # fmt: skip
DEATHS = st.tuples(st.integers(0, 4), st.booleans())
"""After how many writes, and whether half of an insert was taken."""


class Store(RuleBasedStateMachine):
    """The real store and the plain one, told the same."""

    server: StoreServer
    writer: Client
    reader: Client
    officer: Client

    def __init__(self) -> None:
        super().__init__()
        self.plain = PlainStore(TODAY - timedelta(days=RETENTION))
        self.days, self.restarts = RETENTION, 0
        self.owed: list[Sequence[Reading] | Retraction] = []
        """What a death left half done, and the bus will bring again."""

    @initialize()
    def empty(self) -> None:
        truncate(self.writer)
        keep_for(self.writer, RETENTION)

    @rule(batch=BATCHES)
    def take(self, batch: list[Reading]) -> None:
        Archive(self.writer).take(batch)
        self.plain.take(batch)

    @rule(order=ORDERS)
    def retract(self, order: Retraction) -> None:
        Registrar(self.writer, self.server.settings.receipts).retract([order])
        self.plain.retract([order])

    @rule(batch=BATCHES, death=DEATHS)
    def die_taking(self, batch: list[Reading], death: tuple[int, bool]) -> None:
        client: Any = DyingClient(self.writer, *death)
        try:
            Archive(client).take(batch)
            self.plain.take(batch)
        except Died:
            self.plain.take(batch, only=client.inserted.get("readings", []))
            self.owed.append(batch)

    @rule(order=ORDERS, death=DEATHS)
    def die_retracting(self, order: Retraction, death: tuple[int, bool]) -> None:
        client: Any = DyingClient(self.writer, *death)
        try:
            Registrar(client, self.server.settings.receipts).retract([order])
            self.plain.retract([order])
        except Died:
            self.owed.append(order)
            left = {row[0] for row in self.writer.query("SELECT id FROM readings").result_rows}
            if "tombstones" in client.inserted:
                self.plain.orders.append(order)
            held = self.plain.held  # each post that it names is there or is gone: a half obeyed order promises no more
            self.plain.held = {name: one for name, one in held.items() if name in left or not covers(order, one)}

    @precondition(lambda self: self.owed)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        owed = self.owed.pop(data.draw(st.integers(0, len(self.owed) - 1)))
        if isinstance(owed, Retraction):
            self.retract(owed)
        else:
            self.take(owed)

    @precondition(lambda self: self.days > TERMS[-1])
    @rule(data=st.data())
    def let_time_pass(self, data: st.DataObject) -> None:
        self.days = data.draw(st.sampled_from([days for days in TERMS if days < self.days]))
        keep_for(self.writer, self.days)
        self.plain.expire(TODAY - timedelta(days=self.days))

    @rule(name=st.sampled_from(sorted(WRITERS)), value=st.sampled_from(["roads", "parks"]))
    def decide(self, name: str, value: str) -> None:
        post = post_id(name, SOURCES[name])
        correct_label(self.officer, "Bea", post, "topic", value, TODAY)
        self.plain.decisions.append((post, "topic", value))

    @rule()
    def sweep(self) -> None:
        expire(self.writer, TODAY, self.days)
        for table in ("readings", "originals", "tombstones"):
            self.writer.command(f"OPTIMIZE TABLE {table} FINAL")
        rows = self.writer.query("SELECT count() FROM readings").result_rows[0][0]
        assert rows == len(self.plain.held), "an old version or an expired row is on the disk after a sweep"

    @precondition(lambda self: self.restarts == 0)
    @rule(killed=st.booleans())
    def restart(self, killed: bool) -> None:
        self.restarts += 1
        self.server.kill() if killed else self.server.stop()
        self.server.start()
        keep_for(self.writer, self.days)  # it started with its own

    @invariant()
    def the_tables_are_equal(self) -> None:
        rows = self.writer.query(
            "SELECT id, text, happened_at, collected_at, version, reading_version FROM readings FINAL WHERE kept"
        ).result_rows
        assert sorted(rows) == sorted(self.plain.rows)
        originals, orders = self._originals(), [owed for owed in self.owed if isinstance(owed, Retraction)]
        half_gone = {name for name, one in self.plain.held.items() if any(covers(order, one) for order in orders)}
        assert originals >= set(self.plain.held) - half_gone
        if not self.owed:
            assert originals == set(self.plain.held)

    def _originals(self) -> set[str]:
        cutoff = int((TODAY - timedelta(days=self.days)).timestamp() * 1000)
        rows = self.writer.query(
            f"SELECT DISTINCT id FROM originals WHERE collected_at > fromUnixTimestamp64Milli({cutoff})"
        ).result_rows
        return {row[0] for row in rows}

    def teardown(self) -> None:
        for owed in self.owed:
            if isinstance(owed, Retraction):
                self.retract(owed)
            else:
                self.take(owed)
        self.owed.clear()
        self.the_tables_are_equal()
        self._the_answers_are_equal()
        self.sweep()
        self.the_tables_are_equal()
        keep_for(self.writer, RETENTION)

    def _the_answers_are_equal(self) -> None:
        reader, held = self.reader, self.plain.held
        texts = {(one.post.id, one.post.text) for one in held.values()}
        assert {(view.id, view.text) for view in q.newest(reader)} == texts
        assert {(view.id, view.text) for view in q.posts(reader, EVER.start, EVER.end)} == texts
        assert {(view.id, view.text) for view in q.search(reader, "words").posts} == texts
        assert {one.source: (one.posts, one.voices) for one in q.sources(reader)} == self.plain.sources
        counts = {
            q.totals(reader).stored, q.mood(reader, EVER).posts, q.search(reader, "words").total,
            q.summary(reader, EVER).now.posts, q.freshness(reader, TODAY).stored,
            sum(one.posts for one in q.topics(reader, EVER)), sum(one.posts for one in q.acts(reader, EVER)),
            sum(one.posts for one in q.readers(reader)), sum(one.posts for one in q.mood_by_topic(reader, EVER)),
            sum(one.posts for one in q.volume(reader, EVER, "day", UTC_ZONE)),
            q.count_newer(reader, q.ALL, q.Mark(EVER.start, "")),
        }  # fmt: skip
        assert counts == {len(held)}
        self._decisions_are_there()

    def _decisions_are_there(self) -> None:
        """What officers said of a post goes with it: of sources that nobody took back from, all of it is there."""
        decided = Counter(self.writer.query("SELECT post_id, field, value FROM decisions").result_rows)
        taken_back = {order.source for order in self.plain.orders}
        stays = Counter(one for one in self.plain.decisions if one[0].partition(":")[0] not in taken_back)
        assert stays <= decided <= Counter(self.plain.decisions)


def test_any_order_of_events_leaves_what_a_dictionary_has(
    store_server: StoreServer, writer: Client, reader: Client, officer: Client
) -> None:
    Store.server, Store.writer, Store.reader, Store.officer = store_server, writer, reader, officer
    run_state_machine_as_test(Store, settings=rounds(examples=20, steps=15))
