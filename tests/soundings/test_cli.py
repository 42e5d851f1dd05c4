"""The command line: instant, and every command is really there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from soundings import cli


def test_help_imports_nothing_heavy() -> None:
    """`soundings --help` stays instant because it loads nothing; the timing itself is in `make bench`."""
    script = "import sys; from soundings import cli; cli.main(['--help']); print(sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "soundings demo" in out
    for heavy in ("pydantic", "dataclasses", "asyncio", "nats", "faststream", "argparse"):
        assert f"'{heavy}'" not in out


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lisen"]) == 2
    assert "There is no command 'lisen'" in capsys.readouterr().err


def test_a_broken_council_file_stops_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "council.toml"
    broken.write_text("[council]\nname = Testford\n")
    monkeypatch.setenv("SOUNDINGS_COUNCIL", str(broken))
    assert cli.main(["up"]) == 2
    assert "council.toml line 2: this is not valid TOML" in capsys.readouterr().err


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SOUNDINGS_PAGE_PORT", "eighty")
    assert cli.main(["status"]) == 2
    assert "SOUNDINGS_PAGE_PORT" in capsys.readouterr().err


def test_a_typing_error_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["improt"]) == 2
    assert "Did you mean `soundings import`?" in capsys.readouterr().err


def test_a_home_that_cannot_be_made_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("SOUNDINGS_HOME", str(tmp_path / "a-file" / "home"))
    assert cli.main(["up"]) == 2
    assert "Choose a folder of your own with SOUNDINGS_HOME" in capsys.readouterr().err


def test_a_port_that_cannot_be_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["up", "--port", "99999"]) == 2
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err
