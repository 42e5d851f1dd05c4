"""A bus that lives and takes nothing is noticed, said and started again: when that helps, never in a tight loop."""

from __future__ import annotations

import itertools
import os
import resource
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import nats
import pytest

from soundings import bus_watch, embedded
from soundings.bus_watch import BEGINNING, PATIENCE, PAUSES, SETTLED, BusWatch, Verdict, has_room, look
from soundings.embedded import Prepared
from soundings.errors import OursFailed
from soundings.runtime import is_running
from soundings.settings import Settings
from soundings.streams import POSTS
from soundings.supervisor import Child, Supervisor
from tests.soundings.test_waits import Clock
from tests.waiting import wait_until

NO_LIMIT = resource.RLIM_INFINITY


class Alive:
    """As much of a process as the watch looks at."""

    def __init__(self, pid: int) -> None:
        self.pid = pid


class Rig:
    """A watch whose clock and whose bus a test holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock, self.told, self.killed = Clock(), list[str](), list[int]()
        self.verdict = Verdict.WELL
        self.child = Child("bus", ["nats-server"])
        self.child.process = Alive(1)  # type: ignore[assignment]
        monkeypatch.setattr(bus_watch, "take_down", self._take_down)
        nowhere = Prepared(Path("c"), Path("t"), 1, 1, "p", Path("s"))
        self.watch = BusWatch(self.child, nowhere, self.told.append, self.clock, lambda _: self.verdict)
        self.watch._asker = self  # type: ignore[assignment]

    def submit(self, question: object, prepared: Prepared) -> Future[Verdict]:
        """An executor that answers at once."""
        answer: Future[Verdict] = Future()
        answer.set_result(self.verdict)
        return answer

    def _take_down(self, pids: list[int], grace: float) -> None:
        self.killed += pids
        self.child.process = Alive(pids[0] + 1)  # type: ignore[assignment]

    def pass_time(self, seconds: float, verdict: Verdict) -> None:
        """Let the watch tick every second."""
        self.verdict = verdict
        for _ in range(int(seconds)):
            self.clock.now += 1
            self.watch.tick()


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    return Rig(monkeypatch)


def test_a_bus_that_is_well_is_left_alone(rig: Rig) -> None:
    rig.pass_time(3600, Verdict.WELL)
    assert (rig.killed, rig.told, rig.child.why) == ([], [], "")


@pytest.mark.parametrize("verdict", [Verdict.STUCK, Verdict.DEAF])
def test_one_that_stays_ill_is_started_again(rig: Rig, verdict: Verdict) -> None:
    rig.pass_time(5, Verdict.WELL)
    rig.pass_time(PATIENCE[verdict] - 1, verdict)
    assert rig.child.why == verdict.value
    assert rig.killed == []
    rig.pass_time(5, verdict)
    assert rig.killed == [1]
    assert rig.told[-1] == f"bus: {verdict.value}: it is started again." or "well again" in rig.told[-1]


def test_while_its_disk_is_full_it_is_left_alone_and_restarted_once_there_is_room(rig: Rig) -> None:
    rig.pass_time(5, Verdict.WELL)
    rig.pass_time(3600, Verdict.FULL)
    assert rig.killed == []
    assert rig.told == ["bus: it takes nothing: its disk is full."]
    rig.pass_time(3, Verdict.STUCK)
    assert rig.killed == [1]


def test_one_moment_of_illness_is_no_reason(rig: Rig) -> None:
    for _ in range(20):
        rig.pass_time(6, Verdict.WELL)
        rig.pass_time(6, Verdict.STUCK)
    assert rig.killed == []


def test_one_that_was_not_well_yet_may_still_be_reading_its_files(rig: Rig) -> None:
    rig.pass_time(BEGINNING - 1, Verdict.DEAF)
    assert rig.killed == []
    rig.pass_time(5, Verdict.DEAF)
    assert rig.killed == [1]


def test_restarts_that_do_not_help_come_ever_more_seldom(rig: Rig) -> None:
    times = []
    for _ in range(3000):
        before = len(rig.killed)
        rig.pass_time(1, Verdict.WELL if rig.watch._well_since is None else Verdict.STUCK)
        if len(rig.killed) > before:
            times.append(rig.clock.now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(gap >= pause for gap, pause in zip(gaps, [*PAUSES, *[PAUSES[-1]] * len(gaps)], strict=False))
    assert len(times) <= 3000 / PAUSES[-1] + len(PAUSES)


def test_long_health_forgives(rig: Rig) -> None:
    for _ in range(4):
        rig.pass_time(SETTLED + 10, Verdict.WELL)
        rig.pass_time(PATIENCE[Verdict.STUCK] + 4, Verdict.STUCK)
    assert len(rig.killed) == 4


def test_a_bus_that_ended_by_itself_is_the_supervisors(rig: Rig) -> None:
    rig.child.process = None
    rig.pass_time(60, Verdict.DEAF)
    assert rig.killed == []


def test_room_is_tried_not_asked_for(tmp_path: Path) -> None:
    assert has_room(tmp_path)
    assert not has_room(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


@pytest.fixture
def home_bus(settings: Settings, tmp_path: Path) -> Iterator[tuple[Supervisor, Prepared, BusWatch]]:
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    supervisor = Supervisor(tmp_path / "logs", dict(os.environ), lambda line: None, lock)
    prepared, watch = bus_watch.start(supervisor, settings, lambda line: None)
    yield supervisor, prepared, watch
    watch.close()
    supervisor.stop()
    os.close(lock)


def bus_pid(supervisor: Supervisor) -> int:
    process = supervisor.children[0].process
    return process.pid if process else 0


@pytest.mark.servers
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="prlimit is Linux's")
async def test_after_a_failed_write_the_bus_takes_again_and_has_lost_nothing(
    home_bus: tuple[Supervisor, Prepared, BusWatch], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also shows the fault itself: without a restart the server takes nothing, although there is room again."""
    supervisor, prepared, watch = home_bus
    monkeypatch.setattr(bus_watch, "EVERY", 0.1)
    monkeypatch.setitem(PATIENCE, Verdict.STUCK, 0.5)
    first = bus_pid(supervisor)
    wait_until(lambda: watch.tick() is False and watch._well_since is not None, "the bus to be well")
    kept = await fill_until_ill(prepared, first)
    resource.prlimit(first, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))
    with pytest.raises(OursFailed):
        await publish(prepared, b"more")
    assert look(prepared) is Verdict.STUCK

    def restarted() -> bool:
        watch.tick()
        supervisor.tend()
        return bus_pid(supervisor) not in (0, first) and embedded.listens("127.0.0.1", prepared.port)

    wait_until(restarted, "the bus to be started again")
    assert not is_running(first)
    wait_until(lambda: look(prepared) is Verdict.WELL, "the bus to be well")
    await publish(prepared, b"more")
    assert await held(prepared) == kept + 1


