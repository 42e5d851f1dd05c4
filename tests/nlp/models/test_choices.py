"""The number of a choice of models only grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from nlp.models.choices import FILE, number
from soundings.errors import SoundingsError

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_none_ever_is_nought_and_writes_nothing(tmp_path: Path) -> None:
    assert number(tmp_path / "models", "", NOW) == 0
    assert not (tmp_path / "models").exists()


def test_the_same_choice_keeps_its_number(tmp_path: Path) -> None:
    first = number(tmp_path, "a", NOW)
    assert first == 325
    assert number(tmp_path, "a", NOW + timedelta(days=90)) == first


def test_each_change_is_greater_also_back_to_what_was_and_to_none(tmp_path: Path) -> None:
    found = [number(tmp_path, choice, NOW) for choice in ("a", "b", "a", "", "a")]
    assert found == sorted(set(found))


def test_a_clock_that_goes_back_changes_nothing_of_that(tmp_path: Path) -> None:
    first = number(tmp_path, "a", NOW)
    assert number(tmp_path, "b", NOW - timedelta(days=300)) == first + 1


def test_after_a_loss_it_goes_on_above(tmp_path: Path) -> None:
    first = number(tmp_path, "a", NOW)
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    assert number(tmp_path, "a", NOW + timedelta(days=1)) > first


def test_a_new_choice_that_cannot_be_noted_is_said(tmp_path: Path) -> None:
    number(tmp_path, "a", NOW)
    with patch("nlp.models.choices.write_private", side_effect=OSError(30, "Read-only file system")):
        assert number(tmp_path, "a", NOW) == 325
        with pytest.raises(SoundingsError, match="Read-only file system"):
            number(tmp_path, "b", NOW)
