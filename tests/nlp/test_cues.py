"""The turns of phrase: each speech act has some, and each can be looked for."""

from __future__ import annotations

import time

import pytest

from nlp.cues import cues
from nlp.patterns import document, prepared
from soundings.messages import SpeechAct


def test_every_act_but_questions_and_other_has_cues() -> None:
    assert set(cues().acts) == set(SpeechAct) - {SpeechAct.OTHER, SpeechAct.QUESTION}
    assert all(cues().acts.values())


@pytest.mark.parametrize("act", cues().acts)
def test_weights_are_shares(act: SpeechAct) -> None:
    assert all(0 < cue.weight < 1 for cue in cues().acts[act])


@pytest.mark.parametrize("text", ["It has been fixed", "They mended it", "all sorted", "the crew finally emptied it"])
def test_faults_that_are_over(text: str) -> None:
    assert cues().mended.search(prepared(text))


def test_patterns_stand_for_what_they_say_and_no_capitals() -> None:
    for name, groups in document("acts.toml").items():
        phrases = [phrase for group in groups for phrase in group["phrases"]] if isinstance(groups, list) else []
        assert all(
            phrase.replace(r"\W", "").replace(r"\S", "").islower() or not any(map(str.isalpha, phrase))
            for phrase in phrases
        ), name


@pytest.mark.parametrize(
    "text", ["hi " * 1500, "a" * 4000, "?!. " * 1000, "please so and but " * 220, "is are no isn't " * 250]
)
def test_no_pattern_is_slow_on_any_text(text: str) -> None:
    started = time.perf_counter()
    for group in cues().acts.values():
        for cue in group:
            cue.pattern.search(text)
    assert time.perf_counter() - started < 2