async def fill_until_ill(prepared: Prepared, pid: int) -> int:
    """Publish until the disk takes no more; returns how many envelopes were acknowledged."""
    await publish(prepared, bytes(100_000))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (250_000, NO_LIMIT))
    for count in range(1, 10):
        try:
            await publish(prepared, bytes(100_000))
        except OursFailed:
            return count
    raise AssertionError("the limit had no effect")


async def publish(prepared: Prepared, body: bytes) -> None:
    client = await nats.connect(f"nats://127.0.0.1:{prepared.port}", token=prepared.token_file.read_text())
    jetstream = client.jetstream(timeout=1)
    try:
        await jetstream.add_stream(POSTS.config(1, 8))
        await jetstream.publish("posts.files.1", body, stream=POSTS.name)
    except Exception as error:
        raise OursFailed(type(error).__name__) from error
    finally:
        await client.close()


async def held(prepared: Prepared) -> int:
    client = await nats.connect(f"nats://127.0.0.1:{prepared.port}", token=prepared.token_file.read_text())
    state = (await client.jetstream().stream_info(POSTS.name)).state
    await client.close()
    return int(state.messages)


@pytest.mark.servers
def test_a_bus_that_does_not_answer_is_deaf(
    home_bus: tuple[Supervisor, Prepared, BusWatch], monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor, prepared, _ = home_bus
    wait_until(lambda: look(prepared) is Verdict.WELL, "the bus to be well")
    monkeypatch.setattr(bus_watch, "ANSWER", 0.2)
    os.kill(bus_pid(supervisor), signal.SIGSTOP)
    try:
        wait_until(lambda: look(prepared) is Verdict.DEAF, "the bus to stand still")
    finally:
        os.kill(bus_pid(supervisor), signal.SIGCONT)


@pytest.mark.servers
def test_what_the_bus_tells_of_itself_is_for_those_who_know_where(
    home_bus: tuple[Supervisor, Prepared, BusWatch],
) -> None:
    _, prepared, _ = home_bus
    for path in ("/healthz", "/connz", "/varz", "/jsz", "/", f"/{prepared.watch_path}/../varz"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{prepared.watch_port}{path}")
        assert refused.value.code == 404
        refused.value.close()
    assert prepared.config.stat().st_mode & 0o077 == 0


@pytest.mark.servers
def test_the_server_finds_its_configuration_in_order(settings: Settings) -> None:
    prepared = embedded.prepare(settings.home, "key")
    checked = subprocess.run([embedded.nats_binary(), "-t", "-c", str(prepared.config)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
