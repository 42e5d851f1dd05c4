"""What officers corrected, gathered for the readers and put on the bus whenever it has changed.

Only posts that are shown teach: with a post that is removed, edited or past its time goes what was made of its text.
The shape on the bus is `soundings/guidance.py`. Knows nothing of what is learnt from it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from array import array
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from soundings import guidance
from soundings.bus import Bus, persist
from soundings.guidance import MOST, NUMBERS, Correction, Guidance, Unreadable
from soundings.tasks import in_thread
from soundings.words import own_reader
from store.answers import Mark
from store.clickhouse import Client
from store.corrected import WORDS
from store.decisions import SLUG
from store.filters import Condition
from store.finding import marks, whole
from store.rows import ask

log = logging.getLogger("store")

LOOK = 5.0
"""Seconds between two looks."""
WHOLE = 3600.0
"""Seconds until all is gathered anew although nothing seems changed: a hidden post may have come back."""
LOOKED = 10_000
"""Posts that officers corrected, the newest words first, among which those that are shown are looked for."""
_SAID = f"SELECT post_id, word FROM ({WORDS}) ORDER BY said DESC, post_id LIMIT {LOOKED}"
MOST_BYTES = 800_000
"""Of embeddings in one message of the bus, which takes a megabyte."""
LAST = NUMBERS // 2 - 1
"""No number goes above it: a reading's version has the number of a choice of models added (`nlp/learning.py`)."""

Words = Sequence[tuple[str, str]]
"""Post ids and the slugs that an officer gave them, the newest first."""


@dataclass(frozen=True)
class Gathered:
    """What there is to teach, and what it was made of."""

    words: Words
    taught: Sequence[Mark]
    """The posts that teach."""
    versions: frozenset[tuple[str, int, int]]
    """Of those posts."""
    corrections: tuple[Correction, ...]


class Teaching:
    """The store's job."""

    def __init__(self, bus: Bus, client: Client, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bus, self._client, self._monotonic = bus, client, monotonic
        self._gathered: Gathered | None = None
        self._mark: tuple[str, int] | None = None
        """Of the bucket, as it was left."""
        self._whole_at = 0.0

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Tell whatever has changed, until cancelled."""
        while True:
            await persist("telling the readers what officers corrected", self.look)
            await sleep(LOOK)

    async def look(self) -> None:
        """Tell it if it has changed, or if the bus is another one. Raises OursFailed and what the bus raises."""
        if await self._is_told():
            return
        gathered = await in_thread(lambda: gather(self._client))
        await self._tell(gathered.corrections)
        self._gathered, self._mark = gathered, await guidance.mark(self._bus)
        self._whole_at = self._monotonic() + WHOLE

    async def _is_told(self) -> bool:
        gathered = self._gathered
        if gathered is None or self._monotonic() >= self._whole_at or await guidance.mark(self._bus) != self._mark:
            return False
        return await in_thread(lambda: is_still(self._client, gathered))

    async def _tell(self, corrections: tuple[Correction, ...]) -> None:
        value = await guidance.read(self._bus)
        known = _known(value)
        if known and known.corrections == corrections:
            return
        # Its own number is the last one; what readings say is greater where a choice of models is added to it. It is
        # asked for where there is none, as after the bus was lost: else older readings would go before newer ones.
        last = known.number if known else await in_thread(lambda: last_number(self._client))
        if value is None and not corrections and not last:
            return  # nobody ever learnt anything; else an empty value tells the readers to unlearn
        number = min(last + 1, LAST)
        try:
            told = guidance.encode(Guidance(number, corrections))
        except ValueError as error:  # a fault of ours; what is on the bus may be of a removed post, so nothing stays
            log.error("what officers corrected cannot be told, and nothing is told: %s", type(error).__name__)
            corrections, told = (), guidance.encode(Guidance(number, ()))
        await guidance.write(self._bus, told)
        log.info("%d corrections are told to the readers, as number %d", len(corrections), number)


def _known(value: bytes | None) -> Guidance | None:
    """What was told; None where nothing was, or nothing that can be read."""
    try:
        return guidance.decode(value) if value is not None else None
    except Unreadable as error:
        log.error("what was told to the readers is told anew: %s", error)
        return None


def gather(client: Client) -> Gathered:
    """What there is to teach: the newest corrections of posts that are shown and that a model has read."""
    words = said(client)
    where = Condition(f"id IN (SELECT post_id FROM ({_SAID}))", {})
    found = marks(client, where, f"ORDER BY happened_at DESC, id LIMIT {LOOKED}")
    rows = {row[0]: row[1:] for row in whole(client, "id, version, reading_version, reader, embedding", found)}
    # Named models judge the feeling alone: what a post means is by the reader itself, whatever signs with it.
    meant = {
        post_id: (own_reader(str(row[2])), array("b", row[3]).tobytes()) for post_id, row in rows.items() if row[2]
    }
    few = list(_few(_each(words, meant)))
    teach = {post_id for post_id, _ in few}
    return Gathered(
        words,
        [mark for mark in found if mark.id in teach],
        frozenset((post_id, rows[post_id][0], rows[post_id][1]) for post_id in teach),
        guidance.ordered(one for _, one in few),
    )


def said(client: Client) -> Words:
    """What officers said of posts, the newest words first."""
    return [(str(post_id), str(word)) for post_id, word in ask(client, _SAID)]


def is_still(client: Client, gathered: Gathered) -> bool:
    """Whether nothing was said since, and nothing that teaches removed, edited or read again.

    Cheap: each post is found by its key, and what teaches nothing is not looked for.
    """
    rows = whole(client, "id, version, reading_version", gathered.taught)
    return said(client) == gathered.words and {tuple(row) for row in rows} == gathered.versions


def last_number(client: Client) -> int:
    """At least the greatest number of guidance with which anything that is held was read: a choice may be added."""
    rows = ask(client, f"SELECT max(reading_version % {NUMBERS}) FROM readings")
    return int(rows[0][0]) if rows else 0


def _each(words: Words, meant: Mapping[str, tuple[str, bytes]]) -> Iterator[tuple[str, Correction]]:
    for post_id, word in words:
        reader, embedding = meant.get(post_id, ("", b""))
        if embedding:  # a model read it: no word list makes one
            for slug in filter(SLUG.fullmatch, word.split()):
                yield post_id, Correction(slug, reader, embedding)


def _few(corrections: Iterator[tuple[str, Correction]]) -> Iterator[tuple[str, Correction]]:
    """As many as fit into one message, the first of them, each with its post."""
    size = 0
    for (post_id, one), _ in zip(corrections, range(MOST), strict=False):
        size += len(one.embedding)
        if size > MOST_BYTES:
            return
        yield post_id, one
