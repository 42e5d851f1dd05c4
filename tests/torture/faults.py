"""What may happen to a running service, each with its weight: the dice of a torture run choose among these.

Each returns how many processes it killed, and what it did in words. Knows nothing of what must come of it.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from soundings.runtime import is_running
from soundings.streams import ACK_WAIT
from tests.service import Service
from tests.torture.copies import Copies
from tests.torture.load import Load
from tests.torture.noticeboards import SOURCE, Noticeboards
from tests.torture.talk import Talk
from tests.waiting import wait_until

STAGES = ("listeners", "nlp", "store", "bus", "dashboard")
VICTIMS = (*STAGES, "nlp", "store", "bus", "listeners", "import", "second reader")
"""Whom a kill may hit; those that hold posts more often."""
LONGER = 2.5
"""Seconds that a paused process sleeps beyond ACK_WAIT: what it holds is delivered to another one meanwhile."""


@dataclass
class Scene:
    """All that a fault can reach."""

    service: Service
    talk: Talk
    load: Load
    boards: Noticeboards
    copies: Copies
    dice: random.Random
    wiped_at: dict[str, int] = field(default_factory=dict)
    """Visits of each feed when the bus was last wiped: it has to be asked again since."""
    _asleep: list[tuple[float, int]] = field(default_factory=list)
    _second: subprocess.Popen[bytes] | None = None

    def pid(self, victim: str) -> int:
        """The process of a victim, or 0."""
        match victim:
            case "import":
                running = self.load.pids()
                return self.dice.choice(running) if running else 0
            case "second reader":
                return self._second.pid if self._second and self._second.poll() is None else 0
            case _:
                return self.service.pids().get(victim, 0)

    def kill(self, victim: str) -> bool:
        """SIGKILL a victim; False when it does not live just now."""
        pid = self.pid(victim)
        if not pid or not is_running(pid):
            return False
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid), f"{victim} to die", 10, 0.005)
        return True

    def sleep(self, victim: str, seconds: float) -> bool:
        """SIGSTOP a victim, and wake it after so many seconds, while other faults go on."""
        pid = self.pid(victim)
        if not pid or not is_running(pid):
            return False
        os.kill(pid, signal.SIGSTOP)
        self._asleep.append((time.monotonic() + seconds, pid))
        return True

    def wake(self, all_of_them: bool = False) -> None:
        """Wake who has slept long enough."""
        now = time.monotonic()
        for due, pid in list(self._asleep):
            if all_of_them or due <= now:
                self._asleep.remove((due, pid))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def second_reader(self) -> None:
        """A second worker at the same durable consumer; the one of before, whose bus may be gone, goes."""
        self.no_second_reader()
        self._second = self.service.begin("run", "nlp")

    def no_second_reader(self) -> None:
        """End it."""
        if self._second:
            self._second.kill()
            self._second.wait()

    def wipe_bus(self) -> None:
        """Its files go, while it stands still: what feeds answer from now on can only be told to the new one."""
        self.wiped_at = self.boards.visits()
        shutil.rmtree(self.service.home / "bus", ignore_errors=True)

    def again(self) -> None:
        """The bus lost what was under way: files are imported again."""
        self.load.add(self.talk.unproven())


Fault = Callable[[Scene], tuple[int, str]]


def kill_one(scene: Scene) -> tuple[int, str]:
    victim = scene.dice.choice(VICTIMS)
    return int(scene.kill(victim)), f"SIGKILL {victim}"


def kill_several(scene: Scene) -> tuple[int, str]:
    victims = scene.dice.sample(sorted(set(VICTIMS)), scene.dice.randrange(2, 6))
    return sum(map(scene.kill, victims)), f"SIGKILL {' + '.join(victims)} at once"


def kill_up(scene: Scene) -> tuple[int, str]:
    scene.service.signal(signal.SIGKILL)
    scene.service.start()
    return 1, "SIGKILL `soundings up`, started again at once"


def kill_all(scene: Scene) -> tuple[int, str]:
    """`up`, its guard and every stage: as when the machine dies, but for what the kernel had not yet written."""
    return _kill_tree(scene), "SIGKILL of everything at once, started again"


def kill_all_but_one(scene: Scene) -> tuple[int, str]:
    """`up` and its guard die, and one process is left over, with its files open."""
    spared = scene.dice.choice(STAGES)
    return _kill_tree(scene, spared), f"SIGKILL of everything but {spared}, started again"


def _kill_tree(scene: Scene, *spared: str) -> int:
    killed = scene.service.kill_all_but(*spared)
    scene.service.start()
    return killed


def restart(scene: Scene) -> tuple[int, str]:
    scene.service.signal(scene.dice.choice([signal.SIGINT, signal.SIGTERM]))
    scene.service.start()
    return 0, "stopped and started again"


def sleep(scene: Scene) -> tuple[int, str]:
    victim = scene.dice.choice(VICTIMS)
    seconds = ACK_WAIT + LONGER
    scene.sleep(victim, seconds)
    return 0, f"SIGSTOP {victim} for {seconds:.0f} s"


def away(scene: Scene) -> tuple[int, str]:
    victim = scene.dice.choice(["nlp", "store", "bus"])
    seconds = scene.dice.randrange(20, 61)
    scene.sleep(victim, seconds)
    return 0, f"away for long: SIGSTOP {victim} for {seconds} s"


def wipe_while_down(scene: Scene) -> tuple[int, str]:
    scene.service.signal(signal.SIGTERM)
    scene.wipe_bus()
    scene.service.start()
    scene.again()
    return 0, "stopped, bus wiped, started; sources asked again"


def wipe_while_up(scene: Scene) -> tuple[int, str]:
    pid = scene.pid("bus")
    if not pid or not is_running(pid):
        return 0, "bus wiped: it was down just then, nothing done"
    os.kill(pid, signal.SIGSTOP)
    scene.wipe_bus()
    os.kill(pid, signal.SIGKILL)
    scene.service.wait_running("bus")
    scene.again()
    return 1, "bus killed and wiped under the running service; sources asked again"


def repeat(scene: Scene) -> tuple[int, str]:
    count = scene.copies.send_again()
    return 0, f"{count} old envelopes sent once more, with their old message ids"


def remove(scene: Scene) -> tuple[int, str]:
    batch = scene.talk.removal()
    if batch:
        scene.load.add([batch])
    return 0, f"a file orders the removal of {len(batch.removes) if batch else 0} posts"


def forget(scene: Scene) -> tuple[int, str]:
    source, handle = scene.talk.leaver()
    scene.service.insist("forget", "--source", source, "--account", handle, "--yes")
    return 0, f"{source}: an account asks to be forgotten"


def forget_notice(scene: Scene) -> tuple[int, str]:
    known = sorted(native for native, _ in scene.boards.heard(scene.service.home))
    if not known:
        return 0, "nothing heard yet to remove"
    native = scene.dice.choice(known)
    scene.boards.gone.add(native)
    scene.service.insist("forget", "--source", SOURCE, "--post", native, "--yes")
    return 0, "an officer removes an entry of a feed"


def second_reader(scene: Scene) -> tuple[int, str]:
    scene.second_reader()
    return 0, "a second nlp worker"


FAULTS: dict[Fault, int] = {
    kill_one: 50, kill_several: 16, kill_up: 4, kill_all: 4, kill_all_but_one: 2, restart: 2, sleep: 6,
    away: 2, wipe_while_down: 2, wipe_while_up: 2, repeat: 6, remove: 4, forget: 2, forget_notice: 2,
    second_reader: 3,
}  # fmt: skip
"""What may happen, and how often in comparison."""
