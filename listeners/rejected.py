"""The command `soundings rejected`: what could not be taken in the last seven days, why, what to do, and once more.

The line itself is there only where an officer imported it. Owns the options and what is said; sending again is
`listeners.replaying`'s. Knows nothing of the stages that rejected.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from listeners.draining import Behind, watched
from listeners.rejected_export import export
from listeners.rejected_stream import read
from listeners.rejected_table import safe, table
from listeners.replaying import Desk, Replay, Told, Way
from listeners.replaying_lines import Changed
from listeners.report import Progress
from soundings import council, logs, runtime
from soundings.bus import UNANSWERED, Bus, connect
from soundings.errors import BadInput, NothingRunning, SoundingsError
from soundings.messages import Reject
from soundings.settings import Settings, load
from soundings.stage import now

CONNECT = 15.0
PATIENCE = 60.0
"""Seconds without any progress after which a replay gives up waiting."""
NAMED = 10
"""Rejects that are named one by one after a replay."""
YES = frozenset({"y", "yes"})


def main(argv: Sequence[str]) -> int:
    """Run `soundings rejected`. Returns the exit code."""
    given = _parser().parse_args(argv)
    if given.timezone and given.timezone not in available_timezones():
        raise BadInput(f"--timezone {given.timezone}: this is no time zone; for the United Kingdom: Europe/London.")
    if not given.replay and (given.timezone or given.day_first or given.no_dates):
        raise BadInput("--timezone, --day-first and --no-dates say how lines are sent again: add --replay.")
    settings = runtime.found(load())
    logs.setup("rejected", "WARNING")
    if given.replay:
        return asyncio.run(replay(given, settings))
    found = [one for one in asyncio.run(run(settings)) if _chosen(given, settings, one)]
    if given.export:
        count = export(given.export, found)
        sys.stdout.write(
            f"{count:,} {'line' if count == 1 else 'lines'} written to {given.export.name}, of {len(found):,} rejects. "
            "They hold what residents wrote: delete the file when you have imported it.\n"
        )
        return 0
    _list(given, found)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings rejected",
        description="What could not be taken in the last seven days, why, and what to do. --replay sends it again.",
    )
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--source", default="", help="only this source")
    parser.add_argument("--stage", default="", help="only what this stage rejected: listeners, nlp or store")
    parser.add_argument("--file", default="", help="only lines of the imported file of this name")
    parser.add_argument("--since", default="", help="only from this day or time on, such as 2026-11-02T09:00")
    parser.add_argument("--limit", type=int, default=0, help="list only the newest so many")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--replay", action="store_true", help="send again what can be sent again")
    what.add_argument("--export", type=Path, metavar="FILE", help="write the kept lines to a new file, to be mended")
    parser.add_argument("--timezone", default="", help="with --replay: time zone of dates without offset")
    parser.add_argument("--day-first", action="store_true", help="with --replay: 02/03/2026 is the second of March")
    parser.add_argument("--no-dates", action="store_true", help="with --replay: the lines have no times")
    parser.add_argument("--yes", action="store_true", help="do not ask before sending again")
    return parser


def _chosen(given: argparse.Namespace, settings: Settings, one: Reject) -> bool:
    if given.since and one.at < _moment(given.since, settings):
        return False
    return all(wanted in ("", has) for wanted, has in (
        (given.source, one.source), (given.stage, one.stage), (given.file, one.file)
    ))  # fmt: skip


def _moment(text: str, settings: Settings) -> datetime:
    """A day or a time by the council's clock. Raises BadInput."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--since {text}: write it as 2026-11-02 or 2026-11-02T09:00.") from None
    zone: ZoneInfo = council.load(settings.council_path).council.zone
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _list(given: argparse.Namespace, found: Sequence[Reject]) -> None:
    shown = found[: given.limit] if given.limit else found
    if given.format == "json":
        # What names the post on its platform stays sealed, and no text is printed beside a voice.
        bare = {"post": {"original", "voice"}}
        sys.stdout.writelines(json.dumps(one.model_dump(mode="json", exclude=bare)) + "\n" for one in shown)
    else:
        sys.stdout.writelines(line + "\n" for line in table(shown, found))


