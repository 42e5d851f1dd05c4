"""Who of Bluesky asks not to be read: one answer for the posts that come by and for those that are fetched.

Known from what is held (it was found before), from a profile that the stream gives, from the labels beside a post that
was fetched, and else from the AppView. Whoever is found is noted, and what is held of them is removed. The accounts
that the council file lists are not asked about. Knows nothing of events.
"""

from __future__ import annotations

from listeners.accounts import Accounts
from listeners.appview import AppView
from listeners.native import Native
from listeners.outlet import Outlet
from soundings.council import CouncilFile

SILENT = "its author asks not to be read"


class Silence:
    """The writers of one source."""

    def __init__(self, outlet: Outlet, council_file: CouncilFile, appview: AppView) -> None:
        self._outlet, self._appview = outlet, appview
        self._listed = {account.did for account in Accounts.of(council_file, outlet.source)} - {""}

    async def asked_by(self, native: Native, labelled: bool = False, hurry: bool = False) -> bool:
        """Whether the writer of a post asks not to be read; nobody is asked about a post that would not be kept.

        `labelled`: a server said so beside the post; `hurry`: the stream waits.
        """
        did = native.account
        if did in self._listed:
            return False
        if not labelled and (native.no_index or not self._outlet.would_keep(native)):
            return False
        if self._outlet.notices.has_opted_out(did):
            return True
        if labelled or await self._appview.is_silent(did, hurry):
            await self._note(did)
            return True
        return False

    async def told(self, did: str, silent: bool) -> bool:
        """A profile came by. Returns whether its owner asks not to be read.

        Of strangers nothing is noted: who was asked about has written about the area.
        """
        if did in self._listed:
            return False
        notices = self._outlet.notices
        if not silent:
            if notices.has_opted_out(did):
                await notices.speak_again(did)
            return False
        async with self._outlet.still():
            concerns_us = bool(notices.held_of(did))
        if self._appview.forget(did) or concerns_us:
            await self._note(did)
        return True

    async def _note(self, did: str) -> None:
        async with self._outlet.still():  # also what waits
            await self._outlet.notices.silence(did, SILENT)
