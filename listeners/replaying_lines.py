"""Sends rejected lines of an officer's own file again: through the very code of the import, with its options.

A line that is taken leaves `rejected`; one that fails again stays, once, with the new reason and the day on which it
was first rejected. Nothing newer is ever overwritten. Knows nothing of the bus but by the outlet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from listeners.fields import Dates
from listeners.files import Bad, ImportFile, Item
from listeners.lines import Line, raw_of
from listeners.outlet import Outlet
from listeners.posting import content_of, is_older
from listeners.rejected_stream import Kept
from soundings.errors import PostFailed
from soundings.messages import Imported

Tell = Callable[[str, Kept, str], None]
"""What became of it, which one, and why (empty when it was taken)."""


@dataclass(frozen=True)
class Changed:
    """How an officer wants the lines to be read this time, where it is otherwise than before."""

    timezone: str = ""
    day_first: bool = False
    no_dates: bool = False

    def on(self, how: Imported) -> Imported:
        """The options of the import with these changes."""
        return how.model_copy(
            update={
                "timezone": self.timezone or how.timezone,
                "day_first": self.day_first or how.day_first,
                "no_dates": self.no_dates or how.no_dates,
            }
        )


async def replay_lines(outlet: Outlet, lines: Sequence[Kept], changed: Changed, tell: Tell) -> list[Kept]:
    """Take what can be taken. Returns the rejects that may go, once the bus has acknowledged it all."""
    done = [kept for kept in sorted(lines, key=_order) if await _one(outlet, kept, changed, tell)]
    await outlet.flush({})
    return done


def _order(kept: Kept) -> tuple[object, ...]:
    return kept.reject.at, kept.reject.file, _number(kept), kept.number


def _number(kept: Kept) -> int:
    name = kept.reject.ref.removeprefix("line ")
    return int(name) if name.isdigit() else 0


async def _one(outlet: Outlet, kept: Kept, changed: Changed, tell: Tell) -> bool:
    reject, raw = kept.reject, raw_of(kept.reject)
    assert reject.imported
    assert raw is not None
    how, line = changed.on(reject.imported), Line(_number(kept), raw, reject.file)
    dates = Dates(ZoneInfo(how.timezone) if how.timezone else None, how.day_first, how.no_dates)
    try:
        outcome = await _take(outlet, ImportFile(Path(reject.file), how.form, dates).again(line, how.header))
    except PostFailed as error:
        if (str(error), how) != (reject.reason, reject.imported):
            await outlet.reject(line.reject(reject.source, str(error), reject.at, how), instead_of=kept)
        tell("rejected", kept, str(error))
        return False
    tell(outcome, kept, "")
    return True


async def _take(outlet: Outlet, entry: Item | Bad) -> str:
    if isinstance(entry, Bad):
        raise PostFailed(entry.reason)
    native = entry.native
    if entry.deleted:
        return "removed" if await outlet.retract(native.native_id, "removed by the imported file") else "not held"
    held = outlet.held(native.native_id)
    if held and native.edited_at is None and held.content != content_of(native) and not is_older(native, held):
        # it may have come in since, from a mended file: without a date nobody can say which of the two is newer
        raise PostFailed("another text is held under its id; an edit needs `updated_at`")
    return await outlet.take(native)
