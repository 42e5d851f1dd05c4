"""On X, what its terms forbid is not in an understanding; elsewhere nothing is taken away."""

from __future__ import annotations

import pytest

from nlp.policy import allowed
from soundings import policies
from soundings.messages import ActGuess, SpeechAct, TopicGuess
from tests.factories import make_understanding

FORBIDDEN = ["homelessness", "council-tax-benefits", "childrens-social-care", "adult-social-care", "community-safety"]


@pytest.mark.parametrize("slug", FORBIDDEN)
def test_forbidden_topics_are_not_computed_for_x(slug: str) -> None:
    topics = (TopicGuess(slug=slug, confidence=0.9), TopicGuess(slug="roads", confidence=0.6))
    kept = allowed(make_understanding(topics=topics), "x").topics
    assert [topic.slug for topic in kept] == ["roads"]


def test_the_policy_of_x_names_just_these() -> None:
    assert policies.not_for("x") == set(FORBIDDEN)


def test_a_need_for_help_on_x_is_not_recorded() -> None:
    acts = (ActGuess(slug=SpeechAct.NEED_FOR_HELP, confidence=0.9), ActGuess(slug=SpeechAct.QUESTION, confidence=0.6))
    assert [act.slug for act in allowed(make_understanding(speech_acts=acts), "x").speech_acts] == [SpeechAct.QUESTION]


def test_one_act_always_remains() -> None:
    acts = (ActGuess(slug=SpeechAct.NEED_FOR_HELP, confidence=0.9),)
    assert [act.slug for act in allowed(make_understanding(speech_acts=acts), "x").speech_acts] == [SpeechAct.OTHER]


@pytest.mark.parametrize("source", ["bluesky", "reddit", "files", "x-archive"])
def test_other_sources_keep_everything(source: str) -> None:
    understood = make_understanding(topics=(TopicGuess(slug="homelessness", confidence=0.9),))
    assert allowed(understood, source) is understood


def test_the_rest_of_an_understanding_stays() -> None:
    before = make_understanding()
    assert allowed(before, "x") == before
