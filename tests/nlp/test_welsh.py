"""Welsh by words: feelings, acts and questions, never shown as clear."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.welsh import sentiment, speech_acts
from soundings.messages import Mood, SpeechAct


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Diolch yn fawr i'r criw biniau, gwaith ardderchog", Mood.POSITIVE),
        ("Mae cyflwr y ffordd yn warthus, rhag cywilydd", Mood.NEGATIVE),
        ("Pryd mae'r llyfrgell yn agor?", Mood.NEUTRAL),
        ("", Mood.NEUTRAL),
    ],
)
def test_feelings(text: str, mood: Mood) -> None:
    found = sentiment(text)
    assert (found.label, found.clear) == (mood, False)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Pryd mae'r bws ola o'r dre?", "question"),
        ("Oes rhywun yn gwybod pryd mae'r ganolfan ailgylchu ar agor?", "question"),
        ("Beth am gael meinciau ar lan yr afon?", "idea"),
        ("Hapus i helpu unrhyw un sydd angen lifft", "offer-of-help"),
        ("Oes gan rywun drelar fach i'w fenthyg?", "need-for-help"),
        ("Diolch o galon i'r gwirfoddolwyr", "thanks"),
        ("Mae golau'r stryd wedi diffodd", "fault-report"),
        ("Mae'n warthus, rhag cywilydd i'r cyngor", "complaint"),
        ("Noson dda bawb", "other"),
    ],
)
def test_what_a_sentence_does_comes_first(text: str, act: str) -> None:
    assert speech_acts(text)[0].slug.value == act


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    found = sentiment(text)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.probabilities[found.label] == max(found.probabilities.values())
    acts = speech_acts(text)
    assert acts
    assert SpeechAct.OTHER not in {act.slug for act in acts} or len(acts) == 1
