"""Whatever a server sends is heard, passed over or rejected, and ends nothing. No network, no bus."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import Any, cast
from unittest.mock import AsyncMock, Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listeners.mastodon_events import Said
from listeners.mastodon_hearing import REMEMBERED, Hearing
from listeners.mastodon_posts import Seen
from listeners.outlet import Outlet
from tests.listeners.kit import COUNCIL, Clock
from tests.listeners.mastodon_far_side import status
from tests.listeners.test_mastodon_posts import JSON

SEEN = Seen("social.example", "social.example", True)
QUICK = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)


def outlet() -> Mock:
    """One that holds nothing."""

    @asynccontextmanager
    async def still() -> Any:
        yield

    found = Mock(source="mastodon", offer=AsyncMock(), reject=AsyncMock(), retract=AsyncMock(), still=still)
    found.held.return_value = None
    found.notices = Mock(silence=AsyncMock(), speak_again=AsyncMock())
    found.notices.has_opted_out.return_value = False
    return found


def hearing(out: Mock) -> Hearing:
    """What is under test."""
    return Hearing(cast(Outlet, out), COUNCIL, Clock())


def ended(out: Mock) -> int:
    """How many were rejected, and how many were not."""
    return int(out.reject.await_count + out.passed.call_count)


@QUICK
@given(st.sampled_from(["update", "status.update", "delete", "other", ""]), JSON.map(json.dumps) | st.text(max_size=30))
async def test_any_event_has_one_end(name: str, data: str) -> None:
    out = outlet()
    await hearing(out).event(Said(name, data), SEEN)
    assert ended(out) == 1


@QUICK
@given(st.dictionaries(st.sampled_from(sorted(status(1, "x"))), JSON))
async def test_any_status_has_one_end(odd: dict[str, Any]) -> None:
    out = outlet()
    await hearing(out).status(status(1, "Bins") | odd, SEEN)
    assert ended(out) == 1


@pytest.mark.parametrize("data", ["115", '"115"', "01F8MHGQ7Z", "9xKQvRyd3lTk", '"01F8MHGQ7Z" '])
async def test_a_removal_is_heard_whatever_a_servers_ids_are(data: str) -> None:
    out = outlet()
    out.held.return_value = Mock()
    await hearing(out).event(Said("delete", data), SEEN)
    out.retract.assert_awaited_once_with(f"social.example/{data.strip(' ').strip(chr(34))}", "removed by its author")


async def test_what_was_removed_a_moment_ago_does_not_come_from_an_older_page() -> None:
    out = outlet()
    heard, one = hearing(out), status(1, "Bins")
    await heard.event(Said("delete", one["id"]), SEEN)
    await heard.status(one, SEEN)
    assert out.offer.await_count == 0
    for number in range(REMEMBERED):
        await heard.event(Said("delete", str(number + 1)), SEEN)
    await heard.status(one, SEEN)
    assert out.offer.await_count == 1, "and is forgotten in the end: the memory is bounded"
