"""`soundings forget`: for ever, and without repeating the name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from listeners import bluesky_names, forget
from listeners.blocked import orders
from listeners.lines import Line
from soundings.bus import Bus
from soundings.errors import BadInput, NothingRunning
from soundings.keys import Keys
from soundings.messages import Retraction, RetractionKind
from soundings.settings import Settings
from tests.listeners.kit import NOON, Clock, native, notices, outlet, posts, rejects
from tests.servers import NatsServer


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
    order, *by_id = await notices(bus)
    keys = Keys.open(bus_settings.keys_path)
    assert {one.post_id for one in by_id if isinstance(one, Retraction)} == {post.id for post in (await posts(bus))[:2]}
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


@pytest.mark.servers
async def test_a_post_of_another_source_is_told(bus: Bus, bus_settings: Settings) -> None:
    """Ordered under the wrong source it would vanish, and come back with its next edit."""
    await heard(bus, bus_settings)
    post_id = (await posts(bus))[0].id
    with pytest.raises(BadInput, match="--source demo"):
        await forget.run(bus_settings, "other", None, post_id, Clock())
    assert await notices(bus) == []


@pytest.mark.servers
async def test_a_native_id_that_looks_like_a_post_id_is_one(bus: Bus, bus_settings: Settings) -> None:
    odd = "feeds:" + "9f" * 16
    async with outlet(bus, bus_settings, Clock()) as out:
        await out.offer(native(odd))
    await forget.run(bus_settings, "demo", None, odd, Clock())
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and order.post_id == (await posts(bus))[0].id


ANNA = (
    '{"id": "1", "author": "@Anna_of_Weir", "text": "hers", "created_at": "2299-01-01"}',
    '{"id": 2, "author": "\\u0041nna_of_weir", "text": "escaped" ',
    '{"id": "3", "author": "bob", "text": "anna_of_weir said so" ',
)


async def reject_lines(bus: Bus, settings: Settings, *lines: str, source: str = "demo") -> None:
    async with outlet(bus, settings, Clock(), source) as out:
        for number, line in enumerate(lines, 1):
            await out.reject(Line(number, line.encode(), "a.jsonl").reject(source, "it cannot be read", NOON))


@pytest.mark.servers
async def test_rejected_lines_of_an_account_go_and_do_not_come_back(
    bus: Bus, bus_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await heard(bus, bus_settings)
    lines = (*ANNA, '{"id": "line 1", "text": "under the id of her post"', '{"id": "9", "author": "bob", "text": 1')
    await reject_lines(bus, bus_settings, *lines)
    await reject_lines(bus, bus_settings, ANNA[0], source="other")
    await forget.run(bus_settings, "demo", "Anna_of_Weir", None, Clock())
    assert "Rejected lines removed: 4." in capsys.readouterr().out
    assert [one.body for one in await rejects(bus) if one.source == "demo"] == [lines[-1]]
    assert len(await rejects(bus)) == 2
    await reject_lines(bus, bus_settings, *lines)
    again = {one.ref: one.body for one in await rejects(bus) if one.source == "demo"}
    assert [again[f"line {number}"] for number in (1, 2, 3, 5)] == ["", "", "", lines[-1]]


@pytest.mark.servers
@pytest.mark.parametrize("handle", ["e", "anna", "Si\u00e2n"])
async def test_the_lines_of_others_stay(bus: Bus, bus_settings: Settings, handle: str) -> None:
    """A handle stands for itself, not for a part of another word or handle."""
    others = ["7,joanna,text here", "8,anna.b,else", "9,anna_of_weir,x", "10,bob-anna-lee,x", "11,Sia\u0302nora,x"]
    own = [f"12,{handle},x", f'{{"id": 13, "text": "so said {handle}.', f"14,bob,(@{handle})", "15,Sia\u0302n,x"]
    await reject_lines(bus, bus_settings, *others, *own)
    await forget.run(bus_settings, "demo", handle, None, Clock())
    left = [one.body for one in await rejects(bus)]
    assert left == (others if handle.startswith("Si") else [*others, own[-1]])


@pytest.mark.servers
@pytest.mark.parametrize("line", ['{"id": 7, "text": "no end"', "7,2026-03-02,bins", '{"id": "7", "text": 5}'])
async def test_rejected_lines_of_a_post_go(bus: Bus, bus_settings: Settings, line: str) -> None:
    """Also when the ledger knows nothing of it, and by either name."""
    post_id = Keys.open(bus_settings.keys_path).post_id("demo", "7")
    for name in ("7", post_id):
        await reject_lines(bus, bus_settings, line, line.replace("7", "77"))
        await forget.run(bus_settings, "demo", None, name, Clock())
        assert [one.body for one in await rejects(bus)] == [line.replace("7", "77")]


@pytest.mark.servers
async def test_the_bytes_of_a_rejected_line_are_written_over(
    bus: Bus, bus_settings: Settings, nats_server: NatsServer
) -> None:
    await reject_lines(bus, bus_settings, ANNA[0])
    blocks = list(nats_server.folder.rglob("*.blk"))
    assert any(b"Anna_of_Weir" in block.read_bytes() for block in blocks)
    await forget.run(bus_settings, "demo", "anna_of_weir", None, Clock())
    assert not any(b"Anna_of_Weir" in block.read_bytes() for block in nats_server.folder.rglob("*.blk"))


def test_it_needs_the_running_service() -> None:
    with pytest.raises(NothingRunning):
        forget.main(["--source", "files", "--account", "anna", "--yes"])


def test_it_asks_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:1")
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert forget.main(["--source", "feeds", "--account", "anna"]) == 1
    said = capsys.readouterr().out
    assert "cannot be undone" in said and "Nothing was done" in said and "anna" not in said


class Terminal(io.StringIO):
    """A standard input at which a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("what", ["account", "post"])
