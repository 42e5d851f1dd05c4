"""The sentence of the chart of moods: who is named, who is left out."""

from __future__ import annotations

import pytest

from dashboard import words


def test_feelings() -> None:
    rows = [("Bins", 9, 1, 11, 12), ("Roads", 8, 0, 9, 9), ("Parks", 0, 7, 8, 8)]
    assert words.feeling(rows) == "Unhappiest: roads. Most pleased: parks."
    assert words.feeling(rows[2:]) == "Most pleased: parks."
    assert words.feeling([]) == "No mood leads on any topic."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("Roads", 9, 20, 60, 100), "No mood leads on any topic."),
        (("Roads", 9, 25, 60, 100), "Most pleased: roads."),
        (("Roads", 25, 25, 60, 100), "No mood leads on any topic."),
        (("Roads", 30, 26, 60, 100), "Unhappiest: roads."),
        (("Roads", 24, 1, 60, 100), "No mood leads on any topic."),
        (("Roads", 0, 4, 4, 6), "No mood leads on any topic."),
    ],
)
def test_a_mood_is_named_only_where_it_leads(row: tuple[str, int, int, int, int], said: str) -> None:
    assert words.feeling([row]) == said


def test_the_unhappiest_topic_has_the_largest_share_that_the_chart_shows() -> None:
    assert words.feeling([("Floods", 29, 5, 70, 100), ("Buses", 31, 20, 70, 100)]) == "Unhappiest: buses."


def test_topics_of_few_posts_are_left_out_and_counted() -> None:
    few = [("Pests", 4, 0, 4, 4), ("Trees", 0, 1, 1, 1)]
    assert words.feeling(few) == "No mood leads on any topic. 2 topics of fewer than 5 posts are in the table only."
    assert words.feeling([("Roads", 8, 0, 9, 9), few[0]]) == (
        "Unhappiest: roads. 1 topic of fewer than 5 posts is in the table only."
    )
