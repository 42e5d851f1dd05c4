"""A post that breaks its stage is found and rejected alone, and all beside it are stored (invariants R1, R3).

Real processes on the real bus: they die, hang, eat memory and are started again by the real supervisor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from listeners import rejected
from soundings.bus import Bus, connect
from soundings.delivery import TRIES
from soundings.envelopes import encode, seal
from soundings.messages import Gap, Post, Reject, Retraction
from soundings.settings import Settings
from soundings.streams import ALL, NOTICES, POSTS, REJECTED
from tests.factories import NOON, make_post, post_id
from tests.poison import WORD
from tests.servers import NatsServer
from tests.stages import NLP, STORE, Stages

pytestmark = [pytest.mark.service, pytest.mark.long, pytest.mark.timeout(400)]

COUNT = 200
SURVIVED = ("raise", "memory")
"""What a reader survives; of all else the process dies."""


@pytest.fixture
def stages(tmp_path: Path) -> Iterator[Stages]:
    server = NatsServer(tmp_path / "nats")
    server.start()
    settings = Settings(home=tmp_path / "home", nats_url=server.url)
    with Stages(settings) as running:
        yield running
    server.stop()


def posts(poison: dict[int, str], count: int = COUNT, name: str = "p") -> list[Post]:
    """As many posts; at these places one that breaks."""
    texts = [f"The bins of number {number} again" for number in range(count)]
    return [
        make_post(f"{name}{number}", text=f"{text} {WORD}{poison[number]}" if number in poison else text)
        for number, text in enumerate(texts)
    ]


def publish(settings: Settings, sent: Sequence[Post]) -> None:
    async def put(bus: Bus) -> None:
        for envelope in seal(encode(post) for post in sent):
            await bus.publish(POSTS, POSTS.subject("files", envelope.count), envelope)

    on_the_bus(settings, put)


def on_the_bus(settings: Settings, what: object) -> None:
    async def go() -> None:
        async with connect(settings, "test") as bus:
            await what(bus)  # type: ignore[operator]

    asyncio.run(go())


def messages(settings: Settings) -> dict[str, int]:
    found: dict[str, int] = {}

    async def look(bus: Bus) -> None:
        for stream in ALL:
            found[stream.name] = (await bus.jetstream.stream_info(stream.name)).state.messages

    on_the_bus(settings, look)
    return found


def drained(settings: Settings) -> bool:
    return not any(count for name, count in messages(settings).items() if name != REJECTED.name)


def rejects(settings: Settings) -> list[Reject]:
    return asyncio.run(rejected.run(settings))


def ids(sent: Sequence[Post], without: Sequence[int] = ()) -> set[str]:
    return {post.id for number, post in enumerate(sent) if number not in without}


@pytest.mark.parametrize("poison", ["raise", "memory", "kill", "segfault"])
def test_one_that_breaks_the_reader_is_rejected_alone(stages: Stages, poison: str) -> None:
    sent = posts({100: poison})
    publish(stages.settings, sent)
    stages.add("store", STORE)
    nlp = stages.add("nlp", NLP)
    stages.wait(lambda: len(stages.stored()) == COUNT - 1, f"199 posts beside '{poison}'")
    stages.wait(lambda: drained(stages.settings), "the bus to drain")
    assert stages.stored() == ids(sent, [100])
    (reject,) = rejects(stages.settings)
    assert (reject.ref, reject.stage) == (sent[100].id, "nlp")
    assert nlp.restarts == (0 if poison in SURVIVED else 2 + TRIES), "one life for all together"
    assert reject.post == sent[100], "of an officer's own import it is kept, to be sent again"


@pytest.mark.parametrize("poison", ["hang", "hang and never let go"])
def test_one_that_hangs_the_reader_is_rejected_alone(stages: Stages, poison: str) -> None:
    sent = posts({11: poison}, 20)
    publish(stages.settings, sent)
    stages.add("store", STORE)
    nlp = stages.add("nlp", NLP, TEST_PATIENCE="6")
    stages.wait(lambda: len(stages.stored()) == 19 and drained(stages.settings), f"19 posts beside '{poison}'")
    assert stages.stored() == ids(sent, [11])
    (reject,) = rejects(stages.settings)
    assert "stopping the process" in reject.reason and reject.ref == sent[11].id
    assert nlp.restarts >= 2 + TRIES, "on a busy machine another one may also take too long once"


def test_three_in_one_envelope(stages: Stages) -> None:
    poison = {0: "kill", 17: "exit", 199: "segfault"}
    sent = posts(poison)
    publish(stages.settings, sent)
    stages.add("store", STORE)
    nlp = stages.add("nlp", NLP)
    stages.wait(lambda: len(stages.stored()) == COUNT - 3, "197 posts beside three")
    stages.wait(lambda: drained(stages.settings), "the bus to drain")
    assert stages.stored() == ids(sent, list(poison))
    assert {reject.ref for reject in rejects(stages.settings)} == {sent[number].id for number in poison}
    assert nlp.restarts == 2 + 3 * TRIES


def test_two_workers_on_one_consumer(stages: Stages) -> None:
    """Either may be given the envelope that killed the other; the other envelopes go on meanwhile."""
    batches = [posts({number: "kill"} if number == 3 else {}, name=f"b{number}-") for number in range(6)]
    for batch in batches:
        publish(stages.settings, batch)
    sent = [post for batch in batches for post in batch]
    bad = batches[3][3].id
    stages.add("store", STORE)
    workers = [stages.add("nlp", NLP), stages.add("nlp-2", NLP)]
    stages.wait(lambda: len(stages.stored()) == len(sent) - 1, "all but one of 1,200")
    stages.wait(lambda: drained(stages.settings), "the bus to drain")
    assert stages.stored() == ids(sent) - {bad}
    assert [reject.ref for reject in rejects(stages.settings)] == [bad]
    assert sum(worker.restarts for worker in workers) == 2 + TRIES


def test_one_that_kills_the_store(stages: Stages) -> None:
    """The reader passes over what only the store's handler meets."""
    sent = posts({42: "kill"})
    sent[7] = make_post("p7", text="a date that the archive refuses", happened_at=NOON.replace(year=1800))
    publish(stages.settings, sent)
    store = stages.add("store", STORE)
    stages.add("nlp", ("-m", "soundings", "run", "nlp"))
    stages.wait(lambda: len(stages.stored()) == COUNT - 2 and drained(stages.settings), "198 posts beside two")
    assert stages.stored() == ids(sent, [7, 42])
    reasons = {reject.ref: reject.reason for reject in rejects(stages.settings)}
    assert set(reasons) == {sent[7].id, sent[42].id}
    assert "1900 to 2299" in reasons[sent[7].id] and "stopping the process" in reasons[sent[42].id]
    assert store.restarts == 2 + TRIES


def test_a_notice_that_kills_the_store(stages: Stages) -> None:
    """Other removals are carried out, also those of its own envelope; it is kept, to be sent again."""
    sent = posts({}, 20)
    publish(stages.settings, sent)
    store = stages.add("store", STORE)
    stages.add("nlp", NLP)
    stages.wait(lambda: len(stages.stored()) == 20, "20 posts")
    orders = [
        Retraction(source="files", post_id=post_id(f"p{number}"), reason=reason, observed_at=NOON)
        for number, reason in ((1, "gone"), (2, f"{WORD}kill"), (3, "gone"))
    ]

    async def put(bus: Bus) -> None:
        for envelope in seal(encode(notice) for notice in [*orders, Gap(source="files", start=NOON, why="away")]):
            await bus.publish(NOTICES, NOTICES.subject("files", envelope.count), envelope)

    on_the_bus(stages.settings, put)
    stages.wait(lambda: rejects(stages.settings) and drained(stages.settings), "the notice to be rejected")
    assert stages.stored() == ids(sent, [1, 3])
    (reject,) = rejects(stages.settings)
    assert (reject.stage, reject.notice) == ("store", orders[1])
    assert store.restarts == 2 + TRIES
