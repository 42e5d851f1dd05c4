"""The sweep: no byte of what was erased, edited away or kept too long stays in the files of the database (R2).

ClickHouse hides such rows and leaves their bytes. So each partition that holds some is rewritten, the files it was
made of are waited for until they are gone, and then every file is searched for the ids of erased posts. Knows
nothing of when it runs and of who is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from soundings.errors import OursFailed
from store import aside, scan
from store.clickhouse import Client
from store.erasing import erased_before, still_held
from store.expiring import expire
from store.migrate import AGING
from store.parts import Unreadable, may_have, parts
from store.rows import ask, chunks, literals, tell
from store.scan import Looked

PATIENCE = 900.0
"""Seconds until files that were replaced must be gone. ClickHouse takes about two, and more while they are read."""
LOOK = 0.25
DECISIONS = "decisions"
"""Holds no text and no post's id under the name that is searched for: it is rewritten, and not waited for."""
ROUNDS = 3
"""An order that is just being obeyed may be on the list before its rows are hidden: then the next round has them. A
merge under way may still be writing what was dropped the moment before: so there is a third."""
BEING_REMOVED = "delete_tmp_"
"""What ClickHouse calls a folder while it removes it."""


@dataclass(frozen=True)
class Swept:
    """What a sweep did, and what it found that should not have been there any more."""

    begun: datetime
    ended: datetime
    rewritten: tuple[str, ...]
    """Table and partition, such as `readings 202611`."""
    looked_for: int
    found: dict[str, set[str]]
    """Where -> ids of erased posts. Empty when all is well."""
    detached: tuple[str, ...]
    """Parts that ClickHouse set aside as damaged: no question reads them, and no sweep empties them."""
    unreadable: tuple[str, ...] = ()
    """Those of them that could not be searched."""
    let_go: tuple[str, ...] = ()
    """Those that were removed, because they had lain there long enough."""
    held: str = ""
    """Why nothing went because its time was over; empty when the clock was believed."""

    @property
    def clean(self) -> bool:
        """Whether nothing erased is left."""
        return not self.found


class Sweep:
    """Sweeps one database. `database`: its folder; None for a server, whose files are not ours to read."""

    def __init__(self, client: Client, database: Path | None, days: int, clock: Callable[[], datetime]) -> None:
        self._client, self._days, self._clock = client, days, clock
        self._database = database.resolve() if database else None

    async def run(self, *, held: str = "") -> Swept:
        """One sweep. `held`: why nothing goes because its time is over, if so. Raises OursFailed when the store does
        not answer or keeps what it should have let go.
        """
        begun, rewritten, let_go = self._clock(), list[str](), tuple[str, ...]()
        if not held:
            await asyncio.to_thread(expire, self._client, begun, self._days)
            let_go = await asyncio.to_thread(self._let_go)
        wanted = await asyncio.to_thread(erased_before, self._client, begun)
        for _ in range(ROUNDS):
            rewritten += await self._rewrite()
            await self._wait_for_the_disk()
            looked = await asyncio.to_thread(self._look, wanted)
            if not looked.found:
                break
        unreadable = tuple(sorted(looked.unreadable))
        return Swept(
            begun,
            self._clock(),
            tuple(rewritten),
            len(wanted),
            looked.found,
            self._detached(),
            unreadable,
            let_go,
            held,
        )

    async def _rewrite(self) -> list[str]:
        done = []
        for table in (*AGING, DECISIONS):
            for partition in sorted(await asyncio.to_thread(stale, self._client, table)):
                await asyncio.to_thread(rewrite, self._client, table, partition)
                done.append(f"{table} {partition}")
        return done

    async def _wait_for_the_disk(self) -> None:
        """Until every file that is out of use now is gone: what goes out of use later is not what was asked for."""
        old = await asyncio.to_thread(self._out_of_use)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while old & await asyncio.to_thread(self._out_of_use):
            if asyncio.get_running_loop().time() > deadline:
                raise OursFailed(f"after {PATIENCE:.0f} s replaced files are still in the database: {sorted(old)[0]}")
            await asyncio.sleep(LOOK)

    def _out_of_use(self) -> set[str]:
        if self._database is None:
            ours = f"database = {literals([str(self._client.database)])} AND table IN ({literals(AGING)})"
            rows = ask(self._client, f"SELECT table, name FROM system.parts WHERE {ours} AND NOT active")
            return {f"{table} {name}" for table, name in rows}
        active = {Path(row[0]) for row in ask(self._client, "SELECT path FROM system.parts WHERE active")}
        there = [part for part in self._holders() if part not in active and not aside.is_aside(part)]
        return {f"{part.parent.name}/{part.name.removeprefix(BEING_REMOVED)}" for part in there}

    def _let_go(self) -> tuple[str, ...]:
        if self._database is None:
            return ()
        gone = aside.remove_old(self._holders(), self._clock())
        return tuple(sorted(str(part.relative_to(self._database)) for part in gone))

    def _look(self, wanted: set[str]) -> Looked:
        try:
            looked = scan.look(self._database, wanted) if self._database else Looked(unmasked(self._client, wanted))
        except Unreadable as error:
            raise OursFailed(f"the files of the database cannot be searched: {error}") from None
        back = still_held(self._client, set().union(*looked.found.values()))
        return replace(looked, found={where: ids - back for where, ids in looked.found.items() if ids - back})

    def _detached(self) -> tuple[str, ...]:
        if self._database is None:
            return ()
        there = (part for part in self._holders() if aside.is_aside(part))
        return tuple(sorted(str(part.relative_to(self._database)) for part in there))

    def _holders(self) -> Iterator[Path]:
        """Every part on the disk that may hold posts: orders, marks of removed rows and the like hold none."""
        return (part for part in parts(self._database) if may_have(part, "id")) if self._database else iter(())


def stale(client: Client, table: str) -> set[str]:
    """Ids of the partitions that hold rows which no question shows: hidden or superseded."""
    hidden = ask(
        client, f"SELECT DISTINCT _partition_id FROM {table} WHERE _row_exists = 0 SETTINGS apply_deleted_mask = 0"
    )
    if table == DECISIONS:  # each of its rows is one more word, and none supersedes another
        return {row[0] for row in hidden}
    superseded = ask(
        client, f"SELECT _partition_id FROM {table} GROUP BY _partition_id HAVING count() != uniqExact(id)"
    )
    return {row[0] for row in [*hidden, *superseded]}


def rewrite(client: Client, table: str, partition: str) -> None:
    """Make one part of a partition, of what questions show and nothing else."""
    name = literals([partition])
    tell(client, f"OPTIMIZE TABLE {table} PARTITION ID {name} FINAL SETTINGS optimize_throw_if_noop = 1")


def unmasked(client: Client, ids: set[str]) -> dict[str, set[str]]:
    """Which rows of these posts the tables still have behind their masks: all that can be asked of a server."""
    found: dict[str, set[str]] = {}
    for table in AGING:
        for part in chunks(sorted(ids)):
            rows = ask(
                client,
                f"SELECT DISTINCT id FROM {table} WHERE id IN ({literals(part)}) SETTINGS apply_deleted_mask = 0",
            )
            if rows:
                found.setdefault(table, set()).update(row[0] for row in rows)
    return found
