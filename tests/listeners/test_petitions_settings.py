"""The table `[sources.petitions]`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from listeners.petitions import better_with
from listeners.petitions_settings import PetitionsSettings
from listeners.sources import problems
from tests.listeners.toml_values import VALUES


@pytest.mark.parametrize(
    "given",
    [
        {"site": "petition.parliament.uk"},
        {"constituencies": [" "]},
        {"least_share": 0},
        {"least_share": 1.5},
        {"least_signatures": 0},
        {"interval_hours": 0.1},
        {"creators": ["Anna"]},
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        PetitionsSettings.model_validate(given)


def test_what_is_lacking_is_said() -> None:
    assert better_with(PetitionsSettings()) == better_with(PetitionsSettings(enabled=True, constituencies=("X",))) == []
    assert "no constituency is named" in better_with(PetitionsSettings(enabled=True))[0]


@drawn(st.fixed_dictionaries({}, optional=dict.fromkeys(PetitionsSettings.model_fields, VALUES)))
def test_any_table_is_told_and_none_raises(table: dict[str, Any]) -> None:
    for problem in problems({"petitions": table}):
        assert problem.path[:2] == ("sources", "petitions") and problem.message
