"""The one gap of X that is open: told when it begins, kept in the checkpoint, and ended when all is heard again.

Knows nothing of why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from listeners.outlet import Outlet

Save = Callable[[], Awaitable[None]]
"""Saves the checkpoint: before a gap is told, or after a crash nobody would end it; and after, or it is told again."""


class Gaps:
    """`before`: as the last run's checkpoint has it."""

    def __init__(self, outlet: Outlet, before: Mapping[str, Any] | None) -> None:
        self._outlet = outlet
        self.state: dict[str, Any] | None = dict(before) if before else None

    @property
    def lost(self) -> bool:
        """Whether what falls into the open gap is not asked for afterwards."""
        return bool(self.state and self.state["lost"])

    async def open(self, since: datetime, why: str, save: Save, lost: bool = False) -> None:
        """Tell it, or why it lasts, unless that is told already."""
        if self.state and self.state["why"] == why and self.state["said"]:
            return
        start = datetime.fromisoformat(self.state["since"]) if self.state else since
        self.state = {"since": start.isoformat(), "lost": lost or self.lost, "why": why, "said": False}
        await save()
        await self._outlet.notices.gap(start, None, why)
        self.state["said"] = True
        await save()

    async def close(self, at: datetime, save: Save) -> None:
        """All is heard again, from this instant on."""
        if not self.state:
            return
        start = datetime.fromisoformat(self.state["since"])
        said = f"what was said meanwhile was {'not asked for' if self.lost else 'asked for afterwards'}"
        await self._outlet.notices.gap(start, max(start, at), f"{self.state['why'].rstrip('.')}; {said}")
        self.state = None
        await save()
