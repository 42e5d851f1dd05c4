"""Waiting for a condition with a deadline: never for a length of time. And pauses that are noted and do not last."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from soundings.bus import PAUSES


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30.0, every: float = 0.02) -> None:
    """Return as soon as the condition holds; fail with what was waited for when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(every)


async def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    """The same for a test that shares its event loop with what it waits for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def note_pauses(patched: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries from now on, none of which lasts: the length of an outage is told by them."""
    pauses: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds in PAUSES:
            pauses.append(seconds)
            seconds = 0.001
        await real(seconds)

    patched.setattr(asyncio, "sleep", sleep)
    return pauses
