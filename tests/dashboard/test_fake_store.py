"""The fake store answers as the real one does: same names, same arguments."""

from __future__ import annotations

import inspect

import pytest

from store import questions
from tests.dashboard.fake_store import FakeStore

ASKED = [name for name, _ in inspect.getmembers(FakeStore, inspect.isfunction) if not name.startswith("_")]


@pytest.mark.parametrize("name", ASKED)
def test_same_arguments(name: str) -> None:
    fake = list(inspect.signature(getattr(FakeStore, name)).parameters.values())[1:]
    real = list(inspect.signature(getattr(questions, name)).parameters.values())[: len(fake)]
    assert [(each.name, each.default, each.kind) for each in fake] == [
        (each.name, each.default, each.kind) for each in real
    ]
