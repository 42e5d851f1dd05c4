"""`soundings rejected --replay` on the real bus: what it brings back, what it must not, and that it may be repeated."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from listeners import again, forget, rejected
from listeners.importing import Times, run
from listeners.ledger import Ledger
from listeners.options import Options
from listeners.rejected_stream import read
from listeners.rejected_sweep import sweep
from soundings.bus import Bus
from soundings.envelopes import encode, seal
from soundings.errors import BadInput
from soundings.keys import Keys
from soundings.messages import Gap, Post, Reject, Retraction
from soundings.rejects import make_reject, with_item
from soundings.settings import Settings
from soundings.streams import POSTS
from tests.listeners.kit import COUNCIL, NOON, Clock, notices, posts, rejects

pytestmark = [pytest.mark.servers, pytest.mark.timeout(120)]

Command = Callable[..., Awaitable[str]]
NAIVE = "2026-03-02T18:30:00"


@pytest.fixture
def command(bus_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `soundings rejected` and gives what it said, with its exit code before it."""
    monkeypatch.setenv("SOUNDINGS_NATS_URL", bus_settings.nats_url)

    async def call(*argv: str) -> str:
        capsys.readouterr()
        code = await asyncio.to_thread(rejected.main, argv)
        return f"{code}: {capsys.readouterr().out}"

    return call


def line(name: int, **changes: Any) -> dict[str, Any]:
    return {"id": str(name), "text": f"Bins {name}", "created_at": NAIVE, "author": f"writer{name}"} | changes


async def take(settings: Settings, path: Path, *lines: dict[str, Any] | str, **options: Any) -> int:
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)
    await asyncio.to_thread(path.write_text, text)
    options.setdefault("source", "files")
    return await run(Options([path], wait=False, keep_going=True, **options), settings, COUNCIL, Times(clock=Clock()))


