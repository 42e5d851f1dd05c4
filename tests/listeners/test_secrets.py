"""Secrets come from the environment or from a file that nobody else may read."""

from __future__ import annotations

from pathlib import Path

import pytest

from listeners.secrets import secret
from soundings.errors import BadInput

NAME = "SOUNDINGS_SOME_KEY"


@pytest.fixture(autouse=True)
def _none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


def test_from_the_environment_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, "  from-the-environment\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    assert secret(NAME, "key") == "from-the-environment"


def test_from_a_private_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("\nfrom-the-file \n")
    file.chmod(0o600)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    assert secret(NAME, "key") == "from-the-file"


@pytest.mark.parametrize(("content", "mode"), [(b"open", 0o640), (b"open", 0o604), (b" \n", 0o600), (b"\xff", 0o600)])
def test_what_cannot_be_used_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, mode: int
) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(mode)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    with pytest.raises(BadInput) as told:
        secret(NAME, "key")
    assert f"{NAME}_FILE" in str(told.value) or str(file) in str(told.value)
    assert "open" not in str(told.value)


def test_none_at_all_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"{NAME}.*{NAME}_FILE"):
        secret(NAME, "key")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    with pytest.raises(BadInput):
        secret(NAME, "key")
