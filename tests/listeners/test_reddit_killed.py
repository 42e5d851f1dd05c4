"""The listening stage as a process of its own, killed while it publishes: nothing is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from listeners.ledger import Ledger
from soundings.bus import Bus
from soundings.settings import Settings
from soundings.streams import POSTS
from tests.listeners.kit import notices, posts
from tests.listeners.reddit_far_side import RedditFarSide
from tests.waiting import until

pytestmark = pytest.mark.servers

COUNCIL = """
[area]
names = ["Penmarrow"]

[sources.reddit]
enabled = true
purpose = "To hear what residents ask."
approved = true
approval_reference = "R-17"
contact_account = "PenmarrowCouncil"
interval_seconds = 20
api = "{url}"
login = "{url}"

[[sources.reddit.subreddits]]
name = "Penmarrow"
local = true
"""


class Stage:
    """The process."""

    def __init__(self, settings: Settings, council: str) -> None:
        settings.home.mkdir(parents=True, exist_ok=True)
        settings.council_path.write_text(council)
        ours = {"SOUNDINGS_HOME": str(settings.home), "SOUNDINGS_NATS_URL": str(settings.nats_url)}
        self._environment = {**os.environ, **ours}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen([sys.executable, "-m", "listeners.service"], env=self._environment)

    def stop(self, how: signal.Signals) -> None:
        """Stop it, if it runs."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


@pytest.fixture
def stage(bus_settings: Settings, reddit: RedditFarSide) -> Iterator[Stage]:
    one = Stage(bus_settings, COUNCIL.format(url=reddit.url))
    yield one
    one.stop(signal.SIGKILL)


@pytest.mark.timeout(400)
async def test_killed_while_it_publishes(bus: Bus, bus_settings: Settings, reddit: RedditFarSide, stage: Stage) -> None:
    now = datetime.now(UTC)
    for start in (0, 220):
        for number in range(start, start + 220):
            reddit.comment(f"Answer {number}", author=f"person_{number}", at=now - timedelta(minutes=600 - number))
        heard = await bus.client.subscribe(POSTS.subjects)
        stage.start()
        await heard.next_msg(timeout=150)  # it is at work: others are on their way
        stage.stop(signal.SIGKILL)
        await heard.unsubscribe()
    stage.start()
    reddit.delete(reddit.places["penmarrow"].listed["t1"][0])  # the newest, where it may have ended
    last = reddit.comment("The last answer", at=datetime.now(UTC))
    ledger = await asyncio.to_thread(Ledger.open, bus_settings.ledgers, "reddit")
    await until(lambda: ledger.find(last) is not None and ledger.count() >= 440, 150)
    await asyncio.to_thread(stage.stop, signal.SIGTERM)
    ledger.close()
    found = await posts(bus)
    texts = {post.id: post.text for post in found}
    assert {f"Answer {number}" for number in range(439)} <= set(texts.values())
    assert len(texts) == len(set(texts.values())), "what came twice came under one id"
    assert len({(post.id, post.happened_at) for post in found}) == len(texts)
    assert not [notice for notice in await notices(bus) if notice.type == "gap"]
