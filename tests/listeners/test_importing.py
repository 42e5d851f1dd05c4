"""`soundings import` against the real bus."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from listeners import forget, importing, status
from listeners.importing import Times, main, run
from listeners.options import Options, parse
from listeners.rehearsal import rehearse
from soundings import cli, receipts
from soundings.bus import Bus
from soundings.council import load
from soundings.errors import BadInput, NothingRunning
from soundings.keys import Keys
from soundings.messages import Retraction, RetractionKind
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS, READINGS
from tests.listeners.kit import COUNCIL, NOON, Clock, notices, posts, rejects

LINE: dict[str, Any] = {
    "id": "1",
    "text": "Bins on Weir Road",
    "created_at": "2026-03-02T18:30:00+00:00",
    "author": "anna",
}


def write(path: Path, *lines: dict[str, Any] | str, name: str = "given.jsonl") -> Path:
    path = path / name
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


async def take(settings: Settings, files: Sequence[Path], **options: Any) -> int:
    options.setdefault("wait", False)
    return await run(Options(files, **options), settings, COUNCIL, Times(clock=Clock()))


@pytest.mark.servers
async def test_a_file_with_everything_wrong(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        tmp_path,
        LINE,
        LINE | {"id": "2", "text": "Thanks @anna"},
        '{"id": "3", "text": "cut',
        LINE | {"id": "4", "text": "half \ud800"},
        LINE | {"id": "5", "text": "nul \0"},
        LINE | {"id": "6", "text": "x" * 5_000_000},
        LINE | {"id": "7", "created_at": "2299-01-01T00:00:00Z"},
        LINE | {"text": "Another text"},
        LINE | {"created_at": "2026-03-03T18:30:00+00:00"},
        LINE | {"text": "An edit", "updated_at": "2026-03-03T18:30:00+00:00"},
        {"text": "no id", "campaign": 1},
        LINE | {"id": "8", "text": "the last"},
    )
    assert await take(bus_settings, [file], purpose="winter plan") == 0
    said = capsys.readouterr()
    assert "given.jsonl: 12 lines: 3 new, 1 changed, 1 the same as before, 7 rejected" in said.out
    assert "line 8: it uses the id of line 1 with another text" in said.out
    assert "'campaign'" in said.err
    found = {one.ref: one for one in await rejects(bus)}
    assert sorted(found) == sorted(f"line {number}" for number in (3, 4, 5, 6, 7, 8, 11))
    assert found["line 3"].body == '{"id": "3", "text": "cut\n' and found["line 3"].file == "given.jsonl"
    assert found["line 6"].body == "" and found["line 6"].length > 5_000_000
    assert "2299" in found["line 7"].reason
    said_now = await posts(bus)
    assert sorted(post.text for post in said_now) == ["An edit", "Thanks @[…]", "the last"]
    assert {post.area_match.purpose for post in said_now} == {"winter plan"}
    assert status.totals(bus_settings)["published"] == 3


@pytest.mark.servers
async def test_a_file_imported_again_changes_nothing(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = LINE | {"text": "An edit", "updated_at": "2026-03-03T18:30:00+00:00"}
    file = write(tmp_path, LINE, edit, LINE | {"id": "2"}, "bad")
    await take(bus_settings, [file])
    before = await posts(bus)
    capsys.readouterr()
    await take(bus_settings, [file])
    told = "4 lines: 0 new, 0 changed, 2 the same as before, 1 rejected, 1 older than an edit that we hold"
    assert told in capsys.readouterr().out
    assert await posts(bus) == before
    assert len(await rejects(bus)) == 1


@pytest.mark.servers
async def test_a_new_text_below_an_edit_is_told(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be the first text again, or an edit without its date: nobody can tell, so it is said and not taken."""
    await take(bus_settings, [write(tmp_path, LINE | {"updated_at": "2026-03-03T18:30:00+00:00"})])
    again = write(tmp_path, LINE | {"text": "Another text"}, LINE)
    capsys.readouterr()
    assert rehearse(Options([again], dry_run=True), bus_settings, COUNCIL) == 0
    await take(bus_settings, [again])
    said = capsys.readouterr().out
    counted = "2 lines: 0 new, 0 changed, 1 the same as before, 0 rejected, 1 older than an edit that we hold"
    assert said.count(counted) == 2 and "needs `updated_at`" in said


