"""What tests of listeners share: the log that a command sets up for a whole process, and the far side of Bluesky."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.listeners.jetstream import Jetstream
from tests.listeners.kit import Clock
from tests.listeners.reddit_far_side import RedditFarSide
from tests.listeners.web import Web


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
async def jetstream(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Jetstream]:
    """A Jetstream on loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with Jetstream() as server:
        yield server


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on loopback, such as the AppView's."""
    server = Web()
    yield server
    server.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that a test moves."""
    return Clock()


@pytest.fixture
def reddit(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedditFarSide]:
    """A Reddit on loopback, and a council's key for it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SOUNDINGS_REDDIT_CLIENT_ID", "an-id")
    monkeypatch.setenv("SOUNDINGS_REDDIT_CLIENT_SECRET", "a-secret")
    server = RedditFarSide()
    yield server
    server.close()