@asynccontextmanager
async def _bus(settings: Settings) -> AsyncIterator[Bus]:
    try:
        async with asyncio.timeout(CONNECT) as limit, connect(settings, "rejected") as bus:
            limit.reschedule(None)
            yield bus
    except UNANSWERED:
        raise NothingRunning("The bus does not answer. Is `soundings up` running? Try `soundings status`.") from None
    except OSError as error:
        what = f"{error.filename or 'this machine'}: {(error.strerror or type(error).__name__).lower()}"
        raise SoundingsError(f"Stopped by {what}. What was not sent stays: try again.") from None


async def run(settings: Settings) -> list[Reject]:
    """Every reject, newest first. Raises NothingRunning when the bus does not answer."""
    async with _bus(settings) as bus:
        found = [one async for _, one in read(bus)]
    return sorted(found, key=lambda one: one.at, reverse=True)


async def replay(given: argparse.Namespace, settings: Settings) -> int:
    """Send again what can be sent again. Returns the exit code: 1 when nothing was sent."""
    desk_file = council.load(settings.council_path)
    changed = Changed(given.timezone, given.day_first, given.no_dates)
    async with _bus(settings) as bus:
        everything = [kept async for kept in read(bus)]
        chosen = [kept for kept in everything if _chosen(given, settings, kept.reject)]
        sending = Replay(Desk(bus, settings, desk_file, now), everything, chosen, changed)
        if not given.yes and any(map(sending.count, set(Way) - {Way.NONE})) and not await _confirmed(sending):
            sys.stdout.write("Nothing was sent.\n")
            return 1
        progress = Progress("sending again", time.monotonic)
        try:
            await watched(sending.run(), lambda: sending.told.steps, PATIENCE, time.monotonic, progress.held_up)
        except Behind as behind:
            sys.stderr.write(f"Stopped: for {PATIENCE:.0f} s {behind}. What was not sent stays: try again.\n")
            return 1
        finally:
            progress.done()
    sys.stdout.writelines(line + "\n" for line in said(sending.told, len(chosen)))
    return 0 if not chosen or sum(sending.told.counts.values()) > sending.told.counts["rejected"] else 1


async def _confirmed(sending: Replay) -> bool:
    lines, posts = sending.count(Way.LINE), sending.count(Way.POST) + sending.count(Way.NOTICE)
    sys.stdout.write(
        f"Send again {lines:,} lines and {posts:,} posts and notices, and ask the sources for "
        f"{sending.count(Way.SOURCE):,} more? [y/N] "
    )
    sys.stdout.flush()
    return (await asyncio.to_thread(sys.stdin.readline)).strip().casefold() in YES


SAID = {
    "new": "taken",
    "changed": "taken as an edit",
    "same": "there already",
    "older": "left out: a newer text is held",
    "removed": "removals carried out",
    "not held": "removals of what we do not hold",
    "removed before": "left out: they were removed before",
    "elsewhere": "left out: the author asks not to be indexed",
    "blocked": "left out: the author asked to be forgotten",
    "notice": "removals and gaps sent to the store",
    "post": "posts sent to be read again",
    "source": "wait until their source gives them again, or their file is imported again; until then they stay here",
    "rejected": "rejected again, and still here",
}
"""What became of it -> words."""


def said(told: Told, chosen: int) -> list[str]:
    """What to tell at the end."""
    if not chosen:
        return ["Nothing of this kind was rejected in the last seven days."]
    lines = [f"{told.counts[name]:,} {words}" for name, words in SAID.items() if told.counts[name]]
    for kept, reason in told.rejected[:NAMED]:
        lines.append(f"  {safe(kept.reject.file)} {safe(kept.reject.ref)}: {reason}")
    if more := len(told.rejected) - NAMED:
        lines += [f"  and {more:,} more"] if more > 0 else []
    lines += [f"{count:,} cannot be sent again: {why}" for why, count in told.cannot.items()]
    if told.counts["post"] or told.counts["notice"]:
        lines.append("What is rejected once more is here again in a moment: `soundings rejected`.")
    return lines
