"""What a ledger remembers of orders to remove: which there were, and on which bus they were given (invariant R2).

A bus that is wiped forgets orders that nobody had taken yet, and who is to be forgotten. The ledger does not, so they
are given again on the new one. Hashes only. Knows nothing of the bus but what it is called.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Removed:
    """A post that is not to come back."""

    post_id: str
    at: datetime


@dataclass(frozen=True)
class BlockedAccount:
    """Someone who is to be forgotten for ever: the hash of the account, and its voices as they were known then."""

    account: str
    voices: tuple[str, ...]
    at: datetime


class Orders:
    """The orders in one ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def removed(self) -> list[Removed]:
        """Every post that was removed and is still remembered."""
        return [Removed(post_id, _instant(at)) for post_id, at in self._sql.execute("SELECT * FROM removed")]

    def block(self, account: str, voices: Iterable[str], at: datetime) -> None:
        """Remember for ever who is to be forgotten."""
        values = (account, json.dumps(sorted(voices)), _number(at))
        self._sql.execute("INSERT OR REPLACE INTO blocked VALUES (?, ?, ?)", values)

    def blocked(self) -> list[BlockedAccount]:
        """Everyone who is to be forgotten."""
        rows = self._sql.execute("SELECT account, voices, blocked_at FROM blocked")
        return [BlockedAccount(account, tuple(json.loads(voices)), _instant(at)) for account, voices, at in rows]

    def bus(self) -> str:
        """On which bus all of them were given; empty when that is not known."""
        row = self._sql.execute("SELECT bus FROM ordered_on").fetchone()
        return row[0] if row else ""

    def given_on(self, bus: str) -> None:
        """All of them were given on this bus."""
        self._sql.execute("INSERT OR REPLACE INTO ordered_on VALUES (1, ?)", (bus,))


def _number(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def _instant(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)
