"""What a listener says beside posts: retractions of what it holds, orders to forget, and gaps (stream `notices`).

What the ledger does not hold is retracted only for an officer, by a command or an imported file: a network's
deletions of strangers' posts go no further. The ledger's rows go after the PubAck. Knows nothing of why something is
to be removed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from listeners.kept import KeptItems
from listeners.ledger import HIDDEN, Held, Ledger
from listeners.telling import saved, tell, tell_again
from soundings.bus import Bus
from soundings.keys import Keys
from soundings.messages import Gap, Notice, Retraction, RetractionKind
from soundings.timekeeping import no_earlier

log = logging.getLogger("listeners")


class Notices:
    """Publishes one source's notices."""

    def __init__(self, source: str, bus: Bus, ledger: Ledger, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._source, self._bus, self._ledger, self._keys, self._clock = source, bus, ledger, keys, clock
        self.post_id = partial(keys.post_id, source)
        """The post id of a native id."""
        self.kept = KeptItems(bus, source, self.post_id)

    async def gone(self, rows: Iterable[Held], reason: str) -> None:
        """Order the removal of items that their platform or their author removed."""
        rows, now = list(rows), self._clock()
        await self._publish(
            [Retraction(source=self._source, post_id=row.post_id, reason=reason, observed_at=now) for row in rows]
        )
        await self._forget(rows, "forgetting removed posts")

    async def gone_unheld(self, post_id: str, reason: str) -> None:
        """The same for a post that the ledger does not hold: it may come later, or the ledger was lost."""
        order = Retraction(source=self._source, post_id=post_id, reason=reason, observed_at=self._clock())
        await self._publish([order])
        await saved("noting a removed post", lambda: self._ledger.remove([], [post_id], self._now()))

    async def blocked(self, account: str, reason: str) -> int:
        """Order the removal, for ever, of all that an account wrote here. Returns how many rows the ledger held."""
        hashed = self.hashed(account)
        rows = self._ledger.of_account(hashed)
        voices = tuple(sorted({*self._keys.living_voices(self._source, account), *(row.voice for row in rows)} - {""}))
        await self._publish(self._for_ever(hashed, voices, rows, reason))
        await self._forget(rows, "forgetting an account")
        return len(rows)

    def hashed(self, account: str) -> str:
        """The hash of an account as its platform names it."""
        return self._keys.account(self._source, account)

    def held_of(self, account: str) -> list[Held]:
        """All that the ledger holds of an account."""
        return self._ledger.of_account(self.hashed(account))

    async def left(self, account: str, kind: RetractionKind, reason: str) -> int:
        """Order the removal of all that an account wrote and that is held: its platform took the account away.

        `hidden`: its rows stay and are marked, so that nothing brings them in but the account's return.
        """
        rows, now = self.held_of(account), self._clock()
        voices = tuple(sorted({*self._keys.living_voices(self._source, account), *(row.voice for row in rows)} - {""}))
        order = partial(Retraction, source=self._source, kind=kind, reason=reason, observed_at=now)
        by_voice = [order(voices=voices)] if voices else []
        await self._publish([*by_voice, *(order(post_id=row.post_id) for row in rows)])
        if kind is RetractionKind.HIDDEN:
            await saved("hiding an account", lambda: self._mark(rows, HIDDEN))
        else:
            await self._forget(rows, "forgetting an account")
        return len(rows)

    async def shown_again(self, account: str) -> bool:
        """The platform shows an account again. Returns whether posts of it must come once more, with their texts."""
        rows = self.held_of(account)
        if hidden := [row for row in rows if row.is_hidden]:
            await saved("showing an account", lambda: self._mark(hidden, ""))  # as if they had never reached the bus
        return bool(hidden) or any(not row.stream for row in rows)

    def _mark(self, rows: Iterable[Held], stream: str) -> None:
        self._ledger.commit([replace(row, stream=stream) for row in rows])

    async def silence(self, account: str, reason: str) -> None:
        """Remove what is held of a writer who now asks not to be read, and take nothing more until they ask no more."""
        hashed, now = self.hashed(account), self._clock()
        await saved("noting who is not to be read", lambda: self._ledger.opt_out(hashed, now))
        await self.gone(self._ledger.of_account(hashed), reason)

    async def speak_again(self, account: str) -> None:
        """The writer asks no more not to be read. What was removed stays removed."""
        hashed = self.hashed(account)
        await saved("noting who may be read again", lambda: self._ledger.opt_out(hashed, None))

    def has_opted_out(self, account: str) -> bool:
        """Whether a writer is known to ask not to be read."""
        return self._ledger.has_opted_out(self.hashed(account))

    async def taken_back(self, rows: Iterable[Held], reason: str) -> None:
        """Order the removal, for ever, of posts on their way whose writer was blocked meanwhile, and of the voices."""
        rows = list(rows)
        for account in sorted({row.account for row in rows}):
            own = [row for row in rows if row.account == account]
            voices = tuple(sorted({row.voice for row in own} - {""}))
            await self._publish(self._for_ever(account, voices, own, reason))
        await self._forget(rows, "forgetting an account")

    def _for_ever(self, account: str, voices: tuple[str, ...], rows: list[Held], reason: str) -> list[Notice]:
        """By voice, and each post by its id too: a text of it may have come when its writer was not named."""
        whole = Retraction(
            source=self._source, voices=voices, account=account, kind=RetractionKind.BLOCKED, reason=reason,
            observed_at=self._clock(),
        )  # fmt: skip
        return [whole, *(whole.model_copy(update={"voices": (), "post_id": row.post_id}) for row in rows)]

    async def gap(self, start: datetime, end: datetime | None, why: str) -> None:
        """Say that this source may have spoken unheard. `why` names no one."""
        log.warning("%s: gap from %s: %s", self._source, start.isoformat(timespec="seconds"), why)
        await self._publish([Gap(source=self._source, start=start, end=end, why=why)])

    def names(self, row: Held) -> set[str]:
        """Every post id by which an item could come in again."""
        return {row.post_id, *map(self.post_id, row.aliases)}

    async def _forget(self, rows: Iterable[Held], what: str) -> None:
        rows, now = list(rows), self._now()
        natives, ids = [row.native_id for row in rows], {post_id for row in rows for post_id in self.names(row)}
        await self.kept.drop(ids)  # before the ledger forgets them: should we die here, it is done again
        await saved(what, lambda: self._ledger.remove(natives, ids, now))

    async def again(self) -> None:
        """Tell this bus what another one was told, should it be another."""
        await tell_again(self._bus, self._ledger, self._source, self._now())

    async def _publish(self, notices: list[Notice]) -> None:
        await tell(self._bus, self._ledger, self._source, notices, self._now())

    def _now(self) -> datetime:
        """By a clock that was set back, what is noted now would be forgotten early."""
        return no_earlier(self._keys.path.parent, self._clock())