@pytest.mark.servers
async def test_an_import_knows_who_is_to_be_forgotten(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = Keys.open(bus_settings.keys_path).account("files", "anna")
    order = Retraction(source="files", account=account, kind=RetractionKind.BLOCKED, reason="x", observed_at=NOON)
    receipts.append(bus_settings.receipts, [receipts.Receipt(order=order, taken_at=NOON)])
    await take(bus_settings, [write(tmp_path, LINE)])
    assert "1 left out (asked to be forgotten)" in capsys.readouterr().out
    assert await posts(bus) == []


@pytest.mark.servers
async def test_a_line_can_remove(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, LINE, {"id": "1", "deleted": True}, {"id": "never", "deleted": True})
    assert await take(bus_settings, [file]) == 0
    assert "1 removed, 1 to remove that we do not hold" in capsys.readouterr().out
    assert len(await notices(bus)) == 2
    assert status.totals(bus_settings)["published"] == 0


@pytest.mark.servers
async def test_a_rejected_line_does_not_claim_its_id(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, LINE | {"created_at": "2126-01-01T00:00:00Z", "text": "a typing error"}, LINE)
    assert rehearse(Options([file], dry_run=True), bus_settings, COUNCIL) == 0
    await take(bus_settings, [file])
    assert capsys.readouterr().out.count("2 lines: 1 new, 0 changed, 0 the same as before, 1 rejected") == 2
    assert [post.text for post in await posts(bus)] == [LINE["text"]]


@pytest.mark.servers
@pytest.mark.parametrize("together", [True, False])
async def test_a_removal_may_come_before_its_post(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], together: bool
) -> None:
    """An export with the newest first, or the file of what is gone before the file of the posts."""
    gone = {"id": "1", "deleted": True}
    apart = [write(tmp_path, gone, name="gone.jsonl"), write(tmp_path, LINE)]
    files = [write(tmp_path, gone, LINE)] if together else apart
    assert rehearse(Options(files, dry_run=True), bus_settings, COUNCIL) == 0
    rehearsed = capsys.readouterr().out
    await take(bus_settings, files)
    said = capsys.readouterr().out
    assert "1 removed before" in said and ("1 removed before" in rehearsed) == together
    assert await posts(bus) == []
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and order.post_id == Keys.open(bus_settings.keys_path).post_id("files", "1")
    await take(bus_settings, files)
    assert len(await notices(bus)) == 1  # it is known, and not ordered again


