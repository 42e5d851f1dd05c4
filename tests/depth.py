"""How far the tests that compare with a plain model go: the same bounded round everywhere, or deep and at random.

`HYPOTHESIS_PROFILE=deep` tries twenty times as many examples, others each time (CONTRIBUTING.md).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
TIMES = 20


def rounds(examples: int, steps: int) -> settings:
    """Settings for a state machine: `examples` runs of at most `steps` steps in an ordinary round."""
    return settings(
        max_examples=examples * TIMES if DEEP else examples,
        stateful_step_count=steps,
        derandomize=not DEEP,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
