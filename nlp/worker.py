"""One worker of the stage: posts in, understood in one batch, readings out on the bus.

A post that breaks the reader is the post's failure. Knows nothing of how posts are read or delivered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from nlp.policy import allowed
from nlp.reader import Reader
from soundings.envelopes import Envelope, TooLong, encode, seal
from soundings.errors import OursFailed, PostFailed
from soundings.lacks import Lack
from soundings.messages import Post, Reading, Understanding
from soundings.patience import Patience
from soundings.streams import READINGS, Stream


class Publisher(Protocol):
    """The part of the bus that a worker uses."""

    async def publish_surely(self, stream: Stream, subject: str, envelope: Envelope) -> Any:
        """Publish until it is taken, however long that is."""


def as_read(understood: Understanding, _post: Post) -> Understanding:
    """What its words say, and nothing of what its source says beside them."""
    return understood


class Worker:
    """Reads posts with one reader, which may be replaced at any time. The same posts read by the same one again give
    the same envelopes."""

    def __init__(
        self, bus: Publisher, reader: Reader, placed: Callable[[Understanding, Post], Understanding] = as_read
    ) -> None:
        """`placed`: a pure function that adds what a post's point and hint say (`nlp.placing`)."""
        self._bus, self.reader, self._placed = bus, reader, placed

    async def work(self, posts: Sequence[Post]) -> list[Envelope]:
        """Understand all. Raises OursFailed, PostFailed for a post that no envelope can hold, and whatever a text made
        the reader raise: the delivery finds out which post it was."""
        return await asyncio.to_thread(self._sealed, posts)

    async def put(self, envelopes: Sequence[Envelope]) -> None:
        """Publish what `work` made."""
        for envelope in envelopes:
            await self._bus.publish_surely(READINGS, READINGS.subject(envelope.count), envelope)

    def _sealed(self, posts: Sequence[Post]) -> list[Envelope]:
        return list(seal([_encoded(reading) for reading in self._readings(posts)]))

    def _readings(self, posts: Sequence[Post]) -> list[Reading]:
        texts, reader = [heard(post) for post in posts], self.reader  # one for all: it may be replaced meanwhile
        try:
            understood = reader.read(texts)
        except MemoryError as error:
            if len(texts) == 1 and not self._has_room(len(texts[0])):
                raise OursFailed("the reader ran out of memory", Lack.MEMORY) from error
            raise  # of many it may be one; of one it is the post, for as many plain words have room
        except OSError as error:  # the machine's failure, whatever the text
            raise OursFailed(f"the reader could not work ({type(error).__name__})") from error
        return [
            Reading(post=post, understood=self._understood(one, post), reading_version=reader.version)
            for post, one in zip(posts, understood, strict=True)
        ]

    def _understood(self, one: Understanding, post: Post) -> Understanding:
        return allowed(self._placed(one, post), post.source)

    def _has_room(self, length: int) -> bool:
        """Whether a plain text of this length can be read now: then memory is not what is missing."""
        try:
            self.reader.read([("bins " * (length // 5 + 1))[:length]])
        except MemoryError:
            return False
        return True


def patience(count: int) -> Patience:
    """How long reading so many posts may take: a second each of processor time is some hundred times what is usual.

    What a reader loads when it is first asked is within it.
    """
    return Patience(busy=30.0 + count, wall=120.0 + count)


def heard(post: Post) -> str:
    """What is read of a post: its words, and the descriptions of its images."""
    return "\n".join([post.text, *post.alt])


def _encoded(reading: Reading) -> bytes:
    try:
        return encode(reading)
    except TooLong as error:
        raise PostFailed(f"with what was understood of it, {error}") from error
