"""Takes one imported file to the outlet: counts, rejects line by line, keeps going (invariant R3).

Knows nothing of the command line: what it has to say it returns or gives to `tell`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from listeners.files import Bad, ImportFile, Item
from listeners.lines import Line
from listeners.outlet import Outcome, Outlet
from listeners.posting import content_of
from listeners.seen import Seen
from soundings.errors import BadInput, PostFailed

WRONG_FILE = 20
"""When none of so many first lines can be read, this is another file than was meant."""
TOGETHER = 50
"""Rejects that are on their way to the bus at a time."""
NAMED = 10
"""Rejects that are named at the end."""


class Intake:
    """One file on its way."""

    def __init__(
        self,
        file: ImportFile,
        outlet: Outlet,
        clock: Callable[[], datetime],
        keep_going: bool = False,
        purpose: str = "",
    ) -> None:
        self._file, self._outlet, self._clock, self._keep_going = file, outlet, clock, keep_going
        self._purpose = purpose
        self.counts: Counter[str] = Counter()
        self.lines = 0
        self.rejected: list[tuple[int, str]] = []
        """The first few: line number and reason."""
        self._bad: list[Bad] = []
        self._read_one = keep_going
        self._seen = Seen()

    async def run(self, tell: Callable[[int], None]) -> None:
        """Take the whole file. `tell` is given the lines so far. Raises BadInput for a wrong file."""
        before = self._outlet.counts.copy()
        try:
            for entry in self._file.items():
                self.lines += 1
                await self._take(entry)
                tell(self.lines)
            await self._send_bad()
            await self._outlet.flush({})
            self.counts.update(self._outlet.counts - before)  # only now: a writer may be blocked up to the last moment
        finally:
            self._seen.close()

    async def _take(self, entry: Item | Bad) -> None:
        if isinstance(entry, Item):
            self._read_one = True
            await self._item(entry)
            return
        await self._refuse(entry.line, entry.reason)
        if not self._read_one and self.lines >= WRONG_FILE:
            raise BadInput(
                f"{self._file.name}: none of the first {WRONG_FILE} lines can be read. {self._why()} "
                "Nothing of it was imported. To import what can be read of such a file, add `--keep-going`."
            )

    def _why(self) -> str:
        number, reason = self.rejected[0]
        same = len({reason for _, reason in self.rejected}) == 1
        return f"From line {number} on: {reason}." if same else f"Line {number}: {reason}. It may be the wrong file."

    async def _item(self, item: Item) -> None:
        if item.deleted:
            gone = await self._outlet.retract(item.native.native_id, "removed by the imported file")
            self.counts["removed" if gone else "not held"] += 1
            return
        content = content_of(item.native)
        before = self._seen.other_text(item.native.native_id, content)
        if before is not None and item.native.edited_at is None:
            await self._refuse(
                item.line, f"it uses the id of line {before} with another text; an edit needs `updated_at`"
            )
            return
        try:
            if await self._outlet.take(item.native) is not Outcome.OLDER:
                self._seen.note(item.native.native_id, content, item.line.number)
        except PostFailed as error:
            await self._refuse(item.line, str(error))

    async def _refuse(self, line: Line, reason: str) -> None:
        self.counts[Outcome.REJECTED] += 1
        if len(self.rejected) < NAMED:
            self.rejected.append((line.number, reason))
        self._bad.append(Bad(line, reason))
        if self._read_one and len(self._bad) >= TOGETHER:  # before that it may still be the wrong file
            await self._send_bad()

    async def _send_bad(self) -> None:
        bad, self._bad = self._bad, []
        source, now, how = self._outlet.source, self._clock(), self._file.how(self._purpose)
        await asyncio.gather(*(self._outlet.reject(one.line.reject(source, one.reason, now, how)) for one in bad))
