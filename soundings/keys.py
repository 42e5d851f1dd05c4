"""The key file, and the keyed hashes that stand for people and posts (invariant R4).

The id key never rotates: with it a post is found again. A voice key belongs to one quarter and lives as long
as raw text of that quarter. Knows nothing of posts: it hashes what it is given.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from soundings.errors import BadInput
from soundings.files import locked, write_private

HEX = 32
"""Hex digits of a hash: 128 bits."""


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
            return cls(path, str(stored["id_key"]), str(stored["bus_key"]), voice_keys)
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            raise BadInput(
                f"The key file {path} is damaged. Without it posts cannot be found again: restore it from your backup."
            ) from None

    def _write(self) -> None:
        stored = {"id_key": self.id_key, "bus_key": self.bus_key, "voice_keys": self.voice_keys}
        write_private(self.path, json.dumps(stored, indent=1) + "\n")

    def post_id(self, source: str, native_id: str) -> str:
        """`source:` and 32 hex digits; the native id cannot be had back from it."""
        return f"{source}:{_digest(self.id_key, source, native_id)}"

    def account(self, source: str, account: str) -> str:
        """A hash of an account that never rotates: for the orders to forget, and for nothing else."""
        return _digest(self.id_key, "account", source, account.casefold())

    def voice(self, source: str, account: str, at: datetime) -> str:
        """The pseudonym of an account within the quarter of `at`; empty when nobody is named."""
        if not account:
            return ""
        return _digest(self._voice_key(quarter(at)), source, account.casefold())

    def living_voices(self, source: str, account: str) -> tuple[str, ...]:
        """The pseudonym of an account under every key that still lives."""
        self.voice_keys = self._read(self.path).voice_keys
        return tuple(_digest(key, source, account.casefold()) for key in self.voice_keys.values())

    def _voice_key(self, name: str) -> str:
        if name not in self.voice_keys:
            with locked(self.path):  # another listener may have made it since
                self.voice_keys = self._read(self.path).voice_keys
                if name not in self.voice_keys:
                    self.voice_keys[name] = secrets.token_hex(32)
                    self._write()
        return self.voice_keys[name]
