"""The command `soundings forget`: someone asks not to be listened to, or a post is to go.

An account is blocked for ever and all it wrote is removed; a post is removed as if its author had deleted it. The
handle is used to make hashes and is repeated nowhere. Knows nothing of how the store removes.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

from listeners import blocked
from listeners.accounts import plain
from listeners.ledger import Held, Ledger
from listeners.notices import Notices
from listeners.sources import SOURCES
from soundings import logs, runtime
from soundings.bus import connect
from soundings.errors import BadInput, NothingRunning
from soundings.keys import Keys
from soundings.settings import Settings, load
from soundings.stage import now

CONNECT = 15.0
POST_ID = re.compile(r"[a-z][a-z0-9-]{0,31}:[0-9a-f]{32}")
YES = frozenset({"y", "yes"})


def main(argv: Sequence[str]) -> int:
    """Run `soundings forget`. Returns the exit code."""
    given = _parser().parse_args(argv)
    settings = runtime.found(load())
    logs.setup("forget", "WARNING")
    _known_source(settings, given.source)
    if not given.yes and not _confirmed(given.account is not None):
        sys.stdout.write("Nothing was done.\n")
        return 1
    asyncio.run(run(settings, given.source, given.account, given.post))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="soundings forget", description="Remove an account for ever, or one post.")
    parser.add_argument("--source", required=True, help="where it was heard, such as files or feeds")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--account", help="the account's handle: blocked for ever, all it wrote is removed")
    what.add_argument("--post", help="the post's id: as the source or file gave it, or as Soundings shows it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _known_source(settings: Settings, source: str) -> None:
    names = {*SOURCES, *(path.stem for path in settings.ledgers.glob("*.sqlite"))}
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
                notices = Notices(source, bus, ledger, keys, clock)
                if account is not None:
                    # the order comes first: nothing of the account is taken in between
                    await blocked.order(bus, keys.account(source, plain(account)), source, clock())
                    done = _told(await notices.blocked(plain(account), "asked to be forgotten"))
                else:
                    done = await _one(notices, ledger, keys, source, post or "", clock())
    except TimeoutError:
        raise NothingRunning("The bus does not answer. Is `soundings up` running? Try `soundings status`.") from None
    sys.stdout.write(done + "\n")


def _told(count: int) -> str:
    posts = f"{count:,} post" + ("" if count == 1 else "s")
    return f"The account is blocked on this source for ever; {posts} of it, and all older ones, are being removed."


async def _one(notices: Notices, ledger: Ledger, keys: Keys, source: str, post: str, at: datetime) -> str:
    row = ledger.find_post(post) if POST_ID.fullmatch(post) else ledger.find(post)
    if row is None:  # the ledger may have been lost: the order goes out all the same
        post_id = post if POST_ID.fullmatch(post) else keys.post_id(source, post)
        row = Held(native_id="", post_id=post_id, version=0, content=b"", happened_at=at, collected_at=at,
                   last_checked=at, stream="")  # fmt: skip
    await notices.gone([row], "removed by an officer")
    known = "" if row.native_id else " This source's ledger did not know it; should the store hold it, it goes as well."
    return f"The post {row.post_id} is being removed.{known}"