@pytest.mark.parametrize("more", [["-"], []])
@pytest.mark.parametrize("stdin", [Terminal, io.StringIO])
def test_a_name_can_be_given_where_no_list_of_processes_shows_it(
    what: str,
    more: list[str],
    stdin: type[io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given: list[str | None] = []

    async def run(_: object, source: str, account: str | None, post: str | None) -> None:
        given.extend((source, account, post))

    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:1")
    monkeypatch.setattr(forget, "run", run)
    monkeypatch.setattr("sys.stdin", stdin(" @anna_of_weir \nyes\n"))
    assert forget.main(["--source", "feeds", f"--{what}", *more]) == 0
    name = "@anna_of_weir"
    assert given == ["feeds", name if what == "account" else None, name if what == "post" else None]
    said = capsys.readouterr().out
    assert "anna" not in said and (": " in said.split("?")[0]) == (stdin is Terminal)


@pytest.mark.parametrize("answer", ["", "\n", "@\n", "\udce9\n"])
def test_no_name_is_told(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:1")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    with pytest.raises(BadInput, match="handle is missing"):
        forget.main(["--source", "feeds", "--account", "-", "--yes"])


def test_the_help_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        forget.main(["--help"])
    assert "list of this machine's processes" in " ".join(capsys.readouterr().out.split())


def test_a_mistyped_source_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:1")
    with pytest.raises(BadInput, match="no source 'blusky'"):
        forget.main(["--source", "blusky", "--account", "anna", "--yes"])


@pytest.mark.parametrize(
    "option", [["--account", "@anna.example"], ["--post", "https://bsky.app/profile/anna.example/post/3k1"]]
)
def test_on_bluesky_only_a_did_names_an_account(
    option: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOUNDINGS_NATS_URL", "nats://127.0.0.1:9")
    with pytest.raises(BadInput, match="known by its DID") as told:
        forget.main(["--source", "bluesky", *option, "--yes"])
    assert "anna" not in f"{told.value}{capsys.readouterr()}"


def test_a_link_of_bluesky_is_the_name_of_its_post() -> None:
    did = "did:plc:abcdefghijklmnopqrstuvwx"
    uri = f"at://{did}/app.bsky.feed.post/3k1"
    assert bluesky_names.post(f"https://bsky.app/profile/{did}/post/3k1?ref=x") == uri
    assert bluesky_names.post(uri) == uri and bluesky_names.account(f" {did}\n") == did
