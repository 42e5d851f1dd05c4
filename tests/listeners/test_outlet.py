"""The one way to the bus, against the real server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.js.api import PubAck

from listeners import blocked
from listeners.ledger import Held, Ledger
from listeners.lines import Line
from listeners.native import Native
from listeners.notices import Notices
from listeners.outlet import Outcome
from listeners.posting import Rules
from soundings import receipts
from soundings.bus import Bus
from soundings.envelopes import MAX_BYTES
from soundings.errors import PostFailed, TooManyRejects
from soundings.keys import Keys
from soundings.messages import Gap, Reject, Retraction, RetractionKind
from soundings.receipts import Receipt
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.streams import GUIDANCE, NOTICES, POSTS, Stream
from tests.listeners.kit import Clock, bodies, native, notices, outlet, posts, rejects

pytestmark = pytest.mark.servers


class Died(BaseException):
    """The process is gone."""


@contextmanager
def dies_before_it_remembers() -> Iterator[None]:
    """The process dies between the PubAck and the ledger."""
    commit = Ledger.commit

    def die(ledger: Ledger, rows: list[Held], *more: Any) -> None:
        if any(row.stream for row in rows):
            raise Died
        commit(ledger, rows, *more)

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Died):
        patched.setattr(Ledger, "commit", die)
        yield


async def test_posts_are_on_the_bus_before_the_ledger_says_so(bus: Bus, settings: Settings) -> None:
    """A death in between repeats the post, and never loses it."""
    clock = Clock()
    with dies_before_it_remembers():
        async with outlet(bus, settings, clock) as out:
            await out.offer(native())
            await out.flush({"cursor": 1})
    assert len(await posts(bus)) == 1
    clock.move(minutes=5)
    async with outlet(bus, settings, clock) as out:
        assert out.before is None and out.ledger.count() == 0
        assert await out.offer(native()) is Outcome.NEW
        await out.flush({"cursor": 1})
        assert out.ledger.count() == 1
    first, again = await posts(bus)
    assert (first.id, first.version, first.happened_at) == (again.id, again.version, again.happened_at)
    async with outlet(bus, settings, clock) as out:
        assert await out.offer(native()) is Outcome.SAME
        assert out.before is not None and out.before.state == {"cursor": 1}
    assert len(await posts(bus)) == 2


async def test_the_checkpoint_waits_for_the_bus(bus: Bus, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a source was is not remembered before the bus has what came until there."""
    publish = Bus.publish_surely

    async def publish_and_look(self: Bus, stream: Stream, *more: Any) -> PubAck:
        assert out.ledger.checkpoint() is None and out.ledger.count() == 0
        return await publish(self, stream, *more)

    monkeypatch.setattr(Bus, "publish_surely", publish_and_look)
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native())
        await out.flush({"cursor": 1})
        assert out.ledger.checkpoint() is not None and out.ledger.count() == 1


async def test_an_edit_after_a_death_gets_a_version_of_its_own(bus: Bus, settings: Settings) -> None:
    """Two texts of one version: the store would keep the one that came first."""
    clock = Clock()
    async with outlet(bus, settings, clock) as out:
        await out.offer(native())
    with dies_before_it_remembers():
        async with outlet(bus, settings, clock) as out:
            await out.offer(native(text="Bins, an edit"))
    async with outlet(bus, settings, clock) as out:
        assert await out.offer(native(text="Bins, another edit")) is Outcome.CHANGED
    versions = [post.version for post in await posts(bus)]
    assert versions == sorted(set(versions)) and len(versions) == 3


async def test_a_removal_finds_what_a_death_left_on_its_way(bus: Bus, settings: Settings) -> None:
    with dies_before_it_remembers():
        async with outlet(bus, settings, Clock()) as out:
            await out.offer(native("a", aliases=("7",)))
    async with outlet(bus, settings, Clock()) as out:
        assert await out.retract("7", "removed by its author")
        assert await out.offer(native("a")) is Outcome.REMOVED
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and order.post_id == (await posts(bus))[0].id


