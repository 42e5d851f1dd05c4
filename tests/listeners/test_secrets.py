"""Keys of platforms: where they come from, and what is said when they are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from listeners.secrets import secret
from soundings.errors import BadInput

NAME = "SOUNDINGS_INVENTED_KEY"


def test_a_key_comes_from_the_environment_or_a_private_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("  from the file\n")
    file.chmod(0o600)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    assert secret(NAME, "The key") == "from the file"
    monkeypatch.setenv(NAME, " from the environment ")
    assert secret(NAME, "The key") == "from the environment"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text("open to all")
    file.chmod(mode)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    with pytest.raises(BadInput, match="chmod 600") as refused:
        secret(NAME, "The key")
    assert "open to all" not in str(refused.value)


def test_what_is_missing_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"^The key is missing: put it into the variable {NAME}, or into a file"):
        secret(NAME, "The key")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    with pytest.raises(BadInput, match="cannot be read"):
        secret(NAME, "The key")
    empty = tmp_path / "empty"
    empty.touch(0o600)
    monkeypatch.setenv(f"{NAME}_FILE", str(empty))
    with pytest.raises(BadInput, match="is empty"):
        secret(NAME, "The key")
