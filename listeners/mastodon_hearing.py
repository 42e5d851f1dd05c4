"""Decides what statuses and events of Mastodon servers mean for what is held: posts, edits, removals, who is silent.

One post may come from several servers and by several streams: it is known by its `uri`, and each server's own id of it
is an alias in the ledger, so that a removal, which names that alone, finds it. Knows nothing of connections.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from listeners.accounts import Accounts
from listeners.mastodon_events import Said
from listeners.mastodon_posts import ODD, Seen, status_id, to_native
from listeners.native import Native
from listeners.outlet import Outlet
from listeners.posting import content_of
from listeners.telling import saved
from listeners.threads import LASTS
from soundings.council import CouncilFile
from soundings.errors import PostFailed
from soundings.rejects import make_reject

SILENT = "its author asks not to be read"
REMEMBERED = 5000
"""Removals that are kept in mind: a page that was asked for before one may still hold what it removed."""


class Hearing:
    """What one source makes of what its servers say."""

    def __init__(self, outlet: Outlet, council_file: CouncilFile, clock: Callable[[], datetime]) -> None:
        self._outlet, self._clock = outlet, clock
        self._listed = Accounts.of(council_file, outlet.source)
        self._gone: OrderedDict[str, None] = OrderedDict()

    async def event(self, said: Said, seen: Seen) -> str:
        """One event of a stream. Returns the id of the status that it brought, if any. Raises what is ours alone."""
        try:
            body = json.loads(said.data) if said.name in ("update", "status.update") else None
        except (ValueError, RecursionError):
            await self._reject("an event of the stream cannot be read", "event", said.data)
            return ""
        if said.name == "delete":
            await self._delete(seen.alias(said.data.strip().strip('"')))  # bare, and not everywhere a number
        elif body is not None:
            return await self.status(body, seen)
        self._outlet.passed()
        return ""

    async def status(self, status: Any, seen: Seen) -> str:
        """One status, from wherever. Returns its id on this server. Raises what is ours alone."""
        try:
            await self._status(status, seen)
            number = status_id(status.get("id"))
        except (PostFailed, *ODD) as error:
            odd = type(error).__name__
            reason = str(error) if isinstance(error, PostFailed) else f"an event of the stream cannot be worked ({odd})"
            await self._reject(reason, "event", repr(status))
            return ""
        self._outlet.passed()
        return number

    async def _status(self, status: Any, seen: Seen) -> None:
        native = to_native(status, seen)
        if native is None:
            await self._wordless(seen.alias(status.get("id")))
            return
        if any(name in self._gone for name in native.aliases):
            return
        listed = native.account and self._listed.find(native.account)
        if listed:
            native = replace(native, no_index=False)
        if native.account and await self._asks_not_to_be_read(native):
            return
        held = self._outlet.held(native.native_id)
        if not held and native.created_at and self._clock() - native.created_at > LASTS:
            return  # it came up again, or was moved here: it is no news
        if native.reply_to and not self._outlet.held(native.reply_to):
            native = replace(native, reply_to="")  # that server's own number of a post tells nobody else anything
        if not self._is_only_seen_otherwise(native):
            await self._outlet.offer(native)
        await self._name(native)

    async def _asks_not_to_be_read(self, native: Native) -> bool:
        """Each status says what its author wishes now. Of strangers nothing is noted."""
        notices = self._outlet.notices
        if not native.no_index:
            if notices.has_opted_out(native.account):
                await notices.speak_again(native.account)
            return False
        if not notices.has_opted_out(native.account):
            async with self._outlet.still():  # also what waits
                if notices.held_of(native.account):
                    await notices.silence(native.account, SILENT)
        return True

    def _is_only_seen_otherwise(self, native: Native) -> bool:
        """Whether this is what we hold, in the markup of another server: an edit has a later date."""
        held = self._outlet.held(native.native_id)
        if held is None or held.stream != self._outlet.same_bus.stream or held.content == content_of(native):
            return False
        edited = int(native.edited_at.timestamp() * 1000) if native.edited_at else 0
        return edited <= held.version

    async def _name(self, native: Native) -> None:
        """Note how this server calls a post that we hold already."""
        held = self._outlet.held(native.native_id)
        if held is None or not set(native.aliases) - set(held.aliases):
            return
        async with self._outlet.still():
            if row := self._outlet.ledger.find(native.native_id):
                names = tuple(dict.fromkeys((*row.aliases, *native.aliases)))
                named = replace(row, aliases=names)
                await saved("noting another name of a post", lambda: self._outlet.ledger.commit([named]))

    async def _wordless(self, alias: str) -> None:
        """What is not, or no longer, for everybody to read."""
        if alias and self._outlet.held(alias):
            await self._outlet.retract(alias, "its author took its words back")

    async def _delete(self, alias: str) -> None:
        if not alias:
            return
        self._gone[alias] = None
        if len(self._gone) > REMEMBERED:
            self._gone.popitem(last=False)
        if self._outlet.held(alias):
            await self._outlet.retract(alias, "removed by its author")

    async def _reject(self, reason: str, ref: str, body: str) -> None:
        raw = body.encode("utf-8", "surrogatepass")
        await self._outlet.reject(make_reject("listeners", self._outlet.source, ref, reason, raw, self._clock()))
