"""What officers corrected is on the bus as the store has it: gathered, bounded, numbered, and gone with its post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from soundings import guidance
from soundings.bus import Bus
from soundings.guidance import NUMBERS, Correction, Guidance
from soundings.messages import Retraction
from store import teaching
from store.archive import Archive
from store.clickhouse import Client
from store.decisions import correct_label, correct_topics
from store.migrate import keep_for
from store.retractions import Registrar
from store.teaching import Teaching, gather, is_still
from tests.factories import NOON, make_reading, make_understanding, post_id
from tests.store.serving import RETENTION, StoreServer

pytestmark = pytest.mark.servers


def hold(writer: Client, *names: str, version: int = 1, reading_version: int = 1, reader: str = "trained 4") -> None:
    """Posts that a model has read: the first numbers of each embedding tell the post and its version."""
    for name in names:
        understood = make_understanding(embedding=(int(name), -version, *[7] * 382), reader=reader)
        Archive(writer).take(
            [make_reading(name, version=version, reading_version=reading_version, understood=understood)]
        )


def correct(officer: Client, name: str, *topics: str, minutes: int = 0) -> None:
    correct_topics(officer, "Bea", post_id(name), topics, NOON + timedelta(minutes=minutes))


def remove(writer: Client, server: StoreServer, name: str) -> None:
    gone = Retraction(source="files", post_id=post_id(name), reason="x", observed_at=NOON)
    Registrar(writer, server.settings.receipts).retract([gone])


def taught(corrections: tuple[Correction, ...]) -> dict[tuple[int, int], list[str]]:
    """(post, version) -> topics."""
    found: dict[tuple[int, int], list[str]] = {}
    for one in corrections:
        numbers = memoryview(one.embedding).cast("b")
        found.setdefault((numbers[0], -numbers[1]), []).append(one.slug)
    return found


class Told:
    """A store's job over the real bus."""

    def __init__(self, bus: Bus, writer: Client) -> None:
        self.bus, self.writer, self.now = bus, writer, 0.0
        self.start()

    def start(self) -> None:
        self.job = Teaching(self.bus, self.writer, lambda: self.now)

    async def look(self) -> Guidance | None:
        """What is on the bus after a look."""
        await self.job.look()
        value = await guidance.read(self.bus)
        return guidance.decode(value) if value is not None else None

    async def read(self) -> Guidance:
        found = await self.look()
        assert found
        return found


@pytest.fixture
def told(bus: Bus, writer: Client) -> Iterator[Told]:
    yield Told(bus, writer)
    keep_for(writer, RETENTION)


def test_each_post_teaches_what_the_latest_word_says(writer: Client, officer: Client) -> None:
    hold(writer, "1", "2", "3")
    correct(officer, "1", "roads")
    correct(officer, "1", "parks", "roads", minutes=1)
    correct(officer, "2", "parks")
    correct(officer, "2", minutes=1)
    assert taught(gather(writer).corrections) == {(1, 1): ["parks", "roads"]}


def test_what_no_model_read_teaches_nothing(writer: Client, officer: Client) -> None:
    Archive(writer).take([make_reading("1")])  # by words alone, as Welsh is
    correct(officer, "1", "roads")
    assert gather(writer).corrections == ()


def test_a_value_that_is_no_topic_teaches_nothing(writer: Client, officer: Client) -> None:
    hold(writer, "1")
    correct_label(officer, "Bea", post_id("1"), "topic", "it's; \\ 'bins'", NOON)
    assert gather(writer).corrections == ()


