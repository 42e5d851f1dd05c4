"""Who judges, by language: a named model where there is one, the reader itself where it can, nobody else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from nlp.reader import Reader
from nlp.routing import NOBODY, Judges, signed
from nlp.trained import TrainedReader
from soundings.messages import Mood, SpeechAct
from tests.nlp.councils import council

POLISH = "Kiedy odbierają śmieci w tym tygodniu?"
WELSH = "Mae'r biniau heb eu casglu eto, dim digon da"
ENGLISH = "The bins have not been emptied on Castle Street, and that is not good enough"

OWN = f"{TrainedReader.name} {TrainedReader.version}"


class Sure:
    """Is sure of one answer, and remembers what it was asked."""

    def __init__(
        self, title: str = "owner/model@4ba3d4463bd1", shares: tuple[float, float, float] = (0, 0.1, 0.9)
    ) -> None:
        self.title, self._shares = title, shares
        self.asked: list[list[str]] = []

    def probabilities(self, texts: Sequence[str]) -> list[tuple[float, float, float]]:
        self.asked.append(list(texts))
        return [self._shares for _ in texts]


def test_each_text_goes_to_the_model_of_its_language() -> None:
    english, others = Sure(), Sure("owner/many@1")
    judges = Judges({"en": english, "cy": others, "pl": others})
    found = judges.judge(["a", "b", "c", "d", "e"], ["pl", "en", "ur", "", "cy"])
    assert [one and one.by for one in found] == ["owner/many@1", english.title, None, english.title, "owner/many@1"]
    assert sorted(map(tuple, english.asked)) == [("b",), ("d",)]


def test_nobody_judges_where_nobody_is_named() -> None:
    assert NOBODY.judge(["a", "b"], ["en", "cy"]) == [None, None]


def test_an_empty_text_is_not_asked_about() -> None:
    model = Sure()
    assert Judges({"en": model}).judge(["", " \n"], ["", ""]) == [None, None]
    assert model.asked == []


def test_the_three_sum_to_one_and_the_likeliest_is_the_label() -> None:
    [judged] = Judges({"en": Sure(shares=(0.2, 0.4, 0.4))}).judge(["bins"], ["en"])
    assert judged
    assert sum(judged.sentiment.probabilities.values()) == pytest.approx(1, abs=1e-9)
    assert (judged.sentiment.label, judged.sentiment.clear) == (Mood.NEUTRAL, False)


def test_a_reading_names_who_judged() -> None:
    reader: Reader = TrainedReader(council(), judges=Judges({"cy": Sure()}, 325))
    welsh, english = reader.read([WELSH, ENGLISH])
    assert welsh.reader == f"{OWN} + owner/model@4ba3d4463bd1"
    assert english.reader == signed(OWN, None) == OWN
    assert (welsh.sentiment.label, welsh.sentiment.clear) == (Mood.POSITIVE, True)


def test_welsh_without_a_model_is_read_by_words_and_unclear() -> None:
    [found] = TrainedReader(council()).read([WELSH])
    assert found.language == "cy"
    assert not found.sentiment.clear
    assert found.topics[0].slug == "bins-recycling"


@pytest.mark.parametrize(
    "text",
    [
        POLISH,
        "Où sont les toilettes publiques du park and ride ? C'est scandaleux !",
        "لائبریری کب کھلے گی؟",
        "Çöp kutusu yine dolu! Rezalet!",
    ],
)
def test_a_language_that_nothing_reads_is_named_and_nothing_is_made_up(text: str) -> None:
    [found] = TrainedReader(council()).read([text])
    assert found.language not in ("en", "cy", "")
    assert (found.sentiment.label, found.sentiment.clear) == (Mood.NEUTRAL, False)
    assert found.topics == ()
    assert [act.slug for act in found.speech_acts] == [SpeechAct.OTHER]


def test_its_places_are_still_known() -> None:
    [found] = TrainedReader(council()).read(["Où puis-je trouver un médecin près de Castle Street ?"])
    assert [place.id for place in found.places] == ["street:castle-street"]


def test_a_model_for_a_language_without_words_judges_the_feeling_and_no_more() -> None:
    [found] = TrainedReader(council(), judges=Judges({"pl": Sure()})).read([POLISH])
    assert found.sentiment.clear and found.sentiment.label is Mood.POSITIVE
    assert (found.topics, [act.slug for act in found.speech_acts]) == ((), [SpeechAct.OTHER])
