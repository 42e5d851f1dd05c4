"""Each task's figures from a handful of answers, by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.measuring.acts import ActReport, ActTally
from nlp.measuring.labels import Meaning, Opinion, Truth, together
from nlp.measuring.moods import MoodReport, MoodTally
from nlp.measuring.places import PlaceTally
from nlp.measuring.printing import lines_of, printable
from nlp.measuring.tallies import surest, tally_for
from nlp.measuring.topics import TopicTally
from nlp.measuring.yesno import YesNoReport, YesNoTally
from soundings.messages import ActGuess, Mood, PlaceGuess, Sentiment, SpeechAct, TopicGuess, Understanding
from soundings.taxonomy import NOT_COUNCIL, TOPICS
from tests.factories import make_understanding


def people(*said: Sequence[str]) -> Truth:
    return together([Opinion(tuple(one)) for one in said])


def mood(label: Mood, confidence: float, *, clear: bool = True) -> Understanding:
    others = [one for one in Mood if one is not label]
    shares = {label: confidence, others[0]: 1 - confidence, others[1]: 0.0}
    return make_understanding(sentiment=Sentiment(label=label, clear=clear, probabilities=shares))


def acts(**sure: float) -> Understanding:
    guesses = [ActGuess(slug=SpeechAct(act.replace("_", "-")), confidence=one) for act, one in sure.items()]
    return make_understanding(speech_acts=tuple(guesses))


def topics(*sure: tuple[str, float]) -> Understanding:
    return make_understanding(topics=tuple(TopicGuess(slug=slug, confidence=one) for slug, one in sure))


def test_sentiment_by_hand() -> None:
    tally = MoodTally(most=1)
    tally.add("a", people(["negative"]), mood(Mood.NEGATIVE, 0.9))
    tally.add("b", people(["negative"]), mood(Mood.NEUTRAL, 0.5, clear=False))
    tally.add("c", people(["neutral"]), mood(Mood.NEUTRAL, 0.8))
    tally.add("d", people(["positive"]), mood(Mood.NEUTRAL, 0.6))
    tally.add("e", people(["positive"], ["neutral"]), mood(Mood.NEUTRAL, 0.6))
    found = tally.report()
    assert found.macro_recall.value == pytest.approx((0.5 + 1 + 0) / 3)
    assert found.macro_f1.value == pytest.approx((2 / 3 + 2 / 4 + 0) / 3)
    assert found.f1_of_both == pytest.approx((2 / 3 + 0) / 2)
    assert (found.n, found.accuracy.value, found.clear.value) == (4, 0.5, 0.75)
    assert found.accuracy_when_clear.value == pytest.approx(2 / 3)
    assert found.accuracy_when_unclear.value == 0
    assert found.confusion["negative"] == {"negative": 1, "neutral": 1, "positive": 0}
    assert found.ece == pytest.approx((0.1 + 0.5 + 0.2 + 0.6) / 4)
    assert (found.differ, found.with_one_of_them) == (1, 1)
    assert [one.text for one in surest(tally, 9)] == ["d", "b"]


def test_acts_by_hand() -> None:
    tally = ActTally(most=2)
    tally.add("a", people(["complaint", "question"]), acts(complaint=0.9, question=0.8))
    tally.add("b", people(["complaint"]), acts(question=0.6))
    tally.add("c", people(["complaint"], ["idea"]), acts(complaint=0.7))
    found = tally.report()
    complaint, question = found.classes["complaint"], found.classes["question"]
    assert (complaint.precision, complaint.recall, complaint.n, complaint.said) == (1.0, 0.5, 2, 1)
    assert (question.precision, question.recall, question.n, question.said) == (0.5, 1.0, 1, 2)
    assert found.macro_f1.value == pytest.approx(2 / 3)
    assert found.average_precision["complaint"] == 1.0
    assert found.average_precision["idea"] is None
    assert found.differ["complaint"] == found.differ["idea"] == 1
    assert found.same_set.value == 0.5
    assert {act: [one.text for one in kept.list()] for act, kept in tally.mistakes.items()} == {
        "complaint": ["b"],
        "question": ["b"],
    }
    assert len(surest(tally, 9)) == 1


def test_other_counts_apart() -> None:
    tally = ActTally()
    tally.add("a", people(["other"]), acts(other=0.5))
    tally.add("b", people(["thanks"]), acts(other=0.5))
    found = tally.report()
    assert found.macro_f1.value == pytest.approx((2 / 3 + 0) / 2)
    assert found.macro_f1_of_ten.value == 0


def test_topics_by_hand() -> None:
    tally = TopicTally(most=1)
    tally.add("a", people(["roads"]), topics(("roads", 0.9), ("parking", 0.3)))
    tally.add("b", people(["parking"]), topics(("roads", 0.8), ("parking", 0.5)))
    tally.add("c", people(["parks", "roads"]), topics(("roads", 0.7)))
    tally.add("d", people(["parks"]), topics(("travel", 0.6)))
    tally.add("e", people(["parks"], ["travel"]), topics(("travel", 0.6)))
    found = tally.report()
    assert [
        one.value
        for one in (found.accuracy, found.accuracy_with_also, found.any_of_three, found.any_of_three_with_also)
    ] == [0.25, 0.5, 0.5, 0.75]
    assert found.macro_f1.value == pytest.approx((2 / 4 + 0 + 0) / 3)
    assert sorted(found.classes) == ["parking", "parks", "roads"]
    assert found.confused == [("parking", "roads", 1), ("parks", "roads", 1), ("parks", "travel", 1)]
    assert (found.differ, found.with_one_of_them) == (1, 1)
    assert [one.text for one in surest(tally, 9)] == ["b", "d"]


def test_places_by_hand() -> None:
    def places(*ids: str) -> Understanding:
        return make_understanding(places=tuple(PlaceGuess(id=one, name=one, score=0.9, found_by="x") for one in ids))

    tally = PlaceTally(most=1)
    tally.add("a", people(["street:a", "street:b"]), places("street:a", "ward:c"))
    tally.add("b", people([]), places())
    tally.add("c", people(["park:d"], []), places("park:d"))
    found = tally.report()
    assert (found.recall.value, found.precision.value, found.f1) == (0.5, 0.5, 0.5)
    assert (found.n, found.named, found.differ) == (3, 2, 1)
    assert found.all_right.value == pytest.approx(2 / 3)
    assert (found.missed, found.invented) == ([("street:b", 1)], [("ward:c", 1)])


def test_yes_and_no_by_hand() -> None:
    tally = YesNoTally("acts", "complaint", most=1)
    tally.add("a", people(["complaint"]), acts(complaint=0.9))
    tally.add("b", people(["complaint"]), acts(question=0.6))
    tally.add("c", people([]), acts(complaint=0.7))
    tally.add("d", people([]), acts(other=0.5))
    tally.add("e", people(["complaint"], []), acts(other=0.5))
    found = tally.report()
    assert (found.f1.value, found.precision.value, found.recall.value, found.accuracy.value) == (0.5, 0.5, 0.5, 0.5)
    assert found.auc.value == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert (found.n, found.scored, found.differ) == (4, 0.5, 1)
    assert [(one.text, one.people, one.reader) for one in surest(tally, 9)] == [("b", "yes", "no"), ("c", "no", "yes")]


def test_not_council_is_said_when_it_comes_first() -> None:
    tally = YesNoTally("topics", NOT_COUNCIL)
    tally.add("a", people([NOT_COUNCIL]), topics((NOT_COUNCIL, 0.6), ("roads", 0.4)))
    tally.add("b", people([]), topics(("roads", 0.5), (NOT_COUNCIL, 0.4)))
    tally.add("c", people([]), topics(("roads", 0.9)))
    found = tally.report()
    assert (found.accuracy.value, found.auc.value, found.scored) == (1.0, 1.0, 1.0)


def test_a_sentiment_can_be_asked_alone() -> None:
    tally = YesNoTally("sentiment", "negative")
    tally.add("a", people(["negative"]), mood(Mood.NEGATIVE, 0.9))
    tally.add("b", people([]), mood(Mood.POSITIVE, 0.8))
    assert tally.report().auc.value == 1.0


MEANINGS = {
    "sentiment": Meaning("sentiment", tuple(Mood)),
    "acts": Meaning("acts", tuple(SpeechAct)),
    "topics": Meaning("topics", (*TOPICS, NOT_COUNCIL)),
    "places": Meaning("places", ("street:a", "park:b")),
    "only": Meaning("acts", tuple(SpeechAct), "complaint"),
}


@pytest.mark.parametrize("task", MEANINGS)
def test_a_report_of_nothing_and_of_something_can_be_told(task: str) -> None:
    tally = tally_for(MEANINGS[task])
    assert list(lines_of(tally.report()))
    tally.add("a", people([MEANINGS[task].known[0]], [MEANINGS[task].known[0]]), make_understanding())
    assert json.loads(json.dumps(asdict(tally.report())))["n"] == 1
    assert all(line == line.rstrip() for line in lines_of(tally.report()))


ONE = st.tuples(st.lists(st.lists(st.sampled_from(SpeechAct), max_size=2), min_size=1, max_size=2), st.integers(0, 99))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(ONE, st.sampled_from(SpeechAct), st.sampled_from(Mood)), min_size=1, max_size=12), st.randoms()
)
def test_the_order_of_the_texts_changes_no_figure_and_no_example(
    drawn: list[tuple[tuple[list[list[SpeechAct]], int], SpeechAct, Mood]], random: object
) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for kind in ("acts", "only", "sentiment"):
        found = []
        for order in (drawn, shuffled):
            tally = tally_for(MEANINGS[kind], most=2)
            for (said, sure), heard, felt in order:
                answer = mood(felt, 0.34 + sure / 200).model_copy(
                    update={"speech_acts": (ActGuess(slug=heard, confidence=sure / 100),)}
                )
                tally.add(f"text {sure}", _truth(kind, said, sure), answer)
            found.append((tally.report(), surest(tally, 3)))
        assert found[0] == found[1]
        report = found[0][0]
        assert isinstance(report, MoodReport | ActReport | YesNoReport)


def _truth(kind: str, said: list[list[SpeechAct]], sure: int) -> Truth:
    return people([list(Mood)[sure % 3]]) if kind == "sentiment" else people(*said)


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert printable("a\x1b[31m\n\tb\u202e c") == "a[31m b c"
    assert len(printable("word " * 1000)) == 240
