"""The key file, and the keyed hashes that stand for people and posts (invariant R4).

The id key never rotates: with it a post is found again. A voice key belongs to one quarter and lives as long as raw
text of that quarter can: the file notes the day on which each was last used, so that this is known whatever else is
lost (docs/decisions/0015-when-its-time-is-over.md). Knows nothing of posts: it hashes what it is given.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soundings.errors import BadInput
from soundings.files import locked, remove_remains, write_private

HEX = 32
"""Hex digits of a hash: 128 bits."""
SPARE = timedelta(days=2)
"""How long a key outlives the last text under it: the days that the two sweeps of text may take."""


def quarter(instant: datetime) -> str:
    """The quarter of an instant in UTC, such as `2026Q4`."""
    moment = instant.astimezone(UTC)
    return f"{moment.year:04d}Q{(moment.month + 2) // 3}"


def _digest(key: str, *parts: str) -> str:
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(bytes.fromhex(key), message, hashlib.sha256).hexdigest()[:HEX]


@dataclass
class Keys:
    """The keys of one installation. Make it with `Keys.open`."""

    path: Path
    id_key: str
    bus_key: str
    voice_keys: dict[str, str] = field(default_factory=dict)
    last_used: dict[str, str] = field(default_factory=dict)
    """Quarter -> the last day (UTC) on which a text was collected under its key."""

    @classmethod
    def open(cls, path: Path) -> Keys:
        """Read the key file, making one the first time. Raises BadInput when it is damaged."""
        with locked(path):
            if not path.exists():
                keys = cls(path, secrets.token_hex(32), secrets.token_hex(32))
                keys._write()
                return keys
            return cls._read(path)

    @classmethod
    def _read(cls, path: Path) -> Keys:
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            voice_keys = {str(name): str(key) for name, key in stored["voice_keys"].items()}
            last_used = {str(name): str(day) for name, day in stored.get("last_used", {}).items()}
            return cls(path, str(stored["id_key"]), str(stored["bus_key"]), voice_keys, last_used)
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BadInput(
                f"The key file {path} is damaged. Without it posts cannot be found again: restore it from your backup."
            ) from None

    def _write(self) -> None:
        stored = {
            "id_key": self.id_key, "bus_key": self.bus_key, "voice_keys": self.voice_keys, "last_used": self.last_used
        }  # fmt: skip
        remove_remains(self.path)
        write_private(self.path, json.dumps(stored, indent=1) + "\n")

    def post_id(self, source: str, native_id: str) -> str:
        """`source:` and 32 hex digits; the native id cannot be had back from it."""
        return f"{source}:{_digest(self.id_key, source, native_id)}"

    def account(self, source: str, account: str) -> str:
        """A hash of an account that never rotates: for the orders to forget, and for nothing else."""
        return _digest(self.id_key, "account", source, account.casefold())

    def voice(self, source: str, account: str, at: datetime, collected_at: datetime) -> str:
        """The pseudonym of an account within the quarter of `at`; empty when nobody is named.

        That its key is needed for what is collected now is in the file before the pseudonym is in anyone's hands.
        """
        if not account:
            return ""
        return _digest(self._voice_key(quarter(at), _day(collected_at)), source, account.casefold())

    def living_voices(self, source: str, account: str) -> tuple[str, ...]:
        """The pseudonym of an account under every key that still lives."""
        self._adopt(self._read(self.path))
        return tuple(_digest(key, source, account.casefold()) for key in self.voice_keys.values())

    def retire(self, now: datetime, retention: timedelta, in_use: Collection[str]) -> list[str]:
        """Destroy the voice keys of quarters that are over and of which no text can be left. Returns their names.

        `in_use`: the quarters of which something is still known to be held.
        """
        with locked(self.path):
            remove_remains(self.path)  # what a killed process left holds keys too
            stored = self._read(self.path)
            before = dict(stored.last_used)
            for name in stored.voice_keys:
                stored.last_used.setdefault(name, _day(now))  # a file from before days were noted: counted from today
            oldest = _day(now - retention - SPARE)
            over = [
                name
                for name in stored.voice_keys
                if name < quarter(now) and name not in in_use and stored.last_used[name] < oldest
            ]
            for name in over:
                del stored.voice_keys[name], stored.last_used[name]
            if stored.last_used != before:
                stored._write()
            self._adopt(stored)
        return over

    def _voice_key(self, name: str, day: str) -> str:
        # What is noted for today cannot have been destroyed meanwhile. All else is looked up: the key in memory may be
        # one that another process destroyed, and a voice under it could never be found again.
        if name not in self.voice_keys or self.last_used.get(name, "") < day:
            with locked(self.path):
                stored = self._read(self.path)
                stored.voice_keys.setdefault(name, secrets.token_hex(32))
                stored.last_used[name] = max(day, stored.last_used.get(name, ""))
                stored._write()
                self._adopt(stored)  # only now: a key that is not on the disk must never be used
        return self.voice_keys[name]

    def _adopt(self, stored: Keys) -> None:
        self.voice_keys, self.last_used = stored.voice_keys, stored.last_used


def _day(instant: datetime) -> str:
    return instant.astimezone(UTC).date().isoformat()
