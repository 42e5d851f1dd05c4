"""Decides what each event of Bluesky's stream means for what is held: posts, edits, removals, accounts that leave.

Of hundreds of events a second hardly one concerns a council, so a cheap look comes first: does it name anything, is it
by or to an account of ours, does it answer what we hold. Knows nothing of connections and cursors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from listeners.accounts import Accounts
from listeners.area import AreaFinder
from listeners.bluesky_context import Context
from listeners.bluesky_events import Payload
from listeners.bluesky_posts import (
    ODD,
    POST,
    PROFILE,
    Place,
    answers,
    instant,
    is_silent,
    spoken_to,
    taken_at,
    to_native,
    words,
)
from listeners.bluesky_silence import Silence
from listeners.native import Native
from listeners.outlet import Outcome, Outlet
from listeners.posting import BY_OURS
from listeners.threads import LASTS
from soundings.council import CouncilFile
from soundings.errors import PostFailed
from soundings.messages import AuthorKind, RetractionKind
from soundings.rejects import make_reject

LEAVES: Mapping[str, tuple[RetractionKind, str]] = {
    "deleted": (RetractionKind.GONE, "its account was deleted"),
    "takendown": (RetractionKind.GONE, "its account was taken down"),
    "deactivated": (RetractionKind.HIDDEN, "its account is deactivated"),
    "suspended": (RetractionKind.HIDDEN, "its account is suspended"),
}
"""Status of an account that is not active -> what becomes of what we hold of it. No other says anything of posts."""


class Hearing:
    """What one source makes of the stream."""

    def __init__(
        self,
        outlet: Outlet,
        council_file: CouncilFile,
        silence: Silence,
        context: Context,
        clock: Callable[[], datetime],
    ) -> None:
        self._outlet, self._silence, self._context, self._clock = outlet, silence, context, clock
        accounts = list(Accounts.of(council_file, outlet.source))
        self._ours = {account.did for account in accounts if account.kind in BY_OURS} - {""}
        self._council = {account.did for account in accounts if account.kind is AuthorKind.COUNCIL} - {""}
        self._area = AreaFinder(council_file.area)

    async def take(self, event: Payload) -> None:
        """One event. Raises what is ours alone: the bus, the ledger, too many rejects."""
        try:
            await self._take(event)
        except (PostFailed, *ODD) as error:
            odd = type(error).__name__
            reason = str(error) if isinstance(error, PostFailed) else f"an event of the stream cannot be worked ({odd})"
            raw, ref = repr(event).encode("utf-8", "surrogatepass"), f"event {event.get('seq')}"
            await self._outlet.reject(make_reject("listeners", self._outlet.source, ref, reason, raw, self._clock()))
        else:
            self._outlet.passed()

    async def _take(self, event: Payload) -> None:
        account, collection = event.get("account"), event.get("collection")
        if isinstance(account, dict):
            await self._account(event["did"], account)
        elif collection == POST:
            await self._post(event)
        elif collection == PROFILE:
            await self._profile(event["did"], event.get("record") or {})

    async def _post(self, event: Payload) -> None:
        did, rkey, record = event["did"], event["rkey"], event.get("record")
        uri = f"at://{did}/{POST}/{rkey}"
        if event["operation"] == "delete":
            self._context.gone(uri)
            if self._outlet.held(uri):
                await self._outlet.retract(uri, "removed by its author")
            return
        if not isinstance(record, dict) or not self.may_concern(did, uri, event["operation"], record):
            return
        place = Place(did, rkey, instant(event["time"]) or self._clock(), taken_at(event["rev"]))
        await self._offer(to_native(place, record), uri)

    def may_concern(self, did: str, uri: str, operation: str, record: Mapping[str, Any]) -> bool:
        """Whether a post could be kept: what takes longer is done of these alone."""
        if did in self._ours:
            return True
        texts = list(words(record))
        if any(map(self._area.may_name, texts)) and self._area.find("\n".join(texts)):
            return True
        parent, root = answers(record)
        if self._council and not self._council.isdisjoint(spoken_to(record, parent)):
            return True
        if parent and self._outlet.threads.follows and any(map(self._outlet.held, {parent, root})):
            return True
        return operation == "update" and self._outlet.held(uri) is not None

    async def _offer(self, native: Native | None, uri: str) -> None:
        held = self._outlet.held(uri)
        if native is None:
            if held:
                await self._outlet.retract(uri, "its author took its words back")
            return
        if not held and native.created_at and native.event_at and native.event_at - native.created_at > LASTS:
            self._outlet.counts["written long before"] += 1  # an archive that was moved here: it is no news
            return
        if await self._silence.asked_by(native, hurry=True):
            native = replace(native, no_index=True)
        outcome = await self._outlet.offer(native)
        follows = native.reply_to and self._outlet.threads.follows
        if outcome is Outcome.NEW and follows and not self._outlet.held(native.reply_to):
            self._context.above(uri)

    async def _profile(self, did: str, record: Mapping[str, Any]) -> None:
        """A profile tells whether its owner wants to be read."""
        if await self._silence.told(did, is_silent(record)):
            self._context.gone(did)

    async def _account(self, did: str, account: Mapping[str, Any]) -> None:
        notices = self._outlet.notices
        if account.get("active") is True:
            self._context.is_there(did)
            if any(row.is_hidden or not row.stream for row in notices.held_of(did)):  # of strangers nothing is held
                async with self._outlet.still():
                    if await notices.shown_again(did):
                        self._context.came_back(notices.hashed(did))
        elif found := LEAVES.get(str(account.get("status"))):
            self._context.gone(did)
            async with self._outlet.still():
                if notices.held_of(did):  # of strangers nothing goes further
                    self._context.went(notices.hashed(did))
                    await notices.left(did, *found)
