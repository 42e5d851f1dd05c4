"""The engine on loopback by ClickHouse's HTTP protocol, for `clickhouse_connect` as it is.

Knows nothing of what is asked. Writes no log: a log of requests would hold what people searched for.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soundings.errors import OursFailed
from soundings.lacks import Lack
from soundings.settings import Settings
from store import access as access_module
from store.access import Access
from store.engine import Answer, Engine, EngineError, Job
from store.gate import Refused
from store.requests import MAX_BODY, TooLarge, Unknown, read_job, unpack, who

AT_ONCE = 8
"""Statements that run at the same time; others wait their turn."""
READONLY, AUTHENTICATION_FAILED, TOO_LARGE = 164, 516, 307
"""ClickHouse's own numbers, so that clients know what happened."""
START_SECONDS = 10.0


class Endpoint:
    """Answers requests with an engine."""

    def __init__(self, engine: Engine, access: Access, database: str, failed: Callable[[int], None]) -> None:
        self._engine, self._access, self._database, self._failed = engine, access, database, failed
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="chdb")

    def app(self) -> Starlette:
        """The web application."""
        return Starlette(
            routes=[
                Route("/ping", self._ping, methods=["GET"]),
                Route("/", self._ask, methods=["GET", "POST"]),
            ]
        )

    async def _ping(self, request: Request) -> Response:
        del request
        return Response("Ok.\n", media_type="text/plain")

    async def _ask(self, request: Request) -> Response:
        parameters = dict(request.query_params)
        try:
            user = who(self._access, request.headers)
            if request.headers.get("content-type", "").startswith("multipart/"):
                raise Refused("forms are not taken: send shorter parameters")
            body = unpack(await _body(request), request.headers.get("content-encoding", ""))
            job = read_job(user, parameters, body, self._database)
            answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._engine.run, job)
        except Unknown:
            return _failed(AUTHENTICATION_FAILED, "no such user or not this password", 403)
        except TooLarge:
            return _failed(TOO_LARGE, f"more than {MAX_BODY} bytes in one request", 413)
        except Refused as error:
            return _failed(READONLY, str(error), 400)
        except EngineError as error:
            self._failed(error.code)
            return _failed(error.code, str(error), 500)
        return _answered(answer, job.format)


async def _body(request: Request) -> bytes:
    """All of the body, in memory: starlette's own form reader would put it into a temporary file."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _answered(answer: Answer, format_name: str) -> Response:
    summary = {"read_rows": str(answer.rows_read)}
    headers = {
        "X-ClickHouse-Summary": json.dumps(summary),
        "X-ClickHouse-Format": format_name,
        "X-ClickHouse-Timezone": "UTC",
    }
    return Response(answer.body, headers=headers, media_type="application/octet-stream")


def _failed(code: int, message: str, status: int) -> Response:
    text = message if message.startswith("Code:") else f"Code: {code}. DB::Exception: {message}."
    return Response(text, status, {"X-ClickHouse-Exception-Code": str(code)}, "text/plain")


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Served:
    """A running endpoint: the engine open, the port taken, the note written. `stop` undoes all three.

    `failed` is told the number of every failure of the engine.
    """

    def __init__(self, settings: Settings, port: int = 0, failed: Callable[[int], None] = lambda _: None) -> None:
        self._settings = settings
        self._engine = Engine(settings.home / "database")
        self._engine.run(Job(f"CREATE DATABASE IF NOT EXISTS {settings.clickhouse_database}", read_only=False))
        self._socket = _listen(port or _former_port(settings)) or _listen_anywhere()
        self.access = Access(f"http://127.0.0.1:{self._socket.getsockname()[1]}", _passwords(settings))
        app = Endpoint(self._engine, self.access, settings.clickhouse_database, failed).app()
        self._server = _Server(
            uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", ws="none", timeout_keep_alive=60,
                           h11_max_incomplete_event_size=256 * 1024, server_header=False, date_header=False)
        )  # fmt: skip
        self._thread = threading.Thread(target=self._serve, name="clickhouse", daemon=True)

    def start(self) -> Served:
        """Take requests from now on. Raises OursFailed when it does not come up."""
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            raise OursFailed("the store's endpoint did not start", Lack.DATABASE)
        access_module.write(self._settings, self.access)
        return self

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        """Finish what runs, close the engine."""
        self._server.should_exit = True
        self._thread.join(30)
        self._engine.close()


@contextmanager
def opened(settings: Settings, failed: Callable[[int], None] = lambda _: None) -> Iterator[None]:
    """The engine behind its endpoint for as long as needed; nothing when the settings name a real server."""
    with ExitStack() as stack:
        if not settings.clickhouse_url:
            stack.callback(Served(settings, failed=failed).start().stop)
        yield


def _listen(port: int) -> socket.socket | None:
    # With the protocol named, asyncio turns Nagle's delay off: 2 ms an answer instead of 48 (measured).
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError:
        listening.close()
        return None
    return listening


def _listen_anywhere() -> socket.socket:
    listening = _listen(0)
    if listening is None:
        raise OursFailed("no port of loopback is free")
    return listening


def _former_port(settings: Settings) -> int:
    """The port of the last run, so that a dashboard finds a store that came back where it was."""
    try:
        return int(access_module.read(settings).url.rpartition(":")[2])
    except (OursFailed, ValueError):
        return 0


def _passwords(settings: Settings) -> dict[str, str]:
    """Those of the last run, for the same reason; the note that holds them is private."""
    try:
        return access_module.read(settings).users
    except OursFailed:
        return access_module.make_passwords()
