"""What X must be told and asked before its stream is opened: our rules, and which accounts the council file means.

Accounts of X are known by a number, because a handle can be given up and another person may take it. Each listed one is
asked for once; nobody else is. Knows nothing of the stream.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from listeners.accounts import plain
from listeners.x_events import NotUnderstood
from listeners.x_posts import ID
from listeners.x_rules import Rule, difference, listed
from listeners.x_spending import Spending
from soundings.council import CouncilFile
from soundings.errors import BadInput

if TYPE_CHECKING:
    from listeners.x_api import XApi

log = logging.getLogger("listeners")

A_TIME = 100


class Preparing:
    """`before`: handle -> account, as the last run's checkpoint has it."""

    def __init__(
        self,
        api: XApi,
        council_file: CouncilFile,
        wanted: Sequence[Rule],
        spending: Spending,
        clock: Callable[[], datetime],
        before: Mapping[str, str],
    ) -> None:
        self._api, self._wanted, self._spending, self._clock = api, wanted, spending, clock
        self._handles = {plain(account.handle): account.handle for account in listed(council_file)}
        self.state = {handle: account for handle, account in before.items() if handle in self._handles}
        """Handle -> account, of those that X knows: for the checkpoint."""
        self._ready = False

    async def ready(self) -> dict[str, str]:
        """Account -> handle of the listed. Makes X's rules ours, once a start. Raises BadInput too, for odd rules."""
        if not self._ready:
            await self._know_accounts()
            await self._sync()
            self._ready = True
        return {account: self._handles[handle] for handle, account in self.state.items()}

    async def _know_accounts(self) -> None:
        unknown = [name for handle, name in self._handles.items() if handle not in self.state]
        for at in range(0, len(unknown), A_TIME):
            found = await self._api.users(unknown[at : at + A_TIME])
            self._spending.took((), self._clock(), users=len(found))
            for user in found:
                name, account = (user.get("username"), user.get("id")) if isinstance(user, dict) else (None, None)
                if isinstance(name, str) and isinstance(account, str) and ID.fullmatch(account):
                    self.state |= {plain(name): account} if plain(name) in self._handles else {}
        if missing := len(self._handles) - len(self.state):
            log.warning("x: %d of the accounts in the council file are not known there", missing)

    async def _sync(self) -> None:
        missing, gone = difference(self._wanted, await self._api.rules())
        if gone:
            log.warning("x: %d rules that are not, or no longer, ours are removed", len(gone))
            await self._api.remove(gone)
        if not missing:
            return
        try:
            taken = await self._api.add(missing)
        except NotUnderstood:
            taken = 0
        if taken < len(missing):
            raise BadInput(
                f"X does not take {len(missing) - taken} of {len(self._wanted)} rules: look for odd characters in the "
                "names under [area], and in the handles of [[accounts]]."
            )
