"""Posts that break whoever works them, each in its own way: `POISON kill` in a text, and so on.

Only test processes know these words (tests/nlp/poisoned.py, tests/store/poisoned.py); they are stages like the real
ones but for meeting them.
"""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import threading

from soundings import holding, streams

WORD = "POISON "
ACK_WAIT = "TEST_ACK_WAIT"
"""Environment variable: seconds that the bus holds an envelope for a dead worker, in place of the real 10."""


def meet(text: str) -> None:
    """Do what the text says."""
    match text.partition(WORD)[2]:
        case "":
            return
        case "raise":
            raise ZeroDivisionError
        case "hang":
            threading.Event().wait()
        case "hang and never let go":
            re.match(r"(a+)+$", "a" * 64 + "!")
        case "memory":
            bytearray(2**62)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(7)
        case "segfault":
            faulthandler._sigsegv()  # type: ignore[attr-defined]


def hurry() -> None:
    """Let the bus give up a dead worker sooner, when the environment says so."""
    if seconds := os.environ.get(ACK_WAIT):
        for module in (streams, holding):
            module.__dict__["ACK_WAIT"] = float(seconds)
