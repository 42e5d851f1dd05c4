"""An old sample is taken away, and nothing that is not the sample's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from soundings import demo
from soundings.settings import Settings

Played = Callable[[int | None], None]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    def days_ago(days: int | None) -> None:
        monkeypatch.setattr(demo, "load", lambda target: lambda settings: days)

    return days_ago


@pytest.fixture
def home(settings: Settings) -> Settings:
    for name in demo.PLAYED_INTO:
        (settings.home / name).mkdir(parents=True)
    (settings.ledgers / "sample.sqlite").touch()
    settings.council_path.write_text('[council]\nname = "Mine"\ninvented = true\n')
    return settings


def test_yesterdays_sample_goes_and_the_council_file_stays(home: Settings, played: Played) -> None:
    played(1)
    demo.prepare(home)
    assert not any((home.home / name).exists() for name in demo.PLAYED_INTO)
    assert 'name = "Mine"' in home.council_path.read_text()


def test_todays_sample_stays(home: Settings, played: Played) -> None:
    played(0)
    demo.prepare(home)
    assert home.ledgers.exists()


def test_what_was_imported_beside_it_stays(home: Settings, played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    (home.ledgers / "files.sqlite").touch()
    played(3)
    demo.prepare(home)
    assert all((home.home / name).exists() for name in demo.PLAYED_INTO)
    assert "also holds your own imports" in capsys.readouterr().err


def test_a_new_folder_gets_the_samples_council_file(settings: Settings, played: Played) -> None:
    played(None)
    demo.prepare(settings)
    assert "Penmarrow" in settings.council_path.read_text(encoding="utf-8")
