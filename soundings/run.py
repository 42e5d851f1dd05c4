"""`soundings run STAGE`: one stage in this process. How `up` and the containers start each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from soundings.cli import STAGES, load


def main(arguments: Sequence[str]) -> int:
    """Run the stage until it is told to stop."""
    parser = argparse.ArgumentParser(prog="soundings run", description="Run one stage in this process.")
    parser.add_argument("stage", choices=STAGES)
    stage = parser.parse_args(arguments).stage
    code: int | None = load(STAGES[stage])()
    return code or 0
