"""The built-in topics, as all stages see them."""

from __future__ import annotations

import pytest

from soundings.messages import TopicGuess
from soundings.taxonomy import NOT_COUNCIL, TOPICS, labels
from tests.nlp.councils import PLAIN, council


def test_27_topics_and_what_is_not_about_the_council() -> None:
    assert len(TOPICS) == 28
    assert TOPICS[NOT_COUNCIL].label == "Not about the council"


@pytest.mark.parametrize("slug", TOPICS)
def test_every_topic_can_be_said_and_shown(slug: str) -> None:
    assert TopicGuess(slug=slug, confidence=1).slug == TOPICS[slug].slug == slug
    assert TOPICS[slug].label and TOPICS[slug].tier


def test_three_topics_are_restricted() -> None:
    assert sum(topic.restricted for topic in TOPICS.values()) == 3


def test_labels_of_the_built_in_topics() -> None:
    assert labels(PLAIN)["roads"] == "Roads and potholes"


def test_a_council_names_its_own_topics_and_may_rename_ours() -> None:
    named = labels(
        council(topics={"harbour": {"name": "The harbour"}, "roads": {"name": "Highways"}, "parks": {"words": ["rec"]}})
    )
    assert (named["harbour"], named["roads"], named["parks"]) == (
        "The harbour",
        "Highways",
        "Parks, trees and allotments",
    )
