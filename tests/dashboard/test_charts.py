"""The charts' specifications: what they say, how small numbers are marked, no menu, nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.components import charts
from dashboard.shapes import Bar, MoodRow, Period, TopicRow
from dashboard.theme import DARK, LIGHT, Ink

BARS = (Bar("Thu 19 Nov", 3, 4), Bar("Fri 20 Nov", 7, 9))
TOPICS = (TopicRow("roads", "Roads", 40, 30), TopicRow("parks", "Parks", 2, None))
MOODS = (MoodRow("Roads", 5, 1, 2, 2), MoodRow("Parks", 0, 0, 1, 1))


def values(chart: charts.Drawing) -> list[dict[str, Any]]:
    spec = chart.to_dict()
    found = [layer["data"]["values"] for layer in spec["layer"] if "values" in layer.get("data", {})]
    rows: list[dict[str, Any]] = [*found, spec.get("data", {}).get("values")][0]
    return rows


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_every_chart_is_sound_and_loads_nothing(ink: Ink) -> None:
    for chart in (charts.voices(BARS, Period.WEEK, ink), charts.topics(TOPICS, ink), charts.moods(MOODS, ink)):
        spec = charts.dressed(chart, ink).to_dict()
        assert spec["usermeta"]["embedOptions"]["actions"] is False
        assert "url" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})


def test_the_highest_bar_is_named() -> None:
    assert [row["top"] for row in values(charts.voices(BARS, Period.WEEK, LIGHT))] == ["", "7"]


def test_an_hour_that_comes_twice_is_two_bars() -> None:
    twice = (Bar("Sun 25 Oct, 01:00", 3, 3), Bar("Sun 25 Oct, 01:00", 4, 4))
    rows = values(charts.voices(twice, Period.DAY, LIGHT))
    assert len({row["at"] for row in rows}) == 2
    assert all(row["at"].endswith("01:00") for row in rows)


def test_a_day_without_voices_names_no_bar() -> None:
    assert [row["top"] for row in values(charts.voices((Bar("Fri", 0, 0),), Period.WEEK, LIGHT))] == [""]


def test_few_voices_are_marked() -> None:
    assert [row["said"] for row in values(charts.topics(TOPICS, LIGHT))] == ["40", "2 · few voices"]


def test_moods_come_worst_first_and_a_share_of_few_is_not_told() -> None:
    rows = values(charts.moods(MOODS, LIGHT))
    assert [row["mood"] for row in rows[:4]] == ["Unhappy", "Unclear", "Neutral", "Pleased"]
    assert {row["said"] for row in rows} == {"50% unhappy", "2 posts"}
