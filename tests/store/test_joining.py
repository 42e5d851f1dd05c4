"""Posts become stories: by their words, by reposting, never by a place that is another; whatever order they come in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.likeness import likeness
from soundings.messages import Kind
from store.answers import Mark
from store.joining import Joined, Told, join, once
from tests.factories import NOON

PLEA = "Save the Number 4! They have taken our last bus at 22:40 and now carers and cleaners walk home in the dark."
OTHER = "The library is more than books: it is a warm room and a safe place for children. Ask the council to keep it."
HOUR = timedelta(hours=1)
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine an example may take its time."""
SAMPLE = Path(__file__).parents[2] / "listeners" / "sample" / "posts.jsonl"


def told(
    name: str, hour: int = 0, text: str = PLEA, voice: int = 1, kind: Kind = Kind.POST, source: str = "files",
    quotes: Sequence[str] = (), reply_to: str = "", places: Sequence[str] = (),
) -> Told:  # fmt: skip
    return Told(name, source, kind.value, NOON + hour * HOUR, voice, quotes, reply_to, places, likeness(text))


def repost(name: str, of: str, hour: int = 1, voice: int = 2, text: str = "") -> Told:
    return told(name, hour, text, voice, Kind.REPOST, quotes=[of])


def ids(stories: Sequence[Joined]) -> list[list[str]]:
    return [[mark.id for mark in story.members] for story in stories]


def test_a_campaign_is_counted_in_voices() -> None:
    [story] = join(
        [
            told("c", 3, PLEA + " #save", voice=2, source="bluesky"),
            told("a", 1, PLEA.upper()),
            told("b", 2, voice=1),
            told("d", 4, voice=0),
            repost("e", "b", 5, voice=3),
            told("z", 0, OTHER, voice=9),
        ]
    )
    assert [mark.id for mark in story.members] == ["a", "b", "c", "d", "e"]
    assert (story.voices, story.unnamed, story.reposts) == (3, 1, 1)
    assert story.sources == ("bluesky", "files")
    assert (story.specimen.id, story.members[0].at, story.members[-1].at) == ("a", NOON + HOUR, NOON + 5 * HOUR)


def test_the_councils_own_posts_are_counted_apart_from_voices() -> None:
    council = [replace(told(name, hour, voice=hour), council=True) for hour, name in ((0, "w"), (5, "x"))]
    [story] = join([*council, told("a", 1, voice=1), told("b", 2, voice=2), told("c", 3, voice=0)])
    assert (len(story.members), story.voices, story.unnamed, story.council) == (5, 2, 1, 2)


def test_what_was_said_once_is_no_story() -> None:
    assert join([told("a"), told("b", text=OTHER)]) == []
    assert join([]) == []


def test_reposts_belong_to_what_they_repost_whatever_they_say() -> None:
    found = join(
        [told("a", text=OTHER), repost("b", "a"), repost("c", "b", 2, text="+1"), repost("d", "a", 3, text=PLEA)]
    )
    assert ids(found) == [["a", "b", "c", "d"]]


def test_a_file_names_what_is_reposted_as_what_is_replied_to() -> None:
    assert ids(join([told("a"), told("b", 1, "", kind=Kind.REPOST, reply_to="a")])) == [["a", "b"]]
    assert join([told("a"), told("b", 1, "Quite right", kind=Kind.REPLY, reply_to="a")]) == []
    assert join([told("a"), told("b", 1, "Quite right", quotes=["a"])]) == []  # a quote has words of its own


def test_reposts_of_what_is_gone_stay_together() -> None:
    [story] = join([repost("b", "a", 1), repost("c", "a", 2, text=PLEA), told("d", 3)])
    assert [mark.id for mark in story.members] == ["b", "c"]  # the first has no words by which the third could join
    assert story.specimen.id == "c"


def test_reposts_follow_their_post_into_a_campaign() -> None:
    assert ids(join([told("a"), told("b", 1, PLEA.lower()), repost("c", "b", 2)])) == [["a", "b", "c"]]


def test_reposts_in_a_circle_end() -> None:
    circle = [repost("a", "b", 0), repost("b", "c", 1), repost("c", "a", 2), repost("d", "d", 3)]
    assert ids(join(circle)) == [["a", "b", "c"]]


