"""Stories over the real store: who said it, what a retraction does to them, and lists in which each stands once."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from soundings.errors import BadInput
from soundings.messages import AuthorKind, Kind, Reading, Retraction, RetractionKind
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id, voice

pytestmark = pytest.mark.servers

HOUR = timedelta(hours=1)
WEEK = q.Window(NOON - timedelta(days=7), NOON + timedelta(days=1))
PLEA = "Save the Number 4! They have taken our last bus at 22:40 and now carers and cleaners walk home in the dark."


def copy(name: str, hour: int, who: str = "", text: str = PLEA, **more: Any) -> Reading:
    at = NOON + hour * HOUR
    return make_reading(name, text=text, happened_at=at, collected_at=at, voice=voice(who or name), **more)


WORLD = [
    copy("1", 1, "anna"),
    copy("2", 2, "ben", PLEA.upper() + " https://talk.example/4"),
    copy("3", 3, "anna", "PLEASE SHARE. " + PLEA),
    copy("4", 4, "cara", "", kind=Kind.REPOST, reply_to=post_id("2")),
    copy("5", 5, "dan", "Thanks!"),
    copy("6", 6, "eve", "Thanks!"),
    copy("7", 7, "fay", "The swings in the park have been mended at last, and my two are delighted with them"),
    make_reading("8", text=PLEA, happened_at=NOON, collected_at=NOON, voice="", source="feeds"),
]


@pytest.fixture
def asked(writer: Client, reader: Client) -> Client:
    """A reader over the small world, each post of which was delivered twice and read twice."""
    Archive(writer).take(WORLD)
    Archive(writer).take([reading.model_copy(update={"reading_version": 2}) for reading in WORLD])
    return reader


def names(marks: tuple[q.Mark, ...] | list[q.Mark]) -> list[str]:
    known = {reading.post.id: str(number) for number, reading in enumerate(WORLD, 1)}
    return [known[mark.id] for mark in marks]


def test_a_story_tells_who_said_what_when_and_where(asked: Client) -> None:
    [story] = q.stories(asked, WEEK)
    assert names(story.members) == ["8", "1", "2", "3", "4"]
    assert (story.id, story.text) == (post_id("8", "feeds"), PLEA)
    assert (story.voices, story.posts, story.reposts, story.unnamed) == (3, 5, 1, 1)
    assert (story.sources, story.first, story.last) == (("feeds", "files"), NOON, NOON + 4 * HOUR)
    assert not story.cut


def test_window_filters_and_words_say_which_posts(asked: Client) -> None:
    assert [one.posts for one in q.stories(asked, q.Window(NOON + HOUR, NOON + 3 * HOUR))] == [2]
    assert [one.posts for one in q.stories(asked, WEEK, q.Filters(source="files"))] == [4]
    assert [one.posts for one in q.stories(asked, words="carers share")] == []
    assert [one.posts for one in q.stories(asked, words="carers walk")] == [4]
    assert q.stories(asked, words="!?") == []
    with pytest.raises(BadInput, match="32 words"):
        q.stories(asked, words="x " * 1000)


def retract(writer: Client, receipts: Path, *posts: str, kind: RetractionKind = RetractionKind.GONE) -> None:
    orders = [
        Retraction(source=post.split(":")[0], post_id=post, kind=kind, reason="deleted", observed_at=NOON + 9 * HOUR)
        for post in posts
    ]
    Registrar(writer, receipts).retract(orders)


def test_a_retraction_takes_a_post_out_and_the_story_is_joined_again(
    asked: Client, writer: Client, tmp_path: Path
) -> None:
    retract(writer, tmp_path, post_id("8", "feeds"))
    [story] = q.stories(asked, WEEK)
    assert (story.id, story.voices, story.posts) == (post_id("1"), 3, 4)
    retract(writer, tmp_path, post_id("2"))  # what the repost reposts: it has no words of its own to stay by
    [story] = q.stories(asked, WEEK)
    assert names(story.members) == ["1", "3"] and story.voices == 1
    retract(writer, tmp_path, post_id("1"))
    assert q.stories(asked, WEEK) == []


def test_what_is_hidden_returns_to_its_story(asked: Client, writer: Client, tmp_path: Path) -> None:
    retract(writer, tmp_path, post_id("1"), kind=RetractionKind.HIDDEN)
    assert names(q.stories(asked, WEEK)[0].members) == ["8", "2", "3", "4"]
    post = WORLD[0].post.model_copy(update={"collected_at": NOON + 10 * HOUR, "version": 2})
    Archive(writer).take([WORLD[0].model_copy(update={"post": post})])
    assert names(q.stories(asked, WEEK)[0].members) == ["8", "1", "2", "3", "4"]


def test_an_edit_takes_a_post_out_of_its_story(asked: Client, writer: Client) -> None:
    Archive(writer).take([copy("1", 1, "anna", "I have changed my mind about the buses altogether, sorry", version=2)])
    assert names(q.stories(asked, WEEK)[0].members) == ["8", "2", "3", "4"]


def test_whoever_delivers_in_whatever_order_the_stories_are_the_same(writer: Client, reader: Client) -> None:
    """Two workers and a restart: nothing is remembered between posts, and nothing between questions."""
    before = None
    for seed in range(4):
        writer.command("TRUNCATE TABLE readings")
        mixed = random.Random(seed).sample(WORLD, len(WORLD))
        for part in (mixed[:3], mixed[3:], mixed[:1]):
            Archive(writer).take(part)
        found = q.stories(reader, WEEK)
        assert found and found == (before or found) == q.stories(reader, WEEK)
        before = found


def test_of_too_many_posts_the_newest_are_looked_at_and_that_is_said(
    asked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.stories.LOOKED", len(WORLD))
    assert not q.stories(asked, WEEK)[0].cut
    monkeypatch.setattr("store.stories.LOOKED", 6)
    [story] = q.stories(asked, WEEK)
    assert names(story.members) == ["2", "3", "4"] and story.cut


def listed(found: q.Once) -> list[list[str]]:
    return [names([one.post.happened, *(other.happened for other in one.others)]) for one in found.page]


def test_a_list_has_each_story_once_and_tells_its_others(asked: Client) -> None:
    found = q.told_once(asked, q.stories(asked, WEEK))
    assert (found.total, found.lines) == (8, 4)
    assert listed(found) == [["7"], ["6"], ["5"], ["4", "3", "2", "1", "8"]]
    assert [one.story.voices if one.story else 0 for one in found.page] == [0, 0, 0, 3]
    second = q.told_once(asked, q.stories(asked, WEEK), limit=2, offset=2)
    assert (second.total, second.lines, listed(second)) == (8, 4, [["5"], ["4", "3", "2", "1", "8"]])
    assert listed(q.told_once(asked, q.stories(asked, WEEK), offset=4)) == []


def test_a_list_of_a_search_has_its_own_stories(asked: Client) -> None:
    found = q.told_once(asked, q.stories(asked, words="carers"), words="carers")
    assert (found.total, found.lines, listed(found)) == (4, 1, [["3", "2", "1", "8"]])
    assert listed(q.told_once(asked, [])) == [[name] for name in "76543218"]


def test_a_long_story_tells_its_newest_others(asked: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.stories.OTHERS", 2)
    assert listed(q.told_once(asked, q.stories(asked, WEEK)))[-1] == ["4", "3", "2"]


def test_what_goes_between_two_questions_is_not_told(asked: Client, writer: Client, tmp_path: Path) -> None:
    found = q.stories(asked, WEEK)
    retract(writer, tmp_path, post_id("3"))
    assert listed(q.told_once(asked, found))[-1] == ["4", "2", "1", "8"]


def test_an_empty_archive_has_no_stories(reader: Client, writer: Client) -> None:
    assert q.stories(reader) == []
    assert q.told_once(reader, []) == q.Once(0, 0, ())


def test_the_councils_own_posts_are_no_voices(writer: Client, reader: Client) -> None:
    Archive(writer).take([*WORLD[:2], copy("9", 6, "council", author_kind=AuthorKind.COUNCIL)])
    [story] = q.stories(reader, WEEK)
    assert (story.posts, story.voices, story.unnamed, story.council) == (3, 2, 0, 1)
