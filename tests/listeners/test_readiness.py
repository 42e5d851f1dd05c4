"""What a source lacks is known without asking anyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from listeners import readiness
from listeners.sources import SOURCES
from soundings import policies
from soundings.council import CouncilFile
from tests.listeners.keyed import NO_KEY, TOKEN, keyed

__all__ = ["keyed"]  # pytest finds fixtures by their names
ON = {"enabled": True, "permission": "letter of 3 May"}
KEY = "AAAAexample%3D0123"


def file(**sources: Any) -> CouncilFile:
    return CouncilFile(None, tables={"sources": sources})


def test_what_needs_no_key_is_ready() -> None:
    feeds = {"enabled": True, "feed": [{"url": "https://news.example/rss"}]}
    assert readiness.of_file(file(feeds=feeds, bluesky={})) == {"feeds": []}


def test_without_a_feed_there_is_nothing_to_hear() -> None:
    [said] = readiness.of_file(file(feeds={"enabled": True}))["feeds"]
    assert "no feed is listed" in said and "[[sources.feeds.feed]]" in said


def test_the_sources_own_word_is_taken(keyed: pytest.MonkeyPatch) -> None:
    assert readiness.of_file(file(x=ON)) == {"x": [NO_KEY]}
    keyed.setenv(TOKEN, KEY)
    assert readiness.of_file(file(x=ON)) == {"x": []}


@pytest.mark.parametrize("wrong", [f'"{KEY}"', f"Bearer {KEY}", "two words", "<your token>", "changeme", "todo"])
def test_what_cannot_be_a_key_is_told_and_not_shown(keyed: pytest.MonkeyPatch, tmp_path: Path, wrong: str) -> None:
    keyed.setenv(TOKEN, f"  {wrong} ")
    [said] = readiness.of_file(file(x=ON))["x"]
    assert said.startswith(f"{TOKEN}: ") and "does not look like a key" in said and wrong not in said
    keyed.delenv(TOKEN)
    path = tmp_path / "token"
    path.write_text(wrong + "\n")
    keyed.setenv(f"{TOKEN}_FILE", str(path))
    [said] = readiness.of_file(file(x=ON))["x"]
    assert said.startswith(f"{TOKEN}_FILE: ") and wrong not in said


def test_a_file_that_is_not_there_is_the_sources_to_tell(keyed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keyed.setenv(f"{TOKEN}_FILE", str(tmp_path / "none"))
    assert readiness.of_file(file(x=ON)) == {"x": []}


def test_a_key_under_a_name_that_nobody_reads_is_told(keyed: pytest.MonkeyPatch) -> None:
    keyed.setenv(TOKEN, KEY)
    keyed.setenv("SOUNDINGS_X_TOKEN", KEY)
    [said] = readiness.of_file(file(x=ON))["x"]
    assert (
        said
        == f"SOUNDINGS_X_TOKEN is set, and nothing reads it. What is read is {TOKEN}, or the same with _FILE after it."
    )


def test_the_name_of_a_server_belongs_to_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    mastodon = policies.of("mastodon")
    assert readiness._is_key(mastodon, "SOUNDINGS_MASTODON_TOKEN_SOCIAL_EXAMPLE")
    assert readiness._is_key(mastodon, "SOUNDINGS_MASTODON_TOKEN_SOCIAL_EXAMPLE_FILE")
    unread = [*readiness._unread(mastodon, {"SOUNDINGS_MASTODON_KEY": "x", "SOUNDINGS_HOME": "y"})]
    assert len(unread) == 1 and unread[0].startswith("SOUNDINGS_MASTODON_KEY is set")


def test_of_a_source_that_is_not_switched_on_its_keys_are_told(keyed: pytest.MonkeyPatch) -> None:
    assert readiness.of_source("x", file()) == [NO_KEY]
    assert readiness.of_source("x", file(x={"enabled": False})) == [NO_KEY]
    assert readiness.of_source("x", file(x=ON)) == [NO_KEY]
    assert readiness.of_source("feeds", CouncilFile(None)) == []
    assert readiness.of_source("nextdoor", CouncilFile(None)) == []


def test_what_can_be_heard_is_named() -> None:
    assert readiness.loaded() == list(SOURCES)
