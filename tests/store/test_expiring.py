"""What goes when its time is over, by an instant that is given, and what stays. The sweep is in test_sweep.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.archive import Archive
from store.clickhouse import Client
from store.expiring import LONGER, LOOKED_FOR, expire
from store.migrate import AGING
from store.retractions import TOMBSTONES
from tests.factories import NOON, make_reading, post_id

pytestmark = pytest.mark.servers

DAYS = 395
EDGE = NOON - timedelta(days=DAYS)


def test_posts_go_with_their_originals_whatever_month_they_are_of(writer: Client) -> None:
    second, long_ago = timedelta(seconds=1), NOON - timedelta(days=2000)
    Archive(writer).take([
        make_reading("old", collected_at=EDGE - second), make_reading("older", collected_at=EDGE - second,
                                                                      happened_at=long_ago),
        make_reading("young", collected_at=EDGE), make_reading("imported", collected_at=NOON, happened_at=long_ago),
    ])  # fmt: skip
    for _ in range(2):
        expire(writer, NOON, DAYS)
        for table in AGING:
            found = {row[0] for row in writer.query(f"SELECT id FROM {table}").result_rows}
            assert found == {post_id("young"), post_id("imported")}, table


def test_orders_outlive_their_posts_by_a_month_and_what_was_asked_for_for_ever_stays(writer: Client) -> None:
    taken = {
        "long ago": EDGE - LONGER - timedelta(days=1),
        "a month after its posts": EDGE - LONGER + timedelta(days=1),
    }
    for name, at in taken.items():
        for kind in ("gone", "hidden", "blocked"):
            writer.insert("tombstones", [["files", "", f"{kind} {name}", kind, "x", NOON, at, name]], list(TOMBSTONES))
    expire(writer, NOON, DAYS)
    left = {row[0] for row in writer.query("SELECT voice FROM tombstones").result_rows}
    assert left == {"blocked long ago", *(f"{kind} a month after its posts" for kind in ("gone", "hidden", "blocked"))}


def test_the_list_of_what_was_erased_goes_when_many_sweeps_have_looked(writer: Client) -> None:
    for name, days in (("a", -1), ("b", 1)):
        writer.insert("erased", [[post_id(name), NOON - LOOKED_FOR + timedelta(days=days)]], ["post_id", "at"])
    expire(writer, NOON, DAYS)
    assert writer.query("SELECT post_id FROM erased").result_rows == [(post_id("b"),)]
