"""The shipped sample: big and varied enough to show every view, and safe to publish because all of it is invented."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from listeners import fields
from listeners.sample_source import LAST_DAY, records
from soundings.council import Area, Council

Record = Mapping[str, Any]

KEYS = {"id", "kind", "author", "text", "created_at", "reply_to", "thread", "link", "campaign"}
NEEDED = {"id", "kind", "author", "text"}
DRAMA = re.compile(r"01632960\d{3}|07700900\d{3}")
"""The ranges that Ofcom keeps for drama: nobody can be rung on them."""
PHONE = re.compile(r"(?<!\w)(?:\+\s*44|0)[\d ()-]{8,}\d")
HOST = re.compile(r"(?:://|@)([\w-]+(?:\.[\w-]+)+)")
BARE = re.compile(r"\b[\w-]+\.(?:com|org|net|uk|gov|info|io|co|eu|wales|cymru|ca|au)\b", re.IGNORECASE)
WELSH = re.compile(r"\b(?:mae|dyw|oes|diolch|roedd|ydy|beth|pam|pryd|llyfrau)\b", re.IGNORECASE)

POSTS: list[Record] = list(records("posts.jsonl"))
LIVE: list[Record] = list(records("live.jsonl"))
ALL = POSTS + LIVE


def _council_file() -> dict[str, Any]:
    return tomllib.loads(files("listeners").joinpath("sample", "council.toml").read_text(encoding="utf-8"))


def test_each_line_has_only_the_allowed_keys_and_is_taken_by_the_reader() -> None:
    for record in ALL:
        assert set(record) >= NEEDED, record
        assert set(record) <= KEYS, record
        assert all(isinstance(record[key], str) and record[key].strip() for key in set(record) - {"campaign"}), record
        assert record.get("campaign", True) is True, record
        native = fields.to_native(record, fields.Dates())
        assert (native.native_id, native.kind, native.account) == (record["id"], record["kind"], record["author"])


def test_the_posts_fill_six_weeks_oldest_first() -> None:
    said = [datetime.fromisoformat(record["created_at"]) for record in POSTS]
    assert len(POSTS) >= 2500
    assert all(moment.utcoffset() == timedelta(0) for moment in said)
    assert said == sorted(said)
    assert {moment.date() for moment in said} == {LAST_DAY - timedelta(days=back) for back in range(42)}


def test_live_posts_have_no_time_of_their_own() -> None:
    assert LIVE
    assert not any("created_at" in record for record in LIVE)


def test_replies_are_a_fifth_and_come_after_what_they_answer() -> None:
    before: dict[str, Record] = {}
    for record in ALL:
        assert record["id"] not in before
        assert (record["kind"] == "reply") == ("reply_to" in record) == ("thread" in record)
        if "reply_to" in record:
            parent = before[record["reply_to"]]
            assert record["thread"] == parent.get("thread", parent["id"]), record["id"]
            assert "reply_to" not in before[record["thread"]], record["id"]
        before[record["id"]] = record
    assert sum("reply_to" in record for record in POSTS) >= len(POSTS) / 5


def test_no_two_texts_share_six_words_in_a_row_but_within_the_campaign() -> None:
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    campaign = {record["id"] for record in ALL if record.get("campaign")}
    for record in ALL:
        words = re.findall(r"\w+", record["text"].lower())
        for start in range(len(words) - 5):
            holders[tuple(words[start : start + 6])].add(record["id"])
    assert {run: ids for run, ids in holders.items() if len(ids) > 1 and ids - campaign} == {}
    campaigns = Counter(name[0] for name in campaign)  # an id begins with the letter of its week
    authors = {(record["id"][0], record["author"]) for record in ALL if record.get("campaign")}
    assert len(authors) == len(campaign) and sum(count >= 10 for count in campaigns.values()) >= 3


def test_many_people_speak_and_in_several_ways() -> None:
    texts = [record["text"] for record in POSTS]
    assert len({record["author"] for record in POSTS}) >= 150
    assert len({record["kind"] for record in POSTS}) >= 3
    assert sum("?" in text for text in texts) >= 100
    assert sum(len(WELSH.findall(text)) > 0 for text in texts) >= 15
    assert min(len(text.split()) for text in texts) <= 4
    assert max(len(text.split()) for text in texts) >= 80


def test_the_labels_are_of_questions_that_residents_asked() -> None:
    posts = {record["id"]: record for record in POSTS}
    ours = {account["handle"] for account in _council_file()["accounts"] if account["kind"] == "council"}
    labels = list(records("questions.jsonl"))
    assert len({label["id"] for label in labels}) == len(labels) >= 400
    for label in labels:
        asked, answer = posts[label["id"]], posts.get(label["by"], {})
        assert asked["author"] not in ours, label
        assert (label["end"] in ("answered", "replied")) == (answer.get("author") in ours), label
        if answer:
            assert answer["thread"] == asked.get("thread", asked["id"]), label
    assert Counter(label["group"] for label in labels).most_common(1)[0][1] >= 14


def test_nobody_can_be_reached_by_what_is_written() -> None:
    for written in (record.get(key, "") for record in ALL for key in ("text", "link")):
        for phone in PHONE.findall(written):
            assert DRAMA.fullmatch(re.sub(r"\D", "", phone)), written
        assert all(host.endswith(".example") for host in HOST.findall(written)), written
        assert BARE.search(written) is None, written


def test_the_council_file_loads_and_says_that_it_is_invented() -> None:
    document = _council_file()
    council, area = Council.model_validate(document["council"]), Area.model_validate(document["area"])
    assert council.invented
    assert council.contact.endswith(".example")
    assert len({place.id for place in area.places}) == len(area.places) > 50
    wards = {place.name for place in area.places if place.kind == "ward"}
    assert {place.ward for place in area.places} <= wards | {""}
    assert {account["handle"] for account in document["accounts"]} <= {record["author"] for record in ALL}