@pytest.mark.servers
async def test_what_was_removed_stays_removed(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An officer removes one post by its id, a file another one; importing both again adds nothing."""
    file = write(tmp_path, LINE, LINE | {"id": "2"}, LINE | {"id": "3"})
    await take(bus_settings, [file])
    await forget.run(bus_settings, "files", None, "1", Clock())
    await take(bus_settings, [write(tmp_path, {"id": "2", "deleted": True}, name="gone.jsonl")])
    capsys.readouterr()
    for _ in range(2):
        await take(bus_settings, [file])
        said = capsys.readouterr().out
        assert "3 lines: 0 new, 0 changed, 1 the same as before, 0 rejected, 2 removed before" in said
    assert len(await posts(bus)) == 3
    assert status.totals(bus_settings)["published"] == 1
    assert rehearse(Options([file], dry_run=True), bus_settings, COUNCIL) == 0
    assert "1 the same as before, 0 rejected, 2 removed before" in capsys.readouterr().out


@pytest.mark.servers
async def test_the_wrong_file_stops_and_leaves_no_rejects(bus: Bus, bus_settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path, *(["no json"] * 30), LINE)
    with pytest.raises(BadInput, match=r"none of the first 20 lines.*--keep-going"):
        await take(bus_settings, [file])
    assert await rejects(bus) == []
    assert await take(bus_settings, [file], keep_going=True) == 0
    assert len(await rejects(bus)) == 30


@pytest.mark.servers
async def test_lines_that_no_stage_could_take_cost_only_themselves(
    bus: Bus, bus_settings: Settings, tmp_path: Path
) -> None:
    odd = [LINE | {"id": name, name: "\ud800"} for name in ("reply_to", "thread", "link", "place", "author", "kind")]
    more: list[dict[str, Any] | str] = [
        {"id": "\ud800", "deleted": True},
        '{"id": 1, "text": "x", "lat": %s, "lon": 1}' % ("9" * 400),
    ]
    file = write(tmp_path, LINE, *odd, *more, LINE | {"id": "last"}, name=os.fsdecode(b"caf\xe9.jsonl"))
    assert await take(bus_settings, [file]) == 0
    assert len(await posts(bus)) == 2
    found = await rejects(bus)
    assert {one.ref for one in found} == {f"line {number}" for number in range(2, 10)}
    assert {one.file for one in found} == {"caf\\udce9.jsonl"}


@pytest.mark.servers
async def test_a_short_file_of_nothing_good(bus: Bus, bus_settings: Settings, tmp_path: Path) -> None:
    assert await take(bus_settings, [write(tmp_path, "no json", "none")]) == 1
    assert len(await rejects(bus)) == 2


@pytest.mark.servers
async def test_it_returns_when_the_bus_has_drained(bus: Bus, bus_settings: Settings, tmp_path: Path) -> None:
    async def work_off() -> None:
        for stream in (POSTS, READINGS):
            reader = await bus.jetstream.pull_subscribe(
                stream.subjects, durable=f"test-{stream.name}", stream=stream.name
            )
            (message,) = await reader.fetch(1, timeout=20)
            if stream is POSTS:
                await bus.jetstream.publish("readings.demo.1", b"{}", stream="readings")
            await message.ack_sync()

    worker = asyncio.create_task(work_off())
    assert await take(bus_settings, [write(tmp_path, LINE)], wait=True) == 0
    await worker
    for stream in (POSTS, READINGS, NOTICES):
        assert (await bus.jetstream.stream_info(stream.name)).state.messages == 0


@pytest.mark.servers
async def test_a_stage_that_stands_still_is_named(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options([write(tmp_path, LINE)])
    assert await run(options, bus_settings, COUNCIL, Times(clock=Clock(), patience=0.3)) == 1
    assert "nlp has 1 envelopes before it and does not move" in capsys.readouterr().err
    assert len(await posts(bus)) == 1


@pytest.mark.servers
async def test_a_bus_that_is_full_is_told(
    bus: Bus, bus_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = POSTS.config(1, 1)
    config.max_bytes = 1024
    await bus.jetstream.update_stream(config)
    file = write(tmp_path, *(LINE | {"id": str(number)} for number in range(300)))
    assert await run(Options([file]), bus_settings, COUNCIL, Times(clock=Clock(), patience=2)) == 1
    assert "for 2 s this has waited for nlp: its queue is full" in capsys.readouterr().err
    assert status.totals(bus_settings)["published"] == 0


@pytest.mark.servers
async def test_two_imports_at_once(bus: Bus, bus_settings: Settings, tmp_path: Path) -> None:
    lines = [LINE | {"id": str(number)} for number in range(500)]
    one, two = write(tmp_path, *lines, name="a.jsonl"), write(tmp_path, *lines, name="b.jsonl")
    assert set(await asyncio.gather(take(bus_settings, [one]), take(bus_settings, [two]))) == {0}
    assert len({post.id for post in await posts(bus)}) == 500
    assert status.totals(bus_settings)["published"] == 500


@pytest.mark.parametrize("word", ["Enforcement", "fraud investigation", "employment checks", "surveillance"])
def test_purposes_that_are_refused(word: str) -> None:
    with pytest.raises(BadInput, match="may not be used for"):
        parse(["a.csv", "--purpose", word])


@pytest.mark.parametrize(
    "argv",
    [["a.csv", "--source", "Two Words"], ["a.csv", "--source", "feeds"], ["a.csv", "--timezone", "Mars/Olympus"]],
)
def test_options_that_cannot_be(argv: list[str]) -> None:
    with pytest.raises(BadInput):
        parse(argv)


def test_nothing_running_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingRunning, match="soundings up"):
        main([str(write(tmp_path, LINE))])


@pytest.mark.servers
async def test_a_bus_that_does_not_answer_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CONNECT", 0.3)
    away = settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with pytest.raises(NothingRunning, match="does not answer"):
        await take(away, [write(tmp_path, LINE)])


def test_a_rehearsal_needs_nothing_running_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    file = write(
        tmp_path, LINE, LINE | {"id": "2", "created_at": "2299-01-01T00:00:00Z"}, "bad", LINE | {"text": "other"}
    )
    assert main(["--dry-run", str(file)]) == 0
    said = capsys.readouterr().out
    assert "4 lines: 1 new, 0 changed, 0 the same as before, 3 rejected" in said and "nothing was imported" in said
    assert not settings.home.exists()


def test_a_rehearsal_tells_odd_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, LINE, {"id": "\ud800", "deleted": True}, name=os.fsdecode(b"caf\xe9.jsonl"))
    assert main(["--dry-run", str(file)]) == 0
    said = capsys.readouterr().out
    assert "2 lines: 1 new" in said and "line 2: 'id' holds half a character" in said
    said.encode()


@pytest.mark.parametrize("name", ["none.csv", "none.xlsx", "folder", "empty.jsonl", "book.xlsx", "files.zip"])
def test_what_is_no_text_is_told_in_one_sentence(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.jsonl").touch()
    for packed in ("book.xlsx", "files.zip"):
        with zipfile.ZipFile(tmp_path / packed, "w") as archive:
            archive.writestr("a.csv", "id,text\n")
    for more in ([], ["--dry-run"], ["--format", "csv"]):
        assert cli.main(["import", str(tmp_path / name), *more]) == 2
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1 and said.err.startswith(name)


def test_the_empty_council_file_is_enough(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml").council.name and NOON.tzinfo
