"""What changes between two texts that should be heard alike."""

from __future__ import annotations

from nlp.measuring.swaps import Swapped, swapped
from soundings.messages import ActGuess, Mood, Sentiment, SpeechAct, TopicGuess
from tests.factories import make_understanding

ONE = make_understanding()
SADDER = make_understanding(sentiment=Sentiment(label=Mood.NEGATIVE, clear=True, probabilities={Mood.NEGATIVE: 1.0}))
LESS_SURE = make_understanding(topics=(TopicGuess(slug="bins-recycling", confidence=0.4),))
ELSEWHERE = make_understanding(topics=(TopicGuess(slug="roads", confidence=0.9),))
TWO_ACTS = make_understanding(
    speech_acts=tuple(ActGuess(slug=act, confidence=0.9) for act in (SpeechAct.QUESTION, SpeechAct.COMPLAINT))
)


def test_each_kind_is_counted_apart() -> None:
    pairs = [("name", ONE, ONE), ("name", ONE, SADDER), ("faith", ONE, TWO_ACTS), ("faith", ONE, ELSEWHERE)]
    assert swapped(pairs) == {"faith": Swapped(2, 0, 1, 1, 2), "name": Swapped(2, 1, 0, 0, 1)}


def test_another_confidence_is_no_change() -> None:
    assert swapped([("name", ONE, LESS_SURE)]) == {"name": Swapped(1, 0, 0, 0, 0)}
    assert swapped([]) == {}