def test_thousands_of_reposts_of_reposts_take_no_time() -> None:
    chain = [repost(f"{at:05}", f"{at + 1:05}", at % 1000) for at in range(20_000)]
    assert [len(story.members) for story in join(chain)] == [20_000]


def test_the_same_words_about_another_street_are_another_story() -> None:
    here, there = ["street:mill-lane"], ["street:weir-road"]
    posts = [
        told("a", places=here),
        told("b", 1, places=there),
        told("c", 2, places=[*there, "ward:old-town"]),
        told("d", 3),
    ]
    assert ids(join(posts)) == [["a", "d"], ["b", "c"]]


def test_without_its_oldest_post_a_story_is_joined_again() -> None:
    middle = PLEA.replace("carers and cleaners", "nurses, carers and cleaners")
    last = middle.replace("They have taken", "First Bus has gone and taken")
    posts = [told("a"), told("b", 1, middle), told("c", 2, last)]
    assert ids(join(posts))[0][0] == "a"
    assert ids(join(posts[1:])) == [["b", "c"]]
    assert join(posts[:1]) == []


TEXTS = [
    PLEA,
    PLEA.upper(),
    PLEA + " Please share!",
    "My neighbour: " + PLEA,
    OTHER,
    OTHER.replace("warm", "dry"),
    "+1",
    "",
]


@st.composite
def worlds(draw: st.DrawFn) -> list[Told]:
    names = [str(number) for number in range(draw(st.integers(0, 10)))]
    return [
        told(
            name,
            draw(st.integers(0, 3)),
            draw(st.sampled_from(TEXTS)),
            draw(st.integers(0, 3)),
            draw(st.sampled_from([Kind.POST, Kind.POST, Kind.REPOST])),
            quotes=draw(st.lists(st.sampled_from([*names, "gone"]), max_size=1)),
            places=draw(st.sampled_from([(), ("street:a",), ("street:b",)])),
        )
        for name in names
    ]


@SLOWLY
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_posts_come_changes_nothing(world: list[Told], random: object) -> None:
    shuffled = list(world)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert join(shuffled) == join(world)


@SLOWLY
@given(worlds())
def test_a_post_is_in_one_story_and_adds_up(world: list[Told]) -> None:
    found = join(world)
    members = [name for story in ids(found) for name in story]
    assert len(members) == len(set(members)) and set(members) <= {post.id for post in world}
    for story in found:
        posts = [post for post in world if Mark(post.happened_at, post.id) in story.members]
        assert story.members == tuple(sorted(story.members, key=lambda mark: (mark.at, mark.id)))
        assert len(posts) == len(story.members) >= 2
        assert story.voices == len({post.voice for post in posts if post.voice})
        assert story.unnamed == sum(not post.voice for post in posts)


@SLOWLY
@given(worlds())
def test_every_repost_stands_beside_what_it_reposts(world: list[Told]) -> None:
    story_of = {name: number for number, story in enumerate(ids(join(world))) for name in story}
    for post in world:
        if post.repeats in {other.id for other in world} - {post.id}:
            assert story_of[post.id] == story_of[post.repeats]


def test_a_list_has_each_story_once_where_its_newest_post_stands() -> None:
    listed = [Mark(NOON - at * HOUR, name) for at, name in enumerate("abcdef")]
    stories = [(listed[4], listed[1]), (Mark(NOON, "x"), listed[3], listed[2])]
    assert [mark.id for mark in once(listed, stories)] == ["a", "b", "c", "f"]


def test_the_samples_three_campaigns_are_three_stories_and_nothing_else_is_one() -> None:
    """Its author marked what belongs to a campaign; nothing of the service reads the mark."""
    said = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    told = [
        Told(
            one["id"],
            "sample",
            one["kind"],
            datetime.fromisoformat(one["created_at"]),
            number,
            (),
            "",
            (),
            likeness(one["text"]),
        )
        for number, one in enumerate(said, 1)
    ]
    found = ids(join(told))
    assert sorted(map(len, found)) == [11, 12, 13]
    assert {name for story in found for name in story} == {one["id"] for one in said if one.get("campaign")}