async def test_repeats_are_not_published_and_edits_are(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    async with outlet(bus, settings, clock) as out:
        assert await out.offer(native()) is Outcome.NEW
        assert await out.offer(native()) is Outcome.SAME
        await out.flush()
        assert await out.offer(native()) is Outcome.SAME
        assert await out.offer(native(text="Bins again")) is Outcome.CHANGED
        await out.flush()
        assert await out.offer(native(text="Bins again", created_at=clock() - timedelta(days=9))) is Outcome.SAME
    first, edit = await posts(bus)
    assert (first.text, edit.text) == ("Bins on Tolgarth Road", "Bins again") and edit.version == first.version + 1
    assert out.counts == {"new": 1, "same": 3, "changed": 1}


async def test_envelopes_keep_their_limits(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        for number in range(450):
            await out.offer(native(str(number)))
        for number in range(4):
            await out.offer(native(f"long {number}", text="x" * 200_000))
    messages = await bodies(bus, POSTS)
    assert all(len(message) <= MAX_BYTES for message in messages)
    assert len(await posts(bus)) == 454
    subject = (await bus.jetstream.get_msg(POSTS.name, 1)).subject
    assert subject == "posts.demo.200"


async def test_a_post_alone_does_not_wait_for_others(bus: Bus, settings: Settings) -> None:
    subscription = await bus.client.subscribe(POSTS.subjects)
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native())
        assert await subscription.next_msg(timeout=5)
        await subscription.unsubscribe()
        assert out.counts["new"] == 1


async def test_what_cannot_be_taken_is_rejected_without_its_text(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        assert await out.offer(native("a", text="secret " * 60_000)) is Outcome.REJECTED
        assert await out.offer(native("b", text="secret\0")) is Outcome.REJECTED
        with pytest.raises(PostFailed):
            await out.take(native("c", text=" "))
    found = await rejects(bus)
    assert {one.ref for one in found} == {Keys.open(settings.keys_path).post_id("demo", name) for name in "ab"}
    assert all(one.body == "" and "secret" not in one.model_dump_json() for one in found)
    assert any("longer than the 262,144" in one.reason for one in found)
    assert await posts(bus) == []


async def test_a_flood_of_rejects_stops_the_source(bus: Bus, settings: Settings) -> None:
    with pytest.raises(TooManyRejects):
        async with outlet(bus, settings, Clock(), limit=RejectLimit()) as out:
            for number in range(20):
                await out.offer(native(str(number), text="\0"))


async def test_another_bus_gets_everything_again(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    async with outlet(bus, settings, clock) as out:
        await out.offer(native(created_at=None))
        await out.flush({"cursor": 9})
        assert not out.rewound
    first = (await posts(bus))[0]
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    clock.move(days=3)
    async with outlet(bus, settings, clock) as out:
        assert out.rewound
        assert await out.offer(native(created_at=None)) is Outcome.SAME
        await out.flush({"cursor": 9})
        assert await out.offer(native(created_at=None)) is Outcome.SAME
    (again,) = await posts(bus)
    assert again == first, "a repeat is kept for as long as the text that the store has"
    row = out.ledger.find("1")
    assert row and (row.collected_at, row.last_checked) == (first.collected_at, clock())
    async with outlet(bus, settings, clock) as out:
        assert not out.rewound


async def test_replies_join_the_thread_that_we_hold(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("root", aliases=("server 1",)))
        await out.offer(native("reply", reply_to="server 1"))
        await out.flush()
        await out.offer(native("deeper", reply_to="reply"))
    root, reply, deeper = await posts(bus)
    assert reply.reply_to == reply.thread == root.id
    assert (deeper.reply_to, deeper.thread) == (reply.id, root.id)


@pytest.mark.parametrize("flushed", [True, False])
@pytest.mark.parametrize(
    ("first", "then"),
    [(native("1", aliases=("A",)), native("A")), (native("A"), native("1", aliases=("A",))),
     (native("1", aliases=("A",)), native("2", aliases=("A",)))],
)  # fmt: skip
async def test_an_edit_by_another_name_is_the_same_post(
    bus: Bus, settings: Settings, first: Native, then: Native, flushed: bool
) -> None:
    async with outlet(bus, settings, Clock()) as out:
        assert await out.offer(first) is Outcome.NEW
        if flushed:
            await out.flush()
        assert await out.offer(replace(then, text="an edit")) is Outcome.CHANGED
        await out.flush()
        assert out.ledger.count() == 1
        for name in ("A", *then.aliases, then.native_id):
            held = out.held(name)
            assert held is not None and held.post_id == (await posts(bus))[0].id
    found = await posts(bus)
    assert {post.id for post in found} == {found[0].id} and found[-1].text == "an edit"


@pytest.mark.parametrize("text", ["Bins on Tolgarth Road", "an edit"])
async def test_who_is_named_later_can_be_forgotten(bus: Bus, settings: Settings, text: str) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native(account=""))
        await out.flush()
        await out.offer(native(text=text))
        await out.flush()
        assert await out.offer(native(text=text)) is Outcome.SAME
        assert await out.notices.blocked("anna_of_weir", "asked to be forgotten") == 1
        assert await out.offer(native(text="once more", account="")) is Outcome.REMOVED
    by_voice, by_id = await notices(bus)
    assert isinstance(by_voice, Retraction) and isinstance(by_id, Retraction)
    assert by_id.post_id == (await posts(bus))[0].id and by_id.kind is by_voice.kind is RetractionKind.BLOCKED
    assert by_id.account == by_voice.account == Keys.open(settings.keys_path).account("demo", "anna_of_weir")


async def test_only_what_we_hold_is_retracted(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("a", aliases=("7",)))
        assert not await out.retract("a stranger's", "removed by its author")
        assert await out.retract("7", "removed by its author")
        assert not await out.retract("a", "removed by its author")
        assert out.ledger.count() == 0
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and order.kind is RetractionKind.GONE
    assert order.post_id == (await posts(bus))[0].id
    assert b"stranger" not in b"".join(await bodies(bus, NOTICES))


async def test_what_was_removed_does_not_come_in_again(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("a", aliases=("7",)))
        assert await out.retract("a", "removed by its author")
        for again in (native("a"), native("a", text="an edit"), native("7"), native("new name", aliases=("7",))):
            assert await out.offer(again) is Outcome.REMOVED
        assert await out.offer(native("b")) is Outcome.NEW
        await out.flush()
        assert out.ledger.count() == 1 and out.counts == {"new": 2, "removed before": 4}
    assert len(await posts(bus)) == 2


async def test_a_retraction_that_the_ledger_missed_is_repeated(
    bus: Bus, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("a"))
        await out.flush()
        with monkeypatch.context() as patched:
            patched.setattr(Notices, "_publish", _fails)
            with pytest.raises(RuntimeError):
                await out.retract("a", "removed by its author")
        assert out.ledger.count() == 1
        assert await out.retract("a", "removed by its author")


async def _fails(*_: object) -> None:
    raise RuntimeError("the bus went away for good")


async def test_who_asked_to_be_forgotten_is_not_heard_again(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    account = Keys.open(settings.keys_path).account("demo", "anna_of_weir")
    async with outlet(bus, settings, clock) as out:
        await out.offer(native("on its way"))
        await out.offer(native("on its way", text="and edited"))
        await blocked.write(bus, [account])
        await out.flush()
        assert +out.counts == {"blocked": 2}, "what was counted as new is not"
        assert await out.offer(native("later", account="@Anna_of_Weir")) is Outcome.BLOCKED
        assert await out.offer(native("other", account="bob")) is Outcome.NEW
    assert len(await posts(bus)) == 1 and out.ledger.count() == 1


async def test_a_bus_that_was_wiped_still_knows_who_is_to_be_forgotten(bus: Bus, settings: Settings) -> None:
    account = Keys.open(settings.keys_path).account("demo", "anna_of_weir")
    await blocked.write(bus, [account])
    async with outlet(bus, settings, Clock()) as out:
        assert await out.offer(native("1")) is Outcome.BLOCKED
        await bus.jetstream.delete_stream(f"KV_{GUIDANCE}")
        await bus.declare()
        await out.flush({})
        assert await out.offer(native("2")) is Outcome.BLOCKED
    assert await blocked.orders(bus) == {account}, "for the other listeners, and for the next start"


async def test_receipts_tell_a_new_bus_who_is_to_be_forgotten(bus: Bus, settings: Settings) -> None:
    order = Retraction(source="demo", voices=("a" * 32,), account="a" * 32, kind=RetractionKind.BLOCKED, reason="x",
                       observed_at=Clock()())  # fmt: skip
    hidden = order.model_copy(update={"account": "b" * 32, "kind": RetractionKind.HIDDEN})
    post = order.model_copy(update={"account": "", "voices": (), "post_id": "demo:" + "c" * 32})
    receipts.append(settings.receipts, [Receipt(order=one, taken_at=Clock()()) for one in (order, hidden, post)])
    for _ in range(2):
        await blocked.restore(bus, settings.receipts)
        assert await blocked.orders(bus) == {order.account}
    last = (await bus.jetstream.stream_info(f"KV_{GUIDANCE}")).state.last_seq
    assert last == 1, "what is known is not written again"


async def test_who_asks_while_a_post_is_on_its_way_is_taken_back(
    bus: Bus, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is written after the last look at the orders and before the ledger's commit."""
    account = Keys.open(settings.keys_path).account("demo", "anna_of_weir")
    publish = Bus.publish_surely

    async def publish_late(self: Bus, stream: Stream, *more: Any) -> PubAck:
        if stream is POSTS:
            await blocked.write(bus, [account])
        return await publish(self, stream, *more)

    monkeypatch.setattr(Bus, "publish_surely", publish_late)
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("hers"))
        await out.offer(native("another's", account="bob"))
        await out.flush({"cursor": 1})
        assert out.ledger.count() == 1 and out.ledger.find("hers") is None
        assert out.ledger.checkpoint() is not None
    hers = (await posts(bus))[0]
    by_voice, by_id = await notices(bus)
    assert isinstance(by_id, Retraction) and isinstance(by_voice, Retraction)
    assert by_id.kind is by_voice.kind is RetractionKind.BLOCKED
    assert (by_id.post_id, by_voice.voices) == (hers.id, (hers.voice,))


async def test_a_line_of_who_asks_while_it_is_rejected_is_not_kept(
    bus: Bus, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Keys.open(settings.keys_path).account("demo", "anna_of_weir")
    reject = Bus.reject

    async def reject_late(self: Bus, one: Reject) -> None:
        await blocked.write(bus, [account])
        await reject(self, one)

    monkeypatch.setattr(Bus, "reject", reject_late)
    async with outlet(bus, settings, Clock()) as out:
        await out.reject(Line(3, b"7,anna_of_weir,bins").reject("demo", "it has no date", Clock()()))
    (found,) = await rejects(bus)
    assert found.ref == "line 3" and found.body == "" and found.length == 19


async def test_who_starts_to_ask_not_to_be_read_is_removed(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("a"))
        await out.flush()
        assert await out.offer(native("a", text="changed", no_index=True)) is Outcome.ELSEWHERE
        assert out.ledger.count() == 0
    assert len(await notices(bus)) == 1


async def test_a_gap_is_told(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    async with outlet(bus, settings, clock) as out:
        await out.notices.gap(clock() - timedelta(hours=3), clock(), "Soundings was not running")
    (gap,) = await notices(bus)
    assert isinstance(gap, Gap) and gap.end is not None and gap.end - gap.start == timedelta(hours=3)


async def test_posts_from_elsewhere_are_left_out(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock(), rules=Rules()) as out:
        assert await out.offer(native("a", text="Nice weather")) is Outcome.ELSEWHERE
        assert await out.offer(native("b", text="Nice weather, @PenmarrowCouncil")) is Outcome.NEW
        assert await out.offer(native("c", text="Is it?", reply_to="a")) is Outcome.ELSEWHERE
        assert await out.offer(native("d", text="Is it?", reply_to="b")) is Outcome.NEW


async def test_no_name_leaves_the_room(
    bus: Bus, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """R4: a canary author is found in the ledger and in Post.original, and nowhere else."""
    caplog.set_level(logging.DEBUG)
    canary = native(
        "at://did:plc:canary77/post/1",
        account="canary77.example",
        author_name="Kanari Vogelsang",
        link="https://bsky.app/profile/canary77.example/post/1",
        text="Kanari Vogelsang here, @canary77.example",
        reply_to="at://did:plc:canary77/post/0",
        alt=("photo by canary77.example",),
        place_hint="at canary77.example's",
    )
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(canary)
        await out.flush()
        await out.offer(native("at://did:plc:canary77/post/2", account="canary77.example", text="\0 canary77"))
        await out.retract(canary.native_id, "removed by its author")
        await out.notices.blocked("canary77.example", "asked to be forgotten")
        await out.notices.gap(Clock()(), None, "the platform closed the connection")
    (post,) = await posts(bus)
    assert "canary77" in post.original.native_id
    said = post.model_copy(update={"original": None}).model_dump_json()
    said += "".join(notice.model_dump_json() for notice in await notices(bus))
    said += "".join(one.model_dump_json() for one in await rejects(bus))
    said += caplog.text
    for word in ("canary77", "Kanari", "Vogelsang", "did:plc"):
        assert word not in said
