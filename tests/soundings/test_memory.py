"""A stage looks for rubbish seldom, and a test leaves it as it was."""

from __future__ import annotations

import gc

from soundings.memory import SELDOM, look_often, look_seldom


def test_a_stage_looks_seldom_and_still_looks() -> None:
    try:
        look_seldom()
        assert gc.get_threshold() == SELDOM and gc.isenabled() and gc.get_freeze_count()
    finally:
        look_often()
    assert gc.get_threshold() == (700, 10, 10)
