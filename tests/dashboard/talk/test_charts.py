"""The charts of the dialogue index: where a share would say little they are grey and tell counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.components.charts import dressed
from dashboard.components.talk import charts
from dashboard.talk.shapes import Gap, WeekRow
from dashboard.theme import DARK, LIGHT, Ink

WEEKS = (
    WeekRow("2 Feb", "2 February", False, 47, 2, 60, 0, 1, None, "", 0),
    WeekRow("9 Feb", "9 February", False, 4, 3, 1, 1, 0, None, "few", 1),
    WeekRow("16 Feb", "16 February", True, 98, 70, 75, 30, 3, 2.5, "2 h 30 min", 30),
)
GAPS = (Gap("Libraries", 13, 45, 5, 84), Gap("Health", 1, 5, 4, 3))


def rows(chart: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chart.to_dict()["data"]["values"]
    return found


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_every_chart_is_sound_and_loads_nothing(ink: Ink) -> None:
    for chart in (
        charts.replies(WEEKS, ink),
        charts.answered(WEEKS, ink),
        charts.speed(WEEKS, ink),
        charts.agenda(GAPS, ink),
    ):
        assert chart is not None
        spec = dressed(chart, ink).to_dict()
        assert "url" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})


def test_few_and_a_week_that_is_not_over_are_not_sure() -> None:
    found = rows(charts.replies(WEEKS, LIGHT))
    assert [(row["said"], row["sure"]) for row in found] == [("4%", True), ("3 of 4", False), ("71%", False)]
    assert [row["said"] for row in rows(charts.answered(WEEKS, LIGHT))] == ["0%", "1 of 1", "40%"]


def test_both_shares_stand_on_one_scale_from_nought_to_a_hundred() -> None:
    scales = [
        layer["encoding"]["y"]["scale"]
        for chart in (charts.replies(WEEKS, LIGHT), charts.answered(WEEKS, LIGHT), charts.answered(WEEKS[:1], LIGHT))
        for layer in chart.to_dict()["layer"]
    ]
    assert all(scale == scales[0] for scale in scales)
    assert scales[0]["domain"][0] == 0 and scales[0]["domain"][1] >= 100


def test_times_of_few_answers_have_no_bar_and_nothing_is_drawn_of_nothing() -> None:
    chart = charts.speed(WEEKS, LIGHT)
    assert chart is not None
    assert [(row["said"], row["value"]) for row in rows(chart)] == [("–", 0), ("few", 0), ("2 h\n30 min", 2.5)]
    assert charts.speed(WEEKS[:2], LIGHT) is None


def test_each_topic_says_who_is_ahead() -> None:
    assert [row["said"] for row in rows(charts.agenda(GAPS, LIGHT))] == ["we +8 points", "they +3 points · few voices"]
