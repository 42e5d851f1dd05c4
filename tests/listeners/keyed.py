"""A source that needs a key and a consent, as those of X and Reddit do. It stands in for `x` in tests."""

from __future__ import annotations

import os
from typing import ClassVar

import pytest
from pydantic import model_validator

from listeners.sources import SOURCES, SourceSettings

TOKEN = "SOUNDINGS_X_BEARER_TOKEN"
NO_KEY = f"There is no bearer token: set {TOKEN}."


class KeyedSettings(SourceSettings):
    """Its table."""

    permission: str = ""

    @model_validator(mode="after")
    def _has_permission(self) -> KeyedSettings:
        if self.enabled and not self.permission:
            raise ValueError("write the reference of X's consent in `permission`")
        return self


class Keyed:
    """Hears nothing."""

    Settings: ClassVar[type[SourceSettings]] = KeyedSettings


def lacking(settings: KeyedSettings) -> list[str]:
    """As every module of a source with a key has it."""
    return [] if TOKEN in os.environ or f"{TOKEN}_FILE" in os.environ else [NO_KEY]


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The source `x` is this one, and no key is set."""
    for variable in [name for name in os.environ if name.startswith(("SOUNDINGS_X_", "SOUNDINGS_MASTODON_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setitem(SOURCES, "x", f"{__name__}:Keyed")
    return monkeypatch
