"""Posts in nearly the same words stand once on a page, which says how many said it; and vanish as any other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import source
from dashboard.posts import on_page
from dashboard.shapes import Period, Wanted
from dashboard.source import OFFICER
from store.stories import OTHERS
from tests.dashboard.conftest import Open
from tests.dashboard.drawn import everything
from tests.dashboard.fake_store import NOW, FakeStore, Said, said
from tests.factories import post_id

PLEA = "Save the Number 4! They have taken our last bus and now carers and cleaners walk home in the dark."
HOSTILE = "![x](http://a.example/p.png) sign [here](http://a.example) and share it with all of your friends today"


def campaign(people: int, text: str = PLEA, days: float = 0, **more: Any) -> list[Said]:
    at = NOW - timedelta(days=days)
    return [
        said(f"{text[:4]}{number}", text, happened_at=at - timedelta(hours=number), places=(), **more)
        for number in range(people)
    ]


@pytest.fixture
def alike(fake: FakeStore) -> FakeStore:
    fake.alike = True
    return fake


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.expander if not one.label.startswith("Table")]


@pytest.mark.parametrize("page", ["now", "search"])
def test_near_duplicates_share_a_card_that_opens(opened: Open, alike: FakeStore, page: str) -> None:
    alike.posts_held[:] = [*campaign(7), said("other", "The swings are mended")]
    drawn = opened(page)
    assert labels(drawn) == ["7 voices posted nearly the same words, since 20 November, 02:30"]
    assert len([one for one in drawn.expander[-1].text if one.value == PLEA]) == 6
    assert "The swings are mended" in [one.value for one in drawn.text]


@pytest.mark.parametrize("page", ["now", "search"])
def test_what_one_voice_posts_again_is_a_number_and_no_list(opened: Open, alike: FakeStore, page: str) -> None:
    alike.posts_held[:] = [*campaign(7, voice="anna"), said("other", "The swings are mended")]
    drawn = opened(page)
    assert "Posted 7 times in nearly the same words, by one voice" in everything(drawn)
    assert labels(drawn) == []
    assert [one.value for one in drawn.text].count(PLEA) == 1


def test_the_councils_own_posts_are_no_voices_of_a_story(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = [
        *campaign(6),
        *[
            said(f"council{number}", PLEA, voice=f"council{number}", author_kind="council", places=())
            for number in range(2)
        ],
    ]
    drawn = opened()
    assert "**6 voices** :gray[· 8 posts ·" in everything(drawn)
    assert labels(drawn)[0].startswith("6 voices and the council posted nearly the same words")


def test_what_many_say_is_named_with_its_voices_and_beginning(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = [*campaign(6), *campaign(3, "Sign the petition for a crossing at the school gate, please")]
    drawn = opened()
    assert "Said again and again" in [header.value for header in drawn.header]
    text = everything(drawn)
    assert "**6 voices** :gray[· since 20 November, 03:30 · last just now · Imported file]" in text
    assert "**3 voices (few voices)** :gray[· since 20 November, 06:30" in text


def test_a_campaign_did_not_begin_with_the_period(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = [*campaign(5, days=20), *campaign(2, days=3)]
    alike.posts_held[:] = [
        said(str(n), PLEA, happened_at=one.view.happened_at) for n, one in enumerate(alike.posts_held)
    ]
    assert "**7 voices** :gray[· since 31 October, 04:30 · last 17 November, 08:30" in everything(opened())
    assert "Said again and again" not in [header.value for header in opened(period="24 hours").header]


@pytest.mark.parametrize("held", [campaign(2), campaign(9, voice="anna"), campaign(9, days=60)])
def test_a_copy_or_one_persons_zeal_or_an_old_campaign_is_not_what_spreads(
    opened: Open, alike: FakeStore, held: list[Said]
) -> None:
    alike.posts_held[:] = [*held, said("new")]
    assert "Said again and again" not in [header.value for header in opened().header]


def test_older_posts_fill_a_page_whose_period_has_few(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = [
        *campaign(2),
        *[said(f"old{n}", f"{n}", happened_at=NOW - timedelta(days=60 + n)) for n in range(4)],
    ]
    drawn = opened()
    assert [one.value for one in drawn.text] == [PLEA, PLEA, "0", "1", "2", "3"]


def test_a_search_counts_posts_and_pages_cards(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = [
        *campaign(9),
        *[said(f"bus {n}", f"The bus, {n}", happened_at=NOW - timedelta(days=n)) for n in range(30)],
    ]
    first, second = opened("search", q="bus"), opened("search", q="bus", page="2")
    assert first.header[0].value == "39 posts, cards 1 to 20 of 31."
    assert second.header[0].value == "39 posts, cards 21 to 31 of 31."
    assert "share a card" in everything(first) and "share a card" not in everything(second)
    assert opened("search", q="bus carers").header[0].value == "9 posts on 1 card."


def test_hostile_words_stay_words(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = campaign(5, HOSTILE)
    drawn = opened()
    assert [one.value for one in drawn.text].count(HOSTILE) == 6  # as what spreads, on its card, and four others
    assert "a.example" not in everything(drawn)


def test_a_long_story_says_what_it_leaves_out(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = campaign(OTHERS + 5)
    assert ":gray[4 more are not shown.]" in everything(opened())


def test_a_long_text_can_be_read_whole_within_its_card(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = campaign(3, "word " * 400)
    drawn = opened()
    assert not drawn.exception
    assert "Read the whole post" in labels(drawn)


def test_a_page_watches_the_posts_that_a_card_only_opens_to(alike: FakeStore) -> None:
    alike.posts_held[:] = campaign(6)
    now = source.morning(OFFICER, Period.WEEK).shown
    found = on_page(source.search(OFFICER, Wanted("bus"), 1).cards)
    assert len({post.id for post in now}) == len(found) == 6
    gone = post_id(f"{PLEA[:4]}3")
    alike.posts_held[:] = [item for item in alike.posts_held if item.view.id != gone]
    alike.erased += 1
    assert source.taken_back(OFFICER, now) and source.taken_back(OFFICER, found)


def test_a_removal_takes_a_voice_from_what_spreads_at_once(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = campaign(6)
    drawn = opened()
    assert "**6 voices**" in everything(drawn)
    alike.posts_held.pop()
    alike.erased += 1
    drawn.run()
    assert "**5 voices**" in everything(drawn)


def test_counts_elsewhere_do_not_change(opened: Open, alike: FakeStore) -> None:
    alike.posts_held[:] = campaign(6)
    with_stories = [(one.label, one.value) for one in opened().metric]
    alike.alike = False
    source.forget()
    assert [(one.label, one.value) for one in opened().metric] == with_stories
