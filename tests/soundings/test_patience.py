"""Work that never returns ends its process, also when it never lets go of the interpreter, and tells no text."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from soundings import patience

BEGIN = "import re, sys, threading, time\nfrom soundings.patience import within\n"
SLEEPS = "with within(0.2):\n    threading.Event().wait(600)\n"
NEVER_LETS_GO = "SECRET = 'a' * 60 + '!'\nwith within(0.2):\n    re.match(r'(a+)+$', SECRET)\n"
IN_A_THREAD = """
def hang(text):
    re.match(r'(a+)+$', text)
with within(0.2):
    thread = threading.Thread(target=hang, args=('a' * 60 + '!',))
    thread.start()
    thread.join()
"""
RETURNS = "with within(60):\n    pass\nwith within(None):\n    pass\nprint('done')\n"
ONE_OF_TWO = "with within(600):\n    with within(0.2):\n        time.sleep(600)\n"
THE_OTHER = "with within(0.3):\n    with within(0.1):\n        pass\n    time.sleep(600)\n"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("code", [SLEEPS, NEVER_LETS_GO, IN_A_THREAD, ONE_OF_TWO, THE_OTHER])
def test_a_process_that_is_stuck_ends(code: str) -> None:
    done = run(code)
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert "aaaa" not in done.stderr


def test_what_returns_in_time_goes_on() -> None:
    done = run(RETURNS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_nothing_is_due_when_nothing_is_under_way() -> None:
    before = time.monotonic()
    with patience.within(3600), patience.within(1800):
        assert sorted(round(due - before, -1) for due in patience._due.values()) == [1800, 3600]
    assert patience._due == {}
