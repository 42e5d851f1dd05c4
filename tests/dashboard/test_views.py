"""The store's answers become what the pages show: names, the council's hours, what was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard import labels, views
from dashboard.labels import Labels
from dashboard.shapes import Period
from soundings import council, gazetteers
from soundings.area import Place
from soundings.gazetteers import Gazetteer, Head, Layer
from store import answers
from tests.dashboard.conftest import COUNCIL
from tests.dashboard.fake_store import NOW, said

LONDON = ZoneInfo("Europe/London")
NAMES = Labels({"roads": "Roads and potholes"}, {"street:tolgarth-road": "Tolgarth Road"})


def test_a_week_is_today_and_six_whole_days() -> None:
    window = views.window(Period.WEEK, NOW, LONDON)
    assert (window.start, window.end) == (datetime(2026, 11, 14, tzinfo=UTC), NOW)


def test_a_day_is_24_hours() -> None:
    assert views.window(Period.DAY, NOW, LONDON).start == NOW - timedelta(hours=24)


@pytest.mark.parametrize("period", list(Period))
def test_the_period_before_has_the_same_hours_of_the_week(period: Period) -> None:
    def clock(moment: datetime) -> datetime:
        return moment.astimezone(LONDON).replace(tzinfo=None)

    now, before = views.window(period, NOW, LONDON), views.earlier(period, NOW, LONDON)
    assert clock(now.start) - clock(before.start) == clock(now.end) - clock(before.end) == period.length


def test_the_period_before_keeps_the_clock_over_the_end_of_summer_time() -> None:
    after = datetime(2026, 10, 26, 8, 30, tzinfo=UTC)
    assert views.earlier(Period.WEEK, after, LONDON).end == datetime(2026, 10, 19, 7, 30, tzinfo=UTC)


def test_hours_and_days_are_the_councils() -> None:
    summer = datetime(2026, 7, 3, 23, 0, tzinfo=UTC)
    assert views.moment(summer, Period.DAY, LONDON) == "Sat 4 Jul, 00:00"
    assert views.moment(summer, Period.WEEK, LONDON) == "Sat 4 Jul"


def test_a_card_has_names_and_nothing_of_the_writer() -> None:
    view = said("1", topics=("roads", "own-topic", "third"), places=("street:tolgarth-road", "ward:old-town")).view
    card = views.card(view, NAMES)
    assert card.topics == ("Roads and potholes", "Own topic")
    assert card.places == ("Tolgarth Road", "Old Town")
    assert (card.act, card.mood, card.source) == ("Question", "Unhappy", "Imported file")


@pytest.mark.parametrize(
    ("topics", "named"),
    [
        (("roads", "parks", "travel"), ["roads", "parks"]),
        (("not-council", "roads"), ["not-council"]),
        (("roads", "not-council", "parks"), ["roads", "parks"]),
        ((), []),
    ],
)
def test_a_card_names_two_topics_or_that_it_is_not_about_the_council(topics: tuple[str, ...], named: list[str]) -> None:
    assert list(views.named(topics)) == named


def test_a_share_of_few_posts_is_not_told() -> None:
    assert views.figures(answers.Stretch(9, 9, 0, 0, 4, 5)).unhappy is None
    assert views.figures(answers.Stretch(9, 9, 0, 0, 4, 1)).unhappy == 50


def test_an_unclear_mood_is_called_unclear() -> None:
    assert views.card(said("1", clear=False).view, NAMES).mood == labels.UNCLEAR
    assert labels.mood("no such mood", True) == labels.UNCLEAR


def test_the_act_other_is_not_worth_a_badge() -> None:
    assert views.card(said("1", acts=("other",)).view, NAMES).act == ""
    assert views.card(said("1", acts=()).view, NAMES).act == ""


def test_a_hint_that_a_source_gave_stays_as_it_is() -> None:
    assert NAMES.place("near the old mill: by the river") == "near the old mill: by the river"


def test_an_unknown_source_is_spoken() -> None:
    assert labels.source("parish-news") == "Parish news"


def test_names_come_from_the_council_file(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL)
    names = labels.of(council.load(tmp_path / "council.toml"))
    assert names.topic("bins-recycling") == "Bins and recycling"
    assert names.place("street:tolgarth-road") == "Tolgarth Road"


def test_of_very_many_places_the_own_ones_and_the_wide_ones_are_offered(tmp_path: Path) -> None:
    streets = tuple(Place(name=f"Zed{number} Road", kind="street") for number in range(labels.OFFERED))
    imported = (Place(name="Saltings", kind="ward"), Place(name="Merrow", kind="village"), *streets)
    gazetteers.write(tmp_path, Gazetteer(Head(layers=(Layer(what="x", count=len(imported)),)), imported))
    (tmp_path / "council.toml").write_text(
        '[area]\ngazetteer = "places.jsonl"\n[[area.places]]\nname = "Own Road"\nkind = "street"\n'
    )
    names = labels.of(council.load(tmp_path / "council.toml"))
    assert list(names.offered.values()) == ["Own Road", "Saltings", "Merrow"]
    assert names.place("street:zed7-road") == "Zed7 Road"
