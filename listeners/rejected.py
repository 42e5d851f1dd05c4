"""The command `soundings rejected`: what could not be taken in the last seven days, and why.

Reads the stream and takes nothing from it. The line itself is there only where an officer imported it. Knows
nothing of the stages that rejected.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from pydantic import ValidationError

from soundings import logs, runtime
from soundings.bus import TROUBLE, Bus, connect
from soundings.errors import NothingRunning
from soundings.messages import Reject
from soundings.settings import Settings, load
from soundings.streams import REJECTED

CONNECT = 15.0
NEXT = 10.0
"""Seconds to wait for the next message of the stream."""
SHOWN = 200
"""Characters of a line in the table; `--format json` has all of it."""


def main(argv: Sequence[str]) -> int:
    """Run `soundings rejected`. Returns the exit code."""
    given = _parser().parse_args(argv)
    settings = runtime.found(load())
    logs.setup("rejected", "WARNING")
    found = [one for one in asyncio.run(run(settings)) if given.source in ("", one.source)]
    shown = found[: given.limit] if given.limit else found
    if given.format == "json":
        sys.stdout.writelines(json.dumps(one.model_dump(mode="json")) + "\n" for one in shown)
    else:
        sys.stdout.writelines(line + "\n" for line in table(shown, found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="soundings rejected", description="What could not be taken, and why.")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--source", default="", help="only this source")
    parser.add_argument("--limit", type=int, default=0, help="only the newest so many")
    return parser


async def run(settings: Settings) -> list[Reject]:
    """Every reject, newest first. Raises NothingRunning when the bus does not answer."""
    try:
        async with asyncio.timeout(CONNECT) as limit, connect(settings, "rejected") as bus:
            limit.reschedule(None)
            found = [one async for _, one in read(bus)]
    except (TimeoutError, *TROUBLE):
        raise NothingRunning("The bus does not answer. Is `soundings up` running? Try `soundings status`.") from None
    return sorted(found, key=lambda one: one.at, reverse=True)


async def read(bus: Bus) -> AsyncIterator[tuple[int, Reject]]:
    """Every reject and its number in the stream; nothing is taken."""
    state = (await bus.jetstream.stream_info(REJECTED.name)).state
    if not state.messages:
        return
    reader = await bus.jetstream.subscribe(REJECTED.subjects, stream=REJECTED.name, ordered_consumer=True)
    try:
        pending = 1
        while pending:
            message = await reader.next_msg(timeout=NEXT)
            pending = message.metadata.num_pending
            try:
                reject = Reject.model_validate_json(message.data, extra="ignore")
            except ValidationError:
                continue  # of a version that this one cannot read
            yield message.metadata.sequence.stream, reject
    finally:
        await reader.unsubscribe()


def table(shown: Sequence[Reject], found: Sequence[Reject]) -> Iterator[str]:
    """Lines for people: what, why, how many."""
    if not found:
        yield "Nothing was rejected in the last seven days."
        return
    for one in shown:
        where = f"{one.file} {one.ref}" if one.file else one.ref
        yield f"{one.at:%Y-%m-%d %H:%M:%S}Z  {safe(one.stage)}  {safe(one.source)}  {safe(where)}"
        yield f"    {safe(one.reason)} ({one.length:,} bytes, {safe(one.digest[:12])})"
        if one.body:
            body = safe(one.body.rstrip("\r\n"))
            yield f"    {body[:SHOWN]}{'…' if len(body) > SHOWN else ''}"
    counts = Counter(f"{one.stage} {one.source}" for one in found)
    of = ", ".join(f"{safe(name)} {count:,}" for name, count in counts.most_common())
    yield f"{len(found):,} rejected in the last seven days: {of}."


def safe(text: str) -> str:
    """Text that cannot steer a terminal: control, format and surrogate characters are written out."""
    return "".join(
        f"\\u{ord(letter):04x}" if unicodedata.category(letter)[0] == "C" and letter != "\t" else letter
        for letter in text
    )
