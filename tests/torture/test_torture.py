"""A bounded round of the torture harness with fixed seeds: every fault once, then by the dice (invariant R1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.faults import FAULTS
from tests.torture.run import Plan, torture

pytestmark = [pytest.mark.service, pytest.mark.long, pytest.mark.timeout(420)]


def test_every_fault_once_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    summary = torture(tmp_path, Plan(seed=1, kills=20, boards=8, each=True))
    assert all(fault.__name__.replace("_", " ") in summary for fault in FAULTS)


def test_kills_by_the_dice_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    assert "nothing lost, nothing twice, nothing rejected" in torture(tmp_path, Plan(seed=2, kills=15, boards=8))
