"""Asks X once a day what of all that is held was deleted, protected, suspended or lost its place, and removes it.

X tells removals on no stream that a council can have. It takes a file of ids, works on it, and gives a file of those
that must go: a job, of which an app may have one at a time. A job that a killed process left is taken up again. Knows
nothing of the stream.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from listeners.held import Held
from listeners.outlet import Outlet
from listeners.x_events import Busy, Json, NotUnderstood
from listeners.x_posts import ID
from soundings.rejects import make_reject

if TYPE_CHECKING:
    from listeners.x_api import XApi

log = logging.getLogger("listeners")

EVERY = timedelta(hours=24)
LATE = timedelta(hours=48)
"""So long without an answer is said loudly: what was deleted on X must go here within a day."""
LOOK = 60.0
"""Seconds between two looks at a job."""
REST = 3600.0
"""Seconds after a failure."""
A_TIME = 1000
NAME = "soundings"
"""What our jobs are called, so that they are known again."""
PATIENCE = 60.0
REASONS = {
    "deleted": "its author deleted it",
    "suspended": "its account was suspended",
    "protected": "its account became private",
    "deactivated": "its account was deactivated",
    "scrub_geo": "its author took back where it was written",
    "bounced": "its platform took it back",
}
"""X's reasons (docs.x.com, batch compliance) in our words. A place that was taken back stands in our copy, which goes
whole: without its place the text would have to be bought once more.
"""

UNKNOWN = "what was deleted or made private on X is not known"
WAS_UNKNOWN = "what was deleted or made private on X was not known; it was asked for afterwards"

State = dict[str, Any]


class Failed(Exception):
    """This job, or this try, came to nothing."""


class Compliance:
    """The daily job. `state`: as the checkpoint has it. `plain`: whether addresses may be http, as on loopback.

    `save`: saves the checkpoint, before a gap is told: or after a crash nobody would end it.
    """

    def __init__(
        self,
        api: XApi,
        outlet: Outlet,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        before: Mapping[str, Any],
        plain: bool = False,
        save: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._save = save or outlet.flush
        self._api, self._outlet, self._clock, self._sleep = api, outlet, clock, sleep
        self.state: State = {"since": clock().isoformat(), **before}
        self._schemes = ("https", "http") if plain else ("https",)

    async def work(self) -> None:
        """Ask, once a day, until cancelled. Raises Refused."""
        while True:
            try:
                await self.go_on()
                await self._sleep(LOOK)
            except (Busy, NotUnderstood, Failed, httpx.HTTPError) as error:
                await self._tell(error)
                await self._sleep(REST)

    async def _tell(self, error: Exception) -> None:
        why = "its store cannot be reached" if isinstance(error, httpx.HTTPError) else str(error)
        last = datetime.fromisoformat(self.state.get("done") or self.state["since"])
        late = self._clock() - last > LATE
        say = log.error if late else log.warning
        say("x: what was removed there is not known since %s: %s", last.isoformat(timespec="minutes"), why)
        if late and not self.state.get("told"):
            self.state["told"] = last.isoformat()
            await self._save()
            await self._outlet.notices.gap(last, None, f"{UNKNOWN}: {why}")

    async def go_on(self) -> None:
        """The next step, if one is due. Raises Refused, Busy, NotUnderstood, Failed and httpx.HTTPError."""
        self._mind_the_clock()
        job: State | None = self.state.get("job")
        if not job:
            done = self.state.get("done")
            if done and self._clock() - datetime.fromisoformat(done) < EVERY:
                return
            if not self._outlet.ledger.taken_until(self._clock(), "", 1):
                await self._done(self._clock())
                return
            job = self.state["job"] = await self._begin()
        if not job.get("sent"):
            await self._send(job)
        try:
            await self._look_at(job)
        except (NotUnderstood, Failed, httpx.HTTPError):
            if self._clock() - datetime.fromisoformat(job["sent"]) > LATE:
                self._drop()
            raise

    def _mind_the_clock(self) -> None:
        """What lies ahead was noted by a clock that was wrong: it would keep us from asking until then."""
        now = self._clock()
        if datetime.fromisoformat(self.state.get("done") or self.state["since"]) > now:
            self.state.pop("done", None)
            self.state["since"] = now.isoformat()
        if (job := self.state.get("job")) and job.get("sent") and datetime.fromisoformat(job["sent"]) > now:
            job["sent"] = now.isoformat()

    async def _look_at(self, job: State) -> None:
        """See how far X is, and do what it says. A job that X knows no more is dropped."""
        try:
            status = (await self._api.job(job["id"])).get("status")
        except NotUnderstood:
            self._drop()
            raise
        if status == "complete":
            await self._obey(job["download_url"])
            self._drop()
            await self._done(datetime.fromisoformat(job["sent"]))
        elif status not in ("created", "in_progress"):
            self._drop()
            raise Failed("its job failed")
        elif self._clock() - datetime.fromisoformat(job["sent"]) > LATE:
            raise Failed("its job takes longer than two days")

    def _drop(self) -> None:
        self.state.pop("job", None)

    async def _done(self, at: datetime) -> None:
        """All that was removed up to this instant is known. What was told of not knowing it ends."""
        if told := self.state.get("told"):
            start = datetime.fromisoformat(told)
            await self._outlet.notices.gap(start, max(start, self._clock()), WAS_UNKNOWN)
            del self.state["told"]
        self.state["done"] = at.isoformat()

    async def _begin(self) -> State:
        """A job of ours that is still open, or a new one."""
        for found in await self._api.jobs():
            if isinstance(found, dict) and found.get("status") in ("created", "in_progress"):
                if found.get("name") != NAME:
                    raise Failed("another program's job is under way, and X takes one at a time")
                return self._job(found)
        return self._job(await self._api.create_job(NAME))

    def _job(self, found: Json) -> State:
        job_id, up, down = (found.get(name) for name in ("id", "upload_url", "download_url"))
        if not (isinstance(job_id, str) and ID.fullmatch(job_id) and self._sound(up) and self._sound(down)):
            raise Failed("its job is not as it should be")
        sent = {"sent": self._clock().isoformat()} if found.get("status") == "in_progress" else {}
        return {"id": job_id, "upload_url": up, "download_url": down, **sent}

    def _sound(self, address: Any) -> bool:
        try:
            return isinstance(address, str) and urlsplit(address).scheme in self._schemes
        except ValueError:
            return False

    async def _send(self, job: State) -> None:
        """The ids of all that is held, one a line."""
        at = self._clock()
        body = "".join(f"{name}\n" for name in self._held(at)).encode()
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.put(job["upload_url"], content=body, headers={"Content-Type": "text/plain"})
        if not answer.is_success:
            self._drop()
            raise Failed(f"its store does not take our ids ({answer.status_code})")
        job["sent"] = at.isoformat()

    def _held(self, until: datetime) -> Iterator[str]:
        after = ""
        while rows := self._outlet.ledger.taken_until(until, after, A_TIME):
            yield from map(newest, rows)
            after = rows[-1].post_id

    async def _obey(self, address: str) -> None:
        gone = 0
        async with httpx.AsyncClient(timeout=PATIENCE) as client, client.stream("GET", address) as answer:
            if not answer.is_success:
                if answer.is_client_error:
                    self._drop()
                raise Failed(f"its store does not give its answer ({answer.status_code})")
            async for line in answer.aiter_lines():
                if line.strip():
                    gone += await self._remove(line)
        log.info("x: %d posts were removed there since the last day", gone)

    async def _remove(self, line: str) -> bool:
        try:
            found = json.loads(line)
            post, why = found["id"], REASONS.get(str(found.get("reason")), "its platform no longer shows it")
            sound = ID.fullmatch(post)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            sound = None
        if not sound:
            reason = "an event of the stream cannot be read: a line of X's list of removals"
            raw = line.encode("utf-8", "surrogatepass")
            await self._outlet.reject(make_reject("listeners", "x", "removals", reason, raw, self._clock()))
            return False
        return await self._outlet.retract(post, why)


def newest(row: Held) -> str:
    """The id of the text that we hold last: each edit has its own, and one that was replaced is no news."""
    return max((row.native_id, *row.aliases), key=int)
