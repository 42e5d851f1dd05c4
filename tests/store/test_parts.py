"""ClickHouse's files, read without ClickHouse: what a real engine wrote is in tests/store/test_sweep.py."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lz4.block
import pytest

from store import scan
from store.aside import KEPT_FOR, remove_old
from store.parts import LZ4, PLAIN, SEVERAL, Unreadable, column, parts
from tests.factories import post_id


def packed(plain: bytes, method: int = LZ4) -> bytes:
    """A block as ClickHouse writes it; the checksum is not looked at."""
    body = lz4.block.compress(plain, store_size=False) if method == LZ4 else plain
    return bytes(16) + struct.pack("<BII", method, len(body) + 9, len(plain)) + body


def wide(folder: Path, *blocks: bytes) -> Path:
    """A wide part: one file for the column."""
    folder.mkdir(parents=True)
    (folder / "id.bin").write_bytes(b"".join(blocks))
    return folder


def test_an_id_that_lies_across_two_blocks_is_found(tmp_path: Path) -> None:
    ids = b"".join(post_id(str(number)).encode() for number in range(100))
    for cut in range(1, 40):
        wide(tmp_path / str(cut) / "all_1_1_0", packed(ids[:cut]), packed(ids[cut:], PLAIN))
        found = scan.look(tmp_path / str(cut), {post_id("0"), post_id("1"), post_id("99"), post_id("absent")}).found
        assert found == {"all_1_1_0": {post_id("0"), post_id("1"), post_id("99")}}


@pytest.mark.parametrize("kept", [1, 20, 30])
def test_a_block_that_is_half_written_is_left_out(tmp_path: Path, kept: int) -> None:
    part = wide(tmp_path / "tmp_merge_1", packed(b"whole"), packed(post_id().encode())[:kept])
    assert list(column(part, "id")) == [b"whole"]


@pytest.mark.parametrize(
    "block",
    [packed(b"x", 0x7F), bytes(16) + struct.pack("<BII", LZ4, 13, 99) + b"\xff" * 4, bytes(16) + b"\x82" + bytes(8)],
)
def test_what_is_no_block_is_said_and_never_passed_over(tmp_path: Path, block: bytes) -> None:
    wide(tmp_path / "all_1_1_0", block)
    with pytest.raises(Unreadable, match="all_1_1_0: a "):
        scan.look(tmp_path, {post_id()})


def test_a_part_that_does_not_say_its_columns_is_searched_whole(tmp_path: Path) -> None:
    part = tmp_path / "tmp_insert_1"
    part.mkdir()
    (part / "data.bin").write_bytes(packed(b"12345678", SEVERAL) + packed(post_id().encode()))
    assert scan.look(tmp_path, {post_id()}).found == {"tmp_insert_1": {post_id()}}
    (part / "columns.txt").write_text("columns format version: 1\n1 columns:\n`post_id` String\n")
    assert scan.look(tmp_path, {post_id()}).found == {}, "no column of that name: a list of what was removed, say"


def test_a_folder_that_goes_while_it_is_read_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = wide(tmp_path / "all_1_1_0", packed(post_id().encode()))
    monkeypatch.setattr(scan, "parts", lambda _: iter([tmp_path / "all_2_2_0", gone]))
    assert scan.look(tmp_path, {post_id()}).found == {"all_1_1_0": {post_id()}}


def test_only_folders_with_columns_are_parts(tmp_path: Path) -> None:
    wide(tmp_path / "store" / "detached" / "all_1_1_0")
    (tmp_path / "metadata").mkdir()
    assert list(parts(tmp_path)) == [tmp_path / "store" / "detached" / "all_1_1_0"]


def aside(tmp_path: Path, name: str = "broken-on-start_202611_1_1_0") -> Path:
    """A compact part that ClickHouse set aside, with one post in it."""
    part = tmp_path / "detached" / name
    part.mkdir(parents=True)
    (part / "data.bin").write_bytes(packed(b"12345678", SEVERAL) + packed(post_id().encode()))
    (part / "columns.txt").write_text("columns format version: 1\n1 columns:\n`id` String\n")
    (part / "columns_substreams.txt").write_text(
        "".join(f"1 substreams for column `{n}`:\n\t{n}\n" for n in ("id", "x"))
    )
    return part


@pytest.mark.parametrize("marks", [b"", bytes(3), bytes(90), packed(bytes(5 * 8)), packed(b"\xff" * 5 * 8)])
def test_of_a_part_that_was_set_aside_no_mark_is_believed(tmp_path: Path, marks: bytes) -> None:
    """A full disk leaves empty ones: by them there would be nothing to search."""
    (aside(tmp_path) / "data.cmrk4").write_bytes(marks)
    assert list(scan.look(tmp_path, {post_id()}).found.values()) == [{post_id()}]


def test_marks_that_are_empty_say_nothing(tmp_path: Path) -> None:
    part = aside(tmp_path)
    (part / "data.cmrk4").write_bytes(b"")
    part.rename(tmp_path / "202611_1_1_0")
    assert scan.look(tmp_path, {post_id()}).found == {"202611_1_1_0": {post_id()}}


@pytest.mark.parametrize("columns", [b"\xff\xfe", bytes(200), b""])
def test_a_damaged_list_of_columns_says_nothing(tmp_path: Path, columns: bytes) -> None:
    (aside(tmp_path) / "columns.txt").write_bytes(columns)
    assert list(scan.look(tmp_path, {post_id()}).found.values()) == [{post_id()}]


def test_what_was_set_aside_and_cannot_be_searched_is_told_and_costs_nothing(tmp_path: Path) -> None:
    part = aside(tmp_path)
    with (part / "data.bin").open("ab") as file:
        file.write(bytes(200))
    wide(tmp_path / "all_1_1_0", packed(post_id("2").encode()))
    looked = scan.look(tmp_path, {post_id(), post_id("2")})
    assert looked.unreadable == {str(part.relative_to(tmp_path))}
    assert looked.found == {str(part.relative_to(tmp_path)): {post_id()}, "all_1_1_0": {post_id("2")}}


def test_after_two_weeks_it_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    old, by_hand, now = aside(tmp_path), aside(tmp_path, "202611_2_2_0"), datetime.now(UTC)
    living = wide(tmp_path / "broken-on-start_1", packed(b"x"))
    assert remove_old([old, by_hand, living], now + KEPT_FOR - timedelta(minutes=1)) == []
    assert remove_old([old, by_hand, living, tmp_path / "detached" / "broken-on-start_9"],
                      now + KEPT_FOR + timedelta(minutes=1)) == [old]  # fmt: skip
    assert [path.exists() for path in (old, by_hand, living)] == [False, True, True]