def test_of_too_many_the_newest_teach(writer: Client, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [str(number) for number in range(1, 8)]
    hold(writer, *names)
    for minutes, name in enumerate(names):
        correct(officer, name, "roads", minutes=minutes)
    monkeypatch.setattr(teaching, "MOST", 3)
    assert set(taught(gather(writer).corrections)) == {(5, 1), (6, 1), (7, 1)}
    monkeypatch.setattr(teaching, "MOST_BYTES", 2 * 384)
    assert set(taught(gather(writer).corrections)) == {(6, 1), (7, 1)}


def test_a_look_notices_what_changed_and_nothing_else(
    writer: Client, officer: Client, store_server: StoreServer
) -> None:
    hold(writer, "1", "2", "3")
    for name in ("1", "2"):
        correct(officer, name, "roads")
    gathered = gather(writer)
    hold(writer, "4")
    correct_label(officer, "Bea", post_id("3"), "mood", "neutral", NOON)
    assert is_still(writer, gathered)
    remove(writer, store_server, "3")
    assert is_still(writer, gathered), "another post was removed"
    remove(writer, store_server, "1")
    assert not is_still(writer, gathered)


async def test_it_is_told_when_it_changes_and_not_else(told: Told, writer: Client, officer: Client) -> None:
    assert await told.look() is None, "nobody corrected anything"
    hold(writer, "1", "2")
    correct(officer, "1", "roads")
    first = await told.read()
    assert (taught(first.corrections), first.number) == ({(1, 1): ["roads"]}, 2)
    before = await guidance.mark(told.bus)
    assert await told.look() == first
    told.start()
    assert await told.look() == first, "after a start the same is not told again"
    assert await guidance.mark(told.bus) == before
    correct(officer, "2", "parks")
    assert (await told.read()).number == 3


async def test_a_removed_post_leaves_the_bus(
    told: Told, writer: Client, officer: Client, store_server: StoreServer
) -> None:
    hold(writer, "1", "2")
    for name in ("1", "2"):
        correct(officer, name, "roads")
    assert len((await told.read()).corrections) == 2
    remove(writer, store_server, "1")
    assert taught((await told.read()).corrections) == {(2, 1): ["roads"]}
    remove(writer, store_server, "2")
    last = await told.read()
    assert last.corrections == ()
    assert last.number > 3


async def test_an_edited_post_teaches_by_its_new_text_alone(told: Told, writer: Client, officer: Client) -> None:
    hold(writer, "1")
    correct(officer, "1", "roads")
    await told.read()
    hold(writer, "1", version=2)
    assert taught((await told.read()).corrections) == {(1, 2): ["roads"]}


async def test_a_post_whose_time_is_over_leaves_the_bus(told: Told, writer: Client, officer: Client) -> None:
    hold(writer, "1")
    correct(officer, "1", "roads")
    await told.read()
    keep_for(writer, -10_000)
    assert (await told.read()).corrections == ()


async def test_a_hidden_post_that_returns_teaches_again_within_the_hour(
    told: Told, writer: Client, officer: Client
) -> None:
    correct(officer, "1", "roads")
    assert await told.look() is None
    hold(writer, "1")
    assert await told.look() is None
    told.now += teaching.WHOLE
    assert len((await told.read()).corrections) == 1


@pytest.mark.parametrize("choice", [0, 325])
async def test_no_number_comes_twice_although_the_bus_was_lost(
    told: Told, writer: Client, officer: Client, choice: int
) -> None:
    """Readings of 17 are there: what is read next must go before them, with or without a choice of models."""
    hold(writer, "1", reading_version=3 * NUMBERS + 17 + choice)
    correct(officer, "1", "roads")
    first = (await told.read()).number
    assert first == 18 + choice
    await told.bus.jetstream.delete_stream(guidance.STREAM)
    hold(writer, "2", reading_version=3 * NUMBERS + first + choice)
    assert (await told.read()).number == first + choice + 1


async def test_a_choice_of_models_does_not_make_numbers_run_away(told: Told, writer: Client, officer: Client) -> None:
    choice = 325
    numbers: list[int] = []
    for name in ("1", "2", "3", "4"):
        hold(writer, name, reading_version=3 * NUMBERS + (numbers[-1] + choice if numbers else 0))
        correct(officer, name, "roads")
        numbers.append((await told.read()).number)
    assert numbers == [1, 2, 3, 4]


async def test_a_number_stays_where_a_choice_still_fits_above_it(told: Told, writer: Client, officer: Client) -> None:
    hold(writer, "1", reading_version=3 * NUMBERS + NUMBERS - 1)
    correct(officer, "1", "roads")
    assert (await told.read()).number == NUMBERS // 2 - 1


async def test_a_post_whose_feeling_a_named_model_judged_teaches_by_its_reader(
    told: Told, writer: Client, officer: Client
) -> None:
    hold(writer, "1", reader=f"trained 4 + {'owner/' + 'long-' * 30}@4ba3d4463bd1")
    correct(officer, "1", "roads")
    assert [one.reader for one in (await told.read()).corrections] == ["trained 4"]


async def test_what_cannot_be_told_stops_nothing_and_leaves_nothing_of_a_removed_post(
    told: Told, writer: Client, officer: Client, store_server: StoreServer, caplog: pytest.LogCaptureFixture
) -> None:
    hold(writer, "1")
    hold(writer, "2", reader="r" * 100)
    correct(officer, "1", "roads")
    assert len((await told.read()).corrections) == 1
    correct(officer, "2", "roads")
    assert (await told.read()).corrections == ()
    assert "cannot be told" in caplog.text
    remove(writer, store_server, "2")
    assert taught((await told.read()).corrections) == {(1, 1): ["roads"]}


async def test_only_posts_that_teach_are_watched(
    writer: Client, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(writer, "1", "2", "3")
    for minutes, name in enumerate(("1", "2", "3")):
        correct(officer, name, "roads", minutes=minutes)
    correct(officer, "2", minutes=5)
    monkeypatch.setattr(teaching, "MOST", 1)
    assert [mark.id for mark in gather(writer).taught] == [post_id("3")]


@pytest.mark.parametrize("value", [b"nonsense", b'{"schema": 9}\n'])
async def test_what_cannot_be_read_leaves_the_bus_although_nothing_is_to_teach(told: Told, value: bytes) -> None:
    await guidance.write(told.bus, value)
    assert (await told.read()).corrections == ()


async def test_readers_are_told_to_unlearn_after_the_bus_was_lost(
    told: Told, writer: Client, officer: Client, store_server: StoreServer
) -> None:
    hold(writer, "1", "2", reading_version=3 * NUMBERS + 17)
    correct(officer, "1", "roads")
    await told.read()
    await told.bus.jetstream.delete_stream(guidance.STREAM)
    remove(writer, store_server, "1")
    found = await told.read()
    assert (found.corrections, found.number) == ((), 18)


@pytest.mark.parametrize("value", [b"", b"nonsense", b'{"schema": 9}\n'])
async def test_what_cannot_be_read_is_told_anew(told: Told, writer: Client, officer: Client, value: bytes) -> None:
    hold(writer, "1")
    correct(officer, "1", "roads")
    await guidance.write(told.bus, value)
    assert len((await told.read()).corrections) == 1
