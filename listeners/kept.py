"""What rejects keep of one source's items, by the id of the post that they would be: so that what is taken back, or
came in after all, goes from there too (invariants R2, R3).

Reads on in the stream as it grows, so that each of many removals costs one question. Knows nothing of accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from listeners.rejected_lines import native_ids
from listeners.rejected_stream import read, remove
from soundings.bus import Bus, persist
from soundings.messages import Reject
from soundings.streams import REJECTED


class KeptItems:
    """The rejects of one source. `post_id`: the post id of a native id."""

    def __init__(self, bus: Bus, source: str, post_id: Callable[[str], str]) -> None:
        self._bus, self._source, self._post_id = bus, source, post_id
        self._numbers: dict[str, set[int]] = defaultdict(set)
        self._stream, self._read_to = "", 0
        self.dropped = 0
        """Rejects that went."""

    async def drop(self, post_ids: Iterable[str]) -> None:
        """Remove what is kept of these posts; the server writes over it."""
        await self.remove(await self.of(post_ids))

    async def of(self, post_ids: Iterable[str]) -> set[int]:
        """The numbers of what is kept of these posts now: what is rejected later is not among them."""
        post_ids = set(post_ids)
        if not post_ids:
            return set()
        await persist("reading what was rejected", self._read_on)
        return {number for post_id in post_ids for number in self._numbers.get(post_id, ())}

    async def remove(self, numbers: Iterable[int]) -> None:
        """Remove these and no others."""
        self.dropped += sum([await remove(self._bus, number) for number in sorted(numbers)])

    async def _read_on(self) -> None:
        info = await self._bus.jetstream.stream_info(REJECTED.name)
        if str(info.created) != self._stream:  # another bus: its numbers begin anew
            self._stream, self._read_to = str(info.created), 0
            self._numbers.clear()
        if info.state.last_seq <= self._read_to:
            return
        async for number, reject in read(self._bus, self._source, self._read_to):
            for name in names_of(reject, self._post_id):
                self._numbers[name].add(number)
        self._read_to = info.state.last_seq


def names_of(reject: Reject, post_id: Callable[[str], str]) -> set[str]:
    """The post ids that what a reject keeps can be of. None for a notice: it is an order itself, and holds no text."""
    if reject.notice:
        return set()
    return {reject.ref, *(post_id(native_id) for native_id in native_ids(reject))}
