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
