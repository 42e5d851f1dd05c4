"""Receipts outlive crashes, hold no content, and go when no post can fall under them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from soundings import receipts
from soundings.errors import BadInput, OursFailed
from soundings.messages import Retraction, RetractionKind
from soundings.receipts import Receipt, Tally
from tests.factories import NOON, post_id, voice


def gone(name: str = "1", days: int = 0) -> Receipt:
    at = NOON + timedelta(days=days)
    return Receipt(
        order=Retraction(source="files", post_id=post_id(name), reason="removed", observed_at=at), taken_at=at
    )


def blocked() -> Receipt:
    order = Retraction(
        source="files", voices=(voice("anna"),), account="ab" * 16, kind=RetractionKind.BLOCKED,
        reason="asked to be forgotten", observed_at=NOON,
    )  # fmt: skip
    return Receipt(order=order, taken_at=NOON)


def test_what_is_written_is_read_in_any_number_of_calls(tmp_path: Path) -> None:
    receipts.append(tmp_path / "r", [gone("1"), blocked()])
    receipts.append(tmp_path / "r", [gone("2", 40)])
    assert sorted(map(str, receipts.read(tmp_path / "r"))) == sorted(map(str, [gone("1"), gone("2", 40), blocked()]))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "r").iterdir()} == {0o600}


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_half_a_line_of_a_crash_costs_no_other_line(tmp_path: Path, cut: int) -> None:
    receipts.append(tmp_path, [gone("1"), gone("2")])
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-cut])
    receipts.append(tmp_path, [gone("3")])
    assert {one.order.post_id for one in receipts.read(tmp_path)} == {post_id("1"), post_id("3")} | (
        {post_id("2")} if cut == 1 else set()
    )


def test_a_whole_line_that_is_no_receipt_is_told(tmp_path: Path) -> None:
    """Passed over, what it names would come back with a restored backup."""
    receipts.append(tmp_path, [gone("1")])
    (path,) = tmp_path.iterdir()
    path.write_text('{"order": "nothing"}\n' + path.read_text())
    with pytest.raises(BadInput, match="line 1, is no receipt"):
        list(receipts.read(tmp_path))


def test_months_go_with_the_posts_and_what_was_asked_for_ever_stays(tmp_path: Path) -> None:
    receipts.append(tmp_path, [gone("1"), gone("2", 31), blocked()])
    assert receipts.expire(tmp_path, NOON + timedelta(days=395 + 31), 395) == 1
    assert {one.order.post_id for one in receipts.read(tmp_path)} == {post_id("2"), None}


KEPT = 395


def tally(*found: Receipt) -> Tally:
    return Tally.of(found, KEPT)


def test_a_tally_counts_each_once_and_knows_the_newest() -> None:
    counted = tally(gone("1"), gone("2", 40), gone("1"), blocked())
    assert counted.files == {"2026-11.jsonl": 1, "2026-12.jsonl": 1, "blocked.jsonl": 1}
    assert (counted.count, counted.newest) == (3, NOON + timedelta(days=40))
    assert (tally().count, tally().newest) == (0, None)


OTHERS = [
    ("the same", [gone("1"), gone("2"), blocked()], 0),
    ("more", [gone("1"), gone("2"), gone("3", 40), blocked()], 0),
    ("none", [], 3),
    ("an older copy", [gone("1"), blocked()], 1),
    ("without what is for ever", [gone("1"), gone("2")], 1),
    ("only what came since", [gone("3", 40)], 3),
]


@pytest.mark.parametrize(("found", "missing"), [other[1:] for other in OTHERS], ids=[other[0] for other in OTHERS])
def test_what_is_missing_is_counted(found: list[Receipt], missing: int) -> None:
    noted = tally(gone("1"), gone("2"), blocked())
    assert noted.missing_in(found, KEPT, NOON + timedelta(days=50)) == missing


def test_as_many_others_do_not_make_up_for_those_that_are_missing() -> None:
    noted = tally(gone("1"), gone("2", 1))
    assert noted.missing_in([gone("3", 2), gone("4", 3), gone("5", 4)], KEPT, NOON + timedelta(days=5)) == 1


def test_months_that_were_dropped_since_are_not_missing() -> None:
    """By the shorter of both retentions: nobody can know when it was changed."""
    noted, later = tally(gone("1"), gone("2", 40), blocked()), NOON + timedelta(days=KEPT + 31)
    assert noted.missing_in([gone("2", 40), blocked()], KEPT, later) == 0
    assert noted.missing_in([gone("2", 40)], KEPT, later) == 1
    assert noted.missing_in([blocked()], 30, NOON + timedelta(days=90)) == 0


def test_a_disk_that_does_not_take_them_is_our_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OursFailed, match="cannot be written"):
        receipts.append(tmp_path / "file", [gone()])
