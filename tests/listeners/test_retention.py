"""Ledgers keep nothing longer than the installation does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from listeners.ledger import Ledger, path_of
from listeners.retention import keep_retention, sweep
from soundings.settings import Settings
from tests.listeners.kit import NOON, Clock
from tests.listeners.test_status import row


def test_old_rows_leave_every_ledger(settings: Settings) -> None:
    old = NOON - timedelta(days=settings.retention_days, seconds=1)
    for source in ("feeds", "files"):
        ledger = Ledger.open(settings.ledgers, source)
        ledger.commit([row("1", source), replace(row("2", source), collected_at=old)])
    assert sweep(settings, NOON) == 2
    assert sweep(settings, NOON) == 0


def test_a_damaged_ledger_does_not_stop_the_others(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    Ledger.open(settings.ledgers, "files").commit(
        [replace(row("2", "files"), collected_at=NOON - timedelta(days=9999))]
    )
    path_of(settings.ledgers, "broken").write_bytes(b"no database" * 100)
    assert sweep(settings, NOON) == 1
    assert "broken" in caplog.text


async def test_it_goes_on_every_day(settings: Settings) -> None:
    pauses: list[float] = []

    async def twice(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep_retention(settings, Clock(), twice)
    assert pauses == [86400.0, 86400.0]
