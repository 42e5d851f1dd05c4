"""Work that never returns ends its process, also when it never lets go of the interpreter, and tells no text."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from soundings import patience
from soundings.patience import Patience

BEGIN = "import re, sys, threading, time\nfrom soundings.patience import Patience, within\n"
SLEEPS = "with within(Patience(600, 0.2)):\n    threading.Event().wait(600)\n"
NEVER_LETS_GO = "SECRET = 'a' * 60 + '!'\nwith within(Patience(0.2, 600)):\n    re.match(r'(a+)+$', SECRET)\n"
NOR_ON_THE_WALL = NEVER_LETS_GO.replace("0.2, 600", "600, 0.2")
IN_A_THREAD = """
def hang(text):
    re.match(r'(a+)+$', text)
with within(Patience(0.2, 600)):
    thread = threading.Thread(target=hang, args=('a' * 60 + '!',))
    thread.start()
    thread.join()
"""
RETURNS = "with within(Patience(60, 60)):\n    pass\nwith within(None):\n    pass\nprint('done')\n"
ONE_OF_TWO = "with within(Patience(600, 600)):\n    with within(Patience(600, 0.2)):\n        time.sleep(600)\n"
THE_OTHER = "with within(Patience(9, 0.3)):\n    with within(Patience(9, 0.1)):\n        pass\n    time.sleep(600)\n"
BUSY_IS_NOT_ASLEEP = """
with within(Patience(0.3, 600)):
    time.sleep(0.6)
print('done')
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("code", [SLEEPS, NOR_ON_THE_WALL, ONE_OF_TWO, THE_OTHER])
def test_a_process_that_is_stuck_on_the_wall_ends(code: str) -> None:
    done = run(code)
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert "aaaa" not in done.stderr


@pytest.mark.parametrize("code", [NEVER_LETS_GO, IN_A_THREAD])
def test_a_process_that_works_for_ever_ends_and_says_where(code: str) -> None:
    done = run(code)
    assert done.returncode == -signal.SIGPROF
    assert "in match" in done.stderr
    assert "aaaa" not in done.stderr


def test_waiting_for_its_turn_says_nothing_against_it() -> None:
    """A machine with too much to do, one that was stopped, one that slept."""
    assert run(BUSY_IS_NOT_ASLEEP).stdout == "done\n"


def test_what_returns_in_time_goes_on() -> None:
    done = run(RETURNS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_nothing_is_due_when_nothing_is_under_way() -> None:
    with patience.within(Patience(3600, 7200)), patience.within(Patience(1800, 9000)):
        left, _ = signal.getitimer(signal.ITIMER_PROF)
        assert 1000 < left <= 1801, "the nearest"
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert patience._due == {}
