"""One process at a time holds a home; a restored state takes its place whole, whatever dies in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soundings import home as home_module
from soundings.errors import SoundingsError
from soundings.files import write_private
from soundings.home import STATE, Swap, hold, place_aside, staging, state_in
from soundings.settings import Settings

OLD, NEW = ("keys.json", "bus", "council.toml"), ("keys.json", "ledgers", "bus", "database")


def fill(folder: Path, names: tuple[str, ...], what: str) -> None:
    """State that says what it is."""
    for name in names:
        write_private(folder / name if "." in name else folder / name / "file", what)


def contents(folder: Path) -> dict[str, str]:
    """Name -> what it says."""
    return {name: (folder / name if "." in name else folder / name / "file").read_text() for name in state_in(folder)}


@pytest.fixture
def aside(settings: Settings) -> Path:
    settings.home.mkdir()
    fill(settings.home, OLD, "old")
    fill(staging(settings), NEW, "new")
    return place_aside(settings, "before")


def test_a_second_one_is_told_who_holds_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_module, "LET_GO", 0.0)
    lock = hold(settings, print)
    with pytest.raises(SoundingsError, match="Soundings already runs in"):
        hold(settings, print)
    os.close(lock)
    os.close(hold(settings, print))


def test_the_new_is_in_place_and_the_old_aside(settings: Settings, aside: Path) -> None:
    Swap.begin(settings, Path("/b/1"), aside).finish()
    assert aside == settings.home.with_name("home-before")
    assert contents(settings.home) == dict.fromkeys(NEW, "new")
    assert contents(aside) == dict.fromkeys(OLD, "old")
    assert Swap.left_by_a_crash(settings) is None and not staging(settings).exists()


@pytest.mark.parametrize("survived", range(len(OLD) + len(NEW)))
def test_cut_short_anywhere_it_is_finished(
    settings: Settings, aside: Path, survived: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rename in turn is the last one before the process dies."""
    swap = Swap.begin(settings, Path("/b/1"), aside)
    with monkeypatch.context() as patch:
        left = iter(range(survived))

        def dying(real: Callable[..., Any]) -> Callable[..., Any]:
            def move(path: Path, target: Path) -> Any:
                if next(left, None) is None:
                    raise KeyboardInterrupt
                return real(path, target)

            return move

        patch.setattr(Path, "rename", dying(Path.rename))
        patch.setattr(Path, "replace", dying(Path.replace))
        with pytest.raises(KeyboardInterrupt):
            swap.finish()
    with pytest.raises(SoundingsError, match=r"cut short\. Finish it first: `soundings restore /b/1`"):
        hold(settings, print)
    os.close(hold(settings, print, restoring=True))
    again = Swap.left_by_a_crash(settings)
    assert again
    again.finish()
    assert contents(settings.home) == dict.fromkeys(NEW, "new")
    assert contents(aside) == dict.fromkeys(OLD, "old")
    os.close(hold(settings, print))


def test_what_was_never_ready_is_cleared_and_the_old_stays(settings: Settings, aside: Path) -> None:
    os.close(hold(settings, print))
    assert not staging(settings).exists()
    assert contents(settings.home) == dict.fromkeys(OLD, "old")


def test_the_five_places_are_named() -> None:
    assert set(STATE) == {
        "keys.json",
        "ledgers",
        "bus",
        "database",
        "council.toml",
        "places.jsonl",
        "places.wards.json",
    }
