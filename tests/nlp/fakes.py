"""A bus that keeps what it is given, and readers that misbehave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soundings.envelopes import READINGS, Envelope, unseal
from soundings.messages import Reading, Understanding
from soundings.streams import Stream
from tests.factories import make_understanding


class FakeBus:
    """Keeps envelopes."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, Envelope]] = []

    async def publish_surely(self, stream: Stream, subject: str, envelope: Envelope) -> Any:
        self.taken.append((stream.name, subject, envelope))

    @property
    def readings(self) -> list[Reading]:
        return [reading for _, _, envelope in self.taken for reading in unseal(envelope.body, READINGS).items]


class FakeReader:
    """Understands every text in the same way. A text with `breaks` in it raises that error."""

    name, version = "fake", 7

    def __init__(self, *, error: type[Exception] = ValueError, breaks: str = "BREAK", **understood: Any) -> None:
        self._error, self._breaks, self._understood = error, breaks, understood
        self.batches: list[list[str]] = []

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        self.batches.append(list(texts))
        if any(self._breaks in text for text in texts):
            raise self._error("the text is in this message and must not get out")
        return [make_understanding(**self._understood, reader="fake 7") for _ in texts]
