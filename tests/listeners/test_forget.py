"""`soundings forget`: for ever, and without repeating the name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from listeners import forget
from listeners.blocked import orders
from soundings.bus import Bus
from soundings.errors import BadInput, NothingRunning
from soundings.keys import Keys
from soundings.messages import Retraction, RetractionKind
from soundings.settings import Settings
from tests.listeners.kit import Clock, native, notices, outlet, posts


async def heard(bus: Bus, settings: Settings) -> None:
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("1", aliases=("line 1",)))
        await out.offer(native("2"))
        await out.offer(native("3", account="bob"))


@pytest.mark.servers
async def test_an_account_is_blocked_and_all_it_wrote_is_removed(
    bus: Bus, bus_settings: Settings, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await heard(bus, bus_settings)
    await forget.run(bus_settings, "demo", "@Anna_of_Weir", None, Clock())
    (order,) = await notices(bus)
    keys = Keys.open(bus_settings.keys_path)
    assert isinstance(order, Retraction) and order.kind is RetractionKind.BLOCKED
    assert (await posts(bus))[0].voice in order.voices
    assert await orders(bus) == {keys.account("demo", "anna_of_weir")}
    async with outlet(bus, bus_settings, Clock()) as out:
        assert out.ledger.count() == 1
    said = capsys.readouterr()
    assert "2 posts" in said.out
    assert "nna_of" not in said.out + said.err + caplog.text + order.model_dump_json()


@pytest.mark.servers
@pytest.mark.parametrize("name", ["1", "line 1", "id"])
async def test_one_post_by_any_of_its_names(
    bus: Bus, bus_settings: Settings, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await heard(bus, bus_settings)
    post_id = (await posts(bus))[0].id
    await forget.run(bus_settings, "demo", None, post_id if name == "id" else name, Clock())
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and (order.kind, order.post_id) == (RetractionKind.GONE, post_id)
    assert "is being removed." in capsys.readouterr().out


@pytest.mark.servers
async def test_a_post_that_the_ledger_lost_is_removed_all_the_same(
    bus: Bus, bus_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await forget.run(bus_settings, "demo", None, "unknown", Clock())
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and order.post_id == Keys.open(bus_settings.keys_path).post_id(
        "demo", "unknown"
    )
    assert "ledger did not know it" in capsys.readouterr().out


def test_it_needs_the_running_service() -> None:
    with pytest.raises(NothingRunning):
        forget.main(["--source", "files", "--account", "anna", "--yes"])


def test_it_asks_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:1")
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert forget.main(["--source", "feeds", "--account", "anna"]) == 1
    said = capsys.readouterr().out
    assert "cannot be undone" in said and "Nothing was done" in said and "anna" not in said


def test_a_mistyped_source_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:1")
    with pytest.raises(BadInput, match="no source 'blusky'"):
        forget.main(["--source", "blusky", "--account", "anna", "--yes"])