async def test_naive_times_come_in_once_their_zone_is_told(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", line(1), line(2), line(3, text=""), purpose="winter plan")
    assert [one.imported is not None for one in await rejects(bus)] == [True, True, True]
    assert await command("--replay", "--yes") == (
        "1: 3 rejected again, and still here\n"
        "  a.jsonl line 1: 'created_at' has no offset from UTC; add one, such as 2026-03-02T18:30:00+00:00, or give "
        "--timezone Europe/London\n"
        "  a.jsonl line 2: 'created_at' has no offset from UTC; add one, such as 2026-03-02T18:30:00+00:00, or give "
        "--timezone Europe/London\n"
        "  a.jsonl line 3: it has no text\n"
    )
    said = await command("--replay", "--yes", "--timezone", "Europe/London")
    assert said.startswith("0: 2 taken\n1 rejected again")
    found = await posts(bus)
    assert [post.text for post in found] == ["Bins 1", "Bins 2"]
    assert {post.area_match.purpose for post in found} == {"winter plan"}
    assert {post.happened_at.isoformat() for post in found} == {"2026-03-02T18:30:00+00:00"}
    (left,) = await rejects(bus)
    assert (left.ref, left.at, left.imported and left.imported.timezone) == ("line 3", NOON, "Europe/London")
    assert (await command("--replay", "--yes")).startswith("1: 1 rejected again"), "nothing comes in twice"
    assert len(await posts(bus)) == 2


CSV = (
    "id;text;created_at;author;note",
    '1;"Bins, two lines\nand a ""quote""";02/03/2026 18:30;anna;x',
    "2;Lamps;02/03/2026;bert;",
    "3;Parks;31/02/2026;bert;",
)


async def test_rows_of_a_table_keep_their_columns(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    await take(bus_settings, tmp_path / "a.csv", *CSV, source="survey")
    assert len(await rejects(bus)) == 3
    said = await command("--replay", "--yes", "--day-first", "--timezone", "Europe/London")
    assert said.startswith("0: 2 taken\n1 rejected again")
    assert [post.text for post in await posts(bus)] == ['Bins, two lines\nand a "quote"', "Lamps"]
    (left,) = await rejects(bus)
    assert left.ref == "line 5" and "not a date of the calendar" in left.reason


async def test_an_older_line_never_overwrites_a_newer_one(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", line(1, text="the first word"), line(2), line(3))
    dated = "2026-03-05T10:00:00Z"
    mended = [line(1, text="the last word", created_at=dated), line(2, created_at=dated),
              line(3, text="edited", created_at=dated, updated_at="2026-03-06T10:00:00Z")]  # fmt: skip
    await take(bus_settings, tmp_path / "b.jsonl", *mended)
    said = await command("--replay", "--yes", "--timezone", "Europe/London")
    assert said.startswith("0: 1 there already\n1 left out: a newer text is held\n1 rejected again")
    assert "another text is held under its id; an edit needs `updated_at`" in said
    assert [post.text for post in await posts(bus)] == ["the last word", "Bins 2", "edited"]
    said = await command("--replay", "--yes", "--timezone", "Europe/London")
    assert "cannot be sent again: it must be mended first" in said


async def test_what_was_removed_or_blocked_meanwhile_does_not_come_back(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", *(line(number) for number in range(5)))
    everything = [kept async for kept in read(bus)]
    await forget.run(bus_settings, "files", "writer1", None, Clock())
    await forget.run(bus_settings, "files", None, "2", Clock())
    await take(bus_settings, tmp_path / "b.jsonl", {"id": "3", "deleted": True})
    assert {one.ref for one in await rejects(bus)} == {"line 1", "line 5"}, "forget and deletions reach kept lines"
    for kept in everything:  # as if they had been rejected after that
        await bus.reject(later(kept.reject))
    said = await command("--replay", "--yes", "--timezone", "Europe/London")
    assert "2 left out: they were removed before" in said and "1 left out: the author asked to be forgotten" in said
    assert "2 taken" in said, "0 and 4"
    assert [post.text for post in await posts(bus)] == ["Bins 0", "Bins 4"]
    assert await rejects(bus) == []


async def test_two_replays_at_once_and_one_that_died(
    bus: Bus, bus_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 60
    await take(bus_settings, tmp_path / "a.jsonl", *(line(number) for number in range(count)), line(99, text=""))
    argv = ["--replay", "--yes", "--timezone", "Europe/London"]

    async def killed() -> None:
        given = rejected._parser().parse_args(argv)
        await rejected.replay(given, bus_settings)

    task = asyncio.create_task(killed())
    async with asyncio.timeout(30):
        while not (await bus.jetstream.stream_info(POSTS.name)).state.messages:
            await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.gather(killed(), killed())
    assert {post.text for post in await posts(bus)} == {f"Bins {number}" for number in range(count)}
    assert [one.ref for one in await rejects(bus)] == [f"line {count + 1}"]


def later(reject: Reject, minutes: int = 1) -> Reject:
    return reject.model_copy(update={"at": reject.at + timedelta(minutes=minutes)})


async def rejected_post(bus: Bus, post: Post, minutes: int = 0) -> None:
    """Leave what a later stage leaves that rejects a post."""
    reject = with_item(make_reject("nlp", post.source, post.id, "it failed alone 3 times", b"x", NOON), post)
    await bus.reject(later(reject, minutes))


async def test_posts_that_a_later_stage_rejected_are_sent_as_they_were(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    lines = [line(number, created_at=f"{NAIVE}Z") for number in range(4)]
    await take(bus_settings, tmp_path / "a.jsonl", *lines)
    sent = await posts(bus)
    for post in sent[:3]:
        await rejected_post(bus, post)
    await forget.run(bus_settings, "files", None, "1", Clock())
    assert len(await rejects(bus)) == 2, "forget reaches what is kept of a post"
    assert "Bins 0" in await command()
    shown = await command("--format", "json")
    assert "native_id" not in shown, "what names a post on its platform stays sealed"
    assert '"voice"' not in shown and not any(post.voice and post.voice in shown for post in sent)
    await rejected_post(bus, sent[1], 1)
    said = await command("--replay", "--yes")
    assert "2 posts sent to be read again" in said and "1 left out: they were removed before" in said
    again = (await posts(bus))[4:]
    marks = {"rejected_at": ANY, "first_rejected_at": NOON}
    assert again == [post.model_copy(update=marks) for post in (sent[0], sent[2])]
    assert all(post.rejected_at != NOON for post in again), "or the same bytes would be dropped at the next replay"
    assert await rejects(bus) == []


async def test_equal_bytes_are_not_taken_for_a_repeat(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    """Within two minutes the bus drops an envelope that it knows: acknowledged, and gone."""
    await take(bus_settings, tmp_path / "a.jsonl", line(1, created_at=f"{NAIVE}Z"))
    (sent,) = await posts(bus)
    order = Retraction(source="files", post_id=sent.id, reason="gone", observed_at=NOON)
    (envelope,) = seal([encode(sent)])
    await bus.publish(POSTS, POSTS.subject("files", 1), envelope)
    assert len(await posts(bus)) == 1, "it is dropped"
    for minutes in range(2):
        await rejected_post(bus, sent, minutes)
        notice = with_item(make_reject("store", "files", sent.id, "it failed", b"y", NOON), order)
        await bus.reject(later(notice, minutes))
        await command("--replay", "--yes")
    assert len(await posts(bus)) == 3
    assert await notices(bus) == [order, order]


async def test_a_rejected_removal_is_sent_to_the_store_again(
    bus: Bus, bus_settings: Settings, command: Command
) -> None:
    order = Retraction(source="feeds", post_id="feeds:" + "a" * 32, reason="gone", observed_at=NOON)
    gap = Gap(source="feeds", start=NOON, why="it was away")
    for notice, ref in ((order, str(order.post_id)), (gap, "gap")):
        await bus.reject(with_item(make_reject("store", "feeds", ref, "it failed", ref.encode(), NOON), notice))
    assert "An order to remove was not carried out" in await command("--source", "feeds")
    assert "2 removals and gaps sent to the store" in await command("--replay", "--yes")
    assert await notices(bus) == [order, gap] and await rejects(bus) == []


async def test_of_too_many_the_latest_are_asked_for(
    bus: Bus, bus_settings: Settings, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "LATEST_ONES", 2)
    refs = [f"files:{digit * 32}" for digit in "fa0b"]  # by their names the oldest would be among the last two
    for minutes, ref in enumerate(refs):
        await bus.reject(later(make_reject("nlp", "files", ref, "it failed", ref.encode(), NOON), minutes))
    said = await command("--replay", "--yes")
    assert (await again.ordered(bus, "files")).posts == set(refs[2:])
    assert "2 wait until their source gives them again" in said and "2 cannot be sent again: files is asked for" in said


async def test_what_cannot_be_sent_again_is_said_and_stays(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    await take(
        bus_settings, tmp_path / "a.jsonl", line(1, text="x" * 3_000_000), line(2, created_at=""), line(2, text="y")
    )
    for source in ("feeds", "sample"):
        await bus.reject(make_reject("nlp", source, f"{source}:{'a' * 32}", "it failed", b"x", NOON))
    await bus.reject(make_reject("nlp", "unknown", "item abc", "id: field required", b"y", NOON))
    bus_settings.council_path.write_text("[sources.sample]\nenabled = true\n")
    said = await command("--replay", "--yes")
    assert said.startswith("1: 1 rejected again")
    for why in (
        "1 cannot be sent again: its text was not kept: import the file again",
        "1 cannot be sent again: the source feeds is not switched on",
        "1 cannot be sent again: the source sample gives nothing twice",
        "1 cannot be sent again: it is no post",
    ):
        assert why in said
    assert len(await rejects(bus)) == 5


async def test_a_post_of_an_import_that_was_not_kept_comes_with_its_file(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    """Too long to be kept: importing the file once more would find it to be the same as before."""
    lines = [line(number, created_at=f"{NAIVE}Z") for number in range(2)]
    await take(bus_settings, tmp_path / "a.jsonl", *lines)
    first = (await posts(bus))[0]
    await bus.reject(make_reject("nlp", "files", first.id, "it failed", b"x", NOON))
    assert "1 wait until their source gives them again" in await command("--replay", "--yes")
    assert len(await rejects(bus)) == 1, "until it has come it stays"
    for _ in range(2):
        await take(bus_settings, tmp_path / "a.jsonl", *lines)
    found = await posts(bus)
    assert [post.id for post in found] == [found[0].id, found[1].id, first.id]
    assert await rejects(bus) == []


async def test_it_asks_first_and_filters(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", line(1))
    await take(bus_settings, tmp_path / "b.jsonl", line(2), source="survey")
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    said = await command("--replay", "--timezone", "Europe/London")
    assert said == (
        "1: Send again 2 lines and 0 posts and notices, and ask the sources for 0 more? [y/N] Nothing was sent.\n"
    )
    for few in (["--source", "other"], ["--stage", "nlp"], ["--file", "c.jsonl"], ["--since", "2026-11-11"]):
        assert (
            await command("--replay", "--yes", *few) == "0: Nothing of this kind was rejected in the last seven days.\n"
        )
    given = ["--source", "survey", "--stage", "listeners", "--file", "b.jsonl", "--since", "2026-11-10T11:59"]
    assert "1 taken" in await command("--replay", "--yes", "--timezone", "Europe/London", *given)
    assert [one.source for one in await rejects(bus)] == ["files"]
    with pytest.raises(BadInput, match="no time zone"):
        rejected.main(["--replay", "--timezone", "Mars/Utopia"])
    with pytest.raises(BadInput, match="add --replay"):
        rejected.main(["--day-first"])
    with pytest.raises(BadInput, match="write it as 2026-11-02"):
        await command("--since", "yesterday")


async def test_a_replay_keeps_a_line_no_longer(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", line(1))
    await command("--replay", "--yes", "--no-dates", "--timezone", "Europe/Paris", "--day-first", "--stage", "nlp")
    await take(bus_settings, tmp_path / "a.jsonl", line(1, text=""))
    await command("--replay", "--yes", "--timezone", "Europe/London")
    assert await sweep(bus, bus_settings, NOON + timedelta(days=7)) == 0
    assert await sweep(bus, bus_settings, NOON + timedelta(days=7, seconds=1)) == len(["line 1 with another text"])
    assert await rejects(bus) == []


async def test_the_sweep_takes_what_was_removed_before_it_was_rejected(
    bus: Bus, bus_settings: Settings, tmp_path: Path
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", *(line(number, created_at=f"{NAIVE}Z") for number in range(3)))
    sent = await posts(bus)
    await forget.run(bus_settings, "files", None, "1", Clock())
    for post in sent:
        await rejected_post(bus, post)
    order = Retraction(source="files", post_id=sent[1].id, reason="gone", observed_at=NOON)
    await bus.reject(with_item(make_reject("store", "files", sent[1].id, "it failed", b"z", NOON), order))
    assert await sweep(bus, bus_settings, NOON) == 1
    left = await rejects(bus)
    assert [one.ref for one in left if one.post] == [sent[0].id, sent[2].id]
    assert [one.notice for one in left if one.notice] == [order], "an order to remove is never swept"


async def test_forget_reaches_the_post_of_an_account_whose_ledger_is_lost(
    bus: Bus, bus_settings: Settings, tmp_path: Path
) -> None:
    await take(bus_settings, tmp_path / "a.jsonl", *(line(number, created_at=f"{NAIVE}Z") for number in range(2)))
    for post in await posts(bus):
        await rejected_post(bus, post)
    ledger = Ledger.open(bus_settings.ledgers, "files")
    ledger._writing.execute("DELETE FROM held")
    ledger.close()
    await forget.run(bus_settings, "files", "writer1", None, Clock())
    keys = Keys.open(bus_settings.keys_path)
    assert [one.ref for one in await rejects(bus)] == [keys.post_id("files", "0")]


async def test_kept_lines_are_written_to_be_mended(
    bus: Bus, bus_settings: Settings, tmp_path: Path, command: Command
) -> None:
    raw = b'{"id": "3", "text": "not \xff UTF-8 \\\\n", "created_at": "2026-03-02T18:30:00Z"}\n'
    path = tmp_path / "a.jsonl"
    await take(bus_settings, path, line(1), line(2, text=""))
    path.write_bytes(path.read_bytes() + raw)
    options = Options([path], wait=False, keep_going=True)
    await run(options, bus_settings, COUNCIL, Times(clock=Clock()))
    await take(bus_settings, tmp_path / "b.csv", *CSV)
    with pytest.raises(BadInput, match=r"different columns \(a.jsonl, b.csv\).*--file"):
        await command("--export", str(tmp_path / "out.csv"))
    with pytest.raises(BadInput, match=r"ends with .jsonl"):
        await command("--export", str(tmp_path / "out.csv"), "--file", "a.jsonl")
    assert "3 lines written to out.jsonl" in await command("--export", str(tmp_path / "out.jsonl"), "--file", "a.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == path.read_bytes()
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    await command("--export", str(tmp_path / "out.csv"), "--file", "b.csv")
    assert (tmp_path / "out.csv").read_text() == (tmp_path / "b.csv").read_text()
    with pytest.raises(BadInput, match="is there already"):
        await command("--export", str(tmp_path / "out.csv"), "--file", "b.csv")
    with pytest.raises(BadInput, match="None of these rejects holds a line"):
        await command("--export", str(tmp_path / "none.csv"), "--source", "feeds")
