"""The command `soundings forget`: someone asks not to be listened to, or a post is to go.

An account is blocked for ever and all it wrote is removed; a post is removed as if its author had deleted it. The
handle is used to make hashes and is repeated nowhere. Knows nothing of how the store removes.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial

from listeners import blocked, bluesky_names, x_names
from listeners.accounts import plain
from listeners.ledger import Ledger
from listeners.notices import Notices
from listeners.options import SOURCE
from listeners.rejected_lines import Wanted, purge
from listeners.sources import SOURCES
from soundings import logs, runtime
from soundings.bus import Bus, connect
from soundings.errors import BadInput, NothingRunning
from soundings.keys import Keys
from soundings.settings import Settings, load
from soundings.stage import now

CONNECT = 15.0
POST_ID = re.compile(r"[a-z][a-z0-9-]{0,31}:[0-9a-f]{32}")
ASK = "-"
"""In place of a handle or an id: ask for it, so that it does not stand in the process's arguments."""
YES = frozenset({"y", "yes"})


def main(argv: Sequence[str]) -> int:
    """Run `soundings forget`. Returns the exit code."""
    given = _parser().parse_args(argv)
    settings = runtime.found(load())
    logs.setup("forget", "WARNING")
    _known_source(settings, given.source)
    account, post = _named(given.account, "The account's handle"), _named(given.post, "The post's id")
    if given.source == "bluesky":
        account, post = account and bluesky_names.account(account), post and bluesky_names.post(post)
    if given.source == "x":
        account, post = account and x_names.account(account, settings), post and x_names.post(post)
    if not given.yes and not _confirmed(account is not None):
        sys.stdout.write("Nothing was done.\n")
        return 1
    asyncio.run(run(settings, given.source, account, post))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings forget",
        description="Remove an account for ever, or one post. Leave the handle or the id out, or write -, and you are "
        "asked for it (without a terminal, one line of standard input is read): so it stands neither in the list of "
        "this machine's processes nor in the history of your shell.",
    )
    parser.add_argument("--source", required=True, help="where it was heard, such as files or feeds")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--account",
        nargs="?",
        const=ASK,
        metavar="HANDLE",
        help="the account's handle: blocked for ever, all it wrote is removed",
    )
    what.add_argument(
        "--post",
        nargs="?",
        const=ASK,
        metavar="ID",
        help="the post's id: as the source or file gave it, or as Soundings shows it",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _named(given: str | None, what: str) -> str | None:
    """What the option gives, or what a person answers. Raises BadInput when that is nothing."""
    if given == ASK:
        if sys.stdin.isatty():
            sys.stdout.write(f"{what}: ")
            sys.stdout.flush()
        given = sys.stdin.readline()
    if given is None:
        return None
    if not plain(given) or given.encode("utf-8", "ignore").decode() != given:
        raise BadInput(f"{what} is missing, or is no text.")
    return given.strip()


def _known_source(settings: Settings, source: str) -> None:
    # What is imported counts before the first import too: people may object in advance.
    names = {SOURCE, *SOURCES, *(path.stem for path in settings.ledgers.glob("*.sqlite"))}
    if source not in names:
        raise BadInput(f"There is no source '{source}'; there are: {', '.join(sorted(names))}.")


def _confirmed(account: bool) -> bool:
    what = "Block this account for ever and remove all it wrote" if account else "Remove this post"
    sys.stdout.write(f"{what}? It cannot be undone. [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in YES


async def run(
    settings: Settings, source: str, account: str | None, post: str | None, clock: Callable[[], datetime] = now
) -> None:
    """The same over a running bus. Raises NothingRunning when it does not answer."""
    keys = Keys.open(settings.keys_path)
    try:
        async with asyncio.timeout(CONNECT) as limit, connect(settings, "forget") as bus:
            limit.reschedule(None)
            with closing(Ledger.open(settings.ledgers, source)) as ledger:
                done = await _Forgetting(source, bus, ledger, keys, clock).run(account, post or "")
    except TimeoutError:
        raise NothingRunning("The bus does not answer. Is `soundings up` running? Try `soundings status`.") from None
    sys.stdout.write(done + "\n")


class _Forgetting:
    """One order to forget."""

    def __init__(self, source: str, bus: Bus, ledger: Ledger, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._source, self._bus, self._ledger, self._keys, self._clock = source, bus, ledger, keys, clock
        self._notices = Notices(source, bus, ledger, keys, clock)

    async def run(self, account: str | None, post: str) -> str:
        """Returns what to tell."""
        if account is None:
            return await self._post(post)
        return await self._account(plain(account))

    async def _account(self, handle: str) -> str:
        hashed = self._keys.account(self._source, handle)
        # the order comes first: nothing of the account is taken in between
        await blocked.write(self._bus, [hashed])
        rows = self._ledger.of_account(hashed)
        count = await self._notices.blocked(handle, "asked to be forgotten")
        posts = f"{count:,} post" + ("" if count == 1 else "s")
        told = f"The account is blocked on this source for ever; {posts} of it, and all older ones, are being removed."
        return told + await self._lines(
            handle, {post_id for row in rows for post_id in self._notices.names(row)}, [row.voice for row in rows]
        )

    async def _post(self, post: str) -> str:
        row, why = self._ledger.find_post(post) or self._ledger.find(post), "removed by an officer"
        if row:
            await self._notices.gone([row], why)
            return f"The post {row.post_id} is being removed." + await self._lines(None, self._notices.names(row))
        post_id = self._post_id(post)  # the ledger may have been lost: the order goes out all the same
        await self._notices.gone_unheld(post_id, why)
        told = "This source's ledger did not know it; should the store hold it, it goes as well."
        return f"The post {post_id} is being removed. {told}" + await self._lines(None, {post_id})

    def _post_id(self, post: str) -> str:
        """The post id that is named, by itself or by a native id. Raises BadInput for one of another source."""
        if not POST_ID.fullmatch(post):
            return self._keys.post_id(self._source, post)
        source = post.partition(":")[0]
        if source != self._source:
            raise BadInput(f"This post is of another source: say --source {source}. Nothing was done.")
        return post

    async def _lines(self, handle: str | None, names: set[str], voices: Iterable[str] = ()) -> str:
        """Remove the rejected lines and posts that are kept of it."""
        living = self._keys.living_voices(self._source, handle) if handle else ()
        wanted = Wanted(
            self._source,
            partial(self._keys.post_id, self._source),
            frozenset(names),
            handle or "",
            frozenset({*living, *voices} - {""}),
        )
        count = await purge(self._bus, wanted.names) + self._notices.kept.dropped
        return f" Rejected lines removed: {count:,}." if count else ""
