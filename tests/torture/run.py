"""`make torture N=500 SEED=1`: kills and other faults against a real service under load, until so many were killed.

After every stretch of faults, and at the end, all must be as the oracle says. Prints a line for each fault, a
summary, and for a failure how to run it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from soundings.logs import silence
from soundings.settings import Settings
from tests.service import LOOK, Service
from tests.torture.copies import Copies
from tests.torture.faults import FAULTS, Scene
from tests.torture.load import Load
from tests.torture.noticeboards import SOURCE, Noticeboards
from tests.torture.oracle import differences
from tests.torture.talk import Talk
from tests.waiting import wait_until

STRETCH = 25
"""Kills between two proofs."""
MOST_WAITING = 1500
"""Posts on the bus above which the officers take a rest: the proof must come in a reasonable time."""
DRAIN = 600.0
FIRST = 2
"""Files that must be imported before the first fault."""
CALM = 3.0
"""The longest pause between two faults, in seconds."""
COUNCIL = '[council]\nname = "Torture Town"\ntimezone = "Europe/London"\n\n[area]\nnames = ["Torture Town"]\n\n{feeds}'


@dataclass(frozen=True)
class Plan:
    """What a run is to do. The same seed draws the same faults; what they meet depends on the machine."""

    seed: int
    kills: int
    """It ends when so many processes were killed."""
    boards: int = 60
    """Feeds."""
    each: bool = False
    """First every fault once, in the order of the dice."""
    away: float = 0.0
    """Seconds for which the store stands still at the start, while everything else goes on."""


class Run:
    """One run."""

    def __init__(self, folder: Path, plan: Plan, out: TextIO) -> None:
        self._plan, self._out = plan, out
        dice = random.Random(plan.seed)
        self._dice = random.Random(dice.random())
        self._boards = Noticeboards(plan.boards, random.Random(dice.random()))
        self._service = Service(folder / "home")
        (folder / "home" / "council.toml").write_text(COUNCIL.format(feeds=self._boards.table()), encoding="utf-8")
        self._talk = Talk(folder / "files", random.Random(dice.random()))
        copies = Copies(Settings(home=folder / "home"), random.Random(dice.random()))
        self._load = Load(self._service, self._talk, self._few_wait)
        self._scene = Scene(self._service, self._talk, self._load, self._boards, copies, self._dice)
        self._due = self._dice.sample(list(FAULTS), len(FAULTS)) if plan.each else []
        self._begun = time.monotonic()
        self.kills, self.faults, self.proofs = 0, Counter[str](), 0
        self._slowest = 0.0

    def _few_wait(self) -> bool:
        return (self._service.totals()["waiting"] or 0) < MOST_WAITING

    def run(self) -> None:
        """Torture until enough were killed. Raises AssertionError with what is wrong."""
        try:
            self._service.start()
            if self._plan.away:
                self._store_away(self._plan.away)
            while self.kills < self._plan.kills or self._due:
                self._stretch()
                self._prove()
        finally:
            self._scene.wake(all_of_them=True)
            self._scene.no_second_reader()
            self._load.end()
            self._service.stop()
            self._boards.close()

    def _store_away(self, seconds: float) -> None:
        """The store stands still for long while everything else goes on: nothing may be rejected for it."""
        self._load.go()
        wait_until(lambda: (self._service.totals()["stored"] or 0) > 0, "the first posts", 60, LOOK)
        self._scene.sleep("store", seconds)
        until = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() > until, "the store's time away", seconds + 60, 1.0)
        waiting = self._service.totals()["waiting"] or 0
        self.say(f"the store was away for {seconds:.0f} s; {waiting:,} posts wait")
        assert waiting
        self._prove()

    def _stretch(self) -> None:
        self._load.go()
        wait_until(lambda: self._load.imports >= FIRST, "the first imports", 120, LOOK)
        until = min(self.kills + STRETCH, self._plan.kills)
        while self.kills < until or self._due:
            self._scene.wake()
            self._scene.copies.look()
            self._let_work()
            self._strike()

    def _let_work(self) -> None:
        """Let some posts come through before the next fault, or none: the dice say how long at most."""
        wanted = (self._service.totals()["stored"] or 0) + self._dice.randrange(60)
        deadline = time.monotonic() + self._dice.uniform(0, CALM)
        while time.monotonic() < deadline and (self._service.totals()["stored"] or 0) < wanted:
            time.sleep(LOOK)

    def _strike(self) -> None:
        fault = self._due.pop() if self._due else self._dice.choices(list(FAULTS), list(FAULTS.values()))[0]
        at = time.monotonic()
        killed, what = fault(self._scene)
        self.kills += killed
        self.faults[fault.__name__] += 1
        if killed and self._dice.random() < 0.6:
            took = self._recover(at)
            self._slowest = max(self._slowest, took)
            what += f"; all run again after {took:.1f} s"
        self.say(what)

    def _recover(self, since: float) -> float:
        """Wait until every stage has a living process, asleep or not. Returns the seconds since."""

        def runs() -> bool:
            self._scene.wake()
            return self._service.runs()

        wait_until(runs, "all stages to run again", 90, 0.1)
        return time.monotonic() - since

    def _prove(self) -> None:
        at = time.monotonic()
        home = self._service.home
        self._scene.wake(all_of_them=True)
        self._load.settle()
        self._boards.quiet(True)
        wait_until(lambda: not self._boards.unsettled(home, self._scene.wiped_at), "the feeds to be heard", DRAIN, LOOK)
        self._service.wait_drained(DRAIN)
        expected = self._talk.visible()
        expected.update({(SOURCE, native): text for native, text in self._boards.heard(home)})
        gone = {(item.source, item.native): item.text for item in self._talk.gone()}
        wrong = differences(self._service, expected, gone)
        assert not wrong, "\n".join(wrong)
        self._talk.proven()
        self._boards.quiet(False)
        self.proofs += 1
        self.say(
            f"PROOF {self.proofs}: {len(expected):,} posts, each once and in its newest text, {len(gone):,} removed "
            f"ones nowhere, 0 rejected; drained in {time.monotonic() - at:.0f} s"
        )

    def say(self, what: str) -> None:
        """A line of the log."""
        since = time.monotonic() - self._begun
        print(f"{since:7.1f} s  {self.kills:4d} killed  {what}", file=self._out, flush=True)

    def summary(self) -> str:
        """What was done and what came of it."""
        done = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(self.faults.items()))
        heard = sum(1 for _ in self._boards.heard(self._service.home))
        return (
            f"seed {self._plan.seed}: {self.kills} processes killed in {sum(self.faults.values())} faults and "
            f"{time.monotonic() - self._begun:.0f} s; {self._load.imports} files imported in {self._load.tries} tries; "
            f"{len(self._talk.visible()):,} posts of files and {heard:,} of feeds; {self.proofs} proofs: nothing lost, "
            f"nothing twice, nothing rejected; slowest recovery {self._slowest:.0f} s\n{done}"
        )


def torture(folder: Path, plan: Plan, out: TextIO = sys.stdout) -> str:
    """One run; returns its summary. Raises AssertionError saying what is wrong and how to run it again."""
    run = Run(folder, plan, out)
    try:
        run.run()
    except BaseException as error:
        run.say(f"FAILED: {error}")
        print(f"Again: make torture N={plan.kills} SEED={plan.seed}. What it left: {folder}", file=out, flush=True)
        raise
    return run.summary()


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--boards", type=int, default=Plan.boards, help="feeds")
    parser.add_argument("--away", type=float, default=0, help="seconds that the store stands still at the start")
    options = parser.parse_args(arguments)
    silence()
    plan = Plan(options.seed, options.kills, options.boards, away=options.away)
    print(f"seed {plan.seed}, until {plan.kills} processes are killed", flush=True)
    print(torture(Path(tempfile.mkdtemp(prefix="torture-")), plan))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
