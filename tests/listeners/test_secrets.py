"""Where a source's key may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from listeners.secrets import secret
from soundings.errors import BadInput

NAME = "SOUNDINGS_INVENTED_KEY"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, f"{NAME}_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_it_lies_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " abc\n")
    assert secret(NAME, "key") == "abc"


def test_or_in_a_file_of_ours_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("abc\n")
    file.chmod(0o600)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    assert secret(NAME, "key") == "abc"
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        with pytest.raises(BadInput, match="chmod 600"):
            secret(NAME, "key")


@pytest.mark.parametrize(
    ("held", "what"), [(None, "cannot be read"), (b"\xff", "cannot be read"), (b" \n", "is empty")]
)
def test_a_file_without_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: bytes | None, what: str) -> None:
    file = tmp_path / "key"
    if held is not None:
        file.write_bytes(held)
        file.chmod(0o600)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    with pytest.raises(BadInput, match=what) as failed:
        secret(NAME, "key")
    assert str(file) not in str(failed.value)


def test_without_one_it_says_what_to_do() -> None:
    with pytest.raises(BadInput, match=f"There is no key of the box: set {NAME}, or {NAME}_FILE"):
        secret(NAME, "key of the box")
