"""Every part of a backup is really there, and they stand in the order in which a post passes them."""

from __future__ import annotations

import inspect

import pytest

from soundings import parts
from soundings.cli import load


@pytest.mark.parametrize("target", [*parts.SAVE, *parts.RESTORE])
def test_a_part_takes_the_work_and_says_how_much(target: str) -> None:
    signature = inspect.signature(load(target))
    wanted = "Saving" if target.endswith(":save") else "Restoring"
    assert [one.annotation for one in signature.parameters.values()] == [wanted]
    assert signature.return_annotation == "dict[str, int]"


def test_ledgers_first_and_the_store_after_the_bus() -> None:
    """What has left one place while it is copied is found in the next."""
    assert [target.partition(".")[0] for target in parts.SAVE] == ["listeners", "soundings", "store", "soundings"]
    assert parts.SAVE[1] == "soundings.bus_copy:save"


def test_the_bus_is_back_before_the_ledgers_obey() -> None:
    assert parts.RESTORE.index("soundings.bus_copy:restore") < parts.RESTORE.index("listeners.backup:restore")
