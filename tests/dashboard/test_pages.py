"""Each page in each state: nothing held, store away, few posts, many, invented, hostile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import source
from dashboard.shapes import Pulse
from soundings import council
from store.answers import SourceGap
from tests.dashboard.conftest import COUNCIL, Open
from tests.dashboard.drawn import everything, many
from tests.dashboard.fake_store import NOW, FakeStore, said

PAGES = ("now", "search", "about", "conversations", "said")
HOSTILE = "![x](http://a.example/p.png) [l](http://a.example) $x$ :red[r] <img src=x onerror=alert(1)> \u202ehidden"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", ["empty", "few", "many"])
def test_a_page_draws_without_an_error(opened: Open, fake: FakeStore, page: str, state: str) -> None:
    fake.posts_held[:] = {"empty": [], "few": many(3), "many": many()}[state]
    drawn = opened(page)
    assert not drawn.exception
    assert [len(drawn.title), len(drawn.error)] == [1, 0]


@pytest.mark.parametrize("page", PAGES)
def test_a_store_that_is_away_is_said_calmly(opened: Open, fake: FakeStore, page: str) -> None:
    fake.away = True
    drawn = opened(page)
    assert not drawn.exception
    assert "The store is not answering" in drawn.warning[0].value


def test_the_page_comes_back_when_the_store_does(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many()
    fake.away = True
    drawn = opened()
    fake.away = False
    drawn.run()
    assert not drawn.warning
    assert drawn.metric


@pytest.mark.parametrize("page", PAGES)
def test_an_invented_council_is_called_invented_on_each_page(opened: Open, council_toml: Path, page: str) -> None:
    council_toml.write_text(COUNCIL.replace("[council]", "[council]\ninvented = true"))
    assert "Everything here is invented" in opened(page).info[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_real_council_is_not(opened: Open, page: str) -> None:
    assert not opened(page).info


def test_no_post_at_all_says_what_to_do_next(opened: Open, council_toml: Path) -> None:
    page = opened()
    assert [code.value for code in page.code] == [
        "soundings import FILE",
        str(council_toml),
        "SOUNDINGS_HOME=soundings-demo soundings demo",
    ]
    assert not page.metric


def test_the_first_sentence_answers_what_to_know(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said(f"now{i}", happened_at=NOW - timedelta(days=1, minutes=i)) for i in range(20)]
    fake.posts_held += [said(f"then{i}", happened_at=NOW - timedelta(days=13, minutes=i)) for i in range(8)]
    text = everything(opened())
    assert "**Busier than the week before.** 20 voices in the last 7 days, against 8 the week before." in text
    assert "The largest rise is in bins and recycling: 20 voices, 8 the week before." in text


def test_without_an_earlier_week_nothing_is_compared(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said(str(i), happened_at=NOW - timedelta(hours=i)) for i in range(9)]
    page = opened()
    assert "There is nothing to compare with yet" in everything(page)
    assert "Busier" not in everything(page)


def test_figures_count_voices_and_posts(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1", voice="a"), said("2", voice="a"), said("3", voice="b", acts=("thanks",))]
    assert [(figure.label, figure.value) for figure in opened().metric] == [
        ("Voices", "2"),
        ("Posts", "3"),
        ("Questions asked", "2"),
        ("Unhappy", "–"),
    ]


def test_a_gap_is_said_beside_the_figures(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many()
    fake.gaps_held[:] = [SourceGap("reddit", NOW - timedelta(hours=2), None, "it did not [answer](http://a.example)")]
    text = everything(opened())
    assert "Reddit: nothing heard from 20 November, 06:30 until now" in text
    assert "[answer](http" not in text


def test_the_period_is_part_of_the_address(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many()
    assert "the last 24 hours" in everything(opened(period="24 hours"))


def test_an_old_file_opens_with_the_month_that_it_is_in(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1", happened_at=NOW - timedelta(days=12))]
    assert "the last 30 days" in everything(opened())
    week = everything(opened(period="7 days"))
    assert "**The newest post is of 8 November.** Nobody was heard in the last 7 days." in week


def test_an_unknown_period_falls_back_to_a_week(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many()
    assert "the last 7 days" in everything(opened(period="a century"))


@pytest.mark.parametrize("page", ["now", "search", "conversations"])
def test_a_residents_words_are_shown_as_typed_and_nowhere_else(opened: Open, fake: FakeStore, page: str) -> None:
    fake.posts_held[:] = [said("1", HOSTILE)]
    drawn = opened(page)
    assert HOSTILE.replace("\u202e", "") in [text.value for text in drawn.text]
    assert "a.example" not in everything(drawn)


def test_names_of_the_council_file_are_escaped(opened: Open, fake: FakeStore, council_toml: Path) -> None:
    hostile = "![x](http://a.example/p.png)"
    council_toml.write_text(COUNCIL.replace("Tolgarth Road", hostile).replace("Example Council", hostile))
    place = council.load(council_toml).area.places[0].id
    fake.posts_held[:] = [said("1", places=(place,))]
    for page in PAGES:
        assert "![x](http" not in everything(opened(page))


def test_a_council_account_is_marked_and_has_no_mood(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1", author_kind="council")]
    drawn = everything(opened())
    assert "account_balance: Council]" in drawn
    assert "sentiment_dissatisfied" not in drawn


def test_a_paused_line_stays_as_it_was_although_another_page_asked_earlier(
    opened: Open, fake: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.posts_held[:] = many(10)
    monkeypatch.setattr(source, "pulse", lambda role: Pulse(NOW - timedelta(seconds=1), 10, NOW, NOW))
    page = opened()
    page.toggle(key="live-updates").set_value(False).run()
    monkeypatch.setattr(source, "pulse", lambda role: Pulse(NOW, 12, NOW, NOW))
    page.run()
    assert "Up to date" in everything(page)


def test_new_posts_wait_to_be_shown(opened: Open, fake: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.posts_held[:] = many(10)
    page = opened()
    assert ":gray[Up to date]" in everything(page)
    assert "show-new" not in [button.key for button in page.button]
    monkeypatch.setattr(source, "pulse", lambda role: Pulse(NOW, 12, NOW, NOW))
    page.run()
    assert page.button(key="show-new").label == "Show 2 new posts"
    assert "Up to date" not in everything(page)


def test_topics_of_few_posts_stand_in_the_table_only(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said(str(i)) for i in range(6)] + [said("few", topics=("parks",))]
    page = opened()
    assert "Unhappiest: bins and recycling. 1 topic of fewer than 5 posts is in the table only." in everything(page)
    assert "Parks, trees and allotments" in str(page.table[2].value)


def test_without_a_topic_of_enough_posts_there_is_no_chart_of_moods(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1"), said("2")]
    page = opened()
    assert not page.exception
    assert len(page.get("vega_lite_chart")) == 2
    assert len(page.table) == 3


def test_a_date_parts_posts_that_are_days_apart(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1"), said("2"), said("3", happened_at=NOW - timedelta(days=6))]
    assert [part.value for part in opened().markdown].count(":gray[14 November]") == 1


@pytest.mark.parametrize("page", ["now", "search"])
def test_labels_are_called_a_first_sort_above_the_posts(opened: Open, fake: FakeStore, page: str) -> None:
    fake.posts_held[:] = many(3)
    drawn = [part.value for part in opened(page).markdown]
    caution = next(place for place, said in enumerate(drawn) if "first sort: read the post" in said)
    assert caution < next(place for place, said in enumerate(drawn) if "Imported file · " in said)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_names_its_council(opened: Open, page: str) -> None:
    assert ":gray[Example Council]" in everything(opened(page))
