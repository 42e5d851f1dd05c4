"""`soundings rejected`: what, why, and nothing that steers a terminal."""

from __future__ import annotations

import asyncio
import errno
import json
from datetime import timedelta

import pytest

from listeners import rejected
from listeners.lines import Line
from listeners.rejected_table import table
from soundings.bus import Bus
from soundings.errors import NothingRunning, SoundingsError
from soundings.rejects import make_reject
from soundings.settings import Settings
from tests.listeners.kit import NOON, rejects


@pytest.mark.servers
async def test_newest_first_and_nothing_is_taken(bus: Bus, bus_settings: Settings) -> None:
    for number in range(5):
        line = Line(number, f"line {number}".encode(), "a.csv")
        await bus.reject(line.reject("files", "it has no id", NOON + timedelta(minutes=number)))
        await bus.reject(line.reject("files", "it has no id", NOON + timedelta(minutes=number)))
    await bus.reject(make_reject("nlp", "feeds", "feeds:" + "a" * 32, "it failed", b"secret", NOON))
    for _ in range(2):
        found = await rejected.run(bus_settings)
        assert [one.ref for one in found if one.stage == "listeners"] == [
            f"line {number}" for number in (4, 3, 2, 1, 0)
        ]
        assert len(found) == 6
    assert len(await rejects(bus)) == 6


@pytest.mark.servers
async def test_the_command(
    bus: Bus, bus_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", bus_settings.nats_url)

    async def command(*argv: str) -> str:
        assert await asyncio.to_thread(rejected.main, argv) == 0
        return capsys.readouterr().out

    assert "Nothing was rejected" in await command()
    await bus.reject(Line(17, b"1,\x1b[2J\xff,\xe2\x80\xae", "a.csv").reject("files", "it is not UTF-8 text", NOON))
    await bus.reject(make_reject("nlp", "feeds", "feeds:" + "a" * 32, "it failed", b"secret", NOON))
    table = await command()
    assert "a.csv line 17" in table and "it is not UTF-8 text (11 bytes, " in table and "secret" not in table
    assert "\x1b" not in table and "\u202e" not in table and "\\u001b" in table
    assert "2 rejected in the last seven days" in table
    only = await command("--source", "files", "--format", "json")
    assert json.loads(only)["ref"] == "line 17" and "\x1b" not in only
    assert "line 17" not in await command("--source", "feeds")


def test_the_list_is_by_kind_with_what_it_means_and_what_to_do() -> None:
    zone = "'created_at' has no offset from UTC; add one"
    found = [
        Line(number, b"x%d" % number, "a.csv").reject("files", reason, NOON)
        for number, reason in enumerate(("it has no id", zone, zone))
    ]
    shown = list(table(found, found))
    assert [line for line in shown if not line.startswith(" ")] == [
        "2 x a time without a time zone",
        "",
        "1 x no id, or too long a one",
        "",
        "3 rejected in the last seven days: listeners files 3.",
    ]
    assert sum("What it means: " in line for line in shown) == sum("What to do: " in line for line in shown) == 2
    assert "`soundings rejected --replay --timezone Europe/London`" in "".join(shown)


def test_it_needs_the_running_service() -> None:
    with pytest.raises(NothingRunning):
        rejected.main([])


@pytest.mark.servers
async def test_a_disk_that_fails_is_not_told_as_a_bus_that_is_away(bus: Bus, bus_settings: Settings) -> None:
    with pytest.raises(SoundingsError, match=r"^Stopped by x\.sqlite: no space left on device\. What was not sent"):
        async with rejected._bus(bus_settings):
            raise OSError(errno.ENOSPC, "No space left on device", "x.sqlite")
