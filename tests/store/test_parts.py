"""ClickHouse's files, read without ClickHouse: what a real engine wrote is in tests/store/test_sweep.py."""

from __future__ import annotations

import struct
from pathlib import Path

import lz4.block
import pytest

from store import scan
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
        found = scan.look(tmp_path / str(cut), {post_id("0"), post_id("1"), post_id("99"), post_id("absent")})
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
    assert scan.look(tmp_path, {post_id()}) == {"tmp_insert_1": {post_id()}}
    (part / "columns.txt").write_text("columns format version: 1\n1 columns:\n`post_id` String\n")
    assert scan.look(tmp_path, {post_id()}) == {}, "no column of that name: a list of what was removed, say"


def test_a_folder_that_goes_while_it_is_read_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = wide(tmp_path / "all_1_1_0", packed(post_id().encode()))
    monkeypatch.setattr(scan, "parts", lambda _: iter([tmp_path / "all_2_2_0", gone]))
    assert scan.look(tmp_path, {post_id()}) == {"all_1_1_0": {post_id()}}


def test_only_folders_with_columns_are_parts(tmp_path: Path) -> None:
    wide(tmp_path / "store" / "detached" / "all_1_1_0")
    (tmp_path / "metadata").mkdir()
    assert list(parts(tmp_path)) == [tmp_path / "store" / "detached" / "all_1_1_0"]
